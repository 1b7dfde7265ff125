/* noise.c - changes that nobody promises anything of: they free, reuse and scatter. */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "powercut.h"

#define NAMES 40u

static char
	folder[32]; /* a block of a hashed directory with directories in it is better not split */
static char text[2][96];

static const char *name(unsigned int which, const char *kind)
{
	snprintf(text[which], sizeof(text[which]), "%s/%s%u", folder, kind, random_below(NAMES));
	return text[which];
}

static void grow(int flags)
{
	static char data[16384];
	int fd = open(name(0, "f"), O_CREAT | O_WRONLY | flags, 0644);

	MUST(fd >= 0);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7 + random_below(3));
	/* The disk may be full: that is noise too. */
	for (unsigned int n = random_below(12);
	     n && write(fd, data, 1 + random_below(sizeof(data))) > 0; n--)
		;
	close(fd);
}

static void one(void)
{
	switch (random_below(12)) {
	case 0:
	case 1:
		return grow(O_TRUNC);
	case 2:
		return grow(O_APPEND);
	case 3:
		(void)truncate(name(0, "f"), random_below(100000));
		return;
	case 4:
	case 5:
		(void)unlink(name(0, "f"));
		return;
	case 6:
		(void)rename(name(0, "f"), name(1, "f"));
		return;
	case 7:
		(void)mkdir(name(0, "d/d"), 0755);
		return;
	case 8:
		(void)rmdir(name(0, "d/d"));
		return;
	case 9:
		(void)link(name(0, "f"), name(1, "l"));
		return;
	case 10:
		(void)symlink("some/long/target/that/needs/a/block/of/its/own/for/it/is/longer/"
			      "than/sixty",
			      name(0, "s"));
		(void)unlink(name(0, "l"));
		return;
	default:
		(void)unlink(name(0, "s"));
		return;
	}
}

/* Free blocks of a part of the file system go back to the drive. */
static void trim(void)
{
	struct fstrim_range range = { .start = (uint64_t)random_below(44) << 20,
				      .len = (uint64_t)(1 + random_below(8)) << 20 };
	int fd = open("/mnt", O_RDONLY);

	MUST(fd >= 0);
	MUST(ioctl(fd, FITRIM, &range) == 0);
	close(fd);
}

void noise(unsigned int process)
{
	snprintf(folder, sizeof(folder), "/mnt/n%u", process);
	MUST(mkdir(folder, 0755) == 0);
	snprintf(text[0], sizeof(text[0]), "%s/d", folder);
	MUST(mkdir(text[0], 0755) == 0);
	for (unsigned int i = 0; i < 3000; i++) {
		one();
		if (random_below(200) == 0)
			sync();
		if (random_below(60) == 0)
			trim();
	}
}
