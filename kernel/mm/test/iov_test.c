/* I/O vectors: copies, faults in the middle, revert, import. */
// LINK: kernel/mm/iov.c kernel/mm/uaccess.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/iov.h>
#include <kernel/slab.h>
#include <limits.h>
#include <string.h>

static void through_segments(void **state)
{
	char *a = host_user_alloc(8), *b = host_user_alloc(8), buf[16] = "0123456789abcde";
	struct iovec iov[4] = { { a, 3 }, { NULL, 0 }, { b, 5 }, { a + 4, 2 } };
	struct iov_iter it;
	char back[16] = "";

	iov_init_vec(&it, iov, 4, 10);
	assert_int_equal(iov_copy_to(&it, buf, 4), 4);
	assert_int_equal(iov_copy_to(&it, buf + 4, 100), 6);
	assert_int_equal(it.count, 0);
	assert_memory_equal(a,
			    "012\0"
			    "89",
			    6);
	assert_memory_equal(b, "34567", 5);
	iov_revert(&it, 8);
	assert_int_equal(it.count, 8);
	assert_int_equal(iov_copy_from(&it, back, 8), 8);
	assert_memory_equal(back, "23456789", 8);
	iov_revert(&it, 10);
	assert_int_equal(iov_zero(&it, 4), 4);
	assert_memory_equal(a, "\0\0\0", 3);
	assert_int_equal(b[0], 0);
	assert_int_equal(b[1], '4');
}

static void kernel_memory(void **state)
{
	char buf[8] = "", out[8];
	struct iov_iter it;

	iov_init_kernel(&it, buf, 8);
	assert_int_equal(iov_copy_to(&it, "abcdef", 6), 6);
	assert_int_equal(iov_zero(&it, 6), 2);
	iov_revert(&it, 8);
	assert_int_equal(iov_copy_from(&it, out, 8), 8);
	assert_memory_equal(out, "abcdef\0", 8);
	assert_int_equal(iov_fault_in(&it, 8, true), 0);
}

static void faults(void **state)
{
	char *u = host_user_alloc(64), out[64];
	struct iov_iter it;

	memset(u, 'x', 64);
	host_user_fault(u + 40, 8);
	iov_init_user(&it, u, 64);
	assert_int_equal(iov_copy_from(&it, out, 64), 40);
	assert_int_equal(it.count, 24);
	assert_int_equal(iov_copy_from(&it, out, 24), 0);
	assert_int_equal(iov_fault_in(&it, 1, false), -EFAULT);
	iov_init_user(&it, (void *)(uintptr_t)0xBFFFFFF0u, 64);
	assert_int_equal(iov_copy_from(&it, out, 64), 0);
	assert_int_equal(iov_fault_in(&it, 64, false), -EFAULT);
	host_user_fault(NULL, 0);
}

static void misaligned(void **state)
{
	char *page = host_user_alloc(4096);
	struct iovec iov[3] = { { page, 512 }, { page + 1024, 512 }, { page + 1, 7 } };
	struct iov_iter it;

	iov_init_vec(&it, iov, 3, 1024); /* the third is not part of it */
	assert_false(iov_misaligned(&it, 511, 511));
	iov_init_vec(&it, iov, 3, 1031);
	assert_true(iov_misaligned(&it, 511, 0));
	assert_true(iov_misaligned(&it, 0, 511));
	assert_false(iov_misaligned(&it, 0, 0));
	iov_init_vec(&it, iov, 2, 1024);
	(void)iov_zero(&it, 4);
	assert_true(iov_misaligned(&it, 511, 0));
	iov_init_kernel(&it, page + 1, 7);
	assert_false(iov_misaligned(&it, 511, 511));
}

static void import(void **state)
{
	struct iovec fast[8], *out, *user = host_user_alloc(1024 * sizeof(*user));
	char *data = host_user_alloc(16);

	for (unsigned int i = 0; i < 1024; i++)
		user[i] = (struct iovec){ data, 16 };
	assert_int_equal(iov_import(user, 0, fast, &out), 0);
	assert_int_equal(iov_import(user, 8, fast, &out), 128);
	assert_ptr_equal(out, fast);
	assert_int_equal(iov_import(user, 1024, fast, &out), 16384);
	assert_ptr_not_equal(out, fast);
	kfree(out);
	assert_int_equal(iov_import(user, 1025, fast, &out), -EINVAL);
	user[1].len = 0x80000000u;
	assert_int_equal(iov_import(user, 2, fast, &out), -EINVAL);
	assert_int_equal(iov_import(user, 9, fast, &out), -EINVAL);
	user[1].base = (void *)(uintptr_t)0xC0000000u;
	user[1].len = 1;
	assert_int_equal(iov_import(user, 2, fast, &out), -EFAULT);
	for (unsigned int i = 0; i < 4; i++)
		user[i] = (struct iovec){ NULL, 0x70000000u };
	assert_int_equal(iov_import(user, 4, fast, &out), INT_MAX & PAGE_MASK);
	assert_int_equal(fast[2].len, 0);
	host_fail_alloc(1);
	assert_int_equal(iov_import(user, 9, fast, &out), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(through_segments), host_test(kernel_memory), host_test(faults),
		host_test(misaligned),	     host_test(import),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
