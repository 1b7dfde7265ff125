/* facts.c - see facts.h. */
#include "facts.h"
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

const char *const facts_units[] = { "us", "ms",	  "ppm",   "bytes", "sectors",
				    "hz", "kbps", "times", NULL };

void facts_init(struct facts *f)
{
	f->first = NULL;
	f->end = &f->first;
}

static void fact_free(struct fact *fact)
{
	free(fact->probe);
	free(fact->subject);
	free(fact->key);
	free(fact->text);
	free(fact->bytes);
	free(fact->secrets);
	free(fact->hash);
	free(fact);
}

void facts_free(struct facts *f)
{
	struct fact *next;

	for (struct fact *fact = f->first; fact; fact = next) {
		next = fact->next;
		fact_free(fact);
	}
	facts_init(f);
}

static char *ascii(char *text)
{
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return text;
}

static struct fact *append(struct facts *f, const char *probe, const char *subject, const char *key,
			   enum fact_kind kind)
{
	struct fact *fact = xalloc(sizeof(*fact));

	fact->probe = ascii(xstrdup(probe));
	fact->subject = ascii(xstrdup(subject ? subject : ""));
	fact->key = ascii(xstrdup(key));
	fact->kind = kind;
	fact->unit = "";
	*f->end = fact;
	f->end = &fact->next;
	return fact;
}

struct fact *facts_vtext(struct facts *f, const char *probe, const char *subject, const char *key,
			 const char *format, va_list args)
{
	struct fact *fact = append(f, probe, subject, key, FACT_TEXT);

	fact->text = ascii(xvasprintf(format, args));
	return fact;
}

struct fact *facts_text(struct facts *f, const char *probe, const char *subject, const char *key,
			const char *format, ...)
{
	struct fact *fact;
	va_list args;

	va_start(args, format);
	fact = facts_vtext(f, probe, subject, key, format, args);
	va_end(args);
	return fact;
}

const char *facts_unit(const char *name)
{
	for (unsigned int i = 0; name && facts_units[i]; i++)
		if (!strcmp(name, facts_units[i]))
			return facts_units[i];
	return "";
}

struct fact *facts_number(struct facts *f, const char *probe, const char *subject, const char *key,
			  int64_t number, const char *unit)
{
	struct fact *fact = append(f, probe, subject, key, FACT_NUMBER);

	fact->number = number;
	fact->unit = facts_unit(unit);
	return fact;
}

struct fact *facts_bytes(struct facts *f, const char *probe, const char *subject, const char *key,
			 const void *bytes, size_t count)
{
	struct fact *fact = append(f, probe, subject, key, FACT_BYTES);

	fact->bytes = xalloc(count);
	if (count)
		memcpy(fact->bytes, bytes, count);
	fact->count = count;
	return fact;
}

void facts_hide(struct fact *fact, size_t at, size_t length)
{
	fact->secrets = xrealloc(fact->secrets, fact->secret_count + 1, sizeof(fact->secrets[0]));
	fact->secrets[fact->secret_count++] = (struct fact_range){ at, length };
}

bool facts_is_hidden(const struct fact *fact, size_t at)
{
	for (size_t i = 0; i < fact->secret_count; i++)
		if (at >= fact->secrets[i].at && at - fact->secrets[i].at < fact->secrets[i].length)
			return true;
	return false;
}

static bool matches(const struct fact *fact, const char *probe, const char *subject,
		    const char *key)
{
	return !strcmp(fact->key, key) && !strcmp(fact->probe, probe) &&
	       (!subject || !strcmp(fact->subject, subject));
}

static const struct fact *find_from(const struct fact *at, const char *probe, const char *subject,
				    const char *key)
{
	while (at && !matches(at, probe, subject, key))
		at = at->next;
	return at;
}

const struct fact *facts_find(const struct facts *f, const char *probe, const char *subject,
			      const char *key)
{
	return find_from(f->first, probe, subject, key);
}

const struct fact *facts_next(const struct facts *f, const struct fact *from, const char *probe,
			      const char *key)
{
	return find_from(from ? from->next : f->first, probe, NULL, key);
}

/* The first of that kind: a report from outside may have a text where a number belongs. */
static const struct fact *find_kind(const struct facts *f, const char *probe, const char *subject,
				    const char *key, enum fact_kind kind)
{
	const struct fact *fact = facts_find(f, probe, subject, key);

	return fact && fact->kind == kind ? fact : NULL;
}

const char *facts_get_text(const struct facts *f, const char *probe, const char *subject,
			   const char *key)
{
	const struct fact *fact = find_kind(f, probe, subject, key, FACT_TEXT);

	return fact ? fact->text : NULL;
}

int64_t facts_get_number(const struct facts *f, const char *probe, const char *subject,
			 const char *key, int64_t none)
{
	const struct fact *fact = find_kind(f, probe, subject, key, FACT_NUMBER);

	return fact ? fact->number : none;
}

const struct fact *facts_get_bytes(const struct facts *f, const char *probe, const char *subject,
				   const char *key, size_t least)
{
	const struct fact *fact = find_kind(f, probe, subject, key, FACT_BYTES);

	return fact && fact->count >= least ? fact : NULL;
}
