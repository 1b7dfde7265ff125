/* The memory test: how much it takes of what the system says it has, and what it finds there. */
// LINK: hwtest/probe/memtest.c hwtest/probe/text.c hwtest/probe/note.c hwtest/report/facts.c
// LINK: common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/rules/memtest.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c
#include <stdlib.h>
#include <string.h>
#include "../../rules/rules.h"
#include "../../rules/test/rule_case.h"
#include "sim_host.h"

/* Cells that forget: the real patterns, and a bit that is lost before each is looked at. */
#define mem_pattern_check check_pattern
#include "../mem_pattern.c"
#undef mem_pattern_check

static struct sim_bus bus;
static struct sim_host host;
static const char *meminfo;
static bool forgets;
static unsigned int checked;

void mem_pattern_check(enum mem_pattern p, u32 pass, const struct mem_page *page,
		       struct mem_result *result)
{
	checked++;
	if (forgets && checked == 3)
		page->words[7] ^= 1u << 5 | 1u << 9; /* one alone looks like an address line */
	check_pattern(p, pass, page, result);
	/* Time passes, so that the test ends. */
	sim_bus_advance(&bus, 100);
}

char *host_read_text(const char *path)
{
	assert_string_equal(path, "/proc/meminfo");
	return meminfo ? strdup(meminfo) : NULL;
}

static int setup(void **state)
{
	sim_bus_init(&bus);
	sim_host_init(&host, &bus);
	host.options.seconds = 1;
	checked = 0;
	forgets = false;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static s64 taken_kb(const char *text)
{
	meminfo = text;
	facts_free(&host.facts);
	facts_init(&host.facts);
	assert_int_equal(sim_host_run(&host, &probe_memtest), PROBE_DONE);
	return sim_fact_number(&host, "", "taken") / 1024;
}

static enum verdict verdict(void)
{
	facts = host.facts;
	return judge_by(&rule_memtest);
}

static void test_most_of_what_is_available(void **state)
{
	/* 768 KB at least are left. */
	assert_int_equal(taken_kb("MemTotal: 8192 kB\nMemFree: 900 kB\nMemAvailable: 1024 kB\n"),
			 256);
	assert_int_equal(sim_fact_number(&host, "", "total"), 8192 * 1024);
	assert_int_equal(sim_fact_number(&host, "", "errors"), 0);
	assert_int_equal(sim_fact_number(&host, "", "tested"), 256 * 1024);
	assert_int_equal(verdict(), VERDICT_WORKS);
	/* Before Linux 3.14 nothing but the free memory is told. */
	assert_int_equal(taken_kb("MemFree: 900 kB\n"), 132);
}

/* What Linux has in caches that it may not give up is not asked for: that ended the probe. */
static void test_linux_counts_more_than_it_can_give(void **state)
{
	assert_int_equal(taken_kb("MemFree: 900 kB\nMemAvailable: 2048 kB\nActive(file): 60 kB\n"
				  "Inactive(file): 40 kB\n"),
			 232);
	assert_int_equal(taken_kb("MemFree: 900 kB\nMemAvailable: 950 kB\nActive(file): 60 kB\n"
				  "Inactive(file): 400 kB\n"),
			 180);
}

static void test_too_little(void **state)
{
	meminfo = "MemFree: 800 kB\n";
	assert_int_equal(sim_host_run(&host, &probe_memtest), PROBE_NOT_RUN);
	facts_free(&host.facts);
	facts_init(&host.facts);
	meminfo = NULL;
	assert_int_equal(sim_host_run(&host, &probe_memtest), PROBE_NOT_RUN);
	facts_free(&host.facts);
	facts_init(&host.facts);
	host.options.seconds = 0;
	assert_int_equal(sim_host_run(&host, &probe_memtest), PROBE_NOT_RUN);
	assert_string_equal(sim_fact_text(&host, "", "reason"), "no time was given (--seconds)");
}

static void test_a_cell_that_forgets(void **state)
{
	forgets = true;
	(void)taken_kb("MemFree: 1024 kB\n");
	assert_int_equal(sim_fact_number(&host, "", "errors"), 1);
	assert_int_equal(sim_fact_number(&host, "error0", "expected") ^
				 sim_fact_number(&host, "error0", "found"),
			 (1 << 5 | 1 << 9));
	assert_string_equal(sim_fact_text(&host, "error0", "pattern"), "address");
	assert_int_equal(verdict(), VERDICT_MALFUNCTION);
	assert_non_null(strstr(reasons, "bits 5 and 9 wrong"));
}

/* Nothing that was written stays unchecked, however short the time. */
static void test_time_is_short(void **state)
{
	meminfo = "MemFree: 1024 kB\n";
	bus.access_ns = 0;
	sim_bus_advance(&bus, 1);
	assert_int_equal(sim_host_run(&host, &probe_memtest), PROBE_DONE);
	assert_in_range(bus.now_ns / 1000, 0, 3000000);
	assert_int_equal(checked % 64, 0);
}

#define MEM_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEM_TEST(test_most_of_what_is_available),
		MEM_TEST(test_linux_counts_more_than_it_can_give),
		MEM_TEST(test_too_little),
		MEM_TEST(test_a_cell_that_forgets),
		MEM_TEST(test_time_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
