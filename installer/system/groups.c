/* The groups of packages that a medium offers. */
#define _GNU_SOURCE
#include <installer/system/manifest.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool kind_of(const char *word, enum group_kind *kind)
{
	static const char *const words[] = { "required", "default", "optional" };
	size_t i;

	for (i = 0; i < 3; i++)
		if (!strcmp(word, words[i])) {
			*kind = (enum group_kind)i;
			return true;
		}
	return false;
}

static bool parse_group(char *line, struct package_group *g)
{
	char *save = NULL, *name = strtok_r(line, " ", &save), *kind = strtok_r(NULL, " ", &save);
	char *bytes = strtok_r(NULL, " ", &save), *rest = strtok_r(NULL, "", &save), *end;

	if (!name || !kind || !bytes || !rest || !kind_of(kind, &g->kind))
		return false;
	errno = 0;
	g->bytes = strtoull(bytes, &end, 10);
	if (errno || *end || *bytes == '-')
		return false;
	g->name = xstrdup(name);
	g->description = xstrdup(rest + strspn(rest, " "));
	return true;
}

char *groups_parse(struct package_groups *groups, const char *file, const char *text, size_t length)
{
	char *copy = xstrndup(text, length), *save = NULL, *line;
	struct package_group group;
	unsigned int number = 0;
	char *complaint = NULL;

	*groups = (struct package_groups){ 0 };
	for (line = strtok_r(copy, "\n", &save); line && !complaint;
	     line = strtok_r(NULL, "\n", &save)) {
		number++;
		memset(&group, 0, sizeof(group));
		if (!parse_group(line, &group)) {
			complaint = xasprintf("%s:%u: is no group of packages", file, number);
			break;
		}
		groups->list = xrealloc(groups->list, groups->n + 1, sizeof(group));
		groups->list[groups->n++] = group;
	}
	free(copy);
	if (complaint)
		groups_free(groups);
	return complaint;
}

void groups_free(struct package_groups *groups)
{
	while (groups->n) {
		groups->n--;
		free(groups->list[groups->n].name);
		free(groups->list[groups->n].description);
	}
	free(groups->list);
	*groups = (struct package_groups){ 0 };
}
