/*
 * bdev_name.c - the block device that a name on the command line means: "/dev/hda1" or "hda1",
 * "3:1", "0301" (hexadecimal, as LILO passes it), "PARTUUID=...", "LABEL=...", "UUID=...".
 */
#include <kernel/volume_id.h>
#include "bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>

struct search {
	const char *text;
	/* Is it this one? p NULL: the whole disk. part_lock is held. */
	bool (*is_it)(const struct search *s, struct disk *disk, const struct partition *p);
	u32 devnum;
};

static int search_disk(struct disk *disk, void *arg)
{
	struct search *s = arg;
	struct partition *p;

	mutex_lock(&disk->part_lock);
	if (s->is_it(s, disk, NULL))
		s->devnum = MKDEV(disk->major, disk->first_minor);
	list_for_each_entry (p, &disk->partitions, node)
		if (!s->devnum && s->is_it(s, disk, p))
			s->devnum = p->devnum;
	mutex_unlock(&disk->part_lock);
	return s->devnum != 0;
}

static bool by_name(const struct search *s, struct disk *disk, const struct partition *p)
{
	return !strcmp(s->text, p ? p->dev.name : disk->name);
}

static bool same_ignoring_case(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a;
		char y = *b >= 'A' && *b <= 'Z' ? (char)(*b + 32) : *b;

		if (x != y)
			return false;
	}
	return *a == *b;
}

static bool by_partuuid(const struct search *s, struct disk *disk, const struct partition *p)
{
	return p && p->uuid[0] && same_ignoring_case(s->text, p->uuid);
}

/* ---- what is on it ---- */
struct volume_reader {
	struct disk *disk;
	u64 start;
	struct page *page;
	u64 held; /* which 4 KB of the volume are in the page, counted from 1; 0: none */
};

/* Reads a page's worth around the sector: the identifier asks for neighbours. */
static int read_sector(void *ctx, u64 sector, void *buffer)
{
	struct volume_reader *r = ctx;
	u64 chunk = sector / SECTORS_PER_PAGE, first = r->start + chunk * SECTORS_PER_PAGE;
	struct bio *bio;
	int err;

	if (r->held != chunk + 1) {
		bio = bio_alloc(r->disk, BIO_READ, 1, GFP_KERNEL);
		if (!bio)
			return -ENOMEM;
		bio->sector = first;
		bio_add(bio, r->page, 0,
			(unsigned int)min_t(u64, SECTORS_PER_PAGE, r->disk->sectors - first)
				<< SECTOR_SHIFT);
		err = bio_submit_wait(bio);
		bio_free(bio);
		r->held = err ? 0 : chunk + 1;
		if (err)
			return err;
	}
	memcpy(buffer, (char *)page_address(r->page) + (sector % SECTORS_PER_PAGE) * SECTOR_SIZE,
	       SECTOR_SIZE);
	return 0;
}

bool blockdev_identify(struct disk *disk, u64 start, u64 sectors, struct volume_id *id)
{
	struct volume_reader reader = { .disk = disk, .start = start };
	bool known;

	if (!sectors)
		return false;
	reader.page = page_alloc(GFP_KERNEL, 0);
	if (!reader.page)
		return false;
	*id = (struct volume_id){ .read = read_sector, .ctx = &reader, .sectors = sectors };
	known = volume_identify(id);
	page_put(reader.page);
	return known;
}

static bool content_matches(const struct search *s, struct disk *disk, const struct partition *p,
			    bool label)
{
	struct volume_id *id = kmalloc(sizeof(*id), GFP_KERNEL);
	bool found = false;

	/* A floppy is not started for that: it is slow, and there may be none. */
	if (id && !(disk->flags & DISK_UNSEEN) &&
	    blockdev_identify(disk, p ? p->start : 0, p ? p->sectors : disk->sectors, id))
		found = label ? !strcmp(s->text, id->label) : same_ignoring_case(s->text, id->uuid);
	kfree(id);
	return found;
}

static bool by_label(const struct search *s, struct disk *disk, const struct partition *p)
{
	return content_matches(s, disk, p, true);
}

static bool by_uuid(const struct search *s, struct disk *disk, const struct partition *p)
{
	return content_matches(s, disk, p, false);
}

static u32 find(const char *text,
		bool (*is_it)(const struct search *, struct disk *, const struct partition *))
{
	struct search s = { .text = text, .is_it = is_it };

	disk_for_each(search_disk, &s);
	return s.devnum;
}

/* ---- numbers ---- */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static const char *parse_number(const char *s, int base, u32 *out)
{
	const char *start = s;

	for (*out = 0; digit(*s) < base; s++)
		*out = *out * (u32)base + (u32)digit(*s);
	return s == start ? NULL : s;
}

static u32 number(const char *name)
{
	u32 major, minor;
	const char *rest = parse_number(name, 10, &major);

	if (rest && *rest == ':') {
		rest = parse_number(rest + 1, 10, &minor);
		return rest && !*rest ? MKDEV(major, minor) : 0;
	}
	rest = parse_number(name, 16, &minor);
	return rest && !*rest ? MKDEV(minor >> 8, minor & 0xff) : 0;
}

u32 blockdev_find_name(const char *name)
{
	static const struct {
		const char *prefix;
		bool (*is_it)(const struct search *, struct disk *, const struct partition *);
	} tags[] = { { "PARTUUID=", by_partuuid }, { "LABEL=", by_label }, { "UUID=", by_uuid } };
	u32 devnum;

	for (unsigned int i = 0; i < ARRAY_SIZE(tags); i++)
		if (!strncmp(name, tags[i].prefix, strlen(tags[i].prefix)))
			return find(name + strlen(tags[i].prefix), tags[i].is_it);
	if (!strncmp(name, "/dev/", 5))
		name += 5;
	devnum = find(name, by_name);
	return devnum ? devnum : number(name);
}

void blockdev_name(const struct block_device *bdev, char *buf, size_t size)
{
	const char *disk = bdev->disk->name;
	const size_t n = strlen(disk);

	if (!bdev->partno)
		scnprintf(buf, size, "%s", disk);
	else
		scnprintf(buf, size, "%s%s%u", disk,
			  n && disk[n - 1] >= '0' && disk[n - 1] <= '9' ? "p" : "", bdev->partno);
}
