/* The edges of a process's life: what the dead leave behind, registers at its start, privileged
 * flags. */
#include "abitest.h"
#include "futexcall.h"
#include "rawclone.h"
#include <elf.h>
#include <pthread.h>
#include <stddef.h>
#include <sched.h>
#include <sys/io.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/user.h>

static long trace(int req, pid_t pid, long addr, void *data)
{
	return syscall(SYS_ptrace, req, pid, addr, data);
}

/* ---- exec ---- */

/* xor of all registers that must be zero becomes the exit code's bit: 0 when they are. */
static const unsigned char start_code[] = {
	0x09, 0xd0,		      /* or %edx, %eax */
	0x09, 0xc8,		      /* or %ecx, %eax */
	0x09, 0xd8,		      /* or %ebx, %eax */
	0x09, 0xf0,		      /* or %esi, %eax */
	0x09, 0xf8,		      /* or %edi, %eax */
	0x09, 0xe8,		      /* or %ebp, %eax */
	0x31, 0xdb,		      /* xor %ebx, %ebx */
	0x85, 0xc0,		      /* test %eax, %eax */
	0x0f, 0x95, 0xc3,	      /* setne %bl */
	0xb8, 0x01, 0x00, 0x00, 0x00, /* mov $1, %eax */
	0xcd, 0x80,		      /* int $0x80 */
};

static void write_program(const char *path)
{
	struct {
		Elf32_Ehdr h;
		Elf32_Phdr p;
		unsigned char code[sizeof(start_code)];
	} image = {
		.h = { .e_ident = "\177ELF\1\1\1",
		       .e_type = ET_EXEC,
		       .e_machine = EM_386,
		       .e_version = 1,
		       .e_phoff = sizeof(Elf32_Ehdr),
		       .e_ehsize = sizeof(Elf32_Ehdr),
		       .e_phentsize = sizeof(Elf32_Phdr),
		       .e_phnum = 1 },
		.p = { .p_type = PT_LOAD,
		       .p_vaddr = 0x08048000,
		       .p_flags = PF_R | PF_X,
		       .p_filesz = sizeof(image),
		       .p_memsz = sizeof(image),
		       .p_align = PAGE },
	};
	int fd = OK(open(path, O_CREAT | O_WRONLY, 0755));

	image.h.e_entry = 0x08048000 + ((char *)image.code - (char *)&image);
	memcpy(image.code, start_code, sizeof(start_code));
	CHECK_EQ(write(fd, &image, sizeof(image)), sizeof(image));
	close(fd);
}

/* %edx above all: a C start-up takes it for a function to call at exit. */
TEST(exec, registers_are_zero_at_the_start)
{
	pid_t pid;

	write_program("zero");
	pid = t_fork();
	if (!pid) {
		execl("./zero", "zero", NULL);
		_exit(2);
	}
	CHECK_EQ(t_wait(pid), 0);
}

/* ---- interrupts off in a program ---- */

TEST_FLAGS(fault, page_fault_with_interrupts_off, TEST_ROOT)
{
	volatile char *p =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (iopl(3))
		t_skip("no I/O privilege to be had here");
	__asm__ volatile("cli\n\tmovb $7, (%0)\n\tsti" ::"r"(p) : "memory");
	CHECK_EQ(p[0], 7);
	CHECK_OK(iopl(0));
}

/* ---- memory ---- */

TEST(memory, process_vm_of_empty_segments_keeps_nothing)
{
	static struct iovec none[1024];
	struct sysinfo before, after;

	CHECK_EQ(process_vm_readv(getpid(), none, 1024, none, 1024, 0), 0);
	sysinfo(&before);
	for (int i = 0; i < 1500; i++)
		process_vm_readv(getpid(), none, 1024, none, 1024, 0);
	sysinfo(&after);
	CHECK((long long)before.freeram * before.mem_unit <
	      (long long)after.freeram * after.mem_unit + (6 << 20));
}

/* ---- locks of the dead ---- */

TEST(futex, priority_lock_of_a_zombie)
{
	volatile int *lock =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = t_fork();
	siginfo_t info;

	if (!pid)
		_exit(syscall(NR_FUTEX, lock, FUTEX_LOCK_PI_OP, 0, NULL, NULL, 0) != 0);
	OK(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	CHECK_EQ(*lock & 0x3fffffff, pid);
	CHECK_ERR(syscall(NR_FUTEX, lock, FUTEX_LOCK_PI_OP, 0, NULL, NULL, 0), ESRCH);
	t_wait_ok(pid);
}

/* ---- tracers and tracees ---- */

static int ready[2], done[2];

static void *fork_a_tracee(void *arg)
{
	char traced;

	if (!t_until(t_proc_state(getpid()) == 'Z'))
		syscall(SYS_exit, 1);
	if (!raw_clone(SIGCHLD, NULL, NULL, NULL, NULL)) {
		pid_t me = getpid();

		trace(PTRACE_TRACEME, 0, 0, NULL);
		(void)!write(done[1], "t", 1);
		(void)!write(ready[1], &me, sizeof(me));
		for (;;)
			pause();
	}
	(void)!read(done[0], &traced, 1);
	syscall(SYS_exit, 0);
	return NULL;
}

/* The process whose leader has gone cannot be traced into, or lets go when its last thread does. */
TEST(ptrace, tracer_with_a_dead_leader)
{
	pid_t pid, tracee = 0;
	pthread_t thread;

	OK(pipe(ready));
	OK(pipe(done));
	OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
	pid = t_fork();
	if (!pid) {
		pthread_create(&thread, NULL, fork_a_tracee, NULL);
		syscall(SYS_exit, 0);
	}
	REQUIRE(read(ready[0], &tracee, sizeof(tracee)) == sizeof(tracee));
	t_wait(pid);
	CHECK_OK(kill(tracee, SIGTERM));
	CHECK_EQ(t_wait(tracee), SIGTERM);
}

static volatile pid_t *thread_id;

static int wait_for_word(void *arg)
{
	char c;

	*thread_id = (pid_t)syscall(SYS_gettid);
	(void)!read(ready[0], &c, 1);
	syscall(SYS_exit, 0);
	return 0;
}

static void seize_and_reap(pid_t tid)
{
	char c;

	OK(trace(PTRACE_SEIZE, tid, 0, NULL));
	(void)!write(ready[1], "x", 1);
	CHECK_EQ(waitpid(tid, NULL, __WALL), tid);
	(void)!read(done[0], &c, 1); /* its own death would wake the parent, too */
	t_exit();
}

/* The leader ended first; the thread that was left is reaped by its tracer: now the parent hears of
 * it. */
TEST(ptrace, parent_hears_when_the_tracer_reaped_the_last_thread)
{
	static char stack[16384] __attribute__((aligned(16)));
	pid_t pid, tracer;

	OK(pipe(ready));
	OK(pipe(done));
	thread_id = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = t_fork();
	if (!pid) {
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		clone(wait_for_word, stack + sizeof(stack),
		      CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES, NULL);
		syscall(SYS_exit, 5);
	}
	REQUIRE(t_until(*thread_id));
	REQUIRE(t_until(t_proc_state(pid) == 'Z'));
	tracer = t_fork();
	if (!tracer) {
		t_until(t_proc_state(getppid()) == 'S'); /* it waits in waitpid() */
		seize_and_reap(*thread_id);
	}
	t_wait(pid);
	(void)!write(done[1], "x", 1);
	t_wait_ok(tracer);
}

static void __attribute__((noinline)) watched(void)
{
	__asm__ volatile("nop");
}

/* A breakpoint on an instruction is a fault: going on must get past it. */
TEST(ptrace, goes_on_past_a_hardware_breakpoint)
{
	pid_t pid = t_fork();
	long dr = (long)offsetof(struct user, u_debugreg);
	int st;

	if (!pid) {
		OK(trace(PTRACE_TRACEME, 0, 0, NULL));
		raise(SIGSTOP);
		watched();
		_exit(3);
	}
	REQUIRE(waitpid(pid, &st, 0) == pid && WIFSTOPPED(st));
	CHECK_OK(trace(PTRACE_POKEUSER, pid, dr, (void *)watched));
	CHECK_OK(trace(PTRACE_POKEUSER, pid, dr + 7 * 4, (void *)1));
	OK(trace(PTRACE_CONT, pid, 0, NULL));
	REQUIRE(waitpid(pid, &st, 0) == pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTRAP);
	OK(trace(PTRACE_CONT, pid, 0, NULL));
	REQUIRE(waitpid(pid, &st, 0) == pid);
	CHECK_EQ(st, 3 << 8);
}
