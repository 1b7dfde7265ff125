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

static void test_set2_is_set1_translated(void **state)
{
	struct scan_decoder one;
	/* The 8042's table at a few points far apart, from IBM's manual. */
	static const u8 pairs[][2] = { { 0x01, 0x43 }, { 0x0E, 0x29 }, { 0x66, 0x0E },
				       { 0x5D, 0x2B }, { 0x7C, 0x37 }, { 0x7B, 0x4A },
				       { 0x71, 0x53 }, { 0x09, 0x44 } };

	scan_init(&one, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct scan_event a = scan_byte(&d, pairs[i][0], 0);
		struct scan_event b = scan_byte(&one, pairs[i][1], 0);

		assert_int_equal(a.keycode, b.keycode);
		assert_true(a.keycode > 0);
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
		set2_test(test_set2_is_set1_translated),
		set1_test(test_any_bytes),
		set1_test(test_raw),
		set1_test(test_raw_round_trip),
		set1_test(test_keycode_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
