/* The path walk and the dentry cache over a file system made of one array. */
// LINK: kernel/fs/dcache.c kernel/fs/dentry_tree.c kernel/fs/file_time.c kernel/fs/inode.c
// LINK: kernel/fs/inode_attr.c
// LINK: kernel/fs/namei.c kernel/fs/namei_lookup.c kernel/lib/bitops.c
#include <host/host.h>
#include "kernel/fs/vfs_internal.h"

/* ---- what the tested files want of the rest ---- */
struct path root_path;
const struct file_ops fifo_fops, socket_fops;
static struct mount root_mount, sub_mount;
static struct dentry *mounted_on;
static bool may_override;
static struct shrinker *shrinker;

void mapping_init(struct mapping *m, struct inode *host, const struct mapping_ops *ops)
{
	memset(m, 0, sizeof(*m));
	m->host = host;
}
void mapping_destroy(struct mapping *m)
{
}
int mapping_sync(struct mapping *m, loff_t start, loff_t end)
{
	return 0;
}
void page_get_stats(struct page_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->total = 2048;
}
void shrinker_register(struct shrinker *s)
{
	shrinker = s;
}
bool capable(int cap)
{
	return may_override;
}
bool in_group(gid_t gid)
{
	return gid == 7;
}
struct mount *mount_find_child_locked(struct mount *parent, struct dentry *dentry)
{
	return parent == &root_mount && dentry == mounted_on ? &sub_mount : NULL;
}
void mount_get(struct mount *mnt)
{
	refcount_inc(&mnt->refs);
}
void mount_put(struct mount *mnt)
{
	assert_false(refcount_dec(&mnt->refs));
}
struct fd fd_get_light_raw(int fd)
{
	return (struct fd){ NULL, false };
}
void file_put(struct file *file)
{
}
const struct file_ops *chrdev_find(u32 devnum)
{
	return NULL;
}
int vfs_setattr(const struct path *path, struct iattr *attr)
{
	return 0;
}
void inotify_inode_removed(struct inode *inode)
{
}
void blockdev_name(const struct block_device *bdev, char *text, size_t size)
{
}

/* ---- the file system ---- */
static const struct node {
	unsigned int parent;
	const char *name;
	u32 mode;
	const char *link;
	unsigned int same; /* another name of that node */
} nodes[] = {
	{ 0, "", S_IFDIR | 0755, NULL },	  { 0, "dir", S_IFDIR | 0755, NULL },
	{ 1, "sub", S_IFDIR | 0755, NULL },	  { 2, "file", S_IFREG | 0644, NULL },
	{ 0, "abs", S_IFLNK | 0777, "/dir/sub" }, { 1, "rel", S_IFLNK | 0777, "sub/../sub" },
	{ 0, "loop", S_IFLNK | 0777, "loop" },	  { 0, "closed", S_IFDIR | 0700, NULL },
	{ 7, "inside", S_IFREG | 0644, NULL },	  { 0, "dangling", S_IFLNK | 0777, "nowhere/x" },
	{ 0, "slash", S_IFLNK | 0777, "dir/" },	  { 0, "c0", S_IFLNK | 0777, "dir/sub/file" },
	{ 0, "c1", S_IFLNK | 0777, "c0" },	  { 0, "group", S_IFDIR | 0070, NULL },
	{ 13, "x", S_IFREG | 0644, NULL },	  { 0, "empty", S_IFDIR | 0755, NULL },
	{ 0, "DIR", S_IFDIR | 0755, NULL, 1 },	  { 2, "up", S_IFDIR | 0755, NULL, 1 },
	{ 2, "self", S_IFDIR | 0755, NULL, 2 },	  { 15, "stolen", S_IFDIR | 0755, NULL, 2 },
	{ 15, "hard", S_IFREG | 0644, NULL, 3 },
};
static struct fs_type type = { .name = "fake" };
static struct super_block sb;
static unsigned int lookups;

static int fake_lookup(struct inode *dir, struct dentry *dentry);
static const char *fake_get_link(struct dentry *dentry, struct inode *inode, void **cookie)
{
	*cookie = kstrdup(nodes[inode->ino - 100].link, GFP_KERNEL);
	return *cookie ? *cookie : ERR_PTR(-ENOMEM);
}
static const struct inode_ops dir_ops = { .lookup = fake_lookup };
static const struct inode_ops link_ops = { .get_link = fake_get_link };

static struct inode *fake_inode(unsigned int n)
{
	bool is_new;
	struct inode *inode = inode_iget(&sb, n + 100, &is_new);

	if (!inode || !is_new)
		return inode;
	inode->mode = nodes[n].mode;
	inode->gid = n == 13 ? 7 : 0;
	inode->ops = nodes[n].link ? &link_ops : S_ISDIR(inode->mode) ? &dir_ops : NULL;
	inode_iget_done(inode);
	return inode;
}

static int fake_lookup(struct inode *dir, struct dentry *dentry)
{
	lookups++;
	for (unsigned int i = 1; i < ARRAY_SIZE(nodes); i++) {
		if (nodes[i].parent + 100 != dir->ino || strcmp(nodes[i].name, dentry->name.name))
			continue;
		struct inode *inode = fake_inode(nodes[i].same ? nodes[i].same : i);

		if (!inode)
			return -ENOMEM;
		dentry_instantiate(dentry, inode);
	}
	return 0;
}

/* ---- frame ---- */
static struct task task;
static struct cred cred = { .fsuid = 1000, .fsgid = 1000 };
static struct fs_context fs;

static int set_up(void **state)
{
	static bool once;

	host_setup(state);
	if (!once) {
		dcache_init();
		icache_init();
		once = true;
	} else {
		host_reset();
	}
	task.cred = &cred;
	task.fs = &fs;
	current = &task;
	spin_init(&fs.lock, RANK_SPIN, "fs");
	memset(&sb, 0, sizeof(sb));
	list_init(&sb.inodes);
	sb.type = &type;
	sb.root = dentry_alloc_root(fake_inode(0));
	memset(&root_mount, 0, sizeof(root_mount));
	root_mount.root = sb.root;
	root_mount.sb = &sb;
	refcount_set(&root_mount.refs, 1);
	fs.root = fs.cwd = (struct path){ &root_mount, sb.root };
	may_override = false;
	mounted_on = NULL;
	lookups = 0;
	return 0;
}

static int tear_down(void **state)
{
	dcache_shrink_sb(&sb);
	assert_int_equal(refcount_read(&root_mount.refs), 1);
	assert_int_equal(refcount_read(&sb.root->refs), 1);
	assert_true(list_empty(&sb.root->children));
	dentry_drop(sb.root);
	dentry_put(sb.root);
	assert_true(list_empty(&sb.inodes));
	return 0;
}

/* The node a name leads to, or a negative errno. */
static int walk_to(const char *name, u32 flags)
{
	struct path path;
	int err = path_lookup(AT_FDCWD, name, flags, &path), n;

	if (err)
		return err;
	n = (int)path.dentry->inode->ino - 100;
	path_put(&path);
	return n;
}
#define F LOOKUP_FOLLOW

static void plain_names(void **state)
{
	for (int round = 0; round < 2; round++) {
		assert_int_equal(walk_to("/", F), 0);
		assert_int_equal(walk_to(".", F), 0);
		assert_int_equal(walk_to("..", F), 0);
		assert_int_equal(walk_to("/dir", F), 1);
		assert_int_equal(walk_to("dir//sub/./file", F), 3);
		assert_int_equal(walk_to("dir/sub/../../dir/sub", F), 2);
		assert_int_equal(walk_to("../../dir", F), 1);
		assert_int_equal(walk_to("dir/", F), 1);
		assert_int_equal(walk_to("///", F), 0);
	}
	assert_int_equal(lookups, 3);
}

static void errors(void **state)
{
	char longname[300];

	assert_int_equal(walk_to("", F), -ENOENT);
	assert_int_equal(walk_to("no", F), -ENOENT);
	assert_int_equal(walk_to("no/x", F), -ENOENT);
	assert_int_equal(walk_to("dir/sub/file/", F), -ENOTDIR);
	assert_int_equal(walk_to("dir/sub/file/x", F), -ENOTDIR);
	assert_int_equal(walk_to("dir/sub/file/..", F), -ENOTDIR);
	assert_int_equal(walk_to("dir/sub/file", F | LOOKUP_DIRECTORY), -ENOTDIR);
	assert_int_equal(path_lookup(5, "x", F, NULL), -EBADF);
	memset(longname, 'a', 256);
	longname[256] = 0;
	assert_int_equal(walk_to(longname, F), -ENAMETOOLONG);
	longname[255] = 0;
	assert_int_equal(walk_to(longname, F), -ENOENT);
}

static void links(void **state)
{
	assert_int_equal(walk_to("abs", F), 2);
	assert_int_equal(walk_to("abs", 0), 4);
	assert_int_equal(walk_to("abs/", 0), 2);
	assert_int_equal(walk_to("abs/file", 0), 3);
	assert_int_equal(walk_to("dir/rel/file", F), 3);
	assert_int_equal(walk_to("dir/rel/../rel/../rel", F), 2);
	assert_int_equal(walk_to("slash/sub", F), 2);
	assert_int_equal(walk_to("slash", F), 1);
	assert_int_equal(walk_to("c1", F), 3);
	assert_int_equal(walk_to("c1/", F), -ENOTDIR);
	assert_int_equal(walk_to("dangling", F), -ENOENT);
	assert_int_equal(walk_to("dangling", 0), 9);
	assert_int_equal(walk_to("loop", F), -ELOOP);
	assert_int_equal(walk_to("loop/x", F), -ELOOP);
	assert_int_equal(walk_to("loop", 0), 6);
	assert_int_equal(walk_to("abs", F | LOOKUP_NO_SYMLINKS), -ELOOP);
}

/* Forty links are followed, one more is not. */
static void link_limit(void **state)
{
	char name[500] = "";

	for (int i = 0; i < 40; i++)
		strcat(name, "abs/../../");
	strcat(name, ".");
	assert_int_equal(walk_to(name, F), 0);
	strcpy(name + strlen(name) - 1, "abs");
	assert_int_equal(walk_to(name, F), -ELOOP);
}

static void permissions(void **state)
{
	assert_int_equal(walk_to("closed", F), 7);
	assert_int_equal(walk_to("closed/inside", F), -EACCES);
	assert_int_equal(walk_to("closed/.", F), -EACCES);
	assert_int_equal(walk_to("closed/no", F), -EACCES);
	assert_int_equal(walk_to("group/x", F), 14);
	may_override = true;
	assert_int_equal(walk_to("closed/inside", F), 8);
}

static void caches_what_is_missing(void **state)
{
	assert_int_equal(walk_to("no", F), -ENOENT);
	assert_int_equal(walk_to("no", F), -ENOENT);
	assert_int_equal(lookups, 1);
}

static void crosses_mounts(void **state)
{
	struct path path;

	assert_int_equal(path_lookup(AT_FDCWD, "empty", F, &path), 0);
	mounted_on = path.dentry;
	path.dentry->flags |= DENTRY_MOUNTED;
	assert_int_equal(path_lookup(AT_FDCWD, "dir", F, &fs.cwd), 0);
	sub_mount = (struct mount){
		.sb = &sb, .root = fs.cwd.dentry, .parent = &root_mount, .mountpoint = mounted_on
	};
	refcount_set(&sub_mount.refs, 1);
	path_put(&fs.cwd);
	fs.cwd = fs.root;
	assert_int_equal(walk_to("empty", F), 1);
	assert_int_equal(walk_to("empty/sub/file", F), 3);
	assert_int_equal(walk_to("empty/..", F), 0);
	assert_int_equal(walk_to("empty/sub/../..", F), 0);
	mounted_on->flags &= ~DENTRY_MOUNTED;
	path_put(&path);
}

/* Two spellings are one dentry; a name elsewhere is refused, and leaves the first as it was. */
static void a_directory_has_one_dentry(void **state)
{
	struct path path, again;

	assert_int_equal(path_lookup(AT_FDCWD, "dir", F, &path), 0);
	assert_int_equal(path_lookup(AT_FDCWD, "DIR", F, &again), 0);
	assert_ptr_equal(path.dentry, again.dentry);
	path_put(&again);
	assert_int_equal(walk_to("DIR/sub", F), 2);
	assert_string_equal(path.dentry->name.name, "DIR");
	assert_int_equal(walk_to("dir/sub/file", F), 3);
	assert_string_equal(path.dentry->name.name, "dir");
	path_put(&path);
	assert_int_equal(walk_to("dir/sub/up", F), -ELOOP);
	assert_int_equal(walk_to("dir/sub/self/file", F), -ELOOP);
	assert_int_equal(walk_to("empty/stolen", F), -EIO);
	assert_non_null(
		strstr(host_log(), "VFS (fake): the directory \"stolen\" is not looked at"));
	assert_int_equal(walk_to("empty/hard", F), 3);
	assert_int_equal(walk_to("dir/sub/file", F), 3);
}

static void stays_below_a_base(void **state)
{
	struct path base, path;

	assert_int_equal(path_lookup(AT_FDCWD, "dir", F, &base), 0);
	assert_int_equal(path_lookup_below(&base, "/../../sub", F, &path), 0);
	assert_int_equal(path.dentry->inode->ino, 102);
	path_put(&path);
	assert_int_equal(walk_path(AT_FDCWD, "sub/../..", F | LOOKUP_BENEATH, &base, &path),
			 -EXDEV);
	assert_int_equal(walk_path(AT_FDCWD, "/sub", F | LOOKUP_BENEATH, &base, &path), -EXDEV);
	assert_int_equal(walk_path(AT_FDCWD, "sub/file", F | LOOKUP_BENEATH, &base, &path), 0);
	path_put(&path);
	path_put(&base);
}

/* Whatever allocation fails: an errno, and nothing is lost (tear_down looks). */
static void out_of_memory(void **state)
{
	for (unsigned int n = 1; n < 30; n++) {
		int ret;

		host_fail_alloc(n);
		ret = walk_to("abs/../rel/../../c1", F);
		host_fail_disarm();
		assert_true(ret == 3 || ret == -ENOMEM);
		dcache_shrink_sb(&sb);
	}
}

static void moves_and_deletes(void **state)
{
	struct path a, b;
	char longname[64] = "a-name-that-does-not-fit-into-the-dentry-itself-1234567";
	struct qstr q = { longname, (u32)strlen(longname), 0 };
	struct dentry *target;

	q.hash = qstr_hash(q.name, q.len);
	assert_int_equal(path_lookup(AT_FDCWD, "dir/sub/file", F, &a), 0);
	assert_int_equal(path_lookup(AT_FDCWD, "empty", F, &b), 0);
	target = lookup_in_locked_dir(b.dentry, &q);
	assert_null(target->inode);
	dentry_move(a.dentry, target);
	dentry_put(target);
	assert_string_equal(a.dentry->name.name, longname);
	assert_ptr_equal(a.dentry->parent, b.dentry);
	target = dentry_find(b.dentry, &q);
	assert_ptr_equal(target, a.dentry);
	dentry_put(target);
	assert_true(dentry_is_ancestor(b.dentry, a.dentry));
	assert_false(dentry_is_empty(b.dentry));
	dentry_delete(a.dentry);
	assert_true(dentry_is_empty(b.dentry));
	path_put(&a);
	path_put(&b);
}

static void shrinks(void **state)
{
	unsigned long before;

	(void)walk_to("dir/sub/file", F);
	(void)walk_to("no", F);
	before = shrinker->count(shrinker);
	assert_true(before >= 2);
	/* The first scan spares what was used. */
	while (shrinker->count(shrinker))
		shrinker->scan(shrinker, 100);
	assert_true(list_empty(&sb.root->children));
	assert_int_equal(walk_to("dir/sub/file", F), 3);
}

/* What would have to be written or waited for stays: who looks for memory may be the one who
 * writes. */
static void shrinks_around_pages(void **state)
{
	struct path path;
	struct inode *inode;

	assert_int_equal(path_lookup(AT_FDCWD, "dir/sub/file", F, &path), 0);
	inode = path.dentry->inode;
	path_put(&path);
	for (unsigned int round = 0; round < 2; round++) {
		inode->mapping->nr_pages = !round;
		inode->flags |= round ? INODE_DIRTY : 0;
		for (unsigned int i = 0; i < 4; i++)
			shrinker->scan(shrinker, 100);
		assert_int_equal(shrinker->count(shrinker), 1);
		inode->flags &= ~INODE_DIRTY;
	}
	while (shrinker->count(shrinker))
		shrinker->scan(shrinker, 100);
	assert_true(list_empty(&sb.root->children));
}

#define walk_test(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(plain_names),
		walk_test(errors),
		walk_test(links),
		walk_test(link_limit),
		walk_test(permissions),
		walk_test(caches_what_is_missing),
		walk_test(crosses_mounts),
		walk_test(stays_below_a_base),
		walk_test(out_of_memory),
		walk_test(moves_and_deletes),
		walk_test(shrinks),
		walk_test(shrinks_around_pages),
		walk_test(a_directory_has_one_dentry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
