/* load.h - a report's file for the commands that read one. */
#ifndef HWTEST_CMD_LOAD_H
#define HWTEST_CMD_LOAD_H

#include "../report/report.h"

/* Reads it; complains and returns STATUS_USAGE when it cannot be read or is no report. Says on
 * standard error how many lines were not understood. Free *r by report_free() in either case. */
int load_report(struct report *r, const char *path);
/* A whole file, to be freed; NULL: complained. */
char *load_file(const char *path, size_t *length);

#endif
