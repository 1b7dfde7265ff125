/*
 * printk.h - the kernel's log.
 *
 * printk() appends one record to a ring buffer (read by dmesg through syslog(2) and /dev/kmsg) and
 * hands it to every registered boot console whose level admits it. A message starts with a level
 * string from below; without one it is a warning. A record ends at '\n'; a following printk()
 * starts a new one, there is no continuation.
 *
 * Format: C's %d %i %u %x %X %o %c %s %p %% with flags 0 - + # space, width, precision, * and
 * h hh l ll z; and %pE for a negative errno's name (int passed as (void *)(long)err).
 *
 * Threading: callable anywhere, interrupts and panics included.
 */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include <kernel/list.h>
#include <kernel/types.h>

#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0"
#define KERN_ALERT   KERN_SOH "1"
#define KERN_CRIT    KERN_SOH "2"
#define KERN_ERR     KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE  KERN_SOH "5"
#define KERN_INFO    KERN_SOH "6"
#define KERN_DEBUG   KERN_SOH "7"

int printk(const char *fmt, ...) __printf(1, 2);
int vprintk(const char *fmt, va_list ap) __printf(1, 0);

#define pr_emerg(...)  printk(KERN_EMERG __VA_ARGS__)
#define pr_crit(...)   printk(KERN_CRIT __VA_ARGS__)
#define pr_err(...)    printk(KERN_ERR __VA_ARGS__)
#define pr_warn(...)   printk(KERN_WARNING __VA_ARGS__)
#define pr_notice(...) printk(KERN_NOTICE __VA_ARGS__)
#define pr_info(...)   printk(KERN_INFO __VA_ARGS__)
#define pr_debug(...)  printk(KERN_DEBUG __VA_ARGS__)

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap) __printf(3, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
/* Returns what was stored, not what would have been: safe to add up. */
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/*
 * Where log text goes. write() must not sleep, allocate or log; it may be called with interrupts
 * off and, when `panicking`, without taking any lock. `data` is the driver's.
 */
struct console {
	struct list_head node;
	const char *name; /* "tty" or "ttyS" */
	int index;
	void (*write)(struct console *con, const char *text, size_t len);
	void *data;
	bool enabled;
};

void console_register(struct console *con); /* replays the log so far */
void console_unregister(struct console *con);
/* "console=ttyS0,115200" arguments decide; the last named is /dev/console. */
bool console_wanted(const char *name, int index);

/* In panic, oops: all consoles, level ignored. */
extern bool panicking;

/* Used by syslog(2) and /dev/kmsg: copies records from sequence *seq on; see printk.c. */
struct log_record {
	u64 seq;
	u64 time_ns;
	u8 level;
	u16 len;
	const char *text;
};
/* Copies record `*seq` (or the oldest later one) to buf; advances *seq past it; -EAGAIN at the end.
 */
ssize_t log_read(u64 *seq, struct log_record *rec, char *buf, size_t size);
u64 log_first_seq(void);
u64 log_next_seq(void);
u64 log_clear_seq(void); /* behind the last syslog(2) that cleared; takes a mutex */
struct wait_queue;
extern struct wait_queue log_wait;
extern int console_loglevel;

#endif
