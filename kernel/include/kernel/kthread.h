/*
 * kthread.h - kernel threads, for those who need to know nothing else of tasks.
 *
 * kthread_create() makes a thread that runs fn(arg) at once; it ends when fn returns. ERR_PTR
 * without memory. Where sleeping is fine.
 */
#ifndef KERNEL_KTHREAD_H
#define KERNEL_KTHREAD_H

struct task;

struct task *kthread_create(int (*fn)(void *), void *arg, const char *name);
/*
 * The calling thread serves disks, and so those who get memory back by writing to them: from now on
 * its allocations take from the reserve, and fail rather than wait for itself.
 */
void kthread_serve_reclaim(void);

#endif
