/* Making and ending processes and threads. */
#include "bench.h"
#include <pthread.h>

static void reap(pid_t pid)
{
	MUST(waitpid(pid, NULL, 0));
}

static void fork_exit(int n)
{
	while (n--) {
		pid_t pid = MUST(fork());

		if (!pid)
			_exit(0);
		reap(pid);
	}
}

/* With 4 MB of touched memory, as a shell or a compiler has. */
static void touch_4_mb(void)
{
	char *p = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(p, 1, 4 << 20);
}

static void vfork_exit(int n)
{
	while (n--) {
		pid_t pid = vfork();

		if (!pid)
			_exit(0);
		reap(pid);
	}
}

static void exec_with(int n, pid_t (*split)(void), const char *path, char *const argv[])
{
	while (n--) {
		pid_t pid = MUST(split());

		if (!pid) {
			execv(path, argv);
			_exit(127);
		}
		reap(pid);
	}
}

static void fork_exec(int n)
{
	exec_with(n, fork, bench_self, (char *const[]){ "oibench", "--exit", NULL });
}

static void vfork_exec(int n)
{
	while (n--) {
		pid_t pid = vfork();

		if (!pid) {
			execl(bench_self, "oibench", "--exit", NULL);
			_exit(127);
		}
		reap(pid);
	}
}

static void need_shell(void)
{
	if (access("/bin/sh", X_OK))
		bench_die("no /bin/sh");
}

static void shell(int n)
{
	exec_with(n, fork, "/bin/sh", (char *const[]){ "sh", "-c", ":", NULL });
}

static void *nothing(void *arg)
{
	return arg;
}

static void thread_create_join(int n)
{
	while (n--) {
		pthread_t t;

		if (pthread_create(&t, NULL, nothing, NULL))
			bench_die("pthread_create");
		pthread_join(t, NULL);
	}
}

static void wait_nobody(int n)
{
	while (n--)
		waitpid(-1, NULL, WNOHANG);
}

static void yield(int n)
{
	while (n--)
		syscall(SYS_sched_yield);
}

const struct bench bench_tasks[] = {
	{ "wait_nobody", wait_nobody, 10000, 5, NULL, NULL, 0 },
	{ "sched_yield", yield, 10000, 5, NULL, NULL, 0 },
	{ "fork_exit", fork_exit, 200, 5, NULL, NULL, 0 },
	{ "fork_exit_4mb", fork_exit, 100, 5, touch_4_mb, NULL, 0 },
	{ "vfork_exit", vfork_exit, 300, 5, NULL, NULL, 0 },
	{ "fork_exec", fork_exec, 100, 5, NULL, NULL, 0 },
	{ "vfork_exec", vfork_exec, 100, 5, NULL, NULL, 0 },
	{ "shell", shell, 50, 5, need_shell, NULL, 0 },
	{ "thread_create_join", thread_create_join, 500, 5, NULL, NULL, 0 },
	{ 0 },
};
