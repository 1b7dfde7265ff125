/*
 * sysfs_memmap.c - /sys/firmware/memmap: the memory map as the firmware told it.
 *
 * Source: Linux Documentation/ABI/testing/sysfs-firmware-memmap.
 */
#include "sysfs_internal.h"
#include <kernel/arch.h>
#include <kernel/printk.h>

static bool range_of(const struct knode *dir, struct firmware_range *range)
{
	return arch_firmware_range((unsigned int)(uintptr_t)dir->private, range);
}

static int show_start(struct seq *s, struct knode *dir, const void *arg)
{
	struct firmware_range range;

	if (range_of(dir, &range))
		seq_printf(s, "0x%llx\n", range.start);
	return 0;
}

static int show_end(struct seq *s, struct knode *dir, const void *arg)
{
	struct firmware_range range;

	if (range_of(dir, &range))
		seq_printf(s, "0x%llx\n", range.end);
	return 0;
}

static int show_type(struct seq *s, struct knode *dir, const void *arg)
{
	struct firmware_range range;

	if (range_of(dir, &range))
		seq_printf(s, "%s\n", range.type);
	return 0;
}

static const struct knode_file files[] = {
	{ .name = "end", .mode = 0444, .show = show_end },
	{ .name = "start", .mode = 0444, .show = show_start },
	{ .name = "type", .mode = 0444, .show = show_type },
};

void sysfs_add_memmap(struct knode *dir)
{
	struct firmware_range range;
	char name[12];

	for (unsigned int i = 0; !IS_ERR(dir) && arch_firmware_range(i, &range); i++) {
		struct knode *node;

		scnprintf(name, sizeof(name), "%u", i);
		node = knode_mkdir(dir, name, (void *)(uintptr_t)i);
		if (!IS_ERR(node))
			(void)knode_add_files(node, files, ARRAY_SIZE(files));
	}
}
