/* mmap, munmap, mprotect, mremap, brk, madvise and friends on anonymous memory. */
#include "abitest.h"
#include "fault.h"
#include <sys/resource.h>

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *anon(size_t len)
{
	char *p = mmap(NULL, len, RW, ANON, -1, 0);

	REQUIRE(p != MAP_FAILED);
	return p;
}

TEST(memory, anonymous_is_zero)
{
	char *p = anon(8 * PAGE);
	int sum = 0;

	CHECK_EQ((uintptr_t)p % PAGE, 0);
	for (int i = 0; i < 8 * PAGE; i++)
		sum |= p[i];
	CHECK_EQ(sum, 0);
	memset(p, 0xa5, 8 * PAGE);
	CHECK_EQ((unsigned char)p[8 * PAGE - 1], 0xa5);
	CHECK_OK(munmap(p, 8 * PAGE));
}

TEST(memory, mmap_errors)
{
	int fd = t_open_new("f", "x"), ro = OK(open("f", O_RDONLY)), wo = OK(open("f", O_WRONLY));

	CHECK_ERR((long)mmap(NULL, 0, RW, ANON, -1, 0), EINVAL);
	CHECK_ERR((long)mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERR((long)mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), EBADF);
	CHECK_ERR((long)mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0), EACCES);
	CHECK_ERR((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), EACCES);
	CHECK_ERR((long)mmap((void *)1, PAGE, RW, ANON | MAP_FIXED, -1, 0), EINVAL);
	CHECK_ERR(syscall(SYS_mmap2, NULL, 0xfffff000, RW, ANON, -1, 0), ENOMEM);
	CHECK_ERR((long)mmap((void *)0xfffff000, PAGE, RW, ANON | MAP_FIXED, -1, 0), ENOMEM);
	CHECK((long)mmap(NULL, PAGE, RW, MAP_PRIVATE, ro, 0) != -1);
	CHECK((long)mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0) != -1);
	CHECK_ERR((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/", O_RDONLY), 0), ENODEV);
}

TEST(memory, mmap_old_call)
{
	uint32_t args[6] = { 0, PAGE, RW, ANON, -1, 0 };
	char *p = (char *)syscall(90, args);
	int fd = t_open_new("f", "hello");

	CHECK(p != MAP_FAILED);
	p[0] = 1;
	args[3] = MAP_PRIVATE;
	args[4] = fd;
	p = (char *)syscall(90, args);
	CHECK(p != MAP_FAILED && !memcmp(p, "hello", 5));
	args[5] = 1;
	CHECK_ERR(syscall(90, args), EINVAL);
	CHECK_ERR(syscall(90, BAD_PTR), EFAULT);
}

TEST(memory, hint_and_fixed)
{
	char *p = anon(16 * PAGE), *q;

	munmap(p, 16 * PAGE);
	q = mmap(p + 4 * PAGE, PAGE, RW, ANON, -1, 0);
	CHECK_EQ((uintptr_t)q, (uintptr_t)p + 4 * PAGE); /* a free hint is taken */
	q = mmap(p + 4 * PAGE, PAGE, RW, ANON, -1, 0);
	CHECK(q != p + 4 * PAGE && q != MAP_FAILED); /* a taken one is not */
	p[4 * PAGE] = 9;
	q = mmap(p + 4 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0);
	CHECK_EQ((uintptr_t)q, (uintptr_t)p + 4 * PAGE);
	CHECK_EQ(q[0], 0);
}

TEST(memory, fixed_noreplace)
{
	char *p = anon(4 * PAGE);

	munmap(p + PAGE, PAGE);
	CHECK_ERR((long)mmap(p, 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	CHECK(mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == p + PAGE);
}

TEST(memory, fixed_over_middle_splits)
{
	char *p = anon(3 * PAGE);

	p[0] = 1;
	p[PAGE] = 2;
	p[2 * PAGE] = 3;
	CHECK(mmap(p + PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == p + PAGE);
	CHECK(p[0] == 1 && p[PAGE] == 0 && p[2 * PAGE] == 3);
	CHECK(fault_on_write(p + PAGE) == SIGSEGV && fault.code == SEGV_ACCERR);
}

TEST(memory, munmap_splits)
{
	char *p = anon(5 * PAGE);

	memset(p, 7, 5 * PAGE);
	CHECK_OK(munmap(p + PAGE, PAGE));
	CHECK_OK(munmap(p + 3 * PAGE, PAGE));
	CHECK_EQ(fault_on_read(p + PAGE), SIGSEGV);
	CHECK_EQ(fault.code, SEGV_MAPERR);
	CHECK_EQ((uintptr_t)fault.addr, (uintptr_t)p + PAGE);
	CHECK_EQ(fault_on_read(p + 3 * PAGE), SIGSEGV);
	CHECK_EQ(fault_on_read(p + 2 * PAGE), 0);
	CHECK_EQ(p[4 * PAGE], 7);
	CHECK_OK(munmap(p, 5 * PAGE)); /* holes are no error */
	CHECK_EQ(fault_on_read(p), SIGSEGV);
}

TEST(memory, munmap_errors)
{
	char *p = anon(PAGE);

	CHECK_ERR(munmap(p + 1, PAGE), EINVAL);
	CHECK_ERR(munmap(p, 0), EINVAL);
	CHECK_ERR(munmap(p, 0xfffff000), EINVAL);
	CHECK_ERR(munmap((void *)0xffffe000, PAGE), EINVAL);
	CHECK_OK(munmap(p, 1)); /* rounded up */
	CHECK_EQ(fault_on_read(p + 100), SIGSEGV);
}

TEST(memory, mprotect_kinds)
{
	char *p = anon(3 * PAGE);

	p[PAGE] = 5;
	CHECK_OK(mprotect(p + PAGE, PAGE, PROT_READ));
	CHECK_EQ(fault_on_read(p + PAGE), 0);
	CHECK(fault_on_write(p + PAGE + 8) == SIGSEGV && fault.code == SEGV_ACCERR);
	CHECK_EQ((uintptr_t)fault.addr, (uintptr_t)p + PAGE + 8);
	CHECK_EQ(fault_on_write(p), 0);
	CHECK_EQ(fault_on_write(p + 2 * PAGE), 0);
	CHECK_OK(mprotect(p + PAGE, PAGE, PROT_NONE));
	CHECK(fault_on_read(p + PAGE) == SIGSEGV && fault.code == SEGV_ACCERR);
	CHECK_OK(mprotect(p, 3 * PAGE, RW));
	CHECK_EQ(p[PAGE], 5);
	CHECK_EQ(fault_on_write(p + PAGE), 0);
}

TEST(memory, mprotect_errors)
{
	char *p = anon(3 * PAGE);
	int ro;

	t_write_file("f", "x");
	ro = OK(open("f", O_RDONLY));
	CHECK_ERR(mprotect(p, PAGE, 0x40), EINVAL);
	CHECK_ERR(syscall(SYS_mprotect, p + 1, PAGE, RW), EINVAL);
	CHECK_OK(mprotect(p, 0, PROT_READ));
	munmap(p + PAGE, PAGE);
	CHECK_ERR(mprotect(p, 3 * PAGE, PROT_READ), ENOMEM);
	CHECK_EQ(fault_on_write(p), SIGSEGV); /* the part before the hole was changed */
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, 0);
	CHECK_ERR(mprotect(p, PAGE, RW), EACCES);
}

TEST(memory, code_runs_where_written)
{
	unsigned char *p = (void *)mmap(NULL, PAGE, RW | PROT_EXEC, ANON, -1, 0);

	memcpy(p, "\xb8\x2a\0\0\0\xc3", 6); /* mov $42,%eax; ret */
	CHECK_EQ(((int (*)(void))p)(), 42);
	p[1] = 43;
	CHECK_EQ(((int (*)(void))p)(), 43);
}

TEST(memory, mremap_grow_and_move)
{
	char *p = anon(8 * PAGE), *q;

	munmap(p + 4 * PAGE, 4 * PAGE);
	memset(p, 3, 4 * PAGE);
	q = mremap(p, 4 * PAGE, 6 * PAGE, 0);
	CHECK_EQ((uintptr_t)q, (uintptr_t)p); /* room was free: grows in place */
	CHECK(q[4 * PAGE - 1] == 3 && q[4 * PAGE] == 0);
	CHECK_EQ((uintptr_t)mremap(p, 6 * PAGE, 2 * PAGE, 0), (uintptr_t)p);
	CHECK_EQ(fault_on_read(p + 2 * PAGE), SIGSEGV);
	mmap(p + 2 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0);
	mprotect(p + 2 * PAGE, PAGE, PROT_READ);
	CHECK_ERR((long)mremap(p, 2 * PAGE, 4 * PAGE, 0), ENOMEM);
	q = mremap(p, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	CHECK(q != MAP_FAILED && q != p && q[2 * PAGE - 1] == 3 && q[2 * PAGE] == 0);
	CHECK_EQ(fault_on_read(p), SIGSEGV);
}

TEST(memory, mremap_fixed)
{
	char *p = anon(2 * PAGE), *room = anon(4 * PAGE), *q;

	p[0] = 1;
	p[PAGE] = 2;
	q = mremap(p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room + PAGE);
	CHECK_EQ((uintptr_t)q, (uintptr_t)room + PAGE);
	CHECK(q[0] == 1 && q[PAGE] == 2);
	CHECK_EQ(fault_on_read(p), SIGSEGV);
	CHECK_ERR((long)mremap(q, PAGE, PAGE, MREMAP_FIXED, room), EINVAL);
	CHECK_ERR((long)mremap(q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q), EINVAL);
	CHECK_ERR((long)mremap(q, PAGE, 0, MREMAP_MAYMOVE), EINVAL);
	CHECK_ERR((long)mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EFAULT); /* not mapped */
}

TEST(memory, mremap_file_mapping_grows)
{
	int fd = OK(open("f", O_RDWR | O_CREAT, 0644));
	char *p, *q;

	OK(ftruncate(fd, 3 * PAGE));
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	q = mremap(p, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	REQUIRE(q != MAP_FAILED);
	q[2 * PAGE] = 'z';
	CHECK_EQ(pread(fd, &(char){ 0 }, 1, 2 * PAGE), 1);
	char c = 0;

	CHECK_EQ(pread(fd, &c, 1, 2 * PAGE), 1);
	CHECK_EQ(c, 'z');
}

TEST(memory, brk)
{
	char *cur = (char *)syscall(SYS_brk, 0), *end;

	CHECK_EQ(syscall(SYS_brk, cur + 3 * PAGE), (long)cur + 3 * PAGE);
	end = (char *)syscall(SYS_brk, 0);
	CHECK_EQ((uintptr_t)end, (uintptr_t)cur + 3 * PAGE);
	CHECK_EQ(cur[2 * PAGE], 0);
	memset(cur, 5, 3 * PAGE);
	CHECK_EQ(syscall(SYS_brk, cur), (long)cur);
	CHECK_EQ(syscall(SYS_brk, cur + 3 * PAGE), (long)cur + 3 * PAGE);
	CHECK_EQ(cur[2 * PAGE], 0);			      /* shrunk and grown: zero again */
	CHECK_EQ(syscall(SYS_brk, 16), (long)cur + 3 * PAGE); /* refused: says the old one */
	CHECK_EQ(syscall(SYS_brk, 0xfffff000), (long)cur + 3 * PAGE);
	syscall(SYS_brk, cur);
}

TEST(memory, brk_stops_at_a_mapping)
{
	char *cur = (char *)syscall(SYS_brk, 0);
	char *up = (char *)(((uintptr_t)cur + PAGE - 1) & -PAGE);

	if (mmap(up + 2 * PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED)
		t_skip("something is mapped there");
	CHECK_EQ(syscall(SYS_brk, up + 4 * PAGE), (long)cur);
}

TEST(memory, madvise_dontneed)
{
	char *p = anon(4 * PAGE), *q;
	int fd = t_open_new("f", "file");

	memset(p, 9, 4 * PAGE);
	CHECK_OK(madvise(p + PAGE, 2 * PAGE, MADV_DONTNEED));
	CHECK(p[PAGE] == 0 && p[3 * PAGE - 1] == 0 && p[0] == 9 && p[3 * PAGE] == 9);
	q = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	q[0] = 'X';
	CHECK_OK(madvise(q, PAGE, MADV_DONTNEED));
	CHECK_EQ(q[0], 'f');
}

TEST(memory, madvise_others)
{
	char *p = anon(4 * PAGE);

	CHECK_OK(madvise(p, PAGE, MADV_NORMAL));
	CHECK_OK(madvise(p, PAGE, MADV_SEQUENTIAL));
	CHECK_OK(madvise(p, PAGE, MADV_RANDOM));
	CHECK_OK(madvise(p, PAGE, MADV_WILLNEED));
	CHECK_OK(madvise(p, PAGE, MADV_FREE));
	CHECK_ERR(madvise(p, PAGE, 9999), EINVAL);
	CHECK_ERR(madvise(p + 1, PAGE, MADV_NORMAL), EINVAL);
	munmap(p + PAGE, PAGE);
	CHECK_ERR(madvise(p, 3 * PAGE, MADV_NORMAL), ENOMEM);
}

TEST(memory, madvise_dontfork)
{
	char *p = anon(PAGE), *w = anon(PAGE);
	pid_t pid;

	w[0] = 7;
	CHECK_OK(madvise(p, PAGE, MADV_DONTFORK));
	CHECK_OK(madvise(w, PAGE, MADV_WIPEONFORK));
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(fault_on_read(p), SIGSEGV);
		CHECK_EQ(w[0], 0);
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(w[0], 7);
}

TEST(memory, shared_anonymous_across_fork)
{
	volatile int *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	p[0] = 1;
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(p[0], 1);
		p[0] = 2;
		p[1024] = 3; /* touched first in the child */
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(p[0], 2);
	CHECK_EQ(p[1024], 3);
}

TEST(memory, copy_on_write_both_ways)
{
	volatile char *p = anon(2 * PAGE);
	int a[2], b[2];
	char c;
	pid_t pid;

	p[0] = 1;
	OK(pipe(a));
	OK(pipe(b));
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(read(a[0], &c, 1), 1);
		CHECK_EQ(p[0], 1); /* the parent wrote, we keep the old */
		p[PAGE] = 4;
		CHECK_EQ(write(b[1], "x", 1), 1);
		t_exit();
	}
	p[0] = 2;
	CHECK_EQ(write(a[1], "x", 1), 1);
	CHECK_EQ(read(b[0], &c, 1), 1);
	CHECK_EQ(p[PAGE], 0);
	t_wait_ok(pid);
	CHECK_EQ(p[0], 2);
}

TEST(memory, kernel_writes_break_copy_on_write)
{
	char *p = anon(PAGE);
	int fds[2];
	pid_t pid;

	p[0] = 'a';
	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(write(fds[1], "Z", 1), 1);
		CHECK_EQ(read(fds[0], p, 1), 1);
		CHECK_EQ(p[0], 'Z');
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(p[0], 'a');
}

TEST(memory, mincore)
{
	char *p = anon(4 * PAGE);
	unsigned char vec[4];

	p[PAGE] = 1;
	CHECK_OK(mincore(p, 4 * PAGE, vec));
	CHECK_EQ(vec[1] & 1, 1);
	CHECK_EQ(vec[3] & 1, 0);
	CHECK_ERR(mincore(p + 1, PAGE, vec), EINVAL);
	CHECK_ERR(mincore(p, PAGE, BAD_PTR), EFAULT);
	munmap(p, PAGE);
	CHECK_ERR(mincore(p, 2 * PAGE, vec), ENOMEM);
}

TEST(memory, mlock)
{
	char *p = anon(4 * PAGE);
	unsigned char vec[4];

	CHECK_OK(mlock(p, 4 * PAGE));
	CHECK_OK(mincore(p, 4 * PAGE, vec));
	CHECK_EQ(vec[3] & 1, 1);
	CHECK_OK(munlock(p, 4 * PAGE));
	munmap(p + PAGE, PAGE);
	CHECK_ERR(mlock(p, 4 * PAGE), ENOMEM);
	CHECK_ERR(mlockall(0), EINVAL);
	CHECK_OK(munlockall());
}

TEST_FLAGS(memory, mlock_limit, TEST_ROOT)
{
	struct rlimit rl = { 2 * PAGE, 2 * PAGE };
	char *p = anon(8 * PAGE);

	OK(setrlimit(RLIMIT_MEMLOCK, &rl));
	OK(setresuid(1000, 1000, 1000));
	CHECK_OK(mlock(p, 2 * PAGE));
	CHECK_ERR(mlock(p, 4 * PAGE), ENOMEM);
	CHECK_ERR((long)mmap(NULL, 8 * PAGE, RW, ANON | MAP_LOCKED, -1, 0), EAGAIN);
}

TEST(memory, map_populate)
{
	char *p = mmap(NULL, 8 * PAGE, RW, ANON | MAP_POPULATE, -1, 0);
	unsigned char vec[8] = { 0 };

	CHECK_OK(mincore(p, 8 * PAGE, vec));
	CHECK(vec[0] & vec[7] & 1);
}

TEST(memory, overcommit_of_untouched_memory)
{
	char *p = mmap(NULL, 512u << 20, RW, ANON | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	p[300u << 20] = 1;
	CHECK_EQ(p[300u << 20], 1);
	CHECK_EQ(p[100u << 20], 0);
}

static int maps_a_gb(void)
{
	char *p = mmap(NULL, 1u << 30, RW, ANON, -1, 0);

	if (p == MAP_FAILED)
		return errno;
	p[1u << 29] = 1;
	OK(munmap(p, 1u << 30));
	return 0;
}

TEST_FLAGS(memory, overcommit_by_rule, TEST_INIT)
{
	static const char rule[] = "/proc/sys/vm/overcommit_memory";

	CHECK_EQ(maps_a_gb(), ENOMEM);
	t_write_file(rule, "1");
	CHECK_EQ(maps_a_gb(), 0);
	t_write_file(rule, "0");
	CHECK_EQ(maps_a_gb(), ENOMEM);
}

/* The stack */

static int depth(volatile char *above, int kbytes)
{
	volatile char here[1024];

	here[0] = 1;
	return kbytes ? depth(here, kbytes - 1) + here[0] : *above;
}

TEST(memory, stack_grows)
{
	volatile char c = 1;

	CHECK_EQ(depth(&c, 2000), 2001);
}

static void overflow(void *arg)
{
	volatile char c = 1;

	depth(&c, 100000);
}

TEST(memory, stack_overflow_is_segv)
{
	CHECK_EQ(WTERMSIG(t_status_of(overflow, NULL)), SIGSEGV);
}

TEST(memory, growsdown)
{
	char *p = anon(1024 * PAGE), *q;

	munmap(p, 1024 * PAGE);
	q = mmap(p + 1000 * PAGE, PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	REQUIRE(q == p + 1000 * PAGE);
	CHECK_EQ(fault_on_write(q - 8), 0);
	CHECK_EQ(fault_on_write(q - 3 * PAGE), 0);
	CHECK_EQ(q[-8], 1);
}

TEST(memory, maps_shows_it)
{
	static char text[65536];
	char want[64], *p = mmap(NULL, 3 * PAGE, PROT_READ, ANON, -1, 0);

	munmap(p + 2 * PAGE, PAGE);
	mprotect(p, PAGE, PROT_READ | PROT_WRITE);
	t_read_file("/proc/self/maps", text, sizeof(text));
	snprintf(want, sizeof(want), "%08lx-%08lx rw-p 00000000 00:00 0", (long)p, (long)p + PAGE);
	CHECK(strstr(text, want) != NULL);
	CHECK(strstr(text, "[stack]") != NULL);
	CHECK(strstr(text, "[heap]") != NULL || syscall(SYS_brk, 0));
}

TEST(memory, neighbours_merge_in_maps)
{
	static char text[65536];
	char want[64], *p = anon(4 * PAGE), *hole = p + PAGE;

	mprotect(p + PAGE, 2 * PAGE, PROT_NONE);
	mprotect(hole, PAGE, RW);
	mprotect(p + 2 * PAGE, PAGE, RW);
	t_read_file("/proc/self/maps", text, sizeof(text));
	snprintf(want, sizeof(want), "%08lx-", (long)hole);
	CHECK(strstr(text, want) == NULL);
}

TEST(memory, process_vm_readv)
{
	char here[8] = "", *there = anon(PAGE);
	struct iovec {
		void *base;
		size_t len;
	} l = { here, 4 }, r = { there, 4 };
	pid_t pid;

	strcpy(there, "abc");
	pid = t_fork();
	if (!pid) {
		strcpy(there, "xyz");
		for (;;)
			pause();
	}
	t_until(t_proc_state(pid) == 'S');
	CHECK_EQ(syscall(SYS_process_vm_readv, pid, &l, 1, &r, 1, 0), 4);
	CHECK_STR(here, "xyz");
	strcpy(here, "123");
	CHECK_EQ(syscall(SYS_process_vm_writev, pid, &l, 1, &r, 1, 0), 4);
	kill(pid, SIGKILL);
	t_wait(pid);
}
