/* The futex call with 32-bit times, as the kernel numbers it. */
#ifndef FUTEXCALL_H
#define FUTEXCALL_H

#include <stdint.h>
#include <unistd.h>
#include <sys/syscall.h>

#define FUTEX_WAIT_OP	     0
#define FUTEX_WAKE_OP	     1
#define FUTEX_REQUEUE_OP     3
#define FUTEX_CMP_REQUEUE_OP 4
#define FUTEX_WAKE_OP_OP     5
#define FUTEX_LOCK_PI_OP     6
#define FUTEX_UNLOCK_PI_OP   7
#define FUTEX_TRYLOCK_PI_OP  8
#define FUTEX_WAIT_BITSET_OP 9
#define FUTEX_WAKE_BITSET_OP 10
#define FUTEX_PRIVATE	     128
#define NR_FUTEX	     240
#define NR_FUTEX_TIME64	     422

struct old_timespec {
	int32_t sec, nsec;
};

static inline long futex_wait(volatile int *word, int value, const struct old_timespec *ts)
{
	return syscall(NR_FUTEX, word, FUTEX_WAIT_OP, value, ts, NULL, 0);
}

static inline long futex_wake(volatile int *word, int count)
{
	return syscall(NR_FUTEX, word, FUTEX_WAKE_OP, count, NULL, NULL, 0);
}

#endif
