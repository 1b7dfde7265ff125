/*
 * fat_name.h - names: UTF-8 outside; on disk 8.3 in code page 437, and long ones in UTF-16 spread
 * over the slots in front. Pure.
 *
 * Names differ in more than case, or are the same. A short name that is all lower case on disk (the
 * flags of Windows NT) is shown so; one that is made gets a long name beside it unless it is upper
 * case 8.3 anyway: what Linux's vfat calls shortname=mixed.
 */
#ifndef FAT_NAME_H
#define FAT_NAME_H

#include "fat_format.h"
#include <kernel/types.h>

struct fat_name {
	u32 len; /* units */
	u16 unit[LONG_NAME_MAX];
};

/*
 * Dots at the end do not count. -EINVAL: no UTF-8, empty, or a character that DOS and Windows do
 * not allow; -ENAMETOOLONG.
 */
int fat_name_from_utf8(struct fat_name *name, const char *text, u32 len);
/* Bytes written, without a NUL; 0: more than `size`. */
u32 fat_name_to_utf8(const struct fat_name *name, char *out, u32 size);
bool fat_name_equal(const struct fat_name *a, const struct fat_name *b);

/* ---- 8.3 ---- */
void fat_short_decode(const u8 *entry, struct fat_name *name);
u8 fat_short_checksum(const u8 *raw);
/*
 * The short name for a name, 11 bytes. *exact: it says everything, no long name is needed.
 * *lossless: it differs in case only; else a tail (~1) should tell that there is more.
 * False: nothing of the name is left (then the caller's tail is all).
 */
bool fat_short_make(const struct fat_name *name, u8 *raw, bool *exact, bool *lossless);
/* Puts "~n" behind as much of the base as has room. n up to 999999. */
void fat_short_tail(u8 *raw, u32 n);

/* ---- long names ---- */
static inline u32 fat_long_slots(const struct fat_name *name)
{
	return (name->len + LONG_UNITS - 1) / LONG_UNITS;
}
/* The slot with number `order` (1 is the one next to the short entry), of `slots`. */
void fat_long_encode(const struct fat_name *name, u32 order, u32 slots, u8 checksum, u8 *entry);

/* Putting one together from its slots, as they come when a directory is read upwards. */
struct fat_long {
	struct fat_name name;
	u32 missing; /* slots still to come */
	u32 slots;   /* 0: none begun */
	u8 checksum;
};
/* False: it does not fit to what came before, which is forgotten. */
bool fat_long_feed(struct fat_long *l, const u8 *entry);
/* Is it whole, and the name of this short entry? */
bool fat_long_matches(const struct fat_long *l, const u8 *entry);

#endif
