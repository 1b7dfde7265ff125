/*
 * jbd2_log.c - walks the log of a journal; see jbd2_log.h.
 *
 * The walk is made four times over the same blocks:
 *
 *   scan     how far the log goes: to the first transaction that has no (good) commit block
 *   revoke   which blocks must not be written
 *   check    checksums and block numbers of all that will be written
 *   replay   writes
 *
 * What the log's blocks hold past its end is older transactions. Their sequence numbers do not fit,
 * or (when numbers were given out anew) their commit time lies before the last one's.
 */
#include "jbd2_internal.h"

enum pass {
	PASS_SCAN,
	PASS_REVOKE,
	PASS_CHECK,
	PASS_REPLAY
};

struct walk {
	struct jbd2_log *log;
	enum pass pass;
	u32 pos, left; /* the next block; how many of the log were not visited */
	u32 sequence;
	u32 sum;      /* version 1: over what the transaction has so far */
	bool suspect; /* a checksum of this transaction is wrong */
	u64 time;     /* of the last good commit */
};

/* What a step of the walk says besides 0 and -errno. */
#define WALK_END 1

struct tag {
	u64 block;
	u32 flags, sum;
};

/* Takes the next block's number; false: all of the log was visited. */
static bool step(struct walk *w, u32 *at)
{
	if (!w->left)
		return false;
	*at = w->pos;
	w->left--;
	if (++w->pos == w->log->end)
		w->pos = w->log->first;
	return true;
}

static int corrupt(const struct walk *w, const char *why)
{
	return jbd2_refuse(w->log, -EUCLEAN, why);
}

/* ---- descriptors ---- */
/* The tag at *at of the descriptor in log->block; false: there is none. */
static bool next_tag(const struct jbd2_log *log, u32 *at, struct tag *t)
{
	const u8 *p = log->block + *at;
	const bool v3 = log->checksum == JBD2_CHECKSUM_V3;

	if (*at > log->room || log->tag_size > log->room - *at)
		return false;
	t->block = get_be32(p);
	t->flags = v3 ? get_be32(p + 4) : get_be16(p + 6);
	t->sum = v3 ? get_be32(p + 12) : get_be16(p + 4);
	if (log->wide)
		t->block |= (u64)get_be32(p + 8) << 32;
	*at += log->tag_size + (t->flags & JBD2_TAG_SAME_UUID ? 0 : JBD2_UUID);
	if (t->flags & JBD2_TAG_LAST)
		*at = log->block_size;
	return true;
}

static bool data_is_good(const struct walk *w, const struct tag *t)
{
	const struct jbd2_log *log = w->log;
	u8 sequence[4];
	u32 sum;

	put_be32(sequence, w->sequence);
	sum = jbd2_crc32c(log->seed, sequence, sizeof(sequence));
	sum = jbd2_crc32c(sum, log->data, log->block_size);
	return (log->checksum == JBD2_CHECKSUM_V3 ? sum : sum & 0xffff) == t->sum;
}

static int read_data(const struct walk *w, u32 at, const struct tag *t)
{
	int err = w->log->ops->read(w->log->arg, at, w->log->data);

	if (err || !jbd2_sums_blocks(w->log) || data_is_good(w, t))
		return err;
	return corrupt(w, "a block in the journal has a wrong checksum");
}

static int check_data(const struct walk *w, u32 at, const struct tag *t)
{
	const struct jbd2_log *log = w->log;

	if (jbd2_is_revoked(log, t->block, w->sequence))
		return 0;
	if (!log->ops->may_write(log->arg, t->block))
		return corrupt(w, "a block in the journal is for outside the file system");
	return jbd2_sums_blocks(log) ? read_data(w, at, t) : 0;
}

static int write_data(const struct walk *w, u32 at, const struct tag *t)
{
	struct jbd2_log *log = w->log;
	int err;

	if (jbd2_is_revoked(log, t->block, w->sequence)) {
		log->skipped++;
		return 0;
	}
	err = check_data(w, at, t);
	if (!err && !jbd2_sums_blocks(log))
		err = read_data(w, at, t);
	if (err)
		return err;
	if (t->flags & JBD2_TAG_ESCAPE)
		put_be32(log->data, JBD2_MAGIC);
	log->written++;
	return log->ops->write(log->arg, t->block, log->data);
}

/* Version 1 sums up all there is, in its order. */
static int sum_data(struct walk *w, u32 at)
{
	struct jbd2_log *log = w->log;
	int err;

	if (log->checksum != JBD2_CHECKSUM_V1)
		return 0;
	err = log->ops->read(log->arg, at, log->data);
	if (!err)
		w->sum = jbd2_crc32_be(w->sum, log->data, log->block_size);
	return err;
}

static int one_data(struct walk *w, u32 at, const struct tag *t)
{
	switch (w->pass) {
	case PASS_SCAN:
		return sum_data(w, at);
	case PASS_CHECK:
		return check_data(w, at, t);
	case PASS_REPLAY:
		return write_data(w, at, t);
	default:
		return 0;
	}
}

static int descriptor(struct walk *w)
{
	struct jbd2_log *log = w->log;
	u32 at = JBD2_HEAD, place;
	struct tag t;
	int err = 0;

	if (w->pass == PASS_SCAN && log->checksum == JBD2_CHECKSUM_V1)
		w->sum = jbd2_crc32_be(w->sum, log->block, log->block_size);
	while (!err && next_tag(log, &at, &t)) {
		if (!step(w, &place))
			return WALK_END;
		err = one_data(w, place, &t);
	}
	return err;
}

/* ---- commit blocks ---- */
/* The sum over a block whose bytes from the commit's own on are zeros: a drive that writes 512
 * bytes at once may have written no more of it. */
static u32 sum_of_torn(const struct jbd2_log *log)
{
	static const u8 zeros[64];
	u32 sum = jbd2_sum_without(log->seed, log->block, JBD2_C_SIZE, JBD2_C_CHECKSUM);

	for (u32 at = JBD2_C_SIZE; at < log->block_size;) {
		const u32 n = min_t(u32, sizeof(zeros), log->block_size - at);

		sum = jbd2_crc32c(sum, zeros, n);
		at += n;
	}
	return sum;
}

static bool commit_is_good(const struct walk *w)
{
	const struct jbd2_log *log = w->log;
	const u8 *b = log->block;
	const u32 stored = get_be32(b + JBD2_C_CHECKSUM);

	switch (log->checksum) {
	case JBD2_CHECKSUM_NONE:
		return true;
	case JBD2_CHECKSUM_V1:
		if (!stored && !b[JBD2_C_CHECKSUM_TYPE] && !b[JBD2_C_CHECKSUM_SIZE])
			return true; /* made before the feature was switched on */
		return b[JBD2_C_CHECKSUM_TYPE] == JBD2_CRC32_TYPE && b[JBD2_C_CHECKSUM_SIZE] == 4 &&
		       stored == w->sum;
	default:
		return stored == jbd2_sum_without(log->seed, b, log->block_size, JBD2_C_CHECKSUM) ||
		       stored == sum_of_torn(log);
	}
}

/* Is the transaction complete? If not: left over from earlier, not finished, or damaged. */
static int scan_commit(struct walk *w)
{
	struct jbd2_log *log = w->log;
	const u8 *p = log->block + JBD2_C_SECONDS;
	const u64 time = (u64)get_be32(p) << 32 | get_be32(p + 4);
	const bool good = commit_is_good(w);

	if (good && !w->suspect) {
		w->time = time;
		w->sum = ~0u;
		return 0;
	}
	/* With async_commit the commit block may come before what it commits. */
	if (time < w->time || (!good && log->async))
		return WALK_END;
	return corrupt(w, "a transaction in the journal has a wrong checksum");
}

/* ---- the walk ---- */
static bool tail_is_good(const struct jbd2_log *log)
{
	return !jbd2_sums_blocks(log) ||
	       jbd2_sum_without(log->seed, log->block, log->block_size, log->room) ==
		       get_be32(log->block + log->room);
}

/* The block in log->block; a descriptor's data is visited with it. */
static int visit(struct walk *w)
{
	const u32 type = get_be32(w->log->block + JBD2_HEAD_TYPE);
	int err;

	if ((type == JBD2_DESCRIPTOR || type == JBD2_REVOKE) && !tail_is_good(w->log)) {
		if (w->pass != PASS_SCAN)
			return corrupt(w, "the journal changed while it was read");
		w->suspect = true;
	}
	switch (type) {
	case JBD2_DESCRIPTOR:
		return descriptor(w);
	case JBD2_REVOKE:
		return w->pass == PASS_REVOKE ? jbd2_revoke_note(w->log, w->sequence) : 0;
	case JBD2_COMMIT:
		err = w->pass == PASS_SCAN ? scan_commit(w) : 0;
		w->sequence += !err;
		return err;
	default:
		return WALK_END;
	}
}

/* Reads the next block; WALK_END: it belongs to no transaction that is wanted. */
static int next_block(struct walk *w)
{
	struct jbd2_log *log = w->log;
	u32 at;
	int err;

	if (!step(w, &at))
		return WALK_END;
	err = log->ops->read(log->arg, at, log->block);
	if (err)
		return err;
	return get_be32(log->block + JBD2_HEAD_MAGIC) == JBD2_MAGIC &&
			       get_be32(log->block + JBD2_HEAD_SEQUENCE) == w->sequence
		       ? 0
		       : WALK_END;
}

static int walk(struct jbd2_log *log, enum pass pass)
{
	struct walk w = { .log = log,
			  .pass = pass,
			  .pos = log->start,
			  .left = log->end - log->first,
			  .sequence = log->sequence,
			  .sum = ~0u };
	int err = 0;

	while (!err && (pass == PASS_SCAN || w.sequence != log->stop)) {
		err = next_block(&w);
		if (!err)
			err = visit(&w);
	}
	if (pass == PASS_SCAN) {
		log->stop = w.sequence;
		log->transactions = w.sequence - log->sequence;
		return err < 0 ? err : 0;
	}
	return err == WALK_END ? corrupt(&w, "the journal changed while it was read") : err;
}

int jbd2_check(struct jbd2_log *log)
{
	int err = 0;

	for (enum pass pass = PASS_SCAN; !err && log->start && pass <= PASS_CHECK; pass++)
		err = walk(log, pass);
	return err;
}

int jbd2_replay(struct jbd2_log *log)
{
	return log->start ? walk(log, PASS_REPLAY) : 0;
}
