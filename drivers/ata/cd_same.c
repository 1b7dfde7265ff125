/*
 * cd_same.c - the disc that was taken out by force, and is put back while programs still have it
 * open: they go on when it is the same one, as far as can be told.
 *
 * It is, when it has as many blocks and its volume descriptors are the same: they hold its name,
 * size and the time it was made to a hundredth of a second (ECMA-119 8.4). What can be written
 * may have changed elsewhere meanwhile, and is never the same.
 */
#include <kernel/crc32_small.h>
#include <kernel/errno.h>
#include "cd_core.h"

#define DESCRIPTORS_LBA	 16u
#define DESCRIPTORS_READ 2u

/* Blocks that it has too few of are none of its mark. */
static int read_mark(struct cd_drive *cd, struct cd_mark *mark)
{
	struct ata_piece piece;
	struct ata_buffer buf;
	u32 crc = 0;
	int err = 0;

	for (u32 i = 0; i < DESCRIPTORS_READ && !err; i++) {
		ata_buffer_init(&buf, &piece, cd->mark_block, sizeof(cd->mark_block));
		err = cd_read_unproven(cd, DESCRIPTORS_LBA + i, &buf);
		if (!err)
			crc = crc32_small(crc, cd->mark_block, sizeof(cd->mark_block));
	}
	*mark = (struct cd_mark){ .known = !err, .blocks = cd->blocks, .crc = crc };
	return err;
}

void cd_mark_disc(struct cd_drive *cd)
{
	if (cd->disk || cd->block_bytes != CD_BLOCK)
		cd->mark.known = false;
	else
		(void)read_mark(cd, &cd->mark);
}

void cd_look_again(struct cd_drive *cd)
{
	if (!cd->stale)
		return;
	if (cd->known)
		(void)cd_test_ready(cd); /* tells when it has been changed again */
	/* QEMU's drive is empty for one command more when a disc has come already. */
	if (!cd->known && cd_check_medium(cd) == -ENOMEDIUM)
		(void)cd_check_medium(cd);
}

bool cd_is_marked_disc(struct cd_drive *cd)
{
	struct cd_mark now;

	if (!cd->mark.known || cd->block_bytes != CD_BLOCK)
		return false;
	if (read_mark(cd, &now) && cd->known)
		(void)read_mark(cd, &now); /* once more, where it was not a change */
	return now.known && cd->known && now.blocks == cd->mark.blocks && now.crc == cd->mark.crc;
}
