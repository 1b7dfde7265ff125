"""O_DIRECT, FIBMAP and FIEMAP on ext2, and what reaches the disk: one program says the same on Debian's Linux and on Oldiron."""
import difflib
import pathlib
import subprocess

import pytest
from linux_ext import boot_linux, make_initrd
from test_ext2 import boot, clean, mke2fs, mount, umount

from vm import artefact, initramfs

GUEST = pathlib.Path(__file__).parent / "guest"


@pytest.fixture(name="program", scope="module")
def build_program(tmp_path_factory):
    out = tmp_path_factory.mktemp("directio") / "directio"
    subprocess.run(["gcc", "-m32", "-static", "-O1", "-o", out, GUEST / "directio.c"], check=True)
    return {"directio": out.read_bytes()}


@pytest.mark.parametrize("block", [1024, 4096])
def test_as_on_linux(machine, tmp_path, program, block):
    said = []
    for linux in (True, False):
        image = tmp_path / f"{linux}.img"
        mke2fs(image, "16M", "-b", block)
        if linux:
            pc = boot_linux(machine, make_initrd(tmp_path / "linux.gz", program), image)
            pc.run("mount -t ext2 /dev/sda /mnt")
        else:
            initrd = initramfs.with_files(artefact("initramfs.cpio.gz"), tmp_path / "oldiron.gz", program)
            pc = boot(machine, image, initrd=initrd)
            mount(pc)
        said.append(pc.run("/directio /mnt", 120).splitlines())
        assert pc.status == 0
        short = pc.run("/directio /mnt short").splitlines() if not linux else []
        umount(pc)
        clean(image)
    assert not list(difflib.unified_diff(*said, "linux", "oldiron", lineterm=""))
    assert len(said[0]) > 100
    assert short == [f"{n} of 4096 bytes: {n} written, 0 others differ" for n in range(100, 4096, 950)]
