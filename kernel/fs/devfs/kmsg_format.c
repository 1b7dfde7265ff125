/* kmsg_format.c - see kmsg.h. */
#include "kmsg.h"
#include <kernel/math64.h>
#include <kernel/string.h>

#define NS_PER_US 1000u

static size_t put_escaped(char *buf, size_t size, unsigned char c)
{
	if (c >= ' ' && c < 127 && c != '\\') {
		if (size < 2)
			return 0;
		buf[0] = (char)c;
		return 1;
	}
	return size < 5 ? 0 : scnprintf(buf, size, "\\x%02x", c);
}

size_t kmsg_format(const struct log_record *rec, char *buf, size_t size)
{
	size_t n = scnprintf(buf, size, "%u,%llu,%llu,-;", rec->level, rec->seq,
			     div_u64(rec->time_ns, NS_PER_US));

	for (size_t i = 0; i < rec->len && n + 1 < size; i++)
		n += put_escaped(buf + n, size - 1 - n, (unsigned char)rec->text[i]);
	if (n < size)
		buf[n++] = '\n';
	return n;
}

unsigned int kmsg_parse_level(const char **text, size_t *len, unsigned int def)
{
	const char *p = *text;
	unsigned int value = 0;
	size_t n = 1;

	if (*len < 3 || p[0] != '<')
		return def;
	for (; n < *len && n < 6 && p[n] >= '0' && p[n] <= '9'; n++)
		value = value * 10 + (unsigned int)(p[n] - '0');
	if (n == 1 || n >= *len || p[n] != '>')
		return def;
	*text += n + 1;
	*len -= n + 1;
	return value & 7; /* the rest is the facility */
}
