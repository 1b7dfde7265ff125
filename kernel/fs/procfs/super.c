/*
 * super.c - procfs as a file system: mount, options, the root directory, self, and how other parts
 * add files.
 */
#include "procfs_internal.h"
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/sysctl.h>

struct knode *proc_root;
struct proc_options proc_options;
struct proc_block_hooks proc_block_hooks;
static struct kmem_cache *inode_cache;
static struct inode_ops root_iops;
static struct file_ops root_fops;

static struct inode *proc_alloc_inode(struct super_block *sb)
{
	struct proc_inode *pi = kmem_cache_alloc(inode_cache, GFP_KERNEL | GFP_ZERO);

	return pi ? &pi->k.vfs : NULL;
}

static void proc_free_inode(struct inode *inode)
{
	struct proc_inode *pi = proc_i(inode);

	if (pi->pid)
		pid_put(pi->pid);
	knode_inode_release(inode);
	kmem_cache_free(inode_cache, pi);
}

static int proc_statfs(struct super_block *sb, struct kstatfs *st)
{
	return 0;
}

static int parse_option(struct proc_options *o, const char *key, const char *value)
{
	s64 n;

	if (!value)
		return -EINVAL;
	if (!strcmp(key, "hidepid") && !strcmp(value, "ptraceable"))
		value = "4";
	else if (!strcmp(key, "hidepid") && !strcmp(value, "invisible"))
		value = "2";
	else if (!strcmp(key, "hidepid") && !strcmp(value, "noaccess"))
		value = "1";
	else if (!strcmp(key, "hidepid") && !strcmp(value, "off"))
		value = "0";
	if (sysctl_parse_number(&value, &n))
		return -EINVAL;
	if (!strcmp(key, "gid"))
		o->gid = (gid_t)n;
	else if (!strcmp(key, "hidepid") && (n == 4 || (n >= 0 && n <= 2)))
		o->hidepid = (int)n;
	else
		return -EINVAL;
	return 0;
}

static int parse(char *text, void *arg)
{
	char *key, *value;
	int err = 0;

	while (!err && (key = fs_next_option(&text, &value)))
		err = parse_option(arg, key, value);
	return err;
}

/* All or none. */
static int parse_options(const char *options)
{
	struct proc_options o = proc_options;
	int err = fs_parse_options(options, parse, &o);

	if (!err)
		proc_options = o;
	return err;
}

static int proc_remount(struct super_block *sb, u32 *flags, const char *options)
{
	return parse_options(options);
}

static size_t proc_show_options(struct super_block *sb, char *buf, size_t size)
{
	static const char *const words[] = { "off", "noaccess", "invisible", "off", "ptraceable" };
	size_t n = 0;

	buf[0] = 0;
	if (proc_options.gid)
		n += scnprintf(buf, size, ",gid=%u", proc_options.gid);
	if (proc_options.hidepid)
		n += scnprintf(buf + n, size - n, ",hidepid=%s", words[proc_options.hidepid]);
	return n;
}

static const struct super_ops proc_super_ops = {
	.alloc_inode = proc_alloc_inode,
	.free_inode = proc_free_inode,
	.statfs = proc_statfs,
	.remount = proc_remount,
	.show_options = proc_show_options,
};

static int root_lookup(struct inode *dir, struct dentry *dentry)
{
	if (proc_parse_number(dentry->name.name) >= 0)
		return proc_pid_lookup(dir, dentry);
	return knode_lookup(dir, dentry);
}

static int root_iterate(struct file *file, struct dir_context *ctx)
{
	int err = 0;

	if (ctx->pos < KNODE_END_POS)
		err = knode_iterate(file, ctx);
	if (!err && ctx->pos >= KNODE_END_POS)
		err = proc_pid_iterate(file, ctx);
	return err;
}

static int root_getattr(const struct path *path, struct kstat *st)
{
	generic_fillattr(path->dentry->inode, st);
	st->nlink += (u32)task_count();
	return 0;
}

static int proc_mount(struct fs_type *type, struct super_block *sb, const char *source,
		      const char *options)
{
	int err = parse_options(options);

	if (!err)
		err = knode_fill_super(sb, proc_root, &proc_super_ops, PROC_SUPER_MAGIC);
	if (err)
		return err;
	sb->root->inode->ops = &root_iops;
	sb->root->inode->fops = &root_fops;
	return 0;
}

static struct fs_type proc_type = { .name = "proc", .flags = FS_SINGLE, .mount = proc_mount };

/* ---- /proc/self, /proc/thread-self ---- */

static const char *self_link(struct knode *node, void **cookie)
{
	char *text;

	if (!current->process->tgid)
		return ERR_PTR(-ENOENT);
	text = kmalloc(32, GFP_KERNEL);
	if (!text)
		return ERR_PTR(-ENOMEM);
	*cookie = text;
	if (node->name[0] == 't')
		snprintf(text, 32, "%d/task/%d", task_tgid(current), task_tid(current));
	else
		snprintf(text, 32, "%d", task_tgid(current));
	return text;
}

static int add_self_links(void)
{
	static const char *const names[] = { "self", "thread-self" };

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		struct knode *link = knode_symlink(proc_root, names[i], NULL);

		if (IS_ERR(link))
			return PTR_ERR(link);
		link->get_link = self_link;
	}
	return PTR_ERR(knode_symlink(proc_root, "mounts", "self/mounts")) == -ENOMEM ? -ENOMEM : 0;
}

/* ---- files of others ---- */

static int show_proc_file(struct seq *s, struct knode *dir, const void *arg)
{
	const struct proc_file *f = arg;

	return f->show ? f->show(s) : -EIO;
}

static int write_proc_file(struct knode *dir, const void *arg, char *text, size_t len)
{
	const struct proc_file *f = arg;

	return f->write ? f->write(text, len) : -EIO;
}

static bool nth_proc_file(const struct knode_source *source, unsigned int n, struct knode_file *out)
{
	const struct proc_file *f = (const struct proc_file *)source->table + n;

	if (n >= source->count)
		return false;
	*out = (struct knode_file){ .name = f->name,
				    .mode = f->mode ? f->mode : 0444,
				    .show = show_proc_file,
				    .write = write_proc_file,
				    .fops = f->fops,
				    .arg = f,
				    .size = f->size };
	return true;
}

const void *proc_file_arg(const struct file *file)
{
	const struct proc_file *f = knode_i(file->inode)->file.arg;

	return f->arg;
}

static int add_table(const char *dir, const void *table, unsigned int count,
		     bool (*nth)(const struct knode_source *, unsigned int, struct knode_file *))
{
	struct knode_source *source = kmalloc(sizeof(*source), GFP_KERNEL);
	struct knode *node;

	if (!source)
		return -ENOMEM;
	*source = (struct knode_source){ .nth = nth, .table = table, .count = count };
	node = knode_mkdir_path(proc_root, dir);
	if (IS_ERR(node)) {
		kfree(source);
		return PTR_ERR(node);
	}
	knode_add_source(node, source);
	return 0;
}

int proc_add_files(const char *dir, const struct proc_file *files, unsigned int count)
{
	return add_table(dir, files, count, nth_proc_file);
}

/* ---- /proc/sys ---- */

static int show_sysctl(struct seq *s, struct knode *dir, const void *arg)
{
	sysctl_show(arg, s);
	return 0;
}

static int write_sysctl(struct knode *dir, const void *arg, char *text, size_t len)
{
	return sysctl_store(arg, text, len);
}

static bool nth_sysctl(const struct knode_source *source, unsigned int n, struct knode_file *out)
{
	const struct sysctl *ctl = (const struct sysctl *)source->table + n;

	if (n >= source->count)
		return false;
	*out = (struct knode_file){ .name = ctl->name,
				    .mode = ctl->mode,
				    .show = show_sysctl,
				    .write = write_sysctl,
				    .arg = ctl };
	return true;
}

int sysctl_register(const char *dir, const struct sysctl *table, unsigned int count)
{
	char path[96];

	snprintf(path, sizeof(path), "sys/%s", dir);
	return add_table(path, table, count, nth_sysctl);
}

/* ---- */

static int __init proc_core_init(void)
{
	inode_cache = kmem_cache_create("proc_inode", sizeof(struct proc_inode), 8);
	proc_root = knode_create_root();
	if (!inode_cache || !proc_root)
		panic("No memory for procfs");
	root_iops = knode_dir_iops;
	root_iops.lookup = root_lookup;
	root_iops.getattr = root_getattr;
	root_fops = knode_dir_fops;
	root_fops.iterate = root_iterate;
	return fs_type_register(&proc_type);
}
INIT_CALL(INIT_CORE, proc_core_init);

static int __init proc_files_init(void)
{
	int err = add_self_links();

	if (!err)
		err = proc_system_init();
	if (!err)
		err = proc_memory_files_init();
	if (!err)
		err = proc_net_init();
	return err ? err : proc_sysctl_init();
}
INIT_CALL(INIT_FS, proc_files_init);
