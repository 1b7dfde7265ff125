/* json.c - see json.h. A cursor goes over the line once; nothing is read at or behind its end. */
#include "json.h"
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
	const char *at, *end;
	const char *why;
};

static bool fail(struct cursor *c, const char *why)
{
	if (!c->why)
		c->why = why;
	return false;
}

/* The next character, 0 at the end. */
static char peek(const struct cursor *c)
{
	return c->at < c->end ? *c->at : 0;
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->end && memchr(" \t\r\n", *c->at, 4))
		c->at++;
}

static bool take(struct cursor *c, char wanted, const char *why)
{
	skip_blanks(c);
	if (peek(c) != wanted)
		return fail(c, why);
	c->at++;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind "\u". */
static bool unicode_escape(struct cursor *c, char *out)
{
	unsigned int code = 0;

	for (unsigned int i = 0; i < 4; i++, c->at++) {
		int digit = hex_digit(peek(c));

		if (digit < 0)
			return fail(c, "\\u needs four hexadecimal digits");
		code = code << 4 | (unsigned int)digit;
	}
	*out = code >= ' ' && code <= '~' ? (char)code : '?';
	return true;
}

static bool escape(struct cursor *c, char *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/?????";
	const char *found = c->at < c->end ? strchr(names, *c->at) : NULL;

	if (found && *c->at) {
		*out = values[found - names];
		c->at++;
		return true;
	}
	if (peek(c) != 'u')
		return fail(c, "an unknown escape in a string");
	c->at++;
	return unicode_escape(c, out);
}

/* A string without its quotes, to be freed; NULL on error. */
static char *string(struct cursor *c)
{
	char *text, *to;

	if (!take(c, '"', "a string is missing"))
		return NULL;
	to = text = xalloc((size_t)(c->end - c->at) + 1);
	while (c->at < c->end && *c->at != '"') {
		char ch = *c->at++;

		if ((unsigned char)ch < ' ') {
			fail(c, "a control character in a string");
			break;
		}
		if (ch == '\\' && !escape(c, &ch))
			break;
		*to++ = ch < ' ' || ch > '~' ? '?' : ch;
	}
	if (c->why || !take(c, '"', "a string without its end")) {
		free(text);
		return NULL;
	}
	*to = 0;
	return xrealloc(text, (size_t)(to - text) + 1, 1);
}

static bool digits(struct cursor *c)
{
	const char *begin = c->at;

	while (peek(c) >= '0' && peek(c) <= '9')
		c->at++;
	return c->at > begin || fail(c, "a digit is missing");
}

/* The sign and digits of a whole number; false with c->why unset when it does not fit. */
static bool to_number(const char *begin, const char *end, int64_t *value)
{
	bool negative = *begin == '-';
	uint64_t n = 0, limit = (uint64_t)INT64_MAX + negative;

	for (const char *p = begin + negative; p < end; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (n > (limit - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*value = negative ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

/* Whole numbers are JSON_NUMBER; what has a fraction, an exponent or no room is JSON_OTHER. */
static bool number(struct cursor *c, struct json_member *m)
{
	const char *begin = c->at;

	c->at += peek(c) == '-';
	if (peek(c) == '0')
		c->at++;
	else if (!digits(c))
		return false;
	m->kind = to_number(begin, c->at, &m->number) ? JSON_NUMBER : JSON_OTHER;
	if (peek(c) == '.') {
		c->at++;
		m->kind = JSON_OTHER;
		if (!digits(c))
			return false;
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		m->kind = JSON_OTHER;
		c->at += peek(c) == '+' || peek(c) == '-';
		return digits(c);
	}
	return true;
}

static bool word(struct cursor *c)
{
	static const char *const words[] = { "true", "false", "null" };

	for (unsigned int i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);

		if ((size_t)(c->end - c->at) >= n && !memcmp(c->at, words[i], n)) {
			c->at += n;
			return true;
		}
	}
	return fail(c, "a value is missing");
}

/* Over a value that nobody asks for, as deep as it may be: brackets are only counted. */
static bool skip_nested(struct cursor *c)
{
	size_t depth = 0;
	char *text;

	do {
		skip_blanks(c);
		if (c->at >= c->end)
			return fail(c, "a bracket without its end");
		if (*c->at == '"') {
			text = string(c);
			if (!text)
				return false;
			free(text);
			continue;
		}
		depth += *c->at == '{' || *c->at == '[';
		depth -= *c->at == '}' || *c->at == ']';
		c->at++;
	} while (depth);
	return true;
}

static void add_item(struct json_member *m, char *text)
{
	m->items = xrealloc(m->items, m->count + 1, sizeof(m->items[0]));
	m->items[m->count++] = text;
}

static bool list_item(struct cursor *c, struct json_member *m)
{
	struct json_member item = { 0 };
	const char *begin = c->at;
	char *text;

	if (peek(c) == '"') {
		text = string(c);
		if (text)
			add_item(m, text);
		return text != NULL;
	}
	if (!number(c, &item))
		return false;
	add_item(m, xstrndup(begin, (size_t)(c->at - begin)));
	return true;
}

static void free_items(struct json_member *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->items[i]);
	free(m->items);
	m->items = NULL;
	m->count = 0;
}

/* "[" is next. A list of other things than strings and numbers is JSON_OTHER. */
static bool list(struct cursor *c, struct json_member *m)
{
	const char *begin = c->at++;

	m->kind = JSON_LIST;
	skip_blanks(c);
	if (peek(c) == ']') {
		c->at++;
		return true;
	}
	for (;;) {
		skip_blanks(c);
		if (!strchr("\"-0123456789", peek(c)) || !peek(c))
			break;
		if (!list_item(c, m))
			return false;
		skip_blanks(c);
		if (peek(c) == ']') {
			c->at++;
			return true;
		}
		if (!take(c, ',', "a comma or ] is missing"))
			return false;
	}
	free_items(m);
	m->kind = JSON_OTHER;
	c->at = begin;
	return skip_nested(c);
}

static bool value(struct cursor *c, struct json_member *m)
{
	skip_blanks(c);
	m->kind = JSON_OTHER;
	switch (peek(c)) {
	case '"':
		m->kind = JSON_STRING;
		m->text = string(c);
		return m->text != NULL;
	case '[':
		return list(c, m);
	case '{':
		return skip_nested(c);
	case '-':
	case '0' ... '9':
		return number(c, m);
	default:
		return word(c);
	}
}

static bool member(struct cursor *c, struct json_object *o)
{
	struct json_member *m;
	char *name = string(c);

	if (!name)
		return false;
	o->members = xrealloc(o->members, o->count + 1, sizeof(o->members[0]));
	m = &o->members[o->count++];
	*m = (struct json_member){ .name = name, .kind = JSON_OTHER };
	return take(c, ':', "a colon is missing") && value(c, m);
}

static bool object(struct cursor *c, struct json_object *o)
{
	if (!take(c, '{', "no object"))
		return false;
	skip_blanks(c);
	if (peek(c) == '}') {
		c->at++;
		return true;
	}
	for (;;) {
		if (!member(c, o))
			return false;
		skip_blanks(c);
		if (peek(c) == '}') {
			c->at++;
			return true;
		}
		if (!take(c, ',', "a comma or } is missing"))
			return false;
	}
}

bool json_parse(const char *line, size_t length, struct json_object *o, const char **why)
{
	struct cursor c = { .at = line, .end = line + length };

	*o = (struct json_object){ 0 };
	if (object(&c, o)) {
		skip_blanks(&c);
		if (c.at < c.end)
			fail(&c, "something stands behind the object");
	}
	*why = c.why;
	return !c.why;
}

void json_free(struct json_object *o)
{
	for (size_t i = 0; i < o->count; i++) {
		free_items(&o->members[i]);
		free(o->members[i].name);
		free(o->members[i].text);
	}
	free(o->members);
	*o = (struct json_object){ 0 };
}

const struct json_member *json_find(const struct json_object *o, const char *name,
				    enum json_kind kind)
{
	for (size_t i = 0; i < o->count; i++)
		if (!strcmp(o->members[i].name, name))
			return o->members[i].kind == kind ? &o->members[i] : NULL;
	return NULL;
}

const char *json_text(const struct json_object *o, const char *name)
{
	const struct json_member *m = json_find(o, name, JSON_STRING);

	return m ? m->text : NULL;
}

int64_t json_number(const struct json_object *o, const char *name, int64_t none)
{
	const struct json_member *m = json_find(o, name, JSON_NUMBER);

	return m ? m->number : none;
}
