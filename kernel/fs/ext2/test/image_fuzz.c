/*
 * A file system whose image lies: metadata of a good one, made by mke2fs(8), changed at the places
 * the input says; then it is mounted and used. Nothing may be touched outside a block, nothing may
 * hang, no lock may stay held.
 */
// LINK: kernel/fs/mount_option.c
// LINK: kernel/fs/ext2/balloc.c kernel/fs/ext2/bitmap.c kernel/fs/ext2/commit.c
// LINK: kernel/fs/ext2/dir.c
// LINK: kernel/fs/ext2/dirent.c kernel/fs/ext2/error.c kernel/fs/ext2/file.c
// LINK: kernel/fs/ext2/group.c kernel/fs/ext2/htree.c kernel/fs/ext2/htree_hash.c
// LINK: kernel/fs/ext2/htree_index.c kernel/fs/ext2/htree_split.c kernel/fs/ext2/ialloc.c
// LINK: kernel/fs/ext2/inode.c kernel/fs/ext2/ioctl.c kernel/fs/ext2/journal.c
// LINK: kernel/fs/ext2/jbd2_crc.c kernel/fs/ext2/jbd2_log.c kernel/fs/ext2/jbd2_revoke.c
// LINK: kernel/fs/ext2/jbd2_super.c kernel/lib/rbtree.c
// LINK: kernel/fs/ext2/layout.c kernel/fs/ext2/map.c kernel/fs/ext2/namei.c
// LINK: kernel/fs/ext2/options.c kernel/fs/ext2/orphan.c kernel/fs/ext2/pending.c
// LINK: kernel/fs/ext2/readdir.c kernel/fs/ext2/replaced.c
// LINK: kernel/fs/ext2/resize.c kernel/fs/ext2/grow.c
// LINK: kernel/fs/ext2/state.c kernel/fs/ext2/super.c kernel/fs/ext2/symlink.c
// LINK: kernel/fs/ext2/times.c kernel/fs/ext2/trim.c kernel/fs/ext2/truncate.c
// LINK: kernel/fs/ext2/window.c
// LINK: kernel/fs/ext2/xattr.c kernel/fs/ext2/xattr_set.c kernel/fs/ext2/xattr_write.c
// LINK: kernel/fs/ext2/test/ext2_host.c
// LINK: kernel/fs/test/fs_host.c kernel/fs/test/fs_host_paths.c
// LINK: kernel/fs/dcache.c kernel/fs/dentry_tree.c
// LINK: kernel/fs/inode.c kernel/fs/inode_attr.c kernel/fs/file_time.c kernel/lib/bitops.c
// LINK: kernel/lib/math64.c
#include "ext2_host.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define IMAGE_SIZE (1u << 20)
#define STEPS_MAX  40u

/* What mke2fs made, once; index: which of the kinds below. */
static u8 *kinds[5];
static const char *const options[] = { "-b 1024", "-b 1024 -r 0", "-b 2048 -I 256",
				       "-b 4096 -O meta_bg,^resize_inode",
				       "-b 1024 -g 256 -E resize=9000" };
#define SMALLER 4 /* that kind has room to grow */
static u8 image[IMAGE_SIZE];

static void populate(u8 *bytes)
{
	static const char value[700];
	char name[60];

	if (eh_mount(bytes, IMAGE_SIZE, "", 0))
		host_die(host_log(), __FILE__, __LINE__);
	eh_make("/dir", S_IFDIR | 0755, 0);
	eh_make("/dir/file", S_IFREG | 0644, 0);
	eh_make("/dir/dev", S_IFBLK | 0644, MKDEV(8, 1));
	eh_symlink("/short", "dir/file");
	eh_symlink("/long", "a/very/long/target/that/does/not/fit/into/an/inode/of/ext2/anywhere");
	for (u32 i = 0; i < 120; i += 7)
		eh_write("/dir/file", i * 1024, "data", 4);
	eh_write("/dir/file", 400 << 10, "far", 3);
	eh_setxattr("/dir/file", "user.a", "value", 5);
	eh_setxattr("/dir/file", "user.large", value, sizeof(value));
	for (u32 i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "/dir/name-that-takes-some-room-%u", i);
		eh_link("/dir/file", name);
	}
	eh_umount();
}

static void make_kinds(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) {
		char name[] = "/tmp/oldiron-ext2-fuzz-XXXXXX", command[200];
		FILE *f = fdopen(mkstemp(name), "rb");

		snprintf(command, sizeof(command),
			 "mke2fs -q -F -t ext2 %s -N 64 %s %s >/dev/null 2>&1", options[i], name,
			 i == SMALLER ? "600K" : "1M");

		kinds[i] = malloc(IMAGE_SIZE);
		if (system(command) || truncate(name, IMAGE_SIZE) ||
		    fread(kinds[i], 1, IMAGE_SIZE, f) != IMAGE_SIZE)
			abort();
		fclose(f);
		remove(name);
		populate(kinds[i]);
	}
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

/* Metadata lies at the front: most changes go there. */
static void spoil(struct input *in)
{
	u32 n = byte(in) % 24;

	while (n-- && in->at < in->end) {
		const u32 how = byte(in);
		const u32 at =
			(how & 1 ? word(in) % IMAGE_SIZE : 1024 + (byte(in) | byte(in) << 8) * 4) &
			~3u;
		u32 value = word(in);

		switch (how >> 1 & 3) {
		case 0:
			value &= 0xff;
			break;
		case 1:
			value &= 0x3ff;
			break;
		default:
			break;
		}
		memcpy(image + at, &value, how & 8 ? 4 : how & 16 ? 2 : 1);
	}
}

static const char *path(struct input *in)
{
	static const char *const paths[] = { "/dir",	   "/dir/file",
					     "/dir/dev",   "/short",
					     "/long",	   "/lost+found",
					     "/new1",	   "/dir/new-2",
					     "/dir/sub",   "/dir/name-that-takes-some-room-7",
					     "/",	   "/dir/name-that-takes-some-room-33",
					     "/dir/sub/x", "/n/none" };

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
		eh_rename(name, path(in), byte(in) & 1 ? RENAME_EXCHANGE : 0);
		break;
	case 3:
		eh_write(name, word(in) % 600000, bytes, byte(in) * 32);
		break;
	case 4:
		eh_truncate(name, word(in) % 600000);
		break;
	case 5:
		eh_link(path(in), name);
		break;
	case 6:
		eh_symlink(name,
			   "/some/where/that/is/so/far/away/that/the/text/needs/a/block/itself");
		break;
	default:
		eh_setxattr(name, "user.b", byte(in) & 1 ? bytes : NULL, byte(in) * 3);
		break;
	}
}

static void look_at(u32 what, const char *name)
{
	static u8 bytes[5000];
	char text[100];

	switch (what) {
	case 0:
		eh_list(name, NULL, NULL);
		break;
	case 1:
		eh_read(name, 0, bytes, sizeof(bytes));
		eh_read(name, 409600, bytes, 10);
		break;
	case 2:
		eh_readlink(name, text, sizeof(text));
		break;
	default:
		eh_getxattr(name, "user.a", bytes, sizeof(bytes));
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
		else if (what % 32 == 30)
			(void)eh_resize(word(in) % 1100);
		else if (what & 8)
			look_at(what & 3, name);
		else
			change_one(in, what & 7, name);
		if (eh_buffers_held() >
		    2 + ext2_fs(eh_super())->geo.desc_blocks + ext2_fs(eh_super())->pending.count)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, data + size };
	u32 kind;

	if (!kinds[0]) {
		ext2_host_start();
		make_kinds();
	}
	host_log_clear();
	kind = byte(&in);
	memcpy(image, kinds[kind < 192 ? kind % SMALLER : SMALLER], IMAGE_SIZE);
	spoil(&in);
	if (eh_mount(image, IMAGE_SIZE, byte(&in) & 1 ? "errors=remount-ro" : "errors=continue",
		     byte(&in) & 3 ? 0 : MS_RDONLY))
		return 0;
	use(&in);
	eh_umount();
	if (host_locks_held())
		abort();
	return 0;
}
