"""FAT volumes that contradict themselves, read, written and unlinked: the program gets an error or its data, a message
names the volume, what is not damaged stays as it was, and the machine goes on."""
import hashlib
import random
import re
import shutil

import pytest

from test_fat import boot, do, mkfs, tool
from vm.diskimage import MIB, Disk
from vm.fatimage import Fat

KINDS = {12: ("1440K", ["-F", "12"]), 16: ("4M", ["-F", "16", "-s", "1"]), 32: ("34M", ["-F", "32", "-s", "1"])}
GOOD, BAD = random.Random(1).randbytes(20000), random.Random(2).randbytes(16 * 512)


def bad_chain(fat):
    return fat.chain(fat.start(fat.entry("BAD     BIN")))


def circle(fat):
    chain = bad_chain(fat)
    fat.set(chain[5], chain[2])


def through_free(fat):
    fat.set(bad_chain(fat)[5], 0)


def outside(fat):
    fat.set(bad_chain(fat)[5], fat.count + 50)


def start_outside(fat):
    fat.set_start(fat.entry("BAD     BIN"), fat.count + 77)


def dir_in_itself(fat):
    start = fat.start(fat.entry("DIR        "))
    fat.set_start(fat.entry("SUB        ", start), start)


def second_differs(fat):
    chain = bad_chain(fat)
    fat.set(chain[5], 0, tables=[1])
    fat.set(fat.count + 1, 0x123, tables=[1])


DAMAGES = (circle, through_free, outside, start_outside, dir_in_itself, second_differs)


def make_volumes(tmp_path, width):
    """A good one, and a copy with each damage, in the tree of a disk."""
    tree = tmp_path / "tree"
    tree.mkdir()
    good = tree / "good"
    mkfs(good, *KINDS[width])
    (tmp_path / "g").write_bytes(GOOD)
    (tmp_path / "b").write_bytes(BAD)
    tool("mmd", "-i", good, "::DIR", "::DIR/SUB")
    for source, name in (("g", "GOOD.BIN"), ("b", "BAD.BIN"), ("g", "DIR/ONE.BIN"), ("b", "LAST.BIN")):
        tool("mcopy", "-i", good, tmp_path / source, f"::{name}")
    for damage in DAMAGES:
        shutil.copy(good, tree / damage.__name__)
        damage(Fat(tree / damage.__name__, width))
    disk = Disk(tmp_path / "disk.img", 400 * MIB, tree, part_size=390 * MIB)
    fat = Fat(good, width)
    return disk.path, fat.data + fat.cluster if width == 32 else fat.data


class Volume:
    """A damaged volume in the guest, a fresh copy for each thing that is tried. Files' data begin at `data`."""

    def __init__(self, pc, name, data):
        self.pc, self.name, self.data = pc, name, data

    def begin(self):
        do(self.pc, f"cd /; cp --sparse=always /img/{self.name} /tmp/i; dmesg -C; mount -t vfat -o loop /tmp/i /mnt; cd /mnt")

    def end(self, said=True):
        """Messages name the volume; what was not damaged is as it was. Returns where the image has changed."""
        log = do(self.pc, "cd /; umount /mnt; dmesg")
        assert bool(re.search(r"FAT-fs \(loop0\): error: |VFS \(loop0\)", log)) == said, f"{self.name}: {log}"
        assert not re.search(r"BUG|panic|Oops", log)
        do(self.pc, "mount -t vfat -o loop,ro /tmp/i /mnt")
        for name, data in (("GOOD.BIN", GOOD), ("DIR/ONE.BIN", GOOD), ("LAST.BIN", BAD)):
            assert do(self.pc, f"md5sum < /mnt/{name}").split()[0] == hashlib.md5(data).hexdigest(), self.name
        do(self.pc, "umount /mnt")
        return [int(line.split()[0]) - 1 for line in
                self.pc.run(f"cmp -l /img/{self.name} /tmp/i").splitlines()]

    def fails(self, command, words):
        answer = self.pc.run(command)
        assert self.pc.status != 0 and words in answer, f"{self.name}: {command}: {answer}"


def check_reading(volume, mark):
    """A circle is as long as the file's size says; the others end in an error. Nothing but the mark is written."""
    volume.begin()
    if volume.name == "circle":
        assert do(volume.pc, "cat BAD.BIN | wc -c").strip() == str(len(BAD))
    else:
        volume.fails("cat BAD.BIN | md5sum; test ${PIPESTATUS[0]} = 0", "I/O error")
    changed = volume.end(said=volume.name != "circle")
    assert set(changed) <= {mark}


def check_writing(volume):
    volume.begin()
    volume.fails("cat /mnt/GOOD.BIN >> BAD.BIN", "I/O error")
    # The first error has made it read-only.
    volume.fails("touch new", "Read-only")
    volume.end()


def check_unlinking(volume):
    """What is behind the damage is lost or kept, but no file's data change."""
    volume.begin()
    volume.pc.run("rm -f BAD.BIN")
    assert all(at < volume.data for at in volume.end())


@pytest.mark.parametrize("width", KINDS)
def test_damaged_chains(machine, tmp_path, width):
    path, data = make_volumes(tmp_path, width)
    pc = boot(machine, path)
    do(pc, "mkdir -p /img; mount -o ro /dev/hda1 /img")
    mark = 65 if width == 32 else 37
    for damage in ("circle", "through_free", "outside", "start_outside"):
        volume = Volume(pc, damage, data)
        check_reading(volume, mark)
        check_writing(volume)
        check_unlinking(volume)
    check_directory_in_itself(Volume(pc, "dir_in_itself", data))
    check_differing_tables(Volume(pc, "second_differs", data))
    pc.send("cd /; umount /img; poweroff\n")
    pc.shutdown_cause()


def check_directory_in_itself(volume):
    volume.begin()
    do(volume.pc, "ls DIR/SUB; cat DIR/SUB/ONE.BIN | md5sum")
    for command in ("ls DIR/SUB/SUB/SUB", "rmdir DIR/SUB/SUB", "mv DIR/SUB/SUB DIR/SUB/x", "mkdir DIR/SUB/SUB/x"):
        volume.fails(command, "Symbolic link loop")
    volume.fails("rmdir DIR/SUB", "not empty")
    volume.fails("mv DIR/SUB/SUB x", "Symbolic link loop")
    volume.fails("find DIR", "Symbolic link loop")
    volume.end()


def check_differing_tables(volume):
    """The first one counts; what is written goes into both."""
    volume.begin()
    assert do(volume.pc, "md5sum < BAD.BIN").split()[0] == hashlib.md5(BAD).hexdigest()
    do(volume.pc, "cat BAD.BIN >> BAD.BIN2; cat BAD.BIN2 BAD.BIN > x; rm BAD.BIN2")
    assert do(volume.pc, "wc -c < x").strip() == str(2 * len(BAD))
    do(volume.pc, "rm x BAD.BIN")
    volume.end(said=False)


def test_a_directory_has_one_name_in_the_cache(machine, tmp_path):
    """Two spellings are one directory: it does not go into itself, and is the same when something is mounted on it."""
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS[16])
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt && cd /mnt; mkdir Folder Folder/below; : > Folder/file")
    for command in ("mv FOLDER folder/inside", "mv Folder FOLDER/below/inside"):
        answer = pc.run(command)
        assert pc.status != 0 and "subdirectory of itself" in answer, answer
    do(pc, "cd FOLDER; ls file; cd ../folder/BELOW; ls ../FILE; cd /mnt")
    do(pc, "mount -t tmpfs none FOLDER; : > folder/above; test ! -e Folder/file; umount FolDer; test -e foldeR/file")
    do(pc, "mv FOLDER Other; test ! -e folder; rmdir other/BELOW; rm OTHER/file; rmdir otheR; cd /; umount /mnt")
    pc.send("poweroff\n")
    pc.shutdown_cause()
    tool("fsck.fat", "-n", image)
