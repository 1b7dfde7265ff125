/* struct ui on a screen, by ncurses: the frame, pages, progress. Menus and forms have files of
 * their own. */
#define _GNU_SOURCE
#include "curses_internal.h"
#include <installer/ui/amount.h>
#include <installer/ui/progress_line.h>
#include <common/wrap.h>
#include <common/xalloc.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ESCAPE_MS   200 /* a serial line at 1200 baud delivers a key's three bytes in 25 ms */
#define REDRAW_MS   200
#define PAGE_KEYS   "Enter go on   Esc back   Up/Down scroll   F2 shell"
#define LEAST_LINES 10
#define LEAST_COLS  40

chtype curses_shade(const struct curses_ui *c, enum shade shade)
{
	static const chtype mono[] = { A_NORMAL, A_REVERSE, A_REVERSE, A_REVERSE, A_DIM };
	static const chtype bold[] = { 0, A_BOLD, 0, 0, 0 };

	if (!c->colour)
		return mono[shade];
	return (chtype)COLOR_PAIR(shade + 1) | bold[shade];
}

static void set_colours(struct curses_ui *c)
{
	c->colour = has_colors() && start_color() == OK;
	if (!c->colour)
		return;
	init_pair(SHADE_TEXT + 1, COLOR_WHITE, COLOR_BLACK);
	init_pair(SHADE_TITLE + 1, COLOR_WHITE, COLOR_BLUE);
	init_pair(SHADE_KEYS + 1, COLOR_BLACK, COLOR_WHITE);
	init_pair(SHADE_BAR + 1, COLOR_BLACK, COLOR_CYAN);
	init_pair(SHADE_REFUSED + 1, COLOR_RED, COLOR_BLACK);
}

void curses_put(int row, int column, int columns, const char *text)
{
	if (row >= 0 && row < LINES && columns > 0)
		mvaddnstr(row, column, text, columns);
}

void curses_put_text(int row, int rows, const char *text)
{
	char **lines;
	size_t n, i;

	lines = wrap_lines(text, (size_t)(COLS - 2 * MARGIN), &n);
	for (i = 0; i < n && rows > 0; i++, rows--)
		curses_put(row++, MARGIN, COLS - 2 * MARGIN, lines[i]);
	wrap_free(lines, n);
}

static void bar(const struct curses_ui *c, int row, enum shade shade, const char *text)
{
	attrset((attr_t)curses_shade(c, shade));
	mvhline(row, 0, ' ' | curses_shade(c, shade), COLS);
	curses_put(row, MARGIN, COLS - 2 * MARGIN, text);
	attrset(A_NORMAL);
}

int curses_frame(struct curses_ui *c, const char *title, const char *text, const char *keys,
		 int most)
{
	int row = 2;
	char **lines;
	size_t n, i;

	c->progress_what = NULL;
	erase();
	bar(c, 0, SHADE_TITLE, title);
	bar(c, LINES - 1, SHADE_KEYS, keys);
	if (!text || !*text)
		return row;
	lines = wrap_lines(text, (size_t)(COLS - 2 * MARGIN), &n);
	for (i = 0; i < n && row - 2 < most; i++)
		curses_put(row++, MARGIN, COLS - 2 * MARGIN, lines[i]);
	wrap_free(lines, n);
	return row + 1;
}

int curses_key(struct curses_ui *c)
{
	int key = getch();

	if (key == ERR)
		ui_stop(&c->ui, "the terminal is gone");
	return key;
}

bool curses_common_key(struct curses_ui *c, int key, bool bang)
{
	if (key == KEY_F(2) || (bang && key == '!'))
		ui_shell(&c->ui);
	else if (key != KEY_RESIZE && key != 'L' - '@')
		return false;
	clearok(curscr, TRUE);
	return true;
}

void curses_help(struct curses_ui *c, const char *help)
{
	curses_page(&c->ui, "Help", help ? help : "There is no more to be said about this.");
}

/* Where the first line shown is after the key. */
static int scroll_by(int key, int top, int rows, int last)
{
	switch (key) {
	case KEY_UP:
		top--;
		break;
	case KEY_DOWN:
		top++;
		break;
	case KEY_PPAGE:
		top -= rows - 1;
		break;
	case KEY_NPAGE:
	case ' ':
		top += rows - 1;
		break;
	case KEY_HOME:
		top = 0;
		break;
	case KEY_END:
		top = last;
		break;
	default:
		break;
	}
	if (top > last)
		top = last;
	return top < 0 ? 0 : top;
}

/* Draws from line `top` on. Returns how many lines there is room for. */
static int draw_page(struct curses_ui *c, const char *title, char **lines, int n, int top)
{
	int row = curses_frame(c, title, NULL, PAGE_KEYS, 0), rows = LINES - row - 2, i;
	char *where;

	for (i = 0; i < rows && top + i < n; i++)
		curses_put(row + i, MARGIN, COLS - MARGIN, lines[top + i]);
	if (n > rows) {
		where = xasprintf("lines %d to %d of %d", top + 1, top + rows < n ? top + rows : n,
				  n);
		curses_put(LINES - 2, COLS - MARGIN - (int)strlen(where), COLS, where);
		free(where);
	}
	refresh();
	return rows;
}

static enum ui_result read_page(struct curses_ui *c, const char *title, char **lines, int n)
{
	int top = 0, rows, key;

	for (;;) {
		rows = draw_page(c, title, lines, n, top);
		key = curses_key(c);
		if (key == ERR)
			return UI_STOP;
		if (key == '\n' || key == '\r' || key == KEY_ENTER)
			return UI_OK;
		if (key == KEY_ESCAPE)
			return UI_BACK;
		if (!curses_common_key(c, key, true))
			top = scroll_by(key, top, rows, n > rows ? n - rows : 0);
	}
}

enum ui_result curses_page(struct ui *ui, const char *title, const char *text)
{
	enum ui_result result;
	char **lines;
	size_t n;

	/* One column less at the right: plan texts have 80 and look better whole at the margin. */
	lines = wrap_lines(text, (size_t)(COLS - MARGIN), &n);
	result = read_page(curses_self(ui), title, lines, (int)n);
	wrap_free(lines, n);
	return result;
}

static char *not_the_word(const char *value, void *arg)
{
	if (!strcmp(value, arg))
		return NULL;
	return xasprintf("That is not the word. Nothing has been written.");
}

static enum ui_result curses_consent(struct ui *ui, const struct ui_consent *consent)
{
	char *question = xasprintf(
		"Type %s to write. Until then nothing is written; Esc goes back.", consent->word);
	struct ui_field field = { .key = consent->key, .label = "Word", .check = not_the_word };
	struct ui_form form = { .title = consent->title, .text = question };
	enum ui_result result;

	form.fields = &field;
	form.n = 1;
	field.arg = (void *)(uintptr_t)consent->word;
	do {
		result = curses_page(ui, consent->title, consent->text);
		if (result == UI_OK)
			result = curses_form(ui, &form);
		else
			break;
	} while (result == UI_BACK);
	free(field.value);
	free(question);
	return result;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static void curses_progress(struct ui *ui, const struct ui_progress *p)
{
	struct curses_ui *c = curses_self(ui);
	int width = COLS - 4 * MARGIN, filled;
	long long now = now_ms();
	char *text;

	if (c->progress_what == p->what && p->done < p->total &&
	    now - c->progress_drawn < REDRAW_MS)
		return;
	curses_frame(c, p->what, NULL, "Please wait", 0);
	c->progress_what = p->what;
	c->progress_drawn = now;
	filled = (int)((unsigned int)width * amount_percent(p->done, p->total) / 100);
	text = progress_text(p);
	curses_put(LINES / 2 - 2, 2 * MARGIN, width, text);
	free(text);
	mvhline(LINES / 2, 2 * MARGIN, ACS_CKBOARD, width);
	mvhline(LINES / 2, 2 * MARGIN, ' ' | A_REVERSE, filled);
	if (p->item)
		curses_put(LINES / 2 + 2, 2 * MARGIN, width, p->item);
	refresh();
}

static void curses_suspend(struct ui *ui)
{
	def_prog_mode();
	endwin();
}

static void curses_resume(struct ui *ui)
{
	reset_prog_mode();
	clearok(curscr, TRUE);
	refresh();
}

static void curses_close(struct ui *ui)
{
	endwin();
	free(ui);
}

static const struct ui_ops curses_ops = {
	.choose = curses_choose,
	.tick = curses_tick,
	.form = curses_form,
	.consent = curses_consent,
	.page = curses_page,
	.message = curses_page,
	.progress = curses_progress,
	.suspend = curses_suspend,
	.resume = curses_resume,
	.close = curses_close,
};

struct ui *ui_curses_open(void)
{
	const char *term = getenv("TERM");
	struct curses_ui *c;

	if (!isatty(0) || !isatty(1) || !term || !*term || !strcmp(term, "dumb"))
		return NULL;
	setlocale(LC_ALL, "");
	if (!newterm(NULL, stdout, stdin))
		return NULL;
	if (LINES < LEAST_LINES || COLS < LEAST_COLS) {
		endwin();
		return NULL;
	}
	c = xalloc(sizeof(*c));
	c->ui.ops = &curses_ops;
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_colours(c);
	return &c->ui;
}
