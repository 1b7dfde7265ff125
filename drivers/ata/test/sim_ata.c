/* The simulated channel of sim_ata.h: registers, ATA commands, bus master. */
#include <stdio.h>
#include <string.h>
#include "sim_ata.h"
#include "sim_ata_internal.h"

/* ---- interrupts and notes ---- */

static void deliver(struct sim_ata *sim)
{
	sim->irq_pending = false;
	sim->irqs++;
	if (ata_irq(sim->ch))
		sim_bus_raise_irq(&sim->bus);
}

void sim_drive_irq(struct sim_drive *d)
{
	struct sim_ata *sim = d->sim;

	if (sim->control & ATA_CONTROL_NIEN || sim->selected != d->unit)
		return;
	if (!sim->no_bm_intr)
		sim->bm_status |= BM_STATUS_INTR;
	if (sim->lose_irqs > 0) {
		sim->lose_irqs--;
		return;
	}
	if (sim->locked)
		sim->irq_pending = true;
	else
		deliver(sim);
}

void sim_ata_spurious(struct sim_ata *sim)
{
	deliver(sim);
}

static unsigned long sim_lock(void *ctx)
{
	struct sim_ata *sim = ctx;

	assert_int_equal(sim->locked, 0);
	sim->locked++;
	return 0;
}

static void sim_unlock(void *ctx, unsigned long saved)
{
	struct sim_ata *sim = ctx;

	sim->locked--;
	if (sim->irq_pending)
		deliver(sim);
}

static void sim_note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	struct sim_ata *sim = ch->lock_ctx;
	size_t n = strlen(sim->notes);

	snprintf(sim->notes + n, sizeof(sim->notes) - n, "%d: %s\n", dev ? dev->unit : -1, text);
}

/* ---- data ---- */

void sim_ata_pattern(u64 lba, u8 *out)
{
	for (unsigned int i = 0; i < 512; i++)
		out[i] = (u8)(lba * 7 + (lba >> 8) * 13 + (lba >> 28) + i);
}

static void get_sector(struct sim_drive *d, u64 lba, u8 *out)
{
	if (lba < SIM_STORE)
		memcpy(out, d->store[lba], 512);
	else
		sim_ata_pattern(lba, out);
}

static bool is_bad(const struct sim_drive *d, u64 lba)
{
	for (unsigned int i = 0; i < d->bad_count; i++)
		if (d->bad[i] == lba)
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

static void media_error(struct sim_drive *d, u64 lba, u8 error)
{
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
		if (is_bad(d, d->lba + i)) {
			media_error(d, d->lba + i, ATA_ERROR_UNC);
			return;
		}
		get_sector(d, d->lba + i, d->data + 512 * i);
	}
	d->lba += n;
	d->left -= n;
	d->pos = 0;
	d->len = n * 512;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DRQ;
	sim_drive_irq(d);
}

static void write_block_done(void *arg)
{
	struct sim_drive *d = arg;
	u32 n = d->len / 512;

	for (u32 i = 0; i < n; i++) {
		if (is_bad(d, d->lba + i)) {
			media_error(d, d->lba + i, ATA_ERROR_UNC);
			return;
		}
		if (d->lba + i < SIM_STORE)
			memcpy(d->store[d->lba + i], d->data + 512 * i, 512);
	}
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

static u32 data_read(struct sim_drive *d)
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

static void data_write(struct sim_drive *d, u32 value)
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

/* ---- DMA ---- */

/* Copies along the table; returns false when it ended first. */
bool sim_dma_copy(struct sim_ata *sim, u8 *data, u32 bytes, bool to_memory)
{
	u32 *prd = (u32 *)(uintptr_t)sim->bm_table;
	bool last = false;

	while (bytes && !last) {
		u32 addr = prd[0], n = prd[1] & PRD_COUNT_MASK;

		last = prd[1] & PRD_LAST;
		n = n ? n : PRD_BOUNDARY;
		assert_int_equal(addr & 3, 0);
		assert_true((addr & 0xffff) + n <= PRD_BOUNDARY);
		n = min(n, bytes);
		if (to_memory)
			memcpy((void *)(uintptr_t)addr, data, n);
		else
			memcpy(data, (void *)(uintptr_t)addr, n);
		data += n;
		bytes -= n;
		prd += 2;
	}
	if (last && !bytes)
		sim->bm_status &= (u8)~BM_STATUS_ACTIVE;
	return !bytes;
}

static u32 good_before_bad(const struct sim_drive *d)
{
	u32 n = 0;

	while (n < d->left && !is_bad(d, d->lba + n))
		n++;
	return n;
}

static void dma_done(void *arg)
{
	struct sim_drive *d = arg;
	bool to_memory = d->sim->bm_command & BM_COMMAND_READ;
	u32 n = good_before_bad(d);

	assert_int_equal(to_memory, !d->out);
	if (to_memory)
		for (u32 i = 0; i < n; i++)
			get_sector(d, d->lba + i, d->data + 512 * i);
	assert_true(sim_dma_copy(d->sim, d->data, n * 512, to_memory));
	if (!to_memory)
		for (u32 i = 0; i < n && d->lba + i < SIM_STORE; i++)
			memcpy(d->store[d->lba + i], d->data + 512 * i, 512);
	if (n < d->left)
		media_error(d, d->lba + n, ATA_ERROR_UNC);
	else
		sim_drive_end(d, ATA_STATUS_DRDY, 0);
}

static void dma_crc(void *arg)
{
	sim_drive_end(arg, ATA_STATUS_DRDY | ATA_STATUS_ERR, ATA_ERROR_ICRC | ATA_ERROR_ABRT);
}

static void dma_bus_error(void *arg)
{
	struct sim_drive *d = arg;

	d->sim->bm_status |= BM_STATUS_ERROR;
	d->sim->bm_status &= (u8)~BM_STATUS_ACTIVE;
	sim_drive_end(d, ATA_STATUS_DRDY, 0);
}

static void engine_started(struct sim_ata *sim)
{
	struct sim_drive *d = &sim->drive[sim->selected];

	sim->bm_status |= BM_STATUS_ACTIVE;
	if (!d->dma)
		return;
	if (d->dma_hang) {
		d->dma_hang--;
	} else if (d->crc && d->transfer_mode >= ATA_MODE_UDMA) {
		d->crc--;
		sim_bus_at(&sim->bus, sim->command_us, dma_crc, d);
	} else if (d->dma_error) {
		d->dma_error--;
		sim_bus_at(&sim->bus, sim->command_us, dma_bus_error, d);
	} else {
		sim_bus_at(&sim->bus, sim->command_us,
			   d->kind == SIM_CD ? sim_cd_dma_done : dma_done, d);
	}
}

static u32 bm_read(void *chip, u16 port, unsigned int width)
{
	struct sim_ata *sim = chip;

	switch (port - SIM_BM) {
	case BM_REG_COMMAND:
		return sim->bm_command;
	case BM_REG_STATUS:
		return sim->bm_status;
	default:
		return 0;
	}
}

static void bm_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_ata *sim = chip;
	u8 old = sim->bm_command;

	switch (port - SIM_BM) {
	case BM_REG_COMMAND:
		sim->bm_command = (u8)value;
		if (value & BM_COMMAND_START && !(old & BM_COMMAND_START))
			engine_started(sim);
		if (!(value & BM_COMMAND_START))
			sim->bm_status &= (u8)~BM_STATUS_ACTIVE;
		break;
	case BM_REG_STATUS:
		sim->bm_status = (u8)((sim->bm_status & ~0x60 & ~(value & 6)) | (value & 0x60));
		break;
	case BM_REG_TABLE:
		assert_int_equal(width, 4);
		sim->bm_table = value;
		break;
	default:
		break;
	}
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
	if (d->feature[0] == ATA_FEATURE_SPIN_UP)
		d->incomplete_until_spun = 0;
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
		sim_drive_later(d, d->aborts_flush ? done_abort : done_ok);
		break;
	default:
		sim_drive_later(d, done_abort);
	}
}

static void disk_command(struct sim_drive *d)
{
	switch (d->command) {
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

static void start_command(struct sim_drive *d, u8 command)
{
	if (d->status & (ATA_STATUS_BSY | ATA_STATUS_DRQ) && command != ATA_CMD_DEVICE_RESET)
		d->sim->violations++;
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

/* ---- reset ---- */

static void signature(struct sim_drive *d)
{
	d->nsect[0] = d->lbal[0] = 1;
	d->lbam[0] = d->kind == SIM_CD ? ATA_SIG_ATAPI_LBAM : 0;
	d->lbah[0] = d->kind == SIM_CD ? ATA_SIG_ATAPI_LBAH : 0;
	if (d->kind == SIM_PHANTOM)
		d->lbam[0] = d->lbah[0] = 0xff;
	if (d->bad_signature)
		d->lbam[0] = 0x77;
	d->error = ATA_DIAG_OK;
	d->status = d->kind == SIM_CD ? 0 : ATA_STATUS_DRDY | ATA_STATUS_DSC;
}

static void reset_over(void *arg)
{
	struct sim_drive *d = arg;

	if (!d->stuck_busy && !d->gone)
		signature(d);
}

static void reset_drive(struct sim_drive *d)
{
	if (d->kind == SIM_ABSENT)
		return;
	d->resets++;
	sim_bus_cancel(&d->sim->bus, next_read_block, d);
	sim_bus_cancel(&d->sim->bus, write_block_done, d);
	sim_bus_cancel(&d->sim->bus, dma_done, d);
	d->status = ATA_STATUS_BSY;
	d->multiple = 0;
	d->want_packet = d->dma = false;
	d->transfer_mode = 0;
	if (d->needs_geometry)
		d->set_heads = d->set_sectors = 0;
	sim_bus_at(&d->sim->bus, d->spin_up_us ? d->spin_up_us : 1000, reset_over, d);
}

void sim_device_reset(struct sim_drive *d)
{
	d->want_packet = d->dma = false;
	signature(d);
}

/* ---- registers ---- */

static struct sim_drive *answering(struct sim_ata *sim)
{
	struct sim_drive *d = &sim->drive[sim->selected];

	if (d->kind == SIM_ABSENT && sim->alias)
		d = &sim->drive[0];
	return d->kind == SIM_ABSENT || d->gone ? NULL : d;
}

/* The unit selected is not there: the other one drives the bus, or nobody. */
static u32 absent_read(struct sim_ata *sim, unsigned int reg)
{
	struct sim_drive *other = &sim->drive[!sim->selected];

	if (other->kind == SIM_ABSENT || other->gone)
		return sim->bus.floating * 0x101u;
	if (reg == ATA_REG_STATUS || sim->ghost_dead)
		return 0;
	switch (reg) {
	case ATA_REG_NSECT:
		return other->nsect[0];
	case ATA_REG_LBAL:
		return other->lbal[0];
	case ATA_REG_LBAM:
		return other->lbam[0];
	case ATA_REG_LBAH:
		return other->lbah[0];
	case ATA_REG_DEVICE:
		return other->device;
	default:
		return 0;
	}
}

static void check_engine(struct sim_ata *sim)
{
	if (sim->bm_command & BM_COMMAND_START)
		sim->violations++;
}

static u32 reg_read(void *chip, u16 port, unsigned int width)
{
	struct sim_ata *sim = chip;
	struct sim_drive *d = answering(sim);
	unsigned int reg = port - SIM_BASE;
	unsigned int hob = sim->control & ATA_CONTROL_HOB ? 1 : 0;

	check_engine(sim);
	if (!d)
		return absent_read(sim, reg);
	if (d->status & ATA_STATUS_BSY && reg != ATA_REG_DATA)
		return d->status;
	switch (reg) {
	case ATA_REG_DATA:
		return data_read(d);
	case ATA_REG_ERROR:
		return d->error;
	case ATA_REG_NSECT:
		return d->nsect[hob];
	case ATA_REG_LBAL:
		return d->lbal[hob];
	case ATA_REG_LBAM:
		return d->lbam[hob];
	case ATA_REG_LBAH:
		return d->lbah[hob];
	case ATA_REG_DEVICE:
		return d->device;
	default:
		sim->irq_pending = false;
		return d->status;
	}
}

static void latch(u8 reg[2], u32 value)
{
	reg[1] = reg[0];
	reg[0] = (u8)value;
}

static void latch_all(struct sim_drive *d, unsigned int reg, u32 value)
{
	if (d->kind == SIM_ABSENT || d->status & ATA_STATUS_BSY)
		return;
	switch (reg) {
	case ATA_REG_FEATURE:
		latch(d->feature, value);
		break;
	case ATA_REG_NSECT:
		latch(d->nsect, value);
		break;
	case ATA_REG_LBAL:
		latch(d->lbal, value);
		break;
	case ATA_REG_LBAM:
		latch(d->lbam, value);
		break;
	case ATA_REG_LBAH:
		latch(d->lbah, value);
		break;
	default:
		d->device = (u8)value;
	}
}

static void reg_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_ata *sim = chip;
	unsigned int reg = port - SIM_BASE;
	struct sim_drive *d;

	check_engine(sim);
	if (reg == ATA_REG_DEVICE)
		sim->selected = value & ATA_DEVICE_UNIT ? 1 : 0;
	d = answering(sim);
	if (reg == ATA_REG_DATA) {
		if (d)
			data_write(d, value);
	} else if (reg == ATA_REG_COMMAND) {
		if (d)
			start_command(d, (u8)value);
	} else {
		latch_all(&sim->drive[0], reg, value);
		latch_all(&sim->drive[1], reg, value);
	}
}

static u32 control_read(void *chip, u16 port, unsigned int width)
{
	struct sim_ata *sim = chip;
	struct sim_drive *d = answering(sim);

	check_engine(sim);
	if (sim->no_alt_status)
		return 0xff;
	return d ? d->status : absent_read(sim, ATA_REG_STATUS);
}

static void control_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_ata *sim = chip;
	u8 old = sim->control;

	sim->control = (u8)value;
	if (!(value & ATA_CONTROL_SRST) && old & ATA_CONTROL_SRST)
		for (unsigned int i = 0; i < 2; i++)
			reset_drive(&sim->drive[i]);
}

/* ---- making one ---- */

void sim_ata_text(u16 *words, unsigned int count, const char *text)
{
	size_t n = strlen(text);

	for (unsigned int i = 0; i < count; i++) {
		u8 a = 2 * i < n ? (u8)text[2 * i] : ' ';
		u8 b = 2 * i + 1 < n ? (u8)text[2 * i + 1] : ' ';

		words[i] = (u16)(a << 8 | b);
	}
}

static void disk_geometry(u16 *id, u64 sectors)
{
	u64 cylinders = sectors / (16 * 63);

	id[1] = (u16)min_t(u64, cylinders, 16383);
	id[3] = 16;
	id[6] = 63;
}

void sim_ata_disk(struct sim_ata *sim, unsigned int unit, u64 sectors, enum ata_addressing form)
{
	struct sim_drive *d = &sim->drive[unit];
	u16 *id = d->id;

	d->kind = SIM_DISK;
	d->sectors = sectors;
	d->status = ATA_STATUS_DRDY | ATA_STATUS_DSC;
	for (u32 i = 0; i < SIM_STORE; i++)
		sim_ata_pattern(i, d->store[i]);
	id[0] = 0x0040;
	disk_geometry(id, sectors);
	sim_ata_text(id + 10, 10, unit ? "SERIAL-1" : "SERIAL-0");
	sim_ata_text(id + 23, 4, "1.0");
	sim_ata_text(id + 27, 20, "SIMULATED DISK");
	id[47] = 16;
	d->set_heads = 16;
	d->set_sectors = 63;
	if (form == ATA_CHS)
		return;
	id[49] = 0x0F00;
	id[53] = 7;
	id[60] = (u16)min_t(u64, sectors, 0x0fffffff);
	id[61] = (u16)(min_t(u64, sectors, 0x0fffffff) >> 16);
	id[63] = 0x0007;
	id[64] = 3;
	id[88] = 0x203f;
	id[93] = 0x604b;
	id[80] = 0x7e;
	id[82] = 0x0021;
	id[83] = 0x5000;
	id[84] = 0x4000;
	id[85] = 0x0021;
	d->write_cache = true;
	if (form == ATA_LBA28)
		return;
	id[83] |= 0x2400;
	for (unsigned int i = 0; i < 4; i++)
		id[100 + i] = (u16)(sectors >> 16 * i);
}

void sim_ata_init(struct sim_ata *sim, struct ata_channel *ch)
{
	memset(sim, 0, sizeof(*sim));
	sim_bus_init(&sim->bus);
	sim->ch = ch;
	sim->command_us = 100;
	sim->block_us = 50;
	for (u8 i = 0; i < 2; i++) {
		sim->drive[i].sim = sim;
		sim->drive[i].unit = i;
	}
	sim_bus_claim(&sim->bus, SIM_BASE, 8, reg_read, reg_write, sim);
	sim_bus_claim(&sim->bus, SIM_CONTROL, 1, control_read, control_write, sim);
	sim_bus_claim(&sim->bus, SIM_BM, 8, bm_read, bm_write, sim);
	memset(ch, 0, sizeof(*ch));
	ch->hw = &sim->bus.hw;
	ch->base = SIM_BASE;
	ch->control = SIM_CONTROL;
	ch->bm = SIM_BM;
	ch->prd = sim->prd;
	ch->prd_phys = (u32)(uintptr_t)sim->prd;
	ch->prd_max = ARRAY_SIZE(sim->prd) / 2;
	ch->lock = sim_lock;
	ch->unlock = sim_unlock;
	ch->lock_ctx = sim;
	ch->note = sim_note;
	ata_channel_init(ch);
}
