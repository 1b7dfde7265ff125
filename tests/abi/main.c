/* abitest: chooses tests, runs each in a child, reports in KTAP. As process 1 it mounts what it
 * needs, runs all and powers off. See usage(). */
#include "abitest.h"
#include "helpers.h"
#include "modules.h"
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>

extern const struct test *const __start_abitests[];
extern const struct test *const __stop_abitests[];

static struct {
	int nofork, count, passed, failed, skipped;
	char dir[64];
	const char *failed_names[64];
	const char *failed_areas[64];
} run;

static volatile pid_t current_child;
static volatile int timed_out;

static void say(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (write(STDOUT_FILENO, line, n < (int)sizeof(line) ? n : (int)sizeof(line) - 1) < 0)
		_exit(3);
}

static void usage(void)
{
	say("usage: abitest [--list] [--nofork] [AREA | AREA/TEST | -AREA]...\n"
	    "  no argument: all areas but hostile; --nofork runs each test in this very process\n"
	    "  as process 1: the choice is taken from abitest=A,B/C on the kernel command line\n");
}

/* "area", "area/name", "-area" or "-area/name" */
static int pattern_matches(const char *pat, const struct test *t)
{
	size_t len = strlen(t->area);

	if (strncmp(pat, t->area, len))
		return 0;
	return !pat[len] || (pat[len] == '/' && !strcmp(pat + len + 1, t->name));
}

static int chosen(const struct test *t, char **pats)
{
	int hit = !(t->flags & TEST_HOSTILE), any = 0;

	for (; *pats; pats++) {
		if (**pats == '-') {
			if (pattern_matches(*pats + 1, t))
				return 0;
			continue;
		}
		if (!any++)
			hit = 0;
		hit |= pattern_matches(*pats, t);
	}
	return hit;
}

static const char *cannot_run(const struct test *t)
{
	if ((t->flags & TEST_ROOT) && geteuid())
		return "needs root";
	if ((t->flags & TEST_INIT) && !t_is_init)
		return "only on a machine of its own";
	return NULL;
}

static void enter_dir(int index)
{
	char name[96];

	snprintf(name, sizeof(name), "%s/%d", run.dir, index);
	mkdir(name, 0755);
	if (chdir(name) < 0)
		t_note("cannot enter %s: %s", name, strerror(errno));
}

static void leave_dir(int index)
{
	char name[96];

	snprintf(name, sizeof(name), "%s/%d", run.dir, index);
	if (chdir("/") == 0)
		t_rm_rf(name);
}

static void on_alarm(int sig)
{
	timed_out = 1;
	if (current_child > 0)
		kill(current_child, SIGKILL);
	alarm(5); /* once more, should the kill come before the pid is known */
}

static void run_in_child(const struct test *t, int index)
{
	enter_dir(index);
	if (!run.nofork)
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	t->run();
	t_exit();
}

/* Whatever a test left running would disturb the next ones. */
static void kill_leftovers(void)
{
	if (!t_is_init)
		return;
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static int run_forked(const struct test *t, int index)
{
	int status = -1;
	pid_t r;

	timed_out = 0;
	current_child = 0;
	current_child = fork();
	if (current_child == 0) {
		signal(SIGALRM, SIG_DFL);
		run_in_child(t, index);
	}
	alarm(t->flags & TEST_SLOW ? 60 : 15);
	do { /* process 1 reaps orphans as they come */
		r = waitpid(t_is_init ? -1 : current_child, &status, 0);
	} while ((r < 0 && errno == EINTR) || (r > 0 && r != current_child));
	alarm(0);
	kill_leftovers();
	return r < 0 ? -1 : status;
}

static void report(const struct test *t, int number, int status)
{
	if (timed_out)
		t_note("timed out");
	else if (WIFSIGNALED(status))
		t_note("killed by signal %d", WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		run.skipped++;
		say("ok %d %s/%s # SKIP\n", number, t->area, t->name);
	} else if (status == 0) {
		run.passed++;
		say("ok %d %s/%s\n", number, t->area, t->name);
	} else {
		if (run.failed < (int)ARRAY_SIZE(run.failed_names)) {
			run.failed_names[run.failed] = t->name;
			run.failed_areas[run.failed] = t->area;
		}
		run.failed++;
		say("not ok %d %s/%s\n", number, t->area, t->name);
	}
}

static void run_one(const struct test *t)
{
	const char *why = cannot_run(t);

	run.count++;
	if (why) {
		run.skipped++;
		say("ok %d %s/%s # SKIP %s\n", run.count, t->area, t->name, why);
		return;
	}
	if (run.nofork) {
		say("# %s/%s\n", t->area, t->name);
		enter_dir(run.count);
		t->run();
		say("# %s/%s: %d failures so far\n", t->area, t->name, t_failures());
		return;
	}
	report(t, run.count, run_forked(t, run.count));
	leave_dir(run.count);
}

static void print_summary(void)
{
	for (int i = 0; i < run.failed && i < (int)ARRAY_SIZE(run.failed_names); i++)
		say("# failed: %s/%s\n", run.failed_areas[i], run.failed_names[i]);
	say("# abitest: %d passed, %d failed, %d skipped, %u checks\n", run.passed, run.failed,
	    run.skipped, check_total());
}

static int run_all(char **pats)
{
	const struct test *const *t;
	int plan = 0;

	for (t = __start_abitests; t < __stop_abitests; t++)
		plan += chosen(*t, pats);
	say("TAP version 13\n1..%d\n", plan);
	check_init();
	snprintf(run.dir, sizeof(run.dir), "%s/abi.%d", getenv("TMPDIR") ?: "/tmp", getpid());
	mkdir(run.dir, 0755);
	chmod(run.dir, 0755);
	t_on_signal(SIGALRM, on_alarm, 0);
	for (t = __start_abitests; t < __stop_abitests; t++) {
		if (chosen(*t, pats))
			run_one(*t);
	}
	t_rm_rf(run.dir);
	print_summary();
	return run.failed ? 1 : 0;
}

static void list(char **pats)
{
	for (const struct test *const *t = __start_abitests; t < __stop_abitests; t++) {
		if (chosen(*t, pats))
			say("%s/%s\n", (*t)->area, (*t)->name);
	}
}

static void open_console(void)
{
	int fd;

	if (fcntl(0, F_GETFD) >= 0 && fcntl(1, F_GETFD) >= 0)
		return;
	fd = open("/dev/console", O_RDWR);
	for (int i = 0; fd >= 0 && i < 3; i++)
		dup2(fd, i);
}

static void mount_all(void)
{
	static const struct {
		const char *type, *dir, *data;
	} mounts[] = {
		{ "devtmpfs", "/dev", "" },
		{ "proc", "/proc", "" },
		{ "sysfs", "/sys", "" },
		{ "devpts", "/dev/pts", "ptmxmode=0666,gid=5,mode=620" },
		{ "tmpfs", "/dev/shm", "" },
		{ "tmpfs", "/tmp", "mode=1777" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		int r, err;

		mkdir(mounts[i].dir, 0755);
		r = mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, mounts[i].data);
		err = errno;
		if (i == 0)
			open_console();
		if (r < 0)
			say("# mount %s: %s\n", mounts[i].dir, strerror(err));
	}
}

/* abitest=a,b/c of the kernel command line, split at the commas */
static char **choice_from_cmdline(void)
{
	static char text[1024], *pats[32];
	char *p;
	int n = 0;

	if (t_read_file("/proc/cmdline", text, sizeof(text)) <= 0)
		return pats;
	p = strstr(text, "abitest=");
	if (!p)
		return pats;
	p[strcspn(p, " \n")] = 0;
	for (p = strtok(p + 8, ","); p && n < 31; p = strtok(NULL, ","))
		pats[n++] = p;
	return pats;
}

/* The disk is found some time after its driver came. */
static void load_drivers(void)
{
	char failed[96];

	if (load_modules(NULL, failed, sizeof(failed)) < 0)
		say("# %s: %s\n", failed, strerror(errno));
	(void)t_until(!access("/dev/sda1", F_OK) || !access("/dev/hda1", F_OK));
}

static void __attribute__((noreturn)) main_as_init(void)
{
	t_is_init = 1;
	setsid();
	t_self = "/init";
	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
	mount_all();
	load_drivers();
	run_all(choice_from_cmdline());
	sync();
	reboot(RB_POWER_OFF);
	say("# abitest: power-off failed: %s\n", strerror(errno));
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	static char path[512];
	char **pats = argv + 1;
	ssize_t n;

	if (argc > 1 && !strncmp(argv[1], "helper:", 7))
		return helper_main(argc, argv);
	if (getpid() == 1 && argc == 1 && !getenv("ABITEST_NOT_INIT"))
		main_as_init();
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n > 0)
		t_self = path;
	if (argc > 1 && !strcmp(argv[1], "--nofork")) {
		run.nofork = 1;
		pats++;
	}
	if (argc > 1 && !strcmp(argv[1], "--list")) {
		list(pats + 1);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "--help")) {
		usage();
		return 0;
	}
	return run_all(pats);
}
