/* user_desc.c - between struct user_desc and segment descriptors; what an LDT takes. */
#include <kernel/errno.h>
#include "user_desc.h"

#define DESC_ALL 0x7fu

bool user_desc_is_empty(const struct user_desc_abi *d)
{
	return !d->base && !d->limit &&
	       (d->flags & DESC_ALL) == (DESC_READ_ONLY | DESC_NOT_PRESENT);
}

bool user_desc_is_zero(const struct user_desc_abi *d)
{
	return !d->base && !d->limit && !(d->flags & DESC_ALL);
}

u64 user_desc_encode(const struct user_desc_abi *d)
{
	u32 low, high, limit = d->limit;

	low = (d->base & 0xffff) << 16 | (limit & 0xffff);
	high = (d->base & 0xff000000) | (d->base >> 16 & 0xff) | (limit & 0xf0000);
	high |= 0x7100; /* ring 3, code or data, accessed */
	high |= d->flags & DESC_READ_ONLY ? 0 : 0x200;
	high |= (d->flags & DESC_CONTENTS) << 9;
	high |= d->flags & DESC_NOT_PRESENT ? 0 : 0x8000;
	high |= d->flags & DESC_SEG_32BIT ? 0x400000 : 0;
	high |= d->flags & DESC_PAGES ? 0x800000 : 0;
	high |= d->flags & DESC_USEABLE ? 0x100000 : 0;
	return (u64)high << 32 | low;
}

void user_desc_decode(u64 desc, u32 entry, struct user_desc_abi *d)
{
	u32 low = (u32)desc, high = (u32)(desc >> 32);

	*d = (struct user_desc_abi){ .entry = entry };
	if (!desc) {
		d->flags = DESC_READ_ONLY | DESC_NOT_PRESENT;
		return;
	}
	d->base = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000);
	d->limit = (low & 0xffff) | (high & 0xf0000);
	d->flags = (high & 0x400000 ? DESC_SEG_32BIT : 0) | (high >> 9 & DESC_CONTENTS) |
		   (high & 0x200 ? 0 : DESC_READ_ONLY) | (high & 0x800000 ? DESC_PAGES : 0) |
		   (high & 0x8000 ? 0 : DESC_NOT_PRESENT) | (high & 0x100000 ? DESC_USEABLE : 0);
}

/* A conforming code segment that is present could be entered from other rings. */
static bool ldt_refuses(const struct user_desc_abi *d, bool old)
{
	return (d->flags & DESC_CONTENTS) == DESC_CONFORMING &&
	       (old || !(d->flags & DESC_NOT_PRESENT));
}

int user_desc_to_ldt(const struct user_desc_abi *d, bool old, u64 *desc)
{
	struct user_desc_abi plain = *d;

	if (ldt_refuses(d, old))
		return -EINVAL;
	if (old)
		plain.flags &= ~DESC_USEABLE;
	*desc = user_desc_is_empty(d) || (old && !d->base && !d->limit) ? 0
									: user_desc_encode(&plain);
	return 0;
}
