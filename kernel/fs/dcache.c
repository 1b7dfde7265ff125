/*
 * dcache.c - the dentry cache: hash, life of a dentry, LRU and shrinker.
 *
 * A dentry with references is in use. Without, it stays hashed on the LRU until memory is wanted or
 * the cache has outgrown its share; a negative one alike. A child references its parent. Whoever
 * looks under dcache_lock may use what it finds without a reference until it unlocks.
 */
#include "vfs_internal.h"
#include <kernel/bitops.h>
#include <kernel/hash.h>

DEFINE_SPINLOCK(dcache_lock, RANK_DCACHE);
static struct kmem_cache *dentry_cache;
static struct hlist_head *hash_table;
static unsigned int hash_bits;
static LIST_HEAD(lru);
/* lru_next: the count at which putting a dentry begins to look for some to free. */
static unsigned long lru_count, lru_limit, lru_next;

/*
 * Beyond the limit, every so many puts look at some more than that: those with dirty inodes and
 * those used lately stay, and there may be thousands.
 */
#define LRU_BATCH 32
#define LRU_LOOK  (4 * LRU_BATCH)

u32 qstr_hash(const char *name, u32 len)
{
	u32 h = 0;

	while (len--)
		h = (h << 5) - h + (u8)*name++;
	return h;
}

u32 name_hash(const struct dentry *parent, const char *name, u32 len)
{
	return qstr_hash(name, len);
}

static inline struct hlist_head *bucket(const struct dentry *parent, u32 hash)
{
	return &hash_table[hash_u32(hash + (u32)(uintptr_t)parent / 32, hash_bits)];
}

static struct dentry *dentry_new(const struct qstr *name)
{
	struct dentry *d = kmem_cache_alloc(dentry_cache, GFP_KERNEL);
	char *text;

	if (!d)
		return NULL;
	text = d->inline_name;
	if (name->len >= sizeof(d->inline_name)) {
		text = kmalloc(name->len + 1, GFP_KERNEL);
		if (!text) {
			kmem_cache_free(dentry_cache, d);
			return NULL;
		}
	}
	memcpy(text, name->name, name->len);
	text[name->len] = 0;
	refcount_set(&d->refs, 1);
	d->flags = DENTRY_UNHASHED;
	d->name = (struct qstr){ text, name->len, name->hash };
	d->inode = NULL;
	d->private = NULL;
	d->position = d->last_position = 2; /* after "." and ".." */
	d->hash_node = (struct hlist_node){ NULL, NULL };
	list_init(&d->children);
	list_init(&d->child_node);
	list_init(&d->alias_node);
	return d;
}

struct dentry *dentry_alloc_root(struct inode *inode)
{
	static const struct qstr slash = { "/", 1, 0 };
	struct dentry *d = dentry_new(&slash);

	if (!d)
		return NULL;
	d->parent = d;
	d->sb = inode->sb;
	dentry_instantiate(d, inode);
	return d;
}

struct dentry *dentry_alloc(struct dentry *parent, const struct qstr *name)
{
	struct dentry *d = dentry_new(name);

	if (!d)
		return NULL;
	d->sb = parent->sb;
	d->parent = parent;
	spin_lock(&dcache_lock);
	dentry_get_locked(parent);
	list_add_tail(&d->child_node, &parent->children);
	spin_unlock(&dcache_lock);
	return d;
}

void dentry_instantiate(struct dentry *dentry, struct inode *inode)
{
	if (!inode)
		return;
	spin_lock(&dcache_lock);
	ASSERT(!dentry->inode);
	dentry->inode = inode;
	list_add(&dentry->alias_node, &inode->dentries);
	spin_unlock(&dcache_lock);
}

void dentry_hash_locked(struct dentry *d)
{
	if (!(d->flags & DENTRY_UNHASHED))
		return;
	d->flags &= ~DENTRY_UNHASHED;
	hlist_add_head(&d->hash_node, bucket(d->parent, d->name.hash));
}

void dentry_unhash_locked(struct dentry *d)
{
	d->flags |= DENTRY_UNHASHED;
	hlist_del_init(&d->hash_node);
}

void dentry_hash(struct dentry *dentry)
{
	spin_lock(&dcache_lock);
	dentry_hash_locked(dentry);
	spin_unlock(&dcache_lock);
}

void dentry_drop(struct dentry *dentry)
{
	spin_lock(&dcache_lock);
	dentry_unhash_locked(dentry);
	spin_unlock(&dcache_lock);
}

__hot struct dentry *dentry_find_locked(struct dentry *parent, const struct qstr *name)
{
	struct dentry *d;

	hlist_for_each_entry (d, bucket(parent, name->hash), hash_node) {
		if (d->name.hash != name->hash || d->parent != parent || d->name.len != name->len)
			continue;
		if (!memcmp(d->name.name, name->name, name->len))
			return d;
	}
	return NULL;
}

/* A root is never hashed, but is where its inode is found. */
struct dentry *dentry_other(struct inode *inode, const struct dentry *but)
{
	struct dentry *d, *found = NULL;

	spin_lock(&dcache_lock);
	list_for_each_entry (d, &inode->dentries, alias_node)
		if (d != but && (!(d->flags & DENTRY_UNHASHED) || d->parent == d)) {
			dentry_get_locked(d);
			found = d;
			break;
		}
	spin_unlock(&dcache_lock);
	return found;
}

void dentry_drop_others(struct inode *inode, const struct dentry *but)
{
	struct dentry *d;

	while ((d = dentry_other(inode, but))) {
		dentry_drop(d);
		dentry_put(d);
	}
}

struct dentry *dentry_find(struct dentry *parent, const struct qstr *name)
{
	struct dentry *d;

	spin_lock(&dcache_lock);
	d = dentry_find_locked(parent, name);
	if (d)
		dentry_get_locked(d);
	spin_unlock(&dcache_lock);
	return d;
}

void dentry_get(struct dentry *dentry)
{
	refcount_inc(&dentry->refs);
}

static void lru_del(struct dentry *d)
{
	if (!(d->flags & DENTRY_LRU))
		return;
	d->flags &= ~DENTRY_LRU;
	list_del(&d->lru_node);
	lru_count--;
}

static void lru_add(struct dentry *d)
{
	d->flags |= DENTRY_REFERENCED;
	if (d->flags & DENTRY_LRU)
		return;
	d->flags |= DENTRY_LRU;
	list_add_tail(&d->lru_node, &lru);
	lru_count++;
}

static void dentry_free(struct dentry *d)
{
	if (d->name.name != d->inline_name)
		kfree(d->name.name);
	kmem_cache_free(dentry_cache, d);
}

/* The reference of a dentry goes; watchers hear when it was the last of a deleted file. */
void dentry_inode_put(struct inode *inode)
{
	if (unlikely(inode->marks) && !inode->nlink && list_empty(&inode->dentries))
		inotify_inode_removed(inode);
	inode_put(inode);
}

/*
 * Destroys a dentry without references, and each parent that thereby loses its last one. Called
 * with dcache_lock held, which it drops; ends unlocked.
 */
static void dentry_kill_unlock(struct dentry *d)
{
	for (;;) {
		struct dentry *parent = d->parent == d ? NULL : d->parent;
		struct inode *inode = d->inode;

		DEBUG_ASSERT(list_empty(&d->children));
		dentry_unhash_locked(d);
		lru_del(d);
		if (parent)
			list_del(&d->child_node);
		if (inode)
			list_del(&d->alias_node);
		spin_unlock(&dcache_lock);
		dentry_free(d);
		if (inode)
			dentry_inode_put(inode);
		if (!parent)
			return;
		spin_lock(&dcache_lock);
		if (!refcount_dec(&parent->refs)) {
			spin_unlock(&dcache_lock);
			return;
		}
		if (!(parent->flags & (DENTRY_UNHASHED | DENTRY_DONTCACHE))) {
			lru_add(parent);
			spin_unlock(&dcache_lock);
			return;
		}
		d = parent;
	}
}

/*
 * Is there nothing that dropping this dentry would have to write or lose, or to wait for? Pages may
 * be on their way to or from a disk that is served by who is looking for memory; the clean ones are
 * taken by themselves.
 */
static bool can_drop(const struct dentry *d)
{
	const struct inode *inode = d->inode;

	return !inode || (!(inode->flags & INODE_DIRTY) && !inode->mapping->nr_pages);
}

/* Frees up to nr of `look` dentries, oldest first; used ones get a second round. */
static unsigned long lru_scan(unsigned long nr, unsigned long look)
{
	unsigned long freed = 0;

	spin_lock(&dcache_lock);
	for (; look && freed < nr; look--) {
		struct dentry *d;

		if (list_empty(&lru))
			break;
		d = list_first_entry(&lru, struct dentry, lru_node);
		if (refcount_read(&d->refs)) {
			lru_del(d);
		} else if ((d->flags & DENTRY_REFERENCED) || !can_drop(d)) {
			d->flags &= ~DENTRY_REFERENCED;
			list_move_tail(&d->lru_node, &lru);
		} else {
			dentry_kill_unlock(d);
			freed++;
			spin_lock(&dcache_lock);
		}
	}
	lru_next = max(lru_limit, lru_count + LRU_BATCH);
	spin_unlock(&dcache_lock);
	return freed;
}

static unsigned long shrink_count(struct shrinker *s)
{
	return lru_count;
}
static unsigned long shrink_scan(struct shrinker *s, unsigned long nr)
{
	return lru_scan(nr, READ_ONCE(lru_count));
}
static struct shrinker dcache_shrinker = { .name = "dentry",
					   .count = shrink_count,
					   .scan = shrink_scan };

static void dentry_put_slow(struct dentry *d)
{
	bool over;

	spin_lock(&dcache_lock);
	if (!refcount_dec(&d->refs)) {
		spin_unlock(&dcache_lock);
		return;
	}
	if (d->flags & (DENTRY_UNHASHED | DENTRY_DONTCACHE)) {
		dentry_kill_unlock(d);
		return;
	}
	lru_add(d);
	over = lru_count > lru_next;
	spin_unlock(&dcache_lock);
	if (over)
		lru_scan(LRU_BATCH, LRU_LOOK);
}

__hot void dentry_put(struct dentry *d)
{
	int refs;

	if (!d)
		return;
	refs = atomic_read(&d->refs.count);
	if (refs > 1 && atomic_cmpxchg(&d->refs.count, refs, refs - 1))
		return;
	dentry_put_slow(d);
}

void dcache_shrink_sb(struct super_block *sb)
{
	struct dentry *d;

	spin_lock(&dcache_lock);
again:
	list_for_each_entry (d, &lru, lru_node) {
		if (d->sb == sb && !refcount_read(&d->refs)) {
			dentry_kill_unlock(d);
			spin_lock(&dcache_lock);
			goto again;
		}
	}
	spin_unlock(&dcache_lock);
}

void dcache_shrink_children(struct dentry *parent)
{
	struct dentry *d;

	spin_lock(&dcache_lock);
again:
	list_for_each_entry (d, &parent->children, child_node) {
		if (!refcount_read(&d->refs)) {
			dentry_kill_unlock(d);
			spin_lock(&dcache_lock);
			goto again;
		}
	}
	spin_unlock(&dcache_lock);
}

static unsigned int table_bits(void)
{
	struct page_stats stats;
	unsigned int bits;

	page_get_stats(&stats);
	/* With their inodes an eighth of memory; who needs it gets it back earlier by the shrinker.
	 */
	lru_limit = lru_next = stats.total + 256;
	bits = order_up(stats.total / 8 + 1);
	return bits < 8 ? 8 : bits > 14 ? 14 : bits;
}

void dcache_init(void)
{
	dentry_cache = kmem_cache_create("dentry", sizeof(struct dentry), 32);
	hash_bits = table_bits();
	hash_table = kzalloc(sizeof(*hash_table) << hash_bits, GFP_KERNEL);
	if (!dentry_cache || !hash_table)
		panic("No memory for the dentry cache");
	shrinker_register(&dcache_shrinker);
}
