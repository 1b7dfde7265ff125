/* The drive of sim_cd.h. */
#include <string.h>
#include "sim_cd.h"
#include "../scsi_cdb.h"

static bool check(struct sim_cd *cd, u8 key, u8 asc, u8 ascq)
{
	cd->sense[0] = key;
	cd->sense[1] = asc;
	cd->sense[2] = ascq;
	sim_cd_fail(cd->d, key);
	return true;
}

static bool reply(struct sim_cd *cd, const void *data, u32 have, u32 asked)
{
	u32 n = min(have, asked);

	if (data)
		memcpy(cd->d->data, data, n);
	sim_cd_reply(cd->d, n);
	return true;
}

void sim_cd_pattern(const struct sim_cd *cd, u32 lba, u8 *out)
{
	if (cd->block_bytes == 512 && lba < SIM_CD_STORE) {
		memcpy(out, cd->store[lba], 512);
		return;
	}
	for (u32 i = 0; i < cd->block_bytes; i++)
		out[i] = (u8)(lba * 7 + i * 3 + (i >> 8) + cd->disc * 101);
}

void sim_cd_attend(struct sim_cd *cd, u8 key, u8 asc, u8 ascq)
{
	u8 *a = cd->attention[cd->attentions++];

	a[0] = key, a[1] = asc, a[2] = ascq;
}

void sim_cd_insert(struct sim_cd *cd, u8 disc, u32 blocks)
{
	cd->present = true;
	cd->tray_open = false;
	cd->disc = disc;
	cd->blocks = blocks;
	sim_cd_attend(cd, 6, 0x28, 0);
}

void sim_cd_remove(struct sim_cd *cd)
{
	cd->present = false;
	cd->blocks = 0;
}

/* ---- is it ready? true: the command has failed ---- */

static u64 now_us(const struct sim_cd *cd)
{
	return cd->d->sim->bus.now_ns / 1000;
}

static bool take_attention(struct sim_cd *cd, u8 first[3])
{
	if (!cd->attentions)
		return false;
	memcpy(first, cd->attention[0], 3);
	memmove(cd->attention[0], cd->attention[1], sizeof(cd->attention) - 3);
	cd->attentions--;
	return true;
}

static bool tell_attention(struct sim_cd *cd)
{
	u8 first[3];

	return take_attention(cd, first) && check(cd, first[0], first[1], first[2]);
}

static bool not_ready(struct sim_cd *cd)
{
	if (!cd->present)
		return check(cd, 2, 0x3A, cd->tray_open ? 2 : cd->empty_ascq);
	if (cd->wants_start)
		return check(cd, 2, 0x04, 0x02);
	if (now_us(cd) < cd->ready_at_us)
		return check(cd, 2, cd->not_ready[0] ? cd->not_ready[0] : 0x04,
			     cd->not_ready[0] ? cd->not_ready[1] : 0x01);
	return false;
}

/* ---- blocks ---- */

static bool is_bad(const struct sim_cd *cd, u32 lba)
{
	for (unsigned int i = 0; i < cd->bad_count; i++)
		if (cd->bad[i] == lba)
			return true;
	return false;
}

static bool meet_bad(struct sim_cd *cd, u32 lba)
{
	if (cd->hang_block > 0) {
		cd->hang_block--;
		cd->d->status = ATA_STATUS_BSY;
		return true; /* and nothing more is heard */
	}
	if (cd->bad_tries <= 0)
		return false;
	cd->bad_tries--;
	cd->sense_info = cd->tell_block;
	cd->info = lba;
	return check(cd, 3, 0x11, 0x05);
}

static void change_medium(struct sim_cd *cd)
{
	if (cd->change_in_reads && !--cd->change_in_reads)
		sim_cd_insert(cd, (u8)(cd->disc + 1), cd->blocks);
}

static bool read_blocks(struct sim_cd *cd, u32 lba, u32 count)
{
	u32 early = cd->early_end > 0 && cd->early_end-- ? 1 : 0;

	cd->largest = max(cd->largest, count * cd->block_bytes);
	for (u32 i = 0; i < count; i++) {
		if (lba + i >= cd->blocks)
			return check(cd, 5, 0x21, 0);
		if (is_bad(cd, lba + i) && meet_bad(cd, lba + i))
			return true;
		sim_cd_pattern(cd, lba + i, cd->d->data + i * cd->block_bytes);
	}
	cd->blocks_read += count;
	return reply(cd, NULL, (count - early) * cd->block_bytes, ~0u);
}

static bool write_blocks(struct sim_cd *cd, u32 lba, u32 count)
{
	if (cd->protected)
		return check(cd, 7, 0x27, 0);
	if (lba + count > cd->blocks)
		return check(cd, 5, 0x21, 0);
	return reply(cd, NULL, count * cd->block_bytes, ~0u);
}

static void written(struct sim_drive *d)
{
	struct sim_cd *cd = d->scsi_private;

	if (d->cdb[0] == SCSI_WRITE_10)
		memcpy(cd->store[get_be32(d->cdb + 2)], d->data, d->len);
	else if (d->cdb[0] == SCSI_MODE_SELECT_10 && d->data[7] == 8 && !cd->refuses_select)
		cd->block_bytes = get_be32(d->data + 12);
	else if (d->cdb[0] == SCSI_MODE_SELECT_10 && d->data[8] == SCSI_PAGE_AUDIO)
		for (unsigned int i = 0; i < 4; i++)
			cd->volume[i] = d->data[8 + 9 + 2 * i];
}

/* ---- answers ---- */

static bool answer_sense(struct sim_cd *cd, u32 asked)
{
	u8 data[18] = { 0x70, [7] = 10 };

	if (!cd->sense[0])
		(void)take_attention(cd, cd->sense);
	data[2] = cd->sense[0];
	data[12] = cd->sense[1];
	data[13] = cd->sense[2];
	if (cd->sense_info) {
		data[0] |= 0x80;
		put_be32(data + 3, cd->info);
	}
	memset(cd->sense, 0, 3);
	cd->sense_info = false;
	cd->d->sense_key = 0;
	return reply(cd, data, sizeof(data), asked);
}

static bool answer_inquiry(struct sim_cd *cd, u32 asked)
{
	u8 data[36] = { cd->d->id[0] >> 8 & 0x1F, 0x80, 0, 0x21, 31 };

	memcpy(data + 8, "OLDIRON SIMULATED CD    1.00", 28);
	return reply(cd, data, sizeof(data), asked);
}

static bool answer_capacity(struct sim_cd *cd)
{
	u8 data[8];

	put_be32(data, (cd->capacity_blocks ? cd->capacity_blocks : cd->blocks) - 1);
	put_be32(data + 4, cd->block_bytes);
	return reply(cd, data, 8, 8);
}

static bool answer_mode(struct sim_cd *cd, u8 page, u32 asked)
{
	u8 data[32] = { 0, 26, 0, cd->protected ? 0x80 : 0 };

	data[8] = page;
	data[9] = 18;
	if (page == SCSI_PAGE_CAPABILITIES) {
		data[12] = 0x71, data[13] = 0x61, data[14] = 0x29;
		put_be16(data + 16, 706);
	} else if (page == SCSI_PAGE_AUDIO) {
		for (unsigned int i = 0; i < 4; i++)
			data[8 + 9 + 2 * i] = cd->volume[i];
	}
	return reply(cd, data, 28, asked);
}

/* A data track, an audio track. */
static bool answer_toc(struct sim_cd *cd, u32 asked)
{
	u8 data[28] = { 0, 26, 1, 2, 0, 0x14, 1, 0, [13] = 0x10, 2, [21] = 0x10, 0xAA };
	const u32 at[3] = { 0, cd->blocks / 2, cd->blocks };

	for (unsigned int i = 0; i < 3; i++) {
		u32 f = at[i] + 150;

		data[9 + 8 * i] = (u8)(f / 4500);
		data[10 + 8 * i] = (u8)(f / 75 % 60);
		data[11 + 8 * i] = (u8)(f % 75);
	}
	if (cd->d->cdb[2] == SCSI_TOC_SESSIONS) {
		data[3] = cd->last_session ? 2 : 1;
		put_be32(data + 8, cd->last_session);
	}
	return reply(cd, data, sizeof(data), asked);
}

static bool answer_event(struct sim_cd *cd, u32 asked)
{
	u8 data[8] = { 0, 6, 4, 0x10, 0, (u8)(cd->tray_open | cd->present << 1) };

	return reply(cd, data, sizeof(data), asked);
}

static bool start_stop(struct sim_cd *cd, u8 what)
{
	if (what == SCSI_EJECT && cd->locked)
		return check(cd, 5, 0x53, 2);
	if (what == SCSI_EJECT) {
		cd->tray_open = true;
		sim_cd_remove(cd);
	}
	if (what == SCSI_CLOSE)
		cd->tray_open = false;
	cd->wants_start = false;
	return reply(cd, NULL, 0, 0);
}

static bool is_unknown(const struct sim_cd *cd, u8 operation)
{
	for (unsigned int i = 0; i < cd->unknown_count; i++)
		if (cd->unknown[i] == operation)
			return true;
	return false;
}

/* Commands that are answered in any state. */
static bool always(struct sim_cd *cd, const u8 *c, bool *taken)
{
	*taken = true;
	switch (c[0]) {
	case SCSI_REQUEST_SENSE:
		return answer_sense(cd, c[4]);
	case SCSI_INQUIRY:
		return answer_inquiry(cd, c[4]);
	case SCSI_GET_EVENT:
		if (!is_unknown(cd, c[0]))
			return answer_event(cd, c[8]);
		break;
	default:
		break;
	}
	*taken = false;
	return false;
}

static bool without_medium(struct sim_cd *cd, const u8 *c, bool *taken)
{
	*taken = true;
	switch (c[0]) {
	case SCSI_START_STOP:
		return start_stop(cd, c[4]);
	case SCSI_PREVENT_REMOVAL:
		cd->locked = c[4] & 1;
		return reply(cd, NULL, 0, 0);
	case SCSI_MODE_SENSE_10:
		return answer_mode(cd, c[2], get_be16(c + 7));
	case SCSI_MODE_SELECT_10:
		cd->d->out = true;
		return cd->refuses_select ? check(cd, 5, 0x26, 0)
					  : reply(cd, NULL, get_be16(c + 7), ~0u);
	case SCSI_SET_SPEED:
		cd->speed = get_be16(c + 2);
		return reply(cd, NULL, 0, 0);
	default:
		*taken = false;
		return false;
	}
}

static bool with_medium(struct sim_cd *cd, const u8 *c)
{
	switch (c[0]) {
	case SCSI_READ_10:
		return read_blocks(cd, get_be32(c + 2), get_be16(c + 7));
	case SCSI_WRITE_10:
		return write_blocks(cd, get_be32(c + 2), get_be16(c + 7));
	case SCSI_READ_CAPACITY:
		return answer_capacity(cd);
	case SCSI_READ_TOC:
		return answer_toc(cd, get_be16(c + 7));
	case SCSI_PLAY_AUDIO_MSF:
		memcpy(cd->play, c + 3, 6);
		return reply(cd, NULL, 0, 0);
	case SCSI_TEST_UNIT_READY:
	case SCSI_SYNC_CACHE:
		return reply(cd, NULL, 0, 0);
	default:
		return check(cd, 5, 0x20, 0);
	}
}

static bool scsi(struct sim_drive *d)
{
	struct sim_cd *cd = d->scsi_private;
	const u8 *c = d->cdb;
	bool taken;

	cd->count[c[0]]++;
	d->out = c[0] == SCSI_WRITE_10;
	if (always(cd, c, &taken))
		return true;
	if (c[0] == SCSI_READ_10)
		change_medium(cd);
	if (tell_attention(cd))
		return true;
	if (is_unknown(cd, c[0]))
		return check(cd, 5, 0x20, 0);
	if (without_medium(cd, c, &taken))
		return true;
	return not_ready(cd) || with_medium(cd, c);
}

void sim_cd_attach(struct sim_cd *cd, struct sim_ata *sim, unsigned int unit)
{
	memset(cd, 0, sizeof(*cd));
	sim_ata_cd(sim, unit);
	cd->d = &sim->drive[unit];
	cd->d->scsi = scsi;
	cd->d->scsi_written = written;
	cd->d->scsi_private = cd;
	cd->block_bytes = 2048;
	cd->bad_tries = SIM_FOREVER;
	/* As after power-on. */
	sim_cd_attend(cd, 6, 0x29, 0);
}

void sim_cd_make_disk(struct sim_cd *cd, u32 blocks)
{
	cd->d->id[0] = 0x8080;
	cd->block_bytes = 512;
	sim_cd_insert(cd, 0, blocks);
}
