/* What a scan finds on sound machines and on others, and what it does to them. */
// LINK: drivers/pci/pci_access.c drivers/pci/test/sim_pci.c drivers/pci/pci_scan.c
// LINK: drivers/pci/pci_bar.c drivers/pci/bar_size.c drivers/pci/pci_dev.c drivers/pci/pci_quirks.c
// LINK: drivers/pci/pci_peers.c
#include "sim_pci.h"
#include <kernel/errno.h>
#include <string.h>
#include "../pci_reg.h"

static struct sim_pci s;

static int setup(void **state)
{
	host_setup(state);
	sim_pci_init(&s);
	sim_pci_add_host(&s);
	return 0;
}

static int teardown(void **state)
{
	pci_tree_free(&s.tree);
	return host_teardown(state);
}

static unsigned int count(void)
{
	struct pci_dev *p;
	unsigned int n = 0;

	list_for_each_entry (p, &s.tree.devs, node)
		n++;
	return n;
}

static unsigned int buses(void)
{
	struct pci_bus *b;
	unsigned int n = 0;

	list_for_each_entry (b, &s.tree.buses, node)
		n++;
	return n;
}

/* ---- functions ---- */

static void functions_in_order_with_their_headers(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 7, 0, 0x10ec, 0x8029, 0x020000);
	struct pci_dev *p;

	fn->config[0x08] = 0x42;
	sim_put16(fn, 0x2c, 0x1af4);
	sim_put16(fn, 0x2e, 0x1100);
	fn->config[0x3c] = 11;
	fn->config[0x3d] = 1;
	sim_pci_scan(&s, NULL);
	assert_int_equal(count(), 2);
	p = sim_pci_dev(&s, 0, 7, 0);
	assert_int_equal(p->vendor, 0x10ec);
	assert_int_equal(p->device, 0x8029);
	assert_int_equal(p->class, 0x020000);
	assert_int_equal(p->revision, 0x42);
	assert_int_equal(p->subvendor, 0x1af4);
	assert_int_equal(p->subdevice, 0x1100);
	assert_int_equal(p->line, 11);
	assert_int_equal(p->pin, 1);
	assert_string_equal(p->dev.name, "0000:00:07.0");
}

static void a_single_function_card_has_no_ghosts(void **state)
{
	sim_pci_add(&s, 9, 0, 0x1000, 1, 0x010000)->ghost = true;
	sim_pci_scan(&s, NULL);
	assert_int_equal(count(), 2);
}

static void functions_need_not_be_next_to_each_other(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 6, 0, 0x8086, 0x7020, 0x0c0300);

	fn->config[0x0e] = 0x80;
	sim_pci_add(&s, 6, 2, 0x8086, 0x7020, 0x0c0300);
	sim_pci_add(&s, 6, 7, 0x8086, 0x7020, 0x0c0300);
	sim_pci_scan(&s, NULL);
	assert_int_equal(count(), 4);
	assert_non_null(sim_pci_dev(&s, 0, 6, 7));
}

static void empty_slots_read_in_four_ways(void **state)
{
	static const u32 empty[] = { 0xffffffff, 0, 0x0000ffff, 0xffff0000 };

	for (unsigned int i = 0; i < 4; i++) {
		pci_tree_free(&s.tree);
		setup(state);
		s.empty = empty[i];
		sim_pci_scan(&s, NULL);
		assert_int_equal(count(), 1);
	}
}

static void a_header_type_that_is_none_is_left_alone(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x1234, 1, 0x060400);

	fn->config[0x0e] = 0x7f;
	sim_pci_scan(&s, NULL);
	assert_int_equal(count(), 1);
	assert_non_null(strstr(host_log(), "header type 7f"));
}

static void an_impossible_pin_is_no_pin(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x1234, 1, 0x020000);

	fn->config[0x3d] = 9;
	sim_pci_scan(&s, NULL);
	assert_int_equal(sim_pci_dev(&s, 0, 5, 0)->pin, 0);
}

/* ---- bridges ---- */

static void what_the_bios_numbered_well_is_kept(void **state)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 5, 6),
		      *b2 = sim_pci_add_bridge(&s, 1, 5, 6, 6);

	sim_pci_behind(b2, b);
	sim_pci_behind(sim_pci_add(&s, 4, 0, 0x1000, 1, 0x010000), b2);
	sim_pci_scan(&s, NULL);
	assert_int_equal(count(), 4);
	assert_non_null(sim_pci_dev(&s, 6, 4, 0));
	assert_int_equal(sim_get32(b, 0x18), 0x060500);
	assert_ptr_equal(sim_pci_dev(&s, 0, 3, 0)->below, sim_pci_dev(&s, 5, 1, 0)->bus);
}

static void what_it_did_not_number_gets_free_numbers(void **state)
{
	struct sim_fn *good = sim_pci_add_bridge(&s, 2, 0, 1, 2), *b, *below;

	b = sim_pci_add_bridge(&s, 3, 0, 0, 0);
	b->config[0x1b] = 0x40;
	below = sim_pci_add_bridge(&s, 8, 0, 0, 0);
	sim_pci_behind(below, b);
	sim_pci_behind(sim_pci_add(&s, 4, 0, 0x1000, 1, 0x010000), below);
	sim_pci_behind(sim_pci_add(&s, 5, 0, 0x1000, 2, 0x010000), good);
	sim_pci_scan(&s, NULL);
	assert_non_null(sim_pci_dev(&s, 1, 5, 0));
	assert_int_equal(sim_get32(b, 0x18), 0x40040300);
	assert_int_equal(sim_get32(below, 0x18), 0x040403);
	assert_non_null(sim_pci_dev(&s, 4, 4, 0));
	assert_int_equal(buses(), 4);
}

static void two_bridges_with_one_number(void **state)
{
	struct sim_fn *one = sim_pci_add_bridge(&s, 3, 0, 1, 1);
	struct sim_fn *two = sim_pci_add_bridge(&s, 4, 0, 1, 1);

	sim_pci_behind(sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000), one);
	sim_pci_behind(sim_pci_add(&s, 2, 0, 0x1000, 2, 0x010000), two);
	sim_pci_scan(&s, NULL);
	assert_non_null(sim_pci_dev(&s, 1, 1, 0));
	assert_non_null(sim_pci_dev(&s, 2, 2, 0));
}

static void numbers_that_lead_back_are_no_numbers(void **state)
{
	static const u8 bad[][3] = { { 1, 1, 1 }, { 0, 0, 0 }, { 0, 3, 2 }, { 9, 1, 1 } };

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		struct sim_fn *b;

		pci_tree_free(&s.tree);
		setup(state);
		b = sim_pci_add_bridge(&s, 3, bad[i][0], bad[i][1], bad[i][2]);
		sim_pci_behind(sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000), b);
		sim_pci_scan(&s, NULL);
		assert_int_equal(sim_get32(b, 0x18) & 0xffffff, 0x010100);
		assert_non_null(sim_pci_dev(&s, 1, 1, 0));
	}
}

static void no_room_behind_a_bridge_is_said(void **state)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 1, 1), *b2;

	b2 = sim_pci_add_bridge(&s, 3, 0, 0, 0);
	sim_pci_behind(b2, b);
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 2);
	assert_non_null(strstr(host_log(), "no bus number left"));
	assert_int_equal(sim_get32(b2, 0x18), 0);
}

/* A chain of bridges without end: each one has the next behind it. */
static void depth_is_bounded(void **state)
{
	struct sim_fn *above = NULL;

	for (unsigned int i = 0; i < 12; i++) {
		struct sim_fn *b = sim_pci_add_bridge(&s, 1, 0, 0, 0);

		sim_pci_behind(b, above);
		above = b;
	}
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), PCI_DEPTH_MAX + 1);
	assert_non_null(strstr(host_log(), "too many bridges"));
}

static void class_and_header_must_both_say_bridge(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 3, 0, 0x1234, 1, 0x060400);

	fn->config[0x19] = 1;
	fn->config[0x1a] = 1;
	fn = sim_pci_add_bridge(&s, 4, 0, 2, 2);
	fn->config[0x0b] = 2;
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 1);
}

static void cardbus_is_not_entered(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 3, 0, 0x104c, 0xac1c, 0x060700);

	fn->config[0x0e] = 2;
	sim_put16(fn, 0x40, 0x1014);
	sim_pci_bar(fn, 0x10, 0, 0x1000, 0);
	sim_put32(fn, 0x14, 0x12340000);
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 1);
	assert_int_equal(sim_pci_dev(&s, 0, 3, 0)->subvendor, 0x1014);
	assert_int_equal(sim_pci_dev(&s, 0, 3, 0)->bar[0].size, 0x1000);
	assert_int_equal(sim_pci_dev(&s, 0, 3, 0)->bar[1].size, 0);
}

/* Two base address registers and the ROM's elsewhere; what is between are bus numbers and windows.
 */
static void registers_of_a_bridge(void **state)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 1, 1);
	struct pci_dev *p;

	sim_pci_bar(b, 0x10, 0xe0000000, 0x1000, 0);
	sim_pci_bar(b, 0x38, 0xfff00000, 0x10000, 1);
	sim_put32(b, 0x30, 0x00120034);
	memset(b->writable + 0x30, 0xff, 4);
	sim_pci_scan(&s, NULL);
	p = sim_pci_dev(&s, 0, 3, 0);
	assert_int_equal(p->bar[0].size, 0x1000);
	for (unsigned int i = 2; i < 6; i++)
		assert_int_equal(p->bar[i].size, 0);
	assert_int_equal(p->rom.size, 0x10000);
	assert_int_equal(p->rom.base, 0xfff00000);
	assert_int_equal(sim_get32(b, 0x30), 0x00120034);
}

static void windows_of_a_bridge(void **state)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 1, 1);
	const struct pci_bar *w;

	sim_put16(b, 0x1c, 0xd0c0);
	sim_put32(b, 0x20, 0xfe90fe80);
	sim_put32(b, 0x24, 0xfe11fe01);
	sim_pci_scan(&s, NULL);
	w = sim_pci_dev(&s, 0, 3, 0)->below->window;
	assert_int_equal(w[PCI_WINDOW_IO].base, 0xc000);
	assert_int_equal(w[PCI_WINDOW_IO].size, 0x2000);
	assert_int_equal(w[PCI_WINDOW_MEM].base, 0xfe800000);
	assert_int_equal(w[PCI_WINDOW_PREF].size, 0x200000);
	assert_int_equal(w[PCI_WINDOW_PREF].flags, PCI_BAR_64 | PCI_BAR_PREFETCH);
}

/* ---- buses without a bridge ---- */

static void peers_are_looked_at_when_somebody_names_them(void **state)
{
	u8 peers[PCI_BUS_BITMAP] = { 0 };
	struct sim_fn *fn = sim_pci_add(&s, 2, 0, 0x1000, 1, 0x010000);

	fn->root_bus = 0x80;
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 1);
	pci_tree_free(&s.tree);
	pci_tree_init(&s.tree, &s.access, 0);
	pci_bitmap_set(peers, 0x80);
	pci_bitmap_set(peers, 0x81);
	sim_pci_scan(&s, peers);
	assert_int_equal(buses(), 2);
	assert_non_null(sim_pci_dev(&s, 0x80, 2, 0));
}

static void an_alias_of_bus_0_is_dropped(void **state)
{
	u8 peers[PCI_BUS_BITMAP] = { 0 };

	s.ignores_bus = true;
	memset(peers, 0xff, sizeof(peers));
	sim_pci_scan(&s, peers);
	assert_int_equal(buses(), 1);
	assert_int_equal(count(), 1);
}

static void host_bridges_tell_of_their_other_buses(void **state)
{
	struct sim_fn *nx = sim_pci_add(&s, 16, 0, 0x8086, 0x84ca, 0x060000);
	static const u8 registers[] = { 2, 2, 3, 5, 5, 5 };

	memcpy(nx->config + 0xd0, registers, sizeof(registers));
	sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000)->root_bus = 2;
	sim_pci_add(&s, 1, 0, 0x1000, 2, 0x010000)->root_bus = 3;
	sim_pci_add(&s, 1, 0, 0x1000, 3, 0x010000)->root_bus = 5;
	sim_pci_add(&s, 1, 0, 0x1000, 4, 0x010000)->root_bus = 6;
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 4);
	assert_null(sim_pci_dev(&s, 6, 1, 0));
	pci_tree_free(&s.tree);
	setup(state);
	sim_pci_add(&s, 25, 0, 0x8086, 0x84c4, 0x060000)->config[0x4a] = 9;
	sim_pci_add(&s, 26, 0, 0x1166, 0x0009, 0x060000)->config[0x44] = 7;
	sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000)->root_bus = 9;
	sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000)->root_bus = 7;
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 3);
}

static void a_second_host_bridge_may_lead_anywhere(void **state)
{
	u64 accesses;

	sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000)->root_bus = 0x80;
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 1);
	accesses = s.bus.accesses;
	pci_tree_free(&s.tree);
	pci_tree_init(&s.tree, &s.access, 0);
	sim_pci_add(&s, 3, 0, 0x1b36, 0x0009, 0x060000);
	sim_pci_scan(&s, NULL);
	assert_int_equal(buses(), 2);
	assert_non_null(sim_pci_dev(&s, 0x80, 1, 0));
	assert_true(s.bus.accesses - accesses < 20000);
}

static void memory_may_run_out_anywhere(void **state)
{
	host_for_each_alloc_failure(n)
	{
		struct sim_fn *b;

		pci_tree_free(&s.tree);
		sim_pci_init(&s);
		sim_pci_add_host(&s);
		b = sim_pci_add_bridge(&s, 3, 0, 1, 1);
		sim_pci_behind(sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000), b);
		sim_pci_add_bridge(&s, 4, 0, 0, 0);
		sim_pci_scan(&s, NULL);
		assert_int_equal(s.tree.failed, host_alloc_failed());
	}
}

/* ---- base address registers ---- */

static void sizes_are_found_with_decoding_off(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x8086, 0x100e, 0x020000);
	struct pci_dev *p;

	sim_pci_bar(fn, 0x10, 0xfebc0000, 0x20000, 0);
	sim_pci_bar(fn, 0x14, 0xc000, 0x40, 1);
	sim_pci_bar(fn, 0x18, 0xfe200000, 0x4000, 0xc);
	memset(fn->writable + 0x1c, 0xff, 4);
	sim_pci_bar(fn, 0x20, 0xd000, 0x20, 1);
	sim_pci_bar(fn, 0x30, 0xfea00000, 0x10000, 0);
	fn->config[4] = 7;
	sim_pci_scan(&s, NULL);
	p = sim_pci_dev(&s, 0, 5, 0);
	assert_int_equal(p->bar[0].base, 0xfebc0000);
	assert_int_equal(p->bar[0].size, 0x20000);
	assert_int_equal(p->bar[1].flags, PCI_BAR_IO);
	assert_int_equal(p->bar[2].flags, PCI_BAR_64 | PCI_BAR_PREFETCH);
	assert_int_equal(p->bar[2].base, 0xfe200000);
	assert_int_equal(p->bar[3].size, 0);
	assert_int_equal(p->bar[4].base, 0xd000);
	assert_int_equal(p->rom.size, 0x10000);
	assert_int_equal(fn->sized_live, 0);
	assert_int_equal(fn->config[4], 7);
	assert_int_equal(sim_get32(fn, 0x10), 0xfebc0000);
	assert_int_equal(sim_get32(fn, 0x1c), 0);
	assert_int_equal(sim_get32(fn, 0x30), 0xfea00000);
	assert_int_equal(pci_bar_size(p, 1), 0x40);
	assert_int_equal(pci_bar_size(p, 6), 0);
}

static void a_host_bridge_is_not_sized(void **state)
{
	s.fn[0].config[4] = 6;
	sim_pci_bar(&s.fn[0], 0x10, 0xe0000000, 0x4000000, 8);
	sim_pci_scan(&s, NULL);
	assert_int_equal(sim_pci_dev(&s, 0, 0, 0)->bar[0].size, 0);
	assert_int_equal(s.fn[0].sized_live, 0);
}

/* RAM ends at 64 MB. */
static void memory_where_ram_is_was_not_assigned(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x8086, 0x100e, 0x020000);
	struct pci_dev *p;

	sim_pci_bar(fn, 0x10, 0x03ff0000, 0x1000, 0);
	sim_pci_bar(fn, 0x14, 0x04000000, 0x1000, 0);
	sim_pci_bar(fn, 0x18, 0x000d0000, 0x1000, 2);
	sim_pci_bar(fn, 0x1c, 0x000d0000, 0x1000, 0);
	sim_pci_scan(&s, NULL);
	p = sim_pci_dev(&s, 0, 5, 0);
	assert_int_equal(p->bar[0].base, 0);
	assert_int_equal(p->bar[0].size, 0x1000);
	assert_int_equal(p->bar[1].base, 0x04000000);
	assert_int_equal(p->bar[2].base, 0x000d0000);
	assert_int_equal(p->bar[3].base, 0);
	assert_int_equal(pci_enable(p, false, true), -EIO);
}

static void ide_channels_in_compatibility_mode_have_the_old_ports(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x8086, 0x7010, 0x010180);
	struct pci_dev *p;

	sim_put32(fn, 0x10, 0xdeadbeef);
	sim_pci_bar(fn, 0x20, 0xd060, 16, 1);
	fn = sim_pci_add(&s, 6, 0, 0x105a, 0x4d68, 0x010184);
	sim_pci_bar(fn, 0x18, 0xc000, 8, 1);
	sim_pci_scan(&s, NULL);
	p = sim_pci_dev(&s, 0, 5, 0);
	assert_int_equal(p->bar[0].base, 0x1f0);
	assert_int_equal(p->bar[1].base, 0x3f6);
	assert_int_equal(p->bar[3].base, 0x376);
	assert_int_equal(p->bar[0].flags, PCI_BAR_IO | PCI_BAR_FIXED);
	assert_int_equal(p->bar[4].base, 0xd060);
	p = sim_pci_dev(&s, 0, 6, 0);
	assert_int_equal(p->bar[0].base, 0x1f0);
	assert_int_equal(p->bar[2].base, 0xc000);
}

/* ---- drivers' calls ---- */

static struct pci_dev *behind_a_bridge(void)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 1, 1);
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x8086, 0x100e, 0x020000);

	sim_pci_behind(fn, b);
	sim_pci_bar(fn, 0x10, 0xfebc0000, 0x20000, 0);
	sim_pci_bar(fn, 0x14, 0xc000, 0x40, 1);
	sim_pci_scan(&s, NULL);
	return sim_pci_dev(&s, 1, 5, 0);
}

static void enabling_a_function_enables_the_way_to_it(void **state)
{
	struct pci_dev *p = behind_a_bridge();

	assert_int_equal(pci_enable(p, true, false), 0);
	assert_int_equal(s.fn[2].config[4], 1);
	assert_int_equal(s.fn[1].config[4], 1);
	pci_set_master(p);
	assert_int_equal(s.fn[2].config[4], 5);
	assert_int_equal(s.fn[1].config[4], 5);
	assert_int_equal(s.fn[2].config[0x0d], 64);
	s.fn[2].config[0x0d] = 32;
	pci_set_master(p);
	assert_int_equal(s.fn[2].config[0x0d], 32);
	assert_int_equal(p->enabled, 1);
	assert_int_equal(pci_enable_all(p), 0);
	assert_int_equal(s.fn[2].config[4], 7);
	assert_int_equal(pci_disable(p), 0);
	assert_int_equal(s.fn[2].config[4], 7);
	assert_int_equal(pci_disable(p), 0);
	assert_int_equal(s.fn[2].config[4], 3);
	assert_int_equal(pci_disable(p), -EIO);
}

static void a_function_that_is_gone_is_an_error(void **state)
{
	struct pci_dev *p = behind_a_bridge();

	s.fn[2].above = &s.fn[2]; /* out of its socket: nothing leads there */
	s.fn[2].config[0x19] = 0xee;
	assert_int_equal(pci_enable(p, true, true), -EIO);
	assert_true(p->dead);
	assert_int_equal(pci_read32(p, 0), 0xffffffff);
}

static void a_command_bit_that_does_not_stick_is_an_error(void **state)
{
	struct pci_dev *p = behind_a_bridge();

	s.fn[2].writable[4] = 0;
	assert_int_equal(pci_enable(p, true, false), -EIO);
	assert_int_equal(p->enabled, 0);
	assert_false(p->dead);
}

static void capabilities_are_followed(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x8086, 0x100e, 0x020000);
	struct pci_dev *p;

	sim_put16(fn, 0x06, 0x0010);
	fn->config[0x34] = 0xdd; /* the low bits are reserved */
	sim_put16(fn, 0xdc, 0xe401);
	sim_put16(fn, 0xe4, 0x0005);
	sim_pci_scan(&s, NULL);
	p = sim_pci_dev(&s, 0, 5, 0);
	assert_int_equal(pci_find_capability(p, 1), 0xdc);
	assert_int_equal(pci_find_capability(p, 5), 0xe4);
	assert_int_equal(pci_find_capability(p, 7), 0);
	sim_put16(fn, 0x06, 0);
	assert_int_equal(pci_find_capability(p, 5), 0);
}

static void a_chain_of_capabilities_may_have_a_loop_or_lead_nowhere(void **state)
{
	struct sim_fn *fn = sim_pci_add(&s, 5, 0, 0x8086, 0x100e, 0x020000);
	struct pci_dev *p;

	sim_put16(fn, 0x06, 0x0010);
	fn->config[0x34] = 0xdc;
	sim_put16(fn, 0xdc, 0xe401);
	sim_put16(fn, 0xe4, 0xdc05);
	sim_pci_scan(&s, NULL);
	p = sim_pci_dev(&s, 0, 5, 0);
	s.bus.max_accesses = s.bus.accesses + 500;
	assert_int_equal(pci_find_capability(p, 7), 0);
	sim_put16(fn, 0xe4, 0x1005); /* into the header */
	sim_put16(fn, 0x10, 0x0007);
	assert_int_equal(pci_find_capability(p, 7), 0);
	sim_put16(fn, 0xe4, 0xffff);
	assert_int_equal(pci_find_capability(p, 0xff), 0);
}

static void a_bridge_tells_its_subsystem_by_a_capability(void **state)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 1, 1);

	sim_put16(b, 0x06, 0x0010);
	b->config[0x34] = 0x50;
	sim_put16(b, 0x50, 0x000d);
	sim_put32(b, 0x54, 0x12341014);
	sim_pci_scan(&s, NULL);
	assert_int_equal(sim_pci_dev(&s, 0, 3, 0)->subvendor, 0x1014);
	assert_int_equal(sim_pci_dev(&s, 0, 3, 0)->subdevice, 0x1234);
}

static void the_whole_bus_may_die_during_the_scan(void **state)
{
	for (u64 n = 1; n < 400; n += 7) {
		pci_tree_free(&s.tree);
		setup(state);
		sim_pci_behind(sim_pci_add(&s, 1, 0, 0x1000, 1, 0x010000),
			       sim_pci_add_bridge(&s, 3, 0, 1, 1));
		assert_int_equal(pci_access_probe(&s.access, PCI_ALLOW_ALL), 0);
		sim_bus_float_after(&s.bus, n);
		pci_scan(&s.tree, (u8[PCI_BUS_BITMAP]){ 0 });
		assert_true(count() <= 3);
	}
}

#define scan_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scan_test(functions_in_order_with_their_headers),
		scan_test(a_single_function_card_has_no_ghosts),
		scan_test(functions_need_not_be_next_to_each_other),
		scan_test(empty_slots_read_in_four_ways),
		scan_test(a_header_type_that_is_none_is_left_alone),
		scan_test(an_impossible_pin_is_no_pin),
		scan_test(what_the_bios_numbered_well_is_kept),
		scan_test(what_it_did_not_number_gets_free_numbers),
		scan_test(two_bridges_with_one_number),
		scan_test(numbers_that_lead_back_are_no_numbers),
		scan_test(no_room_behind_a_bridge_is_said),
		scan_test(depth_is_bounded),
		scan_test(class_and_header_must_both_say_bridge),
		scan_test(cardbus_is_not_entered),
		scan_test(registers_of_a_bridge),
		scan_test(windows_of_a_bridge),
		scan_test(peers_are_looked_at_when_somebody_names_them),
		scan_test(an_alias_of_bus_0_is_dropped),
		scan_test(host_bridges_tell_of_their_other_buses),
		scan_test(a_second_host_bridge_may_lead_anywhere),
		scan_test(memory_may_run_out_anywhere),
		scan_test(sizes_are_found_with_decoding_off),
		scan_test(a_host_bridge_is_not_sized),
		scan_test(memory_where_ram_is_was_not_assigned),
		scan_test(ide_channels_in_compatibility_mode_have_the_old_ports),
		scan_test(enabling_a_function_enables_the_way_to_it),
		scan_test(a_function_that_is_gone_is_an_error),
		scan_test(a_command_bit_that_does_not_stick_is_an_error),
		scan_test(capabilities_are_followed),
		scan_test(a_chain_of_capabilities_may_have_a_loop_or_lead_nowhere),
		scan_test(a_bridge_tells_its_subsystem_by_a_capability),
		scan_test(the_whole_bus_may_die_during_the_scan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
