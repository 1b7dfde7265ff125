"""CD drives: discs read back byte for byte, trays, changed and missing discs, bad blocks, ioctls."""
import hashlib
import pathlib
import random
import re
import subprocess

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs
from vm.qmp import QmpError

BLOCK = 2048
GUEST = pathlib.Path(__file__).parent / "guest"
SERIAL = "console=ttyS0,115200"
LINUX_MODULES = ["scsi_common", "scsi_mod", "libata", "ata_piix", "cdrom", "sr_mod"]


def make_disc(path, blocks, seed):
    path.write_bytes(random.Random(seed).randbytes(blocks * BLOCK))
    return path


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def cdctl(tmp_path_factory):
    out = tmp_path_factory.mktemp("cdctl") / "cdctl"
    subprocess.run(["gcc", "-m32", "-static", "-O1", "-o", out, GUEST / "cdctl.c"], check=True)
    return out.read_bytes()


@pytest.fixture(scope="session")
def initrd(cdctl, tmp_path_factory):
    return initramfs.with_files(artefact("initramfs-base.cpio.gz"),
                                tmp_path_factory.mktemp("cd") / "cd.cpio.gz", {"cdctl": cdctl})


def drive(disc=None, index=2, name="cd0", fmt="raw"):
    """QEMU's arguments for a CD drive: master of the second channel."""
    where = f"bus=ide.{index // 2},unit={index % 2}"
    medium = f",format={fmt},file={disc}" if disc else ""
    return ["-drive", f"if=none,id={name}-medium,media=cdrom{medium}",
            "-device", f"ide-cd,drive={name}-medium,id={name},{where}"]


def boot(machine, initrd, *args, model="pc", cpu="pentium3", append=""):
    pc = machine(Qemu, machine=model, cpu=cpu, mem=64, kernel=artefact("oldiron.elf"), initrd=initrd,
                 append=f"{SERIAL} {append}", extra=[a for some in args for a in some])
    pc.expect(PROMPT, 60)
    return pc


def checksum(data):
    """As /cdctl prints it."""
    value = 1
    for byte in data:
        value = (value * 31 + byte) % (1 << 32)
    return value


def insert(pc, disc, name="cd0"):
    pc.qmp.cmd("blockdev-change-medium", id=name, filename=str(disc), format="raw")


@pytest.mark.parametrize("model, cpu, append, mode", [
    pytest.param("pc", "pentium3", "", "MWDMA2", id="pc-dma"),
    pytest.param("pc", "pentium3", "nodma", "PIO", id="pc-pio"),
    pytest.param("isapc", "486", "", "PIO", id="isapc-486"),
])
def test_read_back(machine, initrd, tmp_path, model, cpu, append, mode):
    disc = make_disc(tmp_path / "disc", 4001, 1)
    pc = boot(machine, initrd, drive(disc), model=model, cpu=cpu, append=append)
    assert re.search(rf"hdc: ATAPI .*{mode}", pc.run("dmesg"))
    assert pc.run("readlink /dev/cdrom; cat /sys/block/hdc/size /sys/block/hdc/removable") == \
        f"hdc\n{4001 * 4}\n1\n"
    for name in ("hdc", "cdrom"):
        assert pc.run(f"sha256sum </dev/{name}", 120).split()[0] == sha256(disc)
    # The last block alone, and nothing behind it.
    assert pc.run("dd if=/dev/cdrom bs=2048 skip=4000 2>/dev/null | wc -c") == "2048\n"
    assert "Read-only file system" in pc.run("echo x >/dev/hdc")


def test_told_by_the_tools(machine, tmp_path):
    """hdparm's identity by both ways, with the mode that the driver has set, and lsblk's kind."""
    disc = make_disc(tmp_path / "disc", 300, 1)
    pc = boot(machine, artefact("initramfs.cpio.gz"), drive(disc))
    kept = pc.run("hdparm -i /dev/hdc")
    assert "Model=QEMU DVD-ROM" in kept and "*mdma2" in kept and "*udma" not in kept
    asked = pc.run("hdparm -I /dev/hdc")
    assert "ATAPI CD-ROM, with removable media" in asked
    assert re.search(r"Model Number: +QEMU DVD-ROM", asked)
    assert pc.run("lsblk -rno NAME,TYPE /dev/hdc") == "hdc rom\n"
    # It answers packets as before.
    assert pc.run("sha256sum </dev/hdc").split()[0] == sha256(disc)


def test_two_drives(machine, initrd, tmp_path):
    """The link is the first one's by position, whichever is found first."""
    one, two = make_disc(tmp_path / "one", 100, 1), make_disc(tmp_path / "two", 200, 2)
    pc = boot(machine, initrd, drive(one, 3, "cd1"), drive(two, 1, "cd0"))
    assert pc.run("readlink /dev/cdrom") == "hdb\n"
    assert pc.run("sha256sum </dev/hdb").split()[0] == sha256(two)
    assert pc.run("sha256sum </dev/hdd").split()[0] == sha256(one)
    info = pc.run("cat /proc/sys/dev/cdrom/info")
    assert "drive name:\t\thdb\thdd\n" in info
    assert "Can write CD-R:\t\t0\t0\n" in info


def test_no_medium(machine, initrd):
    pc = boot(machine, initrd, drive())
    assert "No medium found" in pc.run("dd if=/dev/hdc count=1")
    assert pc.run("/cdctl /dev/hdc drive_status disc_status tochdr read sg_ready").splitlines() == [
        "drive_status: 1", "disc_status: 1", "tochdr: No medium found", "read: 0 0x1",
        "sg_ready: 0 status 2/1 host 0 driver 8 resid 0 info 1 sense 18: 2/3a/00 data 0x1"]


def test_change(machine, initrd, tmp_path):
    one, two = make_disc(tmp_path / "one", 300, 1), make_disc(tmp_path / "two", 500, 2)
    pc = boot(machine, initrd, drive(one))
    assert pc.run("sha256sum </dev/hdc").split()[0] == sha256(one)
    pc.run("/cdctl /dev/hdc media_changed")
    insert(pc, two)
    assert pc.run("/cdctl /dev/hdc media_changed media_changed").splitlines() == \
        ["media_changed: 1", "media_changed: 0"]
    assert pc.run("sha256sum </dev/hdc").split()[0] == sha256(two)
    assert pc.run("cat /sys/block/hdc/size") == f"{500 * 4}\n"


def test_eject(machine, initrd, tmp_path):
    disc = make_disc(tmp_path / "disc", 300, 1)
    pc = boot(machine, initrd, drive(disc))

    def tray():
        return next(b for b in pc.qmp.cmd("query-block") if b.get("qdev") == "cd0")["tray_open"]

    assert pc.run("/cdctl /dev/hdc eject drive_status").splitlines() == ["eject: 0", "drive_status: 2"]
    assert tray()
    # Somebody has it open besides: it stays in.
    assert pc.run("/cdctl /dev/hdc close") == "close: 0\n"
    assert not tray()
    assert "busy" in pc.run("sleep 20 </dev/hdc & sleep 1; /cdctl /dev/hdc eject; kill %1; wait")
    assert not tray()
    # An opening without O_NONBLOCK closes the tray itself.
    pc.run("/cdctl /dev/hdc eject")
    assert tray()
    assert pc.run("sha256sum </dev/hdc").split()[0] == sha256(disc)
    assert not tray()
    # ... unless it is told not to.
    pc.run("echo 0 >/proc/sys/dev/cdrom/autoclose; /cdctl /dev/hdc eject")
    assert "No medium found" in pc.run("dd if=/dev/hdc count=1")
    assert tray()


def test_door_is_locked_while_open(machine, initrd, tmp_path):
    disc = make_disc(tmp_path / "disc", 300, 1)
    pc = boot(machine, initrd, drive(disc))

    def locked():
        return next(b for b in pc.qmp.cmd("query-block") if b.get("qdev") == "cd0")["locked"]

    assert not locked()
    pc.run("sleep 30 </dev/hdc & sleep 1")
    assert locked()
    with pytest.raises(QmpError):
        pc.qmp.cmd("eject", id="cd0")
    pc.run("kill %1; wait")
    assert not locked()
    pc.run("/cdctl /dev/hdc lock=1")
    assert locked()
    pc.run("sha256sum </dev/hdc; /cdctl /dev/hdc lock=0")
    assert not locked()


def lose_disc(pc, commands):
    """A program does `commands` and waits after the first; then the disc is taken out by force, while it has it open."""
    pc.send(f"/cdctl d:/dev/hdc {commands}\n")
    pc.expect("waiting")
    pc.qmp.cmd("eject", id="cd0", force=True)


def test_disc_taken_out_by_force(machine, initrd, tmp_path):
    """Who has the old disc open reads nothing of the new one."""
    one, two = make_disc(tmp_path / "one", 3000, 1), make_disc(tmp_path / "two", 3000, 2)
    pc = boot(machine, initrd, drive(one))
    lose_disc(pc, "read=1 wait read=2000 tochdr read=1999")
    insert(pc, two)
    pc.send("\n")
    # Its table may be asked for, which makes it known; its blocks are still not the old disc's.
    pc.expect(r"read: Input/output error\s+tochdr: 0 1..1\s+read: Input/output error")
    pc.expect(PROMPT)
    assert pc.run("sha256sum </dev/hdc").split()[0] == sha256(two)


def test_disc_put_back(machine, initrd, tmp_path):
    """Who has a disc open goes on when it comes back, also after another one was in."""
    one, two = make_disc(tmp_path / "one", 3000, 1), make_disc(tmp_path / "two", 3000, 2)
    pc = boot(machine, initrd, drive(one))
    lose_disc(pc, "read=2500 wait read=100 wait read=1000 wait read=1500")
    pc.send("\n")
    pc.expect(r"read: Input/output error\s+waiting")
    insert(pc, two)
    pc.send("\n")
    pc.expect(r"read: Input/output error\s+waiting")
    pc.qmp.cmd("eject", id="cd0", force=True)
    insert(pc, one)
    pc.send("\n")
    pc.expect(f"read: 2048 {checksum(one.read_bytes()[1500 * 2048:1501 * 2048]):#x}\r")
    pc.expect(PROMPT)


def test_disc_gone_has_no_size(machine, initrd, tmp_path):
    """Taken out by force while open: its size stays for who has it open, and goes with them."""
    pc = boot(machine, initrd, drive(make_disc(tmp_path / "one", 3000, 1)))
    lose_disc(pc, "read=2500 wait read=100 wait")
    pc.send("\n")
    pc.expect(r"read: Input/output error\s+waiting")
    pc.send("\n")
    pc.expect(PROMPT)
    assert "No medium found" in pc.run("dd if=/dev/hdc count=1")
    assert pc.run("cat /sys/block/hdc/size") == "0\n"


def test_one_bad_block(machine, initrd, tmp_path):
    disc = make_disc(tmp_path / "disc", 600, 1)
    bad = tmp_path / "bad.conf"
    bad.write_text('[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "1204"\n')
    data = bytearray(disc.read_bytes())
    pc = boot(machine, initrd,
              ["-drive", f"if=none,id=m,media=cdrom,format=raw,file=blkdebug:{bad}:{disc},"
               "rerror=report,werror=report", "-device", "ide-cd,drive=m,id=cd0,bus=ide.1,unit=0"])
    report = pc.run("dd if=/dev/hdc of=/copy bs=2048 iflag=direct conv=noerror,sync", 120)
    assert "599+1 records in" in report or "599+0 records in" in report
    data[301 * BLOCK:302 * BLOCK] = bytes(BLOCK)
    assert pc.run("sha256sum </copy").split()[0] == hashlib.sha256(data).hexdigest()
    assert "hdc: sector 1204" in pc.run("dmesg")


COMPARED = ("capability drive_status disc_status media_changed nslots clear_options=0 speed=4 lock=1 "
            "lock=0 eject_sw=1 eject_sw=0 set_options=9 debug=0 tochdr tocentry=1 tocentry=2 "
            "tocentry=0xaa multisession subchnl mcn last_written mode1=16 mode2=16 raw=16 volread "
            "playmsf pause resume start stop sg_ready sg_write send_packet versions unknown read=16 "
            "read=99999 eject drive_status disc_status media_changed tochdr close drive_status")
# What is not the drive's: the name, which leaves as many letters.
NOT_COMPARED = re.compile(r"sr0|hdc")


def on_linux(machine, cdctl, tmp_path, disc):
    modules = initramfs_modules()
    initrd = initramfs.with_files(artefact("initramfs.cpio.gz"), tmp_path / "linux.cpio.gz",
                                  {"cdctl": cdctl, **modules})
    pc = machine(LinuxRef, machine="pc", cpu="pentium3", mem=256, initrd=initrd,
                 append=f"{SERIAL} quiet rdinit=/init", extra=drive(disc))
    pc.expect(PROMPT, 120)
    pc.run("for m in " + " ".join(LINUX_MODULES) + "; do insmod /$m.ko; done; "
           "until [ -b /dev/sr0 ]; do sleep 0.2; done; ln -s sr0 /dev/cdrom", 60)
    return pc


def initramfs_modules():
    from vm.qemu import linux_kernel
    folder = pathlib.Path(linux_kernel()).parent / "modules"
    return {f"{name}.ko": next(folder.rglob(f"{name}.ko")).read_bytes() for name in LINUX_MODULES}


def test_as_on_linux(machine, initrd, cdctl, tmp_path):
    disc = make_disc(tmp_path / "disc", 1649, 1)
    said = []
    for pc in (on_linux(machine, cdctl, tmp_path, disc), boot(machine, initrd, drive(disc))):
        text = pc.run(f"/cdctl /dev/cdrom {COMPARED}; cat /proc/sys/dev/cdrom/info", 60)
        said.append(NOT_COMPARED.sub("drive", text).splitlines())
        pc.close()
    assert said[1] == said[0]
