/*
 * A volume whose image lies: the boot sector, tables and directories of a good one, made by
 * mkfs.vfat(8) and filled by the driver, changed at the places the input says; then it is mounted
 * and used. Nothing may be touched outside a sector, nothing may hang, no lock may stay held, and
 * no cluster outside the volume may be asked for.
 */
// LINK: kernel/fs/fat/dir.c kernel/fs/fat/error.c kernel/fs/fat/fat_layout.c
// LINK: kernel/fs/fat/fat_name.c kernel/fs/fat/fat_time.c kernel/fs/fat/file.c
// LINK: kernel/fs/fat/inode.c kernel/fs/fat/map.c kernel/fs/fat/namei.c kernel/fs/fat/options.c
// LINK: kernel/fs/fat/super.c kernel/fs/fat/table.c kernel/fs/fat/test/fat_host.c
// LINK: kernel/fs/test/fs_host.c kernel/fs/test/fs_host_paths.c kernel/fs/mount_option.c
// LINK: kernel/fs/dcache.c kernel/fs/dentry_tree.c kernel/fs/inode.c kernel/fs/inode_attr.c
// LINK: kernel/fs/file_time.c kernel/lib/bitops.c kernel/lib/math64.c kernel/lib/cp437_table.c
// LINK: kernel/lib/unicode.c
#include "fat_host.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define IMAGE_MAX (2560u << 10)
#define STEPS_MAX 40u
#define FILL	  3000u /* bytes of a file: some clusters */

/* What mkfs.vfat made, once. */
static struct kind {
	const char *options;
	size_t size;
	u8 *bytes;
} kinds[] = {
	{ "-F 12 -s 1", 360u << 10, NULL },
	{ "-F 12 -s 4 -S 1024 -r 64", 512u << 10, NULL },
	{ "-F 16 -s 1", IMAGE_MAX, NULL },
	{ "-F 32 -s 1", 512u << 10, NULL },
	{ "-F 32 -s 2 -S 2048", 1024u << 10, NULL },
};
static u8 image[IMAGE_MAX];

static void populate(struct kind *k)
{
	static const u8 bytes[FILL];
	char name[80];

	if (fat_host_mount(k->bytes, k->size, false, "", 0))
		host_die(host_log(), __FILE__, __LINE__);
	eh_make("/dir", S_IFDIR | 0755, 0);
	eh_make("/dir/sub", S_IFDIR | 0755, 0);
	eh_make("/file", S_IFREG | 0644, 0);
	for (u32 i = 0; i < 24; i++) {
		snprintf(name, sizeof(name), "/dir/A longer name with number %u.text", i);
		eh_make(name, S_IFREG | 0644, 0);
		/* In turns, so that chains are in pieces. */
		eh_write("/file", i * 500, bytes, FILL);
		if (i % 5 == 0)
			eh_write(name, 0, bytes, FILL);
	}
	eh_umount();
}

static void make_kind(struct kind *k)
{
	char name[] = "/tmp/oldiron-fat-fuzz-XXXXXX", command[200];
	FILE *f = fdopen(mkstemp(name), "r+b");

	snprintf(command, sizeof(command), "/usr/sbin/mkfs.vfat %s %s >/dev/null 2>&1", k->options,
		 name);
	k->bytes = malloc(k->size);
	if (ftruncate(fileno(f), (off_t)k->size) || system(command) ||
	    fread(k->bytes, 1, k->size, f) != k->size)
		abort();
	fclose(f);
	remove(name);
	populate(k);
}

struct input {
	const u8 *at, *end;
};

static u32 byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static u32 word(struct input *in)
{
	const u32 low = byte(in), high = byte(in);

	return low | high << 8 | byte(in) << 16 | byte(in) << 24;
}

/* A place in the boot sector, the tables, the directories, or anywhere. */
static u32 place(struct input *in, const struct kind *k, u32 where)
{
	switch (where) {
	case 0:
		return byte(in) & 0x7f;
	case 1: /* the beginning of the tables, where the files are */
		return get_le16(image + BOOT_RESERVED) * 512u + byte(in);
	case 2: { /* the root directory, or what follows the tables */
		const u32 fats = image[BOOT_FATS] ? image[BOOT_FATS] : 1;
		const u32 sectors = get_le16(image + BOOT_FAT_SECTORS_16)
					    ? get_le16(image + BOOT_FAT_SECTORS_16)
					    : get_le32(image + BOOT_FAT_SECTORS_32);
		const u32 sector = get_le16(image + BOOT_SECTOR_SIZE);

		return (get_le16(image + BOOT_RESERVED) + fats * sectors) * sector +
		       (byte(in) | byte(in) << 8);
	}
	default:
		return word(in);
	}
}

static void spoil(struct input *in, const struct kind *k)
{
	u32 n = byte(in) % 24;

	while (n-- && in->at < in->end) {
		const u32 how = byte(in);
		const u32 at = place(in, k, how & 3) % (u32)(k->size - 4);
		u32 value = word(in);

		if (how & 32)
			value &= 0x7f; /* a cluster that is there */
		memcpy(image + at, &value, how & 8 ? 4 : how & 16 ? 2 : 1);
	}
}

static const char *path(struct input *in)
{
	static const char *const paths[] = {
		"/dir",
		"/file",
		"/dir/sub",
		"/new1",
		"/dir/new name 2",
		"/DIR",
		"/dir/sub/x",
		"/n/none",
		"/",
		"/dir/A longer name with number 5.text",
		"/dir/ALONGE~3.TEX",
		"/dir/a LONGER name with number 11.text",
		"/a.b",
		"/dir/sub/y/z",
	};

	return paths[byte(in) % ARRAY_SIZE(paths)];
}

static void change_one(struct input *in, u32 what, const char *name)
{
	static const u8 bytes[9000];

	switch (what) {
	case 0:
		eh_make(name, byte(in) & 1 ? S_IFREG | 0644 : S_IFDIR | 0755, 0);
		break;
	case 1:
		eh_remove(name);
		break;
	case 2:
		eh_rename(name, path(in), 0);
		break;
	case 3:
		eh_write(name, word(in) % 100000, bytes, byte(in) * 32);
		break;
	case 4:
		eh_truncate(name, word(in) % 300000);
		break;
	default:
		(void)eh_remount(byte(in) & 1 ? MS_RDONLY : 0, "");
		break;
	}
}

static void look_at(u32 what, const char *name)
{
	static u8 bytes[5000];
	struct kstatfs st;

	switch (what) {
	case 0:
		eh_list(name, NULL, NULL);
		break;
	case 1:
		eh_read(name, 0, bytes, sizeof(bytes));
		eh_read(name, 14000, bytes, 10);
		break;
	default:
		(void)eh_super()->ops->statfs(eh_super(), &st);
		break;
	}
}

static void use(struct input *in)
{
	u32 n = byte(in) % STEPS_MAX;

	while (n--) {
		const u32 what = byte(in);
		const char *name = path(in);

		if (what % 32 == 31)
			eh_drop_caches();
		else if (what & 8)
			look_at(what & 3, name);
		else
			change_one(in, what & 7, name);
		if (eh_buffers_held())
			abort();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, data + size };
	struct kind *k;

	for (u32 i = 0; i < ARRAY_SIZE(kinds) && !kinds[i].bytes; i++)
		make_kind(&kinds[i]);
	host_log_clear();
	k = &kinds[byte(&in) % ARRAY_SIZE(kinds)];
	memcpy(image, k->bytes, k->size);
	spoil(&in, k);
	if (fat_host_mount(image, k->size, byte(&in) & 1,
			   byte(&in) & 1 ? "errors=remount-ro" : "errors=continue",
			   byte(&in) & 3 ? 0 : MS_RDONLY))
		return 0;
	use(&in);
	eh_umount();
	if (host_locks_held())
		abort();
	return 0;
}
