/* The simulated bus, driven as a driver core would: through struct hw only. */
// LINK:
#include <host/host.h>
#include <host/sim_bus.h>

struct chip {
	struct sim_bus *bus;
	u8 status;
	u32 written;
};

static u32 chip_read(void *data, u16 port, unsigned int width)
{
	struct chip *chip = data;

	return port & 1 ? chip->status : 0x1234;
}

static void chip_ready(void *data)
{
	struct chip *chip = data;

	chip->status = 0x40;
	sim_bus_raise_irq(chip->bus);
}

static void chip_write(void *data, u16 port, u32 value, unsigned int width)
{
	struct chip *chip = data;

	chip->written = value;
	chip->status = 0x80;
	sim_bus_at(chip->bus, 30000000, chip_ready, chip);
}

static struct sim_bus bus;
static struct chip chip;

static int setup(void **state)
{
	sim_bus_init(&bus);
	chip = (struct chip){ .bus = &bus };
	sim_bus_claim(&bus, 0x1f0, 8, chip_read, chip_write, &chip);
	return host_setup(state);
}

static void unclaimed_ports_float(void **state)
{
	assert_int_equal(hw_in8(&bus.hw, 0x177), 0xff);
	assert_int_equal(hw_in16(&bus.hw, 0x177), 0xffff);
	assert_true(hw_in32(&bus.hw, 0x177) == 0xffffffffu);
	bus.floating = 0;
	assert_int_equal(hw_in16(&bus.hw, 0x177), 0);
	sim_bus_release(&bus, 0x1f0);
	assert_int_equal(hw_in8(&bus.hw, 0x1f1), 0);
}

static void half_a_minute_passes_at_once(void **state)
{
	u64 begin = hw_now_us(&bus.hw);

	hw_out8(&bus.hw, 0x1f7, 0x90);
	assert_int_equal(hw_in8(&bus.hw, 0x1f7), 0x80);
	assert_false(hw_wait_irq(&bus.hw, 1000000));
	assert_true(hw_wait_irq(&bus.hw, 60000000));
	assert_false(hw_wait_irq(&bus.hw, 0));
	assert_int_equal(hw_in8(&bus.hw, 0x1f7), 0x40);
	assert_in_range((unsigned long)(hw_now_us(&bus.hw) - begin), 30000000, 30000100);
}

static void polling_lets_time_pass(void **state)
{
	hw_out8(&bus.hw, 0x1f7, 0x90);
	while (hw_in8(&bus.hw, 0x1f7) & 0x80)
		hw_delay_us(&bus.hw, 1000);
	assert_int_equal(sim_bus_last_write(&bus, 0x1f7), 0x90);
	assert_int_equal(sim_bus_accessed(&bus, 0x1f7, true), 1);
}

static void a_lost_interrupt_never_comes(void **state)
{
	bus.lose_irqs = true;
	hw_out8(&bus.hw, 0x1f7, 0x90);
	assert_false(hw_wait_irq(&bus.hw, 60000000));
	assert_int_equal(hw_in8(&bus.hw, 0x1f7), 0x40);
}

static void the_bus_floats_from_then_on(void **state)
{
	sim_bus_float_after(&bus, 3);
	assert_int_equal(hw_in16(&bus.hw, 0x1f0), 0x1234);
	assert_int_equal(hw_in16(&bus.hw, 0x1f0), 0x1234);
	assert_int_equal(hw_in16(&bus.hw, 0x1f0), 0xffff);
	hw_out8(&bus.hw, 0x1f7, 1);
	assert_int_equal(chip.written, 0);
}

static void bits_stick(void **state)
{
	sim_bus_stick(&bus, 0x1f7, 0x80, 0x80);
	assert_int_equal(hw_in8(&bus.hw, 0x1f7), 0x80);
	sim_bus_unstick(&bus, 0x1f7);
	assert_int_equal(hw_in8(&bus.hw, 0x1f7), 0);
}

static u32 flip(struct sim_bus *b, u16 port, u32 value, unsigned int width)
{
	return ~value;
}

static void reads_can_lie(void **state)
{
	bus.read_hook = flip;
	assert_int_equal(hw_in16(&bus.hw, 0x1f0), 0xedcb);
}

static void strings_move_words(void **state)
{
	u16 words[3] = { 0 };

	hw_ins16(&bus.hw, 0x1f0, words, 3);
	assert_int_equal(words[2], 0x1234);
	hw_outs16(&bus.hw, 0x1f0, words, 3);
	assert_int_equal(sim_bus_accessed(&bus, 0x1f0, true), 3);
}

static u32 count_up(struct sim_bus *b, u16 port, u32 value, unsigned int width)
{
	return width == 4 ? 0x04030201 : 0x0201;
}

static void strings_move_dwords(void **state)
{
	u8 bytes[12] = { 0 };

	bus.read_hook = count_up;
	hw_ins32(&bus.hw, 0x1f0, bytes, 2);
	assert_memory_equal(bytes, "\1\2\3\4\1\2\3\4\0\0\0\0", 12);
	hw_outs32(&bus.hw, 0x1f0, bytes + 4, 2);
	assert_int_equal(sim_bus_accessed(&bus, 0x1f0, true), 2);
	assert_int_equal(sim_bus_last_write(&bus, 0x1f0), 0);
}

static void poll_for_ever(void)
{
	while (hw_in8(&bus.hw, 0x1f7) != 1)
		;
}

static void wait_for_ever(void)
{
	for (;;)
		hw_sleep_us(&bus.hw, 1000000);
}

static void endless_loops_are_found(void **state)
{
	bus.max_accesses = 1000;
	expect_assert_failure(poll_for_ever());
	bus.max_us = 40000000;
	expect_assert_failure(wait_for_ever());
}

#define bus_test(fn) cmocka_unit_test_setup_teardown(fn, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		bus_test(unclaimed_ports_float),
		bus_test(half_a_minute_passes_at_once),
		bus_test(polling_lets_time_pass),
		bus_test(a_lost_interrupt_never_comes),
		bus_test(the_bus_floats_from_then_on),
		bus_test(bits_stick),
		bus_test(reads_can_lie),
		bus_test(strings_move_words),
		bus_test(strings_move_dwords),
		bus_test(endless_loops_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
