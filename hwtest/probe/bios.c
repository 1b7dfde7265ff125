/*
 * bios.c - what the BIOS left in memory: its data area, its date, the extended data area.
 *
 * All is read through /dev/mem; nothing is called and nothing written.
 *
 * Source: IBM PC/AT technical reference (BIOS data area at 0040:0000, date at F000:FFF5, model byte
 * at F000:FFFE); the word at 0040:000E is the segment of the extended data area.
 */
#include "probe.h"
#include <kernel/types.h>

#define BDA	  0x400u
#define BDA_BYTES 0x100u
#define BDA_EBDA  0x0eu
/* The number that is typed with Alt, the queue's two ends, and its 16 keys */
#define BDA_KEYS       0x19u
#define BDA_KEYS_BYTES 37u
#define TOP_BYTES      16u /* F000:FFF0, the reset jump, the date, the model */
#define TOP	       0xffff0u
#define EBDA_BYTES     1024u /* the first byte says how many KB there are; one is enough to look at */

static void note_ebda(struct probe_run *run, const u8 *bda)
{
	u32 at = (u32)(bda[BDA_EBDA] | bda[BDA_EBDA + 1] << 8) << 4;
	u8 ebda[EBDA_BYTES];

	/* The area is in the upper half of the first 640 KB where there is one. */
	if (at < 0x60000 || at > 0xa0000 - EBDA_BYTES)
		return;
	note_number(run, "", "ebda-address", at, "");
	if (!host_read_memory(run->host, at, ebda, sizeof(ebda)))
		note_bytes(run, "", "ebda", ebda, sizeof(ebda));
}

static enum probe_end run_bios(struct probe_run *run)
{
	u8 bda[BDA_BYTES], top[TOP_BYTES];
	struct fact *fact;

	if (host_read_memory(run->host, BDA, bda, sizeof(bda)))
		return not_run(run, "this system does not let programs read physical memory");
	fact = note_bytes(run, "", "bda", bda, sizeof(bda));
	/* What was typed before: at a password's prompt too, and it stays there. */
	facts_hide(fact, BDA_KEYS, BDA_KEYS_BYTES);
	if (!host_read_memory(run->host, TOP, top, sizeof(top)))
		note_bytes(run, "", "rom-top", top, sizeof(top));
	note_ebda(run, bda);
	return PROBE_DONE;
}

const struct probe probe_bios = {
	.name = "bios",
	.title = "BIOS data area and date",
	.class = CLASS_R0,
	.seconds = 5,
	.run = run_bios,
};
