/* Questions about the disk: which, what of it, how its table is made. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/plan/plan_text.h>
#include <installer/ui/amount.h>
#include <common/xalloc.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A list of items made while it is known how many there are. */
struct items {
	struct ui_item *list;
	size_t n;
};

static void items_add(struct items *items, char *label, char *detail, char *refused, char **answers)
{
	items->list = xrealloc(items->list, items->n + 1, sizeof(*items->list));
	items->list[items->n++] = (struct ui_item){ .label = label,
						    .detail = detail,
						    .refused = refused,
						    .answers = (const char *const *)answers };
}

static void items_free(struct items *items)
{
	char **answers;

	while (items->n) {
		items->n--;
		answers = (char **)(uintptr_t)items->list[items->n].answers;
		while (*answers)
			free(*answers++);
		free((void *)(uintptr_t)items->list[items->n].answers);
		free((void *)(uintptr_t)items->list[items->n].label);
		free((void *)(uintptr_t)items->list[items->n].detail);
		free((void *)(uintptr_t)items->list[items->n].refused);
	}
	free(items->list);
}

static char **words(char *one, char *two, char *three)
{
	char **list = xalloc(4 * sizeof(*list));
	size_t n = 0;

	if (one)
		list[n++] = one;
	if (two)
		list[n++] = two;
	if (three)
		list[n] = three;
	return list;
}

/* ---- mode: an upgrade of what is there */

static bool something_found(const struct install *in)
{
	return in->n_found && !in->resumed;
}

static enum ui_result ask_mode(struct install *in)
{
	static const struct row rows[] = {
		{ "Install", "a new system", "install" },
		{ "Upgrade", "the Oldiron that is there: new files, /home and changes in /etc stay",
		  "upgrade" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->upgrade ? 1 : 0;
	enum ui_result result =
		ask_rows(in, "mode", "Install or upgrade",
			 "There is an Oldiron on this machine already.", rows, &chosen);

	if (result == UI_OK)
		in->upgrade = chosen ? in->found : NULL;
	return result;
}

static bool several_found(const struct install *in)
{
	return in->upgrade && in->n_found > 1;
}

static enum ui_result ask_upgrade(struct install *in)
{
	struct items items = { 0 };
	struct ui_menu menu = { .key = "upgrade", .title = "Which one" };
	enum ui_result result;
	size_t i;

	for (i = 0; i < in->n_found; i++)
		items_add(&items, xasprintf("%s", in->found[i].device),
			  xasprintf("Oldiron %s", in->found[i].release), NULL,
			  words(xasprintf("uuid:%s", in->found[i].uuid), NULL, NULL));
	menu.items = items.list;
	menu.n = items.n;
	menu.chosen = (size_t)(in->upgrade - in->found);
	result = ui_choose(in->ui, &menu);
	if (result == UI_OK)
		in->upgrade = &in->found[menu.chosen];
	items_free(&items);
	return result;
}

/* ---- the disk */

static bool is_new(const struct install *in)
{
	return !in->upgrade && !in->resumed;
}

/* "IDE, primary master" as an answer has it: primary-master. */
static char *position_word(const char *position)
{
	const char *comma = position ? strrchr(position, ',') : NULL;
	const char *from = comma ? comma + 1 : position;
	char *word, *p;

	if (!position)
		return NULL;
	while (*from == ' ')
		from++;
	word = xasprintf("position:%s", from);
	for (p = word; *p; p++)
		if (*p == ' ')
			*p = '-';
	return word;
}

/* Why this disk cannot be taken at all, or NULL. */
static char *disk_refused(const struct disk *d)
{
	enum partition_use use;
	const char *where = NULL;

	if (d->read_only)
		return xstrdup("it is write-protected");
	if (d->use == USE_MEDIUM)
		return xstrdup("it is the medium that this installer runs from");
	if (disk_in_use(d, &use, &where) && use == USE_MEDIUM)
		return xstrdup("it is the medium that this installer runs from");
	return d->sectors ? NULL : xstrdup("it has no size");
}

static char *labelled(const char *what, const char *value)
{
	return value && *value ? xasprintf("%s:%s", what, value) : NULL;
}

static enum ui_result ask_disk(struct install *in)
{
	struct ui_menu menu = { .key = "disk",
				.title = "Disk",
				.text = "Which disk is Oldiron installed on?",
				.help = help_of("disk") };
	struct items items = { 0 };
	enum ui_result result;
	struct disk *d;

	for (d = in->machine.disk; d < in->machine.disk + in->machine.disks; d++) {
		items_add(&items, disk_title(d), NULL, disk_refused(d),
			  words(labelled("serial", d->serial), labelled("model", d->model),
				position_word(d->position)));
		if (d == in->disk)
			menu.chosen = items.n - 1;
	}
	menu.items = items.list;
	menu.n = items.n;
	if (!menu.n)
		return ui_stop(in->ui,
			       "there is no disk in this machine that could be installed on");
	result = ui_choose(in->ui, &menu);
	if (result == UI_OK) {
		in->disk = &in->machine.disk[menu.chosen];
		in->request.disk = (struct disk_choice){ .name = in->disk->name };
	}
	items_free(&items);
	return result;
}

/* ---- what of it */

static char *first_error(const struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->rows; i++)
		if (findings->row[i].severity == FINDING_ERROR)
			return xstrdup(findings->row[i].text);
	return NULL;
}

/* By hand, a table can still be made or mended: only what forbids the whole disk forbids that. */
static char *place_refused(const struct install *in, enum plan_place place)
{
	struct findings findings = { 0 };
	char *why;

	disk_check(in->disk, place == PLACE_BY_HAND ? PLACE_WHOLE_DISK : place, &findings);
	why = first_error(&findings);
	findings_free(&findings);
	if (!why && place == PLACE_FREE && !in->disk->regions)
		why = xstrdup("there is no free space on it");
	if (!why && place == PLACE_PARTITION && !in->disk->partitions)
		why = xstrdup("there is no partition on it");
	if (!why && place == PLACE_BY_HAND && in->unattended)
		why = xstrdup("it needs a person; `partition` names one that is there");
	return why;
}

static enum ui_result ask_place(struct install *in)
{
	static const struct {
		const char *label, *answer;
	} places[] = {
		[PLACE_WHOLE_DISK] = { "The whole disk: everything on it will be LOST",
				       "whole-disk" },
		[PLACE_FREE] = { "Free space: new partitions beside those that are there",
				 "free-space" },
		[PLACE_PARTITION] = { "A partition that is there: what is on it will be LOST",
				      "partition" },
		[PLACE_BY_HAND] = { "By hand: partitions that you make with fdisk or parted",
				    "by-hand" },
	};
	struct ui_menu menu = { .key = "place",
				.title = "Where on the disk",
				.help = help_of("place") };
	struct items items = { 0 };
	enum ui_result result;
	size_t i;

	for (i = 0; i < 4; i++)
		items_add(&items, xstrdup(places[i].label), NULL,
			  place_refused(in, (enum plan_place)i),
			  words(xstrdup(places[i].answer), NULL, NULL));
	menu.items = items.list;
	menu.n = items.n;
	menu.text = disk_title(in->disk);
	menu.chosen = in->request.place;
	result = ui_choose(in->ui, &menu);
	if (result == UI_OK)
		in->request.place = (enum plan_place)menu.chosen;
	items_free(&items);
	free((void *)(uintptr_t)menu.text);
	return result;
}

static bool in_free_space(const struct install *in)
{
	return is_new(in) && in->request.place == PLACE_FREE && in->disk->regions > 1;
}

/* The gap behind a table and crumbs between partitions. */
static char *region_refused(const struct install *in, const struct free_region *r)
{
	return disk_bytes(in->disk, r->count) < medium_bytes_least(in)
		       ? xstrdup("it is too small for a system")
		       : NULL;
}

static enum ui_result ask_region(struct install *in)
{
	struct ui_menu menu = { .key = "free",
				.title = "Which free space",
				.help = help_of("free") };
	struct items items = { 0 };
	enum ui_result result;
	const struct free_region *r;
	size_t i, largest = 0;
	char size[SIZE_TEXT];

	for (i = 1; i < in->disk->regions; i++)
		if (in->disk->region[i].count > in->disk->region[largest].count)
			largest = i;
	for (i = 0; i < in->disk->regions; i++) {
		r = &in->disk->region[i];
		items_add(&items,
			  xasprintf("%s from sector %llu",
				    size_text(size, disk_bytes(in->disk, r->count)),
				    (unsigned long long)r->start),
			  r->logical ? xstrdup("in the extended partition") : NULL,
			  region_refused(in, r),
			  words(xasprintf("start:%llu", (unsigned long long)r->start),
				i == largest ? xstrdup("largest") : NULL, NULL));
	}
	menu.items = items.list;
	menu.n = items.n;
	menu.chosen = largest;
	result = ui_choose(in->ui, &menu);
	if (result == UI_OK)
		in->request.region_start = in->disk->region[menu.chosen].start;
	items_free(&items);
	return result;
}

static bool by_hand(const struct install *in)
{
	return is_new(in) && in->request.place == PLACE_BY_HAND;
}

static bool on_partition(const struct install *in)
{
	return is_new(in) && in->request.place == PLACE_PARTITION;
}

static char *partition_refused(const struct partition *p)
{
	if (p->kind == PARTITION_EXTENDED)
		return xstrdup("it holds other partitions");
	if (p->use != USE_NONE)
		return xasprintf("it is in use%s%s", p->used_where ? ": " : "",
				 p->used_where ? p->used_where : "");
	if (p->clipped || p->locked)
		return xstrdup("it must not be written");
	return NULL;
}

static enum ui_result ask_partition(struct install *in)
{
	struct ui_menu menu = { .key = "partition",
				.title = "Which partition",
				.text = "What is on it will be lost.",
				.help = help_of("partition") };
	struct items items = { 0 };
	enum ui_result result;
	const struct partition *p;
	char size[SIZE_TEXT];
	size_t i;

	for (i = 0; i < in->disk->partitions; i++) {
		p = &in->disk->partition[i];
		items_add(&items,
			  xasprintf("%s%u  %s", in->disk->name, p->number,
				    size_text(size, disk_bytes(in->disk, p->count))),
			  partition_contents_text(in->disk, p), partition_refused(p),
			  words(xasprintf("number:%u", p->number), NULL, NULL));
		if (p->number == in->request.number)
			menu.chosen = i;
	}
	menu.items = items.list;
	menu.n = items.n;
	result = ui_choose(in->ui, &menu);
	if (result == UI_OK)
		in->request.number = in->disk->partition[menu.chosen].number;
	items_free(&items);
	return result;
}

/* ---- how the table is made */

static bool on_whole_disk(const struct install *in)
{
	return is_new(in) && in->request.place == PLACE_WHOLE_DISK;
}

static enum ui_result ask_table(struct install *in)
{
	static const struct row rows[] = {
		{ "MBR", "what every BIOS knows; disks up to 2 TB", "mbr" },
		{ "GPT", "for disks beyond 2 TB; old BIOSes may not start from it", "gpt" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->request.gpt;
	enum ui_result result = ask_rows(in, "table", "Partition table", NULL, rows, &chosen);

	if (result == UI_OK)
		in->request.gpt = chosen == 1;
	return result;
}

static bool makes_partitions(const struct install *in)
{
	return is_new(in) &&
	       (in->request.place == PLACE_WHOLE_DISK || in->request.place == PLACE_FREE);
}

static enum ui_result ask_alignment(struct install *in)
{
	static const struct row rows[] = {
		{ "1 MB", "for BIOSes since about 1998, and disks with large sectors", "1M" },
		{ "Cylinders", "for older BIOSes, DOS and Windows 9x beside it", "cylinder" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->request.align == ALIGN_CYLINDER;
	enum ui_result result =
		ask_rows(in, "alignment", "Where partitions begin", NULL, rows, &chosen);

	if (result == UI_OK)
		in->request.align = chosen ? ALIGN_CYLINDER : ALIGN_MIB;
	return result;
}

static bool may_be_logical(const struct install *in)
{
	return is_new(in) && in->request.place == PLACE_FREE && in->disk->kind == TABLE_MBR;
}

static enum ui_result ask_logical(struct install *in)
{
	static const struct row rows[] = {
		{ "Primary", "as long as one of the four is free", "primary" },
		{ "Logical", "in an extended partition", "logical" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->request.want_logical;
	enum ui_result result =
		ask_rows(in, "logical", "Kind of the new partitions", NULL, rows, &chosen);

	if (result == UI_OK)
		in->request.want_logical = chosen == 1;
	return result;
}

/* ---- sizes */

static char *larger_than_disk(const struct install *in, uint64_t bytes)
{
	char size[SIZE_TEXT];

	if (!in->disk || bytes <= disk_bytes(in->disk, in->disk->sectors))
		return NULL;
	return xasprintf("that is more than %s has: %s", in->disk->name,
			 size_text(size, disk_bytes(in->disk, in->disk->sectors)));
}

static char *check_swap(const char *value, void *arg)
{
	uint64_t bytes;

	if (!strcmp(value, "none"))
		return NULL;
	if (!amount_parse(value, &bytes) || bytes < 1000000)
		return xstrdup("a size of at least 1 MB, such as 64M or 1.5G, or none");
	return larger_than_disk(arg, bytes);
}

static char *check_root_size(const char *value, void *arg)
{
	const struct install *in = arg;
	char size[SIZE_TEXT];
	uint64_t bytes;

	if (!amount_parse(value, &bytes))
		return xstrdup("a size such as 200M or 1.5G");
	if (bytes < medium_bytes_least(in))
		return xasprintf("the least that is installed is %s",
				 size_text(size, medium_bytes_least(in)));
	return larger_than_disk(in, bytes);
}

static enum ui_result ask_swap(struct install *in)
{
	struct ui_field field = { .key = "swap", .label = "Swap", .check = check_swap, .arg = in };
	enum ui_result result;

	result = ask_line(in, field, "Swap",
			  "How much room for memory that is not used at the moment? A size such as "
			  "64M, or none. As "
			  "much as there is memory is a good choice on small machines.",
			  "64M", &in->choice.swap);
	in->request.swap_bytes = 0;
	if (result == UI_OK && strcmp(in->choice.swap, "none"))
		amount_parse(in->choice.swap, &in->request.swap_bytes);
	return result;
}

static enum ui_result ask_home(struct install *in)
{
	static const struct row rows[] = {
		{ "On the root file system", NULL, "root" },
		{ "On a partition of its own", "a later installation can leave it alone",
		  "separate" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->request.separate_home;
	enum ui_result result = ask_rows(in, "home", "Where /home is", NULL, rows, &chosen);

	if (result == UI_OK)
		in->request.separate_home = chosen == 1;
	return result;
}

static bool home_is_separate(const struct install *in)
{
	return makes_partitions(in) && in->request.separate_home;
}

static enum ui_result ask_root_size(struct install *in)
{
	struct ui_field field = {
		.key = "root_size", .label = "Root", .check = check_root_size, .arg = in
	};
	enum ui_result result;
	char *proposal = xasprintf("%lluM", (unsigned long long)(medium_bytes(in) / 500000 + 100));

	result = ask_line(in, field, "Size of the root file system", "/home gets the rest.",
			  proposal, &in->choice.root_size);
	free(proposal);
	in->request.root_bytes = 0;
	if (result == UI_OK)
		amount_parse(in->choice.root_size, &in->request.root_bytes);
	return result;
}

/* ---- the loader */

static enum ui_result ask_loader(struct install *in)
{
	static const struct row rows[] = {
		{ "The disk's MBR", "GRUB starts first, with a menu of all systems", "mbr" },
		{ "The partition",
		  "for a boot manager, or DOS's code in the MBR and the active flag", "partition" },
		{ "Nowhere", "you add an entry, which is shown, to the loader that you have",
		  "none" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->request.loader;
	enum ui_result result =
		ask_rows(in, "loader", "Where the boot loader goes", NULL, rows, &chosen);

	if (result == UI_OK)
		in->request.loader = (enum plan_loader)chosen;
	return result;
}

const struct question disk_questions[] = {
	{ something_found, ask_mode },
	{ several_found, ask_upgrade },
	{ is_new, ask_disk },
	{ is_new, ask_place },
	{ by_hand, ask_by_hand },
	{ in_free_space, ask_region },
	{ on_partition, ask_partition },
	{ on_whole_disk, ask_table },
	{ makes_partitions, ask_alignment },
	{ may_be_logical, ask_logical },
	{ is_new, ask_swap },
	{ makes_partitions, ask_home },
	{ home_is_separate, ask_root_size },
	{ is_new, ask_loader },
	{ NULL, NULL },
};
