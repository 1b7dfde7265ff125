"""hwtest in each machine of cells.py beside what is known of that machine; the installed system in it."""
import dataclasses
import json
import os
import time

import compare
import pytest
import rooms
from cells import CELLS
from known import KNOWN
from vm import BUILD, truth

RESULTS = BUILD / "validate"
# From behind the clock's registers to what the report tells as a hash.
CMOS = range(0x0E, 0x38)


def by_qemu(lines, cell, pc, report, images):
    has = report.verdicts
    if "pci" in has:
        functions = truth.qemu_functions(pc) if cell.model != "isapc" else {}
        compare.pci_by_qemu(lines, report, functions)
    if "bios" in has:
        compare.bios(lines, report, pc.memory(0x400, 0x17), "QEMU")
    if "memmap" in has:
        compare.memmap(lines, report, truth.qemu_memory(pc), "QEMU")
    if "cpu" in has:
        compare.cpu(lines, report, truth.qemu_cpu(pc), "QEMU")
    if has.get("rtc") in ("works", "limited"):
        compare.clock(lines, report, truth.qemu_clock(pc))
        compare.cmos(lines, report, truth.qemu_cmos(pc, CMOS))
    if "irq" in has:
        compare.levels(lines, report, truth.qemu_pic(pc))
        compare.lines_masked(lines, report, truth.qemu_masks(pc))
    if has.get("vga", "absent") not in ("absent", "not run"):
        compare.video(lines, report, pc.memory(0x449, 0x40), "QEMU")
    if "network" in has:
        compare.cards(lines, report, truth.qemu_functions(pc) if cell.model != "isapc" else {})
    compare.devices_by_qemu(lines, report, truth.qemu_devices(pc))
    by_images(lines, cell, report, images, "QEMU")


def by_images(lines, cell, report, images, against):
    """What the attached files are: disks, their partitions, the CD."""
    has = report.verdicts
    if "ata" not in has:
        return
    disks = [] if cell.disk == "none" else [os.path.getsize(images.disk)]
    compare.ata_by_image(lines, report, disks, cell)
    if disks and "partitions" in has:
        compare.partitions_by_image(lines, report, truth.sfdisk(images.disk))
    if cell.cd and "atapi" in has:
        compare.cd_by_image(lines, report, os.path.getsize(images.cd), against)


def by_bochs(lines, cell, pc, report, images):
    has = report.verdicts
    if "pci" in has:
        lines.add("pci", "whether there is a bus", "the configuration", has["pci"] != "absent", cell.board != "none")
    if "bios" in has:
        compare.bios(lines, report, pc.memory(0x400, 0x17), "Bochs")
    if "memmap" in has:
        compare.memmap(lines, report, cell.mem << 20, "the configuration")
    if "cpu" in has:
        compare.cpu_by_bochs(lines, report, truth.bochs_cpuid(pc))
    if has.get("vga", "absent") not in ("absent", "not run"):
        compare.video(lines, report, pc.memory(0x449, 0x40), "Bochs")
    by_images(lines, cell, report, images, "the configuration")


def by_linux(lines, cell, report, pc):
    has = report.verdicts
    if "pci" in has:
        compare.pci_by_linux(lines, report, truth.linux_configs(pc))
    if "memmap" in has and not cell.linux_mem:
        compare.memmap_by_linux(lines, report, truth.linux_memory(pc))
    if "cpu" in has and not cell.linux_cpu:
        compare.cpu_by_linux(lines, report, truth.linux_cpu(pc))
    if "acpi" in has:
        compare.acpi_by_linux(lines, report, truth.linux_acpi(pc))
    if "serial" in has:
        compare.serial(lines, report, truth.linux_serial(pc))
    if "ata" in has:
        compare.ata_by_linux(lines, report, truth.linux_identities(pc))


def same_binary(lines, alone, there):
    """The same program under Linux: is the same there? How well it works depends on how busy the host is, and beside
    drivers much is only seen and not tried."""
    both = {p for p in alone.verdicts if "not run" not in (alone.verdicts[p], there.verdicts.get(p, "not run"))}
    for probe in sorted(both):
        lines.add(probe, "whether it is there", "hwtest under Linux", *(r.verdicts[probe] != "absent" for r in (alone, there)))


def explain(cell, lines):
    """Lines as dictionaries, differences with their cause; what is wrong with this cell."""
    rows, wrong, seen = [], [], set()
    for line in lines:
        row = dataclasses.asdict(line)
        if not line.same:
            entry = next((k for k in KNOWN if k.matches(cell.name, line)), None)
            row |= {"cause": entry.cause, "why": entry.why, "entry": KNOWN.index(entry)} if entry else {"cause": "unknown"}
            seen.add(entry)
            if not entry:
                wrong.append(f"{line.probe}: {line.what} ({line.against}): {line.ours} here, {line.theirs} there")
        rows.append(row)
    wrong += [f"known difference has disappeared: {k}" for k in KNOWN if k.always and k.matches_cell(cell.name) and k not in seen]
    return rows, wrong


def parameters():
    return [pytest.param(c, id=c.name, marks=[pytest.mark.short] if c.short else []) for c in CELLS]


@pytest.mark.parametrize("cell", parameters())
def test_cell(machine, tmp_path, cell):
    begin, lines, images, there = time.monotonic(), compare.Lines(), rooms.Images(tmp_path), None
    pc, alone = rooms.hwtest_alone(machine, cell, images)
    (by_bochs if cell.bochs else by_qemu)(lines, cell, pc, alone, images)
    pc.close()
    if not cell.bochs:
        pc = rooms.linux(machine, cell, images, tmp_path)
        by_linux(lines, cell, alone, pc)
        there = rooms.hwtest_in_linux(pc)
        same_binary(lines, alone, there)
        pc.close()
    booted = rooms.check_disk(machine, cell, images, tmp_path)
    rows, wrong = explain(cell, lines)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{cell.name}.json").write_text(json.dumps({
        "cell": dataclasses.asdict(cell), "build": alone.head["build"], "verdicts": alone.verdicts, "booted": booted,
        "in_linux": {p: [v, there.why[p][:1]] for p, v in there.verdicts.items()} if there else {},
        "seconds": round(time.monotonic() - begin), "lines": rows}, indent=1))
    assert not wrong, "\n".join(wrong)
