/*
 * cmd.h - the program's commands. Each takes its arguments behind its own name (args[0] is the
 * name), writes to standard output, complains on standard error, and returns the exit status: 0, 1
 * when what it looked at is not as it should be, 2 for wrong use.
 */
#ifndef HWTEST_CMD_H
#define HWTEST_CMD_H

#define STATUS_OK    0
#define STATUS_BAD   1
#define STATUS_USAGE 2

int cmd_run(int count, char **args);

/* Says on standard error what is wrong, "hwtest: ..."; returns STATUS_USAGE. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
