"""One ext2 volume, in turns of Linux and Oldiron: what either writes, the other reads byte for byte, and goes on with."""
import pytest
from linux_ext import boot_linux, make_initrd
from test_ext2 import WORK, boot, clean, mke2fs, put_script, sums_in_guest, umount

# Everything but the contents: kinds, modes, owners, links, sizes, times, targets.
STAT = "cd /mnt; find . ! -path './lost+found*' ! -type d | sort | xargs -d '\\n' stat -c '%n %f %u %g %h %s %Y %t:%T %N'; cd /"


def work(pc, seed, steps=150):
    put_script(pc, "/tmp/work", WORK)
    pc.run(f"bash /tmp/work {seed} {steps}; cd /", 120)
    pc.run(f"mknod /mnt/node{seed} c 4 {seed}; chown 7:70000 /mnt/node{seed}; chmod 6755 /mnt/d1; "
           f"setfattr -n user.k{seed} -v v{seed} /mnt/node{seed} 2>/dev/null; touch -d '2001-02-03 04:05:06' /mnt/node{seed}")


def seen(pc):
    return sums_in_guest(pc), pc.run(STAT, 60)


@pytest.mark.parametrize("options", [pytest.param(["-b", "1024"], id="1k"),
                                     pytest.param(["-b", "4096"], id="4k"),
                                     pytest.param(["-b", "2048", "-r", "0"], id="2k-revision-0")])
def test_in_turns(machine, tmp_path, options):
    image = tmp_path / "disk.img"
    mke2fs(image, "32M", *options)
    initrd = make_initrd(tmp_path / "linux.gz")
    before = None
    for seed, linux in enumerate((True, False, True, False), 1):
        pc = boot_linux(machine, initrd, image) if linux else boot(machine, image)
        pc.run(f"mount -t ext2 /dev/{'sda' if linux else 'hda'} /mnt")
        assert pc.status == 0
        if before:
            assert seen(pc) == before
        work(pc, seed)
        before = seen(pc)
        assert len(before[0]) > 15 and len(before[1].splitlines()) > 20
        umount(pc)
        pc.close()
        clean(image)
