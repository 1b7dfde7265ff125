/*
 * allowed.c - which drivers may touch their hardware: the switch drivers=.
 *
 * "drivers=none" leaves all of it to a program (hwtest, alone on its disk) but for what the kernel
 * itself lives by: timer, interrupt controller, console. "drivers=floppy,serial" leaves all but
 * what these drivers serve.
 */
#include <kernel/init.h>
#include <kernel/string.h>

struct question {
	const char *name;
	bool limited, allowed;
};

static void look_in_list(const char *list, void *arg)
{
	struct question *q = arg;
	size_t n = strlen(q->name);

	q->limited = true;
	while (*list) {
		const char *comma = strchr(list, ',');
		size_t length = comma ? (size_t)(comma - list) : strlen(list);

		if (length == n && !strncmp(list, q->name, n))
			q->allowed = true;
		list += length + (comma != NULL);
	}
}

bool driver_allowed(const char *name)
{
	struct question q = { .name = name };

	cmdline_for_each("drivers", look_in_list, &q);
	return !q.limited || q.allowed;
}
