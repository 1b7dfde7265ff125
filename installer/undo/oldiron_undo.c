/*
 * oldiron-undo - puts back what the installer overwrote outside its own partitions.
 *
 * Exit: 0 done (or listed); 1 nothing to do or refused, in words; 2 usage; 3 reading or writing
 * failed: run it again.
 */
#include <errno.h>
#include <getopt.h>
#include <installer/plan/plan_text.h>
#include <common/sha256.h>
#include <installer/probe/probe.h>
#include <installer/write/undo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STATUS_REFUSED 1
#define STATUS_USAGE   2
#define STATUS_FAILED  3

static const char usage[] =
	"usage: oldiron-undo --disk DISK [--record FILE] [--everywhere] [--list] [--yes] "
	"[--force]\n"
	"  --disk DISK    the disk, as /dev/hda, or an image of one\n"
	"  --record FILE  the record on a floppy, a second disk or in a file, instead of the "
	"disk's own\n"
	"  --everywhere   look for a record in every sector of the disk (slow)\n"
	"  --list         say what would be put back; write nothing\n"
	"  --yes          do not ask\n"
	"  --force        also when somebody has changed the partition table since\n";

struct run {
	const char *disk_path, *record_path;
	uint32_t sector_size;
	bool everywhere, list, yes, force;
	struct machine machine;
	struct undo_record record;
	struct disk_file file;
	struct disk_io io;
};

static int refuse(const char *text)
{
	fprintf(stderr, "oldiron-undo: %s\n", text);
	return STATUS_REFUSED;
}

static int failed(const char *what, int error)
{
	fprintf(stderr, "oldiron-undo: %s: %s\n", what, strerror(-error));
	return STATUS_FAILED;
}

/* ---- finding the record ---- */
static void show_progress(void *ctx, uint64_t lba, uint64_t sectors)
{
	unsigned int *last = ctx, now = sectors ? (unsigned int)(lba * 100 / sectors) : 100;

	if (now == *last)
		return;
	*last = now;
	fprintf(stderr, "\rlooking for a record: %u %%", now);
	if (lba >= sectors)
		fputc('\n', stderr);
}

static int find_in_file(struct run *run)
{
	struct disk_file file;
	struct disk_io io;
	int error = disk_file_open(&file, run->record_path, false, &io);

	if (error)
		return error;
	error = undo_read(&run->record, &io, run->machine.disk[0].sector_size, 0);
	disk_file_close(&file);
	return error;
}

static int find_on_disk(struct run *run)
{
	const struct disk *disk = &run->machine.disk[0];
	unsigned int percent = 101;
	int error = -ENOENT;

	if (!run->everywhere)
		error = undo_find(&run->record, disk, &run->io, false, NULL, NULL);
	/* Of a table that was put back half way the partition may be gone. */
	if (error == -ENOENT)
		error = undo_find(&run->record, disk, &run->io, true, show_progress, &percent);
	return error;
}

static int explain(const struct run *run, int error)
{
	switch (error) {
	case -ENOENT:
		fprintf(stderr, "oldiron-undo: there is no undo record on %s\n",
			run->record_path ? run->record_path : run->disk_path);
		return STATUS_REFUSED;
	case -EBADMSG:
		return refuse("the undo record is damaged: it is not used");
	case -EXDEV:
		return refuse("the undo record belongs to another disk");
	case -EALREADY:
		return refuse("what this record saved has been put back before");
	default:
		return failed("looking for the undo record", error);
	}
}

/* ---- what it is ---- */
static void list_record(const struct undo_record *record)
{
	char id[2 * SHA256_BYTES + 1], when[64] = "";
	time_t t = (time_t)record->time;
	struct tm tm;

	sha256_text(id, record->id);
	if (localtime_r(&t, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	printf("Undo record of %s, disk %s, serial number %s\n", when, record->plan.disk_model,
	       record->plan.disk_serial && *record->plan.disk_serial ? record->plan.disk_serial
								     : "unknown");
	for (size_t i = 0; i < record->extents; i++)
		printf("  sectors %llu-%llu\n", (unsigned long long)record->extent[i].lba,
		       (unsigned long long)(record->extent[i].lba + record->extent[i].count - 1));
	printf("Record %s\n", id);
}

static int judge(const struct run *run)
{
	uint64_t at = 0;
	int error = undo_check(&run->record, &run->machine.disk[0], &run->io, &at);

	if (error == -EXDEV)
		return explain(run, error);
	if (error == -ESTALE && run->force) {
		fprintf(stderr, "oldiron-undo: sector %llu was changed since; --force\n",
			(unsigned long long)at);
		return 0;
	}
	if (error == -ESTALE) {
		fprintf(stderr,
			"oldiron-undo: sector %llu, a partition table, was changed since the "
			"installation; putting the old one back would lose that (--force)\n",
			(unsigned long long)at);
		return STATUS_REFUSED;
	}
	return error ? failed("reading", error) : 0;
}

static bool consents(const struct run *run)
{
	char answer[8] = "";

	if (run->yes)
		return true;
	printf("The partition table goes back to what it was; the new system is lost.\n"
	       "Type yes to do it: ");
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && !strcmp(answer, "yes\n");
}

/* ---- putting back ---- */
/* Only what the record saved, and its own sectors, may be written. */
static struct plan_range *ranges_of(const struct undo_record *record, size_t *count)
{
	struct plan_range *range = calloc(record->extents + 1, sizeof(*range));

	*count = 0;
	for (size_t i = 0; range && i < record->extents; i++)
		range[(*count)++] = (struct plan_range){ .start = record->extent[i].lba,
							 .count = record->extent[i].count,
							 .reason = (char *)"saved" };
	if (range && record->count)
		range[(*count)++] = (struct plan_range){ .start = record->start,
							 .count = record->count,
							 .reason = (char *)"the record" };
	return range;
}

static int put_back(struct run *run)
{
	struct guarded_disk guard = { .io = run->io,
				      .sectors = run->record.disk_sectors,
				      .sector_size = run->record.sector_size };
	struct plan_range *range = ranges_of(&run->record, &guard.ranges);
	struct disk_io io;
	int error = range ? 0 : -ENOMEM;

	guard.range = range;
	guarded_as_io(&guard, &io);
	if (!error)
		error = undo_restore(&run->record, &io);
	guarded_free(&guard);
	free(range);
	if (error)
		return failed("putting back failed; run it again", error);
	printf("Everything is as it was before the installation.\n");
	return 0;
}

static int check_use(const struct run *run)
{
	const char *where;

	if (disk_in_use(&run->machine.disk[0], NULL, &where))
		return refuse("the disk is in use: unmount what is on it");
	return 0;
}

static int undo(struct run *run)
{
	int error = probe_path(&run->machine, run->disk_path, run->sector_size), status;

	if (error)
		return failed(run->disk_path, error);
	if (run->record_path && access(run->record_path, R_OK))
		return failed(run->record_path, -errno);
	error = disk_file_open(&run->file, run->disk_path, !run->list, &run->io);
	if (error)
		return failed(run->disk_path, error);
	error = run->record_path ? find_in_file(run) : find_on_disk(run);
	if (error)
		return explain(run, error);
	list_record(&run->record);
	status = judge(run);
	if (!status && !run->list)
		status = check_use(run);
	if (status || run->list)
		return status;
	return consents(run) ? put_back(run) : refuse("nothing was written");
}

static int read_options(struct run *run, int argc, char **argv)
{
	static const struct option names[] = { { "disk", 1, NULL, 'd' },
					       { "record", 1, NULL, 'r' },
					       { "everywhere", 0, NULL, 'e' },
					       { "list", 0, NULL, 'l' },
					       { "yes", 0, NULL, 'y' },
					       { "force", 0, NULL, 'f' },
					       { "help", 0, NULL, 'h' },
					       { "sector-size", 1, NULL, 's' },
					       { NULL, 0, NULL, 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "d:r:elyfhs:", names, NULL)) != -1)
		switch (option) {
		case 'd':
			run->disk_path = optarg;
			break;
		case 'r':
			run->record_path = optarg;
			break;
		case 's':
			run->sector_size = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'e':
			run->everywhere = true;
			break;
		case 'l':
			run->list = true;
			break;
		case 'y':
			run->yes = true;
			break;
		case 'f':
			run->force = true;
			break;
		default:
			return STATUS_USAGE;
		}
	return run->disk_path && optind == argc ? 0 : STATUS_USAGE;
}

int main(int argc, char **argv)
{
	struct run run = { .file = { .fd = -1 } };
	int status = read_options(&run, argc, argv);

	if (status)
		fputs(usage, stderr);
	else
		status = undo(&run);
	disk_file_close(&run.file);
	undo_free(&run.record);
	machine_free(&run.machine);
	return status;
}
