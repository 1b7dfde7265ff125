/*
 * xattr_set.c - the extended attributes of one inode as a set; see xattr_set.h.
 */
#include "xattr_set.h"
#include <kernel/string.h>

#define NAME_HASH_SHIFT	 5u
#define VALUE_HASH_SHIFT 16u

static u32 entry_bytes(u32 name_len)
{
	return ((u32)sizeof(struct ext2_xattr_entry) + name_len + 3) & ~3u;
}

static u32 padded(u32 size)
{
	return (size + 3) & ~3u;
}

u32 ext2_xattr_bytes(const struct ext2_xattr *attr)
{
	return entry_bytes(attr->name_len) + padded(attr->size);
}

static bool is_last(const u8 *entry)
{
	u32 word;

	memcpy(&word, entry, 4);
	return !word;
}

const char *ext2_xattr_parse(struct ext2_xattr_set *set, const u8 *base, const u8 *entries,
			     const u8 *end)
{
	const u8 *at = entries;

	while (end - at >= 4 && !is_last(at)) {
		const struct ext2_xattr_entry *e = (const void *)at;

		if (end - at < (long)sizeof(*e) || end - at < (long)entry_bytes(e->name_len))
			return "an entry leads out of its room";
		if (e->value_block)
			return "a value in a block of its own";
		if (e->value_size && (e->value_size > (u32)(end - base) ||
				      e->value_offset > (u32)(end - base) - e->value_size))
			return "a value outside its room";
		if (set->count == EXT2_XATTRS_MAX)
			return "too many";
		set->attr[set->count++] = (struct ext2_xattr){ .index = e->name_index,
							       .name_len = e->name_len,
							       .name = e->name,
							       .value = base + e->value_offset,
							       .size = e->value_size };
		at += entry_bytes(e->name_len);
	}
	return end - at >= 4 ? NULL : "the list has no end";
}

struct ext2_xattr *ext2_xattr_find(struct ext2_xattr_set *set, u8 index, const char *name, u32 len)
{
	for (u32 i = 0; i < set->count; i++) {
		struct ext2_xattr *a = &set->attr[i];

		if (a->index == index && a->name_len == len && !memcmp(a->name, name, len))
			return a;
	}
	return NULL;
}

void ext2_xattr_delete(struct ext2_xattr_set *set, const struct ext2_xattr *attr)
{
	const u32 i = (u32)(attr - set->attr);

	memmove(&set->attr[i], &set->attr[i + 1], (set->count - i - 1) * sizeof(*attr));
	set->count--;
}

static int compare(const struct ext2_xattr *a, const struct ext2_xattr *b)
{
	if (a->index != b->index)
		return a->index - b->index;
	if (a->name_len != b->name_len)
		return a->name_len - b->name_len;
	return memcmp(a->name, b->name, a->name_len);
}

void ext2_xattr_sort(struct ext2_xattr_set *set, u32 first, u32 n)
{
	for (u32 i = first + 1; i < first + n; i++) {
		const struct ext2_xattr x = set->attr[i];
		u32 j = i;

		for (; j > first && compare(&set->attr[j - 1], &x) > 0; j--)
			set->attr[j] = set->attr[j - 1];
		set->attr[j] = x;
	}
}

static u32 rotate(u32 x, unsigned int n)
{
	return x << n | x >> (32 - n);
}

/* Over the name's characters and the value's words, its last padded with zeros. */
static u32 entry_hash(const struct ext2_xattr *a)
{
	const u8 *value = a->value;
	u32 hash = 0;

	for (u32 i = 0; i < a->name_len; i++)
		hash = rotate(hash, NAME_HASH_SHIFT) ^ (u8)a->name[i];
	for (u32 i = 0; i < a->size; i += 4) {
		u32 word = 0;

		memcpy(&word, value + i, a->size - i < 4 ? a->size - i : 4);
		hash = rotate(hash, VALUE_HASH_SHIFT) ^ word;
	}
	return hash;
}

bool ext2_xattr_store(const struct ext2_xattr_set *set, u32 first, u32 n, u8 *base, u8 *entries,
		      u8 *end, bool hashed)
{
	u8 *at = entries, *values = end;

	for (u32 i = first; i < first + n; i++) {
		const struct ext2_xattr *a = &set->attr[i];
		struct ext2_xattr_entry *e = (void *)at;

		if ((u32)(values - at) < ext2_xattr_bytes(a) + 4)
			return false;
		values -= padded(a->size);
		*e = (struct ext2_xattr_entry){ .name_len = a->name_len,
						.name_index = a->index,
						.value_offset = (u16)(a->size ? values - base : 0),
						.value_size = a->size,
						.hash = hashed ? entry_hash(a) : 0 };
		memcpy(e->name, a->name, a->name_len);
		if (a->size)
			memcpy(values, a->value, a->size);
		at += entry_bytes(a->name_len);
	}
	return true;
}

u32 ext2_xattr_block_hash(const u8 *entries, const u8 *end)
{
	u32 hash = 0;

	for (const u8 *at = entries; end - at >= 16 && !is_last(at);) {
		const struct ext2_xattr_entry *e = (const void *)at;

		if (!e->hash)
			return 0;
		hash = rotate(hash, VALUE_HASH_SHIFT) ^ e->hash;
		at += entry_bytes(e->name_len);
	}
	return hash;
}
