/*
 * text.h - lines of the system's files in /proc and /sys. Pure.
 */
#ifndef HWTEST_PROBE_TEXT_H
#define HWTEST_PROBE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next line of *at, its end made a NUL; NULL behind the last. Changes the text. */
char *text_line(char **at);
/* The number behind `key` in a text like "MemTotal:   1234 kB"; false: it is not there. */
bool text_number(const char *text, const char *key, uint64_t *value);

#endif
