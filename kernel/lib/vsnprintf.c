/*
 * vsnprintf.c - formatted text. The formats are those printk.h lists.
 */
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/string.h>

struct out {
	char *at, *end; /* end: one past the last byte that may be written */
	size_t length;	/* what it would have been */
};

struct spec {
	bool left, plus, space, alt, zero;
	int width, precision; /* precision -1: not given */
	int size;	      /* -2 hh, -1 h, 0, 1 l, 2 ll, 3 z */
};

static void put(struct out *o, char c)
{
	if (o->at < o->end)
		*o->at++ = c;
	o->length++;
}

static void pad(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, c);
}

static void put_text(struct out *o, const struct spec *s, const char *text, size_t len)
{
	int fill = s->width > (int)len ? s->width - (int)len : 0;

	if (!s->left)
		pad(o, ' ', fill);
	while (len--)
		put(o, *text++);
	if (s->left)
		pad(o, ' ', fill);
}

static size_t digits(char *buf, u64 v, unsigned int base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	size_t n = 0;
	u32 rest;

	do {
		v = div_u64_rem(v, base, &rest);
		buf[n++] = set[rest];
	} while (v);
	return n;
}

static void put_number(struct out *o, const struct spec *s, u64 v, bool negative, unsigned int base,
		       bool upper)
{
	char buf[24];
	size_t n = !v && s->precision == 0 ? 0 : digits(buf, v, base, upper);
	char sign = negative ? '-' : s->plus ? '+' : s->space ? ' ' : 0;
	int prefix = s->alt && v ? (base == 16 ? 2 : base == 8 ? 1 : 0) : 0;
	int zeros = s->precision > (int)n ? s->precision - (int)n : 0;
	int fill = s->width - (int)n - zeros - prefix - (sign ? 1 : 0);

	if (s->zero && !s->left && s->precision < 0 && fill > 0) {
		zeros += fill;
		fill = 0;
	}
	if (!s->left)
		pad(o, ' ', fill);
	if (sign)
		put(o, sign);
	if (prefix)
		put(o, '0');
	if (prefix == 2)
		put(o, upper ? 'X' : 'x');
	pad(o, '0', zeros);
	while (n)
		put(o, buf[--n]);
	if (s->left)
		pad(o, ' ', fill);
}

static int parse_number(const char **fmt, va_list *ap)
{
	int n = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return va_arg(*ap, int);
	}
	while (**fmt >= '0' && **fmt <= '9')
		n = n * 10 + *(*fmt)++ - '0';
	return n;
}

static bool parse_flag(struct spec *s, char c)
{
	switch (c) {
	case '-':
		return s->left = true;
	case '+':
		return s->plus = true;
	case ' ':
		return s->space = true;
	case '#':
		return s->alt = true;
	case '0':
		return s->zero = true;
	default:
		return false;
	}
}

static const char *parse_spec(const char *fmt, struct spec *s, va_list *ap)
{
	*s = (struct spec){ .precision = -1 };
	while (parse_flag(s, *fmt))
		fmt++;
	s->width = parse_number(&fmt, ap);
	if (s->width < 0) {
		s->left = true;
		s->width = -s->width;
	}
	if (*fmt == '.') {
		fmt++;
		s->precision = parse_number(&fmt, ap);
	}
	for (;; fmt++) {
		if (*fmt == 'h')
			s->size--;
		else if (*fmt == 'l')
			s->size++;
		else if (*fmt == 'z')
			s->size = 1;
		else
			return fmt;
	}
}

static u64 unsigned_arg(const struct spec *s, va_list *ap)
{
	u64 v = s->size >= 2 ? va_arg(*ap, unsigned long long) : va_arg(*ap, unsigned int);

	return s->size == -1 ? (u16)v : s->size == -2 ? (u8)v : v;
}

static void put_signed(struct out *o, const struct spec *s, va_list *ap)
{
	s64 v = s->size >= 2 ? va_arg(*ap, long long) : va_arg(*ap, int);

	if (s->size == -1)
		v = (s16)v;
	else if (s->size == -2)
		v = (s8)v;
	put_number(o, s, v < 0 ? 0 - (u64)v : (u64)v, v < 0, 10, false);
}

/* %p, and %pE: the negative errno in decimal. Returns how many format characters it took besides.
 */
static int put_pointer(struct out *o, const struct spec *s, const char *next, va_list *ap)
{
	struct spec hex = *s;
	long v = (long)va_arg(*ap, void *);

	if (*next == 'E') {
		put_text(o, s, "error ", 6);
		put_number(o, s, v < 0 ? 0 - (u64)v : (u64)v, false, 10, false);
		return 1;
	}
	hex.precision = 8;
	put_number(o, &hex, (unsigned long)v, false, 16, false);
	return 0;
}

static void put_string(struct out *o, const struct spec *s, const char *text)
{
	if (!text)
		text = "(null)";
	put_text(o, s, text, s->precision < 0 ? strlen(text) : strnlen(text, (size_t)s->precision));
}

/* One conversion; returns the format behind it. */
static const char *convert(struct out *o, const char *fmt, va_list *ap)
{
	struct spec s;
	char c;

	fmt = parse_spec(fmt, &s, ap);
	switch (*fmt) {
	case 'd':
	case 'i':
		put_signed(o, &s, ap);
		break;
	case 'u':
		put_number(o, &s, unsigned_arg(&s, ap), false, 10, false);
		break;
	case 'x':
	case 'X':
		put_number(o, &s, unsigned_arg(&s, ap), false, 16, *fmt == 'X');
		break;
	case 'o':
		put_number(o, &s, unsigned_arg(&s, ap), false, 8, false);
		break;
	case 'c':
		c = (char)va_arg(*ap, int);
		put_text(o, &s, &c, 1);
		break;
	case 's':
		put_string(o, &s, va_arg(*ap, const char *));
		break;
	case 'p':
		return fmt + 1 + put_pointer(o, &s, fmt + 1, ap);
	case '%':
		put(o, '%');
		break;
	default: /* unknown: shown as it is */
		put(o, '%');
		if (!*fmt)
			return fmt;
		put(o, *fmt);
		break;
	}
	return fmt + 1;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { buf, size ? buf + size - 1 : buf, 0 };
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		if (*fmt == '%')
			fmt = convert(&o, fmt + 1, &ap);
		else
			put(&o, *fmt++);
	}
	va_end(ap);
	if (size)
		*o.at = '\0';
	return (int)o.length;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!size)
		return 0;
	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n < (int)size ? n : (int)size - 1;
}
