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
int cmd_show(int count, char **args);
int cmd_diff(int count, char **args);
int cmd_verdict(int count, char **args);
int cmd_send(int count, char **args);
int cmd_receive(int count, char **args);
int cmd_validate(int count, char **args);

struct report;
/* Its pages on the terminal with a key between them, or as text when there is none. `only`: that
 * probe's alone, or NULL. */
void show_pages(const struct report *r, const char *only);

/* Says on standard error what is wrong, "hwtest: ..."; returns STATUS_USAGE. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
