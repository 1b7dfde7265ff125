/* link, symlink, unlink, rename, mkdir, rmdir, mknod, getcwd, chdir, chroot, getdents. */
#include "abitest.h"
#include <dirent.h>
#include <sys/sysmacros.h>

static ino_t ino_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? 0 : st.st_ino;
}

static nlink_t links_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? 0 : st.st_nlink;
}

TEST(names, hard_link)
{
	t_write_file("a", "x");
	CHECK_OK(link("a", "b"));
	CHECK_EQ(ino_of("a"), ino_of("b"));
	CHECK_EQ(links_of("a"), 2);
	CHECK_ERR(link("a", "b"), EEXIST);
	CHECK_ERR(link("absent", "c"), ENOENT);
	OK(mkdir("d", 0755));
	CHECK_ERR(link("d", "e"), EPERM);
	CHECK_OK(unlink("a"));
	CHECK_EQ(links_of("b"), 1);
	CHECK_ERR(link("b", "/dev/abitest-link"), EXDEV);
}

TEST(names, linkat_follow)
{
	t_write_file("a", "x");
	OK(symlink("a", "l"));
	CHECK_OK(linkat(AT_FDCWD, "l", AT_FDCWD, "m", 0));
	CHECK_EQ(ino_of("m"), ino_of("l"));
	CHECK_OK(linkat(AT_FDCWD, "l", AT_FDCWD, "n", AT_SYMLINK_FOLLOW));
	CHECK_EQ(ino_of("n"), ino_of("a"));
	CHECK_ERR(linkat(AT_FDCWD, "a", AT_FDCWD, "o", 0x10), EINVAL);
}

TEST(names, symlink_and_readlink)
{
	char buf[16], *longname = malloc(5000);
	struct stat st;

	CHECK_OK(symlink("some/target", "l"));
	memset(buf, '!', sizeof(buf));
	CHECK_EQ(readlink("l", buf, sizeof(buf)), 11);
	CHECK(!memcmp(buf, "some/target!", 12)); /* not terminated */
	CHECK_EQ(readlink("l", buf, 4), 4);
	CHECK_ERR(syscall(SYS_readlink, "l", buf, 0), EINVAL);
	CHECK_ERR(readlink(".", buf, 4), EINVAL);
	CHECK_ERR(readlink("absent", buf, 4), ENOENT);
	CHECK_ERR(readlink("l", BAD_PTR, 4), EFAULT);
	CHECK_ERR(symlink("x", "l"), EEXIST);
	CHECK_ERR(symlink("", "m"), ENOENT);
	OK(lstat("l", &st));
	CHECK(S_ISLNK(st.st_mode) && st.st_size == 11 && (st.st_mode & 0777) == 0777);
	memset(longname, 'x', 5000);
	longname[4096] = 0;
	CHECK_ERR(symlink(longname, "m"), ENAMETOOLONG);
	longname[4095] = 0;
	CHECK_OK(symlink(longname, "m"));
}

TEST(names, symlink_in_the_middle)
{
	OK(mkdir("d", 0755));
	OK(mkdir("d/e", 0755));
	t_write_file("d/e/f", "x");
	OK(symlink("d/e", "l"));
	OK(symlink("../..", "d/e/up"));
	CHECK_OK(access("l/f", F_OK));
	CHECK_OK(access("l/up/l/up/d/e/f", F_OK));
	CHECK_OK(access("l/../e/f", F_OK)); /* .. of the target, not of the link */
	OK(symlink("l/f", "absent-dir-link"));
	CHECK_OK(access("absent-dir-link", F_OK));
	OK(symlink("l/", "slash"));
	CHECK_OK(access("slash/f", F_OK));
}

TEST(names, unlink)
{
	struct stat st;
	char c;
	int fd = t_open_new("f", "abc");

	CHECK_OK(unlink("f"));
	CHECK_ERR(unlink("f"), ENOENT);
	CHECK_EQ(read(fd, &c, 1), 1);
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_nlink, 0);
	OK(mkdir("d", 0755));
	CHECK_ERR(unlink("d"), EISDIR);
	OK(symlink("d", "l"));
	CHECK_ERR(unlink("l/"), ENOTDIR);
	CHECK_OK(unlink("l"));
	CHECK_ERR(unlinkat(AT_FDCWD, "d", 0), EISDIR);
	CHECK_OK(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR));
	CHECK_ERR(unlinkat(AT_FDCWD, "d", 0x10000), EINVAL);
	CHECK_ERR(unlink("."), EISDIR);
}

TEST(names, mkdir_rmdir)
{
	struct stat st;

	umask(022);
	CHECK_OK(mkdir("d", 0777));
	OK(stat("d", &st));
	CHECK_EQ(st.st_mode, S_IFDIR | 0755);
	CHECK_EQ(st.st_nlink, 2);
	CHECK_OK(mkdir("d/e/", 0700));
	CHECK_EQ(links_of("d"), 3);
	CHECK_ERR(mkdir("d", 0777), EEXIST);
	CHECK_ERR(mkdir("x/y", 0777), ENOENT);
	CHECK_ERR(mkdir(".", 0777), EEXIST);
	CHECK_ERR(mkdir("/", 0777), EEXIST);
	CHECK_ERR(rmdir("d"), ENOTEMPTY);
	CHECK_ERR(rmdir("d/."), EINVAL);
	CHECK_ERR(rmdir("d/e/.."), ENOTEMPTY);
	CHECK_ERR(rmdir("/"), EBUSY);
	t_write_file("f", "");
	CHECK_ERR(rmdir("f"), ENOTDIR);
	CHECK_ERR(rmdir("absent"), ENOENT);
	CHECK_OK(rmdir("d/e"));
	CHECK_EQ(links_of("d"), 2);
	CHECK_OK(rmdir("d"));
}

TEST(names, setgid_directory)
{
	struct stat st;

	OK(mkdir("d", 0755));
	OK(chmod("d", 02755));
	OK(mkdir("d/e", 0755));
	OK(stat("d/e", &st));
	CHECK(st.st_mode & S_ISGID);
}

TEST(names, rename_basic)
{
	ino_t ino;

	t_write_file("a", "x");
	ino = ino_of("a");
	CHECK_OK(rename("a", "b"));
	CHECK(ino_of("b") == ino && !ino_of("a"));
	t_write_file("c", "y");
	CHECK_OK(rename("b", "c"));
	CHECK_EQ(ino_of("c"), ino);
	OK(link("c", "d"));
	CHECK_OK(rename("c", "d")); /* same inode: does nothing */
	CHECK(ino_of("c") && ino_of("d"));
	CHECK_ERR(rename("absent", "z"), ENOENT);
	CHECK_ERR(rename("c", "no/z"), ENOENT);
	CHECK_ERR(rename("c", ""), ENOENT);
	CHECK_ERR(rename("c", "/proc/abitest"), EXDEV);
}

TEST(names, rename_directories)
{
	OK(mkdir("a", 0755));
	OK(mkdir("a/sub", 0755));
	OK(mkdir("b", 0755));
	t_write_file("f", "");
	CHECK_OK(rename("a", "b")); /* b is empty */
	CHECK(ino_of("b/sub"));
	OK(mkdir("c", 0755));
	CHECK_ERR(rename("c", "b"), ENOTEMPTY);
	CHECK_ERR(rename("c", "f"), ENOTDIR);
	CHECK_ERR(rename("f", "c"), EISDIR);
	CHECK_ERR(rename("b", "b/sub/x"), EINVAL);
	CHECK_ERR(rename("b", "b/x"), EINVAL);
	CHECK_ERR(rename(".", "x"), EBUSY);
	CHECK_ERR(rename("b", "."), EBUSY);
	CHECK_EQ(links_of("b"), 3);
	CHECK_OK(rename("b/sub", "c/sub"));
	CHECK_EQ(links_of("b"), 2);
	CHECK_EQ(links_of("c"), 3);
	CHECK_EQ(ino_of("c/sub/.."), ino_of("c"));
	CHECK_OK(rename("c/", "e/"));
}

TEST(names, rename_of_open_target)
{
	int fd;
	char c = 0;

	t_write_file("new", "n");
	fd = t_open_new("old", "o");
	CHECK_OK(rename("new", "old"));
	CHECK_EQ(read(fd, &c, 1), 1);
	CHECK_EQ(c, 'o');
}

TEST(names, renameat2)
{
	ino_t a, b;

	t_write_file("a", "x");
	t_write_file("b", "y");
	a = ino_of("a");
	b = ino_of("b");
	CHECK_ERR(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 1), EEXIST);
	CHECK_OK(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 2));
	CHECK(ino_of("a") == b && ino_of("b") == a);
	CHECK_ERR(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 2), ENOENT);
	CHECK_ERR(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 3), EINVAL);
	CHECK_OK(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 1));
	OK(mkdir("d", 0755));
	CHECK_OK(syscall(SYS_renameat2, AT_FDCWD, "c", AT_FDCWD, "d", 2));
	CHECK_ERR(mkdir("c/x/y", 0755), ENOENT);
	CHECK_OK(mkdir("c/x", 0755));
}

TEST_FLAGS(names, mknod, TEST_ROOT)
{
	struct stat st;

	umask(0);
	CHECK_OK(mknod("null", S_IFCHR | 0640, makedev(1, 3)));
	OK(stat("null", &st));
	CHECK_EQ(st.st_mode, S_IFCHR | 0640);
	CHECK_EQ(st.st_rdev, makedev(1, 3));
	CHECK_OK(mknod("file", 0600, 0)); /* no type: a regular file */
	CHECK_OK(mknod("fifo", S_IFIFO | 0600, 0));
	CHECK_OK(mknod("sock", S_IFSOCK | 0600, 0));
	CHECK_OK(mknod("blk", S_IFBLK | 0600, makedev(3, 1)));
	CHECK_ERR(mknod("dir", S_IFDIR | 0700, 0), EPERM);
	CHECK_ERR(mknod("fifo", S_IFIFO, 0), EEXIST);
	CHECK_ERR(mknod("bad", 0170000, 0), EINVAL);
	CHECK_ERR(open("sock", O_RDONLY), ENXIO);
	CHECK_OK(mknod("odd", S_IFCHR | 0600, makedev(250, 77)));
	CHECK_ERR(open("odd", O_RDONLY), ENXIO);
}

TEST(names, chdir_and_getcwd)
{
	char top[256], buf[256], want[512];
	int fd;

	CHECK(getcwd(top, sizeof(top)) != NULL);
	OK(mkdir("d", 0755));
	OK(mkdir("d/e", 0755));
	CHECK_OK(chdir("d/e"));
	CHECK(getcwd(buf, sizeof(buf)) != NULL);
	snprintf(want, sizeof(want), "%s/d/e", top);
	CHECK_STR(buf, want);
	CHECK_EQ(syscall(SYS_getcwd, buf, sizeof(buf)), strlen(want) + 1);
	CHECK_ERR(syscall(SYS_getcwd, buf, 3), ERANGE);
	CHECK_ERR(syscall(SYS_getcwd, BAD_PTR, 300), EFAULT);
	fd = OK(open(top, O_RDONLY));
	CHECK_OK(fchdir(fd));
	CHECK(ino_of("d/e"));
	CHECK_ERR(chdir("absent"), ENOENT);
	t_write_file("f", "");
	CHECK_ERR(chdir("f"), ENOTDIR);
	CHECK_ERR(fchdir(OK(open("f", O_RDONLY))), ENOTDIR);
}

TEST(names, deleted_working_directory)
{
	char buf[256];

	OK(mkdir("d", 0755));
	OK(chdir("d"));
	CHECK_OK(rmdir("../d"));
	CHECK_ERR(syscall(SYS_getcwd, buf, sizeof(buf)), ENOENT);
	CHECK_ERR(open("f", O_CREAT | O_RDWR, 0600), ENOENT);
	CHECK_ERR(mkdir("x", 0700), ENOENT);
	CHECK_OK(chdir(".."));
	CHECK_OK(syscall(SYS_getcwd, buf, sizeof(buf)));
}

TEST_FLAGS(names, chroot, TEST_ROOT)
{
	char buf[64];

	OK(mkdir("jail", 0755));
	OK(mkdir("jail/in", 0755));
	OK(symlink("/in", "jail/abs"));
	CHECK_OK(chroot("jail"));
	OK(chdir("/"));
	CHECK_OK(access("/in", F_OK));
	CHECK_OK(access("/../../in", F_OK));
	CHECK_OK(access("/abs/.", F_OK));
	CHECK_ERR(access("/proc", F_OK), ENOENT);
	CHECK(getcwd(buf, sizeof(buf)) != NULL);
	CHECK_STR(buf, "/");
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(chroot("/in"), EPERM);
}

/* getdents64 */

struct raw_dirent {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

static int find_entry(const char *buf, int len, const char *name)
{
	for (int at = 0; at < len;) {
		const struct raw_dirent *d = (const void *)(buf + at);

		if (!strcmp(d->name, name))
			return d->type;
		at += d->reclen;
	}
	return -1;
}

TEST(names, getdents64)
{
	static char buf[8192];
	int fd, n;

	OK(mkdir("d", 0755));
	t_write_file("d/file", "");
	OK(symlink("x", "d/link"));
	OK(mkdir("d/dir", 0755));
	OK(mkfifo("d/fifo", 0600));
	fd = OK(open("d", O_RDONLY));
	n = OK(syscall(SYS_getdents64, fd, buf, sizeof(buf)));
	CHECK_EQ(find_entry(buf, n, "."), DT_DIR);
	CHECK_EQ(find_entry(buf, n, ".."), DT_DIR);
	CHECK_EQ(find_entry(buf, n, "file"), DT_REG);
	CHECK_EQ(find_entry(buf, n, "link"), DT_LNK);
	CHECK_EQ(find_entry(buf, n, "dir"), DT_DIR);
	CHECK_EQ(find_entry(buf, n, "fifo"), DT_FIFO);
	CHECK_EQ(syscall(SYS_getdents64, fd, buf, sizeof(buf)), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_ERR(syscall(SYS_getdents64, fd, buf, 10), EINVAL);
	CHECK_ERR(syscall(SYS_getdents64, fd, BAD_PTR, 1000), EFAULT);
	CHECK_ERR(syscall(SYS_getdents64, OK(open("d/file", O_RDONLY)), buf, 1000), ENOTDIR);
}

TEST(names, getdents_old)
{
	char buf[512];
	int fd, n;
	struct {
		unsigned long ino, off;
		unsigned short reclen;
		char name[];
	} *d = (void *)buf;

	OK(mkdir("d", 0755));
	fd = OK(open("d", O_RDONLY));
	n = OK(syscall(SYS_getdents, fd, buf, sizeof(buf)));
	CHECK(n > 0 && d->name[0] == '.');
	CHECK_EQ(buf[d->reclen - 1], DT_DIR);
}

TEST(names, readdir_of_many)
{
	char name[32];
	struct dirent *de;
	DIR *dir;
	long pos = -1;
	int n = 0;

	OK(mkdir("d", 0755));
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "d/file-number-%d", i);
		close(OK(open(name, O_CREAT | O_WRONLY, 0600)));
	}
	dir = opendir("d");
	while ((de = readdir(dir))) {
		if (++n == 150)
			pos = telldir(dir);
	}
	CHECK_EQ(n, 302);
	seekdir(dir, pos);
	for (n = 0; readdir(dir); n++)
		;
	CHECK_EQ(n, 152);
}

/* Deleting while reading: every file is seen once, none is missed. rm -r depends on it. */
TEST(names, delete_while_reading)
{
	char name[32];
	struct dirent *de;
	DIR *dir;

	OK(mkdir("d", 0755));
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "d/f%d", i);
		close(OK(open(name, O_CREAT | O_WRONLY, 0600)));
	}
	dir = opendir("d");
	while ((de = readdir(dir))) {
		if (de->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "d/%.20s", de->d_name);
		CHECK_OK(unlink(name));
	}
	CHECK_OK(rmdir("d"));
}

TEST(names, at_calls)
{
	struct stat st;
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY | O_DIRECTORY));
	CHECK_OK(mkdirat(d, "sub", 0755));
	CHECK_OK(symlinkat("sub", d, "l"));
	CHECK_OK(mknodat(d, "fifo", S_IFIFO | 0600, 0));
	CHECK_OK(fstatat(d, "l", &st, AT_SYMLINK_NOFOLLOW));
	CHECK(S_ISLNK(st.st_mode));
	CHECK_OK(fstatat(d, "", &st, AT_EMPTY_PATH));
	CHECK(S_ISDIR(st.st_mode));
	CHECK_ERR(fstatat(d, "", &st, 0), ENOENT);
	CHECK_OK(faccessat(d, "sub", R_OK, 0));
	CHECK_OK(fchmodat(d, "sub", 0700, 0));
	CHECK_OK(fchownat(d, "sub", -1, -1, 0));
	CHECK_OK(renameat(d, "sub", d, "sub2"));
	CHECK_OK(unlinkat(d, "sub2", AT_REMOVEDIR));
	CHECK_ERR(unlinkat(99, "x", 0), EBADF);
}
