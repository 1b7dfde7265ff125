/*
 * jbd2_internal.h - shared by jbd2_super.c (the journal's super block), jbd2_revoke.c (who was
 * revoked) and jbd2_log.c (the walk).
 */
#ifndef JBD2_INTERNAL_H
#define JBD2_INTERNAL_H

#include "jbd2_crc.h"
#include "jbd2_format.h"
#include "jbd2_log.h"
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>

static inline int jbd2_refuse(struct jbd2_log *log, int err, const char *why)
{
	log->why = why;
	return err;
}

/* Version 2 or 3: a checksum in every block that is not data, and in every tag. */
static inline bool jbd2_sums_blocks(const struct jbd2_log *log)
{
	return log->checksum >= JBD2_CHECKSUM_V2;
}

/* Is `a` no earlier than `b`? Sequence numbers wrap. */
static inline bool jbd2_no_earlier(u32 a, u32 b)
{
	return (s32)(a - b) >= 0;
}

/* The sum of `data` whose bytes [at, at + 4) count as zeros. */
u32 jbd2_sum_without(u32 seed, const u8 *data, u32 size, u32 at);

/* Notes the block numbers of the revoke block in log->block. */
int jbd2_revoke_note(struct jbd2_log *log, u32 sequence);
/* Must contents that transaction `sequence` has for the block not be written? */
bool jbd2_is_revoked(const struct jbd2_log *log, u64 block, u32 sequence);
void jbd2_revoke_free(struct jbd2_log *log);

#endif
