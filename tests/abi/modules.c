/* Loading of Linux's modules. See modules.h. */
#include "modules.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int load(const char *file, module_params_fn params_of)
{
	char path[160], params[128] = "";
	int fd, ret;

	snprintf(path, sizeof(path), "/modules/%s", file);
	if (params_of)
		params_of(file, params, sizeof(params));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = (int)syscall(SYS_finit_module, fd, params, 0);
	close(fd);
	unlink(path); /* the memory is wanted */
	return ret;
}

int load_modules(module_params_fn params_of, char *failed, size_t size)
{
	FILE *list = fopen("/modules/list", "re");
	int ret = 0;

	failed[0] = 0;
	while (list && !ret && fgets(failed, (int)size, list)) {
		failed[strcspn(failed, "\n")] = 0;
		ret = load(failed, params_of);
	}
	if (list)
		fclose(list);
	return ret;
}
