/*
 * ata_sysfs.c - /sys/block/NAME/device: what a drive is called, and what went wrong with it.
 */
#include <kernel/printk.h>
#include <kernel/string.h>
#include "ata_host.h"

static const struct ata_device *ata_of(struct device *dev)
{
	return container_of(dev, struct ata_unit, device)->dev;
}

/* ---- names ---- */
/* As SCSI disks have it: what fdisk and lsblk call a disk. */
static ssize_t show_model(struct device *dev, char *buf, size_t size)
{
	return snprintf(buf, size, "%s\n", ata_of(dev)->id.model);
}

/* SCSI's number of the kind: by it lsblk knows a CD drive. */
static ssize_t show_type(struct device *dev, char *buf, size_t size)
{
	return snprintf(buf, size, "%u\n", ata_of(dev)->id.packet_type);
}

/* As SAT has them in INQUIRY: the firmware's last four letters, or the first. */
static ssize_t show_vendor(struct device *dev, char *buf, size_t size)
{
	return snprintf(buf, size, "%-8s\n", "ATA");
}

static ssize_t show_rev(struct device *dev, char *buf, size_t size)
{
	const char *firmware = ata_of(dev)->id.firmware;

	return snprintf(buf, size, "%-4.4s\n", firmware + (strlen(firmware) > 4 ? 4 : 0));
}

/* ---- counts since the drive was found; numbers of 32 bits that wrap ---- */
#define COUNT(fn, var, file, field)                                                                \
	static ssize_t fn(struct device *dev, char *buf, size_t size)                              \
	{                                                                                          \
		return snprintf(buf, size, "%u\n", ata_of(dev)->field);                            \
	}                                                                                          \
	static const struct device_attribute var = { file, 0444, fn, NULL }
COUNT(show_media, attr_media, "media_errors", media_errors);
COUNT(show_crc, attr_crc, "crc_errors", crc_errors);
COUNT(show_timeouts, attr_timeouts, "timeouts", timeouts);
COUNT(show_resets, attr_resets, "resets", resets);

static const struct device_attribute attr_model = { "model", 0444, show_model, NULL };
static const struct device_attribute attr_type = { "type", 0444, show_type, NULL };
static const struct device_attribute attr_vendor = { "vendor", 0444, show_vendor, NULL };
static const struct device_attribute attr_rev = { "rev", 0444, show_rev, NULL };
static const struct device_attribute *const packet_attributes[] = {
	&attr_model, &attr_type, &attr_media, &attr_crc, &attr_timeouts, &attr_resets, NULL
};
static const struct device_attribute *const disk_attributes[] = {
	&attr_model, &attr_type,     &attr_vendor, &attr_rev, &attr_media,
	&attr_crc,   &attr_timeouts, &attr_resets, NULL
};

const struct device_attribute *const *ata_unit_attributes(const struct ata_unit *unit)
{
	return unit->dev->kind == ATA_PACKET ? packet_attributes : disk_attributes;
}
