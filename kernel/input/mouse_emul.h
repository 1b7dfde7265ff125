/*
 * mouse_emul.h - a PS/2 mouse as programs at /dev/input/mice know it: packets of three or four
 * bytes, and the commands that gpm and X write to choose between them. Pure.
 *
 * Motion adds up until it is read: a reader that comes late gets the sum in packets of at most 127
 * counts. After the knock sequence of rates 200 100 80 it is an IntelliMouse (ID 3, wheel), after
 * 200 200 80 an Explorer (ID 4, wheel and five buttons).
 */
#ifndef KERNEL_INPUT_MOUSE_EMUL_H
#define KERNEL_INPUT_MOUSE_EMUL_H

#include <kernel/types.h>

#define MOUSE_REPLY_MAX 6

enum mouse_emul_kind {
	MOUSE_PS2,
	MOUSE_IMPS,
	MOUSE_EXPS
};

struct mouse_emul {
	u8 kind;		   /* enum mouse_emul_kind */
	int dx, dy, dz;		   /* not yet told; right, up and away positive */
	u8 buttons, told_buttons;  /* bits left, right, middle, side, extra */
	bool pending;		   /* something to tell */
	u8 knock_imps, knock_exps; /* how far in the sequences */
	u8 out[MOUSE_REPLY_MAX];   /* being read */
	u8 out_n, out_at;
};

void mouse_emul_init(struct mouse_emul *m);
/* Down is positive, as REL_Y counts; wheel as REL_WHEEL. */
void mouse_emul_move(struct mouse_emul *m, int dx, int dy, int wheel);
void mouse_emul_button(struct mouse_emul *m, unsigned int button, bool down); /* 0..4 */
/* A byte written to it. */
void mouse_emul_command(struct mouse_emul *m, u8 byte);
bool mouse_emul_readable(const struct mouse_emul *m);
/* Up to `size` bytes, of one packet or reply at most. */
size_t mouse_emul_read(struct mouse_emul *m, u8 *dst, size_t size);

#endif
