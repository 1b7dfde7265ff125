/* See helpers.h. Exit codes below 90 are the helper's answers; 90 and up mean that something
 * failed. */
#include "abitest.h"
#include "helpers.h"
#include <sys/auxv.h>

extern char **environ;

static int help_exit(int argc, char **argv)
{
	return atoi(argv[2]);
}

static int help_sleep(int argc, char **argv)
{
	t_msleep(atoi(argv[2]));
	return 0;
}

static int help_say_and_wait(int argc, char **argv)
{
	if (write(1, "x", 1) != 1)
		return 90;
	for (;;)
		pause();
}

/* Prints argc, every argument and every environment string, one a line. */
static int help_args(int argc, char **argv)
{
	dprintf(1, "%d\n", argc);
	for (int i = 0; i < argc; i++)
		dprintf(1, "%s\n", argv[i]);
	for (char **e = environ; *e; e++)
		dprintf(1, "%s\n", *e);
	return 0;
}

/* How many bytes of arguments and environment arrived. */
static int help_argsize(int argc, char **argv)
{
	size_t n = 0;

	for (int i = 2; i < argc; i++)
		n += strlen(argv[i]) + 1;
	dprintf(1, "%zu\n", n);
	return 0;
}

static int help_fd_open(int argc, char **argv)
{
	return fcntl(atoi(argv[2]), F_GETFD) >= 0 ? 1 : 0;
}

/* Two bits a signal: 1 ignored, 2 blocked, 3 default handler. Prints "N:ignored:blocked:pending".
 */
static int help_signal_state(int argc, char **argv)
{
	int sig = atoi(argv[2]);
	struct sigaction sa;
	sigset_t mask, pend;

	sigaction(sig, NULL, &sa);
	sigprocmask(0, NULL, &mask);
	sigpending(&pend);
	return (sa.sa_handler == SIG_IGN) | (sa.sa_handler == SIG_DFL) << 1 |
	       sigismember(&mask, sig) << 2 | sigismember(&pend, sig) << 3;
}

static int __attribute__((noinline)) burn(volatile char *above, int kbytes)
{
	volatile char here[1024];

	here[0] = 1;
	return kbytes ? burn(here, kbytes - 1) + here[0] : *above;
}

static int help_use_stack(int argc, char **argv)
{
	volatile char c = 0;

	burn(&c, atoi(argv[2]));
	return 0;
}

static int help_ids(int argc, char **argv)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	getresuid(&r, &e, &s);
	getresgid(&rg, &eg, &sg);
	dprintf(1, "%u %u %u %u %u %u %lu\n", r, e, s, rg, eg, sg, getauxval(AT_SECURE));
	return 0;
}

static int help_name(int argc, char **argv)
{
	char comm[32];

	t_read_file("/proc/self/comm", comm, sizeof(comm));
	dprintf(1, "%s", comm);
	return 0;
}

static int help_alarm_left(int argc, char **argv)
{
	return alarm(0);
}

static int help_threads(int argc, char **argv)
{
	return getpid() == syscall(SYS_gettid) ? atoi(argv[2]) : 91;
}

/* 1: there is an LDT; 2: its first selector is good; 4: it is still in %fs. */
static int help_ldt(int argc, char **argv)
{
	unsigned sel = 7, fs;
	char good, buf[8];

	__asm__ volatile("movl %%fs,%0" : "=r"(fs));
	__asm__ volatile("lar %1,%1; setz %0" : "=q"(good), "+r"(sel) : : "cc");
	return (syscall(SYS_modify_ldt, 0, buf, 8) ? 1 : 0) | good << 1 | (fs & 0xffff ? 4 : 0);
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	int args;
} helpers[] = {
	{ "exit", help_exit, 1 },
	{ "sleep", help_sleep, 1 },
	{ "say_and_wait", help_say_and_wait, 0 },
	{ "args", help_args, 0 },
	{ "argsize", help_argsize, 0 },
	{ "fd_open", help_fd_open, 1 },
	{ "signal_state", help_signal_state, 1 },
	{ "use_stack", help_use_stack, 1 },
	{ "ids", help_ids, 0 },
	{ "name", help_name, 0 },
	{ "alarm_left", help_alarm_left, 0 },
	{ "threads", help_threads, 1 },
	{ "ldt", help_ldt, 0 },
};

int helper_main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(helpers); i++) {
		if (!strcmp(argv[1] + 7, helpers[i].name))
			return argc - 2 >= helpers[i].args ? helpers[i].run(argc, argv) : 92;
	}
	return 93;
}
