/* Menus of the curses implementation: one of several, or any of several. */
#include "curses_internal.h"
#include <common/xalloc.h>
#include <menu.h>
#include <stdlib.h>
#include <string.h>

#define CHOOSE_KEYS "Enter take   Esc back   F1 help   F2 shell"
#define BELOW	    3 /* two rows for a reason, and the keys */
#define TICK_KEYS   "Space change   Enter go on   Esc back   F1 help   F2 shell"

/* What a menu is made of; both kinds come down to this. */
struct list {
	const char *title, *text, *help, *keys;
	const struct ui_item *items;
	size_t n, at;
	bool *on; /* NULL: one is chosen */
	const bool *fixed;
	MENU *menu;
	ITEM **entries;
	char **lines;
	WINDOW *window, *inside; /* without the second the library draws on the whole screen */
	const char *said;	 /* why the last key did nothing */
};

static char *entry_line(const struct list *l, size_t i)
{
	const struct ui_item *item = &l->items[i];
	const char *mark = !l->on ? "" : l->on[i] ? "[x] " : "[ ] ";

	return xasprintf("%s%s%s%s", mark, item->label, item->detail ? "  " : "",
			 item->detail ? item->detail : "");
}

/* The menu library takes no item without text and none wider than the window. */
static void make_entries(struct list *l, int width)
{
	size_t i;

	l->entries = xalloc((l->n + 1) * sizeof(*l->entries));
	l->lines = xalloc(l->n * sizeof(*l->lines));
	for (i = 0; i < l->n; i++) {
		l->lines[i] = entry_line(l, i);
		if (strlen(l->lines[i]) > (size_t)width)
			l->lines[i][width] = 0;
		l->entries[i] = new_item(l->lines[i], "");
		if (l->items[i].refused)
			item_opts_off(l->entries[i], O_SELECTABLE);
	}
}

static void open_list(struct curses_ui *c, struct list *l)
{
	int top = curses_frame(c, l->title, l->text, l->keys, LINES / 2);
	int rows = LINES - top - BELOW, width = COLS - 2 * MARGIN;

	make_entries(l, width - 2);
	l->menu = new_menu(l->entries);
	l->window = newwin(rows > 1 ? rows : 1, width, top, MARGIN);
	l->inside = derwin(l->window, rows > 1 ? rows : 1, width, 0, 0);
	set_menu_win(l->menu, l->window);
	set_menu_sub(l->menu, l->inside);
	set_menu_format(l->menu, rows > 1 ? rows : 1, 1);
	set_menu_mark(l->menu, "> ");
	set_menu_fore(l->menu, curses_shade(c, SHADE_BAR));
	set_menu_back(l->menu, curses_shade(c, SHADE_TEXT));
	set_menu_grey(l->menu, curses_shade(c, SHADE_REFUSED));
	menu_opts_off(l->menu, O_SHOWDESC);
	post_menu(l->menu);
	set_current_item(l->menu, l->entries[l->at]);
}

static void close_list(struct list *l)
{
	size_t i;

	unpost_menu(l->menu);
	free_menu(l->menu);
	delwin(l->inside);
	delwin(l->window);
	for (i = 0; i < l->n; i++) {
		free_item(l->entries[i]);
		free(l->lines[i]);
	}
	free(l->entries);
	free(l->lines);
}

/* Below the menu: why the entry under the bar cannot be taken, or all of one that was cut. */
static void show_reason(const struct curses_ui *c, const struct list *l)
{
	const char *why = l->said ? l->said : l->items[l->at].refused;
	char *whole = entry_line(l, l->at);
	int row;

	for (row = LINES - BELOW; row < LINES - 1; row++) {
		move(row, 0);
		clrtoeol();
	}
	if (why) {
		attrset((attr_t)curses_shade(c, SHADE_REFUSED));
		curses_put_text(LINES - BELOW, BELOW - 1, why);
		attrset(A_NORMAL);
	} else if (strcmp(whole, l->lines[l->at])) {
		curses_put_text(LINES - BELOW, BELOW - 1, whole);
	}
	free(whole);
	refresh();
	wrefresh(l->window);
}

static void toggle(struct list *l)
{
	if (!l->on || l->items[l->at].refused)
		return;
	if (l->fixed && l->fixed[l->at])
		l->said = "This one is always installed.";
	else
		l->on[l->at] = !l->on[l->at];
}

static int request_of(int key)
{
	switch (key) {
	case KEY_UP:
		return REQ_UP_ITEM;
	case KEY_DOWN:
	case '\t':
		return REQ_DOWN_ITEM;
	case KEY_PPAGE:
		return REQ_SCR_UPAGE;
	case KEY_NPAGE:
		return REQ_SCR_DPAGE;
	case KEY_HOME:
		return REQ_FIRST_ITEM;
	case KEY_END:
		return REQ_LAST_ITEM;
	default:
		return 0;
	}
}

/* One look at the menu: until a key leaves it, or it must be made anew. */
static bool use_list(struct curses_ui *c, struct list *l, int *key)
{
	int request;

	for (;;) {
		l->at = (size_t)item_index(current_item(l->menu));
		show_reason(c, l);
		l->said = NULL;
		*key = curses_key(c);
		request = request_of(*key);
		if (request)
			menu_driver(l->menu, request);
		else if (*key == '\n' || *key == '\r' || *key == KEY_ENTER)
			return !l->on && l->items[l->at].refused;
		else if (*key == KEY_ESCAPE || *key == ERR)
			return false;
		else
			return true;
	}
}

static enum ui_result run_list(struct ui *ui, struct list *l)
{
	struct curses_ui *c = curses_self(ui);
	bool again;
	int key;

	do {
		open_list(c, l);
		again = use_list(c, l, &key);
		close_list(l);
		if (key == KEY_F(1))
			curses_help(c, l->help);
		else if (key == ' ')
			toggle(l);
		else if (again)
			curses_common_key(c, key, true);
	} while (again);
	if (key == ERR)
		return UI_STOP;
	return key == KEY_ESCAPE ? UI_BACK : UI_OK;
}

enum ui_result curses_choose(struct ui *ui, struct ui_menu *menu)
{
	struct list l = {
		.title = menu->title, .text = menu->text, .help = menu->help, .keys = CHOOSE_KEYS
	};
	enum ui_result result;

	l.items = menu->items;
	l.n = menu->n;
	l.at = menu->chosen;
	result = run_list(ui, &l);
	menu->chosen = l.at;
	return result;
}

enum ui_result curses_tick(struct ui *ui, struct ui_ticks *ticks)
{
	struct list l = {
		.title = ticks->title, .text = ticks->text, .help = ticks->help, .keys = TICK_KEYS
	};

	if (!ticks->n)
		return UI_OK;
	l.items = ticks->items;
	l.n = ticks->n;
	l.on = ticks->on;
	l.fixed = ticks->fixed;
	return run_list(ui, &l);
}
