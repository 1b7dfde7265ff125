/* The simulated AHCI adapter: registers, engine, interrupts; sim_ahci_dev.c executes. */
#include "sim_ahci_internal.h"
#include <stdio.h>
#include <string.h>

#define RESET_SIGNS (1u << 26 | 1u << 16) /* SERR: exchanged, PhyRdy changed */

/* ---- interrupts ---- */

static void deliver(struct sim_ahci *sim)
{
	sim->irq_pending = false;
	if (sim->lose_irqs) {
		sim->lose_irqs--;
		return;
	}
	sim->irqs++;
	if (ata_irq(sim->ch))
		sim_bus_raise_irq(&sim->bus);
}

static void update_line(struct sim_ahci *sim)
{
	if (sim->pis & sim->pie)
		sim->is |= 1u << SIM_PORT;
	if (!(sim->ghc & AHCI_GHC_IE) || !(sim->is & sim->pi))
		return;
	if (sim->locked)
		sim->irq_pending = true;
	else
		deliver(sim);
}

void sim_ahci_event(struct sim_ahci *sim, u32 bits)
{
	sim->pis |= bits;
	if (sim->pie & bits)
		update_line(sim);
}

static unsigned long lock(void *ctx)
{
	struct sim_ahci *sim = ctx;

	sim->locked++;
	return 0;
}

static void unlock(void *ctx, unsigned long saved)
{
	struct sim_ahci *sim = ctx;

	if (!--sim->locked && sim->irq_pending)
		deliver(sim);
}

static void note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	struct sim_ahci *sim = ch->lock_ctx;
	size_t n = strlen(sim->notes);

	snprintf(sim->notes + n, sizeof(sim->notes) - n, "%s\n", text);
}

static void wrong(struct sim_ahci *sim, const char *what)
{
	sim->violations++;
	printf("violation: %s\n", what);
}

/* ---- the link ---- */

static void device_ready(void *arg)
{
	struct sim_ahci *sim = arg;

	if (sim->stuck_busy || sim->busy_until_reset)
		return;
	sim->tfd = ATA_STATUS_DRDY | ATA_STATUS_DSC | 0x100;
	sim->sig = sim->packet ? AHCI_SIG_PACKET : AHCI_SIG_DISK;
	if (sim->cmd & AHCI_CMD_FR)
		sim_ahci_event(sim, AHCI_INT_D2H);
}

static void link_up(void *arg)
{
	struct sim_ahci *sim = arg;
	u32 limit = SATA_SPEED(sim->sctl);

	sim->ssts = sim->never_up ? SATA_DET_PRESENT
				  : SATA_DET_UP | 0x100u |
					    (limit && limit < sim->speed ? limit : sim->speed) << 4;
	sim->serr |= RESET_SIGNS;
	sim_ahci_event(sim, AHCI_INT_PCS | AHCI_INT_PRCS);
	sim_bus_at(&sim->bus, sim->spin_up_us, device_ready, sim);
}

static void link_reset(struct sim_ahci *sim)
{
	sim->resets++;
	sim->reset_ns = sim->bus.now_ns;
	sim->ci = 0;
	sim->ssts = SATA_DET_NONE;
	sim->tfd = ATA_STATUS_BSY | 0x7f00;
	sim->sig = AHCI_SIG_NONE;
	sim->stuck_cr = sim->stuck_cr && !sim->stuck_cr_until_reset;
	if (!sim->stuck_cr && !(sim->cmd & AHCI_CMD_ST))
		sim->cmd &= ~AHCI_CMD_CR;
	sim->busy_until_reset = false;
	if (sim->other_drive)
		sim->id[10] ^= 0x0101;
	sim->other_drive = false;
	sim_bus_cancel(&sim->bus, sim_ahci_complete, sim);
	sim_bus_cancel(&sim->bus, device_ready, sim);
	sim_bus_cancel(&sim->bus, link_up, sim);
}

void sim_ahci_replug(struct sim_ahci *sim, bool other)
{
	if (other)
		sim->id[10] ^= 0x0101;
	sim->serr |= RESET_SIGNS;
	sim_ahci_event(sim, AHCI_INT_PCS | AHCI_INT_PRCS);
	device_ready(sim);
}

static void write_sctl(struct sim_ahci *sim, u32 value)
{
	bool was = (sim->sctl & SATA_DET_MASK) == SATA_DET_RESET;
	bool now = (value & SATA_DET_MASK) == SATA_DET_RESET;

	if (now && sim->cmd & AHCI_CMD_ST)
		wrong(sim, "link reset while the engine is on");
	sim->sctl = value;
	if (was && !now && sim->bus.now_ns - sim->reset_ns < 1000000)
		wrong(sim, "link reset held for less than 1 ms");
	if (now && !was)
		link_reset(sim);
	else if (was && !now && !sim->absent)
		sim_bus_at(&sim->bus, 8000, link_up, sim);
}

/* ---- the port's registers ---- */

static void write_cmd(struct sim_ahci *sim, u32 value)
{
	u32 busy = ATA_STATUS_BSY | ATA_STATUS_DRQ;
	u32 old = sim->cmd;

	if (value & AHCI_CMD_CLO) {
		sim->clos++;
		if (!(sim->cap & AHCI_CAP_CLO) || old & AHCI_CMD_ST)
			wrong(sim, "CLO at the wrong time");
		sim->tfd &= ~busy;
	}
	if (value & AHCI_CMD_ST && !(old & AHCI_CMD_ST) &&
	    (sim->tfd & busy || !(value & AHCI_CMD_FRE) || old & AHCI_CMD_CR))
		wrong(sim, "engine started too early");
	if (!(value & AHCI_CMD_FRE) && old & AHCI_CMD_FRE && old & AHCI_CMD_CR)
		wrong(sim, "reception stopped before the engine");
	value &= ~(AHCI_CMD_CLO | AHCI_CMD_CR | AHCI_CMD_FR);
	if (value & AHCI_CMD_ST || sim->stuck_cr)
		value |= AHCI_CMD_CR;
	else
		sim->ci = 0;
	if (value & AHCI_CMD_FRE || sim->stuck_fr)
		value |= AHCI_CMD_FR;
	sim->cmd = value;
}

static void write_ci(struct sim_ahci *sim, u32 value)
{
	if (!(sim->cmd & AHCI_CMD_ST) || sim->ci || value != 1)
		wrong(sim, "command without an engine, or two");
	if (sim->tfd & (ATA_STATUS_BSY | ATA_STATUS_DRQ))
		wrong(sim, "command for a busy device");
	if (sim->gone) {
		sim_bus_float_after(&sim->bus, 1);
		return;
	}
	sim->ci |= value;
	sim_bus_at(&sim->bus, sim->command_us, sim_ahci_complete, sim);
}

static u32 *simple_register(struct sim_ahci *sim, u32 reg)
{
	switch (reg) {
	case AHCI_CLB:
		return &sim->clb;
	case AHCI_FB:
		return &sim->fb;
	case AHCI_PIE:
		return &sim->pie;
	case AHCI_TFD:
		return &sim->tfd;
	case AHCI_SIG:
		return &sim->sig;
	case AHCI_SSTS:
		return &sim->ssts;
	case AHCI_SERR:
		return &sim->serr;
	case AHCI_CMD:
		return &sim->cmd;
	case AHCI_SCTL:
		return &sim->sctl;
	case AHCI_CI:
		return &sim->ci;
	case AHCI_PIS:
		return &sim->pis;
	default:
		return NULL;
	}
}

static void write_memory(struct sim_ahci *sim, u32 reg, u32 value)
{
	if (sim->cmd & (reg == AHCI_CLB ? AHCI_CMD_CR : AHCI_CMD_FR))
		wrong(sim, "memory moved while it is used");
	if (value & (reg == AHCI_CLB ? 1023u : 255u))
		wrong(sim, "memory is not aligned");
	*simple_register(sim, reg) = value;
}

static void port_write(struct sim_ahci *sim, u32 reg, u32 value)
{
	switch (reg) {
	case AHCI_CLB:
	case AHCI_FB:
		write_memory(sim, reg, value);
		break;
	case AHCI_CMD:
		write_cmd(sim, value);
		break;
	case AHCI_SCTL:
		write_sctl(sim, value);
		break;
	case AHCI_CI:
		write_ci(sim, value);
		break;
	case AHCI_SERR:
		sim->serr &= ~value;
		break;
	case AHCI_PIS:
		sim->pis &= ~value;
		break;
	case AHCI_PIE:
		sim->pie = value;
		update_line(sim);
		break;
	default:
		if (value)
			wrong(sim, "a register that is none of ours");
	}
}

static u32 read_port(void *chip, u16 at, unsigned int width)
{
	struct sim_ahci *sim = chip;
	u32 *reg = simple_register(sim, at - AHCI_PORT(SIM_PORT));

	return reg ? *reg : 0;
}

static void write_port(void *chip, u16 at, u32 value, unsigned int width)
{
	port_write(chip, at - AHCI_PORT(SIM_PORT), value);
}

/* ---- the controller's registers ---- */

static u32 read_global(void *chip, u16 at, unsigned int width)
{
	struct sim_ahci *sim = chip;

	switch (at) {
	case AHCI_CAP:
		return sim->cap;
	case AHCI_GHC:
		return sim->ghc;
	case AHCI_IS:
		return sim->is;
	case AHCI_PI:
		return sim->pi;
	case AHCI_VS:
		return 0x10300;
	case AHCI_CAP2:
		return sim->cap2;
	case AHCI_BOHC:
		return sim->bohc;
	default:
		return 0;
	}
}

static void bios_done(void *arg)
{
	struct sim_ahci *sim = arg;

	sim->bohc &= ~AHCI_BOHC_BUSY;
	if (!sim->bios_keeps)
		sim->bohc &= ~AHCI_BOHC_BIOS;
}

static void bios_lets_go(void *arg)
{
	struct sim_ahci *sim = arg;

	if (sim->bios_busy_us) {
		sim->bohc |= AHCI_BOHC_BUSY;
		sim_bus_at(&sim->bus, sim->bios_busy_us, bios_done, sim);
	} else {
		bios_done(sim);
	}
}

static void write_ghc(struct sim_ahci *sim, u32 value)
{
	if (value & AHCI_GHC_RESET)
		wrong(sim, "the adapter was reset");
	if (value & AHCI_GHC_AE && !(sim->ghc & AHCI_GHC_AE) && sim->ae_late) {
		sim->ae_late--;
		value &= ~AHCI_GHC_AE;
	}
	sim->ghc = value;
	update_line(sim);
}

static void write_global(void *chip, u16 at, u32 value, unsigned int width)
{
	struct sim_ahci *sim = chip;

	if (at == AHCI_GHC)
		write_ghc(sim, value);
	if (at == AHCI_IS) {
		sim->is &= ~value;
		if (sim->pis & sim->pie)
			sim->is |= 1u << SIM_PORT;
	}
	if (at == AHCI_BOHC && value & AHCI_BOHC_OS) {
		sim->bohc |= AHCI_BOHC_OS;
		sim_bus_at(&sim->bus, 1000, bios_lets_go, sim);
	}
}

/* ---- set-up ---- */

static u32 io_read(struct ahci_io *io, u32 offset)
{
	struct sim_ahci *sim = container_of(io, struct sim_ahci, io);

	return hw_in32(&sim->bus.hw, (u16)offset);
}

static void io_write(struct ahci_io *io, u32 offset, u32 value)
{
	struct sim_ahci *sim = container_of(io, struct sim_ahci, io);

	hw_out32(&sim->bus.hw, (u16)offset, value);
}

static void init_port(struct sim_ahci *sim, struct ata_channel *ch, struct ahci_port *port)
{
	memset(ch, 0, sizeof(*ch));
	memset(port, 0, sizeof(*port));
	ch->hw = &sim->bus.hw;
	ch->lock = lock;
	ch->unlock = unlock;
	ch->lock_ctx = sim;
	ch->note = note;
	ata_channel_init(ch);
	*port = (struct ahci_port){ .ch = ch,
				    .io = &sim->io,
				    .number = SIM_PORT,
				    .memory = sim->memory,
				    .memory_phys = (u32)(uintptr_t)sim->memory,
				    .bounce = sim->bounce,
				    .bounce_phys = (u32)(uintptr_t)sim->bounce,
				    .bounce_bytes = sizeof(sim->bounce) };
	ahci_port_init(port);
}

void sim_ahci_init(struct sim_ahci *sim, struct ata_channel *ch, struct ahci_port *port,
		   u64 sectors)
{
	memset(sim, 0, sizeof(*sim));
	sim_bus_init(&sim->bus);
	sim->bus.access_ns = 200;
	sim_bus_claim(&sim->bus, 0, 0x100, read_global, write_global, sim);
	sim_bus_claim(&sim->bus, AHCI_PORT(SIM_PORT), AHCI_PORT_BYTES, read_port, write_port, sim);
	sim->io = (struct ahci_io){ io_read, io_write };
	sim->ch = ch;
	sim->port = port;
	sim->cap = AHCI_CAP_CLO | 5;
	sim->pi = 1u << SIM_PORT;
	sim->ghc = AHCI_GHC_AE | AHCI_GHC_IE;
	sim->speed = 2;
	sim->ssts = SATA_DET_UP | 0x120;
	sim->tfd = ATA_STATUS_DRDY | ATA_STATUS_DSC;
	sim->sig = AHCI_SIG_DISK;
	sim->command_us = 100;
	sim->sectors = sectors;
	sim_ahci_identity(sim);
	init_port(sim, ch, port);
}
