"""writelog - the log of a drive's writes and flushes that QEMU's blklogwrites makes (the format of
Linux's dm-log-writes), and the disks that a power cut could leave.

A drive with a write cache promises what was written before a flush that it completed. Of the rest
any part may be on the medium, in any order; a block of the file system is written as a whole or not.
What is given back (TRIM) is a write of garbage.
"""
import struct

SECTOR = 512
MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
GARBAGE = b"\x03\x01\x00\x00" * (SECTOR // 4)  # pointers that could be


class Entry:
    __slots__ = ("sector", "data", "flush")

    def __init__(self, sector, data, flush):
        self.sector, self.data, self.flush = sector, data, flush


def read(path):
    """The entries; what the end of the machine cut off is left out."""
    with open(path, "rb") as f:
        head = f.read(SECTOR)
        if len(head) < 28:
            return []
        magic, version, _, size = struct.unpack_from("<QQQI", head)
        if magic != MAGIC or version != 1 or size != SECTOR:
            raise AssertionError(f"{path} is no log of writes")
        entries = []
        while True:
            head = f.read(SECTOR)
            if len(head) < SECTOR:
                return entries
            sector, count, flags, length = struct.unpack_from("<QQQQ", head)
            if not flags & FLUSH and not count:
                return entries  # the rest is not there yet
            if flags & DISCARD:
                entries.append(Entry(sector, GARBAGE * count, bool(flags & FLUSH)))
                continue
            data = b"" if flags & MARK else f.read(count * SECTOR)
            if len(data) < (0 if flags & MARK else count * SECTOR):
                return entries
            entries.append(Entry(sector, data, bool(flags & FLUSH)))


def put(image, entry):
    at = entry.sector * SECTOR
    image[at:at + len(entry.data)] = entry.data


def pieces(entry, unit, base):
    """The write in parts of `unit` bytes, aligned as the file system's blocks are, which begin at sector `base`."""
    at, end = entry.sector * SECTOR, entry.sector * SECTOR + len(entry.data)
    start = at
    while at < end:
        stop = min(end, at + unit - (at - base * SECTOR) % unit)
        yield at, entry.data[at - start:stop - start]
        at = stop


def after_cut(base_image, entries, cut, rng, unit, base):
    """The disk when the power fails behind `cut` entries: a new bytearray."""
    image = bytearray(base_image)
    safe = max((i for i in range(cut) if entries[i].flush), default=0)
    for entry in entries[:safe]:
        put(image, entry)
    loose = [p for entry in entries[safe:cut] for p in pieces(entry, unit, base)]
    keep = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    kept = [p for p in loose if rng.random() < keep]
    # The same place twice: either may have come last.
    if rng.random() < 0.5:
        rng.shuffle(kept)
    for at, data in kept:
        image[at:at + len(data)] = data
    return image
