"""The hardware test's own disk: from the loader's menu to a report on a medium, and after a probe that stops the machine."""
import json
import pathlib
import re
import shutil
import subprocess

import pytest

from vm import Bochs, Qemu, artefact
from vm.loaders import grub_menu, syslinux_prompt

INITRD = "hwtest/initramfs.cpio.gz"
MENU = "hwtest: the report is "


def mtools(*args):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE).stdout


def fat_disk(path, label="OI-HWTEST"):
    """A disk with one FAT16 file system over all of it."""
    with open(path, "wb") as f:
        f.truncate(33 * 16 * 63 * 512)  # whole cylinders, for Bochs
    subprocess.run(["mkfs.fat", "-F", "16", "-n", label, path], check=True, stdout=subprocess.DEVNULL)
    return path


def as_disk(path):
    return ["-drive", f"if=ide,index=0,media=disk,format=raw,file={path}"]


def as_floppy(path):
    return ["-drive", f"if=floppy,format=raw,file={path}"]


def floppy_copy(folder):
    return pathlib.Path(shutil.copy(artefact("hwtest.img"), folder / "hwtest.img"))


def check(path, stopped=False):
    """What was written is a whole file system; the report in it, line by line."""
    if stopped:  # FAT's mark of a volume that was in use then is taken away, which is all that is wrong
        text = subprocess.run(["fsck.fat", "-a", path], stdout=subprocess.PIPE, text=True).stdout
        assert re.search(r"^Dirty bit is set", text, re.M) and len(text.splitlines()) == 7, text
    done = subprocess.run(["fsck.fat", "-n", path], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout
    return [json.loads(line) for line in mtools("mtype", "-i", path, "::HWTEST.JSN").splitlines()]


def direct(machine, append, disk=None, **kwargs):
    return machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact(INITRD),
                   append=f"console=tty0 console=ttyS0,115200 {append}",
                   extra=as_disk(disk) if disk else [], **kwargs)


def ends_of(lines):
    return {line["probe"]: line for line in lines if "probe" in line and "verdict" in line}


# ---- from the media

@pytest.mark.parametrize("model, cpu", [("isapc", "486"), ("pc", "pentium3")])
def test_floppy(machine, tmp_path, model, cpu):
    """In 8 MB, by its menu, alone with the hardware; what it found is on the floppy that it started from."""
    floppy = floppy_copy(tmp_path)
    pc = machine(Qemu, machine=model, cpu=cpu, mem=8, extra=[*as_floppy(floppy), "-boot", "a"])
    syslinux_prompt(pc, "passive-serial")
    pc.expect("mark and report are on /dev/fd0", 60)
    pc.expect(r"hwtest 0\.1-[0-9a-f]+ on Oldiron .*, alone", 60)
    pc.expect(r"^ok 1 bios # works", 60)
    pc.expect(MENU, 120)
    pc.send("1")
    pc.expect(r"page 1 of \d+")
    pc.send("q")
    pc.expect(MENU)
    pc.send("2")
    pc.expect("It is saved already: HWTEST.JSN on /dev/fd0")
    pc.send(" ")
    pc.expect(MENU)
    pc.send("8" if model != "isapc" else "7")
    assert pc.shutdown_cause() == ("guest-shutdown" if model != "isapc" else "guest-reset")
    head, *lines = check(floppy)
    assert head["mode"] == "alone" and ends_of(lines)["bios"]["verdict"] == "works" and "probes" in lines[-1]


def turn_to(pc, probe):
    """The probe's page, by the space bar."""
    number = int(pc.expect_screen(r"page (\d+) of \d+[\s\S]*q: end")[1])
    while not re.search(rf"^{probe}: ", pc.screen_text(), re.M):
        pc.press("spc")
        number += 1
        pc.expect_screen(rf"page {number} of \d+[\s\S]*q: end")  # the page's last line: it is there as a whole


def test_cd_on_the_screen(machine, tmp_path):
    """What a person does: the menu's entry, a key for a page, a floppy from a drawer; all by the PC's own keyboard."""
    floppy = tmp_path / "floppy"
    mtools("mformat", "-C", "-f", "720", "-v", "LETTERS", "-i", floppy, "::")
    pc = machine(Qemu, machine="pc", mem=8, iso=artefact("oldiron.iso"), extra=["-drive", "if=none,id=fd,format=raw,"
                 f"file={floppy}", "-device", "floppy,drive=fd,drive-type=144",
                 "-drive", f"if=ide,index=0,media=disk,format=raw,snapshot=on,file={artefact('disk.img')}"])
    grub_menu(pc, "h", serial=False)
    pc.expect_screen(MENU, 120)
    pc.press("1")
    pc.expect_screen(r"^a PC, no name .* page 1 of \d+", 30)
    pc.picture("hwtest-summary")
    for probe in ("memmap", "pci", "ata"):
        turn_to(pc, probe)
        pc.picture(f"hwtest-{probe}")
    pc.press("esc")
    pc.expect_screen(MENU)
    pc.press("2")
    pc.expect_screen("Saved as HWTEST.JSN on /dev/fd0", 60)
    pc.press("spc")
    pc.expect_screen(MENU)
    pc.hold("7")
    assert pc.shutdown_cause() == "guest-reset"
    assert check(floppy)[-1]["probes"] > 1


def test_keys_by_the_kernel(machine):
    """Beside the drivers the keyboard is theirs."""
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact(INITRD),
                 append="console=ttyS0,115200 console=tty0 hwtest.probe=bios")
    pc.expect(r"^ok 1 bios # works", 60)  # a console that is not the last has KTAP all the same
    pc.expect_screen(MENU, 60)
    pc.press("1")
    pc.expect_screen(r"page 1 of 2")
    pc.press("q")
    pc.expect_screen(MENU)
    pc.hold("8")
    assert pc.shutdown_cause() == "guest-shutdown"


# ---- what it leaves

def test_mark_and_report_on_a_labelled_disk(machine, tmp_path):
    disk = fat_disk(tmp_path / "disk")
    pc = direct(machine, "drivers=ide hwtest.probe=bios hwtest.machine=QEMU_pc hwtest.then=poweroff", disk)
    pc.expect("mark and report are on /dev/hda", 60)
    assert pc.shutdown_cause(60) == "guest-shutdown"
    head, *lines = check(disk)
    assert (head["mode"], head["machine"]) == ("alone", "QEMU pc")
    assert ends_of(lines)["bios"]["verdict"] == "works" and lines[-1]["probes"] == 1


def put(disk, name, data):
    subprocess.run(["mcopy", "-o", "-i", disk, "-", f"::{name}"], input=data, check=True)


def test_earlier_reports_are_kept(machine, tmp_path):
    """A medium may have been in another machine: what it found is not lost, here or on a floppy from a drawer."""
    disk = fat_disk(tmp_path / "disk")
    put(disk, "HWTEST.JSN", b"of another")
    put(disk, "HWTEST01.JSN", b"of a third")
    pc = direct(machine, "drivers=ide hwtest.probe=bios hwtest.then=poweroff", disk)
    pc.expect("the earlier report is HWTEST02.JSN now", 60)
    assert pc.shutdown_cause(60) == "guest-shutdown"
    assert check(disk)[-1]["probes"] == 1
    assert [mtools("mtype", "-i", disk, f"::HWTEST{n}.JSN") for n in ("01", "02")] == [b"of a third", b"of another"]

    floppy = tmp_path / "floppy"
    mtools("mformat", "-C", "-f", "720", "-i", floppy, "::")
    put(floppy, "HWTEST.JSN", b"of another")
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact(INITRD), append="console=ttyS0,115200 hwtest.probe=bios",
                 extra=["-drive", f"if=none,id=fd,format=raw,file={floppy}", "-device", "floppy,drive=fd,drive-type=144"])
    pc.expect(MENU + "in memory", 60)
    pc.send("2")
    pc.expect("Saved as HWTEST.JSN on /dev/fd0", 60)
    pc.expect("The HWTEST.JSN that was there is HWTEST01.JSN now", 60)
    pc.send(" 8")
    assert pc.shutdown_cause(60) == "guest-shutdown"
    assert check(floppy)[-1]["probes"] == 1 and mtools("mtype", "-i", floppy, "::HWTEST01.JSN") == b"of another"


def test_floppies_that_cannot_be_used_are_told_apart(machine, tmp_path):
    floppy, blank = tmp_path / "floppy", tmp_path / "blank"
    mtools("mformat", "-C", "-f", "1440", "-i", floppy, "::")
    blank.write_bytes(b"\xf6" * 1474560)
    before = floppy.read_bytes()
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact(INITRD), append="console=ttyS0,115200 hwtest.probe=bios",
                 extra=["-device", "floppy,id=fd,drive-type=144"])
    pc.expect(MENU + "in memory", 60)
    for image, mode, reason in ((floppy, "read-only", "it is write-protected"),
                                (blank, "read-write", "there is no FAT file system on it")):
        pc.qmp.cmd("blockdev-change-medium", id="fd", filename=str(image), format="raw", **{"read-only-mode": mode})
        pc.send("2")
        pc.expect(f"/dev/fd0 cannot be used: {reason}", 60)
        pc.send(" ")
        pc.expect(MENU, 60)
    pc.qmp.cmd("blockdev-change-medium", id="fd", filename=str(floppy), format="raw", **{"read-only-mode": "read-write"})
    assert floppy.read_bytes() == before
    pc.send("2")
    pc.expect("Saved as HWTEST.JSN on /dev/fd0", 60)
    pc.send(" 8")
    assert pc.shutdown_cause(60) == "guest-shutdown"
    assert check(floppy)[-1]["probes"] == 1


def test_a_full_floppy_keeps_what_it_has(machine, tmp_path):
    floppy = tmp_path / "floppy"
    mtools("mformat", "-C", "-f", "360", "-i", floppy, "::")
    put(floppy, "HWTEST.JSN", b"of another")
    put(floppy, "FULL", bytes(354 * 1024 - 1024))
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact(INITRD), append="console=ttyS0,115200 hwtest.probe=bios",
                 extra=["-drive", f"if=none,id=fd,format=raw,file={floppy}", "-device", "floppy,drive=fd,drive-type=144"])
    pc.expect(MENU + "in memory", 60)
    pc.send("2")
    pc.expect("No space left on device", 60)
    pc.send(" 8")
    assert pc.shutdown_cause(60) == "guest-shutdown"
    assert subprocess.run(["fsck.fat", "-n", floppy], stdout=subprocess.PIPE).returncode == 0
    assert mtools("mtype", "-i", floppy, "::HWTEST.JSN") == b"of another"


def test_write_test_by_the_boot_line(machine, tmp_path):
    """Class W needs both words there, too; what is blank before is blank afterwards."""
    disk = tmp_path / "blank"
    disk.write_bytes(bytes(8 << 20))
    written = disk.stat().st_mtime_ns
    words = "drivers=none hwtest.probe=writetest hwtest.then=poweroff"
    pc = direct(machine, f"{words} hwtest.class=W hwtest.write-on=ide0.0", disk)
    pc.expect(r"^ok 1 writetest # works", 60)
    assert pc.shutdown_cause(60) == "guest-shutdown"
    pc.close()
    assert disk.read_bytes() == bytes(8 << 20) and disk.stat().st_mtime_ns > written
    pc = direct(machine, f"{words} hwtest.write-on=ide0.0", disk)
    pc.expect("--class W and --write-on MEDIUM go together", 60)
    assert pc.shutdown_cause(60) == "guest-shutdown"


def test_a_disk_with_another_label_is_not_touched(machine, tmp_path):
    disk = fat_disk(tmp_path / "disk", "SOMEBODYS")
    before = disk.read_bytes()
    pc = direct(machine, "hwtest.probe=bios hwtest.then=poweroff", disk)
    pc.expect("there is no medium labelled OI-HWTEST", 60)
    assert pc.shutdown_cause(60) == "guest-shutdown"
    assert disk.read_bytes() == before


@pytest.mark.parametrize("word, reason", [("hwtest.probe=nosuch", 'there is no probe "nosuch"'), ("hwtest.class=R9", "--class is R0"),
                                          ("hwtest.fault=melt:bios", "--fault is hang:PROBE")])
def test_a_wrong_word_is_told_before_the_menu(machine, word, reason):
    """The menu does not cover what is wrong, and claims no report."""
    pc = direct(machine, word)
    pc.expect(re.escape(reason), 60)
    pc.expect("Any key: back to the menu")
    pc.send(" ")
    pc.expect("hwtest: there is no whole report")
    pc.send("8")
    assert pc.shutdown_cause(60) == "guest-shutdown"


def test_words_without_a_value_are_left_out(machine):
    pc = direct(machine, "hwtest.machine= hwtest.class= hwtest.probe=bios hwtest.then=nothing")
    pc.expect(MENU + "in memory", 60)
    pc.send("8")
    assert pc.shutdown_cause(60) == "guest-shutdown"


def test_a_medium_that_fills_up_is_told(machine, tmp_path):
    disk = fat_disk(tmp_path / "disk")
    # Room for the mark and the beginning of a report.
    free = int(re.search(rb"([\d ]+) bytes free", mtools("mdir", "-i", disk, "::"))[1].replace(b" ", b""))
    put(disk, "FULL", bytes(free - 4096))
    pc = direct(machine, "drivers=ide hwtest.probe=bios,irq,vga,pci", disk)
    pc.expect("the rest of the report is not saved", 60)
    pc.expect("Any key: back to the menu", 60)
    pc.send(" ")
    pc.expect("hwtest: there is no whole report", 60)
    pc.send("8")
    assert pc.shutdown_cause(60) == "guest-shutdown"
    assert subprocess.run(["fsck.fat", "-n", disk], stdout=subprocess.PIPE).returncode == 0


def test_sent_from_the_menu(machine, tmp_path):
    """What is not there to be saved on is told, and the report goes over the serial line."""
    disk = fat_disk(tmp_path / "disk", "LATER")
    pc = direct(machine, "hwtest.probe=bios", disk)
    pc.expect(MENU + "in memory", 60)
    pc.send("3")
    pc.expect("There is no FAT volume labelled OI-HWTEST that can be written")
    pc.send(" 2")
    pc.expect("/dev/fd0 cannot be used: there is no disk in it, or no such drive")
    pc.expect("Put a floppy with a FAT .DOS. file system into the first drive")
    pc.send(" 4")
    pc.expect("HWTEST-REPORT ")
    pc.expect("HWTEST-END")
    pc.expect(r"\d+ bytes sent, CRC-32")
    pc.send(" 8")
    assert pc.shutdown_cause(60) == "guest-shutdown"


# ---- a machine that stops

FREEZE = "serial hwtest.probe=bios hwtest.fault=freeze:bios"


def in_qemu(machine, floppy, words=""):
    """All on the floppy, whose prompt takes the words."""
    pc = machine(Qemu, mem=8, extra=[*as_floppy(floppy), "-boot", "a"])
    syslinux_prompt(pc, f"{FREEZE} {words}")
    return pc


def in_bochs(machine, disk, words=""):
    """The floppy of this Bochs is write-protected: mark and report are on a disk."""
    disk.with_name(f"{disk.name}.lock").unlink(missing_ok=True)  # of a Bochs that was killed
    pc = machine(Bochs, cpu="pentium", mem=8, floppy=artefact("hwtest.img"), disk=disk)
    syslinux_prompt(pc, f"{FREEZE} drivers=ide {words}", 60)
    return pc


@pytest.mark.parametrize("start", [in_qemu, in_bochs])
def test_a_probe_that_stops_the_machine_is_named_and_left_out(machine, tmp_path, start):
    disk = floppy_copy(tmp_path) if start is in_qemu else fat_disk(tmp_path / "disk")
    pc = start(machine, disk)
    pc.expect(r"# probe bios: ", 120)
    # Nothing comes any more: the machine is dead, and its power is cut.
    pc.close()
    assert b"now bios\n" in mtools("mtype", "-i", disk, "::HWTEST.MRK")

    pc = start(machine, disk, "hwtest.then=poweroff")
    pc.expect(r"^not ok 1 bios # hang: It stopped the machine in an earlier run", 120)
    pc.wait_exit(120)
    lines = check(disk, stopped=True)
    assert ends_of(lines)["bios"]["verdict"] == "hang" and "probes" in lines[-1]
    # What the run before had come to is kept.
    assert b'"begin"' in mtools("mtype", "-i", disk, "::HWTEST01.JSN")
