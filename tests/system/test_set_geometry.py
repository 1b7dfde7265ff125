"""bootdisk/set-geometry on images with tables of all kinds; no machine runs."""
import struct
import subprocess

import pytest

from vm import ROOT

TOOL = ROOT / "bootdisk" / "set-geometry"
SECTORS = 121 * 1008


def image(path, *partitions, sectors=SECTORS, magic=b"\x55\xaa"):
    """Each partition: (type, start, size), active, with nonsense in its CHS fields."""
    mbr = bytearray(range(256)) + bytearray(range(190)) + bytes(64) + magic
    for n, (kind, start, size) in enumerate(partitions):
        struct.pack_into("<B3sB3sII", mbr, 446 + 16 * n, 0x80, b"\x11\x22\x33", kind, b"\x44\x55\x66", start, size)
    with open(path, "wb") as f:
        f.write(mbr)
        f.truncate(sectors * 512)
    return path


def tool(*argv):
    return subprocess.run([TOOL, *map(str, argv)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def fields(path, n=0):
    """(cylinder, head, sector) of the first and the last sector."""
    with open(path, "rb") as f:
        entry = f.read(512)[446 + 16 * n:][:16]
    return [(c | (s & 0xC0) << 2, h, s & 0x3F) for h, s, c in (entry[1:4], entry[5:8])]


@pytest.mark.parametrize("heads, sectors, first, last", [
    (16, 63, (1, 0, 1), (120, 15, 63)),
    (4, 32, (7, 3, 17), (952, 3, 16)),
    (8, 17, (7, 3, 6), (896, 6, 10)),
    (255, 63, (0, 16, 1), (7, 150, 63)),
])
def test_fields(tmp_path, heads, sectors, first, last):
    disk = image(tmp_path / "disk", (0x83, 1008, 120 * 1008))
    before = disk.read_bytes()
    assert tool(disk, heads, sectors).returncode == 0
    assert fields(disk) == [first, last]
    after = disk.read_bytes()
    changed = {i for i in range(512) if before[i] != after[i]}
    assert changed <= {447, 448, 449, 451, 452, 453} and after[512:] == before[512:]
    # What the formula of every BIOS makes of the fields is the sector again.
    for (c, h, s), lba in zip(fields(disk), (1008, 121 * 1008 - 1)):
        assert (c * heads + h) * sectors + s - 1 == lba


def test_says_and_writes_nothing(tmp_path):
    disk = image(tmp_path / "disk", (0x83, 1008, 120 * 1008))
    before = disk.read_bytes()
    done = tool("-n", disk, 16, 63)
    assert done.returncode == 0 and "121 cylinders, 16 heads, 63 sectors" in done.stdout
    assert "partition 1: 1/0/1 to 120/15/63" in done.stdout
    assert disk.read_bytes() == before


def test_beyond_1024_cylinders(tmp_path):
    disk = image(tmp_path / "disk", (0x83, 63, 40000), (0x83, 60000, 60000))
    before = disk.read_bytes()
    done = tool(disk, 4, 17)
    assert done.returncode == 1 and "partition 2 ends at 58 MB" in done.stdout and "reaches only 34 MB" in done.stdout
    assert disk.read_bytes() == before
    assert tool("--lba", disk, 4, 17).returncode == 0
    assert fields(disk, 1) == [(882, 1, 8), (1023, 3, 17)]


@pytest.mark.parametrize("partitions, geometry, why", [
    ([(0x83, 63, 1000)], (0, 63), "0 heads"),
    ([(0x83, 63, 1000)], (256, 63), "256 heads"),
    ([(0x83, 63, 1000)], (16, 0), "0 sectors"),
    ([(0x83, 63, 1000)], (16, 64), "64 sectors"),
    ([(0xEE, 1, SECTORS - 1)], (16, 63), "GPT"),
    ([(0x83, 63, 1000), (0x05, 2000, 1000)], (16, 63), "partition 2 is an extended one"),
    ([(0x83, 63, SECTORS)], (16, 63), "does not lie within the image"),
    ([(0x83, 0, 1000)], (16, 63), "does not lie within the image"),
    ([], (16, 63), "the partition table is empty"),
])
def test_refusals(tmp_path, partitions, geometry, why):
    disk = image(tmp_path / "disk", *partitions)
    before = disk.read_bytes()
    done = tool(disk, *geometry)
    assert done.returncode == 1 and why in done.stdout and "Traceback" not in done.stdout
    assert disk.read_bytes() == before


def test_no_table_at_all(tmp_path):
    assert "no partition table" in tool(image(tmp_path / "a", (0x83, 63, 10), magic=b"\0\0"), 16, 63).stdout
    (tmp_path / "b").write_bytes(b"short")
    assert "no partition table" in tool(tmp_path / "b", 16, 63).stdout
    assert "No such file" in tool(tmp_path / "c", 16, 63).stdout
