/* The list of files: what it takes, what it refuses, looking things up, groups. */
// LINK: installer/system/manifest.c installer/system/groups.c common/sha256.c
// LINK: common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <common/sha256.h>
#include <installer/system/manifest.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* `entries` with the first line and the hash around them. */
static char *sealed(const char *entries)
{
	char *text = xasprintf("oldiron-manifest 1 0.9\n%s", entries), hex[65], *all;
	uint8_t hash[SHA256_BYTES];

	sha256(text, strlen(text), hash);
	sha256_text(hex, hash);
	all = xasprintf("%ssha256 %s\n", text, hex);
	free(text);
	return all;
}

static const char usual[] = "d 0755 0 0 0 - base /\n"
			    "f 4755 1 2 12 " HASH " base /bin/su\n"
			    "l 0777 0 0 4 - doc /bin/with\\040blank -> a\\134b\n"
			    "c 0600 0 5 4:1 - base /dev/tty1\n";

static void entries_are_read(void **state)
{
	struct manifest_entry e = { 0 };
	char *text = sealed(usual);
	struct manifest m;

	assert_null(manifest_open(&m, text, strlen(text)));
	assert_string_equal(m.release, "0.9");
	assert_null(manifest_check(&m));
	assert_null(manifest_next(&m, &e));
	assert_true(e.type == 'd' && e.mode == 0755);
	assert_string_equal(e.path, "/");
	assert_null(manifest_next(&m, &e));
	assert_true(e.type == 'f' && e.mode == 04755 && e.uid == 1 && e.gid == 2 && e.size == 12);
	assert_int_equal(e.sha256[0], 0xe3);
	assert_string_equal(e.group, "base");
	assert_null(manifest_next(&m, &e));
	assert_string_equal(e.path, "/bin/with blank");
	assert_string_equal(e.target, "a\\b");
	assert_null(manifest_next(&m, &e));
	assert_true(e.type == 'c' && e.major == 4 && e.minor == 1);
	assert_null(manifest_next(&m, &e));
	assert_int_equal(e.type, 0);
	manifest_close(&m);
	free(text);
}

static void damage_is_seen(void **state)
{
	char *text = sealed(usual), *complaint;
	struct manifest m;
	size_t i, n = strlen(text);

	for (i = 0; i < n; i++) {
		text[i] ^= 1;
		complaint = manifest_open(&m, text, n);
		assert_non_null(complaint);
		free(complaint);
		text[i] ^= 1;
	}
	for (i = 0; i < n; i++) {
		complaint = manifest_open(&m, text, i);
		assert_non_null(complaint);
		free(complaint);
	}
	free(text);
}

static void refuses(const char *entries, const char *what)
{
	char *text = sealed(entries), *complaint;
	struct manifest m;

	assert_null(manifest_open(&m, text, strlen(text)));
	complaint = manifest_check(&m);
	if (!complaint || !strstr(complaint, what))
		fail_msg("%s: %s", entries, complaint ? complaint : "taken");
	free(complaint);
	manifest_close(&m);
	free(text);
}

static void lines_that_are_no_entries(void **state)
{
	refuses("x 0755 0 0 0 - base /a\n", "line 2: is no entry");
	refuses("d 0855 0 0 0 - base /a\n", "is no entry");
	refuses("d 10000 0 0 0 - base /a\n", "is no entry");
	refuses("d 0755 -1 0 0 - base /a\n", "is no entry");
	refuses("d 0755 4294967296 0 0 - base /a\n", "is no entry");
	refuses("f 0755 0 0 1 - base /a\n", "is no entry");
	refuses("f 0755 0 0 9223372036854775808 " HASH " base /a\n", "is no entry");
	refuses("d 0755 0 0 0 - base a\n", "is no entry");
	refuses("d 0755 0 0 0 - base /a/../b\n", "is no entry");
	refuses("d 0755 0 0 0 - base /a//b\n", "is no entry");
	refuses("d 0755 0 0 0 - base /a/.\n", "is no entry");
	refuses("d 0755 0 0 0 - base /a\\04\n", "is no entry");
	refuses("d 0755 0 0 0 - base /a\\000\n", "is no entry");
	refuses("d 0755 0 0 0 - base /a -> b\n", "is no entry");
	refuses("l 0777 0 0 0 - base /a\n", "is no entry");
	refuses("c 0600 0 0 4 - base /a\n", "is no entry");
	refuses("d 0755 0 0 0 - base\n", "is no entry");
	refuses("d 0755 0 0 0 - base /b\nd 0755 0 0 0 - base /a\n", "line 3: is not behind");
	refuses("d 0755 0 0 0 - base /b\nd 0755 0 0 0 - base /b\n", "line 3: is not behind");
}

static void paths_are_found_in_order(void **state)
{
	char *text =
		sealed("d 0755 0 0 0 - base /b\nd 0755 0 0 0 - base /d\nd 0755 0 0 0 - base /f\n");
	static const char *const ask[] = { "/a", "/b", "/c", "/d", "/f", "/g" };
	static const bool there[] = { false, true, false, true, true, false };
	struct manifest_entry e = { 0 };
	struct manifest m;
	size_t i;

	assert_null(manifest_open(&m, text, strlen(text)));
	for (i = 0; i < 6; i++) {
		assert_null(manifest_find(&m, ask[i], &e));
		assert_int_equal(e.type != 0, there[i]);
	}
	manifest_entry_free(&e);
	manifest_close(&m);
	free(text);
}

static void groups(void **state)
{
	static const char text[] =
		"base required 100 the kernel and more\ndev optional 20 a compiler\n";
	struct package_groups g;
	char *complaint;

	assert_null(groups_parse(&g, "g", text, strlen(text)));
	assert_int_equal(g.n, 2);
	assert_string_equal(g.list[0].description, "the kernel and more");
	assert_true(g.list[1].kind == GROUP_OPTIONAL && g.list[1].bytes == 20);
	groups_free(&g);
	complaint = groups_parse(&g, "g", "base needed 1 x\n", 16);
	assert_string_equal(complaint, "g:1: is no group of packages");
	free(complaint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_read),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(lines_that_are_no_entries),
		cmocka_unit_test(paths_are_found_in_order),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
