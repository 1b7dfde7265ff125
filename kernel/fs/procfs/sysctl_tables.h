/* sysctl_tables.h - the tables of /proc/sys that procfs itself knows. */
#ifndef PROCFS_SYSCTL_TABLES_H
#define PROCFS_SYSCTL_TABLES_H

int proc_sysctl_kernel_init(void);

/* Seconds until a panic restarts the machine, -1 at once, 0 never: "panic=" on the command line. */
extern int panic_timeout;

#endif
