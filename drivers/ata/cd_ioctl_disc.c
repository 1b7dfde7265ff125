/*
 * cd_ioctl_disc.c - ioctls that read what is on a disc besides its blocks: tables, numbers, raw
 * sectors.
 */
#include <kernel/errno.h>
#include <kernel/page.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include <abi/cdrom.h>
#include "cd.h"
#include "scsi_cdb.h"

#define AUDIO_FRAMES_MAX   75  /* Linux's limit of one call */
#define AUDIO_FRAMES_ROUND 24u /* of 2352 bytes in 64 KB, even */
#define MODE2_BYTES	   2336u

/* ---- helpers ---- */

/* What a drive refuses for another reason than not knowing the command is an error of I/O. */
static long told(struct cd *cd, long err)
{
	if (err == -EOPNOTSUPP && cd->drive.sense.key == SENSE_ILLEGAL &&
	    cd->drive.sense.asc != 0x20)
		return -EIO;
	return err == -EBUSY ? -ENOMEDIUM : err;
}

/* Locked, with a disc that is ready; on an error unlocked. */
static long begin(struct cd *cd)
{
	long err;

	cd_lock_unit(cd);
	err = cd_check_medium(&cd->drive);
	if (err)
		cd_unlock_unit(cd);
	return err == -EBUSY ? -ENOMEDIUM : err;
}

static long end(struct cd *cd, long err)
{
	err = told(cd, err);
	cd_unlock_unit(cd);
	return err;
}

static bool format_is_known(u8 format)
{
	return format == CDROM_LBA || format == CDROM_MSF;
}

static void put_address(union cdrom_addr_abi *out, s32 lba, u8 format)
{
	out->lba = 0;
	if (format == CDROM_LBA)
		out->lba = lba;
	else
		cd_lba_to_msf(lba, out->msf);
}

/* A length, not a place: without the two seconds before the first block. */
static void put_relative(union cdrom_addr_abi *out, s32 lba, u8 format)
{
	put_address(out, format == CDROM_MSF ? lba - CD_MSF_OFFSET : lba, format);
}

/* ADR and control change places between the drive's byte and the ABI's. */
static u8 swap_halves(u8 value)
{
	return (u8)(value << 4 | value >> 4);
}

/* ---- tables ---- */

static long toc_header(struct cd *cd, void __user *arg)
{
	struct cdrom_tochdr_abi h;
	long err = begin(cd);

	if (err)
		return err;
	err = cd_read_toc(&cd->drive);
	h.trk0 = cd->drive.toc.first;
	h.trk1 = cd->drive.toc.last;
	err = end(cd, err);
	if (err)
		return err;
	return copy_to_user(arg, &h, sizeof(h)) ? -EFAULT : 0;
}

static void fill_entry(struct cdrom_tocentry_abi *e, const struct cd_track *t)
{
	e->adr_ctrl = swap_halves(t->adr_control);
	e->datamode = t->adr_control & CD_CONTROL_DATA ? 1 : 0;
	put_address(&e->addr, t->lba, e->format);
}

static long toc_entry(struct cd *cd, void __user *arg)
{
	struct cdrom_tocentry_abi e;
	const struct cd_track *t = NULL;
	long err;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (!format_is_known(e.format))
		return -EINVAL;
	err = begin(cd);
	if (err)
		return err;
	err = cd_read_toc(&cd->drive);
	if (!err)
		t = cd_find_track(&cd->drive.toc, e.track);
	if (t)
		fill_entry(&e, t);
	err = end(cd, err);
	if (err || !t)
		return err ? err : -EIO;
	return copy_to_user(arg, &e, sizeof(e)) ? -EFAULT : 0;
}

static long multisession(struct cd *cd, void __user *arg)
{
	struct cdrom_multisession_abi m;
	bool multi = false;
	s32 lba = 0;
	long err;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	if (!format_is_known(m.addr_format))
		return -EINVAL;
	err = begin(cd);
	if (err)
		return err;
	err = end(cd, cd_last_session(&cd->drive, &lba, &multi));
	if (err)
		return err;
	m.xa_flag = multi;
	put_address(&m.addr, lba, m.addr_format);
	return copy_to_user(arg, &m, sizeof(m)) ? -EFAULT : 0;
}

static long subchannel(struct cd *cd, void __user *arg)
{
	struct cdrom_subchnl_abi s;
	struct cd_position pos = { 0 };
	long err;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	if (!format_is_known(s.format))
		return -EINVAL;
	err = begin(cd);
	if (err)
		return err;
	err = end(cd, cd_position(&cd->drive, &pos));
	if (err)
		return err;
	s.audiostatus = pos.audio_status;
	s.adr_ctrl = swap_halves(pos.adr_control);
	s.trk = pos.track;
	s.ind = pos.index;
	put_address(&s.absaddr, pos.absolute, s.format);
	put_relative(&s.reladdr, pos.relative, s.format);
	return copy_to_user(arg, &s, sizeof(s)) ? -EFAULT : 0;
}

static long catalogue_number(struct cd *cd, void __user *arg)
{
	struct cdrom_mcn_abi mcn;
	long err = begin(cd);

	if (err)
		return err;
	err = end(cd, cd_read_mcn(&cd->drive, mcn.number));
	if (err)
		return err;
	return copy_to_user(arg, &mcn, sizeof(mcn)) ? -EFAULT : 0;
}

static long last_written(struct cd *cd, void __user *arg)
{
	s32 lba = 0;
	long err = begin(cd);

	if (err)
		return err;
	err = end(cd, cd_last_written(&cd->drive, &lba));
	return err ? err : put_user(lba, (s32 __user *)arg);
}

/* ---- raw sectors ---- */

static const struct raw_row {
	unsigned int cmd;
	u8 type, want;
	u16 bytes;
} raw_rows[] = {
	{ CDROMREADMODE1, SCSI_SECTOR_MODE1, SCSI_WANT_USER, CD_BLOCK },
	{ CDROMREADMODE2, SCSI_SECTOR_ANY, SCSI_WANT_NO_SYNC, MODE2_BYTES },
	{ CDROMREADRAW, SCSI_SECTOR_ANY, SCSI_WANT_ALL, CD_RAW_BLOCK },
};

/* Takes minutes, seconds, frames from where the sector then goes. */
static long read_raw(struct cd *cd, const struct raw_row *row, void __user *arg)
{
	struct cdrom_msf_abi where;
	void *data;
	s32 lba;
	long err;

	if (copy_from_user(&where, arg, sizeof(where)))
		return -EFAULT;
	lba = cd_msf_to_lba(where.start);
	if (lba < 0)
		return -EINVAL;
	data = page_alloc_addr(GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	err = begin(cd);
	if (!err)
		err = end(cd, cd_read_sectors(&cd->drive, row->type, row->want, (u32)lba, 1, data,
					      row->bytes));
	if (!err && copy_to_user(arg, data, row->bytes))
		err = -EFAULT;
	page_free_addr(data);
	return err;
}

static long read_frames(struct cd *cd, s32 lba, u32 count, u8 __user *to, void *data)
{
	long err = 0;

	while (count && !err) {
		u32 n = min(count, AUDIO_FRAMES_ROUND);

		err = begin(cd);
		if (!err)
			err = end(cd, cd_read_sectors(&cd->drive, SCSI_SECTOR_AUDIO, SCSI_WANT_ALL,
						      (u32)lba, n, data, n * CD_RAW_BLOCK));
		if (!err && copy_to_user(to, data, n * CD_RAW_BLOCK))
			err = -EFAULT;
		to += n * CD_RAW_BLOCK;
		lba += (s32)n;
		count -= n;
	}
	return err;
}

static long read_audio(struct cd *cd, void __user *arg)
{
	struct cdrom_read_audio_abi ra;
	void *data;
	s32 lba;
	long err;

	if (copy_from_user(&ra, arg, sizeof(ra)))
		return -EFAULT;
	if (!format_is_known(ra.addr_format))
		return -EINVAL;
	lba = ra.addr_format == CDROM_MSF ? cd_msf_to_lba(ra.addr.msf) : ra.addr.lba;
	if (lba < 0 || ra.nframes <= 0 || ra.nframes > AUDIO_FRAMES_MAX)
		return -EINVAL;
	data = vmalloc(AUDIO_FRAMES_ROUND * CD_RAW_BLOCK);
	if (!data)
		return -ENOMEM;
	err = read_frames(cd, lba, (u32)ra.nframes, (u8 __user *)(uintptr_t)ra.buf, data);
	vfree(data);
	return err;
}

long cd_ioctl_disc(struct cd *cd, unsigned int cmd, unsigned long arg)
{
	void __user *p = (void __user *)arg;

	for (unsigned int i = 0; i < ARRAY_SIZE(raw_rows); i++)
		if (raw_rows[i].cmd == cmd)
			return read_raw(cd, &raw_rows[i], p);
	switch (cmd) {
	case CDROMREADTOCHDR:
		return toc_header(cd, p);
	case CDROMREADTOCENTRY:
		return toc_entry(cd, p);
	case CDROMMULTISESSION:
		return multisession(cd, p);
	case CDROMSUBCHNL:
		return subchannel(cd, p);
	case CDROM_GET_MCN:
		return catalogue_number(cd, p);
	case CDROM_LAST_WRITTEN:
		return last_written(cd, p);
	case CDROMREADAUDIO:
		return read_audio(cd, p);
	default:
		return -ENOIOCTLCMD;
	}
}
