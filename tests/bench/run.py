#!/usr/bin/python3
"""run.py - oibench by Debian's Linux and by Oldiron in the same QEMU: a table of ratios, and docs/performance.md.

Each kernel is booted by the clock (--repeat times, the best of each figure counts) and once under `-icount shift=0`,
where a nanosecond of guest time is one instruction and the figures repeat whatever else the machine does.
A ratio is Linux's figure over Oldiron's (for MB/s the other way round): above 1, Oldiron is the faster.
"""
import argparse
import io
import math
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "abi"))
import sections  # noqa: E402
from guest import Guest, qemu_command  # noqa: E402

LINE = re.compile(r"^([a-z][a-z0-9_]*) ([0-9.]+) (ns|MB/s|KB)$", re.M)
# Without the RTC on the virtual clock, interrupts fall differently in each run.
ICOUNT = ["-icount", "shift=0,sleep=off", "-rtc", "base=2000-01-01T00:00:00,clock=vm"]
MEM = 128


def measure(kernel, append, initrd, extra, log, timeout):
    command = qemu_command(kernel, initrd, append, MEM, extra)
    guest = Guest(command, timeout, log, echo=False)
    if "# oibench: done" not in guest.text:
        print(f"run.py: {kernel}: {guest.status} before the end, see {log}", file=sys.stderr)
    for line in re.findall(r"^# .*failed.*$", guest.text, re.M):
        print(f"run.py: {kernel}: {line}", file=sys.stderr)
    return {name: (float(value), unit) for name, value, unit in LINE.findall(guest.text)}


def best(runs):
    """The fastest of several runs, figure by figure."""
    merged = {}
    for run in runs:
        for name, (value, unit) in run.items():
            if name in merged:
                value = (max if unit == "MB/s" else min)(value, merged[name][0])
            merged[name] = (value, unit)
    return merged


def ratio(linux, ours, name):
    if name not in linux or name not in ours or not linux[name][0] or not ours[name][0]:
        return None
    value = linux[name][0] / ours[name][0]
    return 1 / value if linux[name][1] == "MB/s" else value


def geometric_mean(values):
    values = [v for v in values if v]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else float("nan")


def cell(value, digits=0):
    return "-" if value is None else f"{value:.{digits}f}"


def table(results):
    """Rows of (name, unit, Linux ns, Oldiron ns, ratio, Linux instructions, Oldiron instructions, ratio)."""
    rows = []
    for name, (_, unit) in results["linux", "icount"].items():
        if unit == "KB":
            continue
        row = [name, unit]
        for mode in ("wall", "icount"):
            linux, ours = results["linux", mode], results["oldiron", mode]
            row += [linux.get(name, (None,))[0], ours.get(name, (None,))[0], ratio(linux, ours, name)]
        rows.append(row)
    return rows


HEAD = ("benchmark", "unit", "Linux, clock", "Oldiron, clock", "ratio", "Linux, icount",
        "Oldiron, icount", "ratio")


def print_rows(rows, out):
    print("| " + " | ".join(HEAD) + " |", file=out)
    print("|---|---|" + "---:|" * 6, file=out)
    for name, unit, *rest in rows:
        cells = [cell(v, 2 if i % 3 == 2 else (1 if v is not None and v < 100 else 0))
                 for i, v in enumerate(rest)]
        print(f"| {name} | {unit} | " + " | ".join(cells) + " |", file=out)
    means = [geometric_mean(row[4] for row in rows), geometric_mean(row[7] for row in rows)]
    print(f"| **geometric mean** | | | | **{means[0]:.2f}** | | | **{means[1]:.2f}** |", file=out)


def print_memory(results, out):
    for name, label in (("memory_used", "total less available"), ("memory_not_free", "total less free"),
                        ("memory_total", "total the kernel gives out")):
        linux, ours = (results[who, "icount"].get(name, (None,))[0] for who in ("linux", "oldiron"))
        print(f"| {label} | {cell(linux)} | {cell(ours)} |", file=out)


def slower(rows):
    return [row[0] for row in rows if row[7] is not None and row[7] < 0.995]


def report(rows, results, args, out):
    qemu = subprocess.run(["qemu-system-i386", "--version"], capture_output=True, text=True,
                          check=True).stdout.splitlines()[0]
    version = pathlib.Path(args.linux).with_name("version")
    linux = version.read_text().strip() if version.exists() else args.linux
    print("## System calls: `make bench`\n", file=out)
    print(f"- {qemu}, TCG, `-M pc -m {MEM}`; Linux is {linux} with `mitigations=off`.", file=out)
    print(f"- Both kernels boot the same initramfs, whose init is `tests/bench` (one static i486 program). By the "
          f"clock: the best of {args.repeat} boots. By instruction count: `{' '.join(ICOUNT)}`, where a nanosecond "
          "is one instruction.\n- ns is the time of one operation, best of five batches. A ratio above 1 means that "
          "Oldiron is faster.\n", file=out)
    print_rows(rows, out)
    print("\n### Memory after boot, KB\n\n| | Linux | Oldiron |\n|---|---:|---:|", file=out)
    print_memory(results, out)
    late = slower(rows)
    print(f"\nSlower than Linux by instruction count: {', '.join(late) if late else 'none'}.", file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("linux", "oldiron", "initrd", "logs", "report"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=900)
    args = parser.parse_args()
    append = "console=ttyS0 panic=-1 quiet"
    kernels = {"linux": (args.linux, append + " mitigations=off no_timer_check"), "oldiron": (args.oldiron, append)}
    if args.oldiron == args.linux:
        kernels["oldiron"] = kernels["linux"]
    results = {}
    for mode, extra, repeat in (("wall", [], args.repeat), ("icount", ICOUNT, 1)):
        runs = {who: [] for who in kernels}
        for i in range(repeat):
            for who, (kernel, line) in kernels.items():
                log = f"{args.logs}/bench-{who}-{mode}-{i}.log"
                runs[who].append(measure(kernel, line, args.initrd, extra, log, args.timeout))
        for who in kernels:
            results[who, mode] = best(runs[who])
    rows = table(results)
    text = io.StringIO()
    report(rows, results, args, text)
    print(text.getvalue())
    sections.replace(args.report, "make bench", text.getvalue())
    return 0 if rows and all(row[7] is not None for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
