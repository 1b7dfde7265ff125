/* Pipes and Unix sockets between two processes, futexes between two threads, and switching among
 * several. */
#include "bench.h"
#include <pthread.h>
#include <sys/socket.h>

static int to[2], from[2];
static pid_t peer;
static char buf[65536];

static void peer_end(void)
{
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
}

static void echo(int in, int out)
{
	char c;

	while (read(in, &c, 1) == 1 && write(out, &c, 1) == 1)
		;
	_exit(0);
}

static void pipe_setup(void)
{
	MUST(pipe(to));
	MUST(pipe(from));
	peer = MUST(fork());
	if (!peer)
		echo(to[0], from[1]);
}

static void pipe_round_trip(int n)
{
	char c = 'x';

	while (n--) {
		MUST(write(to[1], &c, 1));
		MUST(read(from[0], &c, 1));
	}
}

static void socket_setup(void)
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, to));
	peer = MUST(fork());
	if (!peer)
		echo(to[0], to[0]);
}

static void socket_round_trip(int n)
{
	char c = 'x';

	while (n--) {
		MUST(write(to[1], &c, 1));
		MUST(read(to[1], &c, 1));
	}
}

static void sink(int in)
{
	while (read(in, buf, sizeof(buf)) > 0)
		;
	_exit(0);
}

static void pipe_sink_setup(void)
{
	MUST(pipe(to));
	peer = MUST(fork());
	if (!peer) {
		close(to[1]);
		sink(to[0]);
	}
}

static void socket_sink_setup(void)
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, to));
	peer = MUST(fork());
	if (!peer) {
		close(to[1]);
		sink(to[0]);
	}
}

static void pour(int n)
{
	while (n--)
		MUST(write(to[1], buf, sizeof(buf)));
}

static void pipe_alone(int n)
{
	char c = 'x';

	while (n--) {
		MUST(write(to[1], &c, 1));
		MUST(read(to[0], &c, 1));
	}
}

static void pipe_alone_setup(void)
{
	MUST(pipe(to));
}

/* A token goes round a ring of processes: one operation is one hop, so one switch. */

#define RING 8
static int ring_fds[RING][2], ring_size;
static pid_t ring_pids[RING];

static void ring_member(int i)
{
	char c;

	while (read(ring_fds[i][0], &c, 1) == 1 &&
	       write(ring_fds[(i + 1) % ring_size][1], &c, 1) == 1)
		;
	_exit(0);
}

static void ring_setup(int size)
{
	ring_size = size;
	for (int i = 0; i < size; i++)
		MUST(pipe(ring_fds[i]));
	for (int i = 1; i < size; i++) {
		ring_pids[i] = MUST(fork());
		if (!ring_pids[i])
			ring_member(i);
	}
}

static void ring_2(void)
{
	ring_setup(2);
}

static void ring_8(void)
{
	ring_setup(RING);
}

static void ring_end(void)
{
	for (int i = 1; i < ring_size; i++) {
		kill(ring_pids[i], SIGKILL);
		waitpid(ring_pids[i], NULL, 0);
	}
}

static void ring_turn(int n)
{
	char c = 'x';

	for (; n > 0; n -= ring_size) {
		MUST(write(ring_fds[1][1], &c, 1));
		MUST(read(ring_fds[0][0], &c, 1));
	}
}

/* futexes */

static volatile int word;
static pthread_t thread;

static void futex(volatile int *w, int op, int value)
{
	syscall(240, w, op | 128, value, NULL, NULL, 0);
}

static void await(int value)
{
	int now;

	while ((now = word) != value)
		futex(&word, 0, now);
}

static void *futex_peer(void *arg)
{
	for (;;) {
		await(1);
		word = 0;
		futex(&word, 1, 1);
	}
	return arg;
}

static void futex_setup(void)
{
	if (pthread_create(&thread, NULL, futex_peer, NULL))
		bench_die("pthread_create");
}

static void futex_ping_pong(int n)
{
	while (n--) {
		word = 1;
		futex(&word, 1, 1);
		await(0);
	}
}

static void futex_wake_nobody(int n)
{
	while (n--)
		futex(&word, 1, 1);
}

const struct bench bench_ipc[] = {
	{ "pipe_write_read", pipe_alone, 5000, 5, pipe_alone_setup, NULL, 0 },
	{ "pipe_round_trip", pipe_round_trip, 2000, 5, pipe_setup, peer_end, 0 },
	{ "pipe_bandwidth", pour, 200, 5, pipe_sink_setup, peer_end, 65536 },
	{ "socket_round_trip", socket_round_trip, 2000, 5, socket_setup, peer_end, 0 },
	{ "socket_bandwidth", pour, 200, 5, socket_sink_setup, peer_end, 65536 },
	{ "switch_2_processes", ring_turn, 4000, 5, ring_2, ring_end, 0 },
	{ "switch_8_processes", ring_turn, 4000, 5, ring_8, ring_end, 0 },
	{ "futex_wake_nobody", futex_wake_nobody, 10000, 5, NULL, NULL, 0 },
	{ "futex_ping_pong", futex_ping_pong, 2000, 5, futex_setup, NULL, 0 },
	{ 0 },
};
