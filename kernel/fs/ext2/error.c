/*
 * error.c - what happens when the disk contradicts itself or cannot be read.
 */
#include "ext2_internal.h"
#include <kernel/time.h>

static void say(struct ext2_fs *fs, const char *level, const char *kind, const char *fmt,
		va_list ap)
{
	char text[192];

	vsnprintf(text, sizeof(text), fmt, ap);
	printk("%sEXT2-fs (%s): %s%s\n", level, fs->name, kind, text);
}

void ext2_message(struct ext2_fs *fs, const char *level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fs, level, "", fmt, ap);
	va_end(ap);
}

/* The next e2fsck looks at everything then. */
static void mark(struct ext2_fs *fs)
{
	fs->mount_state |= EXT2_STATE_ERROR;
	if (!fs->super || ext2_readonly(fs) || (fs->super->state & EXT2_STATE_ERROR))
		return;
	fs->super->state |= EXT2_STATE_ERROR;
	buf_dirty(&fs->super_buf);
}

int ext2_error(struct ext2_fs *fs, const char *fmt, ...)
{
	bool last;
	va_list ap;

	if (message_allowed(&fs->errors, clock_monotonic(), &last)) {
		va_start(ap, fmt);
		say(fs, KERN_CRIT, "error: ", fmt, ap);
		va_end(ap);
		if (last)
			ext2_message(fs, KERN_ERR, "more errors follow; they are not shown");
	}
	mark(fs);
	if (fs->opt.errors == EXT2_ERRORS_PANIC && !ext2_readonly(fs))
		panic("EXT2-fs (%s): panic as errors=panic asks", fs->name);
	if (fs->opt.errors == EXT2_ERRORS_RO && !ext2_readonly(fs)) {
		ext2_message(fs, KERN_CRIT, "is read-only from now on");
		fs->sb->flags |= MS_RDONLY;
	}
	return -EIO;
}
