/*
 * ahci_controller.c - the adapter as a whole: from the BIOS, into AHCI mode, which ports there are.
 *
 * It is not reset: that would lose what the BIOS set up (ports implemented, spin-up), and each port
 * is stopped and brought up by itself anyway.
 */
#include <kernel/errno.h>
#include "ahci_core.h"

static u32 get(const struct ahci_controller *c, u32 reg)
{
	return c->io->read(c->io, reg);
}

static void put(const struct ahci_controller *c, u32 reg, u32 value)
{
	c->io->write(c->io, reg, value);
}

/* ---- from the BIOS ---- */

static bool bios_is(const struct ahci_controller *c, u32 bits, u32 timeout_us)
{
	u64 begin = hw_now_us(c->hw);

	for (;;) {
		bool late = hw_now_us(c->hw) - begin >= timeout_us;

		if (!(get(c, AHCI_BOHC) & bits))
			return false;
		if (late)
			return true;
		hw_sleep_us(c->hw, AHCI_LINK_STEP_US);
	}
}

/* A BIOS that does not give it up has lost it all the same. */
static void take_from_bios(const struct ahci_controller *c)
{
	if (!(get(c, AHCI_CAP2) & AHCI_CAP2_BOH) || !(get(c, AHCI_BOHC) & AHCI_BOHC_BIOS))
		return;
	put(c, AHCI_BOHC, get(c, AHCI_BOHC) | AHCI_BOHC_OS);
	if (!bios_is(c, AHCI_BOHC_BIOS, AHCI_HANDOFF_US))
		return;
	if (get(c, AHCI_BOHC) & AHCI_BOHC_BUSY)
		(void)bios_is(c, AHCI_BOHC_BIOS, AHCI_BIOS_BUSY_US);
}

/* ---- on ---- */

static bool enable(const struct ahci_controller *c)
{
	for (unsigned int i = 0; i < AHCI_ENABLE_TRIES; i++) {
		if (get(c, AHCI_GHC) & AHCI_GHC_AE)
			return true;
		put(c, AHCI_GHC, get(c, AHCI_GHC) | AHCI_GHC_AE);
		if (get(c, AHCI_GHC) & AHCI_GHC_AE)
			return true;
		hw_sleep_us(c->hw, AHCI_ENABLE_US);
	}
	return false;
}

static u32 find_ports(const struct ahci_controller *c)
{
	u32 ports = get(c, AHCI_PI);
	u32 count = (c->cap & AHCI_CAP_NP) + 1;

	/* Some BIOSes leave it empty; then the number of ports must do. */
	if (!ports)
		ports = count < AHCI_PORTS_MAX ? (1u << count) - 1 : ~0u;
	return c->ports_allowed ? ports & c->ports_allowed : ports;
}

int ahci_controller_init(struct ahci_controller *c)
{
	if (get(c, AHCI_GHC) == 0xffffffffu)
		return -ENXIO;
	if (!enable(c))
		return -EIO;
	take_from_bios(c);
	if (!enable(c))
		return -EIO;
	put(c, AHCI_GHC, get(c, AHCI_GHC) & ~AHCI_GHC_IE);
	c->cap = get(c, AHCI_CAP);
	c->version = get(c, AHCI_VS);
	c->ports = find_ports(c);
	for (unsigned int i = 0; i < AHCI_PORTS_MAX; i++)
		if (c->ports & 1u << i)
			put(c, AHCI_PORT(i) + AHCI_PIE, 0);
	put(c, AHCI_IS, ~0u);
	return 0;
}

void ahci_controller_enable_irq(struct ahci_controller *c)
{
	put(c, AHCI_GHC, get(c, AHCI_GHC) | AHCI_GHC_IE);
}
