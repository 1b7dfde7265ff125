/*
 * scancode.h - bytes of a PC keyboard to Linux keycodes, and back.
 *
 * Set 1 is what an 8042 makes of a keyboard's set 2 when it translates (almost always); set 2 is
 * what comes untranslated. A decoder takes one byte and its arrival time; a pause of
 * SCAN_PREFIX_TIMEOUT_US inside a sequence drops what came before.
 *
 *  - Fake shifts around grey keys (E0 2A, E0 AA, E0 36, E0 B6; set 2: E0 12, E0 59) are dropped.
 *  - Pause has no break code on the wire: it is reported pressed and released at once
 *    (SCAN_TAP), as are Hangeul and Hanja.
 *  - Overrun bytes (set 1: FF, and 00; set 2: 00 and FF) are SCAN_ALL_UP: the receiver releases
 *    every key it holds as down.
 *  - AA is the break of left Shift in set 1 and also "self test passed" of a keyboard that was
 *    plugged in. It counts as SCAN_REPLUG when left Shift is not down, and always in set 2. FA, FE
 *    and FC are likewise reported as SCAN_REPLY unless the key they would release is down: a stray
 *    answer of the keyboard, to be ignored. (Replies to commands in progress never come here:
 *    ps2_port takes them out.)
 *
 * Sources: Microsoft's "Keyboard Scan Code Specification" 1.3a, kbdlayout.info's tables, Linux's
 * keycode numbers for the extended keys.
 *
 * Threading: pure; a decoder belongs to one keyboard, its caller serialises.
 */
#ifndef KERNEL_SCANCODE_H
#define KERNEL_SCANCODE_H

#include <kernel/types.h>

#define SCAN_PREFIX_TIMEOUT_US 100000u

enum scan_event_kind {
	SCAN_NONE,  /* more bytes needed, or nothing meant */
	SCAN_PRESS, /* also each repeat by the keyboard; the receiver knows what is down */
	SCAN_RELEASE,
	SCAN_TAP, /* press and release */
	SCAN_ALL_UP,
	SCAN_REPLUG,
	SCAN_REPLY,
	SCAN_UNKNOWN /* a key without a keycode; `raw` tells which */
};

struct scan_event {
	u8 kind;     /* enum scan_event_kind */
	u16 keycode; /* KEY_* of abi/input-event-codes.h */
	u16 raw;     /* prefix << 8 | make code */
};

struct scan_decoder {
	u8 set; /* 1 or 2 */
	/* private */
	u8 prefix;     /* 0, 0xE0 or 0xE1 */
	u8 skip;       /* bytes of a Pause sequence still to come */
	bool breaking; /* set 2: F0 came */
	u8 ambiguous;  /* set 1: which makes with an ambiguous break are down */
	u64 last_us;
};

/* `set` is 1 or 2. */
void scan_init(struct scan_decoder *d, unsigned int set);

struct scan_event scan_byte(struct scan_decoder *d, u8 byte, u64 now_us);

/*
 * The set 1 bytes a keyboard would send for a key (K_RAW consoles). Returns how many (0: this key
 * has none); `out` has room for SCAN_RAW_MAX.
 */
#define SCAN_RAW_MAX 3
unsigned int scan_set1_from_keycode(unsigned int keycode, bool release, u8 *out);

/* KDGETKEYCODE: keycode of a set 1 scan code (0x00-0x7F plain, 0xE000|x extended), 0 if none. */
unsigned int scan_set1_keycode(unsigned int scancode);

#endif
