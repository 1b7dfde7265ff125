/*
 * printk.c - the log: a ring of records in one buffer, and the consoles it is shown on.
 *
 * A record is a header and its text, 4-byte aligned; the oldest are overwritten. Everything is
 * guarded by log_lock with interrupts off, except in a panic, when nobody else runs any more.
 */
#include <kernel/assert.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/lock.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/wait.h>

#define LOG_SIZE	 32768u
#define LINE_MAX	 1024u
#define LEVEL_DEFAULT	 4
#define HEADER_MARK_WRAP 0xffffu

struct record {
	u64 seq;
	u64 time_ns;
	u16 len; /* HEADER_MARK_WRAP: go on at the start of the buffer */
	u8 level;
	u8 pad;
};

bool panicking;
int console_loglevel = 7;
DEFINE_WAIT_QUEUE(log_wait);
static char ring[LOG_SIZE] __aligned(8);
static u32 first_at, next_at; /* log_lock: offsets of the oldest and the next record */
static u64 first_seq, next_seq;
static DEFINE_SPINLOCK(log_lock, RANK_LOG);
static LIST_HEAD(consoles); /* log_lock */
static char line[LINE_MAX]; /* log_lock */

static u32 record_size(u16 len)
{
	return ALIGN_UP((u32)sizeof(struct record) + len, 8u);
}

static struct record *record_at(u32 at)
{
	return (struct record *)(ring + at);
}

static u32 after(u32 at)
{
	at += record_size(record_at(at)->len);
	if (at + sizeof(struct record) > LOG_SIZE || record_at(at)->len == HEADER_MARK_WRAP)
		return 0;
	return at;
}

static void drop_oldest(void)
{
	first_at = after(first_at);
	first_seq++;
}

/* Makes [next_at, next_at + size) free. */
static void make_room(u32 size)
{
	if (next_at + size > LOG_SIZE) {
		while (first_seq < next_seq && first_at >= next_at)
			drop_oldest();
		if (next_at + sizeof(struct record) <= LOG_SIZE)
			record_at(next_at)->len = HEADER_MARK_WRAP;
		next_at = 0;
	}
	while (first_seq < next_seq && first_at >= next_at &&
	       first_at < next_at + size + sizeof(struct record))
		drop_oldest();
	if (first_seq == next_seq)
		first_at = next_at;
}

static void store(u8 level, u64 now, const char *text, u16 len)
{
	struct record *r;

	make_room(record_size(len));
	r = record_at(next_at);
	*r = (struct record){ .seq = next_seq++, .time_ns = now, .len = len, .level = level };
	memcpy(r + 1, text, len);
	next_at += record_size(len);
	if (next_at + sizeof(struct record) > LOG_SIZE)
		next_at = 0;
}

static void show(struct console *only, u8 level, u64 now, const char *text, size_t len)
{
	char stamp[24];
	struct console *c;
	u32 seconds, rest;
	int n;

	if (level >= console_loglevel && !panicking)
		return;
	seconds = (u32)div_u64_rem(now, NSEC_PER_SEC, &rest);
	n = scnprintf(stamp, sizeof(stamp), "[%5u.%06u] ", seconds, rest / 1000);
	list_for_each_entry (c, &consoles, node) {
		if (!c->enabled || (only && c != only))
			continue;
		c->write(c, stamp, (size_t)n);
		c->write(c, text, len);
		c->write(c, "\n", 1);
	}
}

/* "\001N" prefixes set the level. */
static const char *split_level(const char *text, u8 *level)
{
	if (text[0] == '\001' && text[1] >= '0' && text[1] <= '7') {
		*level = (u8)(text[1] - '0');
		return text + 2;
	}
	return text;
}

static void log_line(void)
{
	u8 level = LEVEL_DEFAULT;
	const char *text = split_level(line, &level);
	size_t len = strlen(text);
	u64 now = (u64)clock_monotonic();

	while (len && text[len - 1] == '\n')
		len--;
	store(level, now, text, (u16)len);
	show(NULL, level, now, text, len);
}

int vprintk(const char *fmt, va_list ap)
{
	unsigned long flags;
	int n;

	if (panicking) {
		n = vsnprintf(line, sizeof(line), fmt, ap);
		log_line();
		return n;
	}
	flags = spin_lock_irqsave(&log_lock);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	log_line();
	spin_unlock_irqrestore(&log_lock, flags);
	/* Waking takes locks the caller may hold; a task that reads the log asks again in time. */
	if (current && wait_queue_active(&log_wait) && !in_atomic() && !irqs_disabled())
		wake_up_all(&log_wait);
	return n;
}

int printk(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vprintk(fmt, ap);
	va_end(ap);
	return n;
}

ssize_t log_read(u64 *seq, struct log_record *rec, char *buf, size_t size)
{
	unsigned long flags = spin_lock_irqsave(&log_lock);
	ssize_t ret = -EAGAIN;
	u32 at = first_at;
	u64 s = first_seq;

	if (*seq < first_seq)
		*seq = first_seq;
	for (; s < *seq && s < next_seq; s++)
		at = after(at);
	if (s < next_seq) {
		struct record *r = record_at(at);
		size_t n = min_t(size_t, r->len, size);

		memcpy(buf, r + 1, n);
		*rec = (struct log_record){ r->seq, r->time_ns, r->level, (u16)n, buf };
		*seq = s + 1;
		ret = (ssize_t)n;
	}
	spin_unlock_irqrestore(&log_lock, flags);
	return ret;
}

u64 log_first_seq(void)
{
	return first_seq;
}

u64 log_next_seq(void)
{
	return next_seq;
}

static void replay(struct console *con)
{
	u32 at = first_at;

	for (u64 s = first_seq; s < next_seq; s++) {
		struct record *r = record_at(at);

		show(con, r->level, r->time_ns, (const char *)(r + 1), r->len);
		at = after(at);
	}
}

void console_register(struct console *con)
{
	unsigned long flags = spin_lock_irqsave(&log_lock);

	con->enabled = true;
	list_add_tail(&con->node, &consoles);
	replay(con);
	spin_unlock_irqrestore(&log_lock, flags);
}

void console_unregister(struct console *con)
{
	unsigned long flags = spin_lock_irqsave(&log_lock);

	con->enabled = false;
	list_del(&con->node);
	spin_unlock_irqrestore(&log_lock, flags);
}

struct wanted_query {
	const char *name;
	int index;
	bool any, match;
};

static void check_wanted(const char *value, void *arg)
{
	struct wanted_query *q = arg;
	size_t n = strlen(q->name);
	int index = 0;

	q->any = true;
	if (strncmp(value, q->name, n) || value[n] < '0' || value[n] > '9')
		return;
	for (const char *p = value + n; *p >= '0' && *p <= '9'; p++)
		index = index * 10 + *p - '0';
	if (index == q->index)
		q->match = true;
}

/* With no console= at all, the screen is the console. */
bool console_wanted(const char *name, int index)
{
	struct wanted_query q = { .name = name, .index = index };

	cmdline_for_each("console", check_wanted, &q);
	return q.any ? q.match : !strcmp(name, "tty") && index == 0;
}
