/* writetest_case.h - the write test in a simulated machine, and its rule. */
#ifndef HWTEST_PROBE_TEST_WRITETEST_CASE_H
#define HWTEST_PROBE_TEST_WRITETEST_CASE_H

#include "../../rules/test/rule_case.h"
#include "../disks.h"
#include "sim_host.h"
#include <string.h>

#define PLACES_LEAST 20

/* The build host's disks are none of its business. */
struct disk_name *disks_find(size_t *count)
{
	*count = 0;
	return NULL;
}

static inline void start(struct sim_host *host, struct sim_bus *bus)
{
	bus->max_us = 600000000;
	sim_host_init(host, bus);
	host->options.class = CLASS_W;
}

static inline enum verdict run(struct sim_host *host)
{
	assert_int_equal(sim_host_run(host, &probe_writetest), PROBE_DONE);
	facts = host->facts;
	return judge_by(&rule_writetest);
}

static inline void expect_refused(struct sim_host *host, const char *why)
{
	assert_int_equal(sim_host_run(host, &probe_writetest), PROBE_NOT_RUN);
	assert_non_null(strstr(sim_fact_text(host, "", "reason"), why));
}

#endif
