/* Any bytes, in pieces of any size, to the cpio parser. */
// LINK: kernel/fs/initramfs/cpio.c
#include <host/host.h>
#include "kernel/fs/initramfs/cpio.h"
#include <stdlib.h>
#include <string.h>

static unsigned long sum;

static int begin(void *arg, const struct cpio_entry *e)
{
	sum += strlen(e->name);
	return e->mode & 1 ? -1 : 0;
}
static int data(void *arg, const u8 *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += bytes[i];
	return n == 7 ? -1 : 0;
}
static int end(void *arg, bool sum_ok)
{
	return sum_ok ? 0 : -1;
}
static void trailer(void *arg)
{
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t n);
int LLVMFuzzerTestOneInput(const u8 *input, size_t n)
{
	static const struct cpio_ops ops = { begin, data, end, trailer };
	static struct cpio c;
	size_t piece;

	if (n < 1)
		return 0;
	piece = input[0] ? input[0] : n;
	cpio_init(&c, &ops, NULL);
	for (size_t at = 1; at < n;) {
		size_t len = piece < n - at ? piece : n - at, taken;
		u8 *copy = malloc(len); /* so that reads past the piece are seen */

		memcpy(copy, input + at, len);
		taken = cpio_feed(&c, copy, len);
		free(copy);
		if (!taken)
			break;
		at += taken;
	}
	return 0;
}
