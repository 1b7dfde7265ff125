/*
 * kd.h - console, keyboard and virtual terminal ioctls of the Linux i386 ABI.
 * Source: ioctl_console(2), <linux/kd.h>, <linux/vt.h>, <linux/tiocl.h> of the ABI.
 */
#ifndef ABI_KD_H
#define ABI_KD_H

#include <kernel/types.h>

#define GIO_FONT       0x4B60u
#define PIO_FONT       0x4B61u
#define GIO_FONTX      0x4B6Bu
#define PIO_FONTX      0x4B6Cu
#define PIO_FONTRESET  0x4B6Du
#define GIO_CMAP       0x4B70u
#define PIO_CMAP       0x4B71u
#define KIOCSOUND      0x4B2Fu
#define KDMKTONE       0x4B30u
#define KDGETLED       0x4B31u
#define KDSETLED       0x4B32u
#define KDGKBTYPE      0x4B33u
#define KDADDIO	       0x4B34u
#define KDDELIO	       0x4B35u
#define KDENABIO       0x4B36u
#define KDDISABIO      0x4B37u
#define KDSETMODE      0x4B3Au
#define KDGETMODE      0x4B3Bu
#define GIO_SCRNMAP    0x4B40u
#define PIO_SCRNMAP    0x4B41u
#define GIO_UNISCRNMAP 0x4B69u
#define PIO_UNISCRNMAP 0x4B6Au
#define GIO_UNIMAP     0x4B66u
#define PIO_UNIMAP     0x4B67u
#define PIO_UNIMAPCLR  0x4B68u
#define KDGKBMODE      0x4B44u
#define KDSKBMODE      0x4B45u
#define KDGKBENT       0x4B46u
#define KDSKBENT       0x4B47u
#define KDGKBSENT      0x4B48u
#define KDSKBSENT      0x4B49u
#define KDGKBDIACR     0x4B4Au
#define KDSKBDIACR     0x4B4Bu
#define KDGETKEYCODE   0x4B4Cu
#define KDSETKEYCODE   0x4B4Du
#define KDSIGACCEPT    0x4B4Eu
#define KDKBDREP       0x4B52u
#define KDGKBMETA      0x4B62u
#define KDSKBMETA      0x4B63u
#define KDGKBLED       0x4B64u
#define KDSKBLED       0x4B65u
#define KDFONTOP       0x4B72u
#define KDGKBDIACRUC   0x4BFAu
#define KDSKBDIACRUC   0x4BFBu

#define KD_TEXT	    0
#define KD_GRAPHICS 1
#define KD_TEXT0    2
#define KD_TEXT1    3
#define KB_101	    2

struct kbentry_abi {
	u8 kb_table, kb_index;
	u16 kb_value;
};
struct kbsentry_abi {
	u8 kb_func;
	u8 kb_string[512];
};
struct kbdiacr_abi {
	u8 diacr, base, result;
};
struct kbdiacrs_abi {
	u32 kb_cnt;
	struct kbdiacr_abi kbdiacr[256];
};
struct kbdiacruc_abi {
	u32 diacr, base, result;
};
struct kbdiacrsuc_abi {
	u32 kb_cnt;
	struct kbdiacruc_abi kbdiacruc[256];
};
struct kbkeycode_abi {
	u32 scancode, keycode;
};
struct kbd_repeat_abi {
	s32 delay, period; /* ms */
};
struct unipair_abi {
	u16 unicode, fontpos;
};
struct unimapdesc_abi {
	u16 entry_ct;
	u32 entries;
};
struct console_font_op_abi {
	u32 op, flags, width, height, charcount;
	u32 data;
};
_Static_assert(sizeof(struct kbsentry_abi) == 513, "kbsentry");
_Static_assert(sizeof(struct kbdiacrs_abi) == 772, "kbdiacrs");
_Static_assert(sizeof(struct kbdiacrsuc_abi) == 3076, "kbdiacrsuc");
_Static_assert(sizeof(struct unimapdesc_abi) == 8, "unimapdesc");
_Static_assert(sizeof(struct console_font_op_abi) == 24, "console_font_op");

#define KD_FONT_OP_SET	       0
#define KD_FONT_OP_GET	       1
#define KD_FONT_OP_SET_DEFAULT 2
#define KD_FONT_OP_COPY	       3

#define VT_OPENQRY	 0x5600u
#define VT_GETMODE	 0x5601u
#define VT_SETMODE	 0x5602u
#define VT_GETSTATE	 0x5603u
#define VT_SENDSIG	 0x5604u
#define VT_RELDISP	 0x5605u
#define VT_ACTIVATE	 0x5606u
#define VT_WAITACTIVE	 0x5607u
#define VT_DISALLOCATE	 0x5608u
#define VT_RESIZE	 0x5609u
#define VT_RESIZEX	 0x560Au
#define VT_LOCKSWITCH	 0x560Bu
#define VT_UNLOCKSWITCH	 0x560Cu
#define VT_GETHIFONTMASK 0x560Du

#define VT_AUTO	   0
#define VT_PROCESS 1
#define VT_ACKACQ  2

struct vt_mode_abi {
	u8 mode, waitv;
	s16 relsig, acqsig, frsig;
};
struct vt_stat_abi {
	u16 v_active, v_signal, v_state;
};
struct vt_sizes_abi {
	u16 v_rows, v_cols, v_scrollsize;
};
struct vt_consize_abi {
	u16 v_rows, v_cols, v_vlin, v_clin, v_vcol, v_ccol;
};
_Static_assert(sizeof(struct vt_mode_abi) == 8, "vt_mode");

#define TIOCL_SETSEL		2
#define TIOCL_PASTESEL		3
#define TIOCL_UNBLANKSCREEN	4
#define TIOCL_SELLOADLUT	5
#define TIOCL_GETSHIFTSTATE	6
#define TIOCL_GETMOUSEREPORTING 7
#define TIOCL_SETVESABLANK	10
#define TIOCL_SETKMSGREDIRECT	11
#define TIOCL_GETFGCONSOLE	12
#define TIOCL_SCROLLCONSOLE	13
#define TIOCL_BLANKSCREEN	14
#define TIOCL_BLANKEDSCREEN	15
#define TIOCL_GETKMSGREDIRECT	17

#endif
