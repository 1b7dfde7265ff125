/*
 * Whole file systems, made by mke2fs(8), used here at random against a model, looked over by
 * e2fsck(8).
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
// LINK: kernel/fs/ext2/test/ext2_host.c kernel/fs/ext2/test/ext2_image.c
// LINK: kernel/fs/test/fs_host.c kernel/fs/test/fs_host_paths.c
// LINK: kernel/fs/dcache.c kernel/fs/dentry_tree.c
// LINK: kernel/fs/inode.c kernel/fs/inode_attr.c kernel/fs/file_time.c kernel/lib/bitops.c
// LINK: kernel/lib/math64.c
#include "ext2_image.h"

/* ---- random numbers that are the same each time ---- */
static u32 state_;
static u32 rnd(u32 n)
{
	state_ = state_ * 1103515245 + 12345;
	return (state_ >> 8) % n;
}

/* ---- a model of what the file system should hold ---- */
#define FILES	400u
#define MAX_LEN 300000u

static struct model {
	char path[120];
	u32 mode; /* 0: not there */
	u32 size;
	u8 *data;
	u32 dir; /* index of the directory it is in; 0: the root */
	u32 children;
} model[FILES];

static u32 pick(u32 mode)
{
	for (int i = 0; i < 60; i++) {
		const u32 n = 1 + rnd(FILES - 1);

		if ((model[n].mode & S_IFMT) == mode)
			return n;
	}
	return 0;
}

static void make_name(u32 n, u32 dir)
{
	char name[40], parent[60];

	strscpy(parent, model[dir].path, sizeof(parent));
	if (rnd(4))
		snprintf(name, sizeof(name), "f%u", n);
	else
		snprintf(name, sizeof(name), "a-rather-long-name-for-number-%u", n);
	snprintf(model[n].path, sizeof(model[n].path), "%s/%s", parent, name);
	model[n].dir = dir;
}

static u32 pick_dir(void)
{
	const u32 d = pick(S_IFDIR);

	/* Not deeper than two levels: paths stay short. */
	return d && model[d].dir == 0 ? d : 0;
}

static void do_make(u32 n, u32 mode)
{
	int err;

	make_name(n, pick_dir());
	err = mode == S_IFLNK ? eh_symlink(model[n].path, model[n].path)
			      : eh_make(model[n].path, mode | 0644, MKDEV(8, 300));
	if (err == -ENOSPC)
		return;
	if (err)
		fail_msg("make %s: %d\n%s", model[n].path, err, host_log());
	model[n].mode = mode;
	model[n].size = 0;
	model[n].children = 0;
	model[model[n].dir].children++;
	if (mode == S_IFREG)
		model[n].data = calloc(1, MAX_LEN);
}

static void forget_model(u32 n)
{
	model[model[n].dir].children--;
	model[n].mode = 0;
	free(model[n].data);
	model[n].data = NULL;
}

static void do_remove(u32 n)
{
	const int err = eh_remove(model[n].path);

	if (S_ISDIR(model[n].mode) && model[n].children) {
		assert_int_equal(err, -ENOTEMPTY);
		return;
	}
	if (err)
		fail_msg("remove %s: %d\n%s", model[n].path, err, host_log());
	forget_model(n);
}

static void do_write(u32 n)
{
	const u32 at = rnd(rnd(3) ? model[n].size + 1 : MAX_LEN),
		  len = 1 + rnd(min(MAX_LEN - at, rnd(8) ? 5000u : 60000u));
	u8 *bytes = malloc(len);
	int err;

	for (u32 i = 0; i < len; i++)
		bytes[i] = (u8)rnd(256);
	err = eh_write(model[n].path, at, bytes, len);
	if (!err) {
		memcpy(model[n].data + at, bytes, len);
		model[n].size = max(model[n].size, at + len);
	} else {
		struct inode *inode = eh_inode(model[n].path);

		assert_int_equal(err, -ENOSPC);
		memcpy(model[n].data + at, bytes,
		       inode->size > at ? min((u32)inode->size - at, len) : 0);
		/* How much of an overwritten part came through is not known. */
		eh_read(model[n].path, 0, model[n].data, (size_t)inode->size);
		model[n].size = (u32)inode->size;
		inode_put(inode);
	}
	free(bytes);
}

static void do_truncate(u32 n)
{
	const u32 size = rnd(3) ? rnd(model[n].size + 1) : rnd(MAX_LEN);

	assert_int_equal(eh_truncate(model[n].path, size), 0);
	if (size < model[n].size)
		memset(model[n].data + size, 0, model[n].size - size);
	model[n].size = size;
}

static void do_rename(u32 n)
{
	char old[120];
	const u32 dir = S_ISDIR(model[n].mode) ? 0 : pick_dir(), old_dir = model[n].dir;
	int err;

	if (S_ISDIR(model[n].mode) && model[n].children)
		return; /* the model keeps whole paths */
	strcpy(old, model[n].path);
	make_name(n, dir);
	err = eh_rename(old, model[n].path, 0);
	if (err) {
		assert_int_equal(err, -ENOSPC);
		strcpy(model[n].path, old);
		model[n].dir = old_dir;
		return;
	}
	model[old_dir].children--;
	model[dir].children++;
}

static void do_xattr(u32 n)
{
	char value[300], name[30];
	const size_t len = 1 + rnd(sizeof(value));
	int err;

	memset(value, 'a' + (int)rnd(26), sizeof(value));
	snprintf(name, sizeof(name), "user.name%u", rnd(5));
	err = eh_setxattr(model[n].path, name, value, len);
	if (!err) {
		char again[300];

		assert_int_equal(eh_getxattr(model[n].path, name, again, sizeof(again)), len);
		assert_memory_equal(again, value, len);
	} else {
		assert_int_equal(err, -ENOSPC);
	}
	if (!rnd(3)) {
		err = eh_setxattr(model[n].path, name, NULL, 0);
		assert_true(err == 0 || err == -ENODATA || err == -ENOSPC);
	}
}

static void step(void);

/* Files come and go while blocks are given back; some are left for them. */
static int meanwhile(u64 sector, u64 sectors)
{
	const struct ext2_fs *fs = ext2_fs(eh_super());
	const u32 blocks = (u32)sectors / ext2_block_sectors(fs);

	if (fs->free_blocks > blocks + 400)
		step();
	return 0;
}

static void do_trim(void)
{
	u64 bytes, start = rnd(8) ? 0 : rnd(2000000);

	if (eh_on_discard) /* it is under way */
		return;
	eh_on_discard = meanwhile;
	assert_int_equal(eh_fitrim(start, rnd(2) ? ~0ull : 1 + rnd(4000000) + 4096,
				   rnd(3) ? 0 : rnd(20000), &bytes),
			 0);
	eh_on_discard = NULL;
}

static void step(void)
{
	static const u32 kinds[] = { S_IFREG, S_IFREG, S_IFREG, S_IFREG,
				     S_IFDIR, S_IFLNK, S_IFCHR, S_IFIFO };
	const u32 n = 1 + rnd(FILES - 1);

	if (!model[n].mode) {
		do_make(n, kinds[rnd(ARRAY_SIZE(kinds))]);
		return;
	}
	switch (rnd(8)) {
	case 0:
	case 1:
		do_remove(n);
		break;
	case 2:
		do_rename(n);
		break;
	case 3:
		if (S_ISREG(model[n].mode))
			do_truncate(n);
		break;
	case 4:
		if (S_ISREG(model[n].mode) || S_ISDIR(model[n].mode))
			do_xattr(n);
		break;
	default:
		if (S_ISREG(model[n].mode))
			do_write(n);
		break;
	}
	if (!rnd(200))
		eh_drop_caches();
	if (!rnd(100))
		do_trim();
}

static void compare(void)
{
	static u8 bytes[MAX_LEN];
	char text[200];

	for (u32 n = 1; n < FILES; n++) {
		const struct model *m = &model[n];

		if (S_ISREG(m->mode)) {
			assert_int_equal(eh_read(m->path, 0, bytes, MAX_LEN), m->size);
			assert_memory_equal(bytes, m->data, m->size);
		} else if (S_ISLNK(m->mode)) {
			assert_true(eh_readlink(m->path, text, sizeof(text)) > 0);
		} else if (S_ISDIR(m->mode)) {
			assert_int_equal(eh_list(m->path, NULL, NULL), m->children);
		}
	}
}

static void random_work(const char *mke2fs_args, unsigned int kb, unsigned int steps, u32 seed)
{
	ei_make(mke2fs_args, kb);
	state_ = seed;
	ei_mount("");
	for (unsigned int i = 0; i < steps; i++)
		step();
	compare();
	eh_umount();
	ei_check();
	ei_mount("");
	compare();
	for (u32 n = FILES - 1; n > 0; n--)
		if (model[n].mode && !S_ISDIR(model[n].mode))
			do_remove(n);
	for (int level = 0; level < 3; level++)
		for (u32 n = FILES - 1; n > 0; n--)
			if (model[n].mode && !model[n].children)
				do_remove(n);
	eh_umount();
	ei_check();
	ei_remove();
	assert_null(strstr(host_log(), "error"));
}

static void test_random_1k(void **state)
{
	random_work("-b 1024", 14000, 5000, 1);
}
static void test_random_2k(void **state)
{
	random_work("-b 2048", 10000, 5000, 2);
}
static void test_random_4k(void **state)
{
	random_work("-b 4096", 6000, 5000, 3);
}
static void test_random_revision_0(void **state)
{
	random_work("-b 1024 -r 0", 14000, 4000, 4);
}
static void test_random_full_disk(void **state)
{
	random_work("-b 1024 -N 300", 2500, 8000, 5);
}
static void test_random_small_inodes(void **state)
{
	random_work("-b 1024 -I 128 -O ^dir_index,^resize_inode", 14000, 4000, 6);
}
static void test_random_meta_bg(void **state)
{
	random_work("-b 1024 -g 1024 -O meta_bg,^resize_inode", 14000, 4000, 7);
}

/* ---- single things ---- */
static void test_many_names(void **state)
{
	char path[60];
	const u32 n = 5000;

	ei_make("-b 1024 -N 6000", 20000);
	ei_mount("");
	assert_int_equal(eh_make("/d", S_IFDIR | 0755, 0), 0);
	for (u32 i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/d/number-%u-of-many", i);
		if (eh_make(path, S_IFREG | 0644, 0))
			fail_msg("%s: %s", path, host_log());
	}
	assert_int_equal(eh_list("/d", NULL, NULL), n);
	eh_drop_caches();
	for (u32 i = 0; i < n; i += 3) {
		snprintf(path, sizeof(path), "/d/number-%u-of-many", i);
		assert_int_equal(eh_remove(path), 0);
	}
	assert_int_equal(eh_list("/d", NULL, NULL), n - (n + 2) / 3);
	eh_umount();
	ei_check();
	assert_null(strstr(host_log(), "index of directory"));
	ei_remove();
}

static void test_link_limit(void **state)
{
	struct inode *inode;

	ei_make("-b 4096 -N 100", 1000);
	ei_mount("");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	inode = eh_inode("/f");
	inode->nlink = EXT2_LINK_MAX - 1;
	assert_int_equal(eh_link("/f", "/l1"), 0);
	assert_int_equal(eh_link("/f", "/l2"), -EMLINK);
	inode->nlink = 2;
	inode_put(inode);
	inode = eh_inode("/");
	inode->nlink += EXT2_LINK_MAX - 4;
	assert_int_equal(eh_make("/d1", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_make("/d2", S_IFDIR | 0755, 0), -EMLINK);
	inode->nlink -= EXT2_LINK_MAX - 4;
	inode_put(inode);
	eh_umount();
	ei_check();
	ei_remove();
}

static void test_large_and_sparse(void **state)
{
	const u64 far = (3ull << 30) + 12345;
	char bytes[5] = "";

	ei_make("-b 1024 -r 0", 4000);
	ei_mount("");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/f", far, "hello", 5), 0);
	assert_int_equal(eh_write("/f", 70000, "x", 1), 0);
	assert_int_equal(eh_read("/f", far, bytes, 5), 5);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(eh_read("/f", far - 100000, bytes, 1), 1);
	assert_int_equal(bytes[0], 0);
	assert_int_equal(eh_truncate("/f", far + (20ull << 30)), -EFBIG);
	eh_umount();
	ei_check(); /* the feature large_file, and with it revision 1, are there */
	ei_mount("");
	assert_int_equal(eh_truncate("/f", 70000), 0);
	eh_umount();
	ei_check();
	ei_remove();
}

static void test_exchange(void **state)
{
	ei_make("-b 1024", 4000);
	ei_mount("");
	assert_int_equal(eh_make("/a", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_make("/b", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_make("/a/d", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_make("/b/f", S_IFREG | 0755, 0), 0);
	assert_int_equal(eh_rename("/a/d", "/b/f", RENAME_EXCHANGE), 0);
	assert_int_equal(eh_make("/b/f/x", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_rename("/b/f", "/a/e", 0), 0);
	assert_int_equal(eh_make("/c", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_rename("/c", "/a/e", 0), -ENOTEMPTY);
	assert_int_equal(eh_remove("/a/e/x"), 0);
	assert_int_equal(eh_rename("/c", "/a/e", 0), 0);
	eh_umount();
	ei_check();
	ei_remove();
}

static void test_states(void **state)
{
	struct ext2_super *s;

	ei_make("-b 1024 -O has_journal", 8000);
	s = (void *)(ei_image + 1024);
	s->max_mnt_count = 5;
	ei_mount("errors=remount-ro,resuid=7,minixdf");
	assert_int_equal(s->state & EXT2_STATE_VALID, 0);
	assert_int_equal(s->mnt_count, 1);
	assert_non_null(strstr(host_log(), "ext3 file system as ext2"));
	assert_int_equal(eh_remount(MS_RDONLY, NULL), 0);
	assert_int_equal(s->state, EXT2_STATE_VALID);
	assert_int_equal(eh_remount(0, "errors=continue"), 0);
	assert_int_equal(s->state & EXT2_STATE_VALID, 0);
	eh_umount();
	assert_int_equal(s->state, EXT2_STATE_VALID);
	s->incompat |= EXT2_INCOMPAT_RECOVER;
	assert_int_equal(eh_mount(ei_image, ei_size, "noload", 0), -EINVAL);
	assert_int_equal(eh_mount(ei_image, ei_size, "noload", MS_RDONLY), 0);
	assert_int_equal(eh_remount(0, NULL), -EROFS);
	eh_umount();
	s->incompat ^= EXT2_INCOMPAT_RECOVER | 0x40;
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), -EINVAL);
	assert_non_null(strstr(host_log(), "not supported: extent"));
	s->incompat ^= 0x40;
	s->ro_compat |= 0x400;
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), -EINVAL);
	assert_non_null(strstr(host_log(), "because of its features: metadata_csum"));
	assert_int_equal(eh_mount(ei_image, ei_size, "", MS_RDONLY), 0);
	eh_umount();
	assert_int_equal(eh_mount(ei_image, ei_size, "nonsense", 0), -EINVAL);
	ei_remove();
}

static int parse(const char *options, bool ext3)
{
	struct ext2_options opt;
	char text[64];

	snprintf(text, sizeof(text), "%s", options);
	ext2_options_default(&opt, NULL);
	return ext2_options_parse(&opt, text, ext3, "hda1");
}

/* What stands in many an fstab. */
static void test_options_of_ext3(void **state)
{
	static const char *const good[] = { "data=ordered,commit=5,barrier=1", "data=journal",
					    "data=writeback,nobarrier,barrier" };
	static const char *const bad[] = { "data",     "data=none", "commit",
					   "commit=x", "barrier=x", "journal_dev" };

	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse(good[i], true), 0);
		assert_int_equal(parse(good[i], false), -EINVAL);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i], true), -EINVAL);
}

static void test_quotas_are_named(void **state)
{
	ei_make("-b 1024", 1024);
	assert_int_equal(eh_mount(ei_image, ei_size, "noquota", 0), 0);
	assert_null(strstr(host_log(), "no quotas"));
	assert_int_equal(eh_remount(0, "usrquota"), 0);
	assert_non_null(strstr(host_log(), "no quotas"));
	eh_umount();
	ei_remove();
}

static void test_what_mke2fs_wrote(void **state)
{
	char dir[80], text[200];

	ei_choose_name();
	snprintf(dir, sizeof(dir), "%s.tree", ei_name);
	ei_run("rm -rf %s; mkdir -p %s/sub", dir, dir);
	ei_run("seq 1 200000 >%s/sub/numbers; ln -s sub/numbers %s/short", dir, dir);
	ei_run("ln -s /%0150d %s/long; mkfifo %s/fifo; touch %s/sub/empty", 7, dir, dir, dir);
	ei_run("mke2fs -q -F -t ext2 -b 1024 -d %s %s 8000 2>/dev/null", dir, ei_name);
	ei_load();
	assert_int_equal(eh_mount(ei_image, ei_size, "", MS_RDONLY), 0);
	assert_int_equal(eh_list("/", NULL, NULL), 5);
	assert_int_equal(eh_readlink("/short", text, sizeof(text)), 11);
	assert_int_equal(eh_readlink("/long", text, sizeof(text)), 151);
	assert_int_equal(eh_read("/sub/numbers", 1288895 - 7, text, 20), 7);
	assert_memory_equal(text, "200000\n", 7);
	eh_umount();
	ei_run("rm -r %s", dir);
	ei_remove();
}

static int warm_up(void **state)
{
	host_setup(state);
	ext2_host_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_random_1k),	   host_test(test_random_2k),
		host_test(test_random_4k),	   host_test(test_random_revision_0),
		host_test(test_random_full_disk),  host_test(test_random_small_inodes),
		host_test(test_random_meta_bg),	   host_test(test_many_names),
		host_test(test_link_limit),	   host_test(test_large_and_sparse),
		host_test(test_exchange),	   host_test(test_states),
		host_test(test_what_mke2fs_wrote), host_test(test_options_of_ext3),
		host_test(test_quotas_are_named),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
