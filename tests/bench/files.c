/* read and write, stat, open, directories, creating and removing on tmpfs. */
#include "bench.h"
#include <dirent.h>

static int fd;
static char buf[65536];

static void open_zero(void)
{
	fd = MUST(open("/dev/zero", O_RDWR));
}

static void open_null(void)
{
	fd = MUST(open("/dev/null", O_RDWR));
}

static void open_file(void)
{
	fd = MUST(open("data", O_RDWR | O_CREAT | O_TRUNC, 0600));
	for (int i = 0; i < 16; i++)
		MUST(write(fd, buf, sizeof(buf)));
}

static void read_1(int n)
{
	while (n--)
		MUST(read(fd, buf, 1));
}

static void write_1(int n)
{
	while (n--)
		MUST(write(fd, buf, 1));
}

static void read_4k(int n)
{
	while (n--)
		MUST(read(fd, buf, 4096));
}

static void pread_1(int n)
{
	while (n--)
		MUST(pread(fd, buf, 1, 4095));
}

static void pwrite_1(int n)
{
	while (n--)
		MUST(pwrite(fd, buf, 1, 4095));
}

static void pread_4k(int n)
{
	while (n--)
		MUST(pread(fd, buf, 4096, 8192));
}

static void pwrite_4k(int n)
{
	while (n--)
		MUST(pwrite(fd, buf, 4096, 8192));
}

static void read_64k(int n)
{
	while (n--)
		MUST(pread(fd, buf, 65536, 65536));
}

static void do_stat(int n)
{
	struct stat st;

	while (n--)
		MUST(stat("data", &st));
}

static void do_fstat(int n)
{
	struct stat st;

	while (n--)
		MUST(fstat(fd, &st));
}

static void make_deep(void)
{
	open_file();
	mkdir("a", 0700);
	mkdir("a/b", 0700);
	mkdir("a/b/c", 0700);
	mkdir("a/b/c/d", 0700);
	close(open("a/b/c/d/file", O_CREAT | O_WRONLY, 0600));
}

static void stat_deep(int n)
{
	struct stat st;

	while (n--)
		MUST(stat("a/b/c/d/file", &st));
}

static void stat_absent(int n)
{
	struct stat st;

	while (n--)
		stat("no-such-file", &st);
}

static void open_close(int n)
{
	while (n--)
		close(MUST(open("data", O_RDONLY)));
}

static void create_write_unlink(int n)
{
	while (n--) {
		int f = MUST(open("new", O_CREAT | O_WRONLY, 0600));

		MUST(write(f, buf, 4096));
		close(f);
		MUST(unlink("new"));
	}
}

static void mkdir_rmdir(int n)
{
	while (n--) {
		MUST(mkdir("newdir", 0700));
		MUST(rmdir("newdir"));
	}
}

static void rename_file(int n)
{
	open_file();
	while (n--) {
		MUST(rename("data", "other"));
		MUST(rename("other", "data"));
	}
	close(fd);
}

static void make_1000(void)
{
	char name[32];

	mkdir("many", 0700);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "many/file-%d", i);
		close(MUST(open(name, O_CREAT | O_WRONLY, 0600)));
	}
}

static void remove_1000(void)
{
	char name[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "many/file-%d", i);
		unlink(name);
	}
	rmdir("many");
}

static void readdir_1000(int n)
{
	while (n--) {
		DIR *dir = opendir("many");
		int seen = 0;

		while (readdir(dir))
			seen++;
		closedir(dir);
		if (seen != 1002)
			bench_die("readdir_1000");
	}
}

static void do_dup_close(int n)
{
	while (n--)
		close(MUST(dup(1)));
}

static void do_lseek(int n)
{
	while (n--)
		MUST(lseek(fd, 100, SEEK_SET));
}

const struct bench bench_files[] = {
	{ "read_zero_1", read_1, 10000, 5, open_zero, NULL, 0 },
	{ "read_zero_4k", read_4k, 5000, 5, open_zero, NULL, 0 },
	{ "write_null_1", write_1, 10000, 5, open_null, NULL, 0 },
	{ "read_tmpfs_1", pread_1, 10000, 5, open_file, NULL, 0 },
	{ "write_tmpfs_1", pwrite_1, 10000, 5, open_file, NULL, 0 },
	{ "read_tmpfs_4k", pread_4k, 5000, 5, open_file, NULL, 0 },
	{ "write_tmpfs_4k", pwrite_4k, 5000, 5, open_file, NULL, 0 },
	{ "read_tmpfs_bandwidth", read_64k, 200, 5, open_file, NULL, 65536 },
	{ "lseek", do_lseek, 10000, 5, open_file, NULL, 0 },
	{ "dup_close", do_dup_close, 10000, 5, NULL, NULL, 0 },
	{ "stat", do_stat, 5000, 5, open_file, NULL, 0 },
	{ "stat_5_levels", stat_deep, 5000, 5, make_deep, NULL, 0 },
	{ "stat_absent", stat_absent, 5000, 5, NULL, NULL, 0 },
	{ "fstat", do_fstat, 10000, 5, open_file, NULL, 0 },
	{ "open_close", open_close, 5000, 5, open_file, NULL, 0 },
	{ "create_write_unlink", create_write_unlink, 1000, 5, NULL, NULL, 0 },
	{ "mkdir_rmdir", mkdir_rmdir, 1000, 5, NULL, NULL, 0 },
	{ "rename_twice", rename_file, 1000, 5, NULL, NULL, 0 },
	{ "readdir_1000", readdir_1000, 20, 5, make_1000, remove_1000, 0 },
	{ 0 },
};
