/* sim_8254.c - see sim_8254.h. */
#include <string.h>
#include "sim_8254.h"

u64 sim_8254_clocks(const struct sim_8254 *s, int channel)
{
	const struct sim_8254_channel *c = &s->channel[channel];

	if (!c->loaded || s->dead)
		return 0;
	return (c->gated_ns + (c->gate ? s->bus->now_ns - c->since_ns : 0)) * SIM_8254_HZ /
	       1000000000;
}

static u64 full(const struct sim_8254_channel *c)
{
	return c->reload ? c->reload : 0x10000;
}

static u16 count(const struct sim_8254 *s, int channel)
{
	const struct sim_8254_channel *c = &s->channel[channel];
	u64 clocks = sim_8254_clocks(s, channel);

	if (c->mode == 0)
		return (u16)(full(c) - clocks);
	if (c->mode == 3)
		clocks *= 2;
	return (u16)(full(c) - clocks % full(c));
}

bool sim_8254_out(const struct sim_8254 *s, int channel)
{
	const struct sim_8254_channel *c = &s->channel[channel];

	if (c->mode == 0)
		return c->loaded && sim_8254_clocks(s, channel) >= full(c);
	return sim_8254_clocks(s, channel) % full(c) < full(c) / 2;
}

static void command(struct sim_8254 *s, u8 value)
{
	struct sim_8254_channel *c = &s->channel[value >> 6];

	if (value >> 6 == 3) { /* read-back, of the count not modelled */
		for (int i = 0; i < 3 && !(value & 0x10); i++)
			s->channel[i].status_latched |= value & 2 << i;
		return;
	}
	if (!(value & 0x30)) {
		if (!c->latched)
			c->latch = count(s, value >> 6);
		c->latched = true;
		return;
	}
	*c = (struct sim_8254_channel){ .mode = value >> 1 & 3, .gate = c->gate };
}

static void load(struct sim_8254 *s, struct sim_8254_channel *c, u8 value)
{
	if (!c->write_high) {
		c->write_low = value;
		c->write_high = true;
		return;
	}
	c->write_high = false;
	c->reload = (u16)(value << 8 | c->write_low);
	c->loaded = true;
	c->gated_ns = 0;
	c->since_ns = s->bus->now_ns;
}

static void write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_8254 *s = chip;

	if (port == 0x43)
		command(s, (u8)value);
	else
		load(s, &s->channel[port - 0x40], (u8)value);
}

static u32 read(void *chip, u16 port, unsigned int width)
{
	struct sim_8254 *s = chip;
	struct sim_8254_channel *c = &s->channel[port & 3];
	const bool high = c->read_high;
	u16 value;

	if (port == 0x43)
		return 0xff;
	if (c->status_latched) {
		c->status_latched = false;
		return (u32)(sim_8254_out(s, port & 3) << 7 | !c->loaded << 6 | 0x30 |
			     c->mode << 1);
	}
	value = c->latched ? c->latch : count(s, port & 3);
	c->read_high = !high;
	if (high)
		c->latched = false;
	return high ? value >> 8 : value & 0xff;
}

static void write61(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_8254 *s = chip;
	struct sim_8254_channel *c = &s->channel[2];
	const bool gate = value & 1;

	if (gate && !c->gate)
		c->since_ns = s->bus->now_ns;
	if (!gate && c->gate)
		c->gated_ns += s->bus->now_ns - c->since_ns;
	c->gate = gate;
	s->port61 = value & 0x0f;
}

static u32 read61(void *chip, u16 port, unsigned int width)
{
	struct sim_8254 *s = chip;

	return s->port61 | (sim_8254_out(s, 2) ? 0x20 : 0);
}

void sim_8254_init(struct sim_8254 *s, struct sim_bus *bus)
{
	memset(s, 0, sizeof(*s));
	s->bus = bus;
	s->channel[0].gate = s->channel[1].gate = true;
	sim_bus_claim(bus, 0x40, 4, read, write, s);
	sim_bus_claim(bus, 0x61, 1, read61, write61, s);
}
