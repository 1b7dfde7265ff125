/* sem_ops.c - see sem_ops.h. */
#include <kernel/errno.h>
#include "sem_ops.h"

/* One operation on the value. */
static int op_apply(struct semaphore *sem, s16 *adjust, const struct sembuf_abi *op)
{
	s32 value = sem[op->num].value + op->op, undo;

	if ((!op->op && sem[op->num].value) || value < 0)
		return op->flags & IPC_NOWAIT ? -EAGAIN : 1;
	if (value > SEMVMX)
		return -ERANGE;
	if (op->flags & SEM_UNDO) {
		undo = adjust[op->num] - op->op;
		if (undo < -SEMVMX - 1 || undo > SEMVMX)
			return -ERANGE;
		adjust[op->num] = (s16)undo;
	}
	sem[op->num].value = value;
	return 0;
}

static void op_revert(struct semaphore *sem, s16 *adjust, const struct sembuf_abi *op)
{
	sem[op->num].value -= op->op;
	if (op->flags & SEM_UNDO)
		adjust[op->num] = (s16)(adjust[op->num] + op->op);
}

int sem_try(struct semaphore *sem, s16 *adjust, const struct sembuf_abi *ops, unsigned int n,
	    pid_t who, unsigned int *blocking)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n; i++) {
		err = op_apply(sem, adjust, &ops[i]);
		if (err)
			break;
	}
	if (!err) {
		for (i = 0; i < n; i++)
			sem[ops[i].num].last = who;
		return 0;
	}
	*blocking = i;
	while (i--)
		op_revert(sem, adjust, &ops[i]);
	return err;
}
