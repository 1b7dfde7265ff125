"""disk - the disk of a run: a table, an ext2 partition, a partition for the records, and what lies
between and behind them, which nobody may touch.

Everything is filled with numbers that would be plausible pointers first, so that a block which is
used before it was written is noticed.
"""
import array
import dataclasses
import random
import subprocess

SECTOR = 512
FS_START, FS_SECTORS = 2048, 48 << 11
REPORT_START, REPORT_SECTORS = FS_START + FS_SECTORS + 2048, 8 << 11
SECTORS = REPORT_START + REPORT_SECTORS + 2048

# Options of mke2fs; a seed chooses.
KINDS = (("-b", "1024"), ("-b", "1024", "-I", "128", "-O", "^dir_index"), ("-b", "2048"), ("-b", "4096"),
         ("-b", "1024", "-r", "0"))


def tool(*argv, ok=(0,), text=None):
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          input=text, check=False, text=True, errors="replace",
                          stdin=None if text else subprocess.DEVNULL)
    if done.returncode not in ok:
        raise AssertionError(f"{' '.join(map(str, argv))}: status {done.returncode}\n{done.stdout}")
    return done.stdout


@dataclasses.dataclass
class Layout:
    path: str
    kind: tuple

    @property
    def block(self):
        return int(self.kind[1])


def garbage(seed):
    """A megabyte of numbers of blocks."""
    rng = random.Random(seed)
    return array.array("I", (rng.randrange(1, FS_SECTORS // 2) for _ in range(1 << 18))).tobytes()


def make(path, seed):
    """The disk of a seed."""
    kind = KINDS[seed % len(KINDS)]
    piece = garbage(seed)
    with open(path, "wb") as f:
        for _ in range(0, SECTORS * SECTOR, len(piece)):
            f.write(piece)
        f.truncate(SECTORS * SECTOR)
    tool("sfdisk", "-q", "--no-reread", "--no-tell-kernel", "--wipe", "never", path,
         text=f"label: dos\nstart={FS_START}, size={FS_SECTORS}, type=83\n"
              f"start={REPORT_START}, size={REPORT_SECTORS}, type=da\n")
    options = ["-E", f"offset={FS_START * SECTOR},lazy_itable_init=0,nodiscard", "-t", "ext2", "-N", "4000"]
    tool("mke2fs", "-q", "-F", *options, *kind, path, f"{FS_SECTORS // 2}k")
    return Layout(str(path), kind)


def outside(data):
    """The parts of the disk that are not the workload's."""
    end = (FS_START + FS_SECTORS) * SECTOR
    return (bytes(data[:FS_START * SECTOR]), bytes(data[end:REPORT_START * SECTOR]),
            bytes(data[(REPORT_START + REPORT_SECTORS) * SECTOR:]))
