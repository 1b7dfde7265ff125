/*
 * limits.c - how much a tmpfs may hold: options, and exact counts of pages and inodes.
 */
#include "tmpfs_internal.h"
#include <kernel/math64.h>

int tmpfs_charge_pages(struct tmpfs_sb *s, unsigned long pages)
{
	int err = 0;

	spin_lock(&s->lock);
	if (s->max_pages && (pages > s->max_pages || s->used_pages > s->max_pages - pages))
		err = -ENOSPC;
	else
		s->used_pages += pages;
	spin_unlock(&s->lock);
	return err;
}

void tmpfs_uncharge_pages(struct tmpfs_sb *s, unsigned long pages)
{
	spin_lock(&s->lock);
	ASSERT(s->used_pages >= pages);
	s->used_pages -= pages;
	spin_unlock(&s->lock);
}

bool tmpfs_has_room(struct tmpfs_sb *s, unsigned long pages)
{
	bool room;

	spin_lock(&s->lock);
	room = !s->max_pages || (pages <= s->max_pages && s->used_pages <= s->max_pages - pages);
	spin_unlock(&s->lock);
	return room;
}

int tmpfs_charge_inode(struct tmpfs_sb *s)
{
	int err = 0;

	spin_lock(&s->lock);
	if (s->max_inodes && s->used_inodes >= s->max_inodes)
		err = -ENOSPC;
	else
		s->used_inodes++;
	spin_unlock(&s->lock);
	return err;
}

void tmpfs_uncharge_inode(struct tmpfs_sb *s)
{
	spin_lock(&s->lock);
	ASSERT(s->used_inodes);
	s->used_inodes--;
	spin_unlock(&s->lock);
}

static bool parse_number(const char **text, unsigned int base, u64 *value)
{
	const char *p = *text;
	u64 n = 0;

	for (; *p >= '0' && *p < (char)('0' + base); p++) {
		if (n >> 56)
			return false;
		n = n * base + (u64)(*p - '0');
	}
	if (p == *text)
		return false;
	*text = p;
	*value = n;
	return true;
}

static bool parse_suffix(const char *p, u64 *n)
{
	unsigned int shift = 0;

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
		return !*p;
	}
	if (p[1] || *n >> (63 - shift))
		return false;
	*n <<= shift;
	return true;
}

bool tmpfs_parse_size(const char *text, unsigned long total_pages, u64 *bytes)
{
	if (!parse_number(&text, 10, bytes))
		return false;
	if (*text == '%' && !text[1]) {
		if (*bytes > 1000000)
			return false;
		*bytes = div_u64(*bytes * total_pages, 100) << PAGE_SHIFT;
		return true;
	}
	return parse_suffix(text, bytes);
}

static bool parse_count(const char *text, u64 *n)
{
	return parse_number(&text, 10, n) && parse_suffix(text, n) && *n <= LONG_MAX;
}

static bool parse_id(const char *text, u32 *id)
{
	u64 n;

	if (!parse_number(&text, 10, &n) || *text || n > 0xfffffffeu)
		return false;
	*id = (u32)n;
	return true;
}

static bool set_max_pages(struct tmpfs_sb *s, u64 bytes)
{
	u64 pages = (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;

	if (pages > LONG_MAX)
		return false;
	s->max_pages = (unsigned long)pages;
	return true;
}

static bool parse_option(struct tmpfs_sb *s, const char *key, const char *value,
			 unsigned long total_pages)
{
	u64 n;

	if (!value)
		return false;
	if (!strcmp(key, "size"))
		return tmpfs_parse_size(value, total_pages, &n) && set_max_pages(s, n);
	if (!strcmp(key, "nr_blocks"))
		return parse_count(value, &n) && set_max_pages(s, n << PAGE_SHIFT);
	if (!strcmp(key, "nr_inodes")) {
		if (!parse_count(value, &n))
			return false;
		s->max_inodes = (unsigned long)n;
		return true;
	}
	if (!strcmp(key, "mode")) {
		if (!parse_number(&value, 8, &n) || *value)
			return false;
		s->mode = n & S_PERM_MASK;
		return true;
	}
	if (!strcmp(key, "uid"))
		return parse_id(value, &s->uid);
	if (!strcmp(key, "gid"))
		return parse_id(value, &s->gid);
	/* Known to Linux, without meaning here. */
	return !strcmp(key, "huge") || !strcmp(key, "mpol");
}

int tmpfs_parse_options(struct tmpfs_sb *s, char *text, unsigned long total_pages)
{
	char *key, *value;

	while ((key = fs_next_option(&text, &value)))
		if (!parse_option(s, key, value, total_pages) && strcmp(key, "inode64") &&
		    strcmp(key, "inode32"))
			return -EINVAL;
	return 0;
}

int tmpfs_change_limits(struct tmpfs_sb *s, const struct tmpfs_sb *want)
{
	int err = 0;

	spin_lock(&s->lock);
	if ((want->max_pages && want->max_pages < s->used_pages) ||
	    (want->max_inodes && want->max_inodes < s->used_inodes)) {
		err = -EINVAL;
	} else {
		s->max_pages = want->max_pages;
		s->max_inodes = want->max_inodes;
	}
	spin_unlock(&s->lock);
	return err;
}
