/* Typing at and listening to the master side of a pty. */
#ifndef TTYUTIL_H
#define TTYUTIL_H

#include <stddef.h>
#include <termios.h>

#ifndef IUCLC
#define IUCLC 01000
#endif
#ifndef OLCUC
#define OLCUC 02
#endif
#ifndef XTABS
#define XTABS 014000
#endif
#ifndef ECHOPRT
#define ECHOPRT 02000
#endif

void tty_put(int master, const char *text);
/* Reads until the master has been quiet for 30 ms; the text is terminated. */
size_t tty_drain(int master, char *buf, size_t size);
void tty_raw(int slave, int vmin, int vtime);
/* In the calling process: a new session whose controlling terminal is the slave. */
void tty_take(int slave);

#endif
