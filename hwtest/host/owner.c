/*
 * owner.c - which driver has a port, by /proc/ioports.
 *
 * Linux lists what every PC has even where no driver uses it, and takes no range for its keyboard
 * driver. Sources: Linux Documentation/admin-guide/ioports names as printed by 2.6 to 6.x; the
 * first entries are the AT's I/O map.
 */
#include "host_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ranges of the board, not of a driver. */
static const char *const board_names[] = {
	"dma1", "pic1", "timer0", "timer1",    "timer",	    "keyboard", "dma page reg",
	"pic2", "dma2", "fpu",	  "PCI conf1", "PCI conf2", "reserved",
};
static const char *const board_prefixes[] = { "PCI Bus ", "0000:", "pnp ", "PNP0", "ACPI " };

static bool is_board(const char *name)
{
	for (size_t i = 0; i < sizeof(board_names) / sizeof(board_names[0]); i++)
		if (!strcmp(name, board_names[i]))
			return true;
	for (size_t i = 0; i < sizeof(board_prefixes) / sizeof(board_prefixes[0]); i++)
		if (!strncmp(name, board_prefixes[i], strlen(board_prefixes[i])))
			return true;
	return false;
}

const char *owner_in_text(char *text, uint16_t port)
{
	const char *owner = NULL;
	char *at = NULL;

	for (char *line = strtok_r(text, "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
		unsigned int first, last;
		int name = 0;

		if (sscanf(line, " %x-%x : %n", &first, &last, &name) < 2 || !name)
			continue;
		/* What is inside comes later. */
		if (first <= port && port <= last && !is_board(line + name))
			owner = line + name;
	}
	return owner;
}

static bool is_keyboard_port(uint16_t port)
{
	return port == 0x60 || port == 0x64;
}

const char *host_owner(const struct host *h, uint16_t port)
{
	static char *text; /* the last answer points into it */
	const char *owner;

	free(text);
	text = host_read_text("/proc/ioports");
	owner = text ? owner_in_text(text, port) : NULL;
	if (!owner && !h->oldiron && is_keyboard_port(port) &&
	    !access("/sys/bus/platform/drivers/i8042/i8042", F_OK))
		owner = "i8042";
	return owner;
}
