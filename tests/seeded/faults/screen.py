"""The text screen's adapters."""
from .fault import Fault

VGA = "drivers/vga/vga_core.c"

FAULTS = [
    Fault("vga-mono-at-colour-s-ports", VGA, "v->crtc = v->mono ? VGA_CRTC_MONO : VGA_CRTC_COLOR;", "v->crtc = VGA_CRTC_COLOR;"),
    Fault("vga-start-bytes-swapped", VGA, "\tcrtc_put(v, high_index, (u8)(value >> 8));\n\tcrtc_put(v, high_index + 1, (u8)value);",
          "\tcrtc_put(v, high_index + 1, (u8)(value >> 8));\n\tcrtc_put(v, high_index, (u8)value);"),
    Fault("vga-cursor-without-start", VGA, "unsigned int at = v->start + row * v->cols + col;", "unsigned int at = row * v->cols + col;"),
    Fault("vga-scrolls-beyond-its-memory", VGA, "if (start + screen <= v->cells) {", "if (1) {"),
    Fault("vga-memory-test-leaves-marks", VGA, "\t*cell = saved;\n", ""),
    Fault("vga-cursor-hidden-as-on-cga", VGA, "start = v->cells == CELLS_VGA ? CRTC_CURSOR_OFF | start : 31;", "start = 31;"),
    Fault("vga-palette-of-8-bits", VGA, "palette[3 * i + c] >> 2", "palette[3 * i + c]"),
    Fault("vga-palette-red-and-blue", VGA, "dac_index[ansi_to_vga[i]]", "dac_index[i]"),
    Fault("vga-graphics-taken-for-text", VGA, "\tif (bios->mode > 3 && bios->mode != MODE_MONO)\n\t\treturn 0;", "\tif (0)\n\t\treturn 0;"),
    Fault("vga-mono-colours-unmapped", VGA, "VGA_CELL(cell, vga_attr_to_mda((u8)(cell >> 8)))", "cell"),
    Fault("vga-register-test-not-put-back", VGA, "\thw_out8(v->hw, v->crtc + 1, saved);\n", ""),
]
