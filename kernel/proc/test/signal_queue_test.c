// LINK: kernel/proc/signal_queue.c kernel/proc/signal_table.c
/* Pending sets: order, coalescing, limits, flushing; the fixed decisions about signals. */
#include <host/host.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include "../signal_internal.h"

static struct user account = { .refs = REFCOUNT_INIT(1) };
static struct cred owner = { .refs = REFCOUNT_INIT(1), .user = &account };
static struct sigpending pending;
static unsigned int timer_taken, timer_dropped;

void cred_get(struct cred *cred)
{
	refcount_inc(&cred->refs);
}

void cred_put(struct cred *cred)
{
	assert_false(refcount_dec(&cred->refs));
}

void posix_timer_dequeued(struct sigqueue *q, struct siginfo_k *info)
{
	timer_taken++;
	info->overrun = 7;
}

void posix_timer_signal_dropped(struct sigqueue *q)
{
	timer_dropped++;
}

static int setup(void **state)
{
	int err = host_setup(state);

	atomic_set(&account.sigpending, 0);
	refcount_set(&owner.refs, 1);
	sigpending_init(&pending);
	timer_taken = timer_dropped = 0;
	return err;
}

static void add(int sig, u32 value)
{
	struct sigqueue *q = sigqueue_alloc(&owner, 100, false);

	assert_non_null(q);
	q->info = (struct siginfo_k){ .signo = sig, .code = SI_QUEUE, .value = value };
	sigpending_add(&pending, sig, q);
}

static u32 take(int sig)
{
	struct siginfo_k info;

	sigpending_take(&pending, sig, &info);
	assert_int_equal(info.signo, sig);
	return info.value;
}

static void realtime_signals_keep_their_order(void **state)
{
	add(40, 1);
	add(SIGUSR1, 9);
	add(40, 2);
	add(40, 3);
	assert_int_equal(take(40), 1);
	assert_true(pending.set & sigmask(40));
	assert_int_equal(take(40), 2);
	assert_int_equal(take(40), 3);
	assert_false(pending.set & sigmask(40));
	assert_int_equal(take(SIGUSR1), 9);
	assert_int_equal(pending.set, 0);
}

static void a_signal_without_entry_is_from_nobody(void **state)
{
	struct siginfo_k info;

	sigpending_add(&pending, SIGKILL, NULL);
	assert_true(pending.set == sigmask(SIGKILL));
	sigpending_take(&pending, SIGKILL, &info);
	assert_int_equal(info.signo, SIGKILL);
	assert_int_equal(info.code, SI_USER);
	assert_int_equal(info.pid, 0);
	assert_int_equal(pending.set, 0);
}

static void the_limit_holds_unless_overridden(void **state)
{
	struct sigqueue *a = sigqueue_alloc(&owner, 1, false), *b;

	assert_non_null(a);
	assert_null(sigqueue_alloc(&owner, 1, false));
	b = sigqueue_alloc(&owner, 1, true);
	assert_non_null(b);
	assert_int_equal(atomic_read(&account.sigpending), 2);
	sigqueue_free(a);
	sigqueue_free(b);
	assert_int_equal(atomic_read(&account.sigpending), 0);
	assert_int_equal(refcount_read(&owner.refs), 1);
}

static void no_memory_costs_nothing(void **state)
{
	host_fail_alloc(1);
	assert_null(sigqueue_alloc(&owner, 100, true));
	assert_int_equal(atomic_read(&account.sigpending), 0);
	assert_int_equal(refcount_read(&owner.refs), 1);
}

static void flushing_takes_only_the_mask(void **state)
{
	add(SIGTSTP, 0);
	add(SIGCONT, 0);
	add(SIGTTIN, 0);
	sigpending_flush_mask(&pending, SIGMASK_STOP);
	assert_true(pending.set == sigmask(SIGCONT));
	assert_int_equal(atomic_read(&account.sigpending), 1);
	sigpending_flush(&pending);
	assert_int_equal(pending.set, 0);
	assert_int_equal(atomic_read(&account.sigpending), 0);
}

static void a_timers_entry_goes_back_to_its_timer(void **state)
{
	struct sigqueue q = { .info = { .signo = 35, .code = SI_TIMER } };
	struct siginfo_k info;

	list_init(&q.node);
	sigpending_add(&pending, 35, &q);
	sigpending_take(&pending, 35, &info);
	assert_int_equal(timer_taken, 1);
	assert_int_equal(info.overrun, 7);
	sigpending_add(&pending, 35, &q);
	sigpending_flush(&pending);
	assert_int_equal(timer_dropped, 1);
}

static void faults_come_before_lower_numbers(void **state)
{
	assert_int_equal(signal_first(0), 0);
	assert_int_equal(signal_first(sigmask(SIGHUP) | sigmask(SIGSEGV)), SIGSEGV);
	assert_int_equal(signal_first(sigmask(SIGUSR2) | sigmask(SIGTERM)), SIGUSR2);
	assert_int_equal(signal_first(sigmask(64) | sigmask(33)), 33);
	assert_int_equal(signal_first(sigmask(64)), 64);
}

/* signal(7), "Interruption of system calls". */
static void restart_table(void **state)
{
	static const struct {
		long error;
		bool handler;
		u32 flags;
		enum signal_restart want;
	} rows[] = {
		{ -ERESTARTSYS, false, 0, RESTART_CALL },
		{ -ERESTARTSYS, true, 0, RESTART_EINTR },
		{ -ERESTARTSYS, true, SA_RESTART, RESTART_CALL },
		{ -ERESTARTNOHAND, false, 0, RESTART_CALL },
		{ -ERESTARTNOHAND, true, SA_RESTART, RESTART_EINTR },
		{ -ERESTARTNOINTR, false, 0, RESTART_CALL },
		{ -ERESTARTNOINTR, true, 0, RESTART_CALL },
		{ -ERESTART_RESTARTBLOCK, false, 0, RESTART_BLOCK },
		{ -ERESTART_RESTARTBLOCK, true, SA_RESTART, RESTART_EINTR },
		{ -EINTR, true, SA_RESTART, RESTART_NOT },
		{ 0, true, 0, RESTART_NOT },
		{ 514, false, 0, RESTART_NOT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(
			signal_restart_decide(rows[i].error, rows[i].handler, rows[i].flags),
			rows[i].want);
}

static void default_actions(void **state)
{
	assert_int_equal(signal_default_action(SIGTERM), SIGDEF_TERM);
	assert_int_equal(signal_default_action(SIGKILL), SIGDEF_TERM);
	assert_int_equal(signal_default_action(SIGRTMIN), SIGDEF_TERM);
	assert_int_equal(signal_default_action(SIGNAL_MAX), SIGDEF_TERM);
	assert_int_equal(signal_default_action(SIGQUIT), SIGDEF_CORE);
	assert_int_equal(signal_default_action(SIGTTOU), SIGDEF_STOP);
	assert_true(signal_default_ignored(SIGCHLD));
	assert_true(signal_default_ignored(SIGCONT));
	assert_true(signal_default_ignored(SIGWINCH));
	assert_false(signal_default_ignored(SIGIO));
}

static void layouts(void **state)
{
	assert_int_equal(siginfo_layout(SIGSEGV, SEGV_MAPERR), SIL_FAULT);
	assert_int_equal(siginfo_layout(SIGSEGV, SI_KERNEL), SIL_KILL);
	assert_int_equal(siginfo_layout(SIGSEGV, SI_TKILL), SIL_RT);
	assert_int_equal(siginfo_layout(SIGCHLD, CLD_CONTINUED), SIL_CHLD);
	assert_int_equal(siginfo_layout(SIGCHLD, SI_USER), SIL_KILL);
	assert_int_equal(siginfo_layout(SIGALRM, SI_TIMER), SIL_TIMER);
	assert_int_equal(siginfo_layout(SIGIO, POLL_IN), SIL_POLL);
	assert_int_equal(siginfo_layout(SIGIO, SI_SIGIO), SIL_POLL);
	assert_int_equal(siginfo_layout(SIGSYS, 1), SIL_SYS);
	assert_int_equal(siginfo_layout(SIGUSR1, SI_QUEUE), SIL_RT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(realtime_signals_keep_their_order),
		T(a_signal_without_entry_is_from_nobody),
		T(the_limit_holds_unless_overridden),
		T(no_memory_costs_nothing),
		T(flushing_takes_only_the_mask),
		T(a_timers_entry_goes_back_to_its_timer),
		T(faults_come_before_lower_numbers),
		T(restart_table),
		T(default_actions),
		T(layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
