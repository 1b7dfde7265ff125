/*
 * ahci_adapters.c - the AHCI controllers of a machine, one after the other: from the BIOS, their
 * ports, and back.
 *
 * Source: Serial ATA AHCI 1.3.1, 2.1 (PCI), 3.1.2 (HBA reset).
 */
#include <drivers/ata/pci_ahci.h>
#include <drivers/pci/pci_reg.h>
#include <stdio.h>
#include "ahci_session.h"
#include "pci_view.h"

#define ABAR	  (PCI_REG_BAR0 + 4 * 5)
#define RESET_US  1000000u
#define BUDGET_US 30000000u /* no further port is begun then: dead drives are waited for */

struct adapter {
	struct probe_run *run;
	struct pci_view *view;
	const struct pci_seen *fn;
	const struct ahci_chip *chip;
	char name[8]; /* "ahci0" */
	volatile u8 *base;
	struct ahci_io io;
	struct ahci_controller controller;
	u32 ghc; /* as it was */
	u16 command;
	bool lost; /* a port of it does not stop */
	bool poor; /* there is no memory for its ports */
};

static volatile u32 *register_at(struct ahci_io *io, u32 offset)
{
	return (volatile u32 *)(container_of(io, struct adapter, io)->base + offset);
}

static u32 mmio_read(struct ahci_io *io, u32 offset)
{
	return *register_at(io, offset);
}

static void mmio_write(struct ahci_io *io, u32 offset, u32 value)
{
	*register_at(io, offset) = value;
}

static bool is_adapter(const struct pci_seen *fn)
{
	u16 vendor = pci_seen16(fn, PCI_REG_VENDOR), device = pci_seen16(fn, PCI_REG_DEVICE);
	u32 class = pci_seen32(fn, PCI_REG_REVISION) >> 8;

	for (const struct pci_id *id = ahci_ids; id->vendor; id++)
		if ((id->vendor == PCI_ANY || id->vendor == vendor) &&
		    (id->device == PCI_ANY || id->device == device) &&
		    (class & id->class_mask) == id->class)
			return true;
	return false;
}

/* ---- from the BIOS, and back ---- */

static const char *open_adapter(struct adapter *a)
{
	u32 bar = pci_seen32(a->fn, ABAR);

	a->command = pci_seen16(a->fn, PCI_REG_COMMAND);
	if (!(a->command & PCI_COMMAND_MEMORY))
		return "the BIOS switched it off";
	if (bar & PCI_BAR_RAW_IO || !(bar & PCI_BAR_MEMORY_MASK))
		return "the BIOS gave it no memory";
	a->base = host_map(a->run->host, bar & PCI_BAR_MEMORY_MASK, AHCI_BAR_BYTES);
	if (!a->base)
		return "this system does not let programs at its registers (/dev/mem)";
	a->io = (struct ahci_io){ mmio_read, mmio_write };
	a->ghc = mmio_read(&a->io, AHCI_GHC);
	a->controller = (struct ahci_controller){ .io = &a->io,
						  .hw = &a->run->host->hw,
						  .ports_allowed = a->chip->ports };
	pci_view_write(a->view, a->fn, PCI_REG_COMMAND, 2, a->command | PCI_COMMAND_MASTER);
	return ahci_controller_init(&a->controller) ? "it does not answer" : NULL;
}

/* Whatever its ports were about to do is not done then. */
static void reset(struct adapter *a)
{
	struct hw *hw = &a->run->host->hw;
	u64 begin = hw_now_us(hw);

	mmio_write(&a->io, AHCI_GHC, mmio_read(&a->io, AHCI_GHC) | AHCI_GHC_RESET);
	while (mmio_read(&a->io, AHCI_GHC) & AHCI_GHC_RESET && hw_now_us(hw) - begin < RESET_US)
		hw_sleep_us(hw, AHCI_LINK_STEP_US);
}

static void close_adapter(struct adapter *a)
{
	if (!a->base)
		return;
	if (a->lost)
		reset(a);
	else
		mmio_write(&a->io, AHCI_GHC, a->ghc);
	pci_view_write(a->view, a->fn, PCI_REG_COMMAND, 2, a->command);
	host_unmap(a->base, AHCI_BAR_BYTES);
}

/* ---- ports ---- */

static void note_left(struct adapter *a, const char *subject, const char *why)
{
	note_text(a->run, subject, "note", "left alone: %s", why);
}

static unsigned int look_at_port(struct adapter *a, unsigned int port, const char *subject,
				 bool tell, unsigned int (*look)(struct ata_session *s, void *ctx),
				 void *ctx)
{
	struct ahci_access access = { .io = &a->io,
				      .cap = a->controller.cap,
				      .quirks = a->chip->quirks,
				      .number = port,
				      .subject = subject };
	struct ata_session s;
	unsigned int found = 0;

	probe_step(a->run, "%s: looking for a drive", subject);
	if (!ahci_session_open(&s, &access, a->run))
		found = look(&s, ctx);
	else
		a->poor = !s.memory.addr;
	if (a->poor && tell)
		note_left(a, a->name, s.no_dma);
	a->lost = !ahci_session_close(&s);
	return found;
}

static unsigned int look_at_ports(struct adapter *a, unsigned int first, u64 until, bool tell,
				  unsigned int (*look)(struct ata_session *s, void *ctx), void *ctx)
{
	unsigned int found = 0;
	char subject[16];

	for (unsigned int i = 0; i < AHCI_PORTS_MAX && !a->lost && !a->poor; i++) {
		if (!(a->controller.ports & 1u << i))
			continue;
		(void)snprintf(subject, sizeof(subject), "sata%u", first + i);
		if (hw_now_us(&a->run->host->hw) >= until) {
			if (tell)
				note_left(a, subject, "others took too long");
			continue;
		}
		found += look_at_port(a, i, subject, tell, look, ctx);
	}
	return found;
}

static void tell_adapter(struct adapter *a, const char *why)
{
	note_text(a->run, a->name, "controller", "%s %s", a->chip->name, a->fn->name);
	if (why) {
		note_left(a, a->name, why);
		return;
	}
	note_number(a->run, a->name, "version", a->controller.version, "");
	note_number(a->run, a->name, "ports", a->controller.ports, "");
}

/* The number behind its last port's: the driver counts so, whether there are drives or not. */
static unsigned int next_number(const struct adapter *a, unsigned int first)
{
	unsigned int next = first;

	for (unsigned int i = 0; i < AHCI_PORTS_MAX; i++)
		if (a->controller.ports & 1u << i)
			next = first + i + 1;
	return next;
}

unsigned int ahci_each(struct probe_run *run, bool tell,
		       unsigned int (*look)(struct ata_session *s, void *ctx), void *ctx)
{
	u64 until = hw_now_us(&run->host->hw) + BUDGET_US;
	unsigned int found = 0, number = 0, first = 0;
	struct pci_view view = { .about = NULL };

	if (!run->host->alone || pci_view_open(&view, run->host, NULL))
		return 0;
	for (size_t i = 0; i < view.count; i++) {
		const struct pci_seen *fn = &view.fn[i];
		struct adapter a = { .run = run, .view = &view, .fn = fn };
		const char *why;

		if (!is_adapter(fn))
			continue;
		a.chip = ahci_chip_find(pci_seen16(fn, PCI_REG_VENDOR),
					pci_seen16(fn, PCI_REG_DEVICE));
		(void)snprintf(a.name, sizeof(a.name), "ahci%u", number++ % 100);
		probe_step(run, "%s: %s", a.name, fn->name);
		why = open_adapter(&a);
		if (tell)
			tell_adapter(&a, why);
		if (!why)
			found += look_at_ports(&a, first, until, tell, look, ctx);
		first = next_number(&a, first);
		close_adapter(&a);
	}
	pci_view_close(&view);
	return found;
}
