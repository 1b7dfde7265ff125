/* Both scan code sets, their special codes, noise and silence. */
// LINK: kernel/input/scancode.c
#include <host/host.h>
#include <abi/input-event-codes.h>
#include <kernel/scancode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct scan_decoder d;
static u64 now;
static char seen[512];

/* "+30" press, "-30" release, "*119" tap, "up", "replug", "reply", "?code". */
static void note(struct scan_event ev)
{
	static const char *const word[] = {
		[SCAN_PRESS] = "+%u ", [SCAN_RELEASE] = "-%u ",	  [SCAN_TAP] = "*%u ",
		[SCAN_ALL_UP] = "up ", [SCAN_REPLUG] = "replug ", [SCAN_REPLY] = "reply ",
	};
	size_t used = strlen(seen);
	char *to = seen + used;
	size_t room = sizeof(seen) - used;

	switch (ev.kind) {
	case SCAN_NONE:
		return;
	case SCAN_UNKNOWN:
		snprintf(to, room, "?%X ", ev.raw);
		return;
	case SCAN_PRESS:
	case SCAN_RELEASE:
	case SCAN_TAP:
		snprintf(to, room,
			 ev.kind == SCAN_PRESS ? "+%u "
			 : ev.kind == SCAN_TAP ? "*%u "
					       : "-%u ",
			 ev.keycode);
		return;
	default:
		snprintf(to, room, "%s", word[ev.kind]);
	}
}

static void feed(const char *bytes, size_t n)
{
	seen[0] = 0;
	for (size_t i = 0; i < n; i++) {
		now += 1000;
		note(scan_byte(&d, (u8)bytes[i], now));
	}
}

#define check(bytes, want)                                                                         \
	do {                                                                                       \
		feed(bytes, sizeof(bytes) - 1);                                                    \
		assert_string_equal(seen, want);                                                   \
	} while (0)

static int set1(void **state)
{
	scan_init(&d, 1);
	return 0;
}

static int set2(void **state)
{
	scan_init(&d, 2);
	return 0;
}

static void test_plain(void **state)
{
	check("\x1e\x9e", "+30 -30 ");
	check("\x01\x81\x53\xd3\x57\xd7\x58\xd8\x56\xd6", "+1 -1 +83 -83 +87 -87 +88 -88 +86 -86 ");
	check("\x2a\x1e\x9e\xaa", "+42 +30 -30 -42 ");
	check("\x36\xb6\x54\xd4", "+54 -54 +99 -99 ");
	check("\x1e\x1e\x1e\x9e", "+30 +30 +30 -30 ");
}

static void test_extended(void **state)
{
	check("\xe0\x48\xe0\xc8", "+103 -103 ");
	check("\xe0\x1d\xe0\x9d\xe0\x38\xe0\xb8", "+97 -97 +100 -100 ");
	check("\xe0\x1c\xe0\x35\xe0\x5b\xe0\x5c\xe0\x5d", "+96 +98 +125 +126 +127 ");
	check("\xe0\x47\xe0\x4f\xe0\x49\xe0\x51\xe0\x52\xe0\x53\xe0\x4b\xe0\x4d\xe0\x50",
	      "+102 +107 +104 +109 +110 +111 +105 +106 +108 ");
	check("\xe0\x5e\xe0\x5f\xe0\x63", "+116 +142 +143 ");
}

static void test_fake_shifts(void **state)
{
	/* Insert with Num Lock, then with Shift held, then PrtSc. */
	check("\xe0\x2a\xe0\x52\xe0\xd2\xe0\xaa", "+110 -110 ");
	check("\x2a\xe0\xaa\xe0\x52\xe0\xd2\xe0\x2a\xaa", "+42 +110 -110 -42 ");
	check("\xe0\x36\xe0\xb6", "");
	check("\xe0\x2a\xe0\x37\xe0\xb7\xe0\xaa", "+99 -99 ");
}

static void test_pause(void **state)
{
	check("\xe1\x1d\x45\xe1\x9d\xc5", "*119 ");
	check("\xe0\x46\xe0\xc6", "+119 -119 ");
	check("\xe1\x1d\x45\xe1\x9d\xc5\x1e", "*119 +30 ");
	check("\x45\xc5", "+69 -69 ");
}

static void test_korean(void **state)
{
	check("\xf2\xf1", "*122 *123 ");
	/* Where the makes exist, these are their breaks. */
	check("\x72\xf2\xf2", "+122 -122 *122 ");
}

static void test_overrun(void **state)
{
	check("\x1e\xff", "+30 up ");
	check("\x1e\0", "+30 up ");
	check("\xe0\xff\x1e", "?E07F +30 ");
}

static void test_self_test_or_shift(void **state)
{
	check("\xaa", "replug ");
	check("\x2a\xaa\xaa", "+42 -42 replug ");
	check("\x2a\x2a\x2a\xaa", "+42 +42 +42 -42 ");
	/* After "all up" nothing is down. */
	check("\x2a\xff\xaa", "+42 up replug ");
}

static void test_stray_replies(void **state)
{
	check("\xfa\xfe\xfc\x1e", "reply reply reply +30 ");
	check("\x7e\xfe\xfe", "+121 -121 reply ");
}

static void test_unknown(void **state)
{
	check("\xe0\x01\x55\xd5", "?E001 ?55 ?55 ");
}

static void test_silence(void **state)
{
	check("\xe0", "");
	now += SCAN_PREFIX_TIMEOUT_US;
	check("\x48", "+72 ");
	check("\xe1\x1d", "");
	now += SCAN_PREFIX_TIMEOUT_US;
	check("\x1e", "+30 ");
	check("\xe0", "");
	now += SCAN_PREFIX_TIMEOUT_US - 1000;
	check("\x48", "+103 ");
}

static void test_set2(void **state)
{
	check("\x1c\xf0\x1c", "+30 -30 ");
	check("\x76\xf0\x76\x05\x78\x07", "+1 -1 +59 +87 +88 ");
	check("\x83\xf0\x83\x84\xf0\x84", "+65 -65 +99 -99 ");
	check("\x12\xf0\x12\x59\xf0\x59", "+42 -42 +54 -54 ");
	check("\x61\x77\x7e\x5a\x29", "+86 +69 +70 +28 +57 ");
}

static void test_set2_extended(void **state)
{
	check("\xe0\x75\xe0\xf0\x75", "+103 -103 ");
	check("\xe0\x14\xe0\x11\xe0\x5a\xe0\x4a", "+97 +100 +96 +98 ");
	check("\xe0\x12\xe0\x70\xe0\xf0\x70\xe0\xf0\x12", "+110 -110 ");
	check("\xe0\x59\xe0\xf0\x59", "");
	check("\xe0\x12\xe0\x7c\xe0\xf0\x7c\xe0\xf0\x12", "+99 -99 ");
}

static void test_set2_pause(void **state)
{
	check("\xe1\x14\x77\xe1\xf0\x14\xf0\x77", "*119 ");
	check("\xe0\x7e\xe0\xf0\x7e\x1c", "+119 -119 +30 ");
}

static void test_set2_special(void **state)
{
	check("\xaa\x1c", "replug +30 ");
	check("\xff\0", "up up ");
	check("\xfa\xfe\xee", "reply reply reply ");
	check("\xf2\xf1", "*122 *123 ");
	check("\xf0", "");
	now += SCAN_PREFIX_TIMEOUT_US;
	check("\x1c", "+30 ");
}

/* Every key, in the numbers of Microsoft's specification; nothing here is computed from the tables.
 */
static const struct {
	u16 key, set1, set2;
} every_key[] = {
	{ KEY_ESC, 0x01, 0x76 },
	{ KEY_1, 0x02, 0x16 },
	{ KEY_2, 0x03, 0x1E },
	{ KEY_3, 0x04, 0x26 },
	{ KEY_4, 0x05, 0x25 },
	{ KEY_5, 0x06, 0x2E },
	{ KEY_6, 0x07, 0x36 },
	{ KEY_7, 0x08, 0x3D },
	{ KEY_8, 0x09, 0x3E },
	{ KEY_9, 0x0A, 0x46 },
	{ KEY_0, 0x0B, 0x45 },
	{ KEY_MINUS, 0x0C, 0x4E },
	{ KEY_EQUAL, 0x0D, 0x55 },
	{ KEY_BACKSPACE, 0x0E, 0x66 },
	{ KEY_TAB, 0x0F, 0x0D },
	{ KEY_Q, 0x10, 0x15 },
	{ KEY_W, 0x11, 0x1D },
	{ KEY_E, 0x12, 0x24 },
	{ KEY_R, 0x13, 0x2D },
	{ KEY_T, 0x14, 0x2C },
	{ KEY_Y, 0x15, 0x35 },
	{ KEY_U, 0x16, 0x3C },
	{ KEY_I, 0x17, 0x43 },
	{ KEY_O, 0x18, 0x44 },
	{ KEY_P, 0x19, 0x4D },
	{ KEY_LEFTBRACE, 0x1A, 0x54 },
	{ KEY_RIGHTBRACE, 0x1B, 0x5B },
	{ KEY_ENTER, 0x1C, 0x5A },
	{ KEY_LEFTCTRL, 0x1D, 0x14 },
	{ KEY_A, 0x1E, 0x1C },
	{ KEY_S, 0x1F, 0x1B },
	{ KEY_D, 0x20, 0x23 },
	{ KEY_F, 0x21, 0x2B },
	{ KEY_G, 0x22, 0x34 },
	{ KEY_H, 0x23, 0x33 },
	{ KEY_J, 0x24, 0x3B },
	{ KEY_K, 0x25, 0x42 },
	{ KEY_L, 0x26, 0x4B },
	{ KEY_SEMICOLON, 0x27, 0x4C },
	{ KEY_APOSTROPHE, 0x28, 0x52 },
	{ KEY_GRAVE, 0x29, 0x0E },
	{ KEY_LEFTSHIFT, 0x2A, 0x12 },
	{ KEY_BACKSLASH, 0x2B, 0x5D },
	{ KEY_Z, 0x2C, 0x1A },
	{ KEY_X, 0x2D, 0x22 },
	{ KEY_C, 0x2E, 0x21 },
	{ KEY_V, 0x2F, 0x2A },
	{ KEY_B, 0x30, 0x32 },
	{ KEY_N, 0x31, 0x31 },
	{ KEY_M, 0x32, 0x3A },
	{ KEY_COMMA, 0x33, 0x41 },
	{ KEY_DOT, 0x34, 0x49 },
	{ KEY_SLASH, 0x35, 0x4A },
	{ KEY_RIGHTSHIFT, 0x36, 0x59 },
	{ KEY_KPASTERISK, 0x37, 0x7C },
	{ KEY_LEFTALT, 0x38, 0x11 },
	{ KEY_SPACE, 0x39, 0x29 },
	{ KEY_CAPSLOCK, 0x3A, 0x58 },
	{ KEY_F1, 0x3B, 0x05 },
	{ KEY_F2, 0x3C, 0x06 },
	{ KEY_F3, 0x3D, 0x04 },
	{ KEY_F4, 0x3E, 0x0C },
	{ KEY_F5, 0x3F, 0x03 },
	{ KEY_F6, 0x40, 0x0B },
	{ KEY_F7, 0x41, 0x83 },
	{ KEY_F8, 0x42, 0x0A },
	{ KEY_F9, 0x43, 0x01 },
	{ KEY_F10, 0x44, 0x09 },
	{ KEY_NUMLOCK, 0x45, 0x77 },
	{ KEY_SCROLLLOCK, 0x46, 0x7E },
	{ KEY_KP7, 0x47, 0x6C },
	{ KEY_KP8, 0x48, 0x75 },
	{ KEY_KP9, 0x49, 0x7D },
	{ KEY_KPMINUS, 0x4A, 0x7B },
	{ KEY_KP4, 0x4B, 0x6B },
	{ KEY_KP5, 0x4C, 0x73 },
	{ KEY_KP6, 0x4D, 0x74 },
	{ KEY_KPPLUS, 0x4E, 0x79 },
	{ KEY_KP1, 0x4F, 0x69 },
	{ KEY_KP2, 0x50, 0x72 },
	{ KEY_KP3, 0x51, 0x7A },
	{ KEY_KP0, 0x52, 0x70 },
	{ KEY_KPDOT, 0x53, 0x71 },
	{ KEY_102ND, 0x56, 0x61 },
	{ KEY_F11, 0x57, 0x78 },
	{ KEY_F12, 0x58, 0x07 },
	{ KEY_F13, 0x64, 0x08 },
	{ KEY_F14, 0x65, 0x10 },
	{ KEY_F15, 0x66, 0x18 },
	{ KEY_F16, 0x67, 0x20 },
	{ KEY_F17, 0x68, 0x28 },
	{ KEY_F18, 0x69, 0x30 },
	{ KEY_F19, 0x6A, 0x38 },
	{ KEY_F20, 0x6B, 0x40 },
	{ KEY_F21, 0x6C, 0x48 },
	{ KEY_F22, 0x6D, 0x50 },
	{ KEY_F23, 0x6E, 0x57 },
	{ KEY_F24, 0x76, 0x5F },
	{ KEY_KATAKANAHIRAGANA, 0x70, 0x13 },
	{ KEY_RO, 0x73, 0x51 },
	{ KEY_HENKAN, 0x79, 0x64 },
	{ KEY_MUHENKAN, 0x7B, 0x67 },
	{ KEY_YEN, 0x7D, 0x6A },
	{ KEY_KPCOMMA, 0x7E, 0x6D },
	{ KEY_HIRAGANA, 0x77, 0x62 },
	{ KEY_KATAKANA, 0x78, 0x63 },
	{ KEY_KPENTER, 0xE01C, 0xE05A },
	{ KEY_RIGHTCTRL, 0xE01D, 0xE014 },
	{ KEY_KPSLASH, 0xE035, 0xE04A },
	{ KEY_RIGHTALT, 0xE038, 0xE011 },
	{ KEY_HOME, 0xE047, 0xE06C },
	{ KEY_UP, 0xE048, 0xE075 },
	{ KEY_PAGEUP, 0xE049, 0xE07D },
	{ KEY_LEFT, 0xE04B, 0xE06B },
	{ KEY_RIGHT, 0xE04D, 0xE074 },
	{ KEY_END, 0xE04F, 0xE069 },
	{ KEY_DOWN, 0xE050, 0xE072 },
	{ KEY_PAGEDOWN, 0xE051, 0xE07A },
	{ KEY_INSERT, 0xE052, 0xE070 },
	{ KEY_DELETE, 0xE053, 0xE071 },
	{ KEY_LEFTMETA, 0xE05B, 0xE01F },
	{ KEY_RIGHTMETA, 0xE05C, 0xE027 },
	{ KEY_COMPOSE, 0xE05D, 0xE02F },
	{ KEY_POWER, 0xE05E, 0xE037 },
	{ KEY_SLEEP, 0xE05F, 0xE03F },
	{ KEY_WAKEUP, 0xE063, 0xE05E },
	{ KEY_MUTE, 0xE020, 0xE023 },
	{ KEY_VOLUMEDOWN, 0xE02E, 0xE021 },
	{ KEY_VOLUMEUP, 0xE030, 0xE032 },
	{ KEY_NEXTSONG, 0xE019, 0xE04D },
	{ KEY_PREVIOUSSONG, 0xE010, 0xE015 },
	{ KEY_STOPCD, 0xE024, 0xE03B },
	{ KEY_PLAYPAUSE, 0xE022, 0xE034 },
	{ KEY_MAIL, 0xE06C, 0xE048 },
	{ KEY_CALC, 0xE021, 0xE02B },
	{ KEY_COMPUTER, 0xE06B, 0xE040 },
	{ KEY_SEARCH, 0xE065, 0xE010 },
	{ KEY_HOMEPAGE, 0xE032, 0xE03A },
	{ KEY_BACK, 0xE06A, 0xE038 },
	{ KEY_FORWARD, 0xE069, 0xE030 },
	{ KEY_STOP, 0xE068, 0xE028 },
	{ KEY_REFRESH, 0xE067, 0xE020 },
	{ KEY_BOOKMARKS, 0xE066, 0xE018 },
	{ KEY_MEDIA, 0xE06D, 0xE050 },
};

static void test_every_key(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(every_key); i++) {
		char one[2] = { (char)(every_key[i].set1 >> 8), (char)every_key[i].set1 };
		char two[2] = { (char)(every_key[i].set2 >> 8), (char)every_key[i].set2 };
		char want[16];

		snprintf(want, sizeof(want), "+%u ", every_key[i].key);
		scan_init(&d, 1);
		feed(one + !one[0], 2u - !one[0]);
		assert_string_equal(seen, want);
		scan_init(&d, 2);
		feed(two + !two[0], 2u - !two[0]);
		assert_string_equal(seen, want);
	}
}

static void test_any_bytes(void **state)
{
	unsigned int seed = 1;

	for (unsigned int set = 1; set <= 2; set++) {
		scan_init(&d, set);
		for (unsigned int i = 0; i < 200000; i++) {
			struct scan_event ev;

			seed = seed * 1103515245 + 12345;
			ev = scan_byte(&d, (u8)(seed >> 16), i);
			assert_true(ev.kind <= SCAN_UNKNOWN && ev.keycode < 256);
			assert_true(d.skip <= 7);
			if (ev.kind == SCAN_PRESS || ev.kind == SCAN_RELEASE || ev.kind == SCAN_TAP)
				assert_true(ev.keycode > 0);
		}
	}
}

static void test_raw(void **state)
{
	u8 out[SCAN_RAW_MAX];

	assert_int_equal(scan_set1_from_keycode(KEY_A, false, out), 1);
	assert_int_equal(out[0], 0x1E);
	assert_int_equal(scan_set1_from_keycode(KEY_A, true, out), 1);
	assert_int_equal(out[0], 0x9E);
	assert_int_equal(scan_set1_from_keycode(KEY_UP, true, out), 2);
	assert_memory_equal(out, "\xe0\xc8", 2);
	assert_int_equal(scan_set1_from_keycode(KEY_PAUSE, false, out), 3);
	assert_memory_equal(out, "\xe1\x1d\x45", 3);
	assert_int_equal(scan_set1_from_keycode(KEY_PAUSE, true, out), 3);
	assert_memory_equal(out, "\xe1\x9d\xc5", 3);
	assert_int_equal(scan_set1_from_keycode(0, false, out), 0);
	assert_int_equal(scan_set1_from_keycode(255, false, out), 0);
}

/* What is sent raw decodes to the same key. */
static void test_raw_round_trip(void **state)
{
	for (unsigned int key = 1; key < 256; key++) {
		u8 out[SCAN_RAW_MAX];
		unsigned int n = scan_set1_from_keycode(key, false, out);

		if (!n)
			continue;
		seen[0] = 0;
		feed((const char *)out, n);
		assert_int_equal(seen[0], key == KEY_PAUSE ? '*' : '+');
		assert_int_equal(strtol(seen + 1, NULL, 10), key);
		n = scan_set1_from_keycode(key, true, out);
		feed((const char *)out, n);
	}
}

static void test_keycode_of(void **state)
{
	assert_int_equal(scan_set1_keycode(0x1E), KEY_A);
	assert_int_equal(scan_set1_keycode(0xE048), KEY_UP);
	assert_int_equal(scan_set1_keycode(0xE0C8), 0);
	assert_int_equal(scan_set1_keycode(0x80), 0);
	assert_int_equal(scan_set1_keycode(0xE148), 0);
}

#define set1_test(fn) cmocka_unit_test_setup(fn, set1)
#define set2_test(fn) cmocka_unit_test_setup(fn, set2)

int main(void)
{
	const struct CMUnitTest tests[] = {
		set1_test(test_plain),
		set1_test(test_extended),
		set1_test(test_fake_shifts),
		set1_test(test_pause),
		set1_test(test_korean),
		set1_test(test_overrun),
		set1_test(test_self_test_or_shift),
		set1_test(test_stray_replies),
		set1_test(test_unknown),
		set1_test(test_silence),
		set2_test(test_set2),
		set2_test(test_set2_extended),
		set2_test(test_set2_pause),
		set2_test(test_set2_special),
		set2_test(test_every_key),
		set1_test(test_any_bytes),
		set1_test(test_raw),
		set1_test(test_raw_round_trip),
		set1_test(test_keycode_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
