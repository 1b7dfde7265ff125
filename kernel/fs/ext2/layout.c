/*
 * layout.c - where things are on an ext2 disk; see layout.h.
 */
#include "layout.h"
#include <kernel/bitops.h>
#include <kernel/errno.h>
#include <kernel/printk.h>

struct feature {
	u8 kind;
	u32 bit;
	const char *name;
};

/* The names that tune2fs(8) and ext4(5) use. */
static const struct feature features[] = {
	{ EXT2_KIND_COMPAT, 0x1, "dir_prealloc" },
	{ EXT2_KIND_COMPAT, 0x2, "imagic_inodes" },
	{ EXT2_KIND_COMPAT, 0x4, "has_journal" },
	{ EXT2_KIND_COMPAT, 0x8, "ext_attr" },
	{ EXT2_KIND_COMPAT, 0x10, "resize_inode" },
	{ EXT2_KIND_COMPAT, 0x20, "dir_index" },
	{ EXT2_KIND_COMPAT, 0x200, "sparse_super2" },
	{ EXT2_KIND_INCOMPAT, 0x1, "compression" },
	{ EXT2_KIND_INCOMPAT, 0x2, "filetype" },
	{ EXT2_KIND_INCOMPAT, 0x4, "needs_recovery" },
	{ EXT2_KIND_INCOMPAT, 0x8, "journal_dev" },
	{ EXT2_KIND_INCOMPAT, 0x10, "meta_bg" },
	{ EXT2_KIND_INCOMPAT, 0x40, "extent" },
	{ EXT2_KIND_INCOMPAT, 0x80, "64bit" },
	{ EXT2_KIND_INCOMPAT, 0x100, "mmp" },
	{ EXT2_KIND_INCOMPAT, 0x200, "flex_bg" },
	{ EXT2_KIND_INCOMPAT, 0x400, "ea_inode" },
	{ EXT2_KIND_INCOMPAT, 0x1000, "dirdata" },
	{ EXT2_KIND_INCOMPAT, 0x2000, "metadata_csum_seed" },
	{ EXT2_KIND_INCOMPAT, 0x4000, "large_dir" },
	{ EXT2_KIND_INCOMPAT, 0x8000, "inline_data" },
	{ EXT2_KIND_INCOMPAT, 0x10000, "encrypt" },
	{ EXT2_KIND_INCOMPAT, 0x20000, "casefold" },
	{ EXT2_KIND_RO_COMPAT, 0x1, "sparse_super" },
	{ EXT2_KIND_RO_COMPAT, 0x2, "large_file" },
	{ EXT2_KIND_RO_COMPAT, 0x4, "btree_dir" },
	{ EXT2_KIND_RO_COMPAT, 0x8, "huge_file" },
	{ EXT2_KIND_RO_COMPAT, 0x10, "uninit_bg" },
	{ EXT2_KIND_RO_COMPAT, 0x20, "dir_nlink" },
	{ EXT2_KIND_RO_COMPAT, 0x40, "extra_isize" },
	{ EXT2_KIND_RO_COMPAT, 0x80, "snapshot" },
	{ EXT2_KIND_RO_COMPAT, 0x100, "quota" },
	{ EXT2_KIND_RO_COMPAT, 0x200, "bigalloc" },
	{ EXT2_KIND_RO_COMPAT, 0x400, "metadata_csum" },
	{ EXT2_KIND_RO_COMPAT, 0x800, "replica" },
	{ EXT2_KIND_RO_COMPAT, 0x1000, "read-only" },
	{ EXT2_KIND_RO_COMPAT, 0x2000, "project" },
	{ EXT2_KIND_RO_COMPAT, 0x4000, "shared_blocks" },
	{ EXT2_KIND_RO_COMPAT, 0x8000, "verity" },
	{ EXT2_KIND_RO_COMPAT, 0x10000, "orphan_present" },
};

const char *ext2_feature_names(enum ext2_feature_kind kind, u32 mask, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(features); i++) {
		if (features[i].kind != kind || !(mask & features[i].bit))
			continue;
		n += scnprintf(buf + n, size - n, "%s%s", n ? " " : "", features[i].name);
		mask &= ~features[i].bit;
	}
	if (mask && n < size)
		scnprintf(buf + n, size - n, "%sunknown (%#x)", n ? " " : "", mask);
	return buf;
}

static const char *check_sizes(const struct ext2_super *s)
{
	if (s->magic != EXT2_MAGIC)
		return "no ext2 file system";
	if (s->rev_level > EXT2_REV_DYNAMIC)
		return "unknown revision of the format";
	if (s->log_block_size > 6)
		return "impossible block size";
	if (s->log_block_size > 2)
		return "blocks larger than 4096 bytes are not supported";
	if (s->first_data_block != (s->log_block_size ? 0u : 1u))
		return "first data block is not where it should be";
	if (s->blocks_count_hi)
		return "more than 2^32 blocks";
	return NULL;
}

static const char *check_inode_size(const struct ext2_super *s, u32 block_size)
{
	if (s->rev_level == EXT2_REV_ORIGINAL)
		return NULL;
	if (s->inode_size < EXT2_INODE_SIZE || s->inode_size > block_size ||
	    !is_power_of_2(s->inode_size))
		return "impossible inode size";
	if (s->first_ino < EXT2_FIRST_INO_R0)
		return "first inode is a reserved one";
	return NULL;
}

static const char *check_groups(const struct ext2_geometry *geo)
{
	const u32 bits = geo->block_size * 8;

	if (!geo->blocks_per_group || geo->blocks_per_group > bits)
		return "impossible number of blocks per group";
	if (!geo->inodes_per_group || geo->inodes_per_group > bits)
		return "impossible number of inodes per group";
	if (geo->blocks <= geo->first_data_block + 1)
		return "impossible number of blocks";
	if (geo->blocks_per_group <= geo->table_blocks + 3)
		return "groups are too small for their inode tables";
	return NULL;
}

static const char *check_counts(const struct ext2_geometry *geo, const struct ext2_super *s,
				u64 device_bytes)
{
	if ((u64)geo->groups * geo->inodes_per_group != geo->inodes)
		return "number of inodes does not fit the number of groups";
	if (geo->first_ino > geo->inodes)
		return "no inode that can be used";
	if ((u64)geo->blocks << geo->block_bits > device_bytes)
		return "larger than its device";
	if (geo->meta_bg && geo->first_meta_bg > geo->desc_blocks)
		return "first_meta_bg is beyond the descriptors";
	if (geo->reserved_gdt > geo->block_size / 4)
		return "impossible number of reserved descriptor blocks";
	if (ext2_group_head(geo, 0) + 2 + geo->table_blocks > geo->blocks - geo->first_data_block)
		return "no room for the first group";
	if (s->r_blocks_count > geo->blocks)
		return "more reserved blocks than blocks";
	return NULL;
}

static void geometry_fill(const struct ext2_super *s, struct ext2_geometry *geo)
{
	const bool dynamic = s->rev_level >= EXT2_REV_DYNAMIC;

	*geo = (struct ext2_geometry){
		.block_bits = 10 + s->log_block_size,
		.block_size = 1024u << s->log_block_size,
		.blocks = s->blocks_count,
		.inodes = s->inodes_count,
		.first_data_block = s->first_data_block,
		.blocks_per_group = s->blocks_per_group,
		.inodes_per_group = s->inodes_per_group,
		.inode_size = dynamic ? s->inode_size : EXT2_INODE_SIZE,
		.first_ino = dynamic ? s->first_ino : EXT2_FIRST_INO_R0,
		.sparse = dynamic && (s->ro_compat & EXT2_RO_SPARSE_SUPER),
		.sparse2 = dynamic && (s->compat & EXT2_COMPAT_SPARSE_SUPER2),
		.meta_bg = dynamic && (s->incompat & EXT2_INCOMPAT_META_BG),
		.filetype = dynamic && (s->incompat & EXT2_INCOMPAT_FILETYPE),
		.first_meta_bg = s->first_meta_bg,
		.reserved_gdt = dynamic && (s->compat & EXT2_COMPAT_RESIZE_INODE)
					? s->reserved_gdt_blocks
					: 0,
	};
	geo->inodes_per_block = geo->block_size / geo->inode_size;
	geo->descs_per_block = geo->block_size / EXT2_DESC_SIZE;
	geo->table_blocks = DIV_ROUND_UP(geo->inodes_per_group, geo->inodes_per_block);
}

int ext2_geometry_make(const struct ext2_super *s, u64 device_bytes, struct ext2_geometry *geo,
		       const char **why)
{
	*why = check_sizes(s);
	if (!*why)
		*why = check_inode_size(s, 1024u << s->log_block_size);
	if (*why)
		return -EINVAL;
	geometry_fill(s, geo);
	*why = check_groups(geo);
	if (*why)
		return -EINVAL;
	geo->groups = (geo->blocks - geo->first_data_block - 1) / geo->blocks_per_group + 1;
	geo->desc_blocks = DIV_ROUND_UP(geo->groups, geo->descs_per_block);
	*why = check_counts(geo, s, device_bytes);
	return *why ? -EINVAL : 0;
}

static bool is_power_of(u32 n, u32 base)
{
	while (n > 1 && n % base == 0)
		n /= base;
	return n == 1;
}

/* With sparse_super2 the place of the two copies is not told here: they count as data. */
bool ext2_group_has_super(const struct ext2_geometry *geo, u32 group)
{
	if (group == 0)
		return true;
	if (geo->sparse2)
		return false;
	if (!geo->sparse || group == 1)
		return true;
	return is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}

u32 ext2_group_desc_blocks(const struct ext2_geometry *geo, u32 group)
{
	const u32 meta = group / geo->descs_per_block, nth = group % geo->descs_per_block;

	if (!geo->meta_bg || meta < geo->first_meta_bg) {
		if (!ext2_group_has_super(geo, group))
			return 0;
		return geo->meta_bg ? geo->first_meta_bg : geo->desc_blocks;
	}
	return nth == 0 || nth == 1 || nth == geo->descs_per_block - 1;
}

u32 ext2_desc_block(const struct ext2_geometry *geo, u32 super, u32 nth)
{
	u32 group;

	if (!geo->meta_bg || nth < geo->first_meta_bg)
		return super + 1 + nth;
	group = nth * geo->descs_per_block;
	return ext2_group_first(geo, group) + ext2_group_has_super(geo, group);
}

u32 ext2_group_head(const struct ext2_geometry *geo, u32 group)
{
	const bool super = ext2_group_has_super(geo, group);

	return super + ext2_group_desc_blocks(geo, group) +
	       (super && !geo->meta_bg ? geo->reserved_gdt : 0);
}

const char *ext2_desc_check(const struct ext2_geometry *geo, u32 group,
			    const struct ext2_group_desc *d)
{
	const u32 first = ext2_group_first(geo, group), n = ext2_group_blocks(geo, group);
	const u32 head = ext2_group_head(geo, group), table = d->inode_table;
	const u32 at = d->block_bitmap - first, inodes_at = d->inode_bitmap - first,
		  table_at = table - first;

	/* The differences wrap for what lies before the group, and are too large then. */
	if (at >= n || at < head)
		return "its block bitmap is not in the group";
	if (inodes_at >= n || inodes_at < head || inodes_at == at)
		return "its inode bitmap is not in the group";
	if (table_at >= n || table_at < head || geo->table_blocks > n - table_at)
		return "its inode table is not in the group";
	if (at - table_at < geo->table_blocks || inodes_at - table_at < geo->table_blocks)
		return "its inode table overlaps a bitmap";
	return NULL;
}

static bool overlaps(u32 a, u32 a_count, u32 b, u32 b_count)
{
	return a < b ? b - a < a_count : a - b < b_count;
}

bool ext2_run_is_data(const struct ext2_geometry *geo, u32 group, const struct ext2_group_desc *d,
		      u32 first, u32 count)
{
	return !overlaps(first, count, d->inode_table, geo->table_blocks) &&
	       !overlaps(first, count, d->block_bitmap, 1) &&
	       !overlaps(first, count, d->inode_bitmap, 1) &&
	       first - ext2_group_first(geo, group) >= ext2_group_head(geo, group);
}

u32 ext2_overhead(const struct ext2_geometry *geo)
{
	u32 n = geo->first_data_block + geo->groups * (geo->table_blocks + 2);

	for (u32 group = 0; group < geo->groups; group++)
		n += ext2_group_head(geo, group);
	return n;
}

u64 ext2_max_file(const struct ext2_geometry *geo)
{
	const unsigned int bits = geo->block_bits - 2; /* log2 of the pointers in a block */
	const u64 per = 1ull << bits;
	const u64 pointed = EXT2_DIRECT + per + (per << bits) + (per << 2 * bits);
	/* inode.blocks counts sectors in 32 bits, those of the pointers' blocks too. */
	u64 data = (0xffffffffu >> (geo->block_bits - 9)) - 3;

	data -= ((data + per - 1) >> bits) + ((data + (per << bits) - 1) >> 2 * bits);
	return (data < pointed ? data : pointed) << geo->block_bits;
}
