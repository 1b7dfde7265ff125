/* The pair of 8259s over simulated ones. */
// LINK: kernel/x86/pic.c kernel/x86/test/sim_8259.c
#include <host/host.h>
#include <string.h>
#include "../x86.h"
#include "sim_8259.h"

#define MASTER 0
#define SLAVE  1

static struct sim_bus bus;
static struct sim_8259 chips;
struct hw *host_ports;

static void begin(void)
{
	sim_bus_init(&bus);
	bus.max_accesses = 100000;
	host_ports = &bus.hw;
	sim_8259_init(&chips, &bus);
	for (int line = 0; line < 16; line++)
		pic_mask(line);
	pic_unmask(2);
	pic_init();
}

static void nothing_in_service(void)
{
	assert_int_equal(chips.chip[MASTER].service, 0);
	assert_int_equal(chips.chip[SLAVE].service, 0);
}

static void each_line_has_its_vector(void **state)
{
	begin();
	for (int line = 0; line < 16; line++) {
		if (line == 2)
			continue;
		sim_8259_raise(&chips, line);
		assert_int_equal(sim_8259_ack(&chips), -1); /* masked from the start */
		pic_unmask(line);
		assert_int_equal(sim_8259_ack(&chips), 0x20 + line);
		assert_true(pic_ack(line));
		nothing_in_service();
		pic_mask(line);
		sim_8259_raise(&chips, line);
		assert_int_equal(sim_8259_ack(&chips), -1);
		sim_8259_drop(&chips, line);
	}
}

/* An EOI to the wrong chip, or of the wrong line, would end the one that is under way below. */
static void an_eoi_ends_its_own_line_alone(void **state)
{
	begin();
	pic_unmask(5);
	pic_unmask(12);
	pic_unmask(1);
	sim_8259_raise(&chips, 5);
	assert_int_equal(sim_8259_ack(&chips), 0x25);
	sim_8259_raise(&chips, 12); /* above 5: by way of line 2 */
	assert_int_equal(sim_8259_ack(&chips), 0x2c);
	sim_8259_raise(&chips, 1);
	assert_int_equal(sim_8259_ack(&chips), 0x21);
	assert_true(pic_ack(1));
	assert_int_equal(chips.chip[MASTER].service, 1u << 2 | 1u << 5);
	assert_int_equal(chips.chip[SLAVE].service, 1u << 4);
	assert_true(pic_ack(12));
	assert_int_equal(chips.chip[MASTER].service, 1u << 5);
	assert_int_equal(chips.chip[SLAVE].service, 0);
	assert_true(pic_ack(5));
	nothing_in_service();
}

static void vanished_request_at_the_master(void **state)
{
	begin();
	pic_unmask(6);
	sim_8259_raise(&chips, 6);
	assert_int_equal(sim_8259_ack(&chips), 0x26);
	assert_int_equal(sim_8259_ack_vanished(&chips, false), 0x27);
	assert_false(pic_ack(7));
	assert_int_equal(chips.chip[MASTER].service, 1u << 6);
	assert_true(pic_ack(6));
	nothing_in_service();
}

/* The master has line 2 in service then, and nobody else would end it. */
static void vanished_request_at_the_slave(void **state)
{
	begin();
	assert_int_equal(sim_8259_ack_vanished(&chips, true), 0x2f);
	assert_false(pic_ack(15));
	nothing_in_service();
	assert_int_equal(chips.chip[SLAVE].specific_eois, 0);
}

static void real_seven_and_fifteen(void **state)
{
	begin();
	for (int line = 7; line < 16; line += 8) {
		pic_unmask(line);
		sim_8259_raise(&chips, line);
		assert_int_equal(sim_8259_ack(&chips), 0x20 + line);
		assert_true(pic_ack(line));
		nothing_in_service();
	}
	/* Who looks at the requests afterwards gets those. */
	sim_8259_raise(&chips, 3);
	assert_int_equal(bus.hw.ops->in8(&bus.hw, 0x20), 1u << 3);
	assert_int_equal(bus.hw.ops->in8(&bus.hw, 0xa0), 0);
}

static void edge_triggered_and_cascaded(void **state)
{
	begin();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(chips.chip[i].icw1 & 0x0b, 0x01); /* edge, cascade, ICW4 */
		assert_int_equal(chips.chip[i].icw4, 0x01);
	}
	assert_int_equal(chips.chip[MASTER].icw3, 0x04);
	assert_int_equal(chips.chip[SLAVE].icw3, 0x02);
	assert_int_equal(chips.chip[MASTER].mask, 0xfb);
	assert_int_equal(chips.chip[SLAVE].mask, 0xff);
	assert_string_equal(host_log(), "");
}

static void a_chip_that_is_not_there_is_told(void **state)
{
	sim_bus_init(&bus);
	host_ports = &bus.hw;
	pic_init();
	assert_non_null(strstr(host_log(), "pic: the interrupt controller does not answer"));
}

static void shutdown_masks_everything(void **state)
{
	begin();
	pic_unmask(1);
	pic_shutdown();
	assert_int_equal(chips.chip[MASTER].mask, 0xff);
	assert_int_equal(chips.chip[SLAVE].mask, 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(each_line_has_its_vector),
		host_test(an_eoi_ends_its_own_line_alone),
		host_test(vanished_request_at_the_master),
		host_test(vanished_request_at_the_slave),
		host_test(real_seven_and_fifteen),
		host_test(edge_triggered_and_cascaded),
		host_test(a_chip_that_is_not_there_is_told),
		host_test(shutdown_masks_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
