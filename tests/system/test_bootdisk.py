"""The boot disks: every way from a medium to the live system, and what is said where there is none."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from vm import PROMPT, ROOT, Bochs, Qemu, artefact, diskimage
from vm.loaders import grub_menu, syslinux_prompt

SECTOR = 512
ASKS = r"Enter: look again .*> \Z"


def live(pc, medium, timeout=90):
    """The live system's prompt, and what every live system must be."""
    pc.expect(f"live: the medium is {medium}", timeout)
    pc.expect(PROMPT, timeout)
    assert pc.run("echo ${BASH_VERSION%%.*}") == "5\n"
    assert "Read-only" in pc.run("touch /usr/x")
    return pc


def as_cd(path, index=2):
    return ["-drive", f"if=ide,index={index},media=cdrom,format=raw,file={path}"]


def as_disk(path, index=0):
    return ["-drive", f"if=ide,index={index},media=disk,format=raw,file={path},snapshot=on"]


# ---- where the medium is

@pytest.mark.parametrize("model, cpu, mem, key, device", [
    pytest.param("isapc", "486", 16, "l", "/dev/hdc", id="isapc-486-16M"),
    pytest.param("pc", "pentium3", 64, "l", "/dev/hdc", id="pc"),
    pytest.param("q35", "qemu32", 64, "l", "/dev/sr0", id="q35-ahci"),
    pytest.param("pc", "pentium", 32, "f", "/dev/hdc", id="pc-safe-mode"),
    pytest.param("pc", "pentium3", 64, "m", "in memory", id="pc-in-memory"),
])
def test_cd(machine, model, cpu, mem, key, device):
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, iso=artefact("oldiron.iso"))
    grub_menu(pc, key)
    live(pc, device)
    if key == "f":
        log = pc.run("dmesg")
        assert "ATAPI 4x DVD, PIO" in log and "pci: there is none" in log and "cpu: GenuineIntel family 5 model 4" in log
    if key == "m":
        assert pc.run("grep -c hdc /proc/mounts") == "0\n"


def test_cd_on_screen(machine):
    """What a person sees: the menu, and with no key at all the live system."""
    pc = machine(Qemu, machine="pc", mem=64, iso=artefact("oldiron.iso"), serial=False)
    pc.expect_screen("Oldiron live, from this medium", 30)
    # GRUB reads keys only once it shows the menu; what counts down is the time-out.
    pc.expect_screen("executed automatically in", 30)
    pc.expect_screen(r"live: the medium is /dev/hdc(.|\n)*# *\Z", 90)
    pc.type("mount | grep -c /medium\n")
    pc.expect_screen(r"^1\n.*# *\Z", 30)


@pytest.mark.parametrize("model, cpu, mem, key, device", [
    pytest.param("isapc", "486", 16, "l", "/dev/hda", id="isapc-ide"),
    pytest.param("pc", "pentium3", 64, "l", "/dev/hda", id="pc-ide"),
    pytest.param("pc", "pentium3", 64, "m", "in memory", id="pc-ide-in-memory"),
])
def test_as_a_disk(machine, model, cpu, mem, key, device):
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, extra=as_disk(artefact("oldiron.iso")))
    grub_menu(pc, key)
    live(pc, device)


def usb_stick(path):
    return ["-device", "usb-ehci,id=ehci", "-drive", f"if=none,id=stick,format=raw,file={path},snapshot=on",
            "-device", "usb-storage,bus=ehci.0,drive=stick,bootindex=0"]


def test_usb_stick(machine):
    """The kernel cannot read it: the entry that is taken by itself has the BIOS read all of it."""
    pc = machine(Qemu, machine="pc", mem=64, extra=usb_stick(artefact("oldiron.iso")))
    pc.expect(r"\*Oldiron live, all in memory", 60)
    grub_menu(pc, "m", 60)
    live(pc, "in memory", 120)
    assert pc.run("sha256sum </medium/system.manifest").split()[0] == release()


def test_usb_stick_not_in_memory(machine):
    pc = machine(Qemu, machine="pc", mem=64, extra=usb_stick(artefact("oldiron.iso")))
    grub_menu(pc, "l", 60)
    pc.expect("nothing: no CD drive and no disk was found", 60)
    pc.expect('restart, and choose "all in memory"')
    pc.expect(ASKS)


@pytest.mark.parametrize("model, cpu, mem", [("isapc", "486", 16), ("pc", "pentium3", 64)])
def test_floppy_and_cd(machine, model, cpu, mem):
    """For a PC that cannot boot its CD drive."""
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, floppy=artefact("floppy.img"),
                 extra=as_cd(artefact("oldiron.iso")))
    syslinux_prompt(pc, "live-serial")
    live(pc, "/dev/hdc")


def test_bochs_cd(machine):
    pc = machine(Bochs, cpu="pentium", mem=32, iso=artefact("oldiron.iso"))
    grub_menu(pc, "l", 60)
    live(pc, "/dev/hdb", 240)
    # Bochs resets the processor and not the UART: its BIOS must find the port again.
    pc.send("reboot -f\r")
    pc.expect("GNU GRUB", 60)


def test_bochs_floppy_and_cd(machine):
    pc = machine(Bochs, cpu="pentium", mem=32, floppy=artefact("floppy.img"),
                 extra=[f"ata0-slave: type=cdrom, path={artefact('oldiron.iso')}, status=inserted"])
    syslinux_prompt(pc, "live-serial", 60)
    live(pc, "/dev/hdb", 240)


# ---- which medium, and what is said of the others

def release():
    return hashlib.sha256(artefact("system.manifest").read_bytes()).hexdigest()


def start(machine, *extra, append=""):
    """The live init without a loader, which the tests above have."""
    return machine(Qemu, machine="pc", mem=64, kernel=artefact("oldiron.elf"), initrd=artefact("live.cpio.gz"),
                   append=f"console=ttyS0,115200 {append}", extra=[a for some in extra for a in some])


@pytest.fixture(scope="module")
def small_tree(tmp_path_factory):
    """A medium's tree, without most of the system: enough for its shell."""
    tree = tmp_path_factory.mktemp("medium")
    shutil.copytree(artefact("ports/root-base/init").parent, tree / "system", symlinks=True)
    shutil.copy(artefact("system.manifest"), tree)
    shutil.copy(artefact("system.groups"), tree)
    return tree


def iso_of(tree, path, label="OLDIRON"):
    subprocess.run(["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", label, "-o", path, tree], check=True,
                   stderr=subprocess.DEVNULL)
    return path


@pytest.fixture
def foreign(small_tree, tmp_path):
    """Oldiron, of another release."""
    tree = tmp_path / "tree"
    shutil.copytree(small_tree, tree, symlinks=True)
    (tree / "system.manifest").write_text("of another day\n")
    return iso_of(tree, tmp_path / "foreign.iso")


def ext2_disk(tree, path):
    return diskimage.Disk(path, 26 << 20, tree, part_size=24 << 20).path


def test_files_on_an_ext2_partition(machine, small_tree, tmp_path):
    disk = ext2_disk(small_tree, tmp_path / "disk")
    pc = start(machine, as_disk(disk))
    live(pc, "/dev/hda1")
    assert "/dev/hda1 /medium ext2 ro" in pc.run("cat /proc/mounts")


def test_no_drive(machine):
    pc = start(machine)
    pc.expect("nothing: no CD drive and no disk was found", 60)
    pc.expect(ASKS)
    # Its shell, and back.
    pc.send("s\r")
    pc.expect("rescue# ")
    pc.send("echo $((6*7)); exit\r")
    pc.expect("\n42\r")
    pc.expect(ASKS)
    pc.send("p\r")
    assert pc.shutdown_cause() == "guest-shutdown"


def test_no_medium_then_one(machine, tmp_path):
    """No disc, disks of other kinds: each is named with what is wrong with it; a disc put in then is taken."""
    other = iso_of(tmp_path, tmp_path / "other.iso", "HOLIDAYS")
    empty = tmp_path / "empty"
    with open(empty, "wb") as f:
        f.truncate(1 << 20)
    ext3 = tmp_path / "ext3"
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext3", ext3, "8M"], check=True)
    pc = start(machine, ["-drive", "if=none,id=m,media=cdrom", "-device", "ide-cd,drive=m,id=cd0,bus=ide.1,unit=0"],
               as_disk(empty), as_disk(ext3, 1), as_disk(other, 3))
    pc.expect("hda: neither ISO 9660 nor ext2", 60)
    pc.expect("hdb: ext3; a medium of Oldiron is")
    pc.expect("hdc: No medium found")
    pc.expect("hdd: a disc, but not Oldiron's: \"HOLIDAYS\"")
    pc.expect(ASKS)
    pc.qmp.cmd("blockdev-change-medium", id="cd0", filename=str(artefact("oldiron.iso")), format="raw")
    pc.send("\r")
    live(pc, "/dev/hdc")
    assert hashlib.sha256(pathlib.Path(ext3).read_bytes()).hexdigest() in pc.run("sha256sum /dev/hdb")


def test_foreign_release(machine, foreign):
    pc = start(machine, as_cd(foreign))
    pc.expect(f"hdc: Oldiron of another release .*, this is {release()[:8]}.; \"anymedium\" takes it", 60)
    pc.expect(ASKS)
    pc.send("a\r")
    live(pc, "/dev/hdc")


def test_foreign_release_is_asked_for(machine, foreign):
    live(start(machine, as_cd(foreign), append="anymedium"), "/dev/hdc")


def test_the_right_one_among_several(machine, foreign, small_tree, tmp_path):
    """The release decides, and before a disk a disc; `medium=` before all."""
    disk = ext2_disk(small_tree, tmp_path / "disk")
    live(start(machine, as_cd(foreign, 2), as_cd(artefact("oldiron.iso"), 3), as_disk(disk), append="anymedium"),
         "/dev/hdd")
    live(start(machine, as_cd(artefact("oldiron.iso")), as_disk(disk), append="medium=/dev/hda1"), "/dev/hda1")


def extent(iso, name):
    """The first 512-byte sector of a file on an image."""
    done = subprocess.run(["xorriso", "-indev", iso, "-find", name, "-exec", "report_lba", "--"], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return 4 * int(re.search(r"File data lba: +\d+ , +(\d+) ,", done.stdout).group(1))


def scratched(iso, sector):
    """A CD with a block that cannot be read."""
    rule = f'{{"event":"none","iotype":"read","errno":5,"sector":{sector},"once":false}}'
    node = (f'{{"driver":"blkdebug","node-name":"bad","read-only":true,"image":{{"driver":"file","read-only":true,'
            f'"filename":"{iso}"}},"inject-error":[{rule}]}}')
    return ["-blockdev", node, "-device", "ide-cd,drive=bad,bus=ide.1,unit=0"]


@pytest.mark.parametrize("name, said, then", [
    ("/system.manifest", r"hdc: Oldiron, but damaged: its list of files cannot be read", ASKS),
    ("/system/etc/inittab", r"files of the system cannot be read from /dev/hdc", r"damaged or not complete(.|\r|\n)*# "),
])
def test_damaged_medium(machine, name, said, then):
    """It does not go on with half a system."""
    iso = artefact("oldiron.iso")
    pc = start(machine, scratched(iso, extent(iso, name)))
    pc.expect(said, 120)
    pc.expect(then)


# ---- in the live system

def test_nothing_stays(machine, tmp_path):
    """What is written is gone with the power; the disc can be taken out when the machine is off."""
    disk = tmp_path / "disk"
    disk.write_bytes(bytes(1 << 20))
    iso = artefact("oldiron.iso")
    args = ["-drive", f"if=none,id=m,media=cdrom,format=raw,file={iso}", "-device",
            "ide-cd,drive=m,id=cd0,bus=ide.1,unit=0", "-drive", f"if=ide,index=0,format=raw,file={disk}", "-no-shutdown"]
    pc = live(start(machine, args), "/dev/hdc")

    def drive():
        return next(b for b in pc.qmp.cmd("query-block") if b.get("qdev") == "cd0")

    assert drive()["locked"]
    for place in ("/etc", "/root", "/var/log", "/home", "/tmp"):
        assert pc.run(f"echo kept >{place}/mine && cat {place}/mine") == "kept\n"
    pc.send("poweroff\r")
    pc.qmp.wait_event("SHUTDOWN")
    assert not drive()["locked"]
    assert disk.read_bytes() == bytes(1 << 20)
    pc.qmp.cmd("quit")
    pc = live(start(machine, args), "/dev/hdc")
    assert pc.run("find / -xdev -name mine") == ""


def test_disc_out_and_back(machine, tmp_path):
    """A live system whose disc was taken out by force goes on when it is back."""
    iso, name = artefact("oldiron.iso"), "/system/usr/lib/libc.a"
    subprocess.run(["xorriso", "-osirrox", "on", "-indev", iso, "-extract", name, tmp_path / "is"], check=True,
                   capture_output=True)
    pc = live(start(machine, ["-drive", f"if=none,id=m,media=cdrom,format=raw,file={iso}", "-device",
                              "ide-cd,drive=m,id=cd0,bus=ide.1,unit=0"]), "/dev/hdc")
    pc.run("sha256sum /etc/passwd")
    pc.qmp.cmd("eject", id="cd0", force=True)
    assert "I/O error" in pc.run(f"sha256sum /medium{name}")
    pc.qmp.cmd("blockdev-change-medium", id="cd0", filename=str(iso), format="raw")
    assert pc.run(f"sha256sum /medium{name}").split()[0] == hashlib.sha256((tmp_path / "is").read_bytes()).hexdigest()


OWNERS = {"/tmp": "1777 0 0", "/root": "700 0 0", "/usr/bin/passwd": "4755 0 0", "/usr/bin/chage": "2755 0 42",
          "/etc/shadow": "640 0 42", "/medium/system/etc/shadow": "640 0 42", "/medium/system/tmp": "1777 0 0"}


@pytest.mark.parametrize("where", ["cd", "memory"])
def test_owners_and_modes(machine, where):
    """The medium's tree has what the manifest says, and so has the copy in memory."""
    if where == "cd":
        pc = live(start(machine, as_cd(artefact("oldiron.iso"))), "/dev/hdc")
    else:
        modules = f"{artefact('live.cpio.gz')},{artefact('medium.cpio.gz')}"
        pc = live(machine(Qemu, machine="pc", mem=96, kernel=artefact("oldiron.elf"), initrd=modules,
                          append="console=ttyS0,115200"), "in memory")
    told = pc.run(f"stat -c '%n %a %u %g' {' '.join(OWNERS)}").splitlines()
    assert dict(line.split(" ", 1) for line in told) == OWNERS


def test_install_is_one_command(machine):
    """`install` alone is the installer, with arguments install(1)."""
    pc = live(start(machine, as_cd(artefact("oldiron.iso"))), "/dev/hdc")
    assert pc.run("install -m 600 /etc/passwd /tmp/p; stat -c %a /tmp/p") == "600\n"
    assert "oldiron-install;" in pc.run("type install")


def test_install_on_the_command_line(machine, small_tree, tmp_path):
    """The first shell on the console starts it, and no other."""
    tree = tmp_path / "tree"
    shutil.copytree(small_tree, tree, symlinks=True)
    program = tree / "system/usr/bin/oldiron-install"
    program.write_text("#!/bin/sh\necho the installer, process $$\n")
    program.chmod(0o755)
    pc = start(machine, as_cd(iso_of(tree, tmp_path / "iso")), append="install")
    pc.expect("the installer, process", 90)
    pc.expect(PROMPT)
    assert pc.run("bash -lc true") == ""
    assert "the installer" in pc.run("install")


def test_rescue(machine):
    """Without any medium."""
    pc = machine(Qemu, machine="isapc", cpu="486", mem=8, floppy=artefact("floppy.img"))
    syslinux_prompt(pc, "rescue-serial")
    pc.expect(PROMPT, 60)
    assert pc.run("cat /etc/motd | head -1") == 'Oldiron rescue system. "busybox" lists the commands.\n'


BOOT_SECTOR = bytes.fromhex(
    "fa31c08ed8fc be1b7c ac 84c0 7406 b40e cd10 ebf5 f4ebfd".replace(" ", ""))


def greeting_disk(path, text):
    """A disk whose boot sector prints a text."""
    code = bytearray(BOOT_SECTOR)
    code[7:9] = (0x7C00 + len(code)).to_bytes(2, "little")
    sector = bytes(code) + text.encode() + b"\0"
    path.write_bytes(sector.ljust(510, b"\0") + b"\x55\xaa" + bytes(SECTOR * 2047))
    return path


@pytest.mark.parametrize("how", ["cd", "stick"])
def test_start_from_the_first_disk(machine, tmp_path, how):
    disk = greeting_disk(tmp_path / "disk", "here is the disk")
    if how == "cd":
        pc = machine(Qemu, machine="pc", mem=16, iso=artefact("oldiron.iso"), extra=as_disk(disk))
    else:
        pc = machine(Qemu, machine="pc", mem=16, extra=usb_stick(artefact("oldiron.iso")) + as_disk(disk))
    pc.expect("Start from the first hard disk", 60)
    pc.send("d")
    pc.expect_screen("here is the disk", 30)


def test_no_serial_line(machine):
    """The menu comes up where there is no serial port."""
    pc = machine(Qemu, machine="pc", mem=16, iso=artefact("oldiron.iso"), serial=False)
    pc.expect_screen("Start from the first hard disk", 30)
    pc.type("r")
    pc.expect_screen(r"Oldiron rescue system(.|\n)*root@oldiron:~#", 60)


def test_memory_test(machine):
    pc = machine(Qemu, machine="pc", cpu="pentium", mem=32, iso=artefact("oldiron.iso"))
    pc.expect("Start from the first hard disk", 30)
    pc.send("x")
    pc.expect_screen(r"Memtest86\+ v6\.10(.|\n)*Testing: ", 90)


# ---- the image of a disk

GEOMETRIES = [pytest.param("isapc", "486", 16, (121, 16, 63), id="isapc-486-16M"),
              pytest.param("isapc", "486", 16, (952, 4, 32), id="isapc-4-heads-32-sectors"),
              pytest.param("pc", "pentium3", 64, None, id="pc")]


def log_in_first(pc):
    """Root has no password, and must choose one."""
    pc.expect("login: ", 120)
    pc.send("root\r")
    for _ in range(2):
        pc.expect("assword: ", 60)
        pc.send("a-Good-0ne\r")
    pc.expect(PROMPT, 60)


@pytest.mark.parametrize("model, cpu, mem, geometry", GEOMETRIES)
def test_disk_image(machine, tmp_path, model, cpu, mem, geometry):
    disk = tmp_path / "disk.img"
    shutil.copy(artefact("disk.img"), disk)
    chs = ""
    if geometry:
        subprocess.run([ROOT / "bootdisk/set-geometry", disk, str(geometry[1]), str(geometry[2])], check=True)
        chs = ",cyls={},heads={},secs={}".format(*geometry)
    drive = ["-drive", f"if=none,id=d,format=raw,file={disk}", "-device", f"ide-hd,drive=d,bus=ide.0,unit=0{chs}"]
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, extra=drive)
    log_in_first(pc)
    assert " / ext2 rw" in pc.run("cat /proc/mounts")
    assert pc.run("id -u") == "0\n"
    pc.run("echo kept >/root/mine; sync")
    pc.send("poweroff\r" if model == "pc" else "reboot\r")
    assert pc.shutdown_cause(90) == ("guest-shutdown" if model == "pc" else "guest-reset")
    whole = tmp_path / "fs"
    with open(disk, "rb") as f:
        f.seek(1008 * SECTOR)
        whole.write_bytes(f.read())
    diskimage.run("e2fsck", "-fn", whole)
    assert diskimage.run("debugfs", "-R", "cat /root/mine", whole).endswith("kept\n")


def test_disk_image_grows(machine, tmp_path):
    """On a larger disk the partition and the root file system in it get all of it, while it runs (docs/boot.md)."""
    disk = tmp_path / "disk.img"
    shutil.copy(artefact("disk.img"), disk)
    with open(disk, "r+b") as f:
        f.truncate(400 << 20)
    drive = ["-drive", f"if=ide,index=0,media=disk,format=raw,file={disk}"]
    pc = machine(Qemu, machine="pc", cpu="pentium", mem=32, extra=drive)
    log_in_first(pc)
    pc.send("parted /dev/hda resizepart 1 100%\r")
    pc.expect("Yes/No. ", 30)
    pc.send("yes\r")
    pc.expect(PROMPT, 30)
    assert "is now 409" in pc.run("resize2fs /dev/hda1", 120)
    assert int(pc.run("df -k --output=size /").split()[-1]) > 380000
    pc.run("head -c 300M /dev/zero | tr '\\0' x >/root/much && md5sum </root/much >/root/sum; sync", 300)
    assert pc.status == 0
    pc.send("poweroff\r")
    assert pc.shutdown_cause(90) == "guest-shutdown"
    pc = machine(Qemu, machine="pc", cpu="pentium", mem=32, extra=drive)
    pc.expect("login: ", 180)
    pc.send("root\r")
    pc.expect("assword: ", 60)
    pc.send("a-Good-0ne\r")
    pc.expect(PROMPT, 60)
    assert pc.run("md5sum </root/much | diff - /root/sum && echo same", 120) == "same\n"
    pc.send("poweroff\r")
    assert pc.shutdown_cause(90) == "guest-shutdown"
    whole = tmp_path / "fs"
    with open(disk, "rb") as f:
        f.seek(1008 * SECTOR)
        whole.write_bytes(f.read())
    diskimage.run("e2fsck", "-fn", whole)


def test_disk_image_without_a_serial_line(machine):
    """Its menu and its login are on the screen too."""
    pc = machine(Qemu, machine="pc", mem=64, serial=False, extra=as_disk(artefact("disk.img")))
    pc.expect_screen("Oldiron .single user.", 60)
    pc.type("\n")
    pc.expect_screen(r"login:", 120)


# ---- the same bytes each time

def bootdisk(name, *argv):
    """What a script of bootdisk/ makes now, elsewhere, and with another umask."""
    def make(folder):
        out = folder / name
        old = os.umask(0o077)
        try:
            subprocess.run([ROOT / "bootdisk" / argv[0], out, *argv[1:]], check=True,
                           env=os.environ | {"TMPDIR": str(folder), "TZ": "Pacific/Auckland"})
        finally:
            os.umask(old)
        return out
    return make


@pytest.mark.parametrize("name", ["live.cpio.gz", "medium.cpio.gz", "floppy.img", "hwtest.img", "disk.img",
                                  "oldiron.iso"])
def test_the_same_bytes_again(tmp_path, name):
    kernel, live_init, medium = artefact("oldiron.elf"), artefact("live.cpio.gz"), artefact("medium.cpio.gz")
    ports, manifest, groups = artefact("oldiron.elf").parent / "ports", artefact("system.manifest"), artefact("system.groups")
    hwtest = artefact("hwtest/initramfs.cpio.gz")
    make = {
        "live.cpio.gz": bootdisk(name, "make-live", ports / "root-rescue", manifest),
        "medium.cpio.gz": bootdisk(name, "make-medium", ports / "root-system", manifest, groups),
        "floppy.img": bootdisk(name, "make-floppy", "OLDIRON", ROOT / "bootdisk/syslinux.cfg", kernel,
                               f"live.gz={live_init}"),
        "hwtest.img": bootdisk(name, "make-floppy", "OI-HWTEST", ROOT / "bootdisk/hwtest.cfg", kernel,
                               f"hwtest.gz={hwtest}"),
        "disk.img": bootdisk(name, "make-disk", ports / "root-system", manifest, artefact("tests/grub-place")),
        "oldiron.iso": bootdisk(name, "make-iso", kernel, live_init, medium, ports / "root-system", manifest, groups,
                                artefact("memtest.bin"), hwtest),
    }[name]
    again = make(tmp_path)
    assert hashlib.sha256(again.read_bytes()).hexdigest() == hashlib.sha256(artefact(name).read_bytes()).hexdigest()
