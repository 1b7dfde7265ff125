/* dirent.h - directory entries of getdents64, getdents and the old readdir. d_name is
 * NUL-terminated; getdents keeps the type in the record's last byte. */
#ifndef ABI_DIRENT_H
#define ABI_DIRENT_H

#include <kernel/types.h>

struct dirent64_abi {
	u64 ino __aligned(4);
	s64 off __aligned(4);
	u16 reclen;
	u8 type;
	char name[];
} __packed;
struct dirent_abi {
	u32 ino, off;
	u16 reclen;
	char name[];
} __packed;
struct old_dirent_abi {
	u32 ino, off;
	u16 namlen;
	char name[];
} __packed;
_Static_assert(offsetof(struct dirent64_abi, name) == 19, "struct dirent64");
_Static_assert(offsetof(struct dirent_abi, name) == 10, "struct dirent");

#endif
