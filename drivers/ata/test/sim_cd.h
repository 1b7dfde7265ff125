/*
 * sim_cd.h - a simulated CD drive (or removable disk) on the simulated ATA channel: SCSI's side of
 * it.
 *
 * Block `lba` of medium `disc` is sim_cd_pattern(). Attentions queue up and are told one by one, as
 * the standard has it. Faults are fields.
 */
#ifndef DRIVERS_ATA_SIM_CD_H
#define DRIVERS_ATA_SIM_CD_H

#include "sim_ata_internal.h"

#define SIM_CD_STORE 512 /* blocks of a disk that keep what is written */

struct sim_cd {
	struct sim_drive *d;
	bool present, tray_open, locked, protected;
	u8 disc; /* which one */
	u32 blocks, block_bytes;
	u32 last_session;    /* where it begins; 0: there is one */
	u32 capacity_blocks; /* as READ CAPACITY has it; 0: blocks */
	u8 store[SIM_CD_STORE][512];

	/* what it says next: key, asc, ascq; one for each command */
	u8 attention[8][3];
	unsigned int attentions;
	u64 ready_at_us; /* "becoming ready" until then */
	u8 not_ready[2]; /* asc, ascq of it; zero: 04/01 */
	bool wants_start;
	u8 empty_ascq;
	u8 sense[3];
	bool sense_info;
	u32 info;

	/* faults */
	u32 bad[4]; /* blocks */
	unsigned int bad_count;
	int bad_tries;	     /* so many reads of a bad block fail; SIM_FOREVER */
	bool tell_block;     /* the sense data name it */
	int hang_block;	     /* reads of bad blocks that never end, instead of failing */
	int early_end;	     /* reads that end one block early without an error */
	int change_in_reads; /* this many reads later the medium is another one; 0: never */
	u8 unknown[8];	     /* operation codes that are not known */
	unsigned int unknown_count;
	bool refuses_select;

	/* seen */
	u32 count[256];
	u32 blocks_read, largest;
	u16 speed;
	u8 play[6];
	u8 volume[4];
};

void sim_cd_attach(struct sim_cd *cd, struct sim_ata *sim, unsigned int unit);
/* A ZIP drive or the like. */
void sim_cd_make_disk(struct sim_cd *cd, u32 blocks);
void sim_cd_insert(struct sim_cd *cd, u8 disc, u32 blocks);
void sim_cd_remove(struct sim_cd *cd);
void sim_cd_attend(struct sim_cd *cd, u8 key, u8 asc, u8 ascq);
void sim_cd_pattern(const struct sim_cd *cd, u32 lba, u8 *out);

#endif
