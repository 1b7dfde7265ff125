/* What a key press does under the key tables; see kernel/keymap.h. */
#include <kernel/errno.h>
#include <kernel/scancode.h>
#include <kernel/string.h>
#include <abi/input-event-codes.h>
#include "keymap_internal.h"

#define BRAILLE_ROW 0x2800u
#define UTF8_MAX    4

void kbd_console_init(struct kbd_console *c)
{
	memset(c, 0, sizeof(*c));
	c->mode = K_UNICODE;
	c->repeat = true;
	c->meta_escape = true;
	c->lights_follow = true;
}

unsigned int kbd_console_leds(const struct kbd_console *c)
{
	return c->lights_follow ? c->locks : c->lights;
}

void kbd_init(struct kbd *k, struct keymap *map, struct kbd_console *console,
	      const struct kbd_ops *ops, void *ctx)
{
	memset(k, 0, sizeof(*k));
	k->map = map;
	k->console = console;
	k->ops = ops;
	k->ctx = ctx;
	k->sysrq_enabled = true;
}

/* ---- out ---- */

static void act(struct kbd *k, enum kbd_action action, unsigned int arg)
{
	k->ops->action(k->ctx, action, arg);
}

static void put_byte(struct kbd *k, u8 byte)
{
	char c = (char)byte;

	k->ops->bytes(k->ctx, &c, 1);
}

static void put_text(struct kbd *k, const char *text)
{
	if (*text)
		k->ops->bytes(k->ctx, text, strlen(text));
}

static void put_utf8(struct kbd *k, u32 c)
{
	char text[UTF8_MAX];
	unsigned int n = 0;

	if (c < 0x80) {
		text[n++] = (char)c;
	} else if (c < 0x800) {
		text[n++] = (char)(0xC0 | c >> 6);
	} else if (c < 0x10000) {
		if (c >= 0xD800 && c < 0xE000)
			return;
		text[n++] = (char)(0xE0 | c >> 12);
		text[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	} else if (c < 0x110000) {
		text[n++] = (char)(0xF0 | c >> 18);
		text[n++] = (char)(0x80 | (c >> 12 & 0x3F));
		text[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	} else {
		return;
	}
	if (c >= 0x80)
		text[n++] = (char)(0x80 | (c & 0x3F));
	k->ops->bytes(k->ctx, text, n);
}

/* As the console's mode wants it; outside of UTF-8 there is Latin-1 only. */
static void put_char(struct kbd *k, u32 c)
{
	if (k->console->mode == K_UNICODE)
		put_utf8(k, c);
	else if (c < 0x100)
		put_byte(k, (u8)c);
}

static void put_cursor_key(struct kbd *k, char key, bool application)
{
	char text[3] = { '\033', application ? 'O' : '[', key };

	k->ops->bytes(k->ctx, text, sizeof(text));
}

void kbd_update_leds(struct kbd *k)
{
	u8 leds = (u8)kbd_console_leds(k->console);

	if (leds == k->leds_told)
		return;
	k->leds_told = leds;
	act(k, KBD_LEDS, leds);
}

/* ---- shifts ---- */

bool kbd_is_down(const struct kbd *k, unsigned int keycode)
{
	return keycode < KBD_KEYS && k->down[keycode / 32] >> keycode % 32 & 1;
}

static void set_down(struct kbd *k, unsigned int keycode, bool down)
{
	u32 bit = (u32)1 << keycode % 32;

	if (down)
		k->down[keycode / 32] |= bit;
	else
		k->down[keycode / 32] &= ~bit;
}

static unsigned int shift_of(u16 entry)
{
	return KVAL(entry) == KG_CAPSSHIFT ? KG_SHIFT : KVAL(entry);
}

void kbd_compute_shifts(struct kbd *k)
{
	unsigned int key;

	k->shift_state = 0;
	memset(k->shift_down, 0, sizeof(k->shift_down));
	for (key = 1; key < KBD_KEYS; key++) {
		u16 entry = SYM(k->map->table[0][key]);

		if (!kbd_is_down(k, key) || (KTYP(entry) != KT_SHIFT && KTYP(entry) != KT_SLOCK))
			continue;
		k->shift_down[shift_of(entry)]++;
		k->shift_state |= (u16)(1u << shift_of(entry));
	}
}

/* ---- one function for each type of entry ---- */

/* What is needed to know of the event besides the entry. */
struct press {
	u8 value;
	bool up, repeat;
};

/* The character that accent and base make; the accent goes first where they make none. */
static u32 combine(struct kbd *k, u32 base)
{
	u32 accent = k->diacr;
	unsigned int i;

	k->diacr = 0;
	if ((accent & ~0xFFu) == BRAILLE_ROW) {
		if ((base & ~0xFFu) == BRAILLE_ROW)
			return accent | base;
	} else {
		for (i = 0; i < k->map->diacrs; i++)
			if (k->map->diacr[i].accent == accent && k->map->diacr[i].base == base)
				return k->map->diacr[i].result;
	}
	if (base == ' ' || base == BRAILLE_ROW || base == accent)
		return accent;
	put_char(k, accent);
	return base;
}

static void type_char(struct kbd *k, u32 c)
{
	if (k->diacr)
		c = combine(k, c);
	if (k->dead_next) {
		k->dead_next = false;
		k->diacr = c;
		return;
	}
	put_char(k, c);
}

static void type_accent(struct kbd *k, u32 c)
{
	k->diacr = k->diacr ? combine(k, c) : c;
}

static void key_latin(struct kbd *k, struct press p)
{
	if (!p.up)
		type_char(k, p.value);
}

static void key_fn(struct kbd *k, struct press p)
{
	if (!p.up)
		put_text(k, keymap_func(k->map, p.value));
}

static void key_cur(struct kbd *k, struct press p)
{
	static const char letters[] = { 'B', 'D', 'C', 'A' };

	if (!p.up && p.value < sizeof(letters))
		put_cursor_key(k, letters[p.value], k->console->app_cursor);
}

/* What the keypad's keys are without Num Lock; 0: they type their own character. */
static const u16 pad_moves[NR_PAD] = {
	[0] = K_INSERT, [1] = K_SELECT,	 [2] = K_DOWN,	  [3] = K_PGDN,
	[4] = K_LEFT,	[6] = K_RIGHT,	 [7] = K_FIND,	  [8] = K_UP,
	[9] = K_PGUP,	[15] = K_REMOVE, [16] = K_REMOVE,
};

static bool pad_move(struct kbd *k, u8 value)
{
	struct press p = { .value = (u8)KVAL(pad_moves[value]) };

	if (value == 5)
		put_cursor_key(k, 'G', k->console->app_keypad);
	else if (!pad_moves[value])
		return false;
	else if (KTYP(pad_moves[value]) == KT_CUR)
		key_cur(k, p);
	else
		key_fn(k, p);
	return true;
}

static void key_pad(struct kbd *k, struct press p)
{
	static const char own[] = "0123456789+-*/\r,.?()";
	static const char application[] = "pqrstuvwxylSRQMnnmPQ";

	if (p.up || p.value >= NR_PAD)
		return;
	if (k->console->app_keypad && !k->shift_down[KG_SHIFT]) {
		put_cursor_key(k, application[p.value], true);
		return;
	}
	if (!(k->console->locks & LED_NUM) && pad_move(k, p.value))
		return;
	put_byte(k, (u8)own[p.value]);
	if (p.value == KVAL(K_PENTER) && k->console->crlf)
		put_byte(k, '\n');
}

static void key_dead(struct kbd *k, struct press p)
{
	/* What compose sequences use for each accent, in the order of the ABI's dead keys. */
	static const char accents[NR_DEAD + 1] = "`'^~\",_U.*=cki#o!?+-)(:n;$@";

	if (!p.up && p.value < NR_DEAD)
		type_accent(k, (u8)accents[p.value]);
}

static void key_dead2(struct kbd *k, struct press p)
{
	if (!p.up)
		type_accent(k, p.value);
}

static void key_cons(struct kbd *k, struct press p)
{
	if (!p.up)
		act(k, KBD_SWITCH, p.value);
}

/* Releasing Alt (or AltGr) ends a character number. */
static void end_number(struct kbd *k)
{
	if (!k->typing_number)
		return;
	k->typing_number = false;
	if (k->console->mode == K_UNICODE)
		put_utf8(k, k->number);
	else
		put_byte(k, (u8)k->number);
}

static void key_shift(struct kbd *k, struct press p)
{
	unsigned int shift = shift_of(p.value);
	u16 before = k->shift_state, bit = (u16)(1u << shift);

	if (p.repeat || p.value >= NR_SHIFT)
		return;
	/* As on a typewriter: this Shift also unlocks. */
	if (p.value == KG_CAPSSHIFT && !p.up)
		k->console->locks &= (u8)~LED_CAP;
	if (!p.up)
		k->shift_down[shift]++;
	else if (k->shift_down[shift])
		k->shift_down[shift]--;
	if (k->shift_down[shift])
		k->shift_state |= bit;
	else
		k->shift_state &= (u16)~bit;
	if (p.up && k->shift_state != before)
		end_number(k);
}

static void key_meta(struct kbd *k, struct press p)
{
	if (p.up)
		return;
	if (k->console->meta_escape) {
		put_byte(k, '\033');
		put_byte(k, p.value);
	} else {
		put_byte(k, p.value | 0x80);
	}
}

/* 0..9: decimal digits; 10..25: hexadecimal ones. */
static void key_ascii(struct kbd *k, struct press p)
{
	unsigned int base = p.value < 10 ? 10 : 16;
	unsigned int digit = p.value < 10 ? p.value : p.value - 10u;

	if (p.up)
		return;
	if (!k->typing_number)
		k->number = 0;
	k->typing_number = true;
	k->number = min_t(u32, k->number * base + digit, 0x7FFFFFF);
}

static void key_lock(struct kbd *k, struct press p)
{
	if (!p.up && !p.repeat)
		k->console->lock_state ^= (u8)(1u << p.value);
}

static void key_slock(struct kbd *k, struct press p)
{
	struct kbd_console *c = k->console;

	key_shift(k, p);
	if (p.up || p.repeat)
		return;
	c->slock_state ^= (u8)(1u << p.value);
	/* Two that have no table together: the later one counts. */
	if (!k->map->table[c->lock_state ^ c->slock_state])
		c->slock_state = (u8)(1u << p.value);
}

/* Dots of a Braille cell are pressed together; the first release says that all are there. */
static void key_braille(struct kbd *k, struct press p)
{
	u8 dot = p.value ? (u8)(1u << (p.value - 1)) : 0;

	if (k->console->mode != K_UNICODE || p.value > 8)
		return;
	if (!p.value) {
		if (!p.up)
			type_char(k, BRAILLE_ROW);
	} else if (!p.up) {
		k->brl_pressed |= dot;
	} else {
		if (!k->brl_committing)
			k->brl_committing = k->brl_pressed;
		k->brl_pressed &= (u8)~dot;
		if (!k->brl_pressed && k->brl_committing) {
			type_char(k, BRAILLE_ROW | k->brl_committing);
			k->brl_committing = 0;
		}
	}
}

/* ---- KT_SPEC ---- */

static void enter(struct kbd *k)
{
	if (k->diacr) {
		put_char(k, k->diacr);
		k->diacr = 0;
	}
	put_byte(k, '\r');
	if (k->console->crlf)
		put_byte(k, '\n');
}

static void toggle_lock(struct kbd *k, struct press p, u8 lock)
{
	if (!p.repeat)
		k->console->locks ^= lock;
}

static void hold(struct kbd *k, struct press p)
{
	if (p.repeat)
		return;
	toggle_lock(k, p, LED_SCR);
	act(k, KBD_HOLD, k->console->locks & LED_SCR ? 1 : 0);
}

/* Those that only tell the kernel something. */
static bool spec_action(struct kbd *k, u8 value)
{
	static const s8 action[NR_SPEC] = {
		[KVAL(K_SH_REGS)] = KBD_SHOW_REGS + 1,
		[KVAL(K_SH_MEM)] = KBD_SHOW_MEM + 1,
		[KVAL(K_SH_STAT)] = KBD_SHOW_STATE + 1,
		[KVAL(K_BREAK)] = KBD_BREAK + 1,
		[KVAL(K_CONS)] = KBD_SWITCH_LAST + 1,
		[KVAL(K_SCROLLFORW)] = KBD_SCROLL_FORW + 1,
		[KVAL(K_SCROLLBACK)] = KBD_SCROLL_BACK + 1,
		[KVAL(K_BOOT)] = KBD_BOOT + 1,
		[KVAL(K_SAK)] = KBD_SAK + 1,
		[KVAL(K_DECRCONSOLE)] = KBD_SWITCH_PREV + 1,
		[KVAL(K_INCRCONSOLE)] = KBD_SWITCH_NEXT + 1,
		[KVAL(K_SPAWNCONSOLE)] = KBD_SPAWN + 1,
	};

	if (!action[value])
		return false;
	act(k, (enum kbd_action)(action[value] - 1), 0);
	return true;
}

static void spec_lock(struct kbd *k, struct press p)
{
	switch (p.value) {
	case KVAL(K_CAPS):
		toggle_lock(k, p, LED_CAP);
		break;
	case KVAL(K_CAPSON):
		if (!p.repeat)
			k->console->locks |= LED_CAP;
		break;
	case KVAL(K_NUM):
		if (k->console->app_keypad)
			put_cursor_key(k, 'P', true);
		else
			toggle_lock(k, p, LED_NUM);
		break;
	case KVAL(K_BARENUMLOCK):
		toggle_lock(k, p, LED_NUM);
		break;
	}
}

static bool is_raw(const struct kbd_console *c)
{
	return c->mode == K_RAW || c->mode == K_MEDIUMRAW || c->mode == K_OFF;
}

static void key_spec(struct kbd *k, struct press p)
{
	if (p.up || p.value >= NR_SPEC)
		return;
	/* Only the secure attention key works in raw modes. */
	if (is_raw(k->console) && p.value != KVAL(K_SAK))
		return;
	switch (p.value) {
	case KVAL(K_HOLE):
		kbd_compute_shifts(k);
		break;
	case KVAL(K_ENTER):
		enter(k);
		break;
	case KVAL(K_HOLD):
		hold(k, p);
		break;
	case KVAL(K_COMPOSE):
		k->dead_next = true;
		break;
	default:
		if (!spec_action(k, p.value))
			spec_lock(k, p);
	}
}

static void (*const by_type[KT_COUNT])(struct kbd *k, struct press p) = {
	[KT_LATIN] = key_latin, [KT_FN] = key_fn,	[KT_SPEC] = key_spec,
	[KT_PAD] = key_pad,	[KT_DEAD] = key_dead,	[KT_CONS] = key_cons,
	[KT_CUR] = key_cur,	[KT_SHIFT] = key_shift, [KT_META] = key_meta,
	[KT_ASCII] = key_ascii, [KT_LOCK] = key_lock,	[KT_LETTER] = key_latin,
	[KT_SLOCK] = key_slock, [KT_DEAD2] = key_dead2, [KT_BRL] = key_braille,
};

/* ---- the key ---- */

/* Caps Lock turns letters to the table with the other Shift. */
static u16 look_up(const struct kbd *k, unsigned int shifts, unsigned int keycode)
{
	const u16 *other = k->map->table[shifts ^ 1u << KG_SHIFT];
	u16 entry = k->map->table[shifts][keycode];

	if (KTYP(SYM(entry)) == KT_LETTER && k->console->locks & LED_CAP && other)
		return other[keycode];
	return entry;
}

static void press_mapped(struct kbd *k, unsigned int keycode, bool up, bool repeat)
{
	struct kbd_console *c = k->console;
	unsigned int shifts = ((k->shift_state | c->slock_state) ^ c->lock_state) & 0xFF;
	u16 entry;

	if (!k->map->table[shifts]) {
		kbd_compute_shifts(k);
		c->slock_state = 0;
		return;
	}
	entry = SYM(look_up(k, shifts, keycode));
	if (KTYP(entry) >= KT_COUNT) {
		if (!up && !is_raw(c))
			type_char(k, SYM(entry));
		return;
	}
	if (!is_raw(c) || KTYP(entry) == KT_SPEC || KTYP(entry) == KT_SHIFT)
		by_type[KTYP(entry)](k, (struct press){ (u8)KVAL(entry), up, repeat });
	if (KTYP(entry) != KT_SLOCK)
		c->slock_state = 0;
}

static void put_raw(struct kbd *k, unsigned int keycode, bool up)
{
	u8 bytes[SCAN_RAW_MAX];
	unsigned int n = scan_set1_from_keycode(keycode, up, bytes);

	if (n)
		k->ops->bytes(k->ctx, (const char *)bytes, n);
}

static void put_medium_raw(struct kbd *k, unsigned int keycode, bool up)
{
	u8 flag = up ? 0x80 : 0;
	char bytes[3] = { (char)flag, (char)(0x80 | keycode >> 7), (char)(0x80 | keycode) };

	if (keycode < 0x80)
		put_byte(k, (u8)(flag | keycode));
	else
		k->ops->bytes(k->ctx, bytes, sizeof(bytes));
}

/*
 * True: the key belonged to an Alt-SysRq chord, which begins with SysRq while Alt is down and lasts
 * until Alt is released.
 */
static bool sysrq(struct kbd *k, unsigned int keycode, bool up, bool repeat)
{
	bool alt = kbd_is_down(k, KEY_LEFTALT) || kbd_is_down(k, KEY_RIGHTALT);
	u8 ascii = keymap_us_ascii(keycode);

	if (!alt)
		k->sysrq_down = false;
	else if (keycode == KEY_SYSRQ && !up)
		k->sysrq_down = k->sysrq_enabled;
	if (!k->sysrq_down)
		return false;
	if (!up && !repeat && ascii)
		act(k, KBD_SYSRQ, ascii);
	return ascii || keycode == KEY_SYSRQ;
}

void kbd_key(struct kbd *k, unsigned int keycode, enum kbd_key_state state)
{
	bool up = state == KBD_RELEASED, repeat;

	if (!keycode || keycode >= KBD_KEYS)
		return;
	repeat = !up && kbd_is_down(k, keycode);
	set_down(k, keycode, !up);
	if (sysrq(k, keycode, up, repeat))
		return;
	if (k->console->mode == K_RAW)
		put_raw(k, keycode, up);
	else if (k->console->mode == K_MEDIUMRAW)
		put_medium_raw(k, keycode, up);
	if (repeat && !k->console->repeat)
		return;
	press_mapped(k, keycode, up, repeat);
	kbd_update_leds(k);
}

void kbd_all_up(struct kbd *k)
{
	unsigned int key;

	for (key = 1; key < KBD_KEYS; key++)
		if (kbd_is_down(k, key))
			kbd_key(k, key, KBD_RELEASED);
	k->sysrq_down = false;
	kbd_compute_shifts(k);
}

/* ---- consoles ---- */

void kbd_set_console(struct kbd *k, struct kbd_console *console)
{
	k->console = console;
	k->diacr = 0;
	k->dead_next = k->typing_number = false;
	kbd_compute_shifts(k);
	kbd_update_leds(k);
}

int kbd_set_mode(struct kbd *k, struct kbd_console *c, unsigned int mode)
{
	if (mode > K_OFF)
		return -EINVAL;
	c->mode = (u8)mode;
	if (mode == K_XLATE || mode == K_UNICODE)
		kbd_compute_shifts(k);
	return 0;
}
