/*
 * acpi.c - just enough ACPI to switch the machine off: RSDP, RSDT, FADT, and \_S5 of the DSDT.
 *
 * ACPI mode is only entered at the very end: before, the firmware's SMM code may be emulating a
 * keyboard. Every address is checked before it is mapped. Source: ACPI specification 1.0b, 5.2.
 */
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <arch/io.h>
#include "acpi_decode.h"
#include "boot_memory.h"
#include "power.h"

#define SLP_EN		  (1u << 13)
#define SLP_TYP_SHIFT	  10
#define SLP_MASK	  (0x3c00u)
#define SCI_EN		  1u
#define ENABLE_TIMEOUT_MS 3000

/* Tables are read through one window, piece by piece, so that any physical address will do. */
static bool read_physical(phys_addr_t pa, void *buf, u32 size)
{
	u8 *out = buf;

	if (!pa || pa > 0xffffffffu - size)
		return false;
	while (size) {
		u32 n = min_t(u32, size, PAGE_SIZE - (pa & ~PAGE_MASK));

		memcpy(out, boot_map_temporary(pa), n);
		out += n;
		pa += n;
		size -= n;
	}
	return true;
}

/* A checked copy of a whole table, or NULL. */
static struct acpi_header *read_table(phys_addr_t pa, const char *signature, u32 min_length)
{
	struct acpi_header head, *table;

	if (!read_physical(pa, &head, sizeof(head)) || memcmp(head.signature, signature, 4) ||
	    head.length < min_length || head.length > ACPI_TABLE_MAX)
		return NULL;
	table = kmalloc(head.length, GFP_ATOMIC);
	if (!table)
		return NULL;
	if (read_physical(pa, table, head.length) && !acpi_checksum(table, head.length))
		return table;
	kfree(table);
	return NULL;
}

static phys_addr_t scan_rsdp(phys_addr_t from, u32 length)
{
	for (phys_addr_t pa = from; pa + ACPI_RSDP_LENGTH <= from + length; pa += 16) {
		const u8 *p = phys_to_virt(pa);

		if (!memcmp(p, "RSD PTR ", 8) && !acpi_checksum(p, ACPI_RSDP_LENGTH))
			return *(const u32 *)(p + 16);
	}
	return 0;
}

static phys_addr_t find_rsdt(void)
{
	phys_addr_t ebda = (phys_addr_t) * (const u16 *)phys_to_virt(0x40E) << 4, rsdt = 0;

	if (ebda >= 0x80000 && ebda < 0xA0000)
		rsdt = scan_rsdp(ebda, 1024);
	return rsdt ? rsdt : scan_rsdp(0xE0000, 0x20000);
}

static struct acpi_fadt *find_fadt(void)
{
	struct acpi_header *rsdt = read_table(find_rsdt(), "RSDT", sizeof(*rsdt));
	struct acpi_header *found = NULL;
	u32 count = rsdt ? (rsdt->length - sizeof(*rsdt)) / 4 : 0;
	const u8 *entries = (const u8 *)(rsdt + 1);

	for (u32 i = 0; i < count && !found; i++) {
		u32 pa;

		memcpy(&pa, entries + 4 * i, sizeof(pa));
		found = read_table(pa, "FACP", ACPI_FADT_MIN);
	}
	kfree(rsdt);
	return (struct acpi_fadt *)found;
}

static bool enter_acpi_mode(const struct acpi_fadt *f)
{
	if (inw((u16)f->pm1a_cnt) & SCI_EN)
		return true;
	if (!f->smi_cmd || !f->acpi_enable)
		return true;
	outb(f->acpi_enable, (u16)f->smi_cmd);
	for (int ms = 0; ms < ENABLE_TIMEOUT_MS; ms++) {
		if (inw((u16)f->pm1a_cnt) & SCI_EN)
			return true;
		udelay(1000);
	}
	return false;
}

static void write_sleep(u32 port, u8 typ)
{
	u16 v = (u16)((inw((u16)port) & ~SLP_MASK) | (u16)(typ << SLP_TYP_SHIFT));

	outw(v, (u16)port);
	outw((u16)(v | SLP_EN), (u16)port);
}

void acpi_power_off(void)
{
	struct acpi_fadt *f = find_fadt();
	struct acpi_header *dsdt = f ? read_table(f->dsdt, "DSDT", sizeof(*dsdt)) : NULL;
	u8 a, b;

	if (!dsdt || !f->pm1a_cnt || f->pm1a_cnt > 0xffff ||
	    !acpi_find_s5((const u8 *)dsdt, dsdt->length, &a, &b))
		return;
	if (!enter_acpi_mode(f))
		pr_warn("acpi: the firmware does not hand over\n");
	write_sleep(f->pm1a_cnt, a);
	if (f->pm1b_cnt && f->pm1b_cnt <= 0xffff)
		write_sleep(f->pm1b_cnt, b);
	udelay(500000);
}
