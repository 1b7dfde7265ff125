/*
 * cd.h - packet devices as disks: what cd_upper.c, its ioctls and /proc share.
 *
 * Locking: the unit's lock guards `drive` and all fields below it; disk.part_lock is outside of it.
 * Nothing under the unit's lock touches user memory or calls disk_set_sectors().
 */
#ifndef DRIVERS_ATA_CD_H
#define DRIVERS_ATA_CD_H

#include <kernel/block.h>
#include <kernel/irq.h>
#include <kernel/list.h>
#include "ata_host.h"
#include "cd_core.h"

struct cd {
	struct ata_unit *unit;
	struct disk disk;
	struct list_head node; /* of all CD drives, by device number; cds_lock */
	struct cd_drive drive;
	u32 options; /* CDO_* */
	bool keep_locked;
	s64 changed_ms; /* clock_monotonic(), when it was seen that the medium had changed */
	struct ata_piece *pieces; /* of the request that is served */
	struct work resize;	  /* run-out blocks were met */
};

#define CD_WHO_BLOCK 0u /* cd_take_changed() */
#define CD_WHO_IOCTL 1u
#define CD_WHO_TIME  2u

static inline void cd_lock_unit(struct cd *cd)
{
	ata_unit_lock(cd->unit);
}
static inline void cd_unlock_unit(struct cd *cd)
{
	ata_unit_unlock(cd->unit);
}

/* ---- cd_upper.c ---- */
/* The disk's size as the drive knows it now; not locked. */
void cd_update_size(struct cd *cd);
int cd_for_each(void (*fn)(struct cd *cd, void *arg), void *arg);

/* ---- cd_ioctl.c, cd_ioctl_disc.c, cd_sg.c: -ENOIOCTLCMD: none of them ---- */
long cd_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg);
long cd_ioctl_disc(struct cd *cd, unsigned int cmd, unsigned long arg);
long cd_ioctl_audio(struct cd *cd, unsigned int cmd, unsigned long arg);
long cd_ioctl_sg(struct cd *cd, u32 mode, unsigned int cmd, unsigned long arg);
/* CDC_* that it can. */
u32 cd_capability_bits(const struct cd *cd);
/* Options that new openings start with: /proc/sys/dev/cdrom. */
u32 cd_default_options(void);

#endif
