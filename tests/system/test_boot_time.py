"""Time from kernel entry to /init and to the prompt: Oldiron and Debian's Linux, same initramfs; and to the login prompt of
the installed system, same disk.

Both kernels are stopped at their first 32-bit instruction by a breakpoint, so that neither BIOS nor
loader counts (Linux's own unpacking does: it is the kernel's code). Wall clock, TCG, one machine
after the other, the best of BENCH_ROUNDS rounds each; a busy host gets two more before it fails.
"""
import os
import struct

from vm import BUILD, PROMPT, LinuxRef, Qemu, artefact, initramfs, systemdisk
from vm.modules import EXT4_ON_IDE, of_linux

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1"))
LINUX_ENTRY = 0x100000  # where a bzImage's protected-mode part is loaded and entered
MORE_ROUNDS = 2
LIMIT = 0.1
LOGIN_LIMIT = 0.2

# The least that Debian's kernel needs before it can mount the disk; Debian's own initramfs does far more.
LINUX_INIT = """\
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
while read -r file; do /bin/busybox insmod /$file; done < /list
until [ -b /dev/sda1 ]; do /bin/busybox usleep 1000; done
/bin/busybox mount -o ro -t ext2 /dev/sda1 /disk
/bin/busybox mount -o move /dev /disk/dev
exec /bin/busybox switch_root /disk /sbin/init
"""


def elf_entry(path):
    with open(path, "rb") as f:
        return struct.unpack_from("<I", f.read(28), 24)[0]


def measure(machine, kind, initrd, **kwargs):
    """Seconds from entry to the mark of /init and to the first prompt."""
    pc = machine(kind, mem=256, initrd=initrd, append="quiet rdinit=/mark console=ttyS0", **kwargs)
    init = pc.expect(r"@init@", 120)
    prompt = pc.expect(PROMPT, 120)
    times = [pc.serial.time_of(m.end() - 1) - pc.start_time for m in (init, prompt)]
    pc.close()
    return times


def best(rounds):
    return [min(column) for column in zip(*rounds)]


def ratios_of(ours, linux):
    return [a / b for a, b in zip(best(ours), best(linux))]


def test_harness_times_linux(machine, busybox_initrd, tmp_path):
    """The measurement itself, where no kernel of ours is needed."""
    initrd = initramfs.with_files(busybox_initrd, tmp_path / "marked.cpio.gz",
                                  {"mark": initramfs.mark_program(tmp_path)})
    init, prompt = measure(machine, LinuxRef, initrd, entry=LINUX_ENTRY)
    assert 0.1 < init < prompt < 120


def test_a_tenth_of_linux(machine, tmp_path):
    initrd = initramfs.with_files(artefact("initramfs-base.cpio.gz"), tmp_path / "marked.cpio.gz",
                                  {"mark": initramfs.mark_program(tmp_path)})
    kernel = artefact("oldiron.elf")
    ours, linux = [], []
    while len(ours) < ROUNDS or (len(ours) < ROUNDS + MORE_ROUNDS and
                                 max(ratios_of(ours, linux)) > LIMIT):
        ours.append(measure(machine, Qemu, initrd, kernel=kernel, entry=elf_entry(kernel)))
        linux.append(measure(machine, LinuxRef, initrd, entry=LINUX_ENTRY))
    lines = [f"{'from kernel entry to':24}{'Oldiron':>10}{'Linux':>10}{'ratio':>8}"]
    ratios = ratios_of(ours, linux)
    for what, a, b, ratio in zip(("/init", "prompt"), best(ours), best(linux), ratios):
        lines.append(f"{what:24}{a:9.3f}s{b:9.3f}s{ratio:8.3f}")
    text = "\n".join(lines)
    print("\n" + text)
    (BUILD / "boot-time.txt").write_text(text + "\n")
    assert max(ratios) <= LIMIT, text


def linux_disk_initrd(path):
    archive = initramfs.busybox_archive().folder("disk").file("init", LINUX_INIT)
    files = of_linux(EXT4_ON_IDE)
    for file in files:
        archive.file(file.name, file.read_bytes())
    return archive.file("list", "".join(f"{file.name}\n" for file in files)).write(path)


def time_to_login(machine, disk, kind, **kwargs):
    pc = systemdisk.boot(machine, disk, "quiet", snapshot=True, kind=kind, mem=128, **kwargs)
    login = pc.expect("dx2 login: ", 240)
    seconds = pc.serial.time_of(login.end() - 1) - pc.start_time
    pc.close()
    return seconds


def test_login_in_a_fifth_of_linux(machine, tmp_path):
    """The same disk, root file system checked and mounted, services and consoles started, by the same programs."""
    disk = systemdisk.make(tmp_path / "hda.img", tmp_path)
    initrd = linux_disk_initrd(tmp_path / "linux.gz")
    kernel = artefact("oldiron.elf")
    ours, linux = [], []
    while len(ours) < ROUNDS or (len(ours) < ROUNDS + MORE_ROUNDS and min(ours) / min(linux) > LOGIN_LIMIT):
        ours.append(time_to_login(machine, disk, Qemu, kernel=kernel, entry=elf_entry(kernel)))
        linux.append(time_to_login(machine, disk, LinuxRef, initrd=initrd, entry=LINUX_ENTRY))
    ratio = min(ours) / min(linux)
    text = f"{'login, from the disk':24}{min(ours):9.3f}s{min(linux):9.3f}s{ratio:8.3f}"
    print("\n" + text)
    (BUILD / "boot-time-disk.txt").write_text(text + "\n")
    assert ratio <= LOGIN_LIMIT, text
