/* A port of an AHCI controller in a probe's hands; see ahci_session.h. */
#include "ahci_session.h"
#include <drivers/ata/ahci_internal.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ATA_UDMA_ALL 0x7f /* what a serial link carries */

/* There is nothing to program, and all modes work. */
static bool set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	return true;
}
static const struct ata_chip_ops port_ops = { .set_mode = set_mode };

static void take_note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	struct ata_session *s = container_of(ch, struct ata_session, ch);

	note_text(s->run, s->unit[0], "note", "%s", text);
}

static void keep(struct ata_session *s)
{
	static const u16 registers[AHCI_KEPT] = { AHCI_CLB, AHCI_CLBU, AHCI_FB, AHCI_FBU,
						  AHCI_PIE };

	for (unsigned int i = 0; i < AHCI_KEPT; i++)
		s->kept[i] = (struct ahci_kept){ registers[i], ahci_read(&s->port, registers[i]) };
}

static void set_up(struct ata_session *s, const struct ahci_access *a)
{
	bool as_driver = s->run->options->class >= CLASS_R2;

	s->ch = (struct ata_channel){ .hw = &s->run->host->hw,
				      .note = take_note,
				      .flags = as_driver ? 0 : ATA_CH_AS_FOUND | ATA_CH_NO_DMA,
				      .chip = as_driver ? &port_ops : NULL,
				      .pio_max = 4,
				      .udma_mask = ATA_UDMA_ALL,
				      .cable80 = true };
	(void)snprintf(s->ch.name, sizeof(s->ch.name), "%s", a->subject);
	ata_channel_init(&s->ch);
	s->port = (struct ahci_port){ .ch = &s->ch,
				      .io = a->io,
				      .number = (u8)a->number,
				      .cap = a->cap,
				      .quirks = a->quirks };
}

/* The port's own page, a bounce page, and those for data, which need not be in a row. */
static int give_memory(struct ata_session *s)
{
	int err = dma_memory_get(&s->memory, ATA_SESSION_BOUNCE + 1, &s->no_dma);

	if (err)
		return err;
	s->port.memory = s->memory.addr;
	s->port.memory_phys = s->memory.phys[0];
	s->port.bounce = s->memory.addr + ATA_SESSION_BOUNCE * DMA_PAGE;
	s->port.bounce_phys = s->memory.phys[ATA_SESSION_BOUNCE];
	s->port.bounce_bytes = DMA_PAGE;
	return 0;
}

int ahci_session_open(struct ata_session *s, const struct ahci_access *a, struct probe_run *run)
{
	u64 begin = hw_now_us(&run->host->hw);
	int err;

	memset(s, 0, sizeof(*s));
	s->run = run;
	(void)snprintf(s->unit[0], sizeof(s->unit[0]), "%s", a->subject);
	set_up(s, a);
	err = give_memory(s);
	if (err)
		return err;
	keep(s);
	ahci_port_init(&s->port);
	err = ata_detect(&s->ch, NULL);
	s->detect_us = hw_now_us(&run->host->hw) - begin;
	if (!err)
		ata_set_modes(&s->ch);
	return err;
}

bool ahci_session_close(struct ata_session *s)
{
	if (!s->memory.addr)
		return true;
	/* Memory that it may still write to is not given back: the caller resets the controller. */
	if (!ahci_port_quiet(&s->port))
		return false;
	for (unsigned int i = 0; i < AHCI_KEPT; i++)
		ahci_write(&s->port, s->kept[i].reg, s->kept[i].value);
	dma_memory_put(&s->memory);
	return true;
}
