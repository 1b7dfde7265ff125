"""systemdisk - a disk with the installed system: the tree and manifest of `ports/image system`, made by ports/mkrootfs."""
import json
import os
import re
import subprocess

from .diskimage import MIB, SECTOR, run
from .machine import END, PROMPT, Expired
from .paths import BUILD, ROOT, artefact
from .qemu import Qemu

START = 63
UUID = "486d0000-0001-4000-8000-0000000f5c4b"
ROOT_PASSWORD = "iron-486"
USER_PASSWORD = "old-dx2"
PART = "/dev/hda1"


def crypt(password):
    return run("openssl", "passwd", "-6", "-salt", "oldironsalt", password).strip()


def settings(folder):
    """What an installer would write: files in `folder`, as arguments of mkrootfs."""
    texts = {
        "/etc/fstab": (0o644, 0, f"UUID={UUID} / auto rw 0 1\n"),
        "/etc/hostname": (0o644, 0, "dx2\n"),
        "/etc/passwd": (0o644, 0, "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:100:Anna:/home/anna:/bin/bash\n"
                        "nobody:x:65534:65534:nobody:/:/usr/bin/nologin\n"),
        "/etc/shadow": (0o640, 42, f"root:{crypt(ROOT_PASSWORD)}:10957:0:99999:7:::\n"
                        f"anna:{crypt(USER_PASSWORD)}:10957:0:99999:7:::\nnobody:*:10957:0:99999:7:::\n"),
        "/etc/oldiron/boot.conf": (0o644, 0, f"ROOT_UUID={UUID}\nTIMEOUT=1\nSERIAL=ttyS0,115200\n"),
    }
    args = ["-m", "755:1000:100:/home/anna/"]
    for number, (path, (mode, gid, text)) in enumerate(texts.items()):
        name = os.path.join(folder, str(number))
        with open(name, "w", encoding="ascii") as f:
            f.write(text)
        args += ["-m", f"{mode:o}:0:{gid}:{path}={name}"]
    return args


def make(path, folder, size=64 * MIB, groups="base,doc", extra=()):
    """A partitioned image at `path` with the file system in its first partition."""
    fs = f"{path}.fs"
    part = size - MIB
    run(ROOT / "ports" / "mkrootfs", "-g", groups, "-U", UUID, *settings(folder), *extra, artefact("system.manifest"),
        BUILD / "ports" / "root-system", part, fs)
    with open(path, "wb") as f:
        f.truncate(size)
    run("sfdisk", "-q", "--no-reread", "--no-tell-kernel", path,
        input=f"label: dos\nlabel-id: 0x486d2001\nstart={START}, size={part // SECTOR}, type=83, bootable\n")
    run("dd", f"if={fs}", f"of={path}", f"seek={START * SECTOR}", "oflag=seek_bytes", "bs=1M", "conv=notrunc,sparse", "status=none")
    os.unlink(fs)
    return path


def file_system(disk):
    """The partition by itself, for e2fsck and debugfs."""
    fs = f"{disk}.fs"
    table = json.loads(run("sfdisk", "-J", disk))["partitiontable"]["partitions"][0]
    run("dd", f"if={disk}", f"of={fs}", f"skip={table['start'] * SECTOR}", f"count={table['size'] * SECTOR}",
        "iflag=skip_bytes,count_bytes", "bs=1M", "conv=sparse", "status=none")
    return fs


def change(disk, *commands):
    """debugfs' commands on the partition."""
    fs = file_system(disk)
    for command in commands:
        run("debugfs", "-w", "-R", command, fs)
    run("dd", f"if={fs}", f"of={disk}", f"seek={START * SECTOR}", "oflag=seek_bytes", "bs=1M", "conv=notrunc", "status=none")


def is_clean_state(disk):
    """Whether the file system says that it was unmounted."""
    return re.search(r"^Filesystem state: +clean$", run("dumpe2fs", "-h", file_system(disk)), re.MULTILINE) is not None


def is_clean(disk):
    """That, and the host's e2fsck finds nothing."""
    run("e2fsck", "-fn", file_system(disk))
    return is_clean_state(disk)


def read(fs, name):
    """A file's contents, taken out of the file system."""
    out = f"{fs}.out"
    run("debugfs", "-R", f"dump {name} {out}", fs)
    with open(out, "rb") as f:
        return f.read()


def stat(fs, name):
    return run("debugfs", "-R", f"stat {name}", fs)


def copy(disk, path):
    subprocess.run(["cp", "--sparse=always", str(disk), str(path)], check=True)
    return path



def boot(start, disk, append="", snapshot=False, kind=Qemu, **kwargs):
    """A machine that boots the disk's system; the serial line is its console."""
    if kind is Qemu:
        kwargs.setdefault("kernel", artefact("oldiron.elf"))
    kwargs.setdefault("mem", 32)
    extra = ["-drive", f"if=ide,index=0,format=raw,file={disk},snapshot={'on' if snapshot else 'off'}"]
    return start(kind, append=f"root={PART} console=tty0 console=ttyS0,115200 {append}", extra=extra, **kwargs)


def login(pc, name="root", password=ROOT_PASSWORD, prompt="[#$] " + END, timeout=180):
    pc.expect("login: " + END, timeout)
    pc.send(f"{name}\r")
    pc.expect("assword: " + END, 60)
    pc.send(f"{password}\r")
    pc.expect(prompt, 60)


def give_root_password(pc, password, answer=PROMPT, timeout=120):
    """sulogin throws away what was typed before it switched the echo off, which is after its prompt: said again if need be."""
    pc.expect(r"(?i)give root password.*\n.*continue\): " + END, timeout)
    for _ in range(5):
        pc.send(f"{password}\r")
        try:
            return pc.expect(answer, 20)
        except Expired:
            continue
    return pc.expect(answer, 20)
