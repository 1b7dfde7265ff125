/* The price of a system call by both doors, and of the time. */
#include "bench.h"
#include <poll.h>
#include <sys/auxv.h>
#include <sys/select.h>

static void null_int80(int n)
{
	while (n--) {
		long r;

		__asm__ volatile("int $0x80" : "=a"(r) : "0"(SYS_getppid) : "memory");
	}
}

static void null_vdso(int n)
{
	void *entry = (void *)getauxval(AT_SYSINFO);

	if (!entry)
		bench_die("no AT_SYSINFO");
	while (n--) {
		long r;

		__asm__ volatile("call *%1" : "=a"(r) : "r"(entry), "0"(SYS_getppid) : "memory");
	}
}

static void do_getpid(int n)
{
	while (n--)
		syscall(SYS_getpid);
}

static void clock_vdso(int n)
{
	struct timespec ts;

	while (n--)
		clock_gettime(CLOCK_MONOTONIC, &ts);
}

static void clock_syscall(int n)
{
	int64_t ts[2];

	while (n--)
		syscall(403, CLOCK_MONOTONIC, ts);
}

/* poll and select on many pipes, none ready but the last */

static struct pollfd fds[100];
static fd_set set_template;
static int max_fd;

static void open_pipes(void)
{
	FD_ZERO(&set_template);
	for (int i = 0; i < 100; i++) {
		int p[2];

		MUST(pipe(p));
		fds[i].fd = p[0];
		fds[i].events = POLLIN;
		if (i == 99)
			MUST(write(p[1], "x", 1));
		FD_SET(p[0], &set_template);
		max_fd = p[0];
	}
}

static void do_poll(int n)
{
	while (n--)
		MUST(poll(fds, 100, -1));
}

static void do_select(int n)
{
	while (n--) {
		fd_set set = set_template;

		MUST(select(max_fd + 1, &set, NULL, NULL, NULL));
	}
}

/* signals */

static volatile int got;

static void handler(int sig)
{
	got++;
}

static void sig_install(int n)
{
	struct sigaction sa = { .sa_handler = handler };

	while (n--)
		MUST(sigaction(SIGUSR1, &sa, NULL));
}

static void sig_setup(void)
{
	sig_install(1);
}

static void sig_deliver(int n)
{
	pid_t pid = getpid();

	while (n--)
		syscall(SYS_kill, pid, SIGUSR1);
}

static void sig_fault_handler(int sig, siginfo_t *si, void *ctx)
{
	mprotect((void *)((uintptr_t)si->si_addr & -4096), 4096, PROT_READ | PROT_WRITE);
}

static char *page;

static void fault_setup(void)
{
	struct sigaction sa = { .sa_sigaction = sig_fault_handler, .sa_flags = SA_SIGINFO };

	MUST(sigaction(SIGSEGV, &sa, NULL));
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void sig_fault(int n)
{
	while (n--) {
		mprotect(page, 4096, PROT_READ);
		*(volatile char *)page = 1;
	}
}

const struct bench bench_calls[] = {
	{ "null_int80", null_int80, 20000, 5, NULL, NULL, 0 },
	{ "null_vdso", null_vdso, 20000, 5, NULL, NULL, 0 },
	{ "getpid", do_getpid, 20000, 5, NULL, NULL, 0 },
	{ "clock_gettime_vdso", clock_vdso, 20000, 5, NULL, NULL, 0 },
	{ "clock_gettime_syscall", clock_syscall, 20000, 5, NULL, NULL, 0 },
	{ "poll_100", do_poll, 1000, 5, open_pipes, NULL, 0 },
	{ "select_100", do_select, 1000, 5, open_pipes, NULL, 0 },
	{ "signal_install", sig_install, 10000, 5, NULL, NULL, 0 },
	{ "signal_deliver", sig_deliver, 5000, 5, sig_setup, NULL, 0 },
	{ "signal_fault", sig_fault, 2000, 5, fault_setup, NULL, 0 },
	{ 0 },
};
