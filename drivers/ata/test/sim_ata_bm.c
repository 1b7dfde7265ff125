/* The simulated bus master. */
#include <string.h>
#include "sim_ata_internal.h"

/* Copies along the table; returns false when it ended first. */
bool sim_dma_copy(struct sim_ata *sim, u8 *data, u32 bytes, bool to_memory)
{
	u32 *prd = (u32 *)(uintptr_t)sim->bm_table;
	bool last = false, whole = true;

	while (bytes && !last) {
		u32 addr = prd[0], n = prd[1] & PRD_COUNT_MASK;

		last = prd[1] & PRD_LAST;
		n = n ? n : PRD_BOUNDARY;
		assert_int_equal(addr & 3, 0);
		assert_true((addr & 0xffff) + n <= PRD_BOUNDARY);
		whole = n <= bytes;
		n = min(n, bytes);
		if (to_memory)
			memcpy((void *)(uintptr_t)addr, data, n);
		else
			memcpy(data, (void *)(uintptr_t)addr, n);
		data += n;
		bytes -= n;
		prd += 2;
	}
	if (last && whole && !bytes)
		sim->bm_status &= (u8)~BM_STATUS_ACTIVE;
	return !bytes;
}

static void trim_done(void *arg)
{
	struct sim_drive *d = arg;

	assert_false(d->sim->bm_command & BM_COMMAND_READ);
	assert_true(sim_dma_copy(d->sim, d->data, d->left * 512, false));
	sim_trim_over(d);
}

static u32 good_before_bad(const struct sim_drive *d)
{
	u32 n = 0;

	while (n < d->left && !sim_is_bad(d, d->lba + n))
		n++;
	return n;
}

static void dma_done(void *arg)
{
	struct sim_drive *d = arg;
	bool to_memory = d->sim->bm_command & BM_COMMAND_READ;
	u32 n = good_before_bad(d);

	if (d->short_data) {
		d->short_data--;
		n = min(n, d->left / 2);
	}
	assert_int_equal(to_memory, !d->out);
	if (to_memory)
		for (u32 i = 0; i < n; i++)
			sim_get_sector(d, d->lba + i, d->data + 512 * i);
	assert_true(sim_dma_copy(d->sim, d->data, n * 512, to_memory));
	if (!to_memory)
		for (u32 i = 0; i < n; i++)
			sim_put_sector(d, d->lba + i, d->data + 512 * i);
	if (n < d->left && !sim_is_bad(d, d->lba + n))
		sim_drive_end(d, ATA_STATUS_DRDY, 0);
	else if (n < d->left)
		sim_media_error(d, d->lba + n, ATA_ERROR_UNC);
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

	sim->bm_starts++;
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
			   d->kind == SIM_CD	       ? sim_cd_dma_done
			   : d->command == ATA_CMD_DSM ? trim_done
						       : dma_done,
			   d);
	}
}

u32 sim_bm_read(void *chip, u16 port, unsigned int width)
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

void sim_bm_write(void *chip, u16 port, u32 value, unsigned int width)
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
		if (sim->simplex_clears && !(value & BM_STATUS_SIMPLEX))
			sim->bm_status &= (u8)~BM_STATUS_SIMPLEX;
		break;
	case BM_REG_TABLE:
		assert_int_equal(width, 4);
		sim->bm_table = value;
		break;
	default:
		break;
	}
}

void sim_bm_cancel(struct sim_drive *d)
{
	sim_bus_cancel(&d->sim->bus, dma_done, d);
	sim_bus_cancel(&d->sim->bus, trim_done, d);
}
