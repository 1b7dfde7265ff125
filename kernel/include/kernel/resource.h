/*
 * resource.h - who uses which I/O ports and physical addresses: /proc/ioports and /proc/iomem, and
 * the driver's question whether a range is free before it probes.
 *
 * Ranges are inclusive, as the files show them, and form a tree: a range lies wholly inside another
 * or beside it. resource_add() describes (RAM, a bus window, a chip that is always there): such
 * ranges may be claimed inside. resource_request() claims: -EBUSY when the range touches another
 * claim or cuts through a described one, -EINVAL when it is no range, -ENOMEM. `name` must stay.
 * Locking: own spinlock (RANK_SPIN); request and add may sleep.
 */
#ifndef KERNEL_RESOURCE_H
#define KERNEL_RESOURCE_H

#include <kernel/types.h>

enum resource_type {
	RESOURCE_PORT,
	RESOURCE_MEMORY,
	RESOURCE_DMA, /* channels of the ISA DMA controllers: start = end */
	RESOURCE_TYPES
};

int resource_request(enum resource_type type, u32 start, u32 end, const char *name);
int resource_add(enum resource_type type, u32 start, u32 end, const char *name);
/* Takes back a claim of exactly that range; nothing happens when there is none. */
void resource_release(enum resource_type type, u32 start, u32 end);

/* The nth range in order of address, outer before inner, for /proc; false at the end. */
struct resource_info {
	u32 start, end;
	unsigned int depth;
	const char *name;
};
bool resource_get_info(enum resource_type type, unsigned int nth, struct resource_info *info);

#endif
