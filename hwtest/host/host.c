/* host.c - opening the machine: ports, /dev/mem, and what system this is. */
#include "host_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PAGE	  4096u
#define READ_STEP 4096u

char *host_read_text(const char *path)
{
	char *text = NULL;
	size_t used = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd < 0)
		return NULL;
	do {
		char *more = realloc(text, used + READ_STEP + 1);

		if (!more)
			break;
		text = more;
		n = read(fd, text + used, READ_STEP);
		if (n > 0)
			used += (size_t)n;
	} while (n > 0);
	close(fd);
	if (text)
		text[used] = 0;
	return text;
}

/* "drivers=none" and "drivers=LIST" both leave the hardware to hwtest but for what is listed. */
static bool drivers_are_off(void)
{
	char *cmdline = host_read_text("/proc/cmdline"), *at = NULL;
	bool off = false;

	for (char *word = cmdline ? strtok_r(cmdline, " \n", &at) : NULL; word;
	     word = strtok_r(NULL, " \n", &at))
		off |= !strncmp(word, "drivers=", strlen("drivers="));
	free(cmdline);
	return off;
}

int host_open(struct host *h, const char **why)
{
	struct utsname name;

	*h = (struct host){ .hw.ops = &host_hw_ops, .mem = -1 };
	if (iopl(3)) {
		*why = geteuid() ? "only root may use the machine's ports"
				 : "this system gives no program the machine's ports (iopl)";
		return -EPERM;
	}
	h->mem = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	if (h->mem < 0)
		h->mem = open("/dev/mem", O_RDONLY | O_SYNC | O_CLOEXEC);
	/* The name is "Linux", for programs that look at it. */
	h->oldiron = !uname(&name) && strstr(name.release, "oldiron");
	h->alone = h->oldiron && drivers_are_off();
	return 0;
}

void host_close(struct host *h)
{
	if (h->mem >= 0)
		close(h->mem);
	h->mem = -1;
}

int host_read_memory(struct host *h, uint32_t phys, void *to, size_t bytes)
{
	uint8_t *p = to;

	if (h->mem < 0)
		return -ENODEV;
	while (bytes) {
		ssize_t n = pread(h->mem, p, bytes, phys);

		if (n <= 0)
			return -EFAULT;
		p += n;
		phys += (uint32_t)n;
		bytes -= (size_t)n;
	}
	return 0;
}

volatile void *host_map(struct host *h, uint32_t phys, size_t bytes)
{
	uint32_t offset = phys % PAGE;
	char *base;

	if (h->mem < 0)
		return NULL;
	base = mmap(NULL, bytes + offset, PROT_READ | PROT_WRITE, MAP_SHARED, h->mem,
		    (off_t)(phys - offset));
	return base == MAP_FAILED ? NULL : base + offset;
}

void host_unmap(volatile void *p, size_t bytes)
{
	uintptr_t offset = (uintptr_t)p % PAGE;

	if (p)
		(void)munmap((char *)(uintptr_t)p - offset, bytes + offset);
}
