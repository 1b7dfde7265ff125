/* hash.h - integer and string hashing. Pure. */
#ifndef KERNEL_HASH_H
#define KERNEL_HASH_H
#include <kernel/types.h>
static inline u32 hash_u32(u32 x, unsigned int bits)
{
	return (x * 0x61C88647u) >> (32 - bits);
}
static inline u32 hash_ptr(const void *p, unsigned int bits)
{
	return hash_u32((u32)(uintptr_t)p >> 3, bits);
}
static inline u32 hash_bytes(u32 seed, const char *s, size_t n)
{
	u32 h = seed ^ 2166136261u;

	while (n--)
		h = (h ^ (u8)*s++) * 16777619u;
	return h;
}
#endif
