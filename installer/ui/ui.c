/* What every implementation of struct ui shares: notes of questions and answers, checks of values,
 * the shell. */
#include <installer/ui/ui.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void note(struct ui *ui, const char *key, const char *answer)
{
	char *line;

	if (!ui->note)
		return;
	line = xasprintf("answer: %s = %s", key ? key : "-", answer);
	ui->note(ui->note_arg, line);
	free(line);
}

enum ui_result ui_stop(struct ui *ui, const char *format, ...)
{
	va_list args;

	if (ui->why)
		return UI_STOP;
	va_start(args, format);
	ui->why = xvasprintf(format, args);
	va_end(args);
	return UI_STOP;
}

enum ui_result ui_choose(struct ui *ui, struct ui_menu *menu)
{
	enum ui_result result;

	if (ui->why)
		return UI_STOP;
	if (!menu->n)
		return ui_stop(ui, "%s: there is nothing to choose from", menu->title);
	if (menu->chosen >= menu->n)
		menu->chosen = 0;
	result = ui->ops->choose(ui, menu);
	if (result == UI_OK)
		note(ui, menu->key, menu->items[menu->chosen].answers[0]);
	return result;
}

enum ui_result ui_tick(struct ui *ui, struct ui_ticks *ticks)
{
	enum ui_result result;
	struct xtext list = { 0 };
	size_t i;

	if (ui->why)
		return UI_STOP;
	result = ui->ops->tick(ui, ticks);
	if (result != UI_OK)
		return result;
	for (i = 0; i < ticks->n; i++)
		if (ticks->on[i])
			xtext_add(&list, "%s%s", list.length ? ", " : "",
				  ticks->items[i].answers[0]);
	note(ui, ticks->key, list.text ? list.text : "none");
	free(list.text);
	return UI_OK;
}

enum ui_result ui_form(struct ui *ui, struct ui_form *form)
{
	enum ui_result result;
	size_t i;

	if (ui->why)
		return UI_STOP;
	result = ui->ops->form(ui, form);
	for (i = 0; result == UI_OK && i < form->n; i++)
		note(ui, form->fields[i].key,
		     form->fields[i].secret ? "(not shown)" : form->fields[i].value);
	return result;
}

enum ui_result ui_ask(struct ui *ui, const char *title, const char *text, struct ui_field *field)
{
	struct ui_form form = { .title = title, .text = text, .help = field->help };

	form.fields = field;
	form.n = 1;
	return ui_form(ui, &form);
}

enum ui_result ui_consent(struct ui *ui, const struct ui_consent *consent)
{
	enum ui_result result;

	if (ui->why)
		return UI_STOP;
	result = ui->ops->consent(ui, consent);
	if (result == UI_OK)
		note(ui, consent->key, consent->word);
	return result;
}

enum ui_result ui_rehearse(struct ui *ui, const struct ui_consent *consent)
{
	enum ui_result result = ui_page(ui, consent->title, consent->text);

	return result == UI_OK && ui->ops->rehearse ? ui->ops->rehearse(ui, consent) : result;
}

enum ui_result ui_page(struct ui *ui, const char *title, const char *text)
{
	return ui->why ? UI_STOP : ui->ops->page(ui, title, text);
}

enum ui_result ui_message(struct ui *ui, const char *title, const char *format, ...)
{
	enum ui_result result;
	va_list args;
	char *text;

	if (ui->why)
		return UI_STOP;
	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	if (ui->note)
		ui->note(ui->note_arg, text);
	result = ui->ops->message(ui, title, text);
	free(text);
	return result;
}

void ui_progress(struct ui *ui, const struct ui_progress *progress)
{
	ui->ops->progress(ui, progress);
}

enum ui_result ui_answered(struct ui *ui)
{
	if (ui->why)
		return UI_STOP;
	return ui->ops->answered ? ui->ops->answered(ui) : UI_OK;
}

void ui_close(struct ui *ui)
{
	char *why = ui->why;

	ui->ops->close(ui);
	free(why);
}

void ui_shell(struct ui *ui)
{
	pid_t child;

	if (!ui->ops->suspend)
		return;
	ui->ops->suspend(ui);
	fputs("\nA shell. `exit` brings you back to the installer.\n", stdout);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		/* A login's bash may have left a prompt that only bash can read. */
		setenv("PS1", "installer# ", 1);
		execl("/bin/sh", "sh", (char *)NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	ui->ops->resume(ui);
}

void ui_field_set(struct ui_field *field, const char *value)
{
	char *copy = xstrdup(value);

	free(field->value);
	field->value = copy;
}

char *ui_field_complaint(const struct ui_field *field, const char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return xasprintf("%s: has a character that cannot be typed", field->label);
	if (!*value)
		return field->optional ? NULL : xasprintf("%s: may not be empty", field->label);
	return field->check ? field->check(value, field->arg) : NULL;
}
