/*
 * cdrom.h - ioctls of CD drives in the Linux i386 ABI. Source: cdrom(4), <linux/cdrom.h> of the
 * ABI.
 */
#ifndef ABI_CDROM_H
#define ABI_CDROM_H

#include <kernel/types.h>

#define CDROMPAUSE		 0x5301u
#define CDROMRESUME		 0x5302u
#define CDROMPLAYMSF		 0x5303u
#define CDROMPLAYTRKIND		 0x5304u
#define CDROMREADTOCHDR		 0x5305u
#define CDROMREADTOCENTRY	 0x5306u
#define CDROMSTOP		 0x5307u
#define CDROMSTART		 0x5308u
#define CDROMEJECT		 0x5309u
#define CDROMVOLCTRL		 0x530au
#define CDROMSUBCHNL		 0x530bu
#define CDROMREADMODE2		 0x530cu
#define CDROMREADMODE1		 0x530du
#define CDROMREADAUDIO		 0x530eu
#define CDROMEJECT_SW		 0x530fu
#define CDROMMULTISESSION	 0x5310u
#define CDROM_GET_MCN		 0x5311u
#define CDROMRESET		 0x5312u
#define CDROMVOLREAD		 0x5313u
#define CDROMREADRAW		 0x5314u
#define CDROMSEEK		 0x5316u
#define CDROMPLAYBLK		 0x5317u
#define CDROMCLOSETRAY		 0x5319u
#define CDROM_SET_OPTIONS	 0x5320u
#define CDROM_CLEAR_OPTIONS	 0x5321u
#define CDROM_SELECT_SPEED	 0x5322u
#define CDROM_SELECT_DISC	 0x5323u
#define CDROM_MEDIA_CHANGED	 0x5325u
#define CDROM_DRIVE_STATUS	 0x5326u
#define CDROM_DISC_STATUS	 0x5327u
#define CDROM_CHANGER_NSLOTS	 0x5328u
#define CDROM_LOCKDOOR		 0x5329u
#define CDROM_DEBUG		 0x5330u
#define CDROM_GET_CAPABILITY	 0x5331u
#define CDROM_SEND_PACKET	 0x5393u
#define CDROM_LAST_WRITTEN	 0x5395u
#define CDROM_TIMED_MEDIA_CHANGE 0x5396u

union cdrom_addr_abi {
	u8 msf[4]; /* minute, second, frame */
	s32 lba;
};
#define CDROM_LBA 1
#define CDROM_MSF 2

struct cdrom_msf_abi {
	u8 start[3], end[3]; /* minute, second, frame */
};
_Static_assert(sizeof(struct cdrom_msf_abi) == 6, "cdrom_msf");

struct cdrom_ti_abi {
	u8 trk0, ind0, trk1, ind1;
};
_Static_assert(sizeof(struct cdrom_ti_abi) == 4, "cdrom_ti");

struct cdrom_tochdr_abi {
	u8 trk0, trk1;
};
_Static_assert(sizeof(struct cdrom_tochdr_abi) == 2, "cdrom_tochdr");

struct cdrom_volctrl_abi {
	u8 channel[4];
};
_Static_assert(sizeof(struct cdrom_volctrl_abi) == 4, "cdrom_volctrl");

struct cdrom_subchnl_abi {
	u8 format, audiostatus;
	u8 adr_ctrl; /* control in the upper half */
	u8 trk, ind, pad[3];
	union cdrom_addr_abi absaddr, reladdr;
};
_Static_assert(sizeof(struct cdrom_subchnl_abi) == 16, "cdrom_subchnl");

struct cdrom_tocentry_abi {
	u8 track;
	u8 adr_ctrl; /* control in the upper half */
	u8 format, pad;
	union cdrom_addr_abi addr;
	u8 datamode, pad2[3];
};
_Static_assert(sizeof(struct cdrom_tocentry_abi) == 12, "cdrom_tocentry");
#define CDROM_DATA_TRACK 4
#define CDROM_LEADOUT	 0xAAu

struct cdrom_read_abi {
	s32 lba;
	u32 bufaddr; /* user pointer */
	s32 buflen;
};
_Static_assert(sizeof(struct cdrom_read_abi) == 12, "cdrom_read");

struct cdrom_read_audio_abi {
	union cdrom_addr_abi addr;
	u8 addr_format, pad[3];
	s32 nframes;
	u32 buf; /* user pointer */
};
_Static_assert(sizeof(struct cdrom_read_audio_abi) == 16, "cdrom_read_audio");

struct cdrom_multisession_abi {
	union cdrom_addr_abi addr;
	u8 xa_flag, addr_format, pad[2];
};
_Static_assert(sizeof(struct cdrom_multisession_abi) == 8, "cdrom_multisession");

struct cdrom_mcn_abi {
	char number[14];
};
_Static_assert(sizeof(struct cdrom_mcn_abi) == 14, "cdrom_mcn");

struct cdrom_blk_abi {
	u32 from;
	u16 len, pad;
};
_Static_assert(sizeof(struct cdrom_blk_abi) == 8, "cdrom_blk");

struct cdrom_generic_command_abi {
	u8 cmd[12];
	u32 buffer; /* user pointer */
	u32 buflen;
	s32 stat;
	u32 sense; /* user pointer */
	u8 data_direction, pad[3];
	s32 quiet, timeout; /* 1/100 s */
	u32 reserved;
};
_Static_assert(sizeof(struct cdrom_generic_command_abi) == 44, "cdrom_generic_command");
#define CGC_DATA_UNKNOWN 0
#define CGC_DATA_WRITE	 1
#define CGC_DATA_READ	 2
#define CGC_DATA_NONE	 3

struct cdrom_timed_media_change_abi {
	s64 last_media_change; /* ms */
	u64 media_flags;
};
_Static_assert(sizeof(struct cdrom_timed_media_change_abi) == 16, "cdrom_timed_media_change_info");
#define MEDIA_CHANGED_FLAG 1u

/* CDROM_GET_CAPABILITY */
#define CDC_CLOSE_TRAY	   0x1u
#define CDC_OPEN_TRAY	   0x2u
#define CDC_LOCK	   0x4u
#define CDC_SELECT_SPEED   0x8u
#define CDC_SELECT_DISC	   0x10u
#define CDC_MULTI_SESSION  0x20u
#define CDC_MCN		   0x40u
#define CDC_MEDIA_CHANGED  0x80u
#define CDC_PLAY_AUDIO	   0x100u
#define CDC_RESET	   0x200u
#define CDC_DRIVE_STATUS   0x800u
#define CDC_GENERIC_PACKET 0x1000u
#define CDC_CD_R	   0x2000u
#define CDC_CD_RW	   0x4000u
#define CDC_DVD		   0x8000u
#define CDC_DVD_R	   0x10000u
#define CDC_DVD_RAM	   0x20000u
#define CDC_MO_DRIVE	   0x40000u
#define CDC_MRW		   0x80000u
#define CDC_MRW_W	   0x100000u
#define CDC_RAM		   0x200000u

/* CDROM_DRIVE_STATUS, CDROM_DISC_STATUS */
#define CDS_NO_INFO	    0
#define CDS_NO_DISC	    1
#define CDS_TRAY_OPEN	    2
#define CDS_DRIVE_NOT_READY 3
#define CDS_DISC_OK	    4
#define CDS_AUDIO	    100
#define CDS_DATA_1	    101
#define CDS_MIXED	    105

/* CDROM_SET_OPTIONS */
#define CDO_AUTO_CLOSE 0x1u
#define CDO_AUTO_EJECT 0x2u
#define CDO_USE_FFLAGS 0x4u
#define CDO_LOCK       0x8u
#define CDO_CHECK_TYPE 0x10u

#define CDSL_NONE    0x7ffffffeu
#define CDSL_CURRENT 0x7fffffffu

#endif
