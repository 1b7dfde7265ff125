/*
 * isapnp.c - Plug and Play cards on the ISA bus; only when asked for.
 *
 * Finding them means that every card takes part in a dance over ports 279h, A79h and one to read
 * from, and gets a number; what they were configured to is left. Read ports from 280h to 380h are
 * not tried: NE2000 clones hang when these are read. Afterwards all cards wait for the key again.
 *
 * Source: Plug and Play ISA Specification 1.0a, chapters 3 to 5; hardware-notes 9.3.
 */
#include "probe.h"
#include <stdio.h>

#define ADDRESS	      0x279u
#define WRITE_DATA    0xa79u
#define REG_READ_PORT 0u
#define REG_ISOLATE   1u
#define REG_CONTROL   2u
#define REG_WAKE      3u
#define REG_NUMBER    6u
#define WAIT_FOR_KEY  0x02u
#define FORGET_NUMBER 0x04u
#define KEY_BYTES     32u
#define SEED	      0x6au
#define READ_FIRST    0x203u
#define READ_LAST     0x3ffu
#define READ_STEP     0x20u
#define CARDS_MAX     32u
#define ID_BYTES      9u /* maker and product, serial number, sum */
#define BIT_US	      250u
#define FIRST_US      1000u

static void put(struct hw *hw, u8 reg, u8 value)
{
	hw_out8(hw, ADDRESS, reg);
	hw_out8(hw, WRITE_DATA, value);
}

static u8 next(u8 v, u8 bit)
{
	return (u8)(v >> 1 | ((v ^ v >> 1 ^ bit) & 1) << 7);
}

static void send_key(struct hw *hw)
{
	u8 v = SEED;

	hw_out8(hw, ADDRESS, 0);
	hw_out8(hw, ADDRESS, 0);
	for (unsigned int i = 0; i < KEY_BYTES; i++, v = next(v, 0))
		hw_out8(hw, ADDRESS, v);
}

/* 55h then AAh is a one; whoever has a zero there, and hears another's one, leaves. */
static u8 read_bit(struct hw *hw, u16 port)
{
	u8 first, second;

	first = hw_in8(hw, port);
	hw_delay_us(hw, BIT_US);
	second = hw_in8(hw, port);
	hw_delay_us(hw, BIT_US);
	return first == 0x55 && second == 0xaa;
}

/* The next card that has no number yet; false: nobody, or not by this port. */
static bool isolate(struct hw *hw, u16 port, u8 id[ID_BYTES])
{
	u8 sum = SEED, any = 0;

	put(hw, REG_WAKE, 0);
	put(hw, REG_READ_PORT, (u8)(port >> 2));
	hw_out8(hw, ADDRESS, REG_ISOLATE);
	hw_delay_us(hw, FIRST_US);
	for (unsigned int i = 0; i < ID_BYTES; i++)
		id[i] = 0;
	for (unsigned int i = 0; i < ID_BYTES * 8; i++) {
		u8 bit = read_bit(hw, port);

		id[i / 8] |= (u8)(bit << i % 8);
		any |= bit;
		if (i < (ID_BYTES - 1) * 8)
			sum = next(sum, bit);
	}
	return any && id[ID_BYTES - 1] == sum;
}

/* Five bits a letter, and four digits: as EISA names cards. */
static void note_card(struct probe_run *run, unsigned int number, const u8 id[ID_BYTES])
{
	unsigned int letters = (unsigned int)id[0] << 8 | id[1];
	struct fact *fact;
	char name[16];

	(void)snprintf(name, sizeof(name), "card%u", number);
	note_text(run, name, "id", "%c%c%c%02X%02X", (int)(letters >> 10 & 31) + 64,
		  (int)(letters >> 5 & 31) + 64, (int)(letters & 31) + 64, id[2], id[3]);
	fact = note_bytes(run, name, "identifier", id, ID_BYTES);
	/* The serial number, and the sum over it. */
	facts_hide(fact, 4, 5);
}

static unsigned int search(struct probe_run *run, u16 port)
{
	struct hw *hw = &run->host->hw;
	u8 id[ID_BYTES];
	unsigned int n = 0;

	probe_step(run, "looking for cards, reading from %03x", port);
	send_key(hw);
	put(hw, REG_CONTROL, FORGET_NUMBER | WAIT_FOR_KEY);
	send_key(hw);
	while (n < CARDS_MAX && isolate(hw, port, id)) {
		put(hw, REG_NUMBER, (u8)++n);
		note_card(run, n, id);
	}
	put(hw, REG_CONTROL, WAIT_FOR_KEY);
	return n;
}

static bool is_safe(struct host *host, u16 port)
{
	return (port < 0x280 || port > 0x380) && !host_owner(host, port);
}

static enum probe_end run_isapnp(struct probe_run *run)
{
	if (!run->options->isapnp)
		return not_run(run, "the search may disturb other cards: --isapnp allows it");
	if (host_owner(run->host, ADDRESS) || host_owner(run->host, WRITE_DATA))
		return not_run(run, "%s has the ports",
			       host_owner(run->host, ADDRESS) ? host_owner(run->host, ADDRESS)
							      : host_owner(run->host, WRITE_DATA));
	for (u16 port = READ_FIRST; port <= READ_LAST; port = (u16)(port + READ_STEP)) {
		if (!is_safe(run->host, port) || !search(run, port))
			continue;
		note_number(run, "", "read-port", port, "");
		return PROBE_DONE;
	}
	return PROBE_ABSENT;
}

const struct probe probe_isapnp = {
	.name = "isapnp",
	.title = "ISA Plug and Play cards; only with --isapnp",
	.class = CLASS_R0,
	.seconds = 30,
	.run = run_isapnp,
};
