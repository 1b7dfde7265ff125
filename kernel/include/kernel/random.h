/* random.h - the kernel's random numbers: a ChaCha20 generator fed by interrupt timing. Any
 * context. */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H
#include <kernel/types.h>

struct wait_queue;

void random_bytes(void *buf, size_t n);
u32 random_u32(void);
/* Interrupt handlers and drivers add what they can; cheap. */
void random_add(u32 value);
bool random_ready(void);
/* Sleeps until random_ready(): 0, -EAGAIN when `nonblock`, -ERESTARTSYS. */
int random_wait_ready(bool nonblock);
extern struct wait_queue random_wait; /* woken when random_ready() becomes true */
#endif
