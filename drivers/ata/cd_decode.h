/*
 * cd_decode.h - what CD drives answer, as structs: INQUIRY, READ CAPACITY, mode page 2A, READ TOC,
 * READ SUB-CHANNEL; and addresses in minutes, seconds and frames. Pure.
 *
 * An address (LBA) counts blocks from the first of the disc; MSF counts from 150 frames before it,
 * 75 a second. Answers may be shorter than asked for: what is missing is zero, and -EINVAL where
 * nothing can be made of the rest.
 *
 * Source: SFF-8020i rev 2.6 chapter 10; MMC-1, mode page 2A; SCSI-2 8.2.5, 14.
 */
#ifndef DRIVERS_ATA_CD_DECODE_H
#define DRIVERS_ATA_CD_DECODE_H

#include <kernel/types.h>

/* ---- addresses ---- */
#define CD_MSF_OFFSET	  150
#define CD_FRAMES	  75
#define CD_SECONDS	  60
#define CD_BLOCK	  2048u
#define CD_RAW_BLOCK	  2352u
#define CD_LEADOUT	  0xAAu
#define CD_TRACKS_MAX	  99u
#define CD_BLOCKS_UNKNOWN 0xffffffffu

/* 00:02:00 is 0; what lies before is negative. */
s32 cd_msf_to_lba(const u8 msf[3]);
/* Beyond 99 minutes and more than 255: held there. */
void cd_lba_to_msf(s32 lba, u8 msf[3]);
bool cd_msf_is_sane(const u8 msf[3]);

/* ---- INQUIRY ---- */
#define CD_TYPE_DISK	0x00
#define CD_TYPE_CD	0x05
#define CD_TYPE_OPTICAL 0x07

struct cd_inquiry {
	u8 type;
	bool removable;
	char vendor[9], product[17], revision[5]; /* printable, trimmed */
};
int cd_decode_inquiry(const u8 *data, u32 bytes, struct cd_inquiry *out);

/* ---- READ CAPACITY ---- */
struct cd_capacity {
	u32 blocks;
	u32 block_bytes; /* as the drive says it; may be 0 or 2352 */
};
int cd_decode_capacity(const u8 *data, u32 bytes, struct cd_capacity *out);

/* ---- mode sense ---- */
/* The page in a MODE SENSE (10) answer, or NULL; *length without its two bytes of head. */
const u8 *cd_find_page(const u8 *data, u32 bytes, u8 page, u32 *length);
/* The device-specific byte of the header: a disk's write protection. */
bool cd_mode_protected(const u8 *data, u32 bytes);

enum cd_loader {
	CD_CADDY,
	CD_TRAY,
	CD_POPUP,
	CD_CHANGER_SINGLE = 4,
	CD_CHANGER_CARTRIDGE
};

/* Page 2A. */
struct cd_capabilities {
	bool known;
	bool read_cdr, read_cdrw, read_dvd, read_dvdr, read_dvdram;
	bool write_cdr, write_cdrw, write_dvdr, write_dvdram;
	bool audio, multisession, read_cdda, upc;
	bool lock, locked, eject, select_disc;
	u8 loader;	      /* enum cd_loader */
	u16 max_speed, speed; /* KB/s; 0: does not say */
	u16 buffer_kb;
};
/* A page that is not there leaves `known` false and what every drive can; swapped: speeds have
 * their low byte first. */
void cd_decode_capabilities(const u8 *data, u32 bytes, bool swapped, struct cd_capabilities *out);
/* 176 KB/s is once. */
unsigned int cd_speed_times(u16 kb);

/* ---- READ TOC ---- */
struct cd_track {
	u8 number, adr_control; /* ADR in the upper half */
	s32 lba;
};
#define CD_CONTROL_DATA 4

struct cd_toc {
	u8 first, last;
	unsigned int count; /* entries in track[], the lead-out the last one */
	struct cd_track track[CD_TRACKS_MAX + 1];
};
#define CD_TOC_BYTES (4 + 8 * (CD_TRACKS_MAX + 1))
/* msf: the addresses are minutes, seconds, frames; bcd: CD_BCD_*, for drives with such numbers. */
int cd_decode_toc(const u8 *data, u32 bytes, bool msf, u32 bcd, struct cd_toc *out);
#define CD_BCD_ADDRESS 1u
#define CD_BCD_NUMBER  2u
/* NULL: no such track. */
const struct cd_track *cd_find_track(const struct cd_toc *toc, u8 number);

/* ---- READ SUB-CHANNEL ---- */
#define CD_AUDIO_NO_STATUS 0x15

struct cd_position {
	u8 audio_status;
	u8 adr_control, track, index; /* ADR in the upper half, control in the lower */
	s32 absolute, relative;	      /* LBA; relative to the track */
};
int cd_decode_position(const u8 *data, u32 bytes, struct cd_position *out);
/* Thirteen digits, or empty when there is no number. */
int cd_decode_mcn(const u8 *data, u32 bytes, char mcn[14]);

/* ---- GET EVENT STATUS NOTIFICATION, media class ---- */
struct cd_event {
	bool valid;
	u8 code; /* 1 eject wanted, 2 new medium, 3 medium removed */
	bool tray_open, present;
};
void cd_decode_event(const u8 *data, u32 bytes, struct cd_event *out);

#endif
