/* fat_host.c - see fat_host.h. */
#include "fat_host.h"
#include <kernel/pagecache.h>

s32 clock_minutes_west(void)
{
	return 0;
}

/* ---- the page in which a file is made longer: what it gets does not reach the image ---- */
struct page *pagecache_read(struct mapping *m, unsigned long index)
{
	struct page *page = page_alloc(GFP_KERNEL, 0);

	return page ? page : ERR_PTR(-ENOMEM);
}
void page_lock(struct page *page)
{
}
void page_unlock(struct page *page)
{
}
void page_wait_writeback(struct page *page)
{
}
void page_mark_dirty(struct page *page)
{
}

static int write_begin(struct mapping *m, struct page *page, unsigned int at, unsigned int len)
{
	const struct blockfile *bf = m->private;
	struct block_extent out;

	return bf->map(m->host, (u64)m->host->size >> bf->block_bits, 1, true, &out);
}
const struct mapping_ops blockfile_ops = { .write_begin = write_begin };

/* ---- mounting ---- */
static struct fs_type vfat = { .name = "vfat" }, msdos = { .name = "msdos" }, *chosen;

/* A buffer is a sector of the volume. */
static u32 chunk_size(const u8 *image, size_t size)
{
	const u32 sector = get_le16(image + BOOT_SECTOR_SIZE);

	return sector == 1024 || sector == 2048 || sector == 4096 ? sector : 512;
}

static int mount(struct super_block *sb, const char *options)
{
	sb->type = chosen;
	return fat_mount(chosen, sb, NULL, options);
}

static void trim(struct inode *inode)
{
	const u32 bits = fat_fs(inode->sb)->geo.cluster_bits;

	(void)fat_cut(inode, (u32)(((u64)inode->size + (1u << bits) - 1) >> bits));
}

static const struct host_fs fat_on_host = {
	.init = fat_inode_init,
	.chunk_size = chunk_size,
	.mount = mount,
	.trim = trim,
};

void fat_host_start(void)
{
	eh_start(&fat_on_host);
}

int fat_host_mount(u8 *image, size_t size, bool short_only, const char *options, u32 flags)
{
	fat_host_start();
	chosen = short_only ? &msdos : &vfat;
	return eh_mount_image(image, size, options, flags);
}
