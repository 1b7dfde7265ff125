/*
 * Interrupt controllers, the memory's sizes and APM, over simulated chips and texts as systems have
 * them.
 */
// LINK: hwtest/probe/irq.c hwtest/probe/memmap.c hwtest/probe/apm.c hwtest/probe/cmos.c
// LINK: hwtest/probe/text.c hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c
// LINK: hwtest/probe/test/sim_host.c drivers/rtc/mc146818_core.c drivers/rtc/rtc_decode.c
// LINK: hwtest/rules/irq.c hwtest/rules/memmap.c hwtest/rules/apm.c hwtest/rules/put.c
// LINK: hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
#include <kernel/unaligned.h>
#include <stdlib.h>
#include <string.h>
#include "../../rules/rules.h"
#include "../../rules/test/rule_case.h"
#include "sim_host.h"

static struct sim_bus bus;
static struct sim_host host;

/* ---- the system's files ---- */

static struct {
	const char *path, *text;
} files[8];

static void add_file(const char *path, const char *text)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(files); i++) {
		if (!files[i].path || !strcmp(files[i].path, path)) {
			files[i].path = path;
			files[i].text = text;
			return;
		}
	}
	fail();
}

char *host_read_text(const char *path)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(files) && files[i].path; i++)
		if (!strcmp(files[i].path, path))
			return files[i].text ? strdup(files[i].text) : NULL;
	return NULL;
}

/* ---- chips ---- */

static struct {
	u8 mask, irr, isr, ocw3;
} pic[2];
static u16 elcr;
static u8 cmos[128], cmos_index;
static u16 requests_once; /* in the next look only */

static u32 pic_in(void *chip, u16 port, unsigned int width)
{
	unsigned int n = port >= 0xa0;
	u8 once = (u8)(requests_once >> 8 * n);

	if (port & 1)
		return pic[n].mask;
	requests_once &= n ? 0x00ff : 0xff00;
	return pic[n].ocw3 == 0x0b ? pic[n].isr : pic[n].irr | once;
}

static void pic_out(void *chip, u16 port, u32 value, unsigned int width)
{
	assert_int_equal(port & 1, 0); /* no mask is changed */
	pic[port >= 0xa0].ocw3 = (u8)value;
}

static u32 elcr_in(void *chip, u16 port, unsigned int width)
{
	return (u8)(elcr >> 8 * (port & 1));
}

static u32 cmos_in(void *chip, u16 port, unsigned int width)
{
	return port == 0x70 ? 0xff : cmos[cmos_index & 0x7f];
}

static void cmos_out(void *chip, u16 port, u32 value, unsigned int width)
{
	assert_int_equal(port, 0x70); /* nothing but the index */
	cmos_index = (u8)value;
}

static int setup(void **state)
{
	memset(files, 0, sizeof(files));
	memset(pic, 0, sizeof(pic));
	memset(cmos, 0, sizeof(cmos));
	requests_once = elcr = 0;
	sim_bus_init(&bus);
	sim_bus_claim(&bus, 0x20, 2, pic_in, pic_out, NULL);
	sim_bus_claim(&bus, 0xa0, 2, pic_in, pic_out, NULL);
	sim_bus_claim(&bus, 0x4d0, 2, elcr_in, NULL, NULL);
	sim_bus_claim(&bus, 0x70, 2, cmos_in, cmos_out, NULL);
	sim_host_init(&host, &bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static enum verdict run(const struct probe *probe, const struct rule *rule)
{
	facts_free(&host.facts);
	facts_init(&host.facts);
	assert_int_equal(sim_host_run(&host, probe), PROBE_DONE);
	facts = host.facts;
	return judge_by(rule);
}

/* ---- interrupts ---- */

static void test_controllers(void **state)
{
	pic[0].mask = 0xe8;
	pic[1].mask = 0x3f;
	pic[1].isr = 0x40;
	elcr = 0x0c20;
	requests_once = 0x4010;
	assert_int_equal(run(&probe_irq, &rule_irq), VERDICT_WORKS);
	assert_int_equal(sim_fact_number(&host, "", "masked"), 0x3fe8);
	assert_int_equal(sim_fact_number(&host, "", "level"), 0x0c20);
	assert_int_equal(sim_fact_number(&host, "", "requests-ever"), 0x4010);
	assert_int_equal(sim_fact_number(&host, "", "requests-always"), 0);
	assert_int_equal(sim_fact_number(&host, "", "in-service"), 0x4000);
	/* The system counts on reading requests. */
	assert_int_equal(pic[0].ocw3, 0x0a);
	assert_int_equal(pic[1].ocw3, 0x0a);
}

static void test_a_line_that_hangs(void **state)
{
	pic[0].mask = 0xef;
	pic[0].irr = 0x10;
	pic[1].mask = 0xff;
	assert_int_equal(run(&probe_irq, &rule_irq), VERDICT_FAILED);
	assert_int_equal(sim_fact_number(&host, "", "requests-always"), 0x0010);
	assert_non_null(strstr(reasons, "Line 4"));
}

static void test_no_controllers(void **state)
{
	sim_bus_release(&bus, 0x20);
	sim_bus_release(&bus, 0xa0);
	assert_int_equal(run(&probe_irq, &rule_irq), VERDICT_FAILED);
	assert_non_null(strstr(reasons, "may be absent"));
}

static void test_who_has_a_line(void **state)
{
	add_file("/proc/interrupts", "           CPU0\n"
				     "  0:       1234    XT-PIC  timer\n"
				     "  4:         17    XT-PIC      serial\n"
				     " 99:         17    XT-PIC  nobody\n"
				     "SPU:          3    XT-PIC\n"
				     "NMI:          0\n");
	pic[0].mask = 0xee;
	assert_int_equal(run(&probe_irq, &rule_irq), VERDICT_WORKS);
	assert_int_equal(sim_fact_number(&host, "irq0", "count"), 1234);
	assert_string_equal(sim_fact_text(&host, "irq4", "owner"), "serial");
	assert_int_equal(sim_fact_number(&host, "", "spurious"), 3);
	assert_false(sim_fact_exists(&host, "irq99", "count"));
	add_file("/proc/interrupts", "  1:    9   IO-APIC   1-edge      i8042\n");
	assert_int_equal(run(&probe_irq, &rule_irq), VERDICT_DETECTED);
	assert_string_equal(sim_fact_text(&host, "irq1", "owner"), "i8042");
}

/* ---- memory ---- */

static void test_sizes_of_the_memory(void **state)
{
	add_file("/sys/firmware/memmap/0/start", "0x0\n");
	add_file("/sys/firmware/memmap/0/end", "0x9fbff\n");
	add_file("/sys/firmware/memmap/0/type", "System RAM\n");
	add_file("/sys/firmware/memmap/1/start", "0x100000\n");
	add_file("/sys/firmware/memmap/1/end", "0x1ffffff\n");
	add_file("/sys/firmware/memmap/1/type", "System RAM\n");
	add_file("/proc/meminfo", "MemTotal:        30720 kB\nMemFree: 1 kB\n");
	put_le16(host.memory + 0x413, 639);
	put_le16(host.memory + 0x40e, 0x9fc0);
	put_le16(cmos + 0x30, 31 * 1024);
	put_le16(cmos + 0x34, 16 * 16);
	assert_int_equal(run(&probe_memmap, &rule_memmap), VERDICT_WORKS);
	assert_int_equal(sim_fact_number(&host, "range1", "end"), 0x1ffffff);
	assert_string_equal(sim_fact_text(&host, "range0", "type"), "System RAM");
	assert_int_equal(sim_fact_number(&host, "", "bios-low"), 639 * 1024);
	assert_int_equal(sim_fact_number(&host, "", "ebda"), 0x9fc00);
	assert_int_equal(sim_fact_number(&host, "", "system"), 30720 * 1024);
	assert_int_equal(get_le16(sim_fact_bytes(&host, "", "cmos", 8)->bytes + 4), 31 * 1024);
	/* A range that is not whole ends the list. */
	add_file("/sys/firmware/memmap/1/type", NULL);
	(void)run(&probe_memmap, &rule_memmap);
	assert_true(sim_fact_exists(&host, "range0", "start"));
	assert_false(sim_fact_exists(&host, "range1", "start"));
}

static void test_nobody_tells(void **state)
{
	host.no_memory = true;
	assert_int_equal(run(&probe_memmap, &rule_memmap), VERDICT_FAILED);
	assert_false(sim_fact_exists(&host, "", "bios-low"));
	assert_false(sim_fact_exists(&host, "", "system"));
}

/* ---- APM ---- */

static void test_apm(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_apm), PROBE_NOT_RUN);
	add_file("/proc/apm", "1.16ac 1.2 0x03 0x01 0x03 0x09 98% -1 ?\n");
	assert_in_range(run(&probe_apm, &rule_apm), VERDICT_WORKS, VERDICT_LIMITED);
	assert_string_equal(sim_fact_text(&host, "", "line"),
			    "1.16ac 1.2 0x03 0x01 0x03 0x09 98% -1 ?");
	assert_int_equal(sim_fact_number(&host, "", "major"), 1);
	assert_int_equal(sim_fact_number(&host, "", "minor"), 2);
	assert_int_equal(sim_fact_number(&host, "", "flags"), 3);
	add_file("/proc/apm", "nonsense\n");
	(void)run(&probe_apm, &rule_apm);
	assert_false(sim_fact_exists(&host, "", "major"));
}

#define BOARD_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOARD_TEST(test_controllers),
		BOARD_TEST(test_a_line_that_hangs),
		BOARD_TEST(test_no_controllers),
		BOARD_TEST(test_who_has_a_line),
		BOARD_TEST(test_sizes_of_the_memory),
		BOARD_TEST(test_nobody_tells),
		BOARD_TEST(test_apm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
