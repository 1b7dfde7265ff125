#!/usr/bin/python3
"""linux_modules.py MODULES INIT OUT - an initramfs with the modules that Debian's Linux needs for IDE and AHCI disks and ext2.

MODULES is the folder of the package's modules, INIT the program to start. /modules/list names the files in the order
in which they have to be loaded.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "system"))
from vm.initramfs import Archive  # noqa: E402
from vm.modules import EXT4_ON_IDE, add_modules  # noqa: E402


def main(modules, init, out):
    archive = Archive()
    for folder in ("dev", "proc", "sys"):
        archive.folder(folder)
    archive.chardev("dev/console", 5, 1).file("init", pathlib.Path(init).read_bytes())
    add_modules(archive, modules, (*EXT4_ON_IDE, "ahci")).write(out)


main(*sys.argv[1:])
