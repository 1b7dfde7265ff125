/* What the files of the curses implementation share: the terminal, its frame, keys. */
#ifndef INSTALLER_UI_CURSES_INTERNAL_H
#define INSTALLER_UI_CURSES_INTERNAL_H

#include <installer/ui/ui.h>
#include <curses.h>

struct curses_ui {
	struct ui ui;
	bool colour;
	const char *progress_what; /* whose frame is on the screen; NULL: none */
	long long progress_drawn;  /* when, in ms */
};

enum shade {
	SHADE_TEXT,
	SHADE_TITLE,
	SHADE_KEYS,
	SHADE_BAR,
	SHADE_REFUSED,
};

#define KEY_ESCAPE 27
#define MARGIN	   2

static inline struct curses_ui *curses_self(struct ui *ui)
{
	return (struct curses_ui *)ui;
}

chtype curses_shade(const struct curses_ui *c, enum shade shade);
/* An empty screen with title and keys; the text wrapped below the title, at most `most` lines of
 * it. The first row below. */
int curses_frame(struct curses_ui *c, const char *title, const char *text, const char *keys,
		 int most);
/* Writes at most so many columns. */
void curses_put(int row, int column, int columns, const char *text);
/* A text between the margins, at most so many rows of it. */
void curses_put_text(int row, int rows, const char *text);
/* Shell (F2, !) and a new size of the terminal; true when the screen must be drawn again. */
bool curses_common_key(struct curses_ui *c, int key, bool bang);
/* The key, or ERR for ever when the terminal is gone: then ui_stop() was called. */
int curses_key(struct curses_ui *c);
/* A text that scrolls; UI_OK with Enter, UI_BACK with Esc. */
enum ui_result curses_page(struct ui *ui, const char *title, const char *text);
void curses_help(struct curses_ui *c, const char *help);

enum ui_result curses_choose(struct ui *ui, struct ui_menu *menu);
enum ui_result curses_tick(struct ui *ui, struct ui_ticks *ticks);
enum ui_result curses_form(struct ui *ui, struct ui_form *form);

#endif
