#!/usr/bin/python3
"""run.py - oidisk by Debian's Linux and by Oldiron in the same QEMU with the same disks, by DMA, by PIO and by AHCI.

By the clock each is booted --repeat times in turn and the best of each figure counts; by PIO --repeat-pio times, as there nearly
all the time is the emulator's, the same for both, and only the best of many shows what is left. Instructions are counted once, by QEMU's
plugin between the program's marks (tests/bench/plugin): all the machine's, without the time it waits for its disk. A ratio
is Linux's figure over Oldiron's: above 1, Oldiron is the faster. With --limit it is a test: 1 when Oldiron needs more than
so many times Linux's instructions anywhere.
"""
import argparse
import io
import math
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2] / "abi")]
import sections  # noqa: E402
from guest import Guest, qemu_command  # noqa: E402

LINE = re.compile(r"^([a-z][a-z0-9_]*) ([0-9]+) operations ([0-9]+) ns$", re.M)
# The guest's clock goes by instructions, so the timer interrupts as often whatever the host does; while it waits for its
# disk, by the host's clock.
ICOUNT = ["-icount", "shift=0,sleep=on", "-rtc", "base=2000-01-01T00:00:00,clock=vm"]
MEM = 64
# O_DIRECT goes through pages of its own here (kernel/fs/bdev/direct.c); with a controller as cheap as AHCI the copy shows.
ALLOWED = {("ahci", "raw_read_direct"): 1.6, ("ahci", "raw_write_direct"): 1.6}
PIO = {"linux": "libata.dma=0", "oldiron": "nodma"}


def attach(mode, number, path):
    """The options for a disk: on PIIX3's two channels, or on two ports of an AHCI controller."""
    drive = f"media=disk,format=raw,cache=unsafe,file={path}"
    if mode != "ahci":
        return ["-drive", f"if=ide,index={2 * number},{drive}"]
    controller = [] if number else ["-device", "ich9-ahci,id=ahci"]
    return [*controller, "-drive", f"if=none,id=disk{number},{drive}", "-device", f"ide-hd,bus=ahci.{number},drive=disk{number}"]


def make_images(folder, mode, args):
    """The raw disk and the one with ext2, empty each time."""
    raw, fs = f"{folder}/raw.img", f"{folder}/ext2.img"
    for path, mb in ((raw, args.mb + 16), (fs, args.mb * 2 + 32 + args.files // 60)):
        with open(path, "wb") as out:
            out.truncate(mb << 20)
    subprocess.run(["/usr/sbin/mke2fs", "-q", "-t", "ext2", "-b", str(args.block), "-N", str(args.files * 3 + 4096),
                    "-E", "lazy_itable_init=0", "-F", fs], check=True)
    return [option for number, path in enumerate((raw, fs)) for option in attach(mode, number, path)]


def command_line(who, mode, args):
    """The kernel's: sizes of the benchmark and how to transfer."""
    line = f"console=ttyS0 panic=-1 quiet oidisk.mb={args.mb} oidisk.files={args.files} oidisk.random={args.random}"
    if args.only:
        line += f" oidisk.only={args.only}"
    elif mode == "pio":
        line += " oidisk.only=raw,file,dir"
    if mode == "pio":
        line += " " + PIO[who]
    return line + (" mitigations=off no_timer_check" if who == "linux" else "")


def plugin_options(who, mode, args):
    counts = f"{args.logs}/bench-disk-{who}-{mode}.counts"
    option = f"{args.plugin},out={counts}"
    if args.profile:
        option += f",profile={args.logs}/bench-disk-{who}-{mode}.profile,first={args.profile},last={args.profile}"
    return counts, ["-plugin", option]


def run(who, mode, extra, log, args):
    """{name: (operations, ns)} as the guest printed them, in order."""
    with tempfile.TemporaryDirectory(prefix="oidisk-", dir=args.images) as folder:
        command = qemu_command(getattr(args, who), getattr(args, who + "_initrd"), command_line(who, mode, args), MEM,
                               extra + make_images(folder, mode, args))
        guest = Guest(command, args.timeout, log, echo=False)
    if "# oidisk: done" not in guest.text:
        print(f"run.py: {who} {mode}: {guest.status} before the end, see {log}", file=sys.stderr)
    return {name: (int(operations), int(ns)) for name, operations, ns in LINE.findall(guest.text)}


def repeats(mode, args):
    return args.repeat_pio if mode == "pio" and args.repeat else args.repeat


def by_clock(kernels, mode, args):
    """The best of each figure by kernel. They take turns, so that a host that is busy for a while is so for both."""
    best = {who: {} for who in kernels}
    for i in range(repeats(mode, args)):
        for who in kernels:
            log = f"{args.logs}/bench-disk-{who}-{mode}-clock{i}.log"
            for name, (operations, ns) in run(who, mode, [], log, args).items():
                best[who][name] = min(ns / operations, best[who].get(name, math.inf))
    return best


def by_count(who, mode, args):
    """Instructions of one operation: the plugin's n-th count belongs to the n-th line."""
    counts, plugin = plugin_options(who, mode, args)
    done = run(who, mode, ICOUNT + plugin, f"{args.logs}/bench-disk-{who}-{mode}-icount.log", args)
    values = [int(text) for text in pathlib.Path(counts).read_text().split()]
    return {name: value / operations for (name, (operations, _)), value in zip(done.items(), values)}


def ratio(linux, ours, name):
    return linux[name] / ours[name] if linux.get(name) and ours.get(name) else None


def cell(value, digits=0):
    return "-" if value is None else f"{value:.{digits}f}"


def geometric_mean(values):
    values = [v for v in values if v]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def print_table(mode, results, out):
    linux, ours = ({how: results[who, mode, how] for how in ("clock", "count")} for who in ("linux", "oldiron"))
    print(f"\n| by {mode.upper()} | Linux, ns | Oldiron, ns | ratio | Linux, instructions | Oldiron, instructions | "
          "ratio |\n|---|" + "---:|" * 6, file=out)
    ratios = {"clock": [], "count": []}
    for name in linux["count"]:
        cells = []
        for how in ("clock", "count"):
            ratios[how].append(ratio(linux[how], ours[how], name))
            cells += [cell(linux[how].get(name)), cell(ours[how].get(name)), cell(ratios[how][-1], 2)]
        print(f"| {name} | " + " | ".join(cells) + " |", file=out)
    means = [cell(geometric_mean(ratios[how]), 2) for how in ("clock", "count")]
    print(f"| **geometric mean** | | | **{means[0]}** | | | **{means[1]}** |", file=out)


def worse(results, modes, limit, how="count", allowed=None):
    """(mode, name, how many times Linux's instructions or nanoseconds), where that is more than `limit`."""
    found = []
    for mode in modes:
        linux, ours = results["linux", mode, how], results["oldiron", mode, how]
        for name, value in linux.items():
            factor = ours.get(name, math.inf) / value
            if factor > (allowed or {}).get((mode, name), limit):
                found.append((mode, name, factor))
    return found


def report(results, args, modes, out):
    qemu = subprocess.run(["qemu-system-i386", "--version"], capture_output=True, text=True,
                          check=True).stdout.splitlines()[0]
    version = pathlib.Path(args.linux).with_name("version")
    print(f"## Disks: `{args.section}`\n", file=out)
    where = " and ".join(sorted({"an AHCI controller" if mode == "ahci" else "PIIX3" for mode in modes}, reverse=True))
    print(f"- {qemu}, TCG, `-M pc -m {MEM}`, two disks of {where}, raw images with `cache=unsafe`; Linux is "
          f"{version.read_text().strip() if version.exists() else args.linux} with `mitigations=off`, libata and ext4's "
          "driver for ext2.", file=out)
    print(f"- {args.mb} MB of sequential data, {args.random} random accesses of 4 KB, {args.files} files; ext2 with "
          f"blocks of {args.block}." + (f" PIO is `{PIO['linux']}` and `{PIO['oldiron']}`." if "pio" in modes else ""), file=out)
    print("- Figures are of one operation: 4 KB, or a file. Cold: mounted anew and all caches dropped. Writes end with "
          "fsync or sync, but for those called create, cached or unlink_warm.", file=out)
    boots = " and ".join(f"{repeats(mode, args)} boots by {mode.upper()}" for mode in modes)
    print(f"- By the clock: the best of {boots}, the kernels in turn. Instructions: all that the machine executes between "
          f"beginning and end, under `{' '.join(ICOUNT)}`, without its waiting. A ratio above 1 means that Oldiron is "
          "faster.", file=out)
    for mode in modes:
        print_table(mode, results, out)
    for how, what in (("count", "More instructions than Linux"), ("clock", "Slower than Linux by the clock")):
        late = ", ".join(f"{name} by {mode.upper()} ({factor:.2f} times)" for mode, name, factor in
                         worse(results, modes, 1.005, how))
        print(f"\n{what}: {late if late else 'none'}.", file=out)


def judge(results, modes, args):
    failed = [f"{name} by {mode}: {factor:.2f} times Linux's instructions" for mode, name, factor in
              worse(results, modes, args.limit or math.inf, allowed=ALLOWED if args.limit else None)]
    failed += [f"{who} by {mode}: no figures" for who in ("linux", "oldiron") for mode in modes
               if not results[who, mode, "count"]]
    for line in failed:
        print(f"run.py: {line}", file=sys.stderr)
    return 1 if failed else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("linux", "linux-initrd", "oldiron", "oldiron-initrd", "plugin", "logs"):
        parser.add_argument("--" + name, required=True)
    for name, standard in (("mb", 16), ("files", 10000), ("random", 1000), ("block", 4096), ("repeat", 6), ("repeat-pio", 30)):
        parser.add_argument("--" + name, type=int, default=standard)
    parser.add_argument("--report", help="the file whose part about disks is replaced")
    parser.add_argument("--section", default="make bench-disk", help="its name: the command that writes it")
    parser.add_argument("--limit", type=float, help="fail when Oldiron needs more times Linux's instructions")
    parser.add_argument("--modes", default="dma,pio")
    parser.add_argument("--only", help="tables: raw,file,dir,tree")
    parser.add_argument("--images", help="folder for the disks, best in memory")
    parser.add_argument("--timeout", type=float, default=1800)
    parser.add_argument("--profile", type=int, help="the n-th benchmark's instructions by address, for profile.py")
    parser.add_argument("--who", default="linux,oldiron")
    return parser.parse_args()


def main():
    args = arguments()
    modes = args.modes.split(",")
    if not args.images and pathlib.Path("/dev/shm").is_dir():
        args.images = "/dev/shm"
    results = {}
    kernels = args.who.split(",")
    for mode in modes:
        clock = by_clock(kernels, mode, args)
        for who in ("linux", "oldiron"):
            results[who, mode, "count"] = by_count(who, mode, args) if who in kernels else {}
            results[who, mode, "clock"] = clock.get(who, {})
    text = io.StringIO()
    report(results, args, modes, text)
    print(text.getvalue())
    if args.report:
        sections.replace(args.report, args.section, text.getvalue())
    return judge(results, modes, args)


if __name__ == "__main__":
    sys.exit(main())
