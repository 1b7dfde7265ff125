/* Values for arguments: descriptors of every kind, pointers good and bad, structs that look right,
 * edge numbers. */
#include "sysfuzz.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#define ARENA_SIZE (64 * 1024)
#define FD_MIN	   3
#define FD_MAX	   40

static unsigned char *arena, *edge, *readonly, *hole;

/* Well away from the program, its stack and the vDSO, so that a random munmap seldom takes those.
 */
#define ARENA_AT    ((void *)0x40000000)
#define EDGE_AT	    ((void *)0x44000000)
#define READONLY_AT ((void *)0x45000000)
#define HOLE_AT	    ((void *)0x46000000)

static void *map_at(void *at, size_t len, int prot)
{
	return mmap(at, len, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void arena_map(void)
{
	arena = map_at(ARENA_AT, ARENA_SIZE, PROT_READ | PROT_WRITE);
	edge = map_at(EDGE_AT, 4096, PROT_READ | PROT_WRITE);
	readonly = map_at(READONLY_AT, 4096, PROT_READ);
	hole = map_at(HOLE_AT, 16384, PROT_NONE);
}

static void open_kinds(void)
{
	static const char *const paths[] = { ".",
					     "/dev/null",
					     "/dev/zero",
					     "/dev/ptmx",
					     "/proc/self/stat",
					     "/proc/self/maps",
					     "/",
					     "/dev/full",
					     "/dev/urandom",
					     "/proc/self/mem",
					     "/proc",
					     "/sys" };
	int p[2];
	sigset_t set;

	for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		(void)!open(paths[i],
			    i % 2 ? O_RDWR | O_NONBLOCK | O_NOCTTY : O_RDONLY | O_NONBLOCK);
	(void)!open("file", O_RDWR | O_CREAT | O_NONBLOCK, 0644);
	(void)!open("file", O_PATH);
	(void)!pipe2(p, O_NONBLOCK);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p);
	socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, p);
	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, p);
	socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	epoll_create1(0);
	eventfd(0, EFD_NONBLOCK);
	timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	inotify_init1(IN_NONBLOCK);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	signalfd(-1, &set, SFD_NONBLOCK);
	syscall(SYS_memfd_create, "fuzz", 0);
}

void args_init(void)
{
	arena_map();
	open_kinds();
}

static uint32_t edge_word(void)
{
	static const uint32_t words[] = { 0,	      1,	  2,	      7,
					  8,	      15,	  16,	      127,
					  128,	      255,	  256,	      4095,
					  4096,	      4097,	  0xffff,     0x10000,
					  0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe,
					  0xfffff000, 0xc0000000, 0xbffff000, 0xffffff9c };

	switch (rnd_below(4)) {
	case 0:
		return rnd();
	case 1:
		return rnd_below(64);
	case 2:
		return 1u << rnd_below(32);
	default:
		return words[rnd_below(sizeof(words) / sizeof(words[0]))];
	}
}

static void *bad_pointer(void)
{
	static void *const bad[] = { NULL,
				     (void *)1,
				     (void *)0x1000,
				     (void *)0xbffffffe,
				     (void *)0xc0000000,
				     (void *)0xc0100000,
				     (void *)0xfffff000,
				     (void *)0xffffffff };

	switch (rnd_below(4)) {
	case 0:
		return edge + 4096 - rnd_below(64); /* runs off the end */
	case 1:
		return readonly;
	case 2:
		return hole + rnd_below(16384);
	default:
		return bad[rnd_below(sizeof(bad) / sizeof(bad[0]))];
	}
}

static void fill_words(unsigned char *p, int count)
{
	for (int i = 0; i < count; i++) {
		uint32_t w = rnd_one_in(4) ? (uint32_t)(uintptr_t)(arena + rnd_below(ARENA_SIZE))
					   : edge_word();

		memcpy(p + 4 * i, &w, 4);
	}
}

static void *buffer(void)
{
	unsigned char *p = arena + (rnd_below(ARENA_SIZE - 8192) & (rnd_one_in(8) ? ~0u : ~3u));

	if (rnd_one_in(8))
		return bad_pointer();
	if (rnd_one_in(2))
		fill_words(p, 24);
	return p;
}

static char *path(void)
{
	static const char *const names[] = { "file",
					     "dir",
					     "link",
					     "loop",
					     ".",
					     "..",
					     "",
					     "dir/sub",
					     "fifo",
					     "/dev/null",
					     "/proc/self/stat",
					     "dir/../file",
					     "/dev/pts/0",
					     "sock",
					     "file/x",
					     "/proc/self/fd/5",
					     "absent",
					     "/tmp/x/y/z",
					     "/proc/self/exe",
					     "dir/" };
	char *p = (char *)arena + (rnd_below(ARENA_SIZE - 8192) & ~3u);

	if (rnd_one_in(12))
		return bad_pointer();
	if (rnd_one_in(24)) {
		memset(p, 'n', 4200);
		p[rnd_one_in(2) ? 255 : 4199] = 0;
		return p;
	}
	return strcpy(p, names[rnd_below(sizeof(names) / sizeof(names[0]))]);
}

static void *time_struct(void)
{
	uint32_t *p = (void *)(arena + (rnd_below(ARENA_SIZE - 64) & ~3u));

	if (rnd_one_in(8))
		return bad_pointer();
	p[0] = rnd_one_in(4) ? edge_word() : 0;
	p[1] = rnd_one_in(4) ? edge_word() : rnd_below(2000000);
	p[2] = p[0] ? rnd_below(2000000) : rnd_below(1000);
	p[3] = 0;
	return rnd_one_in(16) ? NULL : p;
}

static void *vector(void)
{
	uint32_t *p = (void *)(arena + (rnd_below(ARENA_SIZE - 256) & ~3u));

	if (rnd_one_in(8))
		return bad_pointer();
	for (int i = 0; i < 8; i++) {
		p[2 * i] = (uint32_t)(uintptr_t)buffer();
		p[2 * i + 1] = rnd_one_in(4) ? edge_word() : rnd_below(4096);
	}
	return p;
}

static void *socket_address(void)
{
	struct sockaddr_un *un = (void *)(arena + (rnd_below(ARENA_SIZE - 256) & ~3u));

	if (rnd_one_in(8))
		return bad_pointer();
	un->sun_family = rnd_one_in(6) ? rnd_below(50) : AF_UNIX;
	strcpy(un->sun_path, rnd_one_in(2) ? "sock" : "\0abs");
	return un;
}

static long mapped_address(void)
{
	switch (rnd_below(6)) {
	case 0:
		return rnd_one_in(8) ? edge_word() & ~4095u : 0x48000000 + (rnd() & 0x7fff000);
	case 1:
		return (long)hole;
	case 2:
		return (long)arena + (rnd_below(ARENA_SIZE) & ~4095u);
	case 3:
		return 0x50000000 + (rnd_below(256) << 12);
	default:
		return 0;
	}
}

/* Only our own process and made-up ones: never init, never a group, never everybody. */
static long process(void)
{
	switch (rnd_below(4)) {
	case 0:
		return getpid();
	case 1:
		return 0x7fff0000 + rnd_below(100);
	default:
		return 0;
	}
}

static long signal_number(void)
{
	static const char harmless[] = { 0, SIGCHLD, SIGURG, SIGWINCH, SIGCONT, 65, 70, 34, 40 };

	return rnd_one_in(6) ? (long)(edge_word() | 0x80) : harmless[rnd_below(sizeof(harmless))];
}

static long protection_or_flags(void)
{
	uint32_t f = 0;

	if (rnd_one_in(3))
		return edge_word();
	for (int i = rnd_below(4); i > 0; i--)
		f |= 1u << rnd_below(rnd_one_in(4) ? 32 : 14);
	return f;
}

static long request(void)
{
	static const uint16_t known[] = { 0x5401, 0x5402, 0x5403, 0x5404, 0x5405, 0x5407, 0x540b,
					  0x540e, 0x540f, 0x5410, 0x5413, 0x5414, 0x541b, 0x5420,
					  0x5421, 0x5423, 0x5424, 0x5425, 0x5429, 0x5450, 0x5451,
					  0x5452, 0x5460, 0x4b33, 0x4b3a, 0x4b44, 0x4b46, 0x5600,
					  0x5601, 0x5603, 0x1260, 0x1272 };

	if (rnd_one_in(6))
		return edge_word();
	if (rnd_one_in(8))
		return 0x80045430 | rnd_below(16);
	return known[rnd_below(sizeof(known) / sizeof(known[0]))];
}

static long offset(void)
{
	return rnd_one_in(2) ? (long)rnd_below(65536) : (long)edge_word();
}

static long count_arg(void)
{
	return rnd_one_in(3) ? (long)edge_word() : (long)rnd_below(8192);
}

static long descriptor(void)
{
	return rnd_one_in(10) ? (long)edge_word() : (long)(FD_MIN + rnd_below(FD_MAX - FD_MIN));
}

static long pointer_or_null(void)
{
	return rnd_one_in(2) ? 0 : (long)buffer();
}

static long directory(void)
{
	return rnd_one_in(2) ? AT_FDCWD : descriptor();
}

static long length(void)
{
	return rnd_one_in(20) ? (long)edge_word() : (long)(rnd_below(64) << 12);
}

long arg_make(char kind)
{
	switch (kind) {
	case 'f':
		return descriptor();
	case 'p':
	case 'e':
	case 'x':
		return (long)buffer();
	case 'z':
		return pointer_or_null();
	case 's':
		return (long)path();
	case 'n':
		return count_arg();
	case 'i':
		return rnd_one_in(6) ? (long)edge_word() : (long)rnd_below(20);
	case 'g':
		return protection_or_flags();
	case 'm':
		return mapped_address();
	case 'l':
		return length();
	case 'o':
		return offset();
	case 't':
		return (long)time_struct();
	case 'S':
		return signal_number();
	case 'P':
		return process();
	case 'M':
		return rnd_one_in(4) ? (long)edge_word() : (long)(rnd() & 0177777);
	case 'A':
		return directory();
	case 'v':
		return (long)vector();
	case 'a':
		return (long)socket_address();
	case 'c':
		return rnd_one_in(6) ? (long)edge_word() : (long)rnd_below(12);
	case 'q':
		return request();
	case 'u':
		return rnd_one_in(3) ? -1 : (long)geteuid();
	default:
		return edge_word();
	}
}

void args_refresh(void)
{
	arena_map(); /* calls unmap and reprotect at will */
	if (fcntl(FD_MIN + 12, F_GETFD) < 0)
		open_kinds();
	if (fcntl(FD_MAX, F_GETFD) >= 0)
		syscall(436, FD_MAX, ~0u, 0);
}
