"""Discarding: what a guest gives back is a hole in the raw file that is its disk, and nothing else is."""
import hashlib

import pytest

from vm import PROMPT, Qemu, artefact, initramfs
from vm.diskimage import MIB

SIZE = 64 * MIB
DATA = hashlib.shake_256(b"discard").digest(MIB) * 64
PART = 3 * MIB  # where the partition begins, and how long it is
PART_SIZE = 40 * MIB


@pytest.fixture
def disk(tmp_path):
    path = tmp_path / "disk"
    path.write_bytes(DATA)
    return path


def boot(machine, disk, kind="pc", append="", initrd=None):
    bus = ",bus=ide.1" if kind == "q35" else ",bus=ide.0"
    pc = machine(Qemu, machine=kind, cpu="pentium3", mem=128, kernel=artefact("oldiron.elf"),
                 initrd=initrd or artefact("initramfs.cpio.gz"), append=f"console=ttyS0,115200 quiet {append}",
                 extra=["-drive", f"if=none,id=d,format=raw,discard=unmap,file={disk}",
                        "-device", f"ide-hd,drive=d{bus}"])
    pc.expect(PROMPT, 120)
    name = "sdb" if kind == "q35" else "hda"
    pc.run(f"D=/dev/{name}; Q=/sys/block/{name}/queue; dmesg -n 1; mkdir -p /mnt")
    pc.run("until [ -b $D ]; do sleep 0.1; done", 60)
    return pc


def ok(pc, command, timeout=120):
    text = pc.run(command, timeout)
    assert pc.status == 0, text
    return text


def zeros(data, *ranges):
    data = bytearray(data)
    for start, size in ranges:
        data[start:start + size] = bytes(size)
    return bytes(data)


def check_disk(pc, disk, wanted):
    """What the guest reads, past its cache, and what the file holds."""
    ok(pc, "sync; blockdev --flushbufs $D")
    found = ok(pc, "md5sum < $D", 300).split()[0]
    assert disk.read_bytes() == wanted
    assert found == hashlib.md5(wanted).hexdigest()


@pytest.mark.parametrize("kind", ["pc", "q35"])
def test_blkdiscard(machine, disk, kind):
    pc = boot(machine, disk, kind)
    limits = ok(pc, "for i in granularity max_bytes max_hw_bytes zeroes_data; do cat $Q/discard_$i; done").split()
    assert limits == ["512", "2147450880", "2147450880", "0"]
    blocks = disk.stat().st_blocks
    # In the page cache, and dirty there: neither is seen again.
    ok(pc, "cat $D > /dev/null; dd if=/dev/urandom of=$D bs=1M seek=9 count=2 conv=notrunc 2>&1")
    ok(pc, f"blkdiscard -o {8 * MIB} -l {4 * MIB} $D")
    ok(pc, f"blkdiscard -o {20 * MIB + 512} -l {1024} $D")
    ok(pc, f"blkdiscard -o {SIZE - 512} -l 512 $D")
    check_disk(pc, disk, zeros(DATA, (8 * MIB, 4 * MIB), (20 * MIB + 512, 1024), (SIZE - 512, 512)))
    # Where the holes are takes some blocks of the host's file system itself.
    assert blocks - disk.stat().st_blocks > 3 * MIB // 512
    counts = ok(pc, "awk '{print $12, $13, $14}' ${Q%/queue}/stat").split()
    assert counts == ["3", "0", str(4 * MIB // 512 + 3)]
    ok(pc, "blkdiscard -f $D", 300)
    check_disk(pc, disk, bytes(SIZE))
    assert disk.stat().st_blocks < MIB // 512


def test_partition(machine, disk):
    """All of a partition is that and no sector more."""
    pc = boot(machine, disk)
    ok(pc, f"printf 'label: dos\\nlabel-id: 1\\n{PART // 512},{PART_SIZE // 512}\\n' | sfdisk $D 2>&1")
    pc.run("until [ -b ${D}1 ]; do sleep 0.1; done", 60)
    before = disk.read_bytes()
    ok(pc, f"blkdiscard -o {PART_SIZE - 1024} -l 512 ${{D}}1")
    check_disk(pc, disk, zeros(before, (PART + PART_SIZE - 1024, 512)))
    ok(pc, "blkdiscard -f ${D}1")
    check_disk(pc, disk, zeros(before, (PART, PART_SIZE)))
    assert ok(pc, "awk '{print $12, $14}' ${Q%/queue}/*da1/stat").split() == ["2", str(PART_SIZE // 512 + 1)]


def test_not_to_be_had(machine, disk):
    """Without DMA there is none."""
    pc = boot(machine, disk, append="nodma")
    assert "Not supported" in pc.run("blkdiscard -f $D")
    assert ok(pc, "cat $Q/discard_granularity $Q/discard_max_bytes").split() == ["0", "0"]
    check_disk(pc, disk, DATA)


def test_switched_and_protected(machine, disk):
    pc = boot(machine, disk)
    ok(pc, "blockdev --setro $D")
    assert "not permitted" in pc.run("blkdiscard -f -l 1M $D 2>&1; blkdiscard -f -z -l 1M $D")
    ok(pc, "blockdev --setrw $D; hdparm -d0 $D")
    assert "Not supported" in pc.run("blkdiscard -f $D")
    assert ok(pc, "cat $Q/discard_max_bytes").split() == ["0"]
    ok(pc, "hdparm -d1 $D; blkdiscard -f -l 1M $D")
    check_disk(pc, disk, zeros(DATA, (0, MIB)))


@pytest.mark.parametrize("kind", ["pc", "q35"])
def test_hdparm(machine, disk, kind):
    """The command itself, from a program: it needs DMA too."""
    pc = boot(machine, disk, kind)
    ok(pc, "echo 4096:8 8192:65535 | hdparm --please-destroy-my-drive --trim-sector-ranges-stdin $D 2>&1")
    check_disk(pc, disk, zeros(DATA, (4096 * 512, 8 * 512), (8192 * 512, 65535 * 512)))


def test_mke2fs(machine, disk):
    """mke2fs gives all of it back and trusts nothing to be zeros; e2fsck gives back what is free."""
    pc = boot(machine, disk)
    assert "Discarding device blocks" in ok(pc, "mke2fs -t ext2 -F $D 2>&1")
    assert disk.stat().st_blocks * 512 < 8 * MIB
    ok(pc, "mount $D /mnt && dd if=/dev/urandom of=/mnt/a bs=1M count=20 2>&1 && cp /mnt/a /mnt/b && "
           "md5sum /mnt/b > /sum && rm /mnt/a && umount /mnt")
    full = disk.stat().st_blocks
    assert pc.run("e2fsck -fp -E discard $D; echo $?").split()[-1] == "0"
    assert full - disk.stat().st_blocks > 19 * MIB // 512
    ok(pc, "mount $D /mnt && md5sum -c /sum")


def test_fstrim(machine, disk):
    """Free blocks go, also those of files that were removed a moment ago; files stay as they are."""
    pc = boot(machine, disk)
    ok(pc, "mke2fs -q -t ext2 -E nodiscard $D && mount -t ext2 $D /mnt && cd /mnt && "
           "for i in 1 2 3 4 5; do dd if=/dev/urandom of=f$i bs=1M count=10 2>&1; done; sync; md5sum f[245] > /sum")
    full = disk.stat().st_blocks
    ok(pc, "rm f1 f3; fstrim -v /mnt")
    assert full - disk.stat().st_blocks > 19 * MIB // 512
    ok(pc, "echo 3 > /proc/sys/vm/drop_caches; md5sum -c /sum")
    assert " 0 B " in ok(pc, "fstrim -v /mnt")
    assert " 10" in ok(pc, "dd if=/dev/urandom of=f1 bs=1M count=10 2>&1; rm f2; sed -i /f2/d /sum; fstrim -v /mnt")
    ok(pc, "cd /; umount /mnt; mount -t ext2 $D /mnt; cd /mnt; md5sum -c /sum; cd /; umount /mnt; e2fsck -fn $D")



def test_fstrim_of_a_loop_device(machine, disk):
    """Over a file of a tmpfs, which gets holes."""
    pc = boot(machine, disk)
    ok(pc, "mkdir /t; mount -t tmpfs none /t && truncate -s 24M /t/i && mke2fs -q -t ext2 /t/i && "
           "mount -t ext2 -o loop /t/i /mnt && dd if=/dev/urandom of=/mnt/a bs=1M count=9 2>&1 && "
           "cp /mnt/a /mnt/b && md5sum /mnt/b > /sum && sync")
    full = int(ok(pc, "du -k /t/i").split()[0])
    ok(pc, "rm /mnt/a && fstrim -v /mnt")
    assert full - int(ok(pc, "du -k /t/i").split()[0]) > 8 * 1024
    ok(pc, "umount /mnt && mount -t ext2 -o loop /t/i /mnt && md5sum -c /sum && umount /mnt && e2fsck -fn /t/i")


WRITER = r"""
n=0
while [ ! -e /stop ]; do
    i=$((n % 7)); n=$((n + 1))
    head -c $((300000 * (i + 1))) /dev/urandom > /mnt/w$i 2> /dev/null || true
    md5sum < /mnt/w$i > /sum$i
    dd if=/dev/zero of=/mnt/fill bs=64k 2> /dev/null || true
    [ $(md5sum < /mnt/w$i | cut -c 1-32) = $(cut -c 1-32 /sum$i) ] || echo wrong > /wrong
    rm -f /mnt/fill
done
"""


def test_fstrim_and_writers(machine, disk, tmp_path):
    """On a file system that is full again and again: who wants a block waits for what is given back."""
    initrd = initramfs.with_files(artefact("initramfs.cpio.gz"), tmp_path / "initrd.gz", {"writer.sh": WRITER.encode()})
    pc = boot(machine, disk, initrd=initrd)
    ok(pc, "mke2fs -q -t ext2 $D 24M && mount -t ext2 $D /mnt && rmdir /mnt/lost+found")
    pc.run("sh /writer.sh & true")
    ok(pc, "for i in $(seq 60); do fstrim /mnt || echo $i >> /failed; done; touch /stop; wait", 600)
    assert pc.run("ls /failed /wrong 2>/dev/null") == ""
    ok(pc, "cd /mnt; umount /mnt 2>/dev/null; cd /; umount /mnt; mount -t ext2 $D /mnt")
    ok(pc, "for f in /mnt/w*; do [ $(md5sum < $f | cut -c 1-32) = $(cut -c 1-32 /sum${f#/mnt/w}) ] || exit 1; done")
    ok(pc, "umount /mnt; e2fsck -fn $D")
