/*
 * ata_irq.c - the interrupt, and waiting for it.
 *
 * The handler quiets the device at once (a level-triggered line is shared, and stays up until the
 * status was read) and leaves what it saw to the waiter. It may be wrong about whose interrupt it
 * was, so the waiter believes the status register only and goes on waiting while that says busy.
 *
 *   thread:  ata_arm() -> command or data -> ata_wait()  sleeps in slices of ATA_IRQ_SLICE_US
 *   handler: bus master running? its INTR bit decides : alternate status not busy -> read status
 *
 * A slice that ends with a device that is ready is a lost interrupt; after ATA_LOST_IRQS_MAX in a
 * row the channel polls for good.
 */
#include "ata_internal.h"

#define BM_KEEP (BM_STATUS_DRIVE0 | BM_STATUS_DRIVE1)

/* locked */
static u8 bm_acknowledge(struct ata_channel *ch)
{
	u8 bm = hw_in8(ch->hw, (u16)(ch->bm + BM_REG_STATUS));

	if (bm & BM_STATUS_INTR)
		hw_out8(ch->hw, (u16)(ch->bm + BM_REG_STATUS),
			(u8)((bm & BM_KEEP) | BM_STATUS_INTR));
	return bm;
}

/* locked; the engine is stopped before the device's registers are touched (PIIX4 hangs else). */
static bool dma_irq(struct ata_channel *ch)
{
	u8 bm = hw_in8(ch->hw, (u16)(ch->bm + BM_REG_STATUS));

	if (!(bm & BM_STATUS_INTR))
		return false;
	ata_dma_stop(ch);
	hw_out8(ch->hw, (u16)(ch->bm + BM_REG_STATUS),
		(u8)((bm & BM_KEEP) | BM_STATUS_INTR | BM_STATUS_ERROR));
	ch->irq_bm = bm;
	ch->irq_status = ata_in(ch, ATA_REG_STATUS);
	ch->dma_running = false;
	return true;
}

/* locked */
static bool pio_irq(struct ata_channel *ch)
{
	bool ours = ch->waiting;

	if (!ch->no_alt_status && (ata_alt_status(ch) & ATA_STATUS_BSY))
		return false;
	ch->irq_status = ata_in(ch, ATA_REG_STATUS);
	if (ch->bm && (bm_acknowledge(ch) & BM_STATUS_INTR))
		ours = true;
	return ours;
}

bool ata_irq(struct ata_channel *ch)
{
	unsigned long saved;
	bool ours;

	if (ch->transport)
		return ch->transport->irq(ch);
	saved = ata_lock(ch);
	ours = ch->dma_running ? dma_irq(ch) : pio_irq(ch);
	ch->irqs += ours;
	if (!ours || !ch->waiting)
		ch->spurious++;
	if (ours) {
		ch->irq_came = true;
		ch->waiting = false;
	}
	ata_unlock(ch, saved);
	return ours;
}

void ata_arm(struct ata_channel *ch)
{
	unsigned long saved = ata_lock(ch);

	ch->waiting = true;
	ch->irq_came = false;
	ata_unlock(ch, saved);
}

void ata_arm_dma(struct ata_channel *ch)
{
	unsigned long saved = ata_lock(ch);

	ch->waiting = true;
	ch->irq_came = false;
	ch->dma_running = true;
	ata_unlock(ch, saved);
}

/* Also when a command ended without its interrupt: one that still comes is nobody's. */
void ata_disarm(struct ata_channel *ch)
{
	unsigned long saved = ata_lock(ch);

	ch->waiting = false;
	ch->dma_running = false;
	ata_unlock(ch, saved);
}

static bool take_came(struct ata_channel *ch)
{
	unsigned long saved = ata_lock(ch);
	bool came = ch->irq_came;

	ch->irq_came = false;
	ata_unlock(ch, saved);
	return came;
}

static void count_lost(struct ata_channel *ch)
{
	ch->lost_total++;
	if (++ch->lost_irqs < ATA_LOST_IRQS_MAX) {
		if (ch->lost_irqs == 1)
			ata_note(ch, NULL, "lost interrupt");
		return;
	}
	ata_note(ch, NULL, "interrupts do not come: polling from now on");
	/* In the middle of a command: no selection, and the register is both units'. */
	ch->polling = true;
	ata_control(ch, ATA_CONTROL_NIEN);
}

enum slice {
	SLICE_IRQ,   /* ours came */
	SLICE_OTHER, /* something came */
	SLICE_QUIET
};

static enum slice wait_slice(struct ata_channel *ch, u64 spent, u32 timeout_us)
{
	u32 left = spent < timeout_us ? (u32)(timeout_us - spent) : 0;
	bool woken = left && hw_wait_irq(ch->hw, min_t(u32, left, ATA_IRQ_SLICE_US));

	return take_came(ch) ? SLICE_IRQ : woken ? SLICE_OTHER : SLICE_QUIET;
}

static void account_slice(struct ata_channel *ch, enum slice slice)
{
	if (slice == SLICE_IRQ)
		ch->lost_irqs = 0;
	else if (slice == SLICE_QUIET)
		count_lost(ch);
}

static enum ata_fault wait_irq(struct ata_channel *ch, u32 timeout_us, u8 *status)
{
	u64 begin = hw_now_us(ch->hw), spent = 0;
	unsigned int floating = 0;

	for (;;) {
		enum slice slice = wait_slice(ch, spent, timeout_us);

		*status = ata_alt_status(ch);
		if (!ata_is_floating(*status) && !(*status & ATA_STATUS_BSY)) {
			account_slice(ch, slice);
			return ATA_OK;
		}
		if (ata_is_floating(*status) && ++floating * ATA_IRQ_SLICE_US > ATA_FLOAT_US)
			return ATA_FAULT_GONE;
		/* Looked at again since: it was busy after all the time was over. */
		if (spent >= timeout_us)
			return ATA_FAULT_TIMEOUT;
		spent = hw_now_us(ch->hw) - begin;
		if (slice == SLICE_IRQ)
			ata_arm(ch);
	}
}

enum ata_fault ata_wait(struct ata_channel *ch, u32 timeout_us, u8 *status)
{
	enum ata_fault fault = ch->polling ? ata_poll(ch, 0, 0, timeout_us, status)
					   : wait_irq(ch, timeout_us, status);

	if (ch->polling)
		(void)ata_in(ch, ATA_REG_STATUS); /* ends an interrupt that nIEN did not stop */
	ata_disarm(ch);
	return fault;
}

static bool dma_over(struct ata_channel *ch)
{
	unsigned long saved = ata_lock(ch);
	bool over = !ch->dma_running;

	ata_unlock(ch, saved);
	return over;
}

/* Without interrupts nothing but the bus master is looked at. */
static enum slice wait_engine_slice(struct ata_channel *ch, u64 spent, u32 timeout_us,
				    unsigned int looks)
{
	if (!ch->polling)
		return wait_slice(ch, spent, timeout_us);
	hw_sleep_us(ch->hw, looks < ATA_POLL_SPINS ? ATA_POLL_SPIN_US : ATA_POLL_SLEEP_US);
	return SLICE_OTHER;
}

/* Until the engine's INTR bit; false: it never comes. */
static bool wait_engine(struct ata_channel *ch, u32 timeout_us)
{
	u64 begin = hw_now_us(ch->hw), spent = 0;
	unsigned int looks = 0;

	for (;;) {
		enum slice slice = wait_engine_slice(ch, spent, timeout_us, looks++);

		if (dma_over(ch)) {
			ch->lost_irqs = 0;
			return true;
		}
		if (ata_irq(ch)) {
			account_slice(ch, slice);
			return true;
		}
		if (spent >= timeout_us)
			return false;
		spent = hw_now_us(ch->hw) - begin;
	}
}

enum ata_fault ata_wait_dma(struct ata_channel *ch, u32 timeout_us, u8 *status, u8 *bm_status)
{
	bool over = wait_engine(ch, timeout_us);

	/* The handler has stopped it if it is over. */
	if (!over)
		ata_dma_stop(ch);
	ata_disarm(ch);
	*status = over ? ch->irq_status : ata_alt_status(ch);
	*bm_status = over ? ch->irq_bm : 0;
	return over ? ATA_OK : ATA_FAULT_DMA_HANG;
}

void ata_enable_irq(struct ata_channel *ch, bool on)
{
	ch->polling = !on || ch->flags & ATA_CH_POLL;
	if (ch->transport) {
		ch->transport->enable_irq(ch);
		return;
	}
	for (u8 unit = 0; unit < 2; unit++) {
		/* One that has gone must not stay selected: it may be busy for ever. */
		if (ch->dev[unit].kind == ATA_NONE || ch->dev[unit].gone)
			continue;
		/* The bit is the selected unit's, and changing it may raise an interrupt. */
		ata_set_unit(ch, unit, 0);
		ata_control(ch, ch->polling ? ATA_CONTROL_NIEN : 0);
		ata_pause(ch);
		(void)ata_in(ch, ATA_REG_STATUS);
	}
}
