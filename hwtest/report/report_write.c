/* report_write.c - a report's lines. Strings are ASCII and are written with JSON's escapes. */
#include "report.h"
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fputc('\\', out);
		fputc(*p < ' ' || *p > '~' ? '?' : *p, out);
	}
	fputc('"', out);
}

/* A member behind the first, if it has a value. */
static void put_member(FILE *out, const char *name, const char *text)
{
	if (!text)
		return;
	fprintf(out, ",\"%s\":", name);
	put_string(out, text);
}

void report_write_head(FILE *out, const struct report *r)
{
	fprintf(out, "{\"hwtest\":%d", REPORT_FORMAT);
	put_member(out, "build", r->build);
	put_member(out, "system", r->system);
	put_member(out, "mode", r->mode);
	put_member(out, "machine", r->machine);
	put_member(out, "started", r->started);
	put_member(out, "salt", r->salt);
	fputs("}\n", out);
}

void report_write_begin(FILE *out, const struct report_probe *p)
{
	fputs("{\"probe\":", out);
	put_string(out, p->name);
	put_member(out, "class", p->class);
	fprintf(out, ",\"begin\":%lld}\n", (long long)p->begin);
}

/* The bytes, the secret ones as zeros if they are to be hidden. */
static void put_bytes(FILE *out, const struct fact *fact, bool hide)
{
	for (size_t i = 0; i < fact->count; i++)
		fprintf(out, "%02x", hide && facts_is_hidden(fact, i) ? 0 : fact->bytes[i]);
}

static bool has_secret_range(const struct fact *fact)
{
	for (size_t i = 0; fact->kind == FACT_BYTES && i < fact->count; i++)
		if (facts_is_hidden(fact, i))
			return true;
	return false;
}

static void hash_secrets(char out[HASH_DIGITS + 1], const struct fact *fact, const char *salt)
{
	uint8_t *secret = xalloc(fact->count);
	size_t n = 0;

	for (size_t i = 0; i < fact->count; i++)
		if (facts_is_hidden(fact, i))
			secret[n++] = fact->bytes[i];
	report_hash(out, salt, secret, n);
	free(secret);
}

/* What is to be hashed: the whole value, or of its bytes the secret ones in their order. */
static void hash_value(char out[HASH_DIGITS + 1], const struct fact *fact, const char *salt)
{
	char number[24];

	if (fact->kind == FACT_TEXT) {
		report_hash(out, salt, fact->text, strlen(fact->text));
	} else if (fact->kind == FACT_NUMBER) {
		(void)snprintf(number, sizeof(number), "%lld", (long long)fact->number);
		report_hash(out, salt, number, strlen(number));
	} else if (fact->identifying) {
		report_hash(out, salt, fact->bytes, fact->count);
	} else {
		hash_secrets(out, fact, salt);
	}
}

static void put_ranges(FILE *out, const struct fact *fact)
{
	fputs(",\"secret\":[", out);
	for (size_t i = 0; i < fact->secret_count; i++)
		fprintf(out, "%s%zu,%zu", i ? "," : "", fact->secrets[i].at,
			fact->secrets[i].length);
	fputc(']', out);
}

static void put_value(FILE *out, const struct fact *fact, bool hide)
{
	if (fact->kind == FACT_TEXT) {
		put_member(out, "text", fact->text);
	} else if (fact->kind == FACT_NUMBER) {
		fprintf(out, ",\"number\":%lld", (long long)fact->number);
		put_member(out, "unit", *fact->unit ? fact->unit : NULL);
	} else {
		fputs(",\"bytes\":\"", out);
		put_bytes(out, fact, hide);
		fputc('"', out);
	}
}

void report_write_fact(FILE *out, const struct fact *fact, const char *salt)
{
	bool range = has_secret_range(fact), secret = fact->identifying || range;
	bool hide = secret && salt && !fact->hash;
	char hash[HASH_DIGITS + 1];

	fputs("{\"probe\":", out);
	put_string(out, fact->probe);
	put_member(out, "of", fact->subject);
	put_member(out, "fact", fact->key);
	if (hide)
		hash_value(hash, fact, salt);
	put_member(out, "hash", fact->hash ? fact->hash : hide ? hash : NULL);
	if (!fact->identifying || !(hide || fact->hash))
		put_value(out, fact, hide);
	if (fact->identifying)
		fputs(",\"identifying\":1", out);
	else if (range)
		put_ranges(out, fact);
	fputs("}\n", out);
}

void report_write_end(FILE *out, const struct report_probe *p)
{
	fputs("{\"probe\":", out);
	put_string(out, p->name);
	fprintf(out, ",\"end\":%lld", (long long)p->end);
	put_member(out, "verdict", p->verdict);
	fputs(",\"why\":[", out);
	for (size_t i = 0; i < p->count; i++) {
		if (i)
			fputc(',', out);
		put_string(out, p->why[i]);
	}
	fputs("]}\n", out);
}

void report_write_last(FILE *out, int64_t end, size_t probes)
{
	fprintf(out, "{\"end\":%lld,\"probes\":%zu}\n", (long long)end, probes);
}
