/* host_internal.h - what the files of host/ share. */
#ifndef HWTEST_HOST_INTERNAL_H
#define HWTEST_HOST_INTERNAL_H

#include "host.h"

/* ports.c */
extern const struct hw_ops host_hw_ops;

/*
 * Who has the port, in a text like /proc/ioports: the innermost range that holds it and is a
 * driver's. `text` is changed (the name ends in it). NULL: nobody. Pure.
 */
const char *owner_in_text(char *text, uint16_t port);

#endif
