/*
 * physmem.c - /dev/mem and /dev/port: the machine's memory and I/O ports for programs of root that
 * know what they do (X servers, dmidecode, hwtest).
 */
#include "mem.h"
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/task.h>

#define ISA_HOLE_START 0xa0000u
#define ISA_HOLE_END   0x100000u
#define PORT_COUNT     65536

static int raw_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_RAWIO) ? 0 : -EPERM;
}

static loff_t raw_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EOVERFLOW;
	file->pos = offset;
	return offset;
}

static bool is_ram(unsigned long pfn)
{
	return pfn_valid(pfn) &&
	       (pfn < ISA_HOLE_START >> PAGE_SHIFT || pfn >= ISA_HOLE_END >> PAGE_SHIFT);
}

/* Moves n bytes inside one frame; bytes moved. The frame is mapped at `va`. */
static size_t move(struct iov_iter *it, void *va, size_t n, bool write)
{
	return write ? iov_copy_from(it, va, n) : iov_copy_to(it, va, n);
}

static size_t move_frame(struct iov_iter *it, unsigned long pfn, size_t offset, size_t n,
			 bool write)
{
	void __iomem *window;
	size_t moved;

	if (pfn < lowmem_end_pfn)
		return move(it, (char *)phys_to_virt(pfn << PAGE_SHIFT) + offset, n, write);
	if (is_ram(pfn))
		return write ? iov_copy_page_from(it, pfn_to_page(pfn), offset, n)
			     : iov_copy_page_to(it, pfn_to_page(pfn), offset, n);
	window = ioremap((phys_addr_t)pfn << PAGE_SHIFT, PAGE_SIZE);
	if (!window)
		return 0;
	moved = move(it, (__force char *)window + offset, n, write);
	iounmap(window);
	return moved;
}

static ssize_t mem_rw(struct iov_iter *it, loff_t *pos, bool write)
{
	ssize_t done = 0;

	while (it->count && *pos < (1ll << 32)) {
		size_t offset = (size_t)*pos & (PAGE_SIZE - 1);
		size_t n = min_t(size_t, it->count, PAGE_SIZE - offset);
		size_t moved =
			move_frame(it, (unsigned long)(*pos >> PAGE_SHIFT), offset, n, write);

		*pos += (loff_t)moved;
		done += (ssize_t)moved;
		if (moved < n)
			return done ? done : -EFAULT;
	}
	return done || !it->count ? done : write ? -EFBIG : 0;
}

static ssize_t mem_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	return mem_rw(to, pos, false);
}

static ssize_t mem_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return mem_rw(from, pos, true);
}

static int mem_mmap(struct file *file, struct vma *vma)
{
	unsigned long len = vma->end - vma->start, pages = len >> PAGE_SHIFT;

	if (vma->pgoff > (1ul << 20) - pages)
		return -EINVAL;
	return mm_map_pfn_range(vma, vma->start, vma->pgoff, len,
				(file->flags & O_SYNC) || !is_ram(vma->pgoff));
}

const struct file_ops mem_fops = {
	.read = mem_read,
	.write = mem_write,
	.llseek = raw_llseek,
	.mmap = mem_mmap,
	.open = raw_open,
};

/* ---- ports, a byte at a time ---- */

static struct hw_host port_host;

static ssize_t port_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	ssize_t done = 0;

	for (; to->count && *pos < PORT_COUNT; done++, (*pos)++) {
		u8 value = hw_in8(&port_host.hw, (u16)*pos);

		if (iov_copy_to(to, &value, 1) != 1)
			return done ? done : -EFAULT;
	}
	return done;
}

static ssize_t port_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	ssize_t done = 0;
	u8 value;

	for (; from->count && *pos < PORT_COUNT; done++, (*pos)++) {
		if (iov_copy_from(from, &value, 1) != 1)
			return done ? done : -EFAULT;
		hw_out8(&port_host.hw, (u16)*pos, value);
	}
	return done;
}

const struct file_ops port_fops = {
	.read = port_read,
	.write = port_write,
	.llseek = raw_llseek,
	.open = raw_open,
};

static int __init port_init(void)
{
	hw_host_init(&port_host);
	return 0;
}
INIT_CALL(INIT_CORE, port_init);
