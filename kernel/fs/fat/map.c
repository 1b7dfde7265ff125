/*
 * map.c - where a file's clusters are. The table tells only the next one, so each inode remembers a
 * few runs, the latest first; a look-up goes on from the nearest one before it.
 *
 * Blocks of the page cache are sectors, since a volume's clusters lie at no particular boundary.
 */
#include "fat_internal.h"

void fat_map_reset(struct inode *inode, u32 start)
{
	struct fat_inode *fi = fat_i(inode);

	fi->start = start;
	memset(fi->run, 0, sizeof(fi->run));
	fi->chain_known = false;
}

/* Moves a run to the front; its count may have grown. map_lock held from here on. */
static void remember(struct fat_inode *fi, const struct fat_run *run)
{
	unsigned int i = 0;

	while (i < FAT_RUNS - 1 && fi->run[i].count && fi->run[i].file != run->file)
		i++;
	memmove(fi->run + 1, fi->run, i * sizeof(fi->run[0]));
	fi->run[0] = *run;
}

/* The known run that holds `n`, or the last one before it; the chain's start if there is none. */
static struct fat_run nearest(const struct fat_inode *fi, u32 n)
{
	struct fat_run best = { 0, fi->start, 1 };

	for (unsigned int i = 0; i < FAT_RUNS && fi->run[i].count; i++)
		if (fi->run[i].file <= n && fi->run[i].file >= best.file)
			best = fi->run[i];
	return best;
}

static void set_chain_end(struct fat_inode *fi, const struct fat_run *run)
{
	fi->clusters = run->file + run->count;
	fi->last = run->disk + run->count - 1;
	fi->chain_known = true;
}

/* A chain cannot be longer than the volume: else it runs in a circle. */
static int check_next(struct fat_fs *fs, const struct fat_inode *fi, u32 next, u32 file)
{
	if (next == FAT_FREE || next == FAT_BAD)
		return fat_error(fs, "the chain of clusters from %u on ends in one that is %s",
				 fi->start, next == FAT_FREE ? "free" : "marked as bad");
	if (file > fs->geo.clusters)
		return fat_error(fs, "the chain of clusters from %u on has no end", fi->start);
	return 0;
}

/*
 * The run that holds cluster `n`, as far as it goes until n + ahead. -ENOENT: the chain is shorter.
 */
static int walk(struct inode *inode, u32 n, u32 ahead, struct fat_run *run)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	struct fat_inode *fi = fat_i(inode);

	if (!fi->start)
		return -ENOENT;
	*run = nearest(fi, n);
	for (;;) {
		const u32 end = run->file + run->count;
		u32 next;
		int err;

		if (end > n && end - n >= ahead)
			break;
		err = fat_table_get(fs, run->disk + run->count - 1, &next);
		if (!err && next != FAT_END)
			err = check_next(fs, fi, next, end);
		if (err)
			return err;
		if (next == FAT_END) {
			set_chain_end(fi, run);
			if (end <= n)
				return -ENOENT;
			break;
		}
		if (next == run->disk + run->count) {
			run->count++;
			continue;
		}
		if (end > n)
			break;
		remember(fi, run);
		*run = (struct fat_run){ end, next, 1 };
	}
	remember(fi, run);
	return 0;
}

static int measure(struct inode *inode)
{
	struct fat_inode *fi = fat_i(inode);
	struct fat_run run;
	int err;

	if (fi->chain_known)
		return 0;
	if (!fi->start) {
		fi->clusters = fi->last = 0;
		fi->chain_known = true;
		return 0;
	}
	err = walk(inode, ~0u - 1, 1, &run);
	return err == -ENOENT ? 0 : err;
}

/* ---- growing and cutting; map_lock held ---- */
static int grow_locked(struct inode *inode, u32 clusters)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	struct fat_inode *fi = fat_i(inode);
	int err = measure(inode);

	while (!err && fi->clusters < clusters) {
		u32 first, count;

		err = fat_table_alloc(fs, fi->last, clusters - fi->clusters, &first, &count);
		if (err)
			break;
		if (!fi->start) {
			fi->start = first;
			inode_mark_dirty(inode);
		}
		fi->last = first + count - 1;
		fi->clusters += count;
		inode->blocks += (u64)count * fs->geo.cluster_sectors
				 << (fs->geo.sector_bits - SECTOR_SHIFT);
	}
	return err;
}

int fat_grow(struct inode *inode, u32 clusters)
{
	int err;

	mutex_lock(&fat_i(inode)->map_lock);
	err = grow_locked(inode, clusters);
	mutex_unlock(&fat_i(inode)->map_lock);
	return err;
}

static int cut_locked(struct inode *inode, u32 clusters)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	struct fat_inode *fi = fat_i(inode);
	struct fat_run run;
	u32 first = fi->start, last = 0;
	int err;

	if (clusters) {
		err = walk(inode, clusters - 1, 1, &run);
		if (err)
			return err == -ENOENT ? 0 : err;
		last = run.disk + (clusters - 1 - run.file);
		err = fat_table_get(fs, last, &first);
		if (err || first == FAT_END)
			return err;
	}
	if (!first)
		return 0;
	fat_map_reset(inode, clusters ? fi->start : 0);
	if (!clusters) /* first the entry lets go of them */
		fat_write_inode(inode, false);
	inode->blocks = (u64)clusters << (fs->geo.cluster_bits - SECTOR_SHIFT);
	return fat_table_free(fs, last, first);
}

int fat_cut(struct inode *inode, u32 clusters)
{
	int err;

	mutex_lock(&fat_i(inode)->map_lock);
	err = cut_locked(inode, clusters);
	mutex_unlock(&fat_i(inode)->map_lock);
	return err;
}

int fat_find_run(struct inode *inode, u32 n, struct fat_run *run)
{
	int err;

	mutex_lock(&fat_i(inode)->map_lock);
	err = walk(inode, n, 1, run);
	mutex_unlock(&fat_i(inode)->map_lock);
	return err;
}

/* ---- for the page cache ---- */
int fat_map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	struct fat_inode *fi = fat_i(inode);
	const u32 bits = fs->geo.cluster_bits - fs->geo.sector_bits, mask = (1u << bits) - 1,
		  inside = (u32)block & mask;
	const u32 n = (u32)(block >> bits), ahead = (inside + max + mask) >> bits;
	struct fat_run run;
	u32 known;
	int err;

	mutex_lock(&fi->map_lock);
	err = create ? measure(inode) : 0;
	known = fi->clusters;
	/* Its size is beyond its clusters: what would come between is not its own. */
	if (!err && create && n > known)
		err = fat_error(fs, "a file ends before its size");
	/* Only what the first block needs: write-back asks far ahead. */
	if (!err && create && known <= n)
		err = grow_locked(inode, n + 1);
	if (!err)
		err = walk(inode, n, ahead, &run);
	mutex_unlock(&fi->map_lock);
	if (err == -ENOENT && !create) {
		*out = (struct block_extent){ .count = max };
		return 0;
	}
	if (err)
		return err;
	out->block = fat_cluster_sector(&fs->geo, run.disk + (n - run.file)) + inside;
	out->count = min(max, ((run.file + run.count - n) << bits) - inside);
	out->fresh = create && n >= known;
	return 0;
}
