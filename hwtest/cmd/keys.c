/* keys.c - see keys.h. */
#include "keys.h"
#include <termios.h>
#include <unistd.h>

static struct termios before;

static int get_key(void *ctx)
{
	unsigned char key;

	return read(STDIN_FILENO, &key, 1) == 1 ? key : -1;
}

bool keys_open_terminal(struct keys *keys)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &before))
		return false;
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	*keys = (struct keys){ .get = get_key };
	return !tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
}

void keys_close_terminal(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}
