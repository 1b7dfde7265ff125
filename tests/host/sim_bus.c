/* The simulated bus of sim_bus.h. */
#include <host/host.h>
#include <host/sim_bus.h>
#include <string.h>

static struct sim_bus *bus_of(struct hw *hw)
{
	return container_of(hw, struct sim_bus, hw);
}

static struct sim_region *region_at(struct sim_bus *bus, u16 port)
{
	/* The last claim wins, so a test can lay a fault over a chip. */
	for (unsigned int i = bus->region_count; i > 0; i--) {
		struct sim_region *r = &bus->regions[i - 1];

		if (port >= r->first && port <= r->last)
			return r;
	}
	return NULL;
}

static u32 ones(unsigned int width)
{
	return width == 4 ? 0xffffffffu : (1u << (8 * width)) - 1;
}

static u32 floating_value(const struct sim_bus *bus, unsigned int width)
{
	return (bus->floating * 0x01010101u) & ones(width);
}

/* The earliest event due by `limit`, or NULL. */
static struct sim_event *next_event(struct sim_bus *bus, u64 limit)
{
	struct sim_event *best = NULL;

	for (unsigned int i = 0; i < bus->event_count; i++) {
		struct sim_event *e = &bus->events[i];

		if (e->at_ns <= limit && (!best || e->at_ns < best->at_ns))
			best = e;
	}
	return best;
}

static void pass_until(struct sim_bus *bus, u64 end_ns, bool stop_at_irq)
{
	struct sim_event *e;

	while (!(stop_at_irq && bus->irq) && (e = next_event(bus, end_ns))) {
		struct sim_event due = *e;

		*e = bus->events[--bus->event_count];
		if (due.at_ns > bus->now_ns)
			bus->now_ns = due.at_ns;
		due.fn(due.arg);
	}
	if (!(stop_at_irq && bus->irq) && bus->now_ns < end_ns)
		bus->now_ns = end_ns;
	if (bus->max_us && bus->now_ns / 1000 > bus->max_us)
		host_die("simulated bus: the driver waits too long", __FILE__, __LINE__);
}

static void account(struct sim_bus *bus, u16 port, unsigned int width, bool write, u32 value)
{
	struct sim_access *a = &bus->trace[(bus->trace_count + SIM_TRACE - 1) % SIM_TRACE];

	/* A polling loop makes one entry. */
	if (bus->trace_count && a->port == port && a->write == write && a->value == value) {
		a->count++;
	} else {
		a = &bus->trace[bus->trace_count++ % SIM_TRACE];
		*a = (struct sim_access){ bus->now_ns, value, port, (u8)width, write, 1 };
	}
	if (bus->max_accesses && bus->accesses > bus->max_accesses)
		host_die("simulated bus: the driver polls without end", __FILE__, __LINE__);
}

static bool start_access(struct sim_bus *bus)
{
	bus->accesses++;
	pass_until(bus, bus->now_ns + bus->access_ns, false);
	return !bus->float_from || bus->accesses < bus->float_from;
}

static u32 bus_read(struct hw *hw, u16 port, unsigned int width)
{
	struct sim_bus *bus = bus_of(hw);
	u32 value = floating_value(bus, width);

	if (start_access(bus)) {
		struct sim_region *r = region_at(bus, port);

		if (r && r->read)
			value = r->read(r->chip, port, width) & ones(width);
		for (unsigned int i = 0; i < bus->stuck_count; i++)
			if (bus->stuck[i].port == port)
				value = (value & ~bus->stuck[i].mask) |
					(bus->stuck[i].value & bus->stuck[i].mask);
		if (bus->read_hook)
			value = bus->read_hook(bus, port, value, width);
		value &= ones(width);
	}
	account(bus, port, width, false, value);
	return value;
}

static void bus_write(struct hw *hw, u16 port, u32 value, unsigned int width)
{
	struct sim_bus *bus = bus_of(hw);

	if (start_access(bus)) {
		struct sim_region *r = region_at(bus, port);

		if (r && r->write)
			r->write(r->chip, port, value, width);
	}
	account(bus, port, width, true, value);
}

static u8 sim_in8(struct hw *hw, u16 port)
{
	return (u8)bus_read(hw, port, 1);
}
static u16 sim_in16(struct hw *hw, u16 port)
{
	return (u16)bus_read(hw, port, 2);
}
static u32 sim_in32(struct hw *hw, u16 port)
{
	return bus_read(hw, port, 4);
}
static void sim_out8(struct hw *hw, u16 port, u8 value)
{
	bus_write(hw, port, value, 1);
}
static void sim_out16(struct hw *hw, u16 port, u16 value)
{
	bus_write(hw, port, value, 2);
}
static void sim_out32(struct hw *hw, u16 port, u32 value)
{
	bus_write(hw, port, value, 4);
}

static void read_string(struct hw *hw, u16 port, u8 *p, size_t count, unsigned int width)
{
	for (size_t i = 0; i < count; i++) {
		u32 value = bus_read(hw, port, width);

		memcpy(p + width * i, &value, width);
	}
}

static void write_string(struct hw *hw, u16 port, const u8 *p, size_t count, unsigned int width)
{
	for (size_t i = 0; i < count; i++) {
		u32 value = 0;

		memcpy(&value, p + width * i, width);
		bus_write(hw, port, value, width);
	}
}

static void sim_ins16(struct hw *hw, u16 port, void *buf, size_t words)
{
	read_string(hw, port, buf, words, 2);
}
static void sim_outs16(struct hw *hw, u16 port, const void *buf, size_t words)
{
	write_string(hw, port, buf, words, 2);
}
static void sim_ins32(struct hw *hw, u16 port, void *buf, size_t dwords)
{
	read_string(hw, port, buf, dwords, 4);
}
static void sim_outs32(struct hw *hw, u16 port, const void *buf, size_t dwords)
{
	write_string(hw, port, buf, dwords, 4);
}

static void sim_delay_us(struct hw *hw, unsigned int us)
{
	sim_bus_advance(bus_of(hw), us);
}

static u64 sim_now_us(struct hw *hw)
{
	/* Looking at the clock takes time too, or a loop that only looks would never end. */
	struct sim_bus *bus = bus_of(hw);

	pass_until(bus, bus->now_ns + 100, false);
	return bus->now_ns / 1000;
}

static bool sim_wait_irq(struct hw *hw, unsigned int timeout_us)
{
	struct sim_bus *bus = bus_of(hw);
	bool came;

	if (!bus->irq)
		pass_until(bus, bus->now_ns + (u64)timeout_us * 1000, true);
	came = bus->irq;
	bus->irq = false;
	return came;
}

static const struct hw_ops sim_hw_ops = {
	.in8 = sim_in8,
	.in16 = sim_in16,
	.in32 = sim_in32,
	.out8 = sim_out8,
	.out16 = sim_out16,
	.out32 = sim_out32,
	.ins16 = sim_ins16,
	.outs16 = sim_outs16,
	.ins32 = sim_ins32,
	.outs32 = sim_outs32,
	.delay_us = sim_delay_us,
	.sleep_us = sim_delay_us,
	.now_us = sim_now_us,
	.wait_irq = sim_wait_irq,
};

void sim_bus_init(struct sim_bus *bus)
{
	memset(bus, 0, sizeof(*bus));
	bus->hw.ops = &sim_hw_ops;
	bus->floating = 0xff;
	bus->access_ns = 1000;
}

void sim_bus_claim(struct sim_bus *bus, u16 first, unsigned int count, sim_read_fn read,
		   sim_write_fn write, void *chip)
{
	if (!count || bus->region_count == SIM_REGIONS)
		host_die("simulated bus: bad claim", __FILE__, __LINE__);
	bus->regions[bus->region_count++] = (struct sim_region){
		.first = first,
		.last = (u16)(first + count - 1),
		.read = read,
		.write = write,
		.chip = chip,
	};
}

void sim_bus_release(struct sim_bus *bus, u16 first)
{
	for (unsigned int i = bus->region_count; i > 0; i--) {
		if (bus->regions[i - 1].first != first)
			continue;
		memmove(&bus->regions[i - 1], &bus->regions[i],
			(bus->region_count - i) * sizeof(bus->regions[0]));
		bus->region_count--;
		return;
	}
	host_die("simulated bus: released what was not claimed", __FILE__, __LINE__);
}

void sim_bus_at(struct sim_bus *bus, u64 us, void (*fn)(void *arg), void *arg)
{
	if (bus->event_count == SIM_EVENTS)
		host_die("simulated bus: too many events", __FILE__, __LINE__);
	bus->events[bus->event_count++] = (struct sim_event){ bus->now_ns + us * 1000, fn, arg };
}

void sim_bus_cancel(struct sim_bus *bus, void (*fn)(void *arg), void *arg)
{
	for (unsigned int i = bus->event_count; i > 0; i--)
		if (bus->events[i - 1].fn == fn && bus->events[i - 1].arg == arg)
			bus->events[i - 1] = bus->events[--bus->event_count];
}

void sim_bus_advance(struct sim_bus *bus, u64 us)
{
	pass_until(bus, bus->now_ns + us * 1000, false);
}

void sim_bus_raise_irq(struct sim_bus *bus)
{
	if (!bus->lose_irqs)
		bus->irq = true;
}

void sim_bus_float_after(struct sim_bus *bus, u64 nth)
{
	bus->float_from = nth ? bus->accesses + nth : 0;
}

void sim_bus_stick(struct sim_bus *bus, u16 port, u32 mask, u32 value)
{
	if (bus->stuck_count == SIM_STUCK)
		host_die("simulated bus: too many stuck ports", __FILE__, __LINE__);
	bus->stuck[bus->stuck_count++] = (struct sim_stuck){ port, mask, value };
}

void sim_bus_unstick(struct sim_bus *bus, u16 port)
{
	for (unsigned int i = bus->stuck_count; i > 0; i--)
		if (bus->stuck[i - 1].port == port)
			bus->stuck[i - 1] = bus->stuck[--bus->stuck_count];
}

static u64 trace_begin(const struct sim_bus *bus)
{
	return bus->trace_count > SIM_TRACE ? bus->trace_count - SIM_TRACE : 0;
}

unsigned int sim_bus_accessed(const struct sim_bus *bus, u16 port, bool write)
{
	unsigned int n = 0;

	for (u64 i = trace_begin(bus); i < bus->trace_count; i++) {
		const struct sim_access *a = &bus->trace[i % SIM_TRACE];

		if (a->port == port && a->write == write)
			n += a->count;
	}
	return n;
}

u32 sim_bus_last_write(const struct sim_bus *bus, u16 port)
{
	for (u64 i = bus->trace_count; i > trace_begin(bus); i--) {
		const struct sim_access *a = &bus->trace[(i - 1) % SIM_TRACE];

		if (a->port == port && a->write)
			return a->value;
	}
	return ~0u;
}
