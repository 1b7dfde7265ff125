"""Floppies: each format read back whole, written, changed, protected, formatted; and none of it there."""
import hashlib
import pathlib
import re
import subprocess

import pytest

from vm import PROMPT, Bochs, LinuxRef, Qemu, artefact, initramfs, modules

GUEST = pathlib.Path(__file__).parent / "guest"
SERIAL = "console=ttyS0,115200 panic=-1"
SECTOR = 512
# KB
SIZES = {"360K": 360, "720K": 720, "1.2M": 1200, "1.44M": 1440, "2.88M": 2880}


# In a file, as a shell may break long lines that are typed.
ASK = b"""\
/fdctl /dev/fd0 getprm getdrvtyp getdrvprm getgeo size getfdcstat werrorget unknown
/fdctl /dev/fd0 fmtbeg clrprm flush setprm=18,2,80
/fdctl w:/dev/fd0 setprm=9,2,80,2 getprm size setprm=0,2,80 setprm=9,2,99 eject clrprm
/fdctl w:/dev/fd0 fmtbeg fmttrk=80,0 fmttrk=0,2 fmtend flush werrorclr reset=2 polldrvstat getdrvstat
/fdctl n:/dev/fd0 getdrvtyp getgeo size
"""


def tool(*argv):
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          text=True, env={"MTOOLS_SKIP_CHECK": "1", "PATH": "/usr/bin:/usr/sbin:/bin:/sbin"})
    assert done.returncode == 0, f"{argv}: {done.returncode}\n{done.stdout}"
    return done.stdout


def image(path, kb):
    """Each sector is filled with its number."""
    path.write_bytes(b"".join(b"sector %08d " % i * 32 for i in range(kb * 2)))
    return path


def dos(path, kb=1440, label="TEST"):
    tool("mformat", "-C", "-f", kb, "-v", label, "-i", path, "::")
    return path


def md5(data):
    return hashlib.md5(data if isinstance(data, bytes) else data.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def fdctl(tmp_path_factory):
    out = tmp_path_factory.mktemp("fdctl") / "fdctl"
    subprocess.run(["gcc", "-m32", "-static", "-O1", "-o", out, GUEST / "fdctl.c"], check=True)
    return out.read_bytes()


@pytest.fixture(scope="session")
def initrd(fdctl, tmp_path_factory):
    return initramfs.with_files(artefact("initramfs.cpio.gz"),
                                tmp_path_factory.mktemp("fd") / "fd.cpio.gz", {"fdctl": fdctl, "ask": ASK})


def drive(path=None, unit=0, kind=None, more=""):
    """QEMU's arguments for a floppy drive. kind: 120, 144, 288; without it, the image's."""
    medium = f",format=raw,file={path}{more}" if path else ""
    return ["-drive", f"if=none,id=f{unit}-medium{medium}", "-device",
            f"floppy,drive=f{unit}-medium,id=f{unit},unit={unit}" + (f",drive-type={kind}" if kind else "")]


def boot(machine, initrd, *drives, model="pc", append="", mem=96, **kwargs):
    pc = machine(Qemu, machine=model, cpu="486" if model == "isapc" else "pentium3", mem=mem,
                 kernel=artefact("oldiron.elf"), initrd=initrd, append=f"{SERIAL} {append}",
                 extra=[a for some in drives for a in some], **kwargs)
    pc.expect(PROMPT, 90)
    # Messages of the kernel shall not come between a command and its answer.
    pc.run("dmesg -n 1")
    return pc


def do(pc, command, timeout=60):
    said = pc.run(command, timeout)
    assert pc.status == 0, f"{command}: {said}"
    return said


def off(pc):
    """All that was written is in the image. (An isapc cannot switch itself off.)"""
    pc.send("sync; reboot -f\r")
    pc.wait_exit(60)


def insert(pc, path, unit=0, **more):
    pc.qmp.cmd("blockdev-change-medium", id=f"f{unit}", filename=str(path), format="raw", **more)


# ---- formats

@pytest.mark.parametrize("model, kind, form, append", [
    ("pc", "144", "1.44M", ""),
    ("pc", "144", "720K", ""),
    ("pc", "120", "1.2M", ""),
    ("pc", "120", "360K", ""),
    ("pc", "288", "2.88M", ""),
    ("isapc", "144", "1.44M", ""),
    ("isapc", "120", "360K", ""),
    ("pc", "144", "1.44M", "floppy=poll"),
])
def test_formats(machine, initrd, tmp_path, model, kind, form, append):
    """Read whole, written in places, and the host has the same."""
    kb = SIZES[form]
    path = image(tmp_path / "fd.img", kb)
    before = path.read_bytes()
    pc = boot(machine, initrd, drive(path, kind=kind), model=model, append=append)
    assert do(pc, "md5sum /dev/fd0", 90).split()[0] == md5(before)
    assert do(pc, "cat /sys/block/fd0/size").strip() == str(kb * 2)
    assert re.search(rf"^ +2 +0 +{kb} fd0$", do(pc, "cat /proc/partitions"), re.M)
    # An odd number of sectors at an odd place, and one by itself at the end.
    do(pc, "dd if=/dev/fd0 of=/tmp/a bs=512 skip=101 count=77 status=none")
    do(pc, "dd if=/tmp/a of=/dev/fd0 bs=512 seek=203 conv=notrunc,fsync status=none", 90)
    do(pc, f"dd if=/tmp/a of=/dev/fd0 bs=512 seek={kb * 2 - 1} count=1 conv=notrunc,fsync status=none")
    off(pc)
    want = bytearray(before)
    want[203 * SECTOR:280 * SECTOR] = before[101 * SECTOR:178 * SECTOR]
    want[-SECTOR:] = before[101 * SECTOR:102 * SECTOR]
    assert path.read_bytes() == bytes(want)


@pytest.mark.parametrize("append", ["floppy=nodma", "floppy=nodma floppy=poll"])
def test_without_dma(machine, initrd, tmp_path, append):
    """Reading only: QEMU's controller never ends a write without DMA (fdctrl_seek_to_next_sect() at EOT)."""
    path = image(tmp_path / "fd.img", 720)
    pc = boot(machine, initrd, drive(path, kind="144"), append=append)
    assert "2: floppy" not in do(pc, "cat /proc/dma")
    assert do(pc, "md5sum /dev/fd0", 90).split()[0] == md5(path)


def test_two_drives(machine, initrd, tmp_path):
    """Copied from one to the other, both ways at once."""
    a, b = image(tmp_path / "a.img", 1440), image(tmp_path / "b.img", 1200)
    first = a.read_bytes()
    pc = boot(machine, initrd, drive(a, kind="144"), drive(b, 1, "120"))
    assert set(do(pc, "ls /dev/fd[01]").split()) == {"/dev/fd0", "/dev/fd1"}
    do(pc, "md5sum /dev/fd0 >/tmp/0 & dd if=/dev/fd1 bs=64k status=none | md5sum >/tmp/1; wait", 120)
    assert do(pc, "cat /tmp/0 /tmp/1").split()[::2] == [md5(first), md5(b)]
    do(pc, "dd if=/dev/fd0 of=/dev/fd1 bs=36k count=30 conv=fsync status=none", 120)
    off(pc)
    assert b.read_bytes()[:30 * 36 * 1024] == first[:30 * 36 * 1024]


# ---- file systems

FILES = {"README.TXT": 700, "Long name of a file.dat": 300_000, "small": 1}


def test_dos_floppy(machine, initrd, tmp_path):
    """Files travel both ways; mtools and fsck.fat find nothing wrong."""
    path = dos(tmp_path / "dos.img")
    for name, size in FILES.items():
        (tmp_path / "one").write_bytes(name.encode() * (size // len(name) + 1))
        tool("mcopy", "-i", path, tmp_path / "one", f"::{name}")
    sums = {name: md5((name.encode() * (size // len(name) + 1))) for name, size in FILES.items()}
    pc = boot(machine, initrd, drive(path))
    do(pc, "mount /dev/fd0 /mnt")
    for name, want in sums.items():
        assert do(pc, f"md5sum < '/mnt/{name}'").split()[0] == want
    do(pc, "mkdir /mnt/back && cp /bin/bash /tmp/x && head -c 400000 /tmp/x >'/mnt/back/From Oldiron.bin'", 90)
    want = do(pc, "md5sum < '/mnt/back/From Oldiron.bin'").split()[0]
    do(pc, "rm /mnt/small; umount /mnt", 90)
    off(pc)
    tool("fsck.fat", "-n", path)
    out = tmp_path / "out"
    tool("mcopy", "-i", path, "::back/From Oldiron.bin", out)
    assert md5(out) == want
    assert "small" not in tool("mdir", "-b", "-i", path, "::").lower()


def test_label(machine, initrd, tmp_path):
    """Found by its label: how the installer looks for its answers. blkid opens with O_NONBLOCK."""
    path = dos(tmp_path / "answers.img", label="OI-ANSWERS")
    pc = boot(machine, initrd, drive(path))
    assert do(pc, "blkid -L OI-ANSWERS").strip() == "/dev/fd0"


def test_ext2_floppy(machine, initrd, tmp_path):
    path = image(tmp_path / "e.img", 1440)
    pc = boot(machine, initrd, drive(path))
    do(pc, "mke2fs -q -F /dev/fd0", 90)
    do(pc, "mount -t ext2 /dev/fd0 /mnt && cp /etc/passwd /mnt && umount /mnt", 90)
    assert "e2fsck: clean" not in do(pc, "e2fsck -fn /dev/fd0", 90)
    off(pc)
    tool("e2fsck", "-fn", path)
    assert "passwd" in tool("debugfs", "-R", "ls /", path)


def test_bochs(machine, initrd, tmp_path):
    """Another emulator's controller: its marks, its DMA, its change line."""
    path, boot_floppy = dos(tmp_path / "b.img"), tmp_path / "boot.img"
    boot_floppy.write_bytes(artefact("floppy.img").read_bytes())
    (tmp_path / "one").write_bytes(b"from the host\n" * 3000)
    tool("mcopy", "-i", path, tmp_path / "one", "::HOST.TXT")
    pc = machine(Bochs, mem=32, floppy=boot_floppy, extra=[f"floppyb: 1_44={path}, status=inserted"])
    pc.expect("boot:", 60)
    pc.send("rescue-serial\r")
    pc.expect("rescue", 120)
    pc.expect(PROMPT, 120)
    pc.run("dmesg -n 1", 60)
    do(pc, "mkdir -p /mnt; mount -t vfat /dev/fd1 /mnt", 120)
    assert do(pc, "md5sum /mnt/HOST.TXT /mnt/host.txt", 120).split()[0] == md5(tmp_path / "one")
    do(pc, "cp /usr/bin/busybox /tmp/x; head -c 60000 /tmp/x >/mnt/new.bin; sync", 240)
    want = do(pc, "md5sum </mnt/new.bin", 120).split()[0]
    do(pc, "umount /mnt", 120)
    pc.close()
    tool("fsck.fat", "-n", path)
    out = tmp_path / "out"
    tool("mcopy", "-i", path, "::new.bin", out)
    assert md5(out) == want


# ---- changed, protected, missing

def test_no_disk(machine, initrd, tmp_path):
    path = dos(tmp_path / "a.img")
    pc = boot(machine, initrd, drive(kind="144"))
    assert "No such device or address" in pc.run("head -c 1 /dev/fd0")
    # Some programs ask before there is one, and blkid asks so always.
    assert do(pc, "/fdctl n:/dev/fd0 getdrvtyp").strip() == "getdrvtyp: 0 H1440"
    insert(pc, path)
    assert do(pc, "dd if=/dev/fd0 bs=512 count=1 status=none | md5sum").split()[0] == md5(path.read_bytes()[:512])
    pc.qmp.cmd("eject", id="f0")
    assert "No such device or address" in pc.run("head -c 1 /dev/fd0")


def test_change(machine, initrd, tmp_path):
    """Nothing of the first disk is shown for the second."""
    a, b = image(tmp_path / "a.img", 1440), image(tmp_path / "b.img", 720)
    b.write_bytes(b.read_bytes()[::-1])
    pc = boot(machine, initrd, drive(a, kind="144"))
    assert do(pc, "md5sum /dev/fd0").split()[0] == md5(a)
    insert(pc, b)
    assert do(pc, "md5sum /dev/fd0").split()[0] == md5(b)
    assert do(pc, "cat /sys/block/fd0/size").strip() == "1440"


def test_change_while_mounted(machine, initrd, tmp_path):
    """What was meant for one disk never gets to another."""
    a, b = dos(tmp_path / "a.img", label="ONE"), dos(tmp_path / "b.img", label="TWO")
    other = b.read_bytes()
    pc = boot(machine, initrd, drive(a))
    do(pc, "mount /dev/fd0 /mnt && echo kept >/mnt/kept && sync", 90)
    insert(pc, b)
    pc.run("echo lost >/mnt/lost; sync; echo 3 >/proc/sys/vm/drop_caches")
    assert "I/O error" in pc.run("cat /mnt/kept /mnt/lost; dd if=/dev/zero of=/mnt/x bs=1k count=9 conv=fsync")
    pc.run("umount /mnt", 90)
    # The second disk is a disk like any other then.
    do(pc, "mount -r /dev/fd0 /mnt && ls /mnt && umount /mnt", 90)
    off(pc)
    assert "kept" in tool("mdir", "-b", "-i", a, "::").lower()
    assert b.read_bytes() == other


def test_write_protected(machine, initrd, tmp_path):
    path = dos(tmp_path / "p.img")
    before = path.read_bytes()
    pc = boot(machine, initrd, drive(path, more=",readonly=on", kind="144"))
    assert "Read-only file system" in pc.run("echo x >/dev/fd0")
    assert "Read-only file system" in pc.run("/fdctl w:/dev/fd0 getprm")
    do(pc, "mount -r /dev/fd0 /mnt && ls /mnt && umount /mnt")
    assert do(pc, "blockdev --getro /dev/fd0").strip() == "1"
    assert path.read_bytes() == before


def test_write_error(machine, initrd, tmp_path):
    """A sector that cannot be written: the writer is told, its neighbours are written."""
    path, config = image(tmp_path / "w.img", 1440), tmp_path / "errors"
    config.write_text('[inject-error]\nevent = "write_aio"\nerrno = "5"\nsector = "700"\nonce = "off"\n')
    pc = boot(machine, initrd, ["-drive", f"if=none,id=f0-medium,file.driver=blkdebug,file.config={config},"
                                f"file.image.driver=file,file.image.filename={path},format=raw,werror=report",
                                "-device", "floppy,drive=f0-medium,id=f0"])
    text = pc.run("dd if=/dev/zero of=/dev/fd0 bs=512 seek=690 count=40 conv=notrunc,fsync status=none", 90)
    assert "I/O error" in text
    assert "fd0: write sector 700: error without a reason" in do(pc, "dmesg")
    assert "errors 1 first 700 last 700" in do(pc, "/fdctl /dev/fd0 werrorget")
    off(pc)
    after = path.read_bytes()
    assert after[690 * SECTOR:700 * SECTOR] == bytes(10 * SECTOR)
    assert after[700 * SECTOR:701 * SECTOR] == b"sector %08d " % 700 * 32
    assert after[701 * SECTOR:730 * SECTOR] == bytes(29 * SECTOR)


# ---- ioctls

def test_ioctls_as_linux(machine, initrd, fdctl, tmp_path):
    path, other = image(tmp_path / "o.img", 1440), image(tmp_path / "l.img", 1440)
    pc = boot(machine, initrd, drive(path))
    ours = do(pc, "sh /ask", 90)
    pc.close()
    archive = initramfs.busybox_archive().file("fdctl", fdctl).file("ask", ASK)
    for module in modules.of_linux(["floppy"]):
        archive.file(module.name, module.read_bytes())
    ref = machine(LinuxRef, mem=96, initrd=archive.write(tmp_path / "linux.cpio.gz"), append=SERIAL,
                  extra=drive(other))
    ref.expect(PROMPT, 120)
    do(ref, "dmesg -n 1; insmod /floppy.ko", 60)
    assert ours == do(ref, "sh /ask", 90)


def test_fdformat(machine, initrd, tmp_path):
    """By the device number with the format. QEMU's controller says yes and writes nothing, so the disk is full of
    fill bytes before."""
    path = tmp_path / "f.img"
    path.write_bytes(b"\xf6" * 1440 * 1024)
    pc = boot(machine, initrd, drive(path))
    text = do(pc, "fdformat /dev/fd0u1440", 240)
    assert "Double-sided, 80 tracks, 18 sec/track" in text and text.count("Done") == 2
    assert do(pc, "fdformat -n /dev/fd0", 240).count("Done") == 1
    # The drive is one, whatever the name.
    assert "Resource busy" in pc.run("exec 3</dev/fd0; head -c 1 /dev/fd0u1440; exec 3<&-")
    assert "No such device or address" in pc.run("mknod /tmp/n b 2 32; head -c 1 /tmp/n")  # 2.88M in a 1.44M drive


# ---- nothing there

@pytest.mark.parametrize("append", ["floppy=off", "drivers=ide,serial"])
def test_switched_off(machine, initrd, tmp_path, append):
    path = image(tmp_path / "a.img", 1440)
    pc = boot(machine, initrd, drive(path), append=append)
    assert pc.run("ls /dev/fd0").endswith("No such file or directory\n")
    assert "03f4" not in do(pc, "cat /proc/ioports")


def test_no_controller(machine, initrd):
    """The BIOS's table lies: seen at once, and nobody waits."""
    pc = boot(machine, initrd, model="q35", append="floppy=0,4,cmos")
    assert "floppy: no controller answers" in do(pc, "dmesg")
    assert pc.run("ls /dev/fd0").endswith("No such file or directory\n")
    assert do(pc, "cat /proc/oldiron/probes").strip() == "0"
    assert "floppy" not in do(pc, "cat /proc/ioports /proc/dma /proc/interrupts")


def test_no_motor_at_boot(machine, initrd, tmp_path):
    """A drive is not started before somebody opens it, and stands again a while after."""
    pc = boot(machine, initrd, drive(dos(tmp_path / "a.img")))
    motor = lambda: pc.port(0x3F2) & 0x30  # noqa: E731
    assert motor() == 0
    do(pc, "head -c 512 /dev/fd0 >/tmp/x")
    assert motor() == 0x10
    do(pc, "for i in $(seq 600); do sleep 0.1; [ $(date +%s) -lt $(($(stat -c %Y /tmp/x) + 4)) ] || break; done", 90)
    assert motor() == 0


@pytest.mark.parametrize("model, append, kind", [("q35", "floppy=0,4,cmos", None), ("pc", "", "144")])
def test_boot_is_not_slower(machine, model, append, kind):
    """By a clock that counts instructions, idle time left out: nobody waits for a controller that is not there, nor
    for a drive."""
    def milliseconds(extra):
        pc = boot(machine, artefact("initramfs-rescue.cpio.gz"), drive(kind=kind) if kind else [],
                  ["-icount", "shift=4,sleep=off"], model=model, append=extra)
        return int(re.search(r"init: starting \S+, (\d+) ms after", do(pc, "dmesg")).group(1))

    without = milliseconds("floppy=off")
    assert milliseconds(append) < without * 1.05 + 20
