/*
 * run.h - other programs: their output goes to the log, their exit status is always looked at.
 *
 * A complaint, which the caller frees, or NULL: ended with 0. It has the program's last words.
 * `output`, if not NULL, gets all that it printed (the caller's to free, also on a complaint).
 */
#ifndef INSTALLER_RUN_H
#define INSTALLER_RUN_H

/* `input` is what it reads, NULL for nothing; `folder` is what it takes for /, NULL for ours. */
char *run_program(const char *const argv[], const char *input, const char *folder, char **output);

#endif
