/*
 * host.h - the rest of the kernel, as unit tests on the build host see it.
 *
 * A test includes this first (it brings cmocka), then the header of what it tests. Kernel services
 * that the tested sources call and the test does not link are stood in for by libhost.a: allocators
 * over malloc, locks that only check their use, a virtual clock, a log in a buffer. Every stand-in
 * is weak: linking the real source, or defining the function in the test, replaces it.
 *
 * host_setup() and host_teardown() are cmocka fixtures; teardown fails the test when allocations,
 * pages or locks are left over. One thread only.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#ifndef HOST_FUZZ
#include <cmocka.h>
#endif

#include <kernel/types.h>

/* cmocka fixtures (state is not used). host_reset() forgets all state without checking. */
int host_setup(void **state);
int host_teardown(void **state);
void host_reset(void);
#define host_test(fn) cmocka_unit_test_setup_teardown(fn, host_setup, host_teardown)

/* Ends the test as failed, or caught by expect_assert_failure(); what panic() and ASSERT() do. */
void host_die(const char *what, const char *file, int line) __noreturn __cold;

/*
 * Memory. The nth allocation from now fails (1: the next one), once; or all from the nth on.
 * kmalloc, kmem_cache and page allocations count alike. 0 switches injection off.
 */
void host_fail_alloc(unsigned int nth);
void host_fail_alloc_from(unsigned int nth);
void host_fail_disarm(void);	     /* no further failures; host_alloc_failed() keeps its answer */
bool host_alloc_failed(void);	     /* did an injected failure happen since it was armed? */
unsigned int host_alloc_live(void);  /* pieces of kmalloc and kmem_cache not freed */
unsigned int host_pages_live(void);  /* page frames not freed */
unsigned int host_alloc_count(void); /* successful allocations since setup */
bool host_alloc_should_fail(void);   /* for further allocators: counts one allocation */
/*
 * Runs the body with the 1st, 2nd, ... allocation failing until a round needed fewer allocations:
 *   host_for_each_alloc_failure(n) { ... the operation must fail cleanly or succeed ... }
 */
#define host_for_each_alloc_failure(n)                                                             \
	for (unsigned int n = 1; n == 1 || host_alloc_failed(); n++)                               \
		for (bool once_ = (host_fail_alloc(n), true); once_;                               \
		     once_ = (host_fail_disarm(), false))

/* Time: clock_monotonic() and its relatives, timers, sleeps. Starts at 1 s. */
s64 host_now(void);
void host_advance(s64 ns); /* runs the timers that come due, in order */

/*
 * Called instead of sleeping, so that a test can make the awaited thing happen. `ns` is what the
 * sleeper would wait at most. Without a hook an endless sleep fails the test and a bounded one just
 * passes the time.
 */
void host_on_sleep(void (*fn)(s64 ns, void *arg), void *arg);
/* What interruptible sleeps find: 0 none, 1 a signal, 2 a fatal one. */
extern int host_signal_pending;

/* The log. */
const char *host_log(void);
void host_log_clear(void);

/* Locks held now, by any kind. */
unsigned int host_locks_held(void);

/* Deferred work runs when told to. */
void host_run_work(void);
void host_run_softirqs(void);

/*
 * User memory: any pointer is good but those in the range that faults (size 0: none). Sources that
 * check addresses against USER_END want memory from host_user_alloc(), which lies below it and is
 * given back at teardown.
 */
void *host_user_alloc(size_t size);
void host_user_fault(const void *start, size_t size);
bool host_user_ok(const volatile void *p, size_t size);

#endif
