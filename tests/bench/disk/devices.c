/* Which disk is which, mounting, and getting rid of what is cached. */
#include "disk.h"
#include <sys/ioctl.h>
#include <sys/mount.h>

#define TRIES	      300 /* of 100 ms: disks may still be being looked for */
#define EXT2_MAGIC_AT 1080

const char *raw_device, *fs_device;

static bool has_ext2(int fd)
{
	unsigned char magic[2] = { 0, 0 };

	return pread(fd, magic, 2, EXT2_MAGIC_AT) == 2 && magic[0] == 0x53 && magic[1] == 0xef;
}

static void look(void)
{
	/* libata's names and those of the IDE drivers that came before it. */
	static const char *const names[] = { "/dev/sda", "/dev/sdb", "/dev/hda",
					     "/dev/hdb", "/dev/hdc", "/dev/hdd" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open(names[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (has_ext2(fd))
			fs_device = names[i];
		else if (lseek(fd, 0, SEEK_END) > 0)
			raw_device = names[i];
		close(fd);
	}
}

void find_disks(void)
{
	for (int i = 0; i < TRIES && !(raw_device && fs_device); i++) {
		usleep(i ? 100000 : 0);
		look();
	}
	if (!raw_device || !fs_device)
		disk_die("two disks, one with ext2");
	printf("# oidisk: raw %s, ext2 %s\n", raw_device, fs_device);
}

void fs_mount(void)
{
	MUST(mount(fs_device, MNT, "ext2", 0, ""));
}

void fs_unmount(void)
{
	MUST(umount(MNT));
}

static void flush_device(const char *name)
{
	int fd = MUST(open(name, O_RDONLY | O_CLOEXEC));

	MUST(ioctl(fd, BLKFLSBUF, 0));
	close(fd);
}

void go_cold(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	fs_unmount();
	flush_device(raw_device);
	flush_device(fs_device);
	if (fd >= 0 && write(fd, "3", 1) != 1)
		disk_die("drop_caches");
	close(fd);
	fs_mount();
}
