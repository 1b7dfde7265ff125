/* epoll.h - epoll's constants and event record of the Linux i386 ABI (linux/eventpoll.h). */
#ifndef ABI_EPOLL_H
#define ABI_EPOLL_H

#include <kernel/types.h>

#define EPOLL_CTL_ADD  1
#define EPOLL_CTL_DEL  2
#define EPOLL_CTL_MOD  3
#define EPOLLEXCLUSIVE (1u << 28)
#define EPOLLWAKEUP    (1u << 29)
#define EPOLLONESHOT   (1u << 30)
#define EPOLLET	       (1u << 31)

struct epoll_event_abi {
	u32 events;
	u64 data __aligned(4);
} __packed;
_Static_assert(sizeof(struct epoll_event_abi) == 12, "struct epoll_event");

#endif
