/* The keyboard of kbd_host.h. */
#include "kbd_host.h"

struct keymap km;
struct kbd k;
struct kbd_console con, other;

char typed[512];
size_t typed_count;
char actions[512];

static void on_bytes(void *ctx, const char *text, size_t n)
{
	assert_true(n > 0 && typed_count + n < sizeof(typed));
	memcpy(typed + typed_count, text, n);
	typed_count += n;
}

static void on_action(void *ctx, enum kbd_action action, unsigned int arg)
{
	static const char *const name[] = {
		[KBD_SWITCH] = "switch",    [KBD_SWITCH_LAST] = "last", [KBD_SWITCH_NEXT] = "next",
		[KBD_SWITCH_PREV] = "prev", [KBD_SCROLL_BACK] = "back", [KBD_SCROLL_FORW] = "forw",
		[KBD_BREAK] = "break",	    [KBD_HOLD] = "hold",	[KBD_BOOT] = "boot",
		[KBD_SAK] = "sak",	    [KBD_SPAWN] = "spawn",	[KBD_SHOW_REGS] = "regs",
		[KBD_SHOW_MEM] = "mem",	    [KBD_SHOW_STATE] = "state", [KBD_SYSRQ] = "sysrq",
		[KBD_LEDS] = "leds",
	};
	size_t used = strlen(actions);

	snprintf(actions + used, sizeof(actions) - used, "%s(%u)", name[action], arg);
}

static const struct kbd_ops ops = { on_bytes, on_action };

int kbd_setup(void **state)
{
	host_setup(state);
	keymap_init(&km);
	kbd_console_init(&con);
	kbd_console_init(&other);
	kbd_init(&k, &km, &con, &ops, NULL);
	typed_count = 0;
	actions[0] = 0;
	return 0;
}

int kbd_teardown(void **state)
{
	keymap_destroy(&km);
	return host_teardown(state);
}

void down(unsigned int key)
{
	kbd_key(&k, key, KBD_PRESSED);
}
void up(unsigned int key)
{
	kbd_key(&k, key, KBD_RELEASED);
}
void hit(unsigned int key)
{
	down(key);
	up(key);
}
void hit_with(unsigned int shift, unsigned int key)
{
	down(shift);
	hit(key);
	up(shift);
}
