/* time.h - time structures of Linux i386: 32-bit ones of old, 64-bit ones of the time64 calls. */
#ifndef ABI_TIME_H
#define ABI_TIME_H

#include <kernel/types.h>

struct timespec32_abi {
	s32 sec, nsec;
};
struct timespec64_abi {
	s64 sec __aligned(4);
	s32 nsec; /* the upper half of the 64-bit field is ignored for 32-bit callers */
	s32 pad;
} __packed;
_Static_assert(sizeof(struct timespec64_abi) == 16, "struct timespec64");
struct timeval_abi {
	s32 sec, usec;
};
struct timezone_abi {
	s32 minuteswest, dsttime;
};
struct itimerval_abi {
	struct timeval_abi interval, value;
};
struct itimerspec32_abi {
	struct timespec32_abi interval, value;
};
struct itimerspec64_abi {
	struct timespec64_abi interval, value;
};

#define CLOCK_REALTIME		 0
#define CLOCK_MONOTONIC		 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID	 3
#define CLOCK_MONOTONIC_RAW	 4
#define CLOCK_REALTIME_COARSE	 5
#define CLOCK_MONOTONIC_COARSE	 6
#define CLOCK_BOOTTIME		 7
#define CLOCK_REALTIME_ALARM	 8
#define CLOCK_BOOTTIME_ALARM	 9
#define CLOCK_TAI		 11
#define TIMER_ABSTIME		 1
#define TFD_TIMER_CANCEL_ON_SET	 2

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

#endif
