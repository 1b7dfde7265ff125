"""cells - the machines in which hwtest is compared with what is known of them from outside.

Each has the same image: hwtest's initramfs over the kernel (in Bochs from its floppy, hwtest.img), then
the installed system of disk.img, and where the emulator is QEMU, Debian's Linux. `linux_cpu` is the
processor that Linux gets where it does not start on the cell's (it needs CMOV), `linux_mem` the same for
memory; what they concern is then not compared.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Cell:
    name: str
    board: str  # QEMU's -M, or Bochs' chip set ("none": no PCI)
    cpu: str
    mem: int  # MB
    disk: str = "master"  # where disk.img is: master, slave, second, ahci, none
    extra: tuple = ()  # QEMU's arguments, or Bochs' lines
    cd: bool = False
    floppy: bool = False
    bochs: bool = False
    short: bool = False
    linux_cpu: str = ""
    linux_mem: int = 0
    ends: str = "reboot"  # how its installed system is ended

    @property
    def model(self):
        """The board's name without its switches."""
        return self.board.split(",")[0]


def nic(model):
    return ("-netdev", "user,id=n0,restrict=on", "-device", f"{model},netdev=n0")


OLD = {"linux_cpu": "pentium2"}
SMALL = {**OLD, "linux_mem": 64}

QEMU = [
    # ---- ISA
    Cell("isapc-486-8", "isapc", "486", 8, short=True, **SMALL),
    Cell("isapc-486-slave", "isapc", "486", 16, "slave", **SMALL),
    Cell("isapc-486-no-disk", "isapc", "486", 16, "none", **SMALL),
    Cell("isapc-pentium-ne2k", "isapc", "pentium", 32, extra=nic("ne2k_isa,irq=10"), **SMALL),
    Cell("isapc-pentium-cd", "isapc", "pentium", 16, cd=True, **SMALL),
    Cell("isapc-486-floppy", "isapc", "486", 16, floppy=True, **SMALL),
    # ---- 440FX and PIIX3
    Cell("pc-486-8", "pc", "486", 8, **SMALL),
    Cell("pc-486-cirrus", "pc", "486", 16, extra=("-vga", "cirrus"), **SMALL),
    Cell("pc-pentium-slave", "pc", "pentium", 32, "slave", **SMALL),
    Cell("pc-pentium-cd", "pc", "pentium", 32, cd=True, **SMALL),
    Cell("pc-pentium-floppy", "pc", "pentium", 16, floppy=True, **SMALL),
    Cell("pc-pentium2-second", "pc", "pentium2", 64, "second"),
    Cell("pc-pentium2-ne2k", "pc", "pentium2", 64, extra=nic("ne2k_pci")),
    Cell("pc-pentium2-rtl8139", "pc", "pentium2", 64, extra=nic("rtl8139")),
    Cell("pc-pentium3-pcnet", "pc", "pentium3", 64, extra=nic("pcnet")),
    Cell("pc-pentium3-e1000", "pc", "pentium3", 128, extra=nic("e1000"), short=True),
    Cell("pc-pentium3-i82559er", "pc", "pentium3", 128, extra=nic("i82559er")),
    Cell("pc-pentium3-vmware", "pc", "pentium3", 64, extra=("-vga", "vmware")),
    Cell("pc-pentium3-no-vga", "pc", "pentium3", 64, extra=("-vga", "none")),
    Cell("pc-pentium3-no-8042", "pc,i8042=off", "pentium3", 64),
    Cell("pc-pentium3-no-disk", "pc", "pentium3", 64, "none"),
    Cell("pc-pentium3-no-acpi", "pc,hpet=off,acpi=off", "pentium3", 64),
    Cell("pc-pentium3-usb", "pc,usb=on", "pentium3", 64),
    Cell("pc-pentium3-bridge", "pc", "pentium3", 64,
         extra=("-device", "pci-bridge,id=behind,chassis_nr=1,addr=7", "-device", "rtl8139,bus=behind,addr=3")),
    Cell("pc-qemu32-512", "pc", "qemu32", 512),
    Cell("pc-qemu32-3584", "pc", "qemu32", 3584),
    Cell("pc-n270-2048", "pc", "n270", 2048, cd=True),
    # ---- Q35
    Cell("q35-pentium2-64", "q35", "pentium2", 64, "ahci"),
    Cell("q35-pentium3-cd", "q35", "pentium3", 128, "ahci", cd=True),
    Cell("q35-n270-512", "q35", "n270", 512, "ahci", extra=nic("e1000")),
    Cell("q35-qemu32-3584", "q35", "qemu32", 3584, "ahci"),
    Cell("q35-pentium3-no-disk", "q35", "pentium3", 64, "none", extra=("-vga", "cirrus")),
]

# Bochs' BIOS locks an MSR of processors with VMX at the first start, and writes it again after the reset of a processor
# by the keyboard controller, which keeps it: Bochs then stops ("IA32_FEATURE_CONTROL_MSR VMX lock bit is set").
VMX = {"ends": "poweroff"}

BOCHS = [
    Cell("bochs-pentium-no-pci", "none", "pentium", 16, bochs=True),
    Cell("bochs-pentium-i430fx", "i430fx", "pentium", 32, bochs=True),
    Cell("bochs-mmx-i430fx", "i430fx", "pentium_mmx", 32, cd=True, bochs=True),
    Cell("bochs-k6-2-i440fx", "i440fx", "amd_k6_2_chomper", 64, bochs=True),
    Cell("bochs-klamath-i440fx", "i440fx", "p2_klamath", 32, "slave", bochs=True),
    Cell("bochs-katmai-i440bx", "i440bx", "p3_katmai", 64, bochs=True),
    Cell("bochs-willamette-i440bx", "i440bx", "p4_willamette", 128, bochs=True),
    Cell("bochs-yonah-i440bx", "i440bx", "core_duo_t2400_yonah", 256, bochs=True, **VMX),
    Cell("bochs-atom-i440bx", "i440bx", "atom_n270", 512, bochs=True),
]

CELLS = QEMU + BOCHS
