/*
 * ata.c - IDE: the channels, what is on them, whether it works as the driver needs it.
 *
 * Alone, each channel's registers are noted before anything is written; then the driver's own core
 * looks for devices and reads them, at the ports of AHCI controllers too. Beside drivers the
 * system's disks are asked.
 *
 * Source: hardware-notes 5; IBM PC/AT technical reference (fixed disk parameter tables at the
 * vectors 41h and 46h, number of disks at 0040:0075).
 */
#include <drivers/ata/ata_reg.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include "ahci_session.h"
#include "ata_tests.h"

#define BDA_DISKS    0x475u
#define FDPT_BYTES   16u
#define SURFACES     4u	  /* disks that share the time */
#define DEAD_SECONDS 240u /* two channels of two dead drives each, all waited for, and AHCI's */

/* ---- the BIOS's view ---- */

static void note_bios_disk(struct probe_run *run, const char *subject, u32 vector)
{
	u8 pointer[4], table[FDPT_BYTES];
	u32 at;

	if (host_read_memory(run->host, vector, pointer, sizeof(pointer)))
		return;
	at = get_le16(pointer) + ((u32)get_le16(pointer + 2) << 4);
	if (at && !host_read_memory(run->host, at, table, sizeof(table)))
		note_bytes(run, subject, "parameters", table, sizeof(table));
}

static void note_bios(struct probe_run *run)
{
	u8 disks;

	if (host_read_memory(run->host, BDA_DISKS, &disks, 1))
		return;
	note_number(run, "", "bios-disks", disks, "");
	if (disks > 0)
		note_bios_disk(run, "bios0", 0x41 * 4);
	if (disks > 1)
		note_bios_disk(run, "bios1", 0x46 * 4);
}

/* ---- channels ---- */

static void note_place(struct probe_run *run, const struct ata_place *at)
{
	note_text(run, at->name, "controller", "%s%s%s", at->controller, at->pci ? " " : "",
		  ata_place_function(at));
	note_number(run, at->name, "base", at->base, "");
	note_number(run, at->name, "control", at->control, "");
	if (at->bm)
		note_number(run, at->name, "bus-master", at->bm, "");
}

/* Reading the status may end an interrupt; nobody waits for one. The data port is not read. */
static void note_registers(struct probe_run *run, const struct ata_place *at)
{
	struct hw *hw = &run->host->hw;
	u8 registers[8];

	registers[0] = hw_in8(hw, at->control);
	for (unsigned int i = 1; i < sizeof(registers); i++)
		registers[i] = hw_in8(hw, (u16)(at->base + i));
	note_bytes(run, at->name, "registers", registers, sizeof(registers));
	if (at->bm)
		note_number(run, at->name, "bus-master-status",
			    hw_in8(hw, (u16)(at->bm + BM_REG_STATUS)), "");
}

static u64 surface_end(const struct probe_run *run)
{
	return hw_now_us(&run->host->hw) + run->options->seconds * (1000000ull / SURFACES);
}

static unsigned int test_units(struct ata_session *s)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < 2; i++) {
		struct ata_device *dev = &s->ch.dev[i];

		if (dev->kind == ATA_NONE)
			continue;
		found++;
		note_text(s->run, s->unit[i], "kind", dev->kind == ATA_DISK ? "disk" : "packet");
		if (dev->kind == ATA_DISK)
			ata_test_disk(s, dev, surface_end(s->run));
		else
			ata_note_identify(s->run, s->unit[i], dev->words,
					  s->ch.transport ? "AHCI" : "ports");
	}
	return found;
}

static unsigned int test_channel(struct probe_run *run, struct ata_place *at)
{
	const char *owner = at->off ? NULL : host_owner(run->host, at->base);
	struct ata_session s;
	unsigned int found = 0;

	note_place(run, at);
	if (at->off || owner) {
		note_text(run, at->name, "left-alone", "%s%s", at->off ? at->off : "driver ",
			  at->off ? "" : owner);
		return 0;
	}
	probe_step(run, "%s: reading its registers", at->name);
	note_registers(run, at);
	probe_step(run, "%s: looking for drives", at->name);
	if (!ata_session_open(&s, at, run))
		found = test_units(&s);
	note_number(run, at->name, "detect", (s64)s.detect_us, "us");
	note_number(run, at->name, "devices", found, "");
	ata_session_close(&s);
	return found;
}

static unsigned int test_alone(struct probe_run *run)
{
	struct ata_places places;
	unsigned int found = 0;

	ata_places_find(&places, run->host, run->options->class >= CLASS_R2);
	for (unsigned int i = 0; i < places.count; i++)
		found += test_channel(run, &places.at[i]);
	ata_places_free(&places);
	return found;
}

static unsigned int test_port(struct ata_session *s, void *ctx)
{
	note_number(s->run, s->unit[0], "detect", (s64)s->detect_us, "us");
	return test_units(s);
}

static enum probe_end run_ata(struct probe_run *run)
{
	unsigned int found;

	note_bios(run);
	found = run->host->alone ? test_alone(run) + ahci_each(run, true, test_port, NULL) : 0;
	/* Alone but for a driver of disks there is nothing to be found by the ports. */
	if (found || ata_test_beside(run))
		return PROBE_DONE;
	/* A note is of something that is there and was not understood. */
	return facts_find(run->facts, run->probe->name, NULL, "note") ? PROBE_DONE : PROBE_ABSENT;
}

const struct probe probe_ata = {
	.name = "ata",
	.title = "IDE channels and disks",
	.class = CLASS_R1,
	.seconds = DEAD_SECONDS,
	.run = run_ata,
};
