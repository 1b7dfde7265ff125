"""IDE disks: found wherever they are, read and written without a wrong byte, errors kept small."""
import hashlib
import pathlib
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact, initramfs

SECTOR = 512
MB = 2048  # sectors
NAMES = ["hda", "hdb", "hdc", "hdd"]
GUEST = pathlib.Path(__file__).parent / "guest"


def image(path, sectors):
    """Each sector is filled with its number."""
    with open(path, "wb") as f:
        for i in range(sectors):
            f.write(b"sector %08d " % i * 32)
    return path


def sparse(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    return path


def md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def drive(index, path):
    return ["-drive", f"if=ide,index={index},format=raw,file={path}"]


def boot(start, disks, append="", names=None, **kwargs):
    """`names`: the disks to wait for, if not all of `disks`."""
    extra = [word for index, path in disks.items() for word in drive(index, path)]
    pc = start(Qemu, mem=kwargs.pop("mem", 32), kernel=artefact("oldiron.elf"),
               initrd=kwargs.pop("initrd", None) or artefact("initramfs-rescue.cpio.gz"),
               append=f"console=ttyS0 panic=-1 {append}", extra=extra + kwargs.pop("extra", []),
               **kwargs)
    # Disks are looked for beside the boot: messages may follow the first prompt, and shall not
    # come between a command and its answer.
    pc.expect("rescue system", 60)
    pc.send("dmesg -n 1; echo qu''iet\r")
    pc.expect("quiet\r?\n", 30)
    pc.send("\r")
    pc.expect(PROMPT, 30)
    # Short lines: the shell breaks long ones as it echoes them.
    pc.run("rd() { dd if=/dev/hda bs=512 skip=$1 count=1 2>/dev/null; }")
    pc.run("wr() { dd of=/dev/hda bs=512 seek=$1 conv=notrunc 2>/dev/null; }")
    pc.run("w() { until grep -q $1 /proc/partitions; do usleep 9999; done; }")
    for name in [NAMES[i] for i in disks] if names is None else names:
        pc.run(f"w {name}")
    return pc


def guest_md5(pc, name):
    return pc.run(f"md5sum /dev/{name}", 120).split()[0]


@pytest.mark.parametrize("model, cpu, indexes, append, mode", [
    ("isapc", "486", [0], "", "PIO"),
    ("isapc", "486", [1], "", "PIO"),
    ("isapc", "486", [0, 1], "ide=nomultiple", "PIO"),
    ("isapc", "486", [0], "ide=poll", "PIO"),
    ("pc", "pentium3", [0], "", "MWDMA2"),
    ("pc", "pentium3", [1], "", "MWDMA2"),
    ("pc", "pentium3", [1], "ide=bios nodma", "PIO, 32 bit"),
    ("pc", "pentium3", [0, 1, 2, 3], "", "MWDMA2"),
    ("isapc", "486", [0], "ide=32bit", "PIO, 32 bit"),
    ("pc", "pentium3", [0, 3], "nodma", "PIO4, 32 bit"),
    ("pc", "pentium3", [0], "nodma ide=16bit", "PIO4"),
    ("pc", "486", [2], "nopci", "PIO"),
])
def test_positions(machine, tmp_path, model, cpu, indexes, append, mode):
    disks = {i: image(tmp_path / f"{NAMES[i]}.img", 80 * 16 * 63 // 4 + i) for i in indexes}
    pc = boot(machine, disks, append, machine=model, cpu=cpu)
    log = pc.run("dmesg")
    for i, path in disks.items():
        assert re.search(rf"{NAMES[i]}: \w+, CHS 20/16/63, {mode}(, write cache)?$", log, re.M), log
        assert guest_md5(pc, NAMES[i]) == md5(path)
    present = pc.run("cat /proc/partitions")
    for i, name in enumerate(NAMES):
        assert (name in present) == (i in indexes)


CHANNELS = ["-device", "isa-ide,id=third,iobase=0x1e8,iobase2=0x3ee,irq=11",
            "-device", "isa-ide,id=fourth,iobase=0x168,iobase2=0x36e,irq=10"]


def on(channel, unit, path):
    return ["-drive", f"if=none,id=d{channel},format=raw,file={path}",
            "-device", f"ide-hd,bus={channel}.0,unit={unit},drive=d{channel}"]


@pytest.mark.parametrize("model, append, third, fourth, said", [
    pytest.param("isapc", "", "hde", "hdh", "ide3: ISA at 168, 36e, irq 10", id="looked-for"),
    pytest.param("pc", "", None, None, "ide0: PIIX3 at", id="not-with-pci"),
    pytest.param("pc", "ide2=0x1e8,0x3ee,11 ide3=0x168", "hde", "hdh", "ide3: ISA at 168, 36e, irq 10", id="named"),
    pytest.param("pc", "ide2=0x168,0x36e,0 hdf=noprobe ide5=0x1e8", "hdk", None, "ide5: ISA at 1e8, 3ee, irq 11",
                 id="noprobe"),
    pytest.param("pc", "ide9=0x168,0x36e,0 ide3=1e8", None, "hdt", "ide9: ISA at 168, 36e, polled", id="polled"),
    pytest.param("pc", "ide2=0x1e8,0x3ee,99 ide3=0x170 ide4=0x168", None, "hdj", r'ide2: "0x1e8,0x3ee,99" is no BASE',
                 id="wrong"),
])
def test_further_isa_channels(machine, tmp_path, model, append, third, fourth, said):
    """As on a sound card: a master on one channel and a slave alone on the other."""
    disks = {name: image(tmp_path / name, 2000 + i) for i, name in enumerate(("third", "fourth", "own"))}
    pc = boot(machine, {0: disks["own"]}, append, machine=model, cpu="pentium", names=["hda", *filter(None, (third, fourth))],
              extra=CHANNELS + on("third", 0, disks["third"]) + on("fourth", 1, disks["fourth"]))
    assert re.search(said, pc.run("dmesg"))
    for name, disk in (("hda", "own"), (third, "third"), (fourth, "fourth")):
        if name:
            assert guest_md5(pc, name) == md5(disks[disk])
            pc.run(f"echo written > /dev/{name}; sync")
            assert disks[disk].read_bytes()[:8] == b"written\n"
    present = pc.run("cat /proc/partitions")
    assert sorted(re.findall(r"hd\w", present)) == sorted(filter(None, ("hda", third, fourth)))


@pytest.mark.parametrize("model, append", [("isapc", ""), ("isapc", "ide=32bit"), ("pc", ""), ("pc", "nodma"),
                                           ("pc", "nodma ide=16bit")])
def test_write_and_power_off(machine, tmp_path, model, append):
    """What was written is on the disk when the machine is off, and nothing else has changed."""
    path = image(tmp_path / "disk.img", 8 * MB)
    before = path.read_bytes()
    pc = boot(machine, {0: path}, append, machine=model)
    # An odd number of sectors at an odd place, and one sector by itself.
    pc.run("dd if=/dev/hda of=/tmp/a bs=512 skip=1001 count=777")
    pc.run("wr 5003 </tmp/a; head -c 512 /tmp/a | wr 9; sync")
    pc.send("poweroff -f\r" if model == "pc" else "reboot -f\r")
    assert pc.shutdown_cause(30) == ("guest-shutdown" if model == "pc" else "guest-reset")
    want = bytearray(before)
    want[5003 * SECTOR:(5003 + 777) * SECTOR] = before[1001 * SECTOR:(1001 + 777) * SECTOR]
    want[9 * SECTOR:10 * SECTOR] = before[1001 * SECTOR:1002 * SECTOR]
    assert path.read_bytes() == bytes(want)


@pytest.mark.parametrize("gigabytes, sectors", [(200, 200 << 21), (3072, 3072 << 21)])
def test_large(machine, tmp_path, gigabytes, sectors):
    path = sparse(tmp_path / "large.img", gigabytes << 30)
    pc = boot(machine, {0: path})
    assert pc.run("cat /sys/block/hda/size").strip() == str(sectors)
    # Both sides of 2^28 and of 2^32, and the end.
    places = [p for p in (7, (1 << 28) - 1, 1 << 28, (1 << 32) + 1, sectors - 1) if p < sectors]
    for place in places:
        pc.run(f"echo mark-{place} | wr {place}")
    pc.run("sync; echo 3 >/proc/sys/vm/drop_caches")
    with open(path, "rb") as f:
        for place in places:
            text = pc.run(f"rd {place} | head -n 1")
            assert text.strip() == f"mark-{place}"
            f.seek(place * SECTOR)
            assert f.read(32).startswith(b"mark-%d\n" % place)


@pytest.mark.parametrize("append", ["", "nodma", "nodma ide=nomultiple"])
def test_bad_sector(machine, tmp_path, append):
    """The driver reports that sector and no other; what lies around it can be read."""
    path = image(tmp_path / "bad.img", 2 * MB)
    extra = ["-blockdev", f"driver=blkdebug,node-name=bug,image.driver=file,image.filename={path},"
             "inject-error.0.event=read_aio,inject-error.0.errno=5,inject-error.0.sector=1001",
             "-blockdev", "driver=raw,node-name=disk,file=bug",
             "-device", "ide-hd,bus=ide.0,drive=disk,rerror=report,werror=report"]
    pc = boot(machine, {}, append, names=["hda"], extra=extra)
    pc.run("dd if=/dev/hda of=/tmp/out bs=4k conv=noerror,sync 2>/tmp/e")
    named = set(re.findall(r"hda: read sector (\d+)", pc.run("dmesg")))
    assert named == {"1001"}
    for lives in (999, 1008, 1100):
        assert pc.run(f"rd {lives} | head -c 15") == f"sector {lives:08}"


@pytest.mark.parametrize("model, append", [("q35", ""), ("pc", ""), ("isapc", ""), ("pc", "noide"),
                                           ("pc", "drivers=none")])
def test_no_disk(machine, tmp_path, model, append):
    """No disk costs nothing, and none is touched when they are switched off."""
    disks = {0: image(tmp_path / "disk.img", MB)} if append else {}
    pc = boot(machine, disks, append, names=[], machine=model)
    # Nothing tells that nothing was found.
    pc.run("usleep 800000")
    assert "hd" not in pc.run("cat /proc/partitions")
    assert ": ide" not in pc.run("cat /proc/ioports; cat /proc/interrupts")


@pytest.fixture(scope="session")
def diskctl(tmp_path_factory):
    """The rescue system with the program that calls a disk's ioctls."""
    folder = tmp_path_factory.mktemp("diskctl")
    subprocess.run(["gcc", "-m32", "-static", "-O1", "-o", folder / "diskctl", GUEST / "diskctl.c"], check=True)
    return initramfs.with_files(artefact("initramfs-rescue.cpio.gz"), folder / "initrd.cpio.gz",
                                {"diskctl": (folder / "diskctl").read_bytes()})


@pytest.mark.parametrize("append", ["", "nodma", "ide=poll"])
def test_commands_of_programs(machine, tmp_path, diskctl, append):
    """What hdparm and smartctl send: the identity, SMART's data and status, by both interfaces."""
    pc = boot(machine, {0: image(tmp_path / "disk.img", 8 * MB)}, append, initrd=diskctl)
    # Short lines again.
    pc.run("d() { /diskctl /dev/hda $*; }")
    assert pc.run("d smart_on identify smart_read").splitlines() == [
        "smart_on: status 50", "identify: QEMU HARDDISK", "smart_read: revision 1, sum 0"]
    assert pc.run("d smart_status sg_identify sg_read").splitlines() == [
        "smart_status: status 50, 4f c2", "sg_identify: QEMU HARDDISK", "sg_read: revision 1, sum 0"]
    # The registers come back in a descriptor of the sense data, with "recovered error".
    assert pc.run("d sg_status").splitlines() == ["sg_status: scsi status 2, key 1, descriptor 09, 4f c2"]
    # A transfer mode without the controller's is refused, as by Linux; so is what the drive does not know.
    assert pc.run("d set_mode unknown").splitlines() == [
        "set_mode: Input/output error", "unknown: Input/output error"]
    assert guest_md5(pc, "hda") == md5(tmp_path / "disk.img")


@pytest.mark.parametrize("model, append, answers", [
    ("pc", "nodma", ["1", "0", "1", "Invalid argument"]),
    ("isapc", "", ["0", "0", "1", "Invalid argument"]),
    ("pc", "nodma ide=16bit", ["0", "0", "Invalid argument", "Invalid argument"]),
])
def test_width(machine, tmp_path, diskctl, model, append, answers):
    """hdparm -c: on by itself where it is known to work, by request elsewhere, never where it is forbidden."""
    path = image(tmp_path / "disk.img", MB)
    pc = boot(machine, {0: path}, append, machine=model, initrd=diskctl)
    pc.run("d() { /diskctl /dev/hda $*; }")
    assert pc.run("d 32bit 32bit=0 32bit=1 32bit=4").splitlines() == [f"32bit: {a}" for a in answers]
    assert guest_md5(pc, "hda") == md5(path)
