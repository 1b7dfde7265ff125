/*
 * send.c - `hwtest send` and `hwtest receive`: a report over a serial line, so that a capture of it
 * can be checked.
 *
 * On the line: "HWTEST-REPORT <bytes> <crc32>", the report, "HWTEST-END", each on lines of their
 * own that end in CR LF. A report is ASCII, so neither 7 bits nor a terminal program's line ends
 * harm it: receive takes CRs away and looks at length and CRC-32 (as gzip and Ethernet have it).
 */
#define _GNU_SOURCE
#include "cmd.h"
#include "load.h"
#include <errno.h>
#include <fcntl.h>
#include <kernel/crc32_small.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define BEGIN "HWTEST-REPORT "
#define END   "HWTEST-END"

static uint32_t crc_of(const char *text, size_t length)
{
	return crc32_small(0, (const uint8_t *)text, length);
}

static bool set_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		return false;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL;
	t.c_cflag &= ~(tcflag_t)CRTSCTS;
	(void)cfsetspeed(&t, B115200);
	return !tcsetattr(fd, TCSADRAIN, &t);
}

static bool write_lines(FILE *out, const char *text, size_t length)
{
	fprintf(out, "\r\n" BEGIN "%zu %08x\r\n", length, (unsigned int)crc_of(text, length));
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			fputc('\r', out);
		fputc(text[i], out);
	}
	fputs("\r\n" END "\r\n", out);
	return !fflush(out) && !ferror(out);
}

static int send_text(const char *text, size_t length, const char *tty)
{
	int fd = open(tty, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool good;

	if (!out)
		return complain("%s: %s", tty, strerror(errno));
	if (isatty(fd) && !set_raw(fd)) {
		fclose(out);
		return complain("%s: %s", tty, strerror(errno));
	}
	good = write_lines(out, text, length);
	if (isatty(fd))
		(void)tcdrain(fd);
	if (fclose(out) || !good)
		return complain("%s: %s", tty, strerror(errno));
	printf("%zu bytes sent, CRC-32 %08x\n", length, (unsigned int)crc_of(text, length));
	return STATUS_OK;
}

int cmd_send(int count, char **args)
{
	struct report r;
	size_t length;
	char *text;
	int status;

	if (count != 3)
		return complain(
			"send needs a report and a serial line: hwtest send FILE /dev/ttyS0");
	status = load_report(&r, args[1]);
	report_free(&r);
	if (status)
		return status;
	text = load_file(args[1], &length);
	status = text ? send_text(text, length, args[2]) : STATUS_USAGE;
	free(text);
	return status;
}

/* ---- the other end ---- */

/* In place, without CRs; the new length. */
static size_t drop_cr(char *text, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		if (text[i] != '\r')
			text[n++] = text[i];
	text[n] = 0;
	return n;
}

/* The report behind a BEGIN; NULL, and *why. */
static char *take_report(char *begin, const char *end, size_t *bytes, const char **why)
{
	char *line = memchr(begin, '\n', (size_t)(end - begin));
	unsigned int crc;

	*why = "its first line is damaged";
	if (!line || sscanf(begin + strlen(BEGIN), "%zu %8x", bytes, &crc) != 2)
		return NULL;
	line++;
	*why = "its end is missing";
	if (*bytes > (size_t)(end - line))
		return NULL;
	*why = "it is damaged (the CRC-32 differs): send it again";
	return crc_of(line, *bytes) == crc ? line : NULL;
}

/*
 * The last sound report inside a capture whose CRs are gone: terminal programs add to their log, so
 * what was sent again stands behind what was damaged. NULL, and *why of the last.
 */
static char *find_report(char *text, size_t length, size_t *bytes, const char **why)
{
	char *end = text + length, *found = NULL, *report, *at = text;
	size_t n;

	*why = "there is no \"" BEGIN "\" in it";
	while ((at = memmem(at, (size_t)(end - at), BEGIN, strlen(BEGIN)))) {
		report = take_report(at, end, &n, why);
		if (report) {
			found = report;
			*bytes = n;
		}
		at += strlen(BEGIN);
	}
	return found;
}

static int save(const char *path, const char *text, size_t length)
{
	FILE *out = fopen(path, "we");
	bool good = out && fwrite(text, 1, length, out) == length;

	if (out && fclose(out))
		good = false;
	if (!good)
		return complain("%s: %s", path, strerror(errno));
	printf("%s: %zu bytes, CRC-32 %08x\n", path, length, (unsigned int)crc_of(text, length));
	return STATUS_OK;
}

int cmd_receive(int count, char **args)
{
	size_t length, bytes;
	const char *why;
	char *text, *report;
	int status;

	if (count != 3)
		return complain("receive needs what was captured, and a name for the report: "
				"hwtest receive "
				"CAPTURE FILE");
	text = load_file(args[1], &length);
	if (!text)
		return STATUS_USAGE;
	length = drop_cr(text, length);
	report = find_report(text, length, &bytes, &why);
	if (report) {
		status = save(args[2], report, bytes);
	} else {
		complain("%s: %s", args[1], why);
		status = STATUS_BAD;
	}
	free(text);
	return status;
}
