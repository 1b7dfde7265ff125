/* The flags of chattr(1) on tmpfs: what they forbid, who may set them, how statx shows them. */
#include "abitest.h"
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define FS_IOC_GETFLAGS 0x80046601
#define FS_IOC_SETFLAGS 0x40046602
#define FS_COMPR_FL	0x04
#define FS_IMMUTABLE_FL 0x10
#define FS_APPEND_FL	0x20
#define FS_NODUMP_FL	0x40
#define FS_NOATIME_FL	0x80

static int get_flags(int fd)
{
	int flags = -1;

	CHECK_OK(ioctl(fd, FS_IOC_GETFLAGS, &flags));
	return flags;
}

static int set_flags(int fd, int flags)
{
	return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

/* Linux's tmpfs keeps these; what the test's directory is on may not. */
static void on_tmpfs(void)
{
	OK(mkdir("t", 0777));
	OK(mount("tmpfs", "t", "tmpfs", 0, "mode=777"));
	OK(chdir("t"));
}

static void leave_tmpfs(void)
{
	OK(chdir(".."));
	OK(umount2("t", MNT_DETACH));
}

static uint64_t attributes(const char *name)
{
	uint32_t stx[64];

	OK(syscall(383, AT_FDCWD, name, 0, 0x7ff, stx));
	CHECK_EQ(stx[14] & 0x70, 0x70); /* stx_attributes_mask */
	return stx[2] & 0x70;
}

TEST(file_flags, immutable)
{
	int fd;

	on_tmpfs();
	t_write_file("f", "x");
	fd = OK(open("f", O_RDONLY));
	CHECK_EQ(get_flags(fd), 0);
	CHECK_OK(set_flags(fd, FS_IMMUTABLE_FL));
	CHECK_EQ(get_flags(fd), FS_IMMUTABLE_FL);
	CHECK_EQ(attributes("f"), 0x10);
	CHECK_ERR(open("f", O_WRONLY), EPERM);
	CHECK_ERR(unlink("f"), EPERM);
	CHECK_ERR(rename("f", "g"), EPERM);
	CHECK_ERR(link("f", "g"), EPERM);
	CHECK_ERR(chmod("f", 0600), EPERM);
	CHECK_ERR(truncate("f", 0), EPERM);
	CHECK_OK(set_flags(fd, FS_NODUMP_FL));
	CHECK_EQ(attributes("f"), 0x40);
	CHECK_OK(unlink("f"));
	leave_tmpfs();
}

TEST(file_flags, append_only)
{
	int fd;

	on_tmpfs();
	t_write_file("f", "x");
	fd = OK(open("f", O_RDONLY));
	CHECK_OK(set_flags(fd, FS_APPEND_FL));
	CHECK_EQ(attributes("f"), 0x20);
	CHECK_ERR(open("f", O_WRONLY), EPERM);
	CHECK_ERR(open("f", O_WRONLY | O_APPEND | O_TRUNC), EPERM);
	CHECK_OK(open("f", O_WRONLY | O_APPEND));
	CHECK_ERR(unlink("f"), EPERM);
	CHECK_OK(set_flags(fd, 0));
	CHECK_OK(unlink("f"));
	leave_tmpfs();
}

TEST(file_flags, immutable_directory)
{
	int fd, sub;

	on_tmpfs();
	OK(mkdir("d", 0755));
	t_write_file("d/f", "x");
	fd = OK(open("d", O_RDONLY | O_DIRECTORY));
	CHECK_OK(set_flags(fd, FS_IMMUTABLE_FL));
	CHECK_ERR(open("d/g", O_CREAT | O_WRONLY, 0600), EPERM);
	CHECK_ERR(unlink("d/f"), EPERM);
	CHECK_ERR(rmdir("d"), EPERM);
	CHECK_OK(set_flags(fd, FS_NODUMP_FL | FS_NOATIME_FL));
	sub = OK(open("d/g", O_CREAT | O_RDWR, 0600));
	CHECK_EQ(get_flags(sub), FS_NODUMP_FL | FS_NOATIME_FL); /* inherited */
	leave_tmpfs();
}

TEST(file_flags, errors)
{
	int fd, pipes[2], flags;

	on_tmpfs();
	t_write_file("f", "x");
	OK(chown("f", 1000, 1000));
	fd = OK(open("f", O_RDONLY));
	CHECK_ERR(set_flags(fd, FS_COMPR_FL), EOPNOTSUPP);
	CHECK_ERR(ioctl(fd, FS_IOC_GETFLAGS, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, FS_IOC_SETFLAGS, BAD_PTR), EFAULT);
	leave_tmpfs();
	OK(pipe(pipes));
	CHECK_ERR(ioctl(pipes[0], FS_IOC_GETFLAGS, &flags), ENOTTY);
	OK(setresuid(-1, 1000, -1));
	CHECK_ERR(set_flags(fd, FS_IMMUTABLE_FL), EPERM);
	CHECK_OK(set_flags(fd, FS_NODUMP_FL));
	OK(setresuid(-1, 0, -1));
	OK(setresuid(-1, 1001, -1));
}
