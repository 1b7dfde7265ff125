/*
 * json.h - one line of JSON lines: an object whose members are strings, whole numbers and lists of
 * these. Pure.
 *
 * Reading is strict in form (RFC 8259) and tolerant in content: a member of any other type (nested
 * objects, fractions, true, null) is checked for form and then is JSON_OTHER. Characters that are
 * not ASCII become '?'. Members keep their order; of two with one name the first is found.
 *
 * The object owns what it points to. Errors: a text for the user.
 */
#ifndef HWTEST_REPORT_JSON_H
#define HWTEST_REPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_kind {
	JSON_STRING,
	JSON_NUMBER,
	JSON_LIST, /* of strings; numbers in it are strings too */
	JSON_OTHER
};

struct json_member {
	char *name;
	enum json_kind kind;
	char *text; /* JSON_STRING */
	int64_t number;
	char **items; /* JSON_LIST */
	size_t count;
};

struct json_object {
	struct json_member *members;
	size_t count;
};

/* Parses line[0..length). false: not an object; *why says what is wrong. Free it in either case. */
bool json_parse(const char *line, size_t length, struct json_object *o, const char **why);
void json_free(struct json_object *o);

const struct json_member *json_find(const struct json_object *o, const char *name,
				    enum json_kind kind);
const char *json_text(const struct json_object *o, const char *name); /* NULL: there is none */
int64_t json_number(const struct json_object *o, const char *name, int64_t none);

#endif
