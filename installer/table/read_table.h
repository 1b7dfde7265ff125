/*
 * read_table.h - what a disk's table says, into the model: partitions, chain, GPT, what is wrong.
 *
 * The parsing is the kernel's (kernel/block/part_scan.h), so the installer sees what the kernel
 * will see. disk->sectors and disk->sector_size are the caller's; what the model held of a table
 * before is replaced, contents and use of partitions are not filled in.
 *
 * Errors: -ENOMEM; anything that is wrong with the disk is in the model.
 */
#ifndef INSTALLER_READ_TABLE_H
#define INSTALLER_READ_TABLE_H

#include <installer/plan/disk_model.h>
#include <installer/write/disk_io.h>

int table_read(struct disk *disk, const struct disk_io *io);

#endif
