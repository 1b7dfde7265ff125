/*
 * hw_host.h - the kernel as host of a driver core (see hw.h): one struct hw_host a device.
 * Its interrupt handler calls hw_host_irq(), which ends a hw_wait_irq(). Implemented by kernel/x86.
 */
#ifndef KERNEL_HW_HOST_H
#define KERNEL_HW_HOST_H

#include <kernel/hw.h>
#include <kernel/wait.h>

struct hw_host {
	struct hw hw;
	int irq_seen; /* set by the interrupt */
	struct wait_queue irq_wait;
};

void hw_host_init(struct hw_host *host);
void hw_host_irq(struct hw_host *host);

#endif
