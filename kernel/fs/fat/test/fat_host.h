/* fat_host.h - a FAT volume mounted on this host: fs_host.h with FAT. */
#ifndef FAT_HOST_H
#define FAT_HOST_H

#include "../../test/fs_host.h"
#include "../fat_internal.h"

/* Before anything else. */
void fat_host_start(void);
/* short_only: as type msdos. */
int fat_host_mount(u8 *image, size_t size, bool short_only, const char *options, u32 flags);

#endif
