/* oibench: runs the tables, prints `name value unit` a line. As process 1 it mounts what it needs
 * and powers off. */
#include "bench.h"
#include <sys/mount.h>
#include <sys/reboot.h>

const char *bench_self = "/proc/self/exe";

void bench_die(const char *what)
{
	dprintf(1, "# oibench: %s: %s\n", what, strerror(errno));
	_exit(1);
}

long bench_ok(long value, const char *what)
{
	if (value < 0)
		bench_die(what);
	return value;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int64_t batch(const struct bench *b)
{
	int64_t begin = now_ns();

	b->run(b->n);
	return now_ns() - begin;
}

static void measure(const struct bench *b)
{
	int64_t best = INT64_MAX;

	if (b->setup)
		b->setup();
	b->run(b->n / 10 + 1);
	for (int i = 0; i < b->rounds; i++) {
		int64_t ns = batch(b);

		if (ns < best)
			best = ns;
	}
	if (b->teardown)
		b->teardown();
	if (b->bytes)
		printf("%s %lld MB/s\n", b->name,
		       (long long)(b->bytes * b->n * 1000LL / (best ?: 1)));
	else
		printf("%s %lld.%02lld ns\n", b->name, (long long)(best / b->n),
		       (long long)(best % b->n * 100 / b->n));
	fflush(stdout);
}

/* A crash or a missing call costs one line, not the run. */
static void measure_in_child(const struct bench *b)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		measure(b);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status)
		printf("# %s failed: status %x\n", b->name, status);
	fflush(stdout);
}

static void memory_used(void)
{
	char text[4096], *p;
	long total = 0, avail = 0, mfree = 0;
	int fd = open("/proc/meminfo", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return;
	text[n] = 0;
	close(fd);
	if ((p = strstr(text, "MemTotal:")))
		total = atol(p + 9);
	if ((p = strstr(text, "MemAvailable:")))
		avail = atol(p + 13);
	if ((p = strstr(text, "MemFree:")))
		mfree = atol(p + 8);
	printf("memory_total %ld KB\nmemory_used %ld KB\nmemory_not_free %ld KB\n", total,
	       total - avail, total - mfree);
}

static int wanted(const char *name, char **pats)
{
	if (!*pats)
		return 1;
	for (; *pats; pats++) {
		if (!strncmp(name, *pats, strlen(*pats)))
			return 1;
	}
	return 0;
}

static void run_tables(char **pats)
{
	static const struct bench *const tables[] = { bench_calls, bench_files, bench_ipc,
						      bench_tasks, bench_memory };

	memory_used();
	fflush(stdout);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct bench *b = tables[t]; b->name; b++) {
			if (wanted(b->name, pats))
				measure_in_child(b);
		}
	}
	printf("# oibench: done\n");
	fflush(stdout);
}

static void mount_all(void)
{
	static const char *const mounts[][2] = { { "devtmpfs", "/dev" },
						 { "proc", "/proc" },
						 { "tmpfs", "/tmp" } };

	for (int i = 0; i < 3; i++) {
		mkdir(mounts[i][1], 0755);
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, "");
	}
	if (fcntl(1, F_GETFD) < 0) {
		int fd = open("/dev/console", O_RDWR);

		for (int i = 0; fd >= 0 && i < 3; i++)
			dup2(fd, i);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--exit"))
		_exit(0);
	if (getpid() == 1) {
		bench_self = "/init";
		mount_all();
		if (chdir("/tmp") < 0)
			bench_die("/tmp");
		run_tables(argv + argc);
		reboot(RB_POWER_OFF);
		for (;;)
			pause();
	}
	mkdir("/tmp/oibench", 0700);
	if (chdir("/tmp/oibench") < 0)
		bench_die("/tmp/oibench");
	run_tables(argv + 1);
	return 0;
}
