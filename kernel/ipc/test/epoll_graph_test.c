/* Unit tests of epoll's loop detection. */
// LINK: kernel/ipc/epoll_graph.c
#include <host/host.h>
#include <kernel/errno.h>
#include "../epoll_graph.h"

#define NODES 64
static struct epoll_node node[NODES];
static struct epoll_edge edge[512];
static unsigned int edges;

static int reset(void **state)
{
	edges = 0;
	for (unsigned int i = 0; i < NODES; i++)
		epoll_node_init(&node[i]);
	return host_setup(state);
}

static int watch(unsigned int a, unsigned int b)
{
	int err = epoll_graph_check(&node[a], &node[b]);

	if (!err)
		epoll_graph_link(&edge[edges++], &node[a], &node[b]);
	return err;
}

static void test_cycles(void **state)
{
	assert_int_equal(watch(0, 0), -ELOOP);
	assert_int_equal(watch(0, 1), 0);
	assert_int_equal(watch(1, 0), -ELOOP);
	assert_int_equal(watch(1, 2), 0);
	assert_int_equal(watch(2, 0), -ELOOP);
	assert_int_equal(watch(0, 2), 0); /* a second way is no cycle */
	epoll_graph_unlink(&edge[1]);
	assert_int_equal(watch(2, 1), 0);
}

static void test_depth(void **state)
{
	for (unsigned int i = 0; i < EPOLL_MAX_DEPTH; i++)
		assert_int_equal(watch(i, i + 1), 0);
	assert_int_equal(watch(EPOLL_MAX_DEPTH, 20), -ELOOP); /* below the end */
	assert_int_equal(watch(20, 0), -ELOOP);		      /* above the top */
	assert_int_equal(watch(20, 1), 0);		      /* beside the top */
}

/* Joining two chains counts both sides. */
static void test_join(void **state)
{
	assert_int_equal(watch(0, 1), 0);
	assert_int_equal(watch(1, 2), 0);
	assert_int_equal(watch(2, 3), 0);
	assert_int_equal(watch(10, 11), 0);
	assert_int_equal(watch(11, 12), 0);
	assert_int_equal(watch(3, 10), -ELOOP);
	assert_int_equal(watch(2, 10), 0);
}

/* Layers of ten all watching each of the next layer: 10^5 paths, looked at in a moment. */
static void test_lattice(void **state)
{
	for (unsigned int layer = 0; layer < 4; layer++)
		for (unsigned int i = 0; i < 10; i++)
			for (unsigned int j = 0; j < 10; j++)
				assert_int_equal(watch(layer * 10 + i, layer * 10 + 10 + j), 0);
	assert_int_equal(watch(45, 3), -ELOOP);
	assert_int_equal(watch(60, 0), 0);
	assert_int_equal(watch(61, 60), -ELOOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cycles, reset, host_teardown),
		cmocka_unit_test_setup_teardown(test_depth, reset, host_teardown),
		cmocka_unit_test_setup_teardown(test_join, reset, host_teardown),
		cmocka_unit_test_setup_teardown(test_lattice, reset, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
