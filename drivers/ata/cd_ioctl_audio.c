/*
 * cd_ioctl_audio.c - ioctls that play, pause, stop and set the volume. The sound goes from the
 * drive to the sound card by a cable of its own.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include <abi/cdrom.h>
#include "cd.h"

static long play_msf(struct cd *cd, const void __user *arg)
{
	struct cdrom_msf_abi m;
	long err;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	cd_lock_unit(cd);
	err = cd_play(&cd->drive, m.start, m.end);
	cd_unlock_unit(cd);
	return err;
}

static int play_range(struct cd *cd, s32 start, s32 end)
{
	u8 from[3], to[3];

	cd_lba_to_msf(start, from);
	cd_lba_to_msf(end, to);
	return cd_play(&cd->drive, from, to);
}

/* Up to where the track after the last one begins, which may be the lead-out. Locked. */
static int play_tracks(struct cd *cd, u8 first, u8 last)
{
	const struct cd_track *a, *b = NULL;
	struct cd_drive *drive = &cd->drive;
	int err = cd_check_medium(drive);

	if (!err)
		err = cd_read_toc(drive);
	if (err)
		return err;
	a = cd_find_track(&drive->toc, first);
	if (last < drive->toc.last)
		b = cd_find_track(&drive->toc, (u8)(last + 1));
	if (!b)
		b = cd_find_track(&drive->toc, CD_LEADOUT);
	if (!a || !b || first == CD_LEADOUT || first > last)
		return -EINVAL;
	return play_range(cd, a->lba, b->lba);
}

static long play_track_index(struct cd *cd, const void __user *arg)
{
	struct cdrom_ti_abi ti;
	long err;

	if (copy_from_user(&ti, arg, sizeof(ti)))
		return -EFAULT;
	cd_lock_unit(cd);
	err = play_tracks(cd, ti.trk0, ti.trk1);
	cd_unlock_unit(cd);
	return err;
}

static long play_blocks(struct cd *cd, const void __user *arg)
{
	struct cdrom_blk_abi b;
	long err;

	if (copy_from_user(&b, arg, sizeof(b)))
		return -EFAULT;
	if (b.from > (u32)INT_MAX - b.len)
		return -EINVAL;
	cd_lock_unit(cd);
	err = play_range(cd, (s32)b.from, (s32)(b.from + b.len));
	cd_unlock_unit(cd);
	return err;
}

static long seek(struct cd *cd, const void __user *arg)
{
	struct cdrom_msf_abi m;
	s32 lba;
	long err;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	lba = cd_msf_to_lba(m.start);
	if (lba < 0 || !cd_msf_is_sane(m.start))
		return -EINVAL;
	cd_lock_unit(cd);
	err = cd_seek(&cd->drive, (u32)lba);
	cd_unlock_unit(cd);
	return err;
}

static long volume(struct cd *cd, bool set, void __user *arg)
{
	struct cdrom_volctrl_abi v;
	long err;

	if (set && copy_from_user(&v, arg, sizeof(v)))
		return -EFAULT;
	cd_lock_unit(cd);
	err = set ? cd_set_volume(&cd->drive, v.channel) : cd_get_volume(&cd->drive, v.channel);
	cd_unlock_unit(cd);
	if (err || set)
		return err;
	return copy_to_user(arg, &v, sizeof(v)) ? -EFAULT : 0;
}

static long motor(struct cd *cd, unsigned int cmd)
{
	long err;

	cd_lock_unit(cd);
	if (cmd == CDROMSTART || cmd == CDROMSTOP)
		err = cd_start(&cd->drive, cmd == CDROMSTART);
	else
		err = cd_pause_audio(&cd->drive, cmd == CDROMRESUME);
	cd_unlock_unit(cd);
	return err;
}

static bool is_audio(unsigned int cmd)
{
	return (cmd >= CDROMPAUSE && cmd <= CDROMPLAYTRKIND) || cmd == CDROMSTOP ||
	       cmd == CDROMSTART || cmd == CDROMVOLCTRL || cmd == CDROMVOLREAD ||
	       cmd == CDROMSEEK || cmd == CDROMPLAYBLK;
}

long cd_ioctl_audio(struct cd *cd, unsigned int cmd, unsigned long arg)
{
	void __user *p = (void __user *)arg;

	if (!is_audio(cmd))
		return -ENOIOCTLCMD;
	if (!cd->drive.caps.audio)
		return -ENOSYS;
	switch (cmd) {
	case CDROMPLAYMSF:
		return play_msf(cd, p);
	case CDROMPLAYTRKIND:
		return play_track_index(cd, p);
	case CDROMPLAYBLK:
		return play_blocks(cd, p);
	case CDROMSEEK:
		return seek(cd, p);
	case CDROMVOLCTRL:
	case CDROMVOLREAD:
		return volume(cd, cmd == CDROMVOLCTRL, p);
	default:
		return motor(cd, cmd);
	}
}
