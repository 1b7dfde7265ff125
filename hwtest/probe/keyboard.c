/*
 * keyboard.c - the keyboard: who it is, do its lights obey, and with somebody there, do its keys
 * come.
 *
 * Where a driver has the controller, the system's list is told. Otherwise the driver's core asks
 * the keyboard (which resets only one that does not answer), its lights are switched on and off and
 * left as the BIOS had them.
 *
 * Keys are asked for with --interactive alone. Each make code counts once; Esc twice ends it, and
 * so does silence.
 *
 * Source: hardware-notes 7.2, 7.3; BIOS data area 497h, bits 0 to 2: the lights.
 */
#include "input_list.h"
#include "ps2_open.h"
#include <drivers/ps2/atkbd_core.h>

#define BDA_LIGHTS    0x497u
#define LIGHTS_ALL    7u
#define LIGHTS_ON_US  200000u
#define SILENCE_US    10000000u
#define KEYS_LIMIT_US 60000000u
#define POLL_US	      5000u
#define CODES	      128u
#define BREAK	      0x80u
#define ESC	      1u

struct keys {
	u8 seen[CODES / 8];
	unsigned int count, escapes;
	bool any;
};

static void take(void *ctx, u8 byte)
{
	struct keys *k = ctx;
	u8 code = byte & (u8)~BREAK;

	k->any = true;
	/* E0 and E1 begin a longer code; FA and the like are answers. */
	if (byte & BREAK || !code)
		return;
	k->escapes = code == ESC ? k->escapes + 1 : 0;
	if (!(k->seen[code / 8] >> code % 8 & 1))
		k->count++;
	k->seen[code / 8] |= (u8)(1u << code % 8);
}

static void blink(struct probe_run *run, struct atkbd *kbd)
{
	u8 lights = 0;
	int on, off;

	(void)host_read_memory(run->host, BDA_LIGHTS, &lights, 1);
	on = atkbd_set_leds(kbd, LIGHTS_ALL);
	hw_sleep_us(&run->host->hw, LIGHTS_ON_US);
	off = atkbd_set_leds(kbd, lights & LIGHTS_ALL);
	note_number(run, "", "lights-error", on ? on : off, "");
}

static void ask_for_keys(struct probe_run *run, struct i8042 *c, struct keys *k)
{
	struct hw *hw = &run->host->hw;
	u64 begin = hw_now_us(hw), last = begin;

	probe_step(run, "press each key once; Esc twice ends it");
	while (k->escapes < 2 && hw_now_us(hw) - begin < KEYS_LIMIT_US &&
	       hw_now_us(hw) - last < SILENCE_US) {
		k->any = false;
		(void)i8042_core_irq(c);
		if (k->any)
			last = hw_now_us(hw);
		hw_sleep_us(hw, POLL_US);
	}
	note_number(run, "", "keys", k->count, "");
	note_bytes(run, "", "keys-seen", k->seen, sizeof(k->seen));
}

static enum probe_end look(struct probe_run *run)
{
	struct keys keys = { .count = 0 };
	struct atkbd kbd = { .byte = take, .ctx = &keys };
	struct i8042 c;
	int err = ps2_open(&c, run, I8042_NOAUX);

	if (err)
		return not_run(run, "its controller cannot be used: %s", i8042_fault_text(c.fault));
	probe_step(run, "asking the keyboard who it is");
	err = atkbd_probe(&kbd, &c);
	note_number(run, "", "error", err, "");
	note_number(run, "", "id", kbd.id, "");
	note_number(run, "", "set", kbd.set, "");
	note_number(run, "", "answers", kbd.present, "");
	if (kbd.present)
		blink(run, &kbd);
	if (run->options->interactive)
		ask_for_keys(run, &c, &keys);
	ps2_close(&c);
	return PROBE_DONE;
}

static enum probe_end run_keyboard(struct probe_run *run)
{
	const char *owner = ps2_owner(run->host);

	if (!owner)
		return hw_in8(&run->host->hw, 0x64) == 0xff ? PROBE_ABSENT : look(run);
	note_text(run, "", "owner", "%s", owner);
	if (!input_list_note_system(run, "kbd"))
		return not_run(run, "%s has the controller, and the system lists no keyboard",
			       owner);
	return PROBE_DONE;
}

const struct probe probe_keyboard = {
	.name = "keyboard",
	.title = "keyboard: kind, lights, with --interactive its keys",
	.class = CLASS_R1,
	.seconds = 90,
	.run = run_keyboard,
};
