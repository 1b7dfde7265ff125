/*
 * cd_core.h - CD drives and removable packet disks: getting ready, capacity, blocks, discs' tables,
 * audio, tray and door; over ata_packet().
 *
 *   cd_probe() -> cd_check_medium() -> cd_transfer() ...   cd_read_toc(), cd_eject(), ...
 *
 * Errors: -ENOMEDIUM, -EROFS, -EIO (the block, or the drive), -EOPNOTSUPP (the drive does not know
 * the command, or this medium has nothing of the kind), -EBUSY (not ready in CD_READY_US),
 * -ETIMEDOUT, -ENXIO (the drive has gone), -EINVAL. cd->sense says what the drive said last.
 *
 * A new medium is noticed by what the drive says to any command: cd->changed and cd->known follow.
 * While cd->in_use is set, a new medium makes it `stale`: nothing is read from it as if it were the
 * old one until it is no longer in use and somebody calls cd_check_medium(), or the disc of
 * cd_mark_disc() is back.
 *
 * Locking: as ata_core.h: the caller serialises; cd_host.pause() may let others in meanwhile.
 * Units: blocks are of cd->block_bytes; times in microseconds.
 *
 * Source: SFF-8020i rev 2.6, SFF-8070i, MMC-1; hardware-notes 5.10.
 */
#ifndef DRIVERS_ATA_CD_CORE_H
#define DRIVERS_ATA_CD_CORE_H

#include "ata_core.h"
#include "cd_decode.h"
#include "sense_decode.h"

/* ---- bounds ---- */
#define CD_READY_US	 25000000u /* from "becoming ready" to ready */
#define CD_VAGUE_US	 6000000u  /* "not ready" that does not say that it becomes so */
#define CD_READY_STEP_US 300000u
#define CD_COMMAND_US	 10000000u /* short answers */
#define CD_MOVE_US	 60000000u /* start, stop, eject, close: changers are slow */
#define CD_TRIES	 5u	   /* of a command that is worth another */
#define CD_BUS_TRIES	 2u	   /* after a fault of the bus */
#define CD_BLOCK_TRIES	 2u	   /* of one bad block */
#define CD_MAX_BYTES	 65536u	   /* of one READ; TORiSAN drives hang above 128 * 512 */
#define CD_MAX_PIECES	 128u
#define CD_RUN_OUT	 2u /* blocks behind a track that was written at once */
#define CD_SICK		 2u /* so many time-outs in a row: less patience */
#define CD_SICK_US	 5000000u

struct cd_drive;

#define CD_CHANGE_WHOS 3u /* of cd_take_changed() */

struct cd_host {
	/* Waits and lets others use the channel meanwhile. NULL: the channel's hw sleeps. */
	void (*pause)(struct cd_drive *cd, u32 us);
};

/* cd->quirks, from the table in cd_quirks.c. */
#define CD_QUIRK_TOC_ADDRESS_BCD 1u
#define CD_QUIRK_TOC_TRACKS_BCD	 2u
#define CD_QUIRK_FULL_PAGE	 4u  /* wants to be asked for all of mode page 2A */
#define CD_QUIRK_NO_SPEED	 8u  /* does not know SET SPEED */
#define CD_QUIRK_AUDIO		 16u /* plays, though it does not say so */
#define CD_QUIRK_ONE_BLOCK	 32u /* several blocks in one go are too much for it */
#define CD_QUIRK_SPEED_SWAPPED	 64u /* the speeds' bytes are */

/* What a disc is known by when it comes back. */
struct cd_mark {
	bool known;
	u32 blocks, crc;
};

struct cd_drive {
	struct ata_device *dev;
	const struct cd_host *host;
	struct cd_inquiry inquiry;
	struct cd_capabilities caps;
	u32 quirks;
	bool disk;	    /* no CD: blocks can be written, 512 bytes mostly */
	bool no_events;	    /* GET EVENT is unknown to it */
	u8 timeouts;	    /* of blocks, in a row */
	bool no_sector_dma; /* no block has come by PIO yet: DMA waits for that */

	/* the medium */
	bool known; /* the three below are this medium's */
	u32 blocks, block_bytes;
	bool protected;
	bool changed[CD_CHANGE_WHOS]; /* since cd_take_changed() */
	bool in_use, stale;
	struct cd_mark mark; /* of the disc that is in use */
	u8 mark_block[CD_BLOCK];
	bool locked;
	bool lock_lost; /* it was locked, and a reset opened the door */
	u32 run_out;	/* blocks at the end that turned out unreadable */
	bool toc_known;
	struct cd_toc toc;

	struct sense sense;	 /* of the last command; the key is 0 without any */
	u8 answer[CD_TOC_BYTES]; /* long ones */
	struct ata_piece pieces[CD_MAX_PIECES];
};

/* ---- commands: cd_command.c ---- */
struct cd_command {
	u8 cdb[16];
	bool write;
	bool no_dma;
	const struct ata_buffer *buffer; /* or: */
	void *data;
	u32 bytes;
	u32 timeout_us; /* 0: CD_COMMAND_US */
	/* results */
	u32 done; /* bytes that moved */
	enum sense_action action;
	enum ata_fault fault;
	u8 sense_data[18];
	u8 sense_bytes; /* 0: there was no CHECK CONDITION */
};
/* Once, and REQUEST SENSE after it where that is due. */
int cd_execute(struct cd_drive *cd, struct cd_command *c);
/* Again after attentions and faults of the bus. Not for what must not be done twice. */
int cd_command(struct cd_drive *cd, struct cd_command *c);
/* A command that cd_cdb() functions made, with `bytes` of answer; *done may be NULL. */
int cd_simple(struct cd_drive *cd, const u8 cdb[16], void *data, u32 bytes, u32 *done);
/* The same with data to the drive. */
int cd_send(struct cd_drive *cd, const u8 cdb[16], const void *data, u32 bytes);
void cd_pause(struct cd_drive *cd, u32 us);

/* ---- medium: cd_medium.c ---- */
/* Who it is and what it can do; the medium is not looked at. */
int cd_probe(struct cd_drive *cd, struct ata_device *dev);
u32 cd_find_quirks(const char *model, const char *firmware);
/* Waits until it is ready: 0, -ENOMEDIUM, -EBUSY, ... */
int cd_wait_ready(struct cd_drive *cd, u32 timeout_us);
/* The same, once, without waiting. */
int cd_test_ready(struct cd_drive *cd);
/* Ready, and what the medium is: cd->blocks, block_bytes, protected. */
int cd_check_medium(struct cd_drive *cd);
/* The medium may have changed since the last call with this `who`, 0 .. */
bool cd_take_changed(struct cd_drive *cd, unsigned int who);
void cd_note_change(struct cd_drive *cd);

/* ---- blocks: cd_transfer.c ---- */
/* Does the medium have blocks that begin and end where these sectors of 512 bytes do? */
bool cd_has_blocks(const struct cd_drive *cd, u64 sector, u32 bytes);
/*
 * Reads or writes `count` blocks from `lba` on. *good of them, from the start, are done. An error
 * is that of the block behind them, but for -ENXIO, -ENOMEDIUM and -EROFS, which are for all.
 * hurry: the first difficulty ends it.
 */
int cd_transfer(struct cd_drive *cd, bool write, u32 lba, u32 count, const struct ata_buffer *buf,
		bool hurry, u32 *good);
/* One block of the medium that is in, were it another one than is in use: to find out whether it
 * is. The first difficulty, and a change meanwhile, end it. */
int cd_read_unproven(struct cd_drive *cd, u32 lba, const struct ata_buffer *buf);
int cd_flush(struct cd_drive *cd);

/* ---- the disc that comes back: cd_same.c ---- */
/* Before in_use is set: this is the disc that is used. */
void cd_mark_disc(struct cd_drive *cd);
/* In use and stale, and a medium is known: is it the marked one? */
bool cd_is_marked_disc(struct cd_drive *cd);
/* Before a transfer that is worth waiting: when it was taken out, looks whether it is back. */
void cd_look_again(struct cd_drive *cd);

/* ---- discs: cd_disc.c ---- */
/* Into cd->toc; once for each medium. */
int cd_read_toc(struct cd_drive *cd);
/* Where the last session starts; *multi: there is more than one. */
int cd_last_session(struct cd_drive *cd, s32 *lba, bool *multi);
/* The block that a session begins with, by its first track's number, or the last session (0);
 * -EINVAL: that is no track with data. */
int cd_session_block(struct cd_drive *cd, u32 track, u32 *block);
int cd_position(struct cd_drive *cd, struct cd_position *pos);
int cd_read_mcn(struct cd_drive *cd, char mcn[14]);
int cd_last_written(struct cd_drive *cd, s32 *lba);
/* One or more whole sectors of 2352 bytes, or what `want` says. */
int cd_read_sectors(struct cd_drive *cd, u8 sector_type, u8 want, u32 lba, u32 count, void *data,
		    u32 bytes);

/* ---- mechanics and audio: cd_control.c ---- */
enum cd_status {
	CD_STATUS_EMPTY,
	CD_STATUS_OPEN,
	CD_STATUS_BUSY,
	CD_STATUS_READY
};
int cd_status(struct cd_drive *cd, enum cd_status *status);
int cd_lock(struct cd_drive *cd, bool lock);
int cd_eject(struct cd_drive *cd);
int cd_close(struct cd_drive *cd);
int cd_start(struct cd_drive *cd, bool start);
int cd_reset(struct cd_drive *cd); /* all that is set in the drive is as at power-on */
int cd_set_speed(struct cd_drive *cd, unsigned int times); /* 0: the best */
int cd_play(struct cd_drive *cd, const u8 start[3], const u8 end[3]);
int cd_pause_audio(struct cd_drive *cd, bool resume);
int cd_seek(struct cd_drive *cd, u32 lba);
int cd_get_volume(struct cd_drive *cd, u8 volume[4]);
int cd_set_volume(struct cd_drive *cd, const u8 volume[4]);

#endif
