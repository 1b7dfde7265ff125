"""The interrupt controllers and the timer."""
from .fault import Fault

FAULTS = [
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
]
