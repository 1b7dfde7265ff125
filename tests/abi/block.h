/* For the tests of block devices. They run on a machine of their own only (TEST_INIT), which has
 * one IDE disk with an ext2 file system in its first partition: see tests/abi/guest.py. */
#ifndef BLOCK_H
#define BLOCK_H

#include "abitest.h"
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#define BLOCK_TEST(name_) TEST_FLAGS(block, name_, TEST_INIT)
#define LOOP_TEST(name_)  TEST_FLAGS(loop, name_, TEST_INIT)

/* The disk is 40 MB; the partition starts at sector 63 and has 24 MB. */
#define DISK_SECTORS 81920
#define PART_START   63
#define PART_SECTORS 49152

/* "/dev/sda" on Linux, "/dev/hda" on Oldiron, and with `suffix` after it; one of 8 static buffers.
 */
const char *blk_disk(const char *suffix);
/* The text of an attribute: of the disk, of its partition "/PART/start"; one of 8 static buffers.
 */
const char *blk_attr(const char *disk, const char *path);
long long blk_size(int fd);

/* A new file of that many bytes, made of zeros. */
int blk_file(const char *path, long long size);
/* A free loop device, opened for reading and writing; its path in *name (static), may be NULL. */
int loop_free_device(const char **name);
/* A loop device over a new file of that size, that goes with its last opening. */
int loop_over(long long size, const char **name);

#endif
