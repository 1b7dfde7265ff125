#define _GNU_SOURCE
#include <installer/ui/answers.h>
#include <installer/ui/answer_keys.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An answer file is some dozens of lines; what is longer is something else. */
#define LONGEST_FILE (1024 * 1024)

struct line {
	const char *start, *end;
	unsigned int number;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void trim(const char **start, const char **end)
{
	while (*start < *end && is_blank(**start))
		(*start)++;
	while (*end > *start && is_blank((*end)[-1]))
		(*end)--;
}

/* A control character cannot be meant, and NUL would cut a value short. */
static const char *find_control(const struct line *line)
{
	const char *p;

	for (p = line->start; p < line->end; p++)
		if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
			return p;
	return NULL;
}

/* What stands between double quotes; NULL when they are not closed at the end of the value. */
static char *unquote(const char *start, const char *end)
{
	char *value = xalloc((size_t)(end - start) + 1), *to = value;
	const char *p = start + 1;

	for (; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
			p++;
		*to++ = *p;
	}
	if (p + 1 == end)
		return value;
	free(value);
	return NULL;
}

static char *value_of(const char *start, const char *end)
{
	trim(&start, &end);
	if (start < end && *start == '"')
		return unquote(start, end);
	return xstrndup(start, (size_t)(end - start));
}

static const struct answer *find(const struct answers *answers, const char *key)
{
	size_t i;

	for (i = 0; i < answers->n; i++)
		if (!strcmp(answers->list[i].key, key))
			return &answers->list[i];
	return NULL;
}

static char *unknown_key(const struct answers *answers, unsigned int line, const char *key)
{
	char *names = answer_keys_list();
	char *complaint = xasprintf("%s:%u: the key `%s` is not known; the keys are: %s",
				    answers->file, line, key, names);

	free(names);
	return complaint;
}

static void add(struct answers *answers, const char *key, char *value, unsigned int line)
{
	struct answer *a;

	answers->list = xrealloc(answers->list, answers->n + 1, sizeof(*a));
	a = &answers->list[answers->n++];
	*a = (struct answer){ .key = key, .value = value, .line = line };
}

static char *take_pair(struct answers *answers, const struct line *line, const char *key,
		       const char *value)
{
	const struct answer_key *known = answer_key_find(key);
	const struct answer *before;
	char *text;

	if (!known)
		return unknown_key(answers, line->number, key);
	before = find(answers, known->name);
	if (before)
		return xasprintf(
			"%s:%u: `%s` is answered a second time, first in line %u; one is accepted",
			answers->file, line->number, key, before->line);
	text = value_of(value, line->end);
	if (!text)
		return xasprintf(
			"%s:%u: %s: the quotes are not closed at the end of the value; accepted: "
			"\"value\", with \\\" for a quote",
			answers->file, line->number, key);
	add(answers, known->name, text, line->number);
	return NULL;
}

static char *take_line(struct answers *answers, const struct line *line)
{
	const char *start = line->start, *end = line->end, *equals, *key_end;
	char *key, *complaint;

	if (find_control(line))
		return xasprintf(
			"%s:%u: has a control character; accepted is plain text: key = value",
			answers->file, line->number);
	trim(&start, &end);
	if (start == end || *start == '#')
		return NULL;
	equals = memchr(start, '=', (size_t)(end - start));
	if (!equals || equals == start)
		return xasprintf(
			"%s:%u: `%.*s` is no answer; accepted: key = value, # comment, or nothing",
			answers->file, line->number, (int)(end - start > 60 ? 60 : end - start),
			start);
	key_end = equals;
	trim(&start, &key_end);
	key = xstrndup(start, (size_t)(key_end - start));
	complaint = take_pair(answers, line, key, equals + 1);
	free(key);
	return complaint;
}

/* Some editors put a mark that nobody sees before UTF-8. */
static const char *skip_mark(const char *text, size_t length)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' };

	return length >= sizeof(mark) && !memcmp(text, mark, sizeof(mark)) ? text + sizeof(mark)
									   : text;
}

char *answers_parse(struct answers *answers, const char *file, const char *text, size_t length)
{
	struct line line = { .start = skip_mark(text, length) };
	const char *end = text + length, *newline;
	char *complaint = NULL;

	*answers = (struct answers){ .file = xstrdup(file) };
	while (line.start < end && !complaint) {
		newline = memchr(line.start, '\n', (size_t)(end - line.start));
		if (!newline)
			newline = end;
		line.end = newline;
		if (line.end > line.start && line.end[-1] == '\r')
			line.end--;
		line.number++;
		complaint = take_line(answers, &line);
		line.start = newline < end ? newline + 1 : end;
	}
	if (complaint)
		answers_free(answers);
	return complaint;
}

static char *read_all(FILE *f, size_t *length)
{
	char *text = NULL;
	size_t n = 0, got;

	do {
		text = xrealloc(text, n + 4096, 1);
		got = fread(text + n, 1, 4096, f);
		n += got;
	} while (got && n <= LONGEST_FILE);
	*length = n;
	return text;
}

char *answers_load(struct answers *answers, const char *file)
{
	FILE *f = fopen(file, "re");
	char *text, *complaint;
	size_t length;

	*answers = (struct answers){ 0 };
	if (!f)
		return xasprintf("%s: %s", file, strerror(errno));
	text = read_all(f, &length);
	if (ferror(f))
		complaint = xasprintf("%s: cannot be read: %s", file, strerror(errno));
	else if (length > LONGEST_FILE)
		complaint = xasprintf("%s: is longer than 1 MB, which is no answer file", file);
	else
		complaint = answers_parse(answers, file, text, length);
	free(text);
	fclose(f);
	return complaint;
}

void answers_free(struct answers *answers)
{
	while (answers->n)
		free(answers->list[--answers->n].value);
	free(answers->list);
	free(answers->file);
	*answers = (struct answers){ 0 };
}

struct answer *answers_find(struct answers *answers, const char *key)
{
	struct answer *a = (struct answer *)find(answers, key);

	if (a)
		a->used = true;
	return a;
}

const struct answer *answers_unused(const struct answers *answers)
{
	size_t i;

	for (i = 0; i < answers->n; i++)
		if (!answers->list[i].used && !answer_key_find(answers->list[i].key)->otherwise)
			return &answers->list[i];
	return NULL;
}
