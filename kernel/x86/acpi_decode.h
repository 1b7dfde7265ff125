/*
 * acpi_decode.h - what is needed of ACPI's tables, without an interpreter of its byte code. Pure.
 *
 * \_S5_ is looked for in the DSDT as NameOp (08), an optional root character (5C), "_S5_",
 * PackageOp (12), the package's length, a count, and two small integers: ZeroOp, OneOp or
 * BytePrefix (0A) and a value. Tables are outside data: nothing beyond `length` is read.
 *
 * Source: ACPI specification 1.0b, 5.2 and 16.2; hardware notes 11.
 */
#ifndef X86_ACPI_DECODE_H
#define X86_ACPI_DECODE_H

#include <kernel/compiler.h>
#include <kernel/types.h>

#define ACPI_RSDP_LENGTH 20u /* that of ACPI 1.0, which the first checksum covers */
#define ACPI_FADT_MIN	 76u
#define ACPI_TABLE_MAX	 (1u << 20)

struct acpi_header {
	char signature[4];
	u32 length;
	u8 revision, checksum;
	char oem[18];
	u32 creator[2];
} __packed;

struct acpi_fadt {
	struct acpi_header header;
	u32 facs, dsdt;
	u8 model, reserved;
	u16 sci_int;
	u32 smi_cmd;
	u8 acpi_enable, acpi_disable, s4bios_req, reserved2;
	u32 pm1a_evt, pm1b_evt, pm1a_cnt, pm1b_cnt;
} __packed;

/* The sum of all bytes, 0 for a sound table. */
u8 acpi_checksum(const void *table, u32 length);
/* The sleep types of \_S5_ found in a DSDT; false: not there. */
bool acpi_find_s5(const u8 *dsdt, u32 length, u8 *typ_a, u8 *typ_b);

#endif
