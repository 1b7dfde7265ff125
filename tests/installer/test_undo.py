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


def test_undo_refuses_a_record_that_was_cut_short(image, tmp_path):
    """As a floppy that was too small, or a copy that did not end, would leave it: at every length nothing is written."""
    disk, _, _, first, last = installed(image)
    whole, record = disk.read(first, last - first + 1), tmp_path / "record"
    before = disk.contents()
    for length in (0, 100, 512, 16 * 512, 17 * 512 + 7, len(whole.rstrip(b"\0")) // 2):
        record.write_bytes(whole[:length])
        said = disk.undo("--yes", "--record", str(record), status=1)
        assert "no undo record" in said if length < 512 else "damaged" in said, (length, said)
        assert disk.contents() == before
    record.write_bytes(bytes(len(whole)))
    assert f"no undo record on {record}" in disk.undo("--yes", "--record", str(record), status=1)
    assert "No such file" in disk.undo("--yes", "--record", str(tmp_path / "nowhere"), status=3)
    assert disk.contents() == before
    record.write_bytes(whole)
    disk.undo("--yes", "--record", str(record))


def test_undo_refuses_every_byte_that_is_wrong(image, tmp_path):
    """One bit of each stretch of header and body, also in the hashes themselves."""
    disk, _, _, first, last = installed(image)
    whole, record = disk.read(first, last - first + 1), tmp_path / "record"
    used, before = len(whole.rstrip(b"\0")), disk.contents()
    body = (1 + 15) * 512  # header, a begun and a done of each of 7 steps, "put back"
    for at in list(range(16, 136, 8)) + list(range(body, used, max(1, (used - body) // 40))):
        record.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
        assert "damaged" in disk.undo("--yes", "--record", str(record), status=1), at
        assert disk.contents() == before


def test_undo_without_record(image):
    disk = image(megabytes=20)
    assert "no undo record" in disk.undo("--yes", status=1)
