#!/usr/bin/python3
"""run.py - power cuts: a machine works on an ext2, is killed at a random moment, and what is on its disk
then is looked at. From the log of its drive's writes come more disks: those that a drive with a write
cache could have left at any moment of the run.

A run is one machine, killed. It is repeated by its seed, but for when exactly each process ran. What
fails is kept, with the log, in build/powercut/SEED.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]
import checker  # noqa: E402
import disk  # noqa: E402
import writelog  # noqa: E402
from vm import Qemu, artefact  # noqa: E402
from vm.paths import BUILD  # noqa: E402

LONGEST = 2.5  # seconds of work before the machine is killed
CUTS_OF_A_LOG = 4


def machine(image, log, seed):
    drive = (f"if=none,id=d,driver=blklogwrites,log-sector-size=512,discard=unmap,"
             f"file.driver=file,file.discard=unmap,file.filename={image},"
             f"log.driver=file,log.filename={log}")
    return Qemu(mem=32, kernel=artefact("oldiron.elf"), initrd=artefact("tests/powercut.cpio.gz"),
                append=f"console=ttyS0,115200 powercut={seed}",
                extra=["-drive", drive, "-device", "ide-hd,drive=d,bus=ide.0"])


def work(image, log, seed):
    """A machine that works until it is killed."""
    rng = random.Random(seed)
    with machine(image, log, seed) as pc:
        pc.expect("powercut: begins", 60)
        try:
            pc.proc.wait(0.1 + rng.random() * LONGEST)
        except Exception:  # the usual case: it works still
            pass
        pc.proc.kill()
        pc.proc.wait()
        said = pc.serial.text()
    if "FAIL" in said or "EXT2-fs (hda1): error" in said or "panic" in said:
        raise AssertionError(said[-2000:])


def look(image, records, folder, before, block):
    with open(image, "rb") as f:
        if disk.outside(f.read()) != before:
            return ["something outside the partitions was changed"]
    return checker.faults(image, records, folder, block)


def cuts_of_log(entries, base, layout, seed, folder):
    """Disks that the drive's cache could have left."""
    before = disk.outside(base)
    first = next((i for i, e in enumerate(entries) if disk.REPORT_START <= e.sector), 0)
    for i in range(CUTS_OF_A_LOG):
        rng = random.Random(f"{seed}/{i}")
        cut = rng.randrange(first, len(entries) + 1)
        image = os.path.join(folder, "cut")
        with open(image, "wb") as f:
            f.write(writelog.after_cut(base, entries, cut, rng, layout.block, disk.FS_START))
        faults = look(image, checker.records_of_log(entries, cut), folder, before, layout.block)
        if faults:
            return cut, i, faults
    return None


def keep(folder, seed):
    place = BUILD / "powercut" / str(seed)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in ("disk", "log", "base", "cut", "fs"):
        if os.path.exists(os.path.join(folder, name)):
            shutil.copy(os.path.join(folder, name), place)
    return place


def run(seed):
    """One machine; the fault, or None."""
    with tempfile.TemporaryDirectory(prefix="powercut-", dir="/dev/shm") as folder:
        image, log, base = (os.path.join(folder, n) for n in ("disk", "log", "base"))
        layout = disk.make(image, seed)
        shutil.copy(image, base)
        open(log, "wb").close()
        try:
            work(image, log, seed)
        except AssertionError as error:
            return f"{error}\nkept in {keep(folder, seed)}"
        with open(base, "rb") as f:
            base_data = f.read()
        with open(image, "rb") as f:
            records = checker.records_of_image(f.read())
        faults = look(image, records, folder, disk.outside(base_data), layout.block)
        if faults:
            return f"killed: {faults[0]}\nkept in {keep(folder, seed)}"
        bad = cuts_of_log(writelog.read(log), base_data, layout, seed, folder)
        if bad:
            return f"cut {bad[1]}, behind write {bad[0]}: " + "\n".join(bad[2][:4]) + f"\nkept in {keep(folder, seed)}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    seeds = range(args.seed, args.seed + args.cuts)
    bad = 0
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        for seed, fault in zip(seeds, pool.map(run, seeds)):
            print(f"seed {seed} {' '.join(disk.KINDS[seed % len(disk.KINDS)])}: {fault or 'whole'}", flush=True)
            bad += fault is not None
    print(f"{args.cuts} machines killed, {args.cuts * CUTS_OF_A_LOG} cuts of their drives' caches: {bad} with faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
