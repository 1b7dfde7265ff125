/* cmdline.c - the kernel command line; see init.h. */
#include <kernel/init.h>
#include <kernel/string.h>

static char value[256];

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The next word: start in *at, its length returned, 0 at the end. Quotes hold blanks together. */
static size_t next_word(const char **at)
{
	const char *p = *at, *start;
	bool quoted = false;

	while (is_space(*p))
		p++;
	start = p;
	for (; *p && (quoted || !is_space(*p)); p++)
		if (*p == '"')
			quoted = !quoted;
	*at = start;
	return (size_t)(p - start);
}

/* Copies the value without its quotes; false if the word is not `name` or `name=...`. */
static bool match(const char *word, size_t len, const char *name)
{
	size_t n = strlen(name), out = 0;

	if (len < n || strncmp(word, name, n) || (len > n && word[n] != '='))
		return false;
	for (size_t i = n + 1; i < len && out < sizeof(value) - 1; i++)
		if (word[i] != '"')
			value[out++] = word[i];
	value[out] = '\0';
	return true;
}

void cmdline_for_each(const char *name, void (*fn)(const char *value, void *arg), void *arg)
{
	const char *at = boot_command_line;
	size_t len;

	while ((len = next_word(&at)) != 0) {
		/* What follows "--" is for process 1. */
		if (len == 2 && !strncmp(at, "--", 2))
			return;
		if (match(at, len, name))
			fn(value, arg);
		at += len;
	}
}

static void note_found(const char *v, void *arg)
{
	*(bool *)arg = true;
}

const char *cmdline_get(const char *name)
{
	static char found[sizeof(value)];
	bool any = false;
	const char *at = boot_command_line;
	size_t len;

	while ((len = next_word(&at)) != 0) {
		if (len == 2 && !strncmp(at, "--", 2))
			break;
		if (match(at, len, name)) {
			any = true;
			strscpy(found, value, sizeof(found));
		}
		at += len;
	}
	return any ? found : NULL;
}

bool cmdline_has(const char *name)
{
	bool found = false;

	cmdline_for_each(name, note_found, &found);
	return found;
}

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 99;
}

bool cmdline_number(const char **at, u32 *out)
{
	const char *p = *at;
	unsigned int base = 10;
	u64 v = 0;

	if (p[0] == '0' && (p[1] | 0x20) == 'x') {
		base = 16;
		p += 2;
	}
	if (digit_value(*p) >= base)
		return false;
	for (; digit_value(*p) < base; p++)
		v = min_t(u64, v * base + digit_value(*p), 0xffffffffu);
	*at = p;
	*out = (u32)v;
	return true;
}

u32 cmdline_get_uint(const char *name, u32 def)
{
	const char *p = cmdline_get(name);
	unsigned int shift = 0;
	u64 v;
	u32 n;

	if (!p || !cmdline_number(&p, &n))
		return def;
	v = n;
	switch (*p | 0x20) {
	case 'k':
		shift = 10;
		break;
	case 'm':
		shift = 20;
		break;
	case 'g':
		shift = 30;
		break;
	default:
		break;
	}
	v <<= shift;
	return v > 0xffffffffu ? 0xffffffffu : (u32)v;
}
