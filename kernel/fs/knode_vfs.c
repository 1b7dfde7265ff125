/*
 * knode_vfs.c - the tree of knode.h as inodes and files.
 *
 * Directories, links and files of a permanent tree stay in the dentry cache like any others.
 * Removable ones are asked at each walk whether they are still there. Names that do not exist are
 * never cached: they may be added at any time.
 */
#include "knode.h"
#include <kernel/assert.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>

/* Held for reading while a file of a removable node shows or takes something. */
static DEFINE_RWLOCK(knode_active, RANK_DEVICE + 1);

void knode_wait_idle_begin(void)
{
	write_lock(&knode_active);
}

void knode_wait_idle_end(void)
{
	write_unlock(&knode_active);
}

bool knode_enter(struct knode *node)
{
	if (!(node->flags & KNODE_REMOVABLE))
		return true;
	read_lock(&knode_active);
	if (!node->removed)
		return true;
	read_unlock(&knode_active);
	return false;
}

void knode_leave(struct knode *node)
{
	if (node->flags & KNODE_REMOVABLE)
		read_unlock(&knode_active);
}

/* ---- files ---- */

static int show_file(struct seq *s, struct file *file)
{
	struct knode_inode *ki = knode_i(file->inode);
	int err;

	if (!ki->file.show)
		return -EIO;
	if (!knode_enter(ki->node))
		return -ENODEV;
	err = ki->file.show(s, ki->node, ki->file.arg);
	knode_leave(ki->node);
	return err;
}

/* In sysfs opening says what cannot be done with a file, in proc doing it. */
int knode_check_open(struct inode *inode, struct file *file)
{
	if (!knode_i(inode)->file.strict)
		return 0;
	if ((file->mode & FMODE_READ) && !(inode->mode & 0444))
		return -EACCES;
	return (file->mode & FMODE_WRITE) && !(inode->mode & 0222) ? -EACCES : 0;
}

static int file_open_text(struct inode *inode, struct file *file)
{
	int err = knode_check_open(inode, file);

	return err ? err : seq_open(file, show_file);
}

/* One write is one value: where in the file it is written does not matter. */
static ssize_t file_write_text(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct knode_inode *ki = knode_i(file->inode);
	size_t n = min_t(size_t, from->count, KNODE_WRITE_MAX);
	char *text;
	int err;

	if (!ki->file.write)
		return -EIO;
	text = kmalloc(n + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (iov_copy_from(from, text, n) != n) {
		kfree(text);
		return -EFAULT;
	}
	text[n] = 0;
	if (knode_enter(ki->node)) {
		err = ki->file.write(ki->node, ki->file.arg, text, n);
		knode_leave(ki->node);
	} else {
		err = -ENODEV;
	}
	kfree(text);
	if (err)
		return err;
	*pos += (loff_t)n;
	return (ssize_t)n;
}

const struct file_ops knode_file_fops = {
	.read = seq_read,
	.write = file_write_text,
	.llseek = seq_llseek,
	.open = file_open_text,
	.release = seq_release,
};

/* ---- inodes ---- */

/* Truncating such a file means nothing (echo x >file does it); the rest lives with the inode. */
int knode_setattr(struct dentry *dentry, const struct iattr *attr)
{
	struct iattr rest = *attr;

	rest.valid &= ~ATTR_SIZE;
	setattr_copy(dentry->inode, &rest);
	return 0;
}

static int revalidate(struct dentry *dentry)
{
	return !knode_i(dentry->inode)->node->removed;
}

static const char *knode_get_link(struct dentry *dentry, struct inode *inode, void **cookie)
{
	struct knode *node = knode_i(inode)->node;

	return node->get_link ? node->get_link(node, cookie) : node->target;
}

const struct inode_ops knode_dir_iops = { .lookup = knode_lookup, .setattr = knode_setattr };
static const struct inode_ops removable_dir_iops = {
	.lookup = knode_lookup,
	.setattr = knode_setattr,
	.revalidate = revalidate,
};
static const struct inode_ops file_iops = { .setattr = knode_setattr };
static const struct inode_ops removable_file_iops = {
	.setattr = knode_setattr,
	.revalidate = revalidate,
};
static const struct inode_ops link_iops = { .get_link = knode_get_link };
static const struct inode_ops removable_link_iops = {
	.get_link = knode_get_link,
	.revalidate = revalidate,
};
const struct file_ops knode_dir_fops = { .iterate = knode_iterate };

static void set_ops(struct inode *inode, const struct knode *node, const struct knode_file *file)
{
	const bool removable = node->flags & KNODE_REMOVABLE;

	if (file) {
		inode->ops = removable ? &removable_file_iops : &file_iops;
		inode->fops = file->fops ? file->fops : &knode_file_fops;
	} else if (S_ISDIR(node->mode)) {
		inode->ops = removable ? &removable_dir_iops : &knode_dir_iops;
		inode->fops = &knode_dir_fops;
		inode->nlink = 2;
	} else {
		inode->ops = removable ? &removable_link_iops : &link_iops;
	}
}

struct inode *knode_inode_new(struct super_block *sb, struct knode *node,
			      const struct knode_file *file, u32 ino)
{
	struct inode *inode = inode_new(sb, file ? S_IFREG | file->mode : node->mode);

	if (!inode)
		return NULL;
	inode->ino = ino;
	inode->uid = 0;
	inode->gid = 0;
	knode_get(node);
	knode_i(inode)->node = node;
	if (file) {
		knode_i(inode)->file = *file;
		inode->size = file->size;
	}
	set_ops(inode, node, file);
	return inode;
}

void knode_inode_release(struct inode *inode)
{
	knode_put(knode_i(inode)->node);
}

/* ---- directories ---- */

/* The nth file of all sources together; knode_lock held. */
static bool nth_file(struct knode *dir, unsigned int n, struct knode_file *out)
{
	struct knode_source *s;
	struct knode_file skip;

	list_for_each_entry (s, &dir->sources, node) {
		unsigned int k = 0;

		if (s->nth(s, n, out))
			return true;
		if (s->count) {
			n -= s->count;
			continue;
		}
		while (s->nth(s, k, &skip))
			k++;
		n -= k;
	}
	return false;
}

static bool find_file(struct knode *dir, const char *name, struct knode_file *out, u32 *ino)
{
	for (unsigned int n = 0; nth_file(dir, n, out); n++) {
		if (!strcmp(out->name, name)) {
			*ino = dir->ino + 1 + n;
			return true;
		}
	}
	return false;
}

int knode_lookup(struct inode *dir, struct dentry *dentry)
{
	struct knode *node = knode_i(dir)->node, *child;
	struct knode_file file;
	struct inode *inode = NULL;
	bool found = true;
	u32 ino;

	mutex_lock(&knode_lock);
	if (!node->removed && find_file(node, dentry->name.name, &file, &ino))
		inode = knode_inode_new(dir->sb, node, &file, ino);
	else if ((child = knode_find_child(node, dentry->name.name)))
		inode = knode_inode_new(dir->sb, child, NULL, child->ino);
	else
		found = false;
	mutex_unlock(&knode_lock);
	/* As Linux: procfs has no negative names at all, so that even O_CREAT gets ENOENT. */
	if (!found && !(node->flags & KNODE_REMOVABLE))
		return -ENOENT;
	if (!found)
		dentry->flags |= DENTRY_DONTCACHE;
	else if (!inode)
		return -ENOMEM;
	dentry_instantiate(dentry, inode);
	return 0;
}

static bool emit_files(struct knode *dir, struct dir_context *ctx)
{
	struct knode_file file;

	while (ctx->pos < KNODE_CHILD_POS) {
		unsigned int n = (unsigned int)ctx->pos - KNODE_FIRST_POS;

		if (!nth_file(dir, n, &file)) {
			ctx->pos = KNODE_CHILD_POS;
			break;
		}
		if (!ctx->emit(ctx, file.name, strlen(file.name), ctx->pos, dir->ino + 1 + n,
			       DT_REG))
			return false;
		ctx->pos++;
	}
	return true;
}

int knode_iterate(struct file *file, struct dir_context *ctx)
{
	struct knode *dir = knode_i(file->inode)->node, *child;

	if (!dir_emit_dots(file, ctx))
		return 0;
	mutex_lock(&knode_lock);
	if (!dir->removed && emit_files(dir, ctx)) {
		list_for_each_entry (child, &dir->children, sibling) {
			loff_t pos = KNODE_CHILD_POS + (loff_t)child->position;

			if (pos < ctx->pos)
				continue;
			if (!ctx->emit(ctx, child->name, strlen(child->name), pos, child->ino,
				       mode_to_dtype(child->mode)))
				goto out;
			ctx->pos = pos + 1;
		}
		if (ctx->pos < KNODE_END_POS)
			ctx->pos = KNODE_END_POS;
	}
out:
	mutex_unlock(&knode_lock);
	return 0;
}

int knode_fill_super(struct super_block *sb, struct knode *root, const struct super_ops *ops,
		     u32 magic)
{
	struct inode *inode;

	sb->ops = ops;
	sb->magic = magic;
	sb->max_bytes = LLONG_MAX;
	inode = knode_inode_new(sb, root, NULL, root->ino);
	if (!inode)
		return -ENOMEM;
	sb->root = dentry_alloc_root(inode);
	if (sb->root)
		return 0;
	inode_put(inode);
	return -ENOMEM;
}
