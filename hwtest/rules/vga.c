/* vga.c - which display adapter, and is its memory sound? The layout of facts: probe/vga.c. */
#include "rules.h"
#include <drivers/vga/vga_reg.h>
#include <kernel/unaligned.h>

#define BIOS_BYTES (BDA_EGA_INFO + 1 - BDA_VIDEO_MODE)
#define CRTC_BYTES (CRTC_CURSOR_LO + 1)
#define MODE_MONO  7

static int64_t number(const struct facts *facts, const char *key)
{
	return facts_get_number(facts, "vga", "", key, -1);
}

/* As the driver finds it: misc output can be read on a VGA alone, and tells where its CRTC is. */
static const char *kind(const struct facts *facts, const struct fact *bios)
{
	int64_t misc = number(facts, "misc-output");

	if ((bios->bytes[0] & 0x7f) == MODE_MONO)
		return bios->bytes[BDA_EGA_INFO - BDA_VIDEO_MODE] ? "EGA or VGA, monochrome"
								  : "MDA or Hercules";
	if (!bios->bytes[BDA_EGA_INFO - BDA_VIDEO_MODE])
		return "CGA";
	return misc >= 0 && misc != 0xff && misc & 1 ? "VGA" : "EGA";
}

static void judge_vga(const struct facts *facts, struct judgement *j)
{
	const struct fact *bios = facts_get_bytes(facts, "vga", "", "bios", BIOS_BYTES);
	int64_t bad = number(facts, "bad-cells");

	if (!bios) {
		judge(j, VERDICT_FAILED, "The display adapter was not looked at.");
		return;
	}
	if (number(facts, "graphics") == 1)
		judge(j, VERDICT_DETECTED,
		      "It is in a graphics mode: its text memory was left alone.");
	else if (bad < 0)
		judge(j, VERDICT_DETECTED, "Its text memory could not be reached from here.");
	else if (bad > 0)
		judge(j, VERDICT_MALFUNCTION,
		      "%lld cells of its text memory do not keep what is written, the first at "
		      "%05llx.",
		      (long long)bad, (unsigned long long)number(facts, "first-bad"));
}

static void describe_vga(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	const struct fact *bios = facts_get_bytes(facts, "vga", "", "bios", BIOS_BYTES);
	const struct fact *crtc = facts_get_bytes(facts, "vga", "", "crtc", CRTC_BYTES);

	if (!bios)
		return;
	rule_put(put, ctx, "%s, BIOS mode %02x, %u columns, %u lines", kind(facts, bios),
		 bios->bytes[0] & 0x7f, get_le16(bios->bytes + (BDA_COLUMNS - BDA_VIDEO_MODE)),
		 bios->bytes[BDA_ROWS_LESS_1 - BDA_VIDEO_MODE] + 1);
	if (crtc)
		rule_put(put, ctx, "Start address %04x, cursor at %04x",
			 crtc->bytes[CRTC_START_HI] << 8 | crtc->bytes[CRTC_START_LO],
			 crtc->bytes[CRTC_CURSOR_HI] << 8 | crtc->bytes[CRTC_CURSOR_LO]);
	if (number(facts, "memory-size") > 0)
		rule_put(put, ctx, "Text memory: %lld KB at %05llx",
			 (long long)(number(facts, "memory-size") / 1024),
			 (unsigned long long)number(facts, "memory"));
}

const struct rule rule_vga = {
	.probe = "vga",
	.judge = judge_vga,
	.describe = describe_vga,
};
