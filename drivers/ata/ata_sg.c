/*
 * ata_sg.c - SG_IO on an ATA disk: the SAT pass-through commands (12 and 16 bytes), as hdparm -I
 * and smartctl send them. Other SCSI commands are refused as an unknown operation.
 *
 * Source: T10 SAT-2 12.2 (ATA PASS-THROUGH), 12.2.6 (ATA status return descriptor).
 */
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include <abi/sg.h>
#include "ata_disk.h"

#define PASS_12	       0xA1
#define PASS_16	       0x85
#define PROTOCOL(b)    ((b) >> 1 & 15)
#define PROTO_NO_DATA  3
#define PROTO_PIO_IN   4
#define PROTO_PIO_OUT  5
#define PROTO_DMA      6 /* the direction is the request's */
#define PROTO_UDMA_IN  10
#define PROTO_UDMA_OUT 11
#define FLAG_CK_COND   0x20
#define EXTEND	       0x01

#define SENSE_BYTES	   22
#define SENSE_DESCRIPTOR   0x72
#define KEY_RECOVERED	   0x01
#define KEY_ILLEGAL	   0x05
#define KEY_ABORTED	   0x0B
#define ASC_OPCODE	   0x20
#define ASC_FIELD	   0x24 /* in the command block */
#define ASC_PASS_THROUGH   0x00
#define ASCQ_PASS_THROUGH  0x1D
#define ATA_RETURN	   0x09
#define ATA_RETURN_LENGTH  0x0C
#define DEFAULT_TIMEOUT_US 60000000u
#define TIMEOUT_MS_MAX	   600000u

struct pass {
	struct sg_io_hdr_abi hdr;
	u8 cdb[16];
	struct ata_command cmd;
	u8 flags;
	u8 sense[SENSE_BYTES];
	void *data;
};

static void decode_16(struct pass *p)
{
	const u8 *c = p->cdb;

	p->cmd.tf = (struct ata_taskfile){ .feature = c[4],
					   .nsect = c[6],
					   .lbal = c[8],
					   .lbam = c[10],
					   .lbah = c[12],
					   .device = c[13],
					   .command = c[14],
					   .hob_feature = c[3],
					   .hob_nsect = c[5],
					   .hob_lbal = c[7],
					   .hob_lbam = c[9],
					   .hob_lbah = c[11] };
	p->cmd.lba48 = c[1] & EXTEND;
}

static void decode_12(struct pass *p)
{
	const u8 *c = p->cdb;

	p->cmd.tf = (struct ata_taskfile){ .feature = c[3],
					   .nsect = c[4],
					   .lbal = c[5],
					   .lbam = c[6],
					   .lbah = c[7],
					   .device = c[8],
					   .command = c[9] };
}

static bool moves_out(const struct pass *p)
{
	return p->cmd.protocol == ATA_PIO_OUT || p->cmd.protocol == ATA_DMA_OUT;
}

static bool moves_in(const struct pass *p)
{
	return p->cmd.protocol == ATA_PIO_IN || p->cmd.protocol == ATA_DMA_IN;
}

static bool is_dma(const struct pass *p)
{
	return p->cmd.protocol == ATA_DMA_IN || p->cmd.protocol == ATA_DMA_OUT;
}

static int set_protocol(struct pass *p)
{
	const bool out = p->hdr.dxfer_direction == SG_DXFER_TO_DEV;

	switch (PROTOCOL(p->cdb[1])) {
	case PROTO_NO_DATA:
		p->cmd.protocol = ATA_NO_DATA;
		return 0;
	case PROTO_PIO_IN:
		p->cmd.protocol = ATA_PIO_IN;
		break;
	case PROTO_PIO_OUT:
		p->cmd.protocol = ATA_PIO_OUT;
		break;
	case PROTO_DMA:
		p->cmd.protocol = out ? ATA_DMA_OUT : ATA_DMA_IN;
		break;
	case PROTO_UDMA_IN:
		p->cmd.protocol = ATA_DMA_IN;
		break;
	case PROTO_UDMA_OUT:
		p->cmd.protocol = ATA_DMA_OUT;
		break;
	default:
		return -EINVAL;
	}
	return p->hdr.dxfer_direction == (moves_out(p) ? SG_DXFER_TO_DEV : SG_DXFER_FROM_DEV)
		       ? 0
		       : -EINVAL;
}

static int decode(struct pass *p)
{
	if (p->cdb[0] == PASS_16 && p->hdr.cmd_len >= 16)
		decode_16(p);
	else if (p->cdb[0] == PASS_12 && p->hdr.cmd_len >= 12)
		decode_12(p);
	else
		return -EINVAL;
	p->flags = p->cdb[2];
	return set_protocol(p);
}

/* ---- what goes back ---- */

static void fail(struct pass *p, u8 key, u8 asc, u8 ascq)
{
	p->sense[0] = SENSE_DESCRIPTOR;
	p->sense[1] = key;
	p->sense[2] = asc;
	p->sense[3] = ascq;
	p->hdr.status = SCSI_STATUS_CHECK;
	p->hdr.masked_status = SCSI_STATUS_CHECK >> 1;
	p->hdr.driver_status = SG_DRIVER_SENSE;
	p->hdr.info |= SG_INFO_CHECK;
	p->hdr.sb_len_wr = min_t(u8, p->hdr.mx_sb_len, SENSE_BYTES);
}

static void return_registers(struct pass *p)
{
	const struct ata_taskfile *r = &p->cmd.result;
	const u8 descriptor[14] = { ATA_RETURN,	  ATA_RETURN_LENGTH, p->cmd.lba48, r->error,
				    r->hob_nsect, r->nsect,	     r->hob_lbal,  r->lbal,
				    r->hob_lbam,  r->lbam,	     r->hob_lbah,  r->lbah,
				    r->device,	  r->status };

	p->sense[7] = sizeof(descriptor);
	memcpy(p->sense + 8, descriptor, sizeof(descriptor));
}

static void finish(struct pass *p, int err)
{
	if (p->cmd.fault == ATA_FAULT_GONE)
		p->hdr.host_status = SG_HOST_NO_CONNECT;
	else if (err && p->cmd.fault != ATA_FAULT_DEVICE)
		p->hdr.host_status = SG_HOST_TIME_OUT;
	else if (err)
		fail(p, KEY_ABORTED, ASC_PASS_THROUGH, ASCQ_PASS_THROUGH);
	else if (p->flags & FLAG_CK_COND)
		fail(p, KEY_RECOVERED, ASC_PASS_THROUGH, ASCQ_PASS_THROUGH);
	if (p->hdr.driver_status)
		return_registers(p);
	p->hdr.resid = (s32)(p->hdr.dxfer_len - (err ? 0 : p->cmd.bytes));
}

/* ---- the call ---- */

static int get_request(struct pass *p, const void __user *user)
{
	if (copy_from_user(&p->hdr, user, sizeof(p->hdr)))
		return -EFAULT;
	if (p->hdr.interface_id != 'S' || p->hdr.iovec_count || p->hdr.cmd_len < 6 ||
	    p->hdr.cmd_len > sizeof(p->cdb) || p->hdr.dxfer_len > ATA_USER_BYTES_MAX)
		return -EINVAL;
	if (copy_from_user(p->cdb, (const void __user *)(uintptr_t)p->hdr.cmdp, p->hdr.cmd_len))
		return -EFAULT;
	p->hdr.status = p->hdr.masked_status = p->hdr.msg_status = p->hdr.sb_len_wr = 0;
	p->hdr.host_status = p->hdr.driver_status = 0;
	p->hdr.duration = p->hdr.info = 0;
	p->hdr.resid = 0;
	return 0;
}

static int put_results(const struct pass *p, void __user *user)
{
	if (p->hdr.sb_len_wr &&
	    copy_to_user((void __user *)(uintptr_t)p->hdr.sbp, p->sense, p->hdr.sb_len_wr))
		return -EFAULT;
	return copy_to_user(user, &p->hdr, sizeof(p->hdr));
}

static int run(struct ata_disk *d, struct pass *p)
{
	void __user *data = (void __user *)(uintptr_t)p->hdr.dxferp;
	u32 bytes = p->cmd.protocol == ATA_NO_DATA ? 0 : p->hdr.dxfer_len;
	int err;

	if (is_dma(p) && !ata_uses_dma(d->unit->dev)) {
		fail(p, KEY_ILLEGAL, ASC_FIELD, 0);
		return 0;
	}
	if (bytes % ATA_SECTOR_BYTES || (is_dma(p) && !bytes))
		return -EINVAL;
	if (bytes) {
		p->data = kzalloc(bytes, GFP_KERNEL);
		if (!p->data)
			return -ENOMEM;
	}
	if (moves_out(p) && copy_from_user(p->data, data, bytes))
		return -EFAULT;
	p->cmd.timeout_us = p->hdr.timeout ? min_t(u32, p->hdr.timeout, TIMEOUT_MS_MAX) * 1000
					   : DEFAULT_TIMEOUT_US;
	err = ata_user_command(d->unit, &p->cmd, p->data, bytes);
	finish(p, err);
	if (!err && moves_in(p) && copy_to_user(data, p->data, bytes))
		return -EFAULT;
	return 0;
}

long ata_sg_io(struct ata_disk *d, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	struct pass *p = kzalloc(sizeof(*p), GFP_KERNEL);
	long err;

	if (!p)
		return -ENOMEM;
	err = get_request(p, user);
	if (!err && decode(p))
		fail(p, KEY_ILLEGAL, ASC_OPCODE, 0);
	else if (!err)
		err = run(d, p);
	if (!err)
		err = put_results(p, user);
	kfree(p->data);
	kfree(p);
	return err;
}
