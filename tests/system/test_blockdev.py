"""Disks that are none: in memory, of files; and controllers beside the usual one."""
import re

import pytest

from vm import PROMPT, Qemu, artefact
from vm.diskimage import MIB, Disk, guest_walk, host_walk, make_tree


def boot(start, extra=(), append="", initrd="initramfs.cpio.gz", **kwargs):
    pc = start(Qemu, cpu="pentium3", mem=128, kernel=artefact("oldiron.elf"), initrd=artefact(initrd),
                 append=f"console=tty0 console=ttyS0,115200 {append}", extra=list(extra), **kwargs)
    pc.expect(PROMPT, 60)
    return pc


@pytest.mark.parametrize("append, megabytes", [("", 4), ("ramdisk_size=8192", 8)])
def test_ram_disk(machine, append, megabytes):
    """A file system on one, while the others stay empty; it is no larger than it says."""
    pc = boot(machine, append=append)
    assert pc.run("blockdev --getsize64 /dev/ram1") == f"{megabytes * MIB}\n"
    assert pc.run("mke2fs -q /dev/ram1 && mount -t ext2 /dev/ram1 /mnt && cp /bin/bash /mnt && cmp /bin/bash /mnt/bash "
                  "&& echo alike; umount /mnt", 60) == "alike\n"
    assert pc.run("e2fsck -fn /dev/ram1 >/dev/null 2>&1 && echo sound", 60) == "sound\n"
    assert pc.run("mount -t ext2 /dev/ram1 /mnt && cmp /bin/bash /mnt/bash && echo alike; umount /mnt") == "alike\n"
    assert pc.run("cmp -n 4194304 /dev/ram0 /dev/zero && echo empty") == "empty\n"
    assert "No space left" in pc.run("dd if=/dev/zero of=/dev/ram2 bs=64k status=none")
    assert pc.run("cmp /dev/ram2 /dev/zero 2>&1 | grep -c EOF") == "1\n"


def test_loops_from_the_start(machine):
    pc = boot(machine, append="max_loop=3")
    assert pc.run("ls -1 /dev/loop[0-9]") == "/dev/loop0\n/dev/loop1\n/dev/loop2\n"
    assert pc.run("truncate -s 1M /tmp/f && losetup /dev/loop2 /tmp/f && blockdev --getsize64 /dev/loop2") == f"{MIB}\n"


def test_speed_of_a_disk(machine, tmp_path):
    """hdparm -t and -T, which read through the cache, past it, and with BLKFLSBUF and HDIO_DRIVE_CMD in between."""
    image = tmp_path / "d"
    with open(image, "wb") as f:
        f.truncate(64 * MIB)
    pc = boot(machine, ["-drive", f"if=ide,index=0,format=raw,file={image}"])
    text = pc.run("hdparm -t -T /dev/hda; hdparm -t --direct /dev/hda", 120)
    for what in ("cached reads", "buffered disk reads", r"O_DIRECT disk reads"):
        assert re.search(rf"Timing {what}: +\d+ MB in +[\d.]+ seconds = +[\d.]+ (MB|kB)/sec", text), text


@pytest.mark.parametrize("device, name", [("piix3-ide", "PIIX3"), ("piix4-ide", "PIIX4")])
@pytest.mark.parametrize("append", ["", "nodma"])
def test_compatibility_ports_beside_ahci(machine, tmp_path, device, name, append):
    """A board with AHCI and an IDE function at the AT's ports, each with disks; nothing is taken for another."""
    tree = tmp_path / "tree"
    tree.mkdir()
    make_tree(str(tree))
    disks = {d: Disk(tmp_path / d, 40 * MIB, tree) for d in ("sda", "hda", "hdd")}
    extra = ["-device", f"{device},id=i"]
    for disk, bus in (("sda", "ide.0"), ("hda", "i.0,unit=0"), ("hdd", "i.1,unit=1")):
        extra += ["-drive", f"if=none,id={disk},format=raw,file={disks[disk].path}",
                  "-device", f"ide-hd,drive={disk},bus={bus}"]
    pc = boot(machine, extra, append, "initramfs-base.cpio.gz", machine="q35")
    pc.run("until [ -b /dev/sda1 -a -b /dev/hda1 -a -b /dev/hdd1 ]; do sleep 0.1; done", 60)
    assert re.search(rf"ide\d: {name} at", pc.run("dmesg"))
    for disk in disks:
        guest_walk(pc, f"/dev/{disk}1")
    for disk in disks.values():
        host_walk(disk)


def test_partition_in_use_does_not_shrink(machine, tmp_path):
    """What is mounted, or an area of swap, keeps its sectors; it may grow, and what is only open may shrink."""
    tree = tmp_path / "tree"
    tree.mkdir()
    make_tree(str(tree))
    disk = Disk(tmp_path / "d", 40 * MIB, tree)
    pc = boot(machine, ["-drive", f"if=ide,index=0,format=raw,file={disk.path}"])
    size = int(pc.run("cat /sys/block/hda/hda1/size"))
    shrink, same = f"resizepart /dev/hda 1 {size // 2}", f"resizepart /dev/hda 1 {size}"
    pc.run("mount -t ext2 /dev/hda1 /mnt")
    assert "busy" in pc.run(f"{shrink} 2>&1")
    assert pc.run("cat /sys/block/hda/hda1/size") == f"{size}\n"
    assert pc.run(f"{same} && umount /mnt && {shrink} && cat /sys/block/hda/hda1/size") == f"{size // 2}\n"
    pc.run(same)
    guest_walk(pc, "/dev/hda1")
    pc.run("mkswap /dev/hda1 && swapon /dev/hda1")
    assert "busy" in pc.run(f"{shrink} 2>&1")
    assert pc.run(f"exec 3</dev/hda1; swapoff /dev/hda1 && {shrink} && blockdev --getsz /dev/hda1; exec 3<&-") == f"{size // 2}\n"
