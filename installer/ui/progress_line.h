/*
 * Progress as lines of text: one at the beginning, at each tenth, and at the end, so that a serial
 * log stays short.
 */
#ifndef INSTALLER_UI_PROGRESS_LINE_H
#define INSTALLER_UI_PROGRESS_LINE_H

#include <installer/ui/ui.h>

struct progress_line {
	const char *what;     /* what the last line was about */
	unsigned int percent; /* and how far */
};

void progress_line(struct progress_line *line, FILE *out, const struct ui_progress *progress);
/* "Copying files: 12 of 45 MB, 27 %"; the caller frees it. */
char *progress_text(const struct ui_progress *progress);

#endif
