/* ACPI's tables and the screen's memory out of a simulated first megabyte: sound, torn, lying. */
// LINK: hwtest/probe/acpi.c hwtest/probe/acpi_tables.c hwtest/probe/vga.c hwtest/probe/note.c
// LINK: hwtest/probe/power.c hwtest/probe/bios.c
// LINK: hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: kernel/x86/acpi_decode.c
#include <kernel/unaligned.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>
#include "../acpi_tables.h"
#include "sim_host.h"

#define RSDP  0xf5000u
#define RSDT  0x20000u
#define FADT  0x20100u
#define DSDT  0x20200u
#define OTHER 0x20400u

static struct sim_bus bus;
static struct sim_host host;
static u8 crtc_index, crtc[256];
static unsigned int switched_off, written_out;

/* The machine that builds this has files of its own. */
struct acpi_header *acpi_table_file(const char *signature, u32 least)
{
	return NULL;
}

int reboot(int how)
{
	assert_int_equal(how, RB_POWER_OFF);
	assert_int_equal(written_out, 1);
	switched_off++;
	return -1;
}

void sync(void)
{
	written_out++;
}

static u32 crtc_read(void *chip, u16 port, unsigned int width)
{
	return port == 0x3d4 ? crtc_index : crtc[crtc_index];
}

static void crtc_write(void *chip, u16 port, u32 value, unsigned int width)
{
	if (port == 0x3d4)
		crtc_index = (u8)value;
	else
		crtc[crtc_index] = (u8)value;
}

static void seal(u32 at, const char *signature, u32 length)
{
	u8 *table = host.memory + at;

	memcpy(table, signature, 4);
	put_le32(table + 4, length);
	table[9] = 0;
	table[9] = (u8)-acpi_checksum(table, length);
}

static int setup(void **state)
{
	sim_bus_init(&bus);
	sim_bus_claim(&bus, 0x3d4, 2, crtc_read, crtc_write, NULL);
	crtc_index = 0x0e;
	sim_host_init(&host, &bus);
	memcpy(host.memory + RSDP, "RSD PTR ", 8);
	put_le32(host.memory + RSDP + 16, RSDT);
	host.memory[RSDP + 8] = (u8)-acpi_checksum(host.memory + RSDP, 20);
	put_le32(host.memory + RSDT + 36, FADT);
	seal(RSDT, "RSDT", 40);
	put_le32(host.memory + FADT + 40, DSDT);
	put_le32(host.memory + FADT + 64, 0x604);
	seal(FADT, "FACP", 116);
	memcpy(host.memory + DSDT + 60, "\x08_S5_\x12\x06\x04\x0a\x05\x0a\x06", 12);
	seal(DSDT, "DSDT", 200);
	host.memory[0x449] = 3;
	host.memory[0x487] = 0x60;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void test_sound_tables(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "rsdp-address"), RSDP);
	assert_int_equal(sim_fact_bytes(&host, "FACP", "table", 116)->bytes[64], 4);
	assert_int_equal(sim_fact_number(&host, "", "s5-a"), 5);
	assert_int_equal(sim_fact_number(&host, "", "s5-b"), 6);
	assert_memory_equal(sim_fact_bytes(&host, "", "s5-bytes", 32)->bytes + 7, "\x08_S5_", 5);
}

/* The BIOS keeps the last keys that were typed, at a password's prompt too. */
static void test_keys_that_were_typed_are_hidden(void **state)
{
	const struct fact *bda;

	assert_int_equal(sim_host_run(&host, &probe_bios), PROBE_DONE);
	bda = sim_fact_bytes(&host, "", "bda", 256);
	for (unsigned int i = 0; i < 256; i++)
		assert_int_equal(facts_is_hidden(bda, i), i >= 0x19 && i < 0x3e);
}

/* Of a table that is about something else than hardware only the head is told. */
static void test_what_tables_of_others_have_is_hidden(void **state)
{
	static const char *const kinds[] = { "MSDM", "iBFT", "OEM1", "APIC" };

	put_le32(host.memory + RSDT + 40, OTHER);
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		bool known = !strcmp(kinds[i], "APIC");
		const struct fact *table;

		facts_free(&host.facts);
		facts_init(&host.facts);
		seal(OTHER, kinds[i], 80);
		seal(RSDT, "RSDT", 44);
		assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_DONE);
		table = sim_fact_bytes(&host, kinds[i], "table", 80);
		assert_false(facts_is_hidden(table, 35));
		assert_int_equal(facts_is_hidden(table, 36), !known);
		assert_int_equal(facts_is_hidden(table, 79), !known);
	}
}

static void test_torn_tables_are_not_believed(void **state)
{
	host.memory[FADT + 70]++; /* the sum is wrong */
	assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "FACP", "table"));
	seal(FADT, "FACP", 116);
	facts_free(&host.facts);
	facts_init(&host.facts);
	put_le32(host.memory + DSDT + 4, 0x7fffffff);
	assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_DONE);
	assert_true(sim_fact_exists(&host, "FACP", "table"));
	assert_false(sim_fact_exists(&host, "", "s5-a"));
}

static void test_lengths_that_lie(void **state)
{
	static const u32 lengths[] = { 0, 1, 35, 36, 37, 0x100000, 0xffffffff };

	for (unsigned int i = 0; i < ARRAY_SIZE(lengths); i++) {
		put_le32(host.memory + RSDT + 4, lengths[i]);
		assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_DONE);
	}
	put_le32(host.memory + RSDP + 16, 0xfffffff0);
	host.memory[RSDP + 8] = 0;
	host.memory[RSDP + 8] = (u8)-acpi_checksum(host.memory + RSDP, 20);
	assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "FACP", "table"));
}

static void test_no_tables_and_no_memory(void **state)
{
	host.memory[RSDP + 8]++;
	assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_ABSENT);
	host.no_memory = true;
	assert_int_equal(sim_host_run(&host, &probe_acpi), PROBE_NOT_RUN);
	assert_int_equal(sim_host_run(&host, &probe_vga), PROBE_NOT_RUN);
}

static void test_the_way_to_switch_off(void **state)
{
	switched_off = written_out = 0;
	assert_int_equal(sim_host_run(&host, &probe_power), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "acpi"), 1);
	assert_int_equal(switched_off, 0);
	/* No port to write to, none that there can be, or no sleep type. */
	for (u32 port = 0; port <= 0x10000; port += 0x10000) {
		put_le32(host.memory + FADT + 64, port);
		seal(FADT, "FACP", 116);
		facts_free(&host.facts);
		facts_init(&host.facts);
		assert_int_equal(sim_host_run(&host, &probe_power), PROBE_DONE);
		assert_int_equal(sim_fact_number(&host, "", "acpi"), 0);
	}
	put_le32(host.memory + FADT + 64, 0x604);
	seal(FADT, "FACP", 116);
	memset(host.memory + DSDT + 60, 0, 12);
	seal(DSDT, "DSDT", 200);
	facts_free(&host.facts);
	facts_init(&host.facts);
	assert_int_equal(sim_host_run(&host, &probe_power), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "acpi"), 0);
	host.no_memory = true;
	assert_int_equal(sim_host_run(&host, &probe_power), PROBE_NOT_RUN);
}

static void test_switching_off_when_asked(void **state)
{
	switched_off = written_out = 0;
	host.options.poweroff = true;
	assert_int_equal(sim_host_run(&host, &probe_power), PROBE_DONE);
	assert_int_equal(switched_off, 1);
	assert_true(sim_fact_exists(&host, "", "refused"));
	assert_int_equal(sim_fact_number(&host, "", "still-on"), 1);
	assert_non_null(strstr(host.said, "switching the machine off"));
}

static void test_screen_memory_stays(void **state)
{
	for (u32 i = 0; i < 0x8000; i++)
		host.memory[0xb8000 + i] = (u8)(i * 7);
	crtc[0x0d] = 0x12;
	assert_int_equal(sim_host_run(&host, &probe_vga), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "bad-cells"), 0);
	assert_int_equal(sim_fact_number(&host, "", "memory"), 0xb8000);
	assert_int_equal(sim_fact_bytes(&host, "", "crtc", 25)->bytes[0x0d], 0x12);
	for (u32 i = 0; i < 0x8000; i++)
		assert_int_equal(host.memory[0xb8000 + i], (u8)(i * 7));
	assert_int_equal(crtc_index, 0x0e);
	/* Those of a monochrome adapter hang some chips. */
	for (u16 port = 0x3b0; port <= 0x3bb; port++)
		assert_int_equal(sim_bus_accessed(&bus, port, false), 0);
}

static void test_the_page_is_shown_and_taken_away(void **state)
{
	memset(host.memory + 0xb8000, 0x41, 0x8000);
	host.options.interactive = true;
	bus.max_us = 60000000;
	assert_int_equal(sim_host_run(&host, &probe_vga), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "page-shown"), 1);
	for (u32 i = 0; i < 0x8000; i++)
		assert_int_equal(host.memory[0xb8000 + i], 0x41);
}

static void test_no_adapter(void **state)
{
	sim_bus_release(&bus, 0x3d4);
	assert_int_equal(sim_host_run(&host, &probe_vga), PROBE_ABSENT);
}

#define TABLE_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(test_sound_tables),
		TABLE_TEST(test_what_tables_of_others_have_is_hidden),
		TABLE_TEST(test_keys_that_were_typed_are_hidden),
		TABLE_TEST(test_the_way_to_switch_off),
		TABLE_TEST(test_switching_off_when_asked),
		TABLE_TEST(test_torn_tables_are_not_believed),
		TABLE_TEST(test_lengths_that_lie),
		TABLE_TEST(test_no_tables_and_no_memory),
		TABLE_TEST(test_screen_memory_stays),
		TABLE_TEST(test_the_page_is_shown_and_taken_away),
		TABLE_TEST(test_no_adapter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
