/* The search for ISA Plug and Play cards, over simulated ones. */
// LINK: hwtest/probe/isapnp.c hwtest/rules/isapnp.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
#include <string.h>
#include "../../rules/rules.h"
#include "sim_host.h"

#define CARDS 2

enum card_state {
	WAIT_FOR_KEY,
	SLEEP,
	ISOLATION,
	CONFIG
};

/* As the specification's state diagram has it; only what the search uses. */
static struct card {
	enum card_state state;
	u8 id[9], number, key_at, key;
	u16 read_port;
	unsigned int reads;
	bool absent, wrong_sum;
} cards[CARDS];

static struct sim_bus bus;
static struct sim_host host;
static u8 address;

static u8 step(u8 v, u8 bit)
{
	return (u8)(v >> 1 | ((v ^ v >> 1 ^ bit) & 1) << 7);
}

static void card_init(struct card *c, const char *id)
{
	u8 sum = 0x6a;

	memset(c, 0, sizeof(*c));
	memcpy(c->id, id, 8);
	for (unsigned int i = 0; i < 64; i++)
		sum = step(sum, c->id[i / 8] >> i % 8 & 1);
	c->id[8] = sum;
}

static void key_byte(struct card *c, u8 value)
{
	u8 want = c->key_at < 2 ? 0 : c->key;

	if (value != want)
		c->key_at = 0;
	else if (++c->key_at > 2)
		c->key = step(c->key, 0);
	if (c->key_at <= 2)
		c->key = 0x6a;
	if (c->key_at == 34) {
		c->state = SLEEP;
		c->key_at = 0;
	}
}

static void control(struct card *c, u8 value)
{
	if (value & 4)
		c->number = 0;
	if (value & 2)
		c->state = WAIT_FOR_KEY;
}

static void card_write(struct card *c, u8 value)
{
	if (address == 2)
		control(c, value);
	else if (address == 3)
		c->state = value == c->number ? (value ? CONFIG : ISOLATION) : SLEEP;
	else if (address == 0 && c->state == ISOLATION)
		c->read_port = (u16)(value << 2 | 3);
	else if (address == 6 && c->state == ISOLATION) {
		c->number = value;
		c->state = CONFIG;
	}
	c->reads = 0;
}

static void pnp_write(void *chip, u16 port, u32 value, unsigned int width)
{
	for (unsigned int i = 0; i < CARDS; i++) {
		if (cards[i].absent)
			continue;
		if (port == 0x279 && cards[i].state == WAIT_FOR_KEY)
			key_byte(&cards[i], (u8)value);
		else if (port == 0xa79 && cards[i].state != WAIT_FOR_KEY)
			card_write(&cards[i], (u8)value);
	}
	if (port == 0x279)
		address = (u8)value;
}

static bool has_one(const struct card *c)
{
	return c->id[c->reads / 2 / 8] >> c->reads / 2 % 8 & 1;
}

static bool isolating(const struct card *c, u16 port)
{
	return !c->absent && c->state == ISOLATION && c->read_port == port && c->reads < 144;
}

static u32 pnp_read(void *chip, u16 port, unsigned int width)
{
	u32 value = 0xff;
	bool one = false;

	if (address != 1)
		return 0xff;
	for (unsigned int i = 0; i < CARDS; i++)
		one |= isolating(&cards[i], port) && has_one(&cards[i]);
	for (unsigned int i = 0; i < CARDS; i++) {
		struct card *c = &cards[i];

		if (!isolating(c, port))
			continue;
		if (one)
			value = c->reads % 2 ? 0xaa : 0x55;
		if (one && !has_one(c) && c->reads % 2)
			c->state = SLEEP;
		c->reads++;
	}
	return value;
}

static int setup(void **state)
{
	sim_bus_init(&bus);
	sim_bus_claim(&bus, 0x279, 1, NULL, pnp_write, NULL);
	sim_bus_claim(&bus, 0xa79, 1, NULL, pnp_write, NULL);
	for (u16 port = 0x203; port < 0x400; port = (u16)(port + 0x20))
		if (port < 0x280 || port > 0x380)
			sim_bus_claim(&bus, port, 1, pnp_read, NULL, NULL);
	card_init(&cards[0], "\x0e\x8c\x00\x31\x78\x56\x34\x12");
	card_init(&cards[1], "\x4a\x8c\x80\x19\x01\x02\x03\x04");
	sim_host_init(&host, &bus);
	host.options.isapnp = true;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void test_cards_are_found_one_by_one(void **state)
{
	struct judgement j = { .verdict = VERDICT_WORKS };
	const struct fact *first;

	assert_int_equal(sim_host_run(&host, &probe_isapnp), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "read-port"), 0x203);
	assert_true(sim_fact_exists(&host, "card2", "id"));
	assert_false(sim_fact_exists(&host, "card3", "id"));
	/* Who has a one where the others have none goes first. */
	assert_string_equal(sim_fact_text(&host, "card1", "id"), "CTL0031");
	first = sim_fact_bytes(&host, "card1", "identifier", 9);
	assert_false(facts_is_hidden(first, 3));
	assert_true(facts_is_hidden(first, 4) && facts_is_hidden(first, 8));
	assert_int_equal(cards[0].number + cards[1].number, 3);
	assert_int_equal(cards[0].state, WAIT_FOR_KEY);
	rule_isapnp.judge(&host.facts, &j);
	assert_int_equal(j.verdict, VERDICT_DETECTED);
	judgement_free(&j);
}

static void test_no_cards(void **state)
{
	cards[0].absent = cards[1].absent = true;
	bus.max_us = 20000000;
	assert_int_equal(sim_host_run(&host, &probe_isapnp), PROBE_ABSENT);
	/* Where a read can hang the machine nothing is read. */
	for (u16 port = 0x280; port <= 0x380; port++)
		assert_int_equal(sim_bus_accessed(&bus, port, false), 0);
}

static void test_a_wrong_sum_is_no_card(void **state)
{
	cards[0].absent = true;
	cards[1].id[8]++;
	assert_int_equal(sim_host_run(&host, &probe_isapnp), PROBE_ABSENT);
}

static void test_only_when_asked(void **state)
{
	host.options.isapnp = false;
	assert_int_equal(sim_host_run(&host, &probe_isapnp), PROBE_NOT_RUN);
	assert_int_equal(bus.accesses, 0);
	host.options.isapnp = true;
	host.owner = "pnp";
	host.owned_first = host.owned_last = 0x279;
	assert_int_equal(sim_host_run(&host, &probe_isapnp), PROBE_NOT_RUN);
	assert_int_equal(bus.accesses, 0);
}

#define PNP_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PNP_TEST(test_cards_are_found_one_by_one),
		PNP_TEST(test_no_cards),
		PNP_TEST(test_a_wrong_sum_is_no_card),
		PNP_TEST(test_only_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
