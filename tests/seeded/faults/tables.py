"""Partition tables."""
from .fault import Fault

GPT = "kernel/block/gpt.c"
MBR = "kernel/block/mbr.c"
SCAN = "kernel/block/part_scan.c"

FAULTS = [
    Fault("mbr-signature-not-asked-for", MBR, "\tif (get_le16(sector + OFFSET_MAGIC) != MBR_MAGIC)\n\t\treturn false;\n", ""),
    Fault("mbr-start-is-count", MBR, ".start = get_le32(entry + 8),", ".start = get_le32(entry + 12),"),
    Fault("mbr-boot-sector-is-a-table", MBR, "return has_fat_parameters(sector) ? \"fat\" : NULL;", "return NULL;"),
    Fault("mbr-protective-is-a-table", MBR, "if (!named)\n\t\treturn MBR_TABLE;", "if (1)\n\t\treturn MBR_TABLE;"),
    Fault("mbr-linux-extended-unknown", MBR, "\treturn type == MBR_TYPE_EXTENDED || type == MBR_TYPE_EXTENDED_L ||", "\treturn type == MBR_TYPE_EXTENDED ||"),
    Fault("ebr-links-relative-to-the-link", MBR, "\t\t\tchain->offset = slot[i].start;\n", "\t\t\tchain->offset += slot[i].start;\n"),
    Fault("ebr-data-relative-to-the-container", MBR, "report_slot(walk, &slot[i], walk->next, chain->base + chain->offset,", "report_slot(walk, &slot[i], walk->next, chain->base,"),
    Fault("ebr-circle-followed", MBR, "\t\tif (scan->ebrs[i] == chain->offset) {", "\t\tif (0) {"),
    Fault("ebr-outside-followed", MBR, "\tif (chain->offset >= chain->size) {", "\tif (0) {"),
    Fault("ebr-link-only-second", MBR, "if (slot[i].count && mbr_type_is_extended(slot[i].type)) {", "if (i == 1 && slot[i].count && mbr_type_is_extended(slot[i].type)) {"),
    Fault("ebr-garbage-in-slots-3-and-4", MBR, "return index >= 2 &&", "return 0 &&"),
    Fault("gpt-header-checksum", GPT, " || !crc_is_right(sector, size))", ")"),
    Fault("gpt-array-checksum", GPT, "return crc == h->array_crc;", "return true;"),
    Fault("gpt-backup-not-tried", GPT, "\tif (copy_is_right(scan, last, h))\n\t\treturn true;\n", ""),
    Fault("gpt-last-sector-left-out", GPT, "entry->count = last - first + 1;", "entry->count = last - first;"),
    Fault("gpt-header-of-another-sector", GPT, "return h->my_lba == lba && ", "return "),
    Fault("gpt-entry-of-128-bytes", GPT, "u32 at = i * h->entry_size,", "u32 at = i * ENTRY_MIN,"),
    Fault("gpt-differing-backup-unnoticed", GPT, "if (memcmp(primary->disk_guid, backup.disk_guid, sizeof(backup.disk_guid)) ||", "if (0 && memcmp(primary->disk_guid, backup.disk_guid, 1) ||"),
    Fault("partition-beyond-the-disk", SCAN, "\tif (entry->start >= end) {", "\tif (0) {"),
    Fault("partition-not-cut-off", SCAN, "\t\tentry->count = end - entry->start;\n", ""),
    Fault("partition-in-native-sectors", SCAN, "\tentry->start *= scale;\n", ""),
    Fault("partition-guid-big-endian", SCAN, "get_le32(guid), get_le16(guid + 4)", "get_be32(guid), get_le16(guid + 4)"),
]
