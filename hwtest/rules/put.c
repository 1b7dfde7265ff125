/* put.c - lines of a description. */
#include "rules.h"
#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_CHARS 255

void rule_put(void (*put)(void *ctx, const char *line), void *ctx, const char *format, ...)
{
	char line[LINE_MAX_CHARS + 1];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	put(ctx, line);
}
