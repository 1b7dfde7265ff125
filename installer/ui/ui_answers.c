/* The unattended implementation of struct ui: every question is looked up by its key. Whatever is
 * not clear stops. */
#define _GNU_SOURCE
#include <installer/ui/ui.h>
#include <installer/ui/amount.h>
#include <installer/ui/answer_keys.h>
#include <installer/ui/answers.h>
#include <installer/ui/progress_line.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct unattended {
	struct ui ui;
	struct answers *answers;
	FILE *out;
	struct progress_line progress;
};

static struct unattended *self(struct ui *ui)
{
	return (struct unattended *)ui;
}

static const char *accepted(const char *key)
{
	const struct answer_key *known = answer_key_find(key);

	return known ? known->accepted : "nothing";
}

/* A key that need not be there may also be there without being asked for. */
static bool has_default(const char *key)
{
	const struct answer_key *known = answer_key_find(key);

	return known && known->otherwise;
}

static enum ui_result missing(struct ui *ui, const char *key)
{
	return ui_stop(ui, "%s: the key `%s` is missing; accepted: %s", self(ui)->answers->file,
		       key, accepted(key));
}

static enum ui_result wrong(struct ui *ui, const struct answer *a, const char *what,
			    const char *list)
{
	return ui_stop(ui, "%s:%u: %s = %s: %s; accepted here: %s", self(ui)->answers->file,
		       a->line, a->key, a->value, what, list);
}

static bool item_has(const struct ui_item *item, const char *word, size_t length)
{
	const char *const *p;

	for (p = item->answers; *p; p++)
		if (strlen(*p) == length && !strncasecmp(*p, word, length))
			return true;
	return false;
}

/* Every word that would do. */
static char *words_of(const struct ui_item *items, size_t n)
{
	struct xtext list = { 0 };
	const char *const *p;
	size_t i;

	for (i = 0; i < n; i++) {
		if (items[i].refused)
			continue;
		for (p = items[i].answers; *p; p++)
			xtext_add(&list, "%s%s", list.length ? ", " : "", *p);
	}
	return list.text ? list.text : xstrdup("nothing");
}

/* How many items a word means; the last of them in `at`. */
static size_t matches(const struct ui_item *items, size_t n, const char *word, size_t length,
		      size_t *at)
{
	size_t i, found = 0;

	for (i = 0; i < n; i++)
		if (item_has(&items[i], word, length)) {
			*at = i;
			found++;
		}
	return found;
}

static enum ui_result look_up(struct ui *ui, const struct answer *a, const char *word,
			      size_t length, const struct ui_item *items, size_t n, size_t *at)
{
	size_t found = matches(items, n, word, length, at);
	enum ui_result result = UI_OK;
	char *list, *why = NULL;

	if (found == 1 && !items[*at].refused)
		return UI_OK;
	list = words_of(items, n);
	if (found == 1)
		why = xasprintf("cannot be taken: %s", items[*at].refused);
	else if (found)
		why = xasprintf("`%.*s` fits %zu of them", (int)length, word, found);
	else
		why = xasprintf("there is no `%.*s`", (int)length, word);
	result = wrong(ui, a, why, list);
	free(why);
	free(list);
	return result;
}

static enum ui_result unattended_choose(struct ui *ui, struct ui_menu *menu)
{
	struct answer *a = answers_find(self(ui)->answers, menu->key);

	if (!a && has_default(menu->key))
		return UI_OK;
	if (!a)
		return missing(ui, menu->key);
	return look_up(ui, a, a->value, strlen(a->value), menu->items, menu->n, &menu->chosen);
}

static void tick_all(struct ui_ticks *ticks, bool on)
{
	size_t i;

	for (i = 0; i < ticks->n; i++)
		if (!ticks->fixed || !ticks->fixed[i])
			ticks->on[i] = on && !ticks->items[i].refused;
}

/* Words with commas or blanks between them; two commas in a row are a word that is missing. */
static enum ui_result tick_words(struct ui *ui, const struct answer *a, struct ui_ticks *ticks)
{
	const char *p = a->value;
	enum ui_result result;
	size_t length, at = 0;

	for (;;) {
		length = strcspn(p, ", \t");
		result = look_up(ui, a, p, length, ticks->items, ticks->n, &at);
		if (result != UI_OK)
			return result;
		ticks->on[at] = true;
		p += length;
		p += strspn(p, " \t");
		if (!*p)
			return UI_OK;
		if (*p == ',')
			p++;
		p += strspn(p, " \t");
	}
}

static enum ui_result unattended_tick(struct ui *ui, struct ui_ticks *ticks)
{
	struct answer *a = answers_find(self(ui)->answers, ticks->key);
	bool all;

	if (!a)
		return missing(ui, ticks->key);
	all = !strcasecmp(a->value, "all");
	tick_all(ticks, all);
	if (all || !strcasecmp(a->value, "none"))
		return UI_OK;
	if (!*a->value)
		return wrong(ui, a, "nothing is answered", accepted(ticks->key));
	return tick_words(ui, a, ticks);
}

static enum ui_result answer_field(struct ui *ui, struct ui_field *field)
{
	struct answer *a = answers_find(self(ui)->answers, field->key);
	enum ui_result result = UI_OK;
	char *complaint;

	if (!a && field->optional) {
		ui_field_set(field, "");
		return UI_OK;
	}
	if (!a)
		return missing(ui, field->key);
	complaint = ui_field_complaint(field, a->value);
	if (complaint && field->secret)
		result = ui_stop(ui, "%s:%u: %s: %s; accepted: %s", self(ui)->answers->file,
				 a->line, a->key, complaint, accepted(a->key));
	else if (complaint)
		result = wrong(ui, a, complaint, accepted(a->key));
	else
		ui_field_set(field, a->value);
	free(complaint);
	return result;
}

static enum ui_result unattended_form(struct ui *ui, struct ui_form *form)
{
	enum ui_result result = UI_OK;
	size_t i;

	for (i = 0; i < form->n && result == UI_OK; i++)
		result = answer_field(ui, &form->fields[i]);
	return result;
}

/* A rehearsal needs no word; a wrong one would stop what is rehearsed. */
static enum ui_result unattended_rehearse(struct ui *ui, const struct ui_consent *consent)
{
	struct answer *a = answers_find(self(ui)->answers, consent->key);

	if (!a || !strcmp(a->value, consent->word))
		return UI_OK;
	return wrong(ui, a, "is not the word for what is about to be done", consent->word);
}

static enum ui_result unattended_consent(struct ui *ui, const struct ui_consent *consent)
{
	fprintf(self(ui)->out, "%s\n", consent->text);
	fflush(self(ui)->out);
	if (!answers_find(self(ui)->answers, consent->key))
		return missing(ui, consent->key);
	return unattended_rehearse(ui, consent);
}

static enum ui_result unattended_page(struct ui *ui, const char *title, const char *text)
{
	fprintf(self(ui)->out, "== %s\n%s\n", title, text);
	fflush(self(ui)->out);
	return UI_OK;
}

static void unattended_progress(struct ui *ui, const struct ui_progress *progress)
{
	progress_line(&self(ui)->progress, self(ui)->out, progress);
}

static enum ui_result unattended_answered(struct ui *ui)
{
	const struct answer *a = answers_unused(self(ui)->answers);
	const struct answer_key *key;

	if (!a)
		return UI_OK;
	key = answer_key_find(a->key);
	return ui_stop(ui,
		       "%s:%u: `%s` is answered, but nobody asks it here; it is accepted when: %s",
		       self(ui)->answers->file, a->line, a->key, key->when);
}

static void unattended_close(struct ui *ui)
{
	free(ui);
}

static const struct ui_ops unattended_ops = {
	.choose = unattended_choose,
	.tick = unattended_tick,
	.form = unattended_form,
	.consent = unattended_consent,
	.rehearse = unattended_rehearse,
	.page = unattended_page,
	.message = unattended_page,
	.progress = unattended_progress,
	.answered = unattended_answered,
	.close = unattended_close,
};

struct ui *ui_answers_open(struct answers *answers, FILE *out)
{
	struct unattended *u = xalloc(sizeof(*u));

	u->ui.ops = &unattended_ops;
	u->answers = answers;
	u->out = out;
	return &u->ui;
}
