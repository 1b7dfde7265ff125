#!/usr/bin/python3
"""linux_modules.py MODULES INIT OUT - an initramfs with the modules that Debian's Linux needs for IDE disks and ext2.

MODULES is the folder of the package's modules, INIT the program to start. /modules/list names the files in an order in
which each comes after those it depends on (their own `depends=`).
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "system"))
from vm.initramfs import Archive  # noqa: E402

# The generic ones are asked for by name through the kernel's crypto interface, which no `depends=` tells.
WANTED = ("crc32c_generic", "crct10dif_generic", "crc64_rocksoft_generic", "sd_mod", "ata_piix", "ext4")


def depends(path):
    found = re.search(rb"\0depends=([^\0]*)\0", path.read_bytes())
    return [name.replace("-", "_") for name in found[1].decode().split(",") if name] if found else []


def in_order(files, wanted):
    order = []

    def add(name):
        if name in order:
            return
        for other in depends(files[name]):
            add(other)
        order.append(name)

    for name in wanted:
        add(name)
    return order


def main(modules, init, out):
    files = {path.stem.replace("-", "_"): path for path in pathlib.Path(modules).rglob("*.ko")}
    archive = Archive()
    for folder in ("dev", "proc", "sys", "modules"):
        archive.folder(folder)
    archive.chardev("dev/console", 5, 1).file("init", pathlib.Path(init).read_bytes())
    order = in_order(files, WANTED)
    for name in order:
        archive.file(f"modules/{name}.ko", files[name].read_bytes(), 0o644)
    archive.file("modules/list", "".join(f"{name}.ko\n" for name in order), 0o644)
    archive.write(out)


main(*sys.argv[1:])
