"""FAT: layout, names, times."""
from .fault import Fault

LAYOUT = "kernel/fs/fat/fat_layout.c"
NAME = "kernel/fs/fat/fat_name.c"
TIME = "kernel/fs/fat/fat_time.c"

FAULTS = [
    Fault("fat-kind-by-4085-off", LAYOUT, "l->sector_bits) > FAT12_MAX\n", "l->sector_bits) > FAT12_MAX + 2\n"),
    Fault("fat-one-table", LAYOUT, "(u64)l->fats * l->fat_sectors + root_sectors", "(u64)l->fat_sectors + root_sectors"),
    Fault("fat-root-directory-left-out", LAYOUT, "(u64)l->fats * l->fat_sectors + root_sectors;", "(u64)l->fats * l->fat_sectors;"),
    Fault("fat-more-than-65535-sectors", LAYOUT, "\tif (!sectors)\n\t\tsectors = get_le32", "\tif (0)\n\t\tsectors = get_le32"),
    Fault("fat-longer-than-the-disk", LAYOUT, "\tsectors = min(sectors, device);\n", ""),
    Fault("fat-table-too-short", LAYOUT, "(u32)min_t(u64, l->clusters, entries - FAT_FIRST_CLUSTER)", "l->clusters"),
    Fault("fat-cluster-of-3-sectors", LAYOUT, "\tif (!is_power_of_two(l->cluster_sectors))\n", "\tif (!l->cluster_sectors)\n"),
    Fault("fat-mirror-flag-ignored", LAYOUT, "\t\tl->mirror = false;\n", ""),
    Fault("fat-root-cluster-unchecked", LAYOUT, "if (!*why && l->width == 32 && !fat_cluster_ok(l, l->root_cluster))", "if (0)"),
    Fault("fat-name-checksum", NAME, "(u8)((sum >> 1 | sum << 7) + raw[i])", "(u8)((sum << 1 | sum >> 7) + raw[i])"),
    Fault("fat-name-kanji", NAME, "\tif (raw[0] == ENTRY_KANJI_E5)\n\t\traw[0] = ENTRY_DELETED;\n", ""),
]
