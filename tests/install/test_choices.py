"""Choices that the tests of `make system` leave out, each up to a login from the disk."""
import re
import shutil
import subprocess

import pytest

from installing import (ANSWERS, BESIDE, LONG, MIB, SECTOR, age_grub, answer_disc, blank, boot_installed,
                        changed_outside, check_all_ext2, check_ext2, drive, install, leave, linux_partitions, live, login, mbr_entry,
                        partitions, run_out, sector_hashes, shared_disk, start_install, started_core, walk)
from vm import PROMPT, Qemu, artefact, diskimage

MBR_CODE = "/usr/lib/syslinux/mbr/mbr.bin"  # starts the active partition, as DOS's does


def new_of(disk, old):
    return [p for p in partitions(disk) if p not in old]


def ranges_of(parts):
    return [(start, start + count) for _, start, count, _ in parts]


def write_at(path, offset, data):
    with open(path, "r+b") as f:
        f.seek(offset)
        f.write(data)


# ---- the loader

def test_loader_in_the_partition(machine, tmp_path):
    """Somebody's MBR code stays and starts the active partition; in that is GRUB's boot sector, its body in a file."""
    disk = shared_disk(tmp_path)
    code = open(MBR_CODE, "rb").read()
    write_at(disk, 0, code)
    old, before = partitions(disk), sector_hashes(disk)
    install(live(machine, drive(disk, 0), answer_disc(tmp_path, dict(BESIDE, loader="partition"))))
    root = next(p for p in new_of(disk, old) if p[3] == "83")
    assert changed_outside(before, disk, [(0, 1)] + ranges_of(new_of(disk, old))) == []
    with open(disk, "rb") as f:
        assert f.read(len(code)) == code
    diskimage.run("sfdisk", "-q", "--no-reread", "-A", disk, root[0])
    boot_installed(machine, drive(disk, 0))
    check_ext2(disk, root[1], root[2], tmp_path)


def printed_entry(text):
    """GRUB's menu entry as the installer printed it for the loader that is there."""
    return re.search(r"^ *(menuentry 'Oldiron' \{.*?^ *\})", text, re.MULTILINE | re.DOTALL).group(1)


def rescue_disc(folder, config):
    """A CD with GRUB and that configuration: the loader that somebody has."""
    tree = folder / "rescue"
    (tree / "boot/grub").mkdir(parents=True)
    (tree / "boot/grub/grub.cfg").write_text(config, encoding="ascii")
    out = folder / "rescue.iso"
    diskimage.run("grub-mkrescue", "-o", out, tree)
    return out


def test_no_loader(machine, tmp_path):
    """Nothing of the MBR changes but the table; the entry that is printed starts the system from another GRUB."""
    disk = shared_disk(tmp_path)
    old, before = partitions(disk), sector_hashes(disk)
    text = install(live(machine, drive(disk, 0), answer_disc(tmp_path, dict(BESIDE, loader="none", groups="none"))))
    new = new_of(disk, old)
    assert changed_outside(before, disk, [(0, 1)] + ranges_of(new)) == []
    with open(disk, "rb") as f:
        assert not any(f.read(440))
    loader = rescue_disc(tmp_path, f"set timeout=0\n{printed_entry(text)}\n")
    pc = machine(Qemu, mem=64, iso=loader, extra=drive(disk, 0))
    walk(pc)
    leave(pc)
    root = next(p for p in new if p[3] == "83")
    check_ext2(disk, root[1], root[2], tmp_path)


# ---- the loader, at an upgrade

@pytest.mark.parametrize("loader, said", [("mbr", "it is not touched"), ("partition", "GRUB is renewed, in the boot sector")])
def test_upgrade(machine, tmp_path, loader, said):
    """A changed core.img behind the MBR is somebody's and stays; an old one in a file is renewed."""
    disk = shared_disk(tmp_path)
    write_at(disk, 0, open(MBR_CODE, "rb").read())
    old = partitions(disk)
    install(live(machine, drive(disk, 0), answer_disc(tmp_path / "1", dict(BESIDE, loader=loader))))
    root = next(p for p in new_of(disk, old) if p[3] == "83")
    diskimage.run("sfdisk", "-q", "--no-reread", "-A", disk, root[0])
    # Behind the MBR alone it is no more what its file says; in the partition the file is what is changed.
    assert age_grub(disk, only=1 if loader == "mbr" else None)
    with open(disk, "rb") as f:
        before = f.read(2048 * SECTOR)
    answers = {"mode": "upgrade", "consent": "yes", "finish": "poweroff"}
    text = install(live(machine, drive(disk, 0), answer_disc(tmp_path / "2", answers)))
    assert said in " ".join(text.split())
    with open(disk, "rb") as f:
        assert f.read(2048 * SECTOR) == before
    at, word = (0, "Loading") if loader == "mbr" else (root[1], "loading")
    assert started_core(disk, at)[1] == word
    boot_installed(machine, drive(disk, 0))
    check_ext2(disk, root[1], root[2], tmp_path)


# ---- where

@pytest.mark.parametrize("number, kept", [(3, 2), (5, 3)], ids=["primary", "logical"])
def test_a_partition_that_is_there(machine, tmp_path, number, kept):
    """It alone changes, and of the table its type; swap is a file."""
    disk = shared_disk(tmp_path)
    diskimage.run("sfdisk", "-q", "--no-reread", "--wipe", "never", "-a", disk, input="start=204800, size=160000, type=7\n")
    old, before = {p[0]: p for p in partitions(disk)}, sector_hashes(disk)
    entries = [mbr_entry(disk, i) for i in range(4)]
    answers = dict(BESIDE, place="partition", partition=f"number:{number}", free=None, logical=None, alignment=None,
                   home=None, consent="hda", swap="4M", groups="none")
    install(live(machine, drive(disk, 0), answer_disc(tmp_path, answers)))
    now = {p[0]: p for p in partitions(disk)}
    assert now == {**old, number: old[number][:3] + ("83",)}
    _, start, count, _ = old[number]
    table = {(0, 2048)} | ({(67584, 67585)} if number == 5 else set())
    assert changed_outside(before, disk, list(table) + [(start, start + count)]) == []
    same = [i for i in range(4) if mbr_entry(disk, i) == entries[i]]
    assert len(same) >= kept + 1
    boot_installed(machine, drive(disk, 0), swap="file")
    check_ext2(disk, start, count, tmp_path)


def test_separate_home(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    answers = dict(ANSWERS, home="separate", root_size="90M")
    install(live(machine, drive(disk, 0), answer_disc(tmp_path, answers)))
    assert len(linux_partitions(disk)) == 2
    pc = machine(Qemu, mem=64, extra=drive(disk, 0) + ["-boot", "c"])
    login(pc, "ann", "secret 2")
    assert pc.run("grep ' /home ' /proc/mounts | cut -d' ' -f1,3; stat -c '%U %a' ~") == "/dev/hda3 ext2\nann 700\n"
    assert pc.run("echo mine >~/mine; cat ~/mine") == "mine\n"
    pc.send("exit\r")
    login(pc, "root", "toor-1")
    leave(pc)
    assert check_all_ext2(disk, tmp_path) == 2


def test_by_hand(machine, tmp_path):
    """An empty disk, sfdisk in the installer's shell, and a use for each partition."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0))
    pc.send("install\r")
    answer(pc, "== Disk ==", "! shell: ", "1")
    answer(pc, "== Where on the disk ==", "! shell: ", "4")
    pc.expect("== By hand ==", 120)
    pc.expect(r"(?:shell|Enter).*: \Z", 60)
    pc.send("\r")
    pc.expect(PROMPT, 120)
    pc.run("printf 'label: dos\\nsize=100M\\nsize=40M\\nsize=16M,type=82\\nsize=20M\\n' | sfdisk -q /dev/hda", 120)
    assert pc.status == 0
    pc.send("exit\r")
    for number, use in ((1, "2"), (2, "3"), (3, "5"), (4, "1")):
        answer(pc, f"== hda{number}: ", "! shell: ", use)
    answer(pc, "== Swap ==", r"Swap .*: ", "none")
    answer(pc, "Where the boot loader goes", "! shell: ", "1")
    answer(pc, "What is installed", "! shell: ", "")
    for title, question, text in SYSTEM:
        answer(pc, title, question, text)
    consent(pc, "hda")
    pc.expect("== Done ==", LONG)
    pc.expect("! shell: ", 60)
    pc.send("2\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    pc = machine(Qemu, mem=64, extra=drive(disk, 0) + ["-boot", "c"])
    walk(pc)
    assert pc.run("grep -c '^/dev/hda2 /home ext2' /proc/mounts") == "1\n"
    leave(pc)
    for _, start, count, _ in linux_partitions(disk)[:2]:
        check_ext2(disk, start, count, tmp_path)
    with open(disk, "rb") as f:
        f.seek(linux_partitions(disk)[2][1] * SECTOR)
        assert not any(f.read(MIB))


SYSTEM = [("The machine", "Host name .*: ", "box"), ("", "Keymap .*: ", ""), ("", "Time zone .*: ", "Europe/Berlin"),
          ("battery clock", "! shell: ", "1"), ("Password of root", r"\(not shown\): ", "toor-1"),
          ("", "Once more: ", "toor-1"), ("The first user", "Login name .*: ", "ann"), ("", "Name in full: ", "Ann Lee"),
          ("", r"Password \(not shown\): ", "secret 2"), ("", "Once more: ", "secret 2"),
          ("Serial console", "! shell: ", "2"), ("Undo record", "Second copy .*: ", "")]


def answer(pc, title, question, text):
    pc.expect(title, 120)
    pc.expect(question + r"\Z", 60)
    pc.send(text + "\r")


def consent(pc, word):
    while "more" in pc.expect(r"-- more: .*shell: \Z|Type \S+ to write, b to go back: \Z", 60).group().decode():
        pc.send("\r")
    pc.send(word + "\r")


# ---- stopped by the keyboard

def test_stopped_by_the_keyboard(machine, tmp_path):
    """Ctrl-C while files are copied leaves the target mounted; the next run ends the installation."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, dict(ANSWERS, groups="none")))
    pc.send("install\r")
    pc.expect("Copying files: .* 3. %", LONG)
    pc.send("\x03")
    pc.expect(PROMPT, 120)
    assert "/run/oldiron-install/target" in pc.run("cat /proc/mounts")
    install(pc)
    boot_installed(machine, drive(disk, 0))
    assert check_all_ext2(disk, tmp_path) == 1


# ---- the second record, and a medium that is not whole

@pytest.mark.parametrize("device", ["/dev/hdb1", "/dev/fd0"], ids=["disk", "floppy"])
def test_second_record(machine, tmp_path, device):
    """On another disk or a floppy; with it everything comes back when the first one is gone."""
    disk, other = shared_disk(tmp_path), blank(tmp_path / "other.img", 32 * MIB)
    diskimage.run("sfdisk", "-q", "--no-reread", other, input="label: dos\nsize=8M, type=83\n")
    floppy = blank(tmp_path / "floppy.img", 1440 * 1024)
    drives = drive(disk, 0) + drive(other, 1) + ["-drive", f"if=floppy,format=raw,file={floppy}"]
    old, before = partitions(disk), sector_hashes(disk)
    answers = answer_disc(tmp_path, dict(BESIDE, groups="none", undo=device))
    install(live(machine, drives, answers))
    new = new_of(disk, old)
    root = next(p for p in new if p[3] == "83")
    write_at(disk, (root[1] + root[2] - 2048) * SECTOR, bytes(MIB))
    assert changed_outside(before, disk, ranges_of(new)) != []
    pc = live(machine, drives)
    # The copy in /var/lib/oldiron is found too, but not where it says that it is.
    assert re.search("no undo record|is damaged", pc.run("oldiron-undo --disk /dev/hda --yes 2>&1", LONG))
    assert pc.status == 1
    undo = f"oldiron-undo --disk /dev/hda --record {device} --yes 2>&1"
    damage_and_mend(pc, device, undo)
    assert pc.run(undo, LONG).endswith("before the installation.\n")
    pc.send("poweroff\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    assert changed_outside(before, disk, ranges_of(new)) == [] and partitions(disk) == old


def damage_and_mend(pc, device, undo):
    """With one wrong sector the copy is refused, and no sector that it names is written."""
    pc.run(f"dd if={device} of=/tmp/sector bs=512 skip=40 count=1")
    pc.run(f"tr '\\000-\\377' '\\001-\\377\\000' </tmp/sector | dd of={device} bs=512 seek=40 conv=notrunc,fsync")
    assert pc.status == 0
    table = pc.run("dd if=/dev/hda count=2048 2>/dev/null | sha256sum", 120)
    assert "the undo record is damaged: it is not used" in pc.run(undo, LONG)
    assert pc.status == 1
    assert pc.run("dd if=/dev/hda count=2048 2>/dev/null | sha256sum", 120) == table
    pc.run(f"dd if=/tmp/sector of={device} bs=512 seek=40 conv=notrunc,fsync")
    assert pc.status == 0


def damaged_medium(folder, name):
    """The CD with one byte of a file other than it was."""
    iso = folder / "damaged.iso"
    shutil.copy(artefact("oldiron.iso"), iso)
    done = subprocess.run(["xorriso", "-indev", iso, "-find", name, "-exec", "report_lba", "--"], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    at = 2048 * int(re.search(r"File data lba: +\d+ , +(\d+) ,", done.stdout).group(1)) + 100
    with open(iso, "r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ 1]))
    return iso


def test_damaged_file(machine, tmp_path):
    """A file that is not as listed, one the live system can do without: the run stops and names it; undo works."""
    disk = shared_disk(tmp_path)
    old, before = partitions(disk), sector_hashes(disk)
    iso = damaged_medium(tmp_path, "/system/usr/share/zoneinfo/Africa/Cairo")
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, dict(BESIDE, groups="none")), iso=iso)
    text = re.sub(r"\s+", " ", install(pc, status=4))
    assert "/usr/share/zoneinfo/Africa/Cairo" in text and "oldiron-undo --disk /dev/hda to put the disk back" in text
    new = new_of(disk, old)
    assert pc.run("oldiron-undo --disk /dev/hda --yes", LONG).endswith("before the installation.\n")
    pc.send("poweroff\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    assert partitions(disk) == old and changed_outside(before, disk, ranges_of(new)) == []
