/* probe.c - who still looks for devices; see device.h. */
#include <kernel/device.h>
#include <kernel/wait.h>

static struct atomic looking;
static DEFINE_WAIT_QUEUE(probe_wait);

void device_probe_begin(void)
{
	atomic_inc(&looking);
}

void device_probe_end(void)
{
	if (atomic_dec_and_test(&looking))
		wake_up_all(&probe_wait);
}

unsigned int device_probes_running(void)
{
	return atomic_read(&looking);
}

void device_wait_probes(void)
{
	wait_event(&probe_wait, device_probes_running() == 0);
}
