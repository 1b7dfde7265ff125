/* options.c - see options.h. */
#include "options.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE_STATUS 2

static const char usage[] =
	"usage: oldiron-disk show|plan|write [--disk PATH] [choices]\n"
	"  show   every disk, or PATH (a device or an image file)\n"
	"  plan   what an installation would write, sector by sector; writes nothing\n"
	"  write  the undo record and the partition table (with --yes)\n"
	"where:   --whole | --free[=SECTOR] [--size MB] | --partition N | --assign N=MOUNT[,keep] "
	"...\n"
	"how:     --gpt --cylinders --swap MB --home --root MB --logical --active\n"
	"loader:  --loader mbr|partition|none --core BYTES\n"
	"         --need MB (root's contents) --sector-size N (of a file) --folder DIR --yes\n";

enum {
	WHOLE = 256,
	FREE,
	SIZE,
	PARTITION,
	ASSIGN,
	GPT,
	CYLINDERS,
	SWAP,
	HOME,
	ROOT,
	LOGICAL,
	ACTIVE,
	LOADER,
	CORE,
	NEED,
	SECTOR_SIZE,
	FOLDER,
	YES,
	DISK,
	SEED,
	KEEP_ROOT
};

static const struct option names[] = { { "disk", 1, NULL, DISK },
				       { "whole", 0, NULL, WHOLE },
				       { "free", 2, NULL, FREE },
				       { "size", 1, NULL, SIZE },
				       { "partition", 1, NULL, PARTITION },
				       { "assign", 1, NULL, ASSIGN },
				       { "gpt", 0, NULL, GPT },
				       { "cylinders", 0, NULL, CYLINDERS },
				       { "swap", 1, NULL, SWAP },
				       { "home", 0, NULL, HOME },
				       { "root", 1, NULL, ROOT },
				       { "logical", 0, NULL, LOGICAL },
				       { "active", 0, NULL, ACTIVE },
				       { "loader", 1, NULL, LOADER },
				       { "core", 1, NULL, CORE },
				       { "need", 1, NULL, NEED },
				       { "sector-size", 1, NULL, SECTOR_SIZE },
				       { "folder", 1, NULL, FOLDER },
				       { "yes", 0, NULL, YES },
				       { "seed", 1, NULL, SEED },
				       { "keep-root", 0, NULL, KEEP_ROOT },
				       { NULL, 0, NULL, 0 } };

static bool read_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (!errno && *text >= '0' && *text <= '9' && !*end)
		return true;
	fprintf(stderr, "oldiron-disk: \"%s\" is no number\n", text);
	return false;
}

static bool read_megabytes(const char *text, uint64_t *bytes)
{
	if (!read_number(text, bytes) || *bytes > UINT64_MAX / PLAN_MIB)
		return false;
	*bytes *= PLAN_MIB;
	return true;
}

/* N=MOUNT[,keep] */
static bool add_assignment(struct plan_request *r, char *text)
{
	char *mount = strchr(text, '='), *keep;
	struct plan_assign *more;
	uint64_t number;

	if (!mount)
		return false;
	*mount++ = 0;
	keep = strchr(mount, ',');
	if (keep)
		*keep++ = 0;
	if (!read_number(text, &number) || (keep && strcmp(keep, "keep")))
		return false;
	more = realloc((void *)r->assign, (r->assigns + 1) * sizeof(*more));
	if (!more)
		return false;
	r->assign = more;
	more[r->assigns++] = (struct plan_assign){ .number = (unsigned int)number,
						   .mount_point = mount,
						   .format = !keep };
	r->place = PLACE_BY_HAND;
	return true;
}

static bool read_loader(const char *text, enum plan_loader *loader)
{
	static const char *const name[] = { "mbr", "partition", "none" };

	for (unsigned int i = 0; i < 3; i++)
		if (!strcmp(text, name[i])) {
			*loader = (enum plan_loader)i;
			return true;
		}
	return false;
}

static bool read_place(struct plan_request *r, int option, char *value)
{
	uint64_t number = 0;

	switch (option) {
	case WHOLE:
		r->place = PLACE_WHOLE_DISK;
		return true;
	case FREE:
		r->place = PLACE_FREE;
		return !value || read_number(value, &r->region_start);
	case SIZE:
		return read_megabytes(value, &r->region_bytes);
	case PARTITION:
		r->place = PLACE_PARTITION;
		if (!read_number(value, &number))
			return false;
		r->number = (unsigned int)number;
		return true;
	default:
		return add_assignment(r, value);
	}
}

static bool read_flag(struct options *o, int option)
{
	struct plan_request *r = &o->request;

	switch (option) {
	case GPT:
		return r->gpt = true;
	case CYLINDERS:
		r->align = ALIGN_CYLINDER;
		return true;
	case HOME:
		return r->separate_home = true;
	case LOGICAL:
		return r->want_logical = true;
	case ACTIVE:
		return r->set_active = true;
	case KEEP_ROOT:
		return r->keep_root = true;
	default:
		return o->yes = true;
	}
}

static bool read_amount(struct options *o, int option, const char *value)
{
	struct plan_request *r = &o->request;
	uint64_t number;

	switch (option) {
	case SWAP:
		return read_megabytes(value, &r->swap_bytes);
	case ROOT:
		return read_megabytes(value, &r->root_bytes);
	case NEED:
		return read_megabytes(value, &r->needed_bytes);
	case CORE:
		return read_number(value, &r->core_bytes);
	case SEED:
		memset(r->seed, 0, sizeof(r->seed));
		memcpy(r->seed, value, strnlen(value, sizeof(r->seed)));
		return true;
	case SECTOR_SIZE:
		if (!read_number(value, &number))
			return false;
		o->sector_size = (uint32_t)number;
		return true;
	default:
		return read_loader(value, &r->loader);
	}
}

static bool read_option(struct options *o, int option, char *value)
{
	if (option == DISK)
		o->disk = value;
	else if (option == FOLDER)
		o->folder = value;
	else if (option < 256)
		return false;
	else if (option <= ASSIGN)
		return read_place(&o->request, option, value);
	else if (option == GPT || option == CYLINDERS || option == HOME || option == LOGICAL ||
		 option == ACTIVE || option == YES || option == KEEP_ROOT)
		return read_flag(o, option);
	else
		return read_amount(o, option, value);
	return true;
}

static void make_seed(uint8_t seed[32])
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, seed, 32) != 32)
			fprintf(stderr, "oldiron-disk: /dev/urandom gives no numbers\n");
		close(fd);
	}
}

int options_read(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){ .folder = "/tmp" };
	o->request.place = PLACE_FREE;
	make_seed(o->request.seed);
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
		if (!read_option(o, option, optarg)) {
			fputs(usage, stderr);
			return USAGE_STATUS;
		}
	o->command = optind < argc ? argv[optind] : "";
	if (optind + 1 == argc &&
	    (!strcmp(o->command, "show") ||
	     (o->disk && (!strcmp(o->command, "plan") || !strcmp(o->command, "write")))))
		return 0;
	fputs(usage, stderr);
	return USAGE_STATUS;
}

void options_free(struct options *o)
{
	free((void *)o->request.assign);
}
