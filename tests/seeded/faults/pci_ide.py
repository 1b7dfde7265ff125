"""PCI IDE: where a controller's channels are, and which of them are used how."""
from .fault import Fault

IDE = "drivers/ata/pci_ide.c"

FAULTS = [
    Fault("pci-ide-first-channel-s-mode-for-both", IDE, "(1u << 2 * (ch))", "(1u)"),
    Fault("pci-ide-raid-at-the-at-s-ports", IDE, "!= CLASS_IDE)\n\t\treturn true;", "!= CLASS_IDE)\n\t\treturn false;"),
    Fault("pci-ide-native-although-it-does-not-work", IDE, " && !(p->quirks & PCI_QUIRK_IDE_COMPAT);", ";"),
    Fault("pci-ide-channel-that-is-off", IDE, "return !e->reg || (pci_read8(c->pci, e->reg) & e->mask) == e->mask;", "return true;"),
    Fault("pci-ide-control-at-the-bar-s-start", IDE, "bar[1].base + NATIVE_CONTROL", "bar[1].base"),
    Fault("pci-ide-second-channel-at-the-first-bars", IDE, "&p->bar[2 * channel]", "&p->bar[0]"),
    Fault("pci-ide-bar-not-assigned", IDE, "!bar[0].base || !bar[1].base || ", ""),
    Fault("pci-ide-bar-of-memory", IDE, " || !(bar[0].flags & bar[1].flags & PCI_BAR_IO))", ")"),
    Fault("pci-ide-native-interrupt-not-shared", IDE, "\tat->irq_shared = true;\n", ""),
    Fault("pci-ide-second-channel-s-interrupt", IDE, "LEGACY_IRQ + (int)channel", "LEGACY_IRQ"),
    Fault("pci-ide-card-takes-the-board-s-names", IDE, "is_native(c->pci, number) && legacy_exists() ? 2 : number", "number"),
    Fault("pci-ide-bus-master-that-is-none", IDE, "!(c->pci->class & PROG_BUS_MASTER))\n\t\treturn 0;", "!(c->pci->class & PROG_BUS_MASTER))\n\t\t;"),
    Fault("pci-ide-bus-master-of-the-first-channel", IDE, "number * BM_CHANNEL_PORTS", "0"),
    Fault("pci-ide-bus-master-that-corrupts", IDE, "\t\tc->flags |= ATA_CH_NO_DMA;\n", "\t\t;\n"),
    Fault("pci-ide-simplex-at-the-same-time", IDE, "\t\tc->flags |= ATA_CH_SERIALIZE;\n", ""),
    Fault("pci-ide-floppy-at-the-same-time", IDE, "\t\tisa_turn_needed = true;\n", ""),
    Fault("pci-ide-each-channel-its-own-turn", IDE, "\t\t.shared = shared,\n", ""),
    Fault("pci-ide-half-a-channel", IDE, "p->quirks & PCI_QUIRK_IDE_ONE && !(pci_func(p) & 1)", "0"),
    Fault("pci-ide-ports-that-are-off", IDE, "return chip->io_bit_lies || pci_read16(p, PCI_COMMAND_REG) & PCI_COMMAND_IO_BIT;", "return true;"),
    Fault("pci-ide-cmd640-that-says-off", IDE, "return chip->io_bit_lies || ", "return "),
    Fault("pci-ide-claimed-without-a-channel", IDE, "\tkfree(c);\n\treturn -ENODEV;", "\treturn 0;"),
]
