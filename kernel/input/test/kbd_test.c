/* Typing: shifts, locks, accents, modes, actions. */
// LINK: kernel/input/kbd.c kernel/input/keymap.c kernel/input/keymap_us.c kernel/input/scancode.c
// LINK: kernel/input/test/kbd_host.c
#include "kbd_host.h"

/* ---- letters and shifts ---- */

static void test_letters(void **state)
{
	hit(KEY_H);
	hit(KEY_I);
	hit_with(KEY_LEFTSHIFT, KEY_H);
	hit_with(KEY_RIGHTSHIFT, KEY_1);
	hit_with(KEY_LEFTCTRL, KEY_C);
	hit_with(KEY_RIGHTCTRL, KEY_2);
	typed_is("hiH!\003\0");
	actions_are("");
}

static void test_two_shifts(void **state)
{
	down(KEY_LEFTSHIFT);
	down(KEY_RIGHTSHIFT);
	up(KEY_LEFTSHIFT);
	hit(KEY_A);
	up(KEY_RIGHTSHIFT);
	hit(KEY_A);
	typed_is("Aa");
	assert_int_equal(kbd_shift_state(&k), 0);
}

static void test_meta(void **state)
{
	hit_with(KEY_LEFTALT, KEY_X);
	typed_is("\033x");
	con.meta_escape = false;
	hit_with(KEY_LEFTALT, KEY_X);
	typed_is("\xf8");
	con.meta_escape = true;
	down(KEY_LEFTCTRL);
	hit_with(KEY_LEFTALT, KEY_A);
	up(KEY_LEFTCTRL);
	typed_is("\033\001");
}

static void test_missing_table(void **state)
{
	/* Shift with Alt has no table: nothing is typed, and nothing sticks. */
	down(KEY_LEFTSHIFT);
	down(KEY_LEFTALT);
	hit(KEY_A);
	up(KEY_LEFTSHIFT);
	up(KEY_LEFTALT);
	assert_int_equal(kbd_shift_state(&k), 0);
	hit(KEY_A);
	typed_is("a");
}

static void test_repeat(void **state)
{
	down(KEY_A);
	down(KEY_A);
	down(KEY_A);
	up(KEY_A);
	typed_is("aaa");
	con.repeat = false;
	down(KEY_A);
	down(KEY_A);
	up(KEY_A);
	hit(KEY_A);
	typed_is("aa");
	/* A held shift counts once. */
	con.repeat = true;
	down(KEY_LEFTSHIFT);
	down(KEY_LEFTSHIFT);
	up(KEY_LEFTSHIFT);
	hit(KEY_A);
	typed_is("a");
}

static void test_bad_keycodes(void **state)
{
	hit(0);
	hit(256);
	hit(100000);
	hit(255);
	typed_is("");
	assert_false(kbd_is_down(&k, 100000));
}

/* ---- locks ---- */

static void test_caps_lock(void **state)
{
	hit(KEY_CAPSLOCK);
	actions_are("leds(4)");
	hit(KEY_A);
	hit(KEY_1);
	hit_with(KEY_LEFTSHIFT, KEY_A);
	typed_is("A1a");
	down(KEY_CAPSLOCK);
	down(KEY_CAPSLOCK);
	up(KEY_CAPSLOCK);
	actions_are("leds(0)");
	hit(KEY_A);
	typed_is("a");
}

static void test_num_lock(void **state)
{
	hit(KEY_KP7);
	hit(KEY_KP8);
	hit(KEY_KPDOT);
	hit(KEY_KP5);
	hit(KEY_KPPLUS);
	typed_is("\033[1~\033[A\033[3~\033[G+");
	hit(KEY_NUMLOCK);
	actions_are("leds(2)");
	hit(KEY_KP7);
	hit(KEY_KPDOT);
	hit(KEY_KPENTER);
	typed_is("7.\r");
	con.crlf = true;
	hit(KEY_KPENTER);
	typed_is("\r\n");
}

static void test_application_keypad(void **state)
{
	con.app_keypad = true;
	hit(KEY_KP7);
	hit(KEY_KP0);
	hit(KEY_KPENTER);
	hit(KEY_KPSLASH);
	hit(KEY_NUMLOCK);
	hit(KEY_KPDOT);
	typed_is("\033Ow\033Op\033OM\033OQ\033OP\033On");
	actions_are("");
	hit_with(KEY_LEFTSHIFT, KEY_KP8);
	typed_is("\033[A");
	hit_with(KEY_LEFTSHIFT, KEY_NUMLOCK);
	actions_are("leds(2)");
}

static void test_scroll_lock(void **state)
{
	hit(KEY_SCROLLLOCK);
	actions_are("hold(1)leds(1)");
	hit(KEY_SCROLLLOCK);
	actions_are("hold(0)leds(0)");
}

static void test_lights(void **state)
{
	con.lights_follow = false;
	con.lights = 5;
	kbd_update_leds(&k);
	actions_are("leds(5)");
	hit(KEY_CAPSLOCK);
	actions_are("");
	con.lights_follow = true;
	kbd_update_leds(&k);
	actions_are("leds(4)");
}

static void test_caps_shift(void **state)
{
	keymap_set(&km, 0, KEY_LEFTSHIFT, K_CAPSSHIFT, false);
	keymap_set(&km, 1, KEY_LEFTSHIFT, K_CAPSSHIFT, false);
	keymap_set(&km, 0, KEY_CAPSLOCK, K_CAPSON, false);
	hit(KEY_CAPSLOCK);
	hit(KEY_CAPSLOCK);
	hit(KEY_A);
	hit_with(KEY_LEFTSHIFT, KEY_B);
	hit(KEY_C);
	typed_is("ABc");
	actions_are("leds(4)leds(0)");
}

static void test_sticky_lock(void **state)
{
	keymap_set(&km, 0, KEY_F1, K(KT_LOCK, KG_CTRL), false);
	keymap_set(&km, 4, KEY_F1, K(KT_LOCK, KG_CTRL), false);
	hit(KEY_F1);
	hit(KEY_A);
	hit(KEY_B);
	hit(KEY_F1);
	hit(KEY_A);
	typed_is("\001\002a");
}

static void test_sticky_once(void **state)
{
	keymap_set(&km, 0, KEY_F1, K(KT_SLOCK, KG_SHIFT), false);
	keymap_set(&km, 1, KEY_F1, K(KT_SLOCK, KG_SHIFT), false);
	keymap_set(&km, 1, KEY_F2, K(KT_SLOCK, KG_ALT), false);
	keymap_set(&km, 8, KEY_F2, K(KT_SLOCK, KG_ALT), false);
	kbd_compute_shifts(&k);
	hit(KEY_F1);
	hit(KEY_A);
	hit(KEY_A);
	typed_is("Aa");
	/* Shift and Alt have no table together: the later counts. */
	hit(KEY_F1);
	hit(KEY_F2);
	hit(KEY_A);
	hit(KEY_A);
	typed_is("\033aa");
}

/* ---- function keys and cursor ---- */

static void test_function_keys(void **state)
{
	hit(KEY_F1);
	hit(KEY_F12);
	hit(KEY_HOME);
	hit(KEY_DELETE);
	hit_with(KEY_LEFTSHIFT, KEY_F1);
	typed_is("\033[[A\033[24~\033[1~\033[3~\033[23~");
	keymap_set_func(&km, 0, "mine");
	hit(KEY_F1);
	keymap_set_func(&km, 0, "");
	hit(KEY_F1);
	typed_is("mine");
}

static void test_cursor_keys(void **state)
{
	hit(KEY_UP);
	hit(KEY_DOWN);
	hit(KEY_RIGHT);
	hit(KEY_LEFT);
	con.app_cursor = true;
	hit(KEY_UP);
	typed_is("\033[A\033[B\033[C\033[D\033OA");
}

static void test_enter(void **state)
{
	hit(KEY_ENTER);
	con.crlf = true;
	hit(KEY_ENTER);
	typed_is("\r\r\n");
}

/* ---- characters beyond ASCII ---- */

static void test_compose(void **state)
{
	hit_with(KEY_LEFTCTRL, KEY_DOT);
	hit(KEY_APOSTROPHE);
	hit(KEY_E);
	typed_is("\xc3\xa9");
	con.mode = K_XLATE;
	hit_with(KEY_LEFTCTRL, KEY_DOT);
	hit(KEY_APOSTROPHE);
	hit(KEY_E);
	typed_is("\xe9");
}

static void test_dead_keys(void **state)
{
	keymap_set(&km, 0, KEY_APOSTROPHE, K(KT_DEAD, 1), false);
	keymap_set(&km, 0, KEY_GRAVE, K(KT_DEAD2, '`'), false);
	hit(KEY_APOSTROPHE);
	hit(KEY_A);
	hit(KEY_GRAVE);
	hit(KEY_E);
	typed_is("\xc3\xa1\xc3\xa8");
	/* With space or twice: the accent; with what it does not fit: both. */
	hit(KEY_APOSTROPHE);
	hit(KEY_SPACE);
	hit(KEY_APOSTROPHE);
	hit(KEY_APOSTROPHE);
	hit(KEY_X);
	hit(KEY_GRAVE);
	hit(KEY_X);
	typed_is("''x`x");
	hit(KEY_GRAVE);
	hit(KEY_ENTER);
	typed_is("`\r");
}

static void test_dead_keys_of_the_abi(void **state)
{
	static const char all[] = "`'^~\",_U.*=cki#o!?+-)(:n;$@";

	for (unsigned int i = 0; i < NR_DEAD; i++) {
		keymap_set(&km, 0, KEY_F1, (u16)K(KT_DEAD, i), false);
		hit(KEY_F1);
		hit(KEY_SPACE);
		assert_int_equal(typed_count, 1);
		assert_int_equal(typed[0], all[i]);
		typed_count = 0;
	}
}

static void test_unicode_entries(void **state)
{
	keymap_set(&km, 2, KEY_E, 0x20AC ^ 0xF000, true);
	keymap_set(&km, 2, KEY_U, 0xE9 ^ 0xF000, true);
	hit_with(KEY_RIGHTALT, KEY_E);
	hit_with(KEY_RIGHTALT, KEY_U);
	typed_is("\xe2\x82\xac\xc3\xa9");
	con.mode = K_XLATE;
	hit_with(KEY_RIGHTALT, KEY_E);
	hit_with(KEY_RIGHTALT, KEY_U);
	typed_is("\xe9");
}

static void test_latin1_letters(void **state)
{
	keymap_set(&km, 0, KEY_SEMICOLON, K(KT_LETTER, 0xF6), false);
	keymap_set(&km, 1, KEY_SEMICOLON, K(KT_LETTER, 0xD6), false);
	hit(KEY_SEMICOLON);
	hit(KEY_CAPSLOCK);
	hit(KEY_SEMICOLON);
	typed_is("\xc3\xb6\xc3\x96");
}

static void test_numbers(void **state)
{
	down(KEY_LEFTALT);
	hit(KEY_KP2);
	hit(KEY_KP3);
	hit(KEY_KP3);
	typed_is("");
	up(KEY_LEFTALT);
	typed_is("\xc3\xa9");
	/* Hexadecimal with AltGr. */
	down(KEY_RIGHTALT);
	hit(KEY_KP2);
	hit(KEY_KP0);
	hit(KEY_A);
	hit(KEY_C);
	up(KEY_RIGHTALT);
	typed_is("\xe2\x82\xac");
	down(KEY_LEFTALT);
	for (int i = 0; i < 30; i++)
		hit(KEY_KP9);
	up(KEY_LEFTALT);
	typed_is("");
	down(KEY_RIGHTALT);
	hit(KEY_KP1);
	for (int i = 0; i < 4; i++)
		hit(KEY_KP0);
	up(KEY_RIGHTALT);
	typed_is("\xf0\x90\x80\x80");
	down(KEY_RIGHTALT);
	hit(KEY_D);
	hit(KEY_KP8);
	hit(KEY_KP0);
	hit(KEY_KP0);
	up(KEY_RIGHTALT);
	typed_is("");
	con.mode = K_XLATE;
	down(KEY_LEFTALT);
	hit(KEY_KP2);
	hit(KEY_KP3);
	hit(KEY_KP3);
	up(KEY_LEFTALT);
	typed_is("\xe9");
}

static void test_utf8(void **state)
{
	static const struct {
		u32 c;
		const char *text;
	} rows[] = {
		{ 0x7F, "\x7f" },
		{ 0x80, "\xc2\x80" },
		{ 0x7FF, "\xdf\xbf" },
		{ 0x800, "\xe0\xa0\x80" },
		{ 0xD7FF, "\xed\x9f\xbf" },
		{ 0xD800, "" },
		{ 0xDFFF, "" },
		{ 0xE000, "\xee\x80\x80" },
		{ 0xFFFF, "\xef\xbf\xbf" },
		{ 0x10000, "\xf0\x90\x80\x80" },
		{ 0x10FFFF, "\xf4\x8f\xbf\xbf" },
		{ 0x110000, "" },
	};

	/* What a compose sequence may make is any character. */
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct keymap_diacr one = { 'x', 'y', rows[i].c };

		keymap_set_diacr(&km, &one, 1);
		hit_with(KEY_LEFTCTRL, KEY_DOT);
		hit(KEY_X);
		hit(KEY_Y);
		assert_int_equal(typed_count, strlen(rows[i].text));
		assert_memory_equal(typed, rows[i].text, typed_count);
		typed_count = 0;
	}
}

static void test_braille(void **state)
{
	for (unsigned int i = 0; i <= 8; i++)
		keymap_set(&km, 0, KEY_A + i, (u16)K(KT_BRL, i), false);
	down(KEY_A + 1);
	down(KEY_A + 3);
	down(KEY_A + 8);
	up(KEY_A + 3);
	up(KEY_A + 1);
	typed_is("");
	up(KEY_A + 8);
	typed_is("\xe2\xa2\x85");
	hit(KEY_A);
	typed_is("\xe2\xa0\x80");
	con.mode = K_XLATE;
	hit(KEY_A + 1);
	typed_is("");
}

/* ---- actions ---- */

static void test_actions(void **state)
{
	hit_with(KEY_LEFTALT, KEY_F3);
	hit_with(KEY_RIGHTALT, KEY_F1);
	hit_with(KEY_LEFTALT, KEY_RIGHT);
	hit_with(KEY_LEFTALT, KEY_LEFT);
	hit_with(KEY_LEFTSHIFT, KEY_PAGEUP);
	hit_with(KEY_LEFTSHIFT, KEY_PAGEDOWN);
	actions_are("switch(2)switch(12)next(0)prev(0)back(0)forw(0)");
	hit_with(KEY_LEFTSHIFT, KEY_SCROLLLOCK);
	hit_with(KEY_RIGHTALT, KEY_SCROLLLOCK);
	hit_with(KEY_LEFTCTRL, KEY_SCROLLLOCK);
	hit(84);
	hit(KEY_LINEFEED);
	actions_are("mem(0)regs(0)state(0)last(0)break(0)");
	down(KEY_LEFTCTRL);
	hit_with(KEY_LEFTALT, KEY_DELETE);
	hit_with(KEY_LEFTALT, KEY_F2);
	up(KEY_LEFTCTRL);
	actions_are("boot(0)switch(1)");
	keymap_set(&km, 0, KEY_F1, K_SAK, false);
	keymap_set(&km, 0, KEY_F2, K_SPAWNCONSOLE, false);
	hit(KEY_F1);
	hit(KEY_F2);
	actions_are("sak(0)spawn(0)");
	typed_is("");
}

static void test_sysrq(void **state)
{
	down(KEY_LEFTALT);
	down(KEY_SYSRQ);
	hit(KEY_S);
	up(KEY_SYSRQ);
	down(KEY_B);
	down(KEY_B);
	up(KEY_B);
	hit(KEY_9);
	up(KEY_LEFTALT);
	actions_are("sysrq(115)sysrq(98)sysrq(57)");
	typed_is("");
	hit(KEY_B);
	typed_is("b");
	/* Alone it is an ordinary key; switched off, too. */
	hit(KEY_SYSRQ);
	typed_is("\034");
	k.sysrq_enabled = false;
	down(KEY_LEFTALT);
	down(KEY_SYSRQ);
	hit(KEY_S);
	up(KEY_SYSRQ);
	up(KEY_LEFTALT);
	typed_is("\034\033s");
	actions_are("");
}

/* ---- modes ---- */

static void test_raw(void **state)
{
	assert_int_equal(kbd_set_mode(&k, &con, K_RAW), 0);
	hit(KEY_A);
	hit(KEY_UP);
	hit_with(KEY_LEFTSHIFT, KEY_F1);
	typed_is("\x1e\x9e\xe0\x48\xe0\xc8\x2a\x3b\xbb\xaa");
	/* Shifts are followed all the same, and a repeat is a press. */
	down(KEY_LEFTCTRL);
	assert_int_equal(kbd_shift_state(&k), 1 << KG_CTRL);
	down(KEY_A);
	down(KEY_A);
	typed_is("\x1d\x1e\x1e");
	assert_int_equal(kbd_set_mode(&k, &con, K_XLATE), 0);
	down(KEY_B);
	typed_is("\002");
}

static void test_medium_raw(void **state)
{
	assert_int_equal(kbd_set_mode(&k, &con, K_MEDIUMRAW), 0);
	hit(KEY_A);
	hit(200);
	hit(KEY_LEFTMETA);
	typed_is("\x1e\x9e"
		 "\0\x81\xc8\x80\x81\xc8"
		 "\x7d\xfd");
}

static void test_off(void **state)
{
	assert_int_equal(kbd_set_mode(&k, &con, K_OFF), 0);
	hit(KEY_A);
	hit(KEY_CAPSLOCK);
	hit_with(KEY_LEFTALT, KEY_F2);
	typed_is("");
	actions_are("");
	keymap_set(&km, 0, KEY_F1, K_SAK, false);
	hit(KEY_F1);
	actions_are("sak(0)");
	keymap_set(&km, 2, KEY_E, 0x20AC ^ 0xF000, true);
	hit_with(KEY_RIGHTALT, KEY_E);
	typed_is("");
	assert_int_equal(kbd_set_mode(&k, &con, 5), -EINVAL);
	assert_int_equal(con.mode, K_OFF);
}

/* ---- all up, consoles ---- */

static void test_all_up(void **state)
{
	down(KEY_LEFTCTRL);
	down(KEY_LEFTSHIFT);
	down(KEY_Q);
	typed_count = 0;
	kbd_all_up(&k);
	assert_int_equal(kbd_shift_state(&k), 0);
	assert_false(kbd_is_down(&k, KEY_Q));
	hit(KEY_A);
	typed_is("a");
	con.mode = K_RAW;
	down(KEY_A);
	typed_count = 0;
	kbd_all_up(&k);
	typed_is("\x9e");
}

static void test_consoles(void **state)
{
	other.locks = LED_CAP;
	hit(KEY_NUMLOCK);
	actions_are("leds(2)");
	down(KEY_LEFTSHIFT);
	kbd_set_console(&k, &other);
	actions_are("leds(4)");
	/* Shift is still down, Caps Lock is this console's. */
	hit(KEY_A);
	up(KEY_LEFTSHIFT);
	hit(KEY_A);
	typed_is("aA");
	kbd_set_console(&k, &con);
	actions_are("leds(2)");
	hit(KEY_A);
	typed_is("a");
}

static void test_switch_drops_accent(void **state)
{
	hit_with(KEY_LEFTCTRL, KEY_DOT);
	kbd_set_console(&k, &other);
	hit(KEY_APOSTROPHE);
	hit(KEY_E);
	typed_is("'e");
}

static void test_map_changed_under_a_shift(void **state)
{
	down(KEY_LEFTSHIFT);
	keymap_set(&km, 0, KEY_LEFTSHIFT, K_CTRL, false);
	kbd_compute_shifts(&k);
	assert_int_equal(kbd_shift_state(&k), 1 << KG_CTRL);
	up(KEY_LEFTSHIFT);
	hit(KEY_A);
	assert_true(typed_count == 1);
}

static void test_any_keys_any_map(void **state)
{
	unsigned int seed = 7;

	for (unsigned int i = 0; i < 200000; i++) {
		seed = seed * 1103515245 + 12345;
		if (i % 50 == 0)
			keymap_set(&km, seed >> 8 & 15, seed >> 16 & 255, (u16)(seed >> 12), true);
		if (i % 1000 == 0)
			kbd_set_mode(&k, &con, seed >> 20 & 3);
		kbd_key(&k, seed >> 16 & 255, seed >> 30 & 1);
		typed_count = 0;
		actions[0] = 0;
		assert_int_equal(k.shift_state & ~0x1FF, 0);
	}
}

#define kbd_test(fn) cmocka_unit_test_setup_teardown(fn, kbd_setup, kbd_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		kbd_test(test_letters),
		kbd_test(test_two_shifts),
		kbd_test(test_meta),
		kbd_test(test_missing_table),
		kbd_test(test_repeat),
		kbd_test(test_bad_keycodes),
		kbd_test(test_caps_lock),
		kbd_test(test_num_lock),
		kbd_test(test_application_keypad),
		kbd_test(test_scroll_lock),
		kbd_test(test_lights),
		kbd_test(test_caps_shift),
		kbd_test(test_sticky_lock),
		kbd_test(test_sticky_once),
		kbd_test(test_function_keys),
		kbd_test(test_cursor_keys),
		kbd_test(test_enter),
		kbd_test(test_compose),
		kbd_test(test_dead_keys),
		kbd_test(test_dead_keys_of_the_abi),
		kbd_test(test_unicode_entries),
		kbd_test(test_latin1_letters),
		kbd_test(test_numbers),
		kbd_test(test_utf8),
		kbd_test(test_braille),
		kbd_test(test_actions),
		kbd_test(test_sysrq),
		kbd_test(test_raw),
		kbd_test(test_medium_raw),
		kbd_test(test_off),
		kbd_test(test_all_up),
		kbd_test(test_consoles),
		kbd_test(test_switch_drops_accent),
		kbd_test(test_map_changed_under_a_shift),
		kbd_test(test_any_keys_any_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
