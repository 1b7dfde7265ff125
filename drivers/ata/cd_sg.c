/*
 * cd_sg.c - packets that programs make themselves: SG_IO with its version 3 header, and
 * CDROM_SEND_PACKET. CD writers and rippers use them.
 *
 * Who may send what: what only reads, anyone who could open the device; what changes the medium or
 * the drive, who opened it for writing; all else, CAP_SYS_RAWIO. Source of the lists: what the
 * commands do by MMC-3, as Linux sorts them (block/scsi_ioctl.c).
 */
#include <kernel/capability.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/math64.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <abi/cdrom.h>
#include <abi/sg.h>
#include "cd.h"

#define DATA_MAX       65536u /* CD_MAX_BYTES */
#define TIMEOUT_US     60000000u
#define TIMEOUT_MAX_MS 4000000u
#define CDB_MAX	       12u
#define USER_HZ_MS     10u
#define NS_PER_MS      1000000u
#define SG_TIMEOUT_HZ  6000 /* SG_GET_TIMEOUT: 60 s */

static const u8 reading[] = {
	0x00, 0x03, 0x08, 0x12, 0x1A, 0x1B, 0x23, 0x25, 0x28, 0x2B, 0x2F, 0x37, 0x3C,
	0x3E, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4A, 0x4B, 0x4D, 0x4E, 0x51,
	0x52, 0x5A, 0x5C, 0xA4, 0xA8, 0xAC, 0xAD, 0xB9, 0xBA, 0xBC, 0xBD, 0xBE,
};
static const u8 writing[] = {
	0x04, 0x0A, 0x15, 0x1E, 0x2A, 0x2E, 0x35, 0x3B, 0x3F, 0x4C, 0x53, 0x54, 0x55,
	0x58, 0x5B, 0x5D, 0xA1, 0xA2, 0xA3, 0xA6, 0xAA, 0xAE, 0xB6, 0xBB, 0xBF,
};

static bool is_in(const u8 *table, unsigned int count, u8 operation)
{
	for (unsigned int i = 0; i < count; i++)
		if (table[i] == operation)
			return true;
	return false;
}

static bool may_send(u32 mode, u8 operation)
{
	if (is_in(reading, ARRAY_SIZE(reading), operation))
		return true;
	if (mode & FMODE_WRITE && is_in(writing, ARRAY_SIZE(writing), operation))
		return true;
	return capable(CAP_SYS_RAWIO);
}

/* ---- one packet with data in user memory ---- */

struct packet {
	struct cd_command c;
	void __user *data;
	u32 bytes;
	bool write;
	u32 ms; /* it took */
	int err;
};

static u32 timeout_us(u32 ms)
{
	return ms ? min(ms, TIMEOUT_MAX_MS) * 1000u : TIMEOUT_US;
}

static void execute(struct cd *cd, struct packet *p)
{
	s64 start = clock_monotonic();

	cd_lock_unit(cd);
	p->err = cd_execute(&cd->drive, &p->c);
	cd_unlock_unit(cd);
	p->ms = (u32)div_u64((u64)(clock_monotonic() - start), NS_PER_MS);
}

/* 0, or why it was not sent; what became of it is in p. */
static long run(struct cd *cd, struct packet *p)
{
	void *data = NULL;
	long err = 0;

	if (p->bytes > DATA_MAX)
		return -EIO;
	if (p->bytes) {
		data = vmalloc(p->bytes);
		if (!data)
			return -ENOMEM;
		memset(data, 0, p->bytes);
	}
	p->c.data = data;
	p->c.bytes = p->bytes;
	p->c.write = p->write;
	if (p->write && p->bytes && copy_from_user(data, p->data, p->bytes))
		err = -EFAULT;
	if (!err)
		execute(cd, p);
	if (!err && !p->write && p->c.done && copy_to_user(p->data, data, p->c.done))
		err = -EFAULT;
	vfree(data);
	return err;
}

/* ---- SG_IO ---- */

static long check_header(const struct sg_io_hdr_abi *h)
{
	if (h->interface_id != 'S' || h->iovec_count)
		return -EINVAL;
	if (h->cmd_len > CDB_MAX || !h->cmd_len)
		return -EINVAL;
	if (h->dxfer_len > DATA_MAX)
		return -EIO;
	if (h->dxfer_len && h->dxfer_direction == SG_DXFER_NONE)
		return -EINVAL;
	if (h->dxfer_direction > SG_DXFER_NONE || h->dxfer_direction < SG_DXFER_TO_FROM_DEV)
		return -EINVAL;
	return 0;
}

static void fill_status(struct sg_io_hdr_abi *h, const struct packet *p)
{
	h->status = h->masked_status = h->msg_status = 0;
	h->host_status = h->driver_status = 0;
	h->info = h->sb_len_wr = 0;
	h->duration = p->ms;
	h->resid = (s32)(p->bytes - min(p->c.done, p->bytes));
	if (p->c.sense_bytes) {
		h->status = SCSI_STATUS_CHECK;
		h->masked_status = SCSI_STATUS_CHECK >> 1;
		h->driver_status = SG_DRIVER_SENSE;
		h->sb_len_wr = min(h->mx_sb_len, p->c.sense_bytes);
	} else if (p->err) {
		h->host_status = p->err == -ENXIO	? SG_HOST_NO_CONNECT
				 : p->err == -ETIMEDOUT ? SG_HOST_TIME_OUT
							: SG_HOST_ERROR;
	}
	if (h->status || h->host_status || h->driver_status)
		h->info |= SG_INFO_CHECK;
}

static long sg_io(struct cd *cd, u32 mode, void __user *arg)
{
	struct sg_io_hdr_abi h;
	struct packet p = { .bytes = 0 };
	long err;

	if (copy_from_user(&h, arg, sizeof(h)))
		return -EFAULT;
	err = check_header(&h);
	if (err)
		return err;
	if (copy_from_user(p.c.cdb, (const void __user *)(uintptr_t)h.cmdp, h.cmd_len))
		return -EFAULT;
	if (!may_send(mode, p.c.cdb[0]))
		return -EPERM;
	p.data = (void __user *)(uintptr_t)h.dxferp;
	p.bytes = h.dxfer_len;
	p.write = h.dxfer_direction == SG_DXFER_TO_DEV;
	p.c.timeout_us = timeout_us(h.timeout);
	err = run(cd, &p);
	if (err)
		return err;
	fill_status(&h, &p);
	if (h.sb_len_wr &&
	    copy_to_user((void __user *)(uintptr_t)h.sbp, p.c.sense_data, h.sb_len_wr))
		return -EFAULT;
	return copy_to_user(arg, &h, sizeof(h)) ? -EFAULT : 0;
}

/* ---- CDROM_SEND_PACKET ---- */

static u32 ticks_to_ms(s32 ticks)
{
	return ticks <= 0 ? 0 : min((u32)ticks, TIMEOUT_MAX_MS / USER_HZ_MS) * USER_HZ_MS;
}

static bool direction_is_known(u8 direction)
{
	return direction == CGC_DATA_READ || direction == CGC_DATA_WRITE ||
	       direction == CGC_DATA_NONE;
}

static long answer_packet(const struct packet *p, struct cdrom_generic_command_abi *g,
			  void __user *arg)
{
	g->stat = p->err ? -EIO : 0;
	g->buflen = p->bytes - min(p->c.done, p->bytes);
	if (p->c.sense_bytes && g->sense &&
	    copy_to_user((void __user *)(uintptr_t)g->sense, p->c.sense_data, p->c.sense_bytes))
		return -EFAULT;
	if (copy_to_user(arg, g, sizeof(*g)))
		return -EFAULT;
	return g->stat;
}

static long send_packet(struct cd *cd, void __user *arg)
{
	struct cdrom_generic_command_abi g;
	struct packet p = { .bytes = 0 };
	long err;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (copy_from_user(&g, arg, sizeof(g)))
		return -EFAULT;
	if (!direction_is_known(g.data_direction) && g.buflen)
		return -EINVAL;
	memcpy(p.c.cdb, g.cmd, sizeof(g.cmd));
	p.data = (void __user *)(uintptr_t)g.buffer;
	p.bytes = g.data_direction == CGC_DATA_NONE ? 0 : g.buflen;
	p.write = g.data_direction == CGC_DATA_WRITE;
	p.c.timeout_us = timeout_us(ticks_to_ms(g.timeout));
	err = run(cd, &p);
	return err ? err : answer_packet(&p, &g, arg);
}

/* ---- what programs ask first ---- */

static long put_number(unsigned long arg, s32 value)
{
	return put_user(value, (s32 __user *)arg);
}

long cd_ioctl_sg(struct cd *cd, u32 mode, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SG_IO:
		return sg_io(cd, mode, (void __user *)arg);
	case CDROM_SEND_PACKET:
		return send_packet(cd, (void __user *)arg);
	case SG_GET_VERSION_NUM:
		return put_number(arg, SG_VERSION_NUM);
	case SG_GET_TIMEOUT:
		return SG_TIMEOUT_HZ;
	case SG_GET_RESERVED_SIZE:
		return put_number(arg, DATA_MAX);
	case SG_SET_TIMEOUT:
	case SG_SET_RESERVED_SIZE:
		return 0;
	case SG_EMULATED_HOST:
		return put_number(arg, 1);
	default:
		return -ENOIOCTLCMD;
	}
}
