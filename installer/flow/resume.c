/* A run that was cut off left its record on a disk: go on, put everything back, or begin anew. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum resume_choice {
	RESUME_CONTINUE,
	RESUME_PUT_BACK,
	RESUME_IGNORE,
};

struct search_shown {
	struct ui *ui;
	uint32_t sector_size;
};

static void show_search(void *ctx, uint64_t lba, uint64_t sectors)
{
	const struct search_shown *shown = ctx;
	struct ui_progress progress = { .what = "Looking for what an installation left behind",
					.done = lba * shown->sector_size,
					.total = sectors * shown->sector_size };

	ui_progress(shown->ui, &progress);
}

/* At the ends of partitions; of a GPT that was cut off half way the new ones are not in it yet, and
 * its two copies differ: then in every sector. */
static int find_on(struct install *in, struct undo_record *record, const struct disk *disk,
		   const struct disk_io *io)
{
	struct search_shown shown = { in->ui, disk->sector_size };
	int err = undo_find(record, disk, io, false, NULL, NULL);

	if (err == -ENOENT && disk->kind == TABLE_GPT && (disk->troubles & TROUBLE_GPT_DAMAGED))
		err = undo_find(record, disk, io, true, show_search, &shown);
	return err;
}

/* The disk with a record of a run that did not end. `next` is the step that it would go on with. */
static const struct disk *find_record(struct install *in, struct undo_record *record,
				      enum plan_step *next)
{
	struct journal journal;
	struct disk_file file;
	struct disk_io io;
	size_t i;
	int err;

	for (i = 0; i < in->machine.disks; i++) {
		if (disk_file_open(&file, in->machine.disk[i].path, false, &io))
			continue;
		err = find_on(in, record, &in->machine.disk[i], &io);
		if (!err && !journal_open(&journal, record, &io) && !journal.put_back) {
			*next = journal_next(&journal);
			if (*next < PLAN_STEPS) {
				disk_file_close(&file);
				return &in->machine.disk[i];
			}
		}
		if (!err)
			undo_free(record);
		disk_file_close(&file);
	}
	return NULL;
}

static enum ui_result put_back(struct install *in, const struct disk *disk,
			       struct undo_record *record)
{
	struct disk_file file;
	struct disk_io io;
	uint64_t differs = 0;
	int err;

	if (in->options.dry_run)
		return ui_stop(in->ui,
			       "%s would be put back first; what comes then cannot be shown by a "
			       "dry run, which writes nothing",
			       disk->path);
	err = disk_file_open(&file, disk->path, true, &io);
	if (err)
		return ui_stop(in->ui, "%s: %s", disk->path, strerror(-err));
	err = undo_check(record, disk, &io, &differs);
	in->put_back = !err;
	if (!err)
		err = undo_restore(record, &io);
	disk_file_close(&file);
	log_line("resume: put back: %s", err ? strerror(-err) : "done");
	if (err)
		return ui_stop(in->ui,
			       "%s cannot be put back (sector %llu): %s; see oldiron-undo(8)",
			       disk->path, (unsigned long long)differs, strerror(-err));
	machine_free(&in->machine);
	err = probe_machine(&in->machine, NULL);
	return err ? ui_stop(in->ui, "the disks cannot be looked at: %s", strerror(-err)) : UI_OK;
}

/* The record's plan becomes this run's. */
static enum ui_result go_on(struct install *in, const struct disk *disk,
			    const struct undo_record *record)
{
	uint8_t *bytes = NULL;
	size_t size;
	int err = plan_serialize(&record->plan, &bytes, &size);

	if (!err)
		err = plan_parse(&in->plan, bytes, size);
	free(bytes);
	if (err)
		return ui_stop(in->ui, "the plan in the record cannot be used: %s", strerror(-err));
	in->record = *record;
	in->disk = disk;
	in->resumed = true;
	in->request.loader = in->plan.loader;
	return UI_OK;
}

static enum ui_result ask(struct install *in, const struct disk *disk, bool may_continue,
			  size_t *chosen)
{
	static const struct row rows[] = {
		{ "Go on", "with the same partitions; files are copied anew", "continue" },
		{ "Put everything back", "the disk becomes as it was before", "put-back" },
		{ "Begin anew", "the disk is taken as it is now", "ignore" },
		{ NULL, NULL, NULL },
	};
	char *text = xasprintf(
		"An installation on %s was cut off.%s", disk->path,
		may_continue ? ""
			     : " It had not come far enough to go on: put everything back first.");
	enum ui_result result;

	*chosen = may_continue ? RESUME_CONTINUE : RESUME_PUT_BACK;
	result = ask_rows(in, "resume", "A run that was cut off", text, rows, chosen);
	if (*chosen == RESUME_CONTINUE && !may_continue)
		*chosen = RESUME_PUT_BACK;
	free(text);
	return result;
}

enum ui_result ask_resume(struct install *in)
{
	struct undo_record record;
	enum plan_step next = STEP_UNDO;
	const struct disk *disk = find_record(in, &record, &next);
	enum ui_result result;
	size_t chosen;

	if (!disk)
		return UI_OK;
	log_line("resume: a record on %s, next step %d", disk->path, (int)next);
	result = ask(in, disk, next >= STEP_FILE_SYSTEMS, &chosen);
	if (result == UI_OK && chosen == RESUME_CONTINUE)
		return go_on(in, disk, &record);
	if (result == UI_OK && chosen == RESUME_PUT_BACK)
		result = put_back(in, disk, &record);
	undo_free(&record);
	return result;
}
