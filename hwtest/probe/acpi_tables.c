/* See acpi_tables.h. Source: ACPI specification 1.0b, 5.2; hardware-notes 11. */
#include "acpi_tables.h"
#include <stdlib.h>
#include <string.h>

#define BDA_EBDA   0x40eu
#define EBDA_BYTES 1024u
#define ROM	   0xe0000u
#define ROM_BYTES  0x20000u
#define STEP	   16u
#define RSDT_AT	   16u

static bool scan(struct acpi_tables *t, struct host *host, u32 from, u32 bytes)
{
	u8 *area = malloc(bytes);
	bool found = false;

	if (area && !host_read_memory(host, from, area, bytes)) {
		for (u32 at = 0; at + ACPI_RSDP_LENGTH <= bytes && !found; at += STEP) {
			found = !memcmp(area + at, "RSD PTR ", 8) &&
				!acpi_checksum(area + at, ACPI_RSDP_LENGTH);
			if (found) {
				t->rsdp_at = from + at;
				memcpy(t->rsdp, area + at, ACPI_RSDP_LENGTH);
			}
		}
	}
	free(area);
	return found;
}

static void find_rsdp(struct acpi_tables *t, struct host *host)
{
	u8 word[2];
	u32 ebda = 0;

	if (!host_read_memory(host, BDA_EBDA, word, sizeof(word)))
		ebda = (u32)(word[0] | word[1] << 8) << 4;
	if (ebda >= 0x80000 && ebda < 0xa0000 && scan(t, host, ebda, EBDA_BYTES))
		return;
	(void)scan(t, host, ROM, ROM_BYTES);
}

struct acpi_header *acpi_table_at(struct host *host, u32 at, const char *signature, u32 least)
{
	struct acpi_header head, *table;

	if (!at || host_read_memory(host, at, &head, sizeof(head)) ||
	    (signature && memcmp(head.signature, signature, 4)) || head.length < least ||
	    head.length < sizeof(head) || head.length > ACPI_TABLE_MAX)
		return NULL;
	table = malloc(head.length);
	if (table && !host_read_memory(host, at, table, head.length) &&
	    table->length == head.length && !acpi_checksum(table, head.length))
		return table;
	free(table);
	return NULL;
}

static u32 entry(const struct acpi_header *rsdt, u32 n)
{
	u32 at;

	memcpy(&at, (const u8 *)(rsdt + 1) + n * sizeof(at), sizeof(at));
	return at;
}

static void find_fadt(struct acpi_tables *t, struct host *host)
{
	u32 count = t->rsdt ? (t->rsdt->length - (u32)sizeof(*t->rsdt)) / sizeof(u32) : 0;

	for (u32 i = 0; i < count && i < ACPI_TABLES_MAX && !t->fadt; i++)
		t->fadt = (struct acpi_fadt *)acpi_table_at(host, entry(t->rsdt, i), "FACP",
							    ACPI_FADT_MIN);
	if (!t->fadt)
		t->fadt = (struct acpi_fadt *)acpi_table_file("FACP", ACPI_FADT_MIN);
}

void acpi_tables_read(struct acpi_tables *t, struct host *host)
{
	u32 rsdt_at;

	memset(t, 0, sizeof(*t));
	find_rsdp(t, host);
	if (!t->rsdp_at)
		return;
	memcpy(&rsdt_at, t->rsdp + RSDT_AT, sizeof(rsdt_at));
	t->rsdt = acpi_table_at(host, rsdt_at, "RSDT", sizeof(struct acpi_header));
	find_fadt(t, host);
	if (!t->fadt)
		return;
	t->dsdt_at = t->fadt->dsdt;
	t->dsdt = acpi_table_at(host, t->dsdt_at, "DSDT", sizeof(struct acpi_header));
	if (!t->dsdt)
		t->dsdt = acpi_table_file("DSDT", sizeof(struct acpi_header));
}

void acpi_tables_free(struct acpi_tables *t)
{
	free(t->rsdt);
	free(t->fadt);
	free(t->dsdt);
}

bool acpi_tables_s5(const struct acpi_tables *t, u8 *a, u8 *b)
{
	return t->dsdt && acpi_find_s5((const u8 *)t->dsdt, t->dsdt->length, a, b);
}
