/*
 * vt_console.h - between the files of the virtual consoles.
 *
 * Locking: the console lock guards screens, which console is in front, blanking and the display. It
 * does not keep interrupts away: who finds it taken in an interrupt (printk) or a timer leaves its
 * work to the holder (vt_unlock()). The keyboard lock (kbd_lock, irq-safe) guards the key tables,
 * struct kbd and every struct kbd_console. Order: console lock, keyboard lock, tty input.
 * vt_alloc_lock (mutex) guards that consoles come into being.
 */
#ifndef KERNEL_TTY_VT_CONSOLE_H
#define KERNEL_TTY_VT_CONSOLE_H

#include <kernel/keymap.h>
#include <kernel/lock.h>
#include <kernel/tty.h>
#include <kernel/vt.h>
#include <abi/kd.h>
#include "vt_screen.h"

#define VT_MAX		 63 /* consoles, tty1..tty63 */
#define VT_NODES	 12 /* /dev/tty1.. made at boot */
#define VT_DRAW_INTERVAL MSEC(10)

struct vt {
	struct tty tty;
	unsigned int number;	/* from 0; tty number+1 */
	struct kbd_console kbd; /* keyboard lock */
	/* console lock */
	struct vt_screen screen;
	void *memory; /* of the screen; NULL: not allocated */
	bool graphics;
	u8 palette[48];
	bool own_palette;
	u8 mode; /* VT_AUTO, VT_PROCESS */
	s16 relsig, acqsig;
	struct pid *owner; /* who is asked for leave; VT_PROCESS */
	u32 changes;	   /* for poll() of /dev/vcs */
};

extern struct vt *vt_table[VT_MAX]; /* filled under vt_alloc_lock, never emptied */
extern unsigned int vt_front;	    /* console lock */
extern struct vt_display *vt_display;
extern struct spinlock kbd_lock;
extern struct kbd vt_kbd;
extern struct keymap vt_keymap;
extern struct wait_queue vt_switch_wait, vt_change_wait;

static inline struct vt *vt_of_tty(struct tty *tty)
{
	return container_of(tty, struct vt, tty);
}

/* vt.c */
void vt_lock(void);
bool vt_trylock(void);
void vt_unlock(void);
struct vt *vt_get(unsigned int number); /* made if need be; ERR_PTR */
void vt_show(struct vt *vt);		/* console lock: something changed, draw soon */
void vt_show_now(struct vt *vt);
void vt_redraw_front(void); /* console lock */
int vt_resize_all(unsigned int cols, unsigned int rows);
int vt_disallocate(unsigned int number); /* -EBUSY */
void vt_set_back(unsigned int lines);	 /* console lock: the view of the console in front */
unsigned int vt_back(void);

/* vt_blank.c */
void vt_blank_init(void);
void vt_set_blank_minutes(unsigned int minutes);
void vt_blank(bool on); /* console lock */
bool vt_is_blanked(void);
void vt_poke(void); /* a key was hit: any context */
void vt_note_activity(void);

/* vt_switch.c */
void vt_request_switch(unsigned int number); /* any context */
void vt_request_previous(void);
void vt_step_switch(int step); /* keyboard: next or previous allocated one */
int vt_switch(unsigned int number);
void vt_reset_mode(struct vt *vt); /* console lock */
long vt_switch_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg);

/* vt_ioctl.c, vt_kbd_ioctl.c, vt_font_ioctl.c */
long vt_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg);
long vt_kbd_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg, bool allowed);
long vt_font_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg, bool allowed);

/* vt_keyboard.c */
void vt_keyboard_init(void);
void vt_keyboard_front(struct vt *vt); /* another console takes the keys */
void vt_keyboard_modes(struct vt *vt, unsigned int modes);
void vt_keyboard_leds(struct vt *vt, unsigned int leds);
int vt_keyboard_accept(int sig); /* KDSIGACCEPT */

#endif
