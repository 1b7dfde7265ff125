/*
 * sim_bus.h - a simulated I/O bus with virtual time, the host behind `struct hw` in unit tests.
 *
 * A simulated chip claims port ranges with read and write functions; ports nobody claimed read as
 * all ones (bus->floating, 0xff; set 0x00 for the boards that pull down). Time passes only by
 * delay, sleep, a wait for an interrupt, and by access_ns per access (1 us by default, ISA's pace),
 * so that any polling loop ends. A chip schedules its own later doings with sim_bus_at().
 *
 * Faults: the bus floats from the nth access on; bits of a port are stuck; a read is replaced by a
 * hook. A core that does more than max_accesses accesses, or lets more than max_us pass, fails the
 * test as hung.
 *
 * Units: virtual nanoseconds inside, microseconds in `struct hw`. One thread.
 */
#ifndef HOST_SIM_BUS_H
#define HOST_SIM_BUS_H

#include <kernel/hw.h>
#include <kernel/types.h>

#define SIM_REGIONS 32
#define SIM_EVENTS  32
#define SIM_STUCK   8
#define SIM_TRACE   4096

struct sim_bus;

/* width is 1, 2 or 4 bytes; port is the absolute port number. */
typedef u32 (*sim_read_fn)(void *chip, u16 port, unsigned int width);
typedef void (*sim_write_fn)(void *chip, u16 port, u32 value, unsigned int width);

struct sim_region {
	u16 first, last;
	sim_read_fn read;   /* NULL: reads float */
	sim_write_fn write; /* NULL: writes are ignored */
	void *chip;
};

struct sim_event {
	u64 at_ns;
	void (*fn)(void *arg);
	void *arg;
};

struct sim_stuck {
	u16 port;
	u32 mask, value;
};

struct sim_access {
	u64 at_ns;
	u32 value;
	u16 port;
	u8 width;
	bool write;
	unsigned int count; /* equal ones in a row */
};

struct sim_bus {
	struct hw hw; /* what the core is given */
	u64 now_ns;
	u8 floating;
	unsigned int access_ns;
	u64 accesses;
	bool irq; /* latched, taken by wait_irq() */

	/* limits: 0 = none */
	u64 max_accesses;
	u64 max_us;

	/* faults */
	u64 float_from; /* this access and all later ones float; 0 = never */
	u32 (*read_hook)(struct sim_bus *bus, u16 port, u32 value, unsigned int width);
	void *hook_data;
	bool lose_irqs;

	struct sim_region regions[SIM_REGIONS];
	unsigned int region_count;
	struct sim_event events[SIM_EVENTS];
	unsigned int event_count;
	struct sim_stuck stuck[SIM_STUCK];
	unsigned int stuck_count;
	struct sim_access trace[SIM_TRACE]; /* ring; see sim_bus_accessed() */
	u64 trace_count;
};

void sim_bus_init(struct sim_bus *bus);
void sim_bus_claim(struct sim_bus *bus, u16 first, unsigned int count, sim_read_fn read,
		   sim_write_fn write, void *chip);
/* Takes a chip out of its socket. */
void sim_bus_release(struct sim_bus *bus, u16 first);

/* fn(arg) runs when virtual time has advanced by `us`; sim_bus_cancel() drops all of (fn, arg). */
void sim_bus_at(struct sim_bus *bus, u64 us, void (*fn)(void *arg), void *arg);
void sim_bus_cancel(struct sim_bus *bus, void (*fn)(void *arg), void *arg);
void sim_bus_advance(struct sim_bus *bus, u64 us);

/* The device's interrupt line rose. */
void sim_bus_raise_irq(struct sim_bus *bus);

/* From the nth access from now on (1: the next) the whole bus floats. */
void sim_bus_float_after(struct sim_bus *bus, u64 nth);
/* Reads of this port see `value` in the bits of `mask`, whatever the chip says. */
void sim_bus_stick(struct sim_bus *bus, u16 port, u32 mask, u32 value);
void sim_bus_unstick(struct sim_bus *bus, u16 port);

/* How many writes (or reads) of that port the trace holds, and the last value written (or ~0). */
unsigned int sim_bus_accessed(const struct sim_bus *bus, u16 port, bool write);
u32 sim_bus_last_write(const struct sim_bus *bus, u16 port);

#endif
