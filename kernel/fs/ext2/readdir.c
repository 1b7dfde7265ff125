/*
 * readdir.c - listing a directory: block after block, so a position is a byte offset.
 *
 * When records were moved since this description last looked (ei->dir_version), a position inside a
 * block may no longer be where a record begins. Then the block is listed from its first record that
 * lies at or behind the position; after a split of a hashed directory's block from its beginning:
 * better a name twice than never.
 */
#include "ext2_internal.h"
#include <kernel/signal.h>
#include <kernel/task.h>

/* The offset in the block at which to go on. */
static u32 resume(const struct ext2_dir_pos *pos, u32 offset)
{
	u32 at = 0;

	while (at < offset) {
		const struct ext2_dirent *d = ext2_dirent_at(&pos->block, at);

		if (!d || d == EXT2_DIRENT_BAD)
			break;
		at += d->rec_len;
	}
	return at;
}

/* False: the caller has no more room. */
static int emit_block(struct inode *dir, const struct ext2_dir_pos *pos, struct dir_context *ctx,
		      loff_t base, u32 offset)
{
	const struct ext2_dirent *d;

	for (; (d = ext2_dirent_at(&pos->block, offset)); offset += d->rec_len) {
		u32 len;

		ctx->pos = base + offset;
		if (d == EXT2_DIRENT_BAD) {
			ext2_dir_broken(dir, pos, offset);
			break; /* what follows in this block is lost */
		}
		/* Once more: on a disk where blocks overlap it may be changing. */
		len = min((u32)READ_ONCE(d->name_len), pos->block.size - offset - EXT2_DIRENT_HEAD);
		if (d->inode &&
		    !ctx->emit(ctx, d->name, len, ctx->pos, d->inode, ext2_dtype(&pos->block, d)))
			return 1;
	}
	ctx->pos = base + pos->block.size;
	return 0;
}

int ext2_iterate(struct file *file, struct dir_context *ctx)
{
	struct inode *dir = file->inode;
	struct ext2_inode *ei = ext2_i(dir);
	const u32 bits = ext2_fs(dir->sb)->geo.block_bits, mask = (1u << bits) - 1;
	const bool moved = (u32)(uintptr_t)file->private != ei->dir_version;
	unsigned int broken = 0;
	bool first = true;

	if (ctx->pos < 0 || ctx->pos >= dir->size)
		return 0;
	while (ctx->pos < dir->size) {
		struct ext2_dir_pos pos;
		u32 offset = (u32)ctx->pos & mask;
		const loff_t base = ctx->pos - offset;
		int stop;

		if (fatal_signal_pending(current))
			return -EINTR;
		if (ext2_dir_read(dir, (u32)(base >> bits), &pos)) {
			ctx->pos = ++broken < EXT2_DIR_BROKEN_MAX ? base + mask + 1 : dir->size;
			continue;
		}
		if (offset)
			offset = moved && first ? 0 : resume(&pos, offset);
		stop = emit_block(dir, &pos, ctx, base, offset);
		ext2_dir_pos_put(&pos);
		first = false;
		if (stop)
			break;
	}
	file->private = (void *)(uintptr_t)ei->dir_version;
	return 0;
}
