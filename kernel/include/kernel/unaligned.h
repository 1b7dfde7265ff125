/*
 * unaligned.h - numbers in structures on disks: either byte order, any address. Pure.
 */
#ifndef KERNEL_UNALIGNED_H
#define KERNEL_UNALIGNED_H

#include <kernel/types.h>

static inline u16 get_le16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[0] | b[1] << 8);
}
static inline u32 get_le32(const void *p)
{
	const u8 *b = p;

	return (u32)get_le16(b) | (u32)get_le16(b + 2) << 16;
}
static inline u64 get_le64(const void *p)
{
	const u8 *b = p;

	return get_le32(b) | (u64)get_le32(b + 4) << 32;
}
static inline u16 get_be16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[0] << 8 | b[1]);
}
static inline u32 get_be32(const void *p)
{
	const u8 *b = p;

	return (u32)get_be16(b) << 16 | get_be16(b + 2);
}
static inline void put_be16(void *p, u32 value)
{
	u8 *b = p;

	b[0] = (u8)(value >> 8);
	b[1] = (u8)value;
}
static inline void put_be32(void *p, u32 value)
{
	u8 *b = p;

	b[0] = (u8)(value >> 24);
	b[1] = (u8)(value >> 16);
	b[2] = (u8)(value >> 8);
	b[3] = (u8)value;
}
static inline void put_le16(void *p, u16 v)
{
	u8 *b = p;

	b[0] = (u8)v;
	b[1] = (u8)(v >> 8);
}
static inline void put_le32(void *p, u32 v)
{
	put_le16(p, (u16)v);
	put_le16((u8 *)p + 2, (u16)(v >> 16));
}

#endif
