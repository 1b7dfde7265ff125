/* reboot.h - the end of the machine's day, as asked for by programs and the keyboard. */
#ifndef KERNEL_REBOOT_H
#define KERNEL_REBOOT_H

/* Ctrl-Alt-Del: restarts at once, or signals process 1 (SIGINT) after reboot(RB_DISABLE_CAD). Any
 * context. */
void ctrl_alt_del(void);

/* Runs fn, interrupts off, before the machine restarts or goes off: last come, first called. */
void machine_shutdown_hook(void (*fn)(void));

#endif
