/* report.c - a report in memory; see report.h. */
#include "report.h"
#include <common/sha256.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

void report_init(struct report *r)
{
	*r = (struct report){ 0 };
	facts_init(&r->facts);
}

static void free_probe(struct report_probe *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->why[i]);
	free(p->why);
	free(p->name);
	free(p->class);
	free(p->verdict);
}

void report_free(struct report *r)
{
	for (size_t i = 0; i < r->count; i++)
		free_probe(&r->probes[i]);
	free(r->probes);
	free(r->build);
	free(r->system);
	free(r->mode);
	free(r->started);
	free(r->machine);
	free(r->salt);
	facts_free(&r->facts);
	report_init(r);
}

struct report_probe *report_find(const struct report *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (!strcmp(r->probes[i].name, name))
			return &r->probes[i];
	return NULL;
}

struct report_probe *report_add_probe(struct report *r, const char *name, const char *class,
				      int64_t begin)
{
	struct report_probe *p;

	r->probes = xrealloc(r->probes, r->count + 1, sizeof(r->probes[0]));
	p = &r->probes[r->count++];
	*p = (struct report_probe){
		.name = xstrdup(name), .class = xstrdup(class), .begin = begin, .end = -1
	};
	return p;
}

void report_hash(char out[HASH_DIGITS + 1], const char *salt, const void *data, size_t length)
{
	uint8_t hash[SHA256_BYTES];
	char text[2 * SHA256_BYTES + 1];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, salt, strlen(salt));
	/* So that the end of the salt and the beginning of the value are not one text. */
	sha256_add(&s, "", 1);
	sha256_add(&s, data, length);
	sha256_end(&s, hash);
	sha256_text(text, hash);
	memcpy(out, text, HASH_DIGITS);
	out[HASH_DIGITS] = 0;
}
