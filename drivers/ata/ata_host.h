/*
 * ata_host.h - ATA channels in the kernel: one thread each, and who makes disks of what it finds.
 *
 * A channel's thread detects its devices, offers each to the uppers (ata_disk.c, the CD's) and then
 * serves them in turn: upper->serve() takes one request of the unit's disk and runs it to its end.
 * Others (ioctls, openings) run commands themselves between ata_unit_lock() and ata_unit_unlock().
 *
 * Names are by position: unit 0 of the first channel is "hda", port 0 of the first AHCI controller
 * "sda", whatever is attached elsewhere; packet devices at AHCI ports are "sr0" and so on, in the
 * order in which they are found.
 *
 * Locking: host->lock (mutex, RANK_MUTEX_LEAF) is held around every use of the channel's core, by
 * by serve()'s caller too. No user memory is touched and nothing else that sleeps is taken below
 * it.
 */
#ifndef DRIVERS_ATA_ATA_HOST_H
#define DRIVERS_ATA_ATA_HOST_H

#include <kernel/device.h>
#include <kernel/hw_host.h>
#include <kernel/irq.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include "ata_core.h"

struct ata_host;
struct ata_upper;

struct ata_unit {
	struct ata_host *host;
	struct ata_device *dev;
	char name[16]; /* "hdc" */
	u32 major, first_minor, minors;
	struct device device;	       /* below the controller's; parent of the disk */
	const struct ata_upper *upper; /* NULL: nobody wanted it */
	void *private;		       /* the upper's */
};

struct ata_upper {
	const char *name;
	struct list_head node;
	/* 0: taken; -ENODEV: not mine. Not locked and not in the channel's thread, so that
	 * disk_add() can be called: its reads are served as soon as unit->private is set. */
	int (*attach)(struct ata_unit *unit);
	/* Takes and ends one request; false: there was none. Locked, in the channel's thread. */
	bool (*serve)(struct ata_unit *unit);
	/* The machine stops: what must reach the medium does. Interrupts are off, polled. NULL. */
	void (*shutdown)(struct ata_unit *unit);
};
/* At INIT_CORE. */
void ata_upper_register(struct ata_upper *upper);

/* ata_sysfs.c */
const struct device_attribute *const *ata_unit_attributes(const struct ata_unit *unit);

void ata_unit_lock(struct ata_unit *unit);
void ata_unit_unlock(struct ata_unit *unit);
/* disk_ops.kick: there is something to serve(). Any context. */
void ata_unit_kick(struct ata_unit *unit);

/* ---- where channels come from: pci_ide.c, isa_ide.c ---- */
struct ata_attachment {
	u16 base, control, bm; /* bm 0: no bus master */
	int irq;	       /* -1: none, it is polled */
	bool irq_shared;
	unsigned int index; /* wanted position, 0: hda, hdb; the next free one when it is taken */
	u32 flags;	    /* ATA_CH_* */
	const struct ata_chip_ops *chip;
	void *chip_data;
	u8 pio_max, mwdma_mask, udma_mask;
	bool cable80;
	struct device *parent;
	const char *name;     /* of the controller, for messages */
	struct mutex *shared; /* of channels that must not work at once; NULL */
	/* A port of another kind: makes itself the channel's transport. Without base, control. */
	void (*init)(struct ata_channel *ch, void *data);
	void (*forget)(void *data); /* nothing is attached to it */
	void *data;
};
#define ATA_CHANNELS_MAX 10u /* index of a channel: hda to hdt */
#define ATA_PORTS_MAX	 26u /* index of a port: sda to sdz */
/* The position behind all ports so far: where another controller's begin. */
unsigned int ata_next_port(void);
/* Starts to look for devices in a thread. 0, -EBUSY (ports), -ENOMEM, -ENOSPC. */
int ata_host_add(const struct ata_attachment *at);

/* The AT's own places; all: the rarer ones too; and those of the command line. isa_ide.c */
void isa_ide_add(bool all);

/* ---- commands of programs: ata_ioctl.c ---- */
bool ata_user_may_command(void);
/* Once, in the caller's context; data of `bytes` to or from a buffer of the kernel's. */
int ata_user_command(struct ata_unit *unit, struct ata_command *cmd, void *data, u32 bytes);
/* HDIO_GET_IDENTITY, HDIO_DRIVE_CMD: `arg` points to user memory. */
long ata_user_identity(struct ata_unit *unit, unsigned long arg, size_t bytes);
long ata_user_drive_cmd(struct ata_unit *unit, unsigned long arg);

/* ---- command line: ata_options.c ---- */
struct ata_options {
	bool off;  /* noide, drivers=none */
	u32 flags; /* ATA_CH_* that it sets */
	struct ata_geometry geometry[2];
};
void ata_options_get(unsigned int index, struct ata_options *opt);
/* Of an AHCI port at that position. */
void ata_options_get_port(unsigned int index, struct ata_options *opt);

#endif
