"""Tables made by other tools, changed by the installer's, read by others again."""
import re
import struct

import pytest

from conftest import changed_sectors

NEED = ["--need", "3", "--core", "28000"]
GPT_LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4"
GPT_BIOS = "21686148-6449-6e6f-744e-656564454649"


def allowed(text):
    """The ranges that the dry run announces, undo record included."""
    ranges = []
    for line in text.splitlines():
        match = re.match(r"  sectors? (\d+)(?:-(\d+))? +\d+ bytes  (.*)", line)
        if match and "file system on" not in line and "swap area on" not in line:
            first = int(match.group(1))
            ranges.append((first, int(match.group(2) or first)))
    return ranges


def write_and_compare(disk, *args, **kwargs):
    """Runs the plan and looks at every sector of the disk; answers sfdisk's view before and after."""
    before, old = disk.contents(), disk.dump() if kwargs.get("table", True) else {}
    text = disk.run("plan", *args, *NEED)
    assert disk.contents() == before, "a dry run wrote"
    text = disk.run("write", *args, *NEED, "--yes")
    ranges = allowed(text)
    for lba in changed_sectors(before, disk.contents()):
        assert any(a <= lba <= b for a, b in ranges), f"sector {lba} was written"
    return old, disk.dump(), text


def dos_disk(disk):
    """As DOS's FDISK leaves it: cylinders of 16 x 63, boot code, odd CHS fields, a chain of two."""
    def chs(lba, heads=16, spt=63):
        c, h, s = lba // (heads * spt), lba // spt % heads, lba % spt + 1
        return bytes([h, s | c >> 2 & 0xC0, c & 0xFF])

    def slot(flag, kind, start, count, base=0):
        return (bytes([flag]) + chs(start) + bytes([kind]) + chs(start + count - 1) +
                struct.pack("<II", start - base, count))

    cyl = 16 * 63
    mbr = bytearray(512)
    mbr[:64] = b"\xfa\x33\xc0\x8e\xd0\xbc\x00\x7cInvalid partition table" + bytes(33)
    mbr[440:444] = b"\x12\x34\x56\x78"
    mbr[446:462] = slot(0x80, 6, 63, 60 * cyl - 63)
    mbr[462:478] = slot(0, 5, 60 * cyl, 60 * cyl)
    mbr[510:] = b"\x55\xaa"
    disk.write(0, bytes(mbr))
    ebr = bytearray(512)
    ebr[446:462] = slot(0, 6, 60 * cyl + 63, 20 * cyl - 63, 60 * cyl)
    ebr[462:478] = slot(0, 5, 80 * cyl, 10 * cyl, 60 * cyl)
    ebr[478:494] = bytes(range(16, 32))  # garbage, as DOS tools left it
    ebr[510:] = b"\x55\xaa"
    disk.write(60 * cyl, bytes(ebr))
    ebr = bytearray(512)
    # An end that is wrong by a head, which some tools wrote.
    ebr[446:462] = slot(0, 1, 80 * cyl + 63, 10 * cyl - 63, 80 * cyl)
    ebr[451] ^= 1
    ebr[510:] = b"\x55\xaa"
    disk.write(80 * cyl, bytes(ebr))
    disk.fill([(1, 62), (63, 300), (60 * cyl + 63, 100), (80 * cyl + 63, 100), (119 * cyl, 200)])
    return cyl


def test_dos_disk_gets_a_logical_partition(image):
    disk = image(sectors=130 * 16 * 63)
    cyl = dos_disk(disk)
    mbr, first = disk.read(0), disk.read(60 * cyl)
    old, new, text = write_and_compare(disk, "--free=" + str(90 * cyl), "--cylinders")
    assert {n: new[n] for n in old} == old
    assert new[7] == (90 * cyl + 63, 30 * cyl - 63, "83")
    assert disk.read(0) == mbr, "a logical partition needs nothing of the MBR"
    assert disk.read(60 * cyl) == first, "the first link was not concerned"
    assert disk.read(60 * cyl + 1, 62) == bytes(62 * 512)
    assert "[mid-cylinder]" not in text


def test_dos_disk_gets_primaries(image):
    disk = image(sectors=140 * 16 * 63)
    cyl = dos_disk(disk)
    mbr = disk.read(0)
    old, new, _ = write_and_compare(disk, "--free=" + str(120 * cyl), "--cylinders", "--loader",
                                    "none")
    assert {n: new[n] for n in old} == old
    assert new[3] == (120 * cyl, 20 * cyl, "83") and len(new) == len(old) + 1
    after = disk.read(0)
    assert after[:478] == mbr[:478] and after[494:] == mbr[494:]


@pytest.mark.parametrize("gpt", [False, True])
@pytest.mark.parametrize("sector_size", [512, 4096])
def test_whole_disk(image, gpt, sector_size):
    disk = image(megabytes=300, sector_size=sector_size)
    loader = ["--loader", "none"] if sector_size != 512 else []
    _, new, _ = write_and_compare(disk, "--whole", "--swap", "32", "--home", *loader,
                                  *(["--gpt"] if gpt else []), table=False)
    kinds = sorted(kind for _, _, kind in new.values())
    if gpt:
        assert kinds.count(GPT_LINUX) == 2 and (GPT_BIOS in kinds) == (sector_size == 512)
    else:
        assert kinds == ["82", "83", "83"]


def test_whole_disk_over_gpt_leaves_no_gpt(image):
    disk = image(megabytes=200)
    disk.sfdisk("label: gpt\nsize=50M\nsize=50M\n")
    before = disk.contents()
    write_and_compare(disk, "--whole")
    assert disk.read(1) == bytes(512) and disk.read(disk.sectors - 1) == bytes(512)
    assert "unused GPT" not in disk.run("show")
    disk.undo("--yes")
    after = disk.contents()
    left = changed_sectors(before, after)
    assert all(40 < lba < disk.sectors - 40 for lba in left), "a table was not put back"


def test_gpt_of_other_systems(image):
    disk = image(megabytes=400)
    disk.sfdisk("""label: gpt
size=20M, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name="EFI system"
size=16M, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE
size=100M, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, name="Grüße", attrs="LegacyBIOSBootable,GUID:60"
size=50M, type=48465300-0000-11AA-AA11-00306543ECAC
""")
    entries = disk.read(2, 1)
    old, new, _ = write_and_compare(disk, "--free", "--swap", "16")
    assert {n: new[n] for n in old} == old and len(new) == len(old) + 3
    assert disk.read(2, 1) == entries, "four foreign entries fill this sector"


@pytest.mark.parametrize("sector_size", [512, 4096])
def test_logical_chain_by_megabytes(image, sector_size):
    disk = image(megabytes=600, sector_size=sector_size)
    unit = 1024 * 1024 // sector_size
    disk.make_mbr([(unit, 50 * unit, 0xC), (51 * unit, 500 * unit, 0xF)],
                  [(51 * unit, 52 * unit, 30 * unit, 7), (82 * unit, 83 * unit, 30 * unit, 0x83)])
    loader = [] if sector_size == 512 else ["--loader", "none"]
    old, new, _ = write_and_compare(disk, "--free=" + str(113 * unit), "--swap", "32", "--home",
                                    *loader)
    assert {n: new[n] for n in old} == old
    assert sorted(new) == [1, 2, 5, 6, 7, 8, 9]
    assert all(start % unit == 0 for start, _, _ in new.values())


def test_empty_extended_partition_is_used(image):
    disk = image(megabytes=300)
    disk.sfdisk("label: dos\nstart=2048, size=100M, type=83\nstart=206848, size=150M, type=5\n")
    disk.write(206848, bytes(510) + b"\x55\xaa")
    old, new, _ = write_and_compare(disk, "--free=206849", "--swap", "16")
    assert {n: new[n] for n in old} == old and sorted(new) == [1, 2, 5, 6]


def test_new_extended_partition(image):
    disk = image(megabytes=300)
    disk.sfdisk("label: dos\n" + "".join(f"start={2048 + i * 20480}, size=10M, type=83\n"
                                         for i in range(3)))
    old, new, _ = write_and_compare(disk, "--free", "--swap", "16")
    assert {n: new[n] for n in old} == old and sorted(new) == [1, 2, 3, 4, 5, 6]


def test_existing_partition_changes_its_type_alone(image):
    disk = image(megabytes=300)
    disk.sfdisk("label: dos\nstart=2048, size=100M, type=6\nstart=206848, size=100M, type=7, bootable\n")
    mbr = disk.read(0)
    old, new, text = write_and_compare(disk, "--partition", "2")
    assert new[1] == old[1] and new[2] == (206848, 204800, "83")
    assert [i for i in range(512) if disk.read(0)[i] != mbr[i]] == [446 + 16 + 4]
    assert "[type-differs]" in text


def test_active_flag_moves_only_when_told(image):
    disk = image(megabytes=200)
    disk.sfdisk("label: dos\nstart=2048, size=50M, type=6, bootable\n")
    write_and_compare(disk, "--free")
    assert disk.read(0)[446] == 0x80 and disk.read(0)[462] == 0
    disk.undo("--yes")
    write_and_compare(disk, "--free", "--active")
    assert disk.read(0)[446] == 0 and disk.read(0)[462] == 0x80


def gpt_to_hybrid(disk):
    mbr = bytearray(disk.read(0))
    mbr[462:478] = b"\0\0\2\0\x83\xff\xff\xff" + struct.pack("<II", 2048, 20480)
    disk.write(0, bytes(mbr))


REFUSALS = {
    "hybrid": ("label: gpt\nsize=50M\n", gpt_to_hybrid, "hybrid"),
    "ebr-loop": ("label: dos\nstart=2048, size=100M, type=5\nstart=4096, size=10M, type=83\n",
                 lambda d: d.write(2048, d.read(2048)[:462] + b"\0" * 4 + b"\5" + b"\0" * 3 +
                                   struct.pack("<II", 0, 4096) + d.read(2048)[478:]), "ebr-loop"),
    "overlap": ("label: dos\nstart=2048, size=50M, type=6\nstart=206848, size=50M, type=6\n",
                lambda d: d.write(0, d.read(0)[:470] + struct.pack("<I", 4096) + d.read(0)[474:]),
                "overlap"),
    "stale-gpt": ("label: gpt\nsize=50M\n",
                  lambda d: d.write(0, bytes(446) + b"\0\0\2\0\6\xff\xff\xff" +
                                    struct.pack("<II", 2048, 20480) + bytes(48) + b"\x55\xaa"),
                  "stale-gpt"),
    "protective-only": ("label: gpt\nsize=50M\n",
                        lambda d: (d.write(1, bytes(512)), d.write(d.sectors - 1, bytes(512))),
                        "table-broken"),
    "gpt-backup-lost": ("label: gpt\nsize=50M\n", lambda d: d.write(d.sectors - 1, bytes(512)),
                        "gpt-damaged"),
    "gpt-backup-entries": ("label: gpt\nsize=50M\n", lambda d: d.write(d.sectors - 33, bytes(512)),
                           "gpt-damaged"),
    "beyond-the-end": ("label: dos\nstart=2048, size=50M, type=6\n",
                       lambda d: d.write(0, d.read(0)[:462] + b"\0\0\2\0\6\xff\xff\xff" +
                                         struct.pack("<II", 0x7FFFFFF0, 100) + d.read(0)[478:]),
                       "table-broken"),
    "four-primaries": ("label: dos\n" + "size=20M, type=83\n" * 4, lambda d: None, "fifth-primary"),
    "no-free-space": ("label: dos\nstart=1, size=409599, type=83\n", lambda d: None,
                      "no-free-space"),
    "manager": ("label: dos\nstart=63, size=50M, type=54\n", lambda d: None, "disk-manager"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused(image, case):
    script, damage, finding = REFUSALS[case]
    disk = image(megabytes=200)
    disk.sfdisk(script)
    damage(disk)
    before = disk.contents()
    text = disk.run("write", "--free", "--need", "3", "--yes", status=1)
    assert f"[{finding}]" in text
    assert disk.contents() == before


def test_gap_too_small_for_the_loader(image):
    disk = image(megabytes=200)
    disk.sfdisk("label: dos\nstart=8, size=50M, type=83\n")
    text = disk.run("write", "--free", *NEED, "--yes", status=1)
    assert "[gap-too-small]" in text
    write_and_compare(disk, "--free", "--loader", "partition")


def test_old_limits_are_said(image):
    disk = image(sectors=1100 * 16 * 63)
    disk.sfdisk("label: dos\nstart=63, size=100737, type=6, bootable\n")
    # CHS fields of a BIOS that does not translate.
    mbr = bytearray(disk.read(0))
    mbr[447:450], mbr[451:454] = bytes([1, 1, 0]), bytes([15, 63, 99])
    disk.write(0, bytes(mbr))
    assert "[limit-504m]" in disk.run("plan", "--free", "--cylinders", *NEED)
