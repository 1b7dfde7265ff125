"""fsfreeze(8): a writer stands still, the disk is a clean ext2 at that moment, and life goes on after the thaw."""
import hashlib
import shutil

from test_ext2 import boot, clean, mke2fs, mount, put_script, tool, umount

# Names, inodes and blocks come and go; /mnt/log only grows.
WRITER = r"""
cd /mnt || exit 1
i=0
while [ ! -e /tmp/stop ]; do
  i=$((i + 1)); echo "line $i" >>log
  mkdir d$i; head -c $((i % 7 * 3000)) /dev/zero >d$i/f; ln d$i/f l$i; mv l$i d$i/l
  [ $i -gt 20 ] && rm -r d$((i - 20))
done
"""


def state(image):
    for line in tool("dumpe2fs", "-h", image).splitlines():
        if line.startswith("Filesystem state:"):
            return line.split(":")[1].strip()
    raise AssertionError("no state")


def digest(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def snapshot(image, tmp_path):
    copy = tmp_path / "copy.img"
    shutil.copy(image, copy)
    return copy


def fsfreeze(pc, how, said=""):
    assert said in pc.run(f"fsfreeze -{how} /mnt 2>&1", 60)
    assert (pc.status == 0) == (not said)


def length(pc):
    return int(pc.run("wc -c </mnt/log"))


def wait_beyond(pc, size):
    pc.run(f"until [ $(wc -c </mnt/log) -gt {size} ]; do :; done", 60)


def test_image_of_a_frozen_one(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "16M", "-b", "1024")
    pc = boot(machine, image)
    mount(pc)
    put_script(pc, "/tmp/writer", WRITER)
    pc.run("touch /mnt/log; { bash /tmp/writer & }")
    for _ in range(4):
        wait_beyond(pc, length(pc) + 300)
        fsfreeze(pc, "f")
        size, before = length(pc), digest(image)
        fsfreeze(pc, "f", "Resource busy")
        copy = snapshot(image, tmp_path)
        assert state(copy) == "clean"
        clean(copy)
        log = tool("debugfs", "-R", "cat /log", copy).split("\n", 1)[1]  # behind its own first line
        assert len(log) == size and log.endswith("\n")
        pc.run("sync; cat /mnt/log /mnt/d*/f >/dev/null; ls -lR /mnt >/dev/null")
        assert length(pc) == size
        assert digest(image) == before
        fsfreeze(pc, "u")
        wait_beyond(pc, size)
        assert state(image) == "not clean"
        fsfreeze(pc, "u", "Invalid argument")
    pc.run("touch /tmp/stop; wait", 60)
    umount(pc)
    clean(image)


def test_unmounted_while_frozen(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "8M")
    pc = boot(machine, image)
    mount(pc)
    pc.run("echo text >/mnt/file; cd /")
    fsfreeze(pc, "f")
    umount(pc)
    clean(image)
    mount(pc)
    pc.run("{ touch /mnt/later & }")
    assert pc.run("cat /mnt/file; ls /mnt").split() == ["text", "file", "lost+found"]
    fsfreeze(pc, "u")
    pc.run("wait", 60)
    assert "later" in pc.run("ls /mnt").split()
    umount(pc)
    clean(image)


def test_deleted_file_is_closed_meanwhile(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "8M")
    pc = boot(machine, image)
    mount(pc)
    used = "stat -f -c '%f %d' /mnt"
    before = pc.run(f"sync; {used}")
    pc.run("exec 7>/mnt/gone; head -c 3000000 /dev/zero >&7; rm /mnt/gone")
    fsfreeze(pc, "f")
    assert state(image) == "not clean"  # e2fsck has to free it, if this were the end
    pc.run("exec 7>&-", 60)
    assert pc.run(used) != before
    fsfreeze(pc, "u")
    assert pc.run(used) == before
    fsfreeze(pc, "f")
    assert state(image) == "clean"
    clean(snapshot(image, tmp_path))
    fsfreeze(pc, "u")
    umount(pc)
    clean(image)


def test_others_cannot(machine, tmp_path):
    image = tmp_path / "disk.img"
    with open(image, "wb") as f:
        f.truncate(8 << 20)
    tool("mkfs.fat", image)
    pc = boot(machine, image)
    pc.run("mount -t vfat /dev/hda /mnt")
    assert pc.status == 0
    fsfreeze(pc, "f", "Not supported")
    fsfreeze(pc, "u", "Invalid argument")
    umount(pc)
