/* sim_8259.c - see sim_8259.h. */
#include <string.h>
#include "sim_8259.h"

#define MASTER 0
#define SLAVE  1

static void command(struct sim_8259_chip *c, u8 value)
{
	if (value & 0x10) { /* ICW1 */
		*c = (struct sim_8259_chip){ .icw1 = value,
					     .expect = 2,
					     .specific_eois = c->specific_eois };
	} else if (value & 0x08) { /* OCW3 */
		if (value & 0x02)
			c->read_isr = value & 0x01;
	} else if ((value & 0xe0) == 0x60) { /* specific EOI */
		c->service &= (u8) ~(1u << (value & 7));
		c->specific_eois++;
	} else if ((value & 0xe0) == 0x20) { /* of the highest priority */
		c->service &= (u8)(c->service - 1);
	}
}

static void data(struct sim_8259_chip *c, u8 value)
{
	switch (c->expect) {
	case 2:
		c->vector = value & 0xf8;
		c->expect = c->icw1 & 0x02 ? 0 : 3; /* single: no ICW3 */
		break;
	case 3:
		c->icw3 = value;
		c->expect = c->icw1 & 0x01 ? 4 : 0;
		break;
	case 4:
		c->icw4 = value;
		c->expect = 0;
		break;
	default:
		c->mask = value;
	}
}

static void write(struct sim_8259_chip *c, u16 port, u8 value)
{
	if (port & 1)
		data(c, value);
	else
		command(c, value);
}

static u32 read(struct sim_8259_chip *c, u16 port)
{
	if (port & 1)
		return c->mask;
	return c->read_isr ? c->service : c->requests;
}

static void master_write(void *s, u16 port, u32 value, unsigned int width)
{
	write(&((struct sim_8259 *)s)->chip[MASTER], port, (u8)value);
}
static void slave_write(void *s, u16 port, u32 value, unsigned int width)
{
	write(&((struct sim_8259 *)s)->chip[SLAVE], port, (u8)value);
}
static u32 master_read(void *s, u16 port, unsigned int width)
{
	return read(&((struct sim_8259 *)s)->chip[MASTER], port);
}
static u32 slave_read(void *s, u16 port, unsigned int width)
{
	return read(&((struct sim_8259 *)s)->chip[SLAVE], port);
}

void sim_8259_init(struct sim_8259 *s, struct sim_bus *bus)
{
	memset(s, 0, sizeof(*s));
	s->bus = bus;
	/* As a BIOS leaves them: vectors 08 and 70, everything open. */
	s->chip[MASTER] =
		(struct sim_8259_chip){ .icw1 = 0x11, .vector = 0x08, .icw3 = 4, .icw4 = 1 };
	s->chip[SLAVE] =
		(struct sim_8259_chip){ .icw1 = 0x11, .vector = 0x70, .icw3 = 2, .icw4 = 1 };
	sim_bus_claim(bus, 0x20, 2, master_read, master_write, s);
	sim_bus_claim(bus, 0xa0, 2, slave_read, slave_write, s);
}

void sim_8259_raise(struct sim_8259 *s, int line)
{
	s->chip[line >= 8].requests |= (u8)(1u << (line & 7));
}

void sim_8259_drop(struct sim_8259 *s, int line)
{
	s->chip[line >= 8].requests &= (u8) ~(1u << (line & 7));
}

/* The request that is served next, -1: none that is open and above what is in service. */
static int next(const struct sim_8259_chip *c, u8 requests)
{
	for (int line = 0; line < 8; line++) {
		if (c->service & (1u << line))
			return -1;
		if (requests & ~c->mask & (1u << line))
			return line;
	}
	return -1;
}

static int master_next(const struct sim_8259 *s)
{
	const struct sim_8259_chip *m = &s->chip[MASTER], *l = &s->chip[SLAVE];
	u8 requests = m->requests & (u8) ~(1u << 2);

	if (next(l, l->requests) >= 0)
		requests |= 1u << 2;
	return m->expect || l->expect ? -1 : next(m, requests);
}

/* A slave answers when the master's cascade line and its own number agree, else the bus floats. */
static int ack_slave(struct sim_8259_chip *m, struct sim_8259_chip *l)
{
	int line = next(l, l->requests);

	if (!(m->icw3 & (1u << 2)) || (l->icw3 & 7) != 2)
		return 0xff;
	if (line < 0)
		return l->vector + 7; /* spurious: nothing is in service there */
	l->requests &= (u8) ~(1u << line);
	l->service |= (u8)(1u << line);
	return l->vector + line;
}

int sim_8259_ack(struct sim_8259 *s)
{
	struct sim_8259_chip *m = &s->chip[MASTER];
	const int line = master_next(s);

	if (line < 0)
		return -1;
	m->requests &= (u8) ~(1u << line);
	m->service |= (u8)(1u << line);
	if (!(m->icw4 & 1))
		return 0xcd; /* a CALL, as an 8085 wants it */
	return line == 2 ? ack_slave(m, &s->chip[SLAVE]) : m->vector + line;
}

int sim_8259_ack_vanished(struct sim_8259 *s, bool slave)
{
	if (!slave)
		return s->chip[MASTER].vector + 7;
	s->chip[MASTER].service |= 1u << 2;
	return ack_slave(&s->chip[MASTER], &s->chip[SLAVE]);
}
