/* The auxiliary vector, the initial stack and the vDSO. */
#include "abitest.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/utsname.h>

extern const char __ehdr_start[] __attribute__((weak));
extern void _start(void);

TEST(auxv, fixed_values)
{
	CHECK_EQ(getauxval(AT_PAGESZ), 4096);
	CHECK_EQ(getauxval(AT_CLKTCK), 100);
	CHECK_EQ(getauxval(AT_PHENT), sizeof(Elf32_Phdr));
	CHECK_EQ(getauxval(AT_BASE), 0);
	CHECK_EQ(getauxval(AT_FLAGS), 0);
	CHECK_EQ(getauxval(AT_SECURE), 0);
	CHECK_EQ(getauxval(AT_UID), getuid());
	CHECK_EQ(getauxval(AT_EUID), geteuid());
	CHECK_EQ(getauxval(AT_GID), getgid());
	CHECK_EQ(getauxval(AT_EGID), getegid());
	CHECK_EQ(getauxval(AT_ENTRY), (unsigned long)_start);
}

TEST(auxv, program_headers)
{
	const Elf32_Phdr *ph = (const void *)getauxval(AT_PHDR);
	int loads = 0;

	CHECK(getauxval(AT_PHNUM) > 1);
	for (unsigned i = 0; i < getauxval(AT_PHNUM); i++)
		loads += ph[i].p_type == PT_LOAD;
	CHECK(loads >= 1);
}

TEST(auxv, strings_and_random)
{
	const unsigned char *rnd = (const void *)getauxval(AT_RANDOM);
	const char *plat = (const char *)getauxval(AT_PLATFORM);
	const char *fn = (const char *)getauxval(AT_EXECFN);
	int bits = 0;

	REQUIRE(rnd && plat && fn);
	for (int i = 0; i < 16; i++)
		bits |= rnd[i];
	CHECK(bits);
	CHECK(plat[0] == 'i' && plat[2] == '8' && plat[3] == '6');
	CHECK(strlen(fn) > 0);
}

TEST(auxv, hwcap_is_cpuid_edx)
{
	unsigned long cap = getauxval(AT_HWCAP);
	unsigned a = 1, b, c = 0, d;

	if (!cap)
		t_skip("a processor without CPUID");
	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	CHECK_EQ(cap & 1, d & 1);
	CHECK_EQ(cap & (1 << 15), d & (1 << 15));
}

TEST(auxv, proc_auxv_agrees)
{
	Elf32_auxv_t av[64];
	ssize_t n = t_read_file("/proc/self/auxv", (char *)av, sizeof(av));
	int seen = 0;

	REQUIRE(n > 0);
	CHECK_EQ(n % sizeof(av[0]), 0);
	for (unsigned i = 0; i < n / sizeof(av[0]); i++) {
		if (av[i].a_type == AT_PAGESZ || av[i].a_type == AT_ENTRY)
			seen += av[i].a_un.a_val == getauxval(av[i].a_type);
	}
	CHECK_EQ(seen, 2);
}

/* The stack the program starts on: argc, argv, NULL, envp, NULL, auxv, all in one block. */
TEST(auxv, stack_layout)
{
	extern char **environ;
	char **p = environ;
	Elf32_auxv_t *av;

	while (*p)
		p++;
	av = (Elf32_auxv_t *)(p + 1);
	for (int i = 0; av[i].a_type != AT_NULL && i < 64; i++)
		CHECK_EQ(getauxval(av[i].a_type), av[i].a_un.a_val);
	CHECK_EQ(((uintptr_t)environ) & 3, 0);
}

/* The vDSO */

static const Elf32_Ehdr *vdso(void)
{
	return (const Elf32_Ehdr *)getauxval(AT_SYSINFO_EHDR);
}

static const void *vdso_dynamic(int tag)
{
	const Elf32_Ehdr *eh = vdso();
	const Elf32_Phdr *ph = (const void *)((const char *)eh + eh->e_phoff);
	uintptr_t load = 0;
	const Elf32_Dyn *dyn = NULL;

	for (int i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD)
			load = (uintptr_t)eh + ph[i].p_offset - ph[i].p_vaddr;
		else if (ph[i].p_type == PT_DYNAMIC)
			dyn = (const void *)((const char *)eh + ph[i].p_offset);
	}
	for (; dyn && dyn->d_tag != DT_NULL; dyn++) {
		if (dyn->d_tag == tag)
			return (const void *)(load + dyn->d_un.d_ptr);
	}
	return NULL;
}

static void *vdso_sym(const char *name)
{
	const Elf32_Sym *sym = vdso_dynamic(DT_SYMTAB);
	const char *str = vdso_dynamic(DT_STRTAB);
	const uint32_t *hash = vdso_dynamic(DT_HASH);
	uintptr_t load = (uintptr_t)vdso();

	if (!sym || !str || !hash)
		return NULL;
	for (uint32_t i = 0; i < hash[1]; i++) {
		if (sym[i].st_shndx && !strcmp(str + sym[i].st_name, name))
			return (void *)(load + sym[i].st_value);
	}
	return NULL;
}

TEST(vdso, is_an_elf_image)
{
	const Elf32_Ehdr *eh = vdso();

	REQUIRE(eh != NULL);
	CHECK(!memcmp(eh->e_ident, ELFMAG, SELFMAG));
	CHECK_EQ(eh->e_type, ET_DYN);
	CHECK_EQ(eh->e_machine, EM_386);
	CHECK_EQ((uintptr_t)eh & 4095, 0);
	CHECK(vdso_dynamic(DT_SYMTAB) != NULL);
	CHECK(vdso_dynamic(DT_HASH) != NULL);
}

TEST(vdso, kernel_vsyscall_is_at_sysinfo)
{
	CHECK(vdso_sym("__kernel_vsyscall") != NULL);
	CHECK_EQ((uintptr_t)vdso_sym("__kernel_vsyscall"), getauxval(AT_SYSINFO));
}

static long vsyscall0(long nr)
{
	void *entry = (void *)getauxval(AT_SYSINFO);
	long ret;

	__asm__ volatile("call *%1" : "=a"(ret) : "r"(entry), "0"(nr) : "memory");
	return ret;
}

static long vsyscall6(long nr, long a, long b, long c, long d, long e, long f)
{
	struct {
		long nr, a, b, c, d, e, f;
		void *entry;
	} args = { nr, a, b, c, d, e, f, (void *)getauxval(AT_SYSINFO) };
	long ret = (long)&args;

	__asm__ volatile("pushl %%ebp\n\tpushl %%ebx\n\tpushl %%esi\n\tpushl %%edi\n\t"
			 "pushl 28(%%eax)\n\t"
			 "movl 4(%%eax),%%ebx\n\tmovl 8(%%eax),%%ecx\n\tmovl 12(%%eax),%%edx\n\t"
			 "movl 16(%%eax),%%esi\n\tmovl 20(%%eax),%%edi\n\tmovl 24(%%eax),%%ebp\n\t"
			 "movl (%%eax),%%eax\n\t"
			 "call *(%%esp)\n\t"
			 "addl $4,%%esp\n\tpopl %%edi\n\tpopl %%esi\n\tpopl %%ebx\n\tpopl %%ebp"
			 : "+a"(ret)
			 :
			 : "ecx", "edx", "memory");
	return ret;
}

TEST(vdso, vsyscall_calls_the_kernel)
{
	CHECK_EQ(vsyscall0(SYS_getpid), getpid());
	CHECK_EQ(vsyscall0(100000), -ENOSYS);
}

TEST(vdso, vsyscall_passes_six_arguments)
{
	long p = vsyscall6(SYS_mmap2, 0, 3 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = t_open_new("f", "0123456789"), c = 0;

	CHECK((unsigned long)p < (unsigned long)-4095);
	((char *)p)[2 * PAGE] = 1;
	CHECK_EQ(vsyscall6(SYS_munmap, p, 3 * PAGE, 0, 0, 0, 0), 0);
	CHECK_EQ(vsyscall6(SYS_pread64, fd, (long)&c, 1, 7, 0, 0), 1);
	CHECK_EQ(c, '7');
}

TEST(vdso, vsyscall_restarts_after_signal)
{
	int fds[2];
	char buf[1];
	pid_t pid;

	OK(pipe(fds));
	t_count_signal(SIGUSR1, SA_RESTART);
	pid = t_fork();
	if (!pid) {
		t_msleep(30);
		kill(getppid(), SIGUSR1);
		t_msleep(30);
		_exit(write(fds[1], "z", 1) != 1);
	}
	CHECK_EQ(vsyscall6(SYS_read, fds[0], (long)buf, 1, 0, 0, 0), 1);
	CHECK_EQ(t_signals[SIGUSR1], 1);
	t_wait_ok(pid);
}

TEST(vdso, clock_gettime)
{
	int (*get)(int, void *) = vdso_sym("__vdso_clock_gettime");
	int (*get64)(int, void *) = vdso_sym("__vdso_clock_gettime64");
	int32_t ts[2];
	int64_t ts64[2];
	struct timespec now;

	REQUIRE(get && get64);
	OK(syscall(SYS_clock_gettime64, CLOCK_REALTIME, ts64));
	now.tv_sec = ts64[0];
	CHECK_EQ(get(CLOCK_REALTIME, ts), 0);
	CHECK(ts[0] - now.tv_sec <= 1 && ts[0] >= now.tv_sec);
	CHECK_EQ(get64(CLOCK_REALTIME, ts64), 0);
	CHECK(ts64[0] - now.tv_sec <= 1 && ts64[1] >= 0 && ts64[1] < 1000000000);
	CHECK_EQ(get64(CLOCK_MONOTONIC, ts64), 0);
	CHECK_EQ(get64(CLOCK_THREAD_CPUTIME_ID, ts64), 0);
	CHECK_EQ(get64(99, ts64), -EINVAL);
}

TEST(vdso, clock_gettime_monotonic_against_syscall)
{
	int (*get64)(int, void *) = vdso_sym("__vdso_clock_gettime64");
	int64_t a[2], b[2], prev = 0;

	REQUIRE(get64 != NULL);
	for (int i = 0; i < 2000; i++) {
		get64(CLOCK_MONOTONIC, a);
		syscall(SYS_clock_gettime64, CLOCK_MONOTONIC, b);
		int64_t x = a[0] * 1000000000LL + a[1], y = b[0] * 1000000000LL + b[1];

		if (x < prev || y < x) {
			CHECK_EQ(x >= prev && y >= x, 1);
			break;
		}
		prev = y;
	}
	CHECK(prev > 0);
}

TEST(vdso, other_entries)
{
	CHECK(vdso_sym("__vdso_gettimeofday") != NULL);
	CHECK(vdso_sym("__vdso_time") != NULL);
	CHECK(vdso_sym("__vdso_clock_getres") != NULL);
	CHECK(vdso_sym("__kernel_sigreturn") != NULL);
	CHECK(vdso_sym("__kernel_rt_sigreturn") != NULL);
}

TEST(vdso, mapped_read_only)
{
	char maps[8192];

	t_read_file("/proc/self/maps", maps, sizeof(maps));
	CHECK(strstr(maps, "[vdso]") != NULL);
	CHECK_ERR(read(t_open_new("f", "x"), (void *)vdso(), 1), EFAULT);
}
