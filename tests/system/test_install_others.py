"""The entries that other systems get in GRUB's menu, and what starts when they are chosen."""
import shutil

from installing import BESIDE, SECTOR, answer_disc, drive, install, live, shared_disk
from vm import Qemu, diskimage, initramfs
from vm.qemu import linux_kernel

WORD = "DOS was here"
# A boot sector that prints a text by the BIOS: DOS's does no more until it has found its files.
PRINT = bytes.fromhex("fa31c08ed8fcbe1b7cac84c07406b40ecd10ebf5f4ebfd")


def dos(disk, start):
    """A DOS by its files, in the FAT16 that is there, whose boot sector prints a word."""
    volume = f"{disk}@@{start * SECTOR}"
    for name in ("IO.SYS", "MSDOS.SYS"):
        diskimage.run("mcopy", "-i", volume, "-", f"::{name}", input="x" * 3000)
    with open(disk, "r+b") as f:
        f.seek(start * SECTOR + 62)
        code = bytearray(PRINT)
        code[7:9] = (0x7C00 + 62 + len(code)).to_bytes(2, "little")
        f.write(code + WORD.encode() + b"\0")
        f.seek(start * SECTOR)
        f.write(b"\xeb\x3c\x90")


LINUX_MENU = """\
set timeout=0
menuentry 'Linux' {
    linux /boot/vmlinuz console=ttyS0,115200 no_timer_check mitigations=off rdinit=/hello
    initrd /boot/initrd.gz
}
"""


def linux(disk, start, count, folder, busybox_initrd):
    """Debian's kernel with a menu of its own, whose first process prints a word."""
    tree = folder / "linux"
    (tree / "boot/grub").mkdir(parents=True)
    (tree / "etc").mkdir()
    (tree / "etc/os-release").write_text('PRETTY_NAME="Some Linux"\n', encoding="ascii")
    (tree / "boot/grub/grub.cfg").write_text(LINUX_MENU, encoding="ascii")
    shutil.copy(linux_kernel(), tree / "boot/vmlinuz")
    script = "#!/bin/busybox sh\nexec >/dev/console 2>&1\n/bin/busybox echo Linux was here\n/bin/busybox poweroff -f\n"
    initramfs.with_files(busybox_initrd, tree / "boot/initrd.gz", {"hello": script.encode()})
    diskimage.run("mke2fs", "-q", "-F", "-t", "ext2", "-d", tree, "-E", f"offset={start * SECTOR}", disk,
                  f"{count * SECTOR // 1024}k")


def menu_of_disk(machine, disk, line):
    """The entry of GRUB's menu that begins so, chosen by the keyboard of the serial line."""
    pc = machine(Qemu, mem=128, extra=drive(disk, 0) + ["-boot", "c"])
    pc.expect("single user", 120)
    pc.expect(line, 60)
    return pc


def test_other_systems_start(machine, tmp_path, busybox_initrd):
    disk = shared_disk(tmp_path)
    dos(disk, 2048)
    linux(disk, 69632, 81920, tmp_path, busybox_initrd)
    answers = dict(BESIDE, groups="none", other_systems="yes")
    text = install(live(machine, drive(disk, 0), answer_disc(tmp_path, answers)))
    assert "MS-DOS" in text and "Some Linux" in text
    pc = menu_of_disk(machine, disk, "MS-DOS .on hda1.")
    pc.send("\x1b[B" * 3 + "\r")
    pc.expect_screen(WORD, 60)
    pc.close()
    pc = menu_of_disk(machine, disk, "Some Linux .on hda5.")
    pc.send("\x1b[B" * 4 + "\r")
    pc.expect("Linux was here", 600)
