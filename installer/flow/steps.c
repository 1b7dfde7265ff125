/* The order of writing, and the journal around each step. */
#include "install.h"
#include <installer/system/log.h>

static enum ui_result (*const steps[PLAN_STEPS])(struct install *in) = {
	[STEP_UNDO] = step_undo,
	[STEP_TABLE] = step_table,
	[STEP_FILE_SYSTEMS] = step_file_systems,
	[STEP_FILES] = step_files,
	[STEP_CONFIGURE] = step_configure,
	[STEP_LOADER] = step_loader,
	[STEP_SWITCH] = step_switch,
};

/* The record's own step cannot be noted in it before it is there. */
static enum ui_result run_step(struct install *in, enum plan_step step)
{
	enum ui_result result = UI_OK;

	if (step != STEP_UNDO)
		result = journal_mark(in, step, false);
	if (result == UI_OK)
		result = steps[step](in);
	if (result == UI_OK)
		result = journal_mark(in, step, true);
	return result;
}

/*
 * A run that goes on begins with the file systems: all that came behind the table lies in new
 * partitions and is made anew, so that nothing half-done stays.
 */
enum ui_result write_all(struct install *in)
{
	enum plan_step step = in->resumed ? STEP_FILE_SYSTEMS : STEP_UNDO;
	enum ui_result result = UI_OK;

	for (; step < PLAN_STEPS && result == UI_OK; step++)
		result = run_step(in, step);
	if (result == UI_OK)
		result = target_log(in);
	if (result != UI_OK)
		target_unmount(in);
	return result;
}
