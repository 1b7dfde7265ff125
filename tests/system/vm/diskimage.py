"""diskimage - disk images for tests: partition tables and ext2 by the host's own tools, and what
the host finds in them afterwards."""
import hashlib
import os
import subprocess

SECTOR = 512
MIB = 1 << 20


def run(*argv, **kwargs):
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **kwargs)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, argv))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def make_tree(folder, files=40, seed=1):
    """A tree with known contents; returns the text that `md5sum -c` checks it by."""
    sums = []
    for i in range(files):
        name = f"d{i % 5}/file{i}"
        data = hashlib.shake_256(f"{seed}/{i}".encode()).digest(1 + (i * i * 977) % 300_000)
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
        sums.append(f"{hashlib.md5(data).hexdigest()}  {name}\n")
    text = "".join(sums)
    with open(os.path.join(folder, "sums"), "w", encoding="ascii") as f:
        f.write(text)
    return text


class Disk:
    """A raw image with one ext2 partition that starts at sector `start`."""

    def __init__(self, path, size, tree, start=63, part_size=24 * MIB, gpt=False, block=1024):
        self.path, self.start, self.part_size = str(path), start, part_size
        with open(self.path, "wb") as f:
            f.truncate(size)
        sectors = part_size // SECTOR
        label = "gpt" if gpt else "dos"
        kind = "0FC63DAF-8483-4772-8E79-3D69D8477DE4" if gpt else "83"
        run("sfdisk", "-q", "--no-reread", "--no-tell-kernel", "--wipe", "never", self.path,
            input=f"label: {label}\nstart={start}, size={sectors}, type={kind}\n")
        fs = self.path + ".fs"
        with open(fs, "wb") as f:
            f.truncate(part_size)
        run("mke2fs", "-q", "-F", "-t", "ext2", "-b", block, "-d", tree, fs)
        self._copy(fs, self.path, start * SECTOR, to_image=True)
        os.unlink(fs)

    def _copy(self, fs, image, offset, to_image):
        source, target = (fs, image) if to_image else (image, fs)
        with open(source, "rb") as src, open(target, "r+b" if to_image else "wb") as dst:
            (dst if to_image else src).seek(offset)
            left = self.part_size
            while left:
                piece = src.read(min(left, MIB))
                if not piece:
                    break
                dst.write(piece)
                left -= len(piece)

    def check(self):
        """The host's e2fsck finds nothing; the file system by itself in a file, for debugfs."""
        fs = self.path + ".check"
        self._copy(fs, self.path, self.start * SECTOR, to_image=False)
        run("e2fsck", "-fn", fs)
        return fs

    def read_file(self, fs, name):
        out = fs + ".out"
        run("debugfs", "-R", f"dump {name} {out}", fs)
        with open(out, "rb") as f:
            return f.read()


def compare_sums(text):
    """Lines of md5sum(1), the measured ones and then the expected: how many pairs are alike."""
    lines = text.splitlines()
    measured, expected = set(lines[:len(lines) // 2]), set(lines[len(lines) // 2:])
    assert measured == expected
    return len(measured)


def guest_walk(pc, device, before=""):
    """Mounts, checks what the host wrote, changes things, unmounts; the host's part is check()."""
    assert pc.run(f"{before}mount -t ext2 {device} /mnt && echo fine").endswith("fine\n")
    assert compare_sums(pc.run("cd /mnt; md5sum d*/*; cat sums; cd /", 120)) == 40
    # Short lines: a plain shell's editor breaks what is longer than the screen is wide.
    for command in ("cd /mnt", "rm d1/file1", "mkdir new", "cat sums sums sums >new/n",
                    "ln -s new/n link", "mv d2/file2 new/moved", "cd /", "umount /mnt"):
        assert pc.run(command, 90) == ""


def host_walk(disk):
    fs = disk.check()
    assert disk.read_file(fs, "/new/n") == 3 * disk.read_file(fs, "/sums")
    listing = run("debugfs", "-R", "ls -p /d1", fs)
    assert "file1/" not in listing.split("/") and "/file6/" in listing
    os.unlink(fs)
