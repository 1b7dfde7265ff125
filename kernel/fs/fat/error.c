/* error.c - what happens when the disk contradicts itself or cannot be read. */
#include "fat_internal.h"
#include <kernel/time.h>

/* A broken disk can be wrong in every sector: so many lines in so much time. */
#define LINES_MAX   20u
#define LINES_SPACE SEC(30)

static void say(struct fat_fs *fs, const char *level, const char *kind, const char *fmt, va_list ap)
{
	char text[192];

	vsnprintf(text, sizeof(text), fmt, ap);
	printk("%sFAT-fs (%s): %s%s\n", level, fs->name, kind, text);
}

void fat_message(struct fat_fs *fs, const char *level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fs, level, "", fmt, ap);
	va_end(ap);
}

static bool may_speak(struct fat_fs *fs)
{
	const s64 now = clock_monotonic();

	if (!fs->errors_since || now - fs->errors_since > LINES_SPACE) {
		fs->errors_since = now;
		fs->errors_told = 0;
	}
	if (++fs->errors_told == LINES_MAX)
		fat_message(fs, KERN_ERR, "more errors follow; they are not shown");
	return fs->errors_told < LINES_MAX;
}

int fat_error(struct fat_fs *fs, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (may_speak(fs))
		say(fs, KERN_ERR, "error: ", fmt, ap);
	va_end(ap);
	if (fat_readonly(fs))
		return -EIO;
	if (fs->opt.errors == FAT_ERRORS_PANIC)
		panic("FAT-fs (%s): panic as errors=panic asks", fs->name);
	if (fs->opt.errors == FAT_ERRORS_RO) {
		fat_message(fs, KERN_ERR, "is read-only from now on");
		fs->sb->flags |= MS_RDONLY;
	}
	return -EIO;
}
