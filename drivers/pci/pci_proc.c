/*
 * pci_proc.c - /proc/bus/pci: `devices`, one line a function, and BUS/DEVICE.FUNCTION, its
 * configuration space as a file, for root to read and write.
 */
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/iov.h>
#include <kernel/printk.h>
#include <kernel/procfs.h>
#include <kernel/slab.h>
#include "pci_glue.h"
#include "pci_reg.h"

#define PCIIOC_CONTROLLER 0x50434900u /* 'P' 'C' 'I' 0: the number of its host controller */

/* ---- devices ---- */

static void show_function(struct seq *s, const struct pci_dev *p)
{
	struct pci_resource r;

	seq_printf(s, "%02x%02x\t%04x%04x\t%x", p->bus->number, p->devfn, p->vendor, p->device,
		   pci_irq_shown(p));
	for (unsigned int i = 0; i <= PCI_BARS; i++) {
		r = pci_resource_of(p, i);
		seq_printf(s, "\t%16llx", (u64)(r.start | (r.flags & 15)));
	}
	for (unsigned int i = 0; i <= PCI_BARS; i++) {
		r = pci_resource_of(p, i);
		seq_printf(s, "\t%16llx", (u64)(r.end > r.start ? r.end - r.start + 1 : 0));
	}
	seq_printf(s, "\t%s\n", p->driver ? p->driver->name : "");
}

static int show_devices(struct seq *s)
{
	struct pci_dev *p;

	list_for_each_entry (p, &pci_tree.devs, node)
		show_function(s, p);
	return 0;
}

static const struct proc_file devices_file[] = { { .name = "devices", .show = show_devices } };

/* ---- configuration space ---- */

static ssize_t config_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	const struct pci_dev *p = proc_file_arg(file);
	u32 end = pci_config_readable(p);
	u8 buf[PCI_CONFIG_SIZE];
	size_t n;

	if (*pos < 0 || *pos >= end)
		return 0;
	n = min_t(size_t, to->count, end - (u32)*pos);
	pci_config_read(p, buf, (u32)*pos, n);
	if (iov_copy_to(to, buf, n) != n)
		return -EFAULT;
	*pos += (loff_t)n;
	return (ssize_t)n;
}

static ssize_t config_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	const struct pci_dev *p = proc_file_arg(file);
	u8 buf[PCI_CONFIG_SIZE];
	size_t n;

	if (*pos < 0 || *pos >= PCI_CONFIG_SIZE)
		return 0;
	n = min_t(size_t, from->count, PCI_CONFIG_SIZE - (u32)*pos);
	if (iov_copy_from(from, buf, n) != n)
		return -EFAULT;
	pci_config_write(p, buf, (u32)*pos, n);
	*pos += (loff_t)n;
	return (ssize_t)n;
}

static long config_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return cmd == PCIIOC_CONTROLLER ? 0 : -EINVAL;
}

static const struct file_ops config_fops = {
	.read = config_read,
	.write = config_write,
	.ioctl = config_ioctl,
};

/* ---- the tree ---- */

/* procfs keeps its tables, so each function has one of its own, for good. */
struct config_entry {
	struct proc_file file;
	char name[8];
};

static int add_function(const struct pci_dev *p)
{
	struct config_entry *e = kzalloc(sizeof(*e), GFP_KERNEL);
	char dir[16];

	if (!e)
		return -ENOMEM;
	snprintf(dir, sizeof(dir), "bus/pci/%02x", p->bus->number);
	snprintf(e->name, sizeof(e->name), "%02x.%u", pci_slot(p), pci_func(p));
	e->file = (struct proc_file){ .name = e->name,
				      .mode = 0644,
				      .size = PCI_CONFIG_SIZE,
				      .fops = &config_fops,
				      .arg = p };
	return proc_add_files(dir, &e->file, 1);
}

int pci_proc_add(struct pci_tree *tree)
{
	int err = proc_add_files("bus/pci", devices_file, ARRAY_SIZE(devices_file));
	struct pci_dev *p;

	list_for_each_entry (p, &tree->devs, node)
		err = err ? err : add_function(p);
	return err;
}
