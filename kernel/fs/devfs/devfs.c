/*
 * devfs.c - "devtmpfs": the one tmpfs that all mounts of the type show. Programs may make and
 * change files in it as they like; a node is taken away with its device only if it still is that
 * device's.
 */
#include "../vfs_internal.h"
#include <kernel/devfs.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/tmpfs.h>

static struct mount *devfs_mount; /* the kernel's own: keeps the files when nobody has it mounted */

static struct path devfs_root(void)
{
	return (struct path){ devfs_mount, devfs_mount->root };
}

/* Makes the directories a node's name goes through. */
static void make_parents(const struct path *root, const char *name)
{
	char part[sizeof(((struct device *)0)->node_name)];

	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		memcpy(part, name, (size_t)(slash - name));
		part[slash - name] = 0;
		(void)vfs_create_at(root, part, S_IFDIR | 0755, 0, NULL);
	}
}

static void remove_empty_parents(const struct path *root, const char *name)
{
	char part[sizeof(((struct device *)0)->node_name)];
	char *slash;

	strscpy(part, name, sizeof(part));
	while ((slash = strrchr(part, '/'))) {
		*slash = 0;
		if (vfs_unlink_at(root, part))
			break;
	}
}

static u32 node_mode(const struct device *dev)
{
	return (dev->block ? S_IFBLK : S_IFCHR) | (dev->mode ? dev->mode : 0600);
}

/* ---- second names ---- */

/* Where the symbolic link leads: to a node of that name? */
static int compare_link(const struct path *root, const char *link, const char *node, int *order)
{
	struct path path;
	struct inode *inode;
	void *cookie = NULL;
	const char *target;
	int err = path_lookup_below(root, link, 0, &path);

	if (err)
		return err;
	inode = path.dentry->inode;
	err = -EEXIST; /* somebody's own file */
	if (S_ISLNK(inode->mode)) {
		target = inode->ops->get_link(path.dentry, inode, &cookie);
		err = IS_ERR(target) ? (int)PTR_ERR(target) : 0;
		if (!err)
			*order = strcmp(node, target);
		kfree(cookie);
	}
	path_put(&path);
	return err;
}

static void add_link(const struct path *root, const struct device *dev, const char *name)
{
	int order, err;

	/* Twice: another device may come between look-up and creation. */
	for (unsigned int i = 0; i < 2; i++) {
		err = compare_link(root, dev->link_name, name, &order);
		if (err && err != -ENOENT)
			return;
		if (!err && order >= 0)
			return;
		if (!err)
			(void)vfs_unlink_at(root, dev->link_name);
		if (!vfs_symlink_at(root, name, dev->link_name))
			return;
	}
}

static void remove_link(const struct path *root, const struct device *dev, const char *name)
{
	int order;

	if (!compare_link(root, dev->link_name, name, &order) && !order)
		(void)vfs_unlink_at(root, dev->link_name);
}

static void devfs_added(struct device *dev)
{
	const struct path root = devfs_root();
	const char *name = device_node_name(dev);
	struct path path;
	int err;

	if (!dev->devnum)
		return;
	make_parents(&root, name);
	err = vfs_create_at(&root, name, node_mode(dev), dev->devnum, &path);
	if (err) {
		pr_err("devtmpfs: cannot make %s: %pE\n", name, (void *)(long)err);
		return;
	}
	/* Whoever made the device appear does not own it. */
	path.dentry->inode->uid = 0;
	path.dentry->inode->gid = dev->gid;
	path_put(&path);
	if (dev->link_name)
		add_link(&root, dev, name);
}

static bool is_node_of(const struct inode *inode, const struct device *dev)
{
	return (inode->mode & S_IFMT) == (node_mode(dev) & S_IFMT) && inode->rdev == dev->devnum;
}

static void devfs_removed(struct device *dev)
{
	const struct path root = devfs_root();
	const char *name = device_node_name(dev);
	struct path path;
	bool ours;

	if (!dev->devnum || path_lookup_below(&root, name, 0, &path))
		return;
	ours = is_node_of(path.dentry->inode, dev);
	path_put(&path);
	if (!ours)
		return;
	if (dev->link_name)
		remove_link(&root, dev, name);
	(void)vfs_unlink_at(&root, name);
	remove_empty_parents(&root, name);
}

static int devfs_fill(struct fs_type *type, struct super_block *sb, const char *source,
		      const char *options)
{
	return tmpfs_fill_super(sb, "mode=0755");
}

static struct fs_type devfs_type = { .name = "devtmpfs", .flags = FS_SINGLE, .mount = devfs_fill };
static struct device_listener listener = { .added = devfs_added, .removed = devfs_removed };

int devfs_mount_default(void)
{
	static const struct path none;
	const char *wanted = cmdline_get("devtmpfs.mount");
	struct path where, root = none;
	int err;

	if (wanted && wanted[0] == '0')
		return 0;
	err = path_lookup_kernel("/dev", LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &where);
	if (err == -ENOENT && !path_lookup_kernel("/", 0, &root)) {
		err = vfs_create_at(&root, "dev", S_IFDIR | 0755, 0, &where);
		path_put(&root);
	}
	if (err)
		return err;
	err = vfs_mount("devtmpfs", &where, "devtmpfs", MS_NOSUID, NULL);
	path_put(&where);
	return err;
}

static int __init devfs_init(void)
{
	static const char *const folders[] = { "pts", "shm" }; /* mount points */
	struct path root;
	int err = fs_type_register(&devfs_type);

	if (err)
		return err;
	devfs_mount = vfs_kern_mount(&devfs_type, "devtmpfs");
	if (IS_ERR(devfs_mount))
		return PTR_ERR(devfs_mount);
	root = devfs_root();
	for (unsigned int i = 0; i < ARRAY_SIZE(folders); i++)
		(void)vfs_create_at(&root, folders[i], S_IFDIR | 0755, 0, NULL);
	device_listen(&listener);
	return 0;
}
INIT_CALL(INIT_DRIVER, devfs_init);
