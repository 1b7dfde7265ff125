/*
 * jbd2_revoke.c - blocks whose older contents in the log must not be written: they were freed, and
 * may hold a file's data since. A tree by block number; each notes the last transaction that
 * revoked it.
 */
#include "jbd2_internal.h"

struct revoke {
	struct rb_node node;
	u32 sequence;
	u64 block;
};

static int note(struct jbd2_log *log, u64 block, u32 sequence)
{
	struct rb_node **link = &log->revoked.node, *parent = NULL;
	struct revoke *r;

	while (*link) {
		r = rb_entry(*link, struct revoke, node);
		if (r->block == block) {
			if (jbd2_no_earlier(sequence, r->sequence))
				r->sequence = sequence;
			return 0;
		}
		parent = *link;
		link = block < r->block ? &parent->left : &parent->right;
	}
	r = kmalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	r->block = block;
	r->sequence = sequence;
	rb_link(&r->node, parent, link);
	rb_insert(&r->node, &log->revoked, NULL);
	return 0;
}

int jbd2_revoke_note(struct jbd2_log *log, u32 sequence)
{
	const u32 used = get_be32(log->block + JBD2_REVOKE_COUNT), size = log->wide ? 8 : 4;
	int err = 0;

	if (used > log->room)
		return jbd2_refuse(log, -EUCLEAN, "a revoke block holds more than a block");
	for (u32 at = JBD2_REVOKE_HEAD; !err && at + size <= used; at += size) {
		const u8 *p = log->block + at;
		const u64 high = log->wide ? (u64)get_be32(p) << 32 : 0;

		err = note(log, high | get_be32(p + size - 4), sequence);
	}
	return err;
}

bool jbd2_is_revoked(const struct jbd2_log *log, u64 block, u32 sequence)
{
	const struct rb_node *n = log->revoked.node;

	while (n) {
		const struct revoke *r = rb_entry(n, struct revoke, node);

		if (r->block == block)
			return jbd2_no_earlier(r->sequence, sequence);
		n = block < r->block ? n->left : n->right;
	}
	return false;
}

void jbd2_revoke_free(struct jbd2_log *log)
{
	struct rb_node *n;

	while ((n = log->revoked.node)) {
		rb_erase(n, &log->revoked, NULL);
		kfree(rb_entry(n, struct revoke, node));
	}
}
