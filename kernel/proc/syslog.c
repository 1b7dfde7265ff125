/*
 * syslog.c - syslog(2): the kernel's log for klogd and old dmesg.
 *
 * A record comes out as "<level>[seconds.micros] text\n". The reader of SYSLOG_ACTION_READ shares
 * one position; a line that did not fit is continued at the next call.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/lock.h>
#include <kernel/math64.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>

enum {
	ACTION_CLOSE,
	ACTION_OPEN,
	ACTION_READ,
	ACTION_READ_ALL,
	ACTION_READ_CLEAR,
	ACTION_CLEAR,
	ACTION_CONSOLE_OFF,
	ACTION_CONSOLE_ON,
	ACTION_CONSOLE_LEVEL,
	ACTION_SIZE_UNREAD,
	ACTION_SIZE_BUFFER
};

#define LINE_MAX	 1024
#define PREFIX_MAX	 40
#define LOG_BUFFER_SIZE	 65536
#define LOGLEVEL_QUIET	 1
#define LOGLEVEL_DEFAULT 7

static DEFINE_MUTEX(syslog_lock, RANK_PIPE); /* all below */
static u64 read_seq, clear_seq;
static size_t read_offset; /* of the record at read_seq, already given out */
static int saved_loglevel = -1;

u64 log_clear_seq(void)
{
	u64 seq;

	mutex_lock(&syslog_lock);
	seq = clear_seq;
	mutex_unlock(&syslog_lock);
	return seq;
}

struct line {
	char text[PREFIX_MAX + LINE_MAX + 2];
	size_t len;
};

/* The record at *seq as a line; *seq moves past it. False at the end of the log. */
static bool next_line(u64 *seq, struct line *out, char *raw)
{
	struct log_record rec;
	u32 ns;
	u64 sec;
	ssize_t n = log_read(seq, &rec, raw, LINE_MAX);

	if (n < 0)
		return false;
	sec = div_u64_rem(rec.time_ns, (u32)NSEC_PER_SEC, &ns);
	out->len = (size_t)scnprintf(out->text, PREFIX_MAX, "<%u>[%5lu.%06lu] ", rec.level,
				     (unsigned long)sec, (unsigned long)(ns / 1000));
	n = min_t(ssize_t, rec.len, LINE_MAX);
	memcpy(out->text + out->len, rec.text, (size_t)n);
	out->len += (size_t)n;
	if (out->text[out->len - 1] != '\n')
		out->text[out->len++] = '\n';
	return true;
}

struct scratch {
	struct line line;
	char raw[LINE_MAX];
};

/* Gives out what is there from read_seq on; at least one byte is. */
static long read_some(struct scratch *s, char __user *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		u64 seq = read_seq;
		size_t n;

		if (!next_line(&seq, &s->line, s->raw))
			break;
		if (read_offset > s->line.len)
			read_offset = 0;
		n = min(s->line.len - read_offset, len - done);
		if (copy_to_user(buf + done, s->line.text + read_offset, n))
			return done ? (long)done : -EFAULT;
		done += n;
		read_offset += n;
		if (read_offset == s->line.len) {
			read_seq = seq;
			read_offset = 0;
		}
	}
	return (long)done;
}

static long action_read(struct scratch *s, char __user *buf, size_t len)
{
	long ret;

	do {
		ret = wait_event_interruptible(&log_wait, log_next_seq() > read_seq);
		if (ret)
			return ret;
		mutex_lock(&syslog_lock);
		ret = read_some(s, buf, len);
		mutex_unlock(&syslog_lock);
	} while (!ret); /* another reader was faster */
	return ret;
}

/* From which record on do the lines fit into len bytes? */
static u64 first_fitting(struct scratch *s, size_t len)
{
	u64 seq = clear_seq, total = 0;

	while (next_line(&seq, &s->line, s->raw))
		total += s->line.len;
	for (seq = clear_seq; total > len && next_line(&seq, &s->line, s->raw);)
		total -= s->line.len;
	return seq;
}

static long read_all(struct scratch *s, char __user *buf, size_t len)
{
	u64 seq = first_fitting(s, len);
	size_t done = 0;

	while (next_line(&seq, &s->line, s->raw) && s->line.len <= len - done) {
		if (copy_to_user(buf + done, s->line.text, s->line.len))
			return -EFAULT;
		done += s->line.len;
	}
	return (long)done;
}

static long size_unread(struct scratch *s)
{
	u64 seq = read_seq;
	size_t total = 0;

	while (next_line(&seq, &s->line, s->raw))
		total += s->line.len;
	return (long)(total - min(read_offset, total));
}

static long with_text(int type, char __user *buf, size_t len)
{
	struct scratch *s = kmalloc(sizeof(*s), GFP_KERNEL);
	long ret;

	if (!s)
		return -ENOMEM;
	if (type == ACTION_READ) {
		ret = action_read(s, buf, len);
		kfree(s);
		return ret;
	}
	mutex_lock(&syslog_lock);
	ret = type == ACTION_SIZE_UNREAD ? size_unread(s) : read_all(s, buf, len);
	if (type == ACTION_READ_CLEAR && ret >= 0)
		clear_seq = log_next_seq();
	mutex_unlock(&syslog_lock);
	kfree(s);
	return ret;
}

static long console_switch(int type, int level)
{
	if (type == ACTION_CONSOLE_OFF) {
		if (saved_loglevel < 0)
			saved_loglevel = console_loglevel;
		console_loglevel = LOGLEVEL_QUIET;
	} else if (type == ACTION_CONSOLE_ON) {
		if (saved_loglevel >= 0)
			console_loglevel = saved_loglevel;
		saved_loglevel = -1;
	} else {
		if (level < 1 || level > 8)
			return -EINVAL;
		console_loglevel = level;
		saved_loglevel = -1;
	}
	return 0;
}

asmlinkage long sys_syslog(int type, void __user *buf, int len)
{
	if (type != ACTION_READ_ALL && type != ACTION_SIZE_BUFFER && !capable(CAP_SYSLOG) &&
	    !capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (type) {
	case ACTION_CLOSE:
	case ACTION_OPEN:
		return 0;
	case ACTION_READ:
	case ACTION_READ_ALL:
	case ACTION_READ_CLEAR:
		if (!buf || len < 0)
			return -EINVAL;
		return len ? with_text(type, buf, (size_t)len) : 0;
	case ACTION_CLEAR:
		mutex_lock(&syslog_lock);
		clear_seq = log_next_seq();
		mutex_unlock(&syslog_lock);
		return 0;
	case ACTION_CONSOLE_OFF:
	case ACTION_CONSOLE_ON:
	case ACTION_CONSOLE_LEVEL:
		return console_switch(type, len);
	case ACTION_SIZE_UNREAD:
		return with_text(type, NULL, 0);
	case ACTION_SIZE_BUFFER:
		return LOG_BUFFER_SIZE;
	default:
		return -EINVAL;
	}
}
