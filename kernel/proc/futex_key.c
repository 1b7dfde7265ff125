/* futex_key.c - buckets of waiters, and what needs neither tasks nor user memory. */
#include <kernel/errno.h>
#include <kernel/hash.h>
#include "futex.h"

#define BUCKET_BITS 7

#define OP_SHIFT_FLAG 8u
enum {
	OP_SET,
	OP_ADD,
	OP_OR,
	OP_ANDN,
	OP_XOR
};
enum {
	CMP_EQ,
	CMP_NE,
	CMP_LT,
	CMP_LE,
	CMP_GT,
	CMP_GE
};

static struct list_head buckets[1u << BUCKET_BITS];

void futex_buckets_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(buckets); i++)
		list_init(&buckets[i]);
}

struct list_head *futex_bucket(const struct futex_key *key)
{
	u32 mixed = (u32)(uintptr_t)key->space ^ (u32)key->offset ^ (u32)(key->offset >> 32);

	return &buckets[hash_u32(mixed, BUCKET_BITS)];
}

struct list_head *futex_bucket_at(unsigned int i)
{
	return i < ARRAY_SIZE(buckets) ? &buckets[i] : NULL;
}

struct futex_waiter *futex_find(const struct futex_key *key, u32 bitset)
{
	struct futex_waiter *w;

	list_for_each_entry (w, futex_bucket(key), node)
		if (futex_key_equal(&w->key, key) && (w->bitset & bitset))
			return w;
	return NULL;
}

int futex_move_waiters(const struct futex_key *from, const struct futex_key *to, int nr)
{
	struct list_head *target = futex_bucket(to);
	struct futex_waiter *w, *tmp;
	LIST_HEAD(moved);
	int count = 0;

	list_for_each_entry_safe (w, tmp, futex_bucket(from), node) {
		if (!futex_key_equal(&w->key, from))
			continue;
		if (w->pi) {
			count = -EINVAL;
			break;
		}
		if (count >= nr)
			break;
		w->key = *to;
		list_move_tail(&w->node, &moved);
		count++;
	}
	list_splice_tail_init(&moved, target);
	return count;
}

/* The 12-bit operands of WAKE_OP are signed. */
static s32 operand(u32 encoded, unsigned int shift)
{
	return (s32)(encoded << (20 - shift)) >> 20;
}

int futex_op_apply(u32 encoded, u32 old, u32 *new)
{
	u32 arg = (u32)operand(encoded, 12);
	u32 op = encoded >> 28;

	if (op & OP_SHIFT_FLAG)
		arg = 1u << (arg & 31);
	switch (op & 7) {
	case OP_SET:
		*new = arg;
		return 0;
	case OP_ADD:
		*new = old + arg;
		return 0;
	case OP_OR:
		*new = old | arg;
		return 0;
	case OP_ANDN:
		*new = old & ~arg;
		return 0;
	case OP_XOR:
		*new = old ^ arg;
		return 0;
	default:
		return -ENOSYS;
	}
}

int futex_op_compare(u32 encoded, u32 old)
{
	s32 value = (s32)old, arg = operand(encoded, 0);

	switch ((encoded >> 24) & 15) {
	case CMP_EQ:
		return value == arg;
	case CMP_NE:
		return value != arg;
	case CMP_LT:
		return value < arg;
	case CMP_LE:
		return value <= arg;
	case CMP_GT:
		return value > arg;
	case CMP_GE:
		return value >= arg;
	default:
		return -ENOSYS;
	}
}
