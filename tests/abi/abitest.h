/*
 * The ABI tests' frame. A test is a function run in a forked child, in an empty directory of its
 *own, under a time-out; it passes when the child exits 0. The same binary and the same expectations
 *run on Linux i386 (the golden run) and on Oldiron.
 *
 *	TEST(area, name) { CHECK_EQ(getpid(), gettid()); }
 *
 * CHECK*() count and report, and let the test go on; OK() and REQUIRE() end it. In a process that a
 *test forks with t_fork(), finish with t_exit() and collect with t_wait_ok(), so that failed checks
 *there fail the test.
 */
#ifndef ABITEST_H
#define ABITEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#define TEST_ROOT 1 /* needs real root rights: skipped when euid is not 0 */
#define TEST_INIT                                                                                  \
	2 /* changes the machine (clock, host name): only when abitest is process 1 of its own     \
	     machine */
#define TEST_HOSTILE 4 /* only when asked for by area: eats memory or processes */
#define TEST_SLOW    8 /* 60 s instead of 10 */

struct test {
	const char *area;
	const char *name;
	void (*run)(void);
	unsigned flags;
};

#define TEST_FLAGS(area_, name_, flags_)                                                           \
	static void test_##area_##_##name_(void);                                                  \
	static const struct test def_##area_##_##name_ = { #area_, #name_, test_##area_##_##name_, \
							   flags_ };                               \
	static const struct test *const ptr_##area_##_##name_                                      \
		__attribute__((section("abitests"), used)) = &def_##area_##_##name_;               \
	static void test_##area_##_##name_(void)
#define TEST(area_, name_) TEST_FLAGS(area_, name_, 0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PAGE	      4096
#define BAD_PTR	      t_bad_ptr	   /* in the first page, never mapped */
#define KERNEL_PTR    t_kernel_ptr /* above every user address */

/* check.c: each returns nonzero when the check held. */
int check_true(int ok, const char *file, int line, const char *what);
int check_eq(long long got, long long want, const char *file, int line, const char *what);
int check_str(const char *got, const char *want, const char *file, int line, const char *what);
int check_err(long long ret, int err, int want, const char *file, int line, const char *what);
long require_ok(long long ret, const char *file, int line, const char *what);
void t_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void t_skip(const char *why) __attribute__((noreturn));
void t_exit(void) __attribute__((noreturn));
int t_failures(void);
void check_init(void);
unsigned check_total(void);

#define CHECK(c)	check_true((c) ? 1 : 0, __FILE__, __LINE__, #c)
#define CHECK_EQ(a, b)	check_eq((long long)(a), (long long)(b), __FILE__, __LINE__, #a)
#define CHECK_STR(a, b) check_str(a, b, __FILE__, __LINE__, #a)
/* The call fails with this errno. */
#define CHECK_ERR(call, e)                                                                         \
	({                                                                                         \
		errno = 0;                                                                         \
		long long ret_ = (long long)(call);                                                \
		check_err(ret_, errno, e, __FILE__, __LINE__, #call);                              \
	})
/* The call succeeds. CHECK_OK goes on when it does not, OK ends the test; the latter's value is the
 * call's. */
#define CHECK_OK(call) CHECK_ERR(call, 0)
#define OK(call)       require_ok((long long)(call), __FILE__, __LINE__, #call)
#define REQUIRE(c)                                                                                 \
	do {                                                                                       \
		if (!CHECK(c))                                                                     \
			t_exit();                                                                  \
	} while (0)

/* util.c */
pid_t t_fork(void);    /* dies with its parent */
int t_wait(pid_t pid); /* the status word */
void t_wait_ok_at(pid_t pid, const char *file, int line);
#define t_wait_ok(pid) t_wait_ok_at(pid, __FILE__, __LINE__)
void t_write_file(const char *path, const char *text);
ssize_t t_read_file(const char *path, char *buf,
		    size_t size);		    /* always terminated; -1 when absent */
int t_open_new(const char *path, const char *text); /* O_RDWR, filled, at offset 0 */
void t_msleep(int ms);
void t_burn(int ms);	  /* uses that much processor time, or gives up after 5 s */
long long t_now_ms(void); /* CLOCK_MONOTONIC */
void t_on_signal(int sig, void (*fn)(int), int flags);
void t_on_siginfo(int sig, void (*fn)(int, siginfo_t *, void *), int flags);
void t_count_signal(int sig, int flags); /* counts into t_signals[sig] */
void t_block(int sig);
void t_unblock(int sig);
extern volatile int t_signals[65];
extern void *volatile t_bad_ptr;
extern void *volatile t_kernel_ptr;
/* Runs fn(arg) in a child and returns its status word. */
int t_status_of(void (*fn)(void *), void *arg);
void t_rm_rf(const char *path);
/* Polls cond every few ms for up to 5 s. */
#define t_until(cond)                                                                              \
	({                                                                                         \
		int left_ = 1000;                                                                  \
		while (!(cond) && --left_)                                                         \
			t_msleep(5);                                                               \
		left_ > 0;                                                                         \
	})
int t_native(void); /* not a 64-bit kernel running a 32-bit program: a few calls differ there */
char t_proc_state(pid_t pid); /* the letter of /proc/PID/stat, 0 when there is none */
int t_pty(int *slave); /* opens a pty pair, returns the master; the slave is not made a controlling
			  tty */
extern const char *t_self; /* path of this binary */
extern int t_is_init;

#define t_syscall syscall

#endif
