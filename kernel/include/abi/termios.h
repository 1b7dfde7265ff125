/*
 * termios.h - terminals in the Linux i386 ABI: mode words, ioctl numbers, structures.
 * Source: termios(3), ioctl_tty(2), <asm-generic/termbits.h> and <asm-generic/ioctls.h> of the ABI.
 */
#ifndef ABI_TERMIOS_H
#define ABI_TERMIOS_H

#include <kernel/types.h>

#define NCC  8
#define NCCS 19

struct termio_abi {
	u16 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCC];
};
struct termios_abi {
	u32 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCCS];
};
struct termios2_abi {
	u32 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCCS];
	u32 c_ispeed, c_ospeed;
};
struct winsize_abi {
	u16 ws_row, ws_col, ws_xpixel, ws_ypixel;
};
_Static_assert(sizeof(struct termio_abi) == 18, "termio");
_Static_assert(sizeof(struct termios_abi) == 36, "termios");
_Static_assert(sizeof(struct termios2_abi) == 44, "termios2");
_Static_assert(sizeof(struct winsize_abi) == 8, "winsize");

#define VINTR	 0
#define VQUIT	 1
#define VERASE	 2
#define VKILL	 3
#define VEOF	 4
#define VTIME	 5
#define VMIN	 6
#define VSWTC	 7
#define VSTART	 8
#define VSTOP	 9
#define VSUSP	 10
#define VEOL	 11
#define VREPRINT 12
#define VDISCARD 13
#define VWERASE	 14
#define VLNEXT	 15
#define VEOL2	 16

#define IGNBRK	0x0001u
#define BRKINT	0x0002u
#define IGNPAR	0x0004u
#define PARMRK	0x0008u
#define INPCK	0x0010u
#define ISTRIP	0x0020u
#define INLCR	0x0040u
#define IGNCR	0x0080u
#define ICRNL	0x0100u
#define IUCLC	0x0200u
#define IXON	0x0400u
#define IXANY	0x0800u
#define IXOFF	0x1000u
#define IMAXBEL 0x2000u
#define IUTF8	0x4000u

#define OPOST  0x0001u
#define OLCUC  0x0002u
#define ONLCR  0x0004u
#define OCRNL  0x0008u
#define ONOCR  0x0010u
#define ONLRET 0x0020u
#define TABDLY 0x1800u
#define XTABS  0x1800u

#define CBAUD	0x100fu
#define CSIZE	0x0030u
#define CS5	0x0000u
#define CS6	0x0010u
#define CS7	0x0020u
#define CS8	0x0030u
#define CSTOPB	0x0040u
#define CREAD	0x0080u
#define PARENB	0x0100u
#define PARODD	0x0200u
#define HUPCL	0x0400u
#define CLOCAL	0x0800u
#define CBAUDEX 0x1000u
#define BOTHER	0x1000u
#define CIBAUD	0x100f0000u
#define CMSPAR	0x40000000u
#define CRTSCTS 0x80000000u
#define IBSHIFT 16
#define B9600	0x000du
#define B38400	0x000fu

#define ISIG	0x0001u
#define ICANON	0x0002u
#define XCASE	0x0004u
#define ECHO	0x0008u
#define ECHOE	0x0010u
#define ECHOK	0x0020u
#define ECHONL	0x0040u
#define NOFLSH	0x0080u
#define TOSTOP	0x0100u
#define ECHOCTL 0x0200u
#define ECHOPRT 0x0400u
#define ECHOKE	0x0800u
#define FLUSHO	0x1000u
#define PENDIN	0x4000u
#define IEXTEN	0x8000u
#define EXTPROC 0x10000u

/* TCXONC, TCFLSH */
#define TCOOFF	  0
#define TCOON	  1
#define TCIOFF	  2
#define TCION	  3
#define TCIFLUSH  0
#define TCOFLUSH  1
#define TCIOFLUSH 2

#define TCGETS	       0x5401u
#define TCSETS	       0x5402u
#define TCSETSW	       0x5403u
#define TCSETSF	       0x5404u
#define TCGETA	       0x5405u
#define TCSETA	       0x5406u
#define TCSETAW	       0x5407u
#define TCSETAF	       0x5408u
#define TCSBRK	       0x5409u
#define TCXONC	       0x540Au
#define TCFLSH	       0x540Bu
#define TIOCEXCL       0x540Cu
#define TIOCNXCL       0x540Du
#define TIOCSCTTY      0x540Eu
#define TIOCGPGRP      0x540Fu
#define TIOCSPGRP      0x5410u
#define TIOCOUTQ       0x5411u
#define TIOCSTI	       0x5412u
#define TIOCGWINSZ     0x5413u
#define TIOCSWINSZ     0x5414u
#define TIOCMGET       0x5415u
#define TIOCMBIS       0x5416u
#define TIOCMBIC       0x5417u
#define TIOCMSET       0x5418u
#define TIOCGSOFTCAR   0x5419u
#define TIOCSSOFTCAR   0x541Au
#define TIOCINQ	       0x541Bu
#define TIOCLINUX      0x541Cu
#define TIOCCONS       0x541Du
#define TIOCGSERIAL    0x541Eu
#define TIOCSSERIAL    0x541Fu
#define TIOCPKT	       0x5420u
#define TIOCNOTTY      0x5422u
#define TIOCSETD       0x5423u
#define TIOCGETD       0x5424u
#define TCSBRKP	       0x5425u
#define TIOCSBRK       0x5427u
#define TIOCCBRK       0x5428u
#define TIOCGSID       0x5429u
#define TCGETS2	       0x802C542Au
#define TCSETS2	       0x402C542Bu
#define TCSETSW2       0x402C542Cu
#define TCSETSF2       0x402C542Du
#define TIOCGPTN       0x80045430u
#define TIOCSPTLCK     0x40045431u
#define TIOCGDEV       0x80045432u
#define TIOCSIG	       0x40045436u
#define TIOCVHANGUP    0x5437u
#define TIOCGPKT       0x80045438u
#define TIOCGPTLCK     0x80045439u
#define TIOCGEXCL      0x80045440u
#define TIOCGPTPEER    0x5441u
#define TIOCMIWAIT     0x545Cu
#define TIOCGICOUNT    0x545Du
#define TIOCSERGETLSR  0x5459u
#define TIOCGLCKTRMIOS 0x5456u
#define TIOCSLCKTRMIOS 0x5457u

#define TIOCSER_TEMT 1

/* TIOCPKT */
#define TIOCPKT_DATA	   0
#define TIOCPKT_FLUSHREAD  1
#define TIOCPKT_FLUSHWRITE 2
#define TIOCPKT_STOP	   4
#define TIOCPKT_START	   8
#define TIOCPKT_NOSTOP	   16
#define TIOCPKT_DOSTOP	   32

/* TIOCMGET */
#define TIOCM_DTR  0x002
#define TIOCM_RTS  0x004
#define TIOCM_CTS  0x020
#define TIOCM_CAR  0x040
#define TIOCM_RNG  0x080
#define TIOCM_DSR  0x100
#define TIOCM_OUT1 0x2000
#define TIOCM_OUT2 0x4000
#define TIOCM_LOOP 0x8000

#endif
