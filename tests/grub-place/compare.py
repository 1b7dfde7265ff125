#!/usr/bin/python3
"""compare - installer/loader's placing of GRUB beside grub-bios-setup's: every byte of the disk must be the same.

    compare.py PLACE ROOT-DEVICE.SO

PLACE is tests/grub-place/place.c, ROOT-DEVICE.SO what lets grub-bios-setup work on files without being root.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

GRUB = "/usr/lib/grub/i386-pc"
SEARCH = "search.fs_uuid 8c6ab62f-8a4f-4d0b-b7a8-0123456789ab root\nset prefix=($root)/boot/grub\n"
# name, sfdisk's script, modules, first sector of core.img. A cylinder-aligned disk has a gap of 62 sectors.
CASES = [
    ("mbr-62", "label-id: 0x12345678\n63,,83,*\n", "biosdisk part_msdos ext2 search_fs_uuid", 1),
    ("mbr-1mib", "label-id: 0xcafebabe\n2048,20480,83\n,,5\n,,83\n", "biosdisk part_msdos part_gpt ext2 search_fs_uuid normal", 1),
    ("gpt", "label: gpt\nfirst-lba: 64\n64,200,21686148-6449-6E6F-744E-656564454649\n2048,,L\n", "biosdisk part_gpt ext2 search_fs_uuid", 64),
    ("boot-code", "label-id: 0x1\n2048,,6\n", "biosdisk part_msdos ext2", 1),
]


def tool(*argv, **kwargs):
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **kwargs)
    if done.returncode:
        sys.exit(f"{argv}: {done.returncode}\n{done.stdout}")
    return done.stdout


def make_disk(path, name, script):
    with open(path, "wb") as f:
        f.truncate(32 << 20)
        if name == "boot-code":
            f.write(bytes(range(1, 221)) * 2)
    tool("sfdisk", "-q", path, input=script)


def make_core(folder, modules):
    with open(f"{folder}/load.cfg", "w", encoding="ascii") as f:
        f.write(SEARCH)
    tool("grub-mkimage", "-O", "i386-pc", "-d", GRUB, "-p", "/boot/grub", "-c", f"{folder}/load.cfg",
         "-o", f"{folder}/core.img", *modules.split())
    shutil.copy(f"{GRUB}/boot.img", folder)


def bios_setup(folder, disk, preload):
    root = f"{folder}/root.img"
    with open(root, "wb") as f:
        f.truncate(1 << 20)
    tool("mke2fs", "-qF", root)
    with open(f"{folder}/mountinfo", "w", encoding="ascii") as f:
        f.write("20 1 3:0 / / rw - ext2 /dev/rootdisk rw\n")
    with open(f"{folder}/device.map", "w", encoding="ascii") as f:
        f.write(f"(hd0) {disk}\n(hd1) /dev/rootdisk\n")
    env = dict(os.environ, LD_PRELOAD=preload, ROOT_IMAGE=root, ROOT_MOUNTINFO=f"{folder}/mountinfo")
    out = tool(f"{GRUB}/grub-bios-setup", "-v", "-s", "--no-rs-codes", "-d", folder, "-m", f"{folder}/device.map",
               "(hd0)", env=env)
    if not re.search("info: saving <", out):
        sys.exit(f"grub-bios-setup wrote nothing:\n{out}")


def differences(a, b):
    with open(a, "rb") as f, open(b, "rb") as g:
        x, y = f.read(), g.read()
    return [i for i in range(len(x)) if x[i] != y[i]] if x != y else []


def compare(place, preload, name, script, modules, first):
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/ours.img", f"{folder}/theirs.img"
        make_disk(ours, name, script)
        shutil.copy(ours, theirs)
        make_core(folder, modules)
        bios_setup(folder, theirs, preload)
        tool(place, f"{folder}/boot.img", f"{folder}/core.img", ours, first)
        wrong = differences(ours, theirs)
        size = os.stat(f"{folder}/core.img").st_size
        print(f"{name}: core.img {size} bytes, {len(wrong)} bytes differ {[hex(i) for i in wrong[:8]]}")
        return not wrong


def main():
    place, preload = sys.argv[1], os.path.abspath(sys.argv[2])
    version = tool("grub-mkimage", "--version").strip()
    print(f"grub-compare: beside grub-bios-setup of {version}")
    results = [compare(place, preload, *case) for case in CASES]
    sys.exit(0 if all(results) else 1)


main()
