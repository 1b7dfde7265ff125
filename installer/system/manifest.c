#define _GNU_SOURCE
#include <installer/system/manifest.h>
#include <common/sha256.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "oldiron-manifest 1 ";
static const char tail[] = "sha256 ";
#define HASH_LINE (sizeof(tail) - 1 + 2 * SHA256_BYTES + 1)

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hash(uint8_t hash[SHA256_BYTES], const char *text)
{
	size_t i;
	int high, low;

	for (i = 0; i < SHA256_BYTES; i++) {
		high = hex_digit(text[2 * i]);
		low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);
		if (low < 0)
			return false;
		hash[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool hash_agrees(const char *text, size_t length)
{
	uint8_t said[SHA256_BYTES], is[SHA256_BYTES];
	const char *line = text + length - HASH_LINE;

	if (memcmp(line, tail, sizeof(tail) - 1) || text[length - 1] != '\n' || line[-1] != '\n')
		return false;
	if (!parse_hash(said, line + sizeof(tail) - 1))
		return false;
	sha256(text, length - HASH_LINE, is);
	return !memcmp(said, is, sizeof(is));
}

char *manifest_open(struct manifest *m, const char *text, size_t length)
{
	const char *end;

	*m = (struct manifest){ 0 };
	if (length < sizeof(head) - 1 || memcmp(text, head, sizeof(head) - 1))
		return xstrdup("the list of files is none, or of a kind that this installer does "
			       "not know");
	end = memchr(text, '\n', length);
	if (!end || length < (size_t)(end - text) + 1 + HASH_LINE || !hash_agrees(text, length))
		return xstrdup("the list of files is damaged: it does not fit the hash at its end");
	m->text = text;
	m->length = length - HASH_LINE;
	m->first = (size_t)(end - text) + 1;
	m->release = xstrndup(text + sizeof(head) - 1, m->first - sizeof(head));
	manifest_rewind(m);
	return NULL;
}

void manifest_rewind(struct manifest *m)
{
	m->at = m->first;
	m->line = 1;
	free(m->last_path);
	m->last_path = NULL;
}

void manifest_close(struct manifest *m)
{
	free(m->release);
	free(m->last_path);
	*m = (struct manifest){ 0 };
}

void manifest_entry_free(struct manifest_entry *entry)
{
	free(entry->group);
	free(entry->path);
	free(entry->target);
	*entry = (struct manifest_entry){ 0 };
}

/* A word up to the blank; false when there is none. */
static bool word(const char **p, const char *end, const char **start, size_t *length)
{
	const char *blank = memchr(*p, ' ', (size_t)(end - *p));

	if (!blank || blank == *p)
		return false;
	*start = *p;
	*length = (size_t)(blank - *p);
	*p = blank + 1;
	return true;
}

static bool number(const char *text, size_t length, unsigned int base, uint64_t most,
		   uint64_t *value)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned int digit = (unsigned char)text[i] - (unsigned int)'0';

		if (digit >= base || n > (most - digit) / base)
			return false;
		n = n * base + digit;
	}
	*value = n;
	return length != 0;
}

static bool number_word(const char **p, const char *end, unsigned int base, unsigned int *value)
{
	const char *start;
	size_t length;
	uint64_t n;

	if (!word(p, end, &start, &length) || !number(start, length, base, UINT32_MAX, &n))
		return false;
	*value = (unsigned int)n;
	return true;
}

static bool size_word(const char **p, const char *end, struct manifest_entry *e)
{
	const char *start, *colon;
	uint64_t major, minor;
	size_t length;

	if (!word(p, end, &start, &length))
		return false;
	if (e->type != 'c' && e->type != 'b')
		return number(start, length, 10, INT64_MAX, &e->size);
	colon = memchr(start, ':', length);
	if (!colon || !number(start, (size_t)(colon - start), 10, UINT32_MAX, &major) ||
	    !number(colon + 1, length - (size_t)(colon - start) - 1, 10, UINT32_MAX, &minor))
		return false;
	e->major = (unsigned int)major;
	e->minor = (unsigned int)minor;
	return true;
}

static bool hash_word(const char **p, const char *end, struct manifest_entry *e)
{
	const char *start;
	size_t length;

	if (!word(p, end, &start, &length))
		return false;
	if (e->type != 'f')
		return length == 1 && *start == '-';
	return length == 2 * SHA256_BYTES && parse_hash(e->sha256, start);
}

/* With \ooo undone; NULL for a \ that is not followed by three octal digits, and for \000. */
static char *unescape(const char *p, const char *end)
{
	char *out = xalloc((size_t)(end - p) + 1), *to = out;
	uint64_t value;

	while (p < end) {
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		if (end - p < 4 || !number(p + 1, 3, 8, 255, &value) || !value) {
			free(out);
			return NULL;
		}
		*to++ = (char)value;
		p += 4;
	}
	return out;
}

/* Absolute, and every component is a name. */
static bool path_is_safe(const char *path)
{
	const char *p = path, *slash;
	size_t n;

	if (*p != '/')
		return false;
	if (!p[1])
		return true;
	while (*p) {
		p++;
		slash = strchrnul(p, '/');
		n = (size_t)(slash - p);
		if (!n || (n == 1 && *p == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		p = slash;
	}
	return true;
}

static bool path_words(const char *p, const char *end, struct manifest_entry *e)
{
	const char *arrow = memmem(p, (size_t)(end - p), " -> ", 4);

	if (!arrow != (e->type != 'l'))
		return false;
	e->path = unescape(p, arrow ? arrow : end);
	if (arrow)
		e->target = unescape(arrow + 4, end);
	if (!e->path || (arrow && (!e->target || !*e->target)))
		return false;
	return path_is_safe(e->path);
}

static bool parse_entry(const char *p, const char *end, struct manifest_entry *e)
{
	const char *start;
	size_t length;

	if (!word(&p, end, &start, &length) || length != 1 || !strchr("fdlcb", *start))
		return false;
	e->type = *start;
	if (!number_word(&p, end, 8, &e->mode) || e->mode > 07777 ||
	    !number_word(&p, end, 10, &e->uid) || !number_word(&p, end, 10, &e->gid) ||
	    !size_word(&p, end, e) || !hash_word(&p, end, e) || !word(&p, end, &start, &length))
		return false;
	e->group = xstrndup(start, length);
	return path_words(p, end, e);
}

char *manifest_next(struct manifest *m, struct manifest_entry *entry)
{
	const char *p = m->text + m->at, *end;

	manifest_entry_free(entry);
	if (m->at >= m->length)
		return NULL;
	end = memchr(p, '\n', m->length - m->at);
	m->line++;
	if (!end || !parse_entry(p, end, entry)) {
		manifest_entry_free(entry);
		return xasprintf("the list of files, line %u: is no entry", m->line);
	}
	if (m->last_path && strcmp(m->last_path, entry->path) >= 0) {
		manifest_entry_free(entry);
		return xasprintf("the list of files, line %u: is not behind the line before it",
				 m->line);
	}
	free(m->last_path);
	m->last_path = xstrdup(entry->path);
	m->at = (size_t)(end - m->text) + 1;
	return NULL;
}

char *manifest_check(struct manifest *m)
{
	struct manifest_entry e = { 0 };
	char *complaint;

	do {
		complaint = manifest_next(m, &e);
	} while (!complaint && e.type);
	manifest_entry_free(&e);
	manifest_rewind(m);
	return complaint;
}

char *manifest_find(struct manifest *m, const char *path, struct manifest_entry *entry)
{
	struct manifest before;
	char *complaint;

	for (;;) {
		before = *m;
		before.last_path = m->last_path ? xstrdup(m->last_path) : NULL;
		complaint = manifest_next(m, entry);
		if (complaint || !entry->type || strcmp(entry->path, path) >= 0)
			break;
		free(before.last_path);
	}
	if (!complaint && entry->type && strcmp(entry->path, path)) {
		/* Behind it: the next call looks at this one again. */
		free(m->last_path);
		*m = before;
		manifest_entry_free(entry);
		return NULL;
	}
	free(before.last_path);
	return complaint;
}
