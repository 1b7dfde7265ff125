/*
 * sysv_shm.c - System V shared memory.
 *
 * A segment is a page cache without a file, as shared anonymous memory is; each attachment is a VMA
 * of an anonymous file whose mmap() lends it that cache. A segment marked for removal goes with its
 * last attachment.
 */
#include <kernel/cred.h>
#include <kernel/fs.h>
#include <kernel/ipc.h>
#include <kernel/mm.h>
#include <kernel/pagecache.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>
#include "sysv.h"

#define SHM_MAX	    0x7fffffffu
#define SHM_MAX_IDS 4096

struct shm_segment {
	struct ipc_object obj; /* first: ipc_ids hands out pointers to it */
	struct mapping mapping;
	size_t size;
	unsigned long pages;
	unsigned int attached; /* VMAs, and shmat() calls under way */
	pid_t creator, last;
	u32 atime, dtime, ctime;
};

static struct ipc_ids shm_ids = IPC_IDS_INIT(shm_ids, SHM_MAX_IDS);
static unsigned long shm_pages_total;

static struct shm_segment *shm_of(struct ipc_object *obj)
{
	return container_of(obj, struct shm_segment, obj);
}

/* shm_ids.lock held; nobody is attached. */
static void shm_destroy(struct shm_segment *seg)
{
	shm_pages_total -= seg->pages;
	ipc_remove(&shm_ids, &seg->obj);
	mapping_destroy(&seg->mapping);
	kfree(seg);
}

static void shm_attach(struct shm_segment *seg)
{
	mutex_lock(&shm_ids.lock);
	seg->attached++;
	seg->atime = ipc_seconds();
	seg->last = task_tgid(current);
	mutex_unlock(&shm_ids.lock);
}

static void shm_detach(struct shm_segment *seg)
{
	mutex_lock(&shm_ids.lock);
	seg->dtime = ipc_seconds();
	seg->last = task_tgid(current);
	if (!--seg->attached && seg->obj.mode & SHM_DEST)
		shm_destroy(seg);
	mutex_unlock(&shm_ids.lock);
}

/* ---- the mapping ---- */

static void shm_vma_open(struct vma *vma)
{
	shm_attach(vma->private);
}

static void shm_vma_close(struct vma *vma)
{
	shm_detach(vma->private);
}

static enum fault_result shm_vma_fault(struct vma *vma, unsigned long pgoff, unsigned int flags,
				       struct page **page)
{
	struct shm_segment *seg = vma->private;

	if (pgoff >= seg->pages)
		return FAULT_BUS;
	*page = pagecache_read(vma->mapping, pgoff);
	return IS_ERR(*page) ? FAULT_OOM : FAULT_OK;
}

static const struct vm_ops shm_vm_ops = {
	.fault = shm_vma_fault,
	.open = shm_vma_open,
	.close = shm_vma_close,
};

static int shm_mmap(struct file *file, struct vma *vma)
{
	struct shm_segment *seg = file->private;

	vma->private = seg;
	vma->mapping = &seg->mapping;
	vma->ops = &shm_vm_ops;
	shm_attach(seg);
	return 0;
}

static const struct file_ops shm_fops = { .mmap = shm_mmap };

/* ---- system calls ---- */

static int shm_check(struct ipc_object *obj, size_t size)
{
	return shm_of(obj)->size < size;
}

static int shm_make(s32 key, u32 flags, size_t size)
{
	struct shm_segment *seg;
	int id;

	if (!size || size > SHM_MAX)
		return -EINVAL;
	seg = kzalloc(sizeof(*seg), GFP_KERNEL);
	if (!seg)
		return -ENOMEM;
	id = ipc_insert(&shm_ids, &seg->obj, key, flags);
	if (id < 0) {
		kfree(seg);
		return id;
	}
	mapping_init(&seg->mapping, NULL, NULL);
	seg->mapping.unevictable = true;
	seg->size = size;
	seg->pages = DIV_ROUND_UP(size, PAGE_SIZE);
	seg->creator = task_tgid(current);
	seg->ctime = ipc_seconds();
	shm_pages_total += seg->pages;
	return id;
}

asmlinkage long sys_shmget(int key, size_t size, u32 flags)
{
	static const struct ipc_get_ops ops = { shm_check, shm_make };

	return ipc_get(&shm_ids, &ops, key, flags, size);
}

/* Finds a segment and pins it as an attachment; ERR_PTR. */
static struct shm_segment *shm_pin(int id, u32 flags)
{
	u32 mode = flags & SHM_RDONLY ? IPC_READ : IPC_READ | IPC_WRITE;
	struct ipc_object *obj;
	int err;

	if (flags & SHM_EXEC)
		mode |= 0111;
	mutex_lock(&shm_ids.lock);
	obj = ipc_by_id(&shm_ids, id);
	if (!IS_ERR(obj)) {
		err = ipc_permission(obj, mode);
		if (err)
			obj = ERR_PTR(err);
		else
			shm_of(obj)->attached++;
	}
	mutex_unlock(&shm_ids.lock);
	return IS_ERR(obj) ? ERR_CAST(obj) : shm_of(obj);
}

static long shm_map(struct shm_segment *seg, unsigned long addr, u32 flags)
{
	bool ro = flags & SHM_RDONLY;
	unsigned long prot = PROT_READ | (ro ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
	unsigned long map = MAP_SHARED;
	char name[16];
	struct file *file;
	long ret;

	if (addr)
		map |= flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE;
	snprintf(name, sizeof(name), "SYSV%08x", (u32)seg->obj.key);
	file = file_anon(name, &shm_fops, seg, ro ? O_RDONLY : O_RDWR);
	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = (long)mm_mmap(file, addr, seg->pages << PAGE_SHIFT, prot, map, 0);
	file_put(file);
	return ret == -EEXIST ? -EINVAL : ret;
}

asmlinkage long sys_shmat(int id, unsigned long addr, u32 flags)
{
	struct shm_segment *seg;
	long ret;

	if (addr & ~PAGE_MASK) {
		if (!(flags & SHM_RND))
			return -EINVAL;
		addr &= PAGE_MASK;
		if (!addr && flags & SHM_REMAP)
			return -EINVAL;
	} else if (!addr && flags & SHM_REMAP) {
		return -EINVAL;
	}
	seg = shm_pin(id, flags);
	if (IS_ERR(seg))
		return PTR_ERR(seg);
	ret = shm_map(seg, addr, flags);
	mutex_lock(&shm_ids.lock);
	if (!--seg->attached && seg->obj.mode & SHM_DEST)
		shm_destroy(seg);
	mutex_unlock(&shm_ids.lock);
	return ret;
}

/* The pieces of the attachment that began at addr, wherever mprotect() or munmap() cut it. */
asmlinkage long sys_shmdt(unsigned long addr)
{
	struct mm *mm = current->mm;
	unsigned long end, at = addr;
	struct file *file = NULL;
	struct vma *vma;
	long ret = -EINVAL;

	if (addr & ~PAGE_MASK)
		return ret;
	write_lock(&mm->mmap_lock);
	while ((vma = vma_find(mm, at))) {
		at = vma->end;
		if (vma->ops != &shm_vm_ops || vma->start - (vma->pgoff << PAGE_SHIFT) != addr ||
		    (file && vma->file != file)) {
			if (at - addr > SHM_MAX)
				break;
			continue;
		}
		file = vma->file;
		end = vma->end;
		ret = mm_munmap_locked(mm, vma->start, end - vma->start);
		if (ret)
			break;
	}
	mm_write_unlock(mm);
	return ret;
}

static void shm_stat(const struct shm_segment *seg, struct shmid64_ds_abi *ds)
{
	memset(ds, 0, sizeof(*ds));
	ipc_perm_to_abi(&ds->perm, &seg->obj);
	ds->segsz = seg->size;
	ds->atime = seg->atime;
	ds->dtime = seg->dtime;
	ds->ctime = seg->ctime;
	ds->cpid = seg->creator;
	ds->lpid = seg->last;
	ds->nattch = seg->attached;
}

static long shmctl_stat(int id, int cmd, void __user *buf)
{
	struct shmid64_ds_abi ds;
	struct ipc_object *obj;
	long ret;

	mutex_lock(&shm_ids.lock);
	obj = cmd == IPC_STAT ? ipc_by_id(&shm_ids, id) : ipc_by_slot(&shm_ids, id);
	ret = IS_ERR(obj) ? PTR_ERR(obj) : 0;
	if (!ret && cmd != SHM_STAT_ANY)
		ret = ipc_permission(obj, IPC_READ);
	if (!ret) {
		shm_stat(shm_of(obj), &ds);
		ret = cmd == IPC_STAT ? 0 : obj->id;
	}
	mutex_unlock(&shm_ids.lock);
	if (ret >= 0 && copy_to_user(buf, &ds, sizeof(ds)))
		ret = -EFAULT;
	return ret;
}

static long shmctl_info(int cmd, void __user *buf)
{
	struct shminfo64_abi limits = { .shmmax = SHM_MAX,
					.shmmin = 1,
					.shmmni = SHM_MAX_IDS,
					.shmseg = SHM_MAX_IDS,
					.shmall = SHM_MAX };
	struct shm_info_abi usage = { 0 };
	int highest;
	long err;

	mutex_lock(&shm_ids.lock);
	highest = ipc_highest(&shm_ids);
	usage.used_ids = (s32)shm_ids.used;
	usage.tot = shm_pages_total;
	for (unsigned int i = 0; i < shm_ids.size; i++)
		if (shm_ids.slot[i])
			usage.rss += shm_of(shm_ids.slot[i])->mapping.nr_pages;
	mutex_unlock(&shm_ids.lock);
	err = cmd == IPC_INFO ? copy_to_user(buf, &limits, sizeof(limits))
			      : copy_to_user(buf, &usage, sizeof(usage));
	return err ? err : highest;
}

static long shm_change(struct shm_segment *seg, int cmd, const struct ipc64_perm_abi *perm)
{
	long err = ipc_may_control(&seg->obj);

	if (err)
		return err;
	switch (cmd) {
	case IPC_RMID:
		seg->obj.mode |= SHM_DEST;
		seg->obj.key = IPC_PRIVATE; /* nobody finds it any more */
		if (!seg->attached)
			shm_destroy(seg);
		return 0;
	case IPC_SET:
		seg->ctime = ipc_seconds();
		return ipc_set_perm(&seg->obj, perm);
	case SHM_LOCK: /* pages of a segment are never reclaimed */
		seg->obj.mode |= SHM_LOCKED;
		return 0;
	default:
		seg->obj.mode &= ~SHM_LOCKED;
		return 0;
	}
}

asmlinkage long sys_shmctl(int id, int cmd, void __user *buf)
{
	struct shmid64_ds_abi ds;
	struct ipc_object *obj;
	long ret;

	cmd &= ~IPC_64;
	if (cmd == IPC_STAT || cmd == SHM_STAT || cmd == SHM_STAT_ANY)
		return shmctl_stat(id, cmd, buf);
	if (cmd == IPC_INFO || cmd == SHM_INFO)
		return shmctl_info(cmd, buf);
	if (cmd != IPC_RMID && cmd != IPC_SET && cmd != SHM_LOCK && cmd != SHM_UNLOCK)
		return -EINVAL;
	if (cmd == IPC_SET && copy_from_user(&ds, buf, sizeof(ds)))
		return -EFAULT;
	mutex_lock(&shm_ids.lock);
	obj = ipc_by_id(&shm_ids, id);
	ret = IS_ERR(obj) ? PTR_ERR(obj) : shm_change(shm_of(obj), cmd, &ds.perm);
	mutex_unlock(&shm_ids.lock);
	return ret;
}

size_t sysv_shm_proc_show(unsigned int pos, char *buf, size_t size)
{
	struct ipc_object *obj;
	size_t n = 0;

	if (!pos)
		return (size_t)scnprintf(
			buf, size,
			"       key      shmid perms       size  cpid  lpid nattch   uid   gid  "
			"cuid  "
			"cgid      atime      dtime      ctime        rss       swap\n");
	mutex_lock(&shm_ids.lock);
	obj = ipc_nth(&shm_ids, pos - 1);
	if (obj) {
		const struct shm_segment *s = shm_of(obj);

		n = (size_t)scnprintf(buf, size,
				      "%10d %10d  %4o %10u %5d %5d  %5u %5u %5u %5u %5u %10u %10u "
				      "%10u %10lu %10u\n",
				      obj->key, obj->id, obj->mode, (u32)s->size, s->creator,
				      s->last, s->attached, obj->uid, obj->gid, obj->cuid,
				      obj->cgid, s->atime, s->dtime, s->ctime,
				      s->mapping.nr_pages << PAGE_SHIFT, 0u);
	}
	mutex_unlock(&shm_ids.lock);
	return n;
}
