/*
 * fpu_convert.c - between the images of FNSAVE and FXSAVE. Pure.
 *
 * They differ in the tag word (two bits of classification a register against one of presence) and
 * in the distance between registers. Source: Intel SDM volume 1, 8.1.10 and 10.5.1.
 */
#include <kernel/string.h>
#include <abi/ptrace.h>
#include <arch/fpu.h>
#include "fpu_image.h"

#define TAG_VALID   0u
#define TAG_ZERO    1u
#define TAG_SPECIAL 2u
#define TAG_EMPTY   3u

static unsigned int classify(const u8 *st)
{
	u32 lo, hi;
	u16 exponent;

	memcpy(&lo, st, 4);
	memcpy(&hi, st + 4, 4);
	memcpy(&exponent, st + 8, 2);
	exponent &= 0x7fff;
	if (exponent == 0x7fff)
		return TAG_SPECIAL;
	if (!exponent)
		return lo | hi ? TAG_SPECIAL : TAG_ZERO;
	return hi & 0x80000000u ? TAG_VALID : TAG_SPECIAL;
}

static u32 full_tags(const struct fxsave_image *fx)
{
	unsigned int top = (fx->fsw >> 11) & 7;
	u32 tags = 0;

	for (unsigned int i = 0; i < 8; i++) {
		unsigned int tag = TAG_EMPTY;

		if (fx->ftw & (1u << i))
			tag = classify(fx->st[(i - top) & 7]);
		tags |= tag << (2 * i);
	}
	return tags;
}

void fpu_fnsave_from_fxsave(struct user_fpregs_abi *out, const void *fx512)
{
	const struct fxsave_image *fx = fx512;

	out->cwd = fx->fcw | 0xffff0000u;
	out->swd = fx->fsw | 0xffff0000u;
	out->twd = full_tags(fx) | 0xffff0000u;
	out->fip = fx->fip;
	out->fcs = fx->fcs | (u32)fx->fop << 16;
	out->foo = fx->foo;
	out->fos = fx->fos | 0xffff0000u;
	for (unsigned int i = 0; i < 8; i++)
		memcpy((u8 *)out->st_space + 10 * i, fx->st[i], 10);
}

void fpu_fxsave_from_fnsave(void *fx512, const struct user_fpregs_abi *in)
{
	struct fxsave_image *fx = fx512;

	fx->fcw = (u16)in->cwd;
	fx->fsw = (u16)in->swd;
	fx->ftw = 0;
	for (unsigned int i = 0; i < 8; i++)
		if (((in->twd >> (2 * i)) & 3) != TAG_EMPTY)
			fx->ftw |= (u8)(1u << i);
	fx->fip = in->fip;
	fx->fcs = (u16)in->fcs;
	fx->fop = (u16)(in->fcs >> 16);
	fx->foo = in->foo;
	fx->fos = (u16)in->fos;
	for (unsigned int i = 0; i < 8; i++)
		memcpy(fx->st[i], (const u8 *)in->st_space + 10 * i, 10);
}
