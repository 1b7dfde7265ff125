/* The rules for controller, keyboard, mouse, screen, ACPI, APM and switching off. */
// LINK: hwtest/rules/ps2.c hwtest/rules/keyboard.c hwtest/rules/mouse.c hwtest/rules/vga.c
// LINK: hwtest/rules/acpi.c hwtest/rules/apm.c hwtest/rules/power.c kernel/x86/acpi_decode.c
// LINK: hwtest/rules/put.c hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
// LINK: hwtest/report/facts.c common/xalloc.c
#include <string.h>
#include "rule_case.h"

static void number(const char *probe, const char *key, int64_t value)
{
	facts_number(&facts, probe, "", key, value, "");
}

static void controller(const char *fault, int faulty, int status)
{
	rule_start_again();
	number("ps2", "status", status);
	number("ps2", "error", 0);
	number("ps2", "faulty", faulty);
	facts_text(&facts, "ps2", "", "fault", "%s", fault);
	number("ps2", "control", 0x61);
}

static void test_controllers(void **state)
{
	controller("no fault", 0, 0x1c);
	expect_verdict(&rule_ps2, VERDICT_WORKS, NULL);
	expect_line(&rule_ps2, "as found 61: keyboard codes translated");
	controller("the control register reads differently each time", 1, 0x1c);
	expect_verdict(&rule_ps2, VERDICT_LIMITED, "reads differently");
	controller("no fault", 0, 0x0c);
	expect_verdict(&rule_ps2, VERDICT_LIMITED, "key switch");
	controller("no fault", 0, 0x1c);
	number("ps2", "self-test", 0xfc);
	expect_verdict(&rule_ps2, VERDICT_LIMITED, "answered fc");
	controller("no fault", 0, 0x1c);
	facts_text(&facts, "ps2", "", "mouse-port-fault", "the loop test");
	expect_verdict(&rule_ps2, VERDICT_WORKS, "no port for a mouse");
	rule_start_again();
	number("ps2", "status", 0x1c);
	number("ps2", "error", -110);
	facts_text(&facts, "ps2", "", "fault", "it answers no command");
	expect_verdict(&rule_ps2, VERDICT_FAILED, "it answers no command");
	rule_start_again();
	facts_text(&facts, "ps2", "", "owner", "i8042");
	expect_verdict(&rule_ps2, VERDICT_DETECTED, "i8042 has it");
}

static void test_keyboards_and_mice(void **state)
{
	number("keyboard", "answers", 1);
	number("keyboard", "id", 0xab83);
	number("keyboard", "set", 1);
	number("keyboard", "lights-error", 0);
	expect_verdict(&rule_keyboard, VERDICT_WORKS, NULL);
	expect_line(&rule_keyboard, "identification: ab83\n");
	number("keyboard", "keys", 12);
	expect_verdict(&rule_keyboard, VERDICT_WORKS, "12 different keys");
	rule_start_again();
	number("keyboard", "answers", 1);
	number("keyboard", "keys", 0);
	expect_verdict(&rule_keyboard, VERDICT_FAILED, "No key arrived");
	rule_start_again();
	number("keyboard", "answers", 1);
	number("keyboard", "lights-error", -5);
	expect_verdict(&rule_keyboard, VERDICT_LIMITED, "lights");
	rule_start_again();
	facts_text(&facts, "keyboard", "", "owner", "i8042");
	facts_text(&facts, "keyboard", "input0", "name", "AT keyboard");
	expect_verdict(&rule_keyboard, VERDICT_DETECTED, "driver has it");
	expect_line(&rule_keyboard, "The system's: AT keyboard\n");

	rule_start_again();
	number("mouse", "id", 3);
	expect_verdict(&rule_mouse, VERDICT_DETECTED, "nobody was asked");
	expect_line(&rule_mouse, "A mouse, with a wheel (IntelliMouse)\n");
	number("mouse", "events", 50);
	number("mouse", "directions", 2);
	expect_verdict(&rule_mouse, VERDICT_LIMITED, "not in all four");
	rule_start_again();
	number("mouse", "id", 0);
	number("mouse", "events", 0);
	expect_verdict(&rule_mouse, VERDICT_FAILED, "No movement");
}

static void screen(uint8_t mode, uint8_t ega, int64_t misc, int64_t bad)
{
	uint8_t bios[0x3f] = { mode, 80 };

	rule_start_again();
	bios[0x484 - 0x449] = 24;
	bios[0x487 - 0x449] = ega;
	facts_bytes(&facts, "vga", "", "bios", bios, sizeof(bios));
	number("vga", "misc-output", misc);
	number("vga", "bad-cells", bad);
	number("vga", "memory", 0xb8000);
	number("vga", "memory-size", 32768);
}

static void test_screens(void **state)
{
	screen(3, 0x60, 0x67, 0);
	expect_verdict(&rule_vga, VERDICT_WORKS, NULL);
	expect_line(&rule_vga, "VGA, BIOS mode 03, 80 columns, 25 lines\n");
	expect_line(&rule_vga, "Text memory: 32 KB at b8000\n");
	screen(3, 0x60, 0xff, 0);
	expect_line(&rule_vga, "EGA, BIOS");
	screen(3, 0, 0xff, 0);
	expect_line(&rule_vga, "CGA, BIOS");
	screen(7, 0, -1, 0);
	expect_line(&rule_vga, "MDA or Hercules, BIOS");
	screen(3, 0x60, 0x67, 5);
	number("vga", "first-bad", 0xb8010);
	expect_verdict(&rule_vga, VERDICT_MALFUNCTION, "5 cells of its text memory do not keep");
	screen(3, 0x60, 0x67, -1);
	expect_verdict(&rule_vga, VERDICT_DETECTED, "could not be reached");
	number("vga", "graphics", 1);
	expect_verdict(&rule_vga, VERDICT_DETECTED, "graphics mode");
}

static void acpi(uint32_t port)
{
	uint8_t fadt[76] = "FACP";

	rule_start_again();
	facts_bytes(&facts, "acpi", "", "rsdp", "RSD PTR 000000000000", 20);
	memcpy(fadt + 64, &port, 4);
	memcpy(fadt + 10, "BOCHS ", 6);
	fadt[4] = 76;
	facts_bytes(&facts, "acpi", "FACP", "table", fadt, sizeof(fadt));
}

static void test_switching_off(void **state)
{
	acpi(0x604);
	expect_verdict(&rule_acpi, VERDICT_LIMITED, "no \\_S5_");
	number("acpi", "s5-a", 5);
	expect_verdict(&rule_acpi, VERDICT_WORKS, NULL);
	facts_bytes(&facts, "acpi", "", "s5-bytes", "\x08_S5_\x12\x06\x04\x0a\x05\x0a\x05", 12);
	expect_line(&rule_acpi, "FACP: 76 bytes, revision 0, made by BOCHS \n");
	expect_line(&rule_acpi, "PM1 control at 604 and 0");
	expect_line(&rule_acpi, "sleep types 5 and 5\n");
	acpi(0);
	expect_verdict(&rule_acpi, VERDICT_LIMITED, "names no port");
	acpi(0x10000);
	expect_verdict(&rule_acpi, VERDICT_LIMITED, "names no port");

	rule_start_again();
	number("apm", "major", 1);
	number("apm", "minor", 2);
	number("apm", "flags", 3);
	expect_verdict(&rule_apm, VERDICT_WORKS, NULL);
	expect_line(&rule_apm, "APM 1.2, flags 03\n");
	number("power", "acpi", 1);
	number("power", "apm", 1);
	expect_verdict(&rule_power, VERDICT_DETECTED, "--poweroff");
	expect_line(&rule_power, "By ACPI\nBy the APM BIOS, if ACPI does not\n");
	number("power", "still-on", 1);
	expect_verdict(&rule_power, VERDICT_FAILED, "still on");
	rule_start_again();
	number("power", "acpi", 0);
	number("power", "apm", 0);
	expect_verdict(&rule_power, VERDICT_LIMITED, "Only an APM BIOS");
}

static void test_absurd_reports(void **state)
{
	static const struct rule *const rules[] = { &rule_ps2,	&rule_keyboard, &rule_mouse,
						    &rule_vga,	&rule_acpi,	&rule_apm,
						    &rule_power };
	static const char *const keys[] = { "status",	   "error",	 "faulty",	"self-test",
					    "control",	   "mouse-port", "multiplexer", "keys",
					    "answers",	   "id",	 "set",		"events",
					    "directions",  "buttons",	 "bad-cells",	"first-bad",
					    "misc-output", "memory",	 "memory-size", "s5-a",
					    "major",	   "minor",	 "flags",	"acpi",
					    "apm" };
	static const char *const blobs[] = { "bios", "crtc", "rsdp", "table", "s5-bytes" };
	static const int64_t values[] = { INT64_MIN, INT64_MAX, -1, 1ll << 33 };

	for (unsigned int r = 0; r < 7; r++) {
		rule_start_again();
		expect_verdict(rules[r], VERDICT_FAILED, ".");
		describe_by(rules[r]);
		for (unsigned int v = 0; v < 4; v++) {
			rule_start_again();
			for (unsigned int k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
				number(rules[r]->probe, keys[k], values[v]);
			for (unsigned int b = 0; b < sizeof(blobs) / sizeof(blobs[0]); b++)
				facts_bytes(&facts, rules[r]->probe, b == 3 ? "FACP" : "", blobs[b],
					    "\xff\xff\xff", v);
			(void)judge_by(rules[r]);
			describe_by(rules[r]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_controllers),	RULE_TEST(test_keyboards_and_mice),
		RULE_TEST(test_screens),	RULE_TEST(test_switching_off),
		RULE_TEST(test_absurd_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
