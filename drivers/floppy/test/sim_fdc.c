/* The simulated controller of sim_fdc.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim_fdc.h"

#define TURN_US 200000u
#define STEP_US 3000u

/* ---- disks ---- */

u8 sim_sector_byte(u32 sector)
{
	return (u8)(sector * 7u + (sector >> 8) + 1u);
}

bool sim_sector_is(const u8 *data, u32 sector)
{
	for (unsigned int i = 0; i < FDC_SECTOR; i++)
		if (data[i] != sim_sector_byte(sector))
			return false;
	return true;
}

u8 *sim_disk_sector(struct sim_fdc *sim, unsigned int unit, u32 sector)
{
	return sim->drive[unit].disk.data + sector * FDC_SECTOR;
}

void sim_insert(struct sim_fdc *sim, unsigned int unit, unsigned int type)
{
	struct sim_drive *d = &sim->drive[unit];
	const struct fdc_format *f = &fdc_formats[type];
	u8 *data = d->disk.data ? d->disk.data : malloc(SIM_BYTES);

	d->changed = true;
	d->disk = (struct sim_disk){ .in = type != 0,
				     .sect = f->sect,
				     .heads = f->heads,
				     .tracks = f->tracks,
				     .rate = f->rate & 3u,
				     .size = 2,
				     .data = data };
	for (u32 i = 0; i < SIM_BYTES; i++)
		data[i] = sim_sector_byte(i / FDC_SECTOR);
}

/* ---- interrupts ---- */

static void raise_irq(struct sim_fdc *sim)
{
	if (!fdc_may_interrupt(&sim->fdc))
		sim->violations++;
	sim_bus_raise_irq(&sim->bus);
}

static void push(struct sim_fdc *sim, u8 st0)
{
	sim->pending[sim->pending_count++ % 4] = st0;
}

static void reset_over(void *arg)
{
	struct sim_fdc *sim = arg;

	sim->pending_count = 0;
	for (u8 i = 0; i < 4; i++)
		push(sim, (u8)(FDC_ST0_NOT_READY | i));
	raise_irq(sim);
}

static void finish(void *arg);
static void seek_over(void *arg);

static void reset(struct sim_fdc *sim)
{
	sim_bus_cancel(&sim->bus, finish, sim);
	sim_bus_cancel(&sim->bus, seek_over, sim);
	sim->resets++;
	sim->in_count = sim->out_count = sim->out_at = sim->seeking = 0;
	sim->busy = sim->executing = sim->configured = sim->specified = sim->perpendicular = false;
	sim->pending_count = 0;
	sim->pio_left = 0;
	sim->drive[0].told = sim->drive[1].told = 0;
}

/* ---- results ---- */

static void results(struct sim_fdc *sim, const u8 *bytes, unsigned int count)
{
	memcpy(sim->out, bytes, count);
	sim->out_count = count;
	sim->out_at = 0;
	sim->in_count = 0;
	sim->executing = false;
	sim->busy = count != 0;
}

static void seven(struct sim_fdc *sim, u8 st0, u8 st1, u8 st2, u8 c, u8 h, u8 r, u8 n)
{
	u8 bytes[] = { (u8)(st0 | (sim->in[1] & 7u)), st1, st2, c, h, r, n };

	results(sim, bytes, sizeof(bytes));
	raise_irq(sim);
}

static void refuse(struct sim_fdc *sim, u8 st1, u8 st2)
{
	seven(sim, FDC_ST0_ABNORMAL, st1, st2, sim->in[2], sim->in[3], sim->in[4], sim->in[5]);
}

/* ---- the disk under the heads ---- */

static struct sim_drive *selected(struct sim_fdc *sim)
{
	return &sim->drive[sim->dor & 1u];
}

static u64 spin_up_ns(const struct sim_fdc *sim)
{
	const struct fdc_kind *kind = sim->fdc.drive[sim->dor & 1u].kind;

	return kind->spin_up_ms * 1000000ull;
}

static bool turns(struct sim_fdc *sim)
{
	struct sim_drive *d = selected(sim);

	if (!d->motor_ns || sim->bus.now_ns - d->motor_ns < spin_up_ns(sim))
		sim->violations++;
	return d->there && d->disk.in && d->motor_ns;
}

/* The disk's own cylinder under the heads: a disk of 40 tracks has them two steps apart in a drive
 * of 80. */
static int disk_cylinder(struct sim_fdc *sim, const struct sim_drive *d)
{
	bool wide = d->disk.tracks <= 42 && sim->fdc.drive[d - sim->drive].kind->tracks > 42;

	return wide ? d->cylinder / 2 : d->cylinder;
}

static bool readable(struct sim_fdc *sim, unsigned int head)
{
	struct sim_drive *d = selected(sim);

	if (!sim->specified || !sim->rate_set)
		sim->violations++;
	return sim->ccr == d->disk.rate && head < d->disk.heads &&
	       (sim->ccr != FDC_1M || sim->perpendicular) && disk_cylinder(sim, d) < d->disk.tracks;
}

/* ---- transfers ---- */

static bool moves(struct sim_fdc *sim, u8 *data, bool reading)
{
	if (sim->dma_armed) {
		if (sim->dma_left < FDC_SECTOR)
			return false;
		if (sim->dma_to_memory != reading)
			sim->violations++;
		if (!sim->short_dma) {
			memcpy(reading ? sim->dma_at : data, reading ? data : sim->dma_at,
			       FDC_SECTOR);
			sim->dma_at += FDC_SECTOR;
			sim->dma_left -= FDC_SECTOR;
		}
	}
	return true;
}

static bool is_bad(struct sim_fdc *sim, u32 sector)
{
	if ((s32)sector != sim->bad_sector || !sim->bad_times)
		return false;
	if (sim->bad_times > 0)
		sim->bad_times--;
	return true;
}

/* Sector after sector until the host has enough. */
static void move_sectors(struct sim_fdc *sim, bool reading)
{
	struct sim_drive *d = selected(sim);
	u32 left = sim->dma_armed ? sim->dma_left / FDC_SECTOR : 1u;

	if (!sim->dma_armed) {
		left = sim->in[6] - sim->in[4] + 1u;
		sim->pio_left = left * FDC_SECTOR;
	}
	for (; left; left--) {
		u8 *id = sim->in;
		u32 sector = ((u32)id[2] * d->disk.heads + id[3]) * d->disk.sect + id[4] - 1u;
		u8 *data = sim_disk_sector(sim, sim->dor & 1u, sector);

		if (id[4] > d->disk.sect) {
			refuse(sim, FDC_ST1_NO_SECTOR, 0);
			return;
		}
		if (is_bad(sim, sector)) {
			refuse(sim, sim->bad_st1, sim->bad_st2);
			return;
		}
		if (sim->no_reason && !reading) {
			refuse(sim, 0, 0);
			return;
		}
		if (!sim->dma_armed) {
			sim->pio_at = sim->pio_at ? sim->pio_at : data;
		} else if (!moves(sim, data, reading)) {
			break;
		}
		if (id[4]++ == id[6]) {
			id[4] = 1;
			if (!(id[0] & FDC_MULTI_TRACK) || id[3]) {
				id[2]++;
				break;
			}
			id[3] = 1;
		}
	}
	if (!sim->dma_armed) {
		sim->pio_reading = reading;
		return;
	}
	if (left > 1) {
		refuse(sim, FDC_ST1_END, 0);
		return;
	}
	seven(sim, 0, 0, 0, sim->in[2], sim->in[3], sim->in[4], 2);
}

static void transfer(struct sim_fdc *sim, bool reading)
{
	struct sim_drive *d = selected(sim);
	u8 head = (sim->in[1] >> 2) & 1u;

	sim->transfers++;
	if (sim->in_transfer)
		sim->in_transfer(sim);
	if (sim->dma_armed == !!(sim->spec[1] & FDC_SPECIFY_NON_DMA))
		sim->violations++;
	if (!turns(sim) || !d->disk.in)
		return; /* no index: for ever */
	if (sim->hang && (sim->hang > 0 || sim->dma_armed)) {
		sim->hang -= sim->hang > 0;
		return;
	}
	if (!reading && d->disk.protected) {
		refuse(sim, FDC_ST1_PROTECTED, 0);
		return;
	}
	if (!readable(sim, head)) {
		refuse(sim, FDC_ST1_NO_MARK, 0);
		return;
	}
	if (sim->in[2] != disk_cylinder(sim, d)) {
		refuse(sim, FDC_ST1_NO_SECTOR, FDC_ST2_WRONG_CYL);
		return;
	}
	if (sim->overrun) {
		sim->overrun--;
		return refuse(sim, FDC_ST1_OVERRUN, 0);
	}
	move_sectors(sim, reading);
}

static void read_id(struct sim_fdc *sim)
{
	struct sim_drive *d = selected(sim);
	u8 head = (sim->in[1] >> 2) & 1u;

	if (!turns(sim))
		return;
	if (!readable(sim, head)) {
		refuse(sim, FDC_ST1_NO_MARK, 0);
		return;
	}
	if (!d->disk.one_number)
		d->turn++;
	seven(sim, 0, 0, 0, (u8)disk_cylinder(sim, d), head, (u8)(d->turn % d->disk.sect + 1u),
	      d->disk.size);
}

static void format(struct sim_fdc *sim)
{
	struct sim_drive *d = selected(sim);
	u8 head = (sim->in[1] >> 2) & 1u;

	if (!turns(sim))
		return;
	if (d->disk.protected) {
		refuse(sim, FDC_ST1_PROTECTED, 0);
		return;
	}
	d->disk.rate = sim->ccr;
	d->disk.sect = sim->in[3];
	for (unsigned int i = 0; i < sim->in[3]; i++) {
		const u8 *id = sim->dma_at + FDC_FORMAT_ID * i;
		u32 sector = ((u32)id[0] * d->disk.heads + head) * d->disk.sect + id[2] - 1u;

		if (id[0] != disk_cylinder(sim, d) || id[1] != head || id[3] != 2)
			sim->violations++;
		memset(sim_disk_sector(sim, sim->dor & 1u, sector), sim->in[5], FDC_SECTOR);
	}
	sim->dma_left = 0;
	seven(sim, 0, 0, 0, 0, 0, 0, 2);
}

static void finish(void *arg)
{
	struct sim_fdc *sim = arg;

	sim->turns++;
	switch (sim->in[0] & 0x1f) {
	case FDC_CMD_READ & 0x1f:
		transfer(sim, true);
		break;
	case FDC_CMD_WRITE & 0x1f:
		transfer(sim, false);
		break;
	case FDC_CMD_READ_ID & 0x1f:
		read_id(sim);
		break;
	default:
		format(sim);
	}
}

static void execute(struct sim_fdc *sim, unsigned int us)
{
	sim->executing = true;
	if (!sim->mute)
		sim_bus_at(&sim->bus, us, finish, sim);
}

/* ---- heads ---- */

static void seek_over(void *arg)
{
	struct sim_fdc *sim = arg;
	u8 unit = (u8)(sim->seeking & 3u);
	struct sim_drive *d = &sim->drive[unit & 1u];
	u8 st0 = (u8)(FDC_ST0_SEEK_END | unit);

	if (sim->step_to < 0 && (d->no_track0 || !d->there || d->cylinder > 77)) {
		if (d->there && !d->no_track0)
			d->cylinder -= 77;
		st0 |= FDC_ST0_ABNORMAL | FDC_ST0_EQUIPMENT;
	} else {
		int to = max(sim->step_to, 0);

		if (d->disk.in && (to != d->cylinder) && !d->line_stuck)
			d->changed = false;
		d->cylinder = to - (to ? d->slip : 0);
		d->slip = 0;
		d->told = to;
	}
	sim->seeking = 0;
	push(sim, st0);
	raise_irq(sim);
}

static void start_seek(struct sim_fdc *sim)
{
	if (!sim->specified)
		sim->violations++;
	sim->seeks += sim->in[0] == FDC_CMD_SEEK;
	sim->recalibrations += sim->in[0] == FDC_CMD_RECALIBRATE;
	sim->seeking = (u8)(0x80u | (sim->in[1] & 3u));
	sim->step_to = sim->in[0] == FDC_CMD_SEEK ? sim->in[2] : -1;
	sim->in_count = 0;
	if (!sim->mute)
		sim_bus_at(&sim->bus, STEP_US * 10, seek_over, sim);
}

static void sense(struct sim_fdc *sim)
{
	u8 invalid = FDC_INVALID;

	if (!sim->pending_count) {
		results(sim, &invalid, 1);
	} else {
		u8 st0 = sim->pending[0];
		u8 bytes[] = { st0, (u8)sim->drive[st0 & 1u].told };

		memmove(sim->pending, sim->pending + 1, 3);
		sim->pending_count--;
		results(sim, bytes, 2);
	}
}

static void sense_drive(struct sim_fdc *sim)
{
	const struct sim_drive *d = &sim->drive[sim->in[1] & 1u];
	u8 st3 = (u8)((sim->in[1] & 7u) | (d->disk.protected ? FDC_ST3_PROTECTED : 0) |
		      (d->cylinder ? 0 : FDC_ST3_TRACK0));

	results(sim, &st3, 1);
}

/* ---- commands ---- */

static unsigned int length_of(const struct sim_fdc *sim)
{
	switch (sim->in[0] & 0x1f) {
	case FDC_CMD_SPECIFY:
		return 3;
	case FDC_CMD_SENSE_DRIVE:
	case FDC_CMD_RECALIBRATE:
	case FDC_CMD_READ_ID & 0x1f:
		return 2;
	case FDC_CMD_SEEK:
		return 3;
	case FDC_CMD_READ & 0x1f:
	case FDC_CMD_WRITE & 0x1f:
		return 9;
	case FDC_CMD_FORMAT & 0x1f:
		return 6;
	case FDC_CMD_CONFIGURE:
		return sim->old ? 1 : 4;
	case FDC_CMD_PERPENDICULAR:
		return sim->old ? 1 : 2;
	default:
		return 1;
	}
}

static void simple(struct sim_fdc *sim, u8 command)
{
	u8 answer = sim->old ? FDC_INVALID : FDC_VERSION_ENHANCED;

	switch (command) {
	case FDC_CMD_SPECIFY:
		sim->specified = true;
		sim->spec[0] = sim->in[1];
		sim->spec[1] = sim->in[2];
		sim->in_count = 0;
		break;
	case FDC_CMD_CONFIGURE:
		sim->configured = true;
		sim->violations += sim->old;
		sim->in_count = 0;
		break;
	case FDC_CMD_PERPENDICULAR:
		sim->perpendicular = sim->in[1] & 3u;
		sim->violations += sim->old;
		sim->in_count = 0;
		break;
	case FDC_CMD_VERSION:
		results(sim, &answer, 1);
		break;
	default:
		sim->violations++;
		answer = FDC_INVALID;
		results(sim, &answer, 1);
	}
}

static void command(struct sim_fdc *sim)
{
	sim->commands++;
	/* Interrupts are asked about before anything else. */
	if (sim->pending_count && sim->in[0] != FDC_CMD_SENSE_INT)
		sim->violations++;
	switch (sim->in[0] & 0x1f) {
	case FDC_CMD_SENSE_INT:
		sense(sim);
		break;
	case FDC_CMD_SENSE_DRIVE:
		sense_drive(sim);
		break;
	case FDC_CMD_RECALIBRATE:
	case FDC_CMD_SEEK:
		start_seek(sim);
		break;
	case FDC_CMD_READ & 0x1f:
	case FDC_CMD_WRITE & 0x1f:
	case FDC_CMD_FORMAT & 0x1f:
		execute(sim, TURN_US / 2);
		break;
	case FDC_CMD_READ_ID & 0x1f:
		execute(sim, TURN_US / 18);
		break;
	default:
		simple(sim, sim->in[0] & 0x1f);
	}
	if (sim->spurious) {
		sim->spurious--;
		sim_bus_raise_irq(&sim->bus);
	}
}

/* ---- ports ---- */

static u8 msr(const struct sim_fdc *sim)
{
	if (!(sim->dor & FDC_DOR_RUN) || sim->dead)
		return 0;
	if (sim->pio_left)
		return (u8)(FDC_MSR_RQM | FDC_MSR_NON_DMA | FDC_MSR_BUSY |
			    (sim->pio_reading ? FDC_MSR_DIO : 0));
	if (sim->executing)
		return FDC_MSR_BUSY;
	if (sim->out_count)
		return FDC_MSR_RQM | FDC_MSR_DIO | FDC_MSR_BUSY;
	return (u8)(FDC_MSR_RQM | (sim->in_count ? FDC_MSR_BUSY : 0));
}

/* One byte by the port in the execution phase; after the last the chip says "end of track". */
static u8 *pio_byte(struct sim_fdc *sim)
{
	u8 *p = sim->pio_at++;

	if (!--sim->pio_left) {
		sim->pio_at = NULL;
		refuse(sim, FDC_ST1_END, 0);
	}
	return p;
}

static u32 data_read(struct sim_fdc *sim)
{
	u8 value;

	if (sim->pio_left)
		return *pio_byte(sim);
	if (sim->out_at >= sim->out_count) {
		sim->violations++;
		return 0;
	}
	value = sim->out[sim->out_at++];
	if (sim->out_at == sim->out_count) {
		sim->out_count = 0;
		sim->busy = false;
	}
	return value;
}

static void data_write(struct sim_fdc *sim, u8 value)
{
	if (sim->pio_left) {
		*pio_byte(sim) = value;
		return;
	}
	if (msr(sim) != FDC_MSR_RQM && !(sim->in_count && msr(sim) & FDC_MSR_RQM)) {
		sim->violations++;
		return;
	}
	sim->in[sim->in_count++ % sizeof(sim->in)] = value;
	if (sim->in_count == length_of(sim))
		command(sim);
}

static u32 port_read(void *chip, u16 port, unsigned int width)
{
	struct sim_fdc *sim = chip;
	struct sim_drive *d = selected(sim);

	switch (port - SIM_BASE) {
	case FDC_REG_MSR:
		return msr(sim);
	case FDC_REG_DATA:
		return data_read(sim);
	case FDC_REG_DIR:
		if (!d->motor_ns)
			sim->violations++;
		return d->there && (d->changed || d->line_stuck) ? FDC_DIR_CHANGED | 0x12u : 0x12u;
	default:
		sim->violations++;
		return 0xff;
	}
}

static void write_dor(struct sim_fdc *sim, u8 value)
{
	u8 old = sim->dor;

	sim->dor = value;
	for (u8 i = 0; i < 2; i++) {
		bool on = value & FDC_DOR_MOTOR(i);

		if (on && !sim->drive[i].motor_ns)
			sim->drive[i].motor_ns = sim->bus.now_ns;
		if (!on)
			sim->drive[i].motor_ns = 0;
	}
	if (old & ~value & FDC_DOR_RUN)
		reset(sim);
	if (~old & value & FDC_DOR_RUN && !sim->mute)
		sim_bus_at(&sim->bus, 100, reset_over, sim);
}

static void port_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_fdc *sim = chip;

	switch (port - SIM_BASE) {
	case FDC_REG_DOR:
		write_dor(sim, (u8)value);
		break;
	case FDC_REG_DATA:
		data_write(sim, (u8)value);
		break;
	case FDC_REG_CCR:
		sim->ccr = value & 3u;
		sim->rate_set = true;
		break;
	default:
		sim->violations++;
	}
}

/* ---- the host ---- */

static bool dma_start(void *ctx, bool to_memory, u32 offset, u32 bytes)
{
	struct sim_fdc *sim = ctx;

	if (offset + bytes > sim->fdc.buffer_bytes || sim->executing)
		sim->violations++;
	sim->dma_armed = true;
	sim->dma_to_memory = to_memory;
	sim->dma_at = sim->buffer + offset;
	sim->dma_left = bytes;
	return true;
}

static u32 dma_stop(void *ctx)
{
	struct sim_fdc *sim = ctx;

	sim->dma_armed = false;
	return sim->dma_left;
}

static void note(void *ctx, const struct fdc_drive *d, const char *text)
{
	struct sim_fdc *sim = ctx;
	size_t n = strlen(sim->notes);

	snprintf(sim->notes + n, sizeof(sim->notes) - n, "%d: %s\n", d ? d->unit : -1, text);
}

static const struct fdc_host host = { .dma_start = dma_start, .dma_stop = dma_stop, .note = note };

void sim_fdc_init(struct sim_fdc *sim, unsigned int type0, unsigned int type1)
{
	memset(sim, 0, sizeof(*sim));
	sim_bus_init(&sim->bus);
	sim->bus.max_us = 120u * 1000000u;
	sim->dor = FDC_DOR_RUN | FDC_DOR_DMA;
	sim->bad_sector = -1;
	sim->bad_st1 = FDC_ST1_CRC;
	sim->bad_st2 = FDC_ST2_CRC_DATA;
	sim_bus_claim(&sim->bus, SIM_BASE, 6, port_read, port_write, sim);
	sim_bus_claim(&sim->bus, SIM_BASE + 7, 1, port_read, port_write, sim);
	sim->fdc.hw = &sim->bus.hw;
	sim->fdc.base = SIM_BASE;
	sim->fdc.host = &host;
	sim->fdc.ctx = sim;
	sim->fdc.buffer = sim->buffer;
	sim->fdc.buffer_bytes = sizeof(sim->buffer);
	fdc_init(&sim->fdc);
	sim->fdc.drive[0].kind = fdc_kind_by_cmos(type0);
	sim->fdc.drive[1].kind = fdc_kind_by_cmos(type1);
	sim->drive[0].there = type0;
	sim->drive[1].there = type1;
	sim->drive[0].changed = sim->drive[1].changed = true;
	sim->drive[0].cylinder = 79;
}

void sim_fdc_free(struct sim_fdc *sim)
{
	free(sim->drive[0].disk.data);
	free(sim->drive[1].disk.data);
}
