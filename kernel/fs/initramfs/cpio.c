/*
 * cpio.c - see cpio.h.
 */
#include "cpio.h"
#include <kernel/string.h>
#include <abi/stat.h>

#define HEADER_SIZE 110
#define TRAILER	    "TRAILER!!!"

void cpio_init(struct cpio *c, const struct cpio_ops *ops, void *arg)
{
	memset(c, 0, sizeof(*c));
	c->ops = ops;
	c->arg = arg;
	c->state = CPIO_BETWEEN;
}

bool cpio_at_boundary(const struct cpio *c)
{
	return c->state == CPIO_BETWEEN || (c->state == CPIO_HEADER && !c->have);
}

static void fail(struct cpio *c, const char *why)
{
	c->failure = why;
	c->state = CPIO_FAILED;
}

static void expect(struct cpio *c, enum cpio_state state, size_t want)
{
	c->state = state;
	c->want = want;
	c->have = 0;
}

static bool parse_hex(const char *p, u32 *value)
{
	u32 v = 0;

	for (int i = 0; i < 8; i++) {
		char ch = p[i];

		if (ch >= '0' && ch <= '9')
			v = v << 4 | (u32)(ch - '0');
		else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
			v = v << 4 | (u32)((ch | 0x20) - 'a' + 10);
		else
			return false;
	}
	*value = v;
	return true;
}

static void header_done(struct cpio *c)
{
	struct cpio_entry *e = &c->entry;
	u32 name_size = 0;
	u32 *const fields[13] = { &e->ino,	 &e->mode,	 &e->uid,	 &e->gid,
				  &e->nlink,	 &e->mtime,	 &e->size,	 &e->dev_major,
				  &e->dev_minor, &e->rdev_major, &e->rdev_minor, &name_size,
				  &e->check };

	if (memcmp(c->header, "07070", 5) || (c->header[5] != '1' && c->header[5] != '2')) {
		fail(c, "no cpio header where one should be");
		return;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		if (!parse_hex(c->header + 6 + 8 * i, fields[i])) {
			fail(c, "cpio header with a bad number");
			return;
		}
	e->checked = c->header[5] == '2';
	if (!name_size || name_size > CPIO_NAME_MAX)
		fail(c, "cpio name of impossible length");
	else
		expect(c, CPIO_NAME, name_size);
}

/* Bytes up to the next multiple of four of the archive. */
static size_t padding(const struct cpio *c)
{
	return (4 - (size_t)(c->offset & 3)) & 3;
}

static void data_begins(struct cpio *c)
{
	c->left = c->entry.size;
	c->sum = 0;
	c->state = CPIO_DATA;
}

static void name_done(struct cpio *c)
{
	size_t n = c->want;

	if (c->name[n - 1]) {
		fail(c, "cpio name without an end");
		return;
	}
	if (n == sizeof(TRAILER) && !memcmp(c->name, TRAILER, n)) {
		c->ops->trailer(c->arg);
		c->state = CPIO_BETWEEN;
		return;
	}
	c->entry.name = c->name;
	c->entries++;
	c->skip = c->ops->begin(c->arg, &c->entry) < 0;
	if (c->skip)
		c->errors++;
	if (padding(c))
		expect(c, CPIO_NAME_PAD, padding(c));
	else
		data_begins(c);
}

static void data_done(struct cpio *c)
{
	bool ok = !c->entry.checked || c->sum == c->entry.check;

	if (!c->skip && c->ops->end(c->arg, ok) < 0)
		c->errors++;
	if (padding(c))
		expect(c, CPIO_DATA_PAD, padding(c));
	else
		expect(c, CPIO_HEADER, HEADER_SIZE);
}

static size_t feed_data(struct cpio *c, const u8 *data, size_t n)
{
	if (n > c->left)
		n = c->left;
	if (n && c->entry.checked)
		for (size_t i = 0; i < n; i++)
			c->sum += data[i];
	if (n && !c->skip && c->ops->data(c->arg, data, n) < 0) {
		c->skip = true;
		c->errors++;
		(void)c->ops->end(c->arg, true);
	}
	c->left -= n;
	c->offset += n;
	if (!c->left)
		data_done(c);
	return n;
}

/* Collects a part of fixed length; true when it is whole. */
static bool collect(struct cpio *c, char *to, const u8 *data, size_t n, size_t *taken)
{
	*taken = c->want - c->have;
	if (*taken > n)
		*taken = n;
	if (to)
		memcpy(to + c->have, data, *taken);
	c->have += *taken;
	c->offset += *taken;
	return c->have == c->want;
}

static size_t feed_between(struct cpio *c, const u8 *data, size_t n)
{
	size_t i = 0;

	while (i < n && !data[i])
		i++;
	c->offset += i;
	if (i < n && data[i] == '0') {
		/* A new archive counts its padding from its own beginning. */
		c->offset = 0;
		expect(c, CPIO_HEADER, HEADER_SIZE);
	}
	return i;
}

static size_t feed_some(struct cpio *c, const u8 *data, size_t n)
{
	size_t taken = 0;

	switch (c->state) {
	case CPIO_HEADER:
		if (collect(c, c->header, data, n, &taken))
			header_done(c);
		break;
	case CPIO_NAME:
		if (collect(c, c->name, data, n, &taken))
			name_done(c);
		break;
	case CPIO_NAME_PAD:
		if (collect(c, NULL, data, n, &taken))
			data_begins(c);
		break;
	case CPIO_DATA_PAD:
		if (collect(c, NULL, data, n, &taken))
			expect(c, CPIO_HEADER, HEADER_SIZE);
		break;
	case CPIO_DATA:
		taken = feed_data(c, data, n);
		break;
	case CPIO_BETWEEN:
		taken = feed_between(c, data, n);
		break;
	case CPIO_FAILED:
		break;
	}
	return taken;
}

size_t cpio_feed(struct cpio *c, const u8 *data, size_t n)
{
	size_t done = 0;

	while (done < n && c->state != CPIO_FAILED) {
		enum cpio_state before = c->state;
		size_t taken = feed_some(c, data + done, n - done);

		done += taken;
		if (!taken && c->state == before && before == CPIO_BETWEEN)
			break; /* something that is not cpio */
	}
	/* An entry without data ends without waiting for more input. */
	while (c->state == CPIO_DATA && !c->left)
		(void)feed_data(c, data, 0);
	return done;
}
