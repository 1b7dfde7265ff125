/*
 * The built-in key map: a US keyboard with the combinations that Linux's console has (the layout of
 * its default map, as dumpkeys(1) shows it).
 */
#include <kernel/string.h>
#include <abi/input-event-codes.h>
#include "keymap_internal.h"

#define NONE 0xFF /* no character: the key does nothing with this shift */
#define DEL  0x7F
#define ESC  0x1B

#define LATIN(c)  SYM(K(KT_LATIN, c))
#define LETTER(c) SYM(K(KT_LETTER, c))
#define META(c)	  SYM(K(KT_META, c))
#define CONS(n)	  SYM(K(KT_CONS, (n)-1))
#define HEX(n)	  SYM(K_ASC(10 + (n)))
#define HOLE	  SYM(K_HOLE)

/* Keys with characters; Alt gives Meta and the plain one. */
struct ascii_key {
	u8 key, plain, shift, altgr, ctrl, shift_ctrl;
};

static const struct ascii_key ascii_keys[] = {
	{ KEY_ESC, ESC, ESC, NONE, NONE, NONE },
	{ KEY_1, '1', '!', NONE, NONE, NONE },
	{ KEY_2, '2', '@', '@', 0, 0 },
	{ KEY_3, '3', '#', NONE, ESC, NONE },
	{ KEY_4, '4', '$', '$', 0x1C, NONE },
	{ KEY_5, '5', '%', NONE, 0x1D, NONE },
	{ KEY_6, '6', '^', NONE, 0x1E, NONE },
	{ KEY_7, '7', '&', '{', 0x1F, NONE },
	{ KEY_8, '8', '*', '[', DEL, NONE },
	{ KEY_9, '9', '(', ']', NONE, NONE },
	{ KEY_0, '0', ')', '}', NONE, NONE },
	{ KEY_MINUS, '-', '_', '\\', 0x1F, 0x1F },
	{ KEY_EQUAL, '=', '+', NONE, NONE, NONE },
	{ KEY_BACKSPACE, DEL, DEL, NONE, '\b', NONE },
	{ KEY_TAB, '\t', '\t', NONE, NONE, NONE },
	{ KEY_LEFTBRACE, '[', '{', NONE, ESC, NONE },
	{ KEY_RIGHTBRACE, ']', '}', '~', 0x1D, NONE },
	{ KEY_SEMICOLON, ';', ':', NONE, NONE, NONE },
	{ KEY_APOSTROPHE, '\'', '"', NONE, 0x07, NONE },
	{ KEY_GRAVE, '`', '~', NONE, 0, NONE },
	{ KEY_BACKSLASH, '\\', '|', NONE, 0x1C, NONE },
	{ KEY_COMMA, ',', '<', NONE, NONE, NONE },
	{ KEY_DOT, '.', '>', NONE, NONE, NONE },
	{ KEY_SLASH, '/', '?', NONE, DEL, NONE },
	{ KEY_SPACE, ' ', ' ', NONE, 0, NONE },
	{ KEY_102ND, '<', '>', '|', NONE, NONE },
};

/* Letters of the three rows, in order of their keycodes. */
static const struct {
	u8 first;
	char letters[11];
} letter_rows[] = {
	{ KEY_Q, "qwertyuiop" },
	{ KEY_A, "asdfghjkl" },
	{ KEY_Z, "zxcvbnm" },
};

/* Keys that do the same with every shift. */
static const struct {
	u8 key;
	u16 entry;
} same_keys[] = {
	{ KEY_ENTER, K_ENTER },
	{ KEY_LEFTCTRL, K_CTRL },
	{ KEY_LEFTSHIFT, K_SHIFT },
	{ KEY_RIGHTSHIFT, K_SHIFT },
	{ KEY_KPASTERISK, K_PSTAR },
	{ KEY_LEFTALT, K_ALT },
	{ KEY_CAPSLOCK, K_CAPS },
	{ KEY_NUMLOCK, K_NUM },
	{ KEY_KP7, K_P(7) },
	{ KEY_KP8, K_P(8) },
	{ KEY_KP9, K_P(9) },
	{ KEY_KPMINUS, K_PMINUS },
	{ KEY_KP4, K_P(4) },
	{ KEY_KP5, K_P(5) },
	{ KEY_KP6, K_P(6) },
	{ KEY_KPPLUS, K_PPLUS },
	{ KEY_KP1, K_P(1) },
	{ KEY_KP2, K_P(2) },
	{ KEY_KP3, K_P(3) },
	{ KEY_KP0, K_P(0) },
	{ KEY_KPDOT, K_PDOT },
	{ 84, K_CONS },
	{ KEY_KPENTER, K_PENTER },
	{ KEY_RIGHTCTRL, K_CTRL },
	{ KEY_KPSLASH, K_PSLASH },
	{ KEY_SYSRQ, K(KT_LATIN, 0x1C) },
	{ KEY_RIGHTALT, K_ALTGR },
	{ KEY_LINEFEED, K_BREAK },
	{ KEY_HOME, K_FIND },
	{ KEY_UP, K_UP },
	{ KEY_PAGEUP, K_PGUP },
	{ KEY_LEFT, K_LEFT },
	{ KEY_RIGHT, K_RIGHT },
	{ KEY_END, K_SELECT },
	{ KEY_DOWN, K_DOWN },
	{ KEY_PAGEDOWN, K_PGDN },
	{ KEY_INSERT, K_INSERT },
	{ KEY_DELETE, K_REMOVE },
	{ KEY_MACRO, K_MACRO },
	{ 113, K_F(13) },
	{ 114, K_F(14) },
	{ 115, K_HELP },
	{ 116, K_DO },
	{ 117, K_F(17) },
	{ KEY_KPPLUSMINUS, K(KT_PAD, 17) },
	{ KEY_PAUSE, K_PAUSE },
};

/* What differs from the rows above. */
static const struct {
	u8 table, key;
	u16 entry;
} exceptions[] = {
	{ TABLE_ALT, KEY_ENTER, K(KT_META, '\r') },  { TABLE_CTRL, KEY_DOT, K_COMPOSE },
	{ TABLE_SHIFT, KEY_NUMLOCK, K_BARENUMLOCK }, { TABLE_PLAIN, KEY_SCROLLLOCK, K_HOLD },
	{ TABLE_SHIFT, KEY_SCROLLLOCK, K_SH_MEM },   { TABLE_ALTGR, KEY_SCROLLLOCK, K_SH_REGS },
	{ TABLE_CTRL, KEY_SCROLLLOCK, K_SH_STAT },   { TABLE_ALT, KEY_SCROLLLOCK, K_HOLD },
	{ TABLE_CTRL_ALT, KEY_KPDOT, K_BOOT },	     { TABLE_CTRL_ALT, KEY_DELETE, K_BOOT },
	{ TABLE_SHIFT, KEY_PAGEUP, K_SCROLLBACK },   { TABLE_SHIFT, KEY_PAGEDOWN, K_SCROLLFORW },
	{ TABLE_ALT, KEY_LEFT, K_DECRCONSOLE },	     { TABLE_ALT, KEY_RIGHT, K_INCRCONSOLE },
};

/* Digits of the keypad: with Alt a decimal, with AltGr a hexadecimal character number. */
static const u8 pad_digits[10] = { KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4,
				   KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9 };

static const char *const strings[] = {
	[KVAL(K_F(1))] = "\033[[A",   [KVAL(K_F(2))] = "\033[[B",   [KVAL(K_F(3))] = "\033[[C",
	[KVAL(K_F(4))] = "\033[[D",   [KVAL(K_F(5))] = "\033[[E",   [KVAL(K_F(6))] = "\033[17~",
	[KVAL(K_F(7))] = "\033[18~",  [KVAL(K_F(8))] = "\033[19~",  [KVAL(K_F(9))] = "\033[20~",
	[KVAL(K_F(10))] = "\033[21~", [KVAL(K_F(11))] = "\033[23~", [KVAL(K_F(12))] = "\033[24~",
	[KVAL(K_F(13))] = "\033[25~", [KVAL(K_F(14))] = "\033[26~", [KVAL(K_F(15))] = "\033[28~",
	[KVAL(K_F(16))] = "\033[29~", [KVAL(K_F(17))] = "\033[31~", [KVAL(K_F(18))] = "\033[32~",
	[KVAL(K_F(19))] = "\033[33~", [KVAL(K_F(20))] = "\033[34~", [KVAL(K_FIND)] = "\033[1~",
	[KVAL(K_INSERT)] = "\033[2~", [KVAL(K_REMOVE)] = "\033[3~", [KVAL(K_SELECT)] = "\033[4~",
	[KVAL(K_PGUP)] = "\033[5~",   [KVAL(K_PGDN)] = "\033[6~",   [KVAL(K_MACRO)] = "\033[M",
	[KVAL(K_PAUSE)] = "\033[P",
};

/* Accent, base letters, and in the same order what they make (Latin-1). */
static const struct {
	char accent;
	char base[13];
	u8 result[12];
} accents[] = {
	{ '`', "AaEeIiOoUu", { 0xC0, 0xE0, 0xC8, 0xE8, 0xCC, 0xEC, 0xD2, 0xF2, 0xD9, 0xF9 } },
	{ '\'',
	  "AaEeIiOoUuYy",
	  { 0xC1, 0xE1, 0xC9, 0xE9, 0xCD, 0xED, 0xD3, 0xF3, 0xDA, 0xFA, 0xDD, 0xFD } },
	{ '^', "AaEeIiOoUu", { 0xC2, 0xE2, 0xCA, 0xEA, 0xCE, 0xEE, 0xD4, 0xF4, 0xDB, 0xFB } },
	{ '~', "AaNnOo", { 0xC3, 0xE3, 0xD1, 0xF1, 0xD5, 0xF5 } },
	{ '"',
	  "AaEeIiOoUuy",
	  { 0xC4, 0xE4, 0xCB, 0xEB, 0xCF, 0xEF, 0xD6, 0xF6, 0xDC, 0xFC, 0xFF } },
	{ 'O', "A", { 0xC5 } },
	{ 'o', "a", { 0xE5 } },
	{ '0', "Aa", { 0xC5, 0xE5 } },
	{ 'A', "AE", { 0xC5, 0xC6 } },
	{ 'a', "ae", { 0xE5, 0xE6 } },
	{ ',', "Cc", { 0xC7, 0xE7 } },
	{ '-', "Dd", { 0xD0, 0xF0 } },
	{ '/', "Oo", { 0xD8, 0xF8 } },
	{ 'T', "H", { 0xDE } },
	{ 't', "h", { 0xFE } },
	{ 's', "sz", { 0xDF, 0xDF } },
	{ 'i', "j", { 0xFF } },
};

static const u8 table_numbers[KEYMAP_BUILTIN] = { TABLE_PLAIN,	 TABLE_SHIFT,	   TABLE_ALTGR,
						  TABLE_CTRL,	 TABLE_SHIFT_CTRL, TABLE_ALT,
						  TABLE_CTRL_ALT };

static u16 latin_or_hole(u8 c)
{
	return c == NONE ? HOLE : LATIN(c);
}

static void fill_ascii(struct keymap *km)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ascii_keys); i++) {
		const struct ascii_key *k = &ascii_keys[i];

		km->table[TABLE_PLAIN][k->key] = LATIN(k->plain);
		km->table[TABLE_SHIFT][k->key] = LATIN(k->shift);
		km->table[TABLE_ALTGR][k->key] = latin_or_hole(k->altgr);
		km->table[TABLE_CTRL][k->key] = latin_or_hole(k->ctrl);
		km->table[TABLE_SHIFT_CTRL][k->key] = latin_or_hole(k->shift_ctrl);
		km->table[TABLE_ALT][k->key] = META(k->plain);
	}
}

static void fill_letter(struct keymap *km, unsigned int key, u8 c)
{
	km->table[TABLE_PLAIN][key] = LETTER(c);
	km->table[TABLE_SHIFT][key] = LETTER(c - 'a' + 'A');
	km->table[TABLE_ALTGR][key] = c <= 'f' ? HEX(10 + c - 'a') : LETTER(c);
	km->table[TABLE_CTRL][key] = LATIN(c & 0x1F);
	km->table[TABLE_SHIFT_CTRL][key] = LATIN(c & 0x1F);
	km->table[TABLE_ALT][key] = META(c);
	km->table[TABLE_CTRL_ALT][key] = META(c & 0x1F);
}

static void fill_letters(struct keymap *km)
{
	unsigned int row, i;

	for (row = 0; row < ARRAY_SIZE(letter_rows); row++)
		for (i = 0; letter_rows[row].letters[i]; i++)
			fill_letter(km, letter_rows[row].first + i,
				    (u8)letter_rows[row].letters[i]);
}

static void fill_same(struct keymap *km, unsigned int key, u16 entry)
{
	unsigned int i;

	for (i = 0; i < KEYMAP_BUILTIN; i++)
		km->builtin[i][key] = SYM(entry);
}

/* F1..F12: with Shift ten further, with Alt consoles 1.., with AltGr consoles 13... */
static void fill_function_key(struct keymap *km, unsigned int key, unsigned int n)
{
	km->table[TABLE_PLAIN][key] = SYM(K_F(n));
	km->table[TABLE_SHIFT][key] = SYM(n <= 10 ? K_F(n + 10) : K_F(n));
	km->table[TABLE_ALTGR][key] = CONS(n + 12);
	km->table[TABLE_CTRL][key] = SYM(K_F(n));
	km->table[TABLE_ALT][key] = CONS(n);
	km->table[TABLE_CTRL_ALT][key] = CONS(n);
}

static void fill_special(struct keymap *km)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(same_keys); i++)
		fill_same(km, same_keys[i].key, same_keys[i].entry);
	for (i = 1; i <= 12; i++)
		fill_function_key(km, i <= 10 ? KEY_F1 + i - 1 : KEY_F11 + i - 11, i);
	for (i = 0; i < ARRAY_SIZE(pad_digits); i++) {
		km->table[TABLE_ALT][pad_digits[i]] = SYM(K_ASC(i));
		km->table[TABLE_ALTGR][pad_digits[i]] = HEX(i);
	}
	for (i = 0; i < ARRAY_SIZE(exceptions); i++)
		km->table[exceptions[i].table][exceptions[i].key] = SYM(exceptions[i].entry);
}

static void fill_accents(struct keymap *km)
{
	unsigned int row, i;

	for (row = 0; row < ARRAY_SIZE(accents); row++)
		for (i = 0; accents[row].base[i]; i++)
			km->diacr[km->diacrs++] = (struct keymap_diacr){ (u8)accents[row].accent,
									 (u8)accents[row].base[i],
									 accents[row].result[i] };
}

void keymap_fill_us(struct keymap *km)
{
	unsigned int i, key;

	for (i = 0; i < KEYMAP_BUILTIN; i++) {
		km->table[table_numbers[i]] = km->builtin[i];
		for (key = 0; key < NR_KEYS; key++)
			km->builtin[i][key] = HOLE;
	}
	fill_ascii(km);
	fill_letters(km);
	fill_special(km);
	fill_accents(km);
	for (i = 0; i < ARRAY_SIZE(strings); i++)
		km->func[i] = strings[i];
}

u8 keymap_us_ascii(unsigned int keycode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(letter_rows); i++) {
		unsigned int at = keycode - letter_rows[i].first;

		if (at < strlen(letter_rows[i].letters))
			return (u8)letter_rows[i].letters[at];
	}
	for (i = 0; i < ARRAY_SIZE(ascii_keys); i++)
		if (ascii_keys[i].key == keycode)
			return ascii_keys[i].plain;
	return 0;
}
