"""Debian's Linux with its ext4 driver, which mounts ext2 and ext3, on an IDE disk."""
from vm import PROMPT, LinuxRef, artefact, initramfs
from vm.modules import EXT4_ON_IDE, of_linux


def make_initrd(path, files=None, modules=()):
    modules = of_linux((*EXT4_ON_IDE, *modules))
    load = "".join(f"insmod /{module.name} || exit 1\n" for module in modules)
    return initramfs.with_files(artefact("initramfs.cpio.gz"), path,
                                {"load.sh": load.encode(), **{m.name: m.read_bytes() for m in modules},
                                 **(files or {})})


def boot_linux(machine, initrd, image):
    """The disk is /dev/sda."""
    pc = machine(LinuxRef, machine="pc", cpu="pentium3", mem=256, initrd=initrd,
                 append="console=ttyS0,115200 quiet rdinit=/init",
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image}"])
    pc.expect(PROMPT, 120)
    pc.run("sh /load.sh && until [ -b /dev/sda ]; do sleep 0.2; done; mkdir -p /mnt", 120)
    assert pc.status == 0
    return pc
