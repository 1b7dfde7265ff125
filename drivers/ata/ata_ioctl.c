/*
 * ata_ioctl.c - the HDIO_* ioctls: settings, identity, commands from programs.
 *
 * User memory is never touched while the unit is locked.
 *
 * Source: Linux, include/uapi/linux/hdreg.h, Documentation/ioctl/hdio.rst.
 */
#include <kernel/capability.h>
#include <kernel/errno.h>
#include <kernel/page.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include <abi/hdreg.h>
#include <abi/sg.h>
#include "ata_disk.h"

#define SMART_LBAM    0x4F
#define SMART_LBAH    0xC2
#define MULTCOUNT_MAX 16u
#define IO32_MAX      3u
#define WORD_MWDMA    63 /* of the identity: the upper byte marks the mode in use */
#define WORD_UDMA     88

bool ata_user_may_command(void)
{
	return capable(CAP_SYS_ADMIN) && capable(CAP_SYS_RAWIO);
}

/* ---- settings ---- */

struct setting {
	unsigned int get, set;
	long (*value)(const struct ata_device *dev);
	int (*change)(struct ata_device *dev, unsigned long value); /* NULL: only what it is */
};

static long get_zero(const struct ata_device *dev)
{
	return 0;
}
static long get_one(const struct ata_device *dev)
{
	return 1;
}
static long get_multiple(const struct ata_device *dev)
{
	return dev->multiple;
}
static long get_dma(const struct ata_device *dev)
{
	return ata_uses_dma(dev);
}
static long get_io32(const struct ata_device *dev)
{
	return dev->io32;
}
static long get_write_cache(const struct ata_device *dev)
{
	return dev->write_cache;
}
static long get_acoustic(const struct ata_device *dev)
{
	return dev->acoustic;
}
static long get_address(const struct ata_device *dev)
{
	return dev->addressing == ATA_LBA48 ? 1 : 0;
}

static int set_multiple(struct ata_device *dev, unsigned long value)
{
	return value <= MULTCOUNT_MAX ? ata_use_multiple(dev, (u8)value) : -EINVAL;
}
static int set_dma(struct ata_device *dev, unsigned long value)
{
	return value <= 1 ? ata_use_dma(dev, value) : -EINVAL;
}
/* 3, with a synchronising sequence of VLB cards, is the same here as 1. */
static int set_io32(struct ata_device *dev, unsigned long value)
{
	return value <= IO32_MAX ? ata_use_io32(dev, value != 0) : -EINVAL;
}
static int set_write_cache(struct ata_device *dev, unsigned long value)
{
	return value <= 1 ? ata_use_write_cache(dev, value) : -EINVAL;
}
static int set_acoustic(struct ata_device *dev, unsigned long value)
{
	return value <= 254 ? ata_use_acoustic(dev, (u8)value) : -EINVAL;
}

static const struct setting settings[] = {
	{ HDIO_GET_MULTCOUNT, HDIO_SET_MULTCOUNT, get_multiple, set_multiple },
	{ HDIO_GET_DMA, HDIO_SET_DMA, get_dma, set_dma },
	{ HDIO_GET_WCACHE, HDIO_SET_WCACHE, get_write_cache, set_write_cache },
	{ HDIO_GET_ACOUSTIC, HDIO_SET_ACOUSTIC, get_acoustic, set_acoustic },
	{ HDIO_GET_ADDRESS, HDIO_SET_ADDRESS, get_address, NULL },
	{ HDIO_GET_32BIT, HDIO_SET_32BIT, get_io32, set_io32 },
	/* Interrupts stay on while data moves. */
	{ HDIO_GET_UNMASKINTR, HDIO_SET_UNMASKINTR, get_one, NULL },
	/* State is restored after a reset in any case. */
	{ HDIO_GET_KEEPSETTINGS, HDIO_SET_KEEPSETTINGS, get_one, NULL },
	{ HDIO_GET_NOWERR, HDIO_SET_NOWERR, get_zero, NULL },
	{ HDIO_GET_NICE, HDIO_SET_NICE, get_zero, NULL },
	{ HDIO_GET_QDMA, HDIO_SET_QDMA, get_zero, NULL },
};

static long change_setting(struct ata_disk *d, const struct setting *s, unsigned long value)
{
	struct ata_device *dev = d->unit->dev;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (!s->change)
		return (long)value == s->value(dev) ? 0 : -EINVAL;
	ata_unit_lock(d->unit);
	err = s->change(dev, value);
	ata_unit_unlock(d->unit);
	return err == -EOPNOTSUPP ? -EIO : err;
}

static long setting_ioctl(struct ata_disk *d, unsigned int cmd, unsigned long arg)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(settings); i++) {
		long value = settings[i].value(d->unit->dev);

		if (cmd == settings[i].get)
			return put_user(value, (long __user *)arg);
		if (cmd == settings[i].set)
			return change_setting(d, &settings[i], arg);
	}
	return -ENOTTY;
}

/* ---- identity ---- */

/* As the drive gave it at the last identification, strings in the order of their letters, as Linux
 * hands it out. */
static void fix_string(u16 *words, const char *text, unsigned int count)
{
	char *out = (char *)words;
	size_t n = strlen(text);

	memset(out, 0, 2 * count);
	memcpy(out, text, min_t(size_t, n, 2 * count));
}

/* The drive may have been asked before its mode was set. */
static void mark_dma_mode(u16 *words, u8 mode)
{
	u16 bit = (u16)(0x100u << (mode & ATA_MODE_NUMBER));

	if (!mode)
		return;
	words[WORD_MWDMA] = (words[WORD_MWDMA] & 0xFF) | (mode < ATA_MODE_UDMA ? bit : 0);
	words[WORD_UDMA] = (words[WORD_UDMA] & 0xFF) | (mode < ATA_MODE_UDMA ? 0 : bit);
}

static u16 *copy_words(struct ata_unit *unit)
{
	u16 *words = kmalloc(sizeof(unit->dev->words), GFP_KERNEL);

	if (!words)
		return NULL;
	ata_unit_lock(unit);
	memcpy(words, unit->dev->words, sizeof(unit->dev->words));
	fix_string(words + 10, unit->dev->id.serial, 10);
	fix_string(words + 23, unit->dev->id.firmware, 4);
	fix_string(words + 27, unit->dev->id.model, 20);
	mark_dma_mode(words, unit->dev->dma_mode);
	ata_unit_unlock(unit);
	return words;
}

long ata_user_identity(struct ata_unit *unit, unsigned long arg, size_t bytes)
{
	u16 *words = copy_words(unit);
	long err;

	if (!words)
		return -ENOMEM;
	err = copy_to_user((void __user *)arg, words, bytes);
	kfree(words);
	return err;
}

/* ---- commands ---- */

/* The transfer mode is the controller's too: a program cannot set the one without the other. */
static bool is_forbidden(const struct ata_taskfile *tf)
{
	return tf->command == ATA_CMD_SET_FEATURES && tf->feature == ATA_FEATURE_XFER;
}

/* What a program changed is so after a reset too. */
static void track(struct ata_device *dev, const struct ata_taskfile *tf)
{
	switch (tf->command) {
	case ATA_CMD_SET_FEATURES:
		if (tf->feature == ATA_FEATURE_WCACHE_ON || tf->feature == ATA_FEATURE_WCACHE_OFF)
			dev->write_cache = tf->feature == ATA_FEATURE_WCACHE_ON;
		break;
	case ATA_CMD_SET_MULTIPLE:
		dev->multiple = tf->nsect;
		break;
	case ATA_CMD_INIT_PARAMETERS:
		ata_restore(dev);
		break;
	default:
		/* It may have been put to sleep. */
		dev->fresh = true;
	}
}

int ata_user_command(struct ata_unit *unit, struct ata_command *cmd, void *data, u32 bytes)
{
	struct ata_piece piece;
	struct ata_buffer buf;
	int err;

	if (is_forbidden(&cmd->tf))
		return -EPERM;
	if (bytes) {
		ata_buffer_init(&buf, &piece, data, bytes);
		piece.phys = virt_to_phys(data);
		cmd->buffer = &buf;
		cmd->bytes = bytes;
	}
	cmd->registers = true;
	ata_unit_lock(unit);
	err = ata_execute(unit->dev, cmd);
	if (!err)
		track(unit->dev, &cmd->tf);
	/* Only what leaves the drive in an unknown state is repaired. */
	if (err && cmd->fault != ATA_FAULT_DEVICE)
		(void)ata_reset(unit->dev);
	ata_unit_unlock(unit);
	cmd->buffer = NULL;
	return err;
}

static void drive_cmd_registers(const u8 args[HDIO_DRIVE_CMD_HDR], struct ata_taskfile *tf)
{
	tf->command = args[0];
	tf->feature = args[2];
	tf->nsect = args[3] ? args[3] : args[1];
	if (tf->command != ATA_CMD_SMART)
		return;
	tf->nsect = args[3];
	tf->lbal = args[1];
	tf->lbam = SMART_LBAM;
	tf->lbah = SMART_LBAH;
}

long ata_user_drive_cmd(struct ata_unit *unit, unsigned long arg)
{
	u8 args[HDIO_DRIVE_CMD_HDR];
	struct ata_command cmd = { .timeout_us = ATA_FLUSH_US };
	u8 __user *user = (u8 __user *)arg;
	void *data = NULL;
	u32 bytes;
	long err, fault;

	if (copy_from_user(args, user, sizeof(args)))
		return -EFAULT;
	bytes = args[3] * ATA_SECTOR_BYTES;
	if (bytes) {
		data = kzalloc(bytes, GFP_KERNEL);
		cmd.protocol = ATA_PIO_IN;
		if (!data)
			return -ENOMEM;
	}
	drive_cmd_registers(args, &cmd.tf);
	err = ata_user_command(unit, &cmd, data, bytes);
	args[0] = cmd.result.status;
	args[1] = cmd.result.error;
	args[2] = cmd.result.nsect;
	fault = copy_to_user(user, args, sizeof(args));
	if (!fault && !err && bytes)
		fault = copy_to_user(user + sizeof(args), data, bytes);
	kfree(data);
	return fault ? fault : err ? -EIO : 0;
}

static long drive_task(struct ata_disk *d, unsigned long arg)
{
	u8 args[HDIO_DRIVE_TASK_HDR];
	struct ata_command cmd = { .timeout_us = ATA_FLUSH_US };
	struct ata_taskfile *r = &cmd.result;
	void __user *user = (void __user *)arg;
	int err;

	if (copy_from_user(args, user, sizeof(args)))
		return -EFAULT;
	cmd.tf = (struct ata_taskfile){ .command = args[0],
					.feature = args[1],
					.nsect = args[2],
					.lbal = args[3],
					.lbam = args[4],
					.lbah = args[5],
					.device = args[6] };
	err = ata_user_command(d->unit, &cmd, NULL, 0);
	args[0] = r->status;
	args[1] = r->error;
	args[2] = r->nsect;
	args[3] = r->lbal;
	args[4] = r->lbam;
	args[5] = r->lbah;
	args[6] = r->device;
	if (copy_to_user(user, args, sizeof(args)))
		return -EFAULT;
	return err ? -EIO : 0;
}

static void task_registers(const struct ide_task_request_abi *req, struct ata_command *cmd)
{
	const u8 *p = req->io_ports, *h = req->hob_ports;

	cmd->tf = (struct ata_taskfile){ .feature = p[1],
					 .nsect = p[2],
					 .lbal = p[3],
					 .lbam = p[4],
					 .lbah = p[5],
					 .device = p[6],
					 .command = p[7],
					 .hob_feature = h[1],
					 .hob_nsect = h[2],
					 .hob_lbal = h[3],
					 .hob_lbam = h[4],
					 .hob_lbah = h[5] };
	/* The flags name the registers to write; any of the upper ones makes it a 48-bit command.
	 */
	cmd->lba48 = req->out_flags & 0x3E00;
	if (req->data_phase == TASKFILE_IN || req->data_phase == TASKFILE_MULTI_IN)
		cmd->protocol = ATA_PIO_IN;
	else if (req->data_phase == TASKFILE_OUT || req->data_phase == TASKFILE_MULTI_OUT)
		cmd->protocol = ATA_PIO_OUT;
}

static void task_results(const struct ata_taskfile *r, struct ide_task_request_abi *req)
{
	const u8 io[8] = { 0, r->error, r->nsect, r->lbal, r->lbam, r->lbah, r->device, r->status };
	const u8 hob[8] = { 0, 0, r->hob_nsect, r->hob_lbal, r->hob_lbam, r->hob_lbah, 0, 0 };

	memcpy(req->io_ports, io, sizeof(io));
	memcpy(req->hob_ports, hob, sizeof(hob));
}

static long run_task(struct ata_disk *d, struct ide_task_request_abi *req, u8 __user *user,
		     void *data, u32 bytes)
{
	struct ata_command cmd = { .timeout_us = ATA_FLUSH_US };
	long err;

	task_registers(req, &cmd);
	if (req->data_phase == TASKFILE_MULTI_IN || req->data_phase == TASKFILE_MULTI_OUT)
		cmd.block = ATA_SECTOR_BYTES * max_t(u32, d->unit->dev->multiple, 1);
	if (cmd.protocol == ATA_PIO_OUT && copy_from_user(data, user, bytes))
		return -EFAULT;
	err = ata_user_command(d->unit, &cmd, data, bytes);
	task_results(&cmd.result, req);
	if (!err && cmd.protocol == ATA_PIO_IN && copy_to_user(user, data, bytes))
		return -EFAULT;
	return err ? -EIO : 0;
}

static long drive_taskfile(struct ata_disk *d, unsigned long arg)
{
	struct ide_task_request_abi req;
	u8 __user *user = (u8 __user *)arg;
	void *data = NULL;
	bool out;
	u32 bytes;
	long err;

	if (copy_from_user(&req, user, sizeof(req)))
		return -EFAULT;
	out = req.data_phase == TASKFILE_OUT || req.data_phase == TASKFILE_MULTI_OUT;
	bytes = req.data_phase == TASKFILE_NO_DATA ? 0 : out ? req.out_size : req.in_size;
	if (req.data_phase < 0 || req.data_phase > TASKFILE_MULTI_OUT ||
	    bytes > ATA_USER_BYTES_MAX || bytes % ATA_SECTOR_BYTES)
		return -EINVAL;
	if (bytes) {
		data = kzalloc(bytes, GFP_KERNEL);
		if (!data)
			return -ENOMEM;
	}
	err = run_task(d, &req, user + sizeof(req) + (out ? 0 : req.out_size), data, bytes);
	kfree(data);
	if (err != -EFAULT && copy_to_user(user, &req, sizeof(req)))
		err = -EFAULT;
	return err;
}

static long command_ioctl(struct ata_disk *d, unsigned int cmd, unsigned long arg)
{
	if (!ata_user_may_command())
		return -EACCES;
	switch (cmd) {
	case HDIO_DRIVE_CMD:
		return arg ? ata_user_drive_cmd(d->unit, arg) : disk_flush(&d->disk);
	case HDIO_DRIVE_TASK:
		return drive_task(d, arg);
	case HDIO_DRIVE_TASKFILE:
		return drive_taskfile(d, arg);
	default:
		return ata_sg_io(d, arg);
	}
}

static long any_ioctl(struct ata_disk *d, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case HDIO_GET_IDENTITY:
		return ata_user_identity(d->unit, arg, sizeof(d->unit->dev->words));
	case HDIO_OBSOLETE_IDENTITY:
		return ata_user_identity(d->unit, arg, HDIO_OBSOLETE_BYTES);
	case HDIO_DRIVE_CMD:
	case HDIO_DRIVE_TASK:
	case HDIO_DRIVE_TASKFILE:
	case SG_IO:
		return command_ioctl(d, cmd, arg);
	case SG_GET_VERSION_NUM:
		return put_user((s32)SG_VERSION_NUM, (s32 __user *)arg);
	default:
		return setting_ioctl(d, cmd, arg);
	}
}

long ata_disk_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg)
{
	struct ata_disk *d = disk->private;
	long ret = any_ioctl(d, cmd, arg);

	ata_unit_lock(d->unit);
	ata_disk_show(d);
	ata_unit_unlock(d->unit);
	return ret;
}
