"""initramfs - write newc cpio archives: small user lands for the harness's own tests, overlays."""
import gzip
import pathlib
import stat

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
