/* Texts of the new system's configuration, and what may be chosen. */
// LINK: installer/system/config_text.c installer/system/config_check.c common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/system/config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct config_mount mounts[] = {
	{ "1111-2222", "/", "ext2", "errors=remount-ro", 1 },
	{ "3333", "/home", "ext2", "defaults", 2 },
	{ "4444", "none", "swap", "sw", 0 },
};

static const struct config usual = {
	.hostname = "box",
	.keymap = "de-latin1",
	.timezone = "Europe/Berlin",
	.local_clock = true,
	.root_hash = "$6$r",
	.user = "ann",
	.user_full_name = "Ann Lee",
	.user_hash = "$6$a",
	.serial = "ttyS0,115200",
	.kernel_arguments = "rtc=local",
	.root_uuid = "1111-2222",
	.mounts = mounts,
	.n_mounts = 3,
	.cdrom = true,
	.day = 10957,
};

static void is(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void contains(char *text, const char *piece)
{
	if (!strstr(text, piece))
		fail_msg("no `%s` in:\n%s", piece, text);
	free(text);
}

static void fstab(void **state)
{
	struct config c = usual;

	contains(config_fstab(&c), "\nUUID=1111-2222 / ext2 errors=remount-ro 0 1\n"
				   "UUID=3333 /home ext2 defaults 0 2\n"
				   "UUID=4444 none swap sw 0 0\n"
				   "/dev/cdrom /cdrom iso9660 ro,noauto,user 0 0\n");
	c.swap_file = "/swap";
	c.floppy = true;
	contains(config_fstab(&c), "\n/swap none swap sw 0 0\n");
	contains(config_fstab(&c), "\n/dev/fd0 /floppy auto noauto,user 0 0\n");
}

static void lines_of_settings_are_replaced(void **state)
{
	is(config_vconsole(&usual, "# a\nKEYMAP=\nFONT=x\n"), "# a\nKEYMAP=de-latin1\nFONT=x\n");
	is(config_vconsole(&usual, ""), "KEYMAP=de-latin1\n");
	is(config_boot(&usual, "# c\nROOT_UUID=\nARGS=old\nTIMEOUT=5"),
	   "# c\nROOT_UUID=1111-2222\nARGS=rtc=local\nTIMEOUT=5\nSERIAL=ttyS0,115200\n");
	is(config_adjtime(&usual), "0.0 0 0.0\n0\nLOCAL\n");
	contains(config_hosts(&usual), "127.0.1.1\tbox\n");
}

static void accounts(void **state)
{
	is(config_passwd(&usual, "root:x:0:0:root:/root:/bin/bash\n"),
	   "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann Lee:/home/ann:/bin/bash\n");
	is(config_shadow(&usual, "root:!:1:0:99999:7:::\nbin:*:1::::::\n"),
	   "root:$6$r:10957:0:99999:7:::\nbin:*:1::::::\nann:$6$a:10957:0:99999:7:::\n");
	is(config_group(&usual, "wheel:x:10:root\naudio:x:29:\ndisk:x:6:\n"),
	   "wheel:x:10:root,ann\naudio:x:29:ann\ndisk:x:6:\nann:x:1000:\n");
	is(config_gshadow(&usual, "wheel:*::root\n"), "wheel:*::root,ann\nann:!::\n");
}

static void doing_it_twice_changes_nothing(void **state)
{
	char *once = config_group(&usual, "wheel:x:10:root\nvideo:x:44:\n");
	char *shadow = config_shadow(&usual, "root:!:1:0:99999:7:::\n");

	is(config_group(&usual, once), once);
	is(config_shadow(&usual, shadow), shadow);
	free(once);
	free(shadow);
}

static void without_a_user(void **state)
{
	struct config c = usual;

	c.user = NULL;
	is(config_passwd(&c, "root:x\n"), "root:x\n");
	is(config_group(&c, "wheel:x:10:\n"), "wheel:x:10:\n");
	is(config_shadow(&c, "root:!\n"), "root:$6$r:10957:0:99999:7:::\n");
}

static void refused(char *complaint, bool wanted)
{
	assert_int_equal(complaint != NULL, wanted);
	free(complaint);
}

static void names(void **state)
{
	refused(check_hostname("old-iron2", NULL), false);
	refused(check_hostname("-a", NULL), true);
	refused(check_hostname("a-", NULL), true);
	refused(check_hostname("a.b", NULL), true);
	refused(check_hostname("a b", NULL), true);
	refused(check_user("ann_2", NULL), false);
	refused(check_user("Ann", NULL), true);
	refused(check_user("2ann", NULL), true);
	refused(check_user("root", NULL), true);
	refused(check_user("a:b", NULL), true);
	refused(check_full_name("Ann Lee", NULL), false);
	refused(check_full_name("a:b", NULL), true);
	refused(check_password("hash:$6$abc$defghi", NULL), false);
	refused(check_password("hash:plain", NULL), true);
	refused(check_password("hash:$6$a:0:0", NULL), true);
	refused(check_password("x", NULL), false);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void names_of_files(void **state)
{
	char folder[] = "/tmp/config-test.XXXXXX";

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("qwertz", 0700), 0);
	put("qwertz/de-latin1.map.gz", "");
	put("qwertz/Berlin", "TZif2");
	put("zone.tab", "# a list of zones\n");
	put("short", "TZi");
	refused(check_keymap("de-latin1", folder), false);
	refused(check_keymap("us", folder), false);
	refused(check_keymap("de", folder), true);
	refused(check_keymap("qwertz/de-latin1", folder), true);
	refused(check_timezone("qwertz/Berlin", folder), false);
	refused(check_timezone("zone.tab", folder), true);
	refused(check_timezone("short", folder), true);
	refused(check_timezone("nowhere", folder), true);
	refused(check_timezone("UTC", folder), false);
	refused(check_timezone("qwertz", folder), true);
	refused(check_timezone("../etc/passwd", folder), true);
	refused(check_timezone("/etc/passwd", folder), true);
	unlink("qwertz/de-latin1.map.gz");
	unlink("qwertz/Berlin");
	unlink("zone.tab");
	unlink("short");
	rmdir("qwertz");
	assert_int_equal(chdir("/"), 0);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fstab),	  cmocka_unit_test(lines_of_settings_are_replaced),
		cmocka_unit_test(accounts),	  cmocka_unit_test(doing_it_twice_changes_nothing),
		cmocka_unit_test(without_a_user), cmocka_unit_test(names),
		cmocka_unit_test(names_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
