/*
 * report_read.c - a report's lines read again.
 *
 * A line's kind is told by its members: "hwtest" the head, "probe" with "fact", "begin" or "end"
 * what a probe did, "end" alone the last.
 */
#include "report.h"
#include "json.h"
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define HIDDEN "(hidden)"

static char *copy(const struct json_object *o, const char *name)
{
	const char *text = json_text(o, name);

	return xstrdup(text ? text : "");
}

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Pairs of hexadecimal digits; what is behind the first that is none is left out. */
static struct fact *read_bytes(struct facts *f, const char *probe, const char *of, const char *key,
			       const char *text)
{
	uint8_t *bytes = xalloc(strlen(text) / 2);
	size_t n = 0;
	struct fact *fact;

	while (hex(text[2 * n]) >= 0 && hex(text[2 * n + 1]) >= 0) {
		bytes[n] = (uint8_t)(hex(text[2 * n]) << 4 | hex(text[2 * n + 1]));
		n++;
	}
	fact = facts_bytes(f, probe, of, key, bytes, n);
	free(bytes);
	return fact;
}

static void read_secret(const struct json_object *o, struct fact *fact)
{
	const struct json_member *range = json_find(o, "secret", JSON_LIST);
	const char *hash = json_text(o, "hash");

	fact->identifying = json_number(o, "identifying", 0) != 0;
	for (size_t i = 0; range && i + 1 < range->count; i += 2)
		facts_hide(fact, strtoul(range->items[i], NULL, 10),
			   strtoul(range->items[i + 1], NULL, 10));
	if (hash)
		fact->hash = xstrdup(hash);
}

static void read_fact(struct report *r, const struct json_object *o, const char *probe,
		      const char *key)
{
	const struct json_member *number = json_find(o, "number", JSON_NUMBER);
	const char *of = json_text(o, "of"), *text = json_text(o, "text");
	const char *bytes = json_text(o, "bytes");
	struct fact *fact = NULL;

	if (number)
		fact = facts_number(&r->facts, probe, of, key, number->number,
				    json_text(o, "unit"));
	else if (bytes)
		fact = read_bytes(&r->facts, probe, of, key, bytes);
	else if (text || json_text(o, "hash"))
		fact = facts_text(&r->facts, probe, of, key, "%s", text ? text : HIDDEN);
	if (fact)
		read_secret(o, fact);
	else
		r->unknown++;
}

static void read_end(struct report *r, const struct json_object *o, const char *probe)
{
	const struct json_member *why = json_find(o, "why", JSON_LIST);
	struct report_probe *p = report_find(r, probe);

	if (!p)
		p = report_add_probe(r, probe, "", 0);
	/* Said twice: the first counts. */
	if (p->end >= 0)
		return;
	p->end = json_number(o, "end", 0);
	p->verdict = copy(o, "verdict");
	for (size_t i = 0; why && i < why->count; i++) {
		p->why = xrealloc(p->why, p->count + 1, sizeof(p->why[0]));
		p->why[p->count++] = xstrdup(why->items[i]);
	}
}

static void read_probe(struct report *r, const struct json_object *o, const char *probe)
{
	const char *class = json_text(o, "class"), *key = json_text(o, "fact");

	if (key)
		read_fact(r, o, probe, key);
	else if (json_find(o, "end", JSON_NUMBER))
		read_end(r, o, probe);
	else if (json_find(o, "begin", JSON_NUMBER) && !report_find(r, probe))
		report_add_probe(r, probe, class ? class : "", json_number(o, "begin", 0));
	else
		r->unknown++;
}

static void read_head(struct report *r, const struct json_object *o)
{
	/* Said twice: the first counts. */
	if (r->build) {
		r->unknown++;
		return;
	}
	r->build = copy(o, "build");
	r->system = copy(o, "system");
	r->mode = copy(o, "mode");
	r->started = copy(o, "started");
	r->machine = copy(o, "machine");
	r->salt = copy(o, "salt");
}

bool report_parse_line(struct report *r, const char *line, size_t length)
{
	const char *probe, *why;
	struct json_object o;
	bool good = json_parse(line, length, &o, &why);

	probe = json_text(&o, "probe");
	if (!good)
		r->bad_why = r->bad_why ? r->bad_why : why;
	else if (probe)
		read_probe(r, &o, probe);
	else if (json_find(&o, "hwtest", JSON_NUMBER))
		read_head(r, &o);
	else if (json_find(&o, "end", JSON_NUMBER))
		r->complete = json_number(&o, "probes", -1) == (int64_t)r->count;
	else
		r->unknown++;
	json_free(&o);
	return good;
}

/* NULL, or why the first line is not the head of a report that this program can read. */
static const char *check_head(const char *line, size_t length)
{
	const char *why;
	struct json_object o;
	bool good = json_parse(line, length, &o, &why);
	int64_t format = good ? json_number(&o, "hwtest", 0) : 0;

	json_free(&o);
	if (format < 1)
		return "this is no report of hwtest";
	return format > REPORT_FORMAT ? "this report is of a newer hwtest" : NULL;
}

const char *report_parse(struct report *r, const char *text, size_t length)
{
	const char *end = text + length, *why = NULL;

	for (unsigned int number = 1; text < end; number++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);

		if (number == 1)
			why = check_head(text, n);
		if (why)
			return why;
		if (n && !report_parse_line(r, text, n) && !r->bad++)
			r->bad_line = number;
		text += n + (stop != NULL);
	}
	return r->build ? NULL : "this is no report of hwtest";
}
