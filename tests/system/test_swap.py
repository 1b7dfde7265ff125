"""Swap in a 16 MB machine: tests/swap is its process 1, and its disks are swap areas.

Each case says on the kernel's command line what to do; see tests/swap/main.c.
"""
import re
import struct
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact

MB = 1 << 20
PAGE = 4096
BAD_SECTORS = (2048, 4096, 6000, 8192, 12000)


def swap_image(path, size_mb):
    """A sparse file with the header that mkswap writes."""
    with open(path, "wb") as f:
        f.truncate(size_mb * MB)
        f.seek(1024)
        f.write(struct.pack("<III", 1, size_mb * MB // PAGE - 1, 0))
        f.seek(PAGE - 10)
        f.write(b"SWAPSPACE2")
    return path


@pytest.fixture
def disk(tmp_path):
    return swap_image(tmp_path / "swap.img", 64)


def drive(path, index=0):
    return ["-drive", f"if=ide,index={index},media=disk,format=raw,file={path},cache=unsafe"]


def bad_drive(path, conf, iotype):
    """Some sectors cannot be read, or written."""
    conf.write_text("\n".join(
        f'[inject-error]\nevent = "none"\nerrno = "5"\niotype = "{iotype}"\nsector = "{s}"\n'
        for s in BAD_SECTORS))
    return ["-drive", f"if=ide,index=0,media=disk,driver=blkdebug,config={conf},image.driver=raw,"
                      f"image.file.driver=file,image.file.filename={path}"]


def swaptest(machine, tests, extra, mem=16, timeout=120):
    """Runs the steps; what the machine said."""
    pc = machine(Qemu, machine="pc", cpu="pentium", mem=mem, kernel=artefact("oldiron.elf"),
                 initrd=artefact("tests/swap.cpio.gz"), extra=extra,
                 append="console=ttyS0 panic=-1 swaptest=" + ",".join(["wait:/dev/hda", *tests]))
    said = pc.expect(r"# swaptest: \d+ passed, (\d+) failed", timeout)
    text = pc.serial.text()
    assert not re.search(r"^FAIL|panic:", text, re.M), text
    assert said
    return text


def test_calls(machine, disk):
    """What swapon(2) and swapoff(2) refuse, and how."""
    swaptest(machine, ["calls:/dev/hda"], drive(disk))


def test_twice_the_memory(machine, disk):
    text = swaptest(machine, ["on:/dev/hda", "hog:32", "free:256", "off:/dev/hda", "free:0"], drive(disk))
    assert "out of memory" not in text


def test_fork_of_a_swapped_process(machine, disk):
    text = swaptest(machine, ["on:/dev/hda", "fork:12", "free:256"], drive(disk))
    assert "out of memory" not in text


def test_moved_protected_locked(machine, disk):
    swaptest(machine, ["on:/dev/hda", "views:20", "free:256", "mlock:20", "free:256"], drive(disk))


def test_swapoff_under_load(machine, disk, tmp_path):
    second = swap_image(tmp_path / "second.img", 64)
    text = swaptest(machine, ["wait:/dev/hdb", "on:/dev/hdb", "on:/dev/hda", "offload:/dev/hda@24", "free:512",
                              "off:/dev/hda", "off:/dev/hdb", "free:0"], drive(disk) + drive(second, 1))
    assert "out of memory" not in text


def test_all_is_full(machine, tmp_path):
    """Who wants more than memory and swap is killed, and nobody else; then swap is free again."""
    small = swap_image(tmp_path / "small.img", 16)
    text = swaptest(machine, ["on:/dev/hda", "full:64", "free:256", "hog:20", "show:/proc/vmstat"], drive(small))
    assert len(re.findall("oom: killing", text)) == 1
    assert re.search(r"^  \| oom_kill 1\r?$", text, re.M)


@pytest.mark.parametrize("swappiness", [0, 200])
def test_swappiness(machine, disk, swappiness):
    text = swaptest(machine, [f"swappiness:{swappiness}", "on:/dev/hda", "hog:24", "free:256"], drive(disk))
    assert "out of memory" not in text


def test_unreadable_slots(machine, disk, tmp_path):
    """SIGBUS for the program that touches what is lost; its neighbours are read, and the area can leave."""
    text = swaptest(machine, ["on:/dev/hda", "readerror:/dev/hda@20", "free:256"],
                    bad_drive(disk, tmp_path / "blkdebug.conf", "read"), timeout=240)
    lost = int(re.search(r"(\d+) of \d+ pages were lost", text).group(1))
    assert 0 < lost <= len(BAD_SECTORS)


def test_unwritable_slots(machine, disk, tmp_path):
    text = swaptest(machine, ["on:/dev/hda", "writeerror:20", "free:256"],
                    bad_drive(disk, tmp_path / "blkdebug.conf", "write"), timeout=240)
    assert "could not be written" in text


def ext2_with_files(path, tmp_path):
    """A file system of 1 KB blocks with a swap file, and one that has a hole."""
    good = swap_image(tmp_path / "swapfile", 40)
    # debugfs makes holes of zeros: there are to be none, in front of the header and behind it neither.
    data = bytearray(b"\xaa") * (40 * MB)
    data[1024:1536] = good.read_bytes()[1024:1536]
    data[PAGE - 10:PAGE] = b"SWAPSPACE2"
    good.write_bytes(data)
    holey = swap_image(tmp_path / "holey", 40)
    with open(path, "wb") as f:
        f.truncate(64 * MB)
    subprocess.run(["/sbin/mke2fs", "-q", "-F", "-b", "1024", path], check=True)
    subprocess.run(["/sbin/debugfs", "-w", "-f", "-", path], check=True, capture_output=True, text=True,
                   input=f"write {good} swapfile\nwrite {holey} holey\n")
    return path


def test_swap_file(machine, tmp_path):
    """A file of ext2: its own blocks and no others are written."""
    disk = ext2_with_files(tmp_path / "ext2.img", tmp_path)
    text = swaptest(machine, ["mount:/dev/hda@/mnt", "hole:/mnt/holey", "on:/mnt/swapfile", "show:/proc/swaps",
                              "busy:/mnt/swapfile", "hog:24", "free:256", "off:/mnt/swapfile", "umount:/mnt"],
                    drive(disk))
    assert re.search(r"/mnt/swapfile +file\t", text)
    subprocess.run(["/sbin/e2fsck", "-fn", disk], check=True)


def test_programs(machine, disk):
    """mkswap, swapon, swapoff, free of util-linux and procps."""
    pc = machine(Qemu, machine="pc", mem=256, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"),
                 append="console=ttyS0", extra=drive(disk))
    pc.expect(PROMPT, 60)
    pc.run("while ! [ -b /dev/hda ]; do sleep 0.1; done")
    assert "Setting up swapspace version 1" in pc.run("mkswap -L store /dev/hda")
    assert pc.run("swapon -p 5 /dev/hda && echo $?").endswith("0\n")  # the kernel tells it too
    assert re.search(r"/dev/hda +partition +64M +0B +5", pc.run("swapon --show"))
    assert re.search(r"Swap: +65532 +0 +65532", pc.run("free -k"))
    assert "Resource busy" in pc.run("swapon /dev/hda 2>&1")
    assert pc.run("swapoff -a && echo $?") == "0\n"
    assert re.search(r"Swap: +0 +0 +0", pc.run("free -k"))


def test_a_swap_file_is_kept(machine, tmp_path):
    """What the swap code writes past the file system is not removed, renamed, replaced, written or made read-only."""
    disk = ext2_with_files(tmp_path / "ext2.img", tmp_path)
    pc = machine(Qemu, machine="pc", mem=128, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"),
                 append="console=ttyS0", extra=drive(disk))
    pc.expect(PROMPT, 60)
    pc.run("until [ -b /dev/hda ]; do sleep 0.1; done", 60)
    pc.run("cd /; mount -t ext2 /dev/hda /mnt && chmod 600 /mnt/swapfile && echo other >/mnt/other && "
           "swapon /mnt/swapfile")
    assert pc.status == 0
    for command, why in (("rm -f /mnt/swapfile", "Operation not permitted"),
                         ("mv /mnt/swapfile /mnt/x", "Operation not permitted"),
                         ("mv -f /mnt/other /mnt/swapfile", "Operation not permitted"),
                         ("truncate -s 0 /mnt/swapfile", "Text file busy"),
                         ("dd if=/dev/zero of=/mnt/swapfile count=1 conv=notrunc", "Text file busy"),
                         ("mount -o remount,ro /mnt", "busy"),
                         ("umount /mnt", "busy")):
        assert why in pc.run(f"{command} 2>&1"), command
        assert pc.status != 0, command
    assert pc.run("ln /mnt/swapfile /mnt/link && cat /mnt/other") == "other\n"
    pc.run("swapoff /mnt/swapfile && rm /mnt/swapfile && mv /mnt/other /mnt/link && mount -o remount,ro /mnt && "
           "umount /mnt")
    assert pc.status == 0
    subprocess.run(["/sbin/e2fsck", "-fn", disk], check=True)


def test_a_swap_device_is_kept(machine, tmp_path):
    """Nobody writes over it through its node, until it is given back."""
    disk = swap_image(tmp_path / "swap.img", 16)
    pc = machine(Qemu, machine="pc", mem=128, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"),
                 append="console=ttyS0", extra=drive(disk))
    pc.expect(PROMPT, 60)
    pc.run("until [ -b /dev/hda ]; do sleep 0.1; done; sleep 1000 3>/dev/hda & swapon /dev/hda", 60)
    assert pc.status == 0
    for how in ("oflag=direct", "conv=notrunc", "seek=99"):
        assert "Text file busy" in pc.run(f"dd if=/dev/zero of=/dev/hda bs=512 count=1 {how} 2>&1"), how
    assert "Text file busy" in pc.run("echo x >/proc/$!/fd/3")
    pc.run("cmp /dev/hda /dev/zero; swapoff /dev/hda && swapon /dev/hda && swapoff /dev/hda && kill $!")
    assert pc.status == 0
    pc.run("dd if=/dev/zero of=/dev/hda bs=4096 count=1")
    assert pc.status == 0


def test_priorities(machine, tmp_path):
    """Areas without a wish stand in the order in which they came, and move up when one leaves."""
    disks = [swap_image(tmp_path / f"d{i}", 1) for i in range(3)]
    pc = machine(Qemu, machine="pc", mem=128, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"),
                 append="console=ttyS0", extra=[a for i, disk in enumerate(disks) for a in drive(disk, i)])
    pc.expect(PROMPT, 60)

    def listed():
        return pc.run("swapon --show=NAME,PRIO --noheadings --raw").split()

    pc.run("for d in a b c; do until [ -b /dev/hd$d ]; do sleep 0.1; done; swapon /dev/hd$d; done", 60)
    assert listed() == ["/dev/hda", "-2", "/dev/hdb", "-3", "/dev/hdc", "-4"]
    pc.run("swapoff /dev/hda")
    assert listed() == ["/dev/hdb", "-2", "/dev/hdc", "-3"]
    pc.run("swapon -p 5 /dev/hda; swapoff /dev/hda; swapon /dev/hda")
    assert sorted(listed()[1::2]) == ["-2", "-3", "-4"]
    pc.run("swapoff -a; swapon /dev/hdc")
    assert listed() == ["/dev/hdc", "-2"]
