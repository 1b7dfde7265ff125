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
	fail_msg("waits at gate %u, which nobody has closed", gate);
}
