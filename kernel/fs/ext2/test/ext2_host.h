/* ext2_host.h - an ext2 file system mounted on this host: fs_host.h with ext2. */
#ifndef EXT2_HOST_H
#define EXT2_HOST_H

#include "../../test/fs_host.h"
#include "../ext2_internal.h"

/* Before the first test that does not begin with a mount. */
void ext2_host_start(void);
int eh_mount(u8 *image, size_t size, const char *options, u32 flags);
/* FITRIM; *bytes becomes what was given back. */
int eh_fitrim(u64 start, u64 len, u64 least, u64 *bytes);
/* EXT4_IOC_RESIZE_FS */
int eh_resize(u64 blocks);

#endif
