/*
 * host_freeze.c - nothing is frozen on the host, unless a test links kernel/fs/freeze_gate.c.
 */
#include <host/host.h>
#include <kernel/fs_freeze.h>

__weak void sb_gate_left(struct sb_freeze *f)
{
}

__weak void sb_gate_wait(struct sb_freeze *f, enum sb_gate gate)
{
	host_die("waits for a thaw that nobody makes", __FILE__, __LINE__);
}
