#!/usr/bin/python3
"""cuts.py - an installation beside other systems, cut off at every write.

One unattended installation runs with its disk's writes in a log (QEMU's blklogwrites). From that log come the disks that
a power cut would have left: behind every sector of every write that is not the contents of a new partition (undo
record, journal, table, GRUB's sectors), behind some of the other writes, and at each of these moments once more with a
part of what the drive had not flushed yet missing. For each of them, on this host:

  - no sector of a foreign partition, and none that was not announced, has changed;
  - sfdisk sees every foreign partition as it was;
  - oldiron-undo puts every sector outside the new partitions back, or says that it has nothing to put back and all of
    them are as they were.

At one moment of each kind one machine starts the medium and runs oldiron-undo there, and another starts it again with
the same answers, ends the installation, and starts from the disk. What fails is kept in build/install-cuts/LAYOUT.
"""
import argparse
import collections
import concurrent.futures
import ctypes
import hashlib
import mmap
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "system"), str(HERE.parent / "powercut")]
import installing as inst  # noqa: E402
import writelog  # noqa: E402
from vm import diskimage  # noqa: E402
from vm.paths import BUILD  # noqa: E402

SECTOR = inst.SECTOR
UNDO = BUILD / "installer" / "oldiron-undo"
INSIDE_SAMPLES = 60
KEPT = 4  # disks with faults
FAT_START, SIZE, DISK = 2048, 40960, 200000
EXT2_START = {"primary": 45056, "logical": 45056, "gpt": 43008}
TABLES = {
    "primary": "label: dos\nlabel-id: 0x12345678\nstart=2048, size=40960, type=6, bootable\n"
               "start=43008, size=43008, type=5\nstart=45056, size=40960, type=83\n",
    "logical": "label: dos\nlabel-id: 0x12345678\nstart=2048, size=40960, type=6, bootable\n"
               "start=43008, size=156000, type=5\nstart=45056, size=40960, type=83\n",
    "gpt": "label: gpt\nstart=2048, size=40960, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n"
           "start=43008, size=40960, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4\n",
}
SMALL = dict(inst.BESIDE, groups="none", swap="8M")
ANSWERS = {
    "primary": SMALL,
    "logical": dict(SMALL, logical="logical"),
    "gpt": dict(SMALL, logical=None, free=None),
}


# ---- whole disks in memory: hundreds of them are compared, so nothing of them is copied for that

libc = ctypes.CDLL(None)
libc.memcmp.argtypes = libc.memmove.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


def address(memory):
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def same(one, other, first, end):
    """The sectors [first, end) of two disks."""
    at = first * SECTOR
    return libc.memcmp(address(one) + at, address(other) + at, (end - first) * SECTOR) == 0


class DiskFile:
    """A disk that other programs see as a file."""

    def __init__(self, path):
        self.path = path
        with open(path, "w+b") as f:
            f.truncate(DISK * SECTOR)
            self.memory = mmap.mmap(f.fileno(), 0)

    def fill(self, image):
        libc.memmove(address(self.memory), address(image), DISK * SECTOR)


def make_disk(path, layout):
    """A FAT16 and an ext2 with files in them, and something in every other sector."""
    with open(path, "wb") as f:
        f.truncate(DISK * SECTOR)
        for lba in range(2048, DISK - 2048, 2048):
            f.seek(lba * SECTOR)
            f.write(hashlib.shake_256(f"{layout}/{lba}".encode()).digest(2048 * SECTOR))
    diskimage.run("sfdisk", "-q", "--no-reread", "--wipe", "never", path, input=TABLES[layout])
    diskimage.run("mkfs.fat", "-F", "16", "-n", "DOS", "--offset", FAT_START, path, SIZE // 2)
    with tempfile.TemporaryDirectory() as tree:
        diskimage.make_tree(tree)
        diskimage.run("mke2fs", "-q", "-F", "-t", "ext2", "-d", tree, "-E", f"offset={EXT2_START[layout] * SECTOR}", path,
                      f"{SIZE // 2}k")


def starter(machines):
    def start(kind, **kwargs):
        machines.append(kind(**kwargs))
        return machines[-1]
    return start


def install_on(disks, answers):
    """A machine of its own; what the installer said."""
    machines = []
    try:
        return inst.install(inst.live(starter(machines), disks, answers))
    finally:
        for pc in machines:
            pc.close()


def announced(text):
    """[(first, end, reason)] of the sectors that the consent's text names."""
    rows = re.findall(r"^  sectors? (\d+)(?:-(\d+))? +\d+ bytes  (.*)", text, re.MULTILINE)
    return [(int(first), int(last or first) + 1, reason.strip()) for first, last, reason in rows]


def no_container(rows):
    """Without extended partitions: nobody's data is in one, and a new one may come."""
    return {row for row in rows if row[3] not in ("5", "f")}


class Recording:
    """One whole installation: the disk before, the log of writes, where the new partitions are."""

    def __init__(self, folder, layout):
        self.layout = layout
        image, log = os.path.join(folder, "disk"), os.path.join(folder, "log")
        make_disk(image, layout)
        with open(image, "rb") as f:
            self.base = bytearray(f.read())
        self.old = no_container(inst.partitions(image))
        self.answers = inst.answer_disc(pathlib.Path(folder), ANSWERS[layout])
        self.announced = announced(install_on(inst.logged_drive(image, log), self.answers))
        self.entries = writelog.read(log)
        new = no_container(inst.partitions(image)) - self.old
        self.new = sorted((start, start + count) for _, start, count, _ in new)
        # The record is what is written first, at the end of the root.
        first = next(e.sector for e in self.entries if e.data)
        self.record = next((first, b) for a, b in self.new if a <= first < b)

    def is_contents(self, entry):
        """A write that touches nothing but what is in a new partition."""
        def within(a, b):
            return a <= entry.sector and entry.sector + len(entry.data) // SECTOR <= b
        return any(within(a, b) for a, b in self.new) and not within(*self.record)

    def kind(self, lba, counts):
        """The reason that was announced for this sector; the second of two when the first has been."""
        if self.record[0] <= lba < self.record[1]:
            return "undo record, journal"
        reasons = [reason for a, b, reason in self.announced if a <= lba < b]
        if not reasons:
            raise AssertionError(f"sector {lba} was written and not announced")
        return next((r for r in reasons if not counts[r]), reasons[-1])

    def outside_is_as_before(self, image):
        at = 0
        for start, end in self.new:
            if not same(image, self.base, at, start):
                return False
            at = end
        return same(image, self.base, at, DISK)

    def foreign_is_as_before(self, image):
        return all(same(image, self.base, start, start + count) for _, start, count, _ in self.old)


class Replay:
    """The disk as it becomes, write by write, and as the last flush left it."""

    def __init__(self, base):
        self.now, self.flushed, self.loose = bytearray(base), bytearray(base), []

    def put(self, at, data):
        self.now[at:at + len(data)] = data
        self.loose.append((at, data))

    def flush(self):
        for at, data in self.loose:
            self.flushed[at:at + len(data)] = data
        self.loose = []

    def part(self, rng):
        """A part of what was not flushed is missing."""
        image = bytearray(self.flushed)
        keep = rng.choice((0.1, 0.5, 0.9))
        for at, data in self.loose:
            if rng.random() < keep:
                image[at:at + len(data)] = data
        return image


def moments(rec):
    """The kind of each moment that is looked at; the replay stands there until the next is asked for."""
    replay, counts, contents = Replay(rec.base), collections.Counter(), 0
    every = max(1, sum(1 for e in rec.entries if e.data and rec.is_contents(e)) // INSIDE_SAMPLES)
    for entry in rec.entries:
        if entry.flush:
            replay.flush()
        if rec.is_contents(entry):
            replay.put(entry.sector * SECTOR, entry.data)
            contents += 1
            if contents % every == 0:
                yield "in new partitions", replay
            continue
        # A write of several sectors may end behind any of them.
        for at in range(0, len(entry.data), SECTOR):
            kind = rec.kind(entry.sector + at // SECTOR, counts)
            replay.put(entry.sector * SECTOR + at, entry.data[at:at + SECTOR])
            yield kind, replay
        if entry.data:
            counts[kind] += 1
    yield "the end", replay


# ---- what is looked at

def table_stands(rec, place):
    return rec.old <= set(inst.partitions(place))


def look(rec, image, disk):
    """What became of the disk of a cut; AssertionError when it is none of what may be."""
    if not rec.foreign_is_as_before(image):
        raise AssertionError("a foreign partition was written to")
    disk.fill(image)
    stands = table_stands(rec, disk.path)
    done = subprocess.run([UNDO, "--disk", disk.path, "--yes"], capture_output=True, text=True, timeout=300, check=False)
    said = done.stdout + done.stderr
    if done.returncode not in (0, 1):
        raise AssertionError(f"oldiron-undo ends with {done.returncode}: {said}")
    if not rec.outside_is_as_before(disk.memory):
        raise AssertionError(f"not as it was, when oldiron-undo has said: {said}")
    outcome = "as it was" if done.returncode else "put back"
    return outcome if stands else outcome + " (a foreign partition was out of the table)"


class Looker:
    """Goes through all moments; keeps the outcomes, the faults, and the disk of one moment of each kind."""

    def __init__(self, rec, folder, rng):
        self.rec, self.folder, self.rng = rec, folder, rng
        self.outcomes = collections.defaultdict(collections.Counter)
        self.faults, self.chosen = [], {}
        self.disk = DiskFile(os.path.join(folder, "cut"))

    def one(self, kind, image, what):
        try:
            self.outcomes[kind][look(self.rec, image, self.disk)] += 1
        except AssertionError as error:
            self.faults.append(f"{kind}, {what}: {error}")
            self.outcomes[kind]["FAULT"] += 1
            if len(self.faults) <= KEPT:
                with open(os.path.join(self.folder, f"fault-{len(self.faults)}"), "wb") as f:
                    f.write(image)

    def choose(self, kind, image, count):
        """Each moment of a kind is as likely as any other."""
        if self.rng.randrange(count) == 0:
            self.chosen[kind] = os.path.join(self.folder, re.sub(r"\W+", "-", kind))
            with open(self.chosen[kind], "wb") as f:
                f.write(image)

    def all(self):
        counts = collections.Counter()
        for kind, replay in moments(self.rec):
            counts[kind] += 1
            self.one(kind, replay.now, f"moment {counts[kind]}")
            if replay.loose:
                self.one(kind, replay.part(self.rng), f"moment {counts[kind]}, with losses")
            self.choose(kind, replay.now, counts[kind])
        return counts


def in_machine(disks, answers, do):
    """What `do` makes of the live system at its prompt, in a machine of its own."""
    machines = []
    try:
        return do(inst.live(starter(machines), disks, answers))
    finally:
        for pc in machines:
            pc.close()


def install_again(pc):
    """True when the installation is ended; False when there was nothing left of it to do."""
    status, said = inst.run_out(pc, inst.start_install(pc))
    if status == 0 and pc.shutdown_cause(inst.LONG) == "guest-shutdown":
        return True
    if status == 1 and "the key `mode` is missing" in said:
        return False
    raise AssertionError(f"the installer ends with {status}: {said}")


def finish(rec, image, folder):
    """The same medium and answers again; then the system starts, and the others are as they were."""
    drives = inst.drive(image, 0)
    ended = in_machine(drives, rec.answers, install_again)
    machines = []
    try:
        inst.boot_installed(starter(machines), drives)
    finally:
        for pc in machines:
            pc.close()
    with open(image, "rb") as f:
        if not rec.foreign_is_as_before(bytearray(f.read())):
            raise AssertionError("a foreign partition was written to")
    if not table_stands(rec, image):
        raise AssertionError("a foreign partition is out of the table")
    inst.check_all_ext2(image, pathlib.Path(folder))
    return ("the installer ended it" if ended else "nothing was left to install") + ", the disk starts"


def undo_there(pc):
    said = pc.run("oldiron-undo --disk /dev/hda --yes 2>&1", inst.LONG)
    status = pc.status
    pc.send("poweroff\r")
    if pc.shutdown_cause(300) != "guest-shutdown" or status not in (0, 1):
        raise AssertionError(f"oldiron-undo ends with {status}: {said}")
    return "oldiron-undo has nothing to put back" if status else "oldiron-undo put all back"


def put_back(rec, image, _folder):
    """oldiron-undo in the live system, on the drive as its kernel drives it."""
    outcome = in_machine(inst.drive(image, 0), None, undo_there)
    with open(image, "rb") as f:
        if not rec.outside_is_as_before(bytearray(f.read())):
            raise AssertionError(f"not as it was; {outcome}")
    return outcome


def start_machines(rec, kind, image, folder):
    """What two machines make of the disk, each of a copy; what fails is kept as it was before."""
    outcomes = []
    for do in (put_back, finish):
        copy = shutil.copy(image, os.path.join(folder, "machine"))
        try:
            outcomes.append(do(rec, copy, folder))
        except AssertionError as error:
            raise AssertionError(f"{kind}: a machine: {error}") from error
        finally:
            os.unlink(copy)
    return "; ".join(outcomes)


def run(layout, seed, machines):
    """The lines of a report, and the faults."""
    keep = BUILD / "install-cuts" / layout
    shutil.rmtree(keep, ignore_errors=True)
    keep.mkdir(parents=True)
    lines, faults = [], []
    with tempfile.TemporaryDirectory(prefix="install-cuts-", dir="/dev/shm") as folder:
        rec = Recording(folder, layout)
        looker = Looker(rec, folder, random.Random(f"{layout}/{seed}"))
        counts = looker.all()
        for kind, outcomes in looker.outcomes.items():
            lines.append(f"{layout}: {kind}: {counts[kind]} moments, {sum(outcomes.values())} disks: "
                         + ", ".join(f"{n} {what}" for what, n in outcomes.items()))
        faults = [f"{layout}: {fault}" for fault in looker.faults]
        for kind, image in looker.chosen.items() if machines else ():
            try:
                lines.append(f"{layout}: {kind}: machines: {start_machines(rec, kind, image, folder)}")
            except AssertionError as error:
                faults.append(f"{layout}: {error}")
                shutil.copy(image, keep)
        for name in [n for n in os.listdir(folder) if n.startswith("fault-")]:
            shutil.copy(os.path.join(folder, name), keep)
    return lines, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("layout", nargs="*", default=list(TABLES))
    parser.add_argument("--seed", type=int, default=1, help="other losses, other moments for the machines")
    parser.add_argument("--no-machines", action="store_true", help="only what this host can look at")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    bad = []
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        results = [pool.submit(run, layout, args.seed, not args.no_machines) for layout in args.layout]
        for result in results:
            lines, faults = result.result()
            print("\n".join(lines + faults), flush=True)
            bad += faults
    print(f"install-cuts: {len(bad)} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
