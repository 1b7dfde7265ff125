/* ext2_host.c - see ext2_host.h. */
#include "ext2_host.h"
#include <abi/fstrim.h>

const struct mapping_ops blockfile_ops;

static u32 chunk_size(const u8 *image, size_t size)
{
	const u32 log = size >= 2048 ? *(const u32 *)(const void *)(image + 1024 + 24) : 0;

	return 1024u << (log <= 2 ? log : 0);
}

static int mount(struct super_block *sb, const char *options)
{
	return ext2_mount(NULL, sb, NULL, options);
}

static void trim(struct inode *inode)
{
	const u32 bs = inode->sb->block_size;

	ext2_truncate(inode, (u32)(((u64)inode->size + bs - 1) / bs));
}

static const struct host_fs ext2_on_host = {
	.init = ext2_inode_init,
	.chunk_size = chunk_size,
	.mount = mount,
	.trim = trim,
	.closed = ext2_window_drop,
};

void ext2_host_start(void)
{
	eh_start(&ext2_on_host);
}

int eh_mount(u8 *image, size_t size, const char *options, u32 flags)
{
	ext2_host_start();
	return eh_mount_image(image, size, options, flags);
}

int eh_fitrim(u64 start, u64 len, u64 least, u64 *bytes)
{
	struct fstrim_range_abi *range = host_user_alloc(sizeof(*range));
	int err;

	*range = (struct fstrim_range_abi){ start, len, least };
	err = (int)ext2_fitrim(ext2_fs(eh_super()), range);
	*bytes = range->len;
	return err;
}

int eh_resize(u64 blocks)
{
	u64 *arg = host_user_alloc(sizeof(*arg));

	*arg = blocks;
	return (int)ext2_resize(ext2_fs(eh_super()), arg);
}
