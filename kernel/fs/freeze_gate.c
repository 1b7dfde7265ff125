/*
 * freeze_gate.c - the gates of a file system: waiting at a closed one, closing, opening.
 */
#include <kernel/fs_freeze.h>

void sb_freeze_init(struct sb_freeze *f)
{
	wait_queue_init(&f->wait);
	mutex_init(&f->lock, RANK_FREEZE, "freeze");
}

void sb_gate_left(struct sb_freeze *f)
{
	wake_up_all(&f->wait);
}

void sb_gate_wait(struct sb_freeze *f, enum sb_gate gate)
{
	do {
		wait_event(&f->wait, READ_ONCE(f->closed) <= gate);
	} while (!freeze_try(f, gate));
}

void sb_gate_close(struct sb_freeze *f, enum sb_gate gate)
{
	WRITE_ONCE(f->closed, gate + 1);
	wait_event(&f->wait, !atomic_read(&f->inside[gate]));
}

void sb_gates_open(struct sb_freeze *f)
{
	WRITE_ONCE(f->closed, 0);
	wake_up_all(&f->wait);
}
