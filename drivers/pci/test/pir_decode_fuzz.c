/* Any bytes as the BIOS area: the table stays inside it, and every look-up ends. */
// LINK: drivers/pci/pir_decode.c
#include <host/host.h>
#include <stdlib.h>
#include <string.h>
#include "../pir_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes the sum right, so that what comes after it is reached too. */
static void correct_sum(u8 *area, size_t size)
{
	size_t length;
	u8 sum = 0;

	if (size < 32 || memcmp(area, "$PIR", 4))
		return;
	length = area[6] | (size_t)area[7] << 8;
	for (size_t i = 0; i < length && i < size; i++)
		sum = (u8)(sum + area[i]);
	area[31] = (u8)(area[31] - sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pir_table table;
	struct pir_slot slot;
	struct pir_link link;
	u8 *area = malloc(size ? size : 1);

	memcpy(area, data, size);
	correct_sum(area, size);
	if (pir_find(area, size, &table)) {
		unsigned int n = 0;

		while (pir_slot(&table, n, &slot))
			n++;
		if (n != table.count || n * 16 + 32 > size)
			abort();
		for (unsigned int pin = 0; pin < 6; pin++)
			(void)pir_find_link(&table, slot.bus, slot.device, pin, &link);
	}
	free(area);
	return 0;
}
