/*
 * swapon.c - swapon(2), swapoff(2): areas come and go.
 *
 * An area is reserved (SWAP_COMING) while it is looked at; nobody else touches it until it is on.
 * One that leaves gives no more slots, and is gone when nothing of it is in use: what programs have
 * there is brought in by walking their address spaces, until none is left. Entries of a fork under
 * way are found the next time round.
 *
 * A partition is opened with the area as its holder, so that nobody mounts it. A file is open for
 * writing, which keeps its file system writable; nobody else may open it so (ETXTBSY), rename or
 * remove it.
 */
#include "mm_internal.h"
#include "swap.h"
#include "swap_header.h"
#include <kernel/blockfile.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/swap.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/wait.h>

/* swapon()'s flags: a priority in the low bits, if it is preferred; discarding is not done. */
#define SWAP_FLAG_PRIO_MASK 0x7fffu
#define SWAP_FLAG_PREFER    0x8000u
#define SWAP_FLAG_DISCARD   0x70000u
#define SWAP_FLAGS_KNOWN    (SWAP_FLAG_PRIO_MASK | SWAP_FLAG_PREFER | SWAP_FLAG_DISCARD)

#define BDEV_MODE   (FMODE_READ | FMODE_WRITE)
#define EMPTY_PAUSE 10 /* ms, before looking for the last entries again */

static DEFINE_MUTEX(prepare_lock, RANK_MUTEX_LEAF);
static int least_prio = -1; /* of an area without a wish: each below the one before; swap_lock */

/* ---- the table ---- */
static struct swap_area *reserve_area(void)
{
	struct swap_area *area = NULL;
	u32 i = 0;

	spin_lock(&swap_lock);
	while (i < PTE_SWAP_AREAS && swap_areas[i].state != SWAP_FREE)
		i++;
	if (i < PTE_SWAP_AREAS) {
		area = &swap_areas[i];
		*area = (struct swap_area){ .state = SWAP_COMING, .index = i };
	}
	spin_unlock(&swap_lock);
	return area;
}

static void set_state(struct swap_area *area, enum swap_state state)
{
	spin_lock(&swap_lock);
	area->state = state;
	spin_unlock(&swap_lock);
}

/* It is SWAP_COMING: nobody looks at it. Gives back what it has. */
static void dismantle(struct swap_area *area)
{
	struct file *file = area->file;

	/* But for is_in_use(). */
	spin_lock(&swap_lock);
	area->file = NULL;
	spin_unlock(&swap_lock);
	if (area->bdev) {
		area->bdev->inode->flags &= ~INODE_SWAPFILE;
		blockdev_close(area->bdev, BDEV_MODE, area);
	}
	if (file) {
		file->inode->flags &= ~INODE_SWAPFILE;
		file_put(file);
	}
	vfree(area->slots.map);
	kfree(area->extents);
	kfree(area->path);
	set_state(area, SWAP_FREE);
}

/* ---- swapon ---- */
static int open_device(struct swap_area *area, const struct path *path)
{
	struct block_device *bdev;

	if (path->mnt->flags & MS_NODEV)
		return -EACCES;
	bdev = blockdev_open(path->dentry->inode->rdev, BDEV_MODE, area);
	if (IS_ERR(bdev))
		return (int)PTR_ERR(bdev);
	area->bdev = bdev;
	area->disk = bdev->disk;
	if (blockdev_readonly(bdev))
		return -EROFS;
	bdev->inode->flags |= INODE_SWAPFILE;
	/* What is written to it otherwise must not land later. */
	return blockdev_flush_cache(bdev);
}

static bool is_in_use(const struct inode *inode)
{
	bool used = false;

	spin_lock(&swap_lock);
	for (unsigned int i = 0; i < PTE_SWAP_AREAS; i++)
		used |= swap_areas[i].state != SWAP_FREE && swap_areas[i].file &&
			swap_areas[i].file->inode == inode;
	spin_unlock(&swap_lock);
	return used;
}

static int open_file(struct swap_area *area, const struct path *path)
{
	struct inode *inode = path->dentry->inode;
	const struct blockfile *bf = inode->data.private;
	struct file *file;

	if (inode->data.ops != &blockfile_ops || !bf->map)
		return -EINVAL;
	if (is_in_use(inode))
		return -EBUSY;
	file = file_open_path(path, O_RDWR);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	inode->flags |= INODE_SWAPFILE;
	if (atomic_read(&inode->write_count) != 1) { /* others write it too */
		inode->flags &= ~INODE_SWAPFILE;
		file_put(file);
		return -ETXTBSY;
	}
	inode->flags |= INODE_SWAPFILE; /* another try at the same time may have taken it off */
	area->disk = bf->bdev->disk;
	spin_lock(&swap_lock);
	area->file = file;
	spin_unlock(&swap_lock);
	/* Its blocks are given out when it is written. */
	return mapping_sync(&inode->data, 0, LLONG_MAX);
}

static struct inode *inode_of(const struct swap_area *area)
{
	return area->bdev ? area->bdev->inode : area->file->inode;
}

static int read_header(struct swap_area *area, struct swap_header *header)
{
	struct inode *inode = inode_of(area);
	u64 pages = (u64)inode->size >> PAGE_SHIFT;
	struct page *page;
	const char *why;
	int err;
	void *va;

	if (!pages)
		return -EINVAL;
	page = pagecache_read(&inode->data, 0);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	va = kmap_local(page);
	err = swap_header_parse(va, pages, header, &why);
	kunmap_local(va);
	page_put(page);
	if (err)
		pr_warn("swap: %s: %s\n", area->path, why);
	/* A file's bad blocks are the file system's affair. */
	return !err && area->file && header->bad_count ? -EINVAL : err;
}

static int make_slots(struct swap_area *area, const struct swap_header *header)
{
	u32 pages = min(header->pages, PTE_SWAP_SLOTS);
	u32 *map = vmalloc(pages * sizeof(*map));
	int err;

	if (!map)
		return -ENOMEM;
	memset(map, 0, pages * sizeof(*map));
	swap_slots_init(&area->slots, map, pages);
	for (u32 i = 0; i < header->bad_count; i++)
		if (header->bad[i] < pages && !map[header->bad[i]])
			swap_slots_set_bad(&area->slots, header->bad[i]);
	err = area->bdev ? swap_map_device(area) : swap_map_file(area, inode_of(area), pages);
	if (!err && !area->slots.good)
		err = -EINVAL;
	return err;
}

static int look_at(struct swap_area *area)
{
	struct swap_header *header = kmalloc(sizeof(*header), GFP_KERNEL);
	int err = header ? read_header(area, header) : -ENOMEM;

	if (!err)
		err = make_slots(area, header);
	kfree(header);
	if (err)
		return err;
	mutex_lock(&prepare_lock);
	err = swap_io_prepare();
	mutex_unlock(&prepare_lock);
	return err;
}

static void switch_on(struct swap_area *area, u32 flags)
{
	spin_lock(&swap_lock);
	area->prio = flags & SWAP_FLAG_PREFER ? (int)(flags & SWAP_FLAG_PRIO_MASK) : --least_prio;
	area->state = SWAP_ON;
	spin_unlock(&swap_lock);
	pr_info("swap: %u KB on %s, priority %d, %u extents\n", area->slots.good * 4, area->path,
		area->prio, area->extent_count);
}

/* As /proc/swaps shows it. */
static char *text_of(const struct path *path)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *text;

	if (!buf)
		return NULL;
	text = path_to_string(path, buf, PATH_MAX);
	text = kstrdup(IS_ERR(text) ? "?" : text, GFP_KERNEL);
	kfree(buf);
	return text;
}

static int open_area(struct swap_area *area, const struct path *path)
{
	u32 mode = path->dentry->inode->mode;

	area->path = text_of(path);
	if (!area->path)
		return -ENOMEM;
	if (S_ISBLK(mode))
		return open_device(area, path);
	return S_ISREG(mode) ? open_file(area, path) : -EINVAL;
}

static int swap_on(const struct path *path, u32 flags)
{
	struct swap_area *area = reserve_area();
	int err;

	if (!area)
		return -EPERM;
	err = open_area(area, path);
	if (!err)
		err = look_at(area);
	if (err)
		dismantle(area);
	else
		switch_on(area, flags);
	return err;
}

asmlinkage long sys_swapon(const char __user *name, u32 flags)
{
	struct path path;
	int err;

	if (flags & ~SWAP_FLAGS_KNOWN)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = path_lookup_user(AT_FDCWD, name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	err = swap_on(&path, flags);
	path_put(&path);
	return err;
}

/* ---- swapoff ---- */
static bool is_the_area(const struct swap_area *area, const struct inode *inode)
{
	if (area->state != SWAP_ON)
		return false;
	return S_ISBLK(inode->mode) ? area->bdev && area->bdev->devnum == inode->rdev
				    : area->file && area->file->inode == inode;
}

/* No more slots of it are given out. NULL: it is no area in use. */
static struct swap_area *begin_leaving(const struct inode *inode)
{
	struct swap_area *found = NULL;

	spin_lock(&swap_lock);
	for (unsigned int i = 0; i < PTE_SWAP_AREAS && !found; i++)
		if (is_the_area(&swap_areas[i], inode))
			found = &swap_areas[i];
	if (found)
		found->state = SWAP_LEAVING;
	spin_unlock(&swap_lock);
	return found;
}

/* Would what it holds fit elsewhere? Else somebody would be killed for it. */
static bool fits_elsewhere(const struct swap_area *area)
{
	struct page_stats st;
	struct swap_stats swap;

	page_get_stats(&st);
	swap_get_stats(&swap);
	return area->slots.used <= st.free + (st.cache - min(st.shmem, st.cache)) + swap.free;
}

/* One round through all address spaces. */
static int bring_in_all(u32 index)
{
	struct mm *mm = NULL;
	int err = 0;

	while (!err && (mm = mm_next_of_all(mm))) {
		if (!atomic_read(&mm->swapped) || !refcount_inc_not_zero(&mm->users))
			continue;
		err = swap_in_mm(mm, index);
		mm_user_put(mm);
	}
	if (mm)
		mm_put(mm);
	return err;
}

/* The areas without a wish that came after one that leaves move up; swap_lock held. */
static void close_gap(int prio)
{
	if (prio >= 0)
		return;
	for (unsigned int i = 0; i < PTE_SWAP_AREAS; i++)
		if (swap_areas[i].state >= SWAP_ON && swap_areas[i].prio < prio)
			swap_areas[i].prio++;
	least_prio++;
}

/* True: nothing of it is in use, and nobody looks at it any more. */
static bool leave_if_empty(struct swap_area *area)
{
	bool empty;

	spin_lock(&swap_lock);
	empty = !area->slots.used;
	if (empty) {
		area->state = SWAP_COMING;
		close_gap(area->prio);
	}
	spin_unlock(&swap_lock);
	return empty;
}

static int empty_area(struct swap_area *area)
{
	int err = 0;

	while (!leave_if_empty(area)) {
		err = bring_in_all(area->index);
		swap_cache_leave(area);
		if (err || leave_if_empty(area))
			return err;
		if (signal_pending(current))
			return -EINTR;
		msleep(EMPTY_PAUSE);
	}
	return 0;
}

asmlinkage long sys_swapoff(const char __user *name)
{
	struct swap_area *area;
	struct path path;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = path_lookup_user(AT_FDCWD, name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	err = S_ISDIR(path.dentry->inode->mode) ? -EISDIR : -EINVAL;
	area = begin_leaving(path.dentry->inode);
	path_put(&path);
	if (!area)
		return err;
	err = fits_elsewhere(area) ? empty_area(area) : -ENOMEM;
	if (err)
		set_state(area, SWAP_ON);
	else
		dismantle(area);
	return err;
}
