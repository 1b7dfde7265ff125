/*
 * devpts.c - the file system behind <kernel/devpts.h>. Names are pinned dentries, as in tmpfs.
 */
#include <kernel/cred.h>
#include <kernel/devpts.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>

#define DEVPTS_MAGIC 0x1cd1u
#define PTMX_DEV     MKDEV(5, 2)
#define MAX_DEFAULT  4096u
#define MAX_LIMIT    (1u << MINORBITS)
#define MODE_DEFAULT 0600u
#define INO_ROOT     1
#define INO_PTMX     2
#define INO_FIRST    3

struct devpts_options {
	u32 mode, ptmx_mode;
	uid_t uid;
	gid_t gid;
	bool set_uid, set_gid;
	unsigned int max;
};

static struct devpts_options options = { .mode = MODE_DEFAULT, .max = MAX_DEFAULT };
static struct mount *devpts_mnt; /* the kernel's own: the names outlive every mount */
static struct inode *ptmx_inode;

unsigned int devpts_max(void)
{
	return options.max;
}

/* ---- options ---- */

static bool parse_one(struct devpts_options *o, const char *key, const char *value)
{
	if (!strcmp(key, "uid"))
		return o->set_uid = fs_option_number(value, 10, &o->uid);
	if (!strcmp(key, "gid"))
		return o->set_gid = fs_option_number(value, 10, &o->gid);
	if (!strcmp(key, "max"))
		return fs_option_number(value, 10, &o->max) && o->max <= MAX_LIMIT;
	if (!strcmp(key, "mode"))
		return fs_option_number(value, 8, &o->mode);
	if (!strcmp(key, "ptmxmode"))
		return fs_option_number(value, 8, &o->ptmx_mode);
	return !strcmp(key, "newinstance"); /* there is one instance: ignored */
}

static int parse_all(char *text, void *arg)
{
	struct devpts_options *o = arg;
	char *key, *value;

	while ((key = fs_next_option(&text, &value)))
		if (!parse_one(o, key, value))
			return -EINVAL;
	o->mode &= 07777;
	o->ptmx_mode &= 07777;
	return 0;
}

/* A mount without an option takes its default back, as on Linux. */
static int parse(const char *text)
{
	struct devpts_options o = { .mode = MODE_DEFAULT, .max = MAX_DEFAULT };
	int err = fs_parse_options(text, parse_all, &o);

	if (err)
		return err;
	options = o;
	if (ptmx_inode)
		ptmx_inode->mode = S_IFCHR | o.ptmx_mode;
	return 0;
}

static int devpts_remount(struct super_block *sb, u32 *flags, const char *text)
{
	return parse(text);
}

static size_t devpts_show(struct super_block *sb, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = 0;
	if (options.set_uid)
		n += scnprintf(buf + n, size - n, ",uid=%u", options.uid);
	if (options.set_gid)
		n += scnprintf(buf + n, size - n, ",gid=%u", options.gid);
	n += scnprintf(buf + n, size - n, ",mode=%03o", options.mode);
	n += scnprintf(buf + n, size - n, ",ptmxmode=%03o", options.ptmx_mode);
	if (options.max < MAX_DEFAULT)
		n += scnprintf(buf + n, size - n, ",max=%u", options.max);
	return n;
}

/* ---- the tree ---- */

/* Every name that exists is in the cache. */
static int no_lookup(struct inode *dir, struct dentry *dentry)
{
	return 0;
}

static const struct inode_ops dir_iops = { .lookup = no_lookup };
static const struct inode_ops node_iops = { 0 };
static const struct file_ops dir_fops = {
	.iterate = dentry_iterate,
	.release = dentry_iterate_release,
};
static int devpts_statfs(struct super_block *sb, struct kstatfs *st)
{
	return 0;
}
static const struct super_ops super_ops = {
	.remount = devpts_remount,
	.show_options = devpts_show,
	.statfs = devpts_statfs,
};

static struct dentry *add_node(struct dentry *root, const char *name, u64 ino, u32 mode, u32 dev,
			       uid_t uid, gid_t gid)
{
	struct inode *inode = inode_new(root->sb, S_IFCHR | mode);
	struct dentry *d;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->ino = ino;
	inode->ops = &node_iops;
	inode->uid = uid;
	inode->gid = gid;
	inode_init_special(inode, inode->mode, dev);
	d = dentry_pin_new(root, name, inode);
	if (d)
		return d;
	inode_put(inode);
	return ERR_PTR(-ENOMEM);
}

static int devpts_fill(struct fs_type *type, struct super_block *sb, const char *source,
		       const char *text)
{
	struct inode *root;
	struct dentry *ptmx;
	int err = parse(text);

	if (err)
		return err;
	sb->ops = &super_ops;
	sb->magic = DEVPTS_MAGIC;
	sb->in_memory = true;
	root = inode_new(sb, S_IFDIR | 0755);
	if (!root)
		return -ENOMEM;
	root->ino = INO_ROOT;
	root->nlink = 2;
	root->ops = &dir_iops;
	root->fops = &dir_fops;
	sb->root = dentry_alloc_root(root);
	if (!sb->root) {
		inode_put(root);
		return -ENOMEM;
	}
	ptmx = add_node(sb->root, "ptmx", INO_PTMX, options.ptmx_mode, PTMX_DEV, 0, 0);
	if (IS_ERR(ptmx))
		return PTR_ERR(ptmx);
	ptmx_inode = ptmx->inode;
	return 0;
}

static struct fs_type devpts_type = { .name = "devpts",
				      .flags = FS_SINGLE | FS_REMOUNTS,
				      .mount = devpts_fill };

struct dentry *devpts_add(unsigned int index, u32 devnum)
{
	const struct cred *cred = current_cred();
	struct inode *root = devpts_mnt->root->inode;
	struct dentry *d;
	char name[12];

	scnprintf(name, sizeof(name), "%u", index);
	mutex_lock(&root->lock);
	d = add_node(devpts_mnt->root, name, INO_FIRST + index, options.mode, devnum,
		     options.set_uid ? options.uid : cred->fsuid,
		     options.set_gid ? options.gid : cred->fsgid);
	inode_touch(root, ATTR_MTIME | ATTR_CTIME);
	mutex_unlock(&root->lock);
	return d;
}

void devpts_remove(struct dentry *dentry)
{
	struct inode *root = devpts_mnt->root->inode;

	mutex_lock(&root->lock);
	dentry->inode->nlink = 0;
	inode_touch(root, ATTR_MTIME | ATTR_CTIME);
	dentry_drop(dentry);
	dentry_unpin(dentry);
	mutex_unlock(&root->lock);
}

int devpts_path(unsigned int index, struct dentry *dentry, struct path *path)
{
	char name[24];

	scnprintf(name, sizeof(name), "/dev/pts/%u", index);
	if (!path_lookup_kernel(name, 0, path)) {
		if (path->dentry == dentry)
			return 0;
		path_put(path);
	}
	*path = (struct path){ devpts_mnt, dentry };
	path_get(path);
	return 0;
}

static int devpts_register(void)
{
	return fs_type_register(&devpts_type);
}
INIT_CALL(INIT_FS, devpts_register);

static int devpts_init(void)
{
	devpts_mnt = vfs_kern_mount(&devpts_type, "devpts");
	return IS_ERR(devpts_mnt) ? (int)PTR_ERR(devpts_mnt) : 0;
}
INIT_CALL(INIT_DRIVER, devpts_init);
