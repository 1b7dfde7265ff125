/*
 * isa_dma.c - the ISA DMA channels and their owners.
 */
#include <kernel/errno.h>
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/isa_dma.h>
#include <kernel/page.h>
#include <kernel/resource.h>
#include "i8237.h"

DEFINE_MUTEX(isa_turn, RANK_MUTEX_LEAF);
bool isa_turn_needed;

static struct hw_host host;
static DEFINE_SPINLOCK(dma_lock, RANK_LEAF); /* the chips' registers */

int isa_dma_request(unsigned int channel, const char *name)
{
	if (channel >= I8237_CHANNELS || channel == I8237_CASCADE)
		return -EINVAL;
	return resource_request(RESOURCE_DMA, channel, channel, name);
}

void isa_dma_free(unsigned int channel)
{
	resource_release(RESOURCE_DMA, channel, channel);
}

/* Blocks of the page allocator are aligned to their size, so they cross no border. */
void *isa_dma_buffer(unsigned int order, unsigned int gfp)
{
	struct page *page = order <= ISA_DMA_ORDER_MAX ? page_alloc(gfp | GFP_DMA, order) : NULL;

	return page ? page_address(page) : NULL;
}

void isa_dma_buffer_free(void *buffer, unsigned int order)
{
	page_free(virt_to_page(buffer), order);
}

int isa_dma_start(unsigned int channel, const void *buffer, u32 bytes, bool to_memory)
{
	phys_addr_t pa = virt_to_phys(buffer);
	unsigned long flags;

	if (!i8237_reaches(channel, pa, bytes))
		return -EINVAL;
	flags = spin_lock_irqsave(&dma_lock);
	i8237_start(&host.hw, channel, pa, bytes, to_memory);
	spin_unlock_irqrestore(&dma_lock, flags);
	return 0;
}

u32 isa_dma_stop(unsigned int channel)
{
	unsigned long flags = spin_lock_irqsave(&dma_lock);
	u32 left = i8237_stop(&host.hw, channel);

	spin_unlock_irqrestore(&dma_lock, flags);
	return left;
}

static int __init isa_dma_init(void)
{
	hw_host_init(&host);
	return 0;
}
INIT_CALL(INIT_CORE, isa_dma_init);
