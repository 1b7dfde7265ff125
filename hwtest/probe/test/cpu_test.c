/* The processor's probe over processors that are not there: with CPUID, before it, and lying ones.
 */
// LINK: hwtest/probe/cpu.c hwtest/probe/timer.c hwtest/probe/text.c hwtest/probe/note.c
// LINK: hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: kernel/x86/test/sim_8254.c
#include <kernel/unaligned.h>
#include <kernel/x86/cpu_decode.h>
#include <kernel/x86/test/sim_8254.h>
#include <string.h>
#include "../../host/processor.h"
#include "../cpu_speed.h"
#include "sim_host.h"

static struct sim_bus bus;
static struct sim_8254 pit;
static struct sim_host host;
static const char *cpuinfo;

static struct {
	bool ac, id, cyrix;
	u32 highest, highest_extended, features;
	u16 fpu_status, fpu_control;
	s32 fdiv_rest;
	u32 khz; /* of the counter */
	unsigned int cpuids, tscs;
} cpu;

bool processor_flag_changes(unsigned int bit)
{
	return bit == 18 ? cpu.ac : cpu.id;
}

void processor_cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
	assert_true(cpu.id);
	cpu.cpuids++;
	memset(regs, 0, 16);
	regs[2] = subleaf;
	if (!leaf)
		regs[0] = cpu.highest;
	else if (leaf == 0x80000000u)
		regs[0] = cpu.highest_extended;
	else if (leaf == 1)
		regs[3] = cpu.features;
}

bool processor_divides_like_cyrix(void)
{
	return cpu.cyrix;
}

void processor_fpu_words(u16 *status, u16 *control)
{
	*status = cpu.fpu_status;
	*control = cpu.fpu_control;
}

s32 processor_fdiv_rest(void)
{
	assert_int_equal(cpu.fpu_control, 0x037f);
	return cpu.fdiv_rest;
}

u64 processor_tsc(void)
{
	assert_true(cpu.id && cpu.features & CPUID_TSC);
	cpu.tscs++;
	return bus.now_ns * cpu.khz / 1000000;
}

/* Time does not pass by itself here; as if 8 KB were cached. */
u32 cpu_read_ps(struct hw *hw, u32 bytes)
{
	return bytes <= 8192 ? 30000 : 200000;
}

char *host_read_text(const char *path)
{
	return !strcmp(path, "/proc/cpuinfo") && cpuinfo ? strdup(cpuinfo) : NULL;
}

static int setup(void **state)
{
	sim_bus_init(&bus);
	bus.max_us = 60000000;
	sim_8254_init(&pit, &bus);
	sim_host_init(&host, &bus);
	memset(&cpu, 0, sizeof(cpu));
	cpu.ac = true;
	cpu.fpu_control = 0x037f;
	cpu.khz = 100000;
	cpuinfo = NULL;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void run(void)
{
	assert_int_equal(sim_host_run(&host, &probe_cpu), PROBE_DONE);
}

static void test_a_processor_with_cpuid(void **state)
{
	cpu.id = true;
	cpu.highest = 3;
	cpu.highest_extended = 0x80000001u;
	cpu.features = CPUID_TSC;
	run();
	assert_int_equal(get_le32(sim_fact_bytes(&host, "00000000", "cpuid", 16)->bytes), 3);
	assert_true(sim_fact_exists(&host, "80000001", "cpuid"));
	assert_false(sim_fact_exists(&host, "00000004", "cpuid"));
	/* A Pentium III's own number. */
	assert_true(sim_fact_bytes(&host, "00000003", "cpuid", 16)->identifying);
	assert_false(sim_fact_bytes(&host, "00000001", "cpuid", 16)->identifying);
	assert_in_range(sim_fact_number(&host, "", "tsc-khz"), 99800, 100200);
	assert_in_range(sim_fact_number(&host, "", "tsc-by-timer"), 99000, 101000);
	assert_int_equal(sim_fact_number(&host, "", "fdiv-rest"), 0);
	assert_int_equal(sim_fact_number(&host, "8192", "read-ps"), 30000);
	assert_int_equal(sim_fact_number(&host, "16384", "read-ps"), 200000);
}

/* Leaves beyond reason are not asked for: the list would have no end. */
static void test_nonsense_in_the_highest_leaf(void **state)
{
	cpu.id = true;
	cpu.highest = 0x00000543;
	cpu.highest_extended = 0xffffffffu;
	run();
	assert_true(sim_fact_exists(&host, "00000000", "cpuid"));
	assert_false(sim_fact_exists(&host, "00000001", "cpuid"));
	assert_false(sim_fact_exists(&host, "80000000", "cpuid"));
	assert_in_range(cpu.cpuids, 1, 10);
}

static void test_the_parts_of_the_cache_leaf(void **state)
{
	cpu.id = true;
	cpu.highest = 4;
	run();
	assert_int_equal(get_le32(sim_fact_bytes(&host, "00000004.3", "cpuid", 16)->bytes + 8), 3);
	assert_false(sim_fact_exists(&host, "00000004.8", "cpuid"));
}

static void test_a_486(void **state)
{
	run();
	assert_int_equal(sim_fact_number(&host, "", "flag-ac"), 1);
	assert_int_equal(sim_fact_number(&host, "", "flag-id"), 0);
	assert_int_equal(sim_fact_number(&host, "", "divides-like-cyrix"), 0);
	assert_int_equal(cpu.cpuids + cpu.tscs, 0);
	assert_false(sim_fact_exists(&host, "", "tsc-khz"));
}

static u8 cyrix_index;

static u32 cyrix_in(void *chip, u16 port, unsigned int width)
{
	return cyrix_index == 0xfe ? 0x1b : 0x31;
}

static void cyrix_out(void *chip, u16 port, u32 value, unsigned int width)
{
	assert_int_equal(port, 0x22);
	cyrix_index = (u8)value;
}

/* Its registers may be a chip set's: only of one that proved to be a Cyrix, and when asked. */
static void test_registers_of_a_cyrix(void **state)
{
	const struct fact *dir;

	sim_bus_claim(&bus, 0x22, 2, cyrix_in, cyrix_out, NULL);
	host.options.class = CLASS_R2;
	run();
	assert_int_equal(sim_bus_accessed(&bus, 0x22, true), 0);
	cpu.cyrix = true;
	host.options.class = CLASS_R1;
	run();
	assert_int_equal(sim_bus_accessed(&bus, 0x22, true), 0);
	host.options.class = CLASS_R2;
	run();
	dir = sim_fact_bytes(&host, "", "cyrix-registers", 2);
	assert_int_equal(dir->bytes[0], 0x1b);
	assert_int_equal(dir->bytes[1], 0x31);
}

static void test_no_floating_point(void **state)
{
	cpu.fpu_status = 0x5a5a;
	cpu.fpu_control = 0x5a5a;
	run();
	assert_int_equal(sim_fact_number(&host, "", "fpu-status"), 0x5a5a);
	assert_false(sim_fact_exists(&host, "", "fdiv-rest"));
}

static void test_a_counter_that_changes_its_pace(void **state)
{
	cpu.id = true;
	cpu.highest = 1;
	cpu.features = CPUID_TSC;
	cpu.khz = 0;
	run();
	assert_int_equal(sim_fact_number(&host, "", "tsc-khz"), 0);
}

static void test_what_the_system_says(void **state)
{
	cpuinfo = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 8\nmodel name\t: Pentium "
		  "III\n"
		  "flags\t\t: fpu tsc\n\nprocessor\t: 1\nvendor_id\t: Other\n";
	run();
	assert_string_equal(sim_fact_text(&host, "system", "vendor"), "GenuineIntel");
	assert_string_equal(sim_fact_text(&host, "system", "model"), "8");
	assert_string_equal(sim_fact_text(&host, "system", "name"), "Pentium III");
	assert_string_equal(sim_fact_text(&host, "system", "flags"), "fpu tsc");
}

#define CPU_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CPU_TEST(test_a_processor_with_cpuid),
		CPU_TEST(test_nonsense_in_the_highest_leaf),
		CPU_TEST(test_the_parts_of_the_cache_leaf),
		CPU_TEST(test_a_486),
		CPU_TEST(test_registers_of_a_cyrix),
		CPU_TEST(test_no_floating_point),
		CPU_TEST(test_a_counter_that_changes_its_pace),
		CPU_TEST(test_what_the_system_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
