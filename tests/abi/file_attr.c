/* stat in all its calls, chmod, chown, utimes, access, umask, permissions, uid switching, statfs,
 * xattr absence. */
#include "abitest.h"
#include <grp.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <utime.h>

/* struct stat64 as the kernel writes it */
struct kstat64 {
	uint64_t dev;
	uint32_t pad0;
	uint32_t ino32;
	uint32_t mode, nlink, uid, gid;
	uint64_t rdev;
	uint32_t pad1;
	int64_t size __attribute__((packed));
	uint32_t blksize;
	uint64_t blocks __attribute__((packed));
	uint32_t atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns;
	uint64_t ino __attribute__((packed));
} __attribute__((packed));

/* struct stat of call 106 */
struct kstat {
	uint32_t dev, ino;
	uint16_t mode, nlink, uid, gid;
	uint32_t rdev, size, blksize, blocks;
	uint32_t atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns, pad[2];
};

struct kstatx {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, pad;
	uint64_t ino, size, blocks, attributes_mask;
	struct {
		int64_t sec;
		uint32_t nsec, pad;
	} atime, btime, ctime, mtime;
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t spare[14];
};

TEST(stat, newest_calls)
{
	struct kstat64 st;
	struct stat ref;

	t_write_file("f", "12345");
	OK(stat("f", &ref));
	CHECK_EQ(sizeof(st), 96);
	CHECK_OK(syscall(195, "f", &st));
	CHECK_EQ(st.size, 5);
	CHECK_EQ(st.mode, S_IFREG | 0644);
	CHECK(st.nlink == 1 && st.uid == geteuid() && st.blksize >= 512);
	CHECK_EQ(st.ino, ref.st_ino);
	CHECK_EQ(st.mtime, ref.st_mtime);
	CHECK_OK(syscall(196, "f", &st));
	CHECK_OK(syscall(197, OK(open("f", O_RDONLY)), &st));
	CHECK_EQ(st.size, 5);
	CHECK_OK(syscall(300, AT_FDCWD, "f", &st, 0));
	CHECK_EQ(st.ino, ref.st_ino);
	CHECK_ERR(syscall(300, AT_FDCWD, "f", &st, 0x8000), EINVAL);
	CHECK_ERR(syscall(195, "f", BAD_PTR), EFAULT);
	CHECK_ERR(syscall(195, "absent", &st), ENOENT);
	CHECK_ERR(syscall(195, "f/x", &st), ENOTDIR);
}

TEST(stat, old_calls)
{
	struct kstat st;
	uint16_t oldest[16] = { 0 };

	t_write_file("f", "12345");
	CHECK_OK(syscall(106, "f", &st));
	CHECK(st.size == 5 && st.mode == (S_IFREG | 0644) && st.nlink == 1);
	CHECK_OK(syscall(107, "f", &st));
	CHECK_OK(syscall(108, OK(open("f", O_RDONLY)), &st));
	CHECK_EQ(st.size, 5);
	if (!syscall(18, "f", oldest))
		CHECK_EQ(oldest[2], S_IFREG | 0644);
}

TEST(stat, statx)
{
	struct kstatx stx;
	struct stat ref;

	t_write_file("f", "12345");
	OK(symlink("f", "l"));
	OK(stat("f", &ref));
	memset(&stx, 0x55, sizeof(stx));
	CHECK_OK(syscall(383, AT_FDCWD, "f", 0, 0x7ff, &stx));
	CHECK_EQ(stx.mask & 0x7ff, 0x7ff);
	CHECK_EQ(stx.size, 5);
	CHECK_EQ(stx.ino, ref.st_ino);
	CHECK_EQ(stx.mode, S_IFREG | 0644);
	CHECK_EQ(stx.mtime.sec, ref.st_mtime);
	CHECK_EQ(stx.dev_major, major(ref.st_dev));
	CHECK_OK(syscall(383, AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, 0x7ff, &stx));
	CHECK(S_ISLNK(stx.mode));
	CHECK_OK(syscall(383, OK(open("f", O_RDONLY)), "", AT_EMPTY_PATH, 0x7ff, &stx));
	CHECK_EQ(stx.size, 5);
	CHECK_ERR(syscall(383, AT_FDCWD, "f", 0x6000, 0x7ff, &stx), EINVAL);
	CHECK_ERR(syscall(383, AT_FDCWD, "f", 0, 0x80000000, &stx), EINVAL);
	CHECK_ERR(syscall(383, AT_FDCWD, "f", 0, 0x7ff, BAD_PTR), EFAULT);
}

TEST(stat, of_other_kinds)
{
	struct stat st;
	int p[2];

	OK(pipe(p));
	CHECK_OK(fstat(p[0], &st));
	CHECK(S_ISFIFO(st.st_mode));
	CHECK_EQ(st.st_uid, geteuid());
	CHECK_OK(stat("/", &st));
	CHECK(S_ISDIR(st.st_mode) && st.st_nlink >= 2);
	CHECK_OK(stat("/proc/self", &st));
	CHECK(S_ISDIR(st.st_mode));
	CHECK_OK(lstat("/proc/self", &st));
	CHECK(S_ISLNK(st.st_mode));
}

TEST(stat, times_advance)
{
	struct stat a, b;
	int fd = t_open_new("f", "");
	char c;

	OK(fstat(fd, &a));
	t_msleep(20);
	CHECK_EQ(write(fd, "x", 1), 1);
	OK(fstat(fd, &b));
	CHECK(b.st_mtim.tv_nsec != a.st_mtim.tv_nsec || b.st_mtime != a.st_mtime);
	CHECK(b.st_ctim.tv_nsec == b.st_mtim.tv_nsec);
	t_msleep(20);
	OK(fchmod(fd, 0600));
	OK(fstat(fd, &a));
	CHECK(a.st_ctim.tv_nsec != b.st_ctim.tv_nsec);
	CHECK_EQ(a.st_mtim.tv_nsec, b.st_mtim.tv_nsec);
	CHECK_EQ(pread(fd, &c, 1, 0), 1);
}

TEST(stat, directory_times)
{
	struct stat a, b;

	OK(mkdir("d", 0755));
	OK(stat("d", &a));
	t_msleep(20);
	t_write_file("d/f", "");
	OK(stat("d", &b));
	CHECK(b.st_mtim.tv_nsec != a.st_mtim.tv_nsec);
	t_msleep(20);
	OK(unlink("d/f"));
	OK(stat("d", &a));
	CHECK(b.st_mtim.tv_nsec != a.st_mtim.tv_nsec);
}

/* Times */

TEST(utimes, utimensat)
{
	struct timespec ts[2] = { { 1000000000, 123456789 }, { 1100000000, 5 } };
	struct stat st;

	t_write_file("f", "");
	CHECK_OK(utimensat(AT_FDCWD, "f", ts, 0));
	OK(stat("f", &st));
	CHECK(st.st_atime == 1000000000 && st.st_mtime == 1100000000);
	CHECK_EQ(st.st_atim.tv_nsec, 123456789);
	ts[0].tv_nsec = UTIME_OMIT;
	ts[1].tv_nsec = UTIME_NOW;
	CHECK_OK(utimensat(AT_FDCWD, "f", ts, 0));
	OK(stat("f", &st));
	CHECK_EQ(st.st_atime, 1000000000);
	CHECK(st.st_mtime - time(NULL) <= 1 && time(NULL) - st.st_mtime <= 1);
	ts[1].tv_nsec = 1000000000;
	CHECK_ERR(utimensat(AT_FDCWD, "f", ts, 0), EINVAL);
	CHECK_ERR(utimensat(AT_FDCWD, "absent", NULL, 0), ENOENT);
	CHECK_ERR(utimensat(AT_FDCWD, "f", NULL, 0x4000), EINVAL);
}

TEST(utimes, of_a_link)
{
	struct timespec ts[2] = { { 5, 0 }, { 6, 0 } };
	struct stat st;

	OK(symlink("nowhere", "l"));
	CHECK_OK(utimensat(AT_FDCWD, "l", ts, AT_SYMLINK_NOFOLLOW));
	OK(lstat("l", &st));
	CHECK_EQ(st.st_mtime, 6);
	CHECK_ERR(utimensat(AT_FDCWD, "l", ts, 0), ENOENT);
}

TEST(utimes, old_calls)
{
	int32_t ut[2] = { 100, 200 }, tv[4] = { 300, 1, 400, 2 }, ts[4] = { 500, 1, 600, 2 };
	struct stat st;

	t_write_file("f", "");
	CHECK_OK(syscall(30, "f", ut));
	OK(stat("f", &st));
	CHECK(st.st_atime == 100 && st.st_mtime == 200);
	CHECK_OK(syscall(271, "f", tv));
	OK(stat("f", &st));
	CHECK(st.st_mtime == 400 && st.st_mtim.tv_nsec == 2000);
	CHECK_OK(syscall(320, AT_FDCWD, "f", ts, 0));
	OK(stat("f", &st));
	CHECK(st.st_atime == 500 && st.st_mtim.tv_nsec == 2);
	CHECK_OK(syscall(299, AT_FDCWD, "f", tv));
	OK(stat("f", &st));
	CHECK_EQ(st.st_atime, 300);
}

TEST(utimes, year_2100)
{
	struct timespec ts[2] = { { 4102444800LL, 0 }, { 4102444800LL, 0 } };
	struct stat st;
	struct kstatx stx;

	t_write_file("f", "");
	CHECK_OK(utimensat(AT_FDCWD, "f", ts, 0));
	OK(stat("f", &st));
	CHECK_OK(syscall(383, AT_FDCWD, "f", 0, 0x7ff, &stx));
	CHECK_EQ(stx.mtime.sec, 4102444800LL);
}

/* Every 64-bit second (a memfd: disks hold less); the ends of the range lose their fractions. */
TEST(utimes, ends_of_the_range)
{
	struct kts64 {
		int64_t sec, nsec;
	} ts[2] = { { INT64_MAX, 7 }, { -1, 999999999 } };
	struct kstatx stx;
	int fd = OK(memfd_create("times", 0));

	CHECK_OK(syscall(412, fd, NULL, ts, 0));
	CHECK_OK(syscall(383, fd, "", AT_EMPTY_PATH, 0x7ff, &stx));
	CHECK_EQ(stx.atime.sec, INT64_MAX);
	CHECK_EQ(stx.atime.nsec, 0);
	CHECK_EQ(stx.mtime.sec, -1);
	CHECK_EQ(stx.mtime.nsec, 999999999);
	ts[0] = (struct kts64){ INT64_MIN, 7 };
	ts[1] = (struct kts64){ INT64_MAX - 1, 7 };
	CHECK_OK(syscall(412, fd, NULL, ts, 0));
	CHECK_OK(syscall(383, fd, "", AT_EMPTY_PATH, 0x7ff, &stx));
	CHECK_EQ(stx.atime.sec, INT64_MIN);
	CHECK_EQ(stx.atime.nsec, 0);
	CHECK_EQ(stx.mtime.sec, INT64_MAX - 1);
	CHECK_EQ(stx.mtime.nsec, 7);
	close(fd);
}

/* Modes and owners */

TEST(perm, chmod)
{
	struct stat st;

	t_write_file("f", "");
	CHECK_OK(chmod("f", 07777));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 07777);
	CHECK_OK(chmod("f", 0177600)); /* the type bits are ignored */
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & S_IFMT, S_IFREG);
	CHECK_ERR(chmod("absent", 0600), ENOENT);
	OK(symlink("f", "l"));
	CHECK_OK(chmod("l", 0640));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 0640);
}

TEST(perm, umask_call)
{
	umask(0);
	CHECK_EQ(umask(07777), 0);
	CHECK_EQ(umask(022), 0777);
}

TEST_FLAGS(perm, chown, TEST_ROOT)
{
	struct stat st;

	t_write_file("f", "");
	CHECK_OK(chown("f", 100, 200));
	OK(stat("f", &st));
	CHECK(st.st_uid == 100 && st.st_gid == 200);
	CHECK_OK(chown("f", -1, 300));
	OK(stat("f", &st));
	CHECK(st.st_uid == 100 && st.st_gid == 300);
	OK(symlink("f", "l"));
	CHECK_OK(lchown("l", 7, 8));
	OK(lstat("l", &st));
	CHECK_EQ(st.st_uid, 7);
	OK(stat("l", &st));
	CHECK_EQ(st.st_uid, 100);
	CHECK_OK(syscall(182 /* 16-bit chown */, "f", 0xffff, 44));
	OK(stat("f", &st));
	CHECK(st.st_uid == 100 && st.st_gid == 44);
}

TEST_FLAGS(perm, chown_clears_setuid, TEST_ROOT)
{
	struct stat st;

	t_write_file("f", "");
	OK(chmod("f", 06755));
	CHECK_OK(chown("f", 100, 100));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 0755);
	OK(chmod("f", 02644)); /* setgid without group execute: mandatory locking, stays */
	CHECK_OK(chown("f", 101, 101));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 02644);
}

TEST_FLAGS(perm, write_clears_setuid, TEST_ROOT)
{
	struct stat st;
	pid_t pid;

	t_write_file("f", "abc");
	OK(chmod("f", 06777));
	pid = t_fork();
	if (!pid) {
		OK(setresuid(1000, 1000, 1000));
		CHECK_EQ(write(OK(open("f", O_WRONLY)), "x", 1), 1);
		t_exit();
	}
	t_wait_ok(pid);
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 0777);
}

static void as_user(uid_t uid, gid_t gid)
{
	OK(setgroups(0, NULL));
	OK(setresgid(gid, gid, gid));
	OK(setresuid(uid, uid, uid));
}

TEST_FLAGS(perm, owner_group_other, TEST_ROOT)
{
	static const struct {
		uid_t uid;
		gid_t gid;
		int bits;
	} who[] = { { 100, 999, 6 }, { 101, 200, 4 }, { 102, 999, 1 }, { 0, 0, 6 } };

	t_write_file("f", "");
	OK(chown("f", 100, 200));
	OK(chmod("f", 0641));
	for (size_t i = 0; i < ARRAY_SIZE(who); i++) {
		pid_t pid = t_fork();

		if (!pid) {
			as_user(who[i].uid, who[i].gid);
			CHECK_EQ(!access("f", R_OK), !!(who[i].bits & 4));
			CHECK_EQ(!access("f", W_OK), !!(who[i].bits & 2));
			CHECK_EQ(open("f", O_RDONLY) >= 0, !!(who[i].bits & 4));
			CHECK_EQ(open("f", O_WRONLY) >= 0, !!(who[i].bits & 2));
			t_exit();
		}
		t_wait_ok(pid);
	}
}

TEST_FLAGS(perm, owner_bits_come_first, TEST_ROOT)
{
	t_write_file("f", "");
	OK(chown("f", 100, 100));
	OK(chmod("f", 0077));
	as_user(100, 100);
	CHECK_ERR(open("f", O_RDONLY), EACCES);
	CHECK_OK(chmod("f", 0400)); /* the owner may change it back */
	CHECK_OK(open("f", O_RDONLY));
}

TEST_FLAGS(perm, directories, TEST_ROOT)
{
	OK(mkdir("d", 0755));
	t_write_file("d/f", "");
	OK(chmod("d/f", 0666));
	OK(mkdir("nox", 0644));
	OK(chmod("nox", 0644));
	t_write_file("nox/f", "");
	OK(mkdir("nor", 0711));
	t_write_file("nor/f", "");
	as_user(100, 100);
	CHECK_ERR(open("d/new", O_CREAT | O_WRONLY, 0600), EACCES);
	CHECK_ERR(unlink("d/f"), EACCES);
	CHECK_ERR(rename("d/f", "d/g"), EACCES);
	CHECK_ERR(mkdir("d/e", 0700), EACCES);
	CHECK_ERR(open("nox/f", O_RDONLY), EACCES);
	CHECK_ERR(chdir("nox"), EACCES);
	CHECK_OK(open("nox", O_RDONLY));
	CHECK_OK(open("nor/f", O_RDONLY));
	CHECK_ERR(open("nor", O_RDONLY), EACCES);
}

TEST_FLAGS(perm, sticky_directory, TEST_ROOT)
{
	OK(mkdir("t", 0777));
	OK(chmod("t", 01777));
	t_write_file("t/roots", "");
	t_write_file("t/mine", "");
	OK(chown("t/mine", 100, 100));
	as_user(100, 100);
	CHECK_ERR(unlink("t/roots"), EPERM);
	CHECK_ERR(rename("t/roots", "t/x"), EPERM);
	CHECK_ERR(rename("t/mine", "t/roots"), EPERM);
	CHECK_OK(rename("t/mine", "t/mine2"));
	CHECK_OK(unlink("t/mine2"));
}

TEST_FLAGS(perm, unprivileged_chmod_chown, TEST_ROOT)
{
	struct stat st;

	t_write_file("f", "");
	t_write_file("roots", "");
	OK(chown("f", 100, 100));
	OK(setgroups(2, (gid_t[]){ 200, 201 }));
	OK(setresgid(100, 100, 100));
	OK(setresuid(100, 100, 100));
	CHECK_ERR(chmod("roots", 0777), EPERM);
	CHECK_ERR(chown("f", 101, -1), EPERM);
	CHECK_ERR(chown("f", -1, 300), EPERM);
	CHECK_OK(chown("f", -1, 201));
	CHECK_OK(chown("f", 100, -1));
	OK(chown("f", -1, 100));
	CHECK_OK(chmod("f", 06755));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode & 07777, 06755);
	CHECK_ERR(utimensat(AT_FDCWD, "roots", NULL, 0), EACCES);
	CHECK_ERR(utimensat(AT_FDCWD, "roots", (struct timespec[2]){ { 1, 0 }, { 1, 0 } }, 0),
		  EPERM);
	CHECK_ERR(mknod("n", S_IFCHR | 0600, makedev(1, 3)), EACCES);
}

TEST_FLAGS(perm, access_uses_real_ids, TEST_ROOT)
{
	t_write_file("f", "");
	OK(chmod("f", 0600));
	CHECK_ERR(access("f", X_OK), EACCES); /* no execute bit at all: not even root */
	OK(setresuid(100, 0, 0));
	CHECK_ERR(access("f", R_OK), EACCES);
	CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(faccessat(AT_FDCWD, "f", R_OK, AT_EACCESS));
	CHECK_ERR(access("f", 8), EINVAL);
	CHECK_ERR(access("absent", F_OK), ENOENT);
}

TEST_FLAGS(perm, supplementary_groups, TEST_ROOT)
{
	gid_t groups[4] = { 0 };

	t_write_file("f", "");
	OK(chown("f", 0, 555));
	OK(chmod("f", 0640));
	OK(setgroups(2, (gid_t[]){ 555, 70000 }));
	CHECK_EQ(getgroups(0, NULL), 2);
	CHECK_EQ(getgroups(4, groups), 2);
	CHECK(groups[0] == 555 && groups[1] == 70000);
	CHECK_ERR(getgroups(1, groups), EINVAL);
	OK(setresuid(100, 100, 100));
	CHECK_OK(open("f", O_RDONLY));
	CHECK_ERR(setgroups(0, NULL), EPERM);
}

/* User ids */

static void check_uids(uid_t r, uid_t e, uid_t s)
{
	uid_t gr, ge, gs;

	OK(getresuid(&gr, &ge, &gs));
	CHECK(gr == r && ge == e && gs == s);
	if (gr != r || ge != e || gs != s)
		t_note("uids %u %u %u, want %u %u %u", gr, ge, gs, r, e, s);
}

TEST_FLAGS(ids, setuid_family, TEST_ROOT)
{
	CHECK_OK(syscall(208, 10, 20, 30)); /* setresuid32 */
	check_uids(10, 20, 30);
	CHECK_ERR(syscall(208, 40, -1, -1), EPERM);
	CHECK_OK(syscall(208, 20, 30, 10));
	check_uids(20, 30, 10);
	CHECK_OK(syscall(213, 10)); /* setuid32: effective only */
	check_uids(20, 10, 10);
	CHECK_ERR(syscall(213, 99), EPERM);
}

TEST_FLAGS(ids, seteuid_and_back, TEST_ROOT)
{
	CHECK_OK(syscall(208, -1, 1000, -1));
	check_uids(0, 1000, 0);
	CHECK_OK(syscall(208, -1, 0, -1));
	CHECK_OK(syscall(213, 1000)); /* by root: all three, for good */
	check_uids(1000, 1000, 1000);
	CHECK_ERR(syscall(213, 0), EPERM);
}

TEST_FLAGS(ids, setreuid_sets_saved, TEST_ROOT)
{
	CHECK_OK(syscall(203, 5, 6));
	check_uids(5, 6, 6);
	CHECK_OK(syscall(203, 6, 5));
	check_uids(6, 5, 5);
}

TEST_FLAGS(ids, groups_and_fs_ids, TEST_ROOT)
{
	gid_t r, e, s;

	CHECK_OK(syscall(210, 1, 2, 3));
	OK(getresgid(&r, &e, &s));
	CHECK(r == 1 && e == 2 && s == 3);
	CHECK_EQ(syscall(215, 77), 0); /* setfsuid says the old one */
	CHECK_EQ(syscall(215, -1), 77);
	CHECK_ERR(open("f", O_CREAT | O_RDWR, 0600), EACCES); /* fsuid 77 may not write here */
	CHECK_EQ(syscall(215, 0), 77);
	CHECK_OK(open("f", O_CREAT | O_RDWR, 0600));
}

TEST_FLAGS(ids, sixteen_bit_calls, TEST_ROOT)
{
	OK(setresuid(70000, 70000, 0));
	CHECK_EQ(syscall(24), 65534); /* getuid16 of a large id: the overflow id */
	CHECK_EQ(syscall(199), 70000);
	CHECK_OK(syscall(164, 0xffff, 0, 0xffff)); /* setresuid16, -1 keeps */
	check_uids(70000, 0, 0);
}

/* statfs */

TEST(statfs, fields)
{
	struct statfs st;

	CHECK_OK(statfs("/proc", &st));
	CHECK_EQ(st.f_type, 0x9fa0);
	CHECK_EQ(st.f_blocks, 0);
	CHECK_OK(statfs(".", &st));
	CHECK(st.f_bsize >= 512 && st.f_namelen >= 255);
	CHECK_OK(fstatfs(OK(open(".", O_RDONLY)), &st));
	CHECK_ERR(statfs("absent", &st), ENOENT);
	CHECK_ERR(syscall(268, ".", 84, BAD_PTR), EFAULT);
	CHECK_ERR(syscall(268, ".", 80, &st), EINVAL);
	uint32_t old[16];

	CHECK_OK(syscall(99, "/proc", old));
	CHECK_EQ(old[0], 0x9fa0);
}

TEST(statfs, xattr_calls_answer)
{
	char buf[16];

	t_write_file("f", "");
	errno = 0;
	CHECK(syscall(SYS_getxattr, "f", "user.x", buf, 16) < 0 &&
	      (errno == ENODATA || errno == EOPNOTSUPP));
	CHECK(syscall(SYS_listxattr, "f", buf, 16) >= 0 || errno == EOPNOTSUPP);
}
