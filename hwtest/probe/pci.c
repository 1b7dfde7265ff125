/*
 * pci.c - configuration space of every function, capabilities, the BIOS's tables about PCI, and
 * which interrupts are level-triggered.
 *
 * Everything is read only. Base address registers are not sized: for that a function's decoding
 * must be off for a moment, the screen's too. Class R2 does it for functions that are neither
 * bridges nor displays nor disk controllers.
 *
 * Source: PCI Local Bus 2.1; PCI BIOS 2.1 (BIOS32); PCI IRQ Routing Table 1.0; Intel 82371FB
 * (ELCR).
 */
#include <drivers/pci/bar_size.h>
#include <drivers/pci/pci_reg.h>
#include <drivers/pci/pir_decode.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>
#include "pci_view.h"
#include "probe.h"

#define ROM_AREA    0xE0000u
#define ROM_BYTES   0x20000u
#define PIR_AREA    0x10000u /* from ROM_AREA: F0000 */
#define BIOS32_STEP 16u
#define ELCR	    0x4D0 /* two ports */
#define CAPS_MAX    48u

/* ---- the BIOS's tables ---- */

static bool is_bios32(const u8 *p)
{
	u8 sum = 0;

	if (memcmp(p, "_32_", 4) != 0 || p[9] != 1)
		return false;
	for (unsigned int i = 0; i < BIOS32_STEP; i++)
		sum = (u8)(sum + p[i]);
	return !sum;
}

static void note_bios32(struct probe_run *run, const u8 *rom)
{
	for (u32 at = 0; at < ROM_BYTES; at += BIOS32_STEP) {
		if (!is_bios32(rom + at))
			continue;
		note_bytes(run, "", "bios32", rom + at, BIOS32_STEP);
		note_number(run, "", "bios32-address", ROM_AREA + at, "");
		return;
	}
}

/* peers: the buses that the table names. */
static void note_pir(struct probe_run *run, const u8 *rom, u8 peers[32])
{
	const u8 *area = rom + PIR_AREA;
	struct pir_table table;
	struct pir_slot slot;
	const u8 *head;

	if (!pir_find(area, ROM_BYTES - PIR_AREA, &table))
		return;
	head = table.slots - 32;
	note_bytes(run, "", "pir", head, 32 + 16 * (size_t)table.count);
	note_number(run, "", "pir-address", ROM_AREA + (head - rom), "");
	for (unsigned int i = 0; pir_slot(&table, i, &slot); i++)
		peers[slot.bus / 8] |= (u8)(1u << (slot.bus & 7));
}

static void note_tables(struct probe_run *run, u8 peers[32])
{
	u8 *rom = xalloc(ROM_BYTES);

	if (!host_read_memory(run->host, ROM_AREA, rom, ROM_BYTES)) {
		note_bios32(run, rom);
		note_pir(run, rom, peers);
	}
	free(rom);
}

static void note_elcr(struct probe_run *run)
{
	u8 elcr[2];

	if (host_owner(run->host, ELCR))
		return;
	for (unsigned int i = 0; i < 2; i++)
		elcr[i] = hw_in8(&run->host->hw, (u16)(ELCR + i));
	note_bytes(run, "", "elcr", elcr, sizeof(elcr));
}

/* ---- functions ---- */

/* Five bytes each: where it is, and its first four. */
static void note_capabilities(struct probe_run *run, struct pci_view *v, const struct pci_seen *fn)
{
	unsigned int type = fn->header[PCI_REG_HEADER] & PCI_HEADER_TYPE;
	unsigned int reg = type == PCI_HEADER_CARDBUS ? PCI_CARDBUS_CAPS : PCI_REG_CAPABILITIES;
	u8 list[5 * CAPS_MAX], at = fn->header[reg] & PCI_CAP_POINTER_ALL;
	size_t used = 0;

	if (!(pci_seen16(fn, PCI_REG_STATUS) & PCI_STATUS_CAPS))
		return;
	/* Places from A0 on read as all ones; so the list ends there. */
	while (at >= PCI_CAP_FIRST && used < sizeof(list)) {
		u32 head = pci_view_read(v, fn, at, 4);

		list[used] = at;
		for (unsigned int i = 0; i < 4; i++)
			list[used + 1 + i] = (u8)(head >> 8 * i);
		used += 5;
		at = head == 0xffffffffu ? 0 : head >> 8 & PCI_CAP_POINTER_ALL;
	}
	note_bytes(run, fn->name, "capabilities", list, used);
}

static bool may_be_sized(const struct pci_view *v, const struct pci_seen *fn)
{
	u8 base = fn->header[PCI_REG_CLASS + 1];

	return v->access.mechanism && !v->folder && base != PCI_BASE_BRIDGE && base != 0x00 &&
	       base != 0x01 && base != 0x03 &&
	       (fn->header[PCI_REG_HEADER] & PCI_HEADER_TYPE) == PCI_HEADER_DEVICE;
}

/* What the registers read after all ones; as they were again before the lock is given back. */
static void size_bars(struct pci_view *v, const struct pci_seen *fn, u32 probe[6])
{
	struct pci_access *a = &v->access;
	unsigned long saved = pci_access_begin(a);
	u32 command = pci_access_read_locked(a, fn->bus, fn->devfn, PCI_REG_COMMAND, 2);

	pci_access_write_locked(a, fn->bus, fn->devfn, PCI_REG_COMMAND, 2,
				command & ~(u32)(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	for (unsigned int i = 0; i < 6; i++) {
		unsigned int reg = PCI_REG_BAR0 + 4 * i;
		u32 raw = pci_access_read_locked(a, fn->bus, fn->devfn, reg, 4);

		pci_access_write_locked(a, fn->bus, fn->devfn, reg, 4, 0xffffffffu);
		probe[i] = pci_access_read_locked(a, fn->bus, fn->devfn, reg, 4);
		pci_access_write_locked(a, fn->bus, fn->devfn, reg, 4, raw);
	}
	pci_access_write_locked(a, fn->bus, fn->devfn, PCI_REG_COMMAND, 2, command);
	pci_access_end(a, saved);
}

static void note_sizes(struct probe_run *run, struct pci_view *v, const struct pci_seen *fn)
{
	u8 bytes[24];
	u32 probe[6];

	if (run->options->class < CLASS_R2 || !may_be_sized(v, fn))
		return;
	probe_step(run, "%s: sizes of its ranges", fn->name);
	size_bars(v, fn, probe);
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)(probe[i / 4] >> 8 * (i % 4));
	note_bytes(run, fn->name, "sizes", bytes, sizeof(bytes));
}

static void about(void *ctx, const char *name)
{
	probe_step(ctx, "%s", name);
}

static enum probe_end run_pci(struct probe_run *run)
{
	struct pci_view view = { .about = about, .ctx = run };
	u8 peers[32] = { 0 };

	note_tables(run, peers);
	note_elcr(run);
	probe_step(run, "looking for configuration space");
	if (pci_view_open(&view, run->host, peers))
		return PROBE_ABSENT;
	note_text(run, "", "access", "%s", pci_view_how(&view));
	note_number(run, "", "buses", view.buses, "");
	for (size_t i = 0; i < view.count; i++) {
		const struct pci_seen *fn = &view.fn[i];

		note_bytes(run, fn->name, "config", fn->header, sizeof(fn->header));
		note_capabilities(run, &view, fn);
		note_sizes(run, &view, fn);
	}
	pci_view_close(&view);
	return PROBE_DONE;
}

const struct probe probe_pci = {
	.name = "pci",
	.title = "PCI functions and interrupt routing",
	.class = CLASS_R1,
	.seconds = 20,
	.run = run_pci,
};
