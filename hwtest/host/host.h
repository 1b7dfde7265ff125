/*
 * host.h - the hardware as a process with iopl 3 reaches it, on Oldiron and on Linux.
 *
 * host.hw is the struct hw of kernel/hw.h for the driver cores: port instructions, delays by the
 * monotonic clock (sleeping for the long ones), and no interrupts: wait_irq() sleeps a little and
 * returns false: no system hands a legacy device's to a program.
 *
 * host_lock()/host_unlock() switch interrupts off around pairs of index and data ports that the
 * kernel uses too (CF8/CFC, 70/71, 3D4/3D5): at most some microseconds. They fit the drivers'
 * `lock` callbacks.
 *
 * Errors: negative errno. No other threads.
 *
 * Source: iopl(2), mem(4); Intel 8259A for OCW3.
 */
#ifndef HWTEST_HOST_HOST_H
#define HWTEST_HOST_HOST_H

#include <kernel/hw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host {
	struct hw hw;
	int mem;    /* /dev/mem, -1: none */
	bool alone; /* no driver owns anything that a probe wants: /proc/cmdline has drivers=none */
	bool oldiron; /* the system's name */
};

/* Ports and memory. -EPERM: not root, or the system gives no ports (told as text by `why`). */
int host_open(struct host *h, const char **why);
void host_close(struct host *h);

/* Copies physical memory (BIOS area, tables, screens). 0, -ENODEV, -EFAULT: not to be had. */
int host_read_memory(struct host *h, uint32_t phys, void *to, size_t bytes);
/* Maps it, uncached where the system can. NULL: not to be had. */
volatile void *host_map(struct host *h, uint32_t phys, size_t bytes);
void host_unmap(volatile void *p, size_t bytes);

/* The name under which a driver has the port (good until the next call), NULL: nobody. By
 * /proc/ioports; motherboard entries that Linux lists for ports which no driver uses ("dma1",
 * "keyboard" without i8042 ...) count as nobody where owner.c's table says so. */
const char *host_owner(const struct host *h, uint16_t port);

unsigned long host_lock(void);
void host_unlock(unsigned long saved);

/* The interrupt line's request bit in the 8259s, as it is now: 1, 0, -1: they are not in use. */
int host_irq_pending(struct host *h, unsigned int line);
/* Is the line masked there? 1, 0, -1. */
int host_irq_masked(struct host *h, unsigned int line);

uint64_t host_now_us(void);
/* A whole small file of /proc, ended by NUL, to be freed; NULL when it cannot be read. */
char *host_read_text(const char *path);

#endif
