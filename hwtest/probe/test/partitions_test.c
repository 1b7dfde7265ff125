/* The probe of partitions over a simulated disk: what it notes, a disk that dies under it. */
// LINK: hwtest/probe/partitions.c hwtest/probe/media.c hwtest/probe/media_file.c
// LINK: hwtest/probe/ata_session.c
// LINK: hwtest/probe/ata_places.c hwtest/probe/pci_view.c hwtest/probe/pci_files.c
// LINK: hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/probe/test/no_ahci.c
// LINK: hwtest/host/dma_memory.c drivers/pci/pci_access.c
// LINK: kernel/block/part_scan.c kernel/block/mbr.c kernel/block/gpt.c kernel/lib/unicode.c
// LINK: kernel/block/volume_id.c kernel/block/volume_dos.c kernel/lib/crc32_small.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
#include <drivers/ata/test/sim_ata.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "../disks.h"
#include "../ahci_session.h"
#include "sim_host.h"

static struct sim_ata sim;
static struct ata_channel spare;
static struct sim_host host;

/* The build host's disks are none of its business. */
struct disk_name *disks_find(size_t *count)
{
	*count = 0;
	return NULL;
}

static void put_entry(u8 *sector, unsigned int slot, u8 type, u32 start, u32 count)
{
	u8 *entry = sector + 446 + 16 * slot;

	entry[4] = type;
	put_le32(entry + 8, start);
	put_le32(entry + 12, count);
	put_le16(sector + 510, 0xAA55);
}

static int setup(void **state)
{
	sim_ata_init(&sim, &spare);
	spare.polling = true;
	sim.bus.max_us = 600000000;
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	memset(sim.drive[0].store, 0, sizeof(sim.drive[0].store));
	put_le32(sim.drive[0].store[0] + 440, 0x12345678);
	put_entry(sim.drive[0].store[0], 0, 0x83, 63, 100);
	put_entry(sim.drive[0].store[0], 1, 0x05, 200, 300);
	put_entry(sim.drive[0].store[200], 0, 0x82, 63, 100);
	sim_host_init(&host, &sim.bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	assert_int_equal(sim.violations, 0);
	assert_int_equal(sim.drive[0].resets, 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_WRITE], 0);
	return 0;
}

/* Those bytes of a first sector, the disk's signature, and no other. */
static void hidden_are(const struct fact *sector, unsigned int at, unsigned int length)
{
	for (unsigned int i = 0; i < 512; i++)
		assert_int_equal(facts_is_hidden(sector, i),
				 (i >= at && i - at < length) || (i >= 440 && i < 444));
}

static void test_table(void **state)
{
	const struct fact *sector;

	assert_int_equal(sim_host_run(&host, &probe_partitions), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "ide0.0", "scheme"), "mbr");
	assert_int_equal(sim_fact_number(&host, "ide0.0-1", "start"), 63);
	assert_int_equal(sim_fact_number(&host, "ide0.0-1", "count"), 100);
	/* Of a container the whole size, though two sectors of it are shown. */
	assert_int_equal(sim_fact_number(&host, "ide0.0-2", "count"), 300);
	assert_int_equal(sim_fact_number(&host, "ide0.0-5", "start"), 263);
	assert_string_equal(sim_fact_text(&host, "ide0.0-5", "type"), "0x82");
	sector = sim_fact_bytes(&host, "ide0.0", "sector-0", 512);
	hidden_are(sector, 440, 4);
}

/* No table, but one volume over all of the disk: its number and label are in that sector. */
static void test_volume_over_the_disk(void **state)
{
	static const struct {
		u8 jump;
		const char *maker;
		u8 fat_sectors;
		unsigned int at, length;
	} kinds[] = { { 0xeb, "MSDOS5.0", 9, 39, 15 },
		      { 0xe9, "mkfs.fat", 0, 67, 15 },
		      { 0xeb, "NTFS    ", 0, 72, 8 },
		      { 0xeb, "EXFAT   ", 0, 100, 4 },
		      { 0xfa, "MSDOS5.0", 9, 440, 4 } };
	u8 *sector = sim.drive[0].store[0];

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		facts_free(&host.facts);
		facts_init(&host.facts);
		sector[0] = kinds[i].jump;
		memcpy(sector + 3, kinds[i].maker, 8);
		put_le16(sector + 22, kinds[i].fat_sectors);
		assert_int_equal(sim_host_run(&host, &probe_partitions), PROBE_DONE);
		hidden_are(sim_fact_bytes(&host, "ide0.0", "sector-0", 512), kinds[i].at,
			   kinds[i].length);
	}
}

static void test_volume(void **state)
{
	u8 *super = sim.drive[0].store[63 + 2];
	const struct fact *label;

	put_le16(super + 56, 0xEF53);
	put_le32(super + 4, 50);
	memcpy(super + 120, "MINE", 4);
	assert_int_equal(sim_host_run(&host, &probe_partitions), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "ide0.0-1", "contents"), "ext2");
	assert_string_equal(sim_fact_text(&host, "ide0.0-1", "label"), "MINE");
	label = facts_find(&host.facts, "partitions", "ide0.0-1", "label");
	assert_true(label->identifying);
}

static void test_absent(void **state)
{
	sim_ata_init(&sim, &spare);
	assert_int_equal(sim_host_run(&host, &probe_partitions), PROBE_ABSENT);
}

static void test_dies(void **state)
{
	for (u64 after = 100; after < 10000; after = after * 3 / 2) {
		(void)setup(state);
		sim_bus_float_after(&sim.bus, after);
		(void)sim_host_run(&host, &probe_partitions);
		assert_in_range(sim.bus.now_ns / 1000000, 0, 60000);
		sim_host_free(&host);
		facts_init(&host.facts);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_table), TEST(test_volume),
					    TEST(test_volume_over_the_disk), TEST(test_absent),
					    TEST(test_dies) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
