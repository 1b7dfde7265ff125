"""A failing drive: each bad sector costs itself, the writer hears of it once, the rest goes on."""
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact
from vm.diskimage import MIB, run

SERIAL = "console=tty0 console=ttyS0,115200"
BAD = 5000

CONFIG = """\
[inject-error]
event = "{event}"
errno = "5"
sector = "{sector}"
once = "off"
"""


def wait_for_disk(pc):
    """The shell may come before the last drive is found."""
    pc.expect(PROMPT, 60)
    pc.run("until [ -b /dev/hda ]; do sleep 0.1; done", 60)


def machine_with(machine, image, rules, append=""):
    """QEMU fails what the rules of its blkdebug say of that disk."""
    pc = machine(Qemu, mem=64, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-base.cpio.gz"), append=f"{SERIAL} {append}", extra=[
                     "-drive", f"if=none,id=d,file.driver=blkdebug,file.config={rules},"
                     f"file.image.driver=file,file.image.filename={image},format=raw,"
                     "rerror=report,werror=report", "-device", "ide-hd,drive=d,bus=ide.0"])
    wait_for_disk(pc)
    return pc


def empty_ext2(image):
    with open(image, "wb") as f:
        f.truncate(16 * MIB)
    run("mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", image)


def failing_disk(machine, tmp_path, event, append="", config=CONFIG):
    image, rules = tmp_path / "d", tmp_path / "errors"
    with open(image, "wb") as f:
        f.write(b"".join(b"%06d\n" % i + bytes(505) for i in range(16 * MIB // 512)))
    rules.write_text(config.format(event=event, sector=BAD))
    pc = machine_with(machine, image, rules, append)
    return pc, image


@pytest.mark.parametrize("append", ["", "nodma", "ide=poll nodma"])
def test_unreadable_sector(machine, tmp_path, append):
    pc, _ = failing_disk(machine, tmp_path, "read_aio", append)
    for sector, error in ((BAD - 1, False), (BAD, True), (BAD + 1, False), (BAD + 100, False)):
        text = pc.run(f"dd if=/dev/hda bs=512 skip={sector} count=1 iflag=direct status=none", 60)
        if error:
            assert "I/O error" in text
        else:
            assert text.startswith(f"{sector:06d}")
    # Through the cache: the page with the bad sector fails, its neighbours do not.
    page = BAD // 8
    for block, error in ((page - 1, False), (page, True), (page + 1, False)):
        text = pc.run(f"dd if=/dev/hda bs=4k skip={block} count=1 status=none | wc -c", 60)
        assert ("I/O error" in text) == error
    assert pc.run("dmesg | grep -c 'hda.*5000'") != "0\n"
    # Directly, and through the cache; read-ahead may have tried it too.
    assert int(pc.run("cat /sys/block/hda/errors")) >= 2
    # QEMU's drive does not say why, as real ones do.
    for count in ("media_errors", "crc_errors", "timeouts", "resets"):
        assert pc.run(f"cat /sys/block/hda/device/{count}") == "0\n"


def test_unreadable_page_is_overwritten(machine, tmp_path):
    """As by e2fsck's "force rewrite": a drive puts a bad sector elsewhere when it is written. The device stays open,
    so that what could not be read is still in the cache."""
    pc, image = failing_disk(machine, tmp_path, "read_aio", config=CONFIG + 'iotype = "read"\n')
    page = BAD // 8
    pc.run("exec 3</dev/hda")
    assert "I/O error" in pc.run(f"dd if=/dev/hda bs=4k skip={page} count=1 of=/dev/null; true", 60)
    write = f"dd if=/dev/zero of=/dev/hda bs=4k seek={page} count=1 conv=notrunc,fsync status=none"
    assert pc.run(f"{write} && echo fine", 60) == "fine\n"
    pc.send("sync; poweroff -f\r")
    pc.wait_exit(60)
    with open(image, "rb") as f:
        f.seek(page * 4096)
        assert f.read(4096) == bytes(4096)
        assert f.read(6) == b"%06d" % ((page + 1) * 8)


@pytest.mark.parametrize("append", ["", "nodma"])
def test_unwritable_sector(machine, tmp_path, append):
    pc, image = failing_disk(machine, tmp_path, "write_aio", append)
    write = "dd if=/etc/passwd of=/dev/hda bs=512 count=1 conv=notrunc,fsync status=none"
    assert "I/O error" in pc.run(f"{write} seek={BAD}; true", 60)
    # It has been told: the next writer, elsewhere, hears nothing of it.
    assert pc.run(f"{write} seek={BAD + 64} && echo fine", 60) == "fine\n"
    pc.send("sync; poweroff -f\r")
    pc.wait_exit(60)
    with open(image, "rb") as f:
        f.seek((BAD + 64) * 512)
        assert f.read(5) == b"root:"
        f.seek((BAD + 1) * 512)
        assert f.read(6) == b"%06d" % (BAD + 1)


@pytest.mark.parametrize("how", ["conv=fsync", "oflag=sync", "oflag=direct,dsync", "oflag=direct,sync"])
def test_failed_flush(machine, tmp_path, how):
    """What the drive's cache cannot get onto the disk, the writer who asked for that hears of."""
    config = CONFIG.replace('sector = "{sector}"', 'iotype = "flush"')
    pc, _ = failing_disk(machine, tmp_path, "none", config=config)
    pc.run("dd if=/dev/zero of=/dev/hda bs=4k count=1 seek=9 oflag=direct status=none")
    assert pc.status == 0
    assert "I/O error" in pc.run(f"dd if=/dev/zero of=/dev/hda bs=4k count=1 seek=10 {how} status=none", 60)
    assert pc.status != 0
    assert "hda: its write cache could not be flushed" in pc.run("dmesg")


WRITES = 60


def test_failed_flush_of_a_file(machine, tmp_path):
    """The same of a file's fsync(): from the 60th write on the drive cannot flush."""
    image, rules = tmp_path / "d", tmp_path / "errors"
    empty_ext2(image)
    states = "".join(f'[set-state]\nevent = "write_aio"\nstate = "{n}"\nnew_state = "{n + 1}"\n'
                     for n in range(WRITES, 0, -1))
    rules.write_text(f'{states}[inject-error]\nevent = "flush_to_disk"\niotype = "flush"\nerrno = "5"\nstate = "{WRITES + 1}"\n')
    pc = machine_with(machine, image, rules)
    assert pc.run("mount -t ext2 /dev/hda /mnt && echo fine") == "fine\n"
    text = pc.run(f"for i in $(seq {2 * WRITES}); do dd if=/dev/zero of=/mnt/f$i bs=1k count=1 conv=fsync "
                  "status=none && echo done $i || break; done", 120)
    assert "done 1\n" in text and f"done {WRITES}\n" not in text and "I/O error" in text


def test_error_that_nobody_waited_for(machine, tmp_path):
    """Written without fsync() and closed: who syncs the device next is told, and only he."""
    pc, _ = failing_disk(machine, tmp_path, "write_aio")
    pc.run(f"dd if=/etc/passwd of=/dev/hda bs=512 count=1 conv=notrunc status=none seek={BAD}", 60)
    assert pc.status == 0
    assert "I/O error" in pc.run("sync /dev/hda") and pc.status == 1
    pc.run("sync /dev/hda")
    assert pc.status == 0


def test_file_system_on_a_failing_disk(machine, tmp_path):
    """Data of a file is lost: fsync() says so, the others are whole, e2fsck finds no damage."""
    image, config = tmp_path / "d", tmp_path / "errors"
    empty_ext2(image)
    config.write_text(CONFIG.format(event="write_aio", sector=BAD))
    pc = machine_with(machine, image, config)
    assert pc.run("mount /dev/hda /mnt && cp /bin/bash /mnt/before && sync && echo fine") == "fine\n"
    text = pc.run("dd if=/dev/zero of=/mnt/big bs=64k count=120 conv=fsync status=none; true", 90)
    assert "I/O error" in text
    assert pc.run("cmp /bin/bash /mnt/before && cp /bin/bash /mnt/after; rm /mnt/big; "
                  "umount /mnt; echo over", 60).endswith("over\n")
    pc.send("poweroff -f\r")
    pc.wait_exit(60)
    run("e2fsck", "-fn", image)


# ---- what a bad sector costs a file system
FILES = 40


def sectors_of_fs(image):
    """One sector (1 KB blocks: the first of a block) of each kind of metadata, and of a file."""
    text = run("dumpe2fs", image)
    group = text[text.index("Group 1:"):]
    found = {
        "block bitmap": int(re.search(r"Block bitmap at (\d+)", group).group(1)),
        "inode bitmap": int(re.search(r"Inode bitmap at (\d+)", group).group(1)),
    }
    for what, name in (("data", "/d/f7"), ("directory", "/d")):
        found[what] = int(run("debugfs", "-R", f"blocks {name}", image).split("\n", 1)[1].split()[0])
    found["inode table"] = int(re.search(r"located at block (\d+)", run(
        "debugfs", "-R", "imap /d/f7", image)).group(1))
    found["group descriptor"] = 2
    found["super block"] = 1
    return {what: 2 * block for what, block in found.items()}


def bad_file_system(machine, tmp_path, what, event, options=""):
    """A mounted ext2 with a sector that cannot be read, or written."""
    image, config, tree = tmp_path / "d", tmp_path / "errors", tmp_path / "tree"
    (tree / "d").mkdir(parents=True)
    (tree / "good").mkdir()
    for i in range(FILES):
        (tree / "d" / f"f{i}").write_text(f"file {i}\n" * 200)
        (tree / "good" / f"f{i}").write_text(f"good {i}\n" * 200)
    with open(image, "wb") as f:
        f.truncate(24 * MIB)
    run("mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", "-d", tree, image)
    sector = sectors_of_fs(image)[what]
    # Without it, what an event has begun is for reads and writes alike.
    only = 'iotype = "write"\n' if event == "write_aio" else ""
    config.write_text(CONFIG.format(event=event, sector=sector) + only)
    pc = machine_with(machine, image, config, "panic=-1")
    pc.run(f"mount -t ext2 {options} /dev/hda /mnt", 60)
    return pc, image, sector


def end(pc, image):
    """The machine went on; without the bad sector the file system can be mended."""
    pc.run("cd /; umount /mnt", 90)
    assert pc.run("echo alive") == "alive\n"
    pc.send("poweroff -f\r")
    pc.wait_exit(60)
    subprocess.run(["e2fsck", "-fy", str(image)], check=False, stdout=subprocess.DEVNULL)
    run("e2fsck", "-fn", image)


@pytest.mark.parametrize("what", ["data", "inode table", "directory", "block bitmap", "inode bitmap"])
def test_unreadable_block_of_a_file_system(machine, tmp_path, what):
    pc, image, sector = bad_file_system(machine, tmp_path, what, "read_aio")
    # Who needs what is lost hears so; the others' files are whole.
    trouble = {"data": "cat /mnt/d/f7 >/dev/null", "inode table": "cat /mnt/d/f7 >/dev/null",
               "directory": "cat /mnt/d/f1"}.get(what)
    if trouble:
        assert "I/O error" in pc.run(trouble, 60)
    for i in (0, FILES - 1):
        assert pc.run(f"cat /mnt/good/f{i} | wc -l", 60) == "200\n"
    # A bitmap that cannot be read takes its group out of use, no more.
    assert pc.run("cp -r /mnt/good /mnt/new && cmp /mnt/good/f9 /mnt/new/f9 && sync && echo fine", 90) .endswith("fine\n")
    if not trouble:
        # More inodes than two groups have, and then every block: on a full disk a folder cannot grow.
        pc.run("for i in $(seq 5000); do : >/mnt/i$i; done; dd if=/dev/zero of=/mnt/fill bs=64k 2>/dev/null; true",
               120)
    log = pc.run("dmesg")
    assert re.search(rf"hda.*\b{sector}\b", log), log[-2000:]
    if what != "data":
        kind = what if trouble else what.replace(" bitmap", "")
        assert re.search(rf"EXT2-fs \(hda\): error: .*{kind}", log), log[-2000:]
    end(pc, image)


@pytest.mark.parametrize("what", ["super block", "group descriptor"])
def test_unreadable_file_system(machine, tmp_path, what):
    """It cannot be mounted, and says why."""
    pc, image, sector = bad_file_system(machine, tmp_path, what, "read_aio")
    assert pc.run("grep -c /mnt /proc/mounts") == "0\n"
    assert re.search(rf"hda.*\b{sector}\b", pc.run("dmesg"))
    end(pc, image)


# What has to write that sector, and hears that it could not.
FILL = "for i in $(seq 5000); do : >/mnt/i$i; done; dd if=/dev/zero of=/mnt/fill bs=64k status=none 2>/dev/null; sync -f /mnt"
WRITERS = {
    "data": "dd if=/dev/zero of=/mnt/d/f7 bs=512 count=2 conv=notrunc,fsync status=none",
    "inode table": "echo changed >/mnt/d/f7; sync /mnt/d/f7",
    "directory": "echo more >/mnt/d/new; sync /mnt/d",
    "block bitmap": FILL,  # more inodes than group 0 has, and every block
    "inode bitmap": FILL,
    "group descriptor": "echo more >/mnt/d/new; sync -f /mnt",
}


@pytest.mark.parametrize("what", WRITERS)
def test_unwritable_block_of_a_file_system(machine, tmp_path, what):
    pc, image, sector = bad_file_system(machine, tmp_path, what, "write_aio")
    assert "I/O error" in pc.run(WRITERS[what], 120)
    assert pc.status == 1
    pc.run("rm -f /mnt/fill /mnt/i*", 60)
    assert pc.run("cat /mnt/good/f3 | wc -l", 60) == "200\n"
    assert pc.run("cp /mnt/good/f5 /mnt/good/copy && cmp /mnt/good/f5 /mnt/good/copy && echo fine", 60) == "fine\n"
    log = pc.run("dmesg")
    assert re.search(rf"hda.*\b{sector}\b", log), log[-2000:]
    end(pc, image)


def test_unwritable_super_block(machine, tmp_path):
    """Its state is written when it is mounted: it is not."""
    pc, image, sector = bad_file_system(machine, tmp_path, "super block", "write_aio")
    assert pc.run("grep -c /mnt /proc/mounts") == "0\n"
    assert re.search(rf"hda.*\b{sector}\b", pc.run("dmesg"))
    end(pc, image)


@pytest.mark.parametrize("errors", ["continue", "remount-ro", "panic"])
def test_errors_option(machine, tmp_path, errors):
    pc, image, _ = bad_file_system(machine, tmp_path, "directory", "read_aio", f"-o errors={errors}")
    if errors == "panic":
        pc.send("ls /mnt/d\r")
        pc.expect("panic as errors=panic asks", 60)
        pc.wait_exit(60)
        return
    assert "I/O error" in pc.run("cat /mnt/d/f1", 60)
    text = pc.run("echo x >/mnt/good/x; true", 60)
    assert ("Read-only" in text) == (errors == "remount-ro")
    end(pc, image)
