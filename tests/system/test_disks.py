"""The disk matrix: every way a disk can be fitted ends in a shell with the disk mounted and checked,
by the guest what the host wrote and by the host what the guest wrote."""
import re

import pytest

from vm import PROMPT, Bochs, Qemu, artefact
from vm.diskimage import MIB, Disk, guest_walk, host_walk, make_tree, run
from vm.loaders import grub_menu

SERIAL = "console=tty0 console=ttyS0,115200"
GIB = 1 << 30


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    make_tree(str(folder))
    return folder


def ide(path, index):
    return ["-drive", f"if=ide,index={index},media=disk,format=raw,file={path}"]


def boot(machine, extra, model="pc", cpu="pentium3", mem=64, append=""):
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-base.cpio.gz"), append=f"{SERIAL} {append}",
                 extra=extra)
    pc.expect(PROMPT, 60)
    return pc


@pytest.fixture(scope="module")
def iso(tmp_path_factory):
    folder = tmp_path_factory.mktemp("iso")
    (folder / "t").mkdir()
    make_tree(str(folder / "t"), seed=2)
    run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "TESTCD", "-o", folder / "cd.iso",
        folder / "t")
    return folder / "cd.iso"


# ISA: no PCI, programmed I/O; the disk alone as master, and alone as slave.
@pytest.mark.parametrize("index, device", [(0, "hda"), (1, "hdb"), (3, "hdd")])
def test_isapc(machine, tree, tmp_path, index, device):
    disk = Disk(tmp_path / "d", 40 * MIB, tree, start=17)
    pc = boot(machine, ide(disk.path, index), "isapc", "486", 16)
    assert f"{device}1" in pc.run("cat /proc/partitions")
    guest_walk(pc, f"/dev/{device}1")
    host_walk(disk)


# Each place alone with DMA; two of them without, and without interrupts.
@pytest.mark.parametrize("index, device, append", [
    (0, "hda", ""), (1, "hdb", ""), (2, "hdc", ""), (3, "hdd", ""),
    (0, "hda", "nodma"), (3, "hdd", "nodma"), (0, "hda", "ide=poll"), (3, "hdd", "ide=poll nodma")])
def test_pc_alone(machine, tree, tmp_path, index, device, append):
    disk = Disk(tmp_path / "d", 64 * MIB, tree)
    pc = boot(machine, ide(disk.path, index), append=append)
    guest_walk(pc, f"/dev/{device}1")
    host_walk(disk)


# By cylinders, heads and sectors, as drives before LBA are: emulators' could more, and are not asked to.
@pytest.mark.parametrize("model, cpu, index, device, append", [
    ("isapc", "486", 0, "hda", ""), ("isapc", "486", 1, "hdb", ""), ("pc", "pentium", 0, "hda", ""),
    ("pc", "pentium", 3, "hdd", "nodma")])
def test_chs(machine, tree, tmp_path, model, cpu, index, device, append):
    disk = Disk(tmp_path / "d", 40 * 1008 * 512 * 2, tree, start=17)
    pc = boot(machine, ide(disk.path, index), model, cpu, 16 if model == "isapc" else 64, f"ide=chs {append}")
    assert re.search(rf"{device}: CHS, CHS \d", pc.run("dmesg"))
    guest_walk(pc, f"/dev/{device}1")
    host_walk(disk)


def test_pc_all_places(machine, tree, tmp_path, iso):
    disks = {d: Disk(tmp_path / d, 40 * MIB, tree) for d in ("hda", "hdb", "hdd")}
    extra = [a for i, d in ((0, "hda"), (1, "hdb"), (3, "hdd")) for a in ide(disks[d].path, i)]
    extra += ["-drive", f"if=ide,index=2,media=cdrom,format=raw,file={iso}"]
    pc = boot(machine, extra)
    for device in disks:
        guest_walk(pc, f"/dev/{device}1")
    assert pc.run("mount -t iso9660 -o ro /dev/hdc /mnt && cd /mnt && md5sum -c sums | grep -c OK; "
                  "cd /; umount /mnt", 60) == "40\n"
    for disk in disks.values():
        host_walk(disk)


@pytest.mark.parametrize("size, start, gpt", [
    pytest.param(200 * GIB, 2 ** 28 + 2048, False, id="200G-beyond-LBA28"),
    pytest.param(3072 * GIB, 5 * 2 ** 30 + 2048, True, id="3T-beyond-32-bits"),
])
def test_large(machine, tree, tmp_path, size, start, gpt):
    disk = Disk(tmp_path / "d", size, tree, start=start, gpt=gpt)
    pc = boot(machine, ide(disk.path, 0))
    assert pc.run("blockdev --getsize64 /dev/hda") == f"{size}\n"
    guest_walk(pc, "/dev/hda1")
    host_walk(disk)


def test_q35_ahci(machine, tree, tmp_path):
    disk = Disk(tmp_path / "d", 64 * MIB, tree)
    pc = boot(machine, ["-drive", f"if=none,id=d,format=raw,file={disk.path}",
                        "-device", "ide-hd,drive=d,bus=ide.0"], "q35", "qemu32", 128)
    guest_walk(pc, "/dev/sda1")
    host_walk(disk)


def test_sync_of_many_partitions(machine, tmp_path):
    """sync(1) writes what programs have written to each of 30 partitions that they still have open."""
    image, numbers = tmp_path / "d", range(1, 31)
    with open(image, "wb") as f:
        f.truncate(40 * MIB)
    run("sfdisk", "-q", image, input="label: gpt\n" + "size=256\n" * len(numbers))
    starts = dict(re.findall(r"(\d+) : start= *(\d+)", run("sfdisk", "-d", image)))
    pc = machine(Qemu, mem=64, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs-base.cpio.gz"),
                 append="console=ttyS0,115200",
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image}"])
    pc.expect(PROMPT, 60)
    pc.run("until [ -b /dev/hda30 ]; do sleep 0.1; done", 60)
    pc.run("for i in {1..30}; do eval \"exec $((i + 20))<>/dev/hda$i\"; echo number $i. >&$((i + 20)); done; sync", 60)
    pc.close()
    with open(image, "rb") as f:
        for number in numbers:
            f.seek(512 * int(starts[str(number)]))
            assert f.read(20).startswith(b"number %d.\n" % number)


@pytest.mark.parametrize("model, cpu", [("isapc", "486"), ("pc", "pentium3"), ("q35", "qemu32")])
def test_no_disk(machine, model, cpu):
    """The boot is not held up by places where nothing is."""
    pc = boot(machine, [], model, cpu, 32)
    assert float(pc.run("cut -d' ' -f1 /proc/uptime")) < 15
    assert pc.run("grep -c '[hs]d[a-z]' /proc/partitions") == "0\n"


def test_root_device(machine, tmp_path):
    """root= by name, label and UUID, read-only and writable; init= from the disk."""
    root = tmp_path / "root"
    for folder in ("dev", "proc", "bin", "mnt"):
        (root / folder).mkdir(parents=True)
    busybox = artefact("ports/pkg/busybox-static/usr/bin/busybox-static")
    (root / "bin/busybox").write_bytes(open(busybox, "rb").read())
    (root / "bin/busybox").chmod(0o755)
    for name in ("sh", "mount", "cat", "echo", "touch", "sync", "poweroff", "grep"):
        (root / "bin" / name).symlink_to("busybox")
    disk = Disk(tmp_path / "d", 64 * MIB, root)
    for name, mode in (("/dev/hda1", "rw"), ("LABEL=", "ro")):
        if name == "LABEL=":
            fs = disk.check()
            name = "UUID=" + run("blkid", "-p", "-o", "value", "-s", "UUID", fs).strip()
        pc = machine(Qemu, kernel=artefact("oldiron.elf"), mem=64,
                     append=f"{SERIAL} root={name} {mode} init=/bin/sh", extra=ide(disk.path, 0))
        pc.expect(r"# \Z", 60)
        pc.run("mount -t proc proc /proc")
        assert f" / ext2 {mode}," in pc.run("cat /proc/mounts")
        touched = pc.run("touch /mnt/x && echo yes || echo no")
        assert touched.endswith("yes\n" if mode == "rw" else "no\n")
        pc.run("sync; mount -o remount,ro /; sync")
        pc.close()
    disk.check()


def test_root_that_is_not_there(machine):
    pc = machine(Qemu, kernel=artefact("oldiron.elf"), mem=64,
                 append=f"{SERIAL} panic=-1 root=/dev/hdq7")
    pc.expect(r"(?s)there is no /dev/hdq7; the disks are:.*root=/dev/hdq7, does not exist", 60)


def test_bochs(machine, tree, tmp_path):
    """Bochs, booted from the ISO, with a disk and the CD."""
    disk = Disk(tmp_path / "d", 40 * 1008 * 512 * 2, tree)
    pc = machine(Bochs, iso=artefact("oldiron.iso"), disk=disk.path, mem=64)
    grub_menu(pc, "r", 120)
    pc.expect(PROMPT, 240)
    guest_walk(pc, "/dev/hda1")
    pc.run("sync")
    pc.close()
    host_walk(disk)


def cpu_ticks(pc):
    """Idle and waiting for a device, of /proc/stat: hundredths of a second."""
    fields = pc.run("head -n 1 /proc/stat").split()
    return int(fields[4]), int(fields[5])


def test_time_of_waiting(machine, tmp_path):
    """With a disk that does 20 requests a second, the processor's time is iowait while a program reads, not idle."""
    path = tmp_path / "d"
    path.write_bytes(bytes(4 * MIB))
    pc = boot(machine, ["-drive", f"if=ide,media=disk,format=raw,file={path},throttling.iops-total=20"])
    before = cpu_ticks(pc)
    pc.run("dd if=/dev/hda of=/dev/null bs=4k count=60 iflag=direct status=none")
    after = cpu_ticks(pc)
    waited, idle = after[1] - before[1], after[0] - before[0]
    assert waited > 100 and waited > idle
    pc.run("sleep 2")
    assert cpu_ticks(pc)[1] - after[1] < 50


def test_reclaim_is_counted(machine, tmp_path):
    """Reading four times as much as there is memory takes pages from the cache, and /proc/vmstat says how many."""
    path = tmp_path / "d"
    with open(path, "wb") as f:
        f.truncate(96 * MIB)
    pc = boot(machine, ide(path, 0), mem=24)
    pc.run("cat /dev/hda > /dev/null", 60)
    counts = dict(line.split() for line in pc.run("cat /proc/vmstat").splitlines())
    freed = int(counts["pgsteal_kswapd"]) + int(counts["pgsteal_direct"])
    assert int(counts["pgscan_kswapd"]) + int(counts["pgscan_direct"]) >= freed > 72 * MIB // 4096
