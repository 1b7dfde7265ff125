"""ATA: registers, finding devices, interrupts, data, the bus master, getting a device back."""
from .fault import Fault

CHANNEL = "drivers/ata/ata_channel.c"
COMMAND = "drivers/ata/ata_command.c"
DETECT = "drivers/ata/ata_detect.c"
DMA = "drivers/ata/ata_dma.c"
IRQ = "drivers/ata/ata_irq.c"
PIO = "drivers/ata/ata_pio.c"
RECOVER = "drivers/ata/ata_recover.c"

FAULTS = [
    # ---- registers
    Fault("ata-bsy-ignored", CHANNEL, "!ata_is_floating(status) && !(status & ATA_STATUS_BSY) &&", "!ata_is_floating(status) &&"),
    Fault("ata-no-400-ns", CHANNEL, "\t(void)ata_alt_status(ch);\n\thw_delay_us(ch->hw, 1);\n", ""),
    Fault("ata-drdy-not-awaited", CHANNEL, "if (!fault && ready && !(status & ATA_STATUS_DRDY))", "if (0)"),
    Fault("ata-command-to-a-busy-channel", CHANNEL,
          ": ata_poll(ch, ATA_STATUS_DRQ, 0, ATA_SELECT_US, &status);\n"
          "\tif (fault == ATA_FAULT_TIMEOUT)\n\t\treturn ATA_FAULT_BUSY;\n", ": ATA_OK;\n"),
    Fault("ata-slave-s-command-to-master", CHANNEL,
          "(u8)(ATA_DEVICE_BASE | (dev->unit ? ATA_DEVICE_UNIT : 0) |", "(u8)(ATA_DEVICE_BASE |"),
    Fault("ata-timing-of-the-other-unit", CHANNEL, "\t\tch->chip->select(ch, dev);\n", "\t\t;\n"),
    Fault("ata-lba48-high-bytes-left-out", CHANNEL, "\tif (cmd->lba48) {\n\t\tata_out", "\tif (0) {\n\t\tata_out"),
    Fault("ata-lba48-low-bytes-first", CHANNEL, "ATA_REG_LBAL, tf->hob_lbal", "ATA_REG_LBAL, tf->lbal"),
    Fault("ata-hob-bit-not-set", CHANNEL, "ATA_CONTROL_NIEN) | ATA_CONTROL_HOB", "ATA_CONTROL_NIEN)"),
    Fault("ata-hob-bit-left-set", CHANNEL, "\tata_control(ch, ch->control_bits & ATA_CONTROL_NIEN);\n", ""),
    Fault("ata-waits-for-ever", CHANNEL, "\t\tif (now - begin >= timeout_us)\n\t\t\treturn", "\t\tif (0)\n\t\t\treturn"),
    # ---- finding devices
    Fault("ata-nien-forgotten", DETECT, "\tata_control(ch, ATA_CONTROL_NIEN);\n\tlive", "\tata_control(ch, 0);\n\tlive"),
    Fault("ata-ghost-slave-accepted", DETECT, "\tif (err)\n\t\tdev->kind = ATA_NONE;\n\treturn err;", "\treturn err;"),
    Fault("ata-master-s-echo-is-a-slave", DETECT, "if (is_alias(&ch->dev[0], &ch->dev[1]))", "if (0)"),
    Fault("ata-two-cards-are-one", DETECT,
          "return master->id.serial[0] || (master->words[93] & W93_MASK) == W93_DEV0_ANSWERS;", "return true;"),
    Fault("ata-phantom-master-asked-long", DETECT,
          "return sign != SIGN_ODD && ata_alt_status(dev->ch);", "return true;"),
    Fault("ata-signature-swapped", DETECT, "(lbam == ATA_SIG_ATAPI_LBAM && lbah == ATA_SIG_ATAPI_LBAH)",
          "(lbam == ATA_SIG_ATAPI_LBAH && lbah == ATA_SIG_ATAPI_LBAM)"),
    Fault("ata-no-second-look-at-the-kind", DETECT, "if (err == -EOPNOTSUPP)\n\t\terr = identify_as(dev, first",
          "if (0)\n\t\terr = identify_as(dev, first"),
    Fault("ata-absent-alternate-status-trusted", DETECT, "\tch->no_alt_status = true;\n", ""),
    Fault("ata-slave-given-no-time", DETECT, "\t\t\twait_slave_registers(ch);\n", "\t\t\t;\n"),
    Fault("ata-srst-left-set", DETECT, "\tata_control(ch, nien);\n\thw_sleep_us", "\thw_sleep_us"),
    Fault("ata-srst-never-set", DETECT, "nien | ATA_CONTROL_SRST", "nien"),
    Fault("ata-no-wait-after-srst", DETECT, "\thw_sleep_us(ch->hw, ATA_RESET_WAIT_US);\n", ""),
    Fault("ata-motor-not-started", DETECT, "\tif (!err && dev->id.incomplete)\n\t\terr = spin_up(dev);\n", ""),
    Fault("ata-writes-to-a-floating-bus", DETECT, "\tif (both_units_float(ch))\n\t\treturn -ENODEV;\n", ""),
    Fault("ata-as-found-is-reset", DETECT, "\tif (!(ch->flags & ATA_CH_AS_FOUND))\n\t\tata_soft_reset", "\tif (1)\n\t\tata_soft_reset"),
    # ---- interrupts
    Fault("ata-interrupt-not-acknowledged", IRQ, "ch->irq_status = ata_in(ch, ATA_REG_STATUS);\n\tif (ch->bm",
          "ch->irq_status = ata_alt_status(ch);\n\tif (ch->bm"),
    Fault("ata-shared-interrupt-is-mine", IRQ,
          "\tif (!ch->no_alt_status && (ata_alt_status(ch) & ATA_STATUS_BSY))\n\t\treturn false;\n", ""),
    Fault("ata-armed-too-late", PIO, "\t\tif (cmd->done + n < cmd->bytes)\n\t\t\tata_arm(ch);\n", ""),
    Fault("ata-lost-interrupts-for-ever", IRQ, "++ch->lost_irqs < ATA_LOST_IRQS_MAX", "1 || ++ch->lost_irqs"),
    Fault("ata-lost-interrupt-ends-the-command", IRQ, "hw_wait_irq(ch->hw, min_t(u32, left, ATA_IRQ_SLICE_US))",
          "hw_wait_irq(ch->hw, left)"),
    Fault("ata-bus-master-runs-on", IRQ, "\tata_dma_stop(ch);\n\thw_out8", "\thw_out8"),
    Fault("ata-dma-ready-bits-lost", IRQ, "#define BM_KEEP (BM_STATUS_DRIVE0 | BM_STATUS_DRIVE1)", "#define BM_KEEP 0"),
    # ---- data
    Fault("ata-drq-not-awaited", PIO, "\tif (*status & ATA_STATUS_DRQ)\n\t\treturn ATA_OK;\n\tswitch", "\treturn ATA_OK;\n\tswitch"),
    Fault("ata-error-bit-ignored", PIO, "\tif (*status & (ATA_STATUS_ERR | ATA_STATUS_DF)) {", "\tif (0) {"),
    Fault("ata-last-write-believed", PIO, "if (!fault && *status & (ATA_STATUS_ERR | ATA_STATUS_DF))", "if (0)"),
    Fault("ata-data-left-over", PIO, "\tif (!(status & ATA_STATUS_DRQ))\n\t\treturn ATA_OK;\n\tata_drain(ch);", "\treturn ATA_OK;"),
    Fault("ata-error-block-not-taken", PIO, "\t\tata_drain(ch);\n\t\treturn ATA_FAULT_DEVICE;", "\t\treturn ATA_FAULT_DEVICE;"),
    Fault("ata-next-piece-at-old-offset", PIO, "\t\t\tcur->piece++;\n\t\t\tcur->offset = 0;", "\t\t\tcur->piece++;"),
    Fault("ata-32-bit-rest-lost", PIO,
          "\tif (bytes > 4 * dwords)\n\t\thw_ins16", "\tif (!dwords)\n\t\thw_ins16"),
    Fault("ata-32-bits-kept-though-wrong", "drivers/ata/ata_io32.c", "return !err && !memcmp(words, dev->words, sizeof(words));",
          "return !err;"),
    # ---- the bus master
    Fault("dma-direction-bit", DMA, "to_memory ? BM_COMMAND_READ : 0", "to_memory ? 0 : BM_COMMAND_READ"),
    Fault("dma-no-end-mark", DMA, "\tch->prd[2 * t.n - 1] |= PRD_LAST;\n", ""),
    Fault("dma-across-64-kb", DMA, "most = min(limit, to_bound)", "most = limit"),
    Fault("dma-count-less-one", DMA, "bytes & PRD_COUNT_MASK", "(bytes - 1) & PRD_COUNT_MASK"),
    Fault("dma-odd-memory", DMA, "!(phys % PRD_ALIGN) && !(bytes % PRD_ALIGN)", "1"),
    Fault("dma-pieces-joined-that-are-apart", DMA, "length && begin + length != phys", "0"),
    Fault("dma-old-status-not-cleared", DMA, "\tif (status & (BM_STATUS_INTR | BM_STATUS_ERROR))\n", "\tif (0)\n"),
    Fault("dma-error-bit-ignored", DMA, "\tif (bm_status & BM_STATUS_ERROR)\n\t\treturn ATA_FAULT_DMA;\n", ""),
    Fault("dma-short-transfer-is-whole", DMA, "\tif (bm_status & BM_STATUS_ACTIVE)\n\t\treturn ATA_FAULT_SHORT;\n", ""),
    Fault("dma-never-started", DMA, "(on ? BM_COMMAND_START : 0)", "0"),
    Fault("dma-crc-is-a-bad-sector", COMMAND, "\t\tfault = ATA_FAULT_CRC;\n", "\t\t;\n"),
    # ---- getting a device back
    Fault("ata-reset-restores-nothing", RECOVER, "\t\tif (!err)\n\t\t\tata_restore(dev);\n", "\t\tif (!err)\n\t\t\t;\n"),
    Fault("ata-reset-forgets-geometry", RECOVER,
          "\tif (dev->addressing == ATA_CHS)\n\t\t(void)ata_init_parameters(dev);\n\tif (multiple)", "\tif (multiple)"),
    Fault("ata-reset-forgets-multiple", RECOVER, "\tif (multiple)\n\t\t(void)ata_set_multiple(dev, multiple);\n", ""),
    Fault("ata-reset-forgets-dma-mode", RECOVER,
          "\tif (dev->dma_mode)\n\t\t(void)ata_set_transfer(dev, dev->dma_mode);\n", ""),
    Fault("ata-reset-forgets-the-other", RECOVER, "\tfor (u8 unit = 0; unit < 2; unit++) {\n\t\tstruct ata_device *dev = &ch->dev[unit];\n\t\tint err;",
          "\tfor (u8 unit = 0; unit < 1; unit++) {\n\t\tstruct ata_device *dev = &ch->dev[unit];\n\t\tint err;"),
    Fault("ata-another-drive-taken-for-it", RECOVER, "return !old.serial[0] || identify_same(&old, &dev->id) ? 0 : -ENODEV;", "return 0;"),
    Fault("ata-crc-never-slower", RECOVER, "\t(void)ata_step_down(dev);\n", ""),
    Fault("ata-dma-fault-never-pio", RECOVER, "\tdev->dma_off = true;\n", ""),
    Fault("ata-dead-drive-never-given-up", RECOVER, "TIMEOUT_ROW_MAX\t  6", "TIMEOUT_ROW_MAX\t  60000"),
    Fault("ata-idnf-geometry-not-set", RECOVER, "if (error & ATA_ERROR_IDNF && dev->addressing == ATA_CHS &&", "if (0 &&"),
    Fault("ata-hotter-after-reset", RECOVER, "\tata_enable_irq(ch, !polling);\n", ""),
]
