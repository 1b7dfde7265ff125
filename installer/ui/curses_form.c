/* Forms of the curses implementation. A secret has two lines, which must agree, and neither is
 * shown. */
#define _GNU_SOURCE
#include "curses_internal.h"
#include <common/xalloc.h>
#include <form.h>
#include <stdlib.h>
#include <string.h>

#define FORM_KEYS    "Enter next, at the last line go on   Esc back   F1 help   F2 shell"
#define LONGEST_LINE 1024

struct line {
	struct ui_field *field;
	bool again;  /* the second line of a secret */
	char *label; /* what stands before it */
	char *typed; /* what it holds while the form is drawn anew */
};

struct sheet {
	const struct ui_form *form;
	struct line *lines;
	size_t n, at;
	FORM *curses;
	FIELD **fields; /* label and input by turns */
	WINDOW *window, *inside;
	char *complaint;
};

static void add_line(struct sheet *s, struct ui_field *field, bool again)
{
	struct line *line;

	s->lines = xrealloc(s->lines, s->n + 1, sizeof(*line));
	line = &s->lines[s->n++];
	*line = (struct line){ .field = field, .again = again };
	line->label = again ? xstrdup("Once more:") : xasprintf("%s:", field->label);
	line->typed = xstrdup(field->value && !field->secret ? field->value : "");
}

static int label_width(const struct sheet *s)
{
	size_t widest = 0, i;

	for (i = 0; i < s->n; i++)
		if (strlen(s->lines[i].label) > widest)
			widest = strlen(s->lines[i].label);
	return (int)widest;
}

static FIELD *make_input(const struct curses_ui *c, const struct line *line, int row, int column,
			 int width)
{
	FIELD *input = new_field(1, width, row, column, 0, 0);

	set_field_back(input, curses_shade(c, SHADE_KEYS));
	set_field_fore(input, curses_shade(c, SHADE_KEYS));
	field_opts_off(input, O_AUTOSKIP | O_STATIC | O_BLANK);
	set_max_field(input, LONGEST_LINE);
	if (line->field->secret)
		field_opts_off(input, O_PUBLIC);
	set_field_buffer(input, 0, line->typed);
	return input;
}

static void make_fields(const struct curses_ui *c, struct sheet *s, int width)
{
	int labels = label_width(s), room = width - labels - 2;
	FIELD *label;
	size_t i;

	s->fields = xalloc((2 * s->n + 1) * sizeof(*s->fields));
	for (i = 0; i < s->n; i++) {
		label = new_field(1, labels, (int)i, 0, 0, 0);
		set_field_buffer(label, 0, s->lines[i].label);
		field_opts_off(label, O_ACTIVE);
		s->fields[2 * i] = label;
		s->fields[2 * i + 1] =
			make_input(c, &s->lines[i], (int)i, labels + 1, room < 40 ? room : 40);
	}
}

static void open_sheet(struct curses_ui *c, struct sheet *s)
{
	int top = curses_frame(c, s->form->title, s->form->text, FORM_KEYS, LINES - (int)s->n - 6);
	int width = COLS - 2 * MARGIN;

	make_fields(c, s, width);
	s->curses = new_form(s->fields);
	s->window = newwin((int)s->n, width, top, MARGIN);
	keypad(s->window, TRUE);
	s->inside = derwin(s->window, (int)s->n, width, 0, 0);
	set_form_win(s->curses, s->window);
	set_form_sub(s->curses, s->inside);
	post_form(s->curses);
	set_current_field(s->curses, s->fields[2 * s->at + 1]);
	form_driver(s->curses, REQ_END_LINE);
	if (s->complaint) {
		attrset((attr_t)curses_shade(c, SHADE_REFUSED));
		curses_put_text(top + (int)s->n + 1, 2, s->complaint);
		attrset(A_NORMAL);
	}
	curs_set(1);
	refresh();
	wrefresh(s->window);
}

/* The library pads with blanks; those at the end of a password must be typed by another way. */
static char *content(FIELD *field)
{
	char *text = xstrdup(field_buffer(field, 0));
	size_t n = strlen(text);

	while (n && text[n - 1] == ' ')
		text[--n] = 0;
	return text;
}

static void close_sheet(struct sheet *s)
{
	size_t i;

	form_driver(s->curses, REQ_VALIDATION);
	for (i = 0; i < s->n; i++) {
		free(s->lines[i].typed);
		s->lines[i].typed = content(s->fields[2 * i + 1]);
	}
	s->at = (size_t)field_index(current_field(s->curses)) / 2;
	unpost_form(s->curses);
	free_form(s->curses);
	for (i = 0; i < 2 * s->n; i++)
		free_field(s->fields[i]);
	free(s->fields);
	delwin(s->inside);
	delwin(s->window);
	curs_set(0);
}

static int request_of(int key)
{
	switch (key) {
	case KEY_UP:
	case KEY_BTAB:
		return REQ_PREV_FIELD;
	case KEY_DOWN:
	case '\t':
		return REQ_NEXT_FIELD;
	case KEY_LEFT:
		return REQ_PREV_CHAR;
	case KEY_RIGHT:
		return REQ_NEXT_CHAR;
	case KEY_HOME:
		return REQ_BEG_LINE;
	case KEY_END:
		return REQ_END_LINE;
	case KEY_BACKSPACE:
	case 0x7f:
	case '\b':
		return REQ_DEL_PREV;
	case KEY_DC:
		return REQ_DEL_CHAR;
	case 'U' - '@':
		return REQ_CLR_FIELD;
	default:
		return 0;
	}
}

static bool on_last(const struct sheet *s)
{
	return field_index(current_field(s->curses)) / 2 == (int)s->n - 1;
}

/* The key that leaves the sheet. */
static int use_sheet(struct curses_ui *c, struct sheet *s)
{
	int key, request;

	for (;;) {
		wrefresh(s->window);
		key = wgetch(s->window);
		if (key == ERR)
			ui_stop(&c->ui, "the terminal is gone");
		request = request_of(key);
		if (request)
			form_driver(s->curses, request);
		else if (key == '\n' || key == '\r' || key == KEY_ENTER) {
			if (on_last(s))
				return '\n';
			form_driver(s->curses, REQ_NEXT_FIELD);
		} else if (key < ' ' || key > 0xff) {
			return key;
		} else {
			form_driver(s->curses, key);
		}
	}
}

/* What is wrong with line i, or NULL. */
static char *judge(const struct sheet *s, size_t i)
{
	const struct line *line = &s->lines[i];

	if (!line->again)
		return ui_field_complaint(line->field, line->typed);
	if (strcmp(line->typed, s->lines[i - 1].typed))
		return xasprintf("%s: the two are not the same", line->field->label);
	return NULL;
}

static bool accept(struct sheet *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		s->complaint = judge(s, i);
		if (s->complaint) {
			s->at = i;
			return false;
		}
	}
	for (i = 0; i < s->n; i++)
		if (!s->lines[i].again)
			ui_field_set(s->lines[i].field, s->lines[i].typed);
	return true;
}

static void free_lines(struct sheet *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		explicit_bzero(s->lines[i].typed, strlen(s->lines[i].typed));
		free(s->lines[i].typed);
		free(s->lines[i].label);
	}
	free(s->lines);
	free(s->complaint);
}

static void sheet_help(struct curses_ui *c, const struct sheet *s)
{
	const char *help = s->lines[s->at].field->help;

	curses_help(c, help ? help : s->form->help);
}

static enum ui_result run_sheet(struct curses_ui *c, struct sheet *s)
{
	int key;

	for (;;) {
		open_sheet(c, s);
		key = use_sheet(c, s);
		close_sheet(s);
		free(s->complaint);
		s->complaint = NULL;
		if (key == ERR)
			return UI_STOP;
		if (key == KEY_ESCAPE)
			return UI_BACK;
		if (key == KEY_F(1))
			sheet_help(c, s);
		else if (key != '\n')
			curses_common_key(c, key, false);
		else if (accept(s))
			return UI_OK;
	}
}

enum ui_result curses_form(struct ui *ui, struct ui_form *form)
{
	struct sheet s = { .form = form };
	enum ui_result result;
	size_t i;

	for (i = 0; i < form->n; i++) {
		add_line(&s, &form->fields[i], false);
		if (form->fields[i].secret)
			add_line(&s, &form->fields[i], true);
	}
	result = run_sheet(curses_self(ui), &s);
	free_lines(&s);
	return result;
}
