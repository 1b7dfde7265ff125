/*
 * i8237.h - the two DMA controllers of an ISA bus, as far as a transfer of one block needs them:
 * registers over struct hw, so that a simulated pair can be driven too (test/i8237_test.c).
 *
 * Channels 0 to 3 move bytes, 5 to 7 words of two; 4 joins the two chips. An address has 24 bits,
 * of which only the lower 16 (17 by words) count: a block must not cross such a border.
 *
 * Locking: address and count go in by halves, through a flip-flop of the whole chip: the caller
 * serialises all calls, interrupts off.
 *
 * Source: Intel 8237A datasheet; IBM PC/AT technical reference (page registers).
 */
#ifndef X86_I8237_H
#define X86_I8237_H

#include <kernel/hw.h>
#include <kernel/types.h>

#define I8237_CHANNELS 8u
#define I8237_CASCADE  4u

/* Can the channel move that block? */
bool i8237_reaches(unsigned int channel, phys_addr_t pa, u32 bytes);
/* Starts when the device asks for it. to_memory: from the device. */
void i8237_start(struct hw *hw, unsigned int channel, phys_addr_t pa, u32 bytes, bool to_memory);
/* Masks the channel; the bytes that were not moved of the block of up to 64 KB. */
u32 i8237_stop(struct hw *hw, unsigned int channel);

#endif
