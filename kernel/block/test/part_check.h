/* part_check.h - runs part_scan() over the sparse disk and compares what it says. */
#ifndef PART_CHECK_H
#define PART_CHECK_H

#include "kernel/block/part_scan.h"
#include "disk_image.h"

static struct part_scan scan;
static u8 buffer[4096];
static struct part_entry found[IMAGE_FOUND];
static unsigned int n_found;

static void on_found(void *arg, const struct part_entry *entry)
{
	assert_true(n_found < IMAGE_FOUND);
	assert_true(entry->count > 0);
	assert_true(entry->start + entry->count <= image.sectors * (image.size / 512));
	found[n_found++] = *entry;
}

static int run(void)
{
	n_found = 0;
	memset(&scan, 0xEE, sizeof(scan));
	scan.source = (struct part_source){ image_read, NULL, image.sectors, image.size, buffer };
	scan.found = on_found;
	scan.arg = NULL;
	return part_scan(&scan);
}

/* "1:63+100 5:200+50" */
static const char *list(void)
{
	static char text[8192];
	size_t n = 0;

	text[0] = 0;
	for (unsigned int i = 0; i < n_found; i++)
		n += (size_t)sprintf(text + n, "%s%u:%llu+%llu", i ? " " : "", found[i].number,
				     found[i].start, found[i].count);
	return text;
}

static void expect(enum part_scheme scheme, const char *partitions, u32 problems)
{
	assert_int_equal(run(), 0);
	assert_string_equal(part_scheme_name(scan.scheme), part_scheme_name(scheme));
	assert_string_equal(list(), partitions);
	assert_int_equal(scan.problems, problems);
	assert_int_equal(scan.count, n_found);
}

#endif
