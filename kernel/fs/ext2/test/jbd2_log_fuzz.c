/*
 * Logs of journals that lie: a log is made as the input says, spoilt, and perhaps summed up again.
 * Nothing may be read outside the journal or written outside the file system, nothing may hang, and
 * what is refused must have written nothing.
 */
// LINK: kernel/fs/ext2/jbd2_crc.c kernel/fs/ext2/jbd2_log.c kernel/fs/ext2/jbd2_revoke.c
// LINK: kernel/fs/ext2/jbd2_super.c kernel/fs/ext2/test/jbd2_make.c kernel/lib/rbtree.c
#include "jbd2_make.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct input {
	const u8 *at, *end;
};

static u32 byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static void transaction_part(struct jm *jm, struct input *in, u32 what)
{
	u64 targets[8];
	const u32 n = 1 + byte(in) % ARRAY_SIZE(targets);

	for (u32 i = 0; i < n; i++) {
		const u32 b = byte(in);

		targets[i] = b == 255 ? 1ull << 32 : b % (JM_FS_BLOCKS + 2);
	}
	if (what & 1)
		jm_revoke(jm, targets, n);
	else
		jm_descriptor(jm, targets, n, (u8)byte(in), what & 2);
}

static void spoil(struct jm *jm, struct input *in)
{
	const u32 block = byte(in) % JM_BLOCKS, how = byte(in);
	const u32 at = how & 1 ? byte(in) * 4 : byte(in) % 64;

	jm->journal[block][at] = (u8)byte(in);
	if (how & 2)
		jm_sum_block(jm, block);
	if (how & 4)
		jm_sum_super(jm);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u32 incompat[] = { 0, 1, 3, 9, 11, 17, 19, 21 };
	static struct jm jm;
	static struct jbd2_log log;
	struct input in = { data, data + size };
	const u32 first = byte(&in), start = byte(&in) % JM_BLOCKS;
	int err;

	host_log_clear();
	jm_begin(&jm, first >> 3 & 1, incompat[first & 7], start ? start : 1, first >> 4);
	/* More only writes over what was there. */
	for (u32 n = 0; n < 24 && in.at < in.end; n++) {
		const u32 what = byte(&in);

		if (what & 4)
			spoil(&jm, &in);
		else if (what & 8)
			jm_commit(&jm, byte(&in));
		else
			transaction_part(&jm, &in, what);
	}
	err = jm_run(&jm, &log);
	if (err == -EUCLEAN && !log.why)
		abort();
	/* Only a log that overwrites itself could fail later, and it cannot here. */
	if (err && jm.writes)
		abort();
	return 0;
}
