/* fs_host.c - a file system mounted on this host: see fs_host.h. */
#include "fs_host.h"
#include "../vfs_internal.h"
#include <kernel/blockfile.h>
#include <kernel/errseq.h>

const struct file_ops fifo_fops, socket_fops;

/* ---- the device ---- */
struct chunk {
	u8 *data;
	bool dirty;
};
static struct {
	u8 *image;
	size_t size;
	u32 chunk_size;
	struct chunk *chunks;
	unsigned int held;
} dev;
static int discard(struct disk *d, u64 sector, u64 sectors)
{
	return -EIO; /* blockdev_discard() is the one to call it */
}
static const struct disk_ops disk_ops = { .discard = discard };
static struct disk disk = {
	.name = "img", .sector_size = 512, .limits = { .discard = 512 }, .ops = &disk_ops
};
static struct inode bdev_inode;
static struct block_device bdev = { .disk = &disk, .inode = &bdev_inode };
static struct page some_page;

int (*eh_on_write)(u32 chunk);
void (*eh_on_flush)(void);

/* Tried once, like the kernel's: what failed is not dirty any more. */
static int write_chunk(u32 n)
{
	struct chunk *c = &dev.chunks[n];
	const bool wanted = c->data && c->dirty;
	const int err = wanted && eh_on_write ? eh_on_write(n) : 0;

	if (wanted && !err)
		memcpy(dev.image + (size_t)n * dev.chunk_size, c->data, dev.chunk_size);
	c->dirty = false;
	if (err)
		errseq_set(&bdev_inode.data.wb_error, err);
	return err;
}

static u32 chunk_count(void)
{
	return (u32)(dev.size / dev.chunk_size);
}

static int get(u64 block, unsigned int size, struct buf *b)
{
	const u64 byte = block * size;
	struct chunk *c;

	if (byte + size > dev.size)
		return -EINVAL;
	c = &dev.chunks[byte / dev.chunk_size];
	if (!c->data) {
		c->data = malloc(dev.chunk_size);
		memcpy(c->data, dev.image + byte / dev.chunk_size * dev.chunk_size, dev.chunk_size);
	}
	*b = (struct buf){ .page = &some_page,
			   .data = c->data + byte % dev.chunk_size,
			   .size = (u16)size,
			   .offset = (u16)(byte % PAGE_SIZE),
			   .bdev = (void *)c };
	dev.held++;
	return 0;
}

int buf_read(struct block_device *bd, u64 block, unsigned int size, struct buf *b)
{
	return get(block, size, b);
}
int buf_get_new(struct block_device *bd, u64 block, unsigned int size, struct buf *b)
{
	int err = get(block, size, b);

	if (!err)
		memset(b->data, 0xa5, size);
	return err;
}
void buf_dirty(struct buf *b)
{
	((struct chunk *)(void *)b->bdev)->dirty = true;
}
int buf_sync(struct buf *b)
{
	return write_chunk((u32)((struct chunk *)(void *)b->bdev - dev.chunks));
}
void buf_put(struct buf *b)
{
	if (!b->page || !dev.held)
		host_die("a buffer is put twice", __FILE__, __LINE__);
	dev.held--;
	b->page = NULL;
}
void buf_forget(struct block_device *bd, u64 block, unsigned int count, unsigned int size)
{
	for (; count--; block++)
		if ((block + 1) * size <= dev.size && size >= dev.chunk_size)
			dev.chunks[block].dirty = false;
}
void buf_read_ahead(struct block_device *bd, u64 block, unsigned int count, unsigned int size)
{
}
void blockdev_name(const struct block_device *bd, char *text, size_t size)
{
	snprintf(text, size, "test");
}

void (*eh_on_sync)(void);
int blockdev_sync(struct block_device *bd)
{
	int err = 0;

	for (u32 i = 0; i < chunk_count(); i++)
		err = write_chunk(i) ?: err;
	if (eh_on_sync)
		eh_on_sync();
	(void)disk_flush(bd->disk);
	return err;
}
int disk_flush(struct disk *d)
{
	if (eh_on_flush)
		eh_on_flush();
	return 0;
}

int (*eh_on_discard)(u64 sector, u64 sectors);
int blockdev_discard(struct block_device *bd, u64 sector, u64 sectors)
{
	int err = eh_on_discard ? eh_on_discard(sector, sectors) : 0;

	if (sector + sectors > dev.size / 512)
		host_die("beyond the device is given back", __FILE__, __LINE__);
	if (!err)
		memset(dev.image + sector * 512, 0xdd, (size_t)sectors * 512);
	return err;
}
unsigned int eh_buffers_held(void)
{
	return dev.held;
}

/* ---- the page cache: data goes to the image ---- */
u32 eh_block_size(const struct inode *inode)
{
	const struct blockfile *bf = inode->data.private;

	return 1u << bf->block_bits;
}

u8 *eh_place(struct inode *inode, u64 block, bool create, int *err)
{
	struct block_extent ext = { .count = 1 };
	const struct blockfile *bf = inode->data.private;
	const u32 size = eh_block_size(inode);

	*err = bf->map(inode, block, 1, create, &ext);
	if (*err || !ext.block)
		return NULL;
	if ((ext.block + 1) * size > dev.size || ext.count != 1)
		host_die("map() led out of the device", __FILE__, __LINE__);
	if (ext.fresh)
		memset(dev.image + ext.block * size, 0, size);
	return dev.image + ext.block * size;
}

void blockfile_grown(struct inode *inode, loff_t old)
{
}

int blockfile_zero_tail(struct inode *inode, loff_t size)
{
	const u32 bs = eh_block_size(inode), in = (u32)size & (bs - 1);
	int err = 0;
	u8 *p = in ? eh_place(inode, (u64)size / bs, false, &err) : NULL;

	if (p)
		memset(p + in, 0, bs - in);
	return err;
}
int blockfile_bmap(struct inode *inode, u64 block, u64 *out)
{
	return -EINVAL;
}
int blockfile_fiemap(struct inode *inode, void __user *arg)
{
	return -EOPNOTSUPP;
}
bool blockfile_direct_ok(const struct file *file, const struct iov_iter *it, loff_t pos)
{
	return true;
}
ssize_t blockfile_direct_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	return -EIO;
}
ssize_t blockfile_direct_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return -EIO;
}
ssize_t blockfile_write_through(struct file *file, struct iov_iter *from, loff_t *pos,
				ssize_t (*write)(struct file *file, struct iov_iter *from,
						 loff_t *pos))
{
	return -EIO;
}
int blockfile_mmap(struct file *file, struct vma *vma)
{
	return -EINVAL;
}
loff_t blockfile_seek(struct file *file, loff_t offset, int whence)
{
	return -EINVAL;
}
void mapping_init(struct mapping *m, struct inode *host, const struct mapping_ops *ops)
{
	memset(m, 0, sizeof(*m));
	m->host = host;
}
void mapping_destroy(struct mapping *m)
{
}
void mapping_truncate(struct mapping *m, loff_t start)
{
}
void dirty_throttle(struct mapping *m)
{
}
int file_take_error(struct file *file)
{
	return 0;
}

int mapping_sync(struct mapping *m, loff_t start, loff_t end)
{
	return 0;
}
ssize_t generic_file_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	return -EIO;
}
ssize_t generic_file_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return -EIO;
}
loff_t generic_llseek(struct file *file, loff_t offset, int whence)
{
	return -EINVAL;
}

/* ---- the rest of the kernel ---- */
static u32 seed = 1;
u32 random_u32(void)
{
	return seed = seed * 1664525 + 1013904223;
}
bool capable(int cap)
{
	return true;
}
bool cred_capable(const struct cred *cred, int cap)
{
	return true;
}
bool in_group(gid_t gid)
{
	return false;
}
const struct file_ops *chrdev_find(u32 devnum)
{
	return NULL;
}
bool fatal_signal_pending(const struct task *t)
{
	return false;
}
int vfs_setattr(const struct path *path, struct iattr *attr)
{
	return 0;
}
int mnt_want_write(const struct mount *mnt)
{
	return 0;
}
void mnt_drop_write(const struct mount *mnt)
{
}
void inotify_inode_removed(struct inode *inode)
{
}
void shrinker_register(struct shrinker *s)
{
}
int fs_type_register(struct fs_type *type)
{
	return 0;
}
u64 dev_encode64(u32 d)
{
	return (MINOR(d) & 0xff) | (u64)MAJOR(d) << 8 | (u64)(MINOR(d) & ~0xffu) << 12;
}
u32 dev_decode(u32 d)
{
	return MKDEV((d & 0xfff00) >> 8, (d & 0xff) | ((d >> 12) & 0xfff00));
}

/* ---- mount ---- */
static struct super_block sb;
static struct task task;
static struct cred cred;
static struct fs_context fs_context;
static const struct host_fs *host_fs;

void eh_start(const struct host_fs *fs)
{
	task.cred = &cred;
	task.fs = &fs_context;
	current = &task;
	if (host_fs)
		return;
	host_fs = fs;
	dcache_init();
	icache_init();
	if (fs->init())
		host_die("no inode cache", __FILE__, __LINE__);
}

static void attach(u8 *image, size_t size)
{
	dev.image = image;
	dev.size = size;
	dev.chunk_size = host_fs->chunk_size(image, size);
	dev.size -= size % dev.chunk_size;
	dev.chunks = calloc(chunk_count() + 1, sizeof(*dev.chunks));
	dev.held = 0;
	bdev.sectors = dev.size / 512;
}

static void detach(void)
{
	for (u32 i = 0; i < chunk_count(); i++)
		free(dev.chunks[i].data);
	free(dev.chunks);
	dev.chunks = NULL;
	if (dev.held)
		host_die("buffers are still held", __FILE__, __LINE__);
}

int eh_mount_image(u8 *image, size_t size, const char *options, u32 flags)
{
	int err;

	attach(image, size);
	memset(&sb, 0, sizeof(sb));
	list_init(&sb.inodes);
	sb.flags = flags;
	sb.max_bytes = LLONG_MAX;
	sb.bdev = &bdev;
	err = host_fs->mount(&sb, options);
	if (err)
		detach();
	return err;
}

void eh_trim(struct inode *inode)
{
	host_fs->trim(inode);
}

void eh_closed(struct inode *inode)
{
	if (host_fs->closed)
		host_fs->closed(inode);
}

struct disk *eh_disk(void)
{
	return &disk;
}

struct super_block *eh_super(void)
{
	return &sb;
}

static int write_one(struct inode *inode, void *arg)
{
	return sb.ops->write_inode(inode, false);
}

static void sync_all_inodes(void)
{
	inode_for_each(&sb, write_one, NULL);
	sb.ops->sync(&sb, true);
}

int eh_remount(u32 flags, const char *options)
{
	int err;

	sync_all_inodes();
	err = sb.ops->remount(&sb, &flags, options);
	if (!err)
		sb.flags = flags;
	return err;
}

void eh_drop_caches(void)
{
	dcache_shrink_sb(&sb);
}

void eh_umount(void)
{
	sync_all_inodes();
	sb.ops->sync(&sb, true);
	dentry_tree_destroy(sb.root);
	if (!list_empty(&sb.inodes))
		host_die("inodes are still referenced", __FILE__, __LINE__);
	sb.ops->put_super(&sb);
	detach();
}
