/*
 * ata_core.h - the ATA and ATAPI protocols over struct hw: channels, devices, commands, recovery.
 *
 *   ata_channel_init() -> ata_detect() -> ata_set_modes() -> ata_rw(), ata_flush(), ata_packet(),
 *   ata_execute() ...                                ata_irq() from the interrupt, at any time
 *
 * A command runs synchronously: the caller sleeps in hw_wait_irq() (or polls, where the host has no
 * interrupts or the channel lost three of them) until the device is done. ata_execute() tries once
 * and says what went wrong (enum ata_fault); ata_rw(), ata_flush() and ata_packet() recover:
 * reset, state restored, slower modes, retries (ata_recover.c).
 *
 * Memory of a transfer is a struct ata_buffer: pieces with a kernel address (or a map callback for
 * those without) and a physical address for the bus master. The core knows neither struct request
 * nor struct page.
 *
 * Errors: -ENXIO the device has gone (final: later calls fail at once, without register access),
 * -ETIMEDOUT, -EIO (the device said so; `fault`, `result` tell more), -EOPNOTSUPP (aborted: it does
 * not know the command), -EINVAL, -ENODEV.
 *
 * Locking: the caller serialises all calls on a channel, but for ata_irq(), which takes only the
 * host's lock (ata_channel.lock) as the others do for what they share with it. Where two channels
 * must not work at once (ATA_CH_SERIALIZE) the host sees to it.
 *
 * Source: T13 1410D; SFF-8020i; SFF-8038i; hardware-notes 5.
 */
#ifndef DRIVERS_ATA_ATA_CORE_H
#define DRIVERS_ATA_ATA_CORE_H

#include <kernel/hw.h>
#include <kernel/types.h>
#include "ata_reg.h"
#include "identify_decode.h"

#define ATA_SECTOR_BYTES 512u

/* ---- how long anything may take; microseconds ---- */
#define ATA_SELECT_US	  400000u   /* not busy before a command is given */
#define ATA_PIO_DRQ_US	  5000000u  /* first block of a write */
#define ATA_COMMAND_US	  10000000u /* a read or write */
#define ATA_SPIN_UP_US	  31000000u /* the first command, and after a reset */
#define ATA_FLUSH_US	  60000000u
#define ATA_TRIM_US	  60000000u /* drives take seconds for a large one */
#define ATA_IDENTIFY_US	  5000000u
#define ATA_FEATURE_US	  5000000u
#define ATA_PACKET_DRQ_US 500000u /* standard: 3 ms; until it takes the packet */
#define ATA_PACKET_US	  30000000u
#define ATA_IRQ_SLICE_US  500000u /* after so long without an interrupt it is asked anyway */
#define ATA_LOST_IRQS_MAX 3u	  /* in a row: polls from then on */

/* ---- memory ---- */
struct ata_piece {
	void *addr;  /* NULL: buffer->map(piece) */
	void *owner; /* the map callback's */
	u32 offset;  /* the map callback's */
	u32 phys;    /* ATA_PHYS_NONE: no DMA here */
	u32 bytes;   /* even */
};
#define ATA_PHYS_NONE 0xffffffffu

struct ata_buffer {
	const struct ata_piece *pieces;
	unsigned int count;
	u32 bytes; /* sum */
	/* For pieces without an address; in stack order, nothing sleeps between. */
	void *(*map)(const struct ata_piece *piece);
	void (*unmap)(const struct ata_piece *piece, void *addr);
};
/* One piece with an address, `piece` is the caller's storage. No DMA. */
void ata_buffer_init(struct ata_buffer *buf, struct ata_piece *piece, void *addr, u32 bytes);

/* ---- commands ---- */
struct ata_taskfile {
	u8 feature, nsect, lbal, lbam, lbah, device, command;
	u8 hob_feature, hob_nsect, hob_lbal, hob_lbam, hob_lbah; /* 48-bit commands */
	u8 status, error;					 /* afterwards */
};

enum ata_protocol {
	ATA_NO_DATA,
	ATA_PIO_IN,
	ATA_PIO_OUT,
	ATA_DMA_IN,
	ATA_DMA_OUT
};

enum ata_fault {
	ATA_OK,
	ATA_FAULT_GONE,	    /* the bus floats where it answered */
	ATA_FAULT_BUSY,	    /* never ready for a command */
	ATA_FAULT_NO_DRQ,   /* does not ask for data */
	ATA_FAULT_TIMEOUT,  /* started and never ended */
	ATA_FAULT_DRQ_LEFT, /* wants more data than there is */
	ATA_FAULT_SHORT,    /* ended before all data moved */
	ATA_FAULT_DEVICE,   /* ERR or DF; see result.error */
	ATA_FAULT_CRC,	    /* the cable: ICRC in an Ultra DMA mode */
	ATA_FAULT_DMA,	    /* the bus master's own error bit */
	ATA_FAULT_DMA_HANG, /* the bus master never ended */
	ATA_FAULT_PHASE,    /* a packet device in a state that does not exist */
	ATA_FAULT_LINK,	    /* a serial link: broken, or a checksum */
	ATA_FAULT_COUNT
};
const char *ata_fault_text(enum ata_fault fault);

struct ata_command {
	struct ata_taskfile tf; /* device: only the LBA bit and head; the unit is added */
	enum ata_protocol protocol;
	bool lba48; /* the hob_ registers are written */
	u32 block;  /* bytes for each data request; 0: one sector */
	const struct ata_buffer *buffer;
	u32 offset, bytes; /* the part of it that moves */
	u32 timeout_us;	   /* 0: ATA_COMMAND_US */
	bool registers;	   /* they are wanted after success too */
	/* results */
	struct ata_taskfile
		result; /* hob_* too after a 48-bit command; status alone after success */
	u32 done;	/* bytes that moved for certain */
	enum ata_fault fault;
};

/* ---- devices ---- */
enum ata_kind {
	ATA_NONE,
	ATA_DISK,
	ATA_PACKET
};

enum ata_addressing {
	ATA_CHS,
	ATA_LBA28,
	ATA_LBA48
};

struct ata_channel;

struct ata_device {
	struct ata_channel *ch;
	u8 unit; /* 0 master, 1 slave */
	enum ata_kind kind;
	bool gone;
	u32 quirks; /* ATA_QUIRK_* */
	u16 words[IDENTIFY_WORDS];
	struct ata_identity id;

	/* how it is used */
	enum ata_addressing addressing;
	struct ata_geometry geometry; /* CHS: as set in the drive */
	u64 sectors;		      /* of id.sector_bytes */
	u8 multiple;		      /* sectors for each data request; 0: single commands */
	u8 pio_mode;		      /* 0..4; 0xff: as the BIOS left it */
	u8 dma_mode;		      /* ATA_MODE_*; 0: PIO */
	bool dma_works;		      /* it has, since it was switched on */
	bool dma_off;		      /* by the user, the quirks or too many errors */
	bool io32;		      /* PIO moves 32 bits at a time */
	bool write_cache;
	bool unflushed;	  /* something may be in its cache only */
	bool flush_works; /* it has, once */
	u8 acoustic;

	/* what went wrong, for messages and hwtest */
	u8 crc_row, dma_fault_row, timeout_row; /* in a row */
	u32 crc_errors, timeouts, resets, media_errors;
	bool fresh; /* no command since a reset or power-on: it may have to spin up */
};

/* device.quirks, from the table in ata_modes.c */
#define ATA_QUIRK_NO_DMA      1u
#define ATA_QUIRK_NO_MULTIPLE 2u
#define ATA_QUIRK_MAX_128     8u  /* sectors a command */
#define ATA_QUIRK_IREASON     16u /* reports a wrong interrupt reason */
#define ATA_QUIRK_NO_IDENTIFY 64u /* a drive from before that command */
#define ATA_QUIRK_NOT_A_DISK  32u
#define ATA_QUIRK_NO_TRIM     128u /* errors, or worse */
#define ATA_QUIRK_TRIM_128M   256u /* locks up on more at once */

struct ata_packet;

/*
 * How commands travel where there is no command block of registers: a port of an AHCI controller
 * (ahci_core.h). Everything above it (retries, closing in, modes, uppers) stays the same. One
 * device, unit 0.
 */
struct ata_transport {
	/* Looks for the device: dev[0]'s kind and identity. 0, -ENODEV. */
	int (*detect)(struct ata_channel *ch);
	/* Once; fills cmd->result and cmd->done. */
	enum ata_fault (*execute)(struct ata_device *dev, struct ata_command *cmd);
	/* The same for a packet; fills p->bytes, status, error. */
	enum ata_fault (*packet)(struct ata_device *dev, struct ata_packet *p, bool dma);
	/* Ready for commands again; false: it does not come back. */
	bool (*reset)(struct ata_channel *ch);
	bool (*irq)(struct ata_channel *ch);
	void (*enable_irq)(struct ata_channel *ch); /* as ch->polling says */
};

/* ---- channels ---- */
struct ata_chip_ops {
	/* Programs the controller for dev->pio_mode and dev->dma_mode; false: it cannot. */
	bool (*set_mode)(struct ata_channel *ch, struct ata_device *dev);
	/* Before each command to another unit than the last one's. NULL: nothing. */
	void (*select)(struct ata_channel *ch, struct ata_device *dev);
};

struct ata_channel {
	/* set by the host before ata_channel_init() */
	struct hw *hw;
	/* Instead of the ports that follow; NULL: an IDE channel. stopped: no command runs before a
	 * reset. */
	const struct ata_transport *transport;
	void *transport_data;
	bool stopped;
	u16 base, control; /* ports; control is the control register itself */
	u16 bm;		   /* bus master, 0: none */
	u32 flags;	   /* ATA_CH_* */
	u32 *prd;	   /* table, below one 64 KB bound; NULL: no DMA */
	u32 prd_phys;
	unsigned int prd_max;		 /* entries */
	const struct ata_chip_ops *chip; /* NULL: timing is as the BIOS left it */
	void *chip_data;
	u8 pio_max;		  /* best mode that chip->set_mode can do */
	u8 mwdma_mask, udma_mask; /* the same */
	bool cable80;		  /* the host's end says so */
	char name[8];		  /* for messages */
	/* Guards what ata_irq() shares; NULL: no interrupts can come. */
	unsigned long (*lock)(void *ctx);
	void (*unlock)(void *ctx, unsigned long saved);
	void *lock_ctx;
	/* Something worth telling happened; dev may be NULL. NULL: nobody listens. */
	void (*note)(struct ata_channel *ch, struct ata_device *dev, const char *text);

	struct ata_device dev[2];
	/* the core's */
	bool polling;	    /* nIEN is set; no interrupt is waited for */
	bool no_alt_status; /* the alternate status register is not there */
	u8 control_bits;    /* as written last */
	u8 timed;	    /* unit whose timing the controller has, 0xff: unknown */
	u8 selected;	    /* unit that was selected last, 0xff: none yet */
	u8 bm_direction;    /* of the prepared transfer: BM_COMMAND_READ or 0 */
	u8 lost_irqs;	    /* in a row */
	/* shared with ata_irq(), under lock */
	bool waiting;	  /* a command is under way that ends with an interrupt */
	bool dma_running; /* the bus master is started: its status decides */
	bool irq_came;
	u8 irq_status, irq_bm;
	u32 irqs, spurious, lost_total;
};

#define ATA_CH_SERIALIZE    1u /* never at the same time as its sister */
#define ATA_CH_NO_DMA	    4u
#define ATA_CH_IO32	    8u	/* the data port may be tried 32 bits at a time */
#define ATA_CH_IRQS_OFF	    16u /* data blocks move under the lock: interrupts off */
#define ATA_CH_NO_LBA48_DMA 32u
#define ATA_CH_PRD_32K	    64u /* a region of 64 KB fails */
#define ATA_CH_NO_ATAPI_DMA 128u
#define ATA_CH_NO_SLAVE	    256u
#define ATA_CH_NO_LBA	    2u /* by cylinder, head and sector where the drive can */
#define ATA_CH_NO_LBA48	    512u
#define ATA_CH_POLL	    1024u /* no interrupt line */
#define ATA_CH_SKIP0	    2048u /* hda=noprobe and relatives */
#define ATA_CH_SKIP1	    4096u
#define ATA_CH_BIOS_DMA	    8192u  /* DMA only in the mode that the BIOS set up */
#define ATA_CH_SHY	    32768u /* nothing is written to ports that read as all ones */
#define ATA_CH_NO_MULTIPLE  16384u
#define ATA_CH_NO_IO32	    65536u /* 16 bits, whatever the user says */
/* As the BIOS left it (hwtest): nothing is reset and nothing set, geometry and modes are what the
 * devices have; one that would need a reset is given up. */
#define ATA_CH_AS_FOUND 131072u
#define ATA_CH_ISA_TURN 262144u /* never while the floppy moves data */

void ata_channel_init(struct ata_channel *ch);
/*
 * What is attached: fills dev[0], dev[1], kinds and identities. 0, or -ENODEV: nothing. Sleeps; an
 * empty channel costs milliseconds, a dead one ATA_SPIN_UP_US. `geometry[unit]` is used for a drive
 * that cannot be identified (its cylinders 0: there is none); NULL: none for both.
 */
int ata_detect(struct ata_channel *ch, const struct ata_geometry *geometry);
/* Addressing, READ MULTIPLE, DMA, PIO's width: how each device found is used from now on. */
void ata_set_modes(struct ata_channel *ch);
/* What programs change; 0 or the drive's errno. DMA: -EIO when there is none to be had. */
int ata_use_dma(struct ata_device *dev, bool on);
int ata_use_multiple(struct ata_device *dev, u8 sectors); /* -EINVAL: not one that it can */
/* -EINVAL: not here; -EIO: it was tried, and other data came. */
int ata_use_io32(struct ata_device *dev, bool on);
int ata_use_write_cache(struct ata_device *dev, bool on);
int ata_use_acoustic(struct ata_device *dev, u8 level); /* 0: off */
static inline bool ata_uses_dma(const struct ata_device *dev)
{
	return dev->dma_mode && !dev->dma_off;
}
/* "UDMA33", "MWDMA2", "PIO4", "PIO". */
const char *ata_mode_text(const struct ata_device *dev);

/* Does the bus master at `bm` serve one channel at a time? One that `clears` can be talked out of
 * it. */
bool ata_bm_simplex(struct hw *hw, u16 bm, bool clears);

/* From the interrupt handler: true when it was this channel's. */
bool ata_irq(struct ata_channel *ch);
/* May the device interrupt? Off for the time before the handler is there. */
void ata_enable_irq(struct ata_channel *ch, bool on);

/* Once, without recovery: 0 or the errno of cmd->fault. */
int ata_execute(struct ata_device *dev, struct ata_command *cmd);
/* A command without data; feature and nsect as given. With recovery after a time-out. */
int ata_simple(struct ata_device *dev, u8 command, u8 feature, u8 nsect, u32 timeout_us);
/* After an ata_execute() whose fault leaves the device in an unknown state (any but
 * ATA_FAULT_DEVICE): reset, state as before, for both units. -ENXIO: it has gone; 0. */
int ata_reset(struct ata_device *dev);
/* Tells the drive again what a reset makes it forget. */
void ata_restore(struct ata_device *dev);
/* IDENTIFY into dev->words and dev->id. */
int ata_identify(struct ata_device *dev);

/*
 * Reads or writes `count` sectors (of id.sector_bytes) from `lba` on; buffer->bytes is their size.
 * *good sectors from the start are done. An error is that of the one sector behind them: the caller
 * fails that and asks for the rest anew. -ENXIO is for all of it.
 */
int ata_rw(struct ata_device *dev, bool write, u64 lba, u32 count, const struct ata_buffer *buffer,
	   u32 *good);
/* The most sectors that one ata_rw() makes one command of. */
u32 ata_max_sectors(const struct ata_device *dev);
int ata_flush(struct ata_device *dev);

/* ---- TRIM: ata_trim.c ---- */
#define ATA_TRIM_BYTES 512u
/* Sectors that one ata_trim() takes at most; 0: the drive has none, must not be asked for it, or
 * there is no DMA for it (now). */
u32 ata_max_trim(const struct ata_device *dev);
/*
 * What the sectors hold is not wanted any more: afterwards they read as anything, most often as
 * zeros. `block`: ATA_TRIM_BYTES of memory for DMA, in one piece with an address, that are the
 * command's. -EINVAL (more than ata_max_trim(), or beyond the end), -EOPNOTSUPP (none to be had),
 * -EIO (refused), -ETIMEDOUT, -ENXIO; some of it may be done then.
 */
int ata_trim(struct ata_device *dev, u64 lba, u32 count, const struct ata_buffer *block);

/* ---- packet devices ---- */
struct ata_packet {
	u8 cdb[16]; /* id.packet_size of them are sent */
	bool write; /* direction of the data, if there is any */
	bool no_dma;
	const struct ata_buffer *buffer; /* NULL: no data */
	u32 timeout_us;			 /* 0: ATA_PACKET_US */
	/* results */
	u32 bytes;	   /* moved; fewer than asked for is no error */
	u32 excess;	   /* bytes that the device had beyond the buffer (dropped, zeros sent) */
	bool sense_needed; /* CHECK CONDITION: ask with REQUEST SENSE next; error is -EIO */
	u8 sense_key;	   /* from the error register, when sense_needed */
	u8 status, error, ireason;
	enum ata_fault fault;
};
/*
 * One packet command. The device is reset after a time-out or a phase that does not exist, and its
 * DMA switched off after the second DMA fault; the packet itself is not repeated (a CD writer would
 * not like it): the caller does, on -ETIMEDOUT or -EAGAIN (a fault of the bus, not of the device).
 */
int ata_packet(struct ata_device *dev, struct ata_packet *p);

#endif
