/*
 * Any volume: no crash, no read outside the device, an end. The input is options and then patches
 * (sector, offset, length, bytes) of a disc of zeros, so that little input is a whole tree.
 */
// LINK: kernel/fs/iso9660/iso_tree.c kernel/fs/iso9660/iso_dir.c kernel/fs/iso9660/iso_rock.c
// LINK: kernel/fs/iso9660/iso_record.c kernel/fs/iso9660/iso_name.c kernel/lib/unicode.c
#include <host/host.h>
#include "kernel/fs/iso9660/iso_tree.h"
#include <kernel/errno.h>
#include <stdlib.h>
#include <string.h>

#define SECTORS	 64u
#define DEPTH	 6u
#define STEPS	 3000u /* entries looked at */
#define GETS_MAX 400000u

static u8 disc[SECTORS * ISO_SECTOR];
static struct iso_fs fs;
static unsigned int held, gets, steps;

static int get(void *ctx, u64 n, u32 size, struct iso_block *block)
{
	u8 *bytes;

	if (n >= sizeof(disc) / size || ++gets > GETS_MAX)
		abort();
	if (n % 61 == 60)
		return -EIO;
	bytes = malloc(size); /* so that reads past it are seen */
	memcpy(bytes, disc + n * size, size);
	block->bytes = bytes;
	held++;
	return 0;
}
static void put(void *ctx, struct iso_block *block)
{
	free((void *)(uintptr_t)block->bytes);
	block->bytes = NULL;
	held--;
}
static void complain(void *ctx, const char *what, u64 block)
{
}
static const struct iso_io io = { get, put, complain };

static void patch(const u8 *in, size_t n)
{
	while (n >= 4) {
		size_t at = (in[0] % SECTORS) * ISO_SECTOR + (in[1] | (in[2] & 7) << 8);
		size_t length = in[3];

		in += 4;
		n -= 4;
		if (length > n)
			length = n;
		if (length > sizeof(disc) - at)
			length = sizeof(disc) - at;
		memcpy(disc + at, in, length);
		in += length;
		n -= length;
	}
}

static void look_at(struct iso_dir *dir, struct iso_entry *e)
{
	struct iso_attributes a;
	struct iso_section section[2];
	u64 size;

	if (e->name_length > ISO_NAME_MAX || strlen(e->name) != e->name_length ||
	    strchr(e->name, '/'))
		abort();
	iso_entry_attributes(e, &a);
	if (e->rock.have & ROCK_SL && e->rock.link_length < 8192) {
		char *link = malloc(e->rock.link_length + 1);

		if (!iso_entry_link(dir, e, link, e->rock.link_length + 1) && e->rock.link_length &&
		    strlen(link) > e->rock.link_length)
			abort();
		free(link);
	}
	if (!e->is_dir)
		iso_entry_sections(dir, e, section, 2, &size);
}

static void walk(u32 extent, unsigned int depth)
{
	struct iso_entry e;
	struct iso_dir dir;
	int error = iso_dir_open_extent(&dir, &fs, extent);
	u32 before = 0;

	while (!error && ++steps < STEPS && iso_dir_next(&dir, &e) > 0) {
		u32 at = dir.pos;

		if (at <= before || at > dir.size + ISO_SECTOR)
			abort();
		look_at(&dir, &e);
		if (e.is_dir && depth < DEPTH)
			walk(e.dir_extent, depth + 1);
		error = iso_dir_skip(&dir);
		before = at;
		if (steps % 7 == 0 && !error)
			error = iso_dir_seek(&dir, dir.pos);
	}
	iso_dir_close(&dir);
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t n);
int LLVMFuzzerTestOneInput(const u8 *input, size_t n)
{
	if (n < 2)
		return 0;
	memset(disc, 0, sizeof(disc));
	patch(input + 1, n - 1);
	memset(&fs, 0, sizeof(fs));
	fs.io = &io;
	fs.device_bytes = sizeof(disc);
	fs.options.norock = input[0] & 1;
	fs.options.nojoliet = input[0] & 2;
	fs.options.show_associated = input[0] & 4;
	fs.options.cruft = input[0] & 8;
	fs.options.mapping = input[0] & 16 ? ISO_MAP_OFF : ISO_MAP_NORMAL;
	gets = steps = 0;
	if (!iso_fs_open(&fs))
		walk(fs.volume.root_extent, 0);
	if (held)
		abort();
	return 0;
}
