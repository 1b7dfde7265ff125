#define _GNU_SOURCE
#include <installer/system/make_fs.h>
#include <installer/system/copy.h>
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define SMALL_BLOCKS_BELOW (UINT64_C(512) << 20)
#define SMALL_INODES_BELOW (UINT64_C(2) << 30)
#define KERNEL_SECTOR	   512u /* of /sys's start and size */
#define ZEROS		   65536u

static const char *base_name(const char *device)
{
	const char *slash = strrchr(device, '/');

	return slash ? slash + 1 : device;
}

static char *read_number(const char *sys, const char *device, const char *file, uint64_t *value)
{
	char *path = xasprintf("%s/class/block/%s/%s", sys, base_name(device), file);
	char *text, *end, *complaint;
	size_t n;

	complaint = file_read(path, &text, &n);
	if (!complaint) {
		errno = 0;
		*value = strtoull(text, &end, 10);
		if (errno || end == text)
			complaint = xasprintf("%s: is no number", path);
		free(text);
	}
	free(path);
	return complaint;
}

char *partition_agrees(const char *sys, const char *device, const struct disk_plan *plan,
		       const struct plan_part *part)
{
	uint64_t start = 0, count = 0, unit = plan->sector_size / KERNEL_SECTOR;
	char *complaint = read_number(sys, device, "start", &start);

	if (!complaint)
		complaint = read_number(sys, device, "size", &count);
	if (complaint || (start == part->start * unit && count == part->count * unit))
		return complaint;
	return xasprintf("%s is %llu sectors from %llu for the kernel, but %llu from %llu in the "
			 "plan: it is "
			 "left alone",
			 device, (unsigned long long)count, (unsigned long long)start,
			 (unsigned long long)(part->count * unit),
			 (unsigned long long)(part->start * unit));
}

static void add(char ***list, size_t *n, const char *word)
{
	*list = xrealloc(*list, *n + 2, sizeof(**list));
	(*list)[(*n)++] = xstrdup(word);
	(*list)[*n] = NULL;
}

char **mke2fs_arguments(const struct disk_plan *plan, const struct plan_part *part,
			const char *device, const char *uuid)
{
	uint64_t bytes = part->fs_sectors * plan->sector_size;
	unsigned int block = bytes < SMALL_BLOCKS_BELOW ? 1024 : 4096;
	/* No discarding: who takes the installation back may yet find what the rest held before. */
	const char *words[] = { "mke2fs",
				"-q",
				"-F",
				"-E",
				"nodiscard",
				"-t",
				"ext2",
				"-m",
				"1",
				"-O",
				"dir_index,filetype,sparse_super,large_file,^resize_inode",
				NULL };
	char **list = NULL, *count;
	size_t n = 0, i;

	for (i = 0; words[i]; i++)
		add(&list, &n, words[i]);
	add(&list, &n, "-I");
	add(&list, &n, bytes < SMALL_INODES_BELOW ? "128" : "256");
	add(&list, &n, "-b");
	add(&list, &n, block == 1024 ? "1024" : "4096");
	add(&list, &n, "-U");
	add(&list, &n, uuid);
	add(&list, &n, "-L");
	add(&list, &n, part->role == ROLE_ROOT ? "oldiron" : "home");
	add(&list, &n, device);
	count = xasprintf("%llu", (unsigned long long)(bytes / block));
	add(&list, &n, count);
	free(count);
	return list;
}

void free_arguments(char **arguments)
{
	char **p;

	for (p = arguments; *p; p++)
		free(*p);
	free(arguments);
}

bool make_uuid(char uuid[UUID_TEXT])
{
	unsigned char r[16];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return false;
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	snprintf(uuid, UUID_TEXT,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1],
		 r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14],
		 r[15]);
	return true;
}

static char *format(const struct disk_plan *plan, const struct plan_part *part, const char *device,
		    const char *uuid)
{
	const char *const swap[] = { "mkswap", "-U", uuid, device, NULL };
	char **arguments, *complaint;

	if (part->role == ROLE_SWAP)
		return run_program(swap, NULL, NULL, NULL);
	arguments = mke2fs_arguments(plan, part, device, uuid);
	complaint = run_program((const char *const *)arguments, NULL, NULL, NULL);
	free_arguments(arguments);
	return complaint;
}

char *make_file_system(const struct disk_plan *plan, const struct plan_part *part, const char *uuid)
{
	char device[64], *complaint;

	plan_part_path(plan, part, device, sizeof(device));
	complaint = partition_agrees("/sys", device, plan, part);
	return complaint ? complaint : format(plan, part, device, uuid);
}

static char *fill(const char *path, int fd, uint64_t bytes)
{
	char *zeros = xalloc(ZEROS), *complaint = NULL;
	ssize_t n = 1;

	while (bytes && n > 0) {
		n = write(fd, zeros, bytes < ZEROS ? (size_t)bytes : ZEROS);
		bytes -= n > 0 ? (uint64_t)n : 0;
	}
	if (n <= 0 || fsync(fd))
		complaint = xasprintf("%s: %s", path, strerror(errno));
	free(zeros);
	return complaint;
}

char *make_swap_file(const char *path, uint64_t bytes)
{
	const char *const mkswap[] = { "mkswap", path, NULL };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *complaint;

	if (fd < 0)
		return xasprintf("%s: %s", path, strerror(errno));
	complaint = fill(path, fd, bytes);
	close(fd);
	return complaint ? complaint : run_program(mkswap, NULL, NULL, NULL);
}
