/* The device behind the simulated adapter: reads the tables, moves the data, ends commands. */
#include "sim_ahci_internal.h"
#include <stdio.h>
#include <string.h>

struct fis {
	u8 type, flags, command, feature;
	u8 lbal, lbam, lbah, device;
	u8 hob_lbal, hob_lbam, hob_lbah, hob_feature;
	u8 nsect, hob_nsect, icc, control;
	u8 reserved[4];
};

struct cursor {
	struct sim_ahci *sim;
	u32 *head;
	u8 *table;
	u32 prd, offset, moved;
};

static void wrong(struct sim_ahci *sim, const char *what)
{
	sim->violations++;
	printf("violation: %s\n", what);
}

static void *memory_at(u32 phys)
{
	return (void *)(uintptr_t)phys;
}

/* ---- identity ---- */

static void text(u16 *words, unsigned int count, const char *s)
{
	for (unsigned int i = 0; i < 2 * count; i++) {
		u8 c = *s ? (u8)*s++ : ' ';

		words[i / 2] |= i & 1 ? c : (u16)(c << 8);
	}
}

static void put64(u16 *words, u64 v)
{
	for (unsigned int i = 0; i < 4; i++)
		words[i] = (u16)(v >> 16 * i);
}

void sim_ahci_identity(struct sim_ahci *sim)
{
	u16 *id = sim->id;
	u32 lba28 = (u32)min_t(u64, sim->sectors, 0x0fffffff);

	memset(id, 0, sizeof(sim->id));
	id[0] = sim->packet ? 0x8580 : 0x0040;
	id[1] = 16383;
	id[3] = 16;
	id[6] = 63;
	text(id + 10, 10, "SERIAL-7");
	text(id + 23, 4, "1.0");
	text(id + 27, 20, sim->packet ? "SIM CD" : "SIM SATA DISK");
	id[47] = 0x8010;
	id[49] = 0x0f00;
	id[53] = 7;
	id[60] = (u16)lba28;
	id[61] = (u16)(lba28 >> 16);
	id[63] = 7;
	id[64] = 3;
	id[76] = 0x0706; /* serial, 1.5 and 3 Gbit/s */
	id[80] = 0x00f0;
	id[82] = 0x0020;
	id[83] = 0x7400;
	id[84] = 0x4000;
	id[85] = 0x0020;
	id[86] = 0x3400;
	id[87] = 0x4000;
	id[88] = 0x003f;
	put64(id + 100, sim->sectors);
	id[105] = 1;
	id[169] = 1;
}

void sim_ahci_cd(struct sim_ahci *sim)
{
	sim->packet = true;
	sim->sig = AHCI_SIG_PACKET;
	sim->tfd = 0;
	sim->packet_bytes = SIM_FOREVER;
	sim_ahci_identity(sim);
}

void sim_ahci_pattern(u64 lba, u8 *out)
{
	for (unsigned int i = 0; i < 512; i++)
		out[i] = (u8)(lba * 11 + (lba >> 8) * 5 + (lba >> 29) + i);
}

/* ---- data ---- */

static void move(struct cursor *c, u8 *data, u32 bytes, bool in)
{
	u32 entries = c->head[0] >> AHCI_HEAD_PRDTL;

	while (bytes && c->prd < entries) {
		u32 *prd = (u32 *)(c->table + AHCI_TABLE_PRD) + 4 * c->prd;
		u32 room = (prd[3] & 0x3fffff) + 1 - c->offset, part = min(bytes, room);
		u8 *at = (u8 *)memory_at(prd[0]) + c->offset;

		if (prd[0] & 1 || !(prd[3] & 1) || prd[1])
			wrong(c->sim, "a table entry at an odd place or of odd size");
		memcpy(in ? at : data, in ? data : at, part);
		data += part;
		bytes -= part;
		c->offset += part;
		c->moved += part;
		if (part == room) {
			c->prd++;
			c->offset = 0;
		}
	}
	c->head[1] = c->moved;
}

/* ---- ends ---- */

static void end(struct sim_ahci *sim, const struct fis *f, u8 status, u8 error, u64 lba)
{
	u8 fis[20] = { FIS_D2H, 0x40, status, error };

	if (status & ATA_STATUS_ERR) {
		for (unsigned int i = 0; i < 3; i++) {
			fis[4 + i] = (u8)(lba >> 8 * i);
			fis[8 + i] = (u8)(lba >> (24 + 8 * i));
		}
		fis[7] = (u8)((f->device & 0xf0) | (lba >> 24 & 15));
	}
	memcpy((u8 *)memory_at(sim->fb) + AHCI_RX_D2H, fis, sizeof(fis));
	sim->tfd = (u32)error << 8 | status;
	/* The slot stays set when there was an error. */
	if (!(status & ATA_STATUS_ERR))
		sim->ci &= ~1u;
	if (status & ATA_STATUS_ERR && sim->cr_sticks_on_error)
		sim->stuck_cr = true;
	sim_ahci_event(sim, AHCI_INT_D2H | (status & ATA_STATUS_ERR ? AHCI_INT_TFES : 0));
}

static void good(struct sim_ahci *sim, const struct fis *f)
{
	end(sim, f, ATA_STATUS_DRDY | ATA_STATUS_DSC, 0, 0);
}

static void aborted(struct sim_ahci *sim, const struct fis *f)
{
	end(sim, f, ATA_STATUS_DRDY | ATA_STATUS_ERR, ATA_ERROR_ABRT, 0);
}

/* ---- commands ---- */

static bool is_bad(const struct sim_ahci *sim, u64 lba)
{
	for (unsigned int i = 0; i < sim->bad_count; i++)
		if (sim->bad[i] == lba)
			return true;
	return false;
}

static void media_error(struct sim_ahci *sim, const struct fis *f, u64 lba)
{
	u8 status = ATA_STATUS_DRDY | ATA_STATUS_ERR;

	if (sim->junk_with_error)
		status |= ATA_STATUS_DRQ;
	if (sim->bad_is_abort)
		end(sim, f, status, ATA_ERROR_ABRT, 0);
	else
		end(sim, f, status, ATA_ERROR_UNC, lba);
}

static void get_sector(struct sim_ahci *sim, u64 lba, u8 *out)
{
	if (lba < SIM_AHCI_STORE)
		memcpy(out, sim->store[lba], 512);
	else
		sim_ahci_pattern(lba, out);
}

static void read_write(struct sim_ahci *sim, struct cursor *c, const struct fis *f, bool ext,
		       bool write)
{
	u64 lba = f->lbal | f->lbam << 8 | f->lbah << 16;
	u32 count = f->nsect;
	u8 sector[512];

	if (ext) {
		lba |= (u64)f->hob_lbal << 24 | (u64)f->hob_lbam << 32 | (u64)f->hob_lbah << 40;
		count |= (u32)f->hob_nsect << 8;
	} else {
		lba |= (u64)(f->device & 15) << 24;
	}
	if (!count)
		count = ext ? 65536 : 256;
	if (!(f->device & ATA_DEVICE_LBA))
		wrong(sim, "no LBA");
	if (write != !!(c->head[0] & AHCI_HEAD_WRITE))
		wrong(sim, "direction");
	for (u32 i = 0; i < count; i++, lba++) {
		if (is_bad(sim, lba) || lba >= sim->sectors) {
			media_error(sim, f, lba);
			return;
		}
		if (!write)
			get_sector(sim, lba, sector);
		if (c->prd == c->head[0] >> AHCI_HEAD_PRDTL) {
			wrong(sim, "more sectors than the table has room for");
			break;
		}
		move(c, sector, 512, !write);
		if (write && lba < SIM_AHCI_STORE)
			memcpy(sim->store[lba], sector, 512);
	}
	good(sim, f);
}

static void identify(struct sim_ahci *sim, struct cursor *c, const struct fis *f)
{
	if (sim->packet != (f->command == ATA_CMD_IDENTIFY_PACKET)) {
		aborted(sim, f);
		return;
	}
	move(c, (u8 *)sim->id, 512, true);
	sim->tfd = ATA_STATUS_DRDY | ATA_STATUS_DSC;
	sim->ci &= ~1u;
	/* PIO into memory: its setup FIS is all that comes. */
	((u8 *)memory_at(sim->fb))[AHCI_RX_PIO] = FIS_PIO;
	sim_ahci_event(sim, AHCI_INT_PIO);
}

static void do_packet(struct sim_ahci *sim, struct cursor *c, const struct fis *f)
{
	u8 data[2048];

	memcpy(sim->cdb, c->table + AHCI_TABLE_PACKET, 16);
	if (!(c->head[0] & AHCI_HEAD_ATAPI))
		wrong(sim, "a packet without the bit for it");
	if (sim->sense_key && sim->cdb[0] != 3) {
		end(sim, f, ATA_STATUS_DRDY | ATA_STATUS_ERR, (u8)(sim->sense_key << 4), 0);
		return;
	}
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i * 3 + sim->cdb[0]);
	if (c->head[0] & AHCI_HEAD_WRITE)
		move(c, sim->store[0], 512, false);
	else
		move(c, data, min_t(u32, sim->packet_bytes, sizeof(data)), true);
	good(sim, f);
}

static void data_set(struct sim_ahci *sim, struct cursor *c, const struct fis *f)
{
	u8 block[512];

	if (f->feature != ATA_DSM_TRIM || f->hob_feature || f->nsect != 1 || f->hob_nsect ||
	    !(c->head[0] & AHCI_HEAD_WRITE))
		wrong(sim, "data set management");
	move(c, block, sizeof(block), false);
	if (sim_trim_take(&sim->trim, block, sim->sectors))
		good(sim, f);
	else
		aborted(sim, f);
}

static void execute(struct sim_ahci *sim, struct cursor *c, const struct fis *f)
{
	switch (f->command) {
	case ATA_CMD_IDENTIFY:
	case ATA_CMD_IDENTIFY_PACKET:
		identify(sim, c, f);
		break;
	case ATA_CMD_READ_DMA:
	case ATA_CMD_READ:
		read_write(sim, c, f, false, false);
		break;
	case ATA_CMD_READ_DMA_EXT:
	case ATA_CMD_READ_EXT:
		read_write(sim, c, f, true, false);
		break;
	case ATA_CMD_WRITE_DMA:
	case ATA_CMD_WRITE:
		read_write(sim, c, f, false, true);
		break;
	case ATA_CMD_WRITE_DMA_EXT:
	case ATA_CMD_WRITE_EXT:
		read_write(sim, c, f, true, true);
		break;
	case ATA_CMD_DSM:
		data_set(sim, c, f);
		break;
	case ATA_CMD_PACKET:
		do_packet(sim, c, f);
		break;
	case ATA_CMD_SET_FEATURES:
	case ATA_CMD_FLUSH:
	case ATA_CMD_FLUSH_EXT:
		good(sim, f);
		break;
	default:
		aborted(sim, f);
	}
}

/* ---- faults of the transport ---- */

static bool strikes(int *count)
{
	if (!*count)
		return false;
	if (*count != SIM_FOREVER)
		--*count;
	return true;
}

static bool is_data(const struct fis *f)
{
	return f->command != ATA_CMD_IDENTIFY && f->command != ATA_CMD_SET_FEATURES;
}

static bool transport_fault(struct sim_ahci *sim, const struct fis *f)
{
	u32 slow = sim->fast_link_only_fails;

	if (sim->unplugged) {
		sim->absent = true;
		sim->ssts = SATA_DET_NONE;
		sim->serr |= 1u << 16;
		sim_ahci_event(sim, AHCI_INT_PRCS);
		return true;
	}
	if (!is_data(f))
		return false;
	if (strikes(&sim->link_errors) || (slow && SATA_SPEED(sim->ssts) > slow)) {
		sim_ahci_event(sim, AHCI_INT_IFS);
		return true;
	}
	if (strikes(&sim->bus_errors)) {
		sim_ahci_event(sim, AHCI_INT_HBFS);
		return true;
	}
	if (strikes(&sim->crc_errors)) {
		end(sim, f, ATA_STATUS_DRDY | ATA_STATUS_ERR, ATA_ERROR_ICRC | ATA_ERROR_ABRT, 0);
		return true;
	}
	return strikes(&sim->hang);
}

void sim_ahci_complete(void *arg)
{
	struct sim_ahci *sim = arg;
	struct cursor c = { .sim = sim, .head = memory_at(sim->clb) };
	struct fis f;

	if (!(sim->ci & 1))
		return;
	c.table = memory_at(c.head[2]);
	memcpy(&f, c.table, sizeof(f));
	if (f.type != FIS_H2D || f.flags != FIS_COMMAND || (c.head[0] & 31) != 5 || c.head[2] & 127)
		wrong(sim, "command header");
	if (c.head[0] >> AHCI_HEAD_PRDTL > AHCI_PRDS)
		wrong(sim, "more entries than the table has room for");
	sim->commands[f.command]++;
	sim->last_device = f.device;
	if (transport_fault(sim, &f))
		return;
	if (sim->harmless_ifs)
		sim_ahci_event(sim, AHCI_INT_IFS);
	execute(sim, &c, &f);
}
