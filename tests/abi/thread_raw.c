/* Futexes, TLS descriptors, tid words and robust lists, without the C library between. */
#include "abitest.h"
#include "futexcall.h"
#include "rawclone.h"
#include <pthread.h>
#include <sched.h>

#define THREAD_FLAGS                                                                               \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static char stack[65536] __attribute__((aligned(16)));
static volatile int word, ran;

/* The thread uses no C library: its TLS would be ours. */
static int __attribute__((noinline))
raw_thread(int flags, void (*fn)(void), volatile int *ptid, volatile int *ctid)
{
	void **top = (void **)(stack + sizeof(stack) - 16);
	int ret;

	*top = (void *)fn;
	__asm__ volatile("int $0x80\n\t"
			 "testl %%eax,%%eax\n\t"
			 "jnz 1f\n\t"
			 "xorl %%ebp,%%ebp\n\t"
			 "call *(%%esp)\n\t"
			 "movl $1,%%eax\n\t"
			 "xorl %%ebx,%%ebx\n\t"
			 "int $0x80\n"
			 "1:"
			 : "=a"(ret)
			 : "0"(SYS_clone), "b"(flags), "c"(top), "d"(ptid), "S"(0), "D"(ctid)
			 : "memory");
	return ret;
}

static void set_ran(void)
{
	ran = 1;
}

TEST(futex, thread_exit_clears_and_wakes)
{
	volatile int ptid = 0, ctid = 77;
	int tid = raw_thread(THREAD_FLAGS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID, set_ran,
			     &ptid, &ctid);

	CHECK(tid > 0);
	CHECK_EQ(ptid, tid);
	while (ctid == 77)
		futex_wait(&ctid, 77, &(struct old_timespec){ 1, 0 });
	CHECK_EQ(ctid, 0);
	CHECK_EQ(ran, 1);
	CHECK(t_until(syscall(SYS_tgkill, getpid(), tid, 0) < 0 && errno == ESRCH));
}

TEST(futex, wait_value_and_time_out)
{
	struct old_timespec ts = { 0, 30000000 }, bad = { 0, -1 };
	long long begin = t_now_ms();

	word = 5;
	CHECK_ERR(futex_wait(&word, 6, &ts), EAGAIN);
	CHECK_ERR(futex_wait(&word, 5, &ts), ETIMEDOUT);
	CHECK(t_now_ms() - begin >= 29);
	CHECK_ERR(futex_wait(&word, 5, &bad), EINVAL);
	CHECK_EQ(futex_wake(&word, 10), 0);
	CHECK_ERR(futex_wait((void *)((char *)&word + 1), 5, &ts), EINVAL);
	CHECK_ERR(futex_wait(BAD_PTR, 5, &ts), EFAULT);
	CHECK_ERR(syscall(NR_FUTEX, &word, 99, 0, NULL, NULL, 0), ENOSYS);
}

TEST(futex, time64_call)
{
	int64_t ts[2] = { 0, 20000000 };

	word = 5;
	CHECK_ERR(syscall(NR_FUTEX_TIME64, &word, FUTEX_WAIT_OP, 5, ts, NULL, 0), ETIMEDOUT);
	CHECK_ERR(syscall(NR_FUTEX_TIME64, &word, FUTEX_WAIT_OP | FUTEX_PRIVATE, 4, ts, NULL, 0),
		  EAGAIN);
}

TEST(futex, shared_between_processes)
{
	volatile int *shared =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_OK(futex_wait(shared, 0, NULL));
		t_exit();
	}
	CHECK(t_until(futex_wake(shared, 1) == 1));
	t_wait_ok(pid);
}

TEST(futex, shared_by_file_at_other_addresses)
{
	int fd = t_open_new("f", "");
	volatile int *a, *b;
	pid_t pid;

	OK(ftruncate(fd, PAGE));
	a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	pid = t_fork();
	if (!pid) {
		b = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		CHECK(b != a);
		CHECK_OK(futex_wait(b, 0, NULL));
		t_exit();
	}
	CHECK(t_until(futex_wake(a, 1) == 1));
	t_wait_ok(pid);
}

TEST(futex, bitset)
{
	struct timespec now;
	int64_t ts[2];

	word = 1;
	CHECK_ERR(syscall(NR_FUTEX, &word, FUTEX_WAIT_BITSET_OP, 1, NULL, NULL, 0), EINVAL);
	clock_gettime(CLOCK_MONOTONIC, &now);
	ts[0] = now.tv_sec; /* absolute */
	ts[1] = now.tv_nsec;
	CHECK_ERR(syscall(NR_FUTEX_TIME64, &word, FUTEX_WAIT_BITSET_OP, 1, ts, NULL, 1), ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &now);
	ts[0] = now.tv_sec - 5;
	CHECK_ERR(syscall(NR_FUTEX_TIME64, &word, FUTEX_WAIT_BITSET_OP | 256, 1, ts, NULL, 1),
		  ETIMEDOUT);
}

static volatile int *sh;

static pid_t waiter(int op, int bits)
{
	pid_t pid = t_fork();

	if (!pid) {
		__atomic_add_fetch(&sh[8], 1, __ATOMIC_SEQ_CST);
		_exit(syscall(NR_FUTEX, &sh[0], op, 0, NULL, NULL, bits) == 0 ? 0 : errno);
	}
	t_until(t_proc_state(pid) == 'S' && sh[8] > 0);
	return pid;
}

static void share_words(void)
{
	sh = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(sh != MAP_FAILED);
}

TEST(futex, bitset_selects)
{
	pid_t a, b;

	share_words();
	a = waiter(FUTEX_WAIT_BITSET_OP, 1);
	b = waiter(FUTEX_WAIT_BITSET_OP, 2);
	t_msleep(20);
	CHECK_EQ(syscall(NR_FUTEX, sh, FUTEX_WAKE_BITSET_OP, 10, NULL, NULL, 2), 1);
	t_wait_ok(b);
	CHECK_EQ(futex_wake(sh, 10), 1);
	t_wait_ok(a);
}

TEST(futex, wake_counts)
{
	pid_t p[3];

	share_words();
	for (int i = 0; i < 3; i++)
		p[i] = waiter(FUTEX_WAIT_OP, 0);
	t_msleep(20);
	CHECK_EQ(futex_wake(sh, 2), 2);
	CHECK_EQ(futex_wake(sh, 2), 1);
	for (int i = 0; i < 3; i++)
		t_wait_ok(p[i]);
}

TEST(futex, requeue)
{
	pid_t p[3];

	share_words();
	for (int i = 0; i < 3; i++)
		p[i] = waiter(FUTEX_WAIT_OP, 0);
	t_msleep(20);
	CHECK_ERR(syscall(NR_FUTEX, sh, FUTEX_CMP_REQUEUE_OP, 1, 10, &sh[1], 99), EAGAIN);
	CHECK_EQ(syscall(NR_FUTEX, sh, FUTEX_CMP_REQUEUE_OP, 1, 10, &sh[1], 0), 3);
	CHECK_EQ(futex_wake(sh, 10), 0);
	CHECK_EQ(futex_wake(&sh[1], 10), 2);
	for (int i = 0; i < 3; i++)
		t_wait_ok(p[i]);
}

TEST(futex, wake_op)
{
	int set_7_cmp_eq_3 = 0 << 28 | 0 << 24 | 7 << 12 | 3;

	share_words();
	sh[1] = 3;
	CHECK_EQ(syscall(NR_FUTEX, sh, FUTEX_WAKE_OP_OP, 1, 1, &sh[1], set_7_cmp_eq_3), 0);
	CHECK_EQ(sh[1], 7);
}

TEST(futex, priority_inheritance)
{
	int me = syscall(SYS_gettid);

	share_words();
	if (syscall(NR_FUTEX, sh, FUTEX_LOCK_PI_OP, 0, NULL, NULL, 0) < 0 && errno == ENOSYS)
		t_skip("no PI futexes");
	CHECK_EQ(sh[0], me);
	CHECK_ERR(syscall(NR_FUTEX, sh, FUTEX_LOCK_PI_OP, 0, NULL, NULL, 0), EDEADLK);
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_ERR(syscall(NR_FUTEX, sh, FUTEX_TRYLOCK_PI_OP, 0, NULL, NULL, 0), EAGAIN);
		CHECK_ERR(syscall(NR_FUTEX, sh, FUTEX_UNLOCK_PI_OP, 0, NULL, NULL, 0), EPERM);
		CHECK_OK(syscall(NR_FUTEX, sh, FUTEX_LOCK_PI_OP, 0, NULL, NULL, 0));
		CHECK_EQ(sh[0] & 0x3fffffff, getpid());
		CHECK_OK(syscall(NR_FUTEX, sh, FUTEX_UNLOCK_PI_OP, 0, NULL, NULL, 0));
		t_exit();
	}
	t_msleep(40);
	CHECK_OK(syscall(NR_FUTEX, sh, FUTEX_UNLOCK_PI_OP, 0, NULL, NULL, 0));
	t_wait_ok(pid);
	CHECK_EQ(sh[0], 0);
}

TEST(futex, robust_list)
{
	static struct {
		void *next;
		long offset;
		void *pending;
		struct {
			void *next;
			int word;
		} lock;
	} * list;
	void *got = NULL;
	size_t len = 0;
	pid_t pid;

	share_words();
	list = (void *)(sh + 64);
	pid = t_fork();
	if (!pid) {
		list->next = &list->lock;
		list->lock.next = list;
		list->offset = (char *)&list->lock.word - (char *)&list->lock;
		list->lock.word = syscall(SYS_gettid) | 0x80000000u; /* with waiters */
		CHECK_OK(syscall(SYS_set_robust_list, list, 12));
		CHECK_ERR(syscall(SYS_set_robust_list, list, 11), EINVAL);
		CHECK_OK(syscall(SYS_get_robust_list, 0, &got, &len));
		CHECK(got == list && len == 12);
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(list->lock.word & 0x40000000, 0x40000000); /* owner died */
	CHECK_EQ(list->lock.word & 0x3fffffff, 0);
}

/* TLS */

struct user_desc_raw {
	unsigned entry, base, limit, flags;
};

TEST(tls, set_and_get_thread_area)
{
	static int cell = 0x55aa1234;
	struct user_desc_raw d = { -1, (unsigned)&cell, 0xfffff, 0x51 }, got;
	unsigned sel;
	int v;

	CHECK_OK(syscall(SYS_set_thread_area, &d));
	CHECK(d.entry >= 6 && d.entry <= 14);
	sel = d.entry * 8 + 3;
	__asm__ volatile("movw %w1,%%fs; movl %%fs:0,%0" : "=r"(v) : "r"(sel));
	CHECK_EQ(v, cell);
	got.entry = d.entry;
	CHECK_OK(syscall(SYS_get_thread_area, &got));
	CHECK_EQ(got.base, (unsigned)&cell);
	CHECK_EQ(got.limit, 0xfffff);
	sched_yield();
	t_msleep(5);
	__asm__ volatile("movl %%fs:0,%0" : "=r"(v));
	CHECK_EQ(v, cell); /* kept across switches */
	pid_t pid = t_fork();

	if (!pid) {
		__asm__ volatile("movl %%fs:0,%0" : "=r"(v));
		CHECK_EQ(v, cell); /* and by fork */
		t_exit();
	}
	t_wait_ok(pid);
	d.entry = 3;
	CHECK_ERR(syscall(SYS_set_thread_area, &d), EINVAL);
	CHECK_ERR(syscall(SYS_set_thread_area, BAD_PTR), EFAULT);
}

TEST(tls, gs_is_a_user_segment)
{
	unsigned gs;
	int self;

	__asm__ volatile("mov %%gs,%0; movl %%gs:0,%1" : "=r"(gs), "=r"(self));
	CHECK_EQ(gs & 7, 3);
	CHECK(self != 0);
}

TEST(tls, set_tid_address)
{
	int cell;

	CHECK_EQ(syscall(SYS_set_tid_address, &cell), syscall(SYS_gettid));
}

/* Groups of threads */

static void *pauser(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void exit_group_with_threads(void *arg)
{
	pthread_t t[5];

	for (int i = 0; i < 5; i++)
		pthread_create(&t[i], NULL, pauser, NULL);
	_exit(7);
}

static void *exiter(void *arg)
{
	t_msleep(20);
	_exit(9);
}

static void exit_group_from_thread(void *arg)
{
	pthread_t t;

	pthread_create(&t, NULL, exiter, NULL);
	for (;;)
		pause();
}

static void *main_waiter(void *arg)
{
	t_msleep(40);
	syscall(SYS_exit, 3); /* the last one: its code is the process's */
	return NULL;
}

static void leader_exits_first(void *arg)
{
	pthread_t t;

	pthread_create(&t, NULL, main_waiter, NULL);
	syscall(SYS_exit, 5);
}

static void *crasher(void *arg)
{
	*(volatile int *)arg = 1;
	return NULL;
}

static void thread_crashes(void *arg)
{
	pthread_t t;

	pthread_create(&t, NULL, crasher, NULL);
	for (;;)
		pause();
}

TEST(thread, ends_of_groups)
{
	CHECK_EQ(t_status_of(exit_group_with_threads, NULL), 7 << 8);
	CHECK_EQ(t_status_of(exit_group_from_thread, NULL), 9 << 8);
	CHECK_EQ(t_status_of(leader_exits_first, NULL), 3 << 8);
	CHECK_EQ(WTERMSIG(t_status_of(thread_crashes, NULL)), SIGSEGV);
}

TEST(thread, leader_zombie_not_waitable_yet)
{
	pid_t pid = t_fork();
	int st;

	if (!pid)
		leader_exits_first(NULL);
	t_until(t_proc_state(pid) == 'Z');
	CHECK_EQ(waitpid(pid, &st, WNOHANG), 0);
	CHECK_EQ(t_wait(pid), 3 << 8);
}
