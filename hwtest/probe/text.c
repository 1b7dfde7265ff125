/* See text.h. */
#include "text.h"
#include <stdlib.h>
#include <string.h>

char *text_line(char **at)
{
	char *line = *at, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	*at = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

bool text_number(const char *text, const char *key, uint64_t *value)
{
	size_t length = strlen(key);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		char *end;

		at += *at == '\n';
		if (strncmp(at, key, length))
			continue;
		*value = strtoull(at + length, &end, 10);
		return end != at + length;
	}
	return false;
}
