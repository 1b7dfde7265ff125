/* host_internal.h - what the stand-ins share among themselves. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <kernel/types.h>

void host_memory_reset(void);
void host_pages_reset(void);
void host_locks_reset(void);
void host_time_reset(void);
void host_user_reset(void);

/* One page is about to be (or is no more) allocated. */
void host_check_sleep(const char *file, int line);

#endif
