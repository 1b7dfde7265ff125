"""initramfs - write newc cpio archives: small user lands for the harness's own tests, overlays."""
import gzip
import pathlib
import stat
import subprocess

BUSYBOX = pathlib.Path("/bin/busybox")

# Console shell on whatever /dev/console is, and on the first screen besides.
BUSYBOX_INIT = """\
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev 2>/dev/null
/bin/busybox --install -s /bin
export PATH=/bin PS1='# '
echo "init: $(uname -s) $(uname -r)"
while :; do setsid -c sh -i; done
"""


def entry(name, mode, data=b"", rdev=(0, 0), ino=1):
    head = "070701" + "".join(f"{v:08x}" for v in (
        ino, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(name) + 1, 0))
    out = head.encode() + name.encode() + b"\0"
    out += b"\0" * (-len(out) % 4) + data
    return out + b"\0" * (-len(data) % 4)


class Archive:
    """Entries in order; a folder must come before what it holds."""

    def __init__(self):
        self._parts = []

    def _add(self, *args, **kwargs):
        self._parts.append(entry(*args, ino=len(self._parts) + 1, **kwargs))
        return self

    def folder(self, name, mode=0o755):
        return self._add(name, stat.S_IFDIR | mode)

    def file(self, name, data, mode=0o755):
        data = data.encode() if isinstance(data, str) else data
        return self._add(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        return self._add(name, stat.S_IFLNK | 0o777, target.encode())

    def chardev(self, name, major, minor, mode=0o600):
        return self._add(name, stat.S_IFCHR | mode, rdev=(major, minor))

    def data(self):
        return b"".join(self._parts) + entry("TRAILER!!!", 0)

    def write(self, path, compress=True):
        data = self.data()
        pathlib.Path(path).write_bytes(gzip.compress(data, 6, mtime=0) if compress else data)
        return path


def busybox_archive():
    """A user land of busybox alone, for Debian's Linux."""
    return (Archive().folder("bin").folder("dev").chardev("dev/console", 5, 1)
            .file("bin/busybox", BUSYBOX.read_bytes()).file("init", BUSYBOX_INIT))


# Tells on the console that user space began, then becomes the real /init.
_MARK_SOURCE = r"""
	.globl _start
_start:	movl $4, %eax
	movl $1, %ebx
	movl $text, %ecx
	movl $7, %edx
	int $0x80
	movl (%esp), %ecx
	leal 4(%esp), %ecx
	movl (%esp), %edx
	leal 8(%esp,%edx,4), %edx
	movl $path, %ebx
	movl %ebx, (%ecx)
	movl $11, %eax
	int $0x80
	movl $1, %eax
	int $0x80
text:	.ascii "@init@\n"
path:	.asciz "/init"
"""


def mark_program(folder):
    """A static i386 program: prints @init@ and executes /init with its own arguments."""
    folder = pathlib.Path(folder)
    (folder / "mark.S").write_text(_MARK_SOURCE)
    subprocess.run(["gcc", "-m32", "-nostdlib", "-static", "-no-pie", "-Wl,-N,--build-id=none", "-o",
                    folder / "mark", folder / "mark.S"], check=True, stderr=subprocess.DEVNULL)
    return (folder / "mark").read_bytes()


def with_files(source, target, files):
    """A copy of a (gzip'ed) newc archive with further files {name: data} in it, as one archive."""
    data = pathlib.Path(source).read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    at = 0
    while True:
        if data[at:at + 6] != b"070701":
            raise AssertionError(f"{source} is no newc archive at {at:#x}")
        size, name_size = int(data[at + 54:at + 62], 16), int(data[at + 94:at + 102], 16)
        name = data[at + 110:at + 110 + name_size - 1]
        if name == b"TRAILER!!!":
            break
        at += (110 + name_size + 3 & ~3) + (size + 3 & ~3)
    extra = b"".join(entry(n, stat.S_IFREG | 0o755, d, ino=0x7F000000 + i)
                     for i, (n, d) in enumerate(files.items()))
    whole = data[:at] + extra + entry("TRAILER!!!", 0)
    pathlib.Path(target).write_bytes(gzip.compress(whole, 6, mtime=0))
    return target
