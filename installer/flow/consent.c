/* The plan, what is to be known of it, and the word without which nothing is written. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/plan/plan_text.h>
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Beside the files: file system tables, logs, room to work. */
#define NEEDED_BESIDE (UINT64_C(8) << 20)

static enum ui_result plan_refused(struct install *in, int err)
{
	char *text = findings_text(&in->findings);
	enum ui_result result;

	log_line("plan: refused (%s)", strerror(-err));
	if (in->unattended)
		result = ui_stop(in->ui, "this cannot be done:\n%s", text ? text : strerror(-err));
	else
		result = ui_message(in->ui, "This cannot be done", "%s",
				    text ? text : strerror(-err));
	free(text);
	return result == UI_STOP ? UI_STOP : UI_BACK;
}

enum ui_result plan_or_say_why(struct install *in)
{
	int err;

	if (in->resumed)
		return UI_OK;
	findings_free(&in->findings);
	plan_free(&in->plan);
	memset(&in->findings, 0, sizeof(in->findings));
	memset(&in->plan, 0, sizeof(in->plan));
	in->request.needed_bytes = medium_bytes(in) + medium_bytes(in) / 16 + NEEDED_BESIDE;
	in->request.core_bytes = in->core_bytes;
	if (getrandom(in->request.seed, sizeof(in->request.seed), 0) !=
	    (ssize_t)sizeof(in->request.seed))
		return ui_stop(in->ui, "there are no random numbers");
	err = plan_make(&in->machine, &in->request, &in->plan, &in->findings);
	if (err)
		return plan_refused(in, err);
	plan_warn(in->disk, &in->request, &in->plan, &in->findings);
	return gap_check(in);
}

/* Is anything that somebody had going to be lost? Then the disk's name must be typed. */
static bool loses_something(const struct install *in)
{
	size_t i;

	if (in->plan.deletions || in->plan.new_table)
		return in->disk->partitions || in->disk->kind != TABLE_NONE;
	for (i = 0; i < in->plan.parts; i++)
		if (in->plan.part[i].format && !in->plan.part[i].is_new)
			return true;
	return false;
}

static void add_choices(struct xtext *t, const struct install *in)
{
	const struct choices *c = &in->choice;
	const char *const *name;

	xtext_add(t, "\nThe new system:\n  packages   ");
	for (name = in->medium.names; *name; name++)
		xtext_add(t, "%s ", *name);
	xtext_add(t, "\n  machine    %s, keymap %s, time zone %s, clock %s\n", c->hostname,
		  c->keymap, c->timezone, c->local_clock ? "local time" : "UTC");
	xtext_add(t, "  user       %s\n  serial     %s\n", c->user,
		  serial_lines[c->serial] ? serial_lines[c->serial] : "none");
	if (c->undo && *c->undo && strcmp(c->undo, "none"))
		xtext_add(t, "  undo       a second record OVERWRITES %s\n", c->undo);
}

static char *consent_text(struct install *in)
{
	char *disks = plan_consent_text(&in->machine, &in->plan),
	     *findings = findings_text(&in->findings);
	struct xtext t = { 0 };

	xtext_add(&t, "%s\n%s", disks ? disks : "", findings ? findings : "");
	add_choices(&t, in);
	free(disks);
	free(findings);
	return t.text;
}

static struct ui_consent make_consent(const struct install *in, const char *title, const char *text)
{
	return (struct ui_consent){ .key = "consent",
				    .title = title,
				    .text = text,
				    .word = loses_something(in) ? in->disk->name : "yes" };
}

static enum ui_result dry_run(struct install *in)
{
	char *text = plan_dry_run_text(&in->machine, &in->plan, &in->findings);
	struct ui_consent consent =
		make_consent(in, "What would be written", text ? text : "no memory");
	enum ui_result result = ui_rehearse(in->ui, &consent);

	log_text("dry run: ", consent.text);
	free(text);
	return result;
}

static enum ui_result ask_word(struct install *in, const char *text)
{
	struct ui_consent consent = make_consent(in, "What will be written", text);

	return ui_consent(in->ui, &consent);
}

/* A run that goes on does what its record says, and to that the answer file has consented once
 * already. */
static bool consented(const struct install *in)
{
	return in->resumed && in->unattended && !in->options.dry_run;
}

enum ui_result ask_consent(struct install *in)
{
	enum ui_result result;
	char *text;

	if (consented(in))
		return UI_OK;
	text = consent_text(in);
	log_text("consent: ", text);
	if (in->options.dry_run)
		result = dry_run(in);
	else
		result = ask_word(in, text);
	free(text);
	return result;
}
