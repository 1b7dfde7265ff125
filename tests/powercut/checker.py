"""checker - what the records promise (powercut.h) against the files that are on the disk."""
import os
import re
import shutil
import struct

from disk import FS_SECTORS, FS_START, REPORT_SECTORS, REPORT_START, SECTOR, tool

UNIT = 512
RECORD = re.compile(rb"powercut (\d+) ([^\n]+)\n\0")


def unit(file, index, version):
    """As content.c fills it."""
    x = (file * 2654435761 ^ (index * 40503 + 7) ^ version * 2246822519) & 0xFFFFFFFF
    return struct.pack("<4I", 0x74754350, file, index, version) + struct.pack("<I", x) * (UNIT // 4 - 4)


# ---- records
def parse(data):
    match = RECORD.match(data)
    return (int(match[1]), match[2].decode()) if match else None


def records_of_log(entries, cut):
    """Those that the drive had taken before the cut."""
    found = []
    for entry in entries[:cut]:
        if REPORT_START <= entry.sector < REPORT_START + REPORT_SECTORS:
            for at in range(0, len(entry.data), SECTOR):
                found.append(parse(entry.data[at:at + SECTOR]))
    return sorted(r for r in found if r)


def records_of_image(data):
    found = []
    for i in range(REPORT_START, REPORT_START + REPORT_SECTORS):
        record = parse(bytes(data[i * SECTOR:(i + 1) * SECTOR]))
        if not record and i > REPORT_START + 64 and len(found) < i - REPORT_START - 64:
            break
        if record:
            found.append(record)
    return sorted(found)


class File:
    def __init__(self, fields):
        self.gone = fields["gone"] == "1"
        self.places = [tuple(map(int, p.split("/"))) for p in fields["dirs"].split(",")]
        self.low, self.high = map(int, fields["size"].split("-"))
        self.units = []
        for part in filter(None, fields["units"].split(",")):
            first, end, low, high = map(int, part.split(":"))
            self.units += [(low, high)] * (end - first)


def state(records):
    """What holds: {file: File, or None when it is gone for good}, {directory: names}."""
    files, dirs = {}, {}
    for _, text in records:
        kind, who, *rest = text.split(" ")
        key = tuple(map(int, who.split(".")))
        fields = dict(part.split("=", 1) for part in rest)
        if kind == "F":
            files[key] = File(fields)
        elif kind == "D":
            dirs[key] = fields["names"].split(",")
        else:
            files[key] = None
    return files, dirs


# ---- files
def contents_fault(data, file, key, block):
    # A size that was about to grow may end with a block: e2fsck goes by the blocks that are there.
    high = file.high if file.low == file.high else -(-file.high // block) * block
    if not file.low <= len(data) <= high:
        return f"has {len(data)} bytes, not {file.low} to {file.high}"
    number = key[0] << 16 | key[1]
    for i in range(min(len(data), file.low) // UNIT):
        have, (low, high) = data[i * UNIT:(i + 1) * UNIT], file.units[i]
        version = struct.unpack_from("<I", have, 12)[0]
        if not low <= version <= high or have != unit(number, i, version):
            return f"unit {i} is not of version {low} to {high}: {have[:16].hex()}"
    return None


def file_fault(top, key, file, dirs, block):
    """What is wrong with a file, or None."""
    process, number = key
    found = []
    for where, name in file.places:
        for folder in dirs[(process, where)]:
            path = os.path.join(top, f"p{process}", f"d{where}_{folder}", f"f{number}_{name}")
            if os.path.lexists(path):
                found.append(path)
    if not found:
        return None if file.gone else f"is at none of {file.places}"
    faults = []
    for path in found:
        with open(path, "rb") as f:
            faults.append(contents_fault(f.read(), file, key, block))
    # A file that may not be there at all has no contents that were promised.
    return None if file.gone or None in faults else faults[0]


def gone_fault(top, key):
    for where, _, names in os.walk(os.path.join(top, f"p{key[0]}")):
        for name in names:
            if name.startswith(f"f{key[1]}_"):
                return f"was deleted, and is at {os.path.relpath(where, top)}/{name} again"
    return None


def faults(image, records, work, block):
    """What the disk breaks of the promises, as lines; [] is right. `image` (a path) is mended."""
    fs = os.path.join(work, "fs")
    with open(image, "rb") as src, open(fs, "wb") as dst:
        src.seek(FS_START * SECTOR)
        dst.write(src.read(FS_SECTORS * SECTOR))
    found = []
    try:
        tool("e2fsck", "-p", fs, ok=(0, 1))
        tool("e2fsck", "-fn", fs)
    except AssertionError as error:
        return [str(error)]
    top = os.path.join(work, "tree")
    shutil.rmtree(top, ignore_errors=True)
    os.mkdir(top)
    tool("debugfs", "-R", f"rdump / {top}", fs)
    files, dirs = state(records)
    for key, file in sorted(files.items()):
        fault = file_fault(top, key, file, dirs, block) if file else gone_fault(top, key)
        if fault:
            found.append(f"file {key[0]}.{key[1]} {fault}")
    return found
