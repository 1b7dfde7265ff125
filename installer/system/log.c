#define _GNU_SOURCE
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static FILE *log_file;
static char *log_name;
static int log_serial = -1;

/* The terminal that the installer talks on shows everything already. */
static bool is_our_terminal(int fd)
{
	struct stat ours, other;

	return !fstat(0, &ours) && !fstat(fd, &other) && ours.st_rdev == other.st_rdev;
}

static void open_serial(const char *device)
{
	log_serial = open(device, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (log_serial >= 0 && is_our_terminal(log_serial)) {
		close(log_serial);
		log_serial = -1;
	}
}

void log_open(const char *path, const char *serial)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	log_file = fd < 0 ? NULL : fdopen(fd, "a");
	log_name = xstrdup(path);
	if (serial)
		open_serial(serial);
}

const char *log_path(void)
{
	return log_name ? log_name : "";
}

static void to_serial(const char *line)
{
	char *text;

	if (log_serial < 0)
		return;
	text = xasprintf("oldiron-install: %s\r\n", line);
	/* A line that is not connected must not hold anything up: what does not fit is lost. */
	if (write(log_serial, text, strlen(text)) < 0)
		tcflush(log_serial, TCOFLUSH);
	free(text);
}

void log_line(const char *format, ...)
{
	struct timespec now;
	va_list args;
	char *line;

	va_start(args, format);
	line = xvasprintf(format, args);
	va_end(args);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (log_file) {
		fprintf(log_file, "[%5lld.%03ld] %s\n", (long long)now.tv_sec,
			now.tv_nsec / 1000000, line);
		fflush(log_file);
	}
	to_serial(line);
	free(line);
}

void log_text(const char *prefix, const char *text)
{
	size_t n;

	while (*text) {
		n = strcspn(text, "\n");
		log_line("%s%.*s", prefix, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

bool log_copy(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *from = fopen(log_path(), "re");
	char piece[4096];
	bool good = fd >= 0 && from;
	size_t n;

	while (good && (n = fread(piece, 1, sizeof(piece), from)) > 0)
		good = write(fd, piece, n) == (ssize_t)n;
	if (fd >= 0)
		good = !fsync(fd) && good;
	if (fd >= 0)
		close(fd);
	if (from)
		fclose(from);
	return good;
}
