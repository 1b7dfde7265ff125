/*
 * sysctl.h - /proc/sys: tables of values that programs may read and change.
 *
 * A value is described by one row; its type says how it is read and written. Integers take several
 * numbers when `count` is above 1, separated by blanks, and are checked against min and max (both
 * 0: no check); a write that fails changes nothing from the bad number on. -EINVAL: no number, or
 * out of range. Only root may write; mode 0444 rows nobody.
 *
 * Locking: single words are written whole; a SYSCTL_PROC row locks for itself.
 */
#ifndef KERNEL_SYSCTL_H
#define KERNEL_SYSCTL_H

#include <kernel/seq.h>
#include <kernel/types.h>

enum sysctl_type {
	SYSCTL_INT,    /* int data[count] */
	SYSCTL_UINT,   /* unsigned int data[count] */
	SYSCTL_ULONG,  /* unsigned long data[count] */
	SYSCTL_TEXT,   /* const char data[]: read only */
	SYSCTL_CONST,  /* shows min: a value that is fixed here; writing is accepted when it is the
			  same */
	SYSCTL_STRING, /* char data[max]; a trailing newline is cut off */
	SYSCTL_PROC    /* get() appends the whole text; set() takes what was written */
};

struct sysctl {
	const char *name;
	u32 mode;
	enum sysctl_type type;
	void *data;
	unsigned int count; /* 0: 1 */
	s64 min, max;
	void (*get)(const struct sysctl *ctl, struct seq *s);
	int (*set)(const struct sysctl *ctl, char *text, size_t len);
	int (*changed)(const struct sysctl *ctl); /* after a successful write; may be NULL */
};

/* Adds a table below /proc/sys/DIR ("kernel", "net/core"). The table must stay. 0 or -errno. */
int sysctl_register(const char *dir, const struct sysctl *table, unsigned int count);

/* Pure: the number at *text (decimal, 0x, 0; sign), moves past it and blanks. 0 or -EINVAL. */
int sysctl_parse_number(const char **text, s64 *value);
/* Pure: how a row reads and takes text; for tests and for sysctl.c. */
void sysctl_show(const struct sysctl *ctl, struct seq *s);
int sysctl_store(const struct sysctl *ctl, char *text, size_t len);

#endif
