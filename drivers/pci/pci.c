/*
 * pci.c - PCI in the kernel: the scan at boot, devices, drivers.
 *
 * Everything is found once, before any driver; afterwards only configuration space changes, under
 * config_lock. Drivers register at boot, one after the other, in process 1.
 */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/resource.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "pci_glue.h"
#include "pci_internal.h"
#include "pci_quirks.h"
#include "pci_reg.h"

static DEFINE_SPINLOCK(config_lock, RANK_LEAF);
static struct hw_host host;
static struct pci_access access;
struct pci_tree pci_tree = {
	.access = &access,
	.buses = LIST_HEAD_INIT(pci_tree.buses),
	.devs = LIST_HEAD_INIT(pci_tree.devs),
};

static unsigned long lock(void)
{
	return spin_lock_irqsave(&config_lock);
}

static void unlock(unsigned long saved)
{
	spin_unlock_irqrestore(&config_lock, saved);
}

/* ---- look-up ---- */

bool pci_present(void)
{
	return access.mechanism;
}

static struct list_head *after(struct pci_dev *from)
{
	return from ? from->node.next : pci_tree.devs.next;
}

struct pci_dev *pci_find(u16 vendor, u16 device, struct pci_dev *from)
{
	for (struct list_head *at = after(from); at != &pci_tree.devs; at = at->next) {
		struct pci_dev *p = container_of(at, struct pci_dev, node);

		if ((vendor == PCI_ANY || vendor == p->vendor) &&
		    (device == PCI_ANY || device == p->device))
			return p;
	}
	return NULL;
}

struct pci_dev *pci_find_class(u32 class, u32 mask, struct pci_dev *from)
{
	for (struct list_head *at = after(from); at != &pci_tree.devs; at = at->next) {
		struct pci_dev *p = container_of(at, struct pci_dev, node);

		if ((p->class & mask) == (class & mask))
			return p;
	}
	return NULL;
}

struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn)
{
	struct pci_dev *p;

	list_for_each_entry (p, &pci_tree.devs, node)
		if (p->bus->number == bus && p->devfn == devfn)
			return p;
	return NULL;
}

u32 pci_quirks_present(void)
{
	struct pci_dev *p;
	u32 all = 0;

	list_for_each_entry (p, &pci_tree.devs, node)
		all |= p->quirks;
	return all;
}

void __iomem *pci_map_bar(struct pci_dev *p, unsigned int bar, size_t max)
{
	const struct pci_bar *b = &p->bar[bar];

	if (bar >= PCI_BARS || !b->base || !b->size || (b->flags & PCI_BAR_IO))
		return NULL;
	return ioremap(b->base, min_t(size_t, b->size, max));
}

/* ---- drivers ---- */

static bool matches(const struct pci_id *id, const struct pci_dev *p)
{
	return (id->vendor == PCI_ANY || id->vendor == p->vendor) &&
	       (id->device == PCI_ANY || id->device == p->device) &&
	       (p->class & id->class_mask) == (id->class & id->class_mask);
}

/* The first row that matches and that the driver takes. */
static void offer(struct pci_driver *driver, struct pci_dev *p)
{
	for (const struct pci_id *id = driver->ids; id->vendor; id++) {
		int err;

		if (!matches(id, p))
			continue;
		err = driver->probe(p, id);
		if (!err) {
			p->driver = driver;
			device_set_driver(&p->dev, driver->name);
			return;
		}
		if (err != -ENODEV) {
			pr_err("pci: %s: %s failed: %pE\n", p->dev.name, driver->name,
			       (void *)(long)err);
			return;
		}
	}
}

void pci_driver_register(struct pci_driver *driver)
{
	struct pci_dev *p;

	list_for_each_entry (p, &pci_tree.devs, node)
		if (!p->driver)
			offer(driver, p);
}

/* ---- boot ---- */

static unsigned int allowed_mechanisms(void)
{
	const char *pci = cmdline_get("pci");

	if (cmdline_has("nopci") || (pci && !strcmp(pci, "off")))
		return 0;
	if (pci && !strcmp(pci, "conf1"))
		return PCI_ALLOW_CONF1;
	if (pci && !strcmp(pci, "conf2"))
		return PCI_ALLOW_CONF2;
	return PCI_ALLOW_ALL;
}

static void log_tree(void)
{
	unsigned int buses = 0, devs = 0;
	struct pci_bus *bus;
	struct pci_dev *p;

	list_for_each_entry (bus, &pci_tree.buses, node)
		buses++;
	list_for_each_entry (p, &pci_tree.devs, node)
		devs++;
	pr_info("pci: %u function%s on %u bus%s, by mechanism %u\n", devs, devs == 1 ? "" : "s",
		buses, buses == 1 ? "" : "es", access.mechanism);
}

static void claim_ports(void)
{
	if (access.mechanism == 1)
		resource_request(RESOURCE_PORT, PCI_CONF1_ADDRESS, PCI_CONF1_DATA + 3, "PCI conf1");
	else
		resource_request(RESOURCE_PORT, PCI_CONF2_ENABLE, PCI_CONF2_FORWARD + 1,
				 "PCI conf2");
}

static int pci_init(void)
{
	u8 peers[PCI_BUS_BITMAP] = { 0 };

	hw_host_init(&host);
	access = (struct pci_access){ .hw = &host.hw, .lock = lock, .unlock = unlock };
	if (pci_access_probe(&access, allowed_mechanisms())) {
		pr_info("pci: there is none\n");
		return pci_glue_add(&pci_tree);
	}
	claim_ports();
	pci_tree_init(&pci_tree, &access, (u64)page_map_pfns << PAGE_SHIFT);
	pci_irq_init(&host.hw, peers);
	pci_scan(&pci_tree, peers);
	pci_quirks_late(&pci_tree);
	log_tree();
	pci_irq_start(&pci_tree);
	return pci_glue_add(&pci_tree);
}
INIT_CALL(INIT_BUS, pci_init);
