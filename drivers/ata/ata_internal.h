/*
 * ata_internal.h - what the files of the ATA core share; the contract is ata_core.h.
 */
#ifndef DRIVERS_ATA_ATA_INTERNAL_H
#define DRIVERS_ATA_ATA_INTERNAL_H

#include "ata_core.h"

/* ---- bounds of the core's own; microseconds unless said ---- */
#define ATA_POLL_SPIN_US  10u /* between looks, for the first of them */
#define ATA_POLL_SPINS	  50u
#define ATA_POLL_SLEEP_US 1000u
#define ATA_FLOAT_US	  800000u  /* all ones for so long: nothing there */
#define ATA_DRQ_GRACE_US  20000u   /* a data request may lag behind the end of busy */
#define ATA_READY_US	  2000000u /* DRDY after a selection */
#define ATA_DRAIN_WORDS	  32768u   /* 64 KB: more than any data request has */
#define ATA_RESET_HOLD_US 20u
#define ATA_RESET_WAIT_US 150000u /* some devices say nonsense before */

#define USEC_PER_SECOND 1000000u
#define ATA_UNIT_NONE	0xff

/* ---- ata_channel.c: registers, selection, waiting ---- */
u8 ata_in(struct ata_channel *ch, unsigned int reg);
void ata_out(struct ata_channel *ch, unsigned int reg, u8 value);
u8 ata_alt_status(struct ata_channel *ch);
void ata_control(struct ata_channel *ch, u8 bits);
void ata_pause(struct ata_channel *ch); /* 400 ns */
static inline bool ata_is_floating(u8 status)
{
	/* All bits, or all but the one that a resistor pulls down: no device says that. */
	return status == 0xff || status == 0x7f;
}
unsigned long ata_lock(struct ata_channel *ch);
void ata_unlock(struct ata_channel *ch, unsigned long saved);
/* Polls until (status & mask) == want, with BSY clear; 0, ATA_FAULT_TIMEOUT, ATA_FAULT_GONE. */
enum ata_fault ata_poll(struct ata_channel *ch, u8 mask, u8 want, u32 timeout_us, u8 *status);
void ata_set_unit(struct ata_channel *ch, u8 unit, u8 bits);
/* Ready for a command; ready: DRDY must be set too. */
enum ata_fault ata_select(struct ata_device *dev, bool ready);
void ata_write_taskfile(struct ata_device *dev, const struct ata_command *cmd);
void ata_read_result(struct ata_channel *ch, struct ata_command *cmd);
void ata_note(struct ata_channel *ch, struct ata_device *dev, const char *text);

/* ---- ata_irq.c: waiting with interrupts ---- */
/* Before whatever makes the device interrupt. */
void ata_arm(struct ata_channel *ch);
/* The bus master's interrupt is what is waited for; its INTR bit is clear. */
void ata_arm_dma(struct ata_channel *ch);
void ata_disarm(struct ata_channel *ch);
/* Until BSY is clear: 0, ATA_FAULT_TIMEOUT, ATA_FAULT_GONE. */
enum ata_fault ata_wait(struct ata_channel *ch, u32 timeout_us, u8 *status);
/* Until the bus master's interrupt, the engine stopped: 0, ATA_FAULT_DMA_HANG. */
enum ata_fault ata_wait_dma(struct ata_channel *ch, u32 timeout_us, u8 *status, u8 *bm_status);

/* ---- ata_pio.c ---- */
struct ata_cursor {
	const struct ata_buffer *buffer;
	unsigned int piece;
	u32 offset; /* in the piece */
};
void ata_cursor_init(struct ata_cursor *cur, const struct ata_buffer *buffer, u32 offset);
/* Moves `bytes` between the data port and the buffer (as much of it as there is), in words;
 * returns how many bytes found a place. */
u32 ata_move(struct ata_device *dev, struct ata_cursor *cur, u32 bytes, bool write);
/* Reads and drops (or writes zeros) while the device wants it, ATA_DRAIN_WORDS at most. */
void ata_drain(struct ata_channel *ch);
enum ata_fault ata_pio_in(struct ata_device *dev, struct ata_command *cmd, u8 *status);
enum ata_fault ata_pio_out(struct ata_device *dev, struct ata_command *cmd, u8 *status);

/* ---- ata_io32.c ---- */
/* After a failed command: 16 bits from now on if that may have been why; nothing of it is done. */
void ata_io32_learn(struct ata_device *dev, struct ata_command *cmd);

/* ---- ata_command.c ---- */
/* IDENTIFY as the drive gives it; dev->words and dev->id stay. */
int ata_read_identity(struct ata_device *dev, u16 words[IDENTIFY_WORDS]);

/* ---- ata_dma.c ---- */
/* False: this memory or channel cannot; nothing was changed. */
bool ata_dma_prepare(struct ata_channel *ch, const struct ata_buffer *buffer, u32 offset, u32 bytes,
		     bool to_memory);
/* Takes off what an earlier interrupt or transfer left in the engine's status. */
void ata_dma_clear(struct ata_channel *ch);
void ata_dma_start(struct ata_channel *ch);
void ata_dma_stop(struct ata_channel *ch);
enum ata_fault ata_dma_result(u8 status, u8 bm_status);
enum ata_fault ata_dma_run(struct ata_device *dev, struct ata_command *cmd, u8 *status);

/* ---- ata_detect.c ---- */
/* Software reset and what comes after it, for the units of the mask; clears the bits of those that
 * do not come back. */
void ata_soft_reset(struct ata_channel *ch, u8 *units);

/* ---- ata_packet.c ---- */
void ata_packet_taskfile(const struct ata_device *dev, const struct ata_packet *p, bool dma,
			 struct ata_taskfile *tf);

/* ---- ata_recover.c ---- */
/* Adapts to what happened (slower mode, single commands) and resets where needed. 0: worth another
 * try; else the errno to end with. */
int ata_recover(struct ata_device *dev, struct ata_command *cmd);
int ata_fault_errno(const struct ata_command *cmd);

/* ---- ata_modes.c ---- */
void ata_apply_quirks(struct ata_device *dev);
bool ata_may_dma(const struct ata_device *dev);
/* It is used, and with commands of 48 bits. */
bool ata_may_dma48(const struct ata_device *dev);
/* SET FEATURES, transfer mode. */
int ata_set_transfer(struct ata_device *dev, u8 mode);
/* The next slower transfer after errors of the cable; false: it is PIO now already. */
bool ata_step_down(struct ata_device *dev);
int ata_init_parameters(struct ata_device *dev);
int ata_set_multiple(struct ata_device *dev, u8 sectors);

#endif
