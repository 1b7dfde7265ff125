/* A tree of small files: made, searched, packed, copied and removed as find, tar, cp and rm do. */
#include "disk.h"
#include <dirent.h>

#define TREE	MNT "/tree"
#define COPY	MNT "/copy"
#define PER_DIR 50
#define DEPTH	4

typedef void (*visit_fn)(const char *path, const struct stat *st);

static int seen;

static void make_file(const char *path, int len)
{
	int fd = MUST(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));

	MUST(write(fd, chunk, len));
	close(fd);
}

/* PER_DIR files in a folder, ten such folders in a folder. */
static void make_tree(void)
{
	char path[96];

	MUST(mkdir(TREE, 0700));
	for (int i = 0; i < file_count; i++) {
		int dir = i / PER_DIR;

		if (i % (PER_DIR * 10) == 0) {
			snprintf(path, sizeof(path), TREE "/d%d", dir / 10);
			MUST(mkdir(path, 0700));
		}
		if (i % PER_DIR == 0) {
			snprintf(path, sizeof(path), TREE "/d%d/e%d", dir / 10, dir % 10);
			MUST(mkdir(path, 0700));
		}
		snprintf(path, sizeof(path), TREE "/d%d/e%d/file-%d.c", dir / 10, dir % 10, i);
		make_file(path, 200 + i * 37 % 3000);
	}
}

static void create_tree(void)
{
	make_tree();
	sync();
}

/* ---- going through it ---- */
static void walk(const char *path, int depth, visit_fn before, visit_fn after);

static void walk_entry(const char *path, int depth, visit_fn before, visit_fn after)
{
	struct stat st;

	MUST(lstat(path, &st));
	if (before)
		before(path, &st);
	if (S_ISDIR(st.st_mode))
		walk(path, depth + 1, before, after);
	if (after)
		after(path, &st);
}

static void walk(const char *path, int depth, visit_fn before, visit_fn after)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	char below[512];

	if (!dir || depth > DEPTH)
		disk_die(path);
	while ((e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, e->d_name);
		walk_entry(below, depth, before, after);
	}
	closedir(dir);
}

static void count_file(const char *path, const struct stat *st)
{
	seen += S_ISREG(st->st_mode);
}

static void find(void)
{
	seen = 0;
	walk(TREE, 0, count_file, NULL);
	if (seen != file_count)
		disk_die("find");
}

static void read_file(const char *path, const struct stat *st)
{
	int fd;

	if (!S_ISREG(st->st_mode))
		return;
	fd = MUST(open(path, O_RDONLY | O_CLOEXEC));
	while (MUST(read(fd, chunk, 10240)) > 0)
		;
	close(fd);
}

static void pack(void)
{
	walk(TREE, 0, read_file, NULL);
}

static void copy_one(const char *path, const struct stat *st)
{
	char to[256];
	int from, fd;
	ssize_t n;

	snprintf(to, sizeof(to), COPY "%s", path + strlen(TREE));
	if (S_ISDIR(st->st_mode)) {
		MUST(mkdir(to, st->st_mode & 0777));
		return;
	}
	from = MUST(open(path, O_RDONLY | O_CLOEXEC));
	fd = MUST(open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, st->st_mode & 0777));
	while ((n = MUST(read(from, chunk, 10240))) > 0)
		MUST(write(fd, chunk, n));
	MUST(futimens(fd, (struct timespec[]){ st->st_atim, st->st_mtim }));
	close(fd);
	close(from);
}

static void copy_tree(void)
{
	MUST(mkdir(COPY, 0700));
	walk(TREE, 0, copy_one, NULL);
	sync();
}

static void remove_one(const char *path, const struct stat *st)
{
	MUST(S_ISDIR(st->st_mode) ? rmdir(path) : unlink(path));
}

static void remove_tree(void)
{
	walk(COPY, 0, NULL, remove_one);
	MUST(rmdir(COPY));
	sync();
}

const struct disk_bench bench_tree[] = {
	{ "tree_create", NULL, create_tree, &file_count, true },
	{ "tree_find_cold", NULL, find, &file_count, true },
	{ "tree_find_warm", NULL, find, &file_count, false },
	{ "tree_read_cold", NULL, pack, &file_count, true },
	{ "tree_copy", NULL, copy_tree, &file_count, true },
	{ "tree_remove", NULL, remove_tree, &file_count, true },
	{ 0 },
};
