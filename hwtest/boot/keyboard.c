/*
 * keyboard.c - keys from the console and, where no driver has it, from the keyboard controller.
 *
 * There are no interrupts for programs: the status port is looked at fifty times a second, which
 * nobody who types notices; the controller keeps a byte and the keyboard more until then. What the
 * BIOS set up is left as it is: set 1 by translation. Keys are those of the US layout that menus
 * need.
 */
#include "boot.h"
#include <abi/input-event-codes.h>
#include <errno.h>
#include <fcntl.h>
#include <kernel/scancode.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#define DATA_PORT   0x60u
#define STATUS_PORT 0x64u
#define STATUS_OBF  0x01u
#define STATUS_AUX  0x20u
#define FLOATING    0xffu
#define LOOK_MS	    20
#define MOST_BYTES  32 /* at one look: more than keyboard and controller keep */

static struct termios before;
static struct scan_decoder decoder;
static struct host *machine; /* NULL: the kernel has the keyboard */

static int key_of(unsigned int keycode)
{
	static const char row_q[] = "qwertyuiop", row_a[] = "asdfghjkl", row_z[] = "zxcvbnm";

	if (keycode >= KEY_1 && keycode <= KEY_0)
		return "1234567890"[keycode - KEY_1];
	if (keycode >= KEY_Q && keycode <= KEY_P)
		return row_q[keycode - KEY_Q];
	if (keycode >= KEY_A && keycode <= KEY_L)
		return row_a[keycode - KEY_A];
	if (keycode >= KEY_Z && keycode <= KEY_M)
		return row_z[keycode - KEY_Z];
	switch (keycode) {
	case KEY_SPACE:
	case KEY_PAGEDOWN:
		return ' ';
	case KEY_ENTER:
	case KEY_KPENTER:
		return '\r';
	case KEY_PAGEUP:
		return 'b';
	case KEY_ESC:
		return 27;
	default:
		return 0;
	}
}

/* A key that was pressed, or 0. */
static int look_at_controller(void)
{
	for (unsigned int i = 0; machine && i < MOST_BYTES; i++) {
		u8 status = hw_in8(&machine->hw, STATUS_PORT), byte;
		struct scan_event e;

		if (status == FLOATING || !(status & STATUS_OBF))
			break;
		byte = hw_in8(&machine->hw, DATA_PORT);
		if (status & STATUS_AUX)
			continue;
		e = scan_byte(&decoder, byte, host_now_us());
		if (e.kind == SCAN_PRESS && key_of(e.keycode))
			return key_of(e.keycode);
	}
	return 0;
}

static int get_key(void *ctx)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char byte;
	int key = 0;

	while (!key) {
		key = look_at_controller();
		if (!key && poll(&p, 1, machine ? LOOK_MS : -1) > 0) {
			if (read(STDIN_FILENO, &byte, 1) != 1)
				return -1;
			key = byte;
		}
	}
	return key;
}

bool keyboard_open(struct keys *keys, struct host *host, bool own)
{
	struct termios raw;

	machine = own ? host : NULL;
	scan_init(&decoder, 1);
	*keys = (struct keys){ .get = get_key };
	if (tcgetattr(STDIN_FILENO, &before))
		return false;
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_iflag &= ~(tcflag_t)ICRNL;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return !tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
}

void keyboard_close(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}
