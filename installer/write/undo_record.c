/* undo_record.c - the undo record as bytes: undo_write(), undo_write_copy(), undo_read(). */
#include "journal.h"
#include "undo_internal.h"
#include <errno.h>
#include <common/sha256.h>
#include <stdlib.h>
#include <string.h>

#define AT_SECTOR_SIZE	16u
#define AT_EXTENTS	20u
#define AT_DISK_SECTORS 24u
#define AT_START	32u
#define AT_COUNT	40u
#define AT_BODY_BYTES	48u
#define AT_TIME		56u
#define AT_PLAN_BYTES	64u
#define AT_NOTES_BYTES	68u
#define AT_BODY_HASH	72u
#define AT_HASH		104u /* of what stands before it */
#define HEADER_BYTES	(AT_HASH + SHA256_BYTES)
#define EXTENT_BYTES	16u
#define BODY_SECTOR	(1u + JOURNAL_SECTORS)
#define BODY_MAX	(64u << 20)

static const char magic[17] = "OLDIRON-UNDO-01\n";

static void put(uint8_t *at, uint64_t value, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *at, unsigned int n)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

void undo_free(struct undo_record *record)
{
	for (size_t i = 0; i < record->extents; i++) {
		free(record->extent[i].old_data);
		free(record->extent[i].new_hash);
	}
	free(record->extent);
	free(record->notes);
	plan_free(&record->plan);
	*record = (struct undo_record){ 0 };
}

/* ---- to bytes ---- */
struct image {
	uint8_t *data; /* header, journal, body */
	size_t size;   /* whole sectors */
};

static size_t body_bytes(const struct undo_record *record, size_t plan_bytes)
{
	size_t bytes = plan_bytes + record->notes_size;

	for (size_t i = 0; i < record->extents; i++)
		bytes += EXTENT_BYTES +
			 (size_t)record->extent[i].count * (SHA256_BYTES + record->sector_size);
	return bytes;
}

static uint8_t *append(uint8_t *at, const void *data, size_t n)
{
	if (n)
		memcpy(at, data, n);
	return at + n;
}

static void fill_body(const struct undo_record *record, uint8_t *at, const uint8_t *plan,
		      size_t plan_bytes)
{
	for (size_t i = 0; i < record->extents; i++, at += EXTENT_BYTES) {
		put(at, record->extent[i].lba, 8);
		put(at + 8, record->extent[i].count, 8);
	}
	for (size_t i = 0; i < record->extents; i++)
		at = append(at, record->extent[i].new_hash,
			    (size_t)record->extent[i].count * SHA256_BYTES);
	at = append(at, plan, plan_bytes);
	at = append(at, record->notes, record->notes_size);
	for (size_t i = 0; i < record->extents; i++)
		at = append(at, record->extent[i].old_data,
			    (size_t)record->extent[i].count * record->sector_size);
}

static void fill_header(struct undo_record *record, uint8_t *header, size_t body, size_t plan_bytes)
{
	memcpy(header, magic, sizeof(magic) - 1);
	put(header + AT_SECTOR_SIZE, record->sector_size, 4);
	put(header + AT_EXTENTS, record->extents, 4);
	put(header + AT_DISK_SECTORS, record->disk_sectors, 8);
	put(header + AT_START, record->start, 8);
	put(header + AT_COUNT, record->count, 8);
	put(header + AT_BODY_BYTES, body, 8);
	put(header + AT_TIME, record->time, 8);
	put(header + AT_PLAN_BYTES, plan_bytes, 4);
	put(header + AT_NOTES_BYTES, record->notes_size, 4);
	sha256(header + BODY_SECTOR * record->sector_size, body, header + AT_BODY_HASH);
	sha256(header, AT_HASH, header + AT_HASH);
	memcpy(record->id, header + AT_HASH, sizeof(record->id));
}

static int make_image(struct undo_record *record, struct image *image)
{
	size_t size = record->sector_size, plan_bytes, body;
	uint8_t *plan;
	int error = plan_serialize(&record->plan, &plan, &plan_bytes);

	if (error)
		return error;
	body = body_bytes(record, plan_bytes);
	image->size = (BODY_SECTOR + (body + size - 1) / size) * size;
	image->data = calloc(1, image->size);
	if (image->data) {
		fill_body(record, image->data + BODY_SECTOR * size, plan, plan_bytes);
		fill_header(record, image->data, body, plan_bytes);
	}
	free(plan);
	return image->data ? 0 : -ENOMEM;
}

int undo_write(struct undo_record *record, struct guarded_disk *disk)
{
	size_t size = record->sector_size;
	struct image image;
	int error = make_image(record, &image);
	uint8_t *header = image.data;

	if (error)
		return error;
	if (image.size / size > record->count) {
		error = -ENOSPC;
		goto out;
	}
	/* An old header of the same place must not vouch for the new body. */
	header = calloc(1, size);
	error = header ? guarded_write(disk, record->start, 1, header) : -ENOMEM;
	free(header);
	if (!error)
		error = guarded_commit(disk);
	if (!error)
		error = guarded_write(disk, record->start + 1, image.size / size - 1,
				      image.data + size);
	if (!error)
		error = guarded_commit(disk);
	if (!error)
		error = guarded_write(disk, record->start, 1, image.data);
	if (!error)
		error = guarded_commit(disk);
out:
	free(image.data);
	return error;
}

int undo_write_copy(struct undo_record *record, const struct disk_io *io, uint64_t offset)
{
	struct image image;
	uint8_t *back;
	int error = make_image(record, &image);

	if (error)
		return error;
	back = malloc(image.size);
	error = back ? io->write(io->ctx, offset, image.data, image.size) : -ENOMEM;
	if (!error)
		error = io->flush(io->ctx);
	if (!error)
		error = io->read(io->ctx, offset, back, image.size);
	if (!error && memcmp(back, image.data, image.size))
		error = -EILSEQ;
	free(back);
	free(image.data);
	return error;
}

/* ---- from bytes ---- */
struct reader {
	const uint8_t *at;
	size_t left;
};

/* NULL: there is not so much. */
static const uint8_t *take(struct reader *r, uint64_t n)
{
	const uint8_t *at = r->at;

	if (n > r->left)
		return NULL;
	r->at += n;
	r->left -= (size_t)n;
	return at;
}

static int take_copy(struct reader *r, uint64_t n, uint8_t **copy)
{
	const uint8_t *at = take(r, n);

	if (!at)
		return -EBADMSG;
	*copy = malloc(n ? (size_t)n : 1);
	if (!*copy)
		return -ENOMEM;
	memcpy(*copy, at, (size_t)n);
	return 0;
}

static int read_extents(struct undo_record *record, struct reader *r, size_t extents)
{
	const uint8_t *table = take(r, (uint64_t)extents * EXTENT_BYTES);
	int error = 0;

	if (!table)
		return -EBADMSG;
	record->extent = calloc(extents ? extents : 1, sizeof(*record->extent));
	if (!record->extent)
		return -ENOMEM;
	record->extents = extents;
	for (size_t i = 0; i < extents && !error; i++, table += EXTENT_BYTES) {
		struct undo_extent *e = &record->extent[i];

		e->lba = get(table, 8);
		e->count = get(table + 8, 8);
		if (e->count > r->left || e->count > record->disk_sectors ||
		    e->lba > record->disk_sectors - e->count)
			return -EBADMSG;
		error = take_copy(r, e->count * SHA256_BYTES, &e->new_hash);
	}
	return error;
}

static int read_body(struct undo_record *record, const uint8_t *header, const uint8_t *body,
		     size_t size)
{
	struct reader r = { .at = body, .left = size };
	size_t plan_bytes = (size_t)get(header + AT_PLAN_BYTES, 4);
	const uint8_t *plan;
	int error = read_extents(record, &r, (size_t)get(header + AT_EXTENTS, 4));

	if (error)
		return error;
	plan = take(&r, plan_bytes);
	if (!plan || plan_parse(&record->plan, plan, plan_bytes))
		return -EBADMSG;
	record->notes_size = (size_t)get(header + AT_NOTES_BYTES, 4);
	error = take_copy(&r, record->notes_size, &record->notes);
	for (size_t i = 0; i < record->extents && !error; i++)
		error = take_copy(&r, record->extent[i].count * record->sector_size,
				  &record->extent[i].old_data);
	return error;
}

static bool header_is_sound(const uint8_t *header, uint32_t sector_size)
{
	uint8_t hash[SHA256_BYTES];

	sha256(header, AT_HASH, hash);
	return !memcmp(hash, header + AT_HASH, sizeof(hash)) &&
	       get(header + AT_SECTOR_SIZE, 4) == sector_size &&
	       get(header + AT_BODY_BYTES, 8) <= BODY_MAX;
}

bool undo_is_header(const uint8_t *sector)
{
	return !memcmp(sector, magic, sizeof(magic) - 1);
}

static int read_whole(struct undo_record *record, const struct disk_io *io, uint64_t offset,
		      const uint8_t *header)
{
	size_t size = (size_t)get(header + AT_BODY_BYTES, 8);
	uint8_t hash[SHA256_BYTES], *body = malloc(size ? size : 1);
	int error;

	if (!body)
		return -ENOMEM;
	error = io->read(io->ctx, offset + BODY_SECTOR * record->sector_size, body, size);
	/* A record that was cut short. */
	if (error == -ENODATA)
		error = -EBADMSG;
	if (!error) {
		sha256(body, size, hash);
		error = memcmp(hash, header + AT_BODY_HASH, sizeof(hash))
				? -EBADMSG
				: read_body(record, header, body, size);
	}
	free(body);
	return error;
}

int undo_read(struct undo_record *record, const struct disk_io *io, uint32_t sector_size,
	      uint64_t lba)
{
	uint8_t header[HEADER_BYTES];
	uint64_t offset = lba * sector_size;
	int error = io->read(io->ctx, offset, header, sizeof(header));

	*record = (struct undo_record){ 0 };
	if (error == -ENODATA)
		return -ENOENT;
	if (error)
		return error;
	if (!undo_is_header(header))
		return -ENOENT;
	if (!header_is_sound(header, sector_size))
		return -EBADMSG;
	record->sector_size = sector_size;
	record->disk_sectors = get(header + AT_DISK_SECTORS, 8);
	record->start = get(header + AT_START, 8);
	record->count = get(header + AT_COUNT, 8);
	record->time = get(header + AT_TIME, 8);
	memcpy(record->id, header + AT_HASH, sizeof(record->id));
	error = read_whole(record, io, offset, header);
	if (error)
		undo_free(record);
	return error;
}
