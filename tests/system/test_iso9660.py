"""ISO 9660: what Oldiron shows of a volume is what Linux shows, name by name and byte by byte."""
import pathlib
import re
import subprocess

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs
from vm.paths import CACHE

TREE = r"""
set -e
mkdir -p t/Empty t/deep/2/3/4/5/6/7/8/9/10/11 t/many && cd t
echo deep >deep/2/3/4/5/6/7/8/9/10/11/file
: >empty; printf '%05000d' 7 >five-thousand; ln five-thousand linked
head -c 3000001 /dev/urandom >large
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
