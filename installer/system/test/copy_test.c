/* Copying by the list of files into a folder: what arrives, a bad medium, reading back, upgrades.
 */
// LINK: installer/system/copy.c installer/system/file.c installer/system/manifest.c
// LINK: installer/system/log.c common/sha256.c common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <common/sha256.h>
#include <installer/system/copy.h>
#include <common/xalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/copy-test.XXXXXX";
static const char *const both[] = { "base", "doc", NULL }, *const base[] = { "base", NULL };

struct list {
	struct xtext text;
	struct manifest m;
};

static void put(const char *path, const char *text)
{
	char *complaint = file_write(path, text, strlen(text), 0644);

	if (complaint)
		fail_msg("%s", complaint);
}

static void holds(const char *path, const char *expected)
{
	char *text, *complaint = file_read(path, &text, &(size_t){ 0 });

	if (complaint)
		fail_msg("%s", complaint);
	assert_string_equal(text, expected);
	free(text);
}

static void list_file(struct list *l, const char *path, const char *content, const char *group)
{
	uint8_t hash[SHA256_BYTES];
	char hex[65];

	sha256(content, strlen(content), hash);
	sha256_text(hex, hash);
	xtext_add(&l->text, "f 0640 %u %u %zu %s %s %s\n", geteuid(), getegid(), strlen(content),
		  hex, group, path);
}

static void list_folder(struct list *l, const char *path)
{
	xtext_add(&l->text, "d 0755 %u %u 0 - base %s\n", geteuid(), getegid(), path);
}

static void begin(struct list *l)
{
	*l = (struct list){ 0 };
	xtext_add(&l->text, "oldiron-manifest 1 x\n");
	list_folder(l, "/");
}

static void seal(struct list *l)
{
	uint8_t hash[SHA256_BYTES];
	char hex[65];

	sha256(l->text.text, l->text.length, hash);
	sha256_text(hex, hash);
	xtext_add(&l->text, "sha256 %s\n", hex);
	assert_null(manifest_open(&l->m, l->text.text, l->text.length));
}

static void end(struct list *l)
{
	manifest_close(&l->m);
	free(l->text.text);
}

static int fresh(void **state)
{
	static const char *const folders[] = { "from", "from/etc", "from/usr", "to" };
	size_t i;

	strcpy(top + sizeof(top) - 7, "XXXXXX");
	if (!mkdtemp(top) || chdir(top))
		return -1;
	for (i = 0; i < 4; i++)
		if (mkdir(folders[i], 0755))
			return -1;
	return 0;
}

static int gone(void **state)
{
	char *command = xasprintf("rm -rf %s", top);
	int result = chdir("/") || system(command);

	free(command);
	return result;
}

static void the_new_list(struct list *l)
{
	begin(l);
	list_folder(l, "/etc");
	list_file(l, "/etc/a", "new a\n", "base");
	list_file(l, "/etc/b", "new b\n", "base");
	list_folder(l, "/usr");
	list_file(l, "/usr/doc", "text\n", "doc");
	xtext_add(&l->text, "l 0777 %u %u 3 - base /usr/link -> doc\n", geteuid(), getegid());
	list_file(l, "/usr/prog", "new prog\n", "base");
	seal(l);
	put("from/etc/a", "new a\n");
	put("from/etc/b", "new b\n");
	put("from/usr/doc", "text\n");
	put("from/usr/prog", "new prog\n");
}

static void copies_and_reads_back(void **state)
{
	struct copy_job job = { .from = "from", .to = "to", .groups = both };
	struct list l;
	struct stat st;
	char link[10] = "", *complaint;

	the_new_list(&l);
	job.manifest = &l.m;
	assert_null(copy_tree(&job));
	assert_true(job.files == 4 && job.bytes == 26);
	assert_null(copy_verify(&job));
	holds("to/usr/prog", "new prog\n");
	assert_int_equal(readlink("to/usr/link", link, sizeof(link)), 3);
	assert_false(stat("to/etc/a", &st));
	assert_int_equal(st.st_mode & 07777, 0640);
	put("to/usr/prog", "new proG\n");
	complaint = copy_verify(&job);
	assert_string_equal(complaint,
			    "to/usr/prog: what is read back from the disk is not what was written");
	free(complaint);
	end(&l);
}

static void only_wanted_groups(void **state)
{
	struct copy_job job = { .from = "from", .to = "to", .groups = base };
	struct list l;

	the_new_list(&l);
	job.manifest = &l.m;
	assert_null(copy_tree(&job));
	assert_int_equal(access("to/usr/doc", F_OK), -1);
	assert_null(copy_verify(&job));
	end(&l);
}

static void a_bad_medium_names_the_file(void **state)
{
	struct copy_job job = { .from = "from", .to = "to", .groups = both };
	struct list l;
	char *complaint;

	the_new_list(&l);
	job.manifest = &l.m;
	put("from/usr/doc", "teXt\n");
	complaint = copy_tree(&job);
	assert_non_null(strstr(complaint, "the medium is damaged: from/usr/doc"));
	free(complaint);
	unlink("from/usr/doc");
	complaint = copy_tree(&job);
	assert_non_null(strstr(complaint, "from/usr/doc: No such file"));
	free(complaint);
	end(&l);
}

/* As it was installed: /etc/a is changed by the user, /etc/b is not, /usr/old is in the new list no
 * more. */
static void install_old(struct list *old)
{
	begin(old);
	list_folder(old, "/etc");
	list_file(old, "/etc/a", "old a\n", "base");
	list_file(old, "/etc/b", "old b\n", "base");
	list_folder(old, "/usr");
	list_file(old, "/usr/gone", "gone\n", "base");
	list_file(old, "/usr/mine", "mine\n", "base");
	list_file(old, "/usr/prog", "old prog\n", "base");
	seal(old);
	assert_false(mkdir("to/etc", 0755) || mkdir("to/usr", 0755));
	put("to/etc/a", "my a\n");
	put("to/etc/b", "old b\n");
	put("to/usr/gone", "gone\n");
	put("to/usr/mine", "changed\n");
	put("to/usr/prog", "old prog\n");
}

static void an_upgrade_keeps_what_was_changed(void **state)
{
	struct copy_job job = { .from = "from", .to = "to", .groups = both };
	struct list old, l;

	install_old(&old);
	the_new_list(&l);
	job.manifest = &l.m;
	job.before = &old.m;
	assert_null(copy_tree(&job));
	holds("to/etc/a", "my a\n");
	holds("to/etc/a.new", "new a\n");
	holds("to/etc/b", "new b\n");
	holds("to/usr/prog", "new prog\n");
	assert_string_equal(job.beside, "/etc/a.new\n");
	assert_null(copy_remove_old(&job));
	assert_int_equal(access("to/usr/gone", F_OK), -1);
	holds("to/usr/mine", "changed\n");
	assert_int_equal(access("to/usr/prog.oldiron-new", F_OK), -1);
	assert_null(copy_verify(&job));
	free(job.beside);
	end(&old);
	end(&l);
}

static void the_choice_of_an_upgrade(void **state)
{
	static const uint8_t a[32] = { 1 }, b[32] = { 2 }, c[32] = { 3 };

	assert_int_equal(upgrade_choose("/etc/x", NULL, a, b), UPGRADE_REPLACE);
	assert_int_equal(upgrade_choose("/etc/x", b, a, b), UPGRADE_SAME);
	assert_int_equal(upgrade_choose("/etc/x", a, a, b), UPGRADE_REPLACE);
	assert_int_equal(upgrade_choose("/etc/x", c, a, b), UPGRADE_BESIDE);
	assert_int_equal(upgrade_choose("/etc/x", c, a, a), UPGRADE_KEEP);
	assert_int_equal(upgrade_choose("/etc/x", c, NULL, b), UPGRADE_BESIDE);
	assert_int_equal(upgrade_choose("/usr/x", c, a, b), UPGRADE_REPLACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(copies_and_reads_back, fresh, gone),
		cmocka_unit_test_setup_teardown(only_wanted_groups, fresh, gone),
		cmocka_unit_test_setup_teardown(a_bad_medium_names_the_file, fresh, gone),
		cmocka_unit_test_setup_teardown(an_upgrade_keeps_what_was_changed, fresh, gone),
		cmocka_unit_test(the_choice_of_an_upgrade),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
