/* list.c - lists of names with commas between them, see run.h. */
#include "run.h"
#include <string.h>

bool list_has(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (list && *list) {
		size_t length = strcspn(list, ",");

		if (length == n && !memcmp(list, name, n))
			return true;
		list += length + (list[length] == ',');
	}
	return false;
}
