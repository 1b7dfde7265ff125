/* The PCI probe over a simulated bridge: what it notes, what it leaves alone. */
// LINK: hwtest/probe/pci.c hwtest/probe/pci_view.c hwtest/probe/pci_files.c hwtest/probe/note.c
// LINK: hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: drivers/pci/pci_access.c drivers/pci/pir_decode.c drivers/pci/test/sim_pci.c
// LINK: drivers/pci/pci_scan.c drivers/pci/pci_bar.c drivers/pci/bar_size.c drivers/pci/pci_dev.c
// LINK: drivers/pci/pci_quirks.c drivers/pci/pci_hidden.c drivers/pci/pci_peers.c
#include <drivers/pci/test/sim_pci.h>
#include <drivers/pci/pci_reg.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "../pci_view.h"
#include "sim_host.h"

static struct sim_pci pci;
static struct sim_host host;

static int setup(void **state)
{
	host_setup(state);
	sim_pci_init(&pci);
	sim_host_init(&host, &pci.bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return host_teardown(state);
}

static unsigned int functions(void)
{
	const struct fact *f = NULL;
	unsigned int n = 0;

	while ((f = facts_next(&host.facts, f, "pci", "config")))
		n++;
	return n;
}

/* Every byte that the chip has, in its place. */
static void check_config(const char *name, const struct sim_fn *fn)
{
	const struct fact *config = sim_fact_bytes(&host, name, "config", PCI_VIEW_HEADER);

	assert_memory_equal(config->bytes, fn->config, PCI_VIEW_HEADER);
}

static void test_all_functions(void **state)
{
	struct sim_fn *bridge, *net, *single;

	sim_pci_add_host(&pci);
	bridge = sim_pci_add_bridge(&pci, 5, 0, 1, 2);
	net = sim_pci_add(&pci, 3, 0, 0x10EC, 0x8139, 0x020000);
	sim_pci_behind(net, bridge);
	single = sim_pci_add(&pci, 9, 0, 0x5333, 0x8811, 0x030000);
	single->ghost = true;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	check_config("0000:01:03.0", net);
	check_config("0000:00:05.0", bridge);
	check_config("0000:00:09.0", single);
	assert_false(sim_fact_exists(&host, "0000:00:09.1", "config"));
	assert_int_equal(functions(), pci.count);
	assert_int_equal(sim_fact_number(&host, "", "buses"), 2);
	assert_string_equal(sim_fact_text(&host, "", "access"), "mechanism 1");
	/* Said before it was read. */
	assert_non_null(strstr(host.said, "pci: 0000:01:03.0\n"));
}

static void test_mechanism_2(void **state)
{
	sim_pci_add_host(&pci);
	pci.mech1 = false;
	pci.mech2 = true;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "", "access"), "mechanism 2");
	assert_int_equal(functions(), pci.count);
}

static void test_absent(void **state)
{
	pci.mech1 = false;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_ABSENT);
	pci.latch_only = true;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_ABSENT);
	assert_in_range(pci.bus.now_ns, 0, 1000000000ull);
}

/* A bridge that leads to itself, backwards, or to where another does. */
static void test_junk_bridges(void **state)
{
	sim_pci_add_host(&pci);
	sim_pci_add_bridge(&pci, 5, 0, 0, 0);
	sim_pci_add_bridge(&pci, 6, 0, 3, 2);
	sim_pci_add_bridge(&pci, 7, 4, 5, 5);
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	assert_int_equal(functions(), pci.count);
	assert_int_equal(sim_fact_number(&host, "", "buses"), 1);
}

static void put_pir(u8 bus)
{
	u8 *t = host.memory + 0xF5A60, sum = 0;

	memcpy(t, "$PIR\0\1", 6);
	put_le16(t + 6, 48);
	t[9] = 1 << 3;
	t[32] = bus;
	t[33] = 3 << 3;
	t[34] = 0x60;
	put_le16(t + 35, 0x0c00);
	for (unsigned int i = 0; i < 48; i++)
		sum = (u8)(sum + t[i]);
	t[31] = (u8)-sum;
}

static void test_tables(void **state)
{
	const struct fact *pir;
	u8 *bios32 = host.memory + 0xFD000;

	sim_pci_add_host(&pci);
	put_pir(0);
	memcpy(bios32, "_32_", 4);
	bios32[9] = 1;
	for (unsigned int i = 0; i < 15; i++)
		bios32[15] = (u8)(bios32[15] - bios32[i]);
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	pir = sim_fact_bytes(&host, "", "pir", 48);
	assert_memory_equal(pir->bytes, host.memory + 0xF5A60, 48);
	assert_int_equal(sim_fact_number(&host, "", "pir-address"), 0xF5A60);
	sim_fact_bytes(&host, "", "bios32", 16);
	assert_int_equal(sim_fact_number(&host, "", "bios32-address"), 0xFD000);
}

/* Buses that no bridge leads to are known by the table; bus 0 under another number is not one. */
static void test_peer_bus(void **state)
{
	struct sim_fn *far;

	sim_pci_add_host(&pci);
	far = sim_pci_add(&pci, 4, 0, 0x1011, 0x0009, 0x020000);
	far->root_bus = 7;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "0000:07:04.0", "config"));
	facts_free(&host.facts);
	put_pir(7);
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	check_config("0000:07:04.0", far);
	facts_free(&host.facts);
	far->root_bus = 0;
	pci.ignores_bus = true;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	assert_int_equal(functions(), pci.count);
}

/* The list stops where reading is not safe any more, and where it turns in a circle. */
static void test_capabilities(void **state)
{
	struct sim_fn *fn;
	const struct fact *caps;

	sim_pci_add_host(&pci);
	fn = sim_pci_add(&pci, 3, 0, 0x8086, 0x1229, 0x020000);
	sim_put16(fn, PCI_REG_STATUS, PCI_STATUS_CAPS);
	fn->config[PCI_REG_CAPABILITIES] = 0xDC;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	caps = sim_fact_bytes(&host, "0000:00:03.0", "capabilities", 5);
	assert_int_equal(caps->bytes[0], 0xDC);
	assert_int_equal(get_le32(caps->bytes + 1), 0xffffffff);
	facts_free(&host.facts);
	fn->config[PCI_REG_CAPABILITIES] = 0x44;
	sim_put16(fn, 0x44, 0x5001);
	sim_put16(fn, 0x50, 0x4405);
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	caps = facts_find(&host.facts, "pci", "0000:00:03.0", "capabilities");
	assert_in_range(caps->count, 10, 256);
	assert_int_equal(caps->bytes[5], 0x50);
	assert_int_equal(caps->bytes[6], 0x05);
}

static struct sim_fn *add_card(u32 class)
{
	struct sim_fn *fn = sim_pci_add(&pci, 3, 0, 0x10EC, 0x8139, class);

	sim_put16(fn, PCI_REG_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	fn->writable[PCI_REG_COMMAND] = 7;
	sim_pci_bar(fn, PCI_REG_BAR0, 0xD000, 0x100, 1);
	return fn;
}

static void test_sizes_only_when_asked(void **state)
{
	struct sim_fn *fn;
	const struct fact *sizes;

	sim_pci_add_host(&pci);
	fn = add_card(0x020000);
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "0000:00:03.0", "sizes"));
	facts_free(&host.facts);
	host.options.class = CLASS_R2;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	sizes = sim_fact_bytes(&host, "0000:00:03.0", "sizes", 24);
	assert_int_equal(get_le32(sizes->bytes) & 0xffff, 0xff01);
	/* As before, and never while it decoded. */
	assert_int_equal(sim_get32(fn, PCI_REG_BAR0), 0xD001);
	assert_int_equal(fn->config[PCI_REG_COMMAND], 3);
	assert_int_equal(fn->sized_live, 0);
}

static void test_screen_is_not_sized(void **state)
{
	sim_pci_add_host(&pci);
	(void)add_card(0x030000);
	host.options.class = CLASS_R2;
	assert_int_equal(sim_host_run(&host, &probe_pci), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "0000:00:03.0", "sizes"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_functions),
		TEST(test_mechanism_2),
		TEST(test_absent),
		TEST(test_junk_bridges),
		TEST(test_tables),
		TEST(test_peer_bus),
		TEST(test_capabilities),
		TEST(test_sizes_only_when_asked),
		TEST(test_screen_is_not_sized),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
