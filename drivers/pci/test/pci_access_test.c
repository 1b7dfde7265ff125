/* Configuration space by both mechanisms, and machines that have neither. */
// LINK: drivers/pci/pci_access.c drivers/pci/test/sim_pci.c drivers/pci/pci_scan.c
// LINK: drivers/pci/pci_bar.c drivers/pci/bar_size.c drivers/pci/pci_dev.c drivers/pci/pci_quirks.c
// LINK: drivers/pci/pci_peers.c
#include "sim_pci.h"
#include <kernel/errno.h>
#include "../pci_reg.h"

static struct sim_pci s;
static struct pci_access *a = &s.access;

static void mechanism_1_is_found_and_read_with_each_width(void **state)
{
	struct sim_fn *fn;

	sim_pci_init(&s);
	fn = sim_pci_add_host(&s);
	sim_put32(fn, 0x44, 0x44332211);
	s.address = 0x12345678;
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), 0);
	assert_int_equal(a->mechanism, 1);
	assert_int_equal(pci_access_read(a, 0, 0, 0x44, 4), 0x44332211);
	assert_int_equal(pci_access_read(a, 0, 0, 0x46, 2), 0x4433);
	assert_int_equal(pci_access_read(a, 0, 0, 0x45, 1), 0x22);
	pci_access_write(a, 0, 0, 0x47, 1, 0xaa);
	pci_access_write(a, 0, 0, 0x44, 2, 0xbbcc);
	assert_int_equal(sim_get32(fn, 0x44), 0xaa33bbcc);
}

static void mechanism_2_reaches_sixteen_slots_and_closes_its_window(void **state)
{
	struct sim_fn *fn;
	u64 before;

	sim_pci_init(&s);
	s.mech1 = false;
	s.mech2 = true;
	sim_pci_add_host(&s);
	fn = sim_pci_add(&s, 15, 3, 0x1000, 1, 0x010000);
	sim_pci_add(&s, 16, 0, 0x1000, 2, 0x010000);
	sim_put32(fn, 0x44, 0x44332211);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), 0);
	assert_int_equal(a->mechanism, 2);
	assert_int_equal(pci_access_slots(a), 16);
	assert_int_equal(pci_access_read(a, 0, PCI_DEVFN(15, 3), 0x44, 4), 0x44332211);
	assert_int_equal(pci_access_read(a, 0, PCI_DEVFN(15, 3), 0x47, 1), 0x44);
	assert_int_equal(s.key, 0);
	pci_access_write(a, 0, PCI_DEVFN(15, 3), 0x46, 2, 0x9988);
	assert_int_equal(sim_get32(fn, 0x44), 0x99882211);
	assert_int_equal(s.key, 0);
	before = s.bus.accesses;
	assert_int_equal(pci_access_read(a, 0, PCI_DEVFN(16, 0), 0, 2), 0xffff);
	assert_int_equal(s.bus.accesses, before);
	assert_int_equal(pci_access_read(a, 1, PCI_DEVFN(15, 3), 0, 2), 0xffff);
}

static void the_command_line_can_forbid_each(void **state)
{
	sim_pci_init(&s);
	s.mech2 = true;
	sim_pci_add_host(&s);
	assert_int_equal(pci_access_probe(a, 0), -ENODEV);
	assert_int_equal(s.bus.accesses, 0);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_CONF2), 0);
	assert_int_equal(a->mechanism, 2);
	s.mech1 = false;
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_CONF1), -ENODEV);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_CONF2), 0);
}

static void a_floating_bus_is_no_pci(void **state)
{
	sim_pci_init(&s);
	s.mech1 = false;
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), -ENODEV);
	assert_int_equal(a->mechanism, 0);
	sim_pci_init(&s);
	sim_bus_release(&s.bus, 0xcf8);
	s.bus.floating = 0x00;
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), -ENODEV);
}

/* Ports that keep what is written are no bus; they get back what was in them. */
static void a_latch_is_no_pci(void **state)
{
	sim_pci_init(&s);
	s.mech1 = false;
	s.latch_only = true;
	s.address = 0x5aa5;
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_CONF1), -ENODEV);
	assert_int_equal(a->mechanism, 0);
}

static void the_address_register_gets_its_value_back(void **state)
{
	sim_pci_init(&s);
	s.address = 0x00123454;
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_CONF1), -ENODEV);
	/* nothing is there: the search for a host bridge was the last to write it */
	sim_pci_init(&s);
	s.latch_only = true;
	s.mech1 = false;
	s.address = 0x00123454;
	sim_bus_stick(&s.bus, 0xcf8, 1, 1);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_CONF1), -ENODEV);
	assert_int_equal(s.address, 0x00123455);
}

static void a_bus_without_host_bridge_or_vga_is_junk(void **state)
{
	sim_pci_init(&s);
	sim_pci_add(&s, 3, 0, 0x1234, 0x5678, 0x020000);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), -ENODEV);
	sim_pci_add(&s, 4, 0, 0x5333, 0x8811, 0x030000);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), 0);
}

static void the_first_intel_and_compaq_bridges_have_no_class(void **state)
{
	static const u16 vendors[] = { 0x8086, 0x0e11 };

	for (unsigned int i = 0; i < 2; i++) {
		sim_pci_init(&s);
		sim_pci_add(&s, 31, 0, vendors[i], 1, 0);
		assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), 0);
	}
}

static void what_cannot_be_addressed_reads_ones(void **state)
{
	u64 before;

	sim_pci_init(&s);
	sim_pci_add_host(&s);
	assert_int_equal(pci_access_read(a, 0, 0, 0, 4), 0xffffffff);
	assert_int_equal(pci_access_probe(a, PCI_ALLOW_ALL), 0);
	before = s.bus.accesses;
	assert_int_equal(pci_access_read(a, 0, 0, 256, 4), 0xffffffff);
	assert_int_equal(pci_access_read(a, 0, 0, 1, 2), 0xffff);
	assert_int_equal(pci_access_read(a, 256, 0, 0, 1), 0xff);
	assert_int_equal(pci_access_read(a, 0, 256, 0, 2), 0xffff);
	pci_access_write(a, 0, 0, 0x102, 4, 0);
	assert_int_equal(s.bus.accesses, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(mechanism_1_is_found_and_read_with_each_width),
		host_test(mechanism_2_reaches_sixteen_slots_and_closes_its_window),
		host_test(the_command_line_can_forbid_each),
		host_test(a_floating_bus_is_no_pci),
		host_test(a_latch_is_no_pci),
		host_test(the_address_register_gets_its_value_back),
		host_test(a_bus_without_host_bridge_or_vga_is_junk),
		host_test(the_first_intel_and_compaq_bridges_have_no_class),
		host_test(what_cannot_be_addressed_reads_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
