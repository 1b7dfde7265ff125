/* memory.c - memory with known contents, numbers of /proc, children. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "swaptest.h"

uint32_t *memory(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static uint32_t word(size_t i, uint32_t seed)
{
	return ((uint32_t)i * 2654435761u) ^ seed;
}

void fill(uint32_t *p, size_t bytes, uint32_t seed)
{
	for (size_t i = 0; i < bytes / 4; i++)
		p[i] = word(i, seed);
}

int verify(const char *what, const uint32_t *p, size_t bytes, uint32_t seed)
{
	for (size_t i = 0; i < bytes / 4; i++)
		if (p[i] != word(i, seed)) {
			printf("  %s: word %zu of %zu is %08x, not %08x\n", what, i, bytes / 4,
			       p[i], word(i, seed));
			return 1;
		}
	return 0;
}

long number(const char *file, const char *name)
{
	FILE *f = fopen(file, "r");
	size_t n = strlen(name);
	char line[256];
	long value = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, n) && (line[n] == ':' || line[n] == ' '))
			value = strtol(line + n + 1, NULL, 10);
	if (f)
		fclose(f);
	return value;
}

int outcome(int pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

int squeeze(unsigned int mb)
{
	int pid = fork();

	if (!pid) {
		size_t bytes = (size_t)mb << 20;
		uint32_t *p = memory(bytes);

		if (!p)
			_exit(1);
		fill(p, bytes, 99);
		/* Twice, so that what nobody uses has lost its place. */
		_exit(verify("squeeze", p, bytes, 99));
	}
	return outcome(pid);
}

long swap_used(void)
{
	return number("/proc/meminfo", "SwapTotal") - number("/proc/meminfo", "SwapFree");
}
