/* Very many empty files in one folder. */
#include "disk.h"
#include <dirent.h>

#define DIR_PATH MNT "/many"

static void for_all(void (*op)(const char *path))
{
	char path[64];

	for (int i = 0; i < file_count; i++) {
		snprintf(path, sizeof(path), DIR_PATH "/file-%d", i);
		op(path);
	}
}

static void create_one(const char *path)
{
	close(MUST(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)));
}

static void stat_one(const char *path)
{
	struct stat st;

	MUST(stat(path, &st));
}

static void unlink_one(const char *path)
{
	MUST(unlink(path));
}

static void make_dir(void)
{
	MUST(mkdir(DIR_PATH, 0700));
}

static void create_all(void)
{
	for_all(create_one);
}

static void stat_all(void)
{
	for_all(stat_one);
}

static void unlink_all(void)
{
	for_all(unlink_one);
}

static void unlink_and_sync(void)
{
	for_all(unlink_one);
	sync();
}

static void list_all(void)
{
	DIR *dir = opendir(DIR_PATH);
	int seen = 0;

	if (!dir)
		disk_die(DIR_PATH);
	while (readdir(dir))
		seen++;
	closedir(dir);
	if (seen != file_count + 2)
		disk_die("readdir");
}

static void create_and_sync(void)
{
	for_all(create_one);
	sync();
}

static void sync_only(void)
{
	sync();
}

/* measure() syncs before the run; so the making is inside of it. */
static void make_and_sync(void)
{
	create_and_sync();
}

/* ---- metadata, each file on the disk before the next ---- */
static void create_fsync(void)
{
	char path[64];

	for (int i = 0; i < sync_count; i++) {
		int fd;

		snprintf(path, sizeof(path), DIR_PATH "/sync-%d", i);
		fd = MUST(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
		MUST(write(fd, chunk, 100));
		MUST(fsync(fd));
		close(fd);
	}
}

static void remove_fsynced(void)
{
	char path[64];

	for (int i = 0; i < sync_count; i++) {
		snprintf(path, sizeof(path), DIR_PATH "/sync-%d", i);
		MUST(unlink(path));
	}
	sync();
}

const struct disk_bench bench_names[] = {
	{ "dir_create", make_dir, create_all, &file_count, true },
	{ "dir_stat_warm", NULL, stat_all, &file_count, false },
	{ "dir_list_warm", NULL, list_all, &file_count, false },
	{ "dir_stat_cold", NULL, stat_all, &file_count, true },
	{ "dir_list_cold", NULL, list_all, &file_count, true },
	{ "dir_unlink_warm", stat_all, unlink_all, &file_count, false },
	{ "dir_create_and_sync", NULL, make_and_sync, &file_count, true },
	{ "dir_unlink_cold_and_sync", NULL, unlink_and_sync, &file_count, true },
	{ "dir_create_fsync", NULL, create_fsync, &sync_count, true },
	{ "dir_unlink_few_and_sync", NULL, remove_fsynced, &sync_count, true },
	{ "dir_sync_nothing", NULL, sync_only, &(int){ 1 }, false },
	{ 0 },
};
