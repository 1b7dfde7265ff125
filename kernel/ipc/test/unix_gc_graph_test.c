/* Unit tests of the collector of sockets in flight. */
// LINK: kernel/ipc/unix_gc_graph.c
#include <host/host.h>
#include "../unix_gc_graph.h"

#define NODES 12
struct sock {
	struct gc_node gc;
	unsigned int refs;	     /* descriptors besides messages */
	unsigned int carries[NODES]; /* messages waiting here that carry each */
};
static struct sock sock[NODES];
static struct list_head candidates;

static int reset(void **state)
{
	for (unsigned int i = 0; i < NODES; i++)
		sock[i] = (struct sock){ .refs = 0 };
	return host_setup(state);
}

static void send_over(unsigned int queue, unsigned int what)
{
	sock[queue].carries[what]++;
	sock[what].gc.inflight++;
}

static void each_edge(struct gc_node *node, gc_edge_fn fn, void *arg)
{
	struct sock *s = container_of(node, struct sock, gc);

	for (unsigned int i = 0; i < NODES; i++)
		for (unsigned int n = 0; n < s->carries[i]; n++)
			fn(&sock[i].gc, arg);
}

/* The garbage as a bit set. */
static unsigned int collect(void)
{
	unsigned int found = 0;
	struct gc_node *node;

	list_init(&candidates);
	for (unsigned int i = 0; i < NODES; i++) {
		sock[i].gc.candidate = sock[i].gc.inflight && !sock[i].refs;
		if (sock[i].gc.candidate)
			list_add_tail(&sock[i].gc.link, &candidates);
	}
	gc_find_garbage(&candidates, each_edge);
	list_for_each_entry (node, &candidates, link)
		found |= 1u << (container_of(node, struct sock, gc) - sock);
	return found;
}

static void test_nothing(void **state)
{
	assert_int_equal(collect(), 0);
}

static void test_self_loop(void **state)
{
	send_over(0, 0);
	sock[0].refs = 1;
	assert_int_equal(collect(), 0);
	sock[0].refs = 0;
	assert_int_equal(collect(), 1);
}

static void test_pair_cycle(void **state)
{
	send_over(0, 1);
	send_over(1, 0);
	sock[1].refs = 1;
	assert_int_equal(collect(), 0); /* 0 can still be received from 1 */
	sock[1].refs = 0;
	assert_int_equal(collect(), 3);
}

/* In the queue of a socket somebody holds, everything lives, however deep. */
static void test_chain_from_living(void **state)
{
	sock[0].refs = 1;
	for (unsigned int i = 0; i < 8; i++)
		send_over(i, i + 1);
	send_over(8, 4); /* a cycle inside */
	assert_int_equal(collect(), 0);
	/* 1 is received, and closed with what waits in it: the cycle loses its way in. */
	sock[0].carries[1] = 0;
	sock[1].gc.inflight = 0;
	for (unsigned int i = 1; i < 4; i++) {
		sock[i].carries[i + 1] = 0;
		sock[i + 1].gc.inflight--;
	}
	assert_int_equal(collect(), 0x1f0);
}

/* The cycle dies, what only it holds too; a socket with one more message elsewhere lives. */
static void test_mixed(void **state)
{
	sock[9].refs = 1;
	send_over(0, 1);
	send_over(1, 0);
	send_over(1, 2);
	send_over(1, 3);
	send_over(9, 3);
	send_over(3, 4);
	assert_int_equal(collect(), 7);
	assert_false(sock[3].gc.candidate);
	assert_false(sock[4].gc.candidate);
}

static void test_same_socket_twice(void **state)
{
	send_over(0, 0);
	send_over(0, 0);
	assert_int_equal(collect(), 1);
	sock[5].refs = 1;
	send_over(5, 0);
	assert_int_equal(collect(), 0);
}

#define t(fn) cmocka_unit_test_setup_teardown(fn, reset, host_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		t(test_nothing),	   t(test_self_loop), t(test_pair_cycle),
		t(test_chain_from_living), t(test_mixed),     t(test_same_socket_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
