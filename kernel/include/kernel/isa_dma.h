/*
 * isa_dma.h - DMA over the ISA bus: who has which channel, memory that it reaches, one block moved.
 *
 *   isa_dma_request(2, "floppy"), isa_dma_buffer(...)      once
 *   isa_dma_start(...), the device works, isa_dma_stop()   for each block
 *
 * Units: bytes, physical addresses; channels 0 to 3, 5 to 7 (these move words: even addresses and
 * lengths).
 *
 * Errors: -EBUSY (the channel is somebody's), -EINVAL (there is no such channel; a block that the
 * controller cannot move: at or above 16 MB, or across a border of 64 KB).
 *
 * Locking: own spinlock, any context, for start and stop; request, free and the buffer may sleep.
 *
 * Turns: where isa_turn_needed is set (by drivers of chips that lose data when others use the bus
 * meanwhile), isa_turn is held around everything that moves data. It is RANK_MUTEX_LEAF.
 *
 * Source: Intel 8237A datasheet; hardware-notes 9.4, 5.8. Implemented by kernel/x86.
 */
#ifndef KERNEL_ISA_DMA_H
#define KERNEL_ISA_DMA_H

#include <kernel/lock.h>
#include <kernel/types.h>

int isa_dma_request(unsigned int channel, const char *name); /* in /proc/dma; stays the caller's */
void isa_dma_free(unsigned int channel);

/* Memory that every channel reaches: 2^order pages, at most 64 KB, contents undefined; gfp as
 * page_alloc(). NULL. */
#define ISA_DMA_ORDER_MAX 4u
void *isa_dma_buffer(unsigned int order, unsigned int gfp) __must_check;
void isa_dma_buffer_free(void *buffer, unsigned int order);

/* to_memory: from the device. 0 or -EINVAL. */
int isa_dma_start(unsigned int channel, const void *buffer, u32 bytes, bool to_memory);
/* The channel does no more; the bytes that were not moved. */
u32 isa_dma_stop(unsigned int channel);

extern struct mutex isa_turn;
extern bool isa_turn_needed; /* written while devices are looked for, never cleared */

#endif
