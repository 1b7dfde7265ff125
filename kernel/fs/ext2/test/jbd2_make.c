/* jbd2_make.c - writes the log of a journal in memory; see jbd2_make.h. */
#include "jbd2_make.h"

/* ---- the disk ---- */
static int read_journal(void *arg, u32 nth, void *data)
{
	struct jm *jm = arg;

	if (nth >= JM_BLOCKS)
		host_die("a read outside the journal", __FILE__, __LINE__);
	if (++jm->reads == jm->read_fails)
		return -EIO;
	memcpy(data, jm->journal[nth], JM_SIZE);
	return 0;
}

static bool may_write(void *arg, u64 block)
{
	return block && block < JM_FS_BLOCKS;
}

static int write_block(void *arg, u64 block, const void *data)
{
	struct jm *jm = arg;

	if (!may_write(arg, block))
		host_die("a write outside the file system", __FILE__, __LINE__);
	memcpy(jm->fs[block], data, JM_SIZE);
	jm->writes++;
	return 0;
}

static const struct jbd2_ops ops = { read_journal, may_write, write_block };

int jm_run(struct jm *jm, struct jbd2_log *log)
{
	int err = jbd2_open(log, &ops, jm, jm->journal[0], JM_SIZE, JM_BLOCKS);

	if (!err)
		err = jbd2_check(log);
	if (!err)
		err = jbd2_replay(log);
	if (!err)
		jbd2_super_clear(log, jm->journal[0]);
	jbd2_close(log);
	return err;
}

/* ---- sums ---- */
void jm_sum_super(struct jm *jm)
{
	u8 *s = jm->journal[0];

	if (jbd2_sums_blocks(&jm->log))
		put_be32(s + JBD2_S_CHECKSUM,
			 jbd2_sum_without(~0u, s, JBD2_SUPER_SIZE, JBD2_S_CHECKSUM));
}

void jm_sum_block(struct jm *jm, u32 nth)
{
	u8 *b = jm->journal[nth];
	const u32 at = get_be32(b + JBD2_HEAD_TYPE) == JBD2_COMMIT ? JBD2_C_CHECKSUM : JM_SIZE - 4;

	if (jbd2_sums_blocks(&jm->log))
		put_be32(b + at, jbd2_sum_without(jm->log.seed, b, JM_SIZE, at));
}

static u32 data_sum(const struct jm *jm, const u8 *data)
{
	u8 sequence[4];

	if (!jbd2_sums_blocks(&jm->log))
		return 0;
	put_be32(sequence, jm->sequence);
	return jbd2_crc32c(jbd2_crc32c(jm->log.seed, sequence, 4), data, JM_SIZE);
}

/* ---- writing ---- */
static void make_super(struct jm *jm, u32 start)
{
	u8 *s = jm->journal[0];

	put_be32(s, JBD2_MAGIC);
	put_be32(s + JBD2_HEAD_TYPE, JBD2_SUPER_V2);
	put_be32(s + JBD2_S_BLOCK_SIZE, JM_SIZE);
	put_be32(s + JBD2_S_MAXLEN, JM_BLOCKS);
	put_be32(s + JBD2_S_FIRST, 1);
	put_be32(s + JBD2_S_SEQUENCE, jm->sequence);
	put_be32(s + JBD2_S_START, start);
	put_be32(s + JBD2_S_COMPAT, jm->compat);
	put_be32(s + JBD2_S_INCOMPAT, jm->incompat);
	memset(s + JBD2_S_UUID, 0x5a, JBD2_UUID);
	s[JBD2_S_CHECKSUM_TYPE] = JBD2_CRC32C_TYPE;
}

void jm_begin(struct jm *jm, u32 compat, u32 incompat, u32 start, u32 sequence)
{
	const bool v3 = incompat & JBD2_INCOMPAT_CSUM_V3, v2 = incompat & JBD2_INCOMPAT_CSUM_V2,
		   wide = incompat & JBD2_INCOMPAT_64BIT;

	*jm = (struct jm){ .pos = start,
			   .sequence = sequence,
			   .compat = compat,
			   .incompat = incompat,
			   .sum = ~0u };
	make_super(jm, start);
	jm->log.wide = wide;
	jm->log.checksum = v3		? JBD2_CHECKSUM_V3
			   : v2		? JBD2_CHECKSUM_V2
			   : compat & 1 ? JBD2_CHECKSUM_V1
					: JBD2_CHECKSUM_NONE;
	jm->log.tag_size = v3 ? 16 : 8 + 4 * wide + 2 * v2;
	jm->log.room = JM_SIZE - (v2 || v3 ? 4 : 0);
	jm->log.seed = jbd2_crc32c(~0u, jm->journal[0] + JBD2_S_UUID, JBD2_UUID);
	jm_sum_super(jm);
}

/* The next block of the log, zeroed. */
static u8 *next(struct jm *jm, u32 type)
{
	u8 *b = jm->journal[jm->pos];

	if (++jm->pos == JM_BLOCKS)
		jm->pos = 1;
	memset(b, 0, JM_SIZE);
	if (!type)
		return b;
	put_be32(b, JBD2_MAGIC);
	put_be32(b + JBD2_HEAD_TYPE, type);
	put_be32(b + JBD2_HEAD_SEQUENCE, jm->sequence);
	return b;
}

static u32 number_of(const struct jm *jm, const u8 *b)
{
	return (u32)((b - jm->journal[0]) / JM_SIZE);
}

static u8 *put_data(struct jm *jm, u8 fill, bool escape)
{
	u8 *data = next(jm, 0);

	memset(data, fill, JM_SIZE);
	if (escape)
		put_be32(data, 0);
	return data;
}

static void put_tag(struct jm *jm, u8 *tag, u64 block, u32 flags, u32 sum)
{
	const u32 low = (u32)block, high = (u32)(block >> 32);

	put_be32(tag, low);
	if (jm->log.checksum == JBD2_CHECKSUM_V3) {
		put_be32(tag + 4, flags);
		put_be32(tag + 8, high);
		put_be32(tag + 12, sum);
		return;
	}
	put_be32(tag + 4, flags | (jm->log.checksum == JBD2_CHECKSUM_V2 ? sum << 16 : 0));
	if (jm->log.wide)
		put_be32(tag + 8, high);
}

static void sum_up(struct jm *jm, const u8 *data)
{
	if (jm->log.checksum == JBD2_CHECKSUM_V1)
		jm->sum = jbd2_crc32_be(jm->sum, data, JM_SIZE);
}

void jm_descriptor(struct jm *jm, const u64 *targets, u32 n, u8 fill, bool escape)
{
	u8 *d = next(jm, JBD2_DESCRIPTOR), *data[JM_BLOCKS];
	u32 at = JBD2_HEAD;

	n = min(n, JM_BLOCKS);
	for (u32 i = 0; i < n; i++) {
		const u32 flags = (i ? JBD2_TAG_SAME_UUID : 0) | (i + 1 == n ? JBD2_TAG_LAST : 0) |
				  (escape ? JBD2_TAG_ESCAPE : 0);

		data[i] = put_data(jm, (u8)(fill + i), escape);
		put_tag(jm, d + at, targets[i], flags, data_sum(jm, data[i]));
		at += jm->log.tag_size + (i ? 0 : JBD2_UUID);
	}
	jm_sum_block(jm, number_of(jm, d));
	sum_up(jm, d);
	for (u32 i = 0; i < n; i++)
		sum_up(jm, data[i]);
}

void jm_revoke(struct jm *jm, const u64 *targets, u32 n)
{
	u8 *b = next(jm, JBD2_REVOKE);
	u32 at = JBD2_REVOKE_HEAD;

	for (u32 i = 0; i < n; i++, at += jm->log.wide ? 8 : 4) {
		put_be32(b + at + (jm->log.wide ? 4 : 0), (u32)targets[i]);
		if (jm->log.wide)
			put_be32(b + at, (u32)(targets[i] >> 32));
	}
	put_be32(b + JBD2_REVOKE_COUNT, at);
	jm_sum_block(jm, number_of(jm, b));
}

void jm_commit(struct jm *jm, u64 time)
{
	u8 *b = next(jm, JBD2_COMMIT);

	put_be32(b + JBD2_C_SECONDS, (u32)(time >> 32));
	put_be32(b + JBD2_C_SECONDS + 4, (u32)time);
	if (jm->log.checksum == JBD2_CHECKSUM_V1) {
		b[JBD2_C_CHECKSUM_TYPE] = JBD2_CRC32_TYPE;
		b[JBD2_C_CHECKSUM_SIZE] = 4;
		put_be32(b + JBD2_C_CHECKSUM, jm->sum);
	}
	jm_sum_block(jm, number_of(jm, b));
	jm->sum = ~0u;
	jm->sequence++;
}
