/*
 * floppy.h - the floppy controller in the kernel: its drives as disks of the block layer.
 *
 * A drive has a disk for /dev/fd0, whose format is found out, and one for each device number with a
 * format of its own that somebody opened (fd(4)); only one of them is open at a time. A thread
 * serves them and stops motors that nobody used for FLOPPY_IDLE.
 *
 * Once a disk is taken out, whoever has it open reads and writes nothing more (`stale`) until all
 * have closed it: what they meant for one disk never gets to another.
 *
 * Locking: floppy.lock guards the core and all fields of drives; disk.part_lock is outside of it.
 * Under it nothing touches user memory, waits for memory or calls disk_set_sectors().
 */
#ifndef DRIVERS_FLOPPY_FLOPPY_H
#define DRIVERS_FLOPPY_FLOPPY_H

#include <abi/fd.h>
#include <kernel/block.h>
#include <kernel/hw_host.h>
#include <kernel/irq.h>
#include "fdc_core.h"

#define FLOPPY_DRIVES 2u
#define FLOPPY_IDLE   SEC(3)
/* What a disk is said to have before it was looked at, as Linux does. */
#define FLOPPY_UNSEEN_SECTORS 8u

struct floppy;
struct floppy_drive;

struct floppy_disk {
	struct disk disk;
	struct floppy_drive *drive;
	unsigned int type; /* of fdc_formats; 0: found out */
};

struct floppy_drive {
	struct floppy *floppy;
	struct fdc_drive *core;
	unsigned int cmos;		       /* its kind; 0: there is none */
	struct floppy_disk *disk[FDC_FORMATS]; /* by type; once made they stay */
	struct device node[FDC_FORMATS];       /* /dev/fd0u1440 and so on */
	const struct floppy_disk *open_as;     /* the one that is open, or was the last */
	unsigned int openings;
	bool seen;	  /* who has it open was shown a disk */
	bool stale;	  /* that is no longer there */
	bool keep_format; /* FDDEFPRM: for other disks too */
	s64 idle_at;	  /* its motor may stop then; 0: it stands */
	struct floppy_write_errors_abi write_errors;
};

struct floppy {
	struct fdc fdc;
	struct hw_host hw;
	struct mutex lock;
	struct irq_action action;
	struct floppy_drive drive[FLOPPY_DRIVES];
	unsigned int buffer_order; /* wanted; fdc.buffer may be smaller */
	unsigned int buffer_has;
	bool turn_held;
	int kicked;
	struct wait_queue wake;
	struct device device;
};

void floppy_lock(struct floppy_drive *d);
/* Its motor may stop a while from now. */
void floppy_unlock(struct floppy_drive *d);

struct floppy_drive *floppy_drive_by_unit(unsigned int unit); /* NULL: no controller */

/* ---- floppy_disk.c ---- */
extern const struct disk_ops floppy_disk_ops;
/* Takes and ends one request; false: there was none. */
bool floppy_serve(struct floppy_disk *fd);
/* Makes sure that it is known what is in the drive. 0 or -errno; locked. */
int floppy_look(struct floppy_disk *fd);
/* The disk that was there when it was opened is no longer; locked. */
bool floppy_gone(struct floppy_drive *d);
/* The disk's size and protection as the drive knows them; not locked. */
void floppy_update(struct floppy_disk *fd);
/* Memory for the controller; may_wait: not locked. 0, -ENOMEM. */
int floppy_get_buffer(struct floppy *f, bool may_wait);
void floppy_drop_buffer(struct floppy *f);

/* ---- floppy_types.c ---- */
/* The disk of that type in the drive, made when it is asked for first. ERR_PTR(). */
struct floppy_disk *floppy_disk_get(struct floppy_drive *d, unsigned int type);
/* Device numbers and nodes of the formats that the drive takes. */
void floppy_types_init(struct floppy_drive *d);
bool floppy_probe_number(u32 devnum);
static inline u32 floppy_minor(unsigned int unit, unsigned int type)
{
	return unit | type << 2;
}

/* ---- floppy_ioctl.c ---- */
long floppy_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg);
int floppy_getgeo(struct disk *disk, u32 *cylinders, u32 *heads, u32 *sectors);

/* ---- floppy_options.c ---- */
struct floppy_options {
	bool off;			  /* floppy=off, drivers= */
	u32 flags;			  /* FDC_* */
	unsigned int type[FLOPPY_DRIVES]; /* of CMOS, or told */
};
void floppy_options_get(struct floppy_options *opt);

#endif
