/* ioctl.h - ioctl numbers of the Linux i386 ABI that concern any descriptor (asm-generic/ioctls.h).
 */
#ifndef ABI_IOCTL_H
#define ABI_IOCTL_H

#define FIONCLEX	  0x5450u
#define FIOCLEX		  0x5451u
#define FIOASYNC	  0x5452u
#define FIOQSIZE	  0x5460u
#define FIONBIO		  0x5421u
#define FIONREAD	  0x541bu
#define SIOCINQ		  0x541bu
#define SIOCOUTQ	  0x5411u
#define FIOSETOWN	  0x8901u
#define SIOCSPGRP	  0x8902u
#define FIOGETOWN	  0x8903u
#define SIOCGPGRP	  0x8904u
#define SIOCATMARK	  0x8905u
#define TFD_IOC_SET_TICKS 0x40085400u

#endif
