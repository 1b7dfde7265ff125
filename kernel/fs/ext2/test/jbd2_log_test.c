/*
 * Logs of journals, made in memory: what is replayed, where a log ends, what is refused.
 */
// LINK: kernel/fs/ext2/jbd2_crc.c kernel/fs/ext2/jbd2_log.c kernel/fs/ext2/jbd2_revoke.c
// LINK: kernel/fs/ext2/jbd2_super.c kernel/fs/ext2/test/jbd2_make.c kernel/lib/rbtree.c
#include "jbd2_make.h"

static struct jm jm;
static struct jbd2_log log_;

#define TARGETS(...) ((const u64[]){ __VA_ARGS__ }), ARRAY_SIZE(((const u64[]){ __VA_ARGS__ }))

static const struct {
	u32 compat, incompat;
} kinds[] = {
	{ 0, 0 },
	{ 0, JBD2_INCOMPAT_REVOKE },
	{ JBD2_COMPAT_CHECKSUM, JBD2_INCOMPAT_REVOKE },
	{ 0, JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_64BIT },
	{ 0, JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_CSUM_V2 },
	{ 0, JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_CSUM_V2 | JBD2_INCOMPAT_64BIT },
	{ 0, JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_CSUM_V3 },
	{ 0, JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_CSUM_V3 | JBD2_INCOMPAT_64BIT },
	{ 0, JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_CSUM_V3 | JBD2_INCOMPAT_ASYNC_COMMIT },
};
#define V3 6u /* index above */

static void begin(u32 kind, u32 start, u32 sequence)
{
	jm_begin(&jm, kinds[kind].compat, kinds[kind].incompat, start, sequence);
}

static void expect_refused(int err, const char *why)
{
	assert_int_equal(jm_run(&jm, &log_), err);
	assert_string_equal(log_.why, why);
	assert_int_equal(jm.writes, 0);
	jm.reads = 0;
}

static void test_sums(void **state)
{
	assert_int_equal(~jbd2_crc32c(~0u, "123456789", 9), 0xe3069283);
	assert_int_equal(~jbd2_crc32_be(~0u, "123456789", 9), 0xfc891918); /* CRC-32/BZIP2 */
}

/* A log over its end and back to the start, with numbers that wrap, of every kind. */
static void test_every_kind(void **state)
{
	for (u32 kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		begin(kind, 35, 0xfffffffe);
		jm_descriptor(&jm, TARGETS(5, 6, 7), 0x10, false);
		jm_commit(&jm, 100); /* in block 39, the last */
		jm_descriptor(&jm, TARGETS(6), 0x20, false);
		jm_revoke(&jm, TARGETS(5));
		jm_commit(&jm, 101);
		jm_descriptor(&jm, TARGETS(8, 9), 0x30, true);
		jm_commit(&jm, 101);
		assert_int_equal(jm_run(&jm, &log_), 0);
		assert_int_equal(log_.transactions, 3);
		assert_int_equal(log_.written, 5);
		assert_int_equal(log_.skipped, 1);
		assert_int_equal(jm.fs[5][0], 0);
		assert_int_equal(jm.fs[6][500], 0x20);
		assert_int_equal(jm.fs[7][1023], 0x12);
		assert_int_equal(get_be32(jm.fs[8]), JBD2_MAGIC);
		assert_int_equal(jm.fs[8][4], 0x30);
		assert_int_equal(jm.fs[9][1023], 0x31);
		/* Done over, it is an empty log with a number that was not used. */
		assert_int_equal(get_be32(jm.journal[0] + JBD2_S_SEQUENCE), 2);
		assert_int_equal(jm_run(&jm, &log_), 0);
		assert_int_equal(log_.transactions, 0);
		assert_int_equal(jm.writes, 5);
	}
}

/* What is revoked and written again by the same or a later transaction: only the later counts. */
static void test_revoke_order(void **state)
{
	begin(1, 1, 7);
	jm_descriptor(&jm, TARGETS(5, 6), 0x10, false);
	jm_commit(&jm, 1);
	jm_revoke(&jm, TARGETS(5, 6));
	jm_descriptor(&jm, TARGETS(6), 0x20, false);
	jm_commit(&jm, 2);
	jm_descriptor(&jm, TARGETS(5), 0x30, false);
	jm_commit(&jm, 3);
	jm_revoke(&jm, TARGETS(7)); /* not committed */
	assert_int_equal(jm_run(&jm, &log_), 0);
	assert_int_equal(jm.fs[5][0], 0x30);
	assert_int_equal(jm.fs[6][0], 0);
	assert_int_equal(log_.skipped, 3);
	assert_null(log_.revoked.node);
}

static void test_end_of_log(void **state)
{
	for (u32 kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		begin(kind, 1, 7);
		jm_descriptor(&jm, TARGETS(5), 0x10, false);
		jm_commit(&jm, 1);
		jm_descriptor(&jm, TARGETS(6), 0x20, false); /* no commit */
		assert_int_equal(jm_run(&jm, &log_), 0);
		assert_int_equal(log_.written, 1);
		assert_int_equal(jm.fs[6][0], 0);
	}
	/* A full log that only has one number goes round once. */
	begin(0, 1, 7);
	for (u32 i = 0; i < 20; i++)
		jm_descriptor(&jm, TARGETS(5), 0x10, false);
	assert_int_equal(jm_run(&jm, &log_), 0);
	assert_int_equal(log_.transactions, 0);
}

/* Blocks of an older log, whose numbers go on where the new one ends: told by their time. */
static void test_left_over(void **state)
{
	begin(V3, 1, 7);
	jm_descriptor(&jm, TARGETS(5), 0x10, false);
	jm_commit(&jm, 1000);
	jm_descriptor(&jm, TARGETS(6), 0x20, false);
	jm_commit(&jm, 500);
	jm.journal[4][20] ^= 1; /* its descriptor was overwritten */
	assert_int_equal(jm_run(&jm, &log_), 0);
	assert_int_equal(log_.transactions, 1);
	assert_int_equal(jm.fs[6][0], 0);
}

static void test_wrong_sums(void **state)
{
	for (u32 kind = 2; kind < V3 + 2; kind++) {
		u32 want = kind == 2 || kind > 3; /* 3 has none */

		begin(kind, 1, 7);
		jm_descriptor(&jm, TARGETS(5), 0x10, false);
		jm_commit(&jm, 1);
		jm_descriptor(&jm, TARGETS(6), 0x20, false);
		jm_commit(&jm, 2);
		jm.journal[5][77] ^= 1; /* data of the second transaction */
		if (want)
			expect_refused(-EUCLEAN,
				       kind == 2
					       ? "a transaction in the journal has a wrong checksum"
					       : "a block in the journal has a wrong checksum");
		else
			assert_int_equal(jm_run(&jm, &log_), 0);
	}
	begin(V3, 1, 7);
	jm_descriptor(&jm, TARGETS(5), 0x10, false);
	jm_commit(&jm, 1);
	jm.journal[1][900] ^= 1;
	expect_refused(-EUCLEAN, "a transaction in the journal has a wrong checksum");
	jm.journal[1][900] ^= 1;
	jm.journal[3][JBD2_C_SECONDS + 7] ^= 2;
	expect_refused(-EUCLEAN, "a transaction in the journal has a wrong checksum");
	jm.journal[3][JBD2_C_SECONDS + 7] ^= 2;
	jm.journal[3][600] = 9; /* behind the first sector: not written when the power went */
	assert_int_equal(jm_run(&jm, &log_), 0);
	assert_int_equal(jm.fs[5][0], 0x10);
}

/* A commit block that came before its data is the end, when that may be. */
static void test_async_commit(void **state)
{
	jm_begin(&jm, JBD2_COMPAT_CHECKSUM, JBD2_INCOMPAT_ASYNC_COMMIT, 1, 7);
	jm_descriptor(&jm, TARGETS(5), 0x10, false);
	jm_commit(&jm, 1);
	jm_descriptor(&jm, TARGETS(6), 0x20, false);
	jm_commit(&jm, 2);
	jm.journal[5][77] ^= 1;
	assert_int_equal(jm_run(&jm, &log_), 0);
	assert_int_equal(log_.written, 1);
}

static void test_without_checksum_once(void **state)
{
	jm_begin(&jm, JBD2_COMPAT_CHECKSUM, 0, 1, 7);
	jm_descriptor(&jm, TARGETS(5), 0x10, false);
	jm_commit(&jm, 1);
	memset(jm.journal[3] + JBD2_C_CHECKSUM_TYPE, 0, 8);
	assert_int_equal(jm_run(&jm, &log_), 0);
	assert_int_equal(log_.written, 1);
}

static void test_bad_targets(void **state)
{
	static const u64 bad[] = { 0, JM_FS_BLOCKS, 0xffffffff, 5 | 1ull << 32 };

	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(3, 1, 7);
		jm_descriptor(&jm, TARGETS(5), 0x10, false);
		jm_descriptor(&jm, &bad[i], 1, 0x10, false);
		jm_commit(&jm, 1);
		expect_refused(-EUCLEAN, "a block in the journal is for outside the file system");
		jm_revoke(&jm, &bad[i], 1); /* what is not written does no harm */
		jm_commit(&jm, 1);
		assert_int_equal(jm_run(&jm, &log_), 0);
		assert_int_equal(jm.writes, 1);
	}
	begin(1, 1, 7);
	jm_revoke(&jm, TARGETS(5));
	jm_commit(&jm, 1);
	put_be32(jm.journal[1] + JBD2_REVOKE_COUNT, JM_SIZE + 1);
	expect_refused(-EUCLEAN, "a revoke block holds more than a block");
}

static void test_super_block(void **state)
{
	static const struct {
		u32 at, value;
		int err;
		const char *why;
	} cases[] = {
		{ 0, 1, -EUCLEAN, "the journal has no super block" },
		{ 4, 2, -EUCLEAN, "the journal has no super block" },
		{ 12, 2048, -EUCLEAN, "the journal's blocks are of another size" },
		{ 16, JM_BLOCKS + 1, -EUCLEAN, "the journal is longer than its file" },
		{ 20, 0, -EUCLEAN, "the journal's log has an impossible place" },
		{ 20, JM_BLOCKS, -EUCLEAN, "the journal's log has an impossible place" },
		{ 28, JM_BLOCKS, -EUCLEAN, "the journal's log starts outside of it" },
		{ 40, 0x40, -EOPNOTSUPP, "the journal has features that are not known" },
		{ 40, 0x20, -EOPNOTSUPP, "the journal's feature fast_commit is not supported" },
		{ 40, 0x18, -EOPNOTSUPP, "the journal has two kinds of checksums at once" },
		{ 44, 1, -EOPNOTSUPP, "the journal has read-only features that are not known" },
	};

	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(V3, 1, 7);
		put_be32(jm.journal[0] + cases[i].at, cases[i].value);
		jm_sum_super(&jm);
		expect_refused(cases[i].err, cases[i].why);
	}
	begin(V3, 1, 7);
	jm.journal[0][300] ^= 1;
	expect_refused(-EUCLEAN, "the checksum of the journal's super block is wrong");
	jm.journal[0][JBD2_S_CHECKSUM_TYPE] = 1;
	expect_refused(-EOPNOTSUPP, "the journal's checksum is of no known type");
	/* Version 1 has no features, whatever stands there. */
	begin(0, 1, 7);
	put_be32(jm.journal[0] + 4, JBD2_SUPER_V1);
	put_be32(jm.journal[0] + 40, 0xffffffff);
	assert_int_equal(jm_run(&jm, &log_), 0);
}

static void test_failures(void **state)
{
	int err = -EIO;

	for (u32 nth = 1; err; nth++) {
		begin(V3, 1, 7);
		jm_descriptor(&jm, TARGETS(5), 0x10, false);
		jm_revoke(&jm, TARGETS(6));
		jm_commit(&jm, 1);
		jm.read_fails = nth;
		err = jm_run(&jm, &log_);
		if (err)
			assert_int_equal(err, -EIO);
		assert_int_equal(get_be32(jm.journal[0] + JBD2_S_START), err ? 1 : 0);
	}
	host_for_each_alloc_failure(n)
	{
		jm.read_fails = 0;
		put_be32(jm.journal[0] + JBD2_S_START, 1);
		put_be32(jm.journal[0] + JBD2_S_SEQUENCE, 7);
		jm_sum_super(&jm);
		err = jm_run(&jm, &log_);
		assert_true(err == 0 || err == -ENOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_sums),	      host_test(test_every_kind),
		host_test(test_revoke_order), host_test(test_end_of_log),
		host_test(test_left_over),    host_test(test_wrong_sums),
		host_test(test_async_commit), host_test(test_without_checksum_once),
		host_test(test_bad_targets),  host_test(test_super_block),
		host_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
