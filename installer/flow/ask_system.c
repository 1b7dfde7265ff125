/* Questions about the new system: packages, names, passwords, consoles, other systems. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/boot_entries.h>
#include <installer/plan/plan_text.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define KEYMAPS	 "/usr/share/kbd/keymaps"
#define ZONEINFO "/usr/share/zoneinfo"

const char *const serial_lines[] = { NULL, "ttyS0,115200", "ttyS1,115200" };

static bool is_new(const struct install *in)
{
	return !in->upgrade;
}

/* ---- packages */

static bool has_groups(const struct install *in)
{
	return is_new(in) && in->medium.groups.n;
}

static void group_item(const struct package_group *g, struct ui_item *item, const char **answers)
{
	char size[SIZE_TEXT];

	answers[0] = g->name;
	answers[1] = NULL;
	item->label = g->name;
	item->detail = xasprintf("%s: %s", size_text(size, g->bytes), g->description);
	item->answers = answers;
}

static enum ui_result ask_groups(struct install *in)
{
	const struct package_groups *g = &in->medium.groups;
	struct ui_item *items = xalloc(g->n * sizeof(*items));
	const char **answers = xalloc(2 * g->n * sizeof(*answers));
	bool *fixed = xalloc(g->n * sizeof(*fixed));
	struct ui_ticks ticks = {
		.key = "groups", .title = "What is installed", .items = items, .n = g->n
	};
	enum ui_result result;
	size_t i;

	for (i = 0; i < g->n; i++) {
		group_item(&g->list[i], &items[i], &answers[2 * i]);
		fixed[i] = g->list[i].kind == GROUP_REQUIRED;
	}
	ticks.help = help_of("groups");
	ticks.on = in->medium.wanted;
	ticks.fixed = fixed;
	result = ui_tick(in->ui, &ticks);
	medium_want(in);
	for (i = 0; i < g->n; i++)
		free((void *)(uintptr_t)items[i].detail);
	free(items);
	free(answers);
	free(fixed);
	return result;
}

/* ---- the machine */

static void field_from(struct ui_field *field, const char *value)
{
	field->value = xstrdup(value ? value : "");
}

/* What was typed becomes the choices'; on anything but UI_OK it is forgotten. */
static void keep(enum ui_result result, struct ui_field *field, char **value)
{
	if (result == UI_OK) {
		free(*value);
		*value = field->value;
	} else {
		free(field->value);
	}
}

static enum ui_result ask_machine(struct install *in)
{
	struct ui_field fields[] = {
		{ .key = "hostname",
		  .label = "Host name",
		  .check = check_hostname,
		  .help = "The name of this machine, such as oldiron: letters, digits and -." },
		{ .key = "keymap",
		  .label = "Keymap",
		  .check = check_keymap,
		  .arg = (void *)(uintptr_t)KEYMAPS,
		  .help = "The layout of the keyboard: us, uk, de-latin1, fr-latin1 ... The names "
			  "are those of the "
			  "files below " KEYMAPS "." },
		{ .key = "timezone",
		  .label = "Time zone",
		  .check = check_timezone,
		  .arg = (void *)(uintptr_t)ZONEINFO,
		  .help = "UTC, or a name such as Europe/Berlin: a file below " ZONEINFO "." },
	};
	struct ui_form form = { .title = "The machine", .fields = fields, .n = 3 };
	struct choices *c = &in->choice;
	enum ui_result result;

	field_from(&fields[0], c->hostname ? c->hostname : "oldiron");
	field_from(&fields[1], c->keymap ? c->keymap : "us");
	field_from(&fields[2], c->timezone ? c->timezone : "UTC");
	result = ui_form(in->ui, &form);
	keep(result, &fields[0], &c->hostname);
	keep(result, &fields[1], &c->keymap);
	keep(result, &fields[2], &c->timezone);
	return result;
}

/* Passwords are typed next: with the keys that login will have. */
static enum ui_result use_keymap(struct install *in)
{
	const char *const loadkeys[] = { "loadkeys", "-q", in->choice.keymap, NULL };

	if (!in->unattended)
		free(run_program(loadkeys, NULL, NULL, NULL));
	return UI_OK;
}

static enum ui_result ask_machine_and_use(struct install *in)
{
	enum ui_result result = ask_machine(in);

	return result == UI_OK ? use_keymap(in) : result;
}

static enum ui_result ask_clock(struct install *in)
{
	static const struct row rows[] = {
		{ "UTC", "as Unix has it", "utc" },
		{ "Local time", "as DOS and Windows have it", "local" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = in->choice.local_clock;
	enum ui_result result =
		ask_rows(in, "clock", "What the battery clock keeps", NULL, rows, &chosen);

	if (result == UI_OK)
		in->choice.local_clock = chosen == 1;
	return result;
}

/* ---- accounts */

static void set_secret(char **to, struct ui_field *field, enum ui_result result)
{
	if (*to)
		explicit_bzero(*to, strlen(*to));
	keep(result, field, to);
}

static enum ui_result ask_root(struct install *in)
{
	struct ui_field field = {
		.key = "root_password",
		.label = "Password of root",
		.secret = true,
		.check = check_password,
		.help = "root may do everything on the machine. The password is typed twice."
	};
	enum ui_result result = ui_ask(in->ui, "Password of root", NULL, &field);

	set_secret(&in->choice.root_password, &field, result);
	return result;
}

static char *check_user_or_none(const char *value, void *arg)
{
	return strcmp(value, "none") ? check_user(value, arg) : NULL;
}

static enum ui_result ask_user(struct install *in)
{
	struct ui_field field = {
		.key = "user",
		.label = "Login name",
		.check = check_user_or_none,
		.help = "Small letters, digits, - and _. `none`: there is only root."
	};
	enum ui_result result;

	field_from(&field, in->choice.user ? in->choice.user : "user");
	result = ui_ask(in->ui, "The first user",
			"Who works on this machine? `none` makes no user.", &field);
	keep(result, &field, &in->choice.user);
	return result;
}

static bool has_user(const struct install *in)
{
	return is_new(in) && in->choice.user && strcmp(in->choice.user, "none");
}

static enum ui_result ask_user_more(struct install *in)
{
	struct ui_field fields[] = {
		{ .key = "user_full_name",
		  .label = "Name in full",
		  .optional = true,
		  .check = check_full_name },
		{ .key = "user_password",
		  .label = "Password",
		  .secret = true,
		  .check = check_password },
	};
	char *title = xasprintf("The user %s", in->choice.user);
	struct ui_form form = { .title = title, .fields = fields, .n = 2 };
	enum ui_result result;

	field_from(&fields[0], in->choice.user_full_name);
	result = ui_form(in->ui, &form);
	keep(result, &fields[0], &in->choice.user_full_name);
	set_secret(&in->choice.user_password, &fields[1], result);
	free(title);
	return result;
}

/* ---- consoles, other systems */

static enum ui_result ask_serial(struct install *in)
{
	static const struct row rows[] = {
		{ "None", "screen and keyboard only", "none" },
		{ "ttyS0", "COM1, 115200 baud: loader, messages, login", "ttyS0" },
		{ "ttyS1", "COM2, 115200 baud: loader, messages, login", "ttyS1" },
		{ NULL, NULL, NULL },
	};

	return ask_rows(in, "serial_console", "Serial console", NULL, rows, &in->choice.serial);
}

static unsigned int root_number(const struct install *in)
{
	if (in->resumed)
		return plan_find(&in->plan, ROLE_ROOT)->number;
	return in->request.place == PLACE_PARTITION ? in->request.number : 0;
}

static bool keeps_others(const struct install *in)
{
	return in->resumed ? !in->plan.new_table : in->request.place != PLACE_WHOLE_DISK;
}

static bool has_others(const struct install *in)
{
	return is_new(in) && in->request.loader != LOADER_NONE && keeps_others(in) &&
	       boot_entries_count(&in->machine, in->disk, root_number(in));
}

static enum ui_result ask_others(struct install *in)
{
	static const struct row rows[] = {
		{ "Yes", "the other systems of this machine are in GRUB's menu", "yes" },
		{ "No", NULL, "no" },
		{ NULL, NULL, NULL },
	};
	size_t chosen = 0;
	enum ui_result result = ask_rows(in, "other_systems", "Other systems", NULL, rows, &chosen);

	in->choice.other_systems = result == UI_OK && !chosen;
	return result;
}

static bool is_first_run(const struct install *in)
{
	return is_new(in) && !in->resumed;
}

const struct question system_questions[] = {
	{ has_groups, ask_groups }, { is_new, ask_machine_and_use },
	{ is_new, ask_clock },	    { is_new, ask_root },
	{ is_new, ask_user },	    { has_user, ask_user_more },
	{ is_new, ask_serial },	    { has_others, ask_others },
	{ is_first_run, ask_undo }, { NULL, NULL },
};

enum ui_result ask_finish(struct install *in)
{
	static const struct row rows[] = {
		{ "Restart", "take the CD or floppy out first", "reboot" },
		{ "Power off", NULL, "poweroff" },
		{ "Back to the live system", NULL, "exit" },
		{ NULL, NULL, NULL },
	};

	return ask_rows(in, "finish", "Done", "Oldiron is installed.", rows, &in->choice.finish);
}
