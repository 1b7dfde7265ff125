/*
 * floppy_ioctl.c - ioctls of floppy drives: formats, formatting, state. fd(4).
 *
 * FDRAWCMD is not there: a program's own commands would leave the controller in states that the
 * core does not know of. FDMSGON and the thresholds are only numbers.
 */
#include <kernel/blockdev.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/math64.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include "floppy.h"

#define HZ_LINUX    100u /* jiffies of the structures */
#define NEEDS_WRITE 0x40u
#define SIZE_SHIFT  16u
#define SIZE_MASK   0x3FFFu
#define NUMBER_MASK 0xFFFFu

static struct floppy_disk *disk_of(struct disk *disk)
{
	return container_of(disk, struct floppy_disk, disk);
}

/* ---- geometry ---- */

/* -ENODEV: not known. */
static int get_format(struct floppy_disk *fd, struct fdc_format *f)
{
	struct fdc_drive *core = fd->drive->core;
	int err = 0;

	if (fd->type) {
		*f = fdc_formats[fd->type];
		return 0;
	}
	floppy_lock(fd->drive);
	(void)floppy_gone(fd->drive);
	if (core->known || core->fixed)
		*f = core->format;
	else
		err = -ENODEV;
	floppy_unlock(fd->drive);
	return err;
}

int floppy_getgeo(struct disk *disk, u32 *cylinders, u32 *heads, u32 *sectors)
{
	struct fdc_format f;
	int err = get_format(disk_of(disk), &f);

	if (err)
		return err;
	*cylinders = f.tracks;
	*heads = f.heads;
	*sectors = f.sect;
	return 0;
}

/* As many bytes as the program knows of. */
static long put(unsigned long arg, const void *from, size_t size, size_t wanted)
{
	return copy_to_user((void __user *)arg, from, min(size, wanted)) ? -EFAULT : 0;
}

static long get_parameters(struct floppy_disk *fd, unsigned long arg, size_t size)
{
	struct floppy_struct_abi g = { 0 };
	struct fdc_format f;
	int err = get_format(fd, &f);

	if (err)
		return err;
	g.size = f.sectors;
	g.sect = f.sect;
	g.head = f.heads;
	g.track = f.tracks;
	g.stretch = f.stretch;
	g.gap = f.gap;
	g.rate = f.rate;
	g.spec1 = f.spec1;
	g.fmt_gap = f.fmt_gap;
	return put(arg, &g, sizeof(g), size);
}

/* What is cached of the disk is not what programs shall see next. */
static long drop_cached(struct floppy_disk *fd)
{
	struct block_device *b;
	long err;

	floppy_lock(fd->drive);
	fdc_drop_cache(&fd->drive->floppy->fdc);
	floppy_unlock(fd->drive);
	b = blockdev_open(MKDEV(FD_MAJOR, fd->disk.first_minor), FMODE_NODELAY, NULL);
	if (IS_ERR(b))
		return PTR_ERR(b);
	err = blockdev_flush_cache(b);
	blockdev_close(b, FMODE_NODELAY, NULL);
	return err;
}

static bool sound(const struct floppy_drive *d, const struct floppy_struct_abi *g,
		  struct fdc_format *f)
{
	if (!g->sect || g->sect > FDC_SECT_MAX || !g->head || g->head > 2 || !g->track ||
	    g->track > 83 || g->stretch & ~FD_STRETCH)
		return false;
	*f = (struct fdc_format){ .sectors = g->sect * g->head * g->track,
				  .sect = (u8)g->sect,
				  .heads = (u8)g->head,
				  .tracks = (u8)g->track,
				  .stretch = (u8)g->stretch,
				  .gap = g->gap,
				  .rate = g->rate,
				  .spec1 = g->spec1,
				  .fmt_gap = g->fmt_gap };
	return fdc_kind_takes(d->core->kind, f);
}

static long set_parameters(struct floppy_disk *fd, unsigned int cmd, unsigned long arg, size_t size)
{
	struct floppy_drive *d = fd->drive;
	struct floppy_struct_abi g = { 0 };
	struct fdc_format f;

	if (copy_from_user(&g, (const void __user *)arg, min(size, sizeof(g))))
		return -EFAULT;
	if (!sound(d, &g, &f) || fd->type)
		return -EINVAL;
	floppy_lock(d);
	(void)floppy_gone(d);
	fdc_set_format(d->core, &f);
	d->keep_format = cmd == FDDEFPRM;
	/* A format that is told makes a disk known that was not; what is in it was not looked at.
	 */
	if (!d->core->known && !d->stale && !fdc_detect(d->core))
		d->seen = true;
	floppy_unlock(d);
	floppy_update(fd);
	return drop_cached(fd);
}

static long clear_parameters(struct floppy_disk *fd)
{
	struct floppy_drive *d = fd->drive;

	floppy_lock(d);
	d->keep_format = d->core->fixed = false;
	d->core->known = d->seen = false;
	floppy_unlock(d);
	floppy_update(fd);
	return drop_cached(fd);
}

/* ---- formatting ---- */

static long format_begin(struct floppy_disk *fd)
{
	struct floppy_drive *d = fd->drive;
	long err;

	floppy_lock(d);
	err = floppy_look(fd) ? -ENODEV : d->core->protected ? -EROFS : 0;
	floppy_unlock(d);
	return err;
}

static long format_track(struct floppy_disk *fd, unsigned long arg, size_t size)
{
	struct floppy_drive *d = fd->drive;
	struct format_descr_abi t = { 0 };
	enum fdc_error e = FDC_CHANGED;
	const struct fdc_format *f;

	if (copy_from_user(&t, (const void __user *)arg, min(size, sizeof(t))))
		return -EFAULT;
	if (d->openings != 1)
		return -EBUSY;
	floppy_lock(d);
	f = &d->core->format;
	if (!d->core->known || t.track >= f->tracks || t.head >= f->heads || !f->fmt_gap) {
		floppy_unlock(d);
		return -EINVAL;
	}
	if (!floppy_gone(d) && !floppy_get_buffer(d->floppy, false))
		e = fdc_format_track(d->core, t.track, t.head);
	floppy_unlock(d);
	return e == FDC_PROTECTED ? -EROFS : e ? -EIO : 0;
}

/* ---- what is told ---- */

static long get_type(struct floppy_disk *fd, unsigned long arg, size_t size)
{
	unsigned int type = fd->type ? fd->type : fd->drive->core->kind->native;
	const char *name = fdc_formats[type].name;

	return put(arg, name, strlen(name) + 1, size);
}

static long get_drive(const struct floppy_drive *d, unsigned long arg, size_t size)
{
	const struct fdc_kind *kind = d->core->kind;
	struct floppy_drive_params_abi p = { .cmos = (s8)d->cmos,
					     .max_dtr = kind->max_kbps,
					     .hlt = 16,
					     .hut = 16,
					     .srt = kind->step_us,
					     .spinup = kind->spin_up_ms * HZ_LINUX / 1000,
					     .spindown = 3 * HZ_LINUX,
					     .select_delay = FDC_SELECT_US / 10000,
					     .rps = kind->turns,
					     .tracks = kind->tracks,
					     .timeout = 3 * HZ_LINUX,
					     .interleave_sect = FDC_SECT_MAX,
					     .max_errors = { .abort = FDC_TRIES,
							     .read_track = 1,
							     .reset = FDC_TRIES / 2,
							     .recal = 2 },
					     .checkfreq = 3 * HZ_LINUX / 2,
					     .native_format = kind->native };

	for (unsigned int i = 0; i < FDC_KIND_FORMATS; i++)
		p.autodetect[i] = kind->formats[i];
	return put(arg, &p, sizeof(p), size);
}

static long get_errors(unsigned long arg, size_t size)
{
	static const struct floppy_max_errors_abi errors = { FDC_TRIES, 1, FDC_TRIES / 2, 2, 0 };

	return put(arg, &errors, sizeof(errors), size);
}

static u32 jiffies(u64 us)
{
	return (u32)div_u64(us, 1000000u / HZ_LINUX);
}

static long get_state(struct floppy_disk *fd, bool poll, unsigned long arg, size_t size)
{
	struct floppy_drive *d = fd->drive;
	struct fdc_drive *core = d->core;
	struct floppy_drive_struct_abi s = { 0 };

	floppy_lock(d);
	if (poll && !floppy_gone(d) && !core->known)
		(void)floppy_look(fd);
	s.flags = core->known ? 0 : FD_VERIFY | FD_DISK_NEWCHANGE | FD_DISK_CHANGED;
	s.flags |= core->known && !core->protected ? FD_DISK_WRITABLE : 0;
	s.spinup_date = s.select_date = jiffies(core->motor_since);
	s.last_checked = jiffies(core->used_at);
	s.track = (s16)core->cylinder;
	s.generation = (s32)core->generation;
	s.keep_data = d->keep_format ? -1 : core->fixed;
	s.fd_ref = (s32)d->openings;
	s.fd_device = (s32)fd->disk.first_minor;
	floppy_unlock(d);
	return put(arg, &s, sizeof(s), size);
}

static long get_controller(struct floppy_drive *d, unsigned long arg, size_t size)
{
	struct fdc *fdc = &d->floppy->fdc;
	struct floppy_fdc_state_abi s = { 0 };

	floppy_lock(d);
	s.spec1 = fdc->specified < 0 ? -1 : fdc->specified >> 8;
	s.spec2 = fdc->specified < 0 ? -1 : fdc->specified & 0xff;
	s.dtr = fdc->rate;
	s.version = fdc->version == FDC_VERSION_ENHANCED ? FDC_82077 : FDC_8272A;
	s.dor = fdc->dor;
	s.address = fdc->base;
	s.driver_version = FD_DRIVER_VERSION;
	floppy_unlock(d);
	return put(arg, &s, sizeof(s), size);
}

static long write_errors(struct floppy_drive *d, bool clear, unsigned long arg, size_t size)
{
	struct floppy_write_errors_abi w;

	floppy_lock(d);
	w = d->write_errors;
	if (clear)
		memset(&d->write_errors, 0, sizeof(d->write_errors));
	floppy_unlock(d);
	return clear ? 0 : put(arg, &w, sizeof(w), size);
}

static long reset(struct floppy_drive *d, unsigned long how)
{
	floppy_lock(d);
	if (how == FD_RESET_ALWAYS)
		d->floppy->fdc.needs_reset = true;
	floppy_unlock(d);
	return 0;
}

/* ---- all of them ---- */

static const unsigned int numbers[] = {
	FDCLRPRM,     FDSETPRM,	   FDDEFPRM,	FDGETPRM,	FDMSGON,       FDMSGOFF,
	FDFMTBEG,     FDFMTTRK,	   FDFMTEND,	FDSETEMSGTRESH, FDFLUSH,       FDSETMAXERRS,
	FDGETMAXERRS, FDGETDRVTYP, FDGETDRVPRM, FDGETDRVSTAT,	FDPOLLDRVSTAT, FDRESET,
	FDGETFDCSTAT, FDWERRORCLR, FDWERRORGET, FDTWADDLE,	FDEJECT,
};

/* By the low bits, with the size that the program has. 0: none of them. */
static unsigned int normalize(unsigned int cmd, size_t *size)
{
	*size = cmd >> SIZE_SHIFT & SIZE_MASK;
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++)
		if ((cmd & NUMBER_MASK) == (numbers[i] & NUMBER_MASK))
			return numbers[i];
	return 0;
}

static long change(struct floppy_disk *fd, unsigned int cmd, unsigned long arg, size_t size)
{
	switch (cmd) {
	case FDCLRPRM:
		return clear_parameters(fd);
	case FDSETPRM:
	case FDDEFPRM:
		return set_parameters(fd, cmd, arg, size);
	case FDFMTBEG:
		return format_begin(fd);
	case FDFMTTRK:
		return format_track(fd, arg, size);
	case FDFMTEND:
	case FDFLUSH:
		return drop_cached(fd);
	case FDRESET:
		return reset(fd->drive, arg);
	case FDWERRORCLR:
		return write_errors(fd->drive, true, arg, size);
	case FDEJECT:
		return -EINVAL; /* no PC's drive can */
	default:
		return 0; /* messages, thresholds */
	}
}

static long tell(struct floppy_disk *fd, unsigned int cmd, unsigned long arg, size_t size)
{
	switch (cmd) {
	case FDGETPRM:
		return get_parameters(fd, arg, size);
	case FDGETMAXERRS:
		return get_errors(arg, size);
	case FDGETDRVTYP:
		return get_type(fd, arg, size);
	case FDGETDRVPRM:
		return get_drive(fd->drive, arg, size);
	case FDGETDRVSTAT:
	case FDPOLLDRVSTAT:
		return get_state(fd, cmd == FDPOLLDRVSTAT, arg, size);
	case FDGETFDCSTAT:
		return get_controller(fd->drive, arg, size);
	case FDWERRORGET:
		return write_errors(fd->drive, false, arg, size);
	default:
		return -EINVAL;
	}
}

long floppy_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg)
{
	struct floppy_disk *fd = disk_of(disk);
	size_t size;
	unsigned int known = normalize(cmd, &size);

	if (!known)
		return -EINVAL;
	if (size > (known >> SIZE_SHIFT & SIZE_MASK))
		return -EFAULT;
	if (!(known & NEEDS_WRITE))
		return tell(fd, known, arg, size);
	return mode & FMODE_WRITE ? change(fd, known, arg, size) : -EPERM;
}
