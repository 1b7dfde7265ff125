"""An upgrade in place: files, and the GRUB that starts them. With a loader that is not ours: tests/install."""
import pathlib
import shutil
import sys

from installing import (ANSWERS, LONG, MIB, SECTOR, age_grub, answer_disc, blank, check_all_ext2, drive, install,
                        live, logged_drive, login, started_core)
from vm import Qemu

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "powercut"))
import writelog  # noqa: E402

UPGRADE = {"mode": "upgrade", "consent": "yes", "finish": "poweroff"}


def boot(machine, disk):
    return machine(Qemu, mem=64, extra=drive(disk, 0) + ["-boot", "c"])


def off(pc):
    pc.send("poweroff\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"


def test_upgrade(machine, tmp_path):
    """Files that were changed stay, others become the medium's again, and so does GRUB."""
    disk, log = blank(tmp_path / "hd.img", 256 * MIB), tmp_path / "log"
    install(live(machine, drive(disk, 0), answer_disc(tmp_path / "1", ANSWERS)))
    assert 1 in age_grub(disk)
    pc = boot(machine, disk)
    login(pc, "root", "toor-1")
    for command in ("echo mine >/etc/motd", "echo data >/home/ann/data", "echo bad >/usr/bin/fold"):
        assert pc.run(command) == ""
    off(pc)
    before = tmp_path / "before.img"
    shutil.copy(disk, before)
    text = install(live(machine, logged_drive(disk, log), answer_disc(tmp_path / "2", UPGRADE)))
    assert "GRUB is renewed, in the code in the MBR of /dev/hda and sectors 1-" in text.replace("\n", " ")
    assert started_core(before, 0) == (1, "Loading") and started_core(disk, 0) == (1, "loading")
    pc = boot(machine, disk)
    login(pc, "ann", "secret 2")
    assert pc.run("cat /etc/motd ~/data; echo text | fold -w 2; hostname") == "mine\ndata\nte\nxt\nbox\n"
    pc.send("exit\r")
    login(pc, "root", "toor-1")
    off(pc)
    assert check_all_ext2(disk, tmp_path) == 1
    half_written(machine, before, writelog.read(log))


def half_written(machine, disk, entries):
    """The power fails while the sectors behind the MBR are written: the machine starts by core.img's file, and the
    next upgrade goes on."""
    with open(disk, "r+b") as f:
        for entry in entries:
            if entry.data and 1 <= entry.sector < 2048:
                break
            f.seek(entry.sector * SECTOR)
            f.write(entry.data)
        f.seek(SECTOR)
        f.write(bytes(8 * SECTOR))
    lba, word = started_core(disk, 0)
    assert lba >= 2048 and word == "loading"
    pc = boot(machine, disk)
    login(pc, "root", "toor-1")
    off(pc)
    assert "GRUB is renewed, in the code in the MBR of /dev/hda and sectors 1-" in dry(machine, disk)


def test_upgrade_shows_what_it_would_do(machine, tmp_path):
    """Dry, after an installation: nothing is written, and GRUB is the new one already; once it is another's, it stays."""
    disk = blank(tmp_path / "hd.img", 160 * MIB)
    install(live(machine, drive(disk, 0), answer_disc(tmp_path / "1", dict(ANSWERS, groups="none", swap="none"))))
    before = disk.read_bytes()
    assert "is the new one already" in dry(machine, disk)
    assert disk.read_bytes() == before
    assert age_grub(disk, only=1) == [1]
    assert "it is not touched" in dry(machine, disk)


def dry(machine, disk):
    """What --dry-run says, its line ends as blanks."""
    pc = live(machine, drive(disk, 0))
    pc.run("printf 'mode = upgrade\\nconsent = yes\\nfinish = exit\\n' >/tmp/a")
    text = pc.run("oldiron-install --dry-run --answers /tmp/a", LONG)
    assert pc.status == 0, text
    off(pc)
    return " ".join(text.split())
