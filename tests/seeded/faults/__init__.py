"""faults - mistakes that a driver's author could make, each a change of one place of a source.

One file a subject, each with its FAULTS; ALL has them in order.
"""
from . import acpi, ahci, ata, clock, disk, fat, floppy, packet, pci, pci_ide, ps2, screen, serial, tables, timer

ALL = [fault for part in (timer, ata, disk, packet, floppy, ahci, pci, pci_ide, ps2, clock, serial, screen, tables, fat, acpi) for fault in part.FAULTS]
