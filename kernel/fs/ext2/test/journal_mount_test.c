/*
 * Journals that debugfs(8) wrote, replayed by a mount; e2fsck's replay of a copy says what is
 * right.
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
// LINK: kernel/fs/ext2/replaced.c kernel/fs/ext2/readdir.c
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
#include "../jbd2_format.h"
#include <kernel/unaligned.h>

#define FIRST 3000u /* a block that is free in an empty file system of 8 MB */

static struct ext2_super *super(void)
{
	return (void *)(ei_image + EXT2_SUPER_OFFSET);
}

static u8 *block(u32 n)
{
	return ei_image + (size_t)n * (1024u << super()->log_block_size);
}

/* The journal's super block: the one with its magic and type. */
static u8 *journal_super(void)
{
	const u32 size = 1024u << super()->log_block_size;

	for (u32 n = 0; n < ei_size / size; n++)
		if (get_be32(block(n)) == JBD2_MAGIC && get_be32(block(n) + 4) == JBD2_SUPER_V2)
			return block(n);
	fail_msg("no journal");
	return NULL;
}

/* NAME.suffix gets what the command prints. */
static void make_content(const char *suffix, const char *command)
{
	ei_run("%s >%s.%s", command, ei_name, suffix);
}

static void write_journal(const char *open_args, u32 size, bool revoke)
{
	const u32 at = FIRST / (size / 1024);
	char commands[300], command[60];

	snprintf(command, sizeof(command), "seq 1000 9999 | head -c %u", 3 * size);
	make_content("1", command);
	snprintf(command, sizeof(command), "seq 2000 9999 | head -c %u", size);
	make_content("2", command);
	snprintf(command, sizeof(command), "{ printf '\\300;9\\230'; head -c %u /dev/zero; }",
		 size - 4);
	make_content("3", command);
	snprintf(commands, sizeof(commands),
		 "'jo %s' 'jw -b %u,%u,%u %s.1' 'jw -b %u %s.2' '%s%u' 'jw -b %u %s.3' jc",
		 open_args, at, at + 1, at + 2, ei_name, at + 1, ei_name,
		 revoke ? "jw -r " : "testb ", at + 2, at + 3, ei_name);
	ei_run("printf '%%s\n' %s | debugfs -w -f - %s >/dev/null 2>&1", commands, ei_name);
	ei_run("rm %s.[123]", ei_name);
}

/*
 * Four transactions: three blocks, one of them again, a revoke of the third (but for checksums of
 * version 1, which debugfs makes otherwise than Linux there), one with the magic at its start.
 */
static void make_journal(const char *mke2fs_args, const char *open_args, u32 size)
{
	ei_choose_name();
	ei_run("mke2fs -q -F -t ext3 %s %s 8192 >/dev/null 2>&1", mke2fs_args, ei_name);
	write_journal(open_args, size, strcmp(open_args, "-c"));
	ei_load();
	assert_true(super()->incompat & EXT2_INCOMPAT_RECOVER);
}

static void forget(void)
{
	ei_run("rm -f %s.fixed", ei_name);
	ei_remove();
}

static void compare_with_e2fsck(u32 size)
{
	const size_t at = (size_t)FIRST * 1024, n = 4 * size;
	u8 *fixed = malloc(n);
	FILE *f;

	ei_run_status("e2fsck -fy %s.fixed >/dev/null 2>&1", ei_name);
	f = fopen(strcat(strcpy((char[80]){ 0 }, ei_name), ".fixed"), "rb");
	assert_non_null(f);
	fseek(f, (long)at, SEEK_SET);
	assert_int_equal(fread(fixed, 1, n, f), n);
	fclose(f);
	assert_memory_equal(ei_image + at, fixed, n);
	free(fixed);
}

static void copy_for_e2fsck(void)
{
	ei_run("cp %s %s.fixed", ei_name, ei_name);
}

static void replay(const char *mke2fs_args, const char *open_args, u32 size, u32 flags)
{
	make_journal(mke2fs_args, open_args, size);
	copy_for_e2fsck();
	super()->ro_compat &= EXT2_RO_KNOWN; /* metadata_csum is there to get its checksums */
	assert_int_equal(eh_mount(ei_image, ei_size, "", flags), 0);
	assert_non_null(
		strstr(host_log(), strcmp(open_args, "-c")
					   ? "4 transactions, 4 blocks written, 1 revoked"
					   : "3 transactions, 5 blocks written, 0 revoked"));
	assert_non_null(strstr(host_log(), "mounting ext3 file system as ext2"));
	assert_false(super()->incompat & EXT2_INCOMPAT_RECOVER);
	assert_int_equal(get_be32(journal_super() + JBD2_S_START), 0);
	eh_umount();
	assert_memory_equal(block(FIRST / (size / 1024)), "1000\n1001", 9);
	assert_memory_equal(block(FIRST / (size / 1024) + 1), "2000\n2001", 9);
	assert_int_equal(get_be32(block(FIRST / (size / 1024) + 3)), JBD2_MAGIC);
	compare_with_e2fsck(size);
	if (!strstr(mke2fs_args, "metadata_csum"))
		ei_check();
	forget();
}

static void test_replay_1k(void **state)
{
	replay("-b 1024", "", 1024, 0);
}
static void test_replay_4k(void **state)
{
	replay("-b 4096", "", 4096, 0);
}
static void test_replay_read_only(void **state)
{
	replay("-b 2048", "", 2048, MS_RDONLY);
}
static void test_replay_checksum_v1(void **state)
{
	replay("-b 1024", "-c", 1024, 0);
}
static void test_replay_checksum_v2(void **state)
{
	replay("-b 1024 -O metadata_csum", "-c -v 2", 1024, 0);
}
static void test_replay_checksum_v3(void **state)
{
	replay("-b 1024 -O metadata_csum", "-c -v 3", 1024, 0);
}

/* Nothing at all is written by a mount that is refused. */
static void refused(int err, const char *why, const char *options, u32 flags)
{
	u8 *before = malloc(ei_size);

	memcpy(before, ei_image, ei_size);
	host_log_clear();
	assert_int_equal(eh_mount(ei_image, ei_size, options, flags), err);
	if (!strstr(host_log(), why))
		fail_msg("\"%s\" is not in the log:\n%s", why, host_log());
	assert_memory_equal(ei_image, before, ei_size);
	free(before);
}

static void test_damaged(void **state)
{
	u8 *s;

	make_journal("-b 1024 -O metadata_csum", "-c -v 3", 1024);
	super()->ro_compat &= EXT2_RO_KNOWN;
	s = journal_super();
	s[1024 + 1024 + 7] ^= 1; /* the first data block */
	refused(-EUCLEAN, "a block in the journal has a wrong checksum", "", 0);
	s[1024 + 1024 + 7] ^= 1;
	s[5 * 1024 + 50] ^= 1; /* the first commit block */
	refused(-EUCLEAN, "a transaction in the journal has a wrong checksum", "", 0);
	s[5 * 1024 + 50] ^= 1;
	s[1024 + 60] ^= 1; /* the first descriptor */
	refused(-EUCLEAN, "a transaction in the journal has a wrong checksum", "", MS_RDONLY);
	s[1024 + 60] ^= 1;
	s[200] ^= 1;
	refused(-EUCLEAN, "checksum of the journal's super block", "", 0);
	s[200] ^= 1;
	super()->ro_compat |= 0x400;
	refused(-EROFS, "not supported with metadata_csum", "", MS_RDONLY);
	super()->ro_compat &= EXT2_RO_KNOWN;
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), 0);
	eh_umount();
	forget();
}

static void test_refused(void **state)
{
	u8 *s;

	make_journal("-b 1024", "", 1024);
	s = journal_super();
	refused(-EINVAL, "noload is for mounting read-only", "noload", 0);
	super()->journal_inum = 0;
	refused(-EINVAL, "on another device", "", 0);
	super()->journal_inum = 9;
	refused(-EINVAL, "not the journal's", "", 0);
	super()->journal_inum = 8;
	super()->compat ^= EXT2_COMPAT_HAS_JOURNAL;
	refused(-EINVAL, "there is none", "", 0);
	super()->compat ^= EXT2_COMPAT_HAS_JOURNAL;
	put_be32(s + JBD2_S_INCOMPAT, JBD2_INCOMPAT_FAST_COMMIT);
	refused(-EOPNOTSUPP, "fast_commit", "", 0);
	put_be32(s + JBD2_S_INCOMPAT, JBD2_INCOMPAT_REVOKE);
	put_be32(s + 1024 + JBD2_HEAD, 8192); /* the first tag's block */
	refused(-EUCLEAN, "outside the file system", "", 0);
	put_be32(s + 1024 + JBD2_HEAD, FIRST);
	put_be32(s, 0);
	refused(-EUCLEAN, "has no super block", "errors=panic", 0);
	put_be32(s, JBD2_MAGIC);
	assert_int_equal(eh_mount(ei_image, ei_size, "noload", MS_RDONLY), 0);
	assert_int_equal(eh_remount(0, NULL), -EROFS);
	eh_umount();
	assert_int_equal(block(FIRST)[0], 0);
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), 0);
	eh_umount();
	ei_check();
	forget();
}

/* What the journal says of the super block holds from then on; its error becomes the file
 * system's. */
static void test_super_block_in_journal(void **state)
{
	struct ext2_super *s;

	ei_choose_name();
	ei_run("mke2fs -q -F -t ext3 -b 1024 %s 8192 >/dev/null 2>&1", ei_name);
	ei_run("cp %s %s.2; tune2fs -r 777 -e remount-ro %s.2 >/dev/null", ei_name, ei_name,
	       ei_name);
	ei_run("dd if=%s.2 of=%s.3 bs=1024 skip=1 count=1 2>/dev/null", ei_name, ei_name);
	ei_run("printf '%%s\\n' jo 'jw -b 1 %s.3' jc | debugfs -w -f - %s >/dev/null 2>&1; "
	       "rm %s.2 %s.3",
	       ei_name, ei_name, ei_name, ei_name);
	ei_load();
	s = super();
	put_be32(journal_super() + JBD2_S_ERRNO, (u32)-5);
	assert_int_not_equal(s->r_blocks_count, 777);
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), 0);
	assert_int_equal(ext2_fs(eh_super())->super->r_blocks_count, 777);
	assert_int_equal(ext2_fs(eh_super())->opt.errors, EXT2_ERRORS_RO);
	eh_umount();
	assert_int_equal(s->r_blocks_count, 777);
	assert_true(s->state & EXT2_STATE_ERROR);
	assert_int_equal(get_be32(journal_super() + JBD2_S_ERRNO), 0);
	ei_run_status("e2fsck -fy %s >/dev/null 2>&1", ei_name);
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
		host_test(test_replay_1k),
		host_test(test_replay_4k),
		host_test(test_replay_read_only),
		host_test(test_replay_checksum_v1),
		host_test(test_replay_checksum_v2),
		host_test(test_replay_checksum_v3),
		host_test(test_damaged),
		host_test(test_refused),
		host_test(test_super_block_in_journal),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
