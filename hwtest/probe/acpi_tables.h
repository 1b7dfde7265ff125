/*
 * acpi_tables.h - ACPI's tables out of physical memory, or out of the system's files where it does
 * not let programs read there. Every length is checked before it is believed.
 */
#ifndef HWTEST_PROBE_ACPI_TABLES_H
#define HWTEST_PROBE_ACPI_TABLES_H

#include "../host/host.h"
#include <kernel/x86/acpi_decode.h>

#define ACPI_TABLES_MAX 64u

struct acpi_tables {
	u32 rsdp_at; /* 0: there is none */
	u8 rsdp[ACPI_RSDP_LENGTH];
	struct acpi_header *rsdt, *dsdt;
	struct acpi_fadt *fadt;
	u32 dsdt_at;
};

/* What is not there, or does not hold together, is NULL. */
void acpi_tables_read(struct acpi_tables *t, struct host *host);
void acpi_tables_free(struct acpi_tables *t);
/* The whole table at that address with a sound sum; NULL. To be freed. Any signature if NULL. */
struct acpi_header *acpi_table_at(struct host *host, u32 at, const char *signature, u32 least);
/* The system's copy, which it has checked; NULL. To be freed. */
struct acpi_header *acpi_table_file(const char *signature, u32 least);
/* The sleep types of S5, as the kernel finds them; false. */
bool acpi_tables_s5(const struct acpi_tables *t, u8 *a, u8 *b);

#endif
