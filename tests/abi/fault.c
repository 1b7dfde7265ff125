/* See fault.h. */
#include "abitest.h"
#include "fault.h"
#include <setjmp.h>
#include <ucontext.h>

struct fault_info fault;
static sigjmp_buf env;

static void on_fault(int sig, siginfo_t *si, void *ctx)
{
	ucontext_t *uc = ctx;

	fault.sig = sig;
	fault.code = si->si_code;
	fault.addr = si->si_addr;
	fault.trapno = uc->uc_mcontext.gregs[REG_TRAPNO];
	fault.error = uc->uc_mcontext.gregs[REG_ERR];
	siglongjmp(env, 1);
}

int fault_in(void (*fn)(void *), void *arg)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction old[ARRAY_SIZE(sigs)];

	memset(&fault, 0, sizeof(fault));
	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++) {
		struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

		OK(sigaction(sigs[i], &sa, &old[i]));
	}
	if (!sigsetjmp(env, 1))
		fn(arg);
	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++)
		OK(sigaction(sigs[i], &old[i], NULL));
	return fault.sig;
}

static void do_read(void *p)
{
	(void)*(volatile char *)p;
}

static void do_write(void *p)
{
	*(volatile char *)p = 1;
}

int fault_on_read(volatile void *p)
{
	return fault_in(do_read, (void *)p);
}

int fault_on_write(volatile void *p)
{
	return fault_in(do_write, (void *)p);
}
