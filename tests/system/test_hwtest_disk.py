"""hwtest's probes of PCI, disks, partitions, floppy and network beside what QEMU and Linux know."""
import json
import pathlib
import random
import re
import subprocess

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs, modules
from vm.qemu import linux_kernel
from vm.truth import linux_configs, qemu_functions

SERIAL = "console=ttyS0,115200"
LINUX_DRIVERS = ("crct10dif_generic", "crc64_rocksoft_generic", "sd_mod", "sr_mod", "ata_piix", "ahci", "pata_legacy")
# Each way in which the same program meets the same machine.
SYSTEMS = ["alone", "beside", "linux"]
CARDS = ["-device", "rtl8139", "-device", "pci-bridge,id=behind,chassis_nr=1,addr=7",
         "-device", "e1000,bus=behind,addr=3"]


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    """A user land of busybox and hwtest, which Oldiron and Linux start alike."""
    archive = initramfs.busybox_archive().file("bin/hwtest", artefact("hwtest/hwtest").read_bytes())
    modules.add_modules(archive, pathlib.Path(linux_kernel()).parent / "modules", LINUX_DRIVERS)
    return archive.write(tmp_path_factory.mktemp("hwtest") / "initrd.cpio.gz")


@pytest.fixture
def start(machine, initrd):
    def start_system(system, append="", **kwargs):
        if system == "linux":
            pc = machine(LinuxRef, initrd=initrd, append=f"{SERIAL} quiet {append}", **kwargs)
        else:
            alone = " drivers=none" if system == "alone" else ""
            pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=initrd,
                         append=SERIAL + alone, **kwargs)
        pc.expect(PROMPT, 120)
        pc.run("mount -t sysfs sys /sys")
        if system == "linux":
            pc.run("while read m; do insmod /modules/$m; done </modules/list", 100)
        return pc
    return start_system


class Report:
    """What one probe found: facts by subject and key, the verdict, its reasons."""

    def __init__(self, pc, probe, options=""):
        said = pc.run(f"hwtest run --identify --probe {probe} --report /tmp/r {options}", 200)
        assert pc.status in (0, 1), said
        lines = [json.loads(line) for line in pc.run("cat /tmp/r", 60).splitlines()]
        self.facts = {(f["of"], f["fact"]): f for f in lines if "fact" in f}
        end = next(line for line in lines if "verdict" in line)
        self.verdict, self.why = end["verdict"], end.get("why", [])
        self.text = said

    def get(self, subject, key, kind="text"):
        assert (subject, key) in self.facts, f"no {key} of '{subject}':\n{self.text}"
        return self.facts[subject, key][kind]

    def bytes(self, subject, key):
        return bytes.fromhex(self.get(subject, key, "bytes"))

    def number(self, subject, key):
        return self.get(subject, key, "number")

    def bytes_of(self, key):
        return {s: bytes.fromhex(f["bytes"]) for (s, k), f in self.facts.items() if k == key}


# ---- PCI

def check_function(config, dev):
    word = lambda at: int.from_bytes(config[at:at + 2], "little")
    assert (word(0), word(2)) == (dev["id"]["vendor"], dev["id"]["device"])
    assert word(10) == dev["class_info"]["class"]
    assert config[0x3C] == dev.get("irq", config[0x3C])
    for region in dev["regions"]:
        # Number 6 is the ROM; QEMU shows no address for what is not decoded.
        if region["bar"] < 6 and region["address"] not in (-1, 0xffffffff):
            at = 0x10 + 4 * region["bar"]
            raw = int.from_bytes(config[at:at + 4], "little")
            mask = 0xfffffffc if region["type"] == "io" else 0xfffffff0
            assert raw & mask == region["address"]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("board", ["pc", "q35"])
def test_pci_as_qemu_has_it(start, board, system):
    pc = start(system, machine=board, extra=CARDS)
    report = Report(pc, "pci")
    configs = report.bytes_of("config")
    theirs = qemu_functions(pc)
    assert set(configs) == set(theirs)
    for name, config in configs.items():
        check_function(config, theirs[name])
    assert report.verdict in ("works", "limited")
    by_ports = system == "alone"
    assert report.get("", "access") == ("mechanism 1" if by_ports else "/proc/bus/pci")


# What a system sets by itself, by the register's offset: its reason is beside it.
SET_BY_SYSTEMS = {
    0x04: "command: Linux switches on what its drivers use",
    0x05: "command: as above, and parity and interrupts of them",
    0x06: "status: says what a master met since",
    0x07: "status: as above",
    0x0C: "cache line size: Linux sets it",
    0x0D: "latency timer: systems raise it for masters",
    0x3C: "interrupt line: Linux notes the line that it uses",
    0x3E: "bridge control: Linux sets parity",
}


@pytest.mark.parametrize("board", ["pc", "q35"])
def test_pci_as_linux_sees_it(start, board):
    ours = Report(start("alone", machine=board, extra=CARDS), "pci").bytes_of("config")
    linux = start("linux", machine=board, extra=CARDS)
    theirs = linux_configs(linux)
    # By the same program there, byte for byte: it reads the same registers.
    beside = Report(linux, "pci").bytes_of("config")
    assert beside == theirs
    assert set(ours) == set(theirs)
    for name in ours:
        differ = {at for at, (a, b) in enumerate(zip(ours[name], theirs[name])) if a != b}
        assert differ <= set(SET_BY_SYSTEMS), (name, sorted(map(hex, differ)))


@pytest.mark.parametrize("system", ["alone", "linux"])
def test_no_pci(start, system):
    report = Report(start(system, machine="isapc", append="noapic nolapic"), "pci")
    assert report.verdict == "absent", report.text


# ---- disks

def make_disk(path, megabytes, seed=1):
    """Random bytes, so that no two sectors are alike."""
    path.write_bytes(random.Random(seed).randbytes(1 << 20) * megabytes)
    return path


def drives(tmp_path):
    """Two disks and a CD drive, on both channels."""
    first, second = make_disk(tmp_path / "first", 40), make_disk(tmp_path / "second", 700, 2)
    disc = make_disk(tmp_path / "disc", 20, 3)
    return ["-drive", f"if=ide,index=0,format=raw,file={first},snapshot=on",
            "-drive", f"if=ide,index=3,format=raw,file={second},snapshot=on",
            "-drive", f"if=ide,index=2,media=cdrom,format=raw,file={disc}"]


def wait_for_disks(pc, names):
    """Drivers look for disks while the prompt is there already."""
    for name in names:
        pc.run(f"while ! grep -q {name} /proc/partitions; do sleep 0.1; done", 60)


def linux_identities(pc):
    """The words as Linux's libata shows them, by the port and unit: no program of ours is asked."""
    text = pc.run("cd /sys/class/ata_device; for d in dev*.*; do echo $d $(cat $d/id); done")
    found = {}
    for line in text.splitlines():
        match = re.match(r"dev(\d+)\.(\d) ([0-9a-f ]{1279,})$", line.strip())
        words = match.group(3).split() if match else []
        if any(int(word, 16) for word in words):  # an empty place has zeros
            found[f"ide{int(match.group(1)) - 1}.{match.group(2)}"] = b"".join(
                int(word, 16).to_bytes(2, "little") for word in words)
    return found


# Words that a driver changes by what it sets, and that tell so.
SET_BY_DRIVERS = {
    54: "cylinders by the geometry that is set", 55: "heads of it", 56: "sectors of it",
    57: "capacity by it", 58: "capacity by it",
    59: "sectors for each data request, as set", 63: "multiword DMA mode, as set",
    85: "features that are switched on", 86: "the same", 88: "Ultra DMA mode, as set",
}


def same_identity(a, b):
    differ = {n // 2 for n in range(512) if a[n] != b[n]}
    return not differ - set(SET_BY_DRIVERS), sorted(differ)


def test_identify_as_linux_has_it(start, tmp_path):
    linux = start("linux", extra=drives(tmp_path))
    wait_for_disks(linux, ["sda", "sdb", "sr0"])
    theirs = linux_identities(linux)
    assert set(theirs) == {"ide0.0", "ide1.0", "ide1.1"}
    reports = {"linux": Report(linux, "ata", "--seconds 1")}
    for system in ("alone", "beside"):
        pc = start(system, extra=drives(tmp_path))
        if system == "beside":
            wait_for_disks(pc, ["hda", "hdd"])
        reports[system] = Report(pc, "ata", "--seconds 1")
    for system, report in reports.items():
        ours = report.bytes_of("identify")
        assert set(ours) == set(theirs), system
        for name in ours:
            same, words = same_identity(ours[name], theirs[name])
            assert same, (system, name, words)
        # How fast it is depends on what else the host does.
        assert all(re.search("reads only|reaches only its first", why) for why in report.why), report.why
        for name in ("ide0.0", "ide1.1"):
            assert report.number(name, "repeat-same") == 1
            assert report.number(name, "bad-sectors") == 0
            assert report.number(name, "start-rate") > 0
    for name in ("ide0.0", "ide1.1"):
        assert reports["alone"].number(name, "chs-same") == 1
        assert reports["alone"].number(name, "io32-same") == 1


def test_dma_gives_what_the_processor_reads(start, tmp_path):
    """The bus master writes into the program's memory, where /proc/self/pagemap says that this is."""
    pc = start("alone", extra=drives(tmp_path))
    # QEMU's BIOS sets no mode; the driver's set-up is of class R2.
    passive = Report(pc, "ata", "--seconds 0")
    assert "--class R2" in passive.get("ide0.0", "no-dma")
    report = Report(pc, "ata", "--seconds 0 --class R2")
    for name in ("ide0.0", "ide1.1"):
        assert report.get(name, "mode") == "MWDMA2"
        assert report.number(name, "dma-same") == 1 and report.number(name, "dma-rate") > 0, report.text
        assert report.number(name, "start-rate") > 0
        # Seen once on each channel: QEMU's controllers keep a request that nobody takes.
        assert passive.number(name, "line-raised") == 1
    pc = start("alone", machine="isapc", append="noapic nolapic", extra=drives(tmp_path)[:2])
    report = Report(pc, "ata", "--seconds 0 --class R2")
    assert report.get("ide0.0", "no-dma") == "there is no PCI"


def test_ahci_alone(start, tmp_path):
    """Disk and CD drive at ports of an AHCI controller, by the driver's core in the program."""
    disk, disc = make_disk(tmp_path / "disk", 40), make_disk(tmp_path / "disc", 20, 3)
    sfdisk(disk, "dos", ["2048,8192,83,*"])
    extra = ["-drive", f"if=none,id=hd,format=raw,file={disk},snapshot=on", "-device", "ide-hd,drive=hd,bus=ide.0",
             "-drive", f"if=none,id=cd,format=raw,readonly=on,file={disc}", "-device", "ide-cd,drive=cd,bus=ide.2"]
    linux = start("linux", machine="q35", extra=extra)
    wait_for_disks(linux, ["sda", "sr0"])
    theirs = {f"sata{name[3]}": words for name, words in linux_identities(linux).items()}
    assert set(theirs) == {"sata0", "sata2"}
    pc = start("alone", machine="q35", extra=extra)
    for options in ("--seconds 1", "--seconds 0 --class R2"):
        report = Report(pc, "ata", options)
        ours = report.bytes_of("identify")
        assert set(ours) == set(theirs), report.text
        for name in ours:
            same, words = same_identity(ours[name], theirs[name])
            assert same, (name, words)
        assert report.number("sata0", "repeat-same") == 1 and report.number("sata0", "bad-sectors") == 0
        assert all("reads only" in why for why in report.why), report.why
    cd = Report(pc, "atapi")
    assert cd.verdict == "works" and cd.number("sata2", "blocks-read") > 0, cd.text
    parts = Report(pc, "partitions")
    assert parts.verdict == "works" and parts.number("sata0-1", "start") == 2048, parts.text


@pytest.mark.parametrize("system", SYSTEMS)
def test_cd_drive(start, tmp_path, system):
    pc = start(system, extra=drives(tmp_path))
    if system != "alone":
        wait_for_disks(pc, ["sr0" if system == "linux" else "hdc"])
    report = Report(pc, "atapi")
    assert report.verdict == "works", report.text
    capacity = report.bytes("ide1.0", "capacity")
    assert int.from_bytes(capacity[:4], "big") + 1 == 20 * 512
    assert int.from_bytes(capacity[4:], "big") == 2048
    assert report.bytes("ide1.0", "inquiry")[8:16] == b"QEMU    "
    assert report.number("ide1.0", "blocks-read") > 0
    # One data track, and the end where the capacity has it.
    assert report.bytes("ide1.0", "toc")[16:20] == (20 * 512).to_bytes(4, "big")


@pytest.mark.parametrize("system", ["alone", "beside"])
def test_empty_cd_drive(start, system):
    pc = start(system, extra=["-drive", "if=ide,index=2,media=cdrom"])
    report = Report(pc, "atapi")
    assert report.verdict == "detected" and "no disc" in report.why[0], report.text


def test_bad_sector_is_found(start, tmp_path):
    disk = make_disk(tmp_path / "bad", 8)
    broken = (f"driver=raw,node-name=bad,file.driver=blkdebug,file.image.driver=file,file.image.filename={disk},"
              "file.inject-error.0.event=read_aio,file.inject-error.0.errno=5,file.inject-error.0.sector=5")
    pc = start("alone", extra=["-blockdev", broken, "-device",
                               "ide-hd,bus=ide.0,drive=bad,rerror=report,werror=report"])
    report = Report(pc, "ata", "--seconds 0")
    assert report.number("ide0.0", "bad-sectors") > 0
    assert report.verdict == "limited", report.text


@pytest.mark.parametrize("board", ["isapc", "q35"])
def test_no_ide(start, board):
    """Empty channels on an ISA board read as zeros, on q35 as ones."""
    report = Report(start("alone", machine=board, append="noapic nolapic"), "ata")
    assert report.verdict == "absent", report.text


# ---- partitions

def sfdisk(image, label, lines):
    subprocess.run(["sfdisk", "-q", "--label", label, image], input="\n".join(lines) + "\n", text=True,
                   check=True)
    table = json.loads(subprocess.run(["sfdisk", "--json", image], check=True, capture_output=True,
                                      text=True).stdout)["partitiontable"]
    return {int(re.search(r"(\d+)$", part["node"]).group(1)): part for part in table["partitions"]}


@pytest.mark.parametrize("system", SYSTEMS)
def test_partitions_as_sfdisk_has_them(start, tmp_path, system):
    images = {}
    for index, (label, lines) in enumerate([
            ("dos", ["2048,8192,83,*", "10240,20480,5", "12288,4096,82", "18432,8192,c"]),
            ("gpt", ["2048,8192,L", "12288,16384,S"])]):
        image = tmp_path / label
        image.write_bytes(bytes(32 << 20))
        images[f"ide{index}.0"] = sfdisk(image, label, lines)
    # A volume that another program made.
    subprocess.run(["mke2fs", "-q", "-t", "ext2", "-F", "-L", "HWTEST", "-E", f"offset={2048 * 512}",
                    tmp_path / "dos", "4096k"], check=True)
    extra = [part for index, label in ((0, "dos"), (2, "gpt")) for part in
             ("-drive", f"if=ide,index={index},format=raw,file={tmp_path / label}")]
    pc = start(system, extra=extra)
    if system != "alone":
        wait_for_disks(pc, ["sda", "sdb"] if system == "linux" else ["hda", "hdc"])
    report = Report(pc, "partitions")
    assert report.verdict == "works", report.text
    for disk, parts in images.items():
        ours = {s for (s, k) in report.facts if k == "start" and s.startswith(disk)}
        assert ours == {f"{disk}-{number}" for number in parts}
        for number, part in parts.items():
            assert report.number(f"{disk}-{number}", "start") == part["start"]
            assert report.number(f"{disk}-{number}", "count") == part["size"]
            kind = report.get(f"{disk}-{number}", "type").lower()
            assert kind in (part["type"].lower(), f"0x{part['type']:0>2}".lower())
    assert report.get("ide0.0-1", "contents") == "ext2"
    assert report.get("ide0.0-1", "label") == "HWTEST"
    assert (report.get("ide0.0", "scheme"), report.get("ide1.0", "scheme")) == ("mbr", "gpt")


# ---- network

MAC = "52:54:00:0b:1e:55"


@pytest.mark.parametrize("card", ["rtl8139", "pcnet", "e1000"])
def test_network_card(start, card):
    pc = start("alone", extra=["-device", f"{card},mac={MAC},addr=5"])
    report = Report(pc, "network")
    assert report.verdict == "limited" and "no driver" in report.why[0], report.text
    # The other's address stands in a memory that is read by writing.
    if card != "e1000":
        assert report.bytes("0000:00:05.0", "mac") == bytes.fromhex(MAC.replace(":", ""))


def test_ne2000_only_where_it_is_named(start):
    pc = start("alone", machine="isapc", extra=["-device", f"ne2k_isa,iobase=0x320,irq=9,mac={MAC}"])
    assert Report(pc, "network").verdict == "absent"
    assert Report(pc, "network", "--ne=0x340").verdict == "absent"
    report = Report(pc, "network", "--ne=0x320")
    assert report.verdict == "limited", report.text
    assert report.bytes("ne-320", "mac") == bytes.fromhex(MAC.replace(":", ""))


# ---- floppy

@pytest.mark.parametrize("megabytes, sectors", [(1.44, 2880), (0.72, 1440)])
def test_floppy(start, tmp_path, megabytes, sectors):
    disk = tmp_path / "floppy"
    disk.write_bytes(random.Random(sectors).randbytes(sectors * 512))
    pc = start("alone", extra=["-drive", f"if=floppy,format=raw,file={disk}"])
    passive = Report(pc, "floppy")
    assert passive.verdict == "detected" and ("fd0", "disk") not in passive.facts
    report = Report(pc, "floppy", "--class R2")
    assert report.verdict == "works", report.text
    assert report.number("fd0", "sectors") == sectors
    assert report.bytes("fd0", "sector-0") == disk.read_bytes()[:512]


def test_no_floppy_disk(start):
    pc = start("alone", extra=["-device", "floppy,drive-type=144"])
    report = Report(pc, "floppy", "--class R2")
    assert report.verdict == "detected" and "no disk was read" in report.why[0], report.text


# ---- class W

WRITE = "--class W --write-on"
# Where the one medium is: the drive's options, the machine, its subject, its name in a system.
MEDIA = {
    "ide": (["-drive", "if=ide,index=0,format=raw,file={}"], "pc", "ide0.0", {"beside": "hda", "linux": "sda"}),
    "ahci": (["-drive", "if=none,id=hd,format=raw,file={}", "-device", "ide-hd,drive=hd,bus=ide.0"], "q35", "sata0",
             {"beside": "sda", "linux": "sda"}),
    "floppy": (["-drive", "if=floppy,format=raw,file={}"], "pc", "fd0", {}),
}


def start_with(start, kind, system, image):
    """The machine, and the medium's subject."""
    drive, board, subject, names = MEDIA[kind]
    pc = start(system, machine=board, extra=[word.format(image) for word in drive])
    wait_for_disks(pc, [names[system]] if system in names else [])
    return pc, subject


# No floppy alone: QEMU's controller never ends a write without DMA (fdctrl_seek_to_next_sect() at EOT).
@pytest.mark.parametrize("kind, system", [("ide", "alone"), ("ide", "beside"), ("ide", "linux"), ("ahci", "alone"),
                                          ("ahci", "linux"), ("floppy", "beside")])
@pytest.mark.parametrize("fill", [0, 0xF6])
def test_write_on_a_blank_medium(start, tmp_path, kind, system, fill):
    """It keeps what is written, and is as it was afterwards."""
    image = tmp_path / "blank"
    size = 2880 * 512 if kind == "floppy" else 40 << 20
    image.write_bytes(bytes([fill]) * size)
    written = image.stat().st_mtime_ns
    pc, subject = start_with(start, kind, system, image)
    report = Report(pc, "writetest", f"{WRITE} {subject}")
    assert report.verdict == "works", report.text
    assert report.number(subject, "written") > 150 and report.number(subject, "blank") == fill
    assert report.number(subject, "differ") == report.number(subject, "left") == 0
    pc.close()
    assert image.stat().st_mtime_ns > written  # so it was really written
    assert image.read_bytes() == bytes([fill]) * size


@pytest.mark.parametrize("kind, system, at", [("ide", "alone", 0), ("ide", "beside", 63 * 512), ("ahci", "alone", 20 << 20),
                                              ("ide", "linux", (40 << 20) - 1), ("floppy", "alone", 0)])
def test_nothing_written_where_something_is(start, tmp_path, kind, system, at):
    image = tmp_path / "used"
    size = 2880 * 512 if kind == "floppy" else 40 << 20
    image.write_bytes(bytes(size))
    with open(image, "r+b") as f:
        # A little of a large disk may be overlooked: a file system is more.
        f.seek(at)
        f.write(b"somebody's data" * 100000 if at == 20 << 20 else b"x")
    before, written = image.read_bytes(), image.stat().st_mtime_ns
    pc, subject = start_with(start, kind, system, image)
    report = Report(pc, "writetest", f"{WRITE} {subject}")
    assert report.verdict == "not run" and "is not blank" in report.why[0], report.text
    pc.close()
    assert image.read_bytes() == before and image.stat().st_mtime_ns == written


def test_nothing_written_beside_an_owner(start, tmp_path):
    """Active swap on a partition: what the kernel holds is not to be had, blank or not."""
    image = tmp_path / "d"
    image.write_bytes(bytes(40 << 20))
    pc, _ = start_with(start, "ide", "beside", image)
    pc.run("mke2fs -q /dev/hda >/dev/null 2>&1; mkswap /dev/hda && swapon /dev/hda")
    assert pc.status == 0
    report = Report(pc, "writetest", f"{WRITE} /dev/hda")
    assert report.verdict == "not run" and "cannot be opened" in report.why[0], report.text


@pytest.mark.parametrize("options, why", [("--class W", "go together"), ("--write-on ide0.0", "go together"),
                                          ("--class R2 --write-on ide0.0", "go together"),
                                          ("--class X", "R0 (passive), R1, R2")])
def test_class_w_needs_class_and_name(start, options, why):
    pc = start("alone")
    said = pc.run(f"hwtest run {options} --probe writetest; echo status=$?")
    assert why in said and "status=2" in said


def test_write_on_a_failing_disk(start, tmp_path):
    image = tmp_path / "d"
    image.write_bytes(bytes(40 << 20))
    broken = (f"driver=raw,node-name=bad,file.driver=blkdebug,file.image.driver=file,file.image.filename={image},"
              "file.inject-error.0.event=write_aio,file.inject-error.0.errno=5,file.inject-error.0.sector=4096")
    pc = start("alone", extra=["-blockdev", broken, "-device",
                               "ide-hd,bus=ide.0,drive=bad,rerror=report,werror=report"])
    report = Report(pc, "writetest", f"{WRITE} ide0.0")
    assert report.verdict == "failed" and "near sector 4096 it cannot be written" in report.why[0], report.text
    pc.close()
    assert image.read_bytes() == bytes(40 << 20)
