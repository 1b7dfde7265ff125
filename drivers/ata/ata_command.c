/*
 * ata_command.c - one command, once: ata_execute() and the small ones made of it.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"

/* Commands that a device takes though it is not ready. */
static bool needs_ready(const struct ata_device *dev, u8 command)
{
	return dev->kind == ATA_DISK && command != ATA_CMD_IDENTIFY &&
	       command != ATA_CMD_IDENTIFY_PACKET && command != ATA_CMD_INIT_PARAMETERS &&
	       command != ATA_CMD_DEVICE_RESET;
}

static bool is_dma(const struct ata_command *cmd)
{
	return cmd->protocol == ATA_DMA_IN || cmd->protocol == ATA_DMA_OUT;
}

static enum ata_fault run_no_data(struct ata_device *dev, struct ata_command *cmd, u8 *status)
{
	u32 us = cmd->timeout_us ? cmd->timeout_us : ATA_COMMAND_US;
	enum ata_fault fault = ata_wait(dev->ch, us, status);

	if (fault)
		return fault;
	if (*status & (ATA_STATUS_ERR | ATA_STATUS_DF))
		return ATA_FAULT_DEVICE;
	if (!(*status & ATA_STATUS_DRQ))
		return ATA_OK;
	ata_drain(dev->ch);
	return ATA_FAULT_DRQ_LEFT;
}

static enum ata_fault run(struct ata_device *dev, struct ata_command *cmd, u8 *status)
{
	switch (cmd->protocol) {
	case ATA_PIO_IN:
		return ata_pio_in(dev, cmd, status);
	case ATA_PIO_OUT:
		return ata_pio_out(dev, cmd, status);
	case ATA_DMA_IN:
	case ATA_DMA_OUT:
		return ata_dma_run(dev, cmd, status);
	default:
		return run_no_data(dev, cmd, status);
	}
}

/* A DMA command's end is seen by the bus master, which sees the drive's interrupt only. */
static void give_command(struct ata_device *dev, const struct ata_command *cmd)
{
	struct ata_channel *ch = dev->ch;

	if (is_dma(cmd) && ch->polling)
		ata_control(ch, 0);
	if (is_dma(cmd))
		ata_arm_dma(ch);
	else
		ata_arm(ch);
	ata_write_taskfile(dev, cmd);
}

static enum ata_fault execute(struct ata_device *dev, struct ata_command *cmd)
{
	struct ata_channel *ch = dev->ch;
	enum ata_fault fault;

	/* Selection first: the direction bit of the bus master is not to change under a transfer.
	 */
	fault = ata_select(dev, needs_ready(dev, cmd->tf.command));
	if (fault)
		return fault;
	if (is_dma(cmd) &&
	    !ata_dma_prepare(ch, cmd->buffer, cmd->offset, cmd->bytes, cmd->protocol == ATA_DMA_IN))
		return ATA_FAULT_DMA;
	give_command(dev, cmd);
	fault = run(dev, cmd, &cmd->result.status);
	ata_disarm(ch);
	if (is_dma(cmd) && ch->polling)
		ata_control(ch, ATA_CONTROL_NIEN);
	if (fault != ATA_FAULT_GONE && (fault || cmd->registers))
		ata_read_result(ch, cmd);
	if (fault == ATA_FAULT_DEVICE && is_dma(cmd) && cmd->result.error & ATA_ERROR_ICRC &&
	    dev->dma_mode >= ATA_MODE_UDMA)
		fault = ATA_FAULT_CRC;
	return fault;
}

int ata_fault_errno(const struct ata_command *cmd)
{
	switch (cmd->fault) {
	case ATA_OK:
		return 0;
	case ATA_FAULT_GONE:
		return -ENXIO;
	case ATA_FAULT_BUSY:
	case ATA_FAULT_TIMEOUT:
	case ATA_FAULT_DMA_HANG:
		return -ETIMEDOUT;
	case ATA_FAULT_DEVICE:
		return cmd->result.error & ATA_ERROR_ABRT && !(cmd->result.error & ATA_ERROR_UNC)
			       ? -EOPNOTSUPP
			       : -EIO;
	default:
		return -EIO;
	}
}

/* Whatever may change what the drive stores. */
static bool may_write(const struct ata_command *cmd)
{
	return cmd->protocol != ATA_PIO_IN && cmd->protocol != ATA_DMA_IN &&
	       cmd->tf.command != ATA_CMD_FLUSH && cmd->tf.command != ATA_CMD_FLUSH_EXT;
}

int ata_execute(struct ata_device *dev, struct ata_command *cmd)
{
	cmd->done = 0;
	memset(&cmd->result, 0, sizeof(cmd->result));
	if (dev->gone) {
		cmd->fault = ATA_FAULT_GONE;
		return -ENXIO;
	}
	dev->unflushed |= may_write(cmd);
	cmd->fault = dev->ch->transport ? dev->ch->transport->execute(dev, cmd) : execute(dev, cmd);
	if (!cmd->fault)
		dev->fresh = false;
	return ata_fault_errno(cmd);
}

int ata_simple(struct ata_device *dev, u8 command, u8 feature, u8 nsect, u32 timeout_us)
{
	struct ata_command cmd = {
		.tf = { .command = command, .feature = feature, .nsect = nsect },
		.timeout_us = timeout_us,
	};
	int err = ata_execute(dev, &cmd);

	if (err && cmd.fault != ATA_FAULT_DEVICE && !dev->gone && ata_reset(dev))
		err = -ENXIO;
	return err;
}

int ata_read_identity(struct ata_device *dev, u16 words[IDENTIFY_WORDS])
{
	struct ata_piece piece;
	struct ata_buffer buf;
	struct ata_command cmd = {
		.tf.command = dev->kind == ATA_PACKET ? ATA_CMD_IDENTIFY_PACKET : ATA_CMD_IDENTIFY,
		.protocol = ATA_PIO_IN,
		.buffer = &buf,
		.bytes = IDENTIFY_WORDS * sizeof(u16),
		.timeout_us = ATA_IDENTIFY_US,
	};

	ata_buffer_init(&buf, &piece, words, cmd.bytes);
	return ata_execute(dev, &cmd);
}

int ata_identify(struct ata_device *dev)
{
	u16 words[IDENTIFY_WORDS];
	int err = ata_read_identity(dev, words);

	if (err)
		return err;
	memcpy(dev->words, words, sizeof(words));
	return identify_decode(dev->words, dev->kind == ATA_PACKET, &dev->id);
}
