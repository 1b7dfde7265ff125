/* uname, sysinfo, getrandom, host name, capabilities, syslog, unknown calls, the two system-call
 * doors. */
#include "abitest.h"
#include <sys/klog.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

TEST(misc, uname)
{
	struct utsname u;
	char old[65 * 5];

	CHECK_OK(uname(&u));
	CHECK_STR(u.sysname, "Linux");
	CHECK(u.release[0] >= '2' && strchr(u.release, '.'));
	CHECK(!t_native() || (u.machine[0] == 'i' && u.machine[2] == '8' && u.machine[3] == '6'));
	CHECK_ERR(syscall(122, BAD_PTR), EFAULT);
	CHECK_OK(syscall(109, old));
	CHECK_STR(old, "Linux");
	CHECK_OK(syscall(59, old));
	CHECK(!strncmp(old, "Linux", 6));
}

TEST(misc, sysinfo)
{
	struct sysinfo si;

	CHECK_OK(sysinfo(&si));
	CHECK(si.totalram * (unsigned long long)si.mem_unit > 4 << 20);
	CHECK(si.freeram <= si.totalram);
	CHECK(si.procs >= 2);
	CHECK(si.uptime > 0);
	CHECK_ERR(syscall(SYS_sysinfo, BAD_PTR), EFAULT);
}

TEST(misc, getrandom)
{
	unsigned char a[32] = { 0 }, b[32] = { 0 }, *big = malloc(100000);

	CHECK_EQ(getrandom(a, sizeof(a), 0), 32);
	CHECK_EQ(getrandom(b, sizeof(b), GRND_NONBLOCK), 32);
	CHECK(memcmp(a, b, 32) != 0);
	CHECK_EQ(getrandom(big, 100000, 0), 100000);
	CHECK_EQ(getrandom(a, 0, 0), 0);
	CHECK_ERR(syscall(SYS_getrandom, a, 16, 0x100), EINVAL);
	CHECK_ERR(syscall(SYS_getrandom, BAD_PTR, 16, 0), EFAULT);
}

TEST_FLAGS(misc, host_name, TEST_ROOT | TEST_INIT)
{
	struct utsname u;

	CHECK_OK(sethostname("abi-host", 8));
	OK(uname(&u));
	CHECK_STR(u.nodename, "abi-host");
	CHECK_ERR(sethostname("x", 65), EINVAL);
	CHECK_OK(setdomainname("dom", 3));
	OK(uname(&u));
	CHECK_STR(u.domainname, "dom");
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(sethostname("no", 2), EPERM);
}

TEST(misc, capabilities)
{
	struct {
		uint32_t version;
		int pid;
	} head = { 0x20080522, 0 };
	uint32_t data[6] = { 0 };

	CHECK_OK(syscall(SYS_capget, &head, data));
	if (!geteuid())
		CHECK(data[0] & 1 << 21); /* effective CAP_SYS_ADMIN */
	head.version = 0x99;
	CHECK_ERR(syscall(SYS_capget, &head, data), EINVAL);
	CHECK_EQ(head.version, 0x20080522);
	CHECK_ERR(syscall(SYS_capget, BAD_PTR, data), EFAULT);
}

TEST_FLAGS(misc, capset_drops, TEST_ROOT)
{
	struct {
		uint32_t version;
		int pid;
	} head = { 0x20080522, 0 };
	uint32_t data[6] = { 0 };

	OK(syscall(SYS_capget, &head, data));
	data[0] &= ~(1u << 0); /* effective CAP_CHOWN */
	CHECK_OK(syscall(SYS_capset, &head, data));
	t_write_file("f", "");
	CHECK_ERR(chown("f", 5, 5), EPERM);
	data[1] &= ~(1u << 0); /* permitted too: gone for good */
	CHECK_OK(syscall(SYS_capset, &head, data));
	data[0] |= 1;
	data[1] |= 1;
	CHECK_ERR(syscall(SYS_capset, &head, data), EPERM);
}

TEST_FLAGS(misc, capabilities_follow_uid, TEST_ROOT)
{
	struct {
		uint32_t version;
		int pid;
	} head = { 0x20080522, 0 };
	uint32_t data[6] = { 0 };

	OK(setresuid(-1, 1000, -1));
	OK(syscall(SYS_capget, &head, data));
	CHECK_EQ(data[0], 0);
	CHECK(data[1] != 0);
	OK(setresuid(-1, 0, -1));
	OK(syscall(SYS_capget, &head, data));
	CHECK(data[0] != 0);
	OK(setresuid(1000, 1000, 1000));
	OK(syscall(SYS_capget, &head, data));
	CHECK(data[0] == 0 && data[1] == 0);
}

TEST_FLAGS(misc, kernel_log, TEST_ROOT | TEST_INIT)
{
	static char buf[65536];
	int n = klogctl(10, NULL, 0), fd;

	CHECK(n >= 4096);
	n = klogctl(3, buf, sizeof(buf) - 1);
	CHECK(n > 100);
	CHECK(buf[0] == '<');
	CHECK_ERR(klogctl(99, buf, 1), EINVAL);
	fd = OK(open("/dev/kmsg", O_RDWR | O_NONBLOCK));
	CHECK_EQ(write(fd, "<6>abitest was here\n", 20), 20);
	n = klogctl(3, buf, sizeof(buf) - 1);
	buf[n > 0 ? n : 0] = 0;
	CHECK(strstr(buf, "abitest was here") != NULL);
	n = read(fd, buf, sizeof(buf) - 1);
	CHECK(n > 0);
	buf[n > 0 ? n : 0] = 0;
	CHECK(strchr(buf, ';') != NULL && strchr(buf, ',') != NULL);
	/* What is cleared is passed over by who asks for it, and still there for others. */
	CHECK_OK(klogctl(5, NULL, 0));
	CHECK_EQ(write(fd, "<6>abitest: after\n", 18), 18);
	CHECK_EQ(lseek(fd, 0, SEEK_DATA), 0);
	n = read(fd, buf, sizeof(buf) - 1);
	CHECK(n > 0);
	buf[n > 0 ? n : 0] = 0;
	CHECK(strstr(buf, "abitest: after") != NULL);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	n = read(fd, buf, sizeof(buf) - 1);
	CHECK(n > 0);
	buf[n > 0 ? n : 0] = 0;
	CHECK(strstr(buf, "abitest: after") == NULL);
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(klogctl(5, NULL, 0), EPERM);
}

TEST(misc, unknown_calls)
{
	static const long nrs[] = { 17,	 31,  32,  35,	44,  53,  56,  58,   98,	 137, 188,
				    189, 222, 223, 251, 285, 600, 700, 1000, 0x7fffffff, -2 };

	for (size_t i = 0; i < ARRAY_SIZE(nrs); i++) {
		long ret;

		__asm__ volatile("int $0x80"
				 : "=a"(ret)
				 : "0"(nrs[i]), "b"(0), "c"(0), "d"(0)
				 : "memory");
		if (!CHECK_EQ(ret, -ENOSYS))
			t_note("call %ld", nrs[i]);
	}
}

TEST(misc, int80_keeps_registers)
{
	unsigned long b = 0x11111111, c = 0x22222222, d = 0x33333333, s = 0x44444444,
		      di = 0x55555555;
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret), "+b"(b), "+c"(c), "+d"(d), "+S"(s), "+D"(di)
			 : "0"(SYS_getpid)
			 : "memory");
	CHECK_EQ(ret, getpid());
	CHECK(b == 0x11111111 && c == 0x22222222 && d == 0x33333333);
	CHECK(s == 0x44444444 && di == 0x55555555);
}

TEST(misc, reboot_needs_magic)
{
	CHECK_ERR(syscall(SYS_reboot, 1, 2, 3, NULL), EINVAL);
}

TEST_FLAGS(misc, ctrl_alt_del_switch, TEST_ROOT | TEST_INIT)
{
	CHECK_OK(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL));
	CHECK_ERR(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x1234, NULL), EINVAL);
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL), EPERM);
}

TEST_FLAGS(misc, io_ports, TEST_ROOT | TEST_INIT)
{
	unsigned char v;

	CHECK_OK(syscall(SYS_ioperm, 0x80, 1, 1));
	__asm__ volatile("outb %b0,$0x80" : : "a"(0));
	CHECK_OK(syscall(SYS_ioperm, 0x80, 1, 0));
	CHECK_OK(syscall(SYS_iopl, 3));
	__asm__ volatile("inb $0x61,%b0" : "=a"(v));
	CHECK_OK(syscall(SYS_iopl, 0));
	CHECK_ERR(syscall(SYS_iopl, 4), EINVAL);
	CHECK_ERR(syscall(SYS_ioperm, 65536, 1, 1), EINVAL);
}

TEST_FLAGS(misc, io_ports_need_rights, TEST_ROOT | TEST_INIT)
{
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(syscall(SYS_iopl, 3), EPERM);
	CHECK_ERR(syscall(SYS_ioperm, 0x80, 1, 1), EPERM);
}

TEST(misc, name_spaces_of_kernel_objects)
{
	int a = OK(open("/", O_PATH)), b = OK(dup(a));
	long r = syscall(SYS_kcmp, getpid(), getpid(), 0, a, b);

	CHECK(r == 0 || errno == ENOSYS);
}
