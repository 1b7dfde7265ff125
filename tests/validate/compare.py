"""compare - what a probe found beside what is known of the machine from outside.

Each function adds lines (probe, what, against, same, ours, theirs). `what` names one thing that can agree or
differ; nothing here knows what a machine should have, only what the other side says of it.
"""
import dataclasses
import struct

from vm import truth

# What a system sets by itself in configuration space, and what says something of the moment.
SET_BY_SYSTEMS = {
    0x04: "command", 0x05: "command", 0x06: "status", 0x07: "status", 0x0C: "cache line size",
    0x0D: "latency timer", 0x3C: "interrupt line", 0x3E: "bridge control", 0x3F: "bridge control",
}


@dataclasses.dataclass
class Line:
    probe: str
    what: str
    against: str
    same: bool
    ours: str
    theirs: str


class Lines(list):
    def add(self, probe, what, against, ours, theirs):
        self.append(Line(probe, what, against, ours == theirs, str(ours), str(theirs)))


# ---- PCI


def regions(config):
    """{register number: (is I/O, base)} of what is decoded."""
    found, at = {}, 0
    while at < (2 if config[0x0E] & 0x7F == 1 else 6):
        raw = struct.unpack_from("<I", config, 0x10 + 4 * at)[0]
        base = raw & (0xFFFFFFFC if raw & 1 else 0xFFFFFFF0)
        if base:
            found[at] = (bool(raw & 1), base)
        at += 2 if not raw & 1 and raw & 6 == 4 else 1
    return found


def qemu_regions(dev):
    """QEMU says -1, or all ones of 32 bits, of what is not decoded; 6 is the ROM."""
    return {r["bar"]: (r["type"] == "io", r["address"]) for r in dev["regions"]
            if r["bar"] < 6 and r["address"] not in (-1, 0xFFFFFFFF)}


def identity(config):
    vendor, device = struct.unpack_from("<HH", config, 0)
    return vendor, device, struct.unpack_from("<H", config, 10)[0]


def pci_by_qemu(lines, report, functions):
    ours = report.bytes_of("pci", "config")
    lines.add("pci", "which functions", "QEMU", sorted(ours), sorted(functions))
    for name in sorted(set(ours) & set(functions)):
        dev, config = functions[name], ours[name]
        ids = (dev["id"]["vendor"], dev["id"]["device"], dev["class_info"]["class"])
        lines.add("pci", f"{name} identity", "QEMU", identity(config), ids)
        decoded = {n: r for n, r in regions(config).items() if config[4] & (1 if r[0] else 2)}
        lines.add("pci", f"{name} ranges", "QEMU", decoded, qemu_regions(dev))
        if dev.get("irq") and dev["qdev_id"] is not None:
            lines.add("pci", f"{name} interrupt line", "QEMU", config[0x3C], dev["irq"])


def pci_by_linux(lines, report, configs):
    """Byte for byte; registers that systems set are lines of their own."""
    ours = report.bytes_of("pci", "config")
    lines.add("pci", "which functions", "Linux", sorted(ours), sorted(configs))
    for name in sorted(set(ours) & set(configs)):
        differ = [at for at in range(64) if ours[name][at] != configs[name][at]]
        rest = [at for at in differ if at not in SET_BY_SYSTEMS]
        lines.add("pci", f"{name} header", "Linux", *([b[at:at + 1].hex() for at in rest] for b in (ours[name], configs[name])))
    for register in sorted(set(SET_BY_SYSTEMS.values())):
        at = [n for n, r in SET_BY_SYSTEMS.items() if r == register]
        values = [{name: bytes(c[name][n] for n in at).hex() for name in sorted(set(ours) & set(configs))} for c in (ours, configs)]
        lines.add("pci", f"register: {register}", "Linux", *values)


# ---- memory, processor, board


def bios(lines, report, memory, against):
    """All of the data area but the clock's and the keyboard's counters."""
    lines.add("bios", "data area", against, report.value("bios", "", "bda")[:0x17].hex(), memory[:0x17].hex())


def map_of(report):
    """[(start, end, type)] as the BIOS told the kernel."""
    rows = [tuple(report.value("memmap", of, k) for k in ("start", "end", "type")) for of in report.subjects("memmap")]
    return sorted((start, end) for start, end, kind in rows if kind and "RAM" in kind)


def memmap(lines, report, size, against):
    """RAM lacks what the BIOS keeps and the hole below 1 MB: less than 2 MB in all."""
    ram = sum(end - start + 1 for start, end in map_of(report))
    lines.add("memmap", "amount, to 2 MB", against, 0 <= size - ram < 2 << 20, True)


def memmap_by_linux(lines, report, rows):
    theirs = sorted((start, end) for start, end, kind in rows if kind == "usable")
    lines.add("memmap", "RAM of the BIOS's map", "Linux", map_of(report), theirs)


def leaves(report):
    """{leaf: registers}; the subject is the leaf, and those with a point are further parts of one."""
    return {int(of, 16): struct.unpack("<4I", data) for of, data in report.bytes_of("cpu", "cpuid").items() if "." not in of}


def cpu(lines, report, signature, against):
    ours = truth.cpuid_signature(leaves(report))
    for key in sorted(signature):
        lines.add("cpu", key, against, ours[key], signature[key])


def cpu_by_linux(lines, report, info):
    ours = truth.cpuid_signature(leaves(report))
    theirs = {"vendor": info["vendor_id"], "family": int(info["cpu family"]), "model": int(info["model"]),
              "stepping": int(info["stepping"])}
    for key in sorted(theirs):
        lines.add("cpu", key, "Linux", ours[key], theirs[key])


def cpu_by_bochs(lines, report, rows):
    ours = leaves(report)
    for leaf in sorted(set(rows) & set(ours) & {0, 1}):
        # The number of the processor's own APIC, and flags that follow CR4, are not in the log.
        masks = (0xFFFFFFFF,) * 4 if leaf == 0 else (0xFFFFFFFF, 0x0000FFFF, 0xF7FFFFFF, 0xFFFFFDFF)
        lines.add("cpu", f"leaf {leaf}", "Bochs' log", *(tuple(f"{r & m:08x}" for r, m in zip(regs, masks)) for regs in (ours[leaf], rows[leaf])))


def clock(lines, report, clock_now):
    """The same day, and not later than QEMU's, which is asked afterwards, nor much earlier."""
    date, time = report.value("rtc", "", "date").split()
    day = tuple(int(n) for n in date.split("-"))
    hour, minute, second = (int(n) for n in time.split(":"))
    passed = clock_now[1] - (hour * 3600 + minute * 60 + second)
    lines.add("rtc", "date", "QEMU", day, clock_now[0])
    lines.add("rtc", "time, to 15 minutes", "QEMU", 0 <= passed < 900, True)


def lines_masked(lines, report, masked):
    lines.add("irq", "masked lines", "QEMU", report.value("irq", "", "masked"), masked)


def cmos(lines, report, registers):
    """From 0x0E on: those before are the time and what changes by being read. The report tells some as a hash."""
    ours = report.value("rtc", "", "registers")
    lines.add("rtc", "CMOS memory", "QEMU", *({n: values[n] for n in sorted(registers)} for values in (ours, registers)))


def acpi_by_linux(lines, report, tables):
    """Headers but for the sum, which follows from where the tables are, and that from the amount of memory."""
    tables_here = {of: report.value("acpi", of, "table") for of in report.subjects("acpi") if of != "RSDT"}
    ours = [t[:9] + t[10:36] for t in tables_here.values() if t]
    lines.add("acpi", "headers of tables", "Linux", *(sorted(h.hex() for h in hs) for hs in (ours, [t[:9] + t[10:] for t in tables.values()])))


# ---- devices

ADAPTERS = ("VGA", "isa-vga", "cirrus-vga", "isa-cirrus-vga", "vmware-svga")
# QEMU's name of a drive, and what the set-up's memory has for it.
FLOPPIES = {"120": 2, "144": 4, "288": 5}


def devices_by_qemu(lines, report, devices):
    has, kinds = report.verdicts, {kind for kind, _ in devices}
    present = {probe: has[probe] != "absent" for probe in ("ps2", "floppy", "vga") if has.get(probe, "not run") != "not run"}
    for probe, any_of in (("ps2", ("i8042",)), ("floppy", ("isa-fdc",)), ("vga", ADAPTERS)):
        if probe in present:
            lines.add(probe, "whether it is there", "QEMU", present[probe], bool(kinds & set(any_of)))
    if "serial" in has:
        ports = sorted(int(p["iobase"].split()[0]) for kind, p in devices if kind == "isa-serial")
        lines.add("serial", "ports", "QEMU", sorted(report.value("serial", of, "port") for of in report.subjects("serial")), ports)
    if present.get("floppy"):
        floppies(lines, report, [p for kind, p in devices if kind == "floppy"])


def floppies(lines, report, drives):
    types, told = [0, 0], report.value("floppy", "", "cmos-types")
    for drive in drives:
        types[int(drive["unit"].split()[0])] = FLOPPIES[drive["drive-type"]]
    lines.add("floppy", "kinds of drives", "QEMU", [told >> 4, told & 15], types)


def video(lines, report, memory, against):
    """The BIOS's data on the adapter, but for the page in use and the cursor's place, which a system may keep there."""
    ours = report.value("vga", "", "bios")
    lines.add("vga", "the BIOS's data", against, *((d[:5] + d[0x17:len(ours)]).hex() for d in (ours, memory)))


def cards(lines, report, functions):
    """Network cards on PCI, by class 2."""
    seen = [of for of in report.subjects("network") if ":" in of]
    lines.add("network", "cards on PCI", "QEMU", sorted(seen), sorted(n for n, d in functions.items() if d["class_info"]["class"] >> 8 == 2))


def levels(lines, report, level):
    lines.add("irq", "level-triggered lines", "QEMU", report.value("irq", "", "level"), level)


def serial(lines, report, ports):
    """A port that the console's driver has is known by what that says."""
    ours = {report.value("serial", of, "port"): report.value("serial", of, "chip") or report.value("serial", of, "driver-chip")
            for of in report.subjects("serial")}
    lines.add("serial", "ports and chips", "Linux", sorted((port, chip) for port, chip in ours.items() if chip != "none"),
              [(port, kind) for port, kind, _ in ports])


# ---- disks


def ours_identities(report):
    """{subject: words}, serial numbers blanked as the report has them."""
    found = report.bytes_of("ata", "identify")
    return {of: list(struct.unpack("<256H", data)) for of, data in found.items()}


def without_serial(words):
    """What systems set, and what is told as a hash: words 10 to 19, 108 to 115, 176 to 205; modes that are set, 59, 62, 63, 85 to 88."""
    left = {*range(10, 20), *range(108, 116), *range(176, 206), 59, 62, 63, 85, 86, 87, 88}
    return [w for i, w in enumerate(words) if i not in left]


def ata_by_linux(lines, report, identities):
    ours, theirs = ours_identities(report), [without_serial(w) for w in identities]
    lines.add("ata", "number of devices", "Linux", len(ours), len(theirs))
    for of, words in sorted(ours.items()):
        lines.add("ata", f"{of} IDENTIFY", "Linux", without_serial(words) in theirs, True)


def capacity(words):
    return (words[60] | words[61] << 16) * 512


def ata_by_image(lines, report, blocks, cell):
    """The size of each disk that was attached is that of one that was found, and no other is."""
    packets = {of for of in report.subjects("ata") if report.value("ata", of, "kind") == "packet"}
    ours = sorted(capacity(w) for of, w in ours_identities(report).items() if of not in packets)
    lines.add("ata", "sizes of disks", "QEMU" if not cell.bochs else "the image", ours, sorted(blocks))
    lines.add("ata", "number of packet devices", "QEMU" if not cell.bochs else "the configuration", len(packets), int(cell.cd))


def partitions_by_image(lines, report, table, against="sfdisk"):
    """Start, length and type of each partition of the disk."""
    subjects = [of for of in report.subjects("partitions") if report.value("partitions", of, "start") is not None]
    ours = [(*(report.value("partitions", of, k) for k in ("start", "count")), int(report.value("partitions", of, "type"), 16)) for of in subjects]
    lines.add("partitions", "start, length, type", against, sorted(ours), table)


def cd_by_image(lines, report, size, against):
    """READ CAPACITY: the last block's number and its length, big endian."""
    data = list(report.bytes_of("atapi", "capacity").values())
    sizes = [(last + 1) * length for last, length in (struct.unpack(">II", d) for d in data)]
    lines.add("atapi", "size of the disc", against, sizes, [size])
