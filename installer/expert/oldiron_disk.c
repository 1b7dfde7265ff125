/*
 * oldiron-disk - looks at disks, shows what an installation would do to one, and does its first two
 * steps (undo record, partition table). For experts and for the tests, which run it over image
 * files.
 *
 * Exit: 0; 1 the plan has an error (said in words, with the finding's name in brackets); 2 usage;
 * 3 reading or writing failed.
 */
#include "options.h"
#include <errno.h>
#include <installer/plan/plan_text.h>
#include <installer/probe/probe.h>
#include <installer/table/staged_table.h>
#include <installer/write/journal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STATUS_REFUSED 1
#define STATUS_FAILED  3

struct run {
	const struct options *options;
	struct machine machine;
	struct disk_plan plan;
	struct findings findings;
	struct staged_table table;
	struct undo_record record;
	struct disk_file file;
	struct disk_io io;
	struct guarded_disk guard;
};

static int say(const char *what, int error)
{
	if (error)
		fprintf(stderr, "oldiron-disk: %s: %s\n", what, strerror(-error));
	return error;
}

static const struct disk *chosen(const struct run *run)
{
	const struct disk *disk;

	return machine_choose(&run->machine, &run->options->request.disk, &disk) ? NULL : disk;
}

static int look(struct run *run)
{
	const char *path = run->options->disk;
	struct stat st;

	if (path && stat(path, &st))
		return say(path, -errno);
	if (path && S_ISREG(st.st_mode))
		return say(path, probe_path(&run->machine, path, run->options->sector_size));
	return say("the machine's disks", probe_machine(&run->machine, NULL));
}

static int print(char *text)
{
	if (!text)
		return -ENOMEM;
	fputs(text, stdout);
	free(text);
	return 0;
}

/* The table of the plan, made and judged. */
static int stage(struct run *run, const struct disk *disk)
{
	int error = staged_read(&run->table, disk, &run->plan, &run->io);

	if (!error)
		error = staged_apply(&run->table, disk, &run->plan, &run->findings);
	if (!error)
		error = staged_judge(&run->table, disk, &run->plan, run->options->folder,
				     &run->findings);
	return error;
}

static int print_changes(const struct run *run)
{
	printf("\nSectors that the table's step changes:");
	for (size_t i = 0; i < run->table.count; i++)
		if (run->table.sector[i].changed)
			printf(" %llu", (unsigned long long)run->table.sector[i].lba);
	printf("\n");
	return 0;
}

static int make_plan(struct run *run)
{
	int error = plan_make(&run->machine, &run->options->request, &run->plan, &run->findings);

	if (error)
		print(findings_text(&run->findings));
	return error;
}

static int show_plan(struct run *run, bool writable)
{
	const struct disk *disk = chosen(run);
	int error = disk ? disk_file_open(&run->file, disk->path, writable, &run->io) : -ENODEV;

	if (say(run->options->disk, error))
		return error;
	error = stage(run, disk);
	if (error) {
		print(findings_text(&run->findings));
		return say("the new table", error);
	}
	error = print(plan_dry_run_text(&run->machine, &run->plan, &run->findings));
	return error ? error : print_changes(run);
}

/* ---- writing ---- */
static int write_record(struct run *run)
{
	int error = undo_gather(&run->record, &run->plan, &run->io);

	if (!error)
		error = staged_expect(&run->table, &run->record);
	if (!error && run->plan.undo_count)
		error = undo_write(&run->record, &run->guard);
	return error;
}

static int write_all(struct run *run)
{
	struct journal journal;
	struct disk_io io;
	int error;

	run->guard = (struct guarded_disk){ .io = run->io,
					    .sectors = run->plan.disk_sectors,
					    .sector_size = run->plan.sector_size,
					    .range = run->plan.range,
					    .ranges = run->plan.ranges,
					    .step = STEP_UNDO };
	guarded_as_io(&run->guard, &io);
	error = write_record(run);
	if (!error)
		error = journal_open(&journal, &run->record, &io);
	if (!error)
		error = journal_done(&journal, STEP_UNDO);
	run->guard.step = STEP_TABLE;
	if (!error)
		error = journal_begin(&journal, STEP_TABLE);
	if (!error)
		error = staged_write(&run->table, &run->guard);
	if (!error)
		error = journal_done(&journal, STEP_TABLE);
	guarded_free(&run->guard);
	return say("writing", error);
}

static int run_command(struct run *run)
{
	const char *command = run->options->command;
	bool write = !strcmp(command, "write");
	int error = look(run);

	if (error)
		return STATUS_FAILED;
	if (!strcmp(command, "show"))
		return print(plan_consent_text(&run->machine, NULL)) ? STATUS_FAILED : 0;
	if (make_plan(run))
		return STATUS_REFUSED;
	if (show_plan(run, write && run->options->yes))
		return STATUS_FAILED;
	if (!write)
		return 0;
	if (!run->options->yes) {
		fprintf(stderr, "oldiron-disk: nothing was written: say --yes\n");
		return STATUS_REFUSED;
	}
	return write_all(run) ? STATUS_FAILED : 0;
}

int main(int argc, char **argv)
{
	struct options options;
	struct run run = { .options = &options, .file = { .fd = -1 } };
	const char *name;
	int status = options_read(&options, argc, argv);

	if (!status) {
		name = options.disk ? strrchr(options.disk, '/') : NULL;
		options.request.disk.name = name ? name + 1 : options.disk;
		status = run_command(&run);
	}
	disk_file_close(&run.file);
	undo_free(&run.record);
	staged_free(&run.table);
	plan_free(&run.plan);
	findings_free(&run.findings);
	machine_free(&run.machine);
	options_free(&options);
	return status;
}
