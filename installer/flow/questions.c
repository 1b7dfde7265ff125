/* The order of questions, and the way back. */
#define _GNU_SOURCE
#include "install.h"
#include <common/xalloc.h>
#include <stdlib.h>

#define MOST_ROWS 8

enum ui_result ask_rows(struct install *in, const char *key, const char *title, const char *text,
			const struct row *rows, size_t *chosen)
{
	const char *answers[MOST_ROWS][2];
	struct ui_item items[MOST_ROWS];
	struct ui_menu menu = {
		.key = key, .title = title, .text = text, .items = items, .chosen = *chosen
	};
	enum ui_result result;

	menu.help = help_of(key);
	for (; rows[menu.n].label && menu.n < MOST_ROWS; menu.n++) {
		answers[menu.n][0] = rows[menu.n].answer;
		answers[menu.n][1] = NULL;
		items[menu.n] = (struct ui_item){ .label = rows[menu.n].label,
						  .detail = rows[menu.n].detail };
		items[menu.n].answers = answers[menu.n];
	}
	result = ui_choose(in->ui, &menu);
	*chosen = menu.chosen;
	return result;
}

enum ui_result ask_line(struct install *in, struct ui_field field, const char *title,
			const char *text, const char *proposal, char **value)
{
	enum ui_result result;

	field.value = xstrdup(*value ? *value : proposal);
	result = ui_ask(in->ui, title, text, &field);
	if (result == UI_OK) {
		free(*value);
		*value = field.value;
	} else {
		free(field.value);
	}
	return result;
}

static const struct question *question_at(size_t at)
{
	static size_t n_disk;

	if (!n_disk)
		while (disk_questions[n_disk].ask)
			n_disk++;
	return at < n_disk ? &disk_questions[at] : &system_questions[at - n_disk];
}

static bool applies(const struct install *in, size_t at)
{
	const struct question *q = question_at(at);

	return !q->applies || q->applies(in);
}

/* To the question before; false when there is none. */
static bool step_back(const struct install *in, size_t *at)
{
	size_t before = *at;

	while (before) {
		before--;
		if (applies(in, before)) {
			*at = before;
			return true;
		}
	}
	return false;
}

static size_t behind_last(void)
{
	size_t n = 0;

	while (question_at(n)->ask)
		n++;
	return n;
}

enum ui_result ask_all(struct install *in, bool from_last)
{
	enum ui_result result;
	size_t at = from_last ? behind_last() : 0;

	if (from_last && !step_back(in, &at))
		return UI_BACK;
	while (question_at(at)->ask) {
		if (!applies(in, at)) {
			at++;
			continue;
		}
		result = question_at(at)->ask(in);
		if (result == UI_STOP)
			return UI_STOP;
		if (result == UI_OK)
			at++;
		else if (!step_back(in, &at))
			return UI_BACK;
	}
	return UI_OK;
}
