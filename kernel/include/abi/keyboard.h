/*
 * keyboard.h - numbers of the Linux keyboard ABI: key table entries and shift states.
 *
 * An entry of a key table is a u16: K(type, value) with a type below 16, or a Unicode character
 * XORed with 0xF000, so that everything whose type byte is 0xF0 or more is one of the former
 * (stored as 0xF000 + K()) and what is less is a character. User space sees K() itself through
 * KDGKBENT, or U+x ^ 0xF000. Source: keyboard(5), ioctl_kd(2), <linux/keyboard.h> of the ABI.
 */
#ifndef ABI_KEYBOARD_H
#define ABI_KEYBOARD_H

/* Bits of the shift state, which is the index of the key table. */
#define KG_SHIFT     0
#define KG_ALTGR     1
#define KG_CTRL	     2
#define KG_ALT	     3
#define KG_SHIFTL    4
#define KG_KANASHIFT 4
#define KG_SHIFTR    5
#define KG_CTRLL     6
#define KG_CTRLR     7
#define KG_CAPSSHIFT 8
#define NR_SHIFT     9

#define NR_KEYS	       256
#define MAX_NR_KEYMAPS 256
#define MAX_NR_FUNC    256
#define MAX_DIACR      256

#define KT_LATIN  0
#define KT_FN	  1
#define KT_SPEC	  2
#define KT_PAD	  3
#define KT_DEAD	  4
#define KT_CONS	  5
#define KT_CUR	  6
#define KT_SHIFT  7
#define KT_META	  8
#define KT_ASCII  9
#define KT_LOCK	  10
#define KT_LETTER 11
#define KT_SLOCK  12
#define KT_DEAD2  13
#define KT_BRL	  14
#define KT_COUNT  15

#define K(t, v) (((t) << 8) | (v))
#define KTYP(x) ((x) >> 8)
#define KVAL(x) ((x)&0xff)

/* KT_FN: function keys; the value indexes the table of strings. */
#define K_F(n)	 K(KT_FN, (n) <= 20 ? (n)-1 : (n) + 9)
#define K_FIND	 K(KT_FN, 20)
#define K_INSERT K(KT_FN, 21)
#define K_REMOVE K(KT_FN, 22)
#define K_SELECT K(KT_FN, 23)
#define K_PGUP	 K(KT_FN, 24)
#define K_PGDN	 K(KT_FN, 25)
#define K_MACRO	 K(KT_FN, 26)
#define K_HELP	 K(KT_FN, 27)
#define K_DO	 K(KT_FN, 28)
#define K_PAUSE	 K(KT_FN, 29)

#define K_HOLE	       K(KT_SPEC, 0)
#define K_ENTER	       K(KT_SPEC, 1)
#define K_SH_REGS      K(KT_SPEC, 2)
#define K_SH_MEM       K(KT_SPEC, 3)
#define K_SH_STAT      K(KT_SPEC, 4)
#define K_BREAK	       K(KT_SPEC, 5)
#define K_CONS	       K(KT_SPEC, 6)
#define K_CAPS	       K(KT_SPEC, 7)
#define K_NUM	       K(KT_SPEC, 8)
#define K_HOLD	       K(KT_SPEC, 9)
#define K_SCROLLFORW   K(KT_SPEC, 10)
#define K_SCROLLBACK   K(KT_SPEC, 11)
#define K_BOOT	       K(KT_SPEC, 12)
#define K_CAPSON       K(KT_SPEC, 13)
#define K_COMPOSE      K(KT_SPEC, 14)
#define K_SAK	       K(KT_SPEC, 15)
#define K_DECRCONSOLE  K(KT_SPEC, 16)
#define K_INCRCONSOLE  K(KT_SPEC, 17)
#define K_SPAWNCONSOLE K(KT_SPEC, 18)
#define K_BARENUMLOCK  K(KT_SPEC, 19)
#define NR_SPEC	       20
#define K_ALLOCATED    K(KT_SPEC, 126) /* first entry of a table made at run time */
#define K_NOSUCHMAP    K(KT_SPEC, 127) /* KDGKBENT: no such table; KDSKBENT: free it */

#define K_P(n)	     K(KT_PAD, n)
#define K_PPLUS	     K(KT_PAD, 10)
#define K_PMINUS     K(KT_PAD, 11)
#define K_PSTAR	     K(KT_PAD, 12)
#define K_PSLASH     K(KT_PAD, 13)
#define K_PENTER     K(KT_PAD, 14)
#define K_PCOMMA     K(KT_PAD, 15)
#define K_PDOT	     K(KT_PAD, 16)
#define K_PPLUSMINUS K(KT_PAD, 17)
#define K_PPARENL    K(KT_PAD, 18)
#define K_PPARENR    K(KT_PAD, 19)
#define NR_PAD	     20

#define NR_DEAD	 27
#define NR_ASCII 26
#define NR_LOCK	 9
#define NR_BRL	 11

#define K_DOWN	K(KT_CUR, 0)
#define K_LEFT	K(KT_CUR, 1)
#define K_RIGHT K(KT_CUR, 2)
#define K_UP	K(KT_CUR, 3)

#define K_SHIFT	    K(KT_SHIFT, KG_SHIFT)
#define K_ALTGR	    K(KT_SHIFT, KG_ALTGR)
#define K_CTRL	    K(KT_SHIFT, KG_CTRL)
#define K_ALT	    K(KT_SHIFT, KG_ALT)
#define K_SHIFTL    K(KT_SHIFT, KG_SHIFTL)
#define K_SHIFTR    K(KT_SHIFT, KG_SHIFTR)
#define K_CTRLL	    K(KT_SHIFT, KG_CTRLL)
#define K_CTRLR	    K(KT_SHIFT, KG_CTRLR)
#define K_CAPSSHIFT K(KT_SHIFT, KG_CAPSSHIFT)

#define K_ASC(n) K(KT_ASCII, n)

/* KDGKBMODE, KDSKBMODE */
#define K_RAW	    0
#define K_XLATE	    1
#define K_MEDIUMRAW 2
#define K_UNICODE   3
#define K_OFF	    4

/* KDGKBMETA, KDSKBMETA */
#define K_METABIT   3
#define K_ESCPREFIX 4

/* KDGKBLED, KDSKBLED (flags) and KDGETLED, KDSETLED (lights) */
#define LED_SCR 1
#define LED_NUM 2
#define LED_CAP 4

#endif
