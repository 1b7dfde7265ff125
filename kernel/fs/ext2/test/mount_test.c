/*
 * Whole file systems, made by mke2fs(8), used here at random against a model, looked over by
 * e2fsck(8).
 */
// LINK: kernel/fs/ext2/balloc.c kernel/fs/ext2/bitmap.c kernel/fs/ext2/commit.c
// LINK: kernel/fs/ext2/dir.c
// LINK: kernel/fs/ext2/dirent.c kernel/fs/ext2/error.c kernel/fs/ext2/file.c
// LINK: kernel/fs/ext2/group.c kernel/fs/ext2/htree.c kernel/fs/ext2/htree_hash.c
// LINK: kernel/fs/ext2/htree_index.c kernel/fs/ext2/htree_split.c kernel/fs/ext2/ialloc.c
// LINK: kernel/fs/ext2/inode.c kernel/fs/ext2/ioctl.c kernel/fs/ext2/journal.c
// LINK: kernel/fs/ext2/layout.c kernel/fs/ext2/map.c kernel/fs/ext2/namei.c
// LINK: kernel/fs/ext2/options.c kernel/fs/ext2/orphan.c kernel/fs/ext2/readdir.c
// LINK: kernel/fs/ext2/state.c kernel/fs/ext2/super.c kernel/fs/ext2/symlink.c
// LINK: kernel/fs/ext2/times.c kernel/fs/ext2/truncate.c kernel/fs/ext2/window.c
// LINK: kernel/fs/ext2/xattr.c kernel/fs/ext2/xattr_set.c kernel/fs/ext2/xattr_write.c
// LINK: kernel/fs/ext2/test/ext2_host.c
// LINK: kernel/fs/ext2/test/ext2_host_paths.c kernel/fs/dcache.c kernel/fs/dentry_tree.c
// LINK: kernel/fs/inode.c kernel/fs/inode_attr.c kernel/fs/file_time.c kernel/lib/bitops.c
// LINK: kernel/lib/math64.c
#include "ext2_host.h"

static char image_name[64];
static u8 *image;
static size_t image_size;

/* ---- images ---- */
static void run(const char *fmt, ...) __printf(1, 2);
static int run_status(const char *fmt, ...) __printf(1, 2);

static int run_status(const char *fmt, ...)
{
	char command[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

static void run(const char *fmt, ...)
{
	char command[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	if (system(command))
		fail_msg("failed: %s", command);
}

static void load(void)
{
	FILE *f = fopen(image_name, "rb");

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	image_size = (size_t)ftell(f);
	rewind(f);
	image = malloc(image_size);
	assert_int_equal(fread(image, 1, image_size, f), image_size);
	fclose(f);
}

static void save(void)
{
	FILE *f = fopen(image_name, "wb");

	assert_int_equal(fwrite(image, 1, image_size, f), image_size);
	assert_int_equal(fclose(f), 0);
	free(image);
	image = NULL;
}

static void choose_name(void)
{
	FILE *f;

	strcpy(image_name, "/tmp/oldiron-ext2-XXXXXX");
	f = fdopen(mkstemp(image_name), "w");
	assert_non_null(f);
	fclose(f);
}

static void make(const char *mke2fs_args, unsigned int kb)
{
	choose_name();
	run("mke2fs -q -F -t ext2 %s %s %u >/dev/null 2>&1", mke2fs_args, image_name, kb);
	load();
}

/* Nothing that e2fsck would change. */
static void check(void)
{
	save();
	if (run_status("e2fsck -fn %s >%s.log 2>&1", image_name, image_name)) {
		run_status("cat %s.log", image_name);
		fail_msg("e2fsck finds errors; log of the file system:\n%s", host_log());
	}
	load();
}

static void mount_rw(const char *options)
{
	const int err = eh_mount(image, image_size, options, 0);

	if (err)
		fail_msg("mount: %d\n%s", err, host_log());
}

static void remove_image(void)
{
	free(image);
	image = NULL;
	run("rm -f %s %s.log", image_name, image_name);
}

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
	make(mke2fs_args, kb);
	state_ = seed;
	mount_rw("");
	for (unsigned int i = 0; i < steps; i++)
		step();
	compare();
	eh_umount();
	check();
	mount_rw("");
	compare();
	for (u32 n = FILES - 1; n > 0; n--)
		if (model[n].mode && !S_ISDIR(model[n].mode))
			do_remove(n);
	for (int level = 0; level < 3; level++)
		for (u32 n = FILES - 1; n > 0; n--)
			if (model[n].mode && !model[n].children)
				do_remove(n);
	eh_umount();
	check();
	remove_image();
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

	make("-b 1024 -N 6000", 20000);
	mount_rw("");
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
	check();
	assert_null(strstr(host_log(), "index of directory"));
	remove_image();
}

static void test_link_limit(void **state)
{
	struct inode *inode;

	make("-b 4096 -N 100", 1000);
	mount_rw("");
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
	check();
	remove_image();
}

static void test_large_and_sparse(void **state)
{
	const u64 far = (3ull << 30) + 12345;
	char bytes[5] = "";

	make("-b 1024 -r 0", 4000);
	mount_rw("");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/f", far, "hello", 5), 0);
	assert_int_equal(eh_write("/f", 70000, "x", 1), 0);
	assert_int_equal(eh_read("/f", far, bytes, 5), 5);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(eh_read("/f", far - 100000, bytes, 1), 1);
	assert_int_equal(bytes[0], 0);
	assert_int_equal(eh_truncate("/f", far + (20ull << 30)), -EFBIG);
	eh_umount();
	check(); /* the feature large_file, and with it revision 1, are there */
	mount_rw("");
	assert_int_equal(eh_truncate("/f", 70000), 0);
	eh_umount();
	check();
	remove_image();
}

static void test_exchange(void **state)
{
	make("-b 1024", 4000);
	mount_rw("");
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
	check();
	remove_image();
}

static void test_states(void **state)
{
	struct ext2_super *s;

	make("-b 1024 -O has_journal", 8000);
	s = (void *)(image + 1024);
	s->max_mnt_count = 5;
	mount_rw("errors=remount-ro,resuid=7,minixdf");
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
	assert_int_equal(eh_mount(image, image_size, "", MS_RDONLY), -EINVAL);
	assert_int_equal(eh_mount(image, image_size, "noload", 0), -EINVAL);
	assert_int_equal(eh_mount(image, image_size, "noload", MS_RDONLY), 0);
	assert_int_equal(eh_remount(0, NULL), -EROFS);
	eh_umount();
	s->incompat ^= EXT2_INCOMPAT_RECOVER | 0x40;
	assert_int_equal(eh_mount(image, image_size, "", 0), -EINVAL);
	assert_non_null(strstr(host_log(), "not supported: extent"));
	s->incompat ^= 0x40;
	s->ro_compat |= 0x400;
	assert_int_equal(eh_mount(image, image_size, "", 0), -EROFS);
	assert_non_null(strstr(host_log(), "because of its features: metadata_csum"));
	assert_int_equal(eh_mount(image, image_size, "", MS_RDONLY), 0);
	eh_umount();
	assert_int_equal(eh_mount(image, image_size, "nonsense", 0), -EINVAL);
	remove_image();
}

static void test_what_mke2fs_wrote(void **state)
{
	char dir[80], text[200];

	choose_name();
	snprintf(dir, sizeof(dir), "%s.tree", image_name);
	run("rm -rf %s; mkdir -p %s/sub", dir, dir);
	run("seq 1 200000 >%s/sub/numbers; ln -s sub/numbers %s/short", dir, dir);
	run("ln -s /%0150d %s/long; mkfifo %s/fifo; touch %s/sub/empty", 7, dir, dir, dir);
	run("mke2fs -q -F -t ext2 -b 1024 -d %s %s 8000 2>/dev/null", dir, image_name);
	load();
	assert_int_equal(eh_mount(image, image_size, "", MS_RDONLY), 0);
	assert_int_equal(eh_list("/", NULL, NULL), 5);
	assert_int_equal(eh_readlink("/short", text, sizeof(text)), 11);
	assert_int_equal(eh_readlink("/long", text, sizeof(text)), 151);
	assert_int_equal(eh_read("/sub/numbers", 1288895 - 7, text, 20), 7);
	assert_memory_equal(text, "200000\n", 7);
	eh_umount();
	run("rm -r %s", dir);
	remove_image();
}

static int warm_up(void **state)
{
	host_setup(state);
	eh_start();
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
		host_test(test_what_mke2fs_wrote),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
