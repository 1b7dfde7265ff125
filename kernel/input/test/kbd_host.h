/* kbd_host.h - a keyboard on the host, for the tests of kbd.c: hit keys, then look at what came
 * out. */
#ifndef KBD_HOST_H
#define KBD_HOST_H

#include <host/host.h>
#include <abi/input-event-codes.h>
#include <kernel/errno.h>
#include <kernel/keymap.h>
#include <stdio.h>
#include <string.h>

extern struct keymap km;
extern struct kbd k;
extern struct kbd_console con, other;
extern char typed[512];
extern size_t typed_count;
/* "name(arg)" one after another. */
extern char actions[512];

int kbd_setup(void **state);
int kbd_teardown(void **state);
void down(unsigned int key);
void up(unsigned int key);
void hit(unsigned int key);
void hit_with(unsigned int shift, unsigned int key);

#define typed_is(text)                                                                             \
	do {                                                                                       \
		assert_int_equal(typed_count, sizeof(text) - 1);                                   \
		assert_memory_equal(typed, text, sizeof(text) - 1);                                \
		typed_count = 0;                                                                   \
	} while (0)
#define actions_are(text)                                                                          \
	do {                                                                                       \
		assert_string_equal(actions, text);                                                \
		actions[0] = 0;                                                                    \
	} while (0)

#endif
