/* boot.c - see boot.h. */
#include "boot.h"
#include "../cmd/cmd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ARGS 24
/* klogctl(2): messages less urgent than this stay off the console. */
#define CONSOLE_LEVEL	  8
#define ERRORS_AND_URGENT 4

static void mount_all(void)
{
	(void)mkdir("/proc", 0755);
	(void)mkdir("/sys", 0755);
	(void)mkdir("/tmp", 01777);
	(void)mount("proc", "/proc", "proc", 0, NULL);
	(void)mount("sysfs", "/sys", "sysfs", 0, NULL);
	(void)mount("dev", "/dev", "devtmpfs", 0, NULL);
}

struct arguments {
	char *list[MOST_ARGS];
	int count;
};

static void add(struct arguments *a, const char *name, const char *value)
{
	if (!value || a->count + 2 >= MOST_ARGS)
		return;
	a->list[a->count++] = (char *)(uintptr_t)name;
	if (*value)
		a->list[a->count++] = (char *)(uintptr_t)value;
}

static void make_arguments(const struct session *s, bool active, bool interactive,
			   struct arguments *a)
{
	const struct words *w = &s->words;

	*a = (struct arguments){ .list = { "run" }, .count = 1 };
	add(a, "--report", s->report);
	add(a, "--mark", medium_path(&s->medium, MARK_NAME));
	add(a, "--ktap", w->serial ? SERIAL_CONSOLE : NULL);
	add(a, "--class", active ? "R2" : w->class);
	add(a, "--write-on", active ? NULL : w->write_on);
	add(a, "--probe", w->probe);
	add(a, "--skip", w->skip);
	add(a, "--machine", w->machine);
	add(a, "--fault", w->fault);
	add(a, "--interactive", interactive ? "" : NULL);
}

/* Where the serial line has KTAP, the lines for people go to the screen, even if the console is
 * that line. */
static void use_screen(void)
{
	int fd = open("/dev/tty0", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		(void)dup2(fd, STDOUT_FILENO);
}

/* The medium may have been in another machine before. */
static void keep_earlier(const char *report)
{
	char kept[KEPT_PATH];

	if (!keep_older(report, kept))
		printf("hwtest: the earlier report cannot be kept: %s\n", strerror(errno));
	else if (*kept)
		printf("hwtest: the earlier report is %s now\n", strrchr(kept, '/') + 1);
}

/* In a process of its own, as process 1 must stay. */
void run_once(struct session *s, bool active, bool interactive)
{
	struct arguments a;
	pid_t pid;

	s->report = strdup(medium_path(&s->medium, active ? REPORT_R2_NAME : REPORT_NAME));
	if (s->medium.mounted)
		keep_earlier(s->report);
	make_arguments(s, active, interactive, &a);
	(void)fflush(stdout);
	pid = fork();
	if (!pid) {
		if (s->words.serial)
			use_screen();
		exit(cmd_run(a.count, a.list));
	}
	while (pid > 0 && wait(NULL) != pid)
		;
}

void end_machine(struct session *s, bool power_off)
{
	medium_release(&s->medium);
	sync();
	(void)reboot(power_off ? RB_POWER_OFF : RB_AUTOBOOT);
	for (;;)
		(void)pause();
}

void boot_main(void)
{
	struct session s = { 0 };
	const char *why = "";

	mount_all();
	(void)klogctl(CONSOLE_LEVEL, NULL, ERRORS_AND_URGENT);
	words_read(&s.words);
	if (medium_find(&s.medium))
		printf("hwtest: mark and report are on /dev/%s\n", s.medium.device);
	else
		puts("hwtest: there is no medium labelled " MEDIUM_LABEL
		     ": mark and report are in memory");
	run_once(&s, false, false);
	s.has_host = !host_open(&s.host, &why);
	if (s.words.then && !strcmp(s.words.then, "poweroff"))
		end_machine(&s, true);
	if (s.words.then && !strcmp(s.words.then, "restart"))
		end_machine(&s, false);
	menu(&s);
}
