/*
 * fd.h - ioctls of floppy drives in the Linux i386 ABI. Source: fd(4), <linux/fd.h> of the ABI.
 *
 * Programs are matched by the low 16 bits alone; the size in a number says how much of the
 * structure they know.
 */
#ifndef ABI_FD_H
#define ABI_FD_H

#include <kernel/types.h>

#define FD_MAJOR 2u

struct floppy_struct_abi {
	u32 size, sect, head, track, stretch;
	u8 gap, rate, spec1, fmt_gap;
	u32 name;
};
_Static_assert(sizeof(struct floppy_struct_abi) == 28, "floppy_struct");

struct format_descr_abi {
	u32 device, head, track;
};

struct floppy_max_errors_abi {
	u32 abort, read_track, reset, recal, reporting;
};

struct floppy_drive_params_abi {
	s8 cmos;
	u32 max_dtr, hlt, hut, srt, spinup, spindown; /* jiffies: hundredths of a second */
	u8 spindown_offset, select_delay, rps, tracks;
	u32 timeout;
	u8 interleave_sect;
	struct floppy_max_errors_abi max_errors;
	s8 flags, read_track;
	s16 autodetect[8];
	s32 checkfreq, native_format;
};
_Static_assert(sizeof(struct floppy_drive_params_abi) == 88, "floppy_drive_params");

struct floppy_drive_struct_abi {
	u32 flags; /* FD_* below */
	u32 spinup_date, select_date, first_read_date;
	s16 probed_format, track, maxblock, maxtrack;
	s32 generation, keep_data, fd_ref, fd_device;
	u32 last_checked, dmabuf;
	s32 bufblocks;
};
_Static_assert(sizeof(struct floppy_drive_struct_abi) == 52, "floppy_drive_struct");
#define FD_VERIFY	  2u
#define FD_DISK_NEWCHANGE 4u
#define FD_DISK_CHANGED	  16u
#define FD_DISK_WRITABLE  32u

struct floppy_fdc_state_abi {
	s32 spec1, spec2, dtr;
	u8 version, dor;
	u32 address;
	u32 bits;
	u32 driver_version;
	u8 track[4];
};
_Static_assert(sizeof(struct floppy_fdc_state_abi) == 32, "floppy_fdc_state");
#define FD_DRIVER_VERSION 0x100u
#define FDC_8272A	  0x20u
#define FDC_82077	  0x52u

struct floppy_write_errors_abi {
	u32 write_errors, first_error_sector;
	s32 first_error_generation;
	u32 last_error_sector;
	s32 last_error_generation;
	u32 badness;
};
_Static_assert(sizeof(struct floppy_write_errors_abi) == 24, "floppy_write_errors");

#define FD_STRETCH 1u

/* Bit 6: for those who opened it for writing; bit 7: for CAP_SYS_ADMIN. */
#define FDCLRPRM       0x00000241u
#define FDSETPRM       0x401c0242u
#define FDDEFPRM       0x401c0243u
#define FDGETPRM       0x801c0204u
#define FDMSGON	       0x00000245u
#define FDMSGOFF       0x00000246u
#define FDFMTBEG       0x00000247u
#define FDFMTTRK       0x400c0248u
#define FDFMTEND       0x00000249u
#define FDSETEMSGTRESH 0x0000024au
#define FDFLUSH	       0x0000024bu
#define FDSETMAXERRS   0x4014024cu
#define FDGETMAXERRS   0x8014020eu
#define FDGETDRVTYP    0x8010020fu
#define FDGETDRVPRM    0x80580211u
#define FDGETDRVSTAT   0x80340212u
#define FDPOLLDRVSTAT  0x80340213u
#define FDRESET	       0x00000254u
#define FDGETFDCSTAT   0x80200215u
#define FDWERRORCLR    0x00000256u
#define FDWERRORGET    0x80180217u
#define FDTWADDLE      0x00000259u
#define FDEJECT	       0x0000025au

#define FD_RESET_ALWAYS 2u

#endif
