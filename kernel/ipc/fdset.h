/*
 * fdset.h - the six bitmaps of one select(): what is asked for and what is found. Pure.
 *
 * The maps lie one behind the other in one piece of memory of 6 * words words.
 */
#ifndef FDSET_H
#define FDSET_H

#include <kernel/bitops.h>
#include <kernel/poll.h>
#include <kernel/types.h>

struct fdset {
	unsigned int n, words;
	unsigned long *in, *out, *ex;		  /* asked */
	unsigned long *res_in, *res_out, *res_ex; /* found */
};

/* What makes a descriptor readable, writable, exceptional. */
#define SELECT_IN  (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define SELECT_OUT (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR)
#define SELECT_EX  POLLPRI

static inline size_t fdset_words(unsigned int n)
{
	return BITS_TO_LONGS(n);
}
void fdset_init(struct fdset *s, unsigned int n, unsigned long *memory);
/* Clears what was found. */
void fdset_clear_results(struct fdset *s);
/* The next descriptor >= from anyone asks about; s->n at the end. */
unsigned int fdset_next(const struct fdset *s, unsigned int from);
/* The POLL* events asked of one. */
u32 fdset_events(const struct fdset *s, unsigned int fd);
/* Notes what was found; how many of the three sets it counts in. */
unsigned int fdset_found(struct fdset *s, unsigned int fd, u32 events);

#endif
