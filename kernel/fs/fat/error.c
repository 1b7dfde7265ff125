/* error.c - what happens when the disk contradicts itself or cannot be read. */
#include "fat_internal.h"
#include <kernel/time.h>

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

int fat_error(struct fat_fs *fs, const char *fmt, ...)
{
	bool last;
	va_list ap;

	if (message_allowed(&fs->errors, clock_monotonic(), &last)) {
		va_start(ap, fmt);
		say(fs, KERN_ERR, "error: ", fmt, ap);
		va_end(ap);
		if (last)
			fat_message(fs, KERN_ERR, "more errors follow; they are not shown");
	}
	if (fat_readonly(fs))
		return -EIO;
	if (fs->opt.errors == FAT_ERRORS_PANIC)
		panic("FAT-fs (%s): panic as errors=panic asks", fs->name);
	if (fs->opt.errors == FAT_ERRORS_RO) {
		fat_message(fs, KERN_ERR, "is read-only from now on");
		fs->failed = true;
		fs->sb->flags |= MS_RDONLY;
	}
	return -EIO;
}
