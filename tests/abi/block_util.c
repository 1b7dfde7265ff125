/* The disk of the machine and loop devices, for the tests of block devices. */
#include "block.h"

static char *next_text(void)
{
	static char text[8][256];
	static unsigned int turn;

	return text[turn++ % 8];
}

const char *blk_disk(const char *suffix)
{
	char *name = next_text();

	snprintf(name, 256, "/dev/%s%s", access("/sys/block/sda", F_OK) ? "hda" : "sda", suffix);
	return name;
}

const char *blk_attr(const char *disk, const char *path)
{
	char *text = next_text(), name[300];

	snprintf(name, sizeof(name), "/sys/block/%s/%s", strrchr(disk, '/') + 1, path);
	if (t_read_file(name, text, 256) < 0)
		snprintf(text, 256, "no %.200s", path);
	return text;
}

long long blk_size(int fd)
{
	uint64_t size = 0;

	return ioctl(fd, BLKGETSIZE64, &size) < 0 ? -1 : (long long)size;
}

int blk_file(const char *path, long long size)
{
	int fd = OK(open(path, O_CREAT | O_RDWR, 0600));

	OK(ftruncate(fd, size));
	return fd;
}

int loop_free_device(const char **name)
{
	int control = OK(open("/dev/loop-control", O_RDWR));
	int number = OK(ioctl(control, LOOP_CTL_GET_FREE));
	char *path = next_text();

	close(control);
	snprintf(path, 256, "/dev/loop%d", number);
	if (name)
		*name = path;
	return OK(open(path, O_RDWR));
}

int loop_over(long long size, const char **name)
{
	struct loop_config config = { .info = { .lo_flags = LO_FLAGS_AUTOCLEAR } };
	int fd = loop_free_device(name);

	config.fd = blk_file("loopfile", size);
	OK(ioctl(fd, LOOP_CONFIGURE, &config));
	close(config.fd);
	return fd;
}
