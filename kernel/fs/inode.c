/*
 * inode.c - life of inodes: the cache by (super block, number), references, write counts.
 *
 * Inodes of file systems with a store of their own are hashed and found again by inode_iget();
 * in-memory ones only live in their dentries. There is no inode LRU: an inode lives as long as a
 * dentry (perhaps a cached one), an open file or a walk refers to it.
 */
#include "vfs_internal.h"
#include <kernel/bitops.h>
#include <kernel/hash.h>

#define ICACHE_BITS 9

/* Guards the hash, sb->inodes, INODE_NEW and INODE_FREEING. */
static DEFINE_SPINLOCK(icache_lock, RANK_ICACHE);
static struct hlist_head icache[1 << ICACHE_BITS];
static DEFINE_WAIT_QUEUE(icache_wait); /* INODE_NEW or INODE_FREEING went */
static struct kmem_cache *inode_cache;

void icache_init(void)
{
	inode_cache = kmem_cache_create("inode", sizeof(struct inode), 8);
	if (!inode_cache)
		panic("No memory for the inode cache");
}

static struct hlist_head *bucket(const struct super_block *sb, u64 ino)
{
	return &icache[hash_u32((u32)ino ^ (u32)(ino >> 32) ^ (u32)(uintptr_t)sb / 64,
				ICACHE_BITS)];
}

/* Fields that every inode starts with; the file system's own part is the file system's. */
static struct inode *inode_alloc(struct super_block *sb)
{
	struct inode *inode;

	if (sb->ops && sb->ops->alloc_inode)
		inode = sb->ops->alloc_inode(sb);
	else
		inode = kmem_cache_alloc(inode_cache, GFP_KERNEL);
	if (!inode)
		return NULL;
	memset(inode, 0, sizeof(*inode));
	inode->sb = sb;
	inode->mapping = &inode->data;
	mapping_init(&inode->data, inode, NULL);
	refcount_set(&inode->refs, 1);
	inode->nlink = 1;
	mutex_init(&inode->lock, RANK_INODE, "inode");
	list_init(&inode->dentries);
	list_init(&inode->sb_node);
	return inode;
}

struct inode *inode_new(struct super_block *sb, u32 mode)
{
	struct inode *inode = inode_alloc(sb);
	struct file_time now;

	if (!inode)
		return NULL;
	now = file_time_now();
	inode->times = (struct inode_times){ now, now, now, now };
	inode->mode = mode;
	if (current && current->cred) {
		inode->uid = current_cred()->fsuid;
		inode->gid = current_cred()->fsgid;
	}
	spin_lock(&icache_lock);
	inode->ino = ++sb->next_ino;
	list_add_tail(&inode->sb_node, &sb->inodes);
	spin_unlock(&icache_lock);
	return inode;
}

static struct inode *find_locked(struct super_block *sb, u64 ino)
{
	struct inode *inode;

	hlist_for_each_entry (inode, bucket(sb, ino), hash_node)
		if (inode->ino == ino && inode->sb == sb)
			return inode;
	return NULL;
}

static bool is_busy(struct super_block *sb, u64 ino)
{
	struct inode *inode;
	bool busy;

	spin_lock(&icache_lock);
	inode = find_locked(sb, ino);
	busy = inode && (inode->flags & (INODE_NEW | INODE_FREEING));
	spin_unlock(&icache_lock);
	return busy;
}

struct inode *inode_iget(struct super_block *sb, u64 ino, bool *is_new)
{
	struct inode *inode, *fresh = NULL;

	*is_new = false;
	for (;;) {
		spin_lock(&icache_lock);
		inode = find_locked(sb, ino);
		if (!inode && fresh)
			break;
		if (inode && !(inode->flags & (INODE_NEW | INODE_FREEING))) {
			atomic_inc(&inode->refs.count);
			spin_unlock(&icache_lock);
			if (fresh)
				inode_put(fresh);
			return inode;
		}
		spin_unlock(&icache_lock);
		if (inode)
			wait_event(&icache_wait, !is_busy(sb, ino));
		else if (!(fresh = inode_alloc(sb)))
			return NULL;
	}
	fresh->ino = ino;
	fresh->flags |= INODE_NEW;
	hlist_add_head(&fresh->hash_node, bucket(sb, ino));
	list_add_tail(&fresh->sb_node, &sb->inodes);
	spin_unlock(&icache_lock);
	*is_new = true;
	return fresh;
}

void inode_iget_done(struct inode *inode)
{
	spin_lock(&icache_lock);
	inode->flags &= ~INODE_NEW;
	spin_unlock(&icache_lock);
	wake_up_all(&icache_wait);
}

void inode_iget_failed(struct inode *inode)
{
	spin_lock(&icache_lock);
	hlist_del_init(&inode->hash_node);
	inode->flags = (inode->flags & ~INODE_NEW) | INODE_NOCACHE;
	spin_unlock(&icache_lock);
	wake_up_all(&icache_wait);
	inode_put(inode);
}

void inode_hash_insert(struct inode *inode)
{
	spin_lock(&icache_lock);
	hlist_add_head(&inode->hash_node, bucket(inode->sb, inode->ino));
	spin_unlock(&icache_lock);
}

void inode_get(struct inode *inode)
{
	refcount_inc(&inode->refs);
}

static void inode_free(struct inode *inode)
{
	if (inode->sb->ops && inode->sb->ops->free_inode)
		inode->sb->ops->free_inode(inode);
	else
		kmem_cache_free(inode_cache, inode);
}

static void write_back(struct inode *inode)
{
	const struct super_ops *ops = inode->sb->ops;

	if (inode->mapping->unevictable || inode->hash_node.pprev == NULL)
		return;
	if (inode->data.nr_pages)
		mapping_sync(&inode->data, 0, LLONG_MAX);
	if ((inode->flags & INODE_DIRTY) && ops && ops->write_inode)
		ops->write_inode(inode, false);
}

/* Does its end change the disk? */
static bool has_end_work(const struct inode *inode)
{
	return !inode->nlink || (inode->flags & INODE_DIRTY) ||
	       !list_empty(&inode->data.dirty_node);
}

/* The last reference went, icache_lock is held; a hashed inode stays findable until it is clean. */
static void inode_final_unlock(struct inode *inode, bool gated)
{
	const struct super_ops *ops = inode->sb->ops;

	inode->flags |= INODE_FREEING;
	spin_unlock(&icache_lock);
	DEBUG_ASSERT(list_empty(&inode->dentries));
	if (inode->nlink && !(inode->flags & INODE_NOCACHE))
		write_back(inode);
	mapping_destroy(&inode->data);
	if (!inode->nlink && ops && ops->evict_inode)
		ops->evict_inode(inode);
	if (gated)
		sb_gate_leave(inode->sb, SB_GATE_END);
	spin_lock(&icache_lock);
	hlist_del_init(&inode->hash_node);
	list_del_init(&inode->sb_node);
	spin_unlock(&icache_lock);
	wake_up_all(&icache_wait);
	if (inode->locks)
		kfree(inode->locks);
	inode_free(inode);
}

void inode_put(struct inode *inode)
{
	bool gated;
	int refs;

	if (!inode)
		return;
	refs = atomic_read(&inode->refs.count);
	if (refs > 1 && atomic_cmpxchg(&inode->refs.count, refs, refs - 1))
		return;
	spin_lock(&icache_lock);
	gated = refcount_read(&inode->refs) == 1 && has_end_work(inode);
	if (gated && !sb_gate_try(inode->sb, SB_GATE_END)) {
		inode->flags |= INODE_KEPT; /* and so is the reference */
		spin_unlock(&icache_lock);
	} else if (refcount_dec(&inode->refs)) {
		inode_final_unlock(inode, gated);
	} else {
		spin_unlock(&icache_lock);
	}
}

static int end_kept(struct inode *inode, void *arg)
{
	bool kept;

	spin_lock(&icache_lock);
	kept = inode->flags & INODE_KEPT;
	inode->flags &= ~INODE_KEPT;
	spin_unlock(&icache_lock);
	if (kept)
		inode_put(inode);
	return 0;
}

void inode_end_kept(struct super_block *sb)
{
	(void)inode_for_each(sb, end_kept, NULL);
}

int inode_for_each(struct super_block *sb, int (*fn)(struct inode *inode, void *arg), void *arg)
{
	struct inode *inode, *held = NULL;
	int ret = 0;

	spin_lock(&icache_lock);
	list_for_each_entry (inode, &sb->inodes, sb_node) {
		if (inode->flags & (INODE_NEW | INODE_FREEING))
			continue;
		atomic_inc(&inode->refs.count);
		spin_unlock(&icache_lock);
		if (held)
			inode_put(held);
		held = inode;
		ret = fn(inode, arg);
		spin_lock(&icache_lock);
		if (ret)
			break;
	}
	spin_unlock(&icache_lock);
	if (held)
		inode_put(held);
	return ret;
}

void inode_lock_two(struct inode *a, struct inode *b)
{
	struct inode *first = a < b ? a : b, *second = a < b ? b : a;

	mutex_lock(&first->lock);
	if (a != b)
		mutex_lock_nested(&second->lock);
}

void inode_unlock_two(struct inode *a, struct inode *b)
{
	mutex_unlock(&a->lock);
	if (a != b)
		mutex_unlock(&b->lock);
}

int inode_deny_write(struct inode *inode)
{
	int n;

	do {
		n = atomic_read(&inode->write_count);
		if (n > 0)
			return -ETXTBSY;
	} while (!atomic_cmpxchg(&inode->write_count, n, n - 1));
	return 0;
}

void inode_allow_write(struct inode *inode)
{
	atomic_inc(&inode->write_count);
}

int inode_get_write(struct inode *inode)
{
	int n;

	do {
		n = atomic_read(&inode->write_count);
		if (n < 0)
			return -ETXTBSY;
	} while (!atomic_cmpxchg(&inode->write_count, n, n + 1));
	/* Asked after counting: swapon() sets it before it looks at the count. */
	if (inode->flags & INODE_SWAPFILE) {
		inode_put_write(inode);
		return -ETXTBSY;
	}
	return 0;
}

void inode_put_write(struct inode *inode)
{
	atomic_add(&inode->write_count, -1);
}
