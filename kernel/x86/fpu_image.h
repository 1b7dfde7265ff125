/* fpu_image.h - the memory image of FXSAVE. Source: Intel SDM volume 1, 10.5.1. */
#ifndef X86_FPU_IMAGE_H
#define X86_FPU_IMAGE_H

#include <kernel/types.h>

struct fxsave_image {
	u16 fcw, fsw;
	u8 ftw, reserved;
	u16 fop;
	u32 fip;
	u16 fcs, reserved2;
	u32 foo;
	u16 fos, reserved3;
	u32 mxcsr, mxcsr_mask;
	u8 st[8][16];
	u8 xmm[8][16];
	u8 unused[224];
};
_Static_assert(sizeof(struct fxsave_image) == 512, "FXSAVE image");

#endif
