/* The table of AHCI controllers: ranges, rows for a whole vendor, and one for all others. */
// LINK: drivers/ata/pci_ahci_chips.c
#include <host/host.h>
#include "../ahci_core.h"
#include "../pci_ahci.h"

static void test_rows(void **state)
{
	assert_string_equal(ahci_chip_find(0x8086, 0x2922)->name, "Intel ICH9");
	assert_int_equal(ahci_chip_find(0x8086, 0x27C5)->quirks, AHCI_CHIP_PCS);
	assert_int_equal(ahci_chip_find(0x8086, 0x1C02)->quirks, 0);
	assert_int_equal(ahci_chip_find(0x1002, 0x4380)->quirks, AHCI_MAX_255);
	assert_int_equal(ahci_chip_find(0x1002, 0x4391)->quirks, 0);
	assert_int_equal(ahci_chip_find(0x197B, 0x2361)->ports, 1);
	assert_int_equal(ahci_chip_find(0x197B, 0x2363)->quirks, AHCI_IGNORE_IFS);
	assert_int_equal(ahci_chip_find(0x197B, 0x2363)->ports, 0);
	assert_string_equal(ahci_chip_find(0x1234, 0x2922)->name, "AHCI");
}

/* IDE functions of the same chips are none of ours. */
static void test_ids(void **state)
{
	for (const struct pci_id *id = ahci_ids; id->vendor; id++)
		assert_true(id->class_mask == 0xffffff &&
			    (id->class == 0x010601 ||
			     (id->class == 0x010400 && id->device != PCI_ANY)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
