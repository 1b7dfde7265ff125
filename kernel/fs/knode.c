/* knode.c - the shape of the tree; see knode.h. */
#include "knode.h"
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>

DEFINE_MUTEX(knode_lock, RANK_KNODE);
/* As Linux numbers procfs: away from what stands for processes. */
static u32 next_ino = 0xf0000000u; /* knode_lock */

void knode_get(struct knode *node)
{
	refcount_inc(&node->refs);
}

static void free_sources(struct knode *node)
{
	struct knode_source *s, *next;

	list_for_each_entry_safe (s, next, &node->sources, node)
		kfree(s);
}

void knode_put(struct knode *node)
{
	if (!node || !refcount_dec(&node->refs))
		return;
	if (node->release)
		node->release(node);
	free_sources(node);
	kfree(node->target);
	kfree(node->name);
	kfree(node);
}

static struct knode *knode_new(const char *name, u32 mode)
{
	struct knode *node = kzalloc(sizeof(*node), GFP_KERNEL);

	if (!node)
		return NULL;
	node->name = kstrdup(name, GFP_KERNEL);
	if (!node->name) {
		kfree(node);
		return NULL;
	}
	node->mode = mode;
	refcount_set(&node->refs, 1);
	list_init(&node->children);
	list_init(&node->sibling);
	list_init(&node->sources);
	return node;
}

struct knode *knode_create_root(void)
{
	struct knode *root = knode_new("", S_IFDIR | 0555);

	if (root)
		root->ino = 1;
	return root;
}

struct knode *knode_find_child(struct knode *dir, const char *name)
{
	struct knode *child;

	list_for_each_entry (child, &dir->children, sibling)
		if (!strcmp(child->name, name))
			return child;
	return NULL;
}

static int attach(struct knode *parent, struct knode *node)
{
	int err = 0;

	mutex_lock(&knode_lock);
	if (parent->removed) {
		err = -ENOENT;
	} else if (knode_find_child(parent, node->name)) {
		err = -EEXIST;
	} else {
		node->ino = next_ino;
		next_ino += KNODE_INOS;
		node->flags = parent->flags;
		node->parent = parent;
		node->position = ++parent->last_position;
		list_add_tail(&node->sibling, &parent->children);
	}
	mutex_unlock(&knode_lock);
	return err;
}

static struct knode *add(struct knode *parent, struct knode *node)
{
	int err = node ? attach(parent, node) : -ENOMEM;

	if (!err)
		return node;
	knode_put(node);
	return ERR_PTR(err);
}

struct knode *knode_mkdir(struct knode *parent, const char *name, void *private)
{
	struct knode *node = knode_new(name, S_IFDIR | 0555);

	if (node)
		node->private = private;
	return add(parent, node);
}

struct knode *knode_symlink(struct knode *parent, const char *name, const char *target)
{
	struct knode *node = knode_new(name, S_IFLNK | 0777);

	if (node && target) {
		node->target = kstrdup(target, GFP_KERNEL);
		if (!node->target) {
			knode_put(node);
			node = NULL;
		}
	}
	return add(parent, node);
}

static struct knode *mkdir_if_missing(struct knode *parent, const char *name)
{
	struct knode *child;

	mutex_lock(&knode_lock);
	child = knode_find_child(parent, name);
	mutex_unlock(&knode_lock);
	return child ? child : knode_mkdir(parent, name, NULL);
}

struct knode *knode_mkdir_path(struct knode *root, const char *path)
{
	char part[64];

	while (*path && !IS_ERR(root)) {
		const char *slash = strchr(path, '/');
		size_t n = slash ? (size_t)(slash - path) : strlen(path);

		if (n >= sizeof(part))
			return ERR_PTR(-ENAMETOOLONG);
		memcpy(part, path, n);
		part[n] = 0;
		if (n)
			root = mkdir_if_missing(root, part);
		path += slash ? n + 1 : n;
	}
	return root;
}

void knode_add_source(struct knode *dir, struct knode_source *source)
{
	mutex_lock(&knode_lock);
	list_add_tail(&source->node, &dir->sources);
	mutex_unlock(&knode_lock);
}

static bool nth_of_table(const struct knode_source *source, unsigned int n, struct knode_file *out)
{
	if (n >= source->count)
		return false;
	*out = ((const struct knode_file *)source->table)[n];
	return true;
}

int knode_add_files(struct knode *dir, const struct knode_file *files, unsigned int count)
{
	struct knode_source *source = kmalloc(sizeof(*source), GFP_KERNEL);

	if (!source)
		return -ENOMEM;
	*source = (struct knode_source){ .nth = nth_of_table, .table = files, .count = count };
	knode_add_source(dir, source);
	return 0;
}

/* Marks a tree removed and takes it apart, leaves first; the nodes go to `gone`. */
static void detach_locked(struct knode *node, struct list_head *gone)
{
	struct knode *at = node;

	for (;;) {
		struct knode *parent = at->parent;

		if (!list_empty(&at->children)) {
			at = list_first_entry(&at->children, struct knode, sibling);
			continue;
		}
		at->removed = true;
		list_move_tail(&at->sibling, gone);
		if (at == node)
			break;
		at = parent;
	}
}

void knode_remove(struct knode *node)
{
	struct knode *n, *next;
	LIST_HEAD(gone);

	if (IS_ERR_OR_NULL(node))
		return;
	knode_wait_idle_begin();
	mutex_lock(&knode_lock);
	detach_locked(node, &gone);
	mutex_unlock(&knode_lock);
	knode_wait_idle_end();
	list_for_each_entry_safe (n, next, &gone, sibling) {
		list_init(&n->sibling);
		knode_put(n);
	}
}

static unsigned int depth_of(const struct knode *node)
{
	unsigned int depth = 0;

	for (; node->parent; node = node->parent)
		depth++;
	return depth;
}

static const struct knode *common_ancestor(const struct knode *a, const struct knode *b)
{
	unsigned int da = depth_of(a), db = depth_of(b);

	for (; da > db; da--)
		a = a->parent;
	for (; db > da; db--)
		b = b->parent;
	while (a != b) {
		a = a->parent;
		b = b->parent;
	}
	return a;
}

static char *relative_path_locked(const struct knode *from, const struct knode *to)
{
	/* It ends in the name of `to` also where that is above `from`, as on Linux. */
	const struct knode *top = common_ancestor(from, to->parent), *n;
	size_t len = 0;
	char *text, *p;

	for (n = from; n != top; n = n->parent)
		len += 3;
	for (n = to; n != top; n = n->parent)
		len += strlen(n->name) + 1;
	text = kmalloc(len + 1, GFP_KERNEL);
	if (!text)
		return NULL;
	p = text + len;
	for (n = to; n != top; n = n->parent) {
		size_t k = strlen(n->name);

		*--p = n == to ? 0 : '/';
		p -= k;
		memcpy(p, n->name, k);
	}
	while (p > text) {
		p -= 3;
		memcpy(p, "../", 3);
	}
	return text;
}

char *knode_relative_path(struct knode *from, struct knode *to)
{
	char *text;

	mutex_lock(&knode_lock);
	text = relative_path_locked(from, to);
	mutex_unlock(&knode_lock);
	return text;
}
