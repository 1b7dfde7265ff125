/* mount, umount, bind, remount, tmpfs limits. The tests run in a mount name space of their own
 * where there is one. */
#include "abitest.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>

static void own_mounts(void)
{
	/* Without name spaces the mounts are undone at the end of each test. */
	if (unshare(CLONE_NEWNS) == 0)
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	OK(mkdir("m", 0755));
}

TEST_FLAGS(mount, tmpfs, TEST_ROOT)
{
	struct stat a, b;

	own_mounts();
	t_write_file("m/under", "");
	OK(stat("m", &a));
	CHECK_OK(mount("none", "m", "tmpfs", 0, "mode=0700,uid=5,gid=6"));
	OK(stat("m", &b));
	CHECK(a.st_dev != b.st_dev);
	CHECK_EQ(b.st_mode & 07777, 0700);
	CHECK(b.st_uid == 5 && b.st_gid == 6);
	CHECK_ERR(access("m/under", F_OK), ENOENT);
	t_write_file("m/over", "");
	CHECK_OK(access("m/../m/over", F_OK));
	CHECK_ERR(rmdir("m"), EBUSY);
	CHECK_ERR(rename("m", "n"), EBUSY);
	CHECK_ERR(link("m/over", "x"), EXDEV);
	CHECK_ERR(rename("m/over", "x"), EXDEV);
	CHECK_OK(umount("m"));
	CHECK_OK(access("m/under", F_OK));
	CHECK_ERR(umount("m"), EINVAL);
}

TEST_FLAGS(mount, busy_and_lazy, TEST_ROOT)
{
	int fd;

	own_mounts();
	OK(mount("none", "m", "tmpfs", 0, ""));
	fd = OK(open("m/f", O_CREAT | O_RDWR, 0600));
	CHECK_ERR(umount("m"), EBUSY);
	CHECK_OK(umount2("m", MNT_DETACH));
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_ERR(access("m/f", F_OK), ENOENT);
}

TEST_FLAGS(mount, read_only, TEST_ROOT)
{
	int fd;

	own_mounts();
	OK(mount("none", "m", "tmpfs", 0, ""));
	t_write_file("m/f", "x");
	fd = OK(open("m/f", O_RDWR));
	CHECK_ERR(mount("none", "m", NULL, MS_REMOUNT | MS_RDONLY, NULL),
		  EBUSY); /* open for write */
	close(fd);
	CHECK_OK(mount("none", "m", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	CHECK_ERR(open("m/f", O_RDWR), EROFS);
	CHECK_ERR(open("m/g", O_RDWR | O_CREAT, 0600), EROFS);
	CHECK_OK(open("m/f", O_RDONLY | O_CREAT, 0600));
	CHECK_ERR(unlink("m/f"), EROFS);
	CHECK_ERR(mkdir("m/d", 0700), EROFS);
	CHECK_ERR(chmod("m/f", 0600), EROFS);
	CHECK_ERR(rename("m/f", "m/g"), EROFS);
	CHECK_ERR(access("m/f", W_OK), EROFS);
	CHECK_ERR(truncate("m/f", 0), EROFS);
	CHECK_ERR(utimensat(AT_FDCWD, "m/f", NULL, 0), EROFS);
	CHECK_ERR(symlink("x", "m/l"), EROFS);
	CHECK_OK(mount("none", "m", NULL, MS_REMOUNT, NULL));
	CHECK_OK(open("m/f", O_RDWR));
	umount2("m", MNT_DETACH);
}

TEST_FLAGS(mount, bind, TEST_ROOT)
{
	struct stat a, b;

	own_mounts();
	OK(mkdir("src", 0755));
	t_write_file("src/f", "x");
	CHECK_OK(mount("src", "m", NULL, MS_BIND, NULL));
	OK(stat("src/f", &a));
	OK(stat("m/f", &b));
	CHECK(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
	CHECK_ERR(rename("src/f", "m/g"), EXDEV); /* across mounts of one file system */
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	CHECK_ERR(open("m/f", O_RDWR), EROFS);
	CHECK_OK(open("src/f", O_RDWR));
	CHECK_OK(umount("m"));
	t_write_file("file", "bound");
	t_write_file("over", "");
	CHECK_OK(mount("file", "over", NULL, MS_BIND, NULL));
	OK(stat("over", &a));
	CHECK_EQ(a.st_size, 5);
	CHECK_ERR(unlink("over"), EBUSY);
	CHECK_OK(umount("over"));
}

TEST_FLAGS(mount, bind_recursive_and_move, TEST_ROOT)
{
	own_mounts();
	OK(mkdir("top", 0755));
	OK(mount("none", "top", "tmpfs", 0, ""));
	OK(mkdir("top/sub", 0755));
	OK(mount("none", "top/sub", "tmpfs", 0, ""));
	t_write_file("top/sub/f", "");
	OK(mount("top", "m", NULL, MS_BIND, NULL));
	CHECK_ERR(access("m/sub/f", F_OK), ENOENT);
	OK(umount("m"));
	CHECK_OK(mount("top", "m", NULL, MS_BIND | MS_REC, NULL));
	CHECK_OK(access("m/sub/f", F_OK));
	OK(umount2("m", MNT_DETACH));
	CHECK_OK(mount("top/sub", "m", NULL, MS_MOVE, NULL));
	CHECK_OK(access("m/f", F_OK));
	CHECK_ERR(access("top/sub/f", F_OK), ENOENT);
	umount2("m", MNT_DETACH);
	umount2("top", MNT_DETACH);
}

/* The copy ends up below what is copied, not at its top. */
TEST_FLAGS(mount, bind_recursive_into_itself, TEST_ROOT)
{
	own_mounts();
	OK(mount("none", "m", "tmpfs", 0, ""));
	OK(mkdir("m/a", 0755));
	OK(mount("none", "m/a", "tmpfs", 0, ""));
	OK(mkdir("m/a/b", 0755));
	t_write_file("m/a/f", "");
	CHECK_OK(mount("m", "m/a/b", NULL, MS_BIND | MS_REC, NULL));
	CHECK_OK(access("m/a/b/a/f", F_OK));
	CHECK_OK(access("m/a/b/a/b", F_OK));
	CHECK_ERR(access("m/a/b/a/b/a", F_OK), ENOENT);
	CHECK_OK(umount2("m", MNT_DETACH));
}

/* Each level inside the one before; the kernel's stack does not grow with it. */
TEST_FLAGS(mount, deep_tree, TEST_ROOT)
{
	own_mounts();
	int top = OK(open(".", O_RDONLY | O_DIRECTORY));

	for (int i = 0; i < 500; i++) {
		if (i)
			OK(mkdir("m", 0755));
		OK(mount("none", "m", "tmpfs", 0, "size=4k"));
		OK(chdir("m"));
	}
	OK(fchdir(top));
	OK(mkdir("copy", 0755));
	CHECK_OK(mount("m", "copy", NULL, MS_BIND | MS_REC, NULL));
	CHECK_OK(access("copy/m/m/m/m/m", F_OK));
	CHECK_OK(umount2("copy", MNT_DETACH));
	CHECK_OK(umount2("m", MNT_DETACH));
}

TEST_FLAGS(mount, stacked, TEST_ROOT)
{
	own_mounts();
	OK(mount("none", "m", "tmpfs", 0, ""));
	t_write_file("m/a", "");
	CHECK_OK(mount("none", "m", "tmpfs", 0, ""));
	CHECK_ERR(access("m/a", F_OK), ENOENT);
	CHECK_OK(umount("m"));
	CHECK_OK(access("m/a", F_OK));
	CHECK_OK(umount("m"));
}

TEST_FLAGS(mount, flags, TEST_ROOT)
{
	own_mounts();
	OK(mount("none", "m", "tmpfs", MS_NODEV | MS_NOEXEC | MS_NOSUID, ""));
	OK(mknod("m/null", S_IFCHR | 0666, 0x103));
	CHECK_ERR(open("m/null", O_RDONLY), EACCES);
	t_write_file("m/prog", "#!/init\n");
	OK(chmod("m/prog", 0755));
	CHECK_ERR(execl("m/prog", "x", NULL), EACCES);
	CHECK_ERR((long)mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE,
			     open("m/prog", O_RDONLY), 0),
		  EPERM);
	umount2("m", MNT_DETACH);
}

TEST_FLAGS(mount, errors, TEST_ROOT)
{
	own_mounts();
	t_write_file("f", "");
	CHECK_ERR(mount("none", "m", "no-such-fs", 0, ""), ENODEV);
	CHECK_ERR(mount("none", "absent", "tmpfs", 0, ""), ENOENT);
	CHECK_ERR(mount("none", "f", "tmpfs", 0, ""), ENOTDIR);
	CHECK_ERR(mount("none", "m", "tmpfs", 0, "nonsense=1"), EINVAL);
	CHECK_ERR(mount("none", "m", NULL, MS_REMOUNT, NULL), EINVAL);
	CHECK_ERR(umount("f"), EINVAL);
	CHECK_ERR(mount("none", "m", "tmpfs", 0, BAD_PTR), EFAULT);
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(mount("none", "m", "tmpfs", 0, ""), EPERM);
	CHECK_ERR(umount("/proc"), EPERM);
}

TEST_FLAGS(mount, tmpfs_size_limit, TEST_ROOT)
{
	static char block[PAGE];
	struct statfs st;
	int fd, n = 0;

	own_mounts();
	OK(mount("none", "m", "tmpfs", 0, "size=64k,nr_inodes=10"));
	OK(statfs("m", &st));
	CHECK_EQ(st.f_blocks * st.f_bsize, 65536);
	CHECK_EQ(st.f_files, 10);
	fd = OK(open("m/f", O_CREAT | O_RDWR, 0600));
	while (write(fd, block, PAGE) == PAGE)
		n++;
	CHECK_EQ(errno, ENOSPC);
	CHECK_EQ(n, 16);
	OK(statfs("m", &st));
	CHECK_EQ(st.f_bfree, 0);
	CHECK_OK(ftruncate(fd, 0));
	CHECK_EQ(write(fd, block, PAGE), PAGE);
	for (n = 0; n < 20; n++) {
		char name[16];

		snprintf(name, sizeof(name), "m/d%d", n);
		if (mkdir(name, 0700) < 0)
			break;
	}
	CHECK_EQ(errno, ENOSPC);
	CHECK(n >= 7 && n <= 9);
	close(fd);
	CHECK_OK(umount2("m", MNT_DETACH));
}

TEST_FLAGS(mount, tmpfs_full_by_mapping, TEST_ROOT)
{
	char *p;
	int fd, st;
	pid_t pid;

	own_mounts();
	OK(mount("none", "m", "tmpfs", 0, "size=16k"));
	fd = OK(open("m/f", O_CREAT | O_RDWR, 0600));
	OK(ftruncate(fd, 8 * PAGE));
	p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	pid = t_fork();
	if (!pid) {
		for (int i = 0; i < 8; i++)
			p[i * PAGE] = 1;
		_exit(0);
	}
	st = t_wait(pid);
	CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGBUS);
	munmap(p, 8 * PAGE);
	close(fd);
	CHECK_OK(umount("m"));
}

TEST_FLAGS(mount, shown_in_proc, TEST_ROOT)
{
	static char text[16384];
	char want[300], cwd[256];

	own_mounts();
	OK(mkdir("a b", 0755));
	OK(mount("some dev", "a b", "tmpfs", MS_NOEXEC, "size=1m"));
	t_read_file("/proc/self/mounts", text, sizeof(text));
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL);
	snprintf(want, sizeof(want), "some\\040dev %s/a\\040b tmpfs rw,noexec,", cwd);
	CHECK(strstr(text, want) != NULL);
	t_read_file("/proc/self/mountinfo", text, sizeof(text));
	snprintf(want, sizeof(want), " / %s/a\\040b rw,noexec,", cwd);
	CHECK(strstr(text, want) != NULL);
	CHECK(strstr(text, " - tmpfs some\\040dev rw,") != NULL);
	CHECK_OK(umount("a b"));
}

/* A mount of devpts has the options that it was given. */
TEST_FLAGS(mount, devpts_options, TEST_ROOT)
{
	static char text[16384];
	struct stat st;

	own_mounts();
	OK(mount("devpts", "m", "devpts", 0, "gid=5,mode=640,ptmxmode=666"));
	t_read_file("/proc/self/mountinfo", text, sizeof(text));
	CHECK(strstr(text, " - devpts devpts rw,gid=5,mode=640,ptmxmode=666\n") != NULL);
	OK(stat("m/ptmx", &st));
	CHECK_EQ(st.st_mode, S_IFCHR | 0666);
	CHECK_OK(mount("devpts", "m", "devpts", MS_REMOUNT, "gid=5,mode=620,ptmxmode=666"));
	CHECK_ERR(mount("devpts", "m", "devpts", 0, "nonsense"), EINVAL);
	CHECK_OK(umount("m"));
}
