/* FIFREEZE and FITHAW: what waits for the thaw, what goes on, and what is refused. */
#include "block.h"
#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#define TEXT	 "contents"
#define BIG	 (64 * 1024)
#define SETFLAGS 0x40046602 /* FS_IOC_SETFLAGS as programs of 32 bits pass it */

/* The disk's ext2 at "m"; its root directory, opened. */
static int mount_disk(unsigned long flags)
{
	(void)mkdir("m", 0755);
	OK(mount(blk_disk("1"), "m", "ext2", flags, ""));
	return OK(open("m", O_RDONLY | O_DIRECTORY));
}

static void unmount(int fd)
{
	close(fd);
	CHECK_OK(umount("m"));
}

/* ---- what changes something; each has a file of its own, made beforehand and opened in `fd` ----
 */
static int fd;
static char *mapped;

static void do_write(const char *f)
{
	CHECK_EQ(write(fd, TEXT, 4), 4);
}
static void do_append(const char *f)
{
	CHECK_EQ(pwrite(fd, TEXT, 4, BIG), 4);
}
static void do_truncate(const char *f)
{
	CHECK_OK(truncate(f, 1));
}
static void do_ftruncate(const char *f)
{
	CHECK_OK(ftruncate(fd, BIG));
}
static void do_open_truncated(const char *f)
{
	CHECK_OK(open(f, O_RDONLY | O_TRUNC));
}
static void do_create(const char *f)
{
	CHECK_OK(open("m/created", O_CREAT | O_RDONLY, 0644));
}
static void do_tmpfile(const char *f)
{
	CHECK_OK(open("m", O_TMPFILE | O_RDWR, 0644));
}
static void do_mkdir(const char *f)
{
	CHECK_OK(mkdir("m/made", 0755));
}
static void do_mknod(const char *f)
{
	CHECK_OK(mknod("m/node", S_IFIFO | 0644, 0));
}
static void do_symlink(const char *f)
{
	CHECK_OK(symlink("x", "m/sym"));
}
static void do_link(const char *f)
{
	CHECK_OK(link(f, "m/linked"));
}
static void do_unlink(const char *f)
{
	CHECK_OK(unlink(f));
}
static void do_rename(const char *f)
{
	CHECK_OK(rename(f, "m/renamed"));
}
static void do_rmdir(const char *f)
{
	CHECK_OK(rmdir("m/dir"));
}
static void do_chmod(const char *f)
{
	CHECK_OK(chmod(f, 0600));
}
static void do_chown(const char *f)
{
	CHECK_OK(chown(f, 1, 1));
}
static void do_times(const char *f)
{
	CHECK_OK(utimensat(AT_FDCWD, f, NULL, 0));
}
static void do_xattr(const char *f)
{
	CHECK_OK(setxattr(f, "user.a", "b", 1, 0));
}
static void do_flags(const char *f)
{
	int flags = 0x40; /* FS_NODUMP_FL */

	CHECK_OK(ioctl(fd, SETFLAGS, &flags));
}
static void do_map(const char *f)
{
	mapped[0] = 'M';
}
static void do_sendfile(const char *f)
{
	int from = OK(open("source", O_RDONLY));

	CHECK_EQ(sendfile(fd, from, NULL, 4), 4);
}
static void do_splice(const char *f)
{
	int p[2];

	OK(pipe(p));
	CHECK_EQ(write(p[1], TEXT, 4), 4);
	CHECK_EQ(splice(p[0], NULL, fd, NULL, 4, 0), 4);
}

static const struct change {
	const char *file;
	void (*run)(const char *file);
} changes[] = {
	{ "m/write", do_write },	 { "m/append", do_append },
	{ "m/truncate", do_truncate },	 { "m/ftruncate", do_ftruncate },
	{ "m/open", do_open_truncated }, { "m/create", do_create },
	{ "m/tmpfile", do_tmpfile },	 { "m/mkdir", do_mkdir },
	{ "m/mknod", do_mknod },	 { "m/symlink", do_symlink },
	{ "m/link", do_link },		 { "m/unlink", do_unlink },
	{ "m/rename", do_rename },	 { "m/rmdir", do_rmdir },
	{ "m/chmod", do_chmod },	 { "m/chown", do_chown },
	{ "m/times", do_times },	 { "m/xattr", do_xattr },
	{ "m/flags", do_flags },	 { "m/map", do_map },
	{ "m/sendfile", do_sendfile },	 { "m/splice", do_splice },
};

static pid_t start(const struct change *c)
{
	pid_t pid = t_fork();

	if (!pid) {
		fd = OK(open(c->file, O_RDWR));
		mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		REQUIRE(mapped != MAP_FAILED);
		c->run(c->file);
		t_exit();
	}
	return pid;
}

/* All of them wait, uninterruptibly, and have done nothing; then all of them succeed. */
BLOCK_TEST(freeze_keeps_writers_out)
{
	pid_t pids[ARRAY_SIZE(changes)];
	struct stat st;
	int dir = mount_disk(0);

	t_write_file("source", TEXT);
	OK(mkdir("m/dir", 0755));
	for (unsigned i = 0; i < ARRAY_SIZE(changes); i++)
		t_write_file(changes[i].file, TEXT);
	OK(ioctl(dir, FIFREEZE, 0));
	for (unsigned i = 0; i < ARRAY_SIZE(changes); i++)
		pids[i] = start(&changes[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(changes); i++)
		if (!CHECK(t_until(t_proc_state(pids[i]) == 'D')))
			dprintf(2, "does not wait: %s\n", changes[i].file);
	CHECK_OK(stat("m/append", &st));
	CHECK_EQ(st.st_size, sizeof(TEXT) - 1);
	CHECK_OK(stat("m/chmod", &st));
	CHECK((st.st_mode & 0777) != 0600);
	CHECK_OK(access("m/unlink", F_OK));
	CHECK_ERR(access("m/created", F_OK), ENOENT);
	CHECK_ERR(access("m/renamed", F_OK), ENOENT);
	CHECK_OK(ioctl(dir, FITHAW, 0));
	for (unsigned i = 0; i < ARRAY_SIZE(changes); i++)
		t_wait_ok(pids[i]);
	CHECK_OK(access("m/created", F_OK));
	CHECK_OK(access("m/renamed", F_OK));
	CHECK_OK(stat("m/append", &st));
	CHECK_EQ(st.st_size, BIG + 4);
	t_rm_rf("m/made");
	for (unsigned i = 0; i < ARRAY_SIZE(changes); i++)
		(void)unlink(changes[i].file);
	(void)(unlink("m/created") + unlink("m/node") + unlink("m/sym") + unlink("m/linked") +
	       unlink("m/renamed"));
	unmount(dir);
}

/* Readers are not kept out, and leave no trace; nor is who wants what is there on the disk. */
BLOCK_TEST(freeze_lets_readers_in)
{
	struct stat before, after;
	char buf[sizeof(TEXT)];
	int dir = mount_disk(0), file;

	t_write_file("m/f", TEXT);
	CHECK_OK(stat("m/f", &before));
	OK(ioctl(dir, FIFREEZE, 0));
	file = OK(open("m/f", O_RDWR));
	t_msleep(30);
	CHECK_EQ(read(file, buf, sizeof(buf)), sizeof(TEXT) - 1);
	CHECK_OK(stat("m/f", &after));
	CHECK_EQ(after.st_atim.tv_sec, before.st_atim.tv_sec);
	CHECK_EQ(after.st_atim.tv_nsec, before.st_atim.tv_nsec);
	CHECK_OK(fsync(file));
	CHECK_OK(syncfs(file));
	sync();
	/* For writing, or with O_CREAT, Linux may wait here. */
	CHECK_ERR(open("m/absent", O_RDONLY), ENOENT);
	CHECK_OK(ioctl(file, FITHAW, 0)); /* any file of it will do */
	close(file);
	CHECK_OK(unlink("m/f"));
	unmount(dir);
}

/* A deleted file that is closed: its blocks come back, if only after the thaw. */
BLOCK_TEST(freeze_and_last_close)
{
	static char data[BIG];
	struct statfs before, after;
	int dir = mount_disk(0), file;
	pid_t pid;

	sync();
	OK(fstatfs(dir, &before));
	file = OK(open("m/deleted", O_CREAT | O_RDWR, 0644));
	CHECK_EQ(write(file, data, BIG), BIG);
	OK(unlink("m/deleted"));
	OK(ioctl(dir, FIFREEZE, 0));
	pid = t_fork();
	if (!pid)
		t_exit();
	t_wait_ok(pid); /* not the last */
	pid = t_fork();
	if (pid)
		close(file);
	else {
		t_msleep(30);
		CHECK_OK(ioctl(dir, FITHAW, 0));
		t_exit();
	}
	t_wait_ok(pid);
	CHECK(t_until(fstatfs(dir, &after) == 0 && after.f_bfree == before.f_bfree));
	CHECK_EQ(after.f_ffree, before.f_ffree);
	unmount(dir);
}

static void without_rights(void *arg)
{
	int dir = *(int *)arg;

	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(ioctl(dir, FIFREEZE, 0), EPERM);
	CHECK_ERR(ioctl(dir, FITHAW, 0), EPERM);
	t_exit();
}

BLOCK_TEST(freeze_refused)
{
	int dir = mount_disk(0), proc = OK(open("/proc", O_RDONLY)), other;

	CHECK_ERR(ioctl(dir, FITHAW, 0), EINVAL);
	CHECK_EQ(t_status_of(without_rights, &dir), 0);
	OK(ioctl(dir, FIFREEZE, 0));
	CHECK_ERR(ioctl(dir, FIFREEZE, 0), EBUSY);
	CHECK_ERR(mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, ""), EBUSY);
	CHECK_ERR(mount(NULL, "m", NULL, MS_REMOUNT, ""), EBUSY);
	CHECK_OK(ioctl(dir, FITHAW, 0));
	CHECK_ERR(ioctl(dir, FITHAW, 0), EINVAL);
	CHECK_ERR(ioctl(proc, FIFREEZE, 0), EOPNOTSUPP);
	CHECK_ERR(ioctl(proc, FITHAW, 0), EINVAL);
	other = OK(open(".", O_RDONLY));
	CHECK_ERR(ioctl(other, FIFREEZE, 0), EOPNOTSUPP);
	unmount(dir);
}

BLOCK_TEST(freeze_readonly)
{
	int dir = mount_disk(MS_RDONLY);

	CHECK_OK(ioctl(dir, FIFREEZE, 0));
	CHECK_ERR(ioctl(dir, FIFREEZE, 0), EBUSY);
	CHECK_ERR(mkdir("m/d", 0755), EROFS);
	CHECK_ERR(mount(NULL, "m", NULL, MS_REMOUNT, ""), EBUSY);
	CHECK_OK(ioctl(dir, FITHAW, 0));
	CHECK_ERR(ioctl(dir, FITHAW, 0), EINVAL);
	unmount(dir);
}

/* It stays, frozen, without a mount, and is found again. */
BLOCK_TEST(freeze_and_unmount)
{
	int dir = mount_disk(0);

	OK(ioctl(dir, FIFREEZE, 0));
	unmount(dir);
	CHECK_ERR(open(blk_disk("1"), O_RDONLY | O_EXCL), EBUSY);
	dir = mount_disk(0);
	CHECK_ERR(ioctl(dir, FIFREEZE, 0), EBUSY);
	CHECK_OK(ioctl(dir, FITHAW, 0));
	CHECK_OK(mkdir("m/again", 0755));
	CHECK_OK(rmdir("m/again"));
	unmount(dir);
	CHECK_OK(close(OK(open(blk_disk("1"), O_RDONLY | O_EXCL))));
}
