/*
 * inode.c - inodes between their tables on disk and memory; their end.
 */
#include "ext2_internal.h"
#include "times.h"
#include <kernel/time.h>

static struct kmem_cache *inode_cache;

/* ---- life in memory ---- */
struct inode *ext2_alloc_inode(struct super_block *sb)
{
	struct ext2_inode *ei = kmem_cache_alloc(inode_cache, GFP_KERNEL);

	if (!ei)
		return NULL;
	memset(ei, 0, offsetof(struct ext2_inode, vfs));
	mutex_init(&ei->map_lock, RANK_FS_BLOCKS, "ext2 map");
	mutex_init(&ei->xattr_lock, RANK_FS_DIR, "ext2 xattr");
	list_init(&ei->window.node);
	list_init(&ei->replaced_node);
	ei->blockfile = (struct blockfile){ .bdev = sb->bdev,
					    .block_bits = ext2_fs(sb)->geo.block_bits,
					    .map = ext2_map };
	return &ei->vfs;
}

void ext2_free_inode(struct inode *inode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);

	ext2_window_drop(inode);
	if (inode->nlink) /* who loads it again cannot know whether its names are on disk */
		fs->evicted_name = max(fs->evicted_name, ext2_i(inode)->name_commit);
	kfree(ext2_i(inode)->link);
	kmem_cache_free(inode_cache, ext2_i(inode));
}

int __init ext2_inode_init(void)
{
	inode_cache = kmem_cache_create("ext2_inode", sizeof(struct ext2_inode), 8);
	return inode_cache ? 0 : -ENOMEM;
}

/* ---- the table ---- */
#define TABLE_AHEAD 8u /* pages of the table that come along with the first */

int ext2_raw_inode(struct ext2_fs *fs, u32 ino, struct buf *b, struct ext2_raw_inode **raw)
{
	const struct ext2_geometry *geo = &fs->geo;
	const u32 group = (ino - 1) / geo->inodes_per_group,
		  index = (ino - 1) % geo->inodes_per_group;
	const u32 table = ext2_desc(fs, group)->inode_table, nth = index / geo->inodes_per_block;
	const u32 batch = TABLE_AHEAD << (PAGE_SHIFT - geo->block_bits);
	const u32 ahead = table + nth / batch * batch;
	int err;

	if (ahead != fs->inode_ahead) {
		fs->inode_ahead = ahead;
		buf_read_ahead(fs->bdev, ahead, min(batch, table + geo->table_blocks - ahead),
			       geo->block_size);
	}
	err = ext2_read(fs, table + nth, "inode table", b);
	if (!err)
		*raw = (void *)((u8 *)b->data + index % geo->inodes_per_block * geo->inode_size);
	return err;
}

/* The block of the table that it is in. */
u32 ext2_inode_block(const struct ext2_fs *fs, u32 ino)
{
	const struct ext2_geometry *geo = &fs->geo;
	const u32 index = (ino - 1) % geo->inodes_per_group;

	return ext2_desc((struct ext2_fs *)fs, (ino - 1) / geo->inodes_per_group)->inode_table +
	       index / geo->inodes_per_block;
}

/* Does the inode have the fields up to and with this one? */
#define HAS_EXTRA(extra_isize, field)                                                              \
	((extra_isize) + EXT2_INODE_SIZE >= offsetof(struct ext2_raw_inode, field) + 4)

static void decode_times(struct inode_times *t, const struct ext2_raw_inode *raw, u32 extra)
{
	t->atime =
		ext2_time_decode(raw->atime, HAS_EXTRA(extra, atime_extra) ? raw->atime_extra : 0);
	t->mtime =
		ext2_time_decode(raw->mtime, HAS_EXTRA(extra, mtime_extra) ? raw->mtime_extra : 0);
	t->ctime =
		ext2_time_decode(raw->ctime, HAS_EXTRA(extra, ctime_extra) ? raw->ctime_extra : 0);
	if (HAS_EXTRA(extra, crtime_extra))
		t->btime = ext2_time_decode(raw->crtime, raw->crtime_extra);
}

static void encode_times(const struct inode_times *t, struct ext2_raw_inode *raw, u32 extra)
{
	raw->atime = ext2_time_encode(&t->atime,
				      HAS_EXTRA(extra, atime_extra) ? &raw->atime_extra : NULL);
	raw->mtime = ext2_time_encode(&t->mtime,
				      HAS_EXTRA(extra, mtime_extra) ? &raw->mtime_extra : NULL);
	raw->ctime = ext2_time_encode(&t->ctime,
				      HAS_EXTRA(extra, ctime_extra) ? &raw->ctime_extra : NULL);
	if (HAS_EXTRA(extra, crtime_extra))
		raw->crtime = ext2_time_encode(&t->btime, &raw->crtime_extra);
}

/* Old device numbers stand in the first pointer, those that need more than 16 bits in the second.
 */
static u32 decode_rdev(const u32 *block)
{
	if (block[0])
		return MKDEV((block[0] >> 8) & 0xff, block[0] & 0xff);
	return dev_decode(block[1]);
}

static void encode_rdev(u32 rdev, u32 *block)
{
	const bool small = MAJOR(rdev) < 256 && MINOR(rdev) < 256;

	block[0] = small ? MAJOR(rdev) << 8 | MINOR(rdev) : 0;
	block[1] = small ? 0 : (u32)dev_encode64(rdev);
}

/* ---- reading ---- */
static bool is_special(u32 mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* A symbolic link's text stands in the inode when the link has no block of its own. */
static bool is_fast_link(const struct inode *inode)
{
	return container_of(inode, const struct ext2_inode, vfs)->fast_link;
}

static void decode(struct inode *inode, const struct ext2_raw_inode *raw)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);

	if (fs->geo.inode_size > EXT2_INODE_SIZE)
		ei->extra_isize = raw->extra_isize;
	inode->mode = raw->mode;
	inode->nlink = raw->links;
	inode->uid = raw->uid | (fs->opt.no_uid32 ? 0 : (u32)raw->uid_high << 16);
	inode->gid = raw->gid | (fs->opt.no_uid32 ? 0 : (u32)raw->gid_high << 16);
	inode->size = raw->size;
	if (S_ISREG(raw->mode))
		inode->size |= (loff_t)((u64)raw->size_high << 32);
	else
		ei->dir_acl = raw->size_high;
	inode->blocks = raw->blocks;
	inode->generation = raw->generation;
	ei->flags = raw->flags;
	ei->dtime = raw->dtime;
	ei->file_acl = raw->file_acl;
	ei->faddr = raw->faddr;
	ei->group = ((u32)inode->ino - 1) / fs->geo.inodes_per_group;
	ei->fast_link = S_ISLNK(inode->mode) &&
			inode->blocks <= (ei->file_acl ? ext2_block_sectors(fs) : 0);
	memcpy(ei->block, raw->block, sizeof(ei->block));
	decode_times(&inode->times, raw, ei->extra_isize);
}

/* What cannot be, in words. */
static const char *check(const struct inode *inode)
{
	const struct ext2_inode *ei = container_of(inode, const struct ext2_inode, vfs);
	struct ext2_fs *fs = ext2_fs(inode->sb);
	const u32 mode = inode->mode, room = fs->geo.inode_size - EXT2_INODE_SIZE;

	if (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode) && !is_special(mode))
		return "is of no known type";
	if (inode->size < 0 || inode->size > inode->sb->max_bytes)
		return "has an impossible size";
	if (S_ISDIR(mode) && (!inode->size || inode->size > 0x7fffffff))
		return "is a directory of impossible size";
	if (ei->extra_isize > room || (ei->extra_isize & 3))
		return "has an impossible extra size";
	if (ei->file_acl && !ext2_blocks_ok(fs, ei->file_acl, 1))
		return "has its attributes outside the file system";
	if (is_fast_link(inode) && (!inode->size || inode->size >= EXT2_LINK_ROOM))
		return "is a short link with a long text";
	if (S_ISLNK(mode) && !is_fast_link(inode) && inode->size >= fs->geo.block_size)
		return "is a link with a text longer than a block";
	return NULL;
}

void ext2_apply_flags(struct inode *inode)
{
	static const struct {
		u32 ext2, vfs;
	} map[] = { { EXT2_FL_IMMUTABLE, INODE_IMMUTABLE },
		    { EXT2_FL_APPEND, INODE_APPEND },
		    { EXT2_FL_NODUMP, INODE_NODUMP },
		    { EXT2_FL_NOATIME, INODE_NOATIME } };
	const u32 flags = ext2_i(inode)->flags;

	for (unsigned int i = 0; i < ARRAY_SIZE(map); i++) {
		if (flags & map[i].ext2)
			inode->flags |= map[i].vfs;
		else
			inode->flags &= ~map[i].vfs;
	}
}

void ext2_set_ops(struct inode *inode)
{
	struct ext2_inode *ei = ext2_i(inode);

	inode->data.private = &ei->blockfile;
	switch (inode->mode & S_IFMT) {
	case S_IFREG:
		inode->ops = &ext2_file_iops;
		inode->fops = &ext2_file_fops;
		inode->data.ops = &blockfile_ops;
		break;
	case S_IFDIR:
		inode->ops = &ext2_dir_iops;
		inode->fops = &ext2_dir_fops;
		break;
	case S_IFLNK:
		inode->ops = &ext2_link_iops;
		if (is_fast_link(inode) && inode->size < EXT2_LINK_ROOM)
			((char *)ei->block)[inode->size] = 0;
		break;
	default:
		inode->ops = &ext2_special_iops;
		inode_init_special(inode, inode->mode, inode->rdev);
		break;
	}
}

static int load(struct inode *inode, bool orphan)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_raw_inode *raw;
	const char *why;
	struct buf b;
	int err = ext2_raw_inode(fs, (u32)inode->ino, &b, &raw);

	if (err)
		return err;
	if (!orphan && !raw->links) {
		buf_put(&b);
		return ext2_error(fs, "a name leads to inode %u, which was deleted",
				  (u32)inode->ino);
	}
	decode(inode, raw);
	buf_put(&b);
	why = check(inode);
	if (why) {
		inode->nlink = 1;
		return ext2_error(fs, "inode %u %s", (u32)inode->ino, why);
	}
	if (is_special(inode->mode))
		inode->rdev = decode_rdev(ext2_i(inode)->block);
	ext2_apply_flags(inode);
	ext2_set_ops(inode);
	ext2_i(inode)->loaded = ext2_i(inode)->on_disk = true;
	ext2_i(inode)->blocks_on_disk = S_ISDIR(inode->mode) ? ext2_dir_blocks(inode) : 0;
	return 0;
}

static struct inode *get(struct super_block *sb, u32 ino, bool orphan)
{
	struct inode *inode;
	bool is_new;
	int err;

	inode = inode_iget(sb, ino, &is_new);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (!is_new)
		return inode;
	err = load(inode, orphan);
	if (err) {
		inode_iget_failed(inode);
		return ERR_PTR(err);
	}
	inode_iget_done(inode);
	return inode;
}

struct inode *ext2_iget(struct super_block *sb, u32 ino)
{
	const struct ext2_fs *fs = ext2_fs(sb);

	if (ino > fs->geo.inodes || (ino < fs->geo.first_ino && ino != EXT2_ROOT_INO))
		return ERR_PTR(ext2_error(ext2_fs(sb),
					  "a name leads to inode %u, which is no file's", ino));
	return get(sb, ino, false);
}

struct inode *ext2_iget_journal(struct super_block *sb)
{
	return get(sb, EXT2_JOURNAL_INO, false);
}

struct inode *ext2_iget_orphan(struct super_block *sb, u32 ino)
{
	return get(sb, ino, true);
}

/* ---- writing ---- */
static void encode_ids(const struct ext2_fs *fs, const struct inode *inode,
		       struct ext2_raw_inode *raw)
{
	const bool wide = !fs->opt.no_uid32;

	raw->uid = (u16)(wide || inode->uid <= 0xffff ? inode->uid : 65534);
	raw->gid = (u16)(wide || inode->gid <= 0xffff ? inode->gid : 65534);
	/* A deleted inode keeps no high halves: an old kernel that reuses it would not clear them.
	 */
	raw->uid_high = (u16)(wide && !ext2_i((struct inode *)inode)->dtime ? inode->uid >> 16 : 0);
	raw->gid_high = (u16)(wide && !ext2_i((struct inode *)inode)->dtime ? inode->gid >> 16 : 0);
}

static void encode(struct inode *inode, struct ext2_raw_inode *raw)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);

	if (ei->fresh)
		memset(raw, 0, fs->geo.inode_size);
	ei->fresh = false;
	if (fs->geo.inode_size > EXT2_INODE_SIZE)
		raw->extra_isize = ei->extra_isize;
	raw->mode = (u16)inode->mode;
	raw->links = (u16)inode->nlink;
	encode_ids(fs, inode, raw);
	raw->size = (u32)inode->size;
	raw->size_high = S_ISREG(inode->mode) ? (u32)(inode->size >> 32) : ei->dir_acl;
	raw->blocks = (u32)inode->blocks;
	raw->flags = ei->index_moved ? ei->flags & ~EXT2_FL_INDEX : ei->flags;
	raw->dtime = ei->dtime;
	raw->generation = inode->generation;
	raw->file_acl = ei->file_acl;
	raw->faddr = ei->faddr;
	memcpy(raw->block, ei->block, sizeof(raw->block));
	if (is_special(inode->mode))
		encode_rdev(inode->rdev, raw->block);
	encode_times(&inode->times, raw, ei->extra_isize);
	if (S_ISDIR(inode->mode))
		ei->blocks_on_disk = ext2_dir_blocks(inode);
}

int ext2_encode_inode(struct inode *inode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_raw_inode *raw;
	struct buf b;
	int err;

	inode->flags &= ~INODE_DIRTY;
	if (!ext2_i(inode)->loaded)
		return 0;
	if (S_ISREG(inode->mode) && inode->size > 0x7fffffff)
		ext2_need_feature(fs, 0, EXT2_RO_LARGE_FILE);
	err = ext2_raw_inode(fs, (u32)inode->ino, &b, &raw);
	if (err) {
		inode->flags |= INODE_DIRTY;
		return err;
	}
	encode(inode, raw);
	ext2_wait(fs, ext2_inode_block(fs, (u32)inode->ino), &b, EXT2_WAIT_INODES);
	buf_put(&b);
	return 0;
}

/* Changes its place in the table, beside what encode() would write there. */
static int patch_raw(struct inode *inode, void (*patch)(struct inode *, struct ext2_raw_inode *))
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_raw_inode *raw;
	struct buf b;
	int err = ext2_raw_inode(fs, (u32)inode->ino, &b, &raw);

	if (err)
		return err;
	patch(inode, raw);
	ext2_wait(fs, ext2_inode_block(fs, (u32)inode->ino), &b, EXT2_WAIT_INODES);
	buf_put(&b);
	return 0;
}

static void drop_index(struct inode *inode, struct ext2_raw_inode *raw)
{
	raw->flags &= ~EXT2_FL_INDEX;
}

int ext2_unindex_inode(struct inode *inode)
{
	return patch_raw(inode, drop_index);
}

static void zero(struct inode *inode, struct ext2_raw_inode *raw)
{
	memset(raw, 0, ext2_fs(inode->sb)->geo.inode_size);
	ext2_i(inode)->fresh = false;
}

int ext2_zero_inode(struct inode *inode)
{
	return patch_raw(inode, zero);
}

/*
 * An inode goes into its table when a commit or its own fsync() says so: not before its name and
 * its pointer blocks are on disk. One that leaves memory is encoded, and its next fsync() is a
 * commit: by then nobody knows which blocks of it wait. After an error that made the file system
 * read-only too: what was changed before is kept.
 */
int ext2_write_inode(struct inode *inode, bool wait)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);

	if (!ext2_i(inode)->loaded)
		return 0;
	if (inode->flags & INODE_FREEING) {
		ext2_i(inode)->name_commit = ext2_next_commit(fs);
		return ext2_encode_inode(inode);
	}
	if (!fs->changed_since)
		fs->changed_since = clock_coarse_monotonic();
	return 0;
}

/* ---- the end ---- */
static bool has_blocks(const struct inode *inode)
{
	if (S_ISREG(inode->mode) || S_ISDIR(inode->mode))
		return true;
	return S_ISLNK(inode->mode) && !is_fast_link(inode);
}

u32 ext2_seconds_now(void)
{
	const struct file_time now = file_time_now();

	return ext2_time_encode(&now, NULL);
}

/* No name and nobody who has it open: gives back blocks, attributes and number. */
void ext2_evict_inode(struct inode *inode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);

	if (!ei->loaded || ext2_readonly(fs))
		return;
	ei->dtime = max(ext2_seconds_now(), 1u);
	ext2_encode_inode(inode); /* has no claim to its blocks any more, when they go */
	if (has_blocks(inode))
		ext2_truncate(inode, 0);
	inode->size = 0;
	ext2_xattr_evict(inode);
	ext2_window_drop(inode);
	ext2_encode_inode(inode);
	ei->loaded = false;
	ext2_free_inode_number(fs, (u32)inode->ino, S_ISDIR(inode->mode));
}
