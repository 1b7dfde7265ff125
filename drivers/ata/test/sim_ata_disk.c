/* A disk on the simulated channel: its sectors, data by PIO, its commands. */
#include <string.h>
#include "sim_ata_internal.h"

/* ---- data ---- */

void sim_ata_pattern(u64 lba, u8 *out)
{
	for (unsigned int i = 0; i < 512; i++)
		out[i] = (u8)(lba * 7 + (lba >> 8) * 13 + (lba >> 16) * 5 + (lba >> 24) * 3 +
			      (lba >> 32) * 17 + (lba >> 40) * 11 + i);
}

void sim_get_sector(struct sim_drive *d, u64 lba, u8 *out)
{
	lba &= ~d->deaf_lines;
	if (lba < SIM_STORE)
		memcpy(out, d->store[lba], 512);
	else
		sim_ata_pattern(lba, out);
}

void sim_put_sector(struct sim_drive *d, u64 lba, const u8 *from)
{
	lba &= ~d->deaf_lines;
	if (lba < SIM_STORE && !d->forgets)
		memcpy(d->store[lba], from, 512);
}

bool sim_is_bad(const struct sim_drive *d, u64 lba)
{
	if (d->bad_once_written &&
	    (d->out || !(d->commands[ATA_CMD_WRITE] + d->commands[ATA_CMD_WRITE_MULTIPLE])))
		return false;
	for (unsigned int i = 0; i < d->bad_count; i++)
		if (d->bad[i] == lba && (d->out || !d->bad_to_write))
			return true;
	return false;
}

/* ---- ends of commands ---- */

void sim_drive_end(struct sim_drive *d, u8 status, u8 error)
{
	d->status = status;
	d->error = error;
	d->dma = false;
	sim_drive_irq(d);
}

static void put_lba(struct sim_drive *d, u64 lba)
{
	if (!(d->device & ATA_DEVICE_LBA)) {
		u32 track = (u32)lba / d->set_sectors;

		d->lbal[0] = (u8)(lba % d->set_sectors + 1);
		d->device = (u8)((d->device & 0xF0) | track % d->set_heads);
		d->lbam[0] = (u8)(track / d->set_heads);
		d->lbah[0] = (u8)(track / d->set_heads >> 8);
		return;
	}
	d->lbal[0] = (u8)lba;
	d->lbam[0] = (u8)(lba >> 8);
	d->lbah[0] = (u8)(lba >> 16);
	d->lbal[1] = (u8)(lba >> 24);
	d->lbam[1] = (u8)(lba >> 32);
	d->lbah[1] = (u8)(lba >> 40);
	if (lba < 1u << 28)
		d->device = (u8)((d->device & 0xF0) | lba >> 24);
}

void sim_media_error(struct sim_drive *d, u64 lba, u8 error)
{
	if (d->bad_tries && !--d->bad_tries)
		d->bad_count = 0;
	if (!d->bad_is_abort)
		put_lba(d, d->error_elsewhere ? lba + 5000 : lba);
	else
		error = ATA_ERROR_ABRT;
	d->len = d->pos = 0;
	if (d->junk_with_error) {
		d->len = 512;
		d->left = 0;
	}
	sim_drive_end(d,
		      ATA_STATUS_DRDY | ATA_STATUS_ERR | (d->junk_with_error ? ATA_STATUS_DRQ : 0),
		      error);
}

/* ---- PIO ---- */

static void next_read_block(void *arg)
{
	struct sim_drive *d = arg;
	u32 n = min(d->left, d->block);

	if (d->short_data && d->left <= d->block) {
		d->short_data--;
		sim_drive_end(d, ATA_STATUS_DRDY, 0);
		return;
	}
	for (u32 i = 0; i < n; i++) {
		if (sim_is_bad(d, d->lba + i)) {
			sim_media_error(d, d->lba + i, ATA_ERROR_UNC);
			return;
		}
		sim_get_sector(d, d->lba + i, d->data + 512 * i);
	}
	d->lba += n;
	d->left -= n;
	d->pos = 0;
	d->len = n * 512;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
	sim_drive_irq(d);
}

/* To the medium; false: the command has ended with an error. */
static bool write_sectors(struct sim_drive *d, u64 lba, const u8 *from, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		if (sim_is_bad(d, lba + i)) {
			sim_media_error(d, lba + i, ATA_ERROR_UNC);
			return false;
		}
		sim_put_sector(d, lba + i, from + 512 * i);
	}
	return true;
}

static bool write_late(struct sim_drive *d, u32 n)
{
	const u64 first = d->lba - d->late_sectors;
	const u32 have = d->late_sectors + n;

	memcpy(d->late + d->late_sectors * 512, d->data, n * 512);
	d->late_sectors = have;
	if (n < d->left && have < 3 * d->block)
		return true;
	d->late_sectors = 0;
	return write_sectors(d, first, d->late, have);
}

static void write_block_done(void *arg)
{
	struct sim_drive *d = arg;
	u32 n = d->len / 512;

	if (d->writes_late ? !write_late(d, n) : !write_sectors(d, d->lba, d->data, n))
		return;
	d->lba += n;
	d->left -= n;
	d->pos = 0;
	d->len = min(d->left, d->block) * 512;
	d->status = ATA_STATUS_DRDY | (d->left ? ATA_STATUS_DRQ : 0);
	sim_drive_irq(d);
}

static void first_write_block(void *arg)
{
	struct sim_drive *d = arg;

	d->late_sectors = 0;
	d->pos = 0;
	d->len = min(d->left, d->block) * 512;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
}

static void fixed_data_ready(void *arg)
{
	struct sim_drive *d = arg;

	d->pos = 0;
	d->len = 512;
	d->left = 0;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
	sim_drive_irq(d);
}

/* The block has moved. */
static void block_over(struct sim_drive *d)
{
	if (d->out) {
		d->status = ATA_STATUS_BSY;
		sim_bus_at(&d->sim->bus, d->sim->block_us, write_block_done, d);
	} else if (d->left) {
		d->status = ATA_STATUS_BSY;
		sim_bus_at(&d->sim->bus, d->sim->block_us, next_read_block, d);
	} else if (d->extra_data) {
		d->extra_data--;
		d->pos = 0;
		d->len = 1024;
	} else {
		d->status &= (u8)~ATA_STATUS_DRQ;
	}
}

u32 sim_data_read(struct sim_drive *d)
{
	u16 word = 0xffff;

	if (!(d->status & ATA_STATUS_DRQ) || d->pos >= d->len) {
		d->sim->violations++;
		return word;
	}
	memcpy(&word, d->data + d->pos, 2);
	d->pos += 2;
	if (d->pos < d->len)
		return word;
	if (d->kind == SIM_CD)
		sim_cd_block_over(d);
	else
		block_over(d);
	return word;
}

void sim_data_write(struct sim_drive *d, u32 value)
{
	u16 word = (u16)value;

	if (d->want_packet) {
		sim_cd_packet_word(d, word);
		return;
	}
	if (!(d->status & ATA_STATUS_DRQ) || d->pos >= d->len || !d->out) {
		d->sim->violations++;
		return;
	}
	memcpy(d->data + d->pos, &word, 2);
	d->pos += 2;
	if (d->pos < d->len)
		return;
	if (d->kind == SIM_CD)
		sim_cd_block_over(d);
	else
		block_over(d);
}

/* ---- commands ---- */

static void done_ok(void *arg)
{
	sim_drive_end(arg, ATA_STATUS_DRDY | ATA_STATUS_DSC, 0);
}

static void done_abort(void *arg)
{
	sim_drive_end(arg, ATA_STATUS_DRDY | ATA_STATUS_ERR, ATA_ERROR_ABRT);
}

static void done_idnf(void *arg)
{
	sim_drive_end(arg, ATA_STATUS_DRDY | ATA_STATUS_ERR, ATA_ERROR_IDNF);
}

static void done_nothing(void *arg)
{
	sim_drive_end(arg, ATA_STATUS_DRDY, 0);
}

void sim_drive_later(struct sim_drive *d, void (*fn)(void *arg))
{
	sim_bus_at(&d->sim->bus, d->sim->command_us, fn, d);
}

static bool is_48(u8 command)
{
	return command == ATA_CMD_READ_EXT || command == ATA_CMD_READ_DMA_EXT ||
	       command == ATA_CMD_READ_MULTIPLE_EXT || command == ATA_CMD_WRITE_EXT ||
	       command == ATA_CMD_WRITE_DMA_EXT || command == ATA_CMD_WRITE_MULTIPLE_EXT;
}

/* The address registers; false: not on the disk. */
static bool take_address(struct sim_drive *d)
{
	bool wide = is_48(d->command);
	u32 count = d->nsect[0] | (wide ? d->nsect[1] << 8 : 0);

	d->left = count ? count : wide ? 65536 : 256;
	if (d->device & ATA_DEVICE_LBA) {
		d->lba = d->lbal[0] | d->lbam[0] << 8 | (u64)d->lbah[0] << 16;
		if (wide)
			d->lba |= (u64)d->lbal[1] << 24 | (u64)d->lbam[1] << 32 |
				  (u64)d->lbah[1] << 40;
		else
			d->lba |= (u64)(d->device & 15) << 24;
	} else {
		if (!d->set_sectors || !d->lbal[0] || d->lbal[0] > d->set_sectors ||
		    (d->device & 15) >= d->set_heads)
			return false;
		d->lba = ((u64)(d->lbam[0] | d->lbah[0] << 8) * d->set_heads + (d->device & 15)) *
				 d->set_sectors +
			 d->lbal[0] - 1;
	}
	return d->lba + d->left <= d->sectors;
}

static void start_transfer(struct sim_drive *d, bool out, bool dma, bool multiple)
{
	if (!take_address(d)) {
		sim_drive_later(d, done_idnf);
		return;
	}
	if ((multiple && (d->aborts_multiple || !d->multiple)) || (dma && d->aborts_dma)) {
		sim_drive_later(d, done_abort);
		return;
	}
	d->out = out;
	d->dma = dma;
	d->block = multiple ? d->multiple : 1;
	if (dma)
		return; /* when the engine starts */
	if (!out && d->never_drq) {
		d->never_drq--;
		sim_drive_later(d, done_nothing);
		return;
	}
	sim_drive_later(d, out ? first_write_block : next_read_block);
}

static void identify(struct sim_drive *d)
{
	if (d->identify_fails) {
		d->identify_fails--;
		return;
	}
	if (d->aborts_identify) {
		sim_drive_later(d, done_abort);
		return;
	}
	if (d->never_drq) {
		d->never_drq--;
		sim_drive_later(d, done_nothing);
		return;
	}
	memcpy(d->data, d->id, 512);
	if (d->incomplete_until_spun) {
		u16 word = 0x37C8;

		memset(d->data + 54, ' ', 40);
		memset(d->data + 120, 0, 4);
		memset(d->data + 2, 0, 12); /* no geometry either */
		memcpy(d->data + 4, &word, 2);
	}
	if (d->junk_identity)
		memset(d->data, d->junk, 512);
	d->out = false;
	sim_drive_later(d, fixed_data_ready);
}

static void set_features(struct sim_drive *d)
{
	if (d->feature[0] == ATA_FEATURE_XFER)
		d->transfer_mode = d->nsect[0];
	if (d->feature[0] == ATA_FEATURE_SPIN_UP && d->incomplete_until_spun)
		d->incomplete_until_spun--;
	if (d->feature[0] == ATA_FEATURE_WCACHE_ON || d->feature[0] == ATA_FEATURE_WCACHE_OFF) {
		d->write_cache = d->feature[0] == ATA_FEATURE_WCACHE_ON;
		d->id[85] = (u16)((d->id[85] & ~0x20) | (d->write_cache ? 0x20 : 0));
	}
	sim_drive_later(d, done_ok);
}

static void small_command(struct sim_drive *d)
{
	switch (d->command) {
	case ATA_CMD_INIT_PARAMETERS:
		d->set_sectors = d->nsect[0];
		d->set_heads = (u16)((d->device & 15) + 1);
		sim_drive_later(d, done_ok);
		break;
	case ATA_CMD_SET_MULTIPLE:
		if (!d->aborts_multiple)
			d->multiple = d->nsect[0];
		sim_drive_later(d, d->aborts_multiple ? done_abort : done_ok);
		break;
	case ATA_CMD_SET_FEATURES:
		set_features(d);
		break;
	case ATA_CMD_RECALIBRATE:
		sim_drive_later(d, done_ok);
		break;
	case ATA_CMD_FLUSH:
	case ATA_CMD_FLUSH_EXT:
		sim_drive_later(d, d->aborts_flushes ? done_abort : done_ok);
		d->aborts_flushes -= d->aborts_flushes != 0;
		break;
	default:
		sim_drive_later(d, done_abort);
	}
}

/* Two writes of each register, the upper byte first; ranges in one block. */
static void data_set(struct sim_drive *d)
{
	d->left = d->nsect[0] | (u32)d->nsect[1] << 8;
	if (d->feature[0] != ATA_DSM_TRIM || d->feature[1] || d->left != 1) {
		d->sim->violations++;
		sim_drive_later(d, done_abort);
		return;
	}
	d->out = d->dma = true;
}

void sim_trim_over(struct sim_drive *d)
{
	if (d->aborts_trim) {
		d->aborts_trim--;
		done_abort(d);
	} else if (!sim_trim_take(&d->trim, d->data, d->sectors)) {
		done_idnf(d);
	} else {
		done_ok(d);
	}
}

static void disk_command(struct sim_drive *d)
{
	switch (d->command) {
	case ATA_CMD_DSM:
		data_set(d);
		break;
	case ATA_CMD_IDENTIFY:
		identify(d);
		break;
	case ATA_CMD_READ:
	case ATA_CMD_READ_EXT:
		start_transfer(d, false, false, false);
		break;
	case ATA_CMD_WRITE:
	case ATA_CMD_WRITE_EXT:
		start_transfer(d, true, false, false);
		break;
	case ATA_CMD_READ_MULTIPLE:
	case ATA_CMD_READ_MULTIPLE_EXT:
		start_transfer(d, false, false, true);
		break;
	case ATA_CMD_WRITE_MULTIPLE:
	case ATA_CMD_WRITE_MULTIPLE_EXT:
		start_transfer(d, true, false, true);
		break;
	case ATA_CMD_READ_DMA:
	case ATA_CMD_READ_DMA_EXT:
		start_transfer(d, false, true, false);
		break;
	case ATA_CMD_WRITE_DMA:
	case ATA_CMD_WRITE_DMA_EXT:
		start_transfer(d, true, true, false);
		break;
	default:
		small_command(d);
	}
}

void sim_start_command(struct sim_drive *d, u8 command)
{
	if (d->status & (ATA_STATUS_BSY | ATA_STATUS_DRQ) && command != ATA_CMD_DEVICE_RESET)
		d->sim->violations++;
	d->sim->violations += d->babbling || (d->kind == SIM_DISK && command != ATA_CMD_IDENTIFY &&
					      command != ATA_CMD_INIT_PARAMETERS &&
					      !(d->status & ATA_STATUS_DRDY));
	d->sim->line_up = false;
	d->command = command;
	d->commands[command]++;
	d->status = ATA_STATUS_BSY;
	d->error = 0;
	d->dma = false;
	if (d->kind == SIM_PHANTOM) {
		sim_drive_later(d, done_abort);
	} else if (d->hang > 0 && command != ATA_CMD_IDENTIFY && command != ATA_CMD_DEVICE_RESET) {
		d->hang--;
	} else if (d->kind == SIM_CD) {
		sim_cd_command(d);
	} else {
		disk_command(d);
	}
}

void sim_drive_cancel(struct sim_drive *d)
{
	sim_bus_cancel(&d->sim->bus, next_read_block, d);
	sim_bus_cancel(&d->sim->bus, write_block_done, d);
}
