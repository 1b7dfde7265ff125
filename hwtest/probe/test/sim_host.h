/*
 * sim_host.h - a probe over simulated chips: struct host whose ports are a struct sim_bus, whose
 * memory is 1 MB here, and whose time is virtual; and the run around it.
 */
#ifndef HWTEST_PROBE_TEST_SIM_HOST_H
#define HWTEST_PROBE_TEST_SIM_HOST_H

#include <host/host.h>
#include <host/sim_bus.h>
#include "../probe.h"

#define SIM_MEMORY 0x100000u

struct sim_host {
	struct host host;
	struct sim_bus *bus;
	u8 memory[SIM_MEMORY];
	bool no_memory;
	/* A driver has these ports; NULL: none has any. */
	const char *owner;
	u16 owned_first, owned_last;
	/* Lines that request an interrupt now, and that are masked; NULL: the 8259s are not used.
	 */
	u16 (*requests)(void);
	u16 masks;
	/* The system's clock counts ticks and has lost some: it stands behind the bus's by so much.
	 */
	u64 lost_us;
	struct facts facts;
	struct probe_options options; /* class R1 */
	struct probe_run run;
	char said[4096]; /* the steps, a line each */
};

/* Alone, nobody owns anything. */
void sim_host_init(struct sim_host *h, struct sim_bus *bus);
void sim_host_free(struct sim_host *h);
enum probe_end sim_host_run(struct sim_host *h, const struct probe *probe);

/* Of the probe that ran last; they fail the test when it is not there or of another kind. */
const char *sim_fact_text(const struct sim_host *h, const char *subject, const char *key);
s64 sim_fact_number(const struct sim_host *h, const char *subject, const char *key);
const struct fact *sim_fact_bytes(const struct sim_host *h, const char *subject, const char *key,
				  size_t count);
bool sim_fact_exists(const struct sim_host *h, const char *subject, const char *key);

#endif
