/*
 * jbd2_make.h - writes the log of a journal in memory, as ext3 and ext4 do, for tests and fuzzers
 * of jbd2_log.c, and stands for the disk it is replayed to.
 */
#ifndef JBD2_MAKE_H
#define JBD2_MAKE_H

#include <host/host.h>
#include "../jbd2_internal.h"

#define JM_SIZE	     1024u /* of a block */
#define JM_BLOCKS    40u   /* of the journal: super block, log */
#define JM_FS_BLOCKS 64u

struct jm {
	u8 journal[JM_BLOCKS][JM_SIZE], fs[JM_FS_BLOCKS][JM_SIZE];
	u32 pos, sequence, compat, incompat;
	u32 sum;	       /* version 1 */
	u32 reads, read_fails; /* the nth read ends in -EIO; 0: none */
	u32 writes;
	struct jbd2_log log; /* for tag_size, room, checksum, seed */
};

/* An empty log that begins at block `start` with a number. */
void jm_begin(struct jm *jm, u32 compat, u32 incompat, u32 start, u32 sequence);
/* New contents for `n` blocks: filled with `fill`, which begins with the magic if `escape`. */
void jm_descriptor(struct jm *jm, const u64 *targets, u32 n, u8 fill, bool escape);
void jm_revoke(struct jm *jm, const u64 *targets, u32 n);
void jm_commit(struct jm *jm, u64 time);
/* The sums of the super block and of block `nth`, after somebody changed them. */
void jm_sum_super(struct jm *jm);
void jm_sum_block(struct jm *jm, u32 nth);
/* Opens, checks and replays; the first error. */
int jm_run(struct jm *jm, struct jbd2_log *log);

#endif
