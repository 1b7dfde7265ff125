/* /proc/PID: formats as procps, bash and the C libraries read them. */
#include "abitest.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/prctl.h>

static char text[65536];

static const char *slurp(const char *path)
{
	CHECK(t_read_file(path, text, sizeof(text)) >= 0);
	return text;
}

/* The value of "Name:" in a file of such lines. */
static const char *field(const char *name)
{
	char want[64];
	char *p;

	snprintf(want, sizeof(want), "\n%s:", name);
	if (!strncmp(text, want + 1, strlen(want) - 1))
		return text + strlen(want) - 1;
	p = strstr(text, want);
	return p ? p + strlen(want) : NULL;
}

static unsigned long number(const char *name)
{
	const char *p = field(name);

	if (!CHECK(p != NULL)) {
		t_note("no field %s", name);
		return 0;
	}
	return strtoul(p, NULL, 10);
}

TEST(procself, stat)
{
	char comm[64], state;
	int v[7], n, fields = 0;
	const char *p;

	prctl(PR_SET_NAME, "a (b) c", 0, 0, 0);
	slurp("/proc/self/stat");
	p = strrchr(text, ')');
	REQUIRE(p != NULL);
	CHECK_EQ(sscanf(text, "%d (%63[^)]", &v[0], comm), 2);
	CHECK_EQ(v[0], getpid());
	CHECK(!strncmp(strchr(text, '('), "(a (b) c)", 9));
	n = sscanf(p + 2, "%c %d %d %d %d %d %d", &state, &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]);
	CHECK_EQ(n, 7);
	CHECK_EQ(state, 'R');
	CHECK(v[1] == getppid() && v[2] == getpgrp() && v[3] == getsid(0));
	for (; *p; p++)
		fields += *p == ' ';
	CHECK_EQ(fields + 2, 52);
	CHECK_EQ(text[strlen(text) - 1], '\n');
}

TEST(procself, stat_numbers)
{
	unsigned long long v[53] = { 0 };
	char *p;

	slurp("/proc/self/stat");
	p = strrchr(text, ')') + 3;
	for (int i = 4; i <= 52 && *p; i++)
		v[i] = strtoll(p + 1, &p, 10);
	CHECK_EQ(v[20], 1);			      /* threads */
	CHECK(v[23] > 100000 && v[23] < 0xc0000000u); /* bytes of address space */
	CHECK(v[24] > 5 && v[24] < 100000);	      /* resident pages */
	CHECK(v[26] < v[27] && v[26] >= 0x1000);      /* code */
	CHECK(v[28] > 0xa0000000u || v[28] == 0);     /* stack start */
	CHECK(v[22] > 0);			      /* start time, ticks after boot */
	CHECK_EQ(v[18], 20);			      /* priority */
	CHECK_EQ((long long)v[19], 0);		      /* nice */
	CHECK_EQ(v[38], 17);			      /* exit signal */
}

TEST(procself, status)
{
	slurp("/proc/self/status");
	CHECK(!strncmp(field("Name"), "\tabitest\n", 9) || !strncmp(field("Name"), "\tinit\n", 6));
	CHECK_EQ(number("Pid"), getpid());
	CHECK_EQ(number("Tgid"), getpid());
	CHECK_EQ(number("PPid"), getppid());
	CHECK_EQ(number("TracerPid"), 0);
	CHECK_EQ(number("Threads"), 1);
	CHECK_EQ(number("Uid"), getuid());
	CHECK(field("State")[1] == 'R');
	CHECK(!strncmp(field("State"), "\tR (running)\n", 13));
	CHECK(number("VmSize") > 100 && number("VmRSS") > 20);
	CHECK(field("VmPeak") && field("VmHWM") && field("VmData") && field("VmStk") &&
	      field("VmExe") && field("VmLib"));
	CHECK(strstr(field("VmSize"), " kB\n") != NULL);
	CHECK(field("SigQ") && field("FDSize") && field("Groups"));
	CHECK(field("voluntary_ctxt_switches") && field("nonvoluntary_ctxt_switches"));
}

TEST(procself, status_signals)
{
	t_block(SIGHUP);
	raise(SIGHUP);
	signal(SIGINT, SIG_IGN);
	t_count_signal(SIGUSR1, 0);
	slurp("/proc/self/status");
	CHECK_EQ(strtoull(field("SigBlk"), NULL, 16), 1);
	CHECK(strtoull(field("SigPnd"), NULL, 16) + strtoull(field("ShdPnd"), NULL, 16) >= 1);
	CHECK_EQ(strtoull(field("SigIgn"), NULL, 16) & 2, 2);
	CHECK_EQ(strtoull(field("SigCgt"), NULL, 16) & 1 << (SIGUSR1 - 1), 1 << (SIGUSR1 - 1));
	CHECK(!strncmp(field("CapEff") - 7, "CapEff:\t", 8));
}

TEST_FLAGS(procself, status_ids, TEST_ROOT)
{
	OK(setresgid(10, 11, 12));
	OK(setresuid(1, 2, 3));
	slurp("/proc/self/status");
	CHECK(!strncmp(field("Uid"), "\t1\t2\t3\t2\n", 9));
	CHECK(!strncmp(field("Gid"), "\t10\t11\t12\t11\n", 13));
}

TEST(procself, statm)
{
	unsigned long v[7];

	slurp("/proc/self/statm");
	CHECK_EQ(sscanf(text, "%lu %lu %lu %lu %lu %lu %lu", &v[0], &v[1], &v[2], &v[3], &v[4],
			&v[5], &v[6]),
		 7);
	CHECK(v[0] >= v[1] && v[1] > 0);
	CHECK(v[4] == 0 && v[6] == 0);
}

TEST(procself, cmdline_and_environ)
{
	int fds[2];
	char c, path[64];
	ssize_t n;
	pid_t pid;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		dup2(fds[1], 1);
		execle(t_self, "some name", "helper:say_and_wait", "", "x y", NULL,
		       (char *[]){ "A=1", "B=2", NULL });
		_exit(1);
	}
	CHECK_EQ(read(fds[0], &c, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	n = t_read_file(path, text, sizeof(text));
	CHECK_EQ(n, 10 + 20 + 1 + 4);
	CHECK(!memcmp(text, "some name\0helper:say_and_wait\0\0x y", n));
	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	n = t_read_file(path, text, sizeof(text));
	CHECK_EQ(n, 8);
	CHECK(!memcmp(text, "A=1\0B=2", 8));
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(procself, links)
{
	char link[512], cwd[512];
	ssize_t n;

	n = OK(readlink("/proc/self/cwd", link, sizeof(link) - 1));
	link[n] = 0;
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL);
	CHECK_STR(link, cwd);
	n = OK(readlink("/proc/self/root", link, sizeof(link) - 1));
	link[n] = 0;
	CHECK_STR(link, "/");
	n = OK(readlink("/proc/self/exe", link, sizeof(link) - 1));
	CHECK(link[0] == '/' && n > 4);
	n = OK(readlink("/proc/self", link, sizeof(link) - 1));
	link[n] = 0;
	CHECK_EQ(atoi(link), getpid());
	n = OK(readlink("/proc/thread-self", link, sizeof(link) - 1));
	link[n] = 0;
	CHECK(strstr(link, "/task/") != NULL);
}

TEST(procself, deleted_files_are_marked)
{
	char link[512], path[64];
	ssize_t n;
	int fd = t_open_new("f", "");

	unlink("f");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = OK(readlink(path, link, sizeof(link) - 1));
	link[n] = 0;
	CHECK(n > 10 && !strcmp(link + n - 10, " (deleted)"));
}

TEST(procself, fd)
{
	char path[64], link[128];
	int p[2], seen = 0, file = t_open_new("f", "abcdef"), n;
	struct dirent *de;
	struct stat st;
	DIR *dir;

	OK(pipe(p));
	dir = opendir("/proc/self/fd");
	REQUIRE(dir != NULL);
	while ((de = readdir(dir)))
		seen += atoi(de->d_name) == p[0] || atoi(de->d_name) == file;
	CHECK_EQ(seen, 2);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p[0]);
	n = OK(readlink(path, link, sizeof(link) - 1));
	link[n] = 0;
	CHECK(!strncmp(link, "pipe:[", 6) && link[n - 1] == ']');
	OK(lstat(path, &st));
	CHECK(S_ISLNK(st.st_mode) && (st.st_mode & 0700) == 0500);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	CHECK_OK(open(path, O_RDONLY));
	CHECK_ERR(readlink("/proc/self/fd/99", link, 10), ENOENT);
}

TEST(procself, fdinfo)
{
	int fd = t_open_new("f", "abcdef");
	char path[64];

	OK(lseek(fd, 4, SEEK_SET));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	slurp(path);
	CHECK_EQ(number("pos"), 4);
	CHECK_EQ(strtoul(field("flags"), NULL, 8) & O_ACCMODE, O_RDWR);
	CHECK(field("mnt_id") != NULL);
}

TEST(procself, maps_format)
{
	unsigned long a, b, off, ino;
	unsigned maj, min;
	char perm[8], name[256], *line, *save = NULL;
	unsigned long last = 0;
	int lines = 0;

	slurp("/proc/self/maps");
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		name[0] = 0;
		CHECK(sscanf(line, "%lx-%lx %7s %lx %x:%x %lu %255s", &a, &b, perm, &off, &maj,
			     &min, &ino, name) >= 7);
		CHECK(a >= last && b > a && strlen(perm) == 4);
		if (ino)
			CHECK(name[0] == '/');
		last = b;
		lines++;
	}
	CHECK(lines >= 4);
}

TEST(procself, limits)
{
	slurp("/proc/self/limits");
	CHECK(!strncmp(
		text,
		"Limit                     Soft Limit           Hard Limit           Units     \n",
		78));
	CHECK(strstr(text, "\nMax open files            ") != NULL);
	CHECK(strstr(text, "\nMax stack size            ") != NULL);
	CHECK(strstr(text, "unlimited") != NULL);
}

static void *wait_here(void *arg)
{
	for (;;)
		pause();
	return arg;
}

TEST(procself, task)
{
	pthread_t t;
	DIR *dir;
	struct dirent *de;
	int n = 0;

	pthread_create(&t, NULL, wait_here, NULL);
	dir = opendir("/proc/self/task");
	REQUIRE(dir != NULL);
	while ((de = readdir(dir)))
		n += de->d_name[0] != '.';
	CHECK_EQ(n, 2);
	slurp("/proc/self/status");
	CHECK_EQ(number("Threads"), 2);
}

TEST(procself, comm_is_writable)
{
	char name[20] = "";

	t_write_file("/proc/self/comm", "newname");
	OK(prctl(PR_GET_NAME, name, 0, 0, 0));
	CHECK_STR(name, "newname");
}

TEST(procself, oom_score)
{
	slurp("/proc/self/oom_score");
	CHECK(text[0] >= '0' && text[0] <= '9');
	slurp("/proc/self/oom_score_adj");
	CHECK_STR(text, "0\n");
	t_write_file("/proc/self/oom_score_adj", "500");
	slurp("/proc/self/oom_score_adj");
	CHECK_STR(text, "500\n");
}

TEST(procself, zombies_are_empty)
{
	char path[64];
	siginfo_t si;
	pid_t pid = t_fork();

	if (!pid)
		_exit(0);
	OK(waitid(P_PID, pid, &si, WEXITED | WNOWAIT));
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	CHECK_EQ(t_read_file(path, text, sizeof(text)), 0);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	slurp(path);
	CHECK(!strncmp(field("State"), "\tZ (zombie)\n", 12));
	CHECK(!field("VmSize"));
	t_wait_ok(pid);
	CHECK_EQ(t_read_file(path, text, sizeof(text)), -1);
}

TEST(procself, open_file_of_dead_process)
{
	char path[64];
	int fd;
	pid_t pid = t_fork();

	if (!pid)
		for (;;)
			pause();
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = OK(open(path, O_RDONLY));
	kill(pid, SIGKILL);
	t_wait(pid);
	CHECK_ERR(read(fd, text, 100), ESRCH);
}

TEST(procself, mem)
{
	static volatile int cell = 0x1234567;
	int fd = OK(open("/proc/self/mem", O_RDWR)), v = 0;

	CHECK_EQ(pread(fd, &v, 4, (off_t)(uintptr_t)&cell), 4);
	CHECK_EQ(v, 0x1234567);
	v = 99;
	CHECK_EQ(pwrite(fd, &v, 4, (off_t)(uintptr_t)&cell), 4);
	CHECK_EQ(cell, 99);
	CHECK_ERR(pread(fd, &v, 4, 16), EIO);
}

#define PAGEMAP_PRESENT (1ull << 63)
#define PAGEMAP_FRAME	((1ull << 55) - 1)

static uint64_t pagemap_of(int fd, const volatile void *p)
{
	uint64_t entry = 0;

	CHECK_EQ(pread(fd, &entry, 8, (off_t)(uintptr_t)p / 4096 * 8), 8);
	return entry;
}

TEST_FLAGS(procself, pagemap, TEST_ROOT)
{
	int fd = OK(open("/proc/self/pagemap", O_RDONLY)), cell = 0;
	volatile char *p =
		mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t three[3];

	p[0] = 1;
	p[2 * 4096] = 1;
	CHECK_EQ(pread(fd, three, 24, (off_t)(uintptr_t)p / 4096 * 8), 24);
	CHECK(three[0] & PAGEMAP_PRESENT && three[2] & PAGEMAP_PRESENT);
	CHECK_EQ(three[1], 0);
	CHECK((three[0] & PAGEMAP_FRAME) && (three[2] & PAGEMAP_FRAME));
	CHECK((three[0] & PAGEMAP_FRAME) != (three[2] & PAGEMAP_FRAME));
	/* Of a file, and not anonymous. */
	CHECK(pagemap_of(fd, (const void *)(uintptr_t)pagemap_of) & 1ull << 61);
	CHECK(!(three[0] & 1ull << 61));
	CHECK_ERR(pread(fd, &cell, 4, 0), EINVAL);
	CHECK_ERR(pread(fd, three, 8, 4), EINVAL);
	CHECK_EQ(pread(fd, three, 8, (off_t)8 << 20), 0);
	/* Frames are root's business. */
	OK(setresuid(1000, 1000, 1000));
	fd = open("/proc/self/pagemap", O_RDONLY);
	if (fd >= 0)
		CHECK_EQ(pagemap_of(fd, p) & PAGEMAP_FRAME, 0);
}

TEST_FLAGS(procself, others_are_private, TEST_ROOT)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/", getppid());
	OK(setresuid(1000, 1000, 1000));
	strcat(path, "environ");
	CHECK_ERR(open(path, O_RDONLY), EACCES);
	strcpy(strrchr(path, '/') + 1, "stat");
	CHECK_OK(open(path, O_RDONLY));
	strcpy(strrchr(path, '/') + 1, "fd");
	CHECK(opendir(path) == NULL && errno == EACCES);
	strcpy(strrchr(path, '/') + 1, "exe");
	CHECK_ERR(readlink(path, text, 100), EACCES);
}
