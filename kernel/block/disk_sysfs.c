/*
 * disk_sysfs.c - /sys/block/NAME: what lsblk, blkid and fdisk read there. Names and units are
 * Linux's (Documentation/ABI/stable/sysfs-block): sizes in 512-byte sectors whatever the medium's.
 */
#include "disk_internal.h"
#include <kernel/errno.h>
#include <kernel/math64.h>

static struct disk *disk_of(struct device *dev)
{
	return container_of(dev, struct disk, dev);
}

static struct partition *part_of(struct device *dev)
{
	return container_of(dev, struct partition, dev);
}

/* A member of the class is a disk, or a partition: then its parent is one. */
static bool is_partition(const struct device *dev)
{
	return dev->parent && dev->parent->class == &block_class;
}

static struct disk *any_disk(struct device *dev)
{
	return is_partition(dev) ? part_of(dev)->disk : disk_of(dev);
}

#define SHOW(fn, format, ...)                                                                      \
	static ssize_t fn(struct device *dev, char *buf, size_t size)                              \
	{                                                                                          \
		return (ssize_t)scnprintf(buf, size, format "\n", __VA_ARGS__);                    \
	}
#define ATTR(var, file, fn) static const struct device_attribute var = { file, 0444, fn, NULL }

/* ---- of disks and partitions alike ---- */
/* Bytes from a partition's start to the next block that is given back as a whole. */
static u32 discard_alignment(const struct disk *disk, u64 start)
{
	const u32 granularity = disk->limits.discard >> SECTOR_SHIFT;
	u32 behind = 0;

	if (granularity)
		(void)div_u64_rem(start, granularity, &behind);
	return behind ? (granularity - behind) << SECTOR_SHIFT : 0;
}

SHOW(show_size, "%llu",
     (unsigned long long)(is_partition(dev) ? part_of(dev)->sectors : disk_of(dev)->sectors))
SHOW(show_ro, "%d",
     disk_readonly(any_disk(dev)) || (is_partition(dev) && part_of(dev)->readonly) ? 1 : 0)
SHOW(show_alignment, "%d", 0)
SHOW(show_discard_alignment, "%u",
     is_partition(dev) ? discard_alignment(part_of(dev)->disk, part_of(dev)->start) : 0)
ATTR(attr_size, "size", show_size);
ATTR(attr_ro, "ro", show_ro);
ATTR(attr_alignment, "alignment_offset", show_alignment);
ATTR(attr_discard, "discard_alignment", show_discard_alignment);

static unsigned long ms(u64 ns)
{
	return (unsigned long)div_u64(ns, NSEC_PER_MSEC);
}

static void take_stats(struct disk *disk, const struct partition *p, struct disk_stats *out,
		       unsigned int *running)
{
	unsigned long flags = spin_lock_irqsave(&disk->queue.lock);

	stats_advance(disk, clock_monotonic());
	*out = p ? p->stats : disk->stats;
	*running = p ? 0 : disk->queue.started;
	spin_unlock_irqrestore(&disk->queue.lock, flags);
}

u32 disk_error_count(struct disk *disk, const struct partition *p)
{
	struct disk_stats s;
	unsigned int running;

	take_stats(disk, p, &s, &running);
	return (u32)s.errors;
}

/* The units are as old as the interface: milliseconds in 32 bits. */
size_t disk_stats_line(struct disk *disk, const struct partition *p, char *buf, size_t size)
{
	struct disk_stats s;
	unsigned int running;

	take_stats(disk, p, &s, &running);
	return scnprintf(buf, size,
			 "%8llu %8llu %8llu %8lu %8llu %8llu %8llu %8lu %8u %8lu %8lu "
			 "%8llu %8u %8llu %8lu %8llu %8lu\n",
			 (unsigned long long)s.ios[0], (unsigned long long)s.merges[0],
			 (unsigned long long)s.sectors[0], ms(s.ns[0]),
			 (unsigned long long)s.ios[1], (unsigned long long)s.merges[1],
			 (unsigned long long)s.sectors[1], ms(s.ns[1]), running, ms(s.busy_ns),
			 ms(s.weighted_ns), (unsigned long long)s.discards, 0,
			 (unsigned long long)s.discard_sectors, ms(s.discard_ns),
			 (unsigned long long)s.flushes, ms(s.flush_ns));
}

static ssize_t show_stat(struct device *dev, char *buf, size_t size)
{
	const struct partition *p = is_partition(dev) ? part_of(dev) : NULL;

	return (ssize_t)disk_stats_line(any_disk(dev), p, buf, size);
}
ATTR(attr_stat, "stat", show_stat);

/* Not Linux's: what could not be read, written or flushed, of any kind of disk. */
static ssize_t show_errors(struct device *dev, char *buf, size_t size)
{
	const struct partition *p = is_partition(dev) ? part_of(dev) : NULL;

	return (ssize_t)scnprintf(buf, size, "%u\n", disk_error_count(any_disk(dev), p));
}
ATTR(attr_errors, "errors", show_errors);

/* ---- only of partitions, and only of disks ---- */
SHOW(show_number, "%u", part_of(dev)->number)
SHOW(show_start, "%llu", (unsigned long long)part_of(dev)->start)
ATTR(attr_number, "partition", show_number);
ATTR(attr_start, "start", show_start);

SHOW(show_removable, "%d", disk_of(dev)->flags &DISK_REMOVABLE ? 1 : 0)
SHOW(show_range, "%u", disk_of(dev)->minors)
SHOW(show_ext_range, "%u", 256u)
SHOW(show_hidden, "%d", 0)
SHOW(show_capability, "%x", disk_of(dev)->flags &DISK_REMOVABLE ? 0x1u : 0u)
SHOW(show_sequence, "%llu", (unsigned long long)disk_of(dev)->sequence)
ATTR(attr_sequence, "diskseq", show_sequence);
ATTR(attr_removable, "removable", show_removable);
ATTR(attr_range, "range", show_range);
ATTR(attr_ext_range, "ext_range", show_ext_range);
ATTR(attr_hidden, "hidden", show_hidden);
ATTR(attr_capability, "capability", show_capability);

static ssize_t show_inflight(struct device *dev, char *buf, size_t size)
{
	const struct disk_queue *q = &any_disk(dev)->queue;

	return (ssize_t)scnprintf(buf, size, "%8u %8u\n", q->queued[BIO_READ] + q->started,
				  q->queued[BIO_WRITE]);
}
ATTR(attr_inflight, "inflight", show_inflight);

const struct device_attribute *const disk_class_attributes[] = { &attr_size,	 &attr_ro,
								 &attr_stat,	 &attr_errors,
								 &attr_inflight, &attr_alignment,
								 &attr_discard,	 NULL };
const struct device_attribute *const disk_attributes[] = {
	&attr_removable, &attr_range, &attr_ext_range, &attr_hidden, &attr_capability,
	&attr_sequence,	 NULL
};
const struct device_attribute *const partition_attributes[] = { &attr_number, &attr_start, NULL };

/* ---- queue/ ---- */
/* A disk without a bound has Linux's, of 32 bits of bytes. */
static unsigned long long discard_max_bytes(const struct disk *disk)
{
	const u64 bound =
		disk->limits.max_discard ? disk->limits.max_discard : UINT_MAX >> SECTOR_SHIFT;

	return disk->limits.discard ? bound << SECTOR_SHIFT : 0;
}

SHOW(show_logical, "%u", disk_of(dev)->sector_size)
SHOW(show_physical, "%u", disk_physical_size(disk_of(dev)))
SHOW(show_rotational, "%d", disk_of(dev)->flags &(DISK_SOLID | DISK_VIRTUAL) ? 0 : 1)
SHOW(show_max_kb, "%u", disk_max_sectors(disk_of(dev)) / 2)
SHOW(show_segments, "%u", disk_max_segments(disk_of(dev)))
SHOW(show_scheduler, "%s", disk_of(dev)->flags &DISK_SOLID ? "[none]" : "[mq-deadline]")
SHOW(show_write_cache, "%s", disk_of(dev)->flags &DISK_WRITE_CACHE ? "write back" : "write through")
SHOW(show_zero, "%d", 0)
SHOW(show_requests, "%u", 128u)
SHOW(show_ahead, "%u", disk_of(dev)->read_ahead / 2)
/* Decimal kilobytes, perhaps with a line's end; rounded down to pages, as BLKRASET does. */
static ssize_t store_ahead(struct device *dev, const char *buf, size_t size)
{
	const char *p = buf;
	u64 kb = 0;

	for (; *p >= '0' && *p <= '9' && kb <= UINT_MAX; p++)
		kb = kb * 10 + (unsigned int)(*p - '0');
	if (p == buf || kb > UINT_MAX || (*p && (*p != '\n' || p[1])))
		return -EINVAL;
	disk_of(dev)->read_ahead = (u32)(min_t(u64, kb * 2, UINT_MAX)) & ~(SECTORS_PER_PAGE - 1);
	return (ssize_t)size;
}
SHOW(show_one, "%d", 1)
SHOW(show_segment_size, "%u", (u32)PAGE_SIZE)
SHOW(show_discard, "%u", disk_of(dev)->limits.discard)
SHOW(show_discard_max, "%llu", discard_max_bytes(disk_of(dev)))
SHOW(show_zoned, "%s", "none")
ATTR(attr_logical, "logical_block_size", show_logical);
ATTR(attr_hw, "hw_sector_size", show_logical);
ATTR(attr_physical, "physical_block_size", show_physical);
ATTR(attr_minimum_io, "minimum_io_size", show_physical);
ATTR(attr_optimal_io, "optimal_io_size", show_zero);
ATTR(attr_rotational, "rotational", show_rotational);
ATTR(attr_max_kb, "max_sectors_kb", show_max_kb);
ATTR(attr_max_hw_kb, "max_hw_sectors_kb", show_max_kb);
ATTR(attr_segments, "max_segments", show_segments);
ATTR(attr_scheduler, "scheduler", show_scheduler);
ATTR(attr_write_cache, "write_cache", show_write_cache);
ATTR(attr_requests, "nr_requests", show_requests);
static const struct device_attribute attr_ahead = { "read_ahead_kb", 0644, show_ahead,
						    store_ahead };
ATTR(attr_zoned, "zoned", show_zoned);
ATTR(attr_discard_gran, "discard_granularity", show_discard);
ATTR(attr_discard_max, "discard_max_bytes", show_discard_max);
ATTR(attr_discard_hw, "discard_max_hw_bytes", show_discard_max);
ATTR(attr_discard_zero, "discard_zeroes_data", show_zero);
ATTR(attr_add_random, "add_random", show_zero);
ATTR(attr_dax, "dax", show_zero);
ATTR(attr_iostats, "iostats", show_one);
ATTR(attr_nomerges, "nomerges", show_zero);
ATTR(attr_fua, "fua", show_zero);
ATTR(attr_chunk, "chunk_sectors", show_zero);
ATTR(attr_segment_size, "max_segment_size", show_segment_size);

const struct device_attribute *const disk_queue_attributes[] = {
	&attr_logical,	    &attr_hw,
	&attr_physical,	    &attr_minimum_io,
	&attr_optimal_io,   &attr_rotational,
	&attr_max_kb,	    &attr_max_hw_kb,
	&attr_segments,	    &attr_scheduler,
	&attr_write_cache,  &attr_requests,
	&attr_ahead,	    &attr_zoned,
	&attr_discard_gran, &attr_discard_max,
	&attr_discard_hw,   &attr_discard_zero,
	&attr_add_random,   &attr_dax,
	&attr_iostats,	    &attr_nomerges,
	&attr_fua,	    &attr_chunk,
	&attr_segment_size, NULL
};

/* ---- uevent ---- */
size_t disk_uevent(struct device *dev, char *buf, size_t size)
{
	return scnprintf(buf, size, "DISKSEQ=%llu\n", (unsigned long long)disk_of(dev)->sequence);
}

size_t partition_uevent(struct device *dev, char *buf, size_t size)
{
	const struct partition *p = part_of(dev);
	size_t n = scnprintf(buf, size, "DISKSEQ=%llu\nPARTN=%u\n",
			     (unsigned long long)p->disk->sequence, p->number);

	if (p->name[0])
		n += scnprintf(buf + n, size - n, "PARTNAME=%s\n", p->name);
	return n;
}
