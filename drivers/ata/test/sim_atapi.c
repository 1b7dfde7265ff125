/* A packet device on the simulated channel: phases as SFF-8020i has them. */
#include <string.h>
#include "sim_ata_internal.h"

#define SECTOR 2048u

static void abort_with_signature(void *arg)
{
	struct sim_drive *d = arg;

	sim_device_reset(d);
	sim_drive_end(d, ATA_STATUS_DRDY | ATA_STATUS_ERR, ATA_ERROR_ABRT);
}

static void done_ok(void *arg)
{
	sim_drive_end(arg, ATA_STATUS_DRDY, 0);
}

static void identify_ready(void *arg)
{
	struct sim_drive *d = arg;

	memcpy(d->data, d->id, 512);
	d->pos = 0;
	d->len = 512;
	d->packet_left = 0;
	d->command = ATA_CMD_IDENTIFY_PACKET;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
	sim_drive_irq(d);
}

static void packet_ready(void *arg)
{
	struct sim_drive *d = arg;

	if (d->packet_drq_late_us) {
		d->status = ATA_STATUS_DRDY;
		sim_bus_at(&d->sim->bus, d->packet_drq_late_us, packet_ready, d);
		d->packet_drq_late_us = 0;
		return;
	}
	d->want_packet = true;
	d->pos = 0;
	d->packet_limit = d->lbam[0] | d->lbah[0] << 8;
	d->sim->violations += !d->packet_limit || d->packet_limit & 1;
	d->nsect[0] = d->wrong_ireason ? 0 : ATA_IREASON_COD;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
	if ((d->id[0] & 0x60) == 0x20)
		sim_drive_irq(d);
}

void sim_cd_command(struct sim_drive *d)
{
	switch (d->command) {
	case ATA_CMD_PACKET:
		if (!d->no_packet_drq)
			sim_drive_later(d, packet_ready);
		break;
	case ATA_CMD_IDENTIFY_PACKET:
		if (d->identify_fails)
			d->identify_fails--;
		else
			sim_drive_later(d, identify_ready);
		break;
	case ATA_CMD_DEVICE_RESET:
		d->resets++;
		if (!d->stuck_busy)
			sim_device_reset(d);
		break;
	case ATA_CMD_SET_FEATURES:
		d->transfer_mode = d->nsect[0];
		sim_drive_later(d, done_ok);
		break;
	default:
		sim_drive_later(d, abort_with_signature);
	}
}

/* The next data phase, or the end. */
static void next_phase(void *arg)
{
	struct sim_drive *d = arg;
	u32 n = min(d->packet_left, d->packet_limit);

	if (d->packet_phase_max)
		n = min(n, d->packet_phase_max);
	d->nsect[0] = d->wrong_ireason	? ATA_IREASON_COD
		      : !d->packet_left ? ATA_IREASON_COD | ATA_IREASON_IO
		      : d->out		? 0
					: ATA_IREASON_IO;
	if (!d->packet_left) {
		sim_drive_end(d, ATA_STATUS_DRDY, 0);
		return;
	}
	if (d->packet_zero_phase)
		n = 0;
	d->lbam[0] = (u8)n;
	d->lbah[0] = (u8)(n >> 8);
	d->pos = 0;
	d->len = max(ALIGN_UP(n, 2u), 2u);
	d->packet_left -= n;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
	sim_drive_irq(d);
}

void sim_cd_cancel(struct sim_drive *d)
{
	sim_bus_cancel(&d->sim->bus, next_phase, d);
}

static void check_condition(void *arg)
{
	struct sim_drive *d = arg;

	d->nsect[0] = ATA_IREASON_COD | ATA_IREASON_IO;
	sim_drive_end(d, ATA_STATUS_DRDY | ATA_STATUS_ERR, (u8)(d->sense_key << 4));
}

void sim_cd_reply(struct sim_drive *d, u32 bytes)
{
	d->packet_left = bytes + d->packet_excess - min(d->packet_short, bytes);
	if (d->feature[0] & ATAPI_FEATURE_DMA && d->packet_left)
		d->dma = true;
	else
		sim_drive_later(d, next_phase);
}

void sim_cd_fail(struct sim_drive *d, u8 key)
{
	d->sense_key = key;
	sim_drive_later(d, check_condition);
}

static void send(struct sim_drive *d, u32 bytes)
{
	for (u32 i = 0; i < bytes + d->packet_excess; i++)
		d->data[i] = (u8)(d->cdb[5] + i * 3 + i / 256);
	sim_cd_reply(d, bytes);
}

static void packet_complete(struct sim_drive *d)
{
	d->want_packet = false;
	d->status = ATA_STATUS_BSY;
	d->out = d->cdb[0] == 0x2A;
	if (d->packet_hang) {
		d->packet_hang--;
		return;
	}
	if (d->scsi && d->scsi(d))
		return;
	if (d->sense_key && d->cdb[0] != 0x03) {
		sim_drive_later(d, check_condition);
		return;
	}
	switch (d->cdb[0]) {
	case 0x12:
		send(d, d->cdb[4]);
		break;
	case 0x03:
		d->sense_key = 0;
		send(d, 18);
		break;
	case 0x28:
	case 0x2A:
		send(d, (u32)(d->cdb[7] << 8 | d->cdb[8]) * SECTOR);
		break;
	default:
		d->packet_left = 0;
		sim_drive_later(d, next_phase);
	}
}

void sim_cd_packet_word(struct sim_drive *d, u16 word)
{
	memcpy(d->cdb + d->pos, &word, 2);
	d->pos += 2;
	if (d->pos == ((d->id[0] & 3) == 1 ? 16 : 12))
		packet_complete(d);
}

void sim_cd_block_over(struct sim_drive *d)
{
	if (d->command == ATA_CMD_IDENTIFY_PACKET) {
		d->status &= (u8)~ATA_STATUS_DRQ;
		return;
	}
	d->status = ATA_STATUS_BSY;
	if (d->out && d->scsi_written)
		d->scsi_written(d);
	/* Data of the next phase follow in the buffer. */
	memmove(d->data, d->data + d->len, sizeof(d->data) - d->len);
	sim_drive_later(d, next_phase);
}

void sim_cd_dma_done(void *arg)
{
	struct sim_drive *d = arg;

	(void)sim_dma_copy(d->sim, d->data, d->packet_left, !d->out);
	d->packet_left = 0;
	next_phase(d);
}

void sim_ata_cd(struct sim_ata *sim, unsigned int unit)
{
	struct sim_drive *d = &sim->drive[unit];

	d->kind = SIM_CD;
	d->id[0] = 0x8580;
	sim_ata_text(d->id + 10, 10, "CD-SERIAL");
	sim_ata_text(d->id + 27, 20, "SIMULATED CD-ROM");
	d->id[49] = 0x0F00;
	d->id[53] = 7;
	d->id[63] = 0x0007;
	d->id[64] = 3;
	d->id[80] = 0x7e;
	d->status = 0;
}
