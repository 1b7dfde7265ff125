/* input.h - /dev/input/eventN in the Linux i386 ABI. Source: <linux/input.h> of the ABI. */
#ifndef ABI_INPUT_H
#define ABI_INPUT_H

#include <kernel/types.h>

struct input_event_abi {
	u32 sec, usec;
	u16 type, code;
	s32 value;
};
struct input_id_abi {
	u16 bustype, vendor, product, version;
};
_Static_assert(sizeof(struct input_event_abi) == 16, "input_event");

#define EV_VERSION  0x010001
#define SYN_REPORT  0
#define SYN_DROPPED 3
#define EVIOC_TYPE  'E'
/* Parts of an ioctl number. */
#define IOC_NR(cmd)   ((cmd)&0xff)
#define IOC_TYPE(cmd) (((cmd) >> 8) & 0xff)
#define IOC_SIZE(cmd) (((cmd) >> 16) & 0x3fff)
#define IOC_DIR(cmd)  ((cmd) >> 30)
#define IOC_WRITE     1u
#define IOC_READ      2u

#define EVIOC_NR_VERSION 0x01
#define EVIOC_NR_ID	 0x02
#define EVIOC_NR_REP	 0x03
#define EVIOC_NR_KEYCODE 0x04
#define EVIOC_NR_NAME	 0x06
#define EVIOC_NR_PHYS	 0x07
#define EVIOC_NR_UNIQ	 0x08
#define EVIOC_NR_PROP	 0x09
#define EVIOC_NR_KEY	 0x18
#define EVIOC_NR_LED	 0x19
#define EVIOC_NR_SND	 0x1a
#define EVIOC_NR_SW	 0x1b
#define EVIOC_NR_BIT	 0x20 /* + EV_* */
#define EVIOC_NR_GRAB	 0x90
#define EVIOC_NR_REVOKE	 0x91
#define EVIOC_NR_CLOCK	 0xa0

#endif
