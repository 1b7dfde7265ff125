/*
 * pci.c - PCI: are the functions sane, do they have interrupts, which ones have no driver.
 *
 * Source: PCI Local Bus 2.1 chapter 6; hardware-notes 3.3, 4.
 */
#include <drivers/pci/pci_reg.h>
#include <drivers/pci/pir_decode.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include <string.h>
#include "pci_names.h"
#include "rules.h"

#define CAP_BYTES   5u
#define TEXT_MAX    160
#define IDE_NATIVES 0x05u

/* Chips about which the user should know something. */
static const struct {
	u16 vendor, device;
	const char *text;
} notes[] = {
	{ 0x1042, 0x1000,
	  "its disk channel corrupts data unless its buffer is off; Oldiron switches that off" },
	{ 0x1042, 0x1001,
	  "its disk channel corrupts data unless its buffer is off; Oldiron switches that off" },
	{ 0x1095, 0x0640,
	  "its disk channels corrupt data when both are used at once; Oldiron lets them take "
	  "turns, without DMA" },
	{ 0x8086, 0x84CB,
	  "disk DMA corrupts data beside this bridge; Oldiron moves the data by the processor" },
	{ 0x1014, 0x028C,
	  "reading its upper registers hangs the machine; Oldiron leaves them alone" },
};

static u16 class_of(const struct fact *config)
{
	return get_le16(config->bytes + PCI_REG_CLASS);
}

/* The next function's 64 bytes. */
static const struct fact *next_config(const struct facts *facts, const struct fact *from)
{
	do {
		from = facts_next(facts, from, "pci", "config");
	} while (from && (from->kind != FACT_BYTES || from->count < PCI_HEADER_SIZE));
	return from;
}

/* ---- judging ---- */

static bool line_is_usable(u8 line)
{
	return line >= 3 && line <= 15 && line != 13;
}

/* IDE at the AT's ports has the AT's interrupts, whatever its registers say. */
static bool needs_line(const struct fact *config)
{
	u16 class = class_of(config);

	if (class >> 8 == PCI_BASE_BRIDGE || !config->bytes[PCI_REG_PIN])
		return false;
	if (class == PCI_CLASS_IDE && !(config->bytes[PCI_REG_INTERFACE] & IDE_NATIVES))
		return false;
	return get_le16(config->bytes + PCI_REG_COMMAND) & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

static bool storage_without_driver(const struct fact *config)
{
	u16 class = class_of(config);

	return class >> 8 == 1 && class != 0x0101 && class != 0x0102 && class != 0x0106;
}

static void judge_line(const struct facts *facts, const struct fact *config, struct judgement *j)
{
	u8 line = config->bytes[PCI_REG_LINE];

	if (!needs_line(config) || line_is_usable(line))
		return;
	judge(j, VERDICT_LIMITED, "The BIOS gave %s (%s) no usable interrupt (%u); %s.",
	      config->subject, pci_class_name(class_of(config)), line,
	      facts_find(facts, "pci", "", "pir")
		      ? "Oldiron looks for one in the BIOS's routing table"
		      : "there is no routing table, so it works without, slowly, or not at all");
}

static void judge_known(const struct fact *config, struct judgement *j)
{
	u16 vendor = get_le16(config->bytes), device = get_le16(config->bytes + 2);

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		if (notes[i].vendor == vendor && notes[i].device == device)
			judge(j, VERDICT_LIMITED, "%s: %s.", config->subject, notes[i].text);
}

static void judge_function(const struct facts *facts, const struct fact *config,
			   struct judgement *j)
{
	u8 type = config->bytes[PCI_REG_HEADER] & PCI_HEADER_TYPE;

	if (get_le16(config->bytes) == 0xffff) {
		judge(j, VERDICT_FAILED, "%s was found and then did not answer.", config->subject);
		return;
	}
	if (type > PCI_HEADER_CARDBUS)
		judge(j, VERDICT_LIMITED, "%s has registers of an unknown kind (%u).",
		      config->subject, type);
	judge_line(facts, config, j);
	judge_known(config, j);
	if (storage_without_driver(config))
		judge(j, VERDICT_LIMITED, "Oldiron has no driver for the %s at %s.",
		      pci_class_name(class_of(config)), config->subject);
}

static bool is_host(const struct fact *config)
{
	u16 vendor = get_le16(config->bytes);

	/* The first of Intel and Compaq have no class. */
	return class_of(config) == PCI_CLASS_HOST ||
	       (!class_of(config) && (vendor == PCI_VENDOR_INTEL || vendor == PCI_VENDOR_COMPAQ));
}

static void judge_pci(const struct facts *facts, struct judgement *j)
{
	const struct fact *config = next_config(facts, NULL);
	bool host = false;

	if (!config)
		judge(j, VERDICT_FAILED, "PCI was found, but no function on it could be read.");
	for (; config; config = next_config(facts, config)) {
		host |= is_host(config);
		judge_function(facts, config, j);
	}
	if (!host && !j->count)
		judge(j, VERDICT_DETECTED, "There is no host bridge among the PCI functions.");
}

/* ---- describing ---- */

struct out {
	void (*put)(void *ctx, const char *line);
	void *ctx;
};

static void put_function(const struct out *out, const struct fact *config)
{
	u16 vendor = get_le16(config->bytes), device = get_le16(config->bytes + 2);
	const char *maker = pci_vendor_name(vendor);
	char line[24] = "";

	if (config->bytes[PCI_REG_PIN] && config->bytes[PCI_REG_LINE] != 0xff)
		(void)snprintf(line, sizeof(line), ", irq %u", config->bytes[PCI_REG_LINE]);
	rule_put(out->put, out->ctx, "%s %04x:%04x %s%s%s%s", config->subject, vendor, device,
		 maker ? maker : "", maker ? " " : "", pci_class_name(class_of(config)), line);
}

static void put_ranges(const struct out *out, const struct fact *config)
{
	u8 type = config->bytes[PCI_REG_HEADER] & PCI_HEADER_TYPE;
	unsigned int bars = type == PCI_HEADER_DEVICE ? 6 : type == PCI_HEADER_BRIDGE ? 2 : 0;
	char text[TEXT_MAX] = "";
	int used = 0;

	for (unsigned int i = 0; i < bars; i++) {
		u32 raw = get_le32(config->bytes + PCI_REG_BAR0 + 4 * i);
		bool io = raw & PCI_BAR_RAW_IO;

		if (!raw || raw == 0xffffffffu || (!io && !(raw & PCI_BAR_MEMORY_MASK)))
			continue;
		used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%s %0*x",
				 used ? ", " : "", io ? "ports" : "memory", io ? 4 : 8,
				 raw & (io ? PCI_BAR_IO_MASK : PCI_BAR_MEMORY_MASK));
		/* The next register is the upper half. */
		i += !io && (raw & PCI_BAR_RAW_TYPE) == PCI_BAR_RAW_64;
	}
	if (used)
		rule_put(out->put, out->ctx, "    %s", text);
}

static void put_bridge(const struct out *out, const struct fact *config)
{
	if ((config->bytes[PCI_REG_HEADER] & PCI_HEADER_TYPE) == PCI_HEADER_BRIDGE)
		rule_put(out->put, out->ctx, "    leads to bus %02x, up to %02x",
			 config->bytes[PCI_BRIDGE_PRIMARY + 1],
			 config->bytes[PCI_BRIDGE_PRIMARY + 2]);
}

static const char *cap_name(u8 id)
{
	static const char *const names[] = {
		[0x01] = "power management",
		[0x02] = "AGP",
		[0x03] = "vital product data",
		[0x04] = "slot",
		[0x05] = "MSI",
		[0x06] = "hot swap",
		[0x07] = "PCI-X",
		[0x09] = "maker's",
		[0x0A] = "debug port",
		[0x0D] = "subsystem",
		[0x10] = "PCI Express",
		[0x11] = "MSI-X",
		[0x12] = "SATA",
	};

	return id < ARRAY_SIZE(names) && names[id] ? names[id] : "unknown";
}

static void put_capabilities(const struct out *out, const struct facts *facts,
			     const struct fact *config)
{
	const struct fact *caps =
		facts_get_bytes(facts, "pci", config->subject, "capabilities", CAP_BYTES);
	char text[TEXT_MAX] = "";
	size_t used = 0;

	for (size_t at = 0; caps && at + CAP_BYTES <= caps->count; at += CAP_BYTES) {
		if (used < sizeof(text))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
						 used ? ", " : "", cap_name(caps->bytes[at + 1]));
	}
	if (used)
		rule_put(out->put, out->ctx, "    can: %s", text);
}

static void put_slot(const struct out *out, const struct pir_slot *slot)
{
	char text[TEXT_MAX] = "";
	int used = 0;

	for (unsigned int pin = 0; pin < 4; pin++)
		if (slot->pin[pin].link)
			used += snprintf(text + used, sizeof(text) - (size_t)used, "  %c %02x/%04x",
					 'A' + (int)pin, slot->pin[pin].link, slot->pin[pin].lines);
	rule_put(out->put, out->ctx, "    %02x:%02x%s", slot->bus, slot->device, text);
}

static void put_routing(const struct out *out, const struct facts *facts)
{
	const struct fact *pir = facts_get_bytes(facts, "pci", "", "pir", 32);
	struct pir_table table;
	struct pir_slot slot;

	if (!pir || !pir_find(pir->bytes, pir->count, &table))
		return;
	rule_put(out->put, out->ctx,
		 "Interrupt routing table: %u slots, router %02x:%02x.%x; pin, link/lines it may "
		 "have",
		 table.count, table.router_bus, table.router_devfn >> 3, table.router_devfn & 7u);
	for (unsigned int i = 0; pir_slot(&table, i, &slot); i++)
		put_slot(out, &slot);
}

static void put_elcr(const struct out *out, const struct facts *facts)
{
	const struct fact *elcr = facts_get_bytes(facts, "pci", "", "elcr", 2);
	char text[TEXT_MAX] = "";
	int used = 0;

	if (!elcr || get_le16(elcr->bytes) == 0xffff)
		return;
	for (unsigned int line = 0; line < 16; line++)
		if (get_le16(elcr->bytes) >> line & 1)
			used += snprintf(text + used, sizeof(text) - (size_t)used, " %u", line);
	rule_put(out->put, out->ctx, "Level-triggered interrupts:%s", used ? text : " none");
}

static void describe_pci(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	const struct fact *config = NULL;
	const char *access = facts_get_text(facts, "pci", "", "access");
	struct out out = { put, ctx };

	if (access)
		rule_put(put, ctx, "Configuration space by %s", access);
	while ((config = next_config(facts, config))) {
		put_function(&out, config);
		put_bridge(&out, config);
		put_ranges(&out, config);
		put_capabilities(&out, facts, config);
	}
	put_routing(&out, facts);
	put_elcr(&out, facts);
}

const struct rule rule_pci = {
	.probe = "pci",
	.judge = judge_pci,
	.describe = describe_pci,
};
