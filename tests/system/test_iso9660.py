"""ISO 9660: what Oldiron shows of a volume is what Linux shows, name by name and byte by byte."""
import hashlib
import pathlib
import re
import struct
import subprocess

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs
from vm.paths import CACHE

TREE = r"""
set -e
mkdir -p t/Empty t/deep/2/3/4/5/6/7/8/9/10/11 t/many && cd t
echo deep >deep/2/3/4/5/6/7/8/9/10/11/file
: >empty; printf '%05000d' 7 >five-thousand; ln five-thousand linked
head -c 3000001 /dev/urandom >large; seq 50000 >numbers; head -c 200000 /dev/zero >zeros
ln -s five-thousand short; ln -s ../../usr/./share/x dots; ln -s / root
ln -s "$(printf 'component-%03d/' $(seq 60))end" long
echo x >"$(printf 'n%.0s' $(seq 240))"; echo x >"Mixed Case"; mkfifo fifo
chmod 4751 five-thousand; chmod 1777 Empty; chown 12:345 empty
touch -d '1999-12-31 23:59:58' empty
for i in $(seq 200); do echo $i >many/file-with-a-longer-name-$i.text; done
"""
# One line a name: all that stat(2) says, the link's target, the contents' sum.
LIST = r"""
cd /mnt && find . | sort | while read -r f; do
  stat -c '%n %i %f %h %u %g %s %b %X %Y %Z %t:%T' "$f"
  if [ -h "$f" ]; then readlink "$f"; elif [ -f "$f" ]; then md5sum <"$f"; fi
done; stat -f -c '%t %s %S %b %f %a %c %d %l' .
"""
MOUNT = "mount -t iso9660 -o loop,ro /{}.iso /mnt"
MODULES = ["kernel/drivers/cdrom/cdrom.ko", "kernel/drivers/block/loop.ko",
           "kernel/fs/isofs/isofs.ko"]
WRITERS = {
    "rock": "xorriso -as mkisofs -R -o i.iso t",
    "rock-moved": "genisoimage -quiet -R -m long -o i.iso t",
    "both": "xorriso -as mkisofs -R -J -o i.iso t",
    "joliet": "genisoimage -quiet -J -joliet-long -o i.iso t",
    "plain": "genisoimage -quiet -o i.iso t",
    "compressed": "xorriso -outdev i.iso -map t / -set_filter_r --zisofs / -- -commit",
}


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("iso")
    subprocess.run(["bash", "-c", TREE], cwd=folder, check=True)
    found = {}
    for name, command in WRITERS.items():
        subprocess.run(command.split(), cwd=folder, check=True, timeout=60,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found[name] = (folder / "i.iso").rename(folder / f"{name}.iso")
    return found


def listing(pc, mount):
    """What LIST says of the mounted volume, sorted into lines."""
    said = pc.run(mount, 60)
    assert pc.status == 0, said
    lines = pc.run("sh /list.sh", 240).splitlines()
    pc.run("umount /mnt")
    assert pc.status == 0
    return lines


def linux_listings(machine, images, folder):
    archive = initramfs.busybox_archive().folder("mnt").folder("proc")
    archive.file("list.sh", LIST.encode())
    modules = next((CACHE / "linux-686" / "modules").iterdir())
    for module in MODULES:
        archive.file(pathlib.Path(module).name, (modules / module).read_bytes())
    for name, path in images.items():
        archive.file(f"{name}.iso", path.read_bytes())
    pc = machine(LinuxRef, initrd=archive.write(folder / "linux.gz"), mem=256,
                 append="quiet console=ttyS0")
    pc.expect(PROMPT, 120)
    for module in MODULES:
        pc.run(f"insmod /{pathlib.Path(module).name}", 60)
        assert pc.status == 0
    return {name: listing(pc, MOUNT.format(name)) for name in images}


def without_numbers(lines):
    """Linux gives a moved directory the number of the place it was moved from."""
    return [re.sub(r"^(\./\S+) \d+ (41)", r"\1 \2", line) for line in lines]


def test_as_linux(machine, images, tmp_path):
    want = linux_listings(machine, images, tmp_path)
    initrd = initramfs.with_files(artefact("initramfs.cpio.gz"), tmp_path / "oldiron.gz",
                                  {"list.sh": LIST.encode(),
                                   **{f"{n}.iso": p.read_bytes() for n, p in images.items()}})
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=initrd, mem=256,
                 append="console=ttyS0 panic=-1")
    pc.expect(PROMPT, 120)
    pc.run("mkdir -p /mnt")
    for name in images:
        have = listing(pc, MOUNT.format(name))
        expected = want[name]
        if name == "rock-moved":
            have, expected = without_numbers(have), without_numbers(expected)
        assert [x for x in have if x not in expected] == [], name
        assert have == expected, name


def first_block(iso, name):
    """Of a file on an image, as xorriso has it."""
    tree = subprocess.run(["xorriso", "-indev", iso, "-find", name, "-exec", "report_lba"], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return int(re.search(r"File data lba: +0 , +(\d+) ,", tree)[1])


def test_where_files_are(machine, images):
    """FIBMAP, which filefrag falls back to as there is no FIEMAP; a compressed file's blocks are nobody's."""
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"), mem=64,
                 append="console=ttyS0 panic=-1",
                 extra=["-drive", f"if=ide,index=2,media=cdrom,format=raw,file={images['rock']}",
                        "-drive", f"if=ide,index=3,media=cdrom,format=raw,file={images['compressed']}"])
    pc.expect(PROMPT, 120)
    pc.run("dmesg -n 1; until [ -b /dev/hdc ] && [ -b /dev/hdd ]; do sleep .1; done; mkdir /a /b", 60)
    pc.run("mount -t iso9660 /dev/hdc /a && mount -t iso9660 /dev/hdd /b")
    start = first_block(images["rock"], "/large")
    blocks = (3000001 + 2047) // 2048
    told = re.search(r" 0: +0\.\. +(\d+): +(\d+)\.\. +(\d+):", pc.run("filefrag -ev /a/large"))
    assert [int(n) for n in told.groups()] == [blocks - 1, start, start + blocks - 1]
    assert "FIBMAP unsupported" in pc.run("filefrag -B /b/numbers")
    # A disc of one session has no other.
    pc.run("umount /a; mount -t iso9660 -o ro,session=0 /dev/hdc /a")
    assert pc.status == 0 and "session=0" in pc.run("grep ' /a ' /proc/mounts")
    pc.run("umount /a; mount -t iso9660 -o ro,session=1 /dev/hdc /a")
    assert pc.status != 0 and "no session 1 with data" in pc.run("dmesg | tail -1")


def test_cut_off(machine, images, tmp_path):
    """Of a file that goes on behind the end of the medium, what is there can be read, and nothing else."""
    whole = images["rock"].read_bytes()
    start = first_block(images["rock"], "/large")
    blocks = 1001  # the last page is half there
    disk = tmp_path / "cut.iso"
    disk.write_bytes(whole[:(start + blocks) * 2048])
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"), mem=64,
                 append="console=ttyS0 panic=-1",
                 extra=["-drive", f"if=ide,index=2,media=cdrom,format=raw,file={disk}"])
    pc.expect(PROMPT, 120)
    pc.run("dmesg -n 1; until [ -b /dev/hdc ]; do sleep .1; done; mount -t iso9660 /dev/hdc /mnt", 60)
    assert "I/O error" in pc.run("cat /mnt/large 2>&1 >/tmp/part")
    data = whole[start * 2048:(start + blocks) * 2048]
    kept = int(pc.run("stat -c %s /tmp/part"))
    assert len(data) - 4096 < kept <= len(data)
    assert pc.run("md5sum </tmp/part").split()[0] == hashlib.md5(data[:kept]).hexdigest()
    assert "a file goes on beyond the end" in pc.run("dmesg | grep 'ISO 9660'")


def test_damaged_compressed_file(machine, images, tmp_path):
    disc = bytearray(images["compressed"].read_bytes())
    file = subprocess.run(["xorriso", "-indev", images["compressed"], "-find", "/numbers", "-exec", "report_lba"],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    start = int(re.search(r"File data lba: +0 , +(\d+) ,", file)[1]) * 2048
    assert disc[start:start + 8] == bytes.fromhex("37e45396c9dbd607")  # it is a compressed one
    of_block = struct.unpack("<6I", disc[start + 16:start + 40])
    disc[start + (of_block[4] + of_block[5]) // 2] ^= 255
    initrd = initramfs.with_files(artefact("initramfs.cpio.gz"), tmp_path / "oldiron.gz", {"bad.iso": bytes(disc)})
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=initrd, mem=256, append="console=ttyS0 panic=-1")
    pc.expect(PROMPT, 120)
    pc.run("mkdir -p /mnt; " + MOUNT.format("bad"))
    assert "I/O error" in pc.run("cat /mnt/numbers >/tmp/out")
    assert "a compressed file is damaged" in pc.run("dmesg")
    assert pc.run("head -n 2 /mnt/numbers; tail -n 1 /mnt/numbers") == "1\n2\n50000\n"
    assert pc.run("cmp -n 200000 /mnt/zeros /dev/zero && cat /mnt/deep/2/3/4/5/6/7/8/9/10/11/file") == "deep\n"


# --- a volume made by hand: what writers do not do, and a file that is too long for one section

ROOT, DATA, SECTOR = 20, 40, 2048
SECTION = (1 << 32) - SECTOR


def record(name, extent, size, flags=0):
    body = (bytes([0]) + struct.pack("<I", extent) + struct.pack(">I", extent)
            + struct.pack("<I", size) + struct.pack(">I", size)
            + bytes([100, 1, 1, 0, 0, 0, 0, flags, 0, 0, 1, 0, 0, 1, len(name)]) + name)
    body += bytes(len(body) + 1 & 1)
    return bytes([len(body) + 1]) + body


def handmade(path):
    end = DATA + SECTION // SECTOR + 2
    records = [record(b"\0", ROOT, SECTOR, 2), record(b"\1", ROOT, SECTOR, 2),
               record(b"BEYOND.;1", end, 100), record(b"GOOD.;1", DATA, 4),
               record(b"LARGE.;1", DATA, SECTION, 0x80), record(b"LARGE.;1", end - 2, 3000),
               record(b"LOOP", ROOT, SECTOR, 2), record(b"WILD", end + 7, SECTOR, 2)]
    volume = bytearray(SECTOR)
    volume[0:8] = b"\1CD001\1\0"
    volume[80:84] = struct.pack("<I", end)
    volume[128:130] = struct.pack("<H", SECTOR)
    volume[156:190] = record(b"\0", ROOT, SECTOR, 2)
    with open(path, "wb") as f:
        for sector, data in ((16, volume), (17, b"\xffCD001\1"), (ROOT, b"".join(records)),
                             (DATA, b"abcd"), (end - 3, b"-" * (SECTOR - 4) + b"last"),
                             (end - 2, b"next" + b"+" * 2996)):
            f.seek(sector * SECTOR)
            f.write(data)
        f.truncate(end * SECTOR)
    return path


def test_large_and_damaged(machine, tmp_path):
    image = handmade(tmp_path / "hand.iso")
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"), mem=64,
                 append="console=ttyS0 panic=-1 rootwait",
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image}"])
    pc.expect(PROMPT, 120)
    pc.run("dmesg -n 1; mkdir -p /mnt; i=0; until [ $i = 50 ] || [ -b /dev/hda ]; do sleep .1; i=$((i+1)); done")
    assert "read-only" in pc.run("mount -t iso9660 -o ro /dev/hda /mnt; grep ' /mnt ' /proc/mounts "
                                 "| sed 's/ ro,/ read-only,/'")
    # Every name is listed; those that cannot be are errors, and their neighbours are not.
    assert pc.run("ls /mnt").split() == ["beyond", "good", "large", "loop", "wild"]
    assert pc.run("cat /mnt/good") == "abcd"
    for name in ("beyond", "loop/.", "wild/."):
        assert "I/O error" in pc.run(f"cat /mnt/{name} 2>&1 >/dev/null"), name
    log = pc.run("dmesg | grep 'ISO 9660'")
    for said in ("a file lies beyond the end", "a directory contains itself",
                 "a directory lies beyond the end"):
        assert said in log
    assert pc.run("stat -c %s /mnt/large").strip() == str(SECTION + 3000)
    # Across the border of the sections, and the end.
    assert pc.run(f"tail -c +{SECTION - 3} /mnt/large | head -c 8") == "lastnext"
    assert pc.run("tail -c 5 /mnt/large") == "+++++"
    pc.run("mount -o remount,rw /mnt")
    assert pc.status != 0
    assert "Read-only" in pc.run("touch /mnt/new 2>&1")
    pc.run("umount /mnt")
    assert pc.status == 0
