/* Any boot sector: a layout that stays on the device, or a refusal in words. */
// LINK: kernel/fs/fat/fat_layout.c kernel/lib/math64.c
#include <host/host.h>
#include "kernel/fs/fat/fat_format.h"
#include "kernel/fs/fat/fat_layout.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check(const struct fat_layout *l, u64 bytes)
{
	const u64 end = fat_cluster_sector(l, fat_last_cluster(l)) + l->cluster_sectors;
	const u64 table_bits = (u64)l->fat_sectors << (l->sector_bits + 3);

	if (end << l->sector_bits > bytes || !l->clusters)
		abort();
	if ((u64)(fat_last_cluster(l) + 1) * l->width > table_bits)
		abort();
	if (l->active >= l->fats || l->fat_start + (u64)l->fats * l->fat_sectors > l->data_start)
		abort();
	if (l->width == 32 ? !fat_cluster_ok(l, l->root_cluster) : !l->root_entries)
		abort();
	if (l->info_sector >= l->fat_start)
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 boot[BOOT_SIZE] = { 0 };
	const char *why = NULL;
	struct fat_layout l;
	u64 bytes = 0;

	if (size < sizeof(bytes))
		return 0;
	memcpy(&bytes, data, sizeof(bytes));
	bytes &= (1ull << 45) - 1;
	memcpy(boot, data + 8, min(size - 8, sizeof(boot)));
	if (!fat_layout_make(&l, boot, bytes, &why))
		check(&l, bytes);
	else if (!why)
		abort();
	return 0;
}
