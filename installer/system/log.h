/*
 * log.h - everything that the installer did, in words: kept in a file in memory, shown on the
 * serial console if that is not where the installer itself runs, and copied to the new system at
 * the end.
 *
 * One log in a process; without log_open() nothing is kept. Errors in writing the log never stop an
 * installation.
 */
#ifndef INSTALLER_LOG_H
#define INSTALLER_LOG_H

#include <stdbool.h>

/* `serial`: a device for a copy of each line, or NULL. */
void log_open(const char *path, const char *serial);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Lines of `text`, each behind `prefix`. */
void log_text(const char *prefix, const char *text);
/* The file so far to `path`, and to the disk. */
bool log_copy(const char *path);
const char *log_path(void);

#endif
