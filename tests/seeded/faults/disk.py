"""Disks: addresses, requests closing in on bad sectors, modes, what a drive says of itself, timing."""
from .fault import Fault

CHS = "drivers/ata/chs.c"
IDENTIFY = "drivers/ata/identify_decode.c"
MODES = "drivers/ata/ata_modes.c"
PIIX = "drivers/ata/pci_ide_piix.c"
RW = "drivers/ata/ata_rw.c"
TRIM = "drivers/ata/ata_trim.c"
RECOVER = "drivers/ata/ata_recover.c"
PARTS = "kernel/block/discard.c"
DEVICE = "kernel/fs/bdev/discard.c"
EXT2 = "kernel/fs/ext2/trim.c"
BALLOC = "kernel/fs/ext2/balloc.c"
COMMIT = "kernel/fs/ext2/commit.c"
TIMING = "drivers/ata/ide_timing.c"

FAULTS = [
    # ---- addresses
    Fault("chs-sectors-from-0", CHS, "(u16)(within % g->sectors + 1)", "(u16)(within % g->sectors)"),
    Fault("chs-head-by-sectors", CHS, "(u16)(track % g->heads)", "(u16)(track % g->sectors)"),
    Fault("chs-cylinder-by-sectors", CHS, "out->cylinder = track / g->heads;", "out->cylinder = track / g->sectors;"),
    Fault("chs-beyond-last-cylinder", CHS, "out->cylinder < g->cylinders && ", ""),
    Fault("chs-back-from-1", CHS, "+ at->sector - 1;", "+ at->sector;"),
    Fault("chs-cylinder-high-byte", RW, "\ttf->lbah = (u8)(at.cylinder >> 8);\n", ""),
    Fault("chs-heads-not-less-one", MODES, "(u8)(dev->geometry.heads - 1)", "(u8)dev->geometry.heads"),
    Fault("chs-never-set-in-the-drive", MODES,
          "\t\t(void)ata_init_parameters(dev);\n\t} else if", "\t\t;\n\t} else if"),
    Fault("lba28-limit-off-by-one", RW, "cmd->lba48 = lba + count > LBA28_END", "cmd->lba48 = lba + count > LBA28_END + 1"),
    Fault("lba28-bits-24-to-27", RW, "\t\ttf->device |= (u8)(lba >> 24 & ATA_DEVICE_HEAD);\n", ""),
    Fault("lba-bit-forgotten", RW, "\ttf->device = ATA_DEVICE_LBA;\n", ""),
    Fault("lba48-bytes-in-wrong-order", RW,
          "\ttf->hob_lbal = (u8)(lba >> 24);\n\ttf->hob_lbam = (u8)(lba >> 32);",
          "\ttf->hob_lbam = (u8)(lba >> 24);\n\ttf->hob_lbal = (u8)(lba >> 32);"),
    Fault("lba48-opcode-of-28", RW, "ATA_CMD_READ_EXT, ATA_CMD_READ_MULTIPLE_EXT", "ATA_CMD_READ, ATA_CMD_READ_MULTIPLE_EXT"),
    Fault("lba48-error-address", RW, "\tif (cmd->lba48)\n\t\treturn r->lbal", "\tif (0)\n\t\treturn r->lbal"),
    Fault("disk-end-not-checked", RW, "if (lba + count > dev->sectors)", "if (0)"),
    # ---- TRIM
    Fault("trim-number-not-moved-on", TRIM, "\t\tlba += n;\n", ""),
    Fault("trim-count-of-65536", TRIM, "#define RANGE_MAX   65535u", "#define RANGE_MAX   65536u"),
    Fault("trim-count-in-the-number", TRIM, "#define COUNT_SHIFT 48u", "#define COUNT_SHIFT 40u"),
    Fault("trim-byte-order", TRIM, "(u8)(range >> 8 * byte)", "(u8)(range >> 8 * (7 - byte))"),
    Fault("trim-old-ranges-sent-again", TRIM, "i < RANGES; i++)", "i < RANGES && count; i++)"),
    Fault("trim-beyond-the-end", TRIM, "lba >= dev->sectors ||\n\t    count > dev->sectors - lba ||", "0 ||"),
    Fault("trim-more-than-one-block", TRIM, "count > ata_max_trim(dev) || ", ""),
    Fault("trim-feature-forgotten", TRIM, "\t\t\t\t.feature = ATA_DSM_TRIM,\n", ""),
    Fault("trim-with-28-bits", TRIM, "\t\t\t.lba48 = true,\n", ""),
    Fault("trim-known-bad-asked", TRIM, " || dev->quirks & ATA_QUIRK_NO_TRIM ||", " ||"),
    Fault("trim-without-dma", TRIM, "dev->addressing != ATA_LBA48 || !ata_may_dma48(dev))", "dev->addressing != ATA_LBA48)"),
    Fault("trim-repeated-after-a-time-out", TRIM, "!verdict && is_worth_repeating(cmd->fault) &&", "!verdict &&"),
    Fault("trim-repeated-for-ever", TRIM, " && tries < TRIM_TRIES", ""),
    Fault("trim-refused-costs-dma", RECOVER, "\tif (cmd->tf.command == ATA_CMD_DSM)\n\t\treturn -EIO;\n", ""),
    Fault("trim-slow-costs-dma", RECOVER, "(cmd->tf.command == ATA_CMD_DSM && cmd->fault == ATA_FAULT_DMA_HANG)", "0"),
    Fault("trim-word-of-older-drives", IDENTIFY, "id->lba48 && id->version >= 7 && has", "id->lba48 && has"),
    Fault("discard-beyond-the-disk", PARTS, "if (sector >= disk->sectors || sectors > disk->sectors - sector)", "if (0)"),
    Fault("discard-block-in-halves", PARTS, "over < most ? most - over : most", "most"),
    Fault("discard-half-a-sector", PARTS, "if (!sectors || ((sector | sectors) & unit))", "if (!sectors)"),
    Fault("discard-read-only", PARTS, "if (disk_readonly(disk))", "if (0)"),
    Fault("discard-of-a-dead-disk", PARTS, "if (!err && is_dead(disk))", "if (0)"),
    Fault("discard-counted-for-the-next-partition", "kernel/block/stats.c", "partition_stats(disk, end - 1)", "partition_stats(disk, end)"),
    Fault("discard-without-partition-s-start", DEVICE, "b->start + sector, &n", "sector, &n"),
    Fault("discard-beyond-the-partition", DEVICE, "sectors > b->sectors - sector)", "0)"),
    Fault("discard-not-moved-on", DEVICE, "\t\tsector += n;\n", ""),
    Fault("discard-read-only-partition", DEVICE, "if (blockdev_readonly(b))", "if (0)"),
    Fault("discard-cannot-be-killed", DEVICE, "fatal_signal_pending(current) ? -EINTR", "0 ? -EINTR"),
    # ---- FITRIM
    Fault("fitrim-what-a-crash-brings-back", EXT2, "\t\tn = ext2_freed_clear_run(t->fs, EXT2_FREED_BLOCKS, group, start, n);\n", ""),
    Fault("fitrim-without-a-commit", EXT2, "\t\terr = ext2_commit(fs);\n", "\t\t;\n"),
    Fault("fitrim-of-used-blocks", EXT2, "ext2_bitmap_run(map, end - base, bit, end - base, &start)",
          "(start = bit, end - base - bit)"),
    Fault("fitrim-a-group-off", EXT2, "\t\t*at = base + start;", "\t\t*at = base + start + 1;"),
    Fault("fitrim-sectors-of-1-kb", EXT2, "(u64)at * sectors, (u64)n * sectors", "(u64)at * 2, (u64)n * 2"),
    Fault("fitrim-not-clean", EXT2, "\tif (!is_trusted(fs)) {", "\tif (0) {"),
    Fault("fitrim-error-since", EXT2, "!((state | fs->mount_state) & EXT2_STATE_ERROR)", "1"),
    Fault("fitrim-freed-unknown", EXT2, "unknown = fs->unnoted || fs->committing_unnoted;", "unknown = false;"),
    Fault("fitrim-freed-not-noted", COMMIT, "\t\tfs->unnoted |= kind == EXT2_FREED_BLOCKS;\n", ""),
    Fault("fitrim-unknown-for-ever", COMMIT, "\t\tfs->committing_unnoted = false;\n", ""),
    Fault("fitrim-never-again", COMMIT, "\t\tfs->seen[group] &= (u8)~EXT2_TRIMMED;\n", "\t\t;\n"),
    Fault("fitrim-failed-and-marked", EXT2, "\t\tmark_untrimmed(t->fs, group);\n", "\t\t;\n"),
    Fault("fitrim-part-is-the-whole", EXT2, "\tif (whole)\n", "\tif (1)\n"),
    Fault("fitrim-longer-than-asked", EXT2, "min(t->end, behind));", "behind);"),
    Fault("fitrim-shorter-runs", EXT2, "if (n && n >= t->least)", "if (n)"),
    Fault("fitrim-allocator-not-kept-away", BALLOC, "u32 usable = ext2_trim_clear_run(s->fs, base + start, n), next;", "u32 usable = n, next;"),
    Fault("fitrim-window-not-kept-away", BALLOC, "\tn = n ? ext2_trim_clear_run(fs, goal, n) : 0;\n", ""),
    Fault("fitrim-run-never-ends", EXT2, "\tWRITE_ONCE(fs->trimming.count, 0);\n", ""),
    # ---- requests
    Fault("disk-one-bad-sector-costs-the-request", RW, "if (n == 1 && !done && (verdict ||", "if (!done && (verdict ||"),
    Fault("disk-neighbours-of-a-bad-sector-lost", RW, "return run->suspect == at ? 1 : (u32)(run->suspect - at);",
          "return n;"),
    Fault("disk-retries-without-end", RW, "\trun->tries++;\n", ""),
    Fault("disk-bad-sector-tried-once", RW, "#define SINGLE_TRIES 3u", "#define SINGLE_TRIES 1u"),
    Fault("disk-done-part-not-counted", RW, "\t\trun->good += done;\n", ""),
    Fault("disk-taken-is-written", RW, "named >= at && named < at + n ? min(done, (u32)(named - at)) : 0", "done"),
    Fault("disk-last-try-by-dma-too", RW, "if (!plain && dma_possible(dev, cmd))", "if (dma_possible(dev, cmd))"),
    Fault("disk-dma-to-where-none-reaches", RW, "if (p->phys == ATA_PHYS_NONE || (p->phys | p->bytes) & 3)", "if (0)"),
    Fault("disk-multiple-block-of-one", RW, "(m == MULTIPLE ? dev->multiple : 1)", "1"),
    Fault("disk-multiple-count-doubled", MODES, ".nsect = sectors },", ".nsect = (u8)(2 * sectors) },"),
    Fault("disk-flush-left-out", RW, "int err = ata_simple(dev, command, 0, 0, ATA_FLUSH_US);", "int err = 0;"),
    Fault("disk-flush-refused-is-done", RW, "dev->id.flush_named || dev->flush_works ? -EIO : 0", "0"),
    Fault("disk-flush-second-try-hides-the-first", RW, "\t\terr = err == -EIO ? err : again;\n", "\t\terr = again;\n"),
    Fault("disk-flush-error-swallowed", RW, "\t\tdev->unflushed = false;\n\treturn err;\n", "\t\tdev->unflushed = false;\n\treturn 0;\n"),
    Fault("disk-writes-need-no-flush", "drivers/ata/ata_command.c", "\tdev->unflushed |= may_write(cmd);\n", ""),
    # ---- modes
    Fault("mode-too-fast-for-the-cable", MODES, "\t\tudma &= UDMA_40_WIRE_MASK;\n\tmode", "\t\t;\n\tmode"),
    Fault("mode-faster-than-the-controller", MODES, "udma = dev->id.udma_mask & ch->udma_mask", "udma = dev->id.udma_mask"),
    Fault("mode-bios-never-made-ready", MODES, "|| !(status & ready)", ""),
    Fault("mode-quirk-of-no-dma-ignored", MODES, "!(dev->quirks & ATA_QUIRK_NO_DMA) && ", ""),
    Fault("mode-quirk-pattern-exact", MODES, "return !strncmp(pattern, text, n - 1);", "return !strcmp(pattern, text);"),
    Fault("mode-same-again-for-slower", MODES, "ATA_MODE_NUMBER)) - 1)", "ATA_MODE_NUMBER)) * 2 - 1)"),
    Fault("mode-drive-not-told", MODES, "(!mode || !ata_set_transfer(dev, mode))", "1"),
    # ---- IDENTIFY
    Fault("identify-strings-not-swapped", IDENTIFY, "has((u16)i, 0) == in_order", "has((u16)i, 0) != in_order"),
    Fault("identify-lba-bit", IDENTIFY, "id->lba = has(w[W_CAPABILITIES], 9) && id->lba28_sectors;", "id->lba = id->lba28_sectors;"),
    Fault("identify-lba48-without-its-bit", IDENTIFY, "has(checked(w[W_COMMANDS2]), 10) && ", ""),
    Fault("identify-lba48-32-bits", IDENTIFY, " | (u64)w[W_LBA48 + 2] << 32 |", " |"),
    Fault("identify-swapped-capacity-believed", IDENTIFY, "\t\tlba = swapped;\n", "\t\t;\n"),
    Fault("identify-word-83-unchecked", IDENTIFY, "(word & 0xC000) == 0x4000 ? word : 0", "word"),
    Fault("identify-word-88-without-53", IDENTIFY, "id->dma && has(w[W_VALID], 2)", "id->dma"),
    Fault("identify-set-geometry-without-53", IDENTIFY, "has(w[W_VALID], 0) && geometry_ok(&g)", "geometry_ok(&g)"),
    Fault("identify-junk-is-a-drive", IDENTIFY, "\tif (is_junk(words))\n\t\treturn -EINVAL;\n", ""),
    Fault("identify-packet-size", IDENTIFY, "(config & 3) == 1 ? 16 : 12", "(config & 3) == 1 ? 12 : 16"),
    Fault("identify-pio-4", IDENTIFY, "w[W_PIO] & 2 ? 4 : 3", "w[W_PIO] & 1 ? 4 : 3"),
    Fault("identify-multiple-not-a-power-of-two", IDENTIFY, "id->multiple_max = power_of_two_below(limit);",
          "id->multiple_max = limit;"),
    # ---- timing
    Fault("timing-rounded-down", TIMING, "(ns * 1000 + clock_ps - 1) / clock_ps", "ns * 1000 / clock_ps"),
    Fault("timing-drive-s-own-cycle-ignored", TIMING, "max_t(u32, m->cycle, own)", "m->cycle"),
    Fault("timing-other-unit-ignored", TIMING, "\tt->active8 = max(t->active8, o.active8);\n", ""),
    Fault("piix-slave-s-timing-in-master-s", PIIX, "\tif (own_slave && t->unit)\n", "\tif (0)\n"),
    Fault("piix-slave-timing-not-enabled", PIIX, "own_slave ? tim | IDETIM_SITRE : tim", "tim"),
    Fault("piix-recovery-of-mode-3", PIIX, "rtc[5] = { 0, 0, 0, 1, 3 }", "rtc[5] = { 0, 0, 0, 3, 1 }"),
    Fault("piix-ultra-of-other-drive", PIIX, "cycle << 4 * t->drive);", "cycle << 4 * t->unit);"),
    Fault("piix-ultra-left-on", PIIX, "& ~(1u << t.drive)));", "));"),
]
