/* alarm, interval timers, POSIX timers with each notification, timerfd. */
#include "abitest.h"
#include <poll.h>
#include <sys/time.h>
#include <sys/timerfd.h>

static void burn_until(volatile int *flag)
{
	long long end = t_now_ms() + 3000;

	while (!*flag && t_now_ms() < end)
		;
}

TEST(timer, alarm)
{
	CHECK_EQ(alarm(10), 0);
	CHECK_EQ(alarm(0), 10);
	CHECK_EQ(alarm(0), 0);
	t_count_signal(SIGALRM, 0);
	alarm(1);
	CHECK_ERR(pause(), EINTR);
	CHECK_EQ(t_signals[SIGALRM], 1);
}

TEST(timer, itimer_real_repeats)
{
	struct itimerval it = { { 0, 10000 }, { 0, 10000 } }, got;
	int n = 0;

	t_count_signal(SIGALRM, 0);
	CHECK_OK(setitimer(ITIMER_REAL, &it, NULL));
	while (n < 3 && pause() < 0)
		n++;
	CHECK_OK(getitimer(ITIMER_REAL, &got));
	CHECK_EQ(got.it_interval.tv_usec, 10000);
	CHECK(got.it_value.tv_sec == 0 && got.it_value.tv_usec <= 10000);
	memset(&it, 0, sizeof(it));
	CHECK_OK(setitimer(ITIMER_REAL, &it, &got));
	CHECK_EQ(got.it_interval.tv_usec, 10000);
	CHECK_OK(getitimer(ITIMER_REAL, &got));
	CHECK_EQ(got.it_value.tv_usec, 0);
	CHECK(t_signals[SIGALRM] >= 3);
}

TEST(timer, itimer_virtual_and_prof)
{
	struct itimerval it = { { 0, 0 }, { 0, 30000 } };

	t_count_signal(SIGVTALRM, 0);
	t_count_signal(SIGPROF, 0);
	CHECK_OK(setitimer(ITIMER_VIRTUAL, &it, NULL));
	CHECK_OK(setitimer(ITIMER_PROF, &it, NULL));
	t_msleep(60);
	CHECK_EQ(t_signals[SIGVTALRM] + t_signals[SIGPROF], 0); /* they do not run while we sleep */
	burn_until(&t_signals[SIGPROF]);
	burn_until(&t_signals[SIGVTALRM]);
	CHECK_EQ(t_signals[SIGVTALRM], 1);
	CHECK_EQ(t_signals[SIGPROF], 1);
}

TEST(timer, itimer_errors)
{
	struct itimerval it = { { 0, 0 }, { 0, 1000001 } };

	CHECK_ERR(setitimer(ITIMER_REAL, &it, NULL), EINVAL);
	CHECK_ERR(getitimer(7, &it), EINVAL);
	CHECK_ERR(syscall(104, ITIMER_REAL, BAD_PTR, NULL), EFAULT);
	CHECK_ERR(syscall(105, ITIMER_REAL, BAD_PTR), EFAULT);
}

static siginfo_t last;
static volatile int fired;

static void on_timer(int sig, siginfo_t *si, void *ctx)
{
	last = *si;
	fired++;
}

static timer_t make_timer(clockid_t clock, int sig, int value)
{
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig };
	timer_t t;

	ev.sigev_value.sival_int = value;
	OK(timer_create(clock, &ev, &t));
	return t;
}

TEST(timer, posix_signal)
{
	struct itimerspec its = { { 0, 0 }, { 0, 100000000 } }, got;
	timer_t t;

	t_on_siginfo(SIGRTMIN + 2, on_timer, 0);
	t = make_timer(CLOCK_MONOTONIC, SIGRTMIN + 2, 4711);
	CHECK_OK(timer_settime(t, 0, &its, NULL));
	CHECK_OK(timer_gettime(t, &got));
	CHECK(got.it_value.tv_sec == 0 && got.it_value.tv_nsec > 0 &&
	      got.it_value.tv_nsec <= 100000000);
	CHECK(t_until(fired));
	CHECK_EQ(fired, 1);
	CHECK_EQ(last.si_code, SI_TIMER);
	CHECK_EQ(last.si_value.sival_int, 4711);
	CHECK_EQ(last.si_overrun, 0);
	CHECK_OK(timer_gettime(t, &got));
	CHECK(got.it_value.tv_sec == 0 && got.it_value.tv_nsec == 0);
	CHECK_OK(timer_delete(t));
	CHECK_ERR(syscall(SYS_timer_delete, t), EINVAL);
}

TEST(timer, posix_default_is_sigalrm)
{
	struct itimerspec its = { { 0, 0 }, { 0, 10000000 } };
	int id;

	t_on_siginfo(SIGALRM, on_timer, 0);
	OK(syscall(SYS_timer_create, CLOCK_REALTIME, NULL, &id));
	CHECK_OK(timer_settime((timer_t)(intptr_t)id, 0, &its, NULL));
	CHECK(t_until(fired));
	CHECK_EQ(last.si_code, SI_TIMER);
	CHECK_EQ(last.si_value.sival_int, id);
}

/* Keeps what the first delivery said: the timer goes on, and a slow machine sees another one before
 * it is deleted. */
static void on_first_timer(int sig, siginfo_t *si, void *ctx)
{
	if (!fired++)
		last = *si;
}

TEST(timer, posix_overrun)
{
	struct itimerspec its = { { 0, 5000000 }, { 0, 5000000 } };
	timer_t t;

	t_on_siginfo(SIGUSR1, on_first_timer, 0);
	t_block(SIGUSR1);
	t = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
	CHECK_OK(timer_settime(t, 0, &its, NULL));
	t_msleep(60);
	t_unblock(SIGUSR1);
	CHECK(fired >= 1);
	timer_delete(t);
	CHECK(last.si_overrun >= 5 && last.si_overrun < 100000);
}

TEST(timer, posix_absolute)
{
	struct itimerspec its = { { 0, 0 }, { 0, 0 } };
	long long begin = t_now_ms();
	timer_t t;

	t_on_siginfo(SIGUSR1, on_timer, 0);
	t = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
	clock_gettime(CLOCK_MONOTONIC, &its.it_value);
	its.it_value.tv_nsec += 30000000;
	if (its.it_value.tv_nsec >= 1000000000) {
		its.it_value.tv_nsec -= 1000000000;
		its.it_value.tv_sec++;
	}
	CHECK_OK(timer_settime(t, TIMER_ABSTIME, &its, NULL));
	CHECK(t_until(fired));
	CHECK(t_now_ms() - begin >= 29);
	its.it_value = (struct timespec){ 0, 1 }; /* in the past: at once */
	fired = 0;
	CHECK_OK(timer_settime(t, TIMER_ABSTIME, &its, NULL));
	CHECK(t_until(fired == 1));
}

TEST(timer, posix_none)
{
	struct sigevent ev = { .sigev_notify = SIGEV_NONE };
	struct itimerspec its = { { 0, 0 }, { 0, 10000000 } }, got;
	timer_t t;

	OK(timer_create(CLOCK_MONOTONIC, &ev, &t));
	CHECK_OK(timer_settime(t, 0, &its, NULL));
	t_msleep(30);
	CHECK_OK(timer_gettime(t, &got));
	CHECK(got.it_value.tv_sec == 0 && got.it_value.tv_nsec == 0);
}

TEST(timer, posix_thread_id)
{
	struct {
		int value, signo, notify, tid, pad[12];
	} ev = { 5, SIGUSR1, 4 /* SIGEV_THREAD_ID */, syscall(SYS_gettid), { 0 } };
	struct itimerspec its = { { 0, 0 }, { 0, 5000000 } };
	int id;

	t_on_siginfo(SIGUSR1, on_timer, 0);
	CHECK_OK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &ev, &id));
	CHECK_OK(timer_settime((timer_t)(intptr_t)id, 0, &its, NULL));
	CHECK(t_until(fired));
	CHECK_EQ(last.si_value.sival_int, 5);
	ev.tid = 1 << 20;
	CHECK_ERR(syscall(SYS_timer_create, CLOCK_MONOTONIC, &ev, &id), EINVAL);
}

static void sigev_thread_fn(union sigval v)
{
	fired = v.sival_int;
}

TEST(timer, posix_sigev_thread)
{
	struct sigevent ev = { .sigev_notify = SIGEV_THREAD };
	struct itimerspec its = { { 0, 0 }, { 0, 5000000 } };
	timer_t t;

	ev.sigev_notify_function = sigev_thread_fn;
	ev.sigev_value.sival_int = 9;
	OK(timer_create(CLOCK_MONOTONIC, &ev, &t));
	CHECK_OK(timer_settime(t, 0, &its, NULL));
	CHECK(t_until(fired == 9));
	timer_delete(t);
}

TEST(timer, posix_cpu_clock)
{
	struct itimerspec its = { { 0, 0 }, { 0, 30000000 } };
	timer_t t;

	t_on_siginfo(SIGUSR1, on_timer, 0);
	t = make_timer(CLOCK_PROCESS_CPUTIME_ID, SIGUSR1, 0);
	CHECK_OK(timer_settime(t, 0, &its, NULL));
	t_msleep(50);
	CHECK_EQ(fired, 0);
	burn_until(&fired);
	CHECK_EQ(fired, 1);
}

TEST(timer, posix_errors)
{
	struct itimerspec bad = { { 0, 0 }, { 0, 1000000000 } };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = 99 };
	timer_t t;
	int id;

	CHECK_ERR(timer_create(99, NULL, &t), EINVAL);
	CHECK_ERR(timer_create(CLOCK_MONOTONIC, &ev, &t), EINVAL);
	t = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
	CHECK_ERR(timer_settime(t, 0, &bad, NULL), EINVAL);
	CHECK_ERR(syscall(SYS_timer_getoverrun, 99), EINVAL);
	CHECK_ERR(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, BAD_PTR), EFAULT);
	CHECK_ERR(syscall(SYS_timer_create, CLOCK_MONOTONIC, BAD_PTR, &id), EFAULT);
}

TEST(timer, posix_not_inherited)
{
	struct itimerspec got;
	timer_t t = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_ERR(timer_gettime(t, &got), EINVAL);
		t_exit();
	}
	t_wait_ok(pid);
}

/* timerfd */

TEST(timerfd, once)
{
	struct itimerspec its = { { 0, 0 }, { 0, 100000000 } }, got;
	int fd = OK(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
	struct pollfd p = { fd, POLLIN, 0 };
	uint64_t n = 0;

	CHECK_OK(timerfd_settime(fd, 0, &its, NULL));
	CHECK_ERR(read(fd, &n, 8), EAGAIN);
	CHECK_OK(timerfd_gettime(fd, &got));
	CHECK(got.it_value.tv_nsec > 0 && got.it_value.tv_nsec <= 100000000);
	CHECK_EQ(poll(&p, 1, 2000), 1);
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK_EQ(n, 1);
	CHECK_ERR(read(fd, &n, 8), EAGAIN);
	CHECK_ERR(read(fd, &n, 4), EINVAL);
	CHECK_ERR(write(fd, &n, 8), EINVAL);
}

TEST(timerfd, periodic_counts)
{
	struct itimerspec its = { { 0, 5000000 }, { 0, 5000000 } };
	int fd = OK(timerfd_create(CLOCK_MONOTONIC, 0));
	uint64_t n = 0;

	CHECK_OK(timerfd_settime(fd, 0, &its, NULL));
	t_msleep(52);
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK(n >= 9 && n < 1000);
	memset(&its, 0, sizeof(its));
	CHECK_OK(timerfd_settime(fd, 0, &its, NULL));
	CHECK_EQ(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 30), 0);
}

TEST(timerfd, absolute_and_errors)
{
	struct itimerspec its = { { 0, 0 }, { 1, 0 } };
	int fd = OK(timerfd_create(CLOCK_REALTIME, 0)), other = t_open_new("f", "");
	uint64_t n = 0;

	CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, NULL)); /* 1970: over */
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK_EQ(n, 1);
	CHECK_ERR(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
	CHECK_ERR(timerfd_create(CLOCK_MONOTONIC, 0x40000000), EINVAL);
	CHECK_ERR(timerfd_settime(other, 0, &its, NULL), EINVAL);
	its.it_value.tv_nsec = -1;
	CHECK_ERR(timerfd_settime(fd, 0, &its, NULL), EINVAL);
	its.it_value.tv_nsec = 0;
	CHECK_ERR(timerfd_settime(99, 0, &its, NULL), EBADF);
}
