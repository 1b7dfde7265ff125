/* The whole disk, opened for one step and let go: while it is held, none of its partitions can be
 * mounted. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/system/log.h>
#include <string.h>

static void log_write(void *ctx, uint64_t lba, uint64_t count, const char *reason)
{
	log_line("write: sector %llu, %llu of them: %s", (unsigned long long)lba,
		 (unsigned long long)count, reason);
}

enum ui_result session_open(struct install *in, struct session *s, enum plan_step step)
{
	uint64_t bytes = 0;
	uint32_t sector_size = 0;
	int err;

	memset(s, 0, sizeof(*s));
	err = disk_file_open(&s->file, in->plan.disk_path, true, &s->io);
	if (err)
		return ui_stop(in->ui, "%s cannot be opened for writing: %s", in->plan.disk_path,
			       strerror(-err));
	err = disk_file_size(&s->file, &bytes, &sector_size);
	if (err || bytes / in->plan.sector_size != in->plan.disk_sectors) {
		disk_file_close(&s->file);
		return ui_stop(in->ui, "%s is not the disk that it was: its size has changed",
			       in->plan.disk_path);
	}
	s->guard = (struct guarded_disk){ .io = s->io,
					  .sectors = in->plan.disk_sectors,
					  .sector_size = in->plan.sector_size,
					  .range = in->plan.range,
					  .ranges = in->plan.ranges,
					  .step = step,
					  .log = log_write };
	return UI_OK;
}

void session_close(struct session *s)
{
	guarded_free(&s->guard);
	disk_file_close(&s->file);
}

enum ui_result journal_mark(struct install *in, enum plan_step step, bool done)
{
	struct journal journal;
	enum ui_result result;
	struct session s;
	int err;

	result = session_open(in, &s, step);
	if (result != UI_OK)
		return result;
	err = journal_open(&journal, &in->record, &s.io);
	if (!err)
		err = done ? journal_done(&journal, step) : journal_begin(&journal, step);
	session_close(&s);
	if (err)
		return ui_stop(in->ui, "the journal on %s cannot be written: %s",
			       in->plan.disk_path, strerror(-err));
	log_line("step %d (%s): %s", (int)step, plan_step_text[step], done ? "done" : "begun");
	return UI_OK;
}
