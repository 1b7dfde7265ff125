/* Volumes made by xorriso and genisoimage of one tree, compared with that tree; damaged ones. */
// LINK: kernel/fs/iso9660/iso_tree.c kernel/fs/iso9660/iso_dir.c kernel/fs/iso9660/iso_rock.c
// LINK: kernel/fs/iso9660/iso_record.c kernel/fs/iso9660/iso_name.c kernel/lib/unicode.c
#define _GNU_SOURCE /* files of more than 2 GB */
#include <host/host.h>
#include "iso_image.h"
#include <stdarg.h>

static char top[] = "/tmp/iso-XXXXXX"; /* tree/, volume.iso */
static struct iso_fs fs;
static unsigned int files_seen;

static void shell(const char *format, ...)
{
	char command[4096];
	va_list args;
	int n = snprintf(command, sizeof(command), "cd %s || exit 1; exec >log 2>&1; ", top);

	va_start(args, format);
	vsnprintf(command + n, sizeof(command) - (size_t)n, format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static int make_tree(void **state)
{
	if (!mkdtemp(top))
		return 1;
	shell("mkdir tree && cd tree && mkdir -p Empty deep/2/3/4/5/6/7/8/9/10/11 many &&"
	      "echo deep >deep/2/3/4/5/6/7/8/9/10/11/file && : >empty && "
	      "printf '%%05000d' 7 >five-thousand && ln five-thousand linked && "
	      "ln -s five-thousand short && ln -s ../../usr/./share/x dots && ln -s / root && "
	      "ln -s $(printf 'component-%%03d/' $(seq 60))end long && "
	      "echo x >$(printf 'n%%.0s' $(seq 250)) && echo x >\"Mixed Case "
	      "\303\244\342\202\254\" && "
	      "chmod 4751 five-thousand && chmod 1777 Empty && mkfifo fifo && "
	      "touch -d '1999-12-31 23:59:58' empty && "
	      "for i in $(seq 300); do echo $i >many/file-with-a-longer-name-$i.text; done");
	return 0;
}
static int remove_tree(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static void make_image(const char *command)
{
	char name[64];

	shell("rm -f volume.iso; %s", command);
	snprintf(name, sizeof(name), "%s/volume.iso", top);
	image_open(name, &fs);
}

/* ---- comparing ---- */
static void check_contents(const char *path, const struct iso_section *section, u64 size)
{
	static u8 want[8192], have[8192];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(size <= sizeof(want));
	assert_int_equal(fread(want, 1, sizeof(want), file), size);
	fclose(file);
	if (!size)
		return;
	assert_int_equal(pread64(iso_file, have, size, (off64_t)section->block << fs.block_bits),
			 size);
	assert_memory_equal(have, want, size);
}

static void check_link(struct iso_dir *dir, const struct iso_entry *e, const char *path)
{
	static char want[4096], have[4096];
	ssize_t n = readlink(path, want, sizeof(want) - 1);

	assert_true(n > 0);
	want[n] = 0;
	assert_int_equal(iso_entry_link(dir, e, have, e->rock.link_length + 1), 0);
	assert_true(e->rock.have & ROCK_SL);
	assert_string_equal(have, want);
}

/* xorriso keeps what lstat() says. */
static void check_attributes(const struct iso_attributes *a, const struct stat *st)
{
	assert_int_equal(a->mode, st->st_mode);
	assert_int_equal(a->uid, st->st_uid);
	assert_int_equal(a->gid, st->st_gid);
	assert_true(a->mtime / 1000000000 == st->st_mtime);
	if (!S_ISDIR(a->mode))
		assert_int_equal(a->nlink, st->st_nlink);
}

static void check_file(struct iso_dir *dir, struct iso_entry *e, const char *path)
{
	struct iso_section section;
	struct iso_attributes a;
	struct stat st;
	u64 size;

	assert_int_equal(lstat(path, &st), 0);
	iso_entry_attributes(e, &a);
	if (fs.rock)
		check_attributes(&a, &st);
	if (S_ISLNK(st.st_mode))
		check_link(dir, e, path);
	if (!S_ISREG(st.st_mode))
		return;
	assert_int_equal(iso_entry_sections(dir, e, &section, 1, &size), 1);
	assert_int_equal(size, st.st_size);
	check_contents(path, &section, size);
}

static void check_dir(u32 extent, const char *path)
{
	static struct iso_entry e;
	struct iso_dir dir;
	u32 at = 0;
	int ret;

	for (;;) {
		char child[4096];

		assert_int_equal(iso_dir_open_extent(&dir, &fs, extent), 0);
		assert_int_equal(iso_dir_seek(&dir, at), 0); /* as readdir after a pause */
		ret = iso_dir_next(&dir, &e);
		assert_true(ret < 0 || iso_dir_skip(&dir) == 0);
		at = dir.pos;
		if (ret <= 0)
			break;
		files_seen++;
		snprintf(child, sizeof(child), "%s/%s", path, e.name);
		if (e.is_dir && strcmp(e.name, "rr_moved") != 0)
			check_dir(e.dir_extent, child);
		else if (!e.is_dir)
			check_file(&dir, &e, child);
		iso_dir_close(&dir);
	}
	iso_dir_close(&dir);
	assert_int_equal(ret, 0);
}

static void check_tree(unsigned int files)
{
	char path[64];

	assert_int_equal(iso_fs_open(&fs), 0);
	snprintf(path, sizeof(path), "%s/tree", top);
	files_seen = 0;
	check_dir(fs.volume.root_extent, path);
	assert_int_equal(files_seen, files);
	assert_int_equal(iso_complaints, 0);
	assert_int_equal(iso_held, 0);
}

#define TREE_FILES 324u

static void rock_ridge(void **state)
{
	make_image("xorriso -as mkisofs -R -o volume.iso tree");
	check_tree(TREE_FILES);
	assert_true(fs.rock);
	make_image("xorriso -as mkisofs -R -J -o volume.iso tree"); /* preferred to Joliet */
	check_tree(TREE_FILES);
	assert_true(fs.rock);
	assert_false(fs.joliet);
	make_image("timeout 20 genisoimage -R -m long -o volume.iso tree"); /* moves deep
									       directories */
	check_tree(TREE_FILES); /* rr_moved, but not the long link: its writer hangs over it */
	make_image("xorriso -as mkisofs -R -rr_reloc_dir /rr_moved -o volume.iso tree");
	check_tree(TREE_FILES); /* whose rr_moved is hidden */
	make_image("timeout 20 genisoimage -R -D -m long -o volume.iso tree");
	check_tree(TREE_FILES - 1);
}

static int find_path(const char *path, struct iso_entry *e)
{
	u32 extent = fs.volume.root_extent;
	int ret = 1;

	while (*path && ret > 0) {
		size_t n = strcspn(path, "/");
		struct iso_dir dir;

		ret = iso_dir_open_extent(&dir, &fs, extent);
		if (!ret)
			ret = iso_dir_find(&dir, path, (u32)n, e);
		iso_dir_close(&dir);
		extent = e->dir_extent;
		path += n + (path[n] == '/');
	}
	return ret;
}

static void joliet(void **state)
{
	struct iso_entry e;

	make_image(
		"timeout 20 genisoimage -J -joliet-long -input-charset utf-8 -o volume.iso tree");
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_true(fs.joliet);
	assert_int_equal(find_path("Mixed Case \303\244\342\202\254", &e), 1);
	assert_int_equal(find_path("mixed case \303\244\342\202\254", &e), 1);
	assert_string_equal(e.name, "Mixed Case \303\244\342\202\254");
	assert_int_equal(find_path("many/file-with-a-longer-name-217.text", &e), 1);
	assert_int_equal(find_path("many/file-with-a-longer-name-301.text", &e), 0);
	fs.options.exact = true;
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("mixed case \303\244\342\202\254", &e), 0);
	fs.options.nojoliet = true;
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_false(fs.joliet);
	assert_int_equal(find_path("many", &e), 1);
}

static void plain(void **state)
{
	struct iso_attributes a;
	struct iso_entry e;

	make_image("timeout 20 genisoimage -iso-level 1 -o volume.iso tree");
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_false(fs.rock);
	assert_int_equal(find_path("five_tho", &e), 1);
	iso_entry_attributes(&e, &a);
	assert_int_equal(a.mode, S_IFREG | 0555);
	assert_int_equal(find_path("Five_tho", &e), 0);
	fs.options.relaxed = true;
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("Five_tho", &e), 1);
	fs.options.mapping = ISO_MAP_OFF;
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("FIVE_THO.;1", &e), 1);
	make_image("xorriso -as mkisofs -R -o volume.iso tree");
	fs.options.norock = true;
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("five_tho", &e), 1);
}

static void numbers(void **state)
{
	struct iso_entry a, b;

	make_image("timeout 20 genisoimage -R -m long -o volume.iso tree");
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("five-thousand", &a), 1);
	assert_int_equal(find_path("empty", &b), 1);
	assert_true(a.ino != b.ino);
	assert_int_equal(find_path("deep/2/3/4/5/6/7/8/9/10/11/file", &b), 1);
	assert_int_equal(find_path("deep/2/3/4/5/6/7/8/9", &a), 1);
	assert_true(a.ino == a.dir_extent * 64ull);
	make_image("xorriso -as mkisofs -R --hardlinks -o volume.iso tree");
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("five-thousand", &a), 1);
	assert_int_equal(find_path("linked", &b), 1);
	assert_true(a.has_links && a.ino == b.ino);
}

static void compressed(void **state)
{
	struct iso_entry e;

	make_image("mkdir z && head -c 100000 /dev/zero >z/a && xorriso -outdev volume.iso "
		   "-map z / -set_filter_r --zisofs / --; rm -r z");
	assert_int_equal(iso_fs_open(&fs), 0);
	assert_int_equal(find_path("a", &e), 1);
	assert_true(e.rock.have & ROCK_ZF);
}

/* ---- made by hand, for what writers do not do ---- */
static u8 disc[64 * 2048];

static u8 *put_record(u32 at, u32 extent, u32 size, u8 flags, const char *name, u8 n)
{
	u8 *r = disc + at;

	memset(r, 0, 34u + n);
	r[0] = (u8)((34 + n) & ~1);
	r[2] = (u8)extent;
	memcpy(r + 10, &size, 4);
	r[25] = flags;
	r[32] = n;
	memcpy(r + 33, name, n);
	return r;
}

/* Root at byte 20480; room for two blocks of 2048. */
static void make_disc(u32 block_size)
{
	u32 root = 20 * 2048 / block_size;
	u8 *pvd = disc + 16 * 2048;

	memset(disc, 0, sizeof(disc));
	memcpy(pvd, "\1CD001\1", 7);
	pvd[128] = (u8)block_size;
	pvd[129] = (u8)(block_size >> 8);
	put_record(16 * 2048 + 156, root, 4096, ISO_DIRECTORY, "\0", 1);
	put_record(20 * 2048, root, 4096, ISO_DIRECTORY, "\0", 1);
	put_record(20 * 2048 + 34, root, 4096, ISO_DIRECTORY, "\1", 1);
}

#define FIRST (20 * 2048 + 68)

static int disc_get(void *ctx, u64 n, u32 size, struct iso_block *block)
{
	assert_true(n < sizeof(disc) / size);
	iso_held++;
	block->bytes = memcpy(malloc(size), disc + n * size, size); /* reads past it are seen */
	return 0;
}
static const struct iso_io disc_io = { disc_get, image_put, image_complain };

static int open_disc(void)
{
	memset(&fs, 0, sizeof(fs));
	fs.io = &disc_io;
	fs.device_bytes = sizeof(disc);
	iso_complaints = 0;
	return iso_fs_open(&fs);
}

static void expect_entry(int want, const char *said)
{
	struct iso_section section;
	struct iso_entry e;
	struct iso_dir dir;
	u64 size;
	int ret;

	assert_int_equal(open_disc(), 0);
	assert_int_equal(iso_dir_open_extent(&dir, &fs, fs.volume.root_extent), 0);
	ret = iso_dir_next(&dir, &e);
	if (ret > 0) {
		ret = iso_entry_sections(&dir, &e, &section, 1, &size);
		ret = ret > 0 ? 1 : ret;
	}
	iso_dir_close(&dir);
	assert_int_equal(ret, want);
	assert_int_equal(iso_held, 0);
	assert_int_equal(iso_complaints, said != NULL);
	if (said)
		assert_string_equal(iso_said, said);
}

static void small_blocks(void **state)
{
	for (u32 size = 512; size <= 2048; size *= 2) {
		struct iso_entry e;
		struct iso_dir dir;
		u32 at = FIRST;

		make_disc(size);
		for (int i = 0; i < 40; i++) { /* of 49 bytes: some cross blocks of 512 */
			char name[17];

			snprintf(name, sizeof(name), "NAME%010d", i);
			at += put_record(at, 100, 7, 0, name, 14)[0];
		}
		assert_int_equal(open_disc(), 0);
		assert_int_equal(iso_dir_open_extent(&dir, &fs, fs.volume.root_extent), 0);
		for (int i = 0; i < 40; i++) {
			char name[17];

			assert_int_equal(iso_dir_next(&dir, &e), 1);
			snprintf(name, sizeof(name), "name%010d", i);
			assert_string_equal(e.name, name);
		}
		assert_int_equal(iso_dir_next(&dir, &e), 0);
		iso_dir_close(&dir);
		assert_int_equal(iso_complaints, 0);
	}
}

/* As files of more than 4 GB are written, but shorter. */
static void sections(void **state)
{
	struct iso_section section[2];
	struct iso_dir dir;
	struct iso_entry e;
	u64 size;
	u32 at = FIRST;

	make_disc(2048);
	at += put_record(at, 30, 4096, ISO_MULTI, "A", 1)[0];
	at += put_record(at, 40, 2048, ISO_MULTI, "A", 1)[0];
	at += put_record(at, 50, 7, 0, "A", 1)[0];
	put_record(at, 60, 7, 0, "B", 1);
	assert_int_equal(open_disc(), 0);
	assert_int_equal(iso_dir_open_extent(&dir, &fs, fs.volume.root_extent), 0);
	assert_int_equal(iso_dir_next(&dir, &e), 1);
	assert_string_equal(e.name, "a");
	assert_int_equal(iso_dir_next(&dir, &e), 1);
	assert_string_equal(e.name, "b"); /* the other records are no names */
	assert_int_equal(iso_dir_next(&dir, &e), 0);
	dir.pos = 0;
	assert_int_equal(iso_dir_find(&dir, "a", 1, &e), 1);
	assert_int_equal(iso_entry_sections(&dir, &e, section, 2, &size), 3);
	assert_int_equal(size, 4096 + 2048 + 7);
	assert_int_equal(section[1].block, 40);
	assert_int_equal(iso_dir_next(&dir, &e), 1);
	assert_string_equal(e.name, "b");
	iso_dir_close(&dir);
}

static void bad_records(void **state)
{
	make_disc(2048);
	expect_entry(0, NULL);
	put_record(FIRST, 30, 100, 0, "A", 1);
	expect_entry(1, NULL);
	disc[FIRST] = 20;
	expect_entry(-EIO, "a directory record is damaged");
	put_record(FIRST, 30, 100, 0, "A", 1)[32] = 30;
	expect_entry(-EIO, "a directory record is damaged");
	make_disc(2048);
	put_record(FIRST, 64, 1, 0, "A", 1);
	expect_entry(-EIO, "a file lies beyond the end of the medium");
	put_record(FIRST, 63, 2049, 0, "A", 1);
	expect_entry(1, "a file goes on beyond the end of the medium");
	put_record(FIRST, 63, 2048, 0, "A", 1);
	expect_entry(1, NULL);
	put_record(FIRST, 30, 100, 0, "A", 1)[26] = 1;
	expect_entry(-EIO, "an interleaved file is not supported");
	put_record(FIRST, 30, 100, ISO_MULTI, "A", 1);
	expect_entry(-EIO, "a file's section ends inside a block");
	put_record(FIRST, 30, 2048, ISO_MULTI, "A", 1);
	expect_entry(-EIO, "a file's last section is missing");
	put_record(FIRST, 30, 2048, ISO_ASSOCIATED, "A", 1);
	expect_entry(0, NULL);
}

static void record_over_sector(void **state)
{
	make_disc(2048);
	for (u32 at = FIRST, n = 0; n < 60; n++)
		at += put_record(at, 30, 0, 0, "A", 1)[0];
	/* 68 + 58 * 34 is 2040: the next would cross the sector. */
	expect_entry(1, NULL);
	struct iso_entry e;
	struct iso_dir dir;
	int n = 0, ret;

	assert_int_equal(iso_dir_open_extent(&dir, &fs, fs.volume.root_extent), 0);
	while ((ret = iso_dir_next(&dir, &e)) > 0)
		n++;
	assert_int_equal(n, 58);
	assert_int_equal(ret, -EIO);
	iso_dir_close(&dir);
}

static void bad_volumes(void **state)
{
	make_disc(2048);
	memset(disc + 16 * 2048, 0, 2048);
	assert_int_equal(open_disc(), -EINVAL);
	make_disc(2048);
	disc[16 * 2048 + 156 + 2] = 64; /* the root is behind the end */
	assert_int_equal(open_disc(), -EIO);
	make_disc(2048);
	disc[20 * 2048 + 33] = 'X'; /* and here not itself */
	assert_int_equal(open_disc(), -EIO);
	make_disc(2048);
	disc[16 * 2048 + 156 + 13] = 0x7F; /* of 2 GB */
	assert_int_equal(open_disc(), -EIO);
}

/* A record whose continuation continues in itself. */
static void endless_record(void **state)
{
	u8 *r;

	make_disc(2048);
	r = put_record(20 * 2048, 20, 4096, ISO_DIRECTORY, "\0", 1);
	r[0] = 34 + 7 + 36;
	memcpy(r + 34, "SP\7\1\xBE\xEF\0PX\44\1", 11);
	put_record(20 * 2048 + r[0], 20, 4096, ISO_DIRECTORY, "\1", 1);
	r = put_record(20 * 2048 + r[0] + 34, 30, 100, 0, "A", 1);
	r[0] = 34 + 28;
	memcpy(r + 34, "CE\34\1", 4);
	r[38] = 40;
	r[54] = 28;
	memcpy(disc + 40 * 2048, r + 34, 28);
	expect_entry(-EIO, "a record has no end");
	r[38] = 64;
	expect_entry(-EIO, "a record goes on beyond the end of the medium");
	r[38] = 40;
	disc[40 * 2048 + 2] = 2;
	expect_entry(-EIO, "a Rock Ridge entry is damaged");
}

/* On a device of 8 GB there is room for it: nobody waits for the end of 4 GB of zeros. */
static void endless_directory(void **state)
{
	struct iso_dir dir;

	make_disc(2048);
	assert_int_equal(open_disc(), 0);
	fs.device_blocks = 8ull << 30 >> 11;
	assert_int_equal(iso_dir_open(&dir, &fs, 20, ISO_DIR_MAX), 0);
	iso_dir_close(&dir);
	assert_int_equal(iso_dir_open(&dir, &fs, 20, 0xffffffff), -EIO);
	assert_int_equal(iso_complaints, 1);
	iso_dir_close(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(rock_ridge),	 host_test(joliet),	    host_test(plain),
		host_test(numbers),	 host_test(sections),	    host_test(compressed),
		host_test(small_blocks), host_test(bad_records),    host_test(record_over_sector),
		host_test(bad_volumes),	 host_test(endless_record), host_test(endless_directory),
	};
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
