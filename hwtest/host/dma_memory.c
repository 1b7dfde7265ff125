/* Locked pages and where they are; see dma_memory.h. Source: Linux, admin-guide/mm/pagemap.rst. */
#include "dma_memory.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGEMAP	 "/proc/self/pagemap"
#define PRESENT	 (1ull << 63)
#define PFN_MASK ((1ull << 55) - 1)

/* 0: the system does not tell, or it is out of a 32-bit bus master's reach. */
static uint32_t find_page(int fd, const uint8_t *addr)
{
	uint64_t entry, pfn;
	off_t at = (off_t)((uintptr_t)addr / DMA_PAGE * sizeof(entry));

	if (pread(fd, &entry, sizeof(entry), at) != (ssize_t)sizeof(entry) || !(entry & PRESENT))
		return 0;
	pfn = entry & PFN_MASK;
	return pfn < 1u << 20 ? (uint32_t)pfn * DMA_PAGE : 0;
}

static bool find_pages(const struct dma_memory *m, uint32_t *phys)
{
	int fd = open(PAGEMAP, O_RDONLY | O_CLOEXEC);
	bool all = fd >= 0;

	for (unsigned int i = 0; all && i < m->pages; i++) {
		phys[i] = find_page(fd, m->addr + i * DMA_PAGE);
		all = phys[i] != 0;
	}
	if (fd >= 0)
		close(fd);
	return all;
}

int dma_memory_get(struct dma_memory *m, unsigned int pages, const char **why)
{
	void *addr = mmap(NULL, pages * DMA_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*m = (struct dma_memory){ .addr = addr, .pages = pages };
	if (addr == MAP_FAILED || pages > DMA_PAGES_MAX) {
		*why = "there is too little memory";
		m->addr = NULL;
		return -ENOMEM;
	}
	/* Written, so that each page is the process's own. */
	memset(addr, 0, pages * DMA_PAGE);
	if (!mlock(addr, pages * DMA_PAGE) && find_pages(m, m->phys))
		return 0;
	*why = "this system does not tell programs where their memory is (" PAGEMAP ")";
	dma_memory_put(m);
	return -ENOSYS;
}

bool dma_memory_check(const struct dma_memory *m)
{
	uint32_t phys[DMA_PAGES_MAX];

	return m->addr && find_pages(m, phys) && !memcmp(phys, m->phys, m->pages * sizeof(phys[0]));
}

void dma_memory_put(struct dma_memory *m)
{
	if (m->addr)
		(void)munmap(m->addr, m->pages * DMA_PAGE);
	m->addr = NULL;
}
