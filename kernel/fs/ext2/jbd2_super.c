/*
 * jbd2_super.c - the super block of a journal.
 */
#include "jbd2_internal.h"

u32 jbd2_sum_without(u32 seed, const u8 *data, u32 size, u32 at)
{
	static const u8 zeros[4];
	u32 sum = jbd2_crc32c(seed, data, at);

	sum = jbd2_crc32c(sum, zeros, sizeof(zeros));
	return jbd2_crc32c(sum, data + at + 4, size - at - 4);
}

static const char *check_features(const u8 *s)
{
	const u32 compat = get_be32(s + JBD2_S_COMPAT), incompat = get_be32(s + JBD2_S_INCOMPAT);

	if (incompat & JBD2_INCOMPAT_FAST_COMMIT)
		return "the journal's feature fast_commit is not supported";
	if (incompat & ~JBD2_INCOMPAT_KNOWN)
		return "the journal has features that are not known";
	if (get_be32(s + JBD2_S_RO_COMPAT))
		return "the journal has read-only features that are not known";
	if (!!(incompat & JBD2_INCOMPAT_CSUM_V2) + !!(incompat & JBD2_INCOMPAT_CSUM_V3) +
		    !!(compat & JBD2_COMPAT_CHECKSUM) >
	    1)
		return "the journal has two kinds of checksums at once";
	return NULL;
}

/* Super blocks of version 1 know no features. */
static int read_features(struct jbd2_log *log, const u8 *s)
{
	const bool old = get_be32(s + JBD2_HEAD_TYPE) == JBD2_SUPER_V1;
	const u32 compat = old ? 0 : get_be32(s + JBD2_S_COMPAT),
		  incompat = old ? 0 : get_be32(s + JBD2_S_INCOMPAT);
	const char *why = old ? NULL : check_features(s);

	if (why)
		return jbd2_refuse(log, -EOPNOTSUPP, why);
	log->wide = incompat & JBD2_INCOMPAT_64BIT;
	log->async = incompat & JBD2_INCOMPAT_ASYNC_COMMIT;
	log->checksum = incompat & JBD2_INCOMPAT_CSUM_V3   ? JBD2_CHECKSUM_V3
			: incompat & JBD2_INCOMPAT_CSUM_V2 ? JBD2_CHECKSUM_V2
			: compat & JBD2_COMPAT_CHECKSUM	   ? JBD2_CHECKSUM_V1
							   : JBD2_CHECKSUM_NONE;
	/* A tag of version 2 has two bytes that nobody uses: a mistake that became the format. */
	log->tag_size =
		log->checksum == JBD2_CHECKSUM_V3
			? 16
			: 8u + (log->wide ? 4 : 0) + (log->checksum == JBD2_CHECKSUM_V2 ? 2 : 0);
	log->room = log->block_size - (jbd2_sums_blocks(log) ? 4 : 0);
	return 0;
}

static int check_sum(struct jbd2_log *log, const u8 *s)
{
	if (!jbd2_sums_blocks(log))
		return 0;
	if (s[JBD2_S_CHECKSUM_TYPE] != JBD2_CRC32C_TYPE)
		return jbd2_refuse(log, -EOPNOTSUPP, "the journal's checksum is of no known type");
	if (jbd2_sum_without(~0u, s, JBD2_SUPER_SIZE, JBD2_S_CHECKSUM) !=
	    get_be32(s + JBD2_S_CHECKSUM))
		return jbd2_refuse(log, -EUCLEAN,
				   "the checksum of the journal's super block is wrong");
	log->seed = jbd2_crc32c(~0u, s + JBD2_S_UUID, JBD2_UUID);
	return 0;
}

static const char *check_places(const struct jbd2_log *log, const u8 *s, u32 blocks)
{
	const u32 type = get_be32(s + JBD2_HEAD_TYPE);

	if (get_be32(s + JBD2_HEAD_MAGIC) != JBD2_MAGIC ||
	    (type != JBD2_SUPER_V1 && type != JBD2_SUPER_V2))
		return "the journal has no super block";
	if (get_be32(s + JBD2_S_BLOCK_SIZE) != log->block_size)
		return "the journal's blocks are of another size";
	if (log->end > blocks)
		return "the journal is longer than its file";
	if (!log->first || log->first >= log->end)
		return "the journal's log has an impossible place";
	if (log->start && (log->start < log->first || log->start >= log->end))
		return "the journal's log starts outside of it";
	return NULL;
}

int jbd2_open(struct jbd2_log *log, const struct jbd2_ops *ops, void *arg, const void *super,
	      u32 block_size, u32 blocks)
{
	const u8 *s = super;
	const char *why;
	int err;

	*log = (struct jbd2_log){ .ops = ops,
				  .arg = arg,
				  .block_size = block_size,
				  .first = get_be32(s + JBD2_S_FIRST),
				  .end = get_be32(s + JBD2_S_MAXLEN),
				  .start = get_be32(s + JBD2_S_START),
				  .sequence = get_be32(s + JBD2_S_SEQUENCE),
				  .failed = get_be32(s + JBD2_S_ERRNO),
				  .revoked = RB_ROOT };
	log->stop = log->sequence;
	why = check_places(log, s, blocks);
	if (why)
		return jbd2_refuse(log, -EUCLEAN, why);
	err = read_features(log, s);
	if (!err)
		err = check_sum(log, s);
	if (err)
		return err;
	log->block = kmalloc(block_size, GFP_KERNEL);
	log->data = kmalloc(block_size, GFP_KERNEL);
	return log->block && log->data ? 0 : -ENOMEM;
}

void jbd2_close(struct jbd2_log *log)
{
	jbd2_revoke_free(log);
	kfree(log->block);
	kfree(log->data);
	log->block = log->data = NULL;
}

void jbd2_super_clear(const struct jbd2_log *log, void *super)
{
	u8 *s = super;

	put_be32(s + JBD2_S_START, 0);
	/* The number of a transaction that was not finished is not used again: what it left could
	 * be taken for the new one's. */
	put_be32(s + JBD2_S_SEQUENCE, log->stop + 1);
	put_be32(s + JBD2_S_ERRNO, 0);
	if (jbd2_sums_blocks(log))
		put_be32(s + JBD2_S_CHECKSUM,
			 jbd2_sum_without(~0u, s, JBD2_SUPER_SIZE, JBD2_S_CHECKSUM));
}
