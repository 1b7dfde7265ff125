"""Journals that Linux's ext3 left behind when its machine lost power, replayed by Oldiron's mount.

What is right, e2fsck says: it replays the journal of a copy of the image.
"""
import shutil

import pytest
from linux_ext import boot_linux, make_initrd
from test_ext2 import WORK, boot, clean, mount, put_script, sums_in_guest, sums_of_image, tool, umount


@pytest.fixture(name="linux_initrd", scope="module")
def make_linux_initrd(tmp_path_factory):
    return make_initrd(tmp_path_factory.mktemp("linux") / "linux.gz")


def leave_dirty(machine, initrd, image):
    """Linux works on the file system, with two deleted files open and one just cut, and is gone."""
    pc = boot_linux(machine, initrd, image)
    pc.run("mount -t ext3 /dev/sda /mnt")
    assert pc.status == 0
    put_script(pc, "/tmp/work", WORK)
    pc.run("bash /tmp/work 5 150; cd /mnt; head -c 700000 /dev/urandom >a; cp a b; cp a c", 120)
    pc.run("exec 5<a 6<b; sync; rm a b; bash /tmp/work 6 150; truncate -s 1000 c", 120)
    # fsync commits the journal; what it names stays where it was.
    pc.run("dd if=/dev/zero of=last bs=1k count=9 conv=fsync", 60)
    assert pc.status == 0
    pc.close()
    assert "needs_recovery" in tool("dumpe2fs", "-h", image)


def as_e2fsck_has_it(image, tmp_path):
    copy = tmp_path / "copy.img"
    shutil.copyfile(image, copy)
    tool("e2fsck", "-fy", copy, ok=(0, 1))
    return sums_of_image(copy, tmp_path)


@pytest.mark.parametrize("options", [
    pytest.param(["-b", "1024", "-J", "size=1"], id="1k-short-log"),
    pytest.param(["-b", "4096", "-J", "size=4"], id="4k"),
])
def test_after_linux(machine, tmp_path, linux_initrd, options):
    image = tmp_path / "disk.img"
    tool("mke2fs", "-q", "-F", "-t", "ext3", *options, image, "32M")
    leave_dirty(machine, linux_initrd, image)
    want = as_e2fsck_has_it(image, tmp_path)
    assert len(want) > 15 and "last" in dict(want)
    pc = boot(machine, image)
    assert "needs_recovery" in tool("dumpe2fs", "-h", image)
    mount(pc)
    log = pc.run("dmesg | grep EXT2")
    assert "journal replayed: " in log and "mounting ext3 file system as ext2" in log
    assert "2 deleted files freed" in log
    assert "needs_recovery" not in tool("dumpe2fs", "-h", image)
    assert sums_in_guest(pc) == want
    pc.run("bash -c 'cd /mnt; seq 9999 >new; rm last'")
    umount(pc)
    clean(image)
    assert "error" not in pc.run("dmesg | grep EXT2")


def dirty_by_hand(tmp_path, image, *options):
    """Blocks 3000 to 3002 of an empty file system are to get text, 3001 is revoked."""
    text = tmp_path / "text"
    text.write_bytes(b"".join(f"{n}\n".encode() for n in range(9999))[:3072])
    tool("mke2fs", "-q", "-F", "-t", "ext3", "-b", "1024", *options, image, "8M")
    commands = tmp_path / "commands"
    commands.write_text(f"jo\njw -b 3000,3001,3002 {text}\njw -r 3001\njc\n")
    tool("debugfs", "-w", "-f", commands, image)
    return text.read_bytes()


def block(image, number):
    with open(image, "rb") as f:
        f.seek(number * 1024)
        return f.read(1024)


def test_who_replays(machine, tmp_path):
    image = tmp_path / "disk.img"
    text = dirty_by_hand(tmp_path, image)
    before = image.read_bytes()
    pc = boot(machine, image)
    assert "needs_recovery" in tool("dumpe2fs", "-h", image)
    pc.run("mount -t ext2 -o ro,noload /dev/hda /mnt; mount -o remount,rw /mnt")
    assert pc.status != 0
    umount(pc)
    pc.run("mount -t ext2 -o noload /dev/hda /mnt")
    assert pc.status != 0
    pc.run("losetup -r /dev/loop0 /dev/hda && ! mount -t ext2 -o ro /dev/loop0 /mnt && losetup -d /dev/loop0")
    assert pc.status == 0
    assert "the device cannot be written; mount with -o ro,noload" in pc.run("dmesg")
    assert image.read_bytes() == before
    mount(pc, "ro")
    assert "journal replayed: 2 transactions, 2 blocks written, 1 revoked" in pc.run("dmesg")
    umount(pc)
    assert [block(image, n) for n in (3000, 3001, 3002)] == [text[:1024], bytes(1024), text[2048:]]
    clean(image)


def test_damaged_journal_changes_nothing(machine, tmp_path):
    image = tmp_path / "disk.img"
    dirty_by_hand(tmp_path, image)
    data = bytearray(image.read_bytes())
    tag = data.index(bytes.fromhex("c03b39980000000100000001")) + 12
    data[tag:tag + 4] = (9000).to_bytes(4, "big")  # beyond the end
    image.write_bytes(data)
    pc = boot(machine, image)
    pc.run("mount -t ext2 /dev/hda /mnt")
    assert pc.status != 0
    assert "was not replayed: a block in the journal is for outside the file system" in pc.run("dmesg")
    pc.run("sync")
    assert image.read_bytes() == bytes(data)


def test_external_journal(machine, tmp_path):
    journal, image = tmp_path / "journal.img", tmp_path / "disk.img"
    tool("mke2fs", "-q", "-F", "-O", "journal_dev", "-b", "1024", journal, "4M")
    tool("mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", image, "8M")
    tool("debugfs", "-w", "-R", "feature has_journal needs_recovery", image)
    pc = boot(machine, image)
    pc.run("mount -t ext2 /dev/hda /mnt")
    assert pc.status != 0
    assert "it is on another device, which is not supported" in pc.run("dmesg")
    pc = boot(machine, journal)
    pc.run("mount -t ext2 /dev/hda /mnt")
    assert "not supported: journal_dev" in pc.run("dmesg")
