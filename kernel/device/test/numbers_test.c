/* Character device numbers and resource ranges: claims, overlaps, order, failing memory. */
// LINK: kernel/device/chrdev.c kernel/device/resource.c
#include <host/host.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/resource.h>
#include <kernel/string.h>

static const struct file_ops a_fops, b_fops;

static void test_chrdev_ranges(void **state)
{
	assert_int_equal(chrdev_register(4, 64, 4, "ttyS", &b_fops), 0);
	assert_int_equal(chrdev_register(4, 0, 64, "tty", &a_fops), 0);
	assert_int_equal(chrdev_register(4, 67, 1, "x", &a_fops), -EBUSY);
	assert_ptr_equal(chrdev_find(MKDEV(4, 63)), &a_fops);
	assert_ptr_equal(chrdev_find(MKDEV(4, 64)), &b_fops);
	assert_null(chrdev_find(MKDEV(4, 68)));
	assert_null(chrdev_find(MKDEV(3, 0)));
	assert_int_equal(chrdev_register(4, 0, 0, "x", &a_fops), -EINVAL);
	assert_int_equal(chrdev_register(4096, 0, 1, "x", &a_fops), -EINVAL);
	assert_int_equal(chrdev_register(5, (1u << MINORBITS) - 1, 2, "x", &a_fops), -EINVAL);
	chrdev_unregister(4, 64, 3); /* not such a range */
	assert_ptr_equal(chrdev_find(MKDEV(4, 64)), &b_fops);
	chrdev_unregister(4, 64, 4);
	chrdev_unregister(4, 0, 64);
	assert_null(chrdev_find(MKDEV(4, 0)));
}

static void test_chrdev_text(void **state)
{
	static const char mem[] = "mem";
	char buf[100];

	assert_int_equal(chrdev_register(10, 0, 256, "misc", &a_fops), 0);
	assert_int_equal(chrdev_register(1, 5, 1, mem, &a_fops), 0);
	assert_int_equal(chrdev_register(1, 3, 1, mem, &a_fops), 0);
	assert_int_equal(chrdev_describe(buf, sizeof(buf)), 17);
	assert_string_equal(buf, "  1 mem\n 10 misc\n");
	chrdev_unregister(10, 0, 256);
	chrdev_unregister(1, 5, 1);
	chrdev_unregister(1, 3, 1);
}

static void test_chrdev_dynamic(void **state)
{
	int major = chrdev_register(0, 0, 1, "any", &a_fops);

	assert_int_equal(major, 254);
	assert_int_equal(chrdev_register(0, 0, 1, "other", &a_fops), 253);
	chrdev_unregister(254, 0, 1);
	chrdev_unregister(253, 0, 1);
	host_fail_alloc(1);
	assert_int_equal(chrdev_register(7, 0, 1, "x", &a_fops), -ENOMEM);
}

static void test_resource_tree(void **state)
{
	struct resource_info r;

	assert_int_equal(resource_request(RESOURCE_PORT, 0x3f8, 0x3ff, "serial"), 0);
	assert_int_equal(resource_add(RESOURCE_PORT, 0, 0xcf7, "bus"), 0);
	assert_int_equal(resource_request(RESOURCE_PORT, 0x3f0, 0x3f8, "floppy"), -EBUSY);
	assert_int_equal(resource_request(RESOURCE_PORT, 0xcf0, 0xcff, "across"), -EBUSY);
	assert_int_equal(resource_request(RESOURCE_PORT, 9, 8, "none"), -EINVAL);
	assert_int_equal(resource_request(RESOURCE_PORT, 0x60, 0x60, "keyboard"), 0);
	assert_true(resource_get_info(RESOURCE_PORT, 0, &r));
	assert_string_equal(r.name, "bus");
	assert_int_equal(r.depth, 0);
	assert_true(resource_get_info(RESOURCE_PORT, 1, &r));
	assert_string_equal(r.name, "keyboard");
	assert_int_equal(r.depth, 1);
	assert_true(resource_get_info(RESOURCE_PORT, 2, &r));
	assert_int_equal(r.end, 0x3ff);
	assert_false(resource_get_info(RESOURCE_PORT, 3, &r));
	assert_false(resource_get_info(RESOURCE_MEMORY, 0, &r));
	resource_release(RESOURCE_PORT, 0x3f8, 0x3ff);
	assert_int_equal(resource_request(RESOURCE_PORT, 0x3f0, 0x3f8, "floppy"), 0);
	resource_release(RESOURCE_PORT, 0x3f0, 0x3f8);
	resource_release(RESOURCE_PORT, 0x60, 0x60);
	host_fail_alloc(1);
	assert_int_equal(resource_add(RESOURCE_PORT, 0xd00, 0xd01, "x"), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_chrdev_ranges), host_test(test_chrdev_text),
		host_test(test_chrdev_dynamic),
		cmocka_unit_test(test_resource_tree), /* described ranges stay for good */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
