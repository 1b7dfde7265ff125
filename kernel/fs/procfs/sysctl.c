/* sysctl.c - how the rows of sysctl.h read and write their values. */
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/sysctl.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

int sysctl_parse_number(const char **text, s64 *value)
{
	const char *p = *text;
	bool negative = false, any = false;
	int base = 10;
	u64 n = 0;

	while (*p && is_blank(*p))
		p++;
	if (*p == '-' || *p == '+')
		negative = *p++ == '-';
	if (p[0] == '0' && (p[1] | 0x20) == 'x') {
		base = 16;
		p += 2;
	} else if (p[0] == '0') {
		base = 8;
	}
	for (; digit_value(*p) < base; p++) {
		if (n >> 58)
			return -EINVAL;
		n = n * (unsigned int)base + (unsigned int)digit_value(*p);
		any = true;
	}
	if (!any || !is_blank(*p))
		return -EINVAL;
	while (*p && is_blank(*p))
		p++;
	*text = p;
	*value = negative ? -(s64)n : (s64)n;
	return 0;
}

static s64 load(const struct sysctl *ctl, unsigned int i)
{
	switch (ctl->type) {
	case SYSCTL_INT:
		return ((const int *)ctl->data)[i];
	case SYSCTL_UINT:
		return ((const unsigned int *)ctl->data)[i];
	case SYSCTL_ULONG:
		return (s64)((const unsigned long *)ctl->data)[i];
	default:
		return ctl->min;
	}
}

static int save(const struct sysctl *ctl, unsigned int i, s64 v)
{
	if (ctl->type == SYSCTL_CONST)
		return v == ctl->min ? 0 : -EINVAL;
	if ((ctl->min || ctl->max) && (v < ctl->min || v > ctl->max))
		return -EINVAL;
	switch (ctl->type) {
	case SYSCTL_INT:
		if (v < INT_MIN || v > INT_MAX)
			return -EINVAL;
		WRITE_ONCE(((int *)ctl->data)[i], (int)v);
		return 0;
	case SYSCTL_UINT:
	case SYSCTL_ULONG:
		if (v < 0 || v > (s64)UINT_MAX)
			return -EINVAL;
		WRITE_ONCE(((unsigned int *)ctl->data)[i], (unsigned int)v);
		return 0;
	default:
		return -EINVAL;
	}
}

static unsigned int count_of(const struct sysctl *ctl)
{
	return ctl->count ? ctl->count : 1;
}

void sysctl_show(const struct sysctl *ctl, struct seq *s)
{
	switch (ctl->type) {
	case SYSCTL_PROC:
		ctl->get(ctl, s);
		break;
	case SYSCTL_TEXT:
	case SYSCTL_STRING:
		seq_printf(s, "%s\n", (const char *)ctl->data);
		break;
	default:
		for (unsigned int i = 0; i < count_of(ctl); i++)
			seq_printf(s, "%s%lld", i ? "\t" : "", load(ctl, i));
		seq_putc(s, '\n');
	}
}

static int store_string(const struct sysctl *ctl, const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	if (end)
		len = (size_t)(end - text);
	if (len >= (size_t)ctl->max)
		len = (size_t)ctl->max - 1;
	memcpy(ctl->data, text, len);
	((char *)ctl->data)[len] = 0;
	return 0;
}

static int store_numbers(const struct sysctl *ctl, const char *text)
{
	for (unsigned int i = 0; i < count_of(ctl) && (*text || !i); i++) {
		s64 value;
		int err = sysctl_parse_number(&text, &value);

		if (!err)
			err = save(ctl, i, value);
		if (err)
			return err;
	}
	return 0;
}

int sysctl_store(const struct sysctl *ctl, char *text, size_t len)
{
	int err = -EACCES;

	switch (ctl->type) {
	case SYSCTL_TEXT:
		break;
	case SYSCTL_STRING:
		err = store_string(ctl, text, len);
		break;
	case SYSCTL_PROC:
		err = ctl->set ? ctl->set(ctl, text, len) : -EACCES;
		break;
	default:
		err = store_numbers(ctl, text);
	}
	return err ? err : ctl->changed ? ctl->changed(ctl) : 0;
}
