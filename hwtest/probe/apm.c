/*
 * apm.c - the APM BIOS: whether the loader or the system reached it, and whether there is one at
 * all is not to be known without calling it in real mode.
 *
 * Source: Linux Documentation/power/apm-acpi.rst and the line of /proc/apm: driver's version,
 * BIOS's version, flags, and the states of the supply and the battery.
 */
#include "probe.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum probe_end run_apm(struct probe_run *run)
{
	unsigned int major, minor, flags;
	char *text = host_read_text("/proc/apm");
	enum probe_end end = PROBE_DONE;

	if (!text)
		return not_run(run, "this system has no connection to an APM BIOS");
	text[strcspn(text, "\n")] = '\0';
	note_text(run, "", "line", "%s", text);
	if (sscanf(text, "%*s %u.%u %x", &major, &minor, &flags) == 3) {
		note_number(run, "", "major", major, "");
		note_number(run, "", "minor", minor, "");
		note_number(run, "", "flags", flags, "");
	}
	free(text);
	return end;
}

const struct probe probe_apm = {
	.name = "apm",
	.title = "APM BIOS",
	.class = CLASS_R0,
	.seconds = 5,
	.run = run_apm,
};
