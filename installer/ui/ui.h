/*
 * How the installer talks with a person, or with an answer file that stands for one.
 *
 * Contract: a question is a structure that says everything about itself; ui_choose() and its kin
 * ask it and put the answer in. The three implementations (curses, plain text, answer file) differ
 * in nothing else, so whoever asks does not know which it is. Every question has a key: the name
 * under which an answer file answers it (answer_keys.h lists them).
 *
 * Results: UI_OK, answered; UI_BACK, the person wants the question before; UI_STOP, there will be
 * no answer (input ended, the answer file is wrong, the terminal is gone) and `why` of struct ui
 * says so in words. Nothing is asked again after UI_STOP. No other errors; allocation failure ends
 * the program (xalloc.h).
 *
 * Strings are UTF-8, of which ASCII is used; texts have one paragraph to a line and are wrapped
 * here; a line that begins with a blank is a row of a table and is left alone. Amounts are bytes.
 * Locking: none, one thread. Nothing here writes to a disk.
 */
#ifndef INSTALLER_UI_UI_H
#define INSTALLER_UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum ui_result {
	UI_OK,
	UI_BACK,
	UI_STOP,
};

/* One of several. `answers` are the words an answer file may use for it, ended by NULL; the first
 * is the usual one. */
struct ui_item {
	const char *label;
	const char *detail;  /* behind the label; may be NULL */
	const char *refused; /* why it cannot be taken; NULL: it can */
	const char *const *answers;
};

struct ui_menu {
	const char *key, *title, *text, *help;
	const struct ui_item *items;
	size_t n;
	size_t chosen; /* in: where the bar stands; out: the answer */
};

/* Any number of several; `fixed` ones cannot be changed. */
struct ui_ticks {
	const char *key, *title, *text, *help;
	const struct ui_item *items;
	size_t n;
	bool *on;
	const bool *fixed;
};

/* A line to be typed. `value` is the field's own memory (malloc or NULL): the proposal before, the
 * answer behind. */
struct ui_field {
	const char *key, *label, *help;
	char *value;
	bool secret;   /* typed twice and not shown; an answer file may say hash:CRYPT */
	bool optional; /* may be empty */
	/* NULL when the value will do, or what is wrong with it, in memory that the caller frees.
	 */
	char *(*check)(const char *value, void *arg);
	void *arg;
};

struct ui_form {
	const char *title, *text, *help;
	struct ui_field *fields;
	size_t n;
};

/* `word` must be typed, or nothing happens. */
struct ui_consent {
	const char *key, *title, *text, *word;
};

struct ui_progress {
	const char *what;     /* "Copying files" */
	const char *item;     /* the file at hand; may be NULL */
	uint64_t done, total; /* bytes */
};

struct ui;

struct ui_ops {
	enum ui_result (*choose)(struct ui *ui, struct ui_menu *menu);
	enum ui_result (*tick)(struct ui *ui, struct ui_ticks *ticks);
	enum ui_result (*form)(struct ui *ui, struct ui_form *form);
	enum ui_result (*consent)(struct ui *ui, const struct ui_consent *consent);
	/* Would it consent? Nobody is asked. NULL: nothing is known of it. */
	enum ui_result (*rehearse)(struct ui *ui, const struct ui_consent *consent);
	enum ui_result (*page)(struct ui *ui, const char *title, const char *text);
	enum ui_result (*message)(struct ui *ui, const char *title, const char *text);
	void (*progress)(struct ui *ui, const struct ui_progress *progress);
	/* Gives the terminal away and takes it back. NULL: there is nobody to use a shell. */
	void (*suspend)(struct ui *ui);
	void (*resume)(struct ui *ui);
	/* An answer file tells here whether every answer was asked for; NULL: nothing to tell. */
	enum ui_result (*answered)(struct ui *ui);
	void (*close)(struct ui *ui);
};

struct ui {
	const struct ui_ops *ops;
	char *why; /* after UI_STOP */
	/* Told of every question and answer, secrets left out; may be NULL. */
	void (*note)(void *arg, const char *line);
	void *note_arg;
};

enum ui_result ui_choose(struct ui *ui, struct ui_menu *menu);
enum ui_result ui_tick(struct ui *ui, struct ui_ticks *ticks);
enum ui_result ui_form(struct ui *ui, struct ui_form *form);
enum ui_result ui_ask(struct ui *ui, const char *title, const char *text, struct ui_field *field);
enum ui_result ui_consent(struct ui *ui, const struct ui_consent *consent);
/* Instead, where nothing follows: the text is read, and an answer file's word is looked at. */
enum ui_result ui_rehearse(struct ui *ui, const struct ui_consent *consent);
/* A text to be read: scrolls when it is longer than the screen. */
enum ui_result ui_page(struct ui *ui, const char *title, const char *text);
/* A short text that waits for Enter where there is somebody to press it. */
enum ui_result ui_message(struct ui *ui, const char *title, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void ui_progress(struct ui *ui, const struct ui_progress *progress);
/* All questions are asked: an answer file with an answer that nobody wanted stops here. */
enum ui_result ui_answered(struct ui *ui);
void ui_close(struct ui *ui);

/* Says why there will be no answer; the first reason stays. Always UI_STOP. */
enum ui_result ui_stop(struct ui *ui, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Lends the terminal to a shell until that ends. */
void ui_shell(struct ui *ui);
/* What is wrong with a value, or NULL; in memory that the caller frees. */
char *ui_field_complaint(const struct ui_field *field, const char *value);
void ui_field_set(struct ui_field *field, const char *value);

/* Each is NULL when it cannot be had: no such terminal, no memory. The files stay the caller's. */
struct ui *ui_text_open(FILE *in, FILE *out);
struct ui *ui_curses_open(void);
struct answers;
/* Questions are answered from `answers`, which stay the caller's; what happens is told on `out`. */
struct ui *ui_answers_open(struct answers *answers, FILE *out);

#endif
