"""Processor and firmware: memory map, coprocessor images, power-off by ACPI."""
from .fault import Fault

FPU = "kernel/x86/fpu_convert.c"
MAP = "kernel/x86/memmap.c"
S5 = "kernel/x86/acpi_decode.c"

FAULTS = [
    Fault("acpi-s5-without-its-operator", S5, "is_definition(dsdt, i) &&", "1 &&"),
    Fault("acpi-s5-package-length-of-one", S5, "skip = 1 + (*p >> 6);", "skip = 1;"),
    Fault("acpi-s5-second-value", S5, "\tif (!small_integer(&p, end, typ_b))\n", "\tif (1)\n"),
    Fault("acpi-s5-reads-beyond", S5, "\tif (*p >= end)\n\t\treturn false;\n", ""),
    Fault("fpu-tags-not-by-top", FPU, "classify(fx->st[(i - top) & 7])", "classify(fx->st[i])"),
    Fault("fpu-registers-16-apart", FPU, "(u8 *)out->st_space + 10 * i", "(u8 *)out->st_space + 8 * i"),
    Fault("fpu-zero-is-valid", FPU, "lo | hi ? TAG_SPECIAL : TAG_ZERO", "TAG_SPECIAL"),
    Fault("memmap-reserved-stays-ram", MAP, "\t\tcut_range(map, map->reserved[i].start, map->reserved[i].end);\n", "\t\t;\n"),
    Fault("memmap-rounded-outwards", MAP, "(r->start + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1)", "r->start & ~(PAGE_BYTES - 1)"),
    Fault("memmap-hole-fills-the-range", MAP, "if (r->start < start && r->end > end)\n\t\t\ttable_add", "if (0)\n\t\t\ttable_add"),
    Fault("memmap-above-4-gb", MAP, "(r->end < TOP_BYTES ? r->end : TOP_BYTES)", "r->end"),
]
