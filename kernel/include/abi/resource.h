/* resource.h - limits and usage as Linux i386 programs see them. */
#ifndef ABI_RESOURCE_H
#define ABI_RESOURCE_H

#include <kernel/types.h>

#define RLIMIT_CPU	  0
#define RLIMIT_FSIZE	  1
#define RLIMIT_DATA	  2
#define RLIMIT_STACK	  3
#define RLIMIT_CORE	  4
#define RLIMIT_RSS	  5
#define RLIMIT_NPROC	  6
#define RLIMIT_NOFILE	  7
#define RLIMIT_MEMLOCK	  8
#define RLIMIT_AS	  9
#define RLIMIT_LOCKS	  10
#define RLIMIT_SIGPENDING 11
#define RLIMIT_MSGQUEUE	  12
#define RLIMIT_NICE	  13
#define RLIMIT_RTPRIO	  14
#define RLIMIT_RTTIME	  15
#define RLIM_NLIMITS	  16
#define RLIM_INFINITY	  (~0ull)
#define RLIM_INFINITY32	  (~0u)

struct rlimit_k { /* also prlimit64's struct */
	u64 cur, max;
};
struct rlimit_abi {
	u32 cur, max;
};

struct rusage_abi {
	s32 utime_sec, utime_usec, stime_sec, stime_usec;
	s32 maxrss, ixrss, idrss, isrss, minflt, majflt, nswap, inblock, oublock, msgsnd, msgrcv,
		nsignals, nvcsw, nivcsw;
};
_Static_assert(sizeof(struct rusage_abi) == 72, "struct rusage");

#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD	1

#endif
