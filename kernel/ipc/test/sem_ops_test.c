/* Unit tests of the arithmetic of semop(). */
// LINK: kernel/ipc/sem_ops.c
#include <host/host.h>
#include <kernel/errno.h>
#include "../sem_ops.h"

static struct semaphore sem[3];
static s16 adjust[3];
static unsigned int blocking;

static int reset(void **state)
{
	for (unsigned int i = 0; i < 3; i++) {
		sem[i] = (struct semaphore){ .value = 5 };
		adjust[i] = 0;
	}
	return host_setup(state);
}

static int try(const struct sembuf_abi *ops, unsigned int n)
{
	return sem_try(sem, adjust, ops, n, 42, &blocking);
}

static void test_all_or_nothing(void **state)
{
	const struct sembuf_abi ops[] = { { 0, -5, SEM_UNDO }, { 1, 3, 0 }, { 2, -6, 0 } };

	assert_int_equal(try(ops, 3), 1);
	assert_int_equal(blocking, 2);
	assert_int_equal(sem[0].value, 5);
	assert_int_equal(sem[1].value, 5);
	assert_int_equal(sem[0].last, 0);
	assert_int_equal(adjust[0], 0);
	assert_int_equal(try(ops, 2), 0);
	assert_int_equal(sem[0].value, 0);
	assert_int_equal(sem[1].value, 8);
	assert_int_equal(sem[1].last, 42);
	assert_int_equal(adjust[0], 5);
}

static void test_wait_for_zero(void **state)
{
	const struct sembuf_abi zero = { 0, 0, 0 }, zero_now = { 0, 0, IPC_NOWAIT };
	const struct sembuf_abi both[] = { { 0, -5, 0 }, { 0, 0, 0 }, { 0, 1, 0 } };

	assert_int_equal(try(&zero, 1), 1);
	assert_int_equal(try(&zero_now, 1), -EAGAIN);
	assert_int_equal(try(both, 3), 0); /* later operations see the earlier */
	assert_int_equal(sem[0].value, 1);
}

static void test_ranges(void **state)
{
	const struct sembuf_abi up = { 0, SEMVMX - 4, 0 };
	const struct sembuf_abi undo[] = { { 1, 32762, SEM_UNDO },
					   { 1, -32767, 0 },
					   { 1, 10, SEM_UNDO } };

	assert_int_equal(try(&up, 1), -ERANGE);
	assert_int_equal(sem[0].value, 5);
	assert_int_equal(try(undo, 3), -ERANGE);
	assert_int_equal(sem[1].value, 5);
	assert_int_equal(adjust[1], 0);
	assert_int_equal(try(undo, 2), 0);
	assert_int_equal(adjust[1], -32762);
}

#define t(fn) cmocka_unit_test_setup_teardown(fn, reset, host_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = { t(test_all_or_nothing), t(test_wait_for_zero),
					    t(test_ranges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
