"""AHCI."""
from .fault import Fault

COMMAND = "drivers/ata/ahci_command.c"
CONTROLLER = "drivers/ata/ahci_controller.c"
LINK = "drivers/ata/ahci_link.c"
MEMORY = "drivers/ata/ahci_memory.c"
PORT = "drivers/ata/ahci_port.c"
RECOVER = "drivers/ata/ahci_recover.c"

FAULTS = [
    Fault("ahci-count-not-less-one", MEMORY, ".count = bytes - 1", ".count = bytes"),
    Fault("ahci-bounce-not-copied-back", MEMORY, "\tif (t->bounced && !t->write)\n\t\tcopy", "\tif (0)\n\t\tcopy"),
    Fault("ahci-too-many-entries", MEMORY, " || t->prds == AHCI_PRDS)", ")"),
    Fault("ahci-odd-memory", MEMORY, "!((span->piece->phys + span->offset) & 1)", "1"),
    Fault("ahci-command-bit-left-out", COMMAND, "\tfis[1] = FIS_COMMAND;\n", ""),
    Fault("ahci-lba48-high-bytes", COMMAND, "\tif (!lba48)\n\t\treturn;\n", "\treturn;\n"),
    Fault("ahci-write-bit", COMMAND, "\tif (t->write)\n\t\toptions |= AHCI_HEAD_WRITE;\n", ""),
    Fault("ahci-packet-bit", COMMAND, "\tif (packet)\n\t\toptions |= AHCI_HEAD_ATAPI;\n", ""),
    Fault("ahci-table-length-left-out", COMMAND, "AHCI_HEAD_FIS_WORDS | t->prds << AHCI_HEAD_PRDTL", "AHCI_HEAD_FIS_WORDS"),
    Fault("ahci-task-file-error-ignored", COMMAND, "return events & AHCI_INT_TFES ? ATA_FAULT_DEVICE : ATA_OK;", "return ATA_OK;"),
    Fault("ahci-slot-not-looked-at", COMMAND, "\tif (slots & SLOT)\n\t\treturn false;\n", ""),
    Fault("ahci-moved-bytes-not-believed", COMMAND, "p->bytes = min(head(port)->moved, t.bytes);", "p->bytes = t.bytes;"),
    Fault("ahci-controller-status-first", PORT,
          "\tif (acknowledge(port))\n\t\tport->came = true;\n\tport->io->write(port->io, AHCI_IS, 1u << port->number);\n",
          "\tport->io->write(port->io, AHCI_IS, 1u << port->number);\n\tif (acknowledge(port))\n\t\tport->came = true;\n"),
    Fault("ahci-started-while-busy", PORT,
          "\tif (ahci_read(port, AHCI_TFD) & (ATA_STATUS_BSY | ATA_STATUS_DRQ))\n\t\treturn false;\n\tahci_write", "\tahci_write"),
    Fault("ahci-stop-not-awaited", PORT, "return ahci_wait_reg(port, AHCI_CMD, running, 0, AHCI_STOP_US);", "return true;"),
    Fault("ahci-memory-under-a-running-engine", PORT, "\tif (!ahci_port_quiet(port))\n\t\treturn false;\n", ""),
    Fault("ahci-receive-area-off", PORT, "cmd |= AHCI_CMD_FRE | AHCI_CMD_ICC_ACTIVE", "cmd |= AHCI_CMD_ICC_ACTIVE"),
    Fault("ahci-errors-not-cleared", PORT, "\tahci_write(port, AHCI_PIS, is);\n\tport->events |= is;\n", "\tport->events |= is;\n"),
    Fault("ahci-multiplier-is-a-disk", LINK, "\t\treturn ATA_NONE;\n\tcase AHCI_SIG_ENCLOSED", "\t\treturn ATA_DISK;\n\tcase AHCI_SIG_ENCLOSED"),
    Fault("ahci-link-reset-left-on", LINK, "\tahci_write(port, AHCI_SCTL, control);\n", ""),
    Fault("ahci-link-reset-not-held", LINK, "\thw_sleep_us(hw, AHCI_RESET_US);\n", ""),
    Fault("ahci-busy-not-overridden", RECOVER, "\tahci_write(port, AHCI_CMD, ahci_read(port, AHCI_CMD) | AHCI_CMD_CLO);\n", ""),
    Fault("ahci-link-never-slower", RECOVER, "\tport->speed_limit = (u8)(speed - 1);\n", ""),
    Fault("ahci-engine-left-off-after-error", RECOVER, "port->ch->stopped = !restart(port);", "port->ch->stopped = true;"),
    Fault("ahci-bios-keeps-it", CONTROLLER, "\tput(c, AHCI_BOHC, get(c, AHCI_BOHC) | AHCI_BOHC_OS);\n", ""),
    Fault("ahci-not-switched-on", CONTROLLER, "\t\tput(c, AHCI_GHC, get(c, AHCI_GHC) | AHCI_GHC_AE);\n", ""),
    Fault("ahci-ports-by-count-only", CONTROLLER, "\tif (!ports)\n", ""),
]
