"""Images of disks, and the installer's programs (static, for a 486) run over them on this host."""
import os
import pathlib
import struct
import subprocess
import uuid
import zlib

import pytest

BUILD = pathlib.Path(os.environ.get("OLDIRON_BUILD", "build")).resolve() / "installer"
SECTOR = 512


class Image:
    """A sparse file as a disk, with the tools that look at it."""

    def __init__(self, path, megabytes=None, sectors=None, sector_size=SECTOR):
        self.path, self.sector_size = str(path), sector_size
        self.sectors = sectors or megabytes * 1024 * 1024 // sector_size
        with open(path, "wb") as f:
            f.truncate(self.sectors * sector_size)

    def sfdisk(self, script):
        assert self.sector_size == SECTOR
        subprocess.run(["sfdisk", "-q", "--no-reread", "--no-tell-kernel", "--wipe", "never",
                        self.path], input=script, text=True, check=True, capture_output=True)

    def dump(self):
        """{number: (start, size, type)}: sfdisk's view; of large sectors, which it cannot be told, ours."""
        if self.sector_size != SECTOR:
            return self.dump_large()
        out = subprocess.run(["sfdisk", "--dump", self.path], text=True, check=True,
                             capture_output=True).stdout
        rows = {}
        for line in out.splitlines():
            if " : start=" not in line:
                continue
            name, fields = line.split(" : ")
            number = int(name[len(self.path):])
            value = dict(f.strip().split("=") for f in fields.split(",") if "=" in f)
            rows[number] = (int(value["start"]), int(value["size"]), value["type"].lower())
        return rows

    def slots(self, lba):
        sector = self.read(lba)
        assert sector[510:512] == b"\x55\xaa"
        for at in range(446, 510, 16):
            kind, start, count = sector[at + 4], *struct.unpack("<II", sector[at + 8:at + 16])
            yield kind, start, count

    def dump_large(self):
        rows = {n: (start, count, f"{kind:x}")
                for n, (kind, start, count) in enumerate(self.slots(0), 1) if kind}
        if rows.get(1, (0, 0, ""))[2] == "ee":
            return self.dump_gpt()
        for start, _, kind in list(rows.values()):
            lba, number = start, 5
            while kind in ("5", "f") and lba:
                (kind_1, at, count), (link, to, _), *_ = self.slots(lba)
                rows[number] = (lba + at, count, f"{kind_1:x}")
                lba, number = start + to if link else 0, number + 1
        return rows

    def dump_gpt(self):
        header = self.read(1)
        last = self.read(struct.unpack("<Q", header[32:40])[0])
        rows = {}
        for h, lba in ((header, 1), (last, self.sectors - 1)):
            size, crc = struct.unpack("<II", h[12:20])
            assert zlib.crc32(h[:16] + bytes(4) + h[20:size]) == crc
            assert h[:8] == b"EFI PART" and struct.unpack("<Q", h[24:32])[0] == lba
            entries, slots, entry, array_crc = struct.unpack("<QIII", h[72:92])
            array = self.read(entries, -(-slots * entry // self.sector_size))[:slots * entry]
            assert zlib.crc32(array) == array_crc
            seen = {}
            for i in range(slots):
                e = array[i * entry:(i + 1) * entry]
                first, end = struct.unpack("<QQ", e[32:48])
                if any(e[:16]):
                    seen[i + 1] = (first, end - first + 1, str(uuid.UUID(bytes_le=e[:16])))
            assert not rows or rows == seen
            rows = seen
        return rows

    def make_mbr(self, primaries, logicals=()):
        """Entries (start, count, type); an extended one holds the logicals (EBR, start, count, type)."""
        def table(slots):
            return (bytes(446) + b"".join(
                b"\0\0\2\0" + bytes([kind]) + b"\xff\xff\xff" + struct.pack("<II", start, count)
                for start, count, kind in slots).ljust(64, b"\0") + b"\x55\xaa")
        self.write(0, table(primaries))
        base = logicals[0][0] if logicals else 0
        for i, (ebr, start, count, kind) in enumerate(logicals):
            slots = [(start - ebr, count, kind)]
            if i + 1 < len(logicals):
                to, at, size, _ = logicals[i + 1]
                slots.append((to - base, at + size - to, 5))
            self.write(ebr, table(slots))

    def read(self, lba, count=1):
        with open(self.path, "rb") as f:
            f.seek(lba * self.sector_size)
            return f.read(count * self.sector_size)

    def write(self, lba, data):
        with open(self.path, "r+b") as f:
            f.seek(lba * self.sector_size)
            f.write(data)

    def contents(self):
        """{sector: bytes} of all that is not zero; holes of the file are not read."""
        found, size, at = {}, self.sector_size, 0
        with open(self.path, "rb") as f:
            while True:
                try:
                    at = os.lseek(f.fileno(), at, os.SEEK_DATA)
                except OSError:
                    return found
                end = os.lseek(f.fileno(), at, os.SEEK_HOLE)
                for lba in range(at // size, -(-end // size)):
                    f.seek(lba * size)
                    data = f.read(size)
                    if data.strip(b"\0"):
                        found[lba] = data
                at = end

    def fill(self, ranges):
        """A pattern that tells every sector from every other, in each (start, count)."""
        with open(self.path, "r+b") as f:
            for start, count in ranges:
                for lba in range(start, start + count):
                    f.seek(lba * self.sector_size)
                    f.write((b"sector %12d " % lba) * (self.sector_size // 20))

    # The installer's programs
    def run(self, command, *args, status=0):
        size = ["--sector-size", str(self.sector_size)] if self.sector_size != SECTOR else []
        done = subprocess.run([BUILD / "oldiron-disk", command, "--disk", self.path, *size, *args],
                              text=True, capture_output=True, timeout=120, check=False)
        assert done.returncode == status, f"{args}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def undo(self, *args, status=0):
        size = ["--sector-size", str(self.sector_size)] if self.sector_size != SECTOR else []
        done = subprocess.run([BUILD / "oldiron-undo", "--disk", self.path, *size, *args],
                              text=True, capture_output=True, timeout=120, check=False)
        assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr


def changed_sectors(before, after):
    return [lba for lba in sorted(before.keys() | after.keys()) if before.get(lba) != after.get(lba)]


@pytest.fixture
def image(tmp_path):
    def make(**size):
        return Image(tmp_path / "disk.img", **size)
    return make
