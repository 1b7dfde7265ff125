/*
 * mark.c - the mark file: which probe runs, and which ones have hung the machine before.
 *
 * It has lines "now NAME" and "hang NAME" and always MARK_BYTES, so that a change overwrites one
 * sector or two in place and neither the file's size nor the file system's tables: what a machine
 * that stops a moment later leaves is the old text or the new one.
 */
#include "run.h"
#include <common/xalloc.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK_BYTES 1024

static void add_name(char **list, const char *name)
{
	char *longer;

	if (list_has(*list, name))
		return;
	longer = xasprintf("%s%s%s", *list ? *list : "", *list ? "," : "", name);
	free(*list);
	*list = longer;
}

static void read_line(struct mark *m, const char *line)
{
	if (!strncmp(line, "now ", 4) && line[4]) {
		add_name(&m->hung, line + 4);
		m->fresh = true;
	} else if (!strncmp(line, "hang ", 5) && line[5]) {
		add_name(&m->hung, line + 5);
	}
}

bool mark_open(struct mark *m, const char *path)
{
	char text[MARK_BYTES + 1], *at = NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd >= 0 ? read(fd, text, MARK_BYTES) : 0;

	*m = (struct mark){ .path = path };
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	for (char *line = strtok_r(text, "\r\n", &at); line; line = strtok_r(NULL, "\r\n", &at))
		read_line(m, line);
	return mark_set(m, NULL);
}

/* Names that do not fit any more are left out: they hung, but their line is lost. */
static void format(const struct mark *m, const char *probe, char text[MARK_BYTES])
{
	char line[64];
	size_t used = 0;
	const char *name = m->hung;

	memset(text, '\n', MARK_BYTES);
	if (probe)
		used = (size_t)snprintf(text, MARK_BYTES, "now %.32s\n", probe);
	while (name && *name) {
		size_t length = strcspn(name, ",");
		size_t n = (size_t)snprintf(line, sizeof(line), "hang %.*s\n",
					    (int)(length < 32 ? length : 32), name);

		if (used + n < MARK_BYTES)
			memcpy(text + used, line, n);
		used += n;
		name += length + (name[length] == ',');
	}
}

bool mark_set(struct mark *m, const char *probe)
{
	char text[MARK_BYTES];
	bool good;
	int fd;

	if (!m->path)
		return true;
	format(m, probe, text);
	fd = open(m->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return false;
	good = write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) && !fsync(fd);
	return !close(fd) && good;
}

void mark_add_hung(struct mark *m, const char *probe)
{
	add_name(&m->hung, probe);
}

void mark_close(struct mark *m)
{
	free(m->hung);
	m->hung = NULL;
}
