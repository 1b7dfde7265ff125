"""hwtest's probes of the board, compared with what QEMU itself and Linux in the same machine say."""
import json
import struct
from datetime import datetime, timedelta

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs

SERIAL = "console=ttyS0,115200"
BASE = datetime(2004, 2, 29, 12, 0, 0)
PROBES = "bios,acpi,memmap,cpu,irq,pit,rtc,memtest,vga,ps2,keyboard,mouse,serial,speaker,power"
# Bits of CPUID that a system does not show, with the reason.
NOT_SHOWN = {"pat": "Linux does not use it before model 15", "apic": "cleared by a system that does not use it"}
BITS = ("fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx fxsr sse "
        "sse2 ss ht tm ia64 pbe").split()


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    program = artefact("hwtest/hwtest").read_bytes()
    return (initramfs.busybox_archive().file("bin/hwtest", program)
            .write(tmp_path_factory.mktemp("hwtest") / "initrd.cpio.gz"))


def start(machine, system, initrd, model, **kwargs):
    kwargs["extra"] = ["-rtc", f"base={BASE.isoformat()}", "-serial", "null", *kwargs.get("extra", ())]
    if system == "linux":
        pc = machine(LinuxRef, machine=model, initrd=initrd, append=f"{SERIAL} quiet", **kwargs)
    else:
        alone = "drivers=none" if system == "alone" else ""
        pc = machine(Qemu, machine=model, kernel=artefact("oldiron.elf"), initrd=initrd, append=f"{SERIAL} {alone}", **kwargs)
    pc.expect(PROMPT, 120)
    pc.run("mount -t sysfs sysfs /sys")
    return pc


class Report:
    def __init__(self, text):
        self.facts, self.verdicts, self.why = {}, {}, {}
        for line in map(json.loads, text.splitlines()):
            if "fact" in line:
                value = line.get("number", line.get("text"))
                self.facts[line["probe"], line["of"], line["fact"]] = (
                    bytes.fromhex(line["bytes"]) if "bytes" in line else value)
            elif "verdict" in line:
                self.verdicts[line["probe"]] = line["verdict"]
                self.why[line["probe"]] = line["why"]

    def __getitem__(self, key):
        return self.facts[key]

    def get(self, *key):
        return self.facts.get(key)


def report_of(pc, probes=PROBES):
    pc.run(f"hwtest run --probe {probes} --seconds 3 --report /tmp/a >/tmp/out 2>&1", 180)
    return Report(pc.run("cat /tmp/a"))


def rtc_of_qemu(pc):
    t = pc.qmp.cmd("qom-get", path="/machine", property="rtc-time")
    return datetime(1900 + t["tm_year"], 1 + t["tm_mon"], t["tm_mday"], t["tm_hour"], t["tm_min"], t["tm_sec"])


def check_memory(report, size):
    starts = {of: n for (probe, of, fact), n in report.facts.items() if (probe, fact) == ("memmap", "start")}
    below = [report["memmap", of, "end"] + 1 for of in starts if report["memmap", of, "end"] < size]
    assert starts and max(below) == size  # what is RAM, or taken from it, ends where QEMU's memory does
    above_16m = struct.unpack("<H", report["memmap", "", "cmos"][6:])[0]
    assert 16 << 20 < size and (16 << 20) + (above_16m << 16) == size
    assert report["memtest", "", "errors"] == 0 and report["memtest", "", "tested"] > 0
    assert report["memtest", "", "physical"] == 1 and report["memtest", "", "highest"] < size


def check_cpu(report):
    leaf = report["cpu", "00000000", "cpuid"]
    assert (leaf[4:8] + leaf[12:16] + leaf[8:12]).decode() == report["cpu", "system", "vendor"]
    signature, _, _, features = struct.unpack("<4I", report["cpu", "00000001", "cpuid"])
    for key, value in {"family": signature >> 8 & 15, "model": signature >> 4 & 15, "stepping": signature & 15}.items():
        assert int(report["cpu", "system", key]) == value
    shown = set(report["cpu", "system", "flags"].split())
    found = {name for bit, name in enumerate(BITS) if features >> bit & 1}
    assert found - shown <= set(NOT_SHOWN) and shown & set(BITS) <= found


@pytest.mark.parametrize("model, system", [("pc", "alone"), ("pc", "oldiron"), ("pc", "linux"), ("q35", "alone")])
def test_agrees_with_qemu_and_the_system(machine, initrd, model, system):
    pc = start(machine, system, initrd, model, mem=96)
    before = rtc_of_qemu(pc)
    report = report_of(pc)
    after = rtc_of_qemu(pc)

    size = pc.qmp.cmd("query-memory-size-summary")["base-memory"]
    check_memory(report, size)
    check_cpu(report)
    seen = datetime.strptime(report["rtc", "", "date"], "%Y-%m-%d %H:%M:%S")
    assert before - timedelta(seconds=1) <= seen <= after + timedelta(seconds=1)
    assert report["rtc", "", "registers"][13] & 0x80 and report["rtc", "", "updates"] > 0
    assert report["irq", "", "level"] == pc.port(0x4D0) | pc.port(0x4D1) << 8
    assert report["vga", "", "bad-cells"] == 0 and report["vga", "", "crtc-port"] == 0x3D4
    assert report["acpi", "", "rsdp"] == pc.memory(report["acpi", "", "rsdp-address"], 20)
    assert report["acpi", "", "s5-a"] is not None and report["power", "", "acpi"] == 1
    assert (report["serial", "com1", "port"], report["serial", "com2", "port"]) == (0x3F8, 0x2F8)
    assert report["serial", "com1", "driver-chip"] == "16550A"  # Oldiron's and Linux's drivers find the same
    check_devices(report, system)
    assert not {v for v in report.verdicts.values()} & {"hang", "malfunction"}, report.why


def check_devices(report, system):
    """What drivers have is told by them; alone it is tried."""
    if system == "alone":
        assert report.verdicts["ps2"] == "works" and report["ps2", "", "mouse-port"] == 1
        assert report.verdicts["keyboard"] == "works" and report["keyboard", "", "id"] >> 8 == 0xAB
        assert report["mouse", "", "id"] == 0
        assert report["serial", "com2", "chip"] == "16550A" and report["serial", "com2", "lines-raised"] == 1 << 3
        assert report["serial", "com2", "loop-115200-lost"] == report["serial", "com2", "loop-115200-wrong"] == 0
    else:
        assert report["ps2", "", "owner"] == "i8042" and "keyboard" in report["keyboard", "input0", "name"]
        assert report["serial", "com2", "driver-chip"] == "16550A" and report["serial", "com2", "driver-line"] == 3


def test_a_machine_without_pci(machine, initrd):
    pc = start(machine, "alone", initrd, "isapc", mem=24)
    report = report_of(pc, PROBES.replace(",acpi", ""))
    check_memory(report, 24 << 20)
    check_cpu(report)
    assert report.verdicts["cpu"] == "works" and report["serial", "com2", "chip"] == "16550A"
    assert report["power", "", "acpi"] == 0 and report.verdicts["power"] == "limited"


def test_what_is_not_there(machine, initrd):
    pc = start(machine, "alone", initrd, "pc,i8042=off", mem=96)
    report = report_of(pc, "ps2,keyboard,mouse")
    assert set(report.verdicts.values()) == {"absent"}


def test_reports_of_the_same_machine_agree(machine, initrd):
    """What Oldiron and Linux see of one machine: equal but for what is listed here with its reason."""
    pc = start(machine, "oldiron", initrd, "pc", mem=96)
    ours = report_of(pc)
    linux = report_of(start(machine, "linux", initrd, "pc", mem=96))
    reasons = {
        ("memmap", "system"): "each system keeps another part for itself",
        ("irq", None): "lines are counted, and Linux leads them by the I/O APIC",
        ("cpu", None): "times; names and flags as each system writes them", ("pit", None): "counts and rates",
        ("rtc", None): "the time, and what was measured", ("memtest", None): "places and rates",
        ("speaker", None): "a time; the port's bit that changes with each refresh",
        ("vga", "status"): "the beam's place", ("vga", "crtc"): "the cursor", ("vga", "bios"): "the cursor and the page",
        ("bios", "bda"): "clocks, and what was typed", ("bios", "ebda"): "the BIOS at work", ("bios", "rom-top"): "a sum over what QEMU put in",
        ("mouse", None): "the Debian kernel has its driver as a module, which is not loaded",
        ("acpi", None): "Linux gives its copies of tables and not their places",
        ("serial", "owner"): "each names its own", ("keyboard", "phys"): "as each writes it",
    }
    differ = {key for key in ours.facts.keys() | linux.facts.keys() if ours.facts.get(key) != linux.facts.get(key)}
    unknown = {k for k in differ if (k[0], k[2]) not in reasons and (k[0], None) not in reasons}
    assert not unknown, {k: (ours.facts.get(k), linux.facts.get(k)) for k in unknown}
    for key in [("cpu", "00000000", "cpuid"), ("cpu", "00000001", "cpuid"), ("acpi", "FACP", "table"), ("acpi", "", "rsdp")]:
        assert ours[key] == linux[key] is not None, key


def test_switches_off(machine, initrd):
    pc = start(machine, "oldiron", initrd, "pc", mem=96)
    pc.send("hwtest run --probe power --poweroff\r")
    assert pc.shutdown_cause(60) == "guest-shutdown"
