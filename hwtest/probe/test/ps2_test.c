/* Controller, keyboard and mouse over simulated ones: sound, dead, floating, a driver's. */
// LINK: hwtest/probe/ps2.c hwtest/probe/ps2_open.c hwtest/probe/keyboard.c hwtest/probe/mouse.c
// LINK: hwtest/probe/input_list.c hwtest/probe/text.c hwtest/probe/note.c hwtest/report/facts.c
// LINK: common/xalloc.c hwtest/probe/test/sim_host.c drivers/ps2/test/sim_ps2.c
// LINK: drivers/ps2/i8042_core.c drivers/ps2/ps2_port.c drivers/ps2/atkbd_core.c
// LINK: drivers/ps2/psmouse_core.c
#include <drivers/ps2/test/sim_ps2.h>
#include <drivers/ps2/psmouse_core.h>
#include <stdlib.h>
#include <string.h>
#include "../input_list.h"
#include "sim_host.h"

static struct sim_ps2 ps2;
static struct sim_host host;
static const char *devices;

char *host_read_text(const char *path)
{
	return devices ? strdup(devices) : NULL;
}

static int setup(void **state)
{
	sim_ps2_init(&ps2);
	sim_host_init(&host, &ps2.bus);
	devices = NULL;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void test_a_sound_controller_is_put_back(void **state)
{
	u8 before = ps2.ctr;

	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "error"), 0);
	assert_int_equal(sim_fact_number(&host, "", "faulty"), 0);
	assert_int_equal(sim_fact_number(&host, "", "control"), before);
	assert_int_equal(sim_fact_number(&host, "", "mouse-port"), 1);
	assert_false(sim_fact_exists(&host, "", "self-test"));
	sim_bus_advance(&ps2.bus, 1000); /* it takes its last byte */
	assert_int_equal(ps2.ctr, before);
	assert_int_equal(ps2.kbd.resets, 0);
	assert_int_equal(ps2.mouse.resets, 0);
}

static void test_the_self_test_is_of_class_r2(void **state)
{
	host.options.class = CLASS_R2;
	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "self-test"), 0x55);
}

static void test_controllers_that_are_wrong(void **state)
{
	ps2.no_aux = true;
	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "mouse-port"), 0);
	assert_true(sim_fact_exists(&host, "", "mouse-port-fault"));
}

static void test_a_mute_controller(void **state)
{
	ps2.no_reply = true;
	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_DONE);
	assert_int_not_equal(sim_fact_number(&host, "", "error"), 0);
	assert_string_equal(sim_fact_text(&host, "", "fault"), "it answers no command");
	assert_in_range(sim_elapsed_us(&ps2), 0, I8042_PROBE_BUDGET_US);
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_NOT_RUN);
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_NOT_RUN);
}

static void test_nothing_there(void **state)
{
	sim_bus_release(&ps2.bus, 0x60);
	sim_bus_release(&ps2.bus, 0x64);
	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_ABSENT);
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_ABSENT);
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_ABSENT);
}

static void test_it_goes_away(void **state)
{
	sim_bus_float_after(&ps2.bus, 40);
	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_DONE);
	assert_in_range(sim_elapsed_us(&ps2), 0, 2 * I8042_PROBE_BUDGET_US);
}

static void test_a_keyboard_and_its_lights(void **state)
{
	host.memory[0x497] = 2;
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "answers"), 1);
	/* The second byte comes translated, as the driver sees it too. */
	assert_int_equal(sim_fact_number(&host, "", "id") >> 8, 0xab);
	assert_int_equal(sim_fact_number(&host, "", "lights-error"), 0);
	assert_int_equal(ps2.kbd.led_commands, 2);
	assert_int_equal(ps2.kbd.leds, 2);
	assert_int_equal(ps2.kbd.resets, 0);
}

static void test_a_keyboard_that_is_mute(void **state)
{
	ps2.kbd.silent = true;
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "answers"), 0);
	assert_in_range(sim_elapsed_us(&ps2), 0, 30000000);
}

static void press(void *arg)
{
	static const u8 keys[] = { 0x1e, 0x9e, 0x30, 0xb0, 0x1e, 0x9e };

	sim_kbd_sends(&ps2, keys, sizeof(keys));
}

static void escape_twice(void *arg)
{
	static const u8 keys[] = { 0x01, 0x81, 0x01, 0x81 };

	sim_kbd_sends(&ps2, keys, sizeof(keys));
}

static void test_keys_when_somebody_is_there(void **state)
{
	host.options.interactive = true;
	ps2.ctr &= (u8)~0x40; /* what is sent arrives as it is */
	sim_bus_at(&ps2.bus, 3000000, press, NULL);
	sim_bus_at(&ps2.bus, 5000000, escape_twice, NULL);
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "keys"), 3);
	assert_int_equal(sim_fact_bytes(&host, "", "keys-seen", 16)->bytes[0x1e / 8],
			 1u << 0x1e % 8);
	assert_in_range(sim_elapsed_us(&ps2), 5000000, 8000000);
}

static void test_silence_ends_the_asking(void **state)
{
	host.options.interactive = true;
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "keys"), 0);
	assert_in_range(sim_elapsed_us(&ps2), 10000000, 20000000);
}

static void test_a_mouse_is_asked_and_not_reset(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "id"), 0);
	assert_int_equal(ps2.mouse.resets, 0);
	ps2.mouse.has_wheel = true;
	host.options.class = CLASS_R2;
	facts_free(&host.facts);
	facts_init(&host.facts);
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "id"), 3);
	assert_int_equal(sim_fact_number(&host, "", "kind"), PSMOUSE_WHEEL);
	assert_true(ps2.mouse.resets > 0);
}

static void test_no_mouse(void **state)
{
	ps2.mouse.absent = true;
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "", "id"));
	assert_int_not_equal(sim_fact_number(&host, "", "error"), 0);
	facts_free(&host.facts);
	facts_init(&host.facts);
	ps2.no_aux = true;
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_ABSENT);
}

static void test_a_drivers_controller_is_only_looked_at(void **state)
{
	host.owner = "i8042";
	host.owned_first = 0x60;
	host.owned_last = 0x64;
	devices = "I: Bus=0011\nN: Name=\"AT Translated Set 2 keyboard\"\nP: Phys=isa0060/serio0\n"
		  "H: Handlers=sysrq kbd event0\n\n"
		  "I: Bus=0011\nN: Name=\"PS/2 Mouse\"\nH: Handlers=mouse0 event1\n\n";
	assert_int_equal(sim_host_run(&host, &probe_ps2), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "", "owner"), "i8042");
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "input0", "name"),
			    "\"AT Translated Set 2 keyboard\"");
	assert_string_equal(sim_fact_text(&host, "input0", "phys"), "isa0060/serio0");
	assert_false(sim_fact_exists(&host, "input1", "name"));
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "input0", "name"), "\"PS/2 Mouse\"");
	assert_int_equal(sim_bus_accessed(&ps2.bus, 0x60, true), 0);
	assert_int_equal(sim_bus_accessed(&ps2.bus, 0x64, true), 0);
	assert_int_equal(sim_bus_accessed(&ps2.bus, 0x60, false), 0);
	devices = NULL;
	assert_int_equal(sim_host_run(&host, &probe_mouse), PROBE_NOT_RUN);
}

/* A Bluetooth keyboard's name is its owner's choice, and its place an address. */
static void test_names_of_bluetooth_devices_are_hidden(void **state)
{
	host.owner = "i8042";
	host.owned_first = 0x60;
	host.owned_last = 0x64;
	devices = "I: Bus=0005 Vendor=05ac\nN: Name=\"Ann's Keyboard\"\nP: Phys=52:54:00:ab:cd:ef\n"
		  "H: Handlers=sysrq kbd event0\n\n"
		  "I: Bus=0003\nN: Name=\"USB Keyboard\"\nP: Phys=usb-0000:00:1d.0-1/input0\n"
		  "H: Handlers=sysrq kbd event1\n\n";
	assert_int_equal(sim_host_run(&host, &probe_keyboard), PROBE_DONE);
	assert_true(facts_find(&host.facts, "keyboard", "input0", "name")->identifying);
	assert_true(facts_find(&host.facts, "keyboard", "input0", "phys")->identifying);
	assert_false(facts_find(&host.facts, "keyboard", "input1", "name")->identifying);
	assert_false(facts_find(&host.facts, "keyboard", "input1", "phys")->identifying);
}

#define PS2_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PS2_TEST(test_a_sound_controller_is_put_back),
		PS2_TEST(test_the_self_test_is_of_class_r2),
		PS2_TEST(test_controllers_that_are_wrong),
		PS2_TEST(test_a_mute_controller),
		PS2_TEST(test_nothing_there),
		PS2_TEST(test_it_goes_away),
		PS2_TEST(test_a_keyboard_and_its_lights),
		PS2_TEST(test_a_keyboard_that_is_mute),
		PS2_TEST(test_keys_when_somebody_is_there),
		PS2_TEST(test_silence_ends_the_asking),
		PS2_TEST(test_a_mouse_is_asked_and_not_reset),
		PS2_TEST(test_no_mouse),
		PS2_TEST(test_a_drivers_controller_is_only_looked_at),
		PS2_TEST(test_names_of_bluetooth_devices_are_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
