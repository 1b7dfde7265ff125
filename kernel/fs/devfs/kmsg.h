/* kmsg.h - how a record of the log looks in /dev/kmsg. Pure. */
#ifndef DEVFS_KMSG_H
#define DEVFS_KMSG_H

#include <kernel/printk.h>

#define KMSG_TEXT_MAX 1024u			/* of a record */
#define KMSG_LINE_MAX (KMSG_TEXT_MAX * 4 + 64u) /* every byte may become \xNN */

/* "prio,seq,usec,-;text\n", control bytes, high bytes and backslashes as \xNN. Returns the length.
 */
size_t kmsg_format(const struct log_record *rec, char *buf, size_t size);
/* Takes "<n>" off what a program wrote: the level 0..7; *text moves past it. */
unsigned int kmsg_parse_level(const char **text, size_t *len, unsigned int def);

#endif
