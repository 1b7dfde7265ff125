"""hwtest's probes of PCI, disks, partitions, floppy and network beside what QEMU and Linux know."""
import json
import re

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs

SERIAL = "console=ttyS0,115200"
# Each way in which the same program meets the same machine.
SYSTEMS = ["alone", "beside", "linux"]
CARDS = ["-device", "rtl8139", "-device", "pci-bridge,id=behind,chassis_nr=1,addr=7",
         "-device", "e1000,bus=behind,addr=3"]


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    """A user land of busybox and hwtest, which Oldiron and Linux start alike."""
    program = artefact("hwtest/hwtest").read_bytes()
    return (initramfs.busybox_archive().file("bin/hwtest", program)
            .write(tmp_path_factory.mktemp("hwtest") / "initrd.cpio.gz"))


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

def qemu_functions(pc):
    """QEMU's own view, by name: numbers, class, interrupt line, base addresses."""
    found = {}

    def walk(bus):
        for dev in bus["devices"]:
            name = f"0000:{dev['bus']:02x}:{dev['slot']:02x}.{dev['function']}"
            found[name] = dev
            if "pci_bridge" in dev:
                walk({"devices": dev["pci_bridge"].get("devices", [])})
    for bus in pc.qmp.cmd("query-pci"):
        walk(bus)
    return found


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


def linux_configs(pc):
    text = pc.run("cd /sys/bus/pci/devices; for f in *; do "
                  "echo $f $(hexdump -v -n 64 -e '1/1 \"%02x\"' $f/config); done")
    words = [line.split() for line in text.splitlines() if re.match(r"[0-9a-f]{4}:", line)]
    return {name: bytes.fromhex(config) for name, config in words}


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
