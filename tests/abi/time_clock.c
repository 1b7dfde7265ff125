/* Clocks and sleeping, by the 32-bit and the 64-bit calls. */
#include "abitest.h"
#include <sys/time.h>
#include <sys/timex.h>

struct ts32 {
	int32_t sec, nsec;
};
struct ts64 {
	int64_t sec, nsec;
};

static const int clocks[] = { 0, 1, 2, 3, 4, 5, 6, 7, 11 };

TEST(clock, gettime_32_and_64)
{
	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		struct ts32 a = { -1, -1 };
		struct ts64 b = { -1, -1 };

		CHECK_OK(syscall(265, clocks[i], &a));
		CHECK_OK(syscall(403, clocks[i], &b));
		CHECK(a.nsec >= 0 && a.nsec < 1000000000);
		CHECK(b.sec - a.sec <= 1 && b.sec >= a.sec);
	}
}

TEST(clock, gettime_errors)
{
	struct ts64 t;

	CHECK_ERR(syscall(403, 77, &t), EINVAL);
	CHECK_ERR(syscall(265, -1 & 0x7fffffff, &t), EINVAL);
	CHECK_ERR(syscall(403, CLOCK_REALTIME, BAD_PTR), EFAULT);
	CHECK_ERR(syscall(265, CLOCK_REALTIME, BAD_PTR), EFAULT);
}

TEST(clock, getres)
{
	struct ts32 a;
	struct ts64 b;

	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		CHECK_OK(syscall(266, clocks[i], &a));
		CHECK_OK(syscall(406, clocks[i], &b));
		CHECK(a.sec == 0 && a.nsec >= 1 && a.nsec <= 10000000);
		CHECK_EQ(b.nsec, a.nsec);
	}
	CHECK_OK(syscall(266, 0, NULL));
	CHECK_ERR(syscall(266, 77, &a), EINVAL);
}

TEST(clock, monotonic_never_goes_back)
{
	struct timespec a = { 0 }, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < 20000; i++) {
		clock_gettime(CLOCK_MONOTONIC, &b);
		if (b.tv_sec < a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec < a.tv_nsec)) {
			CHECK_EQ(b.tv_sec, a.tv_sec);
			CHECK_EQ(b.tv_nsec, a.tv_nsec);
			return;
		}
		a = b;
	}
	CHECK(1);
}

TEST(clock, resolution_is_fine)
{
	struct timespec a, b;
	int n = 0;

	clock_gettime(CLOCK_MONOTONIC, &a);
	do {
		clock_gettime(CLOCK_MONOTONIC, &b);
	} while (a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec && ++n < 1000000);
	CHECK((b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec < 1000000);
}

TEST(clock, cpu_time)
{
	struct timespec a, b, t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	t_msleep(60);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	CHECK((b.tv_sec - a.tv_sec) * 1000LL + (b.tv_nsec - a.tv_nsec) / 1000000 < 40);
	t_burn(60);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	CHECK((t.tv_sec - b.tv_sec) * 1000LL + (t.tv_nsec - b.tv_nsec) / 1000000 >= 10);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	CHECK(a.tv_sec * 1000LL + a.tv_nsec / 1000000 >= 10);
}

TEST(clock, of_another_process)
{
	clockid_t id;
	struct timespec t;
	pid_t pid = t_fork();

	if (!pid) {
		for (;;)
			;
	}
	t_msleep(60);
	CHECK_EQ(clock_getcpuclockid(pid, &id), 0);
	CHECK_OK(clock_gettime(id, &t));
	CHECK(t.tv_sec > 0 || t.tv_nsec > 0);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(clock, gettimeofday_and_time)
{
	int32_t tv[2], tz[2] = { 77, 77 }, t;
	struct ts64 now;

	CHECK_OK(syscall(403, CLOCK_REALTIME, &now));
	CHECK_OK(syscall(78, tv, tz));
	CHECK(tv[0] - now.sec <= 1 && tv[1] >= 0 && tv[1] < 1000000);
	CHECK(tz[0] != 77);
	t = syscall(13, NULL);
	CHECK(t - now.sec <= 1 && t >= now.sec);
	CHECK_EQ(syscall(13, tv), tv[0]);
	CHECK_ERR(syscall(13, BAD_PTR), EFAULT);
	CHECK_ERR(syscall(78, BAD_PTR, NULL), EFAULT);
	CHECK_OK(syscall(78, NULL, NULL));
	CHECK(now.sec > 946684800);
}

TEST(clock, realtime_keeps_up_with_monotonic)
{
	struct timespec r0, m0, r1, m1;

	clock_gettime(CLOCK_REALTIME, &r0);
	clock_gettime(CLOCK_MONOTONIC, &m0);
	t_msleep(200);
	clock_gettime(CLOCK_REALTIME, &r1);
	clock_gettime(CLOCK_MONOTONIC, &m1);
	long long r = (r1.tv_sec - r0.tv_sec) * 1000000000LL + r1.tv_nsec - r0.tv_nsec;
	long long m = (m1.tv_sec - m0.tv_sec) * 1000000000LL + m1.tv_nsec - m0.tv_nsec;

	CHECK(m >= 200000000);
	CHECK(r - m < 20000000 && m - r < 20000000);
}

/* Sleeping */

TEST(sleep, nanosleep)
{
	struct timespec ts = { 0, 30000000 }, bad = { 0, 1000000000 }, neg = { -1, 0 };
	long long begin = t_now_ms();

	CHECK_OK(nanosleep(&ts, NULL));
	CHECK(t_now_ms() - begin >= 29);
	CHECK_ERR(nanosleep(&bad, NULL), EINVAL);
	CHECK_ERR(nanosleep(&neg, NULL), EINVAL);
	CHECK_ERR(syscall(162, BAD_PTR, NULL), EFAULT);
	ts.tv_nsec = 0;
	CHECK_OK(nanosleep(&ts, NULL));
}

TEST(sleep, never_too_short)
{
	for (int i = 0; i < 20; i++) {
		struct timespec a, b, ts = { 0, 1000000 + i * 100000 };

		clock_gettime(CLOCK_MONOTONIC, &a);
		nanosleep(&ts, NULL);
		clock_gettime(CLOCK_MONOTONIC, &b);
		CHECK((b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec >= ts.tv_nsec);
	}
}

TEST(sleep, clock_nanosleep)
{
	struct ts64 ts;
	struct ts32 t32;
	long long begin = t_now_ms();

	OK(syscall(403, CLOCK_MONOTONIC, &ts));
	ts.nsec += 30000000;
	if (ts.nsec >= 1000000000) {
		ts.nsec -= 1000000000;
		ts.sec++;
	}
	CHECK_OK(syscall(407, CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL));
	CHECK(t_now_ms() - begin >= 29);
	begin = t_now_ms();
	CHECK_OK(syscall(407, CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL)); /* past: at once */
	CHECK(t_now_ms() - begin < 1000);
	t32.sec = 0;
	t32.nsec = 20000000;
	CHECK_OK(syscall(267, CLOCK_REALTIME, 0, &t32, NULL));
	CHECK_ERR(syscall(407, 77, 0, &ts, NULL), EINVAL);
	CHECK_ERR(syscall(407, CLOCK_THREAD_CPUTIME_ID, 0, &ts, NULL), EOPNOTSUPP);
	ts.nsec = -1;
	CHECK_ERR(syscall(407, CLOCK_MONOTONIC, 0, &ts, NULL), EINVAL);
}

TEST(sleep, absolute_interrupted_leaves_rest_alone)
{
	struct ts64 ts, rest = { 77, 77 };
	struct itimerval it = { { 0, 20000 }, { 0, 20000 } };

	t_count_signal(SIGALRM, 0);
	OK(syscall(403, CLOCK_MONOTONIC, &ts));
	ts.sec += 5;
	setitimer(ITIMER_REAL, &it, NULL);
	CHECK_ERR(syscall(407, CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, &rest), EINTR);
	CHECK_EQ(rest.sec, 77);
}

/* Setting */

TEST(clock, adjtimex_reads)
{
	struct timex tx;

	memset(&tx, 0, sizeof(tx));
	CHECK(adjtimex(&tx) >= 0);
	CHECK(tx.tick >= 9000 && tx.tick <= 11000);
	CHECK_ERR(syscall(124, BAD_PTR), EFAULT);
}

TEST_FLAGS(clock, settime_needs_rights, TEST_ROOT)
{
	struct timespec ts = { 1000000000, 0 };
	struct timeval tv = { 1000000000, 0 };

	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(clock_settime(CLOCK_REALTIME, &ts), EPERM);
	CHECK_ERR(settimeofday(&tv, NULL), EPERM);
}

TEST_FLAGS(clock, set_and_back, TEST_ROOT | TEST_INIT)
{
	struct timespec now, set, got;
	long long mono = t_now_ms();

	OK(clock_gettime(CLOCK_REALTIME, &now));
	set.tv_sec = 2000000000;
	set.tv_nsec = 5;
	CHECK_OK(clock_settime(CLOCK_REALTIME, &set));
	OK(clock_gettime(CLOCK_REALTIME, &got));
	CHECK(got.tv_sec - 2000000000 <= 1);
	CHECK(t_now_ms() - mono < 2000); /* monotonic time does not jump */
	CHECK_OK(settimeofday(&(struct timeval){ now.tv_sec, 0 }, NULL));
	OK(clock_gettime(CLOCK_REALTIME, &got));
	CHECK(got.tv_sec - now.tv_sec <= 1);
	CHECK_ERR(clock_settime(CLOCK_MONOTONIC, &now), EINVAL);
	now.tv_nsec = 1000000000;
	CHECK_ERR(clock_settime(CLOCK_REALTIME, &now), EINVAL);
}
