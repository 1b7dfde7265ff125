/*
 * jbd2_log.h - reads the log of an ext3 journal and says which blocks get which contents.
 *
 * jbd2_open() checks the super block of the journal, jbd2_check() the whole log: where it ends,
 * which blocks were revoked, every checksum there is, every block number. Only then jbd2_replay()
 * calls write(). So a log that contradicts itself is refused before anything is changed. A
 * transaction without its commit block is the normal end of a log.
 *
 * Errors: -EUCLEAN, -EOPNOTSUPP with log.why in words; -ENOMEM; what read() and write() return.
 * Threading: the caller's. Pure but for kmalloc(). Format: jbd2_format.h.
 */
#ifndef JBD2_LOG_H
#define JBD2_LOG_H

#include <kernel/rbtree.h>
#include <kernel/types.h>

struct jbd2_ops {
	/* Block `nth` of the journal. */
	int (*read)(void *arg, u32 nth, void *data);
	/* Can the file system's block be a target? */
	bool (*may_write)(void *arg, u64 block);
	int (*write)(void *arg, u64 block, const void *data);
};

enum jbd2_checksum {
	JBD2_CHECKSUM_NONE,
	JBD2_CHECKSUM_V1,
	JBD2_CHECKSUM_V2,
	JBD2_CHECKSUM_V3
};

struct jbd2_log {
	const struct jbd2_ops *ops;
	void *arg;
	u32 block_size, first, end; /* the log is [first, end) */
	u32 start, sequence;	    /* where the first transaction is; start 0: none */
	u32 stop;    /* the first transaction that is not complete; after jbd2_check() */
	bool failed; /* the journal notes an error of the file system */
	bool wide, async;
	enum jbd2_checksum checksum;
	u32 seed;	    /* of checksums of version 2 and 3 */
	u32 tag_size, room; /* bytes of a tag; of a block without the checksum at its end */
	struct rb_root revoked;
	u8 *block, *data;
	u32 transactions, written, skipped; /* blocks */
	const char *why;
};

/* super: block 0 of the journal, which has `blocks` of them. jbd2_close() in any case. */
int jbd2_open(struct jbd2_log *log, const struct jbd2_ops *ops, void *arg, const void *super,
	      u32 block_size, u32 blocks);
int jbd2_check(struct jbd2_log *log);
int jbd2_replay(struct jbd2_log *log);
void jbd2_close(struct jbd2_log *log);
/* Makes the log an empty one in its super block. */
void jbd2_super_clear(const struct jbd2_log *log, void *super);

#endif
