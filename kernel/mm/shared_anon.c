/*
 * shared_anon.c - mmap(MAP_SHARED | MAP_ANONYMOUS): a page cache without a file, which lives as
 * long as some VMA maps it.
 */
#include "map.h"
#include "mm_internal.h"
#include <kernel/errno.h>
#include <kernel/pagecache.h>
#include <kernel/slab.h>

struct shared_anon {
	struct refcount refs; /* VMAs */
	struct mapping mapping;
};

static void shared_open(struct vma *vma)
{
	struct shared_anon *shared = vma->private;

	refcount_inc(&shared->refs);
}

static void shared_close(struct vma *vma)
{
	struct shared_anon *shared = vma->private;

	if (!refcount_dec(&shared->refs))
		return;
	mapping_destroy(&shared->mapping);
	kfree(shared);
}

static enum fault_result shared_fault(struct vma *vma, unsigned long pgoff, unsigned int flags,
				      struct page **page)
{
	*page = pagecache_read(vma->mapping, pgoff);
	return IS_ERR(*page) ? FAULT_OOM : FAULT_OK;
}

static const char *shared_name(struct vma *vma)
{
	return "/dev/zero (deleted)";
}

static const struct vm_ops shared_ops = {
	.fault = shared_fault,
	.open = shared_open,
	.close = shared_close,
	.name = shared_name,
};

int shared_anon_attach(struct vma *vma)
{
	struct shared_anon *shared = kmalloc(sizeof(*shared), GFP_KERNEL);

	if (!shared)
		return -ENOMEM;
	refcount_set(&shared->refs, 1);
	mapping_init(&shared->mapping, NULL, NULL);
	shared->mapping.unevictable = true;
	vma->ops = &shared_ops;
	vma->private = shared;
	vma->mapping = &shared->mapping;
	return 0;
}
