/*
 * ata_names.c - positions, names and device numbers: hda for the first channel's master, sda for
 * the first AHCI port, sr0 for the first packet device at one.
 *
 * Source: Linux, Documentation/admin-guide/devices.txt.
 */
#include <kernel/block.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include "ata_names.h"

#define IDE_MINORS  64u
#define SD_MINORS   16u
#define SDS_A_MAJOR 16u
#define SR_MAJOR    11u
#define SR_NUMBERS  16u

static const u8 ide_majors[ATA_CHANNELS_MAX] = { 3, 22, 33, 34, 56, 57, 88, 89, 90, 91 };
static const u8 sd_majors[] = { 8, 65 };

static u32 used_channels, used_ports, used_packets; /* names_lock */
static DEFINE_MUTEX(names_lock, RANK_MUTEX_LEAF);

/* The first free one from `wanted` on. */
static int take(u32 *used, unsigned int wanted, unsigned int count)
{
	int index = -ENOSPC;

	mutex_lock(&names_lock);
	for (unsigned int i = wanted; i < count; i++) {
		if (*used & 1u << i)
			continue;
		*used |= 1u << i;
		index = (int)i;
		break;
	}
	mutex_unlock(&names_lock);
	return index;
}

int ata_take_channel(unsigned int wanted)
{
	return take(&used_channels, wanted, ATA_CHANNELS_MAX);
}

int ata_take_port(unsigned int wanted)
{
	return take(&used_ports, wanted, ATA_PORTS_MAX);
}

unsigned int ata_next_port(void)
{
	unsigned int next = 0;

	mutex_lock(&names_lock);
	for (unsigned int i = 0; i < ATA_PORTS_MAX; i++)
		if (used_ports & 1u << i)
			next = i + 1;
	mutex_unlock(&names_lock);
	return next;
}

/* ---- names ---- */

void ata_name_channel_unit(struct ata_unit *unit, unsigned int index, unsigned int i)
{
	unit->major = ide_majors[index];
	unit->minors = IDE_MINORS;
	unit->first_minor = i * IDE_MINORS;
	(void)snprintf(unit->name, sizeof(unit->name), "hd%c", (int)('a' + 2 * index + i));
	(void)snprintf(unit->device.name, sizeof(unit->device.name), "%u.%u", index, i);
	unit->device.bus = "ide";
}

void ata_name_port_unit(struct ata_unit *unit, unsigned int index)
{
	unit->major = sd_majors[index / SDS_A_MAJOR];
	unit->minors = SD_MINORS;
	unit->first_minor = index % SDS_A_MAJOR * SD_MINORS;
	(void)snprintf(unit->name, sizeof(unit->name), "sd%c", (int)('a' + index));
	(void)snprintf(unit->device.name, sizeof(unit->device.name), "sata%u", index);
	unit->device.bus = "sata";
}

int ata_name_packet_unit(struct ata_unit *unit)
{
	int n = take(&used_packets, 0, SR_NUMBERS);

	if (n < 0)
		return n;
	unit->major = SR_MAJOR;
	unit->minors = 1;
	unit->first_minor = (u32)n;
	(void)snprintf(unit->name, sizeof(unit->name), "sr%d", n);
	return 0;
}

/* Claimed once; that it is taken already is no error. */
void ata_register_major(const struct ata_unit *unit, const char *name)
{
	(void)blkdev_register_major(unit->major, name);
}
