"""installing - what the tests of the installer share: an answer file, the live system at its prompt, `install` up to its
end, the system that starts from the disk then, and what the host finds on that disk."""
import hashlib
import json
import mmap
import os
import re
import subprocess

from vm import PROMPT, Bochs, Qemu, artefact, diskimage
from vm.loaders import grub_menu

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
# For a place beside others: what a whole disk would be asked is not.
BESIDE = dict(ANSWERS, place="free-space", table=None, free="largest", logical="primary")


def blank(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    return path


def answer_text(answers):
    """None as an answer leaves its key out."""
    lines = [f"{key} = {value}\n" for key, value in answers.items() if value is not None]
    return "# for a test\n" + "".join(lines)


def answer_disc(folder, answers, label="OI-ANSWERS"):
    """An ISO with that label and answers.txt."""
    tree = folder / "answers"
    tree.mkdir(parents=True)
    (tree / "answers.txt").write_text(answer_text(answers), encoding="ascii")
    out = folder / "answers.iso"
    diskimage.run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", label, "-o", out, tree)
    return out


def drive(path, index, kind="disk"):
    return ["-drive", f"if=ide,index={index},media={kind},format=raw,file={path}"]


def logged_drive(image, log):
    """The first disk, with each of its writes and flushes in a file (tests/powercut/writelog.py reads it)."""
    open(log, "wb").close()
    spec = (f"if=none,id=d,driver=blklogwrites,log-sector-size=512,file.driver=file,file.filename={image},"
            f"log.driver=file,log.filename={log}")
    return ["-drive", spec, "-device", "ide-hd,drive=d,bus=ide.0,unit=0,serial=QM00001"]


def live(machine, disks, answers=None, mem=64, model="pc", cpu="pentium3", iso=None):
    """The live system from the CD, at its prompt."""
    extra = list(disks)
    if answers:
        extra += drive(answers, 3, "cdrom")
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, iso=iso or artefact("oldiron.iso"), extra=extra)
    grub_menu(pc, "l", 120)
    pc.expect(PROMPT, 600)
    return pc


def start_install(pc, command="install"):
    """Its exit status, or the end of the machine, is what run_out() waits for."""
    start = pc.serial.pos
    pc.send(f"{command}; echo status=$?\r")
    return start


def run_out(pc, start):
    """(exit status, what it said); 0 when it restarts the machine or switches it off."""
    match = pc.expect(r"status=(\d)\r|Power down|reboot: ", LONG)
    text = bytes(pc.serial.data[start:match.start()]).decode("utf-8", "replace").replace("\r", "")
    return int(match.group(1) or 0), text


def install(pc, status=0, cause="guest-shutdown"):
    """What `install` says, up to its end; with 0 the machine then ends by itself."""
    ended, text = run_out(pc, start_install(pc))
    assert ended == status, text
    if status == 0:
        assert pc.shutdown_cause(LONG) == cause, pc.report()
    return text


def login(pc, name, password, timeout=600):
    pc.expect(r"login: \Z", timeout)
    pc.send(f"{name}\r")
    pc.expect("Password: ", 120)
    pc.send(f"{password}\r")
    pc.expect(PROMPT, 120)


def walk(pc, swap="partition"):
    """In the system that was installed: its user, and then root; it is left at root's prompt."""
    login(pc, "ann", "secret 2")
    assert pc.run("id -un; hostname; pwd; date +%Z", 120) in ("ann\nbox\n/home/ann\nCET\n", "ann\nbox\n/home/ann\nCEST\n")
    assert pc.run("grep -c '^/dev/root / ext2 rw' /proc/mounts; swapon --show=TYPE --noheadings", 120) == f"1\n{swap}\n"
    pc.send("exit\r")
    login(pc, "root", "toor-1")
    assert pc.run("grep -c ^release /etc/oldiron/installed; tail -n 1 /var/log/oldiron-install.log",
                  120).endswith(" done\n")
    pc.run("echo kept >/root/kept; ls /root", 120)


def leave(pc, model="pc"):
    """Off; an ISA machine cannot be switched off, and restarts."""
    pc.send("reboot\r" if model == "isapc" else "poweroff\r")
    assert pc.shutdown_cause(300) == ("guest-reset" if model == "isapc" else "guest-shutdown")


def boot_installed(machine, disks, model="pc", cpu="pentium3", mem=64, swap="partition"):
    """From the disk to a login, a command as the user, and off again as root."""
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, extra=list(disks) + ["-boot", "c"])
    walk(pc, swap)
    leave(pc, model)


def partitions(image):
    """[(number, start, sectors, type)] by sfdisk."""
    done = subprocess.run(["sfdisk", "-J", str(image)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    table = json.loads(done.stdout or "{}").get("partitiontable", {})
    found = []
    for part in table.get("partitions", []):
        number = int(re.search(r"(\d+)$", part["node"]).group(1))
        found.append((number, part["start"], part["size"], part["type"]))
    return found


def linux_partitions(image):
    """Those that hold file systems of ours or Linux's: MBR type 83, GPT's of Linux data."""
    return [p for p in partitions(image) if p[3] in ("83", "0FC63DAF-8483-4772-8E79-3D69D8477DE4")]


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


def check_all_ext2(image, folder):
    """Of every Linux partition of the image; how many there are."""
    found = linux_partitions(image)
    for _, start, sectors, _ in found:
        check_ext2(image, start, sectors, folder)
    return len(found)


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


def mbr_entry(image, number):
    with open(image, "rb") as f:
        f.seek(446 + 16 * number)
        return f.read(16)


# ---- GRUB of another release

def age_grub(image, only=None):
    """Every core.img (and what begins one) says something else when it starts, as another release's may; in one sector
    alone when that is given. The sectors that were changed."""
    changed = []
    with open(image, "r+b") as f, mmap.mmap(f.fileno(), 0) as data:
        at = data.find(b"loading")
        while at >= 0:
            lba = at // SECTOR
            if data[lba * SECTOR + 510:lba * SECTOR + 512] == b"\x20\x08" and only in (None, lba):
                data[at:at + 7] = b"Loading"
                changed.append(lba)
            at = data.find(b"loading", at + 1)
    return changed


def started_core(image, boot_sector):
    """(sector, what it says): the first of the core.img that GRUB's boot sector names."""
    with open(image, "rb") as f:
        f.seek(boot_sector * SECTOR)
        lba = int.from_bytes(f.read(SECTOR)[0x5C:0x64], "little")
        f.seek(lba * SECTOR)
        return lba, re.search(b"[Ll]oading", f.read(SECTOR)).group().decode()


# ---- Bochs: its CD is the primary slave, and its answers are on the secondary master

BOCHS_ANSWERS = dict(ANSWERS, disk="position:primary-master", groups="none")


def bochs_disk(path, cylinders=260):
    """A flat image with 16 heads and 63 sectors, and Bochs' lines for it."""
    blank(path, cylinders * 16 * 63 * SECTOR)
    return f"ata0-master: type=disk, path={path}, mode=flat, cylinders={cylinders}, heads=16, spt=63, translation=auto"


def bochs_discs(answers=None, iso=None):
    lines = []
    if iso:
        lines += [f"ata0-slave: type=cdrom, path={iso}, status=inserted"]
    if answers:
        lines += ["ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15",
                  f"ata1-master: type=cdrom, path={answers}, status=inserted"]
    return lines


def bochs_start(machine, disk_line, **kwargs):
    extra = [disk_line] + kwargs.pop("extra", [])
    return machine(Bochs, cpu="pentium", mem=kwargs.pop("mem", 32), extra=extra, **kwargs)


def bochs_walk(machine, disk_line):
    """From the disk to a login, a command as the user, and off again as root."""
    pc = bochs_start(machine, disk_line)
    walk(pc)
    pc.send("poweroff\r")
    pc.wait_exit(300)
