/* The write test over simulated floppies: see writetest_test.c. */
// LINK: hwtest/probe/writetest.c hwtest/probe/media.c hwtest/probe/media_file.c
// LINK: hwtest/probe/media_floppy.c hwtest/probe/floppy_session.c hwtest/probe/ata_session.c
// LINK: hwtest/probe/ata_places.c hwtest/probe/pci_view.c hwtest/probe/pci_files.c
// LINK: hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/probe/test/no_ahci.c hwtest/rules/writetest.c hwtest/rules/put.c
// LINK: hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
// LINK: hwtest/host/dma_memory.c drivers/pci/pci_access.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c
// LINK: drivers/floppy/fdc_decode.c drivers/floppy/fdc_command.c drivers/floppy/fdc_drive.c
// LINK: drivers/floppy/fdc_transfer.c drivers/floppy/fdc_medium.c drivers/floppy/fdc_rw.c
// LINK: drivers/floppy/fdc_same.c kernel/lib/crc32_small.c
// LINK: drivers/floppy/test/sim_fdc.c
#include <drivers/floppy/test/sim_fdc.h>
#include "writetest_case.h"

#define TYPE_1440      4u /* in CMOS */
#define FORMAT_1440    7u /* of fdc_formats */
#define FLOPPY_SECTORS 2880u

static struct sim_fdc fdc;
static struct sim_host host;

static u32 read_cmos(void *chip, u16 port, unsigned int width)
{
	return TYPE_1440 << 4;
}

static void write_cmos(void *chip, u16 port, u32 value, unsigned int width)
{
}

static int setup_floppy(void **state)
{
	sim_fdc_init(&fdc, TYPE_1440, 0);
	sim_bus_claim(&fdc.bus, 0x70, 2, read_cmos, write_cmos, NULL);
	sim_insert(&fdc, 0, FORMAT_1440);
	for (u32 i = 0; i < FLOPPY_SECTORS; i++)
		memset(sim_disk_sector(&fdc, 0, i), 0xf6, 512);
	start(&host, &fdc.bus);
	host.options.write_on = "fd0";
	return 0;
}

static int teardown_floppy(void **state)
{
	sim_host_free(&host);
	assert_false(fdc.dor & 0xf0); /* the motor is off */
	sim_fdc_free(&fdc);
	return 0;
}

static bool floppy_is_blank(void)
{
	for (u32 i = 0; i < FLOPPY_SECTORS; i++)
		for (u32 k = 0; k < 512; k++)
			if (sim_disk_sector(&fdc, 0, i)[k] != 0xf6)
				return false;
	return true;
}

static void test_floppy(void **state)
{
	assert_int_equal(run(&host), VERDICT_WORKS);
	assert_in_range(sim_fact_number(&host, "fd0", "written"), PLACES_LEAST * 8, 1024);
	assert_int_equal(sim_fact_number(&host, "fd0", "left"), 0);
	assert_true(floppy_is_blank());
}

static void test_floppy_with_files(void **state)
{
	sim_disk_sector(&fdc, 0, 19)[0] = 'A';
	expect_refused(&host, "fd0 is not blank");
	sim_disk_sector(&fdc, 0, 19)[0] = 0xf6;
	assert_true(floppy_is_blank());
}

static void test_protected_floppy(void **state)
{
	fdc.drive[0].disk.protected = true;
	assert_int_equal(run(&host), VERDICT_FAILED);
	assert_true(floppy_is_blank());
}

static void test_no_floppy(void **state)
{
	sim_insert(&fdc, 0, 0);
	expect_refused(&host, "fd0 cannot be opened");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_floppy, teardown_floppy)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_floppy), TEST(test_floppy_with_files),
					    TEST(test_protected_floppy), TEST(test_no_floppy) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
