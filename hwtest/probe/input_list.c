/*
 * See input_list.h. Source: Linux Documentation/input/input-programming.rst (the list's lines);
 * include/uapi/linux/input.h (buses).
 */
#include "input_list.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUS_BLUETOOTH "Bus=0005"

/* Is it one of the words behind "Handlers="? mouse0 is a "mouse". */
static bool has_handler(const char *line, const char *handler)
{
	size_t length = strlen(handler);

	for (const char *at = strchr(line, '='); at; at = strchr(at, ' ')) {
		at++;
		if (!strncmp(at, handler, length) &&
		    strspn(at + length, "0123456789") == strcspn(at + length, " "))
			return true;
	}
	return false;
}

struct device {
	const char *name, *phys;
	bool bluetooth;
};

/* What comes by Bluetooth is often called after its owner, and its place is a network address. */
static void note_one(struct probe_run *run, unsigned int n, const struct device *d)
{
	char subject[16];

	(void)snprintf(subject, sizeof(subject), "input%u", n);
	note_text(run, subject, "name", "%s", d->name ? d->name : "")->identifying = d->bluetooth;
	note_text(run, subject, "phys", "%s", d->phys ? d->phys : "")->identifying = d->bluetooth;
}

unsigned int input_list_note(struct probe_run *run, char *text, const char *handler)
{
	struct device d = { .name = NULL };
	char *at = text, *line;
	unsigned int n = 0;

	while ((line = text_line(&at))) {
		if (!strncmp(line, "I:", 2))
			d = (struct device){ .bluetooth = strstr(line, BUS_BLUETOOTH) };
		else if (!strncmp(line, "N: Name=", 8))
			d.name = line + 8;
		else if (!strncmp(line, "P: Phys=", 8))
			d.phys = line + 8;
		else if (!strncmp(line, "H: Handlers=", 12) && has_handler(line, handler))
			note_one(run, n++, &d);
	}
	return n;
}

unsigned int input_list_note_system(struct probe_run *run, const char *handler)
{
	char *text = host_read_text("/proc/bus/input/devices");
	unsigned int n = text ? input_list_note(run, text, handler) : 0;

	free(text);
	return n;
}
