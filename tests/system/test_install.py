"""The installer from the CD onto disks that hold nothing, or somebody's data; then the machine starts from the disk.
More of them, which take longer: tests/install."""
import re

import pytest

from installing import (ANSWERS, BESIDE, LONG, MIB, answer_disc, blank, boot_installed, changed_outside, check_all_ext2,
                        check_ext2, drive, install, live, mbr_entry, partitions, run_out, sector_hashes, shared_disk,
                        start_install)
from vm import PROMPT, Qemu, artefact
from vm.loaders import syslinux_prompt


def test_whole_disk(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, ANSWERS))
    text = install(pc)
    assert "Copying files" in text and "Reading back" in text
    boot_installed(machine, drive(disk, 0))
    assert check_all_ext2(disk, tmp_path) == 1


def test_beside_others(machine, tmp_path):
    """Every sector outside the plan is as it was."""
    disk = shared_disk(tmp_path)
    old = {p[0]: p for p in partitions(disk)}
    before = sector_hashes(disk)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, BESIDE))
    install(pc)
    now = {p[0]: p for p in partitions(disk)}
    for number, part in old.items():
        assert now[number] == part
    new = [p for number, p in now.items() if number not in old]
    allowed = [(0, 2048)] + [(start, start + count) for _, start, count, _ in new]
    assert changed_outside(before, disk, allowed) == []
    with open(disk, "rb") as f:
        assert f.read(446 + 16)[440:] == bytes.fromhex("78563412" "0000") + mbr_entry(disk, 0)
    boot_installed(machine, drive(disk, 0))
    for _, start, count, kind in new:
        if kind == "83":
            check_ext2(disk, start, count, tmp_path)


def test_slave(machine, tmp_path):
    """The disk is the second one: GRUB goes to its own MBR, and the first disk is not touched."""
    first, second = blank(tmp_path / "first.img", 32 * MIB), blank(tmp_path / "second.img", 256 * MIB)
    answers = dict(ANSWERS, disk="position:primary-slave")
    pc = live(machine, drive(first, 0) + drive(second, 1), answer_disc(tmp_path, answers))
    install(pc)
    assert not any(open(first, "rb").read())
    boot_installed(machine, drive(second, 0))
    assert check_all_ext2(second, tmp_path) == 1


def test_gpt(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 4096 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, dict(ANSWERS, table="gpt")))
    install(pc)
    boot_installed(machine, drive(disk, 0))
    assert check_all_ext2(disk, tmp_path) == 1


def test_late_board(machine, tmp_path):
    """A q35: AHCI, so the disk is sda and is named by its port."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, dict(ANSWERS, disk="position:port-0")), model="q35")
    install(pc)
    boot_installed(machine, drive(disk, 0), model="q35")
    assert check_all_ext2(disk, tmp_path) == 1


def live_from_floppy(machine, disks, answers, model, **kwargs):
    """For a PC that cannot start its CD: the floppy finds it."""
    discs = drive(artefact("oldiron.iso"), 2, "cdrom") + drive(answers, 3, "cdrom")
    pc = machine(Qemu, machine=model, floppy=artefact("floppy.img"), extra=list(disks) + discs, **kwargs)
    syslinux_prompt(pc, "live-serial", 120)
    pc.expect("live: the medium is /dev/hdc", 600)
    pc.expect(PROMPT, 600)
    return pc


@pytest.mark.parametrize("start", ["cd", "floppy"])
def test_old_machine(machine, tmp_path, start):
    """A 486 with 16 MB, ISA only, and 120 MB by cylinders."""
    disk = blank(tmp_path / "hd.img", 120 * MIB)
    answers = answer_disc(tmp_path, dict(ANSWERS, alignment="cylinder", swap="8M", finish="reboot"))
    old = {"mem": 16, "cpu": "486"}
    if start == "cd":
        pc = live(machine, drive(disk, 0), answers, model="isapc", **old)
    else:
        pc = live_from_floppy(machine, drive(disk, 0), answers, model="isapc", **old)
    install(pc, cause="guest-reset")
    assert [p[1] for p in partitions(disk)][0] == 63
    boot_installed(machine, drive(disk, 0), model="isapc", **old)
    assert check_all_ext2(disk, tmp_path) == 1


@pytest.mark.parametrize("change, message", [
    ({"hostname": None}, "answers.txt: the key `hostname` is missing; accepted: letters, digits"),
    ({"disk": "serial:NOBODY"}, "disk = serial:NOBODY: there is no `serial:NOBODY`; accepted here: serial:QM00001"),
    ({"disk": "model:QEMU HARDDISK"}, "`model:QEMU HARDDISK` fits 2 of them"),
    ({"consent": "no"}, "consent = no: is not the word for what is about to be done; accepted here: yes"),
    ({"root_size": "100M"}, "`root_size` is answered, but nobody asks it here"),
    ({"hostnme": "a"}, "the key `hostnme` is not known; the keys are: "),
    ({"place": "free-space"}, "`table` is answered, but nobody asks it here"),
    ({"user": "Ann"}, "user = Ann: a login name begins with a small letter"),
], ids=["missing", "no-disk", "two-disks", "consent", "unused", "unknown", "unasked", "bad-value"])
def test_answers_refused(machine, tmp_path, change, message):
    disk, other = blank(tmp_path / "hd.img", 256 * MIB), blank(tmp_path / "other.img", 64 * MIB)
    pc = live(machine, drive(disk, 0) + drive(other, 1), answer_disc(tmp_path, dict(ANSWERS, **change)))
    text = re.sub(r"\s+", " ", install(pc, status=1))
    assert message in text, text
    assert not any(open(disk, "rb").read()) and not any(open(other, "rb").read())


def test_cut_off_and_resumed(machine, tmp_path):
    """The power fails while files are copied; the same answers finish it."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    answers = answer_disc(tmp_path, ANSWERS)
    pc = live(machine, drive(disk, 0), answers)
    pc.send("install\r")
    pc.expect("Copying files: .* 5. %", LONG)
    pc.close()
    pc = live(machine, drive(disk, 0), answers)
    install(pc)
    boot_installed(machine, drive(disk, 0))
    assert check_all_ext2(disk, tmp_path) == 1


def test_cut_off_and_put_back(machine, tmp_path):
    """... or the disk becomes as it was, where it was anybody's."""
    disk = shared_disk(tmp_path)
    old = partitions(disk)
    before = sector_hashes(disk)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path / "1", BESIDE))
    pc.send("install\r")
    pc.expect("Copying files: .* 5. %", LONG)
    pc.close()
    new = [p for p in partitions(disk) if p not in old]
    assert new
    cut_off = sector_hashes(disk)
    refused = dict(BESIDE, resume="put-back", hostname=None)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path / "2", refused))
    ended, text = run_out(pc, start_install(pc, "oldiron-install --dry-run"))
    assert ended == 1 and "would be put back first" in text, text
    assert changed_outside(cut_off, disk, []) == []
    assert "nothing was written to any disk but what was put back" in install(pc, status=1)
    assert partitions(disk) == old
    assert changed_outside(before, disk, [(start, start + count) for _, start, count, _ in new]) == []


def test_dry_run(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, ANSWERS))
    pc.send("oldiron-install --dry-run; echo status=$?\r")
    pc.expect("What would be written", LONG)
    pc.expect(r"status=0\r", LONG)
    assert not any(open(disk, "rb").read())


def type_line(pc, text):
    pc.type(text)
    pc.press("ret")


def test_by_keyboard(machine, tmp_path):
    """On the screen: menus, forms, back by Esc, help, a shell, the word; then the same login as ever."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = machine(Qemu, machine="pc", mem=64, iso=artefact("oldiron.iso"), serial=False, extra=drive(disk, 0))
    pc.expect_screen(r"root@oldiron:~# *\Z", 600)
    type_line(pc, "install")
    pc.expect_screen(r"^ *Disk *$(.|\n)*QM00001", 120)
    pc.picture("install-disk")
    pc.press("ret")
    pc.expect_screen("everything on it will be LOST", 60)
    pc.press("ret")
    pc.expect_screen("Partition table", 60)
    pc.press("esc")
    pc.expect_screen("Where on the disk", 60)
    pc.press("ret")
    pc.expect_screen("Partition table", 60)
    pc.press("ret")
    pc.expect_screen("Where partitions begin", 60)
    pc.press("ret")
    pc.expect_screen("room for memory that is not used", 60)
    pc.press("ctrl", "u")
    type_line(pc, "x")
    pc.expect_screen("a size of at least 1 MB", 60)
    pc.press("ctrl", "u")
    type_line(pc, "16M")
    pc.expect_screen("Where /home is", 60)
    pc.press("f2")
    pc.expect_screen("brings you back to the installer", 60)
    type_line(pc, "exit")
    pc.expect_screen("Where /home is(.|\n)*Enter take", 60)
    pc.press("ret")
    pc.expect_screen("Where the boot loader goes", 60)
    pc.press("ret")
    pc.expect_screen(r"What is installed(.|\n)*\[x\] base", 60)
    pc.press("spc")
    pc.expect_screen("always installed", 60)
    pc.picture("install-groups")
    pc.press("ret")
    pc.expect_screen("Host name:", 60)
    pc.press("f1")
    pc.expect_screen("The name of this machine", 60)
    pc.press("ret")
    pc.expect_screen("Host name:", 60)
    pc.press("ctrl", "u")
    type_line(pc, "box")
    pc.press("ret")
    pc.press("ctrl", "u")
    type_line(pc, "Europe/Berlin")
    pc.expect_screen("What the battery clock keeps", 60)
    pc.press("ret")
    pc.expect_screen("Password of root:", 60)
    type_line(pc, "toor-1")
    type_line(pc, "toor-2")
    pc.expect_screen("the two are not the same", 60)
    pc.press("ctrl", "u")
    type_line(pc, "toor-1")
    pc.expect_screen("Login name:", 60)
    pc.press("ctrl", "u")
    type_line(pc, "ann")
    pc.expect_screen("Name in full:", 60)
    type_line(pc, "Ann Lee")
    type_line(pc, "secret 2")
    type_line(pc, "secret 2")
    pc.expect_screen("Serial console", 60)
    pc.press("down")
    pc.press("ret")
    pc.expect_screen("Second copy:", 60)
    pc.press("ret")
    pc.expect_screen("What will be written(.|\n)*EVERYTHING ON THE DISK", 120)
    assert not any(open(disk, "rb").read())
    pc.picture("install-consent")
    pc.press("ret")
    pc.expect_screen("Type yes to write", 60)
    type_line(pc, "no")
    pc.expect_screen("That is not the word. Nothing has been written.", 60)
    pc.press("ctrl", "u")
    type_line(pc, "yes")
    pc.expect_screen("Copying files", LONG)
    pc.picture("install-copying")
    pc.expect_screen("Oldiron is installed", LONG)
    pc.press("down")
    pc.press("ret")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    boot_installed(machine, drive(disk, 0))
    assert check_all_ext2(disk, tmp_path) == 1


def test_by_lines(machine, tmp_path):
    """The same questions in plain text on the serial line."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0))
    pc.send("install\r")
    pc.expect("== Disk ==", 120)
    pc.expect(r"! shell: \Z", 60)
    pc.send("!\r")
    pc.expect(r"^installer# \Z", 60)
    pc.send("exit\r")
    steps = [("Back in the installer", "1"), ("== Where on the disk ==", "1"), ("== Partition table ==", "b"),
             ("== Where on the disk ==", "2")]
    for title, answer in steps:
        pc.expect(title, 120)
        pc.expect("! shell: ", 60)
        pc.send(answer + "\r")
    # Free space of an empty disk: the questions of new partitions, and back to the whole disk.
    pc.expect("== Where partitions begin ==", 60)
    pc.expect("! shell: ", 60)
    pc.send("b\r")
    script = [
        ("Where on the disk", "! shell: ", "1"), ("Partition table", "! shell: ", "1"),
        ("Where partitions begin", "! shell: ", ""), ("== Swap ==", "Swap .*: ", "16M"), ("Where /home is", "! shell: ", "1"),
        ("Where the boot loader goes", "! shell: ", "1"), ("What is installed", "! shell: ", ""),
        ("The machine", "Host name .*: ", "box"), ("", "Keymap .*: ", ""), ("", "Time zone .*: ", "Europe/Berlin"),
        ("battery clock", "! shell: ", "1"), ("Password of root", r"\(not shown\): ", "toor-1"), ("", "Once more: ", "toor-1"),
        ("The first user", "Login name .*: ", "ann"), ("", "Name in full: ", "Ann Lee"),
        ("", r"Password \(not shown\): ", "secret 2"), ("", "Once more: ", "secret 2"), ("Serial console", "! shell: ", "2"),
        ("Undo record", "Second copy .*: ", ""),
    ]
    for title, question, answer in script:
        pc.expect(title, 120)
        pc.expect(question + r"\Z", 60)
        pc.send(answer + "\r")
    while "more" in pc.expect(r"-- more: .*shell: \Z|Type yes to write, b to go back: \Z", 60).group().decode():
        pc.send("\r")
    assert "toor-1" not in pc.serial.text() and "secret 2" not in pc.serial.text()
    pc.send("yes\r")
    pc.expect("== Done ==", LONG)
    pc.expect("! shell: ", 60)
    pc.send("2\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    boot_installed(machine, drive(disk, 0))
    assert check_all_ext2(disk, tmp_path) == 1
