/* A channel in a probe's hands; see ata_session.h. */
#include "ata_session.h"
#include <drivers/pci/pci_reg.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void take_note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	struct ata_session *s = container_of(ch, struct ata_session, ch);

	note_text(s->run, dev ? s->unit[dev->unit] : s->place->name, "note", "%s", text);
}

/* ---- DMA ---- */

static const char *why_no_dma(struct ata_session *s)
{
	const char *why = NULL;

	if (!s->place->bm)
		return s->place->pci ? "the controller has no bus master" : "there is no PCI";
	if (!s->run->host->alone)
		return "drivers have the machine's memory";
	return dma_memory_get(&s->memory, 1 + ATA_SESSION_PAGES, &why) ? why : NULL;
}

static void prepare_dma(struct ata_session *s)
{
	struct ata_channel *ch = &s->ch;

	s->no_dma = why_no_dma(s);
	if (s->no_dma)
		return;
	ch->bm = s->place->bm;
	ch->prd = (u32 *)(void *)s->memory.addr;
	ch->prd_phys = s->memory.phys[0];
	ch->prd_max = DMA_PAGE / 8;
	s->command = pci_read16(s->place->pci, PCI_REG_COMMAND);
	pci_write16(s->place->pci, PCI_REG_COMMAND, s->command | PCI_COMMAND_MASTER);
}

/* ---- as the driver sets it up ---- */

static void prepare_chip(struct ata_session *s)
{
	struct ata_place *at = s->place;
	struct ide_controller *c = &s->controller;

	if (!at->chip || s->run->options->class < CLASS_R2)
		return;
	*c = (struct ide_controller){ .pci = at->pci,
				      .chip = at->chip,
				      .flags = at->chip->flags,
				      .ops = at->chip->ops,
				      .mwdma_mask = at->chip->mwdma_mask,
				      .udma_mask = at->chip->udma_mask,
				      .kind = at->chip->kind };
	if (at->chip->setup)
		at->chip->setup(c);
	s->channel = (struct ide_channel){ c, (u8)at->number };
	s->ch.chip = c->ops;
	s->ch.chip_data = &s->channel;
	s->ch.flags = c->flags | (c->ops ? 0 : ATA_CH_BIOS_DMA);
	s->ch.pio_max = at->chip->pio_max;
	s->ch.mwdma_mask = c->mwdma_mask;
	s->ch.udma_mask = c->udma_mask;
	s->ch.cable80 = at->chip->cable80 && at->chip->cable80(c, (u8)at->number);
}

int ata_session_open(struct ata_session *s, struct ata_place *place, struct probe_run *run)
{
	const struct probe_options *o = run->options;
	u64 begin = hw_now_us(&run->host->hw);
	int err;

	memset(s, 0, sizeof(*s));
	s->place = place;
	s->run = run;
	for (unsigned int i = 0; i < 2; i++)
		(void)snprintf(s->unit[i], sizeof(s->unit[i]), "%s.%u", place->name, i);
	s->ch = (struct ata_channel){ .hw = &run->host->hw,
				      .base = place->base,
				      .control = place->control,
				      .flags = place->flags,
				      .note = take_note };
	(void)snprintf(s->ch.name, sizeof(s->ch.name), "%s", place->name);
	prepare_chip(s);
	prepare_dma(s);
	ata_channel_init(&s->ch);
	if (!o->srst || o->class < CLASS_R2)
		s->ch.flags |= ATA_CH_AS_FOUND;
	err = ata_detect(&s->ch, NULL);
	s->detect_us = hw_now_us(&run->host->hw) - begin;
	if (o->class >= CLASS_R2)
		s->ch.flags &= ~(u32)ATA_CH_AS_FOUND;
	if (!err)
		ata_set_modes(&s->ch);
	return err;
}

void ata_session_close(struct ata_session *s)
{
	if (s->ch.dev[0].kind != ATA_NONE || s->ch.dev[1].kind != ATA_NONE)
		ata_enable_irq(&s->ch, true);
	if (!s->memory.addr)
		return;
	pci_write16(s->place->pci, PCI_REG_COMMAND, s->command);
	dma_memory_put(&s->memory);
}

/* ---- reading and writing ---- */

int ata_session_buffer(struct ata_session *s, struct ata_session_buffer *b, u32 bytes)
{
	const struct dma_memory *m = &s->memory;
	u32 part;

	b->buf = (struct ata_buffer){ .pieces = b->pieces, .bytes = bytes };
	if (bytes > ATA_SESSION_PAGES * DMA_PAGE || !dma_memory_check(m))
		return -EAGAIN;
	for (u32 done = 0; done < bytes; done += part, b->buf.count++) {
		part = min(DMA_PAGE, bytes - done);
		b->pieces[b->buf.count] = (struct ata_piece){ .addr = m->addr + DMA_PAGE + done,
							      .phys = m->phys[1 + b->buf.count],
							      .bytes = part };
	}
	return 0;
}

int ata_session_read_dma(struct ata_session *s, struct ata_device *dev, u64 lba, u32 sectors)
{
	struct ata_session_buffer b;
	u32 good;
	int err = ata_session_buffer(s, &b, sectors * dev->id.sector_bytes);

	return err ? err : ata_rw(dev, false, lba, sectors, &b.buf, &good);
}

int ata_session_read(struct ata_device *dev, u64 lba, u32 sectors, void *to)
{
	struct ata_session *s = container_of(dev->ch, struct ata_session, ch);
	struct ata_piece piece;
	struct ata_buffer buf;
	u32 good;
	int err;

	if (s->ch.transport) {
		err = ata_session_read_dma(s, dev, lba, sectors);
		if (!err)
			memcpy(to, s->memory.addr + DMA_PAGE, sectors * dev->id.sector_bytes);
		return err;
	}
	ata_buffer_init(&buf, &piece, to, sectors * dev->id.sector_bytes);
	return ata_rw(dev, false, lba, sectors, &buf, &good);
}

int ata_session_write(struct ata_device *dev, u64 lba, u32 sectors, const void *from)
{
	struct ata_session *s = container_of(dev->ch, struct ata_session, ch);
	u32 bytes = sectors * dev->id.sector_bytes, good;
	struct ata_session_buffer b;
	struct ata_piece piece;
	struct ata_buffer buf;
	int err = s->memory.addr ? ata_session_buffer(s, &b, bytes) : -EAGAIN;

	if (!err) {
		for (u32 i = 0; i < b.buf.count; i++)
			memcpy(b.pieces[i].addr, (const u8 *)from + (size_t)i * DMA_PAGE,
			       b.pieces[i].bytes);
		return ata_rw(dev, true, lba, sectors, &b.buf, &good);
	}
	if (s->ch.transport)
		return err;
	ata_buffer_init(&buf, &piece, (void *)(uintptr_t)from, bytes);
	return ata_rw(dev, true, lba, sectors, &buf, &good);
}
