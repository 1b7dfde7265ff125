/*
 * power.c - by what way Oldiron would switch this machine off; and doing it, with --poweroff.
 *
 * The order is the kernel's: ACPI, then APM. With
 * --poweroff all is written out first, and the probe's name is in the mark file: when the machine
 * is still on afterwards, the probe goes on to say so; when it is off, the next run finds the mark
 * and calls it a hang, and who stood by knows better.
 *
 * Source: kernel/x86/reboot.c; hardware-notes 11.
 */
#include "acpi_tables.h"
#include "probe.h"
#include <sys/reboot.h>
#include <unistd.h>

#define PORT_MAX    0xffffu
#define WAIT_OFF_US 5000000u

static bool by_acpi(struct host *host)
{
	struct acpi_tables t;
	u8 a, b;
	bool can;

	acpi_tables_read(&t, host);
	can = acpi_tables_s5(&t, &a, &b) && t.fadt && t.fadt->pm1a_cnt &&
	      t.fadt->pm1a_cnt <= PORT_MAX;
	acpi_tables_free(&t);
	return can;
}

static void switch_off(struct probe_run *run)
{
	probe_step(run, "switching the machine off");
	sync();
	if (reboot(RB_POWER_OFF))
		note_text(run, "", "refused", "the system does not switch off for this program");
	hw_sleep_us(&run->host->hw, WAIT_OFF_US);
	note_number(run, "", "still-on", 1, "");
}

static enum probe_end run_power(struct probe_run *run)
{
	u8 probe_byte;

	if (host_read_memory(run->host, 0xe0000, &probe_byte, 1))
		return not_run(run, "this system does not let programs read physical memory");
	note_number(run, "", "acpi", by_acpi(run->host), "");
	note_number(run, "", "apm", !access("/proc/apm", R_OK), "");
	if (run->options->poweroff)
		switch_off(run);
	return PROBE_DONE;
}

const struct probe probe_power = {
	.name = "power",
	.title = "the way to switch the machine off",
	.class = CLASS_R0,
	.seconds = 15,
	.run = run_power,
};
