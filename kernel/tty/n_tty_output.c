/*
 * n_tty_output.c - output processing (OPOST) with column tracking. See n_tty.h.
 *
 * Runs of plain characters are found first and copied whole, since that is nearly all of it.
 */
#include <kernel/string.h>
#include "n_tty.h"

#define TAB_STOP    8u
#define OUT_LONGEST 8u /* bytes one character may become: a tab at a stop */

static inline bool is_plain(u8 c)
{
	return c >= 0x20 && c != 0x7f;
}

static inline bool utf8_continues(const struct n_tty *n, u8 c)
{
	return (n->termios->c_iflag & IUTF8) && (c & 0xc0) == 0x80;
}

/* Copies a run that needs nothing but counting. */
static size_t copy_plain(struct n_tty *n, const u8 *src, size_t count, u8 *dst, size_t size)
{
	size_t max = min(count, size), i = 0;
	unsigned int column = n->column;
	bool utf8 = n->termios->c_iflag & IUTF8;

	for (; i < max && is_plain(src[i]); i++)
		column += !utf8 || (src[i] & 0xc0) != 0x80;
	memcpy(dst, src, i);
	n->column = column;
	return i;
}

static size_t put_newline(struct n_tty *n, u32 oflag, u8 *dst)
{
	if (oflag & ONLRET)
		n->column = 0;
	if (oflag & ONLCR) {
		n->column = 0;
		dst[0] = '\r';
		dst[1] = '\n';
		return 2;
	}
	dst[0] = '\n';
	return 1;
}

static size_t put_return(struct n_tty *n, u32 oflag, u8 *dst)
{
	if ((oflag & ONOCR) && !n->column)
		return 0;
	if (oflag & OCRNL) {
		if (oflag & ONLRET)
			n->column = 0;
		dst[0] = '\n';
		return 1;
	}
	n->column = 0;
	dst[0] = '\r';
	return 1;
}

static size_t put_tab(struct n_tty *n, u32 oflag, u8 *dst)
{
	unsigned int spaces = TAB_STOP - n->column % TAB_STOP;

	n->column += spaces;
	if ((oflag & TABDLY) == XTABS) {
		memset(dst, ' ', spaces);
		return spaces;
	}
	dst[0] = '\t';
	return 1;
}

static size_t put_char(struct n_tty *n, u32 oflag, u8 c, u8 *dst)
{
	switch (c) {
	case '\n':
		return put_newline(n, oflag, dst);
	case '\r':
		return put_return(n, oflag, dst);
	case '\t':
		return put_tab(n, oflag, dst);
	case '\b':
		if (n->column)
			n->column--;
		break;
	default:
		if ((oflag & OLCUC) && c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (is_plain(c) && !utf8_continues(n, c))
			n->column++;
		break;
	}
	dst[0] = c;
	return 1;
}

size_t n_tty_output(struct n_tty *n, const u8 *src, size_t count, u8 *dst, size_t size,
		    size_t *used)
{
	u32 oflag = n->termios->c_oflag;
	size_t in = 0, out = 0;

	if (!(oflag & OPOST)) {
		*used = min(count, size);
		memcpy(dst, src, *used);
		return *used;
	}
	while (in < count && size - out >= OUT_LONGEST) {
		size_t run = oflag & OLCUC
				     ? 0
				     : copy_plain(n, src + in, count - in, dst + out, size - out);

		in += run;
		out += run;
		if (run)
			continue;
		out += put_char(n, oflag, src[in++], dst + out);
	}
	*used = in;
	return out;
}
