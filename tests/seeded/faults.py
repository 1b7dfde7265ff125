"""faults - mistakes that a driver's author could make, each a change of one place of a source.

`known` says why a fault is not caught; one that is caught nevertheless is an error too.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    file: str
    old: str
    new: str
    known: str = ""


FAULTS = [
    # ---- interrupt controllers, timer
    Fault("pic-icw3-left-out", "kernel/x86/pic.c", "\tpic_write(icw3, data);\n", ""),
    Fault("pic-eoi-to-master-alone", "kernel/x86/pic.c",
          "\t\toutb((u8)(OCW2_SPECIFIC_EOI | (irq & 7)), SLAVE_CMD);\n", ""),
    Fault("pic-eoi-to-slave-alone", "kernel/x86/pic.c",
          "SLAVE_CMD);\n\t\toutb(OCW2_SPECIFIC_EOI | CASCADE, MASTER_CMD);", "SLAVE_CMD);"),
    Fault("pic-spurious-7-gets-eoi", "kernel/x86/pic.c", "(irq & 7) == 7 && !in_service(irq)", "0"),
    Fault("pic-spurious-15-leaves-cascade", "kernel/x86/pic.c", "\t\tif (irq == 15)\n", "\t\tif (0)\n"),
    Fault("pic-reads-isr-for-ever", "kernel/x86/pic.c", "\toutb(OCW3_READ_IRR, cmd);\n", ""),
    Fault("pic-level-triggered", "kernel/x86/pic.c", "ICW1_INIT\t  0x11", "ICW1_INIT\t  0x19"),
    Fault("pic-mask-of-slave-to-master", "kernel/x86/pic.c",
          "outb((u8)(pic_masks >> 8), SLAVE_DATA);\n}\n\nvoid pic_mask", "outb((u8)(pic_masks >> 8), MASTER_DATA);\n}\n\nvoid pic_mask"),
    Fault("pit-count-not-latched", "kernel/x86/pit.c", "\toutb(CMD_CH0_LATCH, PIT_CMD);\n", ""),
    Fault("pit-high-byte-first", "kernel/x86/pit.c",
          "\toutb(counts & 0xff, PIT_CH0);\n\toutb((u8)(counts >> 8), PIT_CH0);",
          "\toutb((u8)(counts >> 8), PIT_CH0);\n\toutb(counts & 0xff, PIT_CH0);"),
    Fault("pit-gate-left-open", "kernel/x86/pit.c", "\toutb(saved, PORT_61);\n", ""),
    Fault("pit-delay-ignores-wrap", "kernel/x86/pit.c", "last + reload - now", "last - now"),
    # ---- floppy, ISA DMA
    Fault("dma-count-not-less-one", "kernel/x86/i8237.c", "(bytes >> shift) - 1u", "(bytes >> shift)"),
    Fault("dma-flip-flop-not-cleared", "kernel/x86/i8237.c",
          "\thw_out8(hw, c->flip_flop, 0);\n\thw_out8(hw, c->mode", "\thw_out8(hw, c->mode"),
    Fault("dma-page-of-wrong-channel", "kernel/x86/i8237.c", "0x87, 0x83, 0x81, 0x82", "0x87, 0x83, 0x82, 0x81"),
    Fault("dma-across-64k", "kernel/x86/i8237.c", "&& pa / span == last / span", ""),
    Fault("dma-beyond-16m", "kernel/x86/i8237.c", "last <= 0xFFFFFFu && ", ""),
    Fault("fdc-floating-bus-believed", "drivers/floppy/fdc_command.c",
          "\tif (fdc_msr(fdc) == 0xff)\n\t\treturn FDC_NO_CONTROLLER;\n", ""),
    Fault("fdc-direction-ignored", "drivers/floppy/fdc_command.c", "if (msr == 0xff)\n\t\t\treturn fdc_fail(fdc, FDC_NO_CONTROLLER);\n\t\tif (msr & FDC_MSR_RQM)",
          "if (msr & FDC_MSR_RQM)"),
    Fault("fdc-byte-wait-endless", "drivers/floppy/fdc_command.c", "\t\tif (late)\n\t\t\treturn fdc_fail(fdc, FDC_NOT_READY_BYTE);\n", ""),
    Fault("fdc-lost-interrupt-endless", "drivers/floppy/fdc_command.c", "\t\tif (over)\n\t\t\treturn fdc_fail(fdc, late);\n", ""),
    Fault("fdc-reset-not-sensed", "drivers/floppy/fdc_command.c", "i < FDC_SENSE_UNITS && !e", "i < 1 && !e"),
    Fault("fdc-not-configured-after-reset", "drivers/floppy/fdc_command.c", "\tif (!e)\n\t\te = configure(fdc);\n", ""),
    Fault("fdc-configures-a-765", "drivers/floppy/fdc_command.c",
          "\tif (fdc->version != FDC_VERSION_ENHANCED)\n\t\treturn FDC_OK;\n", ""),
    Fault("fdc-no-spin-up", "drivers/floppy/fdc_drive.c", "\tif (now < ready)\n", "\tif (0)\n"),
    Fault("fdc-recalibrates-once", "drivers/floppy/fdc_drive.c", "\tif (e == FDC_NO_TRACK0)\n\t\te = recalibrate_once(d);\n", ""),
    Fault("fdc-rate-not-set", "drivers/floppy/fdc_drive.c", "\t\tfdc_out(fdc, FDC_REG_CCR, (u8)fdc->rate);\n", ""),
    Fault("fdc-no-perpendicular", "drivers/floppy/fdc_drive.c", "on ? FDC_PERPENDICULAR_1M : 0", "0"),
    Fault("fdc-single-step", "drivers/floppy/fdc_transfer.c", "cylinder << (f->stretch & FDC_DOUBLE_STEP)", "cylinder"),
    Fault("fdc-no-multi-track", "drivers/floppy/fdc_transfer.c", "\t\tcommand |= FDC_MULTI_TRACK;\n", "\t\t;\n"),
    Fault("fdc-bad-sector-counts-as-read", "drivers/floppy/fdc_transfer.c", "min(stopped - sector, moved / FDC_SECTOR)", "min(stopped - sector + 1, moved / FDC_SECTOR + 1)"),
    Fault("fdc-short-transfer-believed", "drivers/floppy/fdc_transfer.c", "if (!e && moved != job.length)", "if (0)"),
    Fault("fdc-dma-tried-for-ever", "drivers/floppy/fdc_transfer.c", "\tfdc->flags |= FDC_NO_DMA;\n", ""),
    Fault("fdc-change-ignored", "drivers/floppy/fdc_medium.c", "\td->known = false;\n\tif (d->fdc->cached == d)", "\tif (d->fdc->cached == d)"),
    Fault("fdc-line-not-cleared-by-step", "drivers/floppy/fdc_medium.c", "\tif (!e)\n\t\te = fdc_seek(d, 1);\n", ""),
    Fault("fdc-protection-not-asked", "drivers/floppy/fdc_medium.c", "d->protected = st3 & FDC_ST3_PROTECTED;", "d->protected = false;"),
    Fault("fdc-stuck-line-believed", "drivers/floppy/fdc_medium.c", "return d->line_seen_clear ? FDC_NO_DISK : FDC_OK;", "return FDC_NO_DISK;"),
    Fault("fdc-no-recalibration", "drivers/floppy/fdc_rw.c", "\t\td->cylinder = -1;\n", "\t\t;\n"),
    Fault("fdc-one-try", "drivers/floppy/fdc_rw.c", "++tries == FDC_TRIES", "++tries == 1"),
    Fault("fdc-tries-for-ever", "drivers/floppy/fdc_rw.c", "|| ++tries == FDC_TRIES", "|| !++tries"),
    Fault("fdc-buffer-of-other-sectors", "drivers/floppy/fdc_rw.c", "cache_first = sector;", "cache_first = 0;"),
    Fault("fdc-writes-to-changed-disk", "drivers/floppy/fdc_rw.c", "\t*good = 0;\n\tif (fdc_check_change(d))\n\t\treturn FDC_CHANGED;\n", "\t*good = 0;\n"),
    Fault("fdc-status-crc-ignored", "drivers/floppy/fdc_decode.c", "FDC_ST2_CRC_DATA, FDC_CRC_DATA }", "0, FDC_CRC_DATA }"),
    Fault("fdc-sectors-from-zero", "drivers/floppy/fdc_decode.c", "sector % f->sect + 1", "sector % f->sect"),
]
