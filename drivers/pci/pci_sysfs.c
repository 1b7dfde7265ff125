/*
 * pci_sysfs.c - the functions as devices: /sys/devices/pci0000:00/0000:00:01.0 and its files, as
 * lspci(8) and udev read them on Linux. Registers show what was read at the scan; `config` reads
 * them now.
 */
#include <kernel/capability.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include "pci_glue.h"
#include "pci_reg.h"

static struct pci_dev *pci_of(struct device *dev)
{
	return container_of(dev, struct pci_dev, dev);
}

/* ---- attributes ---- */

static ssize_t show_vendor(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "0x%04x\n", pci_of(dev)->vendor);
}

static ssize_t show_device(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "0x%04x\n", pci_of(dev)->device);
}

static ssize_t show_subvendor(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "0x%04x\n", pci_of(dev)->subvendor);
}

static ssize_t show_subdevice(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "0x%04x\n", pci_of(dev)->subdevice);
}

static ssize_t show_revision(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "0x%02x\n", pci_of(dev)->revision);
}

static ssize_t show_class(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "0x%06x\n", pci_of(dev)->class);
}

static ssize_t show_irq(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "%u\n", pci_irq_shown(pci_of(dev)));
}

static ssize_t show_boot_vga(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "%d\n", pci_is_boot_vga(pci_of(dev)));
}

static size_t format_modalias(const struct pci_dev *p, char *buf, size_t size)
{
	return scnprintf(buf, size, "pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X", p->vendor,
			 p->device, p->subvendor, p->subdevice, p->class >> 16,
			 p->class >> 8 & 0xff, p->class & 0xff);
}

static ssize_t show_modalias(struct device *dev, char *buf, size_t size)
{
	size_t n = format_modalias(pci_of(dev), buf, size);

	return n + scnprintf(buf + n, size - n, "\n");
}

static ssize_t show_enable(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "%u\n", pci_of(dev)->enabled);
}

/* As root's tools use it: 1 switches decoding on, 0 off once nobody else needs it. */
static ssize_t store_enable(struct device *dev, const char *buf, size_t size)
{
	struct pci_dev *p = pci_of(dev);
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (size < 1 || (buf[0] != '0' && buf[0] != '1'))
		return -EINVAL;
	err = buf[0] == '1' ? pci_enable_all(p) : pci_disable(p);
	return err ? err : (ssize_t)size;
}

static ssize_t show_resource(struct device *dev, char *buf, size_t size)
{
	return (ssize_t)pci_resource_format(pci_of(dev), buf, size);
}

#define RO(file)                                                                                   \
	static const struct device_attribute attr_##file = { #file, 0444, show_##file, NULL }
RO(vendor);
RO(device);
RO(revision);
RO(class);
RO(irq);
RO(boot_vga);
RO(modalias);
RO(resource);
static const struct device_attribute attr_subvendor = { "subsystem_vendor", 0444, show_subvendor,
							NULL };
static const struct device_attribute attr_subdevice = { "subsystem_device", 0444, show_subdevice,
							NULL };
static const struct device_attribute attr_enable = { "enable", 0644, show_enable, store_enable };

#define COMMON                                                                                     \
	&attr_vendor, &attr_device, &attr_subvendor, &attr_subdevice, &attr_revision, &attr_class, \
		&attr_irq, &attr_resource, &attr_modalias, &attr_enable
static const struct device_attribute *const attributes[] = { COMMON, NULL };
static const struct device_attribute *const vga_attributes[] = { COMMON, &attr_boot_vga, NULL };

static ssize_t read_config(struct device *dev, void *buf, u32 offset, size_t n)
{
	const struct pci_dev *p = pci_of(dev);
	u32 end = pci_config_readable(p);

	if (offset >= end)
		return 0;
	n = min_t(size_t, n, end - offset);
	pci_config_read(p, buf, offset, n);
	return (ssize_t)n;
}

static ssize_t write_config(struct device *dev, const void *buf, u32 offset, size_t n)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	pci_config_write(pci_of(dev), buf, offset, n);
	return (ssize_t)n;
}

static const struct device_bin_attribute attr_config = { "config", 0644, PCI_CONFIG_SIZE,
							 read_config, write_config };
static const struct device_bin_attribute *const bin_attributes[] = { &attr_config, NULL };

static size_t uevent(struct device *dev, char *buf, size_t size)
{
	const struct pci_dev *p = pci_of(dev);
	size_t n = scnprintf(buf, size,
			     "PCI_CLASS=%X\nPCI_ID=%04X:%04X\nPCI_SUBSYS_ID=%04X:%04X\n"
			     "PCI_SLOT_NAME=%s\nMODALIAS=",
			     p->class, p->vendor, p->device, p->subvendor, p->subdevice, dev->name);

	n += format_modalias(p, buf + n, size - n);
	return n + scnprintf(buf + n, size - n, "\n");
}

/* ---- devices ---- */

static struct device_bus pci_bus_type = { .name = "pci" };

static int add_root(struct pci_bus *bus)
{
	snprintf(bus->dev.name, sizeof(bus->dev.name), "pci0000:%02x", bus->number);
	return device_register(&bus->dev);
}

static int add_function(struct pci_dev *p)
{
	p->dev.parent = p->bus->bridge ? &p->bus->bridge->dev : &p->bus->dev;
	p->dev.bus = "pci";
	p->dev.attributes = p->class >> 8 == PCI_CLASS_VGA ? vga_attributes : attributes;
	p->dev.bin_attributes = bin_attributes;
	p->dev.uevent = uevent;
	return device_register(&p->dev);
}

/* A bus is behind a bridge of a lower number, so parents come first. */
int pci_glue_add(struct pci_tree *tree)
{
	struct pci_bus *bus;
	struct pci_dev *p;
	int err;

	bus_register(&pci_bus_type);
	list_for_each_entry (bus, &tree->buses, node)
		if (!bus->bridge && (err = add_root(bus)) != 0)
			return err;
	list_for_each_entry (p, &tree->devs, node)
		if ((err = add_function(p)) != 0)
			return err;
	pci_resources_add(tree);
	return pci_proc_add(tree);
}
