/* The rule for PCI: what is told of sound machines and of others. */
// LINK: hwtest/rules/pci.c hwtest/rules/pci_names.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
// LINK: drivers/pci/pir_decode.c
#include <drivers/pci/pci_reg.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "rule_case.h"

static void add(const char *name, u16 vendor, u16 device, u16 class, u8 pin, u8 line)
{
	u8 config[64] = { 0 };

	put_le16(config, vendor);
	put_le16(config + 2, device);
	put_le16(config + PCI_REG_COMMAND, PCI_COMMAND_IO);
	put_le16(config + PCI_REG_CLASS, class);
	config[PCI_REG_PIN] = pin;
	config[PCI_REG_LINE] = line;
	put_le32(config + PCI_REG_BAR0, 0xD001);
	put_le32(config + PCI_REG_BAR0 + 4, 0xE0000000);
	facts_bytes(&facts, "pci", name, "config", config, sizeof(config));
}

static void add_host(void)
{
	add("0000:00:00.0", 0x8086, 0x1237, PCI_CLASS_HOST, 0, 0);
}

static void test_usual(void **state)
{
	add_host();
	add("0000:00:01.1", 0x8086, 0x7010, PCI_CLASS_IDE, 0, 0);
	add("0000:00:03.0", 0x10EC, 0x8139, 0x0200, 1, 11);
	facts_text(&facts, "pci", "", "access", "mechanism 1");
	expect_verdict(&rule_pci, VERDICT_WORKS, NULL);
	expect_line(&rule_pci, "Configuration space by mechanism 1");
	expect_line(&rule_pci, "0000:00:03.0 10ec:8139 Realtek Ethernet, irq 11\n"
			       "    ports d000, memory e0000000\n");
}

static void test_interrupts(void **state)
{
	static const u8 unusable[] = { 0, 1, 2, 13, 16, 255 };

	for (unsigned int i = 0; i < ARRAY_SIZE(unusable); i++) {
		rule_start_again();
		add_host();
		add("0000:00:03.0", 0x10EC, 0x8139, 0x0200, 1, unusable[i]);
		expect_verdict(&rule_pci, VERDICT_LIMITED,
			       "gave 0000:00:03.0 (Ethernet) no usable");
		expect_verdict(&rule_pci, VERDICT_LIMITED, "there is no routing table");
		facts_bytes(&facts, "pci", "", "pir", "$PIR", 4);
		expect_verdict(&rule_pci, VERDICT_LIMITED, "looks for one");
	}
	/* No pin, no line; IDE at the AT's ports has the AT's. */
	rule_start_again();
	add_host();
	add("0000:00:03.0", 0x10EC, 0x8139, 0x0200, 0, 0);
	add("0000:00:01.1", 0x8086, 0x7010, PCI_CLASS_IDE, 1, 0);
	expect_verdict(&rule_pci, VERDICT_WORKS, NULL);
}

static void test_known_chips(void **state)
{
	add_host();
	add("0000:00:02.0", 0x1042, 0x1000, PCI_CLASS_IDE, 0, 0);
	expect_verdict(&rule_pci, VERDICT_LIMITED, "0000:00:02.0: its disk channel corrupts");
}

static void test_storage_without_driver(void **state)
{
	add_host();
	add("0000:00:02.0", 0x9004, 0x8178, 0x0100, 1, 10);
	expect_verdict(&rule_pci, VERDICT_LIMITED, "no driver for the SCSI controller");
	rule_start_again();
	add_host();
	add("0000:00:02.0", 0x8086, 0x2922, 0x0106, 1, 10);
	expect_verdict(&rule_pci, VERDICT_WORKS, NULL);
}

static void test_odd(void **state)
{
	u8 all[64];

	expect_verdict(&rule_pci, VERDICT_FAILED, "no function");
	memset(all, 0xff, sizeof(all));
	facts_bytes(&facts, "pci", "0000:00:00.0", "config", all, sizeof(all));
	expect_verdict(&rule_pci, VERDICT_FAILED, "did not answer");
	rule_start_again();
	add("0000:00:03.0", 0x10EC, 0x8139, 0x0200, 1, 11);
	expect_verdict(&rule_pci, VERDICT_DETECTED, "no host bridge");
	rule_start_again();
	add("0000:00:00.0", 0x8086, 0x04A3, 0, 0, 0);
	expect_verdict(&rule_pci, VERDICT_WORKS, NULL);
}

/* A report from outside: bytes that are cut, texts where bytes belong. */
static void test_hostile(void **state)
{
	facts_bytes(&facts, "pci", "x", "config", "short", 5);
	facts_text(&facts, "pci", "y", "config", "text");
	facts_number(&facts, "pci", "", "access", 1, "");
	facts_bytes(&facts, "pci", "", "pir", "$PIR\0\1\xff\xff", 8);
	facts_bytes(&facts, "pci", "", "elcr", "", 0);
	expect_verdict(&rule_pci, VERDICT_FAILED, "no function");
	describe_by(&rule_pci);
	assert_string_equal(lines, "");
	add_host();
	facts_bytes(&facts, "pci", "0000:00:00.0", "capabilities", "\x44\x01\x00", 3);
	expect_verdict(&rule_pci, VERDICT_WORKS, NULL);
	describe_by(&rule_pci);
}

static void test_describes_tables(void **state)
{
	u8 pir[48] = "$PIR\0\1\x30\0\0\x08", sum = 0;

	pir[33] = 3 << 3;
	pir[34] = 0x60;
	put_le16(pir + 35, 0x0c00);
	for (unsigned int i = 0; i < 48; i++)
		sum = (u8)(sum + pir[i]);
	pir[31] = (u8)-sum;
	add_host();
	facts_bytes(&facts, "pci", "", "pir", pir, sizeof(pir));
	facts_bytes(&facts, "pci", "", "elcr", "\x00\x0c", 2);
	facts_bytes(&facts, "pci", "0000:00:00.0", "capabilities",
		    "\x44\x02\x50\x00\x00\x50\x01\x00\x00\x00", 10);
	expect_line(&rule_pci,
		    "1 slots, router 00:01.0; pin, link/lines it may have\n    00:03  A 60/0c00\n");
	expect_line(&rule_pci, "Level-triggered interrupts: 10 11\n");
	expect_line(&rule_pci, "    can: AGP, power management\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_usual),
		RULE_TEST(test_interrupts),
		RULE_TEST(test_known_chips),
		RULE_TEST(test_storage_without_driver),
		RULE_TEST(test_odd),
		RULE_TEST(test_hostile),
		RULE_TEST(test_describes_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
