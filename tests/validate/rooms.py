"""rooms - a cell's machine with each of the systems in it, and what it says there.

`hwtest_alone()`: hwtest as process 1, alone with the hardware. `check_disk()`: the installed system to its
login, a file written, the host's e2fsck. `LinuxRoom`: Debian's Linux with hwtest in it.
"""
import json
import pathlib
import re
import shutil
import subprocess
import zlib

from vm import PROMPT, Bochs, LinuxRef, Qemu, artefact, diskimage, initramfs, modules
from vm.diskimage import SECTOR
from vm.loaders import syslinux_prompt

MENU = "hwtest: the report is "
LOADER = "GNU GRUB"
# Not a date that anything would have by itself; UTC.
RTC = "2001-02-03T04:05:06"
PARTITION = 1008  # sectors: where disk.img's file system begins
LINUX_MODULES = ("sd_mod", "sr_mod", "ata_generic", "ata_piix", "ahci")
LINUX_ISA_MODULES = ("sd_mod", "sr_mod", "pata_legacy")
PASSWORD = "a-Good-0ne"

# ---- the machine


def qemu_drives(cell, disk, cd, floppy):
    """Arguments that attach the images where the cell has them."""
    index = {"master": 0, "slave": 1, "second": 2}
    args = []
    if cell.disk == "ahci":
        args += ["-drive", f"if=none,id=hd,format=raw,file={disk}", "-device", "ide-hd,drive=hd,bus=ide.0"]
    elif cell.disk != "none":
        args += ["-drive", f"if=ide,index={index[cell.disk]},media=disk,format=raw,file={disk}"]
    if cell.cd and cell.model == "q35":
        args += ["-drive", f"if=none,id=cd,format=raw,readonly=on,file={cd}", "-device", "ide-cd,drive=cd,bus=ide.1"]
    elif cell.cd:
        args += ["-drive", f"if=ide,index=3,media=cdrom,format=raw,file={cd}"]
    if cell.floppy:
        args += ["-drive", f"if=floppy,format=raw,file={floppy},snapshot=on"]
    return args


def in_qemu(start, cell, images, kind=Qemu, **kwargs):
    args = {"machine": cell.board, "cpu": cell.cpu, "mem": cell.mem} | kwargs
    extra = [*qemu_drives(cell, images.disk, images.cd, images.floppy), "-rtc", f"base={RTC},clock=vm", *cell.extra]
    return start(kind, extra=extra, **args)


def in_bochs(start, cell, images, floppy=None):
    lines = ["pci: enabled=0" if cell.board == "none" else f"pci: enabled=1, chipset={cell.board}"]
    if cell.cd:
        lines.append("ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15")
        lines.append(f"ata1-slave: type=cdrom, path={images.cd}, status=inserted")
    if cell.disk == "slave":
        lines.append(f"ata0-slave: type=disk, path={images.disk}, mode=flat")
    if not floppy and cell.disk == "slave":
        # The BIOS starts from the first disk that it finds.
        lines.append("boot: disk")
    # Bochs leaves it behind when it is ended, and does not start with it.
    pathlib.Path(f"{images.disk}.lock").unlink(missing_ok=True)
    disk = images.disk if cell.disk == "master" else None
    return start(Bochs, cpu=cell.cpu, mem=cell.mem, pci=cell.board != "none", disk=disk, floppy=floppy, extra=lines)


class Images:
    """Copies that a cell may write on."""

    def __init__(self, folder):
        self.disk = folder / "disk.img"
        shutil.copy(artefact("disk.img"), self.disk)
        self.floppy = artefact("floppy.img")
        self.cd = folder / "cd.iso"
        tree = folder / "cd"
        tree.mkdir()
        (tree / "hello.txt").write_text("hello\n")
        subprocess.run(["xorriso", "-as", "mkisofs", "-quiet", "-o", self.cd, tree], check=True, stderr=subprocess.DEVNULL)


# ---- hwtest


class Report:
    """hwtest's report: facts by probe, subject and key; verdicts by probe."""

    def __init__(self, text):
        self.lines = [json.loads(line) for line in text.splitlines()]
        self.head = self.lines[0]
        self.facts = {(f["probe"], f["of"], f["fact"]): f for f in self.lines if "fact" in f}
        self.verdicts = {f["probe"]: f["verdict"] for f in self.lines if "verdict" in f}
        self.why = {f["probe"]: f["why"] for f in self.lines if "verdict" in f}

    def bytes_of(self, probe, key):
        """{subject: bytes} of all subjects that have it."""
        return {of: bytes.fromhex(f["bytes"]) for (p, of, k), f in self.facts.items() if (p, k) == (probe, key) and "bytes" in f}

    def value(self, probe, of, key):
        """The number, text or bytes; None: it is not there."""
        f = self.facts.get((probe, of, key), {})
        return bytes.fromhex(f["bytes"]) if "bytes" in f else f.get("number", f.get("text"))

    def subjects(self, probe):
        return sorted({of for (p, of, _) in self.facts if p == probe and of})


def receive(pc):
    """The report over the serial line, by the menu's entry."""
    pc.send("4")
    head = pc.expect(r"HWTEST-REPORT (\d+) ([0-9a-f]{8})\r?\n", 120)
    size, crc, begin = int(head[1]), int(head[2], 16), pc.serial.pos
    end = pc.expect(r"HWTEST-END", 600)
    with pc.serial.cond:
        text = bytes(pc.serial.data[begin:end.start()]).replace(b"\r\n", b"\n")[:size]
    assert len(text) == size and zlib.crc32(text) == crc, "the report did not arrive as it was sent"
    return Report(text.decode("ascii"))


def hwtest_alone(start, cell, images):
    """The machine, which still runs, and the report."""
    if cell.bochs:
        pc = in_bochs(start, cell, images, floppy=artefact("hwtest.img"))
        syslinux_prompt(pc, "serial", 120)
    else:
        pc = in_qemu(start, cell, images, kernel=artefact("oldiron.elf"), initrd=artefact("hwtest/initramfs.cpio.gz"),
                     append="console=tty0 console=ttyS0,115200 drivers=none")
    pc.expect(MENU, 900)
    return pc, receive(pc)


# ---- the installed system


def log_in(pc):
    """Root has no password yet, and must choose one."""
    pc.expect("login: ", 900)
    pc.send("root\r")
    for _ in range(2):
        pc.expect("assword: ", 120)
        pc.send(f"{PASSWORD}\r")
    pc.expect(PROMPT, 120)


def check_disk(start, cell, images, folder):
    """What was started, and what was found."""
    if cell.disk == "none":
        return rescue(start, cell, images)
    if cell.bochs:
        pc = in_bochs(start, cell, images)
    else:
        pc = in_qemu(start, cell, images, kernel=artefact("oldiron.elf"),
                     append="root=UUID=%s console=tty0 console=ttyS0,115200" % uuid_of(images.disk, folder))
    log_in(pc)
    assert " / ext2 rw" in pc.run("cat /proc/mounts", 60)
    pc.run("echo kept >/root/mine; sync", 60)
    pc.send(f"{cell.ends}\r")
    if cell.ends == "poweroff":
        pc.expect("It is now safe to turn off|Power down", 300)
    elif cell.bochs:
        pc.expect(LOADER, 300)
    else:
        assert pc.shutdown_cause(300) == "guest-reset"
    pc.close()
    fs = file_system(images.disk, folder)
    diskimage.run("e2fsck", "-fn", fs)
    assert diskimage.run("debugfs", "-R", "cat /root/mine", fs).endswith("kept\n")
    return f"disk.img to its login; a file written, {cell.ends}, e2fsck finds nothing"


def rescue(start, cell, images):
    pc = in_qemu(start, cell, images, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs-rescue.cpio.gz"),
                 append="console=tty0 console=ttyS0,115200")
    pc.expect(PROMPT, 300)
    pc.run("true")
    pc.close()
    return "the rescue system in memory to its shell; no disk"


def file_system(disk, folder):
    fs = folder / "fs"
    with open(disk, "rb") as f:
        f.seek(PARTITION * SECTOR)
        fs.write_bytes(f.read())
    return fs


def uuid_of(disk, folder):
    return re.search(r"UUID: +(\S+)", diskimage.run("dumpe2fs", "-h", file_system(disk, folder)))[1]


# ---- Linux


def linux_initrd(path, wanted):
    archive = initramfs.busybox_archive().file("bin/hwtest", artefact("hwtest/hwtest").read_bytes())
    archive.folder("modules")
    paths = modules.of_linux(("crct10dif_generic", "crc64_rocksoft_generic", *wanted))
    for module in paths:
        archive.file(f"modules/{module.name}", module.read_bytes(), 0o644)
    archive.file("load", "".join(f"insmod /modules/{m.name}\n" for m in paths))
    return archive.write(path)


def linux(start, cell, images, folder):
    """Debian's Linux at its shell, its drivers of disks loaded."""
    isa = cell.model == "isapc"
    pc = in_qemu(start, cell, images, LinuxRef, cpu=cell.linux_cpu or cell.cpu, mem=cell.linux_mem or cell.mem,
                 initrd=linux_initrd(folder / "linux.gz", LINUX_ISA_MODULES if isa else LINUX_MODULES),
                 append=f"console=ttyS0,115200 quiet {'noapic nolapic' if isa else ''}")
    pc.expect(PROMPT, 900)
    pc.run("mount -t sysfs sys /sys; sh /load 2>/dev/null; mount -t tmpfs tmp /tmp", 120)
    return pc


def hwtest_in_linux(pc):
    said = pc.run("hwtest run --report /tmp/r", 900)
    assert pc.status in (0, 1), said
    return Report(pc.run("cat /tmp/r", 120))
