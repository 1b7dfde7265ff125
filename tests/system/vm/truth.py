"""truth - what is known of a machine from outside: by QEMU, by Bochs, by Linux in the same machine."""
import json
import re
import struct
import subprocess

# ---- QEMU


def qemu_functions(pc):
    """{name: QEMU's description of the PCI function}; query-pci fails where there is no bus."""
    found = {}

    def walk(devices):
        for dev in devices:
            found[f"0000:{dev['bus']:02x}:{dev['slot']:02x}.{dev['function']}"] = dev
            walk(dev.get("pci_bridge", {}).get("devices", []))

    for bus in pc.qmp.cmd("query-pci"):
        walk(bus["devices"])
    return found


def qemu_memory(pc):
    return pc.qmp.cmd("query-memory-size-summary")["base-memory"]


def qemu_cpu(pc):
    """Vendor, family, model, stepping as the processor has been made."""
    path = pc.qmp.cmd("query-cpus-fast")[0]["qom-path"]
    return {name: pc.qmp.cmd("qom-get", path=path, property=name) for name in ("vendor", "family", "model", "stepping")}


def qemu_clock(pc):
    """The clock's date now, as seconds of its day and the date."""
    t = pc.qmp.cmd("qom-get", path="/machine", property="rtc-time")
    return (t["tm_year"] + 1900, t["tm_mon"] + 1, t["tm_mday"]), t["tm_hour"] * 3600 + t["tm_min"] * 60 + t["tm_sec"]


def qemu_pic(pc):
    """Level-triggered lines, of both controllers."""
    level = {int(n): int(elcr, 16) for n, elcr in re.findall(r"pic(\d): .*elcr=([0-9a-f]+)", pc.qmp.hmp("info pic"))}
    return level.get(0, 0) | level.get(1, 0) << 8


def qemu_masks(pc):
    """Lines that are masked, of both controllers."""
    masks = {int(n): int(imr, 16) for n, imr in re.findall(r"pic(\d): .*imr=([0-9a-f]+)", pc.qmp.hmp("info pic"))}
    return masks[0] | masks[1] << 8


def qemu_cmos(pc, registers):
    """{register: byte}, read at the ports by QEMU itself."""
    found = {}
    for register in registers:
        pc.qmp.hmp(f"o/b 0x70 {register:#x}")
        found[register] = int(pc.qmp.hmp("i/b 0x71").split("=")[1], 16)
    return found


def qemu_devices(pc):
    """[(type, {property: text})] of the devices in QEMU's tree."""
    parts = re.split(r"^ *dev: ([^,]+), id .*$", pc.qmp.hmp("info qtree").replace("\r", ""), flags=re.M)[1:]
    return [(kind, dict(re.findall(r"^ *([\w-]+) = \"?([^\"\n]*?)\"?$", text, re.M))) for kind, text in zip(parts[::2], parts[1::2])]


# ---- the host's own tools


def sfdisk(path):
    """[(start, sectors, type)] of an image, as util-linux reads it."""
    text = subprocess.run(["/usr/sbin/sfdisk", "--json", str(path)], check=True, capture_output=True, text=True).stdout
    rows = json.loads(text)["partitiontable"].get("partitions", [])
    return sorted((p["start"], p["size"], int(p["type"], 16)) for p in rows)


# ---- Bochs


def bochs_cpuid(pc):
    """{leaf: eax, ebx, ecx, edx} of the log, in which Bochs writes what its processor will say."""
    with open(f"{pc.log}.bochs", encoding="utf-8", errors="replace") as f:
        rows = re.findall(r"CPUID\[0x([0-9a-f]{8})\]: ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8})", f.read())
    return {int(leaf, 16): tuple(int(r, 16) for r in regs) for leaf, *regs in rows}


# ---- Linux


def linux_configs(pc):
    """{name: the first 64 bytes of configuration space}."""
    text = pc.run("cd /sys/bus/pci/devices 2>/dev/null && for f in *; do "
                  "echo $f $(hexdump -v -n 64 -e '1/1 \"%02x\"' $f/config); done", 60)
    words = [line.split() for line in text.splitlines() if re.match(r"[0-9a-f]{4}:", line)]
    return {name: bytes.fromhex(config) for name, config in words}


def linux_identities(pc):
    """[words of IDENTIFY] of the devices that libata found, in its order; places without one have zeros."""
    text = pc.run("for f in /sys/class/ata_device/*/id; do echo @; cat $f; done 2>/dev/null", 60)
    tables = [re.findall(r"\b[0-9a-f]{4}\b", part) for part in text.split("@")[1:]]
    return [[int(w, 16) for w in words] for words in tables if len(words) == 256 and set(words) != {"0000"}]


def linux_memory(pc):
    """[(start, end, kind)] of the BIOS's map as Linux printed it."""
    rows = re.findall(r"BIOS-(?:e820|e801|88): \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] (\S.*)", pc.run("dmesg", 60))
    return [(int(a, 16), int(b, 16), kind.strip()) for a, b, kind in rows]


def linux_cpu(pc):
    """Of /proc/cpuinfo, by name."""
    return dict(re.findall(r"^([\w ]+?)\s*: (.*)$", pc.run("cat /proc/cpuinfo", 60), re.M))


def linux_serial(pc):
    """[(port, kind, line)] of the UARTs that Linux found."""
    rows = re.findall(r"uart:(\S+) port:([0-9A-F]+) irq:(\d+)", pc.run("cat /proc/tty/driver/serial", 60))
    return sorted((int(port, 16), kind, int(irq)) for kind, port, irq in rows if kind != "unknown")


def linux_acpi(pc):
    """{name: header} of the tables that Linux found by the RSDT; FACS is found by another way and has no header."""
    text = pc.run("cd /sys/firmware/acpi/tables 2>/dev/null && for f in [A-Z]*; do "
                  "test -f $f && echo $f $(hexdump -v -n 36 -e '1/1 \"%02x\"' $f); done", 60)
    rows = re.findall(r"^([A-Z]{4}\d*) ([0-9a-f]{72})", text, re.M)
    return {name: bytes.fromhex(header) for name, header in rows if name != "FACS"}


def cpuid_signature(regs):
    """Vendor, family, model, stepping of leaves 0 and 1."""
    vendor = struct.pack("<III", regs[0][1], regs[0][3], regs[0][2]).decode("latin-1")
    eax = regs[1][0]
    family, model = eax >> 8 & 15, eax >> 4 & 15
    if family in (6, 15):
        model |= eax >> 12 & 0xF0
    if family == 15:
        family += eax >> 20 & 255
    return {"vendor": vendor, "family": family, "model": model, "stepping": eax & 15}
