/* Interrupt routers of every kind, and which line a function gets. */
// LINK: drivers/pci/pci_access.c drivers/pci/test/sim_pci.c drivers/pci/pci_scan.c
// LINK: drivers/pci/pci_bar.c drivers/pci/bar_size.c drivers/pci/pci_dev.c drivers/pci/pci_quirks.c
// LINK: drivers/pci/pci_peers.c drivers/pci/pci_router.c drivers/pci/pci_route.c
// LINK: drivers/pci/pir_decode.c
#include "sim_pci.h"
#include <string.h>
#include "../pci_quirks.h"
#include "../pci_reg.h"
#include "../pci_route.h"

static struct sim_pci s;
static struct pci_routing r;
static u8 slots[16 * 4];

static int setup(void **state)
{
	host_setup(state);
	sim_pci_init(&s);
	sim_pci_add_host(&s);
	memset(&r, 0, sizeof(r));
	memset(slots, 0, sizeof(slots));
	r.tree = &s.tree;
	r.hw = &s.bus.hw;
	r.table = (struct pir_table){ .slots = slots, .router_devfn = PCI_DEVFN(1, 0) };
	return 0;
}

static int teardown(void **state)
{
	pci_tree_free(&s.tree);
	return host_teardown(state);
}

/* Pin A of a slot has `link`, B the next, and so on; they can be led to `lines`. */
static void wire(unsigned int slot, u8 link, u16 lines)
{
	u8 *p = slots + 16 * r.table.count++;

	p[1] = PCI_DEVFN(slot, 0);
	for (unsigned int i = 0; i < 4; i++) {
		p[2 + 3 * i] = (u8)(link + i);
		p[3 + 3 * i] = (u8)lines;
		p[4 + 3 * i] = (u8)(lines >> 8);
	}
}

static struct sim_fn *card(unsigned int slot, u8 pin, u8 line)
{
	struct sim_fn *fn = sim_pci_add(&s, slot, 0, 0x10ec, 0x8029, 0x020000);

	fn->config[0x3c] = line;
	fn->config[0x3d] = pin;
	return fn;
}

static void start(void)
{
	sim_pci_scan(&s, NULL);
	pci_router_find(&r.router, &s.tree, &r.table, r.hw);
}

static struct sim_fn *add_router(u16 vendor, u16 device)
{
	return sim_pci_add(&s, 1, 0, vendor, device, 0x060100);
}

/* ---- routers ---- */

/* Sets a link and looks where it went. */
static void check_router(u16 vendor, u16 device, u8 link, unsigned int line, u8 *reg, u8 before,
			 u8 after)
{
	struct sim_fn *fn;

	pci_tree_free(&s.tree);
	setup(NULL);
	fn = add_router(vendor, device);
	start();
	assert_non_null(pci_router_name(&r.router));
	if (reg >= s.fn[1].config && reg < s.fn[1].config + 256)
		reg = fn->config + (reg - s.fn[1].config);
	*reg = before;
	assert_true(pci_router_set(&r.router, link, line));
	assert_int_equal(*reg, after);
	assert_int_equal(pci_router_get(&r.router, link), line);
}

static void routers_keep_what_is_not_theirs(void **state)
{
	u8 *config = s.fn[1].config;

	check_router(0x8086, 0x7000, 0x61, 11, config + 0x61, 0x80, 0x0b);
	check_router(0x8086, 0x7110, 2, 10, config + 0x61, 0x80, 0x0a);
	check_router(0x8086, 0x2918, 0x6b, 5, config + 0x6b, 0x80, 0x05);
	check_router(0x8086, 0x0486, 2, 9, config + 0x67, 0x80, 0x09);
	check_router(0x1106, 0x0586, 1, 11, config + 0x56, 0x00, 0xb0);
	check_router(0x1106, 0x0586, 2, 11, config + 0x56, 0xa0, 0xab);
	check_router(0x1106, 0x0586, 3, 11, config + 0x57, 0x0a, 0xba);
	check_router(0x1106, 0x0686, 1, 11, config + 0x55, 0x0a, 0xba);
	check_router(0x1106, 0x0686, 2, 11, config + 0x56, 0xa0, 0xab);
	check_router(0x1106, 0x3177, 4, 11, config + 0x57, 0x0a, 0xba);
	check_router(0x1039, 0x0008, 0x43, 12, config + 0x43, 0xe0, 0x6c);
	check_router(0x1039, 0x0008, 4, 12, config + 0x44, 0x80, 0x0c);
	check_router(0x10b9, 0x1533, 1, 9, config + 0x48, 0xf0, 0xf1);
	check_router(0x10b9, 0x1533, 4, 11, config + 0x49, 0x03, 0x93);
	check_router(0x1283, 0x8330, 1, 11, config + 0x43, 0x0a, 0xba);
	check_router(0x1045, 0xc700, 0x20, 11, config + 0xb9, 0xa0, 0xab);
	check_router(0x1078, 0x0002, 1, 11, config + 0x5c, 0x0a, 0xba);
	check_router(0x1004, 0x0102, 8, 11, config + 0x77, 0x0a, 0xba);
	check_router(0x1022, 0x740b, 3, 11, config + 0x57, 0xa0, 0xab);
	check_router(0x1166, 0x0200, 0x1a, 11, s.sw + 0x1a, 0, 11);
	check_router(0x1066, 0x8002, 3, 11, s.pp + 0x11, 0xa0, 0xab);
}

static void routers_beside_pci_are_unlocked_and_locked_again(void **state)
{
	add_router(0x8086, 0x0482);
	s.pc_lock_reg = 2;
	s.pc_key = 0x0f;
	s.pc[0x62] = 0x80;
	start();
	assert_int_equal(pci_router_get(&r.router, 3), 0);
	assert_true(pci_router_set(&r.router, 3, 10));
	assert_int_equal(s.pc[0x62], 10);
	assert_int_equal(s.pc[2], 0);
	teardown(state);
	setup(state);
	add_router(0x10b9, 0x1489);
	s.pc_lock_reg = 3;
	s.pc_key = 0xc5;
	s.pc[0x43] = 0xf0;
	s.pc[0x44] = 0xff;
	start();
	assert_true(pci_router_set(&r.router, 3, 9));
	assert_int_equal(s.pc[0x43], 0xf1);
	pci_router_set_level(&r.router, 3, 9);
	assert_int_equal(s.pc[0x44], 0xfb);
	assert_int_equal(s.elcr[1], 0x02);
	assert_int_equal(s.pc[3], 0);
}

static void a_link_that_the_router_does_not_know_is_refused(void **state)
{
	add_router(0x1022, 0x740b);
	start();
	assert_false(pci_router_set(&r.router, 5, 11));
	assert_false(pci_router_set(&r.router, 0, 11));
	assert_false(pci_router_set(&r.router, 1, 16));
	assert_int_equal(pci_router_get(&r.router, 9), 0);
	teardown(state);
	setup(state);
	add_router(0x10b9, 0x1533);
	start();
	assert_false(pci_router_set(&r.router, 1, 8)); /* no code for it */
}

static void an_input_that_is_switched_off_leads_nowhere(void **state)
{
	add_router(0x8086, 0x7000)->config[0x60] = 0x8b;
	start();
	assert_int_equal(pci_router_get(&r.router, 0x60), 0);
	teardown(state);
	setup(state);
	add_router(0x1039, 0x0008)->config[0x41] = 0x8b;
	start();
	assert_int_equal(pci_router_get(&r.router, 0x41), 0);
}

static void a_register_that_does_not_take_it_is_told(void **state)
{
	add_router(0x8086, 0x7000)->writable[0x60] = 0;
	start();
	assert_false(pci_router_set(&r.router, 0x60, 11));
}

static void the_chip_that_is_there_is_believed_before_the_table(void **state)
{
	add_router(0x1106, 0x0686);
	r.table.vendor = 0x1106;
	r.table.device = 0x0586;
	start();
	assert_string_equal(pci_router_name(&r.router), "VT82C686");
	/* an unknown bridge: what it is compatible with */
	teardown(state);
	setup(state);
	add_router(0x8086, 0x9999);
	r.table.vendor = 0x8086;
	r.table.device = 0x7000;
	start();
	assert_string_equal(pci_router_name(&r.router), "PIIX3");
	/* no bridge at all, as on q35: the one that is somewhere else */
	teardown(state);
	setup(state);
	sim_pci_add(&s, 1, 0, 0x1234, 0x1111, 0x030000);
	sim_pci_add(&s, 31, 0, 0x8086, 0x2918, 0x060100);
	r.table.vendor = 0x8086;
	r.table.device = 0x7000;
	start();
	assert_string_equal(pci_router_name(&r.router), "ICH9");
	assert_int_equal(r.router.dev->devfn, PCI_DEVFN(31, 0));
}

static void the_440gx_routes_in_a_way_of_its_own(void **state)
{
	add_router(0x8086, 0x7110);
	sim_pci_add(&s, 2, 0, 0x8086, 0x71a0, 0x060000);
	start();
	assert_null(pci_router_name(&r.router));
	assert_int_equal(pci_router_get(&r.router, 0x60), 0);
	assert_false(pci_router_set(&r.router, 0x60, 11));
}

/* ---- edge and level ---- */

static void level_is_set_where_there_is_a_switch(void **state)
{
	s.elcr[0] = 0x20;
	elcr_set_level(&s.bus.hw, 11);
	assert_int_equal(s.elcr[0], 0x20);
	assert_int_equal(s.elcr[1], 0x08);
	elcr_set_level(&s.bus.hw, 7);
	assert_int_equal(s.elcr[0], 0xa0);
	assert_true(elcr_is_level(&s.bus.hw, 7));
	assert_false(elcr_is_level(&s.bus.hw, 10));
	elcr_set_level(&s.bus.hw, 8);
	elcr_set_level(&s.bus.hw, 13);
	elcr_set_level(&s.bus.hw, 1);
	elcr_set_level(&s.bus.hw, 16);
	assert_int_equal(s.elcr[0], 0xa0);
	assert_int_equal(s.elcr[1], 0x08);
}

static void other_chips_at_its_ports_are_left_alone(void **state)
{
	s.no_elcr = true;
	elcr_set_level(&s.bus.hw, 11);
	assert_int_equal(s.elcr[1], 0);
	assert_false(elcr_is_level(&s.bus.hw, 11));
}

/* ---- lines ---- */

static void the_bios_is_believed_when_it_can_be(void **state)
{
	add_router(0x8086, 0x7000)->config[0x60] = 11;
	card(3, 1, 11);
	wire(3, 0x60, 0xffff);
	start();
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), 11);
	assert_int_equal(s.elcr[1], 0x08);
}

/* The router leads somewhere else: then nobody knows what edge or level should be. */
static void a_line_that_the_router_denies_stays_as_it_is(void **state)
{
	add_router(0x8086, 0x7000)->config[0x60] = 9;
	card(3, 1, 11);
	wire(3, 0x60, 0xffff);
	start();
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), 11);
	assert_int_equal(s.elcr[1], 0);
	assert_int_equal(s.fn[1].config[0x60], 9);
}

static void lines_that_no_card_can_have(void **state)
{
	static const u8 none[] = { 0, 1, 2, 8, 13, 16, 0xff };

	add_router(0x8086, 0x7000)->config[0x60] = 10;
	card(3, 1, 0);
	wire(3, 0x60, 0xffff);
	start();
	for (unsigned int i = 0; i < sizeof(none); i++) {
		struct pci_dev *p = sim_pci_dev(&s, 0, 3, 0);

		p->line = none[i];
		s.fn[2].config[0x3c] = none[i];
		assert_int_equal(pci_route(&r, p, 0), 10);
		assert_int_equal(s.fn[2].config[0x3c], 10);
		assert_int_equal(p->line, 10);
	}
}

static void without_a_pin_there_is_no_line(void **state)
{
	add_router(0x8086, 0x7000)->config[0x60] = 10;
	card(3, 0, 11);
	card(4, 9, 11); /* there is no such pin */
	wire(3, 0x60, 0xffff);
	wire(4, 0x60, 0xffff);
	start();
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), -1);
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 4, 0), 0), -1);
}

static void a_fixed_link_is_its_line(void **state)
{
	card(3, 2, 0);
	wire(3, 0xf9, 0xffff);
	start();
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), 10);
	assert_int_equal(s.elcr[1], 0x04);
}

static void an_input_that_leads_nowhere_is_led_somewhere(void **state)
{
	struct sim_fn *router = add_router(0x8086, 0x7000);

	memset(router->config + 0x60, 0x80, 4);
	card(3, 1, 0xff);
	card(4, 1, 0xff);
	card(5, 1, 0xff);
	card(6, 1, 5);
	wire(3, 0x60, 0x0e20);
	wire(4, 0x61, 0x0e20);
	wire(5, 0x62, 0x1000);
	start();
	/* 11 is an ISA card's; 10 is free */
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 1u << 11), 10);
	assert_int_equal(router->config[0x60], 10);
	/* 5 has a handler, but of a PCI card: fit to be shared, 10 is liked better though */
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 4, 0), 0x0e20), 10);
	/* all that the table allows is taken */
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 5, 0), 0x1000), -1);
	assert_int_equal(router->config[0x62], 0x80);
	assert_non_null(strstr(host_log(), "cannot be led"));
}

static void pins_turn_behind_bridges(void **state)
{
	struct sim_fn *b = sim_pci_add_bridge(&s, 3, 0, 1, 1), *fn;

	add_router(0x8086, 0x7000);
	s.fn[2].config[0x60] = 5;
	s.fn[2].config[0x61] = 9;
	s.fn[2].config[0x62] = 10;
	s.fn[2].config[0x63] = 11;
	fn = card(6, 3, 0);
	sim_pci_behind(fn, b);
	wire(3, 0x60, 0xffff);
	start();
	/* pin C of slot 6: (2 + 6) % 4 = A of the bridge */
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 1, 6, 0), 0), 5);
}

static void a_slot_that_nobody_knows_has_no_line(void **state)
{
	add_router(0x8086, 0x7000)->config[0x60] = 10;
	card(3, 1, 0);
	card(4, 1, 0);
	wire(5, 0x60, 0xffff);
	wire(4, 0, 0xffff);
	start();
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), -1);
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 4, 0), 0), -1);
	assert_null(strstr(host_log(), "cannot be led"));
	r.table.slots = NULL;
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), -1);
}

static void via_wants_the_line_written_even_if_it_is_there(void **state)
{
	struct sim_fn *usb;
	unsigned int writes;

	sim_pci_add(&s, 17, 0, 0x1106, 0x3177, 0x060100);
	usb = sim_pci_add(&s, 16, 0, 0x1106, 0x3038, 0x0c0300);
	usb->config[0x3c] = 11;
	usb->config[0x3d] = 1;
	card(3, 1, 10);
	start();
	pci_quirks_late(&s.tree);
	writes = sim_bus_accessed(&s.bus, 0xcfc, true);
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 3, 0), 0), 10);
	assert_int_equal(sim_bus_accessed(&s.bus, 0xcfc, true), writes);
	assert_int_equal(pci_route(&r, sim_pci_dev(&s, 0, 16, 0), 0), 11);
	assert_int_equal(sim_bus_accessed(&s.bus, 0xcfc, true), writes + 1);
	assert_int_equal(sim_bus_last_write(&s.bus, 0xcfc), 11);
}

#define route_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		route_test(routers_keep_what_is_not_theirs),
		route_test(routers_beside_pci_are_unlocked_and_locked_again),
		route_test(a_link_that_the_router_does_not_know_is_refused),
		route_test(an_input_that_is_switched_off_leads_nowhere),
		route_test(a_register_that_does_not_take_it_is_told),
		route_test(the_chip_that_is_there_is_believed_before_the_table),
		route_test(the_440gx_routes_in_a_way_of_its_own),
		route_test(level_is_set_where_there_is_a_switch),
		route_test(other_chips_at_its_ports_are_left_alone),
		route_test(the_bios_is_believed_when_it_can_be),
		route_test(a_line_that_the_router_denies_stays_as_it_is),
		route_test(lines_that_no_card_can_have),
		route_test(without_a_pin_there_is_no_line),
		route_test(a_fixed_link_is_its_line),
		route_test(an_input_that_leads_nowhere_is_led_somewhere),
		route_test(pins_turn_behind_bridges),
		route_test(a_slot_that_nobody_knows_has_no_line),
		route_test(via_wants_the_line_written_even_if_it_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
