/*
 * ata_beside.c - disks through the system that drives them: IDENTIFY by HDIO_DRIVE_CMD, sizes, the
 * mode, reads past the cache.
 *
 * Source: Linux, include/uapi/linux/hdreg.h, Documentation/ioctl/hdio.rst.
 */
#define _GNU_SOURCE /* O_DIRECT */
#include <common/xalloc.h>
#include <drivers/ata/ata_reg.h>
#include <errno.h>
#include <fcntl.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include "ata_tests.h"
#include "disks.h"

#define HDIO_GET_DMA	  0x030b
#define HDIO_GET_IDENTITY 0x030d
#define HDIO_DRIVE_CMD	  0x031f
#define BLOCK_BYTES	  65536u
#define RATE_US		  400000u
#define SEEKS		  20u
#define MEMORY_ALIGN	  4096u
#define SURFACE_SHARE	  4u

struct beside {
	struct probe_run *run;
	const char *subject;
	int fd;
	u64 bytes, read, bad;
	u8 *block, *other; /* aligned for O_DIRECT */
};

/* ---- who it is ---- */

static bool identify(int fd, bool packet, u16 words[256])
{
	u8 args[4 + 512] = { packet ? ATA_CMD_IDENTIFY_PACKET : ATA_CMD_IDENTIFY, 0, 0, 1 };

	if (ioctl(fd, HDIO_DRIVE_CMD, args))
		return false;
	for (unsigned int i = 0; i < 256; i++)
		words[i] = get_le16(args + 4 + 2 * i);
	return true;
}

/* Some systems have the words only as they were at the start, the texts' bytes in reading order. */
static bool note_identity(struct probe_run *run, const struct disk_name *d, int fd)
{
	u16 words[256];

	if (identify(fd, d->cd, words))
		ata_note_identify(run, d->subject, words, "HDIO_DRIVE_CMD");
	else if (!ioctl(fd, HDIO_GET_IDENTITY, words))
		ata_note_identify(run, d->subject, words, "HDIO_GET_IDENTITY");
	else
		return false;
	return true;
}

/* ---- reading ---- */

static bool read_at(struct beside *b, u64 at, size_t bytes, void *to)
{
	ssize_t n = pread(b->fd, to, bytes, (off_t)at);

	if (n == (ssize_t)bytes) {
		b->read += bytes;
		return true;
	}
	if (!b->bad++)
		note_number(b->run, b->subject, "bad-sector", (s64)(at / 512), "sectors");
	return false;
}

static void test_repeat(struct beside *b)
{
	size_t n = (size_t)min_t(u64, BLOCK_BYTES, b->bytes);

	if (read_at(b, 0, n, b->block) && read_at(b, 0, n, b->other))
		note_number(b->run, b->subject, "repeat-same", !memcmp(b->block, b->other, n), "");
}

static void test_rate(struct beside *b, const char *key, u64 at)
{
	u64 begin = host_now_us(), done = 0, us = 0;

	at &= ~(u64)(MEMORY_ALIGN - 1);
	while (us < RATE_US && at + BLOCK_BYTES <= b->bytes &&
	       read_at(b, at, BLOCK_BYTES, b->block)) {
		at += BLOCK_BYTES;
		done += BLOCK_BYTES;
		us = host_now_us() - begin;
	}
	if (us)
		note_number(b->run, b->subject, key, (s64)(done * 1000000u / us), "bytes");
}

/* An even walk, as by the ports. */
static u64 place(u64 i, u64 bytes)
{
	return (((i * 0x9E3779B97F4A7C15ull) >> 48) * (bytes / MEMORY_ALIGN) >> 16) * MEMORY_ALIGN;
}

static void test_seeks(struct beside *b)
{
	u64 begin = host_now_us();

	for (u64 i = 1; i <= SEEKS; i++)
		if (!read_at(b, place(i, b->bytes), MEMORY_ALIGN, b->block))
			return;
	note_number(b->run, b->subject, "seek-us", (s64)((host_now_us() - begin) / SEEKS), "us");
}

static void test_surface(struct beside *b)
{
	u64 until = host_now_us() + b->run->options->seconds * (1000000ull / SURFACE_SHARE);

	for (u64 i = 0; host_now_us() < until; i++)
		(void)read_at(b, min_t(u64, place(i, b->bytes), b->bytes - BLOCK_BYTES),
			      BLOCK_BYTES, b->other);
}

static void test_reads(struct beside *b)
{
	u64 tail = min_t(u64, b->bytes, 64u * BLOCK_BYTES);

	test_repeat(b);
	test_rate(b, "start-rate", 0);
	test_rate(b, "middle-rate", b->bytes / 2);
	test_rate(b, "end-rate", b->bytes - tail);
	if (b->bytes > 2 * BLOCK_BYTES) {
		test_seeks(b);
		test_surface(b);
	}
	note_number(b->run, b->subject, "sectors-read", (s64)(b->read / 512), "sectors");
	note_number(b->run, b->subject, "bad-sectors", (s64)b->bad, "");
}

static void read_disk(struct probe_run *run, const struct disk_name *d, const char *path)
{
	struct beside b = { .run = run, .subject = d->subject };
	void *block = NULL, *other = NULL;

	b.fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (b.fd < 0)
		return;
	if (!ioctl(b.fd, BLKGETSIZE64, &b.bytes) && b.bytes &&
	    !posix_memalign(&block, MEMORY_ALIGN, BLOCK_BYTES) &&
	    !posix_memalign(&other, MEMORY_ALIGN, BLOCK_BYTES)) {
		b.block = block;
		b.other = other;
		note_number(run, d->subject, "size", (s64)b.bytes, "bytes");
		probe_step(run, "%s: reading", d->subject);
		test_reads(&b);
	}
	free(block);
	free(other);
	close(b.fd);
}

static bool test_disk(struct probe_run *run, const struct disk_name *d)
{
	char path[DISK_NAME + 8];
	long dma = 0;
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/%s", d->name);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (!note_identity(run, d, fd)) {
		close(fd);
		return false;
	}
	note_text(run, d->subject, "kind", d->cd ? "packet" : "disk");
	note_text(run, d->subject, "device", "%s", path);
	if (!ioctl(fd, HDIO_GET_DMA, &dma))
		note_number(run, d->subject, "dma-on", dma, "");
	close(fd);
	if (!d->cd)
		read_disk(run, d, path);
	return true;
}

unsigned int ata_test_beside(struct probe_run *run)
{
	unsigned int found = 0;
	size_t count;
	struct disk_name *disks = disks_find(&count);

	for (size_t i = 0; i < count; i++)
		found += test_disk(run, &disks[i]);
	free(disks);
	return found;
}
