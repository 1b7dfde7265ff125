/* atapi_alone.c - packet commands by the driver's core. */
#include <drivers/ata/scsi_cdb.h>
#include <errno.h>
#include <string.h>
#include "ahci_session.h"
#include "atapi.h"

#define COMMAND_US 10000000u

struct alone {
	struct packet_drive drive;
	struct ata_device *dev;
};

static int send_packet(struct ata_device *dev, const u8 cdb[16], void *data, u32 bytes,
		       struct ata_packet *p)
{
	struct ata_session *s = container_of(dev->ch, struct ata_session, ch);
	struct ata_session_buffer b;
	struct ata_piece piece;
	struct ata_buffer buf;
	int err;

	*p = (struct ata_packet){ .timeout_us = COMMAND_US, .no_dma = true };
	memcpy(p->cdb, cdb, sizeof(p->cdb));
	ata_buffer_init(&buf, &piece, data, bytes);
	/* A port has no other way than its own memory. */
	if (dev->ch->transport && ata_session_buffer(s, &b, bytes))
		return -EAGAIN;
	if (bytes)
		p->buffer = dev->ch->transport ? &b.buf : &buf;
	err = ata_packet(dev, p);
	if (dev->ch->transport && bytes)
		memcpy(data, s->memory.addr + DMA_PAGE, min(p->bytes, bytes));
	p->buffer = NULL;
	return err;
}

static int command(struct packet_drive *d, const u8 cdb[16], void *data, u32 bytes, u32 *done)
{
	struct alone *a = container_of(d, struct alone, drive);
	struct ata_packet p;
	u8 ask[16];
	int err = send_packet(a->dev, cdb, data, bytes, &p);

	d->sense_bytes = 0;
	if (done)
		*done = p.bytes;
	if (!err || !p.sense_needed)
		return err;
	scsi_cdb_short(ask, SCSI_REQUEST_SENSE, sizeof(d->sense));
	memset(d->sense, 0, sizeof(d->sense));
	if (!send_packet(a->dev, ask, d->sense, sizeof(d->sense), &p))
		d->sense_bytes = (u8)p.bytes;
	return -EIO;
}

static unsigned int test_units(struct ata_session *s, void *ctx)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < 2; i++) {
		struct alone a = {
			.drive = { .run = s->run, .subject = s->unit[i], .command = command },
			.dev = &s->ch.dev[i]
		};

		if (a.dev->kind != ATA_PACKET)
			continue;
		found++;
		packet_test(&a.drive);
		if (a.dev->gone)
			note_number(s->run, s->unit[i], "given-up", 1, "");
	}
	return found;
}

static unsigned int test_channel(struct probe_run *run, struct ata_place *at)
{
	struct ata_session s;
	unsigned int found = 0;

	if (at->off || host_owner(run->host, at->base))
		return 0;
	probe_step(run, "%s: looking for drives", at->name);
	if (!ata_session_open(&s, at, run))
		found = test_units(&s, NULL);
	ata_session_close(&s);
	return found;
}

unsigned int packet_test_alone(struct probe_run *run)
{
	struct ata_places places;
	unsigned int found = 0;

	ata_places_find(&places, run->host, false);
	for (unsigned int i = 0; i < places.count; i++)
		found += test_channel(run, &places.at[i]);
	ata_places_free(&places);
	return found + ahci_each(run, false, test_units, NULL);
}
