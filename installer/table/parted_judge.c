/*
 * parted_judge.c - the new table read by libparted: a second opinion by people who did not write
 * ours.
 *
 * libparted is given sparse files as long as the disk that hold nothing but tables, once as they
 * were and once as they would be; it never opens the disk and is never asked to write.
 */
#define _GNU_SOURCE /* asprintf */
#include "staged_table.h"
#include <errno.h>
#include <fcntl.h>
#include <parted/parted.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct seen {
	int number;
	PedSector start, count;
};

struct opinion {
	bool readable;
	struct seen *row;
	size_t rows;
};

/* Nobody is asked: what it can ignore is ignored, all else is a table that it does not read. */
static PedExceptionOption answer(PedException *ex)
{
	if (ex->options & PED_EXCEPTION_IGNORE)
		return PED_EXCEPTION_IGNORE;
	return PED_EXCEPTION_UNHANDLED;
}

static int write_file(const char *path, const struct staged_table *table, bool after)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), error = 0;
	uint32_t size = table->sector_size;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)(table->sectors * size)))
		error = -errno;
	for (size_t i = 0; i < table->count && !error; i++) {
		const struct staged_sector *s = &table->sector[i];

		if (pwrite(fd, after ? s->is : s->was, size, (off_t)(s->lba * size)) !=
		    (ssize_t)size)
			error = errno ? -errno : -EIO;
	}
	close(fd);
	return error;
}

static int note_partitions(struct opinion *o, PedDisk *parted)
{
	for (PedPartition *p = ped_disk_next_partition(parted, NULL); p;
	     p = ped_disk_next_partition(parted, p)) {
		struct seen *more;

		if (p->num < 1 || p->type & (PED_PARTITION_METADATA | PED_PARTITION_FREESPACE))
			continue;
		more = realloc(o->row, (o->rows + 1) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		o->row = more;
		more[o->rows++] = (struct seen){ p->num, p->geom.start, p->geom.length };
	}
	return 0;
}

static int ask(const char *path, const struct staged_table *table, struct opinion *o)
{
	PedDevice *device = ped_device_get(path);
	PedDisk *parted;
	int error = 0;

	if (!device)
		return 0; /* no opinion */
	device->sector_size = device->phys_sector_size = table->sector_size;
	device->length = (PedSector)table->sectors;
	if (ped_device_open(device)) {
		parted = ped_disk_new(device);
		if (parted) {
			o->readable = true;
			error = note_partitions(o, parted);
			ped_disk_destroy(parted);
		}
		ped_device_close(device);
	}
	ped_device_destroy(device);
	return error;
}

static int listen_to(const struct staged_table *table, bool after, const char *folder,
		     struct opinion *o)
{
	char *path;
	int error;

	*o = (struct opinion){ 0 };
	if (asprintf(&path, "%s/oldiron-table-%d-%d", folder, (int)getpid(), after) < 0)
		return -ENOMEM;
	error = write_file(path, table, after);
	if (!error)
		error = ask(path, table, o);
	unlink(path);
	free(path);
	return error;
}

static const struct seen *find(const struct opinion *o, unsigned int number)
{
	for (size_t i = 0; i < o->rows; i++)
		if (o->row[i].number == (int)number)
			return &o->row[i];
	return NULL;
}

static bool is_at(const struct seen *s, uint64_t start, uint64_t count)
{
	return s && (uint64_t)s->start == start && (uint64_t)s->count == count;
}

static int compare(const struct opinion *was, const struct opinion *is,
		   const struct disk_plan *plan, struct findings *f)
{
	size_t expected = plan->new_table ? 0 : was->rows;

	for (size_t i = 0; i < plan->parts; i++) {
		const struct plan_part *part = &plan->part[i];

		expected += part->is_new;
		if (!is_at(find(is, part->number), part->start, part->count)) {
			finding_add(f, FIND_PLAN_BROKEN,
				    "libparted does not see partition %u as planned", part->number);
			return -EINVAL;
		}
	}
	for (size_t i = 0; i < was->rows && !plan->new_table; i++) {
		const struct seen *old = &was->row[i];

		if (!is_at(find(is, (unsigned int)old->number), (uint64_t)old->start,
			   (uint64_t)old->count)) {
			finding_add(f, FIND_PLAN_BROKEN,
				    "libparted would see partition %d elsewhere than now",
				    old->number);
			return -EINVAL;
		}
	}
	if (is->rows == expected)
		return 0;
	finding_add(f, FIND_PLAN_BROKEN, "libparted sees %zu partitions where %zu are planned",
		    is->rows, expected);
	return -EINVAL;
}

/* Did it see the old table as the kernel does? Else it is no judge of the new one. */
static bool saw_the_same(const struct opinion *was, const struct disk *disk)
{
	if (!was->readable || was->rows != disk->partitions)
		return false;
	for (size_t i = 0; i < disk->partitions; i++) {
		const struct partition *p = &disk->partition[i];

		if (!is_at(find(was, p->number), p->start, p->count))
			return false;
	}
	return true;
}

static int judge_new(const struct staged_table *table, const struct disk_plan *plan,
		     const char *folder, const struct opinion *was, struct findings *findings)
{
	struct opinion is;
	int error = listen_to(table, true, folder, &is);

	if (!error && is.readable) {
		error = compare(was, &is, plan, findings);
	} else if (!error) {
		finding_add(findings, FIND_PLAN_BROKEN,
			    "libparted could not read the new partition table");
		error = -EINVAL;
	}
	free(is.row);
	return error;
}

static int judge_parted(const struct staged_table *table, const struct disk *disk,
			const struct disk_plan *plan, const char *folder, struct findings *findings)
{
	struct opinion was = { 0 };
	int error = 0;

	ped_exception_set_handler(answer);
	if (!plan->new_table)
		error = listen_to(table, false, folder, &was);
	if (!error && (plan->new_table || saw_the_same(&was, disk)))
		error = judge_new(table, plan, folder, &was, findings);
	free(was.row);
	return error;
}

int staged_judge(const struct staged_table *table, const struct disk *disk,
		 const struct disk_plan *plan, const char *folder, struct findings *findings)
{
	int error = staged_judge_kernel(table, disk, plan, findings);

	if (!error && plan->edit)
		error = judge_parted(table, disk, plan, folder, findings);
	return error;
}
