"""PCI: configuration space, finding functions, base address registers, quirks, interrupt lines."""
from .fault import Fault

ACCESS = "drivers/pci/pci_access.c"
BAR = "drivers/pci/pci_bar.c"
HIDDEN = "drivers/pci/pci_hidden.c"
PIR = "drivers/pci/pir_decode.c"
QUIRKS = "drivers/pci/pci_quirks.c"
ROUTE = "drivers/pci/pci_route.c"
SCAN = "drivers/pci/pci_scan.c"
SIZE = "drivers/pci/bar_size.c"

FAULTS = [
    Fault("pci-mechanism-2-window-left-open", ACCESS, "\tif (a->mechanism == 2)\n\t\thw_out8", "\tif (0)\n\t\thw_out8"),
    Fault("pci-mechanism-2-function-bits", ACCESS, "PCI_CONF2_KEY | (devfn & 7) << 1", "PCI_CONF2_KEY | (devfn & 7)"),
    Fault("pci-mechanism-2-bus-left-out", ACCESS, "\thw_out8(a->hw, PCI_CONF2_FORWARD, (u8)bus);\n", ""),
    Fault("pci-mechanism-1-register-not-aligned", ACCESS, "devfn << 8 | (reg & ~3u)", "devfn << 8 | reg"),
    Fault("pci-mechanism-1-byte-lane", ACCESS, "(u16)(PCI_CONF1_DATA + (reg & 3))", "(u16)PCI_CONF1_DATA"),
    Fault("pci-ports-are-proof-of-a-bus", ACCESS, "\ta->mechanism = 1;\n\treturn bus_is_there(a);", "\ta->mechanism = 1;\n\treturn true;"),
    Fault("pci-address-port-not-put-back", ACCESS, "\thw_out32(a->hw, PCI_CONF1_ADDRESS, saved);\n", ""),
    Fault("pci-single-function-eight-times", SCAN, "\tif (!(header & PCI_HEADER_MULTI) || header == 0xff)\n\t\treturn;\n", ""),
    Fault("pci-multi-function-missed", SCAN, "func < PCI_FUNCTIONS", "func < 2"),
    Fault("pci-header-s-multi-bit-in-type", SCAN, "PCI_REG_HEADER, 1) &\n\t\t  PCI_HEADER_TYPE;", "PCI_REG_HEADER, 1);"),
    Fault("pci-empty-slot-of-zeros", SCAN, "id == 0xffffffffu || id == 0 ||", "id == 0xffffffffu ||"),
    Fault("pci-bridge-numbers-of-the-bios-overwritten", SCAN, "\tfollow_bridges(bus, true);\n", ""),
    Fault("pci-bridge-without-number-not-followed", SCAN, "\tfollow_bridges(bus, false);\n", ""),
    Fault("pci-bridge-subordinate-left-wide", SCAN, "\twrite_numbers(p, number, bus->last);\n", ""),
    Fault("pci-bridge-latency-lost", SCAN, "PCI_BRIDGE_PRIMARY) & 0xff000000u;", "PCI_BRIDGE_PRIMARY) & 0;"),
    Fault("pci-bus-0-under-every-number", SCAN, "is_inhabited(tree, n) && !is_alias(tree, n)", "is_inhabited(tree, n)"),
    Fault("pci-sizing-not-put-back", BAR, "\twrite_locked(p, reg, 4, raw);\n", ""),
    Fault("pci-sizing-while-decoding", BAR, "command & ~(u32)(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)", "command"),
    Fault("pci-decoding-left-off", BAR, "\twrite_locked(p, PCI_REG_COMMAND, 2, command);\n", ""),
    Fault("pci-type-1-header-has-six", BAR, "[PCI_HEADER_BRIDGE] = { 2, PCI_BRIDGE_ROM }", "[PCI_HEADER_BRIDGE] = { 6, PCI_BRIDGE_ROM }"),
    Fault("pci-type-1-rom-of-type-0", BAR, "[PCI_HEADER_BRIDGE] = { 2, PCI_BRIDGE_ROM }", "[PCI_HEADER_BRIDGE] = { 2, PCI_REG_ROM }"),
    Fault("pci-host-bridge-sized", BAR, "p->class >> 8 == PCI_CLASS_HOST || ", ""),
    Fault("pci-ide-legacy-ports-from-bars", BAR, "\tif (!(p->class & PCI_IDE_NATIVE_1))\n", "\tif (0)\n"),
    Fault("pci-bar-where-ram-is", BAR, "return v->base >= MEMORY_LOWEST && v->base >= p->bus->tree->ram_end;", "return true;"),
    Fault("bar-flags-in-the-size", SIZE, "u32 bits = probe & mask,", "u32 bits = probe,"),
    Fault("bar-16-bit-io-size", SIZE, "\t\tprobe |= 0xffff0000u;\n", "\t\t;\n"),
    Fault("bar-64-bit-as-32", SIZE, "== PCI_BAR_RAW_64;", "== 0xff;"),
    Fault("window-limit-without-its-low-bits", SIZE, "(limit & 0xf0) << 8 | 0xfff;", "(limit & 0xf0) << 8;"),
    Fault("window-closed-is-open", SIZE, "if (base && base <= limit)", "if (base)"),
    Fault("quirk-revision-ignored", QUIRKS, "p->device == c->device && p->revision >= c->first &&\n\t       p->revision <= c->last;", "p->device == c->device;"),
    Fault("quirk-row-of-450nx-lost", QUIRKS, "{ INTEL, 0x84cb, PCI_QUIRK_IDE_PIO }", "{ INTEL, 0x84cc, PCI_QUIRK_IDE_PIO }"),
    Fault("quirk-bits-not-cleared", QUIRKS, "(old & (u8)~row->clear) | row->set", "old | row->set"),
    Fault("quirk-other-chip-not-asked-for", QUIRKS, " || !is_there(tree, &row->beside))", ")"),
    Fault("line-255-believed", ROUTE, "return line < 16 && !(LINES_NEVER & 1u << line);", "return !(LINES_NEVER & 1u << (line & 15));"),
    Fault("line-of-the-timer", ROUTE, "LINES_NEVER ((1u << 0) | ", "LINES_NEVER ("),
    Fault("pin-not-turned-behind-a-bridge", ROUTE, "pin = (pin - 1 + pci_slot(p)) % 4 + 1;", ""),
    Fault("line-not-told-to-the-function", ROUTE, "\tpci_write8(p, PCI_REG_LINE, (u8)line);\n", ""),
    Fault("pir-checksum-not-checked", PIR, " || !sums_to_zero(p, size))", ")"),
    Fault("pir-pin-one-off", PIR, "*out = slot.pin[pin - 1];", "*out = slot.pin[pin & 3];"),
    Fault("pir-device-with-function", PIR, "out->device = p[1] >> 3;", "out->device = p[1];"),
]
