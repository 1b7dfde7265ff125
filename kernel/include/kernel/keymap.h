/*
 * keymap.h - key tables as loadkeys(1) sets them, and what a key press makes of them.
 *
 * Three structures:
 *  - struct keymap, one for the machine: up to 256 tables of 256 entries, chosen by the shift
 * state, the function strings and the accent table. Changed by the functions behind the KD* ioctls.
 *  - struct kbd_console, one for each virtual console: mode (K_XLATE...), lock state, lights.
 *  - struct kbd, one for the machine: which keys are down, shift state, a compose in progress.
 *
 * kbd_key() takes one key event and calls struct kbd_ops: bytes for the tty of the console in front
 * or an action for the kernel. Entries inside the tables are in the kernel's form: KTYP + 0xF0 for
 * typed entries, a plain Unicode character below 0xF000. The keymap_get/set functions speak the
 * ABI's form (abi/keyboard.h).
 *
 * Errors are those of the ioctls: -EINVAL bad index or value, -ENOMEM. What needs privilege there
 * (K_SAK in a table, more tables) is the ioctl layer's to check.
 *
 * Memory: new tables and strings come from kmalloc(GFP_ATOMIC), since the lock is held;
 * keymap_destroy() frees them (for tests).
 *
 * Locking: the caller's keyboard lock (irq-safe: kbd_key() runs in interrupts) is held for every
 * call that takes a struct keymap, kbd or kbd_console; ops are called under it.
 *
 * Source: keyboard(5), loadkeys(1), ioctl_kd(2), console_codes(4).
 */
#ifndef KERNEL_KEYMAP_H
#define KERNEL_KEYMAP_H

#include <kernel/types.h>
#include <abi/keyboard.h>

/* ---- the tables ---- */

#define KEYMAP_FUNC_LEN 512 /* longest string by KDSKBSENT, with its NUL */

struct keymap_diacr {
	u32 accent, base, result; /* Unicode */
};

#define KEYMAP_BUILTIN 7 /* plain, shift, altgr, ctrl, shift-ctrl, alt, ctrl-alt */

struct keymap {
	u16 *table[MAX_NR_KEYMAPS];	/* NULL: no such table */
	const char *func[MAX_NR_FUNC];	/* NULL: empty */
	u32 own_func[MAX_NR_FUNC / 32]; /* bit set: kmalloc'd */
	struct keymap_diacr diacr[MAX_DIACR];
	unsigned int diacrs;
	u16 builtin[KEYMAP_BUILTIN][NR_KEYS];
};

/* The built-in US map, its strings and accents. Allocates nothing. */
void keymap_init(struct keymap *km);
void keymap_destroy(struct keymap *km);

/*
 * KDGKBENT; table and keycode are below 256. A missing table reads K_NOSUCHMAP at keycode 0 and
 * K_HOLE elsewhere. `unicode`: the console's mode is K_UNICODE; else a Unicode character reads
 * K_HOLE.
 */
u16 keymap_get(const struct keymap *km, unsigned int table, unsigned int keycode, bool unicode);

/*
 * KDSKBENT. An entry for a missing table makes it; K_NOSUCHMAP at keycode 0 frees a table (but
 * table 0, silently); anything else at keycode 0 is only checked. -EINVAL: no such type or value,
 * or a Unicode character outside of K_UNICODE mode. After a change to table 0:
 * kbd_compute_shifts().
 */
int keymap_set(struct keymap *km, unsigned int table, unsigned int keycode, u16 value,
	       bool unicode);

/* KDGKBSENT: the string, "" if none; NULL for n beyond the table. */
const char *keymap_func(const struct keymap *km, unsigned int n);

/* KDSKBSENT: a copy is kept. -EINVAL: n, or longer than KEYMAP_FUNC_LEN - 1. */
int keymap_set_func(struct keymap *km, unsigned int n, const char *text);

/* KDSKBDIACRUC and, after widening bytes to characters, KDSKBDIACR. -EINVAL: too many. */
int keymap_set_diacr(struct keymap *km, const struct keymap_diacr *list, unsigned int n);

/* ---- one console's settings ---- */

struct kbd_console {
	u8 mode;	  /* K_RAW, K_XLATE, K_MEDIUMRAW, K_UNICODE, K_OFF */
	bool app_cursor;  /* ESC [ ? 1 h */
	bool app_keypad;  /* ESC = */
	bool crlf;	  /* Enter sends CR LF */
	bool repeat;	  /* ESC [ ? 8 h */
	bool meta_escape; /* K_ESCPREFIX, else K_METABIT */
	u8 locks;	  /* LED_SCR | LED_NUM | LED_CAP: what is locked */
	u8 default_locks; /* KDSKBLED's second nibble; ESC c makes them the locks */
	u8 lights;	  /* shown instead of locks unless lights_follow */
	bool lights_follow;
	u8 lock_state;	/* sticky shifts: KT_LOCK, bits by KG_* */
	u8 slock_state; /* until the next key: KT_SLOCK */
};

void kbd_console_init(struct kbd_console *c);

/* What the lights shall show: LED_*. */
unsigned int kbd_console_leds(const struct kbd_console *c);

/* ---- the keyboard ---- */

enum kbd_action {
	KBD_SWITCH,	 /* to console arg (from 0) */
	KBD_SWITCH_LAST, /* to the console before this one */
	KBD_SWITCH_NEXT, /* Alt-Right */
	KBD_SWITCH_PREV, /* Alt-Left */
	KBD_SCROLL_BACK, /* half a screen */
	KBD_SCROLL_FORW,
	KBD_BREAK, /* a BREAK condition, as TTY_BREAK */
	KBD_HOLD,  /* Scroll Lock: arg 1 stop, 0 start the tty's output */
	KBD_BOOT,  /* Ctrl-Alt-Del */
	KBD_SAK,   /* secure attention */
	KBD_SPAWN, /* KDSIGACCEPT */
	KBD_SHOW_REGS,
	KBD_SHOW_MEM,
	KBD_SHOW_STATE,
	KBD_SYSRQ, /* Alt-SysRq-x; arg is the ASCII key */
	KBD_LEDS,  /* lights changed: arg is LED_* */
};

struct kbd_ops {
	/* Bytes typed. Never empty. */
	void (*bytes)(void *ctx, const char *text, size_t n);
	void (*action)(void *ctx, enum kbd_action action, unsigned int arg);
};

#define KBD_KEYS 256 /* keycodes 1..255 */

struct kbd {
	struct keymap *map;
	struct kbd_console *console; /* the one in front */
	const struct kbd_ops *ops;
	void *ctx;
	bool sysrq_enabled;

	/* private */
	u32 down[KBD_KEYS / 32];
	u8 shift_down[NR_SHIFT]; /* how many keys hold each shift */
	u16 shift_state;	 /* bits by KG_* */
	u32 diacr;		 /* accent waiting for its base; 0: none */
	bool dead_next;		 /* Compose came */
	bool typing_number;	 /* Alt with the keypad */
	u32 number;
	u8 brl_pressed, brl_committing;
	bool sysrq_down;
	u8 leds_told;
};

void kbd_init(struct kbd *k, struct keymap *map, struct kbd_console *console,
	      const struct kbd_ops *ops, void *ctx);

enum kbd_key_state {
	KBD_RELEASED,
	KBD_PRESSED, /* a press of a key that is down already counts as repeat */
};

/* One key event. Keycode 0 or >= KBD_KEYS is ignored. */
void kbd_key(struct kbd *k, unsigned int keycode, enum kbd_key_state state);

/* Every key up (overrun, replug): as if each was released. */
void kbd_all_up(struct kbd *k);

/* Another console comes to the front: shifts are worked out anew, its lights shown. */
void kbd_set_console(struct kbd *k, struct kbd_console *console);

/* KDSKBMODE: -EINVAL for an unknown mode. Works out the shift state anew. */
int kbd_set_mode(struct kbd *k, struct kbd_console *c, unsigned int mode);

/* Lights, locks or modes of a console were changed by an ioctl: tell if the lights differ. */
void kbd_update_leds(struct kbd *k);

/* Work out the shift state from the keys that are down (after the map changed). */
void kbd_compute_shifts(struct kbd *k);

/* TIOCL_GETSHIFTSTATE: bit per KG_*. */
static inline unsigned int kbd_shift_state(const struct kbd *k)
{
	return k->shift_state;
}

/* Is the key down? */
bool kbd_is_down(const struct kbd *k, unsigned int keycode);

#endif
