/*
 * path_text.c - absolute names of paths (getcwd, /proc/PID/fd, /proc/PID/maps), and the text of
 * /proc/PID/mounts and mountinfo.
 */
#include "vfs_internal.h"
#include <kernel/printk.h>
#include <kernel/syscall.h>

#define DELETED " (deleted)"

/* Puts n bytes before p; NULL when they do not fit. */
static char *prepend(char *p, const char *buf, const char *text, size_t n)
{
	if (!p || (size_t)(p - buf) < n)
		return NULL;
	p -= n;
	memcpy(p, text, n);
	return p;
}

char *path_build_locked(const struct path *path, const struct path *root, char *buf, size_t size,
			bool *outside)
{
	struct mount *m = path->mnt;
	struct dentry *d = path->dentry;
	char *p = buf + size - 1, *end = p;

	*p = 0;
	*outside = false;
	while (d != root->dentry || m != root->mnt) {
		if (d == m->root || d == d->parent) {
			if (d != m->root || !m->parent) {
				*outside = true;
				break;
			}
			d = m->mountpoint;
			m = m->parent;
			continue;
		}
		p = prepend(p, buf, d->name.name, d->name.len);
		p = prepend(p, buf, "/", 1);
		if (!p)
			return ERR_PTR(-ENAMETOOLONG);
		d = d->parent;
	}
	if (p == end)
		p = prepend(p, buf, "/", 1);
	return p ? p : ERR_PTR(-ENAMETOOLONG);
}

static void current_root(struct path *root)
{
	if (current->fs) {
		fs_get_root(current->fs, root);
	} else {
		*root = root_path;
		path_get(root);
	}
}

/* Files without a place in the tree show their name as it is. */
static bool is_nameless(const struct dentry *d)
{
	return d->sb == anon_sb || (d->sb->type->flags & FS_NAMELESS);
}

static bool is_deleted(const struct dentry *d)
{
	return (d->flags & DENTRY_UNHASHED) && d->parent != d;
}

char *path_to_string(const struct path *path, char *buf, size_t size)
{
	struct path root;
	bool outside;
	char *p;

	if (size < 2)
		return ERR_PTR(-ENAMETOOLONG);
	if (is_nameless(path->dentry)) {
		struct dentry *d = path->dentry;
		const bool file = d->sb != anon_sb; /* memfd: "/memfd:x (deleted)" */

		if (snprintf(buf, size, "%s%s%s", file ? "/" : "", d->name.name,
			     file ? DELETED : "") >= (int)size)
			return ERR_PTR(-ENAMETOOLONG);
		return buf;
	}
	current_root(&root);
	spin_lock(&dcache_lock);
	if (is_deleted(path->dentry)) {
		size_t n = sizeof(DELETED) - 1;

		p = size > n + 2 ? path_build_locked(path, &root, buf, size - n, &outside)
				 : ERR_PTR(-ENAMETOOLONG);
		if (!IS_ERR(p))
			memcpy(buf + size - n - 1, DELETED, n + 1);
	} else {
		p = path_build_locked(path, &root, buf, size, &outside);
	}
	spin_unlock(&dcache_lock);
	path_put(&root);
	return p;
}

asmlinkage long sys_getcwd(void __user *user, size_t size)
{
	struct path root, cwd;
	bool outside, gone;
	char *page, *p;
	long ret;

	page = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	fs_get_root(current->fs, &root);
	fs_get_cwd(current->fs, &cwd);
	spin_lock(&dcache_lock);
	gone = is_deleted(cwd.dentry);
	p = path_build_locked(&cwd, &root, page, PATH_MAX, &outside);
	spin_unlock(&dcache_lock);
	path_put(&cwd);
	path_put(&root);
	if (!IS_ERR(p) && outside) {
		static const char mark[] = "(unreachable)";

		p = prepend(p, page, mark, sizeof(mark) - 1);
		p = p ? p : ERR_PTR(-ENAMETOOLONG);
	}
	if (gone) {
		ret = -ENOENT;
	} else if (IS_ERR(p)) {
		ret = PTR_ERR(p);
	} else {
		ret = page + PATH_MAX - p;
		if (size < (size_t)ret)
			ret = -ERANGE;
		else if (copy_to_user(user, p, ret))
			ret = -EFAULT;
	}
	kfree(page);
	return ret;
}

/* ---- /proc/PID/mounts ---- */

struct text {
	char *buf;
	size_t len, size;
};

static void put_char(struct text *t, char c)
{
	if (t->len + 1 < t->size)
		t->buf[t->len++] = c;
}

/* White space and backslash in octal, as fstab(5) wants them. */
static void put_mangled(struct text *t, const char *s)
{
	for (; *s; s++) {
		if (strchr(" \t\n\\#", *s)) {
			put_char(t, '\\');
			put_char(t, '0' + (*s >> 6 & 7));
			put_char(t, '0' + (*s >> 3 & 7));
			put_char(t, '0' + (*s & 7));
		} else {
			put_char(t, *s);
		}
	}
}

#define put_text(t, ...)                                                                           \
	((t)->len += scnprintf((t)->buf + (t)->len, (t)->size - (t)->len, __VA_ARGS__))

static void put_mount_flags(struct text *t, u32 flags)
{
	static const struct {
		u32 flag;
		const char *name;
	} names[] = {
		{ MS_NOSUID, ",nosuid" },	  { MS_NODEV, ",nodev" },
		{ MS_NOEXEC, ",noexec" },	  { MS_NOATIME, ",noatime" },
		{ MS_NODIRATIME, ",nodiratime" }, { MS_RELATIME, ",relatime" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & names[i].flag)
			put_text(t, "%s", names[i].name);
}

static void put_super_flags(struct text *t, const struct super_block *sb)
{
	if (sb->flags & MS_SYNCHRONOUS)
		put_text(t, ",sync");
	if (sb->flags & MS_DIRSYNC)
		put_text(t, ",dirsync");
	if (sb->flags & MS_LAZYTIME)
		put_text(t, ",lazytime");
}

static void put_fs_options(struct text *t, struct super_block *sb)
{
	if (sb->ops && sb->ops->show_options && t->size - t->len > 1)
		t->len += sb->ops->show_options(sb, t->buf + t->len, t->size - t->len);
}

static void put_proc(struct text *t, const struct mount *m, const char *where)
{
	put_mangled(t, m->source);
	put_char(t, ' ');
	put_mangled(t, where);
	put_text(t, " %s %s", m->sb->type->name, mount_is_readonly(m) ? "ro" : "rw");
	put_super_flags(t, m->sb);
	put_mount_flags(t, m->flags);
	put_fs_options(t, m->sb);
	put_text(t, " 0 0\n");
}

static void put_info(struct text *t, const struct mount *m, const char *where, const char *root)
{
	put_text(t, "%d %d %u:%u ", m->id, m->parent ? m->parent->id : m->id, MAJOR(m->sb->dev),
		 MINOR(m->sb->dev));
	put_mangled(t, root);
	put_char(t, ' ');
	put_mangled(t, where);
	put_text(t, " %s", m->flags & MS_RDONLY ? "ro" : "rw");
	put_mount_flags(t, m->flags);
	put_text(t, " - %s ", m->sb->type->name);
	put_mangled(t, m->source);
	put_text(t, " %s", m->sb->flags & MS_RDONLY ? "ro" : "rw");
	put_super_flags(t, m->sb);
	put_fs_options(t, m->sb);
	put_char(t, '\n');
}

static void put_stats(struct text *t, const struct mount *m, const char *where)
{
	put_text(t, "device ");
	put_mangled(t, m->source);
	put_text(t, " mounted on ");
	put_mangled(t, where);
	put_text(t, " with fstype %s\n", m->sb->type->name);
}

static struct mount *nth_mount(unsigned int index)
{
	struct mount *m;

	list_for_each_entry (m, &all_mounts, ns_node)
		if (!index--)
			return m;
	return NULL;
}

/* Where the mount is seen from root, and which directory of its file system it shows. */
static int mount_names(struct mount *m, const struct path *root, char *page, char **where,
		       char **inner)
{
	struct path top = { m, m->root }, fs_root = { m, m->sb->root };
	size_t half = PATH_MAX / 2;
	bool outside;

	spin_lock(&dcache_lock);
	*where = path_build_locked(&top, root, page, half, &outside);
	/* Inside one file system: stop at its root, whatever the mounts. */
	*inner = page + PATH_MAX - 1;
	**inner = 0;
	for (struct dentry *d = m->root; d != fs_root.dentry && d->parent != d && *inner;
	     d = d->parent) {
		*inner = prepend(*inner, page + half, d->name.name, d->name.len);
		*inner = prepend(*inner, page + half, "/", 1);
	}
	spin_unlock(&dcache_lock);
	if (IS_ERR(*where) || !*inner)
		return -ENAMETOOLONG;
	if (!**inner)
		*--*inner = '/';
	return outside ? -ENOENT : 0;
}

ssize_t mounts_format(unsigned int index, const struct path *root, enum mounts_style style,
		      char *buf, size_t size)
{
	struct text t = { buf, 0, size };
	char *page = kmalloc(PATH_MAX, GFP_KERNEL), *where, *inner;
	struct mount *m;

	if (!page)
		return -ENOMEM;
	read_lock(&mount_lock);
	m = nth_mount(index);
	if (m && !mount_names(m, root, page, &where, &inner)) {
		if (style == MOUNTS_PROC)
			put_proc(&t, m, where);
		else if (style == MOUNTS_INFO)
			put_info(&t, m, where, inner);
		else
			put_stats(&t, m, where);
	}
	read_unlock(&mount_lock);
	kfree(page);
	if (!m)
		return -ENOENT;
	if (size)
		buf[t.len] = 0;
	return t.len;
}
