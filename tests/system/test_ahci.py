"""AHCI on q35: names by port, sizes beyond 2 TB, a bad sector that costs no neighbour, no interrupts."""
import hashlib

import pytest

from vm import PROMPT, Qemu, artefact
from vm.diskimage import MIB, Disk, guest_walk, host_walk, make_tree

SERIAL = "console=tty0 console=ttyS0,115200"
BAD = 5000  # sector
DATA = hashlib.shake_256(b"ahci").digest(8 * MIB)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    make_tree(str(folder))
    return folder


@pytest.fixture
def pattern(tmp_path):
    path = tmp_path / "pattern"
    path.write_bytes(DATA)
    return path


def sata(path, port, kind="hd"):
    media = ",media=cdrom,readonly=on" if kind == "cd" else ""
    return ["-drive", f"if=none,id=d{port},format=raw,file={path}{media}",
            "-device", f"ide-{kind},drive=d{port},bus=ide.{port}"]


def boot(machine, extra, append="", mem=128):
    pc = machine(Qemu, machine="q35", cpu="qemu32", mem=mem, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-base.cpio.gz"), append=f"{SERIAL} {append}",
                 extra=extra)
    pc.expect(PROMPT, 60)
    return pc


def md5(data):
    return hashlib.md5(data).hexdigest()


def test_names_by_port(machine, tmp_path, pattern):
    """A disk's name is its port's, whatever is beside it; numbers are as Linux has them."""
    other = tmp_path / "other"
    other.write_bytes(DATA[::-1])
    disc = tmp_path / "disc"
    disc.write_bytes(DATA[7:] + DATA[:7])
    pc = boot(machine, sata(pattern, 0) + sata(other, 4) + sata(disc, 2, "cd"),
              append="ahci.skip=bf")
    assert pc.run("ls /dev/sd?") == "/dev/sda  /dev/sde\n"
    assert pc.run("stat -c '%t %T' /dev/sde").split() == ["8", "40"]
    assert pc.run("md5sum < /dev/sda").split()[0] == md5(DATA)
    assert pc.run("md5sum < /dev/sde").split()[0] == md5(DATA[::-1])
    assert pc.run("stat -c '%t %T' /dev/sr0").split() == ["b", "0"]
    assert pc.run("md5sum < /dev/cdrom").split()[0] == md5(DATA[7:] + DATA[:7])


@pytest.mark.parametrize("append, disks", [("ahci.skip=a", "/dev/sdb"), ("noahci", ""), ("noide", "")])
def test_switches(machine, tmp_path, pattern, append, disks):
    other = tmp_path / "other"
    other.write_bytes(DATA)
    pc = boot(machine, sata(pattern, 0) + sata(other, 1), append)
    assert pc.run("ls /dev/sd? 2>/dev/null").strip() == disks


@pytest.mark.parametrize("append", ["", "nodma", "ide=poll"])
def test_walk(machine, tree, tmp_path, append):
    disk = Disk(tmp_path / "d", 64 * MIB, tree)
    pc = boot(machine, sata(disk.path, 1), append)
    guest_walk(pc, "/dev/sdb1")
    host_walk(disk)


def test_large(machine, tree, tmp_path):
    disk = Disk(tmp_path / "d", 3072 << 30, tree, start=5 * 2 ** 30 + 2048, gpt=True)
    pc = boot(machine, sata(disk.path, 0))
    assert pc.run("blockdev --getsize64 /dev/sda") == f"{3072 << 30}\n"
    guest_walk(pc, "/dev/sda1")
    host_walk(disk)


# Read-ahead and merging make one command of many sectors; exactly the bad one fails.
def test_bad_sector(machine, pattern):
    pc = boot(machine, [
        "-blockdev", "driver=raw,node-name=bad,file.driver=blkdebug,file.image.driver=file,"
        f"file.image.filename={pattern},file.inject-error.0.event=none,"
        "file.inject-error.0.iotype=read,file.inject-error.0.errno=5,"
        f"file.inject-error.0.sector={BAD}",
        "-device", "ide-hd,drive=bad,bus=ide.0,rerror=report,werror=report"])
    pc.run("dmesg -n 1")
    assert pc.run(f"dd if=/dev/sda of=/tmp/bad bs=512 skip={BAD} count=1 iflag=direct "
                  "2>&1 | grep -c error") == "1\n"
    for first, count in ((BAD - 300, 300), (BAD + 1, 300)):
        piece = DATA[first * 512:(first + count) * 512]
        assert pc.run(f"dd if=/dev/sda bs=512 skip={first} count={count} iflag=direct "
                      "2>/dev/null | md5sum").split()[0] == md5(piece)
    said = pc.run(f"dd if=/dev/sda of=/tmp/x bs=128k skip={BAD // 256} count=1 iflag=direct; "
                  "dmesg | grep 'sda: read sector'")
    assert set(line.split("read sector ")[1] for line in said.splitlines()
               if "read sector" in line) == {f"{BAD}: error"}
    assert "given up" not in pc.run("dmesg")
