// LINK: kernel/x86/i8237.c
/* The DMA controllers' registers, over a simulated pair of chips that keeps what it is told. */
#include <host/host.h>
#include <host/sim_bus.h>
#include <string.h>
#include "../i8237.h"

struct line {
	u16 address, count;
	u8 mode, page;
	bool masked;
};

static struct {
	struct sim_bus bus;
	struct line line[8];
	bool flip[2];
	unsigned int unmasked_writes; /* to registers of a channel that may run */
} sim;

static const u8 pages[8] = { 0x87, 0x83, 0x81, 0x82, 0x8F, 0x8B, 0x89, 0x8A };

/* The register's number in its chip, as the datasheet counts them. */
static unsigned int decode(u16 port, unsigned int *chip)
{
	*chip = port >= 0xC0;
	return *chip ? (port - 0xC0u) / 2u : port;
}

static u32 chip_read(void *arg, u16 port, unsigned int width)
{
	unsigned int chip, reg = decode(port, &chip);
	const struct line *l = &sim.line[chip * 4 + (reg / 2) % 4];
	u16 value = reg & 1u ? l->count : l->address;

	sim.flip[chip] = !sim.flip[chip];
	return sim.flip[chip] ? value & 0xffu : value >> 8;
}

static void put_half(u16 *reg, unsigned int chip, u8 value)
{
	sim.flip[chip] = !sim.flip[chip];
	*reg = sim.flip[chip] ? (u16)((*reg & 0xff00u) | value)
			      : (u16)((*reg & 0xffu) | value << 8);
}

static void chip_write(void *arg, u16 port, u32 value, unsigned int width)
{
	unsigned int chip, reg = decode(port, &chip);
	struct line *l = &sim.line[chip * 4 + (reg < 8 ? reg / 2 : value & 3u)];

	if (reg < 8) {
		sim.unmasked_writes += !l->masked;
		put_half(reg & 1u ? &l->count : &l->address, chip, (u8)value);
	} else if (reg == 0x0A) {
		l->masked = value & 4u;
	} else if (reg == 0x0B) {
		sim.unmasked_writes += !l->masked;
		l->mode = (u8)value;
	} else {
		assert_int_equal(reg, 0x0C);
		sim.flip[chip] = false;
	}
}

static void page_write(void *arg, u16 port, u32 value, unsigned int width)
{
	for (unsigned int i = 0; i < 8; i++)
		if (pages[i] == port) {
			sim.unmasked_writes += !sim.line[i].masked;
			sim.line[i].page = (u8)value;
		}
}

static void start(void)
{
	memset(&sim, 0, sizeof(sim));
	sim_bus_init(&sim.bus);
	sim_bus_claim(&sim.bus, 0x00, 16, chip_read, chip_write, NULL);
	sim_bus_claim(&sim.bus, 0xC0, 32, chip_read, chip_write, NULL);
	sim_bus_claim(&sim.bus, 0x80, 16, NULL, page_write, NULL);
	sim.flip[0] = sim.flip[1] = true; /* whatever was there before */
}

static void test_bytes(void **state)
{
	start();
	i8237_start(&sim.bus.hw, 2, 0xAB1234, 0x2400, true);
	assert_int_equal(sim.line[2].address, 0x1234);
	assert_int_equal(sim.line[2].page, 0xAB);
	assert_int_equal(sim.line[2].count, 0x23FF);
	assert_int_equal(sim.line[2].mode, 0x46);
	assert_false(sim.line[2].masked);
	assert_int_equal(sim.unmasked_writes, 0);
	i8237_start(&sim.bus.hw, 2, 0x1000, 512, false);
	assert_int_equal(sim.line[2].mode, 0x4A);
}

static void test_words(void **state)
{
	start();
	i8237_start(&sim.bus.hw, 5, 0xAB1234, 0x2400, false);
	assert_int_equal(sim.line[5].address, 0x891A); /* address bits 1 to 16 */
	assert_int_equal(sim.line[5].page, 0xAA);
	assert_int_equal(sim.line[5].count, 0x11FF);
	assert_int_equal(sim.line[5].mode, 0x49);
	assert_int_equal(sim.unmasked_writes, 0);
}

static void test_left(void **state)
{
	start();
	i8237_start(&sim.bus.hw, 2, 0x1000, 0x400, true);
	sim.flip[0] = true;
	sim.line[2].count = 0x1FF;
	assert_int_equal(i8237_stop(&sim.bus.hw, 2), 0x200);
	assert_true(sim.line[2].masked);
	sim.line[2].count = 0xFFFF; /* it counts beyond zero at the end */
	assert_int_equal(i8237_stop(&sim.bus.hw, 2), 0);
	sim.line[6].count = 0xFF;
	assert_int_equal(i8237_stop(&sim.bus.hw, 6), 0x200);
}

static void test_reach(void **state)
{
	assert_true(i8237_reaches(2, 0xF000, 0x1000));
	assert_false(i8237_reaches(2, 0xF000, 0x1001));
	assert_true(i8237_reaches(2, 0x20000, 0x10000));
	assert_false(i8237_reaches(2, 0x20001, 0x10000));
	assert_true(i8237_reaches(2, 0xFFFFFF, 1));
	assert_false(i8237_reaches(2, 0x1000000, 1));
	assert_false(i8237_reaches(2, 0xFFFFFFFF, 2));
	assert_false(i8237_reaches(2, 0x1000, 0));
	assert_false(i8237_reaches(4, 0x1000, 2));
	assert_false(i8237_reaches(8, 0x1000, 2));
	assert_true(i8237_reaches(5, 0x1F000, 0x1000));
	assert_true(i8237_reaches(5, 0x0F000, 0x2000));
	assert_false(i8237_reaches(5, 0x1F000, 0x1002));
	assert_false(i8237_reaches(5, 0x1001, 2));
	assert_false(i8237_reaches(5, 0x1000, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_bytes),
		host_test(test_words),
		host_test(test_left),
		host_test(test_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
