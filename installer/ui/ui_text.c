/*
 * struct ui by lines of text, for a serial line or a dumb terminal.
 *
 * A line that is just `b` goes back, `!` is a shell, `?` help; in a line of free text `\b`, `\!`
 * and `\?` are these characters themselves, and `-` empties a field that may be empty.
 */
#define _GNU_SOURCE
#include <installer/ui/ui.h>
#include <installer/ui/progress_line.h>
#include <common/wrap.h>
#include <common/xalloc.h>
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define WIDTH	  79
#define PAGE_ROWS 22

struct text_ui {
	struct ui ui;
	FILE *in, *out;
	char *line;
	size_t room;
	struct progress_line progress;
	bool hidden; /* echo is off: a secret is being typed */
};

enum typed {
	TYPED_LINE, /* in text_ui.line */
	TYPED_BACK,
	TYPED_END,
};

static struct text_ui *self(struct ui *ui)
{
	return (struct text_ui *)ui;
}

static void put_line(void *arg, const char *start, size_t length)
{
	fprintf(arg, "%.*s\n", (int)length, start);
}

static void put_text(struct text_ui *t, const char *text)
{
	if (text && *text)
		wrap_text(text, WIDTH, put_line, t->out);
}

static void put_title(struct text_ui *t, const char *title, const char *text)
{
	fprintf(t->out, "\n== %s ==\n", title);
	put_text(t, text);
}

/* A line without its end; false when there will be no more. */
static bool read_line(struct text_ui *t)
{
	ssize_t n;

	fflush(t->out);
	do {
		errno = 0;
		n = getline(&t->line, &t->room, t->in);
		if (n < 0 && errno == EINTR)
			clearerr(t->in);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return false;
	while (n && (t->line[n - 1] == '\n' || t->line[n - 1] == '\r'))
		t->line[--n] = 0;
	return true;
}

/* Reads until something is typed that is not for us: shell and help are dealt with here. */
static enum typed prompt(struct text_ui *t, const char *question, const char *help)
{
	for (;;) {
		fputs(question, t->out);
		if (!read_line(t))
			return TYPED_END;
		if (!strcmp(t->line, "b"))
			return TYPED_BACK;
		if (!strcmp(t->line, "!"))
			ui_shell(&t->ui);
		else if (!strcmp(t->line, "?"))
			put_text(t, help ? help : "There is no more to be said about this.");
		else
			return TYPED_LINE;
	}
}

static enum ui_result no_answer(struct ui *ui, enum typed typed)
{
	return typed == TYPED_BACK ? UI_BACK : ui_stop(ui, "the input ended");
}

static void put_items(struct text_ui *t, const struct ui_item *items, size_t n, const bool *on)
{
	size_t i;

	for (i = 0; i < n; i++) {
		char *line =
			xasprintf("%4zu) %s%s%s%s%s%s", i + 1, on ? on[i] ? "[x] " : "[ ] " : "",
				  items[i].label, items[i].detail ? "  " : "",
				  items[i].detail ? items[i].detail : "",
				  items[i].refused ? "  -- not possible: " : "",
				  items[i].refused ? items[i].refused : "");

		put_text(t, line);
		free(line);
	}
}

/* 1 to n, or 0 for anything else. */
static size_t number(const char *text, size_t n)
{
	char *end;
	unsigned long value;

	if (!isdigit((unsigned char)*text))
		return 0;
	errno = 0;
	value = strtoul(text, &end, 10);
	return *end || errno || value > n ? 0 : value;
}

static enum ui_result text_choose(struct ui *ui, struct ui_menu *menu)
{
	char *question = xasprintf("Number [%zu], b back, ? help, ! shell: ", menu->chosen + 1);
	struct text_ui *t = self(ui);
	enum typed typed;
	size_t at;

	put_title(t, menu->title, menu->text);
	put_items(t, menu->items, menu->n, NULL);
	for (;;) {
		typed = prompt(t, question, menu->help);
		if (typed != TYPED_LINE)
			break;
		at = *t->line ? number(t->line, menu->n) : menu->chosen + 1;
		if (!at) {
			fprintf(t->out, "A number from 1 to %zu.\n", menu->n);
		} else if (menu->items[at - 1].refused) {
			char *why = xasprintf("Not possible: %s", menu->items[at - 1].refused);

			put_text(t, why);
			free(why);
		} else {
			menu->chosen = at - 1;
			break;
		}
	}
	free(question);
	return typed == TYPED_LINE ? UI_OK : no_answer(ui, typed);
}

static void toggle(struct text_ui *t, struct ui_ticks *ticks, size_t at)
{
	if (!at)
		fprintf(t->out, "A number from 1 to %zu, or Enter to go on.\n", ticks->n);
	else if (ticks->fixed && ticks->fixed[at - 1])
		fprintf(t->out, "%s cannot be changed.\n", ticks->items[at - 1].label);
	else if (ticks->items[at - 1].refused)
		fprintf(t->out, "Not possible: %s\n", ticks->items[at - 1].refused);
	else
		ticks->on[at - 1] = !ticks->on[at - 1];
}

static enum ui_result text_tick(struct ui *ui, struct ui_ticks *ticks)
{
	struct text_ui *t = self(ui);
	enum typed typed;

	put_title(t, ticks->title, ticks->text);
	for (;;) {
		put_items(t, ticks->items, ticks->n, ticks->on);
		typed = prompt(t, "Number to change, Enter to go on, b back, ? help, ! shell: ",
			       ticks->help);
		if (typed != TYPED_LINE)
			return no_answer(ui, typed);
		if (!*t->line)
			return UI_OK;
		toggle(t, ticks, number(t->line, ticks->n));
	}
}

/* ---- secrets */

static struct termios echoing; /* the terminal as it was, while a secret is typed */
static int echoing_fd;

/* Ctrl-C ends the program, but not with a terminal that shows nothing any more. */
static void echo_and_end(int number)
{
	tcsetattr(echoing_fd, TCSANOW, &echoing);
	raise(number); /* SA_RESETHAND: as if there were no handler */
}

/* Echo off and on again, where there is a terminal that echoes. While it is off nothing but Ctrl-C
 * stops the program: a shell that is given the terminal in between switches the echo on, and what
 * is typed after `fg` would be seen. */
static bool set_echo(struct text_ui *t, bool on)
{
	static const struct sigaction usual = { .sa_handler = SIG_DFL };
	const struct sigaction restore = { .sa_handler = echo_and_end,
					   .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
	struct termios tio;
	int fd = fileno(t->in);

	if (fd < 0 || tcgetattr(fd, &tio))
		return false;
	if (on) {
		sigaction(SIGINT, &usual, NULL);
		return !tcsetattr(fd, TCSADRAIN, &echoing);
	}
	echoing = tio;
	echoing_fd = fd;
	sigaction(SIGINT, &restore, NULL);
	tio.c_lflag &= ~(tcflag_t)ECHO;
	tio.c_cc[VSUSP] = tio.c_cc[VQUIT] = _POSIX_VDISABLE;
	return !tcsetattr(fd, TCSADRAIN, &tio);
}

static enum typed prompt_secret(struct text_ui *t, const char *question, const char *help)
{
	enum typed typed;

	t->hidden = set_echo(t, false);
	typed = prompt(t, question, help);
	if (t->hidden) {
		set_echo(t, true);
		fputc('\n', t->out);
	}
	t->hidden = false;
	return typed;
}

static bool accept_value(struct text_ui *t, struct ui_field *field, const char *value)
{
	char *complaint = ui_field_complaint(field, value);

	if (complaint) {
		put_text(t, complaint);
		free(complaint);
		return false;
	}
	ui_field_set(field, value);
	return true;
}

static enum typed ask_secret(struct text_ui *t, struct ui_field *field)
{
	char *first, *question = xasprintf("%s (not shown): ", field->label);
	enum typed typed;
	bool done = false;

	do {
		typed = prompt_secret(t, question, field->help);
		if (typed != TYPED_LINE)
			break;
		first = xstrdup(t->line);
		typed = prompt_secret(t, "Once more: ", field->help);
		if (typed == TYPED_LINE && strcmp(first, t->line))
			fputs("The two are not the same.\n", t->out);
		else if (typed == TYPED_LINE)
			done = accept_value(t, field, first);
		explicit_bzero(first, strlen(first));
		free(first);
	} while (typed == TYPED_LINE && !done);
	free(question);
	return typed;
}

/* What was typed, with the escapes of the header comment undone. */
static const char *meant(const struct text_ui *t, const struct ui_field *field)
{
	const char *line = t->line;

	if (!*line && field->value)
		return field->value;
	if (field->optional && !strcmp(line, "-"))
		return "";
	if (line[0] == '\\' && line[1] && strchr("b!?-\\", line[1]) && !line[2])
		return line + 1;
	return line;
}

static enum typed ask_line(struct text_ui *t, struct ui_field *field)
{
	enum typed typed;
	char *question, *value;
	bool done;

	do {
		question = xasprintf(field->value && *field->value ? "%s [%s]: " : "%s: ",
				     field->label, field->value);
		typed = prompt(t, question, field->help);
		free(question);
		if (typed != TYPED_LINE)
			return typed;
		value = xstrdup(meant(t, field));
		done = accept_value(t, field, value);
		free(value);
	} while (!done);
	return TYPED_LINE;
}

static enum ui_result text_form(struct ui *ui, struct ui_form *form)
{
	struct text_ui *t = self(ui);
	enum typed typed;
	size_t i = 0;

	put_title(t, form->title, form->text);
	while (i < form->n) {
		typed = form->fields[i].secret ? ask_secret(t, &form->fields[i])
					       : ask_line(t, &form->fields[i]);
		if (typed == TYPED_END || (typed == TYPED_BACK && !i))
			return no_answer(ui, typed);
		if (typed == TYPED_BACK)
			i--;
		else
			i++;
	}
	return UI_OK;
}

static enum ui_result show_lines(struct ui *ui, char **lines, size_t n)
{
	struct text_ui *t = self(ui);
	enum typed typed;
	size_t i;

	for (i = 0; i < n; i++) {
		fprintf(t->out, "%s\n", lines[i]);
		if ((i + 1) % PAGE_ROWS || i + 1 == n)
			continue;
		typed = prompt(t, "-- more: Enter, b back, ! shell: ", NULL);
		if (typed != TYPED_LINE)
			return no_answer(ui, typed);
	}
	return UI_OK;
}

static enum ui_result show(struct ui *ui, const char *title, const char *text)
{
	enum ui_result result;
	char **lines;
	size_t n;

	put_title(self(ui), title, NULL);
	lines = wrap_lines(text, WIDTH, &n);
	result = show_lines(ui, lines, n);
	wrap_free(lines, n);
	return result;
}

static enum ui_result text_page(struct ui *ui, const char *title, const char *text)
{
	enum ui_result result = show(ui, title, text);
	enum typed typed;

	if (result != UI_OK)
		return result;
	typed = prompt(self(ui), "Enter to go on, b back, ! shell: ", NULL);
	return typed == TYPED_LINE ? UI_OK : no_answer(ui, typed);
}

static enum ui_result text_consent(struct ui *ui, const struct ui_consent *consent)
{
	struct text_ui *t = self(ui);
	enum ui_result result = show(ui, consent->title, consent->text);
	enum typed typed = TYPED_LINE;
	char *question;

	if (result != UI_OK)
		return result;
	question = xasprintf("Type %s to write, b to go back: ", consent->word);
	do {
		typed = prompt(t, question, "Until the word is typed nothing has been written.");
		if (typed == TYPED_LINE && strcmp(t->line, consent->word))
			fputs("That is not the word. Nothing has been written.\n", t->out);
	} while (typed == TYPED_LINE && strcmp(t->line, consent->word));
	free(question);
	return typed == TYPED_LINE ? UI_OK : no_answer(ui, typed);
}

static void text_progress(struct ui *ui, const struct ui_progress *progress)
{
	progress_line(&self(ui)->progress, self(ui)->out, progress);
}

static void text_suspend(struct ui *ui)
{
	if (self(ui)->hidden)
		set_echo(self(ui), true);
}

static void text_resume(struct ui *ui)
{
	if (self(ui)->hidden)
		set_echo(self(ui), false);
	fputs("\nBack in the installer.\n", self(ui)->out);
}

static void text_close(struct ui *ui)
{
	struct text_ui *t = self(ui);

	fflush(t->out);
	free(t->line);
	free(t);
}

static const struct ui_ops text_ops = {
	.choose = text_choose,
	.tick = text_tick,
	.form = text_form,
	.consent = text_consent,
	.page = text_page,
	.message = text_page,
	.progress = text_progress,
	.suspend = text_suspend,
	.resume = text_resume,
	.close = text_close,
};

struct ui *ui_text_open(FILE *in, FILE *out)
{
	struct text_ui *t = xalloc(sizeof(*t));

	t->ui.ops = &text_ops;
	t->in = in;
	t->out = out;
	return &t->ui;
}
