/*
 * floppy_types.c - device numbers with a format of their own: /dev/fd0u1440 and its like (fd(4)).
 *
 * A disk that is not formatted yet, or by somebody with ideas of his own, is reached by them. The
 * nodes are there from the beginning; the block layer's disk behind one is made when it is opened.
 */
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "floppy.h"

#define GID_FLOPPY 12 /* of /etc/group */

static DEFINE_MUTEX(making, RANK_DISK - 1); /* floppy_drive.disk */

static void fill_disk(struct floppy_disk *fd)
{
	struct floppy_drive *d = fd->drive;
	struct disk *disk = &fd->disk;
	char name[16];

	if (fd->type)
		(void)snprintf(name, sizeof(name), "fd%u_type%u", d->core->unit, fd->type);
	else
		(void)snprintf(name, sizeof(name), "fd%u", d->core->unit);
	disk_init(disk, name, FD_MAJOR, floppy_minor(d->core->unit, fd->type), 1);
	disk->sectors = FLOPPY_UNSEEN_SECTORS;
	disk->flags = DISK_REMOVABLE | DISK_NO_PARTS | DISK_UNSEEN;
	disk->ops = &floppy_disk_ops;
	disk->private = fd;
	disk->parent = &d->floppy->device;
	disk->dev.gid = GID_FLOPPY;
	strscpy(disk->model, "floppy", sizeof(disk->model));
}

static struct floppy_disk *make(struct floppy_drive *d, unsigned int type)
{
	struct floppy_disk *fd = kzalloc(sizeof(*fd), GFP_KERNEL);
	int err;

	if (!fd)
		return ERR_PTR(-ENOMEM);
	fd->drive = d;
	fd->type = type;
	fill_disk(fd);
	err = disk_add(&fd->disk);
	if (err) {
		kfree(fd);
		return ERR_PTR(err);
	}
	WRITE_ONCE(d->disk[type], fd);
	return fd;
}

struct floppy_disk *floppy_disk_get(struct floppy_drive *d, unsigned int type)
{
	struct floppy_disk *fd;

	mutex_lock(&making);
	fd = d->disk[type];
	if (!fd)
		fd = make(d, type);
	mutex_unlock(&making);
	return fd;
}

bool floppy_probe_number(u32 devnum)
{
	u32 minor = MINOR(devnum), unit = minor % 4, type = minor >> 2;
	struct floppy_drive *d = floppy_drive_by_unit(unit);

	if (!d || !d->core->kind || type >= FDC_FORMATS || !type ||
	    !fdc_kind_takes(d->core->kind, &fdc_formats[type]))
		return false;
	return !IS_ERR(floppy_disk_get(d, type));
}

/* "u1440": the names of MAKEDEV have no capitals. */
static void node_name(const struct floppy_drive *d, const struct fdc_format *f, char *buf,
		      size_t size)
{
	bool capital = f->name[0] >= 'A' && f->name[0] <= 'Z';

	(void)snprintf(buf, size, "fd%u%c%s", d->core->unit, capital ? 'u' : f->name[0],
		       f->name + 1);
}

static void add_node(struct floppy_drive *d, unsigned int type)
{
	struct device *node = &d->node[type];

	node_name(d, &fdc_formats[type], node->name, sizeof(node->name));
	node->parent = &d->floppy->device;
	node->devnum = MKDEV(FD_MAJOR, floppy_minor(d->core->unit, type));
	node->block = true;
	node->mode = 0660;
	node->gid = GID_FLOPPY;
	if (device_register(node))
		pr_warn("floppy: no node for %s\n", node->name);
}

void floppy_types_init(struct floppy_drive *d)
{
	for (unsigned int i = 0; i < FDC_KIND_FORMATS && d->core->kind->formats[i]; i++)
		add_node(d, d->core->kind->formats[i]);
}
