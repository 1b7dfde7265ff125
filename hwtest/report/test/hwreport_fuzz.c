/*
 * hwreport_fuzz.c - any bytes as a report: read, judged and described by every rule, written and
 * read again, where it must be the same.
 */
// LINK: hwtest/report/facts.c hwtest/report/json.c hwtest/report/report.c
// LINK: hwtest/report/report_read.c hwtest/report/report_write.c
// LINK: common/xalloc.c common/sha256.c
#include <host/host.h>
#include "../report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(FILE *out, const struct report *r)
{
	report_write_head(out, r);
	for (size_t i = 0; i < r->count; i++) {
		report_write_begin(out, &r->probes[i]);
		if (r->probes[i].end >= 0)
			report_write_end(out, &r->probes[i]);
	}
	for (const struct fact *fact = r->facts.first; fact; fact = fact->next)
		report_write_fact(out, fact, "salt");
	if (r->complete)
		report_write_last(out, 1, r->count);
	fclose(out);
}

static unsigned int count(const struct facts *f)
{
	unsigned int n = 0;

	for (const struct fact *fact = f->first; fact; fact = fact->next)
		n++;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report r, again;
	char *text = NULL;
	size_t length = 0;

	report_init(&r);
	report_init(&again);
	if (!report_parse(&r, (const char *)data, size)) {
		write_all(open_memstream(&text, &length), &r);
		if (report_parse(&again, text, length) || again.bad || again.unknown ||
		    again.count != r.count || count(&again.facts) != count(&r.facts) ||
		    again.complete != r.complete)
			abort();
		free(text);
	}
	report_free(&again);
	report_free(&r);
	return 0;
}
