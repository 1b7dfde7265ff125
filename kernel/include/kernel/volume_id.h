/*
 * volume_id.h - which file system, swap area or container a volume holds, its label and its UUID:
 * what root=LABEL=, root=UUID= and a missing rootfstype= ask. Types, labels and UUIDs read as
 * blkid(8) shows them.
 *
 * Pure: the only I/O is read(), the only memory the caller's struct. Any contents are safe and the
 * number of reads is bounded (VOLUME_READS_MAX). A sector that cannot be read counts as zeros.
 * Sources: the formats' published layouts, named at each in volume_id.c and volume_dos.c.
 */
#ifndef KERNEL_VOLUME_ID_H
#define KERNEL_VOLUME_ID_H

#include <kernel/types.h>

#define VOLUME_SECTOR	 512u
#define VOLUME_LABEL	 256u
#define VOLUME_READS_MAX 256u

struct volume_id {
	/* Sector `sector` of 512 bytes, whatever the medium's own are; 0 or -errno. */
	int (*read)(void *ctx, u64 sector, void *buffer);
	void *ctx;
	u64 sectors; /* 512 bytes; nothing beyond is read */
	/* the result */
	const char *type;	  /* "ext4", "swap", "iso9660", "vfat", ...; NULL: unknown */
	char label[VOLUME_LABEL]; /* UTF-8; empty: none */
	char uuid[40];		  /* empty: none */
	/* volume_id.c's own */
	unsigned int reads;
	u64 loaded; /* which sector is in the buffer */
	u8 buffer[VOLUME_SECTOR];
};

/* True: known; type is set. read, ctx and sectors are the caller's to fill in. */
bool volume_identify(struct volume_id *id);

/* ---- for volume_*.c ---- */
/* A sector's bytes until the next call; all zero when it cannot be had. */
const u8 *volume_sector(struct volume_id *id, u64 sector);
/* A label of n bytes in UTF-8 or ASCII, ended by NUL or padded with spaces. */
void volume_set_label(struct volume_id *id, const u8 *label, size_t n);
/* 16 bytes; all zero: none. */
void volume_set_uuid(struct volume_id *id, const u8 *uuid);
/* FAT, NTFS, exFAT: the boot sectors of DOS and Windows. */
bool volume_identify_dos(struct volume_id *id);

#endif
