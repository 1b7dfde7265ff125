/* What is promised: Committed_AS, and vm.overcommit_memory 2, which keeps it below CommitLimit. */
#include "abitest.h"

#define RW    (PROT_READ | PROT_WRITE)
#define ANON  (MAP_PRIVATE | MAP_ANONYMOUS)
#define MB    (1u << 20)
#define SLACK 4096 /* KB: Linux counts in batches, and who else runs */

static long meminfo(const char *name)
{
	static char text[8192];
	const char *p;

	REQUIRE(t_read_file("/proc/meminfo", text, sizeof(text)) > 0);
	p = strstr(text, name);
	REQUIRE(p != NULL);
	return strtol(p + strlen(name) + 1, NULL, 10);
}

static void check_grew(long before, long kb)
{
	const long now = meminfo("Committed_AS");

	if (!CHECK(labs(now - before - kb) < SLACK))
		t_note("%ld KB, then %ld, not %ld more", before, now, kb);
}

TEST_FLAGS(memory, committed, TEST_INIT)
{
	const long before = meminfo("Committed_AS");
	char *p = mmap(NULL, 32 * MB, PROT_READ, ANON, -1, 0), *q;

	REQUIRE(p != MAP_FAILED);
	check_grew(before, 0);
	OK(mprotect(p, 16 * MB, RW));
	check_grew(before, 16384);
	OK(mprotect(p, 16 * MB, PROT_NONE));
	check_grew(before, 16384);
	OK(munmap(p, 32 * MB));
	check_grew(before, 0);
	q = mmap(NULL, 32 * MB, RW, ANON | MAP_NORESERVE, -1, 0);
	REQUIRE(q != MAP_FAILED);
	check_grew(before, 0);
	p = mmap(NULL, 16 * MB, RW, ANON, -1, 0);
	REQUIRE(p != MAP_FAILED);
	p = mremap(p, 16 * MB, 24 * MB, MREMAP_MAYMOVE);
	REQUIRE(p != MAP_FAILED);
	check_grew(before, 24576);
}

/* What is promised while a child lives, which has all that its parent has. */
static long committed_with_child(void)
{
	int in[2];
	pid_t pid;
	long kb;

	OK(pipe(in));
	pid = t_fork();
	if (!pid) {
		char c;

		close(in[1]);
		CHECK_EQ(read(in[0], &c, 1), 0);
		t_exit();
	}
	close(in[0]);
	kb = meminfo("Committed_AS");
	close(in[1]);
	t_wait_ok(pid);
	return kb;
}

TEST_FLAGS(memory, committed_twice_by_fork, TEST_INIT)
{
	const long before = committed_with_child();

	REQUIRE(mmap(NULL, 16 * MB, RW, ANON, -1, 0) != MAP_FAILED);
	CHECK(labs(committed_with_child() - before - 32768) < SLACK);
}

static void set(const char *name, long value)
{
	char path[64], text[24];

	snprintf(path, sizeof(path), "/proc/sys/vm/overcommit_%s", name);
	snprintf(text, sizeof(text), "%ld", value);
	t_write_file(path, text);
}

static long get(const char *name)
{
	char path[64], text[24];

	snprintf(path, sizeof(path), "/proc/sys/vm/overcommit_%s", name);
	REQUIRE(t_read_file(path, text, sizeof(text)) > 0);
	return strtol(text, NULL, 10);
}

TEST_FLAGS(memory, commit_limit, TEST_INIT)
{
	const long total = meminfo("MemTotal"), swap = meminfo("SwapTotal");

	CHECK(labs(meminfo("CommitLimit") - total / 2 - swap) < 8);
	set("ratio", 80);
	CHECK(labs(meminfo("CommitLimit") - total / 100 * 80 - swap) < 64);
	set("kbytes", 10240);
	CHECK_EQ(meminfo("CommitLimit"), 10240 + swap);
	CHECK_EQ(get("ratio"), 0);
	set("ratio", 50);
	CHECK_EQ(get("kbytes"), 0);
	CHECK(labs(meminfo("CommitLimit") - total / 2 - swap) < 8);
}

/* 24 MB are promised, and there is room for less than as much again. */
static void check_strictly(char *p)
{
	char *q = mmap(NULL, 24 * MB, PROT_READ, ANON, -1, 0);

	CHECK(q != MAP_FAILED);
	CHECK_ERR(mprotect(q, 24 * MB, RW), ENOMEM);
	CHECK_ERR((long)mmap(NULL, 24 * MB, RW, ANON, -1, 0), ENOMEM);
	CHECK_ERR((long)mmap(NULL, 24 * MB, RW, ANON | MAP_NORESERVE, -1, 0), ENOMEM);
	CHECK_ERR((long)mremap(p, 24 * MB, 48 * MB, MREMAP_MAYMOVE), ENOMEM);
	CHECK_ERR(fork(), ENOMEM);
	OK(munmap(p, 12 * MB));
	t_wait_ok(t_fork() ?: (t_exit(), 0));
}

TEST_FLAGS(memory, overcommit_never, TEST_INIT)
{
	char *p = mmap(NULL, 24 * MB, RW, ANON, -1, 0);

	REQUIRE(p != MAP_FAILED);
	set("kbytes", meminfo("Committed_AS") + 20480 - meminfo("SwapTotal"));
	set("memory", 2);
	check_strictly(p);
	set("memory", 0);
	set("ratio", 50);
	CHECK_ERR(write(OK(open("/proc/sys/vm/overcommit_memory", O_WRONLY)), "3", 1), EINVAL);
}
