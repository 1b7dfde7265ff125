"""The installer from the CD onto disks that hold nothing, or somebody's data; then the machine starts from the disk."""
import hashlib
import json
import os
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact, diskimage
from vm.loaders import grub_menu
from vm.paths import BUILD

SECTOR = 512
MIB = 1 << 20
# A slow machine: TCG, a 486, and others at work on the host.
LONG = 1800
ANSWERS = {
    "disk": "serial:QM00001", "place": "whole-disk", "table": "mbr", "alignment": "1M", "swap": "16M", "home": "root",
    "loader": "mbr", "groups": "loader", "hostname": "box", "keymap": "us", "timezone": "Europe/Berlin", "clock": "utc",
    "root_password": "toor-1", "user": "ann", "user_full_name": "Ann Lee", "user_password": "secret 2",
    "serial_console": "ttyS0", "consent": "yes", "finish": "poweroff",
}


def blank(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    return path


def answer_disc(folder, answers):
    """An ISO labelled OI-ANSWERS; None as an answer leaves its key out."""
    tree = folder / "answers"
    tree.mkdir()
    lines = [f"{key} = {value}\n" for key, value in answers.items() if value is not None]
    (tree / "answers.txt").write_text("# for a test\n" + "".join(lines), encoding="ascii")
    out = folder / "answers.iso"
    diskimage.run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "OI-ANSWERS", "-o", out, tree)
    return out


def drive(path, index, kind="disk"):
    return ["-drive", f"if=ide,index={index},media={kind},format=raw,file={path}"]


def live(machine, disks, answers=None, mem=64, model="pc", cpu="pentium3"):
    """The live system from the CD, at its prompt."""
    extra = list(disks)
    if answers:
        extra += drive(answers, 3, "cdrom")
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, iso=artefact("oldiron.iso"), extra=extra)
    grub_menu(pc, "l", 120)
    pc.expect(PROMPT, 600)
    return pc


def install(pc, status=0, cause="guest-shutdown"):
    """What `install` says, up to its end; with 0 the machine then ends by itself."""
    start = pc.serial.pos
    pc.send("install; echo status=$?\r")
    match = pc.expect(r"status=(\d)\r|Power down|reboot: ", LONG)
    text = bytes(pc.serial.data[start:match.start()]).decode("utf-8", "replace").replace("\r", "")
    assert int(match.group(1) or 0) == status, text
    if status == 0:
        assert pc.shutdown_cause(LONG) == cause, pc.report()
    return text


def login(pc, name, password, timeout=600):
    pc.expect(r"login: \Z", timeout)
    pc.send(f"{name}\r")
    pc.expect("Password: ", 120)
    pc.send(f"{password}\r")
    pc.expect(PROMPT, 120)


def boot_installed(machine, disks, model="pc", cpu="pentium3", mem=64):
    """From the disk to a login, a command as the user, and off again as root."""
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, extra=list(disks) + ["-boot", "c"])
    login(pc, "ann", "secret 2")
    assert pc.run("id -un; hostname; pwd; date +%Z") in ("ann\nbox\n/home/ann\nCET\n", "ann\nbox\n/home/ann\nCEST\n")
    assert pc.run("grep -c '^/dev/root / ext2 rw' /proc/mounts; swapon --show=TYPE --noheadings") == "1\npartition\n"
    pc.send("exit\r")
    login(pc, "root", "toor-1")
    assert pc.run("grep -c ^release /etc/oldiron/installed; tail -n 1 /var/log/oldiron-install.log").endswith(" done\n")
    pc.run("echo kept >/root/kept; ls /root")
    end = "reboot" if model == "isapc" else "poweroff"  # that one cannot be switched off
    pc.send(f"{end}\r")
    assert pc.shutdown_cause(300) == ("guest-reset" if model == "isapc" else "guest-shutdown")


def partitions(image):
    """[(number, start, sectors, type)] by sfdisk."""
    table = json.loads(diskimage.run("sfdisk", "-J", image))["partitiontable"]
    found = []
    for part in table.get("partitions", []):
        number = int(re.search(r"(\d+)$", part["node"]).group(1))
        found.append((number, part["start"], part["size"], part["type"]))
    return found


def check_ext2(image, start, sectors, folder):
    """The host's e2fsck finds nothing in that stretch of the image."""
    out = folder / "check.img"
    with open(image, "rb") as src, open(out, "wb") as dst:
        src.seek(start * SECTOR)
        left = sectors * SECTOR
        while left:
            piece = src.read(min(left, MIB))
            dst.write(piece)
            left -= len(piece)
    done = subprocess.run(["e2fsck", "-fn", str(out)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout
    os.unlink(out)


def sector_hashes(image):
    hashes = []
    with open(image, "rb") as f:
        while piece := f.read(MIB):
            hashes += [hashlib.md5(piece[i:i + SECTOR]).digest() for i in range(0, len(piece), SECTOR)]
    return hashes


def changed_outside(before, image, allowed):
    """Sectors that differ now and lie in none of the [start, end) ranges."""
    after = sector_hashes(image)
    assert len(after) == len(before)
    return [i for i, pair in enumerate(zip(before, after))
            if pair[0] != pair[1] and not any(start <= i < end for start, end in allowed)]


def test_whole_disk(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, ANSWERS))
    text = install(pc)
    assert "Copying files" in text and "Reading back" in text
    root = [p for p in partitions(disk) if p[3] == "83"]
    assert len(root) == 1
    boot_installed(machine, drive(disk, 0))
    check_ext2(disk, root[0][1], root[0][2], tmp_path)


def shared_disk(folder):
    """DOS first, an ext2 in the extended partition, free space behind; every sector has something in it."""
    path = folder / "shared.img"
    with open(path, "wb") as f:
        for i in range(400):
            f.write(hashlib.shake_256(str(i).encode()).digest(MIB))
        f.seek(0)
        f.write(bytes(SECTOR * 2048))
    diskimage.run("sfdisk", "-q", "--no-reread", "--wipe", "never", path,
                  input="label: dos\nlabel-id: 0x12345678\nstart=2048, size=65536, type=6, bootable\n"
                        "start=67584, size=100000, type=5\nstart=69632, size=81920, type=83\n")
    diskimage.run("mkfs.fat", "-F", "16", "-n", "DOS", "--offset", "2048", path, "32768")
    return path


def test_beside_others(machine, tmp_path):
    """Every sector outside the plan is as it was."""
    disk = shared_disk(tmp_path)
    old = {p[0]: p for p in partitions(disk)}
    before = sector_hashes(disk)
    answers = dict(ANSWERS, place="free-space", table=None, free="largest", logical="primary")
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, answers))
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


def mbr_entry(image, number):
    with open(image, "rb") as f:
        f.seek(446 + 16 * number)
        return f.read(16)


def test_slave(machine, tmp_path):
    """The disk is the second one: GRUB goes to its own MBR, and the first disk is not touched."""
    first, second = blank(tmp_path / "first.img", 32 * MIB), blank(tmp_path / "second.img", 256 * MIB)
    answers = dict(ANSWERS, disk="position:primary-slave")
    pc = live(machine, drive(first, 0) + drive(second, 1), answer_disc(tmp_path, answers))
    install(pc)
    assert not any(open(first, "rb").read())
    boot_installed(machine, drive(second, 0))


def test_gpt(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 4096 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, dict(ANSWERS, table="gpt")))
    install(pc)
    boot_installed(machine, drive(disk, 0))


def test_late_board(machine, tmp_path):
    """A q35: AHCI, so the disk is sda and is named by its port."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, dict(ANSWERS, disk="position:port-0")), model="q35")
    install(pc)
    boot_installed(machine, drive(disk, 0), model="q35")
    _, start, count, _ = partitions(disk)[0]
    check_ext2(disk, start, count, tmp_path)


def test_old_machine(machine, tmp_path):
    """A 486 with 16 MB, ISA only, and 120 MB by cylinders."""
    disk = blank(tmp_path / "hd.img", 120 * MIB)
    answers = dict(ANSWERS, alignment="cylinder", groups="loader", swap="8M", finish="reboot")
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, answers), mem=16, model="isapc", cpu="486")
    install(pc, cause="guest-reset")
    assert [p[1] for p in partitions(disk)][0] == 63
    boot_installed(machine, drive(disk, 0), mem=16, model="isapc", cpu="486")


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
    _, start, count, _ = partitions(disk)[0]
    check_ext2(disk, start, count, tmp_path)


def test_cut_off_and_put_back(machine, tmp_path):
    """... or the disk becomes as it was, where it was anybody's."""
    disk = shared_disk(tmp_path)
    old = partitions(disk)
    before = sector_hashes(disk)
    answers = dict(ANSWERS, place="free-space", table=None, free="largest", logical="primary", consent="yes")
    (tmp_path / "1").mkdir()
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path / "1", answers))
    pc.send("install\r")
    pc.expect("Copying files: .* 5. %", LONG)
    pc.close()
    new = [p for p in partitions(disk) if p not in old]
    assert new
    (tmp_path / "2").mkdir()
    refused = dict(answers, resume="put-back", hostname=None)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path / "2", refused))
    install(pc, status=1)
    assert partitions(disk) == old
    assert changed_outside(before, disk, [(start, start + count) for _, start, count, _ in new]) == []


def test_upgrade(machine, tmp_path):
    """Files that were changed stay, others become the medium's again."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    (tmp_path / "1").mkdir()
    install(live(machine, drive(disk, 0), answer_disc(tmp_path / "1", ANSWERS)))
    pc = machine(Qemu, mem=64, extra=drive(disk, 0) + ["-boot", "c"])
    login(pc, "root", "toor-1")
    for command in ("echo mine >/etc/motd", "echo data >/home/ann/data", "echo bad >/usr/bin/fold"):
        assert pc.run(command) == ""
    pc.send("poweroff\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    (tmp_path / "2").mkdir()
    answers = {"mode": "upgrade", "consent": "yes", "finish": "poweroff"}
    install(live(machine, drive(disk, 0), answer_disc(tmp_path / "2", answers)))
    pc = machine(Qemu, mem=64, extra=drive(disk, 0) + ["-boot", "c"])
    login(pc, "ann", "secret 2")
    assert pc.run("cat /etc/motd ~/data; echo text | fold -w 2; hostname") == "mine\ndata\nte\nxt\nbox\n"
    pc.send("exit\r")
    login(pc, "root", "toor-1")
    pc.send("poweroff\r")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    _, start, count, _ = partitions(disk)[0]
    check_ext2(disk, start, count, tmp_path)


def test_dry_run(machine, tmp_path):
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0), answer_disc(tmp_path, ANSWERS))
    pc.send("oldiron-install --dry-run; echo status=$?\r")
    pc.expect("What would be written", LONG)
    pc.expect(r"status=0\r", LONG)
    assert not any(open(disk, "rb").read())


def picture(pc, name):
    """The screen as an image, for the README: `make pictures` puts them there."""
    folder = BUILD / "pictures"
    folder.mkdir(exist_ok=True)
    pc.screendump(folder / f"{name}.png")


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
    picture(pc, "install-disk")
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
    picture(pc, "install-groups")
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
    picture(pc, "install-consent")
    pc.press("ret")
    pc.expect_screen("Type yes to write", 60)
    type_line(pc, "no")
    pc.expect_screen("That is not the word. Nothing has been written.", 60)
    pc.press("ctrl", "u")
    type_line(pc, "yes")
    pc.expect_screen("Copying files", LONG)
    picture(pc, "install-copying")
    pc.expect_screen("Oldiron is installed", LONG)
    pc.press("down")
    pc.press("ret")
    assert pc.shutdown_cause(300) == "guest-shutdown"
    boot_installed(machine, drive(disk, 0))


def test_by_lines(machine, tmp_path):
    """The same questions in plain text on the serial line."""
    disk = blank(tmp_path / "hd.img", 256 * MIB)
    pc = live(machine, drive(disk, 0))
    pc.send("install\r")
    steps = [("== Disk ==", "1"), ("== Where on the disk ==", "1"), ("== Partition table ==", "b"),
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
