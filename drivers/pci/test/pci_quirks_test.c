/* Every row of the quirk tables does what it says, and nothing to chips that are sound. */
// LINK: drivers/pci/pci_access.c drivers/pci/test/sim_pci.c drivers/pci/pci_scan.c
// LINK: drivers/pci/pci_bar.c drivers/pci/bar_size.c drivers/pci/pci_dev.c drivers/pci/pci_quirks.c
// LINK: drivers/pci/pci_peers.c drivers/pci/pci_hidden.c
#include "sim_pci.h"
#include <string.h>
#include "../pci_glue.h"
#include "../pci_quirks.h"
#include "../pci_reg.h"

static struct sim_pci s;

static int setup(void **state)
{
	host_setup(state);
	sim_pci_init(&s);
	return 0;
}

static int teardown(void **state)
{
	pci_tree_free(&s.tree);
	return host_teardown(state);
}

static void again(void)
{
	pci_tree_free(&s.tree);
	sim_pci_init(&s);
}

static void scan(void)
{
	sim_pci_scan(&s, NULL);
	pci_quirks_late(&s.tree);
}

static struct sim_fn *chip(unsigned int slot, u16 vendor, u16 device, u8 revision)
{
	struct sim_fn *fn = sim_pci_add(&s, slot, 0, vendor, device, 0x060000);

	fn->config[8] = revision;
	return fn;
}

static void flags_by_identity(void **state)
{
	static const struct {
		u16 vendor, device;
		u32 flags;
	} rows[] = {
		{ 0x1014, 0x028c, PCI_QUIRK_SHORT_CONFIG },
		{ 0x8086, 0x84cb, PCI_QUIRK_IDE_PIO },
		{ 0x1166, 0x0212, PCI_QUIRK_IDE_COMPAT },
		{ 0x1060, 0x673a, PCI_QUIRK_IDE_ONE },
		{ 0x1060, 0x886a, PCI_QUIRK_IDE_ONE },
		{ 0x1045, 0xc558, PCI_QUIRK_IDE_ONE },
		{ 0x8086, 0x7110, 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		again();
		sim_pci_add_host(&s);
		chip(1, rows[i].vendor, rows[i].device, 0);
		scan();
		assert_int_equal(sim_pci_dev(&s, 0, 1, 0)->quirks, rows[i].flags);
	}
}

static u8 ide_after(u16 vendor, u16 device, u8 interface)
{
	struct sim_fn *fn;
	struct pci_dev *p;

	again();
	sim_pci_add_host(&s);
	fn = sim_pci_add(&s, 1, 0, vendor, device, 0x010100 | interface);
	scan();
	p = sim_pci_dev(&s, 0, 1, 0);
	assert_int_equal(fn->config[9], p->class & 0xff);
	assert_int_equal(p->bar[0].base, p->class & 1 ? 0 : 0x1f0);
	return fn->config[9];
}

static void ide_that_cannot_be_native(void **state)
{
	assert_int_equal(ide_after(0x1166, 0x0212, 0x8f), 0x8a);
	assert_int_equal(ide_after(0x1166, 0x0212, 0x8a), 0x8a);
	assert_int_equal(ide_after(0x8086, 0x248a, 0x8b), 0x8a);
	assert_int_equal(ide_after(0x8086, 0x248a, 0x8e), 0x8a);
	assert_int_equal(ide_after(0x8086, 0x248a, 0x8f), 0x8f);
	assert_int_equal(ide_after(0x8086, 0x248b, 0x8b), 0x8b);
}

/* ---- corrections ---- */

static void passive_release_of_a_piix3_beside_a_440fx(void **state)
{
	chip(0, 0x8086, 0x1237, 2);
	chip(1, 0x8086, 0x7000, 0)->config[0x82] = 0x41;
	scan();
	assert_int_equal(s.fn[1].config[0x82], 0x43);
	again();
	chip(0, 0x8086, 0x7030, 2);
	chip(1, 0x8086, 0x7000, 0)->config[0x82] = 0x41;
	scan();
	assert_int_equal(s.fn[1].config[0x82], 0x41);
}

static u8 arbitration(u16 host, u16 south, u8 revision)
{
	again();
	chip(0, 0x1106, host, 0)->config[0x76] = 0x62;
	chip(7, 0x1106, south, revision);
	scan();
	return s.fn[0].config[0x76];
}

static void arbitration_of_kt133_beside_a_686b(void **state)
{
	static const u16 hosts[] = { 0x0305, 0x8391, 0x3112 };

	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(arbitration(hosts[i], 0x0686, 0x40), 0x52);
		assert_int_equal(arbitration(hosts[i], 0x0686, 0x42), 0x52);
		assert_int_equal(arbitration(hosts[i], 0x0686, 0x43), 0x62);
		assert_int_equal(arbitration(hosts[i], 0x0686, 0x22), 0x62);
		assert_int_equal(arbitration(hosts[i], 0x8231, 0x10), 0x52);
		assert_int_equal(arbitration(hosts[i], 0x8231, 0x13), 0x62);
	}
	assert_int_equal(arbitration(0x0598, 0x0686, 0x40), 0x62);
}

static u8 write_queue(u16 device, u8 revision, u8 reg)
{
	again();
	chip(0, 0x1106, device, revision)->config[reg] = 0xff;
	scan();
	return s.fn[0].config[reg];
}

static void memory_write_queues_of_via(void **state)
{
	assert_int_equal(write_queue(0x0305, 0x03, 0x55), 0x1f);
	assert_int_equal(write_queue(0x0305, 0x80, 0x55), 0x1f);
	assert_int_equal(write_queue(0x0305, 0x81, 0x55), 0x3f);
	assert_int_equal(write_queue(0x0305, 0x82, 0x55), 0x1f);
	assert_int_equal(write_queue(0x0305, 0x84, 0x55), 0x3f);
	assert_int_equal(write_queue(0x0305, 0x85, 0x55), 0x1f);
	assert_int_equal(write_queue(0x3102, 0, 0x55), 0x1f);
	assert_int_equal(write_queue(0x3112, 0, 0x55), 0x1f);
	assert_int_equal(write_queue(0x3099, 0, 0x95), 0x1f);
	assert_int_equal(write_queue(0x3099, 0, 0x55), 0xff);
}

static void restreaming_of_the_450nx_c0(void **state)
{
	chip(0, 0x8086, 0x84cb, 4)->config[0x40] = 0xff;
	scan();
	assert_int_equal(s.fn[0].config[0x40], 0xbf);
	again();
	chip(0, 0x8086, 0x84cb, 5)->config[0x40] = 0xff;
	scan();
	assert_int_equal(s.fn[0].config[0x40], 0xff);
}

/* ---- the rest ---- */

static u32 marked(u16 bridge, unsigned int bridge_slot, unsigned int slot, u16 vendor)
{
	struct sim_fn *fn;

	again();
	sim_pci_add_host(&s);
	fn = chip(bridge_slot, 0x1106, bridge, 0);
	fn->config[0x0e] = 0x80;
	sim_pci_add(&s, slot, 1, vendor, 0x3038, 0x0c0300);
	if (slot != bridge_slot)
		chip(slot, vendor, 0x3038, 0)->config[0x0e] = 0x80;
	scan();
	return sim_pci_dev(&s, 0, slot, 1)->quirks;
}

static void functions_of_a_via_south_bridge_are_marked(void **state)
{
	assert_int_equal(marked(0x0686, 7, 7, 0x1106), PCI_QUIRK_LINE_ROUTES);
	assert_int_equal(marked(0x0686, 7, 8, 0x1106), 0);
	assert_int_equal(marked(0x3177, 17, 16, 0x1106), PCI_QUIRK_LINE_ROUTES);
	assert_int_equal(marked(0x3177, 17, 15, 0x1106), 0);
	assert_int_equal(marked(0x3227, 17, 15, 0x1106), PCI_QUIRK_LINE_ROUTES);
	assert_int_equal(marked(0x8231, 17, 18, 0x1106), PCI_QUIRK_LINE_ROUTES);
	assert_int_equal(marked(0x8231, 17, 16, 0x1106), 0);
	assert_int_equal(marked(0x8231, 17, 18, 0x10ec), 0);
	assert_int_equal(marked(0x0596, 7, 7, 0x1106), 0);
}

static void an_s3_968_decodes_twice_what_it_says(void **state)
{
	sim_pci_add_host(&s);
	sim_pci_bar(sim_pci_add(&s, 5, 0, 0x5333, 0x88f0, 0x030000), 0x10, 0xe2000000, 0x2000000,
		    0);
	scan();
	assert_int_equal(sim_pci_dev(&s, 0, 5, 0)->bar[0].size, 0x4000000);
	assert_int_equal(sim_pci_dev(&s, 0, 5, 0)->bar[0].base, 0xe0000000);
}

static void masters_on_a_sis_5597_have_half_the_time(void **state)
{
	struct sim_fn *fn;

	chip(0, 0x1039, 0x5597, 0);
	fn = chip(3, 0x10ec, 0x8029, 0);
	s.fn[0].config[0x0b] = 6;
	scan();
	pci_set_master(sim_pci_dev(&s, 0, 3, 0));
	assert_int_equal(fn->config[0x0d], 32);
}

/* ---- hidden ports ---- */

static struct pci_bar hidden(u16 vendor, u16 device, u8 revision, u8 reg, u16 value, unsigned int n)
{
	again();
	sim_pci_add_host(&s);
	sim_put16(chip(7, vendor, device, revision), reg, value);
	memset(s.fn[1].config + 0x44, 0xff, 1);
	scan();
	return pci_hidden_ports(sim_pci_dev(&s, 0, 7, 0), n);
}

static void ports_without_a_register_of_the_standard(void **state)
{
	struct pci_bar b = hidden(0x8086, 0x7113, 3, 0x40, 0x0601, 0);

	assert_int_equal(b.base, 0x600);
	assert_int_equal(b.size, 64);
	assert_int_equal(b.flags, PCI_BAR_IO | PCI_BAR_FIXED);
	assert_int_equal(hidden(0x8086, 0x7113, 3, 0x90, 0x0701, 1).base, 0x700);
	assert_int_equal(hidden(0x8086, 0x7113, 3, 0x90, 0x0701, 2).size, 0);
	assert_int_equal(hidden(0x8086, 0x7113, 3, 0x90, 0x0701, 0).size, 0);
	assert_int_equal(hidden(0x8086, 0x7113, 3, 0x40, 0xffff, 0).size, 0);
	assert_int_equal(hidden(0x8086, 0x24c0, 1, 0x40, 0x1001, 0).size, 128);
	assert_int_equal(hidden(0x8086, 0x24c0, 1, 0x58, 0x1181, 1).size, 0); /* off */
	assert_int_equal(hidden(0x8086, 0x2918, 1, 0x40, 0x0601, 0).base, 0x600);
	assert_int_equal(hidden(0x10b9, 0x7101, 0, 0xe2, 0x5000, 1).size, 32);
	assert_int_equal(hidden(0x1106, 0x3040, 0x10, 0x48, 0x5001, 0).size, 256);
	assert_int_equal(hidden(0x1106, 0x3040, 0x00, 0x48, 0x5001, 0).size, 0);
	assert_int_equal(hidden(0x1106, 0x3057, 0x40, 0x70, 0x6001, 1).size, 128);
	assert_int_equal(hidden(0x1106, 0x3177, 0, 0x88, 0x4001, 0).base, 0x4000);
	assert_int_equal(hidden(0x1234, 0x1111, 0, 0x40, 0x4001, 0).size, 0);
	assert_int_equal(hidden(0x8086, 0x7113, 3, 0x40, 0x0601, 3).size, 0);
}

#define quirk_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		quirk_test(flags_by_identity),
		quirk_test(ide_that_cannot_be_native),
		quirk_test(passive_release_of_a_piix3_beside_a_440fx),
		quirk_test(arbitration_of_kt133_beside_a_686b),
		quirk_test(memory_write_queues_of_via),
		quirk_test(restreaming_of_the_450nx_c0),
		quirk_test(functions_of_a_via_south_bridge_are_marked),
		quirk_test(an_s3_968_decodes_twice_what_it_says),
		quirk_test(masters_on_a_sis_5597_have_half_the_time),
		quirk_test(ports_without_a_register_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
