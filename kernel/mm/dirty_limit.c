/*
 * dirty_limit.c - how much of memory may be dirty: who writes faster than the disk takes it waits.
 */
#include "mm_internal.h"
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/wait.h>

/* As Linux: from a tenth of memory on the flusher writes, at a fifth the writer itself waits. */
#define DIRTY_BACKGROUND 10ul
#define DIRTY_LIMIT	 5ul
#define THROTTLE_PAGES	 64ul
#define THROTTLE_PAUSE	 MSEC(20)

static DEFINE_WAIT_QUEUE(throttle_wait); /* nobody wakes it: the pause is the point */

static unsigned long share(unsigned long divisor)
{
	return page_total_count() / divisor + 16;
}

bool dirty_over_background(void)
{
	return page_use_read(USE_DIRTY) > share(DIRTY_BACKGROUND);
}

static bool dirty_over_limit(void)
{
	return page_use_read(USE_DIRTY) + page_use_read(USE_WRITEBACK) > share(DIRTY_LIMIT);
}

void dirty_throttle(struct mapping *m)
{
	if (!mapping_tracks_dirty(m) || likely(!dirty_over_background()))
		return;
	flusher_wake();
	if (current->flags & PF_LOCAL_THROTTLE) {
		(void)mapping_write_some(m, THROTTLE_PAGES);
		return;
	}
	while (dirty_over_limit() && !fatal_signal_pending(current)) {
		if (mapping_write_some(m, THROTTLE_PAGES))
			continue;
		(void)wait_event_timeout(&throttle_wait, !dirty_over_limit(), THROTTLE_PAUSE);
	}
}
