/*
 * ipc.h - hooks of the IPC part for processes and procfs.
 *
 * process_exit: sem_exit() undoes the System V semaphore operations of a process; call it once,
 * when its last thread exits, in that thread's context. pidfd_file() makes the file CLONE_PIDFD
 * installs.
 *
 * The *_show functions write text for procfs: they are called with pos = 0, 1, 2, ... and return
 * the length of that line (0: no more); line 0 is the header.
 */
#ifndef KERNEL_IPC_H
#define KERNEL_IPC_H

#include <kernel/types.h>

struct file;
struct pid;
struct process;

void sem_exit(struct process *process);
struct file *pidfd_file(struct pid *pid, u32 flags); /* ERR_PTR; takes its own reference */
struct pid *pidfd_pid(struct file *file);	     /* not referenced; NULL: not a pidfd */

size_t unix_proc_show(unsigned int pos, char *buf, size_t size);     /* /proc/net/unix */
size_t sysv_shm_proc_show(unsigned int pos, char *buf, size_t size); /* /proc/sysvipc/shm */
size_t sysv_sem_proc_show(unsigned int pos, char *buf, size_t size); /* /proc/sysvipc/sem */
size_t sysv_msg_proc_show(unsigned int pos, char *buf, size_t size); /* /proc/sysvipc/msg */

#endif
