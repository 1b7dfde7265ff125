"""Disks and answers that the installer refuses: by their own names, before anything is written."""
import re
import struct

import pytest

from installing import ANSWERS, BESIDE, LONG, MIB, SECTOR, answer_disc, answer_text, blank, drive, live
from vm import PROMPT, Qemu, artefact, diskimage


def sfdisk(disk, script):
    diskimage.run("sfdisk", "-q", "--no-reread", "--wipe", "never", disk, input=script)


def patch(disk, sector, offset, data):
    with open(disk, "r+b") as f:
        f.seek(sector * SECTOR + offset)
        f.write(data)


def four_primaries(disk):
    sfdisk(disk, "label: dos\n" + "size=20M, type=83\n" * 4)


def overlapping(disk):
    sfdisk(disk, "label: dos\nstart=2048, size=20M, type=6\nstart=63488, size=20M, type=6\n")
    patch(disk, 0, 470, struct.pack("<I", 4096))


def looping(disk):
    sfdisk(disk, "label: dos\nstart=2048, size=40M, type=5\nstart=4096, size=10M, type=83\n")
    patch(disk, 2048, 462, b"\0\0\0\0\5\0\0\0" + struct.pack("<II", 0, 4096))


def stale_gpt(disk):
    sfdisk(disk, "label: gpt\nsize=20M\n")
    patch(disk, 0, 446, b"\0\0\2\0\6\xff\xff\xff" + struct.pack("<II", 2048, 20480) + bytes(48))


def full(disk):
    sfdisk(disk, f"label: dos\nstart=1, size={160 * 2048 - 1}, type=83\n")


def mounted(disk):
    sfdisk(disk, "label: dos\nstart=2048, size=20M, type=83\n")
    diskimage.run("mke2fs", "-q", "-F", "-E", f"offset={2048 * SECTOR}", disk, "20M")


def nothing(_disk):
    pass


# name: (size in MB, what is on the disk, the answers' changes, what is said)
CASES = {
    "too-small": (16, nothing, {"place": "whole-disk", "table": "mbr"}, r"\[disk-too-small\]|\[region-too-small\]"),
    "fifth-primary": (160, four_primaries, {"free": "largest", "logical": "primary"}, r"\[fifth-primary\]"),
    "overlap": (160, overlapping, {}, "cannot be taken: .* overlap"),
    "loop": (160, looping, {}, "cannot be taken: .* runs in a circle"),
    "stale-gpt": (160, stale_gpt, {}, "cannot be taken: .*unused, a GPT"),
    "no-free-space": (160, full, {}, "cannot be taken: there is no free space on it"),
    "by-hand": (160, nothing, {"place": "by-hand"}, "cannot be taken: it needs a person"),
    "in-use": (160, mounted, {"place": "whole-disk", "table": "mbr"}, "cannot be taken: .*mounted"),
}


def put_answers(pc, answers):
    """A file in the guest, line by line: a terminal's line is short."""
    pc.run(">/tmp/a")
    for line in answer_text(answers).splitlines():
        pc.run(f"echo '{line}' >>/tmp/a")


def refused(pc, answers):
    put_answers(pc, answers)
    said = pc.run("oldiron-install --answers /tmp/a 2>&1", LONG)
    assert pc.status == 1, said
    assert "nothing was written to any disk" in said
    return re.sub(r"\s+", " ", said)


@pytest.mark.parametrize("names", [list(CASES)[:4], list(CASES)[4:]], ids=["tables", "places"])
def test_disks_refused(machine, tmp_path, names):
    """Several disks in a machine with AHCI, one trouble each."""
    disks, drives = {}, []
    for port, name in zip((0, 1, 3, 4), names):
        size, make = CASES[name][:2]
        disks[name] = (port, blank(tmp_path / name, size * MIB))
        make(disks[name][1])
        drives += drive(disks[name][1], port)
    before = {name: path.read_bytes() for name, (_, path) in disks.items()}
    pc = live(machine, drives, model="q35")
    for name, (port, _) in disks.items():
        _, _, changes, said = CASES[name]
        if name == "in-use":
            pc.run("mount -r -t ext2 $(ls /dev/sd?1 | tail -n 1) /mnt")
            assert pc.status == 0
        text = refused(pc, dict(dict(BESIDE, free=None, logical=None, disk=f"position:port-{port}"), **changes))
        assert re.search(said, text), text
    for name, (_, path) in disks.items():
        assert path.read_bytes() == before[name]


SECOND_RECORDS = {
    "/dev/hda": "the disk that Oldiron is installed on", "/dev/hda1": "on the disk that Oldiron is installed on",
    "/dev/hdb": "it has partitions", "/dev/hdb1": "/dev/hdb1 cannot be written: Resource busy",
    "/dev/fd0": "/dev/fd0 cannot be written: ", "/dev/ttyS0": "none, or a floppy or partition that is there",
    "/dev/nothing": "none, or a floppy or partition that is there", "/tmp/record": "none, or a floppy or partition",
}


def test_place_of_the_second_record_refused(machine, tmp_path):
    """What it would overwrite is somebody's, in use, or cannot be written: of the floppy's drive the floppy is out."""
    disk, other = blank(tmp_path / "hd.img", 160 * MIB), blank(tmp_path / "other.img", 64 * MIB)
    sfdisk(disk, "label: dos\nstart=2048, size=20M, type=6\n")
    mounted(other)
    before = disk.read_bytes(), other.read_bytes()
    pc = live(machine, drive(disk, 0) + drive(other, 1) + ["-drive", "if=floppy"])
    pc.run("mount -r -t ext2 /dev/hdb1 /mnt && touch /tmp/record")
    assert pc.status == 0
    for device, said in SECOND_RECORDS.items():
        assert said in refused(pc, dict(BESIDE, undo=device)), device
    assert (disk.read_bytes(), other.read_bytes()) == before


def unreadable(path, sector):
    rule = f'{{"event":"none","iotype":"read","errno":5,"sector":{sector},"once":false}}'
    node = (f'{{"driver":"blkdebug","node-name":"bad","image":{{"driver":"file","filename":"{path}"}},'
            f'"inject-error":[{rule}]}}')
    return ["-blockdev", node, "-device", "ide-hd,drive=bad,bus=ide.0,unit=0,serial=QM00001,rerror=report"]


@pytest.mark.parametrize("sector, said", [(0, r"cannot be taken: .*(cannot be read|unreadable)"), (9, "behind the MBR, cannot be read and so not be saved"),
                                          (67584, r"cannot be taken: .*(cannot be read|unreadable)")],
                         ids=["mbr", "behind-the-mbr", "ebr"])
def test_sector_that_cannot_be_read(machine, tmp_path, sector, said):
    """What cannot be read cannot be saved, and then nothing is written."""
    disk = blank(tmp_path / "hd.img", 160 * MIB)
    sfdisk(disk, "label: dos\nstart=2048, size=20M, type=6\nstart=67584, size=20M, type=5\nstart=69632, size=10M, type=83\n")
    before = disk.read_bytes()
    pc = live(machine, unreadable(disk, sector))
    text = refused(pc, BESIDE)
    assert re.search(said, text), text
    assert disk.read_bytes() == before


# ---- where an answer file may be

def on_fat(path):
    diskimage.run("mformat", "-C", "-i", path, "-f", "1440", "-v", "OI-ANSWERS", "::")
    return lambda text: diskimage.run("mcopy", "-i", path, "-", "::answers.txt", input=text)


def on_ext2(path):
    def put(text):
        tree = path.parent / "tree"
        tree.mkdir()
        (tree / "answers.txt").write_text(text, encoding="ascii")
        diskimage.run("mke2fs", "-q", "-F", "-L", "OI-ANSWERS", "-d", tree, path, "1M")
    return put


def on_iso(path):
    def put(text):
        tree = path.parent / "tree" / "deep"
        tree.mkdir(parents=True)
        (tree / "mine.txt").write_text(text, encoding="ascii")
        diskimage.run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "OTHER", "-o", path, path.parent / "tree")
    return put


@pytest.mark.parametrize("where, append", [
    pytest.param(on_fat, "", id="fat"), pytest.param(on_ext2, "", id="ext2"),
    pytest.param(on_iso, "answers=OTHER:/deep/mine.txt", id="label-on-the-command-line"),
    pytest.param(on_iso, "answers=/dev/hdb:/deep/mine.txt", id="device-on-the-command-line"),
])
def test_answers_are_found(machine, tmp_path, where, append):
    volume = tmp_path / "volume"
    where(volume)(answer_text(dict(ANSWERS, hostname="told-by-a-file")))
    disk = blank(tmp_path / "hd.img", 160 * MIB)
    extra = drive(disk, 0) + drive(volume, 1) + drive(artefact("oldiron.iso"), 2, "cdrom")
    pc = machine(Qemu, mem=64, kernel=artefact("oldiron.elf"), initrd=artefact("live.cpio.gz"),
                 append=f"console=ttyS0,115200 {append}", extra=extra)
    pc.expect(PROMPT, 600)
    pc.run("oldiron-install --dry-run >/tmp/said 2>&1", LONG)
    assert pc.status == 0, pc.run("cat /tmp/said")
    assert "told-by-a-file" in pc.run("grep told-by /run/oldiron-install/log")
    assert not any(disk.read_bytes())


@pytest.mark.parametrize("word, said", [
    ("answers=NOWHERE:/a", "there is no device and no volume called NOWHERE"), ("answers=a", "accepted: LABEL_OR_DEVICE:/PATH"),
    ("answers=/dev/hdc:/nothing", "/nothing: No such file"),
])
def test_answers_are_not_found(machine, tmp_path, word, said):
    """Named and not there: nobody is asked instead."""
    disk = blank(tmp_path / "hd.img", 16 * MIB)
    extra = drive(disk, 0) + drive(artefact("oldiron.iso"), 2, "cdrom")
    pc = machine(Qemu, mem=64, kernel=artefact("oldiron.elf"), initrd=artefact("live.cpio.gz"),
                 append=f"console=ttyS0,115200 {word}", extra=extra)
    pc.expect(PROMPT, 600)
    text = pc.run("oldiron-install 2>&1", LONG)
    assert pc.status == 1 and said in text
    assert not any(disk.read_bytes())
