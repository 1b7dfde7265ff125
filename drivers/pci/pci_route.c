/* Interrupt lines of functions; see pci_route.h. */
#include <kernel/printk.h>
#include "pci_reg.h"
#include "pci_route.h"

#define LINK_FIXED 0xF0u
/* Timer, keyboard, cascade, clock, coprocessor: wired on every PC. */
#define LINES_NEVER ((1u << 0) | (1u << 1) | (1u << 2) | (1u << 8) | (1u << 13))
/* Best first; the last ones are likely to be an ISA device's. Source: hardware-notes 3.3. */
static const u8 preferred[] = { 11, 10, 9, 5, 7, 12, 3, 4, 15, 14, 6 };

bool pci_line_is_believable(unsigned int line)
{
	return line < 16 && !(LINES_NEVER & 1u << line);
}

bool pci_route_link(const struct pci_routing *r, const struct pci_dev *p, struct pir_link *out)
{
	unsigned int pin = p->pin;

	if (!pin || !r->table.slots)
		return false;
	while (!pir_find_link(&r->table, p->bus->number, pci_slot(p), pin, out)) {
		pin = (pin - 1 + pci_slot(p)) % 4 + 1;
		p = p->bus->bridge;
		if (!p)
			return false;
	}
	return out->link != 0;
}

static unsigned int line_of_link(const struct pci_routing *r, const struct pir_link *link)
{
	if (link->link >= LINK_FIXED)
		return link->link & 15u;
	return pci_router_get(&r->router, link->link);
}

/* A line that other functions have is fine: they share it. */
static u16 lines_of_pci(const struct pci_routing *r)
{
	const struct pci_dev *q;
	u16 lines = 0;

	list_for_each_entry (q, &r->tree->devs, node)
		if (q->pin && pci_line_is_believable(q->line))
			lines |= (u16)(1u << q->line);
	return lines;
}

static unsigned int choose(const struct pci_routing *r, u16 allowed, u16 taken)
{
	u16 shared = lines_of_pci(r);

	allowed &= (u16)~LINES_NEVER;
	allowed &= (u16) ~(taken & ~shared);
	for (unsigned int i = 0; i < ARRAY_SIZE(preferred); i++)
		if (allowed & 1u << preferred[i])
			return preferred[i];
	return 0;
}

/* Leads an input that leads nowhere. 0: it cannot be. */
static unsigned int assign(const struct pci_routing *r, const struct pir_link *link, u16 taken)
{
	unsigned int line = choose(r, link->lines, taken);

	if (!line || link->link >= LINK_FIXED || !pci_router_set(&r->router, link->link, line))
		return 0;
	return line;
}

static void tell_function(struct pci_dev *p, unsigned int line)
{
	if (p->line == line && !(p->quirks & PCI_QUIRK_LINE_ROUTES))
		return;
	pci_write8(p, PCI_REG_LINE, (u8)line);
	p->line = (u8)line;
}

static unsigned int route_unknown(const struct pci_routing *r, const struct pci_dev *p,
				  const struct pir_link *link, u16 taken)
{
	unsigned int line = line_of_link(r, link);

	if (!pci_line_is_believable(line))
		line = assign(r, link, taken);
	if (!line)
		pr_warn("pci: %s: interrupt pin %c cannot be led to a line\n", p->dev.name,
			'A' + p->pin - 1);
	return line;
}

int pci_route(const struct pci_routing *r, struct pci_dev *p, u16 taken)
{
	struct pir_link link;
	bool linked = pci_route_link(r, p, &link);
	unsigned int line = p->line;

	if (!p->pin)
		return -1;
	if (!pci_line_is_believable(line))
		line = linked ? route_unknown(r, p, &link, taken) : 0;
	if (!line)
		return -1;
	/* Without a word from the router the BIOS's setting of edge or level is the best there is.
	 */
	if (linked && line_of_link(r, &link) == line)
		pci_router_set_level(&r->router, link.link, line);
	tell_function(p, line);
	return (int)line;
}
