/* tty_files.c - /proc/tty/drivers (ps needs it to name terminals) and /proc/bus/input/devices. */
#include <kernel/init.h>
#include <kernel/input.h>
#include <kernel/procfs.h>
#include <kernel/slab.h>
#include <kernel/tty.h>
#include <kernel/types.h>
#include <kernel/errno.h>

static int show_formatted(struct seq *s, size_t (*format)(char *buf, size_t size))
{
	char *text = kmalloc(PAGE_SIZE, GFP_KERNEL);

	if (!text)
		return -ENOMEM;
	text[format(text, PAGE_SIZE)] = '\0';
	seq_puts(s, text);
	kfree(text);
	return 0;
}

static int show_tty_drivers(struct seq *s)
{
	return show_formatted(s, tty_drivers_format);
}

static int show_input_devices(struct seq *s)
{
	return show_formatted(s, input_devices_format);
}

static const struct proc_file tty_files[] = { { .name = "drivers", .show = show_tty_drivers } };
static const struct proc_file input_files[] = { { .name = "devices", .show = show_input_devices } };

static int tty_files_init(void)
{
	int err = proc_add_files("tty", tty_files, ARRAY_SIZE(tty_files));

	return err ? err : proc_add_files("bus/input", input_files, ARRAY_SIZE(input_files));
}
INIT_CALL(INIT_FS, tty_files_init);
