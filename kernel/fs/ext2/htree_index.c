/*
 * htree_index.c - the index blocks of hashed directories; see htree_index.h.
 */
#include "htree_index.h"
#include "htree_hash.h"
#include <kernel/string.h>

static struct ext2_dx_entry *check_entries(struct ext2_dx_entry *entry, u32 limit)
{
	return entry->limit == limit && entry->count && entry->count <= limit ? entry : NULL;
}

struct ext2_dx_entry *ext2_dx_root_check(void *data, u32 block_size)
{
	struct ext2_dx_root *root = data;

	if (root->reserved || root->info_length != 8 || root->hash_version > EXT2_HASH_TEA ||
	    root->levels >= EXT2_DX_LEVELS || root->dot_rec_len != 12 ||
	    root->dotdot_rec_len != block_size - 12)
		return NULL;
	return check_entries(root->entry, ext2_dx_root_limit(block_size));
}

struct ext2_dx_entry *ext2_dx_node_check(void *data, u32 block_size)
{
	struct ext2_dx_node *node = data;

	if (node->inode || node->rec_len != block_size)
		return NULL;
	return check_entries(node->entry, ext2_dx_node_limit(block_size));
}

u32 ext2_dx_search(const struct ext2_dx_entry *entries, u32 hash)
{
	u32 low = 0, high = entries->count;

	while (high - low > 1) {
		const u32 middle = (low + high) / 2;

		if (entries[middle].hash > hash)
			high = middle;
		else
			low = middle;
	}
	return low;
}

bool ext2_dx_insert(struct ext2_dx_entry *entries, u32 limit, u32 at, u32 hash, u32 block)
{
	const u32 count = entries->count;

	if (count >= limit || at > count || !at)
		return false;
	memmove(&entries[at + 1], &entries[at], (count - at) * sizeof(*entries));
	entries[at].hash = hash;
	entries[at].block = block;
	entries->count = (u16)(count + 1);
	return true;
}
