/*
 * sem_ops.h - the arithmetic of semop(): all operations of a call at once, or none. Pure.
 */
#ifndef SEM_OPS_H
#define SEM_OPS_H

#include <kernel/types.h>
#include <abi/ipc.h>

#define SEMVMX 32767

struct semaphore {
	s32 value;
	pid_t last;
};

/*
 * Does the operations on sem[], and takes those with SEM_UNDO into adjust[] (NULL: there are none).
 * 0; 1 = it would have to wait for operation *blocking; -EAGAIN the same under IPC_NOWAIT; -ERANGE.
 * Nothing is changed unless it returns 0.
 */
int sem_try(struct semaphore *sem, s16 *adjust, const struct sembuf_abi *ops, unsigned int n,
	    pid_t who, unsigned int *blocking);

#endif
