/* oldiron-install: the command line, the terminal, and the order of things. See
 * docs/man/oldiron-install.8. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/boot_entries.h>
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <installer/ui/answer_keys.h>
#include <installer/ui/answers.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG FOLDER "/log"

static int usage(FILE *out, int status)
{
	fputs("usage: oldiron-install [--text] [--dry-run] [--answers FILE] [--medium FOLDER]\n"
	      "       oldiron-install --keys markdown|mdoc\n"
	      "Puts Oldiron on a disk. Nothing is written before the plan was shown and a word was "
	      "typed.\n"
	      "  --text          lines of text instead of a full screen\n"
	      "  --dry-run       asks everything, prints every step and range of sectors, writes "
	      "nothing\n"
	      "  --answers FILE  asks nothing: the answers are in FILE\n"
	      "  --medium FOLDER where the medium is mounted (/medium)\n"
	      "  --keys          prints the keys of an answer file\n",
	      out);
	return status;
}

static int print_keys(const char *how)
{
	if (!strcmp(how, "markdown"))
		answer_keys_markdown(stdout);
	else if (!strcmp(how, "mdoc"))
		answer_keys_mdoc(stdout);
	else
		return usage(stderr, EXIT_USAGE);
	return EXIT_DONE;
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
		{ "text", no_argument, NULL, 't' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "answers", required_argument, NULL, 'a' },
		{ "medium", required_argument, NULL, 'm' },
		{ "keys", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*o = (struct options){ .medium = "/medium" };
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't')
			o->text = true;
		else if (c == 'n')
			o->dry_run = true;
		else if (c == 'a')
			o->answers = optarg;
		else if (c == 'm')
			o->medium = optarg;
		else if (c == 'k')
			return print_keys(optarg);
		else
			return usage(c == 'h' ? stdout : stderr, c == 'h' ? EXIT_DONE : EXIT_USAGE);
	}
	return optind < argc ? usage(stderr, EXIT_USAGE) : -1;
}

/* ---- what a run stands on */

/* The serial line that the kernel talks on, as a device; NULL: none. The caller frees it. */
static char *serial_console(void)
{
	char *line = NULL, *device = NULL, *found, *complaint;
	size_t n;

	complaint = file_read("/proc/cmdline", &line, &n);
	free(complaint);
	found = line ? strstr(line, "console=ttyS") : NULL;
	if (found) {
		found += strlen("console=");
		device = xasprintf("/dev/%.*s", (int)strcspn(found, ", \n"), found);
	}
	free(line);
	return device;
}

static void note(void *arg, const char *line)
{
	log_line("%s", line);
}

/* One installer at a time; the lock goes with the process. */
static bool lock_folder(void)
{
	int fd;

	mkdir("/run/oldiron-install", 0700);
	mkdir(TARGET, 0755);
	fd = open(FOLDER "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB);
}

static bool on_serial(void)
{
	const char *tty = ttyname(0);

	return tty && !strncmp(tty, "/dev/ttyS", 9);
}

static struct ui *open_person(const struct options *o)
{
	struct ui *ui = NULL;

	if (!o->text && !on_serial())
		ui = ui_curses_open();
	return ui ? ui : ui_text_open(stdin, stdout);
}

static bool open_ui(struct install *in, struct answers *answers)
{
	char *complaint, *file = answers_place(in->options.answers, &complaint);

	if (!complaint && file)
		complaint = answers_load(answers, file);
	if (complaint) {
		fprintf(stderr, "oldiron-install: %s\n", complaint);
		log_line("%s", complaint);
	} else {
		in->unattended = file != NULL;
		in->ui = file ? ui_answers_open(answers, stdout) : open_person(&in->options);
		in->ui->note = note;
	}
	free(file);
	free(complaint);
	return in->ui != NULL;
}

/* ---- the run */

static enum ui_result prepare(struct install *in)
{
	enum ui_result result = medium_open(in);
	int err;

	/* A run that was ended by force may have left its target mounted: a disk in use. */
	if (result == UI_OK)
		result = target_unmount(in);
	if (result != UI_OK)
		return result;
	err = probe_machine(&in->machine, NULL);
	if (err)
		return ui_stop(in->ui, "the disks cannot be looked at: %s", strerror(-err));
	if (!make_uuid(in->root_uuid) || !make_uuid(in->home_uuid) || !make_uuid(in->swap_uuid))
		return ui_stop(in->ui, "there are no random numbers");
	result = ask_resume(in);
	if (result == UI_OK && !in->resumed)
		find_installations(in);
	return result;
}

/* *refused: there is no plan, and the answers that make none may be any. */
static enum ui_result plan_and_consent(struct install *in, bool *refused)
{
	enum ui_result result = UI_OK;

	*refused = false;
	if (in->upgrade)
		return upgrade_consent(in);
	if (in->request.loader != LOADER_NONE)
		result = core_make(in, in->root_uuid);
	if (result == UI_OK)
		result = plan_or_say_why(in);
	*refused = result == UI_BACK;
	return result == UI_OK ? ask_consent(in) : result;
}

/* Questions and consent. From the summary one comes back to the last question, from a plan that
 * cannot be made to the first. */
static enum ui_result ask_until_consent(struct install *in)
{
	enum ui_result result;
	bool refused = true;

	do {
		result = ask_all(in, !refused);
		if (result == UI_OK)
			result = plan_and_consent(in, &refused);
		else
			break;
	} while (result == UI_BACK);
	return result;
}

static enum ui_result tell_loader(struct install *in)
{
	const struct plan_part *root = plan_find(&in->plan, ROLE_ROOT);
	enum ui_result result;
	char *text;

	if (in->plan.loader != LOADER_NONE)
		return UI_OK;
	text = boot_entry_for_others(in->root_uuid, in->disk, root->number,
				     in->choice.local_clock ? "rtc=local" : NULL,
				     serial_lines[in->choice.serial]);
	result = ui_message(in->ui, "The boot loader that you have", "%s", text);
	free(text);
	return result == UI_STOP ? UI_STOP : UI_OK;
}

static enum ui_result install_new(struct install *in)
{
	enum ui_result result;

	if (in->options.dry_run)
		return UI_OK;
	result = write_all(in);
	return result == UI_OK ? tell_loader(in) : result;
}

/* An unattended run asks its last question, too, before anything is written. */
static enum ui_result run(struct install *in)
{
	enum ui_result result = prepare(in);

	if (result == UI_OK)
		result = ask_until_consent(in);
	if (result == UI_OK && in->unattended && !in->options.dry_run)
		result = ask_finish(in);
	if (result == UI_OK && !in->upgrade && !in->resumed && !in->options.dry_run)
		result = ui_answered(in->ui);
	if (result == UI_OK)
		result = in->upgrade ? upgrade_all(in) : install_new(in);
	if (result == UI_OK && !in->unattended && !in->options.dry_run)
		ask_finish(in);
	return result;
}

static void free_choices(struct choices *c)
{
	char **const texts[] = { &c->hostname,	     &c->keymap,	&c->timezone,	   &c->user,
				 &c->user_full_name, &c->root_password, &c->user_password, &c->swap,
				 &c->root_size,	     &c->undo };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (*texts[i])
			explicit_bzero(*texts[i], strlen(*texts[i]));
		free(*texts[i]);
	}
}

static void close_all(struct install *in)
{
	undo_free(&in->record);
	staged_free(&in->staged);
	plan_free(&in->plan);
	findings_free(&in->findings);
	machine_free(&in->machine);
	free_installations(in);
	medium_close(in);
	free_choices(&in->choice);
	free(in->assign);
	free(in->core);
	free(in->core_lba);
}

static const char *but_put_back(const struct install *in)
{
	return in->put_back ? " but what was put back" : "";
}

/* After the terminal was given back. */
static int report(const struct install *in, enum ui_result result, const char *why)
{
	if (result == UI_OK)
		return EXIT_DONE;
	if (result == UI_BACK) {
		printf("Nothing was written%s.\n", but_put_back(in));
		return EXIT_LEFT;
	}
	fprintf(stderr, "oldiron-install: %s\n", why ? why : "stopped");
	log_line("stopped: %s", why ? why : "");
	if (!in->written) {
		fprintf(stderr, "oldiron-install: nothing was written to any disk%s\n",
			but_put_back(in));
		return EXIT_STOPPED;
	}
	/* What oldiron-undo would put back is older than the system that was upgraded. */
	if (in->upgrade)
		fputs("oldiron-install: start it again to go on", stderr);
	else
		fprintf(stderr,
			"oldiron-install: start it again to go on, or oldiron-undo --disk %s to "
			"put the disk back",
			in->plan.disk_path);
	fputs("; the log is " LOG "\n", stderr);
	return EXIT_CUT_OFF;
}

static void finish(const struct install *in)
{
	static const char *const reboot[] = { "reboot", NULL }, *const poweroff[] = { "poweroff",
										      NULL };

	if (in->options.dry_run || in->choice.finish == 2)
		return;
	sync();
	free(run_program(in->choice.finish ? poweroff : reboot, NULL, NULL, NULL));
}

static int run_with_log(struct install *in)
{
	struct answers answers = { 0 };
	enum ui_result result;
	char *why = NULL;
	int status = EXIT_STOPPED;

	if (open_ui(in, &answers)) {
		result = run(in);
		if (in->ui->why)
			why = xstrdup(in->ui->why);
		ui_close(in->ui);
		status = report(in, result, why);
		if (status == EXIT_DONE)
			finish(in);
		close_all(in);
		free(why);
	}
	answers_free(&answers);
	return status;
}

int main(int argc, char **argv)
{
	static struct install in;
	char *serial;
	int status = parse_options(argc, argv, &in.options);

	if (status >= 0)
		return status;
	if (geteuid()) {
		fputs("oldiron-install: only root can do this\n", stderr);
		return EXIT_STOPPED;
	}
	if (!lock_folder()) {
		fputs("oldiron-install: another one is running, or " FOLDER " cannot be made\n",
		      stderr);
		return EXIT_STOPPED;
	}
	serial = serial_console();
	log_open(LOG, serial);
	free(serial);
	return run_with_log(&in);
}
