/*
 * cd_ioctl.c - ioctls of CD drives: tray, door, status, options. What is read from the disc is in
 * cd_ioctl_disc.c, playing in cd_ioctl_audio.c, packets in cd_sg.c.
 */
#include <kernel/capability.h>
#include <kernel/errno.h>
#include <kernel/math64.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <abi/cdrom.h>
#include <abi/hdreg.h>
#include "cd.h"

#define NS_PER_MS 1000000u

static s32 debug; /* CDROM_DEBUG: only a number that is kept */

u32 cd_capability_bits(const struct cd *cd)
{
	const struct cd_capabilities *c = &cd->drive.caps;
	bool rewrites = c->write_dvdram || c->write_cdrw;
	u32 bits = CDC_MULTI_SESSION | CDC_MCN | CDC_MEDIA_CHANGED | CDC_DRIVE_STATUS |
		   CDC_GENERIC_PACKET | CDC_RESET;

	bits |= c->loader == CD_TRAY ? CDC_CLOSE_TRAY : 0;
	bits |= c->eject ? CDC_OPEN_TRAY : 0;
	bits |= c->lock ? CDC_LOCK : 0;
	bits |= cd->drive.quirks & CD_QUIRK_NO_SPEED ? 0 : CDC_SELECT_SPEED;
	bits |= c->audio ? CDC_PLAY_AUDIO : 0;
	bits |= c->write_cdr ? CDC_CD_R : 0;
	bits |= c->write_cdrw ? CDC_CD_RW : 0;
	bits |= c->read_dvd ? CDC_DVD : 0;
	bits |= c->write_dvdr ? CDC_DVD_R : 0;
	bits |= c->write_dvdram ? CDC_DVD_RAM : 0;
	bits |= rewrites ? CDC_RAM : 0;
	return bits;
}

static bool can(const struct cd *cd, u32 what)
{
	return cd_capability_bits(cd) & what;
}

/* As disks have them, for hdparm: what the drive is, and commands without a packet. */
static long ata_ioctl(struct cd *cd, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case HDIO_GET_IDENTITY:
		return ata_user_identity(cd->unit, arg, sizeof(cd->unit->dev->words));
	case HDIO_DRIVE_CMD:
		if (!ata_user_may_command())
			return -EACCES;
		return arg ? ata_user_drive_cmd(cd->unit, arg) : 0;
	default:
		return -ENOIOCTLCMD;
	}
}

/* ---- tray and door ---- */

static long eject(struct cd *cd)
{
	long err;

	if (!can(cd, CDC_OPEN_TRAY))
		return -ENOSYS;
	if (cd->disk.openings != 1 || cd->keep_locked)
		return -EBUSY;
	cd_lock_unit(cd);
	err = cd_eject(&cd->drive);
	cd_unlock_unit(cd);
	cd_update_size(cd);
	return err;
}

static long close_tray(struct cd *cd)
{
	long err;

	if (!can(cd, CDC_CLOSE_TRAY))
		return -ENOSYS;
	cd_lock_unit(cd);
	err = cd_close(&cd->drive);
	cd_unlock_unit(cd);
	return err;
}

/* Several have it open: only root unlocks it under them. */
static long lock_door(struct cd *cd, bool lock)
{
	long err;

	if (!can(cd, CDC_LOCK))
		return -EOPNOTSUPP;
	if (cd->disk.openings != 1 && !lock && !capable(CAP_SYS_ADMIN))
		return -EBUSY;
	cd_lock_unit(cd);
	cd->keep_locked = lock;
	err = cd_lock(&cd->drive, lock);
	cd_unlock_unit(cd);
	return err;
}

/* ---- status ---- */

/* No changer: whatever slot is asked for, it is the one. */
static long drive_status(struct cd *cd)
{
	static const u8 answers[] = { [CD_STATUS_EMPTY] = CDS_NO_DISC,
				      [CD_STATUS_OPEN] = CDS_TRAY_OPEN,
				      [CD_STATUS_BUSY] = CDS_DRIVE_NOT_READY,
				      [CD_STATUS_READY] = CDS_DISC_OK };
	enum cd_status status;
	int err;

	cd_lock_unit(cd);
	err = cd_status(&cd->drive, &status);
	cd_unlock_unit(cd);
	return err == -ENXIO ? err : err ? CDS_DRIVE_NOT_READY : answers[status];
}

static int disc_kind(const struct cd_toc *toc)
{
	unsigned int data = 0, audio = 0;

	for (unsigned int i = 0; i < toc->count; i++) {
		if (toc->track[i].number > CD_TRACKS_MAX)
			continue;
		if (toc->track[i].adr_control & CD_CONTROL_DATA)
			data++;
		else
			audio++;
	}
	if (audio)
		return data ? CDS_MIXED : CDS_AUDIO;
	return data ? CDS_DATA_1 : CDS_NO_INFO;
}

static long disc_status(struct cd *cd)
{
	long ret;

	cd_lock_unit(cd);
	ret = cd_check_medium(&cd->drive);
	if (!ret)
		ret = cd_read_toc(&cd->drive);
	if (!ret)
		ret = disc_kind(&cd->drive.toc);
	else if (ret != -ENXIO)
		ret = ret == -ENOMEDIUM ? CDS_NO_DISC : CDS_NO_INFO;
	cd_unlock_unit(cd);
	return ret;
}

static long media_changed(struct cd *cd)
{
	long ret;

	cd_lock_unit(cd);
	(void)cd_test_ready(&cd->drive);
	ret = cd_take_changed(&cd->drive, CD_WHO_IOCTL);
	cd_unlock_unit(cd);
	return ret;
}

static long timed_change(struct cd *cd, unsigned long arg)
{
	void __user *p = (void __user *)arg;
	struct cdrom_timed_media_change_abi info;

	if (copy_from_user(&info, p, sizeof(info)))
		return -EFAULT;
	cd_lock_unit(cd);
	(void)cd_test_ready(&cd->drive);
	if (cd_take_changed(&cd->drive, CD_WHO_TIME))
		cd->changed_ms = (s64)div_u64((u64)clock_monotonic(), NS_PER_MS);
	info.media_flags = cd->changed_ms > info.last_media_change ? MEDIA_CHANGED_FLAG : 0;
	info.last_media_change = cd->changed_ms;
	cd_unlock_unit(cd);
	return copy_to_user(p, &info, sizeof(info)) ? -EFAULT : 0;
}

/* ---- options ---- */

static long set_options(struct cd *cd, unsigned long bits)
{
	if (bits & CDO_LOCK && !can(cd, CDC_LOCK))
		return -ENOSYS;
	if (bits & ~(unsigned long)(CDO_AUTO_CLOSE | CDO_AUTO_EJECT | CDO_USE_FFLAGS | CDO_LOCK |
				    CDO_CHECK_TYPE))
		return -ENOSYS;
	cd->options |= (u32)bits;
	return (long)cd->options;
}

static long set_auto(struct cd *cd, bool on)
{
	if (!can(cd, CDC_OPEN_TRAY) || cd->keep_locked)
		return can(cd, CDC_OPEN_TRAY) ? -EBUSY : -ENOSYS;
	cd->options &= ~(CDO_AUTO_CLOSE | CDO_AUTO_EJECT);
	if (on)
		cd->options |= CDO_AUTO_CLOSE | CDO_AUTO_EJECT;
	return 0;
}

static long clear_options(struct cd *cd, unsigned long bits)
{
	cd->options &= ~(u32)bits;
	return (long)cd->options;
}

/* The words of options change whole; who sets what another one does not want has himself to blame.
 */
static long option_ioctl(struct cd *cd, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case CDROM_SET_OPTIONS:
		return set_options(cd, arg);
	case CDROM_CLEAR_OPTIONS:
		return clear_options(cd, arg);
	case CDROMEJECT_SW:
		return set_auto(cd, arg);
	case CDROM_DEBUG:
		if (!capable(CAP_SYS_ADMIN))
			return -EACCES;
		debug = arg != 0;
		return debug;
	case CDROM_GET_CAPABILITY:
		return (long)cd_capability_bits(cd);
	case CDROM_CHANGER_NSLOTS:
		return 1;
	case CDROM_SELECT_DISC:
		return -ENOSYS;
	default:
		return -ENOIOCTLCMD;
	}
}

static long select_speed(struct cd *cd, unsigned long times)
{
	long err;

	if (!can(cd, CDC_SELECT_SPEED))
		return -ENOSYS;
	cd_lock_unit(cd);
	err = cd_set_speed(&cd->drive, (unsigned int)min_t(unsigned long, times, 1000));
	cd_unlock_unit(cd);
	return err;
}

static long reset(struct cd *cd)
{
	long err;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	cd_lock_unit(cd);
	err = cd_reset(&cd->drive);
	cd_unlock_unit(cd);
	return err;
}

static long drive_ioctl(struct cd *cd, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case CDROMEJECT:
		return eject(cd);
	case CDROMCLOSETRAY:
		return close_tray(cd);
	case CDROMRESET:
		return reset(cd);
	case CDROM_LOCKDOOR:
		return lock_door(cd, arg);
	case CDROM_DRIVE_STATUS:
		return drive_status(cd);
	case CDROM_DISC_STATUS:
		return disc_status(cd);
	case CDROM_MEDIA_CHANGED:
		return media_changed(cd);
	case CDROM_TIMED_MEDIA_CHANGE:
		return timed_change(cd, arg);
	case CDROM_SELECT_SPEED:
		return select_speed(cd, arg);
	default:
		return option_ioctl(cd, cmd, arg);
	}
}

long cd_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg)
{
	struct cd *cd = disk->private;
	long ret = ata_ioctl(cd, cmd, arg);

	if (ret == -ENOIOCTLCMD)
		ret = cd_ioctl_sg(cd, mode, cmd, arg);
	/* Of a removable disk only the tray is like a CD's. */
	if (ret == -ENOIOCTLCMD && (!cd->drive.disk || cmd == CDROMEJECT || cmd == CDROM_LOCKDOOR ||
				    cmd == CDROM_DRIVE_STATUS))
		ret = drive_ioctl(cd, cmd, arg);
	if (ret == -ENOIOCTLCMD && !cd->drive.disk)
		ret = cd_ioctl_disc(cd, cmd, arg);
	if (ret == -ENOIOCTLCMD && !cd->drive.disk)
		ret = cd_ioctl_audio(cd, cmd, arg);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}
