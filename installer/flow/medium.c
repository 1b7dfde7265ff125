/* What there is to install: the medium's list of files and its groups. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

static char *read_manifest(struct install *in)
{
	char *path = xasprintf("%s/system.manifest", in->options.medium), *complaint, *why;
	size_t length;

	complaint = file_read(path, &in->medium.text, &length);
	if (!complaint)
		complaint = manifest_open(&in->medium.manifest, in->medium.text, length);
	if (!complaint)
		complaint = manifest_check(&in->medium.manifest);
	if (complaint) {
		why = xasprintf("the medium at %s cannot be used: %s", in->options.medium,
				complaint);
		free(complaint);
		complaint = why;
	}
	free(path);
	return complaint;
}

static char *read_groups(struct install *in)
{
	char *path = xasprintf("%s/system.groups", in->options.medium), *text = NULL, *complaint;
	size_t length, i;

	complaint = file_read(path, &text, &length);
	if (!complaint)
		complaint = groups_parse(&in->medium.groups, path, text, length);
	free(text);
	free(path);
	if (complaint)
		return complaint;
	in->medium.wanted = xalloc(in->medium.groups.n * sizeof(bool));
	for (i = 0; i < in->medium.groups.n; i++)
		in->medium.wanted[i] = in->medium.groups.list[i].kind != GROUP_OPTIONAL;
	medium_want(in);
	return NULL;
}

enum ui_result medium_open(struct install *in)
{
	char *complaint = read_manifest(in);

	if (!complaint)
		complaint = read_groups(in);
	if (!complaint)
		log_line("medium: Oldiron %s at %s", in->medium.manifest.release,
			 in->options.medium);
	return stop_if(in, complaint);
}

void medium_want(struct install *in)
{
	struct medium *m = &in->medium;
	size_t i, n = 0;

	free(m->names);
	m->names = xalloc((m->groups.n + 1) * sizeof(*m->names));
	for (i = 0; i < m->groups.n; i++)
		if (m->wanted[i])
			m->names[n++] = m->groups.list[i].name;
}

uint64_t medium_bytes(const struct install *in)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < in->medium.groups.n; i++)
		if (in->medium.wanted[i])
			bytes += in->medium.groups.list[i].bytes;
	return bytes;
}

uint64_t medium_bytes_least(const struct install *in)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < in->medium.groups.n; i++)
		if (in->medium.groups.list[i].kind == GROUP_REQUIRED)
			bytes += in->medium.groups.list[i].bytes;
	return bytes;
}

void medium_close(struct install *in)
{
	manifest_close(&in->medium.manifest);
	groups_free(&in->medium.groups);
	free(in->medium.text);
	free(in->medium.wanted);
	free(in->medium.names);
}
