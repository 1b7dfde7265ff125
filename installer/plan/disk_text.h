/* disk_text.h - disks and partitions in words. Pure. See plan_text.h for the public ones. */
#ifndef INSTALLER_DISK_TEXT_H
#define INSTALLER_DISK_TEXT_H

#include "disk_model.h"

const char *partition_kind_text(enum partition_kind kind);
/* "hda5"; of a disk whose name ends in a digit "nvme0n1p5". */
void partition_name(char *out, size_t size, const struct disk *disk, unsigned int number);
/* "MBR, disk signature 1234abcd"; malloc()ed. */
char *disk_table_text(const struct disk *disk);

#endif
