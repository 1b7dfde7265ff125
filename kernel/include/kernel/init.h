/*
 * init.h - who is initialised when, and the kernel command line.
 *
 * INIT_CALL(level, fn) puts `static int fn(void)` in the table of a level; main.c runs the levels
 * in order, in link order within a level. A negative return is logged with the name; boot goes on.
 * INIT_EARLY runs on the boot stack with memory allocation, but no tasks and no interrupts; the
 * others in process 1's thread. The root file system is mounted between INIT_FS and INIT_BUS.
 */
#ifndef KERNEL_INIT_H
#define KERNEL_INIT_H

#include <kernel/types.h>

/* EARLY: consoles, lookup tables. CORE: VFS, tty core, work queues. FS: file system types.
 * BUS: which devices there are. DRIVER: devices. LATE: needs devices. */
#define INIT_EARLY  0
#define INIT_CORE   1
#define INIT_FS	    2
#define INIT_BUS    3
#define INIT_DRIVER 4
#define INIT_LATE   5

struct init_call {
	int (*fn)(void);
	const char *name;
	int level;
};
#define INIT_CALL_(level, func)                                                                    \
	static const struct init_call init_call_##func __used __section(                           \
		".initcall." #level) = { func, #func, level }
#define INIT_CALL(level, func) INIT_CALL_(level, func)

/*
 * Command line. cmdline_get() returns the value of the last "name=value" in a static buffer that is
 * valid until the next call during boot, "" for a bare "name", NULL when absent. cmdline_for_each()
 * visits every value of a repeatable argument.
 */
extern char boot_command_line[2048];
const char *cmdline_get(const char *name);
bool cmdline_has(const char *name);
/* name=123, 0x7b, with suffix K, M, G; def when absent or bad. */
u32 cmdline_get_uint(const char *name, u32 def);
/* Within a value: the number at *at, 123 or 0x7b, at most 0xffffffff; moves past it. False: none.
 */
bool cmdline_number(const char **at, u32 *out);
void cmdline_for_each(const char *name, void (*fn)(const char *value, void *arg), void *arg);
/* May the driver of that name touch its hardware? "drivers=none" says no to all, "drivers=A,B" to
 * all but A and B. Names: ahci, floppy, ide, ps2, rtc, serial. */
bool driver_allowed(const char *name);

/* What the boot loader gave besides: modules (initramfs) as physical ranges, in order. */
struct boot_module {
	phys_addr_t start, end;
	const char *cmdline;
};
extern struct boot_module boot_modules[16];
extern unsigned int boot_module_count;

#endif
