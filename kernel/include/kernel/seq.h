/*
 * seq.h - text that a file shows: made whole by one function into a buffer that grows, then read in
 * whatever pieces the reader likes.
 *
 * A show function appends with seq_printf() and its kin and returns 0 or a negative errno, which
 * the reader gets. When memory runs out the text is marked failed and the reader gets -ENOMEM: a
 * show function need not look. Appending allocates: not under a spinlock.
 *
 * The text of a file is made when it is read from its beginning (or first of all); a reading in
 * pieces sees one moment's text. It is thrown away at the end of the file, so that a program that
 * keeps the file open holds no memory.
 */
#ifndef KERNEL_SEQ_H
#define KERNEL_SEQ_H

#include <kernel/lock.h>
#include <kernel/types.h>

struct file;
struct iov_iter;

struct seq {
	char *buf;
	size_t len, size;
	bool failed;
};

void seq_printf(struct seq *s, const char *fmt, ...) __printf(2, 3);
void seq_puts(struct seq *s, const char *text);
void seq_putc(struct seq *s, char c);
void seq_write(struct seq *s, const void *data, size_t n);
/* Spaces until the column (counted from the length `from`) is reached. */
void seq_pad(struct seq *s, size_t from, size_t column);
/* The text with each byte of `chars` as \ooo. */
void seq_escape(struct seq *s, const char *text, const char *chars);
/* Room for n bytes at the end, filled by the caller, then seq_commit()ted; NULL: no memory. */
char *seq_room(struct seq *s, size_t n);
static inline void seq_commit(struct seq *s, size_t n)
{
	s->len += n;
}
void seq_free(struct seq *s);

/* An open file of such text; the file's private belongs to it. */
struct seq_file {
	struct mutex lock; /* all below */
	struct seq text;
	bool valid;
	int (*show)(struct seq *s, struct file *file);
	void *private; /* the show function's */
};
int seq_open(struct file *file, int (*show)(struct seq *s, struct file *file));
ssize_t seq_read(struct file *file, struct iov_iter *to, loff_t *pos);
loff_t seq_llseek(struct file *file, loff_t offset, int whence);
void seq_release(struct file *file);

#endif
