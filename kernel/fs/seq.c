/* seq.c - growing text; see seq.h. */
#include <kernel/printk.h>
#include <kernel/seq.h>
#include <kernel/slab.h>
#include <kernel/string.h>

#define FIRST_SIZE 512u

char *seq_room(struct seq *s, size_t n)
{
	size_t size = s->size ? s->size : FIRST_SIZE;
	char *buf;

	if (s->failed)
		return NULL;
	if (n <= s->size - s->len)
		return s->buf + s->len;
	while (size - s->len < n && size < KMALLOC_MAX)
		size *= 2;
	buf = size - s->len < n ? NULL : krealloc(s->buf, size, GFP_KERNEL);
	if (!buf) {
		s->failed = true;
		return NULL;
	}
	s->buf = buf;
	s->size = size;
	return buf + s->len;
}

void seq_write(struct seq *s, const void *data, size_t n)
{
	char *room = seq_room(s, n);

	if (!room)
		return;
	memcpy(room, data, n);
	s->len += n;
}

void seq_puts(struct seq *s, const char *text)
{
	seq_write(s, text, strlen(text));
}

void seq_putc(struct seq *s, char c)
{
	seq_write(s, &c, 1);
}

void seq_printf(struct seq *s, const char *fmt, ...)
{
	va_list ap;
	size_t left = s->size - s->len, n;

	va_start(ap, fmt);
	n = (size_t)vsnprintf(s->buf ? s->buf + s->len : NULL, left, fmt, ap);
	va_end(ap);
	if (n >= left) {
		char *room = seq_room(s, n + 1);

		if (!room)
			return;
		va_start(ap, fmt);
		vsnprintf(room, n + 1, fmt, ap);
		va_end(ap);
	}
	s->len += n;
}

void seq_pad(struct seq *s, size_t from, size_t column)
{
	while (!s->failed && s->len - from < column)
		seq_putc(s, ' ');
}

void seq_escape(struct seq *s, const char *text, const char *chars)
{
	for (; *text; text++) {
		if (strchr(chars, *text))
			seq_printf(s, "\\%03o", (unsigned char)*text);
		else
			seq_putc(s, *text);
	}
}

void seq_free(struct seq *s)
{
	kfree(s->buf);
	*s = (struct seq){ NULL };
}
