/* The tables as loadkeys drives them. */
// LINK: kernel/input/keymap.c kernel/input/keymap_us.c
#include <host/host.h>
#include <abi/input-event-codes.h>
#include <kernel/errno.h>
#include <kernel/keymap.h>
#include <string.h>

static struct keymap km;

static int setup(void **state)
{
	host_setup(state);
	keymap_init(&km);
	return 0;
}

static int teardown(void **state)
{
	keymap_destroy(&km);
	return host_teardown(state);
}

static void test_default_tables(void **state)
{
	static const u8 tables[] = { 0, 1, 2, 4, 5, 8, 12 };
	unsigned int found = 0;

	for (unsigned int i = 0; i < 256; i++) {
		bool there = memchr(tables, (int)i, sizeof(tables));

		assert_int_equal(keymap_get(&km, i, 0, false), there ? K_HOLE : K_NOSUCHMAP);
		if (!there)
			assert_int_equal(keymap_get(&km, i, 1, false), K_HOLE);
		found += there;
	}
	assert_int_equal(found, 7);
}

static void test_default_entries(void **state)
{
	static const struct {
		u8 table, key;
		u16 entry;
	} rows[] = {
		{ 0, KEY_A, K(KT_LETTER, 'a') },
		{ 1, KEY_A, K(KT_LETTER, 'A') },
		{ 4, KEY_A, K(KT_LATIN, 1) },
		{ 8, KEY_A, K(KT_META, 'a') },
		{ 12, KEY_A, K(KT_META, 1) },
		{ 2, KEY_A, K_ASC(20) },
		{ 2, KEY_G, K(KT_LETTER, 'g') },
		{ 0, KEY_M, K(KT_LETTER, 'm') },
		{ 0, KEY_1, K(KT_LATIN, '1') },
		{ 1, KEY_1, K(KT_LATIN, '!') },
		{ 4, KEY_1, K_HOLE },
		{ 4, KEY_2, K(KT_LATIN, 0) },
		{ 8, KEY_2, K(KT_META, '2') },
		{ 2, KEY_7, K(KT_LATIN, '{') },
		{ 4, KEY_DOT, K_COMPOSE },
		{ 0, KEY_BACKSPACE, K(KT_LATIN, 0x7F) },
		{ 4, KEY_BACKSPACE, K(KT_LATIN, 8) },
		{ 0, KEY_ENTER, K_ENTER },
		{ 8, KEY_ENTER, K(KT_META, 13) },
		{ 0, KEY_F1, K_F(1) },
		{ 1, KEY_F1, K_F(11) },
		{ 8, KEY_F12, K(KT_CONS, 11) },
		{ 2, KEY_F1, K(KT_CONS, 12) },
		{ 12, KEY_F6, K(KT_CONS, 5) },
		{ 12, KEY_DELETE, K_BOOT },
		{ 0, KEY_DELETE, K_REMOVE },
		{ 1, KEY_PAGEUP, K_SCROLLBACK },
		{ 8, KEY_LEFT, K_DECRCONSOLE },
		{ 0, KEY_LEFTSHIFT, K_SHIFT },
		{ 12, KEY_RIGHTALT, K_ALTGR },
		{ 0, KEY_KP7, K_P(7) },
		{ 8, KEY_KP7, K_ASC(7) },
		{ 2, KEY_KP7, K_ASC(17) },
		{ 0, KEY_CAPSLOCK, K_CAPS },
		{ 0, KEY_SCROLLLOCK, K_HOLD },
		{ 12, KEY_SCROLLLOCK, K_HOLE },
		{ 0, 200, K_HOLE },
		{ 5, KEY_MINUS, K(KT_LATIN, 0x1F) },
		{ 1, KEY_SPACE, K(KT_LATIN, ' ') },
		{ 0, KEY_102ND, K(KT_LATIN, '<') },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(keymap_get(&km, rows[i].table, rows[i].key, true), rows[i].entry);
}

static void test_set(void **state)
{
	assert_int_equal(keymap_set(&km, 0, KEY_A, K(KT_LATIN, 'x'), false), 0);
	assert_int_equal(keymap_get(&km, 0, KEY_A, false), K(KT_LATIN, 'x'));
	/* A new table is all holes but what was set. */
	assert_int_equal(keymap_set(&km, 3, KEY_B, K_F(20), false), 0);
	assert_int_equal(keymap_get(&km, 3, 0, false), K_ALLOCATED);
	assert_int_equal(keymap_get(&km, 3, KEY_B, false), K_F(20));
	assert_int_equal(keymap_get(&km, 3, KEY_A, false), K_HOLE);
	assert_int_equal(host_alloc_live(), 1);
	/* And can be given back, twice. */
	assert_int_equal(keymap_set(&km, 3, 0, K_NOSUCHMAP, false), 0);
	assert_int_equal(keymap_get(&km, 3, 0, false), K_NOSUCHMAP);
	assert_int_equal(host_alloc_live(), 0);
	assert_int_equal(keymap_set(&km, 3, 0, K_NOSUCHMAP, false), 0);
}

static void test_free_builtin(void **state)
{
	assert_int_equal(keymap_set(&km, 8, 0, K_NOSUCHMAP, false), 0);
	assert_int_equal(keymap_get(&km, 8, 0, false), K_NOSUCHMAP);
	assert_int_equal(keymap_set(&km, 8, KEY_A, K(KT_META, 'a'), false), 0);
	assert_int_equal(keymap_get(&km, 8, 0, false), K_ALLOCATED);
	/* The plain table stays. */
	assert_int_equal(keymap_set(&km, 0, 0, K_NOSUCHMAP, false), 0);
	assert_int_equal(keymap_get(&km, 0, KEY_1, false), K(KT_LATIN, '1'));
}

static void test_set_refused(void **state)
{
	static const u16 bad[] = {
		K(KT_SPEC, NR_SPEC),   K_ALLOCATED,	      K_NOSUCHMAP,
		K(KT_PAD, NR_PAD),     K(KT_DEAD, NR_DEAD),   K(KT_CUR, 4),
		K(KT_SHIFT, NR_SHIFT), K(KT_ASCII, NR_ASCII), K(KT_LOCK, NR_LOCK),
		K(KT_SLOCK, NR_LOCK),  K(KT_BRL, NR_BRL),
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(keymap_set(&km, 0, KEY_A, bad[i], true), -EINVAL);
	assert_int_equal(keymap_set(&km, 256, KEY_A, K_F(1), true), -EINVAL);
	assert_int_equal(keymap_set(&km, 0, 256, K_F(1), true), -EINVAL);
	/* Keycode 0 is only checked. */
	assert_int_equal(keymap_set(&km, 0, 0, K_F(1), true), 0);
	assert_int_equal(keymap_set(&km, 0, 0, K(KT_CUR, 4), true), -EINVAL);
	assert_int_equal(keymap_get(&km, 0, 0, true), K_HOLE);
	assert_int_equal(keymap_get(&km, 256, 0, true), K_HOLE);
	host_fail_alloc(1);
	assert_int_equal(keymap_set(&km, 7, KEY_A, K_F(1), true), -ENOMEM);
	assert_int_equal(keymap_get(&km, 7, 0, false), K_NOSUCHMAP);
}

static void test_unicode_entries(void **state)
{
	u16 euro = 0x20AC ^ 0xF000;

	assert_int_equal(keymap_set(&km, 2, KEY_E, euro, false), -EINVAL);
	assert_int_equal(keymap_set(&km, 2, KEY_E, euro, true), 0);
	assert_int_equal(keymap_get(&km, 2, KEY_E, true), euro);
	assert_int_equal(keymap_get(&km, 2, KEY_E, false), K_HOLE);
	assert_int_equal(km.table[2][KEY_E], 0x20AC);
}

static void test_strings(void **state)
{
	char longest[KEYMAP_FUNC_LEN + 1];

	assert_string_equal(keymap_func(&km, 0), "\033[[A");
	assert_string_equal(keymap_func(&km, KVAL(K_F(12))), "\033[24~");
	assert_string_equal(keymap_func(&km, KVAL(K_REMOVE)), "\033[3~");
	assert_string_equal(keymap_func(&km, 200), "");
	assert_null(keymap_func(&km, 256));
	assert_int_equal(keymap_set_func(&km, 0, "hello"), 0);
	assert_int_equal(keymap_set_func(&km, 255, "last"), 0);
	assert_int_equal(keymap_set_func(&km, 0, "again"), 0);
	assert_string_equal(keymap_func(&km, 0), "again");
	assert_string_equal(keymap_func(&km, 255), "last");
	assert_int_equal(host_alloc_live(), 2);
	assert_int_equal(keymap_set_func(&km, 256, "x"), -EINVAL);
	memset(longest, 'y', sizeof(longest));
	longest[KEYMAP_FUNC_LEN] = 0;
	assert_int_equal(keymap_set_func(&km, 1, longest), -EINVAL);
	longest[KEYMAP_FUNC_LEN - 1] = 0;
	assert_int_equal(keymap_set_func(&km, 1, longest), 0);
	host_fail_alloc(1);
	assert_int_equal(keymap_set_func(&km, 2, "x"), -ENOMEM);
	assert_string_equal(keymap_func(&km, 2), "\033[[C");
}

static void test_accents(void **state)
{
	static struct keymap_diacr list[MAX_DIACR + 1] = { { 'a', 'b', 0x20AC } };

	assert_int_equal(km.diacrs, 68);
	assert_int_equal(km.diacr[0].accent, '`');
	assert_int_equal(keymap_set_diacr(&km, list, MAX_DIACR + 1), -EINVAL);
	assert_int_equal(keymap_set_diacr(&km, list, MAX_DIACR), 0);
	assert_int_equal(km.diacrs, MAX_DIACR);
	assert_int_equal(keymap_set_diacr(&km, list, 1), 0);
	assert_int_equal(km.diacrs, 1);
	assert_int_equal(km.diacr[0].result, 0x20AC);
}

/* All that Linux's default map composes: accent, base, result in Latin-1. */
static void test_every_accent(void **state)
{
	static const u8 all[] = "`A\300`a\340'A\301'a\341^A\302^a\342~A\303~a\343"
				"\"A\304\"a\344OA\305oa\3450A\3050a\345AA\305aa\345"
				"AE\306ae\346,C\307,c\347`E\310`e\350'E\311'e\351"
				"^E\312^e\352\"E\313\"e\353`I\314`i\354'I\315'i\355"
				"^I\316^i\356\"I\317\"i\357-D\320-d\360~N\321~n\361"
				"`O\322`o\362'O\323'o\363^O\324^o\364~O\325~o\365"
				"\"O\326\"o\366/O\330/o\370`U\331`u\371'U\332'u\372"
				"^U\333^u\373\"U\334\"u\374'Y\335'y\375TH\336th\376"
				"ss\337\"y\377sz\337ij\377";
	unsigned int i, j;

	for (i = 0; i + 3 < sizeof(all); i += 3) {
		for (j = 0; j < km.diacrs; j++)
			if (km.diacr[j].accent == all[i] && km.diacr[j].base == all[i + 1])
				break;
		assert_true(j < km.diacrs);
		assert_int_equal(km.diacr[j].result, all[i + 2]);
	}
	assert_int_equal(i / 3, km.diacrs);
}

static void test_every_control(void **state)
{
	static const struct {
		u8 key, c;
	} rows[] = {
		{ KEY_2, 0 },
		{ KEY_3, 0x1B },
		{ KEY_4, 0x1C },
		{ KEY_5, 0x1D },
		{ KEY_6, 0x1E },
		{ KEY_7, 0x1F },
		{ KEY_8, 0x7F },
		{ KEY_MINUS, 0x1F },
		{ KEY_BACKSPACE, 8 },
		{ KEY_LEFTBRACE, 0x1B },
		{ KEY_RIGHTBRACE, 0x1D },
		{ KEY_APOSTROPHE, 7 },
		{ KEY_GRAVE, 0 },
		{ KEY_BACKSLASH, 0x1C },
		{ KEY_SLASH, 0x7F },
		{ KEY_SPACE, 0 },
		{ KEY_SYSRQ, 0x1C },
		{ KEY_Z, 26 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(keymap_get(&km, 4, rows[i].key, false), K(KT_LATIN, rows[i].c));
	assert_int_equal(keymap_get(&km, 5, KEY_Z, false), K(KT_LATIN, 26));
	assert_int_equal(keymap_get(&km, 2, KEY_F, false), K_ASC(25));
	assert_int_equal(keymap_get(&km, 1, KEY_COMMA, false), K(KT_LATIN, '<'));
	assert_int_equal(keymap_get(&km, 1, KEY_102ND, false), K(KT_LATIN, '>'));
}

#define map_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		map_test(test_default_tables),
		map_test(test_default_entries),
		map_test(test_set),
		map_test(test_free_builtin),
		map_test(test_set_refused),
		map_test(test_unicode_entries),
		map_test(test_strings),
		map_test(test_accents),
		map_test(test_every_accent),
		map_test(test_every_control),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
