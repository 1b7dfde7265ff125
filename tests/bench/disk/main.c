/* oidisk: process 1 of a machine with two disks; prints `name n operations time ns`, powers off. */
#include "disk.h"
#include "../../abi/modules.h"
#include <sys/mount.h>
#include <sys/reboot.h>

int seq_pages = 4096, warm_pages = 2048, random_count = 1000, sync_count = 250, file_count = 10000;

void disk_die(const char *what)
{
	dprintf(1, "# oidisk: %s: %s\n", what, strerror(errno));
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

long disk_ok(long value, const char *what)
{
	if (value < 0)
		disk_die(what);
	return value;
}

bool cmdline_value(const char *name, char *out, size_t size)
{
	static char text[4096];
	size_t len = strlen(name);
	char *word, *rest = NULL;
	int fd = open("/proc/cmdline", O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = 0;
	for (word = strtok_r(text, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
		if (!strncmp(word, name, len) && word[len] == '=') {
			snprintf(out, size, "%s", word + len + 1);
			return true;
		}
	}
	return false;
}

/* Parameters as modprobe takes them: MODULE.NAME=VALUE on the kernel's command line. */
static void module_params(const char *module, char *params, size_t size)
{
	static const char *const names[] = { "dma" };
	char name[64], value[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%.*s.%s", (int)strcspn(module, "."), module,
			 names[i]);
		if (cmdline_value(name, value, sizeof(value)))
			snprintf(params, size, "%s=%s", names[i], value);
	}
}

static int cmdline_number(const char *name, int standard)
{
	char text[32];

	return cmdline_value(name, text, sizeof(text)) ? atoi(text) : standard;
}

static void mount_all(void)
{
	static const char *const mounts[][2] = { { "devtmpfs", "/dev" },
						 { "proc", "/proc" },
						 { "sysfs", "/sys" } };

	for (int i = 0; i < 3; i++) {
		mkdir(mounts[i][1], 0755);
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, "");
	}
	mkdir(MNT, 0755);
	if (fcntl(1, F_GETFD) < 0) {
		int fd = open("/dev/console", O_RDWR);

		for (int i = 0; fd >= 0 && i < 3; i++)
			dup2(fd, i);
	}
}

static void take_sizes(void)
{
	seq_pages = cmdline_number("oidisk.mb", 16) * 256;
	warm_pages = seq_pages / 2;
	random_count = cmdline_number("oidisk.random", random_count);
	sync_count = random_count / 4;
	file_count = cmdline_number("oidisk.files", file_count);
}

int main(void)
{
	static const struct disk_bench *const tables[] = { bench_raw, bench_data, bench_names,
							   bench_tree };
	char only[256] = "", failed[96];

	if (getpid() != 1) {
		dprintf(2, "oidisk: overwrites disks; runs as process 1 only\n");
		return 1;
	}
	mount_all();
	take_sizes();
	cmdline_value("oidisk.only", only, sizeof(only));
	if (load_modules(module_params, failed, sizeof(failed)) < 0)
		disk_die(failed);
	find_disks();
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		run_disk_table(tables[t], only);
	printf("# oidisk: done\n");
	fflush(stdout);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
