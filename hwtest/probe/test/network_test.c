/* Network cards on a simulated PCI bus, and an NE2000 on the ISA bus where it is named. */
// LINK: hwtest/probe/network.c hwtest/probe/pci_view.c hwtest/probe/pci_files.c hwtest/probe/note.c
// LINK: hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: drivers/pci/pci_access.c drivers/pci/pir_decode.c drivers/pci/test/sim_pci.c
// LINK: drivers/pci/pci_scan.c drivers/pci/pci_bar.c drivers/pci/bar_size.c drivers/pci/pci_dev.c
// LINK: drivers/pci/pci_quirks.c drivers/pci/pci_hidden.c drivers/pci/pci_peers.c
#include <drivers/pci/test/sim_pci.h>
#include <drivers/pci/pci_reg.h>
#include <string.h>
#include "sim_host.h"

#define PORTS 0xD000
#define NE    0x320

static struct sim_pci pci;
static struct sim_host host;
static const u8 mac[6] = { 0x52, 0x54, 0x00, 0x0b, 0x1e, 0x55 };

static u32 card_in(void *chip, u16 port, unsigned int width)
{
	return port - PORTS < 6 ? mac[port - PORTS] : 0xee;
}

static void no_writes(void *chip, u16 port, u32 value, unsigned int width)
{
	fail_msg("%x is written", port);
}

static struct sim_fn *add_card(u16 vendor, u16 device)
{
	struct sim_fn *fn = sim_pci_add(&pci, 3, 0, vendor, device, 0x020000);

	sim_put16(fn, PCI_REG_COMMAND, PCI_COMMAND_IO);
	sim_pci_bar(fn, PCI_REG_BAR0, PORTS, 0x100, 1);
	sim_bus_claim(&pci.bus, PORTS, 0x100, card_in, no_writes, NULL);
	return fn;
}

/* ---- an NE2000: two pages of registers, a counter that is cleared by reading, its PROM ---- */

static struct {
	u8 command, page1[16], counter, isr;
	u8 address, left;
	unsigned int resets;
	bool wide; /* each byte of the PROM twice */
} ne;

static u32 ne_in(void *chip, u16 port, unsigned int width)
{
	u8 reg = (u8)(port - NE), value;

	if (reg == 0x1f) {
		ne.resets++;
		ne.isr = 0x80;
		return 0;
	}
	if (reg == 0x10) {
		unsigned int at = ne.wide ? ne.address / 2 : ne.address;

		assert_true(ne.left-- > 0);
		ne.address++;
		return at < 6 ? mac[at] : 0x57;
	}
	if (!reg)
		return ne.command;
	if (ne.command & 0xc0)
		return ne.page1[reg & 15];
	value = reg == 7 ? ne.isr : reg == 13 ? ne.counter : 0;
	if (reg == 13)
		ne.counter = 0;
	return value;
}

static void ne_out(void *chip, u16 port, u32 value, unsigned int width)
{
	u8 reg = (u8)(port - NE);

	if (!reg)
		ne.command = (u8)value;
	else if (ne.command & 0xc0)
		ne.page1[reg & 15] = (u8)value;
	else if (reg == 8)
		ne.address = (u8)value;
	else if (reg == 10)
		ne.left = (u8)value;
}

static int setup(void **state)
{
	host_setup(state);
	sim_pci_init(&pci);
	sim_pci_add_host(&pci);
	sim_host_init(&host, &pci.bus);
	memset(&ne, 0, sizeof(ne));
	ne.command = 0x21;
	ne.counter = 5;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return host_teardown(state);
}

static void test_a_card_that_tells_its_address(void **state)
{
	const struct fact *fact;

	(void)add_card(0x10EC, 0x8139);
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "cards"), 1);
	fact = sim_fact_bytes(&host, "0000:00:03.0", "mac", 6);
	assert_memory_equal(fact->bytes, mac, 6);
	assert_true(fact->identifying);
}

/* Its ports are another's, or not decoded, or the address would have to be asked for by writing. */
static void test_cards_that_are_not_read(void **state)
{
	struct sim_fn *fn = add_card(0x10EC, 0x8139);

	host.owner = "8139too";
	host.owned_first = PORTS;
	host.owned_last = PORTS + 0xff;
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "0000:00:03.0", "mac"));
	host.owner = NULL;
	sim_put16(fn, PCI_REG_COMMAND, 0);
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "0000:00:03.0", "mac"));
	sim_put16(fn, PCI_REG_COMMAND, PCI_COMMAND_IO);
	sim_put16(fn, PCI_REG_DEVICE, 0x1234);
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "0000:00:03.0", "mac"));
	assert_int_equal(sim_bus_accessed(&pci.bus, PORTS, false), 0);
}

static void test_no_card(void **state)
{
	sim_bus_claim(&pci.bus, NE, 0x20, ne_in, ne_out, NULL);
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_ABSENT);
	/* Nothing is looked for on the ISA bus that was not named. */
	for (u16 i = 0; i < 0x20; i++) {
		assert_int_equal(sim_bus_accessed(&pci.bus, NE + i, false), 0);
		assert_int_equal(sim_bus_accessed(&pci.bus, i, false), 0);
	}
}

static void test_an_ne2000_that_is_named(void **state)
{
	for (unsigned int wide = 0; wide < 2; wide++) {
		(void)setup(state);
		sim_bus_claim(&pci.bus, NE, 0x20, ne_in, ne_out, NULL);
		ne.wide = wide;
		host.options.ne_port = NE;
		assert_int_equal(sim_host_run(&host, &probe_network), PROBE_DONE);
		assert_int_equal(sim_fact_number(&host, "ne-320", "reset"), 1);
		assert_memory_equal(sim_fact_bytes(&host, "ne-320", "mac", 6)->bytes, mac, 6);
		assert_int_equal(facts_is_hidden(sim_fact_bytes(&host, "ne-320", "prom", 32), 11),
				 1);
		assert_int_equal(ne.command, 0x21); /* stopped */
		facts_free(&host.facts);
		facts_init(&host.facts);
	}
}

static u8 latch;

static u32 latch_in(void *chip, u16 port, unsigned int width)
{
	return latch;
}

static void latch_out(void *chip, u16 port, u32 value, unsigned int width)
{
	if (port == NE + 0x1f)
		fail_msg("another card's port is reset");
	latch = (u8)value;
}

/* Something else is there, or nothing: no reset. */
static void test_what_is_no_ne2000(void **state)
{
	host.options.ne_port = NE;
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_ABSENT);
	latch = 0x77;
	sim_bus_claim(&pci.bus, NE, 0x20, latch_in, latch_out, NULL);
	assert_int_equal(sim_host_run(&host, &probe_network), PROBE_ABSENT);
}

#define NET_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NET_TEST(test_a_card_that_tells_its_address),
		NET_TEST(test_cards_that_are_not_read),
		NET_TEST(test_no_card),
		NET_TEST(test_an_ne2000_that_is_named),
		NET_TEST(test_what_is_no_ne2000),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
