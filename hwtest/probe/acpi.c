/*
 * acpi.c - ACPI's tables, as far as Oldiron uses them: the way to switch the machine off.
 *
 * All is read. Tables are noted whole but for the DSDT, of which the header and the bytes around
 * \_S5_ are.
 *
 * Source: ACPI specification 1.0b; hardware-notes 11.
 */
#include "acpi_tables.h"
#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AROUND_S5  8u /* bytes before the name */
#define S5_BYTES   32u
#define TABLE_MOST 512u /* of one table */

/*
 * Of other tables only the head is told: MSDM has the product key of a Windows, iBFT addresses and
 * passwords, and what a maker's own has nobody knows.
 */
static bool is_of_hardware(const struct acpi_header *table)
{
	static const char known[][5] = { "RSDT", "FACP", "DSDT", "SSDT", "PSDT", "APIC", "ECDT",
					 "SBST", "BOOT", "HPET", "MCFG", "SRAT", "SLIT", "WAET" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!memcmp(table->signature, known[i], 4))
			return true;
	return false;
}

static void note_table(struct probe_run *run, const struct acpi_header *table, u32 at)
{
	char name[8] = "";
	struct fact *fact;

	for (unsigned int i = 0; i < 4; i++)
		name[i] = table->signature[i] > ' ' && table->signature[i] <= '~'
				  ? table->signature[i]
				  : '_';
	if (at)
		note_number(run, name, "address", at, "");
	note_number(run, name, "length", table->length, "bytes");
	fact = note_bytes(run, name, "table", table, min(table->length, TABLE_MOST));
	if (!is_of_hardware(table))
		facts_hide(fact, sizeof(*table), TABLE_MOST);
}

/* Every table of the list but those that are noted anyway: what else there is. */
static void note_list(struct probe_run *run, const struct acpi_tables *t)
{
	u32 count = (t->rsdt->length - (u32)sizeof(*t->rsdt)) / sizeof(u32);

	for (u32 i = 0; i < count && i < ACPI_TABLES_MAX; i++) {
		struct acpi_header *table;
		u32 at;

		memcpy(&at, (const u8 *)(t->rsdt + 1) + i * sizeof(at), sizeof(at));
		table = acpi_table_at(run->host, at, NULL, sizeof(*table));
		if (table && memcmp(table->signature, "FACP", 4))
			note_table(run, table, at);
		free(table);
	}
}

/* The bytes that acpi_find_s5() decided by; they lie where it would look first. */
static void note_s5(struct probe_run *run, const struct acpi_tables *t)
{
	const u8 *bytes = (const u8 *)t->dsdt;
	u8 a, b;

	if (!acpi_tables_s5(t, &a, &b))
		return;
	note_number(run, "", "s5-a", a, "");
	note_number(run, "", "s5-b", b, "");
	for (u32 i = sizeof(*t->dsdt); i + S5_BYTES <= t->dsdt->length; i++) {
		u8 a2, b2;

		if (memcmp(bytes + i, "_S5_", 4) || i < AROUND_S5 ||
		    !acpi_find_s5(bytes + i - AROUND_S5, S5_BYTES, &a2, &b2))
			continue;
		note_bytes(run, "", "s5-bytes", bytes + i - AROUND_S5, S5_BYTES);
		return;
	}
}

static enum probe_end run_acpi(struct probe_run *run)
{
	struct acpi_tables t;
	u8 probe_byte;

	if (host_read_memory(run->host, 0xe0000, &probe_byte, 1))
		return not_run(run, "this system does not let programs read physical memory");
	acpi_tables_read(&t, run->host);
	if (!t.rsdp_at)
		return PROBE_ABSENT;
	note_number(run, "", "rsdp-address", t.rsdp_at, "");
	note_bytes(run, "", "rsdp", t.rsdp, sizeof(t.rsdp));
	if (t.rsdt) {
		note_table(run, t.rsdt, 0);
		note_list(run, &t);
	}
	if (t.fadt)
		note_table(run, &t.fadt->header, 0);
	if (t.dsdt) {
		note_number(run, "DSDT", "address", t.dsdt_at, "");
		note_number(run, "DSDT", "length", t.dsdt->length, "bytes");
		note_bytes(run, "DSDT", "table", t.dsdt, sizeof(*t.dsdt));
		note_s5(run, &t);
	}
	acpi_tables_free(&t);
	return PROBE_DONE;
}

const struct probe probe_acpi = {
	.name = "acpi",
	.title = "ACPI tables: the way to switch off",
	.class = CLASS_R0,
	.seconds = 5,
	.run = run_acpi,
};
