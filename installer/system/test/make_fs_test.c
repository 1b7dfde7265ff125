/* What mke2fs is told, and that a device which is not the planned stretch of the disk is refused.
 */
// LINK: installer/system/make_fs.c installer/system/run.c installer/system/log.c
// LINK: installer/system/file.c common/sha256.c common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/system/copy.h>
#include <installer/system/make_fs.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The plan's own is not linked: nothing here formats. */
void plan_part_path(const struct disk_plan *plan, const struct plan_part *part, char *out,
		    size_t size)
{
	snprintf(out, size, "%s%u", plan->disk_path, part->number);
}

static char *joined(uint64_t fs_sectors, uint32_t sector_size)
{
	struct disk_plan plan = { .sector_size = sector_size };
	struct plan_part part = { .role = ROLE_ROOT, .fs_sectors = fs_sectors };
	char **arguments = mke2fs_arguments(&plan, &part, "/dev/hda1", "u");
	struct xtext t = { 0 };
	size_t i;

	for (i = 0; arguments[i]; i++)
		xtext_add(&t, "%s ", arguments[i]);
	free_arguments(arguments);
	return t.text;
}

static void told(uint64_t fs_sectors, uint32_t sector_size, const char *piece)
{
	char *text = joined(fs_sectors, sector_size);

	if (!strstr(text, piece))
		fail_msg("no `%s` in %s", piece, text);
	free(text);
}

static void options_fit_the_size(void **state)
{
	told(200000, 512, "-t ext2 -m 1 ");
	told(200000, 512, " -E nodiscard ");
	told(200000, 512, " -I 128 -b 1024 -U u -L oldiron /dev/hda1 100000 ");
	told(1048575, 512, " -b 1024 ");
	told(1048576, 512, " -b 4096 -U u -L oldiron /dev/hda1 131072 ");
	told(4194303, 512, " -I 128 ");
	told(4194304, 512, " -I 256 ");
	told(131072, 4096, " -b 4096 -U u -L oldiron /dev/hda1 131072 ");
}

static void say(const char *path, const char *text)
{
	free(file_write(path, text, strlen(text), 0644));
}

static char *agrees(uint64_t start, uint64_t count, uint32_t sector_size)
{
	struct disk_plan plan = { .sector_size = sector_size };
	struct plan_part part = { .start = start, .count = count };

	return partition_agrees(".", "/dev/hda5", &plan, &part);
}

static void another_place_is_refused(void **state)
{
	char folder[] = "/tmp/make-fs-test.XXXXXX", *complaint;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_false(mkdir("class", 0700) || mkdir("class/block", 0700) ||
		     mkdir("class/block/hda5", 0700));
	say("class/block/hda5/start", "4096\n");
	complaint = agrees(4096, 1000, 512);
	assert_non_null(complaint);
	free(complaint);
	say("class/block/hda5/size", "1000\n");
	assert_null(agrees(4096, 1000, 512));
	assert_null(agrees(512, 125, 4096));
	complaint = agrees(4096, 1001, 512);
	assert_non_null(
		strstr(complaint, "/dev/hda5 is 1000 sectors from 4096 for the kernel, but 1001"));
	free(complaint);
	complaint = agrees(4097, 1000, 512);
	assert_non_null(complaint);
	free(complaint);
	assert_false(chdir("/") || system("rm -rf /tmp/make-fs-test.??????"));
}

static void uuids_are_random_of_version_4(void **state)
{
	char a[UUID_TEXT], b[UUID_TEXT];

	assert_true(make_uuid(a) && make_uuid(b));
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 36);
	assert_true(a[14] == '4' && strchr("89ab", a[19]));
}

static void programs_are_asked_how_they_ended(void **state)
{
	static const char *const good[] = { "cat", NULL }, *const bad[] = {
		"sh", "-c", "echo last words >&2; exit 3", NULL
	};
	static const char *const none[] = { "/nonexistent/program", NULL }, *const killed[] = {
		"sh", "-c", "kill -9 $$", NULL
	};
	char *output, *complaint;

	assert_null(run_program(good, "hello", NULL, &output));
	assert_string_equal(output, "hello");
	free(output);
	complaint = run_program(bad, NULL, NULL, NULL);
	assert_string_equal(complaint, "sh failed with status 3: last words");
	free(complaint);
	complaint = run_program(none, NULL, NULL, NULL);
	assert_non_null(strstr(complaint, "No such file"));
	free(complaint);
	complaint = run_program(killed, NULL, NULL, NULL);
	assert_non_null(strstr(complaint, "ended by signal 9"));
	free(complaint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_fit_the_size),
		cmocka_unit_test(another_place_is_refused),
		cmocka_unit_test(uuids_are_random_of_version_4),
		cmocka_unit_test(programs_are_asked_how_they_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
