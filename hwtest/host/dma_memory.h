/*
 * dma_memory.h - memory that a bus master may write to: locked pages whose physical addresses the
 * system tells (/proc/self/pagemap, for root).
 *
 * The addresses hold as long as the system does not move locked pages. Linux may while it makes
 * room for huge pages, which it does not for private locked ones unless vm.compact_unevictable_
 * allowed is set; so the addresses are looked up right before each use (dma_memory_check()).
 *
 * Errors: negative errno; `why` says in words what is missing.
 */
#ifndef HWTEST_HOST_DMA_MEMORY_H
#define HWTEST_HOST_DMA_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DMA_PAGE      4096u
#define DMA_PAGES_MAX 32u

struct dma_memory {
	uint8_t *addr; /* page-aligned */
	unsigned int pages;
	uint32_t phys[DMA_PAGES_MAX]; /* of each page */
};

int dma_memory_get(struct dma_memory *m, unsigned int pages, const char **why);
/* Are the pages still where they were? */
bool dma_memory_check(const struct dma_memory *m);
void dma_memory_put(struct dma_memory *m);

#endif
