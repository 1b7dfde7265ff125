/* fill.h - text from functions that fill a buffer of fixed size. */
#ifndef PROCFS_FILL_H
#define PROCFS_FILL_H

#include <kernel/seq.h>

#define PROC_LINE_MAX 512u

/* The whole text at once; more room is tried until it surely was not cut. */
void proc_fill(struct seq *s, size_t (*fn)(char *buf, size_t size));
/* Line by line: fn is called with 0, 1, 2... until it returns 0. */
void proc_lines(struct seq *s, size_t (*fn)(unsigned int n, char *buf, size_t size));

#endif
