/* POSIX threads as musl makes them: what its locks, cancellation and joins ask of the kernel. */
#include "abitest.h"
#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static volatile int counter, stage;

static void *count_up(void *arg)
{
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&lock);
		counter = counter + 1;
		pthread_mutex_unlock(&lock);
	}
	return (void *)((long)arg + 1);
}

TEST(thread, mutex_and_join)
{
	pthread_t t[8];
	void *ret;

	for (long i = 0; i < 8; i++)
		CHECK_EQ(pthread_create(&t[i], NULL, count_up, (void *)i), 0);
	for (long i = 0; i < 8; i++) {
		CHECK_EQ(pthread_join(t[i], &ret), 0);
		CHECK_EQ((long)ret, i + 1);
	}
	CHECK_EQ(counter, 16000);
}

static void *same_process(void *arg)
{
	pid_t *ids = arg;

	ids[0] = getpid();
	ids[1] = syscall(SYS_gettid);
	return NULL;
}

TEST(thread, ids)
{
	pid_t ids[2];
	pthread_t t;
	char path[64];

	pthread_create(&t, NULL, same_process, ids);
	pthread_join(t, NULL);
	CHECK_EQ(ids[0], getpid());
	CHECK(ids[1] != getpid());
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	CHECK_OK(access(path, R_OK));
}

static void *stage_runner(void *arg)
{
	pthread_mutex_lock(&lock);
	for (int want = 1; want < 20; want += 2) {
		while (stage != want)
			pthread_cond_wait(&cond, &lock);
		stage++;
		pthread_cond_broadcast(&cond);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

TEST(thread, condition_ping_pong)
{
	pthread_t t;

	pthread_create(&t, NULL, stage_runner, NULL);
	pthread_mutex_lock(&lock);
	for (int want = 0; want < 20; want += 2) {
		while (stage != want)
			pthread_cond_wait(&cond, &lock);
		stage++;
		pthread_cond_broadcast(&cond);
	}
	while (stage != 20)
		pthread_cond_wait(&cond, &lock);
	pthread_mutex_unlock(&lock);
	CHECK_EQ(pthread_join(t, NULL), 0);
}

TEST(thread, condition_time_out)
{
	struct timespec ts;
	long long begin = t_now_ms();

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec += 30000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	pthread_mutex_lock(&lock);
	CHECK_EQ(pthread_cond_timedwait(&cond, &lock, &ts), ETIMEDOUT);
	CHECK(t_now_ms() - begin >= 28);
}

static pthread_barrier_t barrier;

static void *at_barrier(void *arg)
{
	for (int i = 0; i < 10; i++)
		pthread_barrier_wait(&barrier);
	return NULL;
}

TEST(thread, barrier)
{
	pthread_t t[3];

	pthread_barrier_init(&barrier, NULL, 4);
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, at_barrier, NULL);
	at_barrier(NULL);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(pthread_join(t[i], NULL), 0);
}

static void *blocked_in_read(void *arg)
{
	char c;

	return (void *)(long)read(*(int *)arg, &c, 1);
}

TEST(thread, cancel_in_a_slow_call)
{
	int p[2];
	pthread_t t;
	void *ret;

	OK(pipe(p));
	pthread_create(&t, NULL, blocked_in_read, &p[0]);
	t_msleep(20);
	CHECK_EQ(pthread_cancel(t), 0);
	CHECK_EQ(pthread_join(t, &ret), 0);
	CHECK(ret == PTHREAD_CANCELED);
}

static __thread int per_thread = 5;

static void *tls_user(void *arg)
{
	int before = per_thread;

	for (int i = 0; i < 100; i++) {
		per_thread += (long)arg;
		sched_yield();
	}
	return (void *)(long)(before == 5 && per_thread == 5 + 100 * (long)arg);
}

TEST(thread, local_storage)
{
	pthread_t t[4];
	void *ret;

	for (long i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, tls_user, (void *)(i + 1));
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], &ret);
		CHECK_EQ((long)ret, 1);
	}
	CHECK_EQ(per_thread, 5);
}

static volatile pid_t handler_tid;

static void note_tid(int sig)
{
	handler_tid = syscall(SYS_gettid);
}

static void *spin_till_signal(void *arg)
{
	*(volatile pid_t *)arg = syscall(SYS_gettid);
	while (!handler_tid)
		t_msleep(1);
	return NULL;
}

TEST(thread, directed_signal)
{
	volatile pid_t tid = 0;
	pthread_t t;

	t_on_signal(SIGUSR1, note_tid, SA_RESTART);
	pthread_create(&t, NULL, spin_till_signal, (void *)&tid);
	t_until(tid);
	CHECK_EQ(pthread_kill(t, SIGUSR1), 0);
	pthread_join(t, NULL);
	CHECK_EQ(handler_tid, tid);
}

TEST(thread, process_signal_goes_to_one_who_takes_it)
{
	volatile pid_t tid = 0;
	pthread_t t;

	t_on_signal(SIGUSR1, note_tid, SA_RESTART);
	pthread_create(&t, NULL, spin_till_signal, (void *)&tid);
	t_until(tid);
	t_block(SIGUSR1); /* only here: the thread has its own mask */
	kill(getpid(), SIGUSR1);
	pthread_join(t, NULL);
	CHECK_EQ(handler_tid, tid);
}

TEST(thread, shared_descriptors_and_cwd)
{
	pid_t ids[2];
	pthread_t t;

	OK(mkdir("d", 0755));
	OK(chdir("d"));
	pthread_create(&t, NULL, same_process, ids);
	pthread_join(t, NULL);
	CHECK_OK(access("../d", F_OK));
}

static void *fork_in_thread(void *arg)
{
	pid_t pid = fork();

	if (!pid) {
		DIR *dir = opendir("/proc/self/task");
		int n = 0;

		while (dir && readdir(dir))
			n++;
		_exit(n == 3 ? 0 : 1); /* ., .. and one thread */
	}
	return (void *)(long)t_wait(pid);
}

TEST(thread, fork_copies_only_the_caller)
{
	pthread_t t;
	void *ret;

	pthread_create(&t, NULL, fork_in_thread, NULL);
	pthread_join(t, &ret);
	CHECK_EQ((long)ret, 0);
}

static void *quick(void *arg)
{
	return arg;
}

TEST(thread, many_in_turn)
{
	for (long i = 0; i < 200; i++) {
		pthread_t t;
		void *ret;

		if (pthread_create(&t, NULL, quick, (void *)i)) {
			CHECK_EQ(i, 200);
			break;
		}
		pthread_join(t, &ret);
		if ((long)ret != i)
			CHECK_EQ((long)ret, i);
	}
	CHECK(1);
}

static sem_t sem;

static void *poster(void *arg)
{
	for (int i = 0; i < 100; i++)
		sem_post(&sem);
	return NULL;
}

TEST(thread, semaphore)
{
	pthread_t t;

	sem_init(&sem, 0, 0);
	pthread_create(&t, NULL, poster, NULL);
	for (int i = 0; i < 100; i++)
		CHECK_OK(sem_wait(&sem));
	pthread_join(t, NULL);
}

static void *stopper(void *arg)
{
	for (;;)
		counter = counter + 1;
	return NULL;
}

TEST(thread, stop_stops_all)
{
	volatile int *shared =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int st, was;
	pid_t pid = t_fork();

	if (!pid) {
		pthread_t t;

		pthread_create(&t, NULL, stopper, NULL);
		for (;;)
			*shared = counter;
	}
	t_until(*shared > 0);
	kill(pid, SIGSTOP);
	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	was = *shared;
	t_msleep(30);
	CHECK_EQ(*shared, was);
	kill(pid, SIGCONT);
	CHECK(t_until(*shared != was));
	kill(pid, SIGKILL);
	CHECK_EQ(t_wait(pid), SIGKILL);
}

TEST(thread, membarrier)
{
	long r = syscall(SYS_membarrier, 0, 0);

	CHECK(r >= 0 || errno == ENOSYS);
}
