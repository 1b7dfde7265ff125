/* The simulated channel of sim_ata.h: registers, ATA commands, bus master. */
#include <stdio.h>
#include <string.h>
#include "sim_ata.h"
#include "sim_ata_internal.h"

/* ---- interrupts and notes ---- */

static bool deliver(struct sim_ata *sim)
{
	bool ours;

	sim->irq_pending = false;
	sim->irqs++;
	ours = ata_irq(sim->ch);
	/* A level that nobody takes away interrupts for ever. */
	sim->violations += ours && sim->line_up;
	if (ours)
		sim_bus_raise_irq(&sim->bus);
	return ours;
}

void sim_drive_irq(struct sim_drive *d)
{
	struct sim_ata *sim = d->sim;

	if (sim->control & ATA_CONTROL_NIEN || sim->selected != d->unit)
		return;
	if (!sim->no_bm_intr)
		sim->bm_status |= BM_STATUS_INTR;
	sim->line_up = true;
	if (sim->lose_irqs > 0) {
		sim->lose_irqs--;
		return;
	}
	if (sim->locked)
		sim->irq_pending = true;
	else
		(void)deliver(sim);
}

bool sim_ata_spurious(struct sim_ata *sim)
{
	return deliver(sim);
}

static unsigned long sim_lock(void *ctx)
{
	struct sim_ata *sim = ctx;

	assert_int_equal(sim->locked, 0);
	sim_bus_advance(&sim->bus, 0); /* an interrupt that is due comes before the lock */
	sim->locked++;
	return 0;
}

static void sim_unlock(void *ctx, unsigned long saved)
{
	struct sim_ata *sim = ctx;

	sim->locked--;
	if (sim->irq_pending)
		(void)deliver(sim);
	if (sim->foreign_irq && sim->ch->waiting) {
		sim->foreign_irq = false;
		(void)deliver(sim);
	}
}

static void sim_note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	struct sim_ata *sim = ch->lock_ctx;
	size_t n = strlen(sim->notes);

	snprintf(sim->notes + n, sizeof(sim->notes) - n, "%d: %s\n", dev ? dev->unit : -1, text);
}

/* ---- reset ---- */

static void signature(struct sim_drive *d)
{
	bool packet = d->kind == SIM_CD && !d->disk_signature;

	d->nsect[0] = d->lbal[0] = 1;
	d->lbam[0] = packet ? ATA_SIG_ATAPI_LBAM : 0;
	d->lbah[0] = packet ? ATA_SIG_ATAPI_LBAH : 0;
	if (d->kind == SIM_PHANTOM)
		d->lbam[0] = d->lbah[0] = 0xff;
	if (d->bad_signature)
		d->lbam[0] = 0x77;
	d->error = ATA_DIAG_OK;
	d->status = packet ? 0 : ATA_STATUS_DRDY | ATA_STATUS_DSC;
}

static void reset_over(void *arg)
{
	struct sim_drive *d = arg;

	d->babbling = false;
	if (!d->stuck_busy && !d->gone)
		signature(d);
}

static void reset_drive(struct sim_drive *d)
{
	if (d->kind == SIM_ABSENT)
		return;
	d->resets++;
	sim_drive_cancel(d);
	sim_bm_cancel(d);
	d->status = ATA_STATUS_BSY;
	d->multiple = 0;
	d->want_packet = d->dma = false;
	d->transfer_mode = 0;
	if (d->needs_geometry)
		d->set_heads = d->set_sectors = 0;
	d->babbling = d->babbles_us;
	if (d->babbling) {
		d->status = d->babble;
		d->nsect[0] = d->lbal[0] = 0;
	}
	sim_bus_at(&d->sim->bus, max(d->babbles_us, d->spin_up_us ? d->spin_up_us : 1000),
		   reset_over, d);
}

void sim_device_reset(struct sim_drive *d)
{
	d->want_packet = d->dma = false;
	sim_cd_cancel(d);
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

static u8 status_now(const struct sim_drive *d)
{
	return d->sim->bus.now_ns < d->sim->settles_ns ? d->sim->old_status : d->status;
}

static u32 data_read(struct sim_drive *d, unsigned int width)
{
	u32 value = sim_data_read(d);

	d->sim->unlocked += !d->sim->locked;
	if (width < 4)
		return value;
	d->sim->wide++;
	if (d->sim->narrow_reads)
		return value | (u32)d->nsect[0] << 16 | (u32)d->lbal[0] << 24;
	if (d->sim->swaps_words)
		return value << 16 | sim_data_read(d);
	return value | sim_data_read(d) << 16;
}

static void data_write(struct sim_drive *d, u32 value, unsigned int width)
{
	sim_data_write(d, value & 0xffff);
	if (width < 4)
		return;
	d->sim->wide++;
	if (!d->sim->narrow_writes)
		sim_data_write(d, value >> 16);
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
	if (reg == ATA_REG_STATUS)
		sim->line_up = false;
	if (d->status & ATA_STATUS_BSY && reg != ATA_REG_DATA)
		return d->status;
	switch (reg) {
	case ATA_REG_DATA:
		return data_read(d, width);
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
		return status_now(d);
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

static void give_command(struct sim_drive *d, u8 command)
{
	d->sim->old_status = d->status;
	d->sim->settles_ns = d->sim->bus.now_ns + 400;
	sim_start_command(d, command);
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
			data_write(d, value, width);
	} else if (reg == ATA_REG_COMMAND) {
		if (d)
			give_command(d, (u8)value);
		else
			sim->to_nobody++;
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
	return d ? status_now(d) : absent_read(sim, ATA_REG_STATUS);
}

static void control_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_ata *sim = chip;
	u8 old = sim->control;

	sim->control = (u8)value;
	sim->violations += !(value & ATA_CONTROL_BASE);
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
	id[93] = unit ? 0x6b00 : 0x600b;
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

void sim_ata_solid(struct sim_ata *sim, unsigned int unit)
{
	u16 *id = sim->drive[unit].id;

	id[80] = 0x1fe;
	id[105] = 1;
	id[169] = 1;
	id[217] = 1;
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
	sim_bus_claim(&sim->bus, SIM_BM, 8, sim_bm_read, sim_bm_write, sim);
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
