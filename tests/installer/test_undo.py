"""oldiron-undo: puts back byte for byte, and refuses what is not the disk's own."""
import shutil

from conftest import changed_sectors
from test_tables import NEED, dos_disk


def undo_range(text):
    for line in text.splitlines():
        if "the undo record" in line:
            first, last = line.split()[1].split("-")
            return int(first), int(last)
    raise AssertionError(text)


def installed(image):
    disk = image(sectors=130 * 16 * 63)
    cyl = dos_disk(disk)
    before = disk.contents()
    first, last = undo_range(disk.run("write", "--free=" + str(90 * cyl), "--cylinders", *NEED, "--yes"))
    return disk, cyl, before, first, last


def test_undo_restores_every_byte(image):
    disk, _, before, first, last = installed(image)
    # As the loader's step would leave it.
    disk.write(0, b"\xEB\x63" + bytes(438) + disk.read(0)[440:])
    disk.fill([(1, 60)])
    assert changed_sectors(before, disk.contents())
    listed = disk.undo("--list")
    assert "sectors 0-" in listed
    disk.undo("--yes")
    assert all(first <= lba <= last for lba in changed_sectors(before, disk.contents()))
    assert "put back before" in disk.undo("--yes", status=1)


def test_undo_finds_the_record_when_the_partition_is_gone(image):
    disk, cyl, before, first, last = installed(image)
    disk.write(80 * cyl, before[80 * cyl])  # the link, half put back
    disk.undo("--yes")
    assert all(first <= lba <= last for lba in changed_sectors(before, disk.contents()))


def test_undo_refuses_a_table_that_was_changed_since(image):
    disk, cyl, _, _, _ = installed(image)
    mbr = bytearray(disk.read(0))
    mbr[446 + 32 + 4] = 0x83
    disk.write(0, bytes(mbr))
    before = disk.contents()
    assert "changed since" in disk.undo("--yes", status=1)
    assert disk.contents() == before


def test_undo_refuses_a_damaged_record(image):
    disk, _, _, first, _ = installed(image)
    for lba in (first, first + 20):
        saved = disk.read(lba)
        disk.write(lba, saved[:100] + bytes([saved[100] ^ 1]) + saved[101:])
        before = disk.contents()
        assert "damaged" in disk.undo("--yes", status=1)
        assert disk.contents() == before
        disk.write(lba, saved)


def test_undo_refuses_a_foreign_record(image, tmp_path):
    disk, _, _, first, last = installed(image)
    record = tmp_path / "record"
    record.write_bytes(disk.read(first, last - first + 1))
    disk.undo("--list", "--record", str(record))
    other = type(disk)(tmp_path / "other.img", megabytes=100)
    assert "another disk" in other.undo("--yes", "--record", str(record), status=1)
    shutil.copy(disk.path, other.path)
    with open(other.path, "r+b") as f:
        f.truncate(200 * 1024 * 1024)
    assert "another disk" in other.undo("--yes", status=1)


def test_undo_without_record(image):
    disk = image(megabytes=20)
    assert "no undo record" in disk.undo("--yes", status=1)
