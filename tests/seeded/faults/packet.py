"""Packet devices: the command's phases, sense data, discs."""
from .fault import Fault

COMMAND = "drivers/ata/cd_command.c"
DECODE = "drivers/ata/cd_decode.c"
MEDIUM = "drivers/ata/cd_medium.c"
PACKET = "drivers/ata/ata_packet.c"
SAME = "drivers/ata/cd_same.c"
SENSE = "drivers/ata/sense_decode.c"
TRANSFER = "drivers/ata/cd_transfer.c"

FAULTS = [
    Fault("packet-byte-limit-0", PACKET, "#define BYTE_LIMIT_EMPTY 0x0800u", "#define BYTE_LIMIT_EMPTY 0u"),
    Fault("packet-odd-byte-limit", PACKET, "ALIGN_UP(p->buffer->bytes, 2u), BYTE_LIMIT", "p->buffer->bytes, BYTE_LIMIT"),
    Fault("packet-asked-count-taken", PACKET, "u32 words = ALIGN_UP(bytes, 2u);", "u32 words = p->buffer ? p->buffer->bytes : 0;"),
    Fault("packet-excess-left-in-the-drive", PACKET, "\tmove_excess(ch, words - fits, p->write);\n", ""),
    Fault("packet-direction-not-checked", PACKET, "if (p->ireason != want && !(dev->quirks & ATA_QUIRK_IREASON))", "if (0)"),
    Fault("packet-sent-without-drq", PACKET,
          "\tif (!fault)\n\t\tfault = ata_poll(ch, ATA_STATUS_DRQ, ATA_STATUS_DRQ, ATA_PACKET_DRQ_US, &status);\n", ""),
    Fault("packet-always-12-bytes", PACKET, "p->cdb, dev->id.packet_size / 2", "p->cdb, 6"),
    Fault("packet-endless-phases", PACKET, "\tif (!bytes)\n\t\treturn ATA_FAULT_PHASE;\n", ""),
    Fault("packet-sense-key-in-low-bits", PACKET, "p->sense_key = p->error >> 4;", "p->sense_key = p->error & 15;"),
    Fault("packet-check-condition-is-success", PACKET, "p->status & (ATA_STATUS_ERR | ATA_STATUS_DF) ? ATA_FAULT_DEVICE : ATA_OK", "ATA_OK"),
    Fault("packet-time-out-without-reset", PACKET, "\tif (ata_reset(dev))\n\t\treturn -ENXIO;\n", ""),
    Fault("packet-dma-for-small-answers", PACKET, "is_sector_command(p->cdb[0]) && ", ""),
    Fault("sense-deferred-is-current", SENSE, "{ .deferred = code & 1 }", "{ .deferred = false }"),
    Fault("sense-code-one-byte-off", SENSE, "out->asc = data[12];", "out->asc = data[13];"),
    Fault("sense-becoming-ready-is-failure", SENSE, "{ SENSE_NOT_READY, 0x04, 0x01, SENSE_DO_WAIT,", "{ SENSE_NOT_READY, 0x04, 0x01, SENSE_DO_FAIL,"),
    Fault("sense-change-is-an-error", SENSE, "{ SENSE_ATTENTION, 0x28, ANY, SENSE_DO_CHANGED,", "{ SENSE_ATTENTION, 0x28, ANY, SENSE_DO_RETRY,"),
    Fault("cd-change-not-noted", COMMAND, "\tcd->known = false;\n", ""),
    Fault("cd-sense-not-asked-for", COMMAND, "\trequest_sense(cd, c, p.sense_key);\n", ""),
    Fault("cd-attention-tried-once", COMMAND, "\t\treturn tries < CD_TRIES;\n", "\t\treturn false;\n"),
    Fault("cd-open-file-sees-new-disc", COMMAND, "\tcd->stale = cd->in_use;\n", ""),
    Fault("cd-any-disc-is-the-old-one", SAME, "now.crc == cd->mark.crc", "true"),
    Fault("cd-shorter-disc-is-the-old-one", SAME, "now.blocks == cd->mark.blocks", "true"),
    Fault("cd-second-change-not-noticed", SAME, "\t\t(void)cd_test_ready(cd); /* tells", "\t\t; /* tells"),
    Fault("cd-old-disc-not-taken-back", MEDIUM, "cd->stale = !cd_is_marked_disc(cd);", "cd->stale = true;"),
    Fault("cd-capacity-is-last-block", DECODE, "? 0 : last + 1;", "? 0 : last;"),
    Fault("cd-msf-without-150", DECODE, "* CD_FRAMES + msf[2] - CD_MSF_OFFSET", "* CD_FRAMES + msf[2]"),
    Fault("cd-toc-length-without-itself", DECODE, "\tend = min(bytes, get_be16(data) + 2u);\n\tout->first", "\tend = min(bytes, get_be16(data) + 0u);\n\tout->first"),
    Fault("cd-toc-bcd-leadout", DECODE, " && value != CD_LEADOUT ?", " ?"),
    Fault("cd-block-descriptor-not-skipped", DECODE, "at = MODE_HEADER + get_be16(data + 6);", "at = MODE_HEADER;"),
    Fault("cd-one-bad-block-costs-all", TRANSFER, "\t\tcut(t, n);\n\t\treturn 0;\n", "\t\treturn -EIO;\n"),
    Fault("cd-bad-block-tried-without-end", TRANSFER, "if (++*tries < (tell", "if (*tries < (tell"),
    Fault("cd-short-answer-is-whole", TRANSFER, "if (!err && c->done != part.bytes)", "if (0)"),
    Fault("cd-slice-forgets-physical", TRANSFER, "\t\t\tp.phys += offset;\n", "\t\t\t;\n"),
    Fault("cd-never-started", MEDIUM, "\t\t\tstart_unit(cd);\n", ""),
    Fault("cd-wait-without-end", MEDIUM, "if (waited >= patience(cd, timeout_us))", "if (0)"),
]
