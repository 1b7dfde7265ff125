/* Kernel modules, for Linux: /modules/list has a file name a line, in the order to load them. */
#include "disk.h"
#include <sys/syscall.h>

/* Parameters as modprobe takes them: MODULE.NAME=VALUE on the kernel's command line. */
static void find_params(const char *module, char *params, size_t size)
{
	static const char *const names[] = { "dma" };
	char name[64], value[64];

	params[0] = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%.*s.%s", (int)strcspn(module, "."), module,
			 names[i]);
		if (cmdline_value(name, value, sizeof(value)))
			snprintf(params, size, "%s=%s", names[i], value);
	}
}

static void load(const char *file)
{
	char path[128], params[128];
	int fd;

	snprintf(path, sizeof(path), "/modules/%s", file);
	find_params(file, params, sizeof(params));
	fd = MUST(open(path, O_RDONLY | O_CLOEXEC));
	if (syscall(SYS_finit_module, fd, params, 0) < 0)
		disk_die(file);
	close(fd);
	unlink(path); /* the memory is wanted */
}

void load_modules(void)
{
	FILE *list = fopen("/modules/list", "re");
	char name[96];

	if (!list)
		return;
	while (fgets(name, sizeof(name), list)) {
		name[strcspn(name, "\n")] = 0;
		load(name);
	}
	fclose(list);
}
