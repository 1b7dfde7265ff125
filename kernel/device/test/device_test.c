/* The device tree: names, references, listeners. */
// LINK: kernel/device/device.c
#include <host/host.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/string.h>

static char heard[256];
static unsigned int released;

static void note(const char *what, const char *name)
{
	strcat(heard, what);
	strcat(heard, name);
	strcat(heard, " ");
}
static void added(struct device *dev)
{
	note("+", dev->name);
}
static void removed(struct device *dev)
{
	note("-", dev->name);
}
static void class_added(struct device_class *class)
{
	note("c", class->name);
}
static void bus_added(struct device_bus *bus)
{
	note("b", bus->name);
}
static void driver_set(struct device *dev)
{
	note("d", dev->driver);
}
static void release(struct device *dev)
{
	released++;
}

static struct device_listener listener = { .added = added,
					   .removed = removed,
					   .class_added = class_added };
static struct device_class tty_class = { .name = "tty" };

static void test_life(void **state)
{
	struct device bus = { .name = "bus", .release = release };
	struct device dev = {
		.name = "ttyS0", .parent = &bus, .class = &tty_class, .release = release
	};
	struct device twin = { .name = "ttyS0", .parent = &bus, .class = &tty_class };

	assert_int_equal(device_register(&bus), 0);
	device_listen(&listener);
	assert_string_equal(heard, "+bus ");
	assert_int_equal(device_register(&dev), 0);
	assert_string_equal(heard, "+bus ctty +ttyS0 ");
	assert_int_equal(device_register(&twin), -EEXIST);
	device_get(&dev);
	device_unregister(&dev);
	device_unregister(&bus);
	assert_string_equal(heard, "+bus ctty +ttyS0 -ttyS0 -bus ");
	/* The last user lets go, and with it the parent goes. */
	assert_int_equal(released, 0);
	device_put(&dev);
	assert_int_equal(released, 2);
}

/* Those who come late hear of it all the same, a driver after its device. */
static void test_buses_and_drivers(void **state)
{
	static struct device_listener early = {
		.added = added, .removed = removed, .bus_added = bus_added, .driver_set = driver_set
	};
	static struct device_listener late = {
		.added = added, .removed = removed, .bus_added = bus_added, .driver_set = driver_set
	};
	static struct device_bus pci = { .name = "pci" };
	struct device dev = { .name = "card" }, plain = { .name = "plain" };

	device_listen(&early);
	heard[0] = '\0';
	bus_register(&pci);
	assert_string_equal(heard, "bpci ");
	assert_int_equal(device_register(&dev), 0);
	device_set_driver(&dev, "ne2k");
	assert_non_null(strstr(heard, "+card dne2k "));
	assert_string_equal(dev.driver, "ne2k");
	expect_assert_failure(device_set_driver(&dev, "other"));
	assert_int_equal(device_register(&plain), 0);
	heard[0] = '\0';
	device_listen(&late);
	assert_string_equal(heard, "bpci +card dne2k +plain ");
	device_unregister(&plain);
	device_unregister(&dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_life),
		host_test(test_buses_and_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
