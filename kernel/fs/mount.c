/*
 * mount.c - the mount tree: what is mounted where, references, attaching and detaching.
 *
 * There is one namespace. A mount in the tree holds one reference for the tree, one for each child
 * (its `parent` pointer), and whatever paths refer to it. The tree is written under mount_lock and
 * dcache_lock together; readers that may not sleep use dcache_lock.
 */
#include "vfs_internal.h"
#include <kernel/hash.h>
#include <kernel/init.h>
#include <kernel/page.h>

#define MOUNT_HASH_BITS 6
/* A share of memory that mounts may take: they cannot be reclaimed. */
#define MOUNT_MEMORY_SHARE 16
#define MOUNT_MAX	   100000u /* as Linux */

DEFINE_RWLOCK(mount_lock, RANK_MOUNT);
DEFINE_WAIT_QUEUE(mount_wait);
u32 mount_changes;
struct path root_path;
static struct hlist_head mount_hash[1 << MOUNT_HASH_BITS];
static struct hlist_head point_hash[1 << MOUNT_HASH_BITS]; /* by mountpoint alone */
static struct atomic mount_count = ATOMIC_INIT(0);
unsigned int mounts_max = MOUNT_MAX;
LIST_HEAD(all_mounts); /* mount.ns_node, in order; mount_lock */
static int next_mount_id = 1;

static struct hlist_head *bucket(const struct mount *parent, const struct dentry *dentry)
{
	u32 key = (u32)(uintptr_t)parent / 32 + (u32)(uintptr_t)dentry / 16;

	return &mount_hash[hash_u32(key, MOUNT_HASH_BITS)];
}

static struct hlist_head *point_bucket(const struct dentry *dentry)
{
	return &point_hash[hash_u32((u32)(uintptr_t)dentry / 16, MOUNT_HASH_BITS)];
}

struct mount *mount_find_child_locked(struct mount *parent, struct dentry *dentry)
{
	struct mount *m;

	hlist_for_each_entry (m, bucket(parent, dentry), hash_node)
		if (m->parent == parent && m->mountpoint == dentry)
			return m;
	return NULL;
}

void mount_get(struct mount *mnt)
{
	refcount_inc(&mnt->refs);
}

void mount_put(struct mount *mnt)
{
	if (!mnt || !refcount_dec(&mnt->refs))
		return;
	/* A path walk under dcache_lock may still look at it. */
	spin_lock(&dcache_lock);
	ASSERT(!mnt->attached);
	spin_unlock(&dcache_lock);
	dentry_put(mnt->root);
	super_put(mnt->sb);
	kfree(mnt->source);
	kfree(mnt);
	atomic_add(&mount_count, -1);
}

/* Takes over a reference to sb, if it succeeds, and makes one to root. ERR_PTR. */
struct mount *mount_new(struct super_block *sb, struct dentry *root, const char *source, u32 flags)
{
	struct mount *m;

	if ((unsigned int)atomic_read(&mount_count) >= mounts_max)
		return ERR_PTR(-ENOSPC);
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return ERR_PTR(-ENOMEM);
	m->source = kstrdup(source ? source : "none", GFP_KERNEL);
	if (!m->source) {
		kfree(m);
		return ERR_PTR(-ENOMEM);
	}
	atomic_inc(&mount_count);
	m->sb = sb;
	m->root = root;
	dentry_get(root);
	m->flags = flags;
	refcount_set(&m->refs, 1);
	list_init(&m->children);
	list_init(&m->child_node);
	list_init(&m->ns_node);
	m->id = arch_xadd(&next_mount_id, 1);
	return m;
}

struct mount *vfs_kern_mount(struct fs_type *type, const char *source)
{
	struct super_block *sb = super_get(type, source, 0, NULL);
	struct mount *m;

	if (IS_ERR(sb))
		return ERR_CAST(sb);
	m = mount_new(sb, sb->root, source, 0);
	if (IS_ERR(m))
		super_put(sb);
	return m;
}

void mounts_changed(void)
{
	mount_changes++;
	wake_up_all(&mount_wait);
}

/* Puts a new mount in the tree; mount_lock is held for writing. The caller's reference becomes the
 * tree's. parent NULL: the root. */
void mount_attach(struct mount *mnt, struct mount *parent, struct dentry *where)
{
	ASSERT(!mnt->attached);
	spin_lock(&dcache_lock);
	mnt->parent = parent;
	mnt->mountpoint = where;
	if (parent) {
		mount_get(parent);
		dentry_get_locked(where);
		where->flags |= DENTRY_MOUNTED;
		hlist_add_head(&mnt->hash_node, bucket(parent, where));
		hlist_add_head(&mnt->point_node, point_bucket(where));
		list_add_tail(&mnt->child_node, &parent->children);
	}
	mnt->attached = true;
	if (list_empty(&mnt->ns_node))
		list_add_tail(&mnt->ns_node, &all_mounts);
	spin_unlock(&dcache_lock);
	mounts_changed();
}

static bool is_mountpoint(const struct dentry *dentry)
{
	struct mount *m;

	hlist_for_each_entry (m, point_bucket(dentry), point_node)
		if (m->mountpoint == dentry)
			return true;
	return false;
}

/* Takes it off its place, but not off the list; what it referred to there is returned in *place. */
void mount_unhook(struct mount *mnt, struct path *place)
{
	*place = (struct path){ mnt->parent, mnt->mountpoint };
	spin_lock(&dcache_lock);
	hlist_del_init(&mnt->hash_node);
	hlist_del_init(&mnt->point_node);
	list_del_init(&mnt->child_node);
	mnt->parent = NULL;
	mnt->mountpoint = NULL;
	mnt->attached = false;
	if (place->dentry && !is_mountpoint(place->dentry))
		place->dentry->flags &= ~DENTRY_MOUNTED;
	spin_unlock(&dcache_lock);
}

/* Children before parents; each leaves the tree's reference on `dead`. */
static void detach_all(struct mount *mnt, struct list_head *dead)
{
	struct path place;
	struct mount *leaf;

	do {
		leaf = mnt;
		while (!list_empty(&leaf->children))
			leaf = list_first_entry(&leaf->children, struct mount, child_node);
		mount_unhook(leaf, &place);
		list_move_tail(&leaf->ns_node, dead);
		/* Not the last references: the parent is still in the tree. */
		if (place.dentry)
			dentry_put(place.dentry);
		if (place.mnt)
			mount_put(place.mnt);
	} while (leaf != mnt);
}

/* mount_lock is held for writing, and dropped: the last put of a file system may write to disk. */
void mount_detach_tree(struct mount *mnt)
{
	LIST_HEAD(dead);
	struct mount *m, *next;

	detach_all(mnt, &dead);
	mounts_changed();
	write_unlock(&mount_lock);
	list_for_each_entry_safe (m, next, &dead, ns_node) {
		list_del_init(&m->ns_node);
		mount_put(m);
	}
}

void __init mount_init(void)
{
	struct page_stats stats;
	unsigned long room;

	page_get_stats(&stats);
	room = stats.total * (PAGE_SIZE / MOUNT_MEMORY_SHARE);
	/* As much again for the name of the source and the allocator. */
	mounts_max = min_t(unsigned long, MOUNT_MAX, room / (2 * sizeof(struct mount)));
}

bool mount_is_readonly(const struct mount *mnt)
{
	return (mnt->flags | mnt->sb->flags) & MS_RDONLY;
}

int mnt_want_write(const struct mount *mnt)
{
	if (mount_is_readonly(mnt))
		return -EROFS;
	sb_gate_begin(mnt->sb, SB_GATE_WRITE);
	return 0;
}

void mnt_drop_write(const struct mount *mnt)
{
	sb_gate_end(mnt->sb, SB_GATE_WRITE);
}

void vfs_enter_top_root(void)
{
	struct path old = root_path, top = root_path;

	path_get(&old);
	path_get(&top);
	read_lock(&mount_lock);
	path_cross_mounts(&top);
	read_unlock(&mount_lock);
	fs_replace_root(&old, &top);
	path_put(&top);
	path_put(&old);
}

static __init int set_current_root(void)
{
	struct fs_context *fs = current ? current->fs : NULL;

	if (fs) {
		fs_set_root(fs, &root_path);
		fs_set_cwd(fs, &root_path);
	}
	return 0;
}

int __init vfs_mount_root(const char *type, const char *source, u32 flags, const char *options)
{
	struct fs_type *t = fs_type_find(type);
	struct super_block *sb;
	struct mount *m;

	if (!t)
		return -ENODEV;
	sb = super_get(t, source, flags, options);
	if (IS_ERR(sb))
		return PTR_ERR(sb);
	m = mount_new(sb, sb->root, source, flags & MS_RDONLY);
	if (IS_ERR(m)) {
		super_put(sb);
		return PTR_ERR(m);
	}
	write_lock(&mount_lock);
	mount_attach(m, NULL, NULL);
	root_path = (struct path){ m, m->root };
	path_get(&root_path);
	write_unlock(&mount_lock);
	return set_current_root();
}
