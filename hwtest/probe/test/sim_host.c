/* The host of sim_host.h. */
#include "sim_host.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct sim_host *sim_of(struct host *h)
{
	return container_of(h, struct sim_host, host);
}

/* The core is given host.hw; the bus knows only its own. */
static struct hw *bus_of(struct hw *hw)
{
	return &container_of(hw, struct sim_host, host.hw)->bus->hw;
}

static u8 fwd_in8(struct hw *hw, u16 port)
{
	return hw_in8(bus_of(hw), port);
}
static u16 fwd_in16(struct hw *hw, u16 port)
{
	return hw_in16(bus_of(hw), port);
}
static u32 fwd_in32(struct hw *hw, u16 port)
{
	return hw_in32(bus_of(hw), port);
}
static void fwd_out8(struct hw *hw, u16 port, u8 value)
{
	hw_out8(bus_of(hw), port, value);
}
static void fwd_out16(struct hw *hw, u16 port, u16 value)
{
	hw_out16(bus_of(hw), port, value);
}
static void fwd_out32(struct hw *hw, u16 port, u32 value)
{
	hw_out32(bus_of(hw), port, value);
}
static void fwd_ins16(struct hw *hw, u16 port, void *buf, size_t words)
{
	hw_ins16(bus_of(hw), port, buf, words);
}
static void fwd_outs16(struct hw *hw, u16 port, const void *buf, size_t words)
{
	hw_outs16(bus_of(hw), port, buf, words);
}
static void fwd_ins32(struct hw *hw, u16 port, void *buf, size_t dwords)
{
	hw_ins32(bus_of(hw), port, buf, dwords);
}
static void fwd_outs32(struct hw *hw, u16 port, const void *buf, size_t dwords)
{
	hw_outs32(bus_of(hw), port, buf, dwords);
}
static void fwd_delay_us(struct hw *hw, unsigned int us)
{
	hw_delay_us(bus_of(hw), us);
}
static void fwd_sleep_us(struct hw *hw, unsigned int us)
{
	hw_sleep_us(bus_of(hw), us);
}
static u64 fwd_now_us(struct hw *hw)
{
	return hw_now_us(bus_of(hw)) - container_of(hw, struct sim_host, host.hw)->lost_us;
}

/* As the real one without interrupts: a nap. */
static bool fwd_wait_irq(struct hw *hw, unsigned int timeout_us)
{
	hw_sleep_us(bus_of(hw), min(timeout_us, 500u));
	return false;
}

static const struct hw_ops ops = {
	fwd_in8,    fwd_in16,  fwd_in32,   fwd_out8,	 fwd_out16,    fwd_out32,  fwd_ins16,
	fwd_outs16, fwd_ins32, fwd_outs32, fwd_delay_us, fwd_sleep_us, fwd_now_us, fwd_wait_irq,
};

/* ---- host.h ---- */

static struct sim_host *current_host;

int host_read_memory(struct host *h, uint32_t phys, void *to, size_t bytes)
{
	struct sim_host *sim = sim_of(h);

	if (sim->no_memory)
		return -ENODEV;
	if (phys > SIM_MEMORY || bytes > SIM_MEMORY - phys)
		return -EFAULT;
	memcpy(to, sim->memory + phys, bytes);
	return 0;
}

volatile void *host_map(struct host *h, uint32_t phys, size_t bytes)
{
	struct sim_host *sim = sim_of(h);

	if (sim->no_memory || phys > SIM_MEMORY || bytes > SIM_MEMORY - phys)
		return NULL;
	return sim->memory + phys;
}

void host_unmap(volatile void *p, size_t bytes)
{
}

const char *host_owner(const struct host *h, uint16_t port)
{
	const struct sim_host *sim = sim_of((struct host *)(uintptr_t)h);

	return sim->owner && port >= sim->owned_first && port <= sim->owned_last ? sim->owner
										 : NULL;
}

unsigned long host_lock(void)
{
	return 0;
}

void host_unlock(unsigned long saved)
{
}

int host_irq_pending(struct host *h, unsigned int line)
{
	struct sim_host *sim = sim_of(h);

	return sim->requests ? sim->requests() >> line & 1 : -1;
}

int host_irq_masked(struct host *h, unsigned int line)
{
	struct sim_host *sim = sim_of(h);

	return sim->requests ? sim->masks >> line & 1 : -1;
}

uint64_t host_now_us(void)
{
	return hw_now_us(&current_host->host.hw);
}

/* ---- the run ---- */

static void say(void *ctx, const char *line)
{
	struct sim_host *sim = ctx;
	size_t used = strlen(sim->said);

	(void)snprintf(sim->said + used, sizeof(sim->said) - used, "%s\n", line);
}

void sim_host_init(struct sim_host *h, struct sim_bus *bus)
{
	memset(h, 0, sizeof(*h));
	h->host = (struct host){ .hw.ops = &ops, .mem = -1, .alone = true };
	h->bus = bus;
	h->options.class = CLASS_R1;
	facts_init(&h->facts);
	current_host = h;
}

void sim_host_free(struct sim_host *h)
{
	facts_free(&h->facts);
}

enum probe_end sim_host_run(struct sim_host *h, const struct probe *probe)
{
	h->run = (struct probe_run){ .probe = probe,
				     .options = &h->options,
				     .host = &h->host,
				     .facts = &h->facts,
				     .say = say,
				     .ctx = h };
	return probe->run(&h->run);
}

static const struct fact *find(const struct sim_host *h, const char *subject, const char *key,
			       enum fact_kind kind)
{
	const struct fact *fact = facts_find(&h->facts, h->run.probe->name, subject, key);

	if (!fact)
		fail_msg("no fact %s of \"%s\"", key, subject);
	assert_int_equal(fact->kind, kind);
	return fact;
}

const char *sim_fact_text(const struct sim_host *h, const char *subject, const char *key)
{
	return find(h, subject, key, FACT_TEXT)->text;
}

s64 sim_fact_number(const struct sim_host *h, const char *subject, const char *key)
{
	return find(h, subject, key, FACT_NUMBER)->number;
}

const struct fact *sim_fact_bytes(const struct sim_host *h, const char *subject, const char *key,
				  size_t count)
{
	const struct fact *fact = find(h, subject, key, FACT_BYTES);

	assert_int_equal(fact->count, count);
	return fact;
}

bool sim_fact_exists(const struct sim_host *h, const char *subject, const char *key)
{
	return facts_find(&h->facts, h->run.probe->name, subject, key) != NULL;
}
