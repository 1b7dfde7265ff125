/*
 * i8237.c - registers of the ISA DMA controllers.
 */
#include "i8237.h"

#define MODE_SINGLE	 0x40u
#define MODE_TO_MEMORY	 0x04u
#define MODE_FROM_MEMORY 0x08u
#define MASK_SET	 0x04u

/* The AT's page registers, by channel. */
static const u8 page_port[I8237_CHANNELS] = { 0x87, 0x83, 0x81, 0x82, 0x8F, 0x8B, 0x89, 0x8A };

/* The second chip's registers are two ports apart. */
static const struct chip {
	u16 first;  /* address of its channel 0 */
	u8 spacing; /* between registers */
	u16 mask, mode, flip_flop;
} chips[] = {
	{ 0x00, 1, 0x0A, 0x0B, 0x0C },
	{ 0xC0, 2, 0xD4, 0xD6, 0xD8 },
};

static const struct chip *chip_of(unsigned int channel)
{
	return &chips[channel / 4];
}

static bool by_words(unsigned int channel)
{
	return channel > I8237_CASCADE;
}

static u16 address_port(unsigned int channel)
{
	const struct chip *c = chip_of(channel);

	return (u16)(c->first + channel % 4 * 2u * c->spacing);
}

static u16 count_port(unsigned int channel)
{
	return (u16)(address_port(channel) + chip_of(channel)->spacing);
}

bool i8237_reaches(unsigned int channel, phys_addr_t pa, u32 bytes)
{
	u32 span = by_words(channel) ? 0x20000u : 0x10000u, last = (u32)pa + bytes - 1u;

	if (channel >= I8237_CHANNELS || channel == I8237_CASCADE || !bytes || bytes > span)
		return false;
	if (by_words(channel) && ((pa | bytes) & 1u))
		return false;
	return last >= pa && last <= 0xFFFFFFu && pa / span == last / span;
}

static void put_16(struct hw *hw, u16 port, u32 value)
{
	hw_out8(hw, port, (u8)value);
	hw_out8(hw, port, (u8)(value >> 8));
}

static u32 get_16(struct hw *hw, u16 port)
{
	u32 low = hw_in8(hw, port);

	return low | (u32)hw_in8(hw, port) << 8;
}

void i8237_start(struct hw *hw, unsigned int channel, phys_addr_t pa, u32 bytes, bool to_memory)
{
	const struct chip *c = chip_of(channel);
	u8 line = (u8)(channel % 4), mode = MODE_SINGLE;
	u32 shift = by_words(channel) ? 1 : 0;

	mode |= to_memory ? MODE_TO_MEMORY : MODE_FROM_MEMORY;
	hw_out8(hw, c->mask, MASK_SET | line);
	hw_out8(hw, c->flip_flop, 0);
	hw_out8(hw, c->mode, mode | line);
	put_16(hw, address_port(channel), (u32)pa >> shift);
	hw_out8(hw, page_port[channel], (u8)((pa >> 16) & (by_words(channel) ? 0xFEu : 0xFFu)));
	put_16(hw, count_port(channel), (bytes >> shift) - 1u);
	hw_out8(hw, c->mask, line);
}

u32 i8237_stop(struct hw *hw, unsigned int channel)
{
	const struct chip *c = chip_of(channel);
	u32 count;

	hw_out8(hw, c->mask, (u8)(MASK_SET | channel % 4));
	hw_out8(hw, c->flip_flop, 0);
	count = (get_16(hw, count_port(channel)) + 1u) & 0xFFFFu;
	return by_words(channel) ? count * 2u : count;
}
