/*
 * network.c - network cards: what there is. Nothing is sent, no card is started.
 *
 * A card's address (MAC) is noted, as identifying, where reading a port tells it and nothing has to
 * be written for that; beside drivers where the system tells it. An NE2000 on the ISA bus is looked
 * for only at a port that the user names: at other addresses its reset stops other cards.
 *
 * Source: hardware-notes 10; datasheets: RTL8139 6.1 (IDR), Am79C970A 8.1 (APROM), VT86C100A
 * (station address), DP8390 and NE2000's PROM by way of Linux, ne.c.
 */
#include <drivers/pci/pci_reg.h>
#include <stdio.h>
#include <string.h>
#include "pci_view.h"
#include "probe.h"

#define CLASS_NETWORK 0x02
#define MAC_BYTES     6u

/* Its address can be read at the start of the first range of ports. */
static const struct {
	u16 vendor, device;
} mac_at_ports[] = {
	{ 0x10EC, 0x8129 }, { 0x10EC, 0x8138 }, { 0x10EC, 0x8139 }, { 0x10EC, 0x8169 },
	{ 0x1186, 0x1300 }, { 0x1113, 0x1211 }, { 0x1022, 0x2000 }, { 0x1022, 0x2001 },
	{ 0x1106, 0x3043 }, { 0x1106, 0x3065 }, { 0x1106, 0x3106 }, { 0x1106, 0x3053 },
};

static void note_mac(struct probe_run *run, const char *subject, const u8 mac[MAC_BYTES])
{
	note_bytes(run, subject, "mac", mac, MAC_BYTES)->identifying = true;
}

/* ---- PCI ---- */

static bool tells_mac(const struct pci_seen *fn)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(mac_at_ports); i++)
		if (mac_at_ports[i].vendor == pci_seen16(fn, PCI_REG_VENDOR) &&
		    mac_at_ports[i].device == pci_seen16(fn, PCI_REG_DEVICE))
			return true;
	return false;
}

static void read_mac(struct probe_run *run, const struct pci_seen *fn)
{
	u32 bar = pci_seen32(fn, PCI_REG_BAR0);
	u8 mac[MAC_BYTES];

	if (!tells_mac(fn) || !(pci_seen16(fn, PCI_REG_COMMAND) & PCI_COMMAND_IO) ||
	    !(bar & PCI_BAR_RAW_IO) || bar > 0xffff || !(bar & PCI_BAR_IO_MASK))
		return;
	for (u16 i = 0; i < MAC_BYTES; i++)
		mac[i] = hw_in8(&run->host->hw, (u16)((bar & PCI_BAR_IO_MASK) + i));
	note_mac(run, fn->name, mac);
}

/* By the file of the interface that a driver made of it: the only one in that folder. */
static void ask_mac(struct probe_run *run, const struct pci_seen *fn)
{
	unsigned int part[MAC_BYTES];
	char command[96];
	u8 mac[MAC_BYTES];
	FILE *f;

	for (unsigned int n = 0; n < 8; n++) {
		(void)snprintf(command, sizeof(command),
			       "/sys/bus/pci/devices/%s/net/eth%u/address", fn->name, n);
		f = fopen(command, "re");
		if (!f)
			continue;
		if (fscanf(f, "%x:%x:%x:%x:%x:%x", &part[0], &part[1], &part[2], &part[3], &part[4],
			   &part[5]) == (int)MAC_BYTES) {
			for (unsigned int i = 0; i < MAC_BYTES; i++)
				mac[i] = (u8)part[i];
			note_mac(run, fn->name, mac);
		}
		(void)fclose(f);
		return;
	}
}

static unsigned int look_at_pci(struct probe_run *run)
{
	struct pci_view view = { .about = NULL };
	unsigned int found = 0;

	if (pci_view_open(&view, run->host, NULL))
		return 0;
	for (size_t i = 0; i < view.count; i++) {
		const struct pci_seen *fn = &view.fn[i];
		u32 bar = pci_seen32(fn, PCI_REG_BAR0) & PCI_BAR_IO_MASK;

		if (fn->header[PCI_REG_CLASS + 1] != CLASS_NETWORK)
			continue;
		found++;
		probe_step(run, "%s", fn->name);
		note_bytes(run, fn->name, "config", fn->header, sizeof(fn->header));
		if (run->host->alone && !host_owner(run->host, (u16)bar))
			read_mac(run, fn);
		else
			ask_mac(run, fn);
	}
	pci_view_close(&view);
	return found;
}

/* ---- NE2000 ---- */

#define NE_COMMAND    0x00
#define NE_COUNTER0   0x0D
#define NE_DATA	      0x10
#define NE_RESET      0x1F
#define NE_ISR	      0x07
#define NE_ISR_RESET  0x80
#define NE_RESET_US   20000u
#define NE_STOP_PAGE1 0x61 /* no DMA, page 1, stopped */
#define NE_STOP	      0x21
#define NE_READ	      0x0A /* remote read, started */
#define NE_PROM_BYTES 32u

static void ne_out(struct probe_run *run, unsigned int reg, u8 value)
{
	hw_out8(&run->host->hw, (u16)(run->options->ne_port + reg), value);
}

static u8 ne_in(struct probe_run *run, unsigned int reg)
{
	return hw_in8(&run->host->hw, (u16)(run->options->ne_port + reg));
}

/* A register that counts errors and is cleared by reading in page 0, and kept in page 1. */
static bool is_8390(struct probe_run *run)
{
	u8 command = ne_in(run, NE_COMMAND), saved;

	if (command == 0xff)
		return false;
	ne_out(run, NE_COMMAND, NE_STOP_PAGE1);
	saved = ne_in(run, NE_COUNTER0);
	ne_out(run, NE_COUNTER0, 0xff);
	ne_out(run, NE_COMMAND, NE_STOP & (u8)~0x01u);
	(void)ne_in(run, NE_COUNTER0);
	if (!ne_in(run, NE_COUNTER0))
		return true;
	ne_out(run, NE_COMMAND, command);
	ne_out(run, NE_COUNTER0, saved);
	return false;
}

static bool ne_reset(struct probe_run *run)
{
	struct hw *hw = &run->host->hw;
	u64 begin = hw_now_us(hw);

	ne_out(run, NE_RESET, ne_in(run, NE_RESET));
	while (!(ne_in(run, NE_ISR) & NE_ISR_RESET)) {
		if (hw_now_us(hw) - begin > NE_RESET_US)
			return false;
		hw_delay_us(hw, 100);
	}
	return true;
}

static void ne_read_prom(struct probe_run *run, u8 prom[NE_PROM_BYTES])
{
	static const u8 program[][2] = {
		{ NE_COMMAND, NE_STOP },
		{ 0x0E, 0x48 },
		{ 0x0A, 0 },
		{ 0x0B, 0 },
		{ 0x0F, 0 },
		{ NE_ISR, 0xff },
		{ 0x0C, 0x20 },
		{ 0x0D, 0x02 },
		{ 0x0A, NE_PROM_BYTES },
		{ 0x0B, 0 },
		{ 0x08, 0 },
		{ 0x09, 0 },
		{ NE_COMMAND, NE_READ },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(program); i++)
		ne_out(run, program[i][0], program[i][1]);
	for (unsigned int i = 0; i < NE_PROM_BYTES; i++)
		prom[i] = ne_in(run, NE_DATA);
	ne_out(run, NE_COMMAND, NE_STOP);
}

/* Each byte stands there twice where the card has 16 bits. */
static void note_prom(struct probe_run *run, const char *subject, const u8 prom[NE_PROM_BYTES])
{
	bool twice = true;
	struct fact *fact;
	u8 mac[MAC_BYTES];

	for (unsigned int i = 0; i < NE_PROM_BYTES; i += 2)
		twice &= prom[i] == prom[i + 1];
	for (unsigned int i = 0; i < MAC_BYTES; i++)
		mac[i] = prom[twice ? 2 * i : i];
	fact = note_bytes(run, subject, "prom", prom, NE_PROM_BYTES);
	facts_hide(fact, 0, 2 * MAC_BYTES);
	note_mac(run, subject, mac);
}

static unsigned int look_at_ne2000(struct probe_run *run)
{
	unsigned int port = run->options->ne_port;
	u8 prom[NE_PROM_BYTES];
	char subject[16];

	if (!port || port > 0xffe0 || host_owner(run->host, (u16)port))
		return 0;
	(void)snprintf(subject, sizeof(subject), "ne-%03x", port);
	probe_step(run, "an NE2000 at %03x", port);
	if (!is_8390(run))
		return 0;
	note_number(run, subject, "reset", ne_reset(run), "");
	ne_read_prom(run, prom);
	note_prom(run, subject, prom);
	return 1;
}

static enum probe_end run_network(struct probe_run *run)
{
	unsigned int found = look_at_pci(run) + look_at_ne2000(run);

	note_number(run, "", "cards", found, "");
	return found ? PROBE_DONE : PROBE_ABSENT;
}

const struct probe probe_network = {
	.name = "network",
	.title = "Network cards",
	.class = CLASS_R1,
	.seconds = 20,
	.run = run_network,
};
