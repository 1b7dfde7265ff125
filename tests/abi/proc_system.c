/* /proc files about the whole machine, and a look into /sys. */
#include "abitest.h"
#include <dirent.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

static char text[65536];

static const char *slurp(const char *path)
{
	if (!CHECK(t_read_file(path, text, sizeof(text)) > 0))
		t_note("in %s", path);
	return text;
}

TEST(proc, stat)
{
	unsigned long long v[10], sum = 0;
	char *p;

	slurp("/proc/stat");
	CHECK_EQ(sscanf(text, "cpu  %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0],
			&v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9]),
		 10);
	for (int i = 0; i < 10; i++)
		sum += v[i];
	CHECK(sum > 0);
	CHECK(strstr(text, "\ncpu0 ") != NULL);
	CHECK(strstr(text, "\nintr ") != NULL);
	CHECK(strstr(text, "\nctxt ") != NULL);
	CHECK(strstr(text, "\nprocesses ") != NULL);
	CHECK(strstr(text, "\nprocs_running ") != NULL);
	p = strstr(text, "\nbtime ");
	REQUIRE(p != NULL);
	CHECK(llabs(strtol(p + 7, NULL, 10) - (time(NULL) - t_now_ms() / 1000)) <= 3 || !t_is_init);
}

TEST(proc, stat_counts_processes)
{
	unsigned long a, b;

	slurp("/proc/stat");
	a = strtoul(strstr(text, "\nprocesses ") + 11, NULL, 10);
	t_wait(t_fork() ?: (_exit(0), 0));
	slurp("/proc/stat");
	b = strtoul(strstr(text, "\nprocesses ") + 11, NULL, 10);
	CHECK(b > a);
}

TEST(proc, meminfo)
{
	static const char *const want[] = {
		"MemTotal", "MemFree",	"MemAvailable", "Buffers",     "Cached", "SwapCached",
		"Active",   "Inactive", "SwapTotal",	"SwapFree",    "Dirty",	 "Shmem",
		"Slab",	    "Mapped",	"AnonPages",	"Committed_AS"
	};
	char name[64];
	unsigned long total = 0, avail = 0;
	struct sysinfo si;

	slurp("/proc/meminfo");
	CHECK(!strncmp(text, "MemTotal:       ", 16));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		snprintf(name, sizeof(name), "%s%s:", i ? "\n" : "", want[i]);
		if (!CHECK(strstr(text, name) != NULL))
			t_note("no %s", want[i]);
	}
	CHECK_EQ(sscanf(text, "MemTotal: %lu kB", &total), 1);
	CHECK_EQ(sscanf(strstr(text, "MemAvailable:"), "MemAvailable: %lu kB", &avail), 1);
	CHECK(avail <= total && avail > 0);
	OK(sysinfo(&si));
	CHECK_EQ(total, (unsigned long long)si.totalram * si.mem_unit / 1024);
}

TEST(proc, uptime_and_loadavg)
{
	double up, idle, l[3];
	int running, total, last;
	struct sysinfo si;

	slurp("/proc/uptime");
	CHECK_EQ(sscanf(text, "%lf %lf\n", &up, &idle), 2);
	OK(sysinfo(&si));
	CHECK(si.uptime - up < 3 && up - si.uptime < 3);
	slurp("/proc/loadavg");
	CHECK_EQ(sscanf(text, "%lf %lf %lf %d/%d %d\n", &l[0], &l[1], &l[2], &running, &total,
			&last),
		 6);
	CHECK(running >= 1 && total >= running && last >= getpid());
}

TEST(proc, cpuinfo)
{
	slurp("/proc/cpuinfo");
	CHECK(strstr(text, "processor\t: 0\n") == text);
	CHECK(strstr(text, "\nvendor_id\t: ") != NULL);
	CHECK(strstr(text, "\ncpu family\t: ") != NULL);
	CHECK(strstr(text, "\nmodel name\t: ") != NULL);
	CHECK(strstr(text, "\nflags\t\t: ") != NULL);
	CHECK(strstr(text, "\nbogomips\t: ") != NULL);
	CHECK(strstr(text, "\n\n") != NULL);
}

TEST(proc, version_and_sysctl)
{
	struct utsname u;
	char want[200];

	OK(uname(&u));
	slurp("/proc/version");
	snprintf(want, sizeof(want), " version %s", u.release);
	CHECK(strstr(text, want) != NULL);
	slurp("/proc/sys/kernel/osrelease");
	CHECK(!strncmp(text, u.release, strlen(u.release)));
	slurp("/proc/sys/kernel/ostype");
	CHECK_STR(text, "Linux\n");
	slurp("/proc/sys/kernel/hostname");
	CHECK(!strncmp(text, u.nodename, strlen(u.nodename)));
	slurp("/proc/sys/kernel/pid_max");
	CHECK(atoi(text) >= 1000);
	slurp("/proc/sys/kernel/random/uuid");
	CHECK_EQ(strlen(text), 37);
	CHECK(text[8] == '-' && text[14] == '4');
	slurp("/proc/sys/vm/overcommit_memory");
	CHECK(text[0] >= '0' && text[0] <= '2');
	slurp("/proc/sys/fs/file-nr");
	slurp("/proc/sys/fs/file-max");
	slurp("/proc/sys/kernel/ngroups_max");
	CHECK_STR(text, "65536\n");
	slurp("/proc/sys/kernel/cap_last_cap");
	CHECK(atoi(text) >= 31);
}

TEST(proc, filesystems_mounts_devices)
{
	slurp("/proc/filesystems");
	CHECK(strstr(text, "nodev\tproc\n") != NULL);
	CHECK(strstr(text, "nodev\ttmpfs\n") != NULL);
	CHECK(strstr(text, "nodev\tsysfs\n") != NULL);
	CHECK(strstr(text, "nodev\tdevpts\n") != NULL);
	slurp("/proc/mounts");
	CHECK(strstr(text, " /proc proc ") != NULL);
	CHECK(strstr(text, " 0 0\n") != NULL);
	slurp("/proc/devices");
	CHECK(!strncmp(text, "Character devices:\n  1 mem\n", 27));
	CHECK(strstr(text, "\n136 pts\n") != NULL);
	CHECK(strstr(text, "\n\nBlock devices:\n") != NULL);
}

TEST(proc, cmdline_interrupts_partitions)
{
	slurp("/proc/cmdline");
	CHECK_EQ(text[strlen(text) - 1], '\n');
	slurp("/proc/interrupts");
	CHECK(strstr(text, "CPU0") != NULL);
	t_read_file("/proc/partitions", text, sizeof(text));
	CHECK(!text[0] || !strncmp(text, "major minor  #blocks  name\n\n", 28));
}

TEST(proc, others_exist)
{
	static const char *const files[] = { "/proc/vmstat",	"/proc/ioports",
					     "/proc/iomem",	"/proc/swaps",
					     "/proc/diskstats", "/proc/self/mountstats" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (!CHECK_OK(access(files[i], R_OK)))
			t_note("%s", files[i]);
	}
	slurp("/proc/vmstat");
	CHECK(strstr(text, "nr_free_pages ") == text);
	CHECK(strstr(text, "\npgfault ") != NULL);
	slurp("/proc/swaps");
	CHECK(!strncmp(text, "Filename", 8));
}

TEST(proc, lists_processes)
{
	DIR *dir = opendir("/proc");
	struct dirent *de;
	int me = 0, self = 0, init = 0;

	REQUIRE(dir != NULL);
	while ((de = readdir(dir))) {
		me += atoi(de->d_name) == getpid();
		init += !strcmp(de->d_name, "1");
		self += !strcmp(de->d_name, "self");
	}
	CHECK(me == 1 && self == 1 && init == 1);
}

TEST(proc, not_writable)
{
	CHECK_ERR(open("/proc/newfile", O_CREAT | O_RDWR, 0600), ENOENT);
	CHECK(mkdir("/proc/newdir", 0700) < 0);
	CHECK(unlink("/proc/version") < 0);
	CHECK_ERR(open("/proc/999999", O_RDONLY), ENOENT);
}

TEST(proc, seek_and_small_reads)
{
	char big[4096], small[4096];
	int fd = OK(open("/proc/filesystems", O_RDONLY)), n = 0, r;

	r = read(fd, big, sizeof(big));
	CHECK(r > 10);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	while (n < r && read(fd, small + n, 1) == 1)
		n++;
	CHECK_EQ(n, r);
	CHECK(!memcmp(big, small, r));
	CHECK_EQ(lseek(fd, 5, SEEK_SET), 5);
	CHECK_EQ(read(fd, small, 5), 5);
	CHECK(!memcmp(small, big + 5, 5));
}

TEST(sysfs, exists)
{
	struct stat st;

	OK(stat("/sys", &st));
	CHECK_OK(access("/sys/class", F_OK));
	CHECK_OK(access("/sys/devices", F_OK));
	CHECK_OK(access("/sys/kernel", F_OK));
}
