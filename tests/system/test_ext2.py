"""ext2 on a disk: what Oldiron and the host's e2fsprogs write, the other reads; e2fsck finds nothing."""
import hashlib
import os
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact

# A workload that is the same for a seed: files, directories, links, holes, renames.
WORK = r"""
RANDOM=$1; cd /mnt || exit 1
for i in $(seq "$2"); do
  n=$((RANDOM % 60)); f=d$((n % 5))/f$n; [ -d d$((n % 5)) ] || mkdir d$((n % 5))
  case $((RANDOM % 9)) in
    0|1|2) head -c $((RANDOM * 3)) /dev/urandom >$f ;;
    3) head -c $((RANDOM)) /dev/urandom >>$f ;;
    4) [ -f $f ] && truncate -s $((RANDOM * 5)) $f ;;
    5) rm -f $f ;;
    6) m=$((RANDOM % 60)); [ -e $f ] && mv -f $f d$((m % 5))/ 2>/dev/null ;;
    7) ln -f $f d$((RANDOM % 5))/l$n 2>/dev/null ;;
    8) ln -sfn /some/target/of/a/link-that-$(printf %0$((RANDOM % 90))d 0) s$n; rm -rf x; cp -a d0 x 2>/dev/null ;;
  esac
done
exit 0
"""
LIST = r"find . -type f ! -path './lost+found*' | sort | while read -r f; do md5sum \"$f\"; done"


def tool(*argv, ok=(0,)):
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, check=False, text=True)
    assert done.returncode in ok, f"{argv}: {done.returncode}\n{done.stdout}"
    return done.stdout


def mke2fs(image, size, *options):
    tool("mke2fs", "-q", "-F", "-t", "ext2", *options, image, size)


def clean(image):
    tool("e2fsck", "-fn", image)


def boot(machine, image, mem=128, append="", drive="", initrd=None):
    pc = machine(Qemu, mem=mem, kernel=artefact("oldiron.elf"), initrd=initrd or artefact("initramfs.cpio.gz"),
                 append="console=ttyS0,115200 " + append,
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image}{drive}"])
    pc.expect(PROMPT, 60)
    pc.run("mkdir -p /mnt")
    return pc


def mount(pc, options="rw"):
    pc.run(f"mount -t ext2 -o {options} /dev/hda /mnt")
    assert pc.status == 0


def umount(pc):
    pc.run("cd /; umount /mnt", 60)
    assert pc.status == 0


def put_script(pc, name, text):
    pc.send(f"cat >{name} <<'END'\n")
    for line in text.strip("\n").split("\n"):
        pc.send(line + "\n")
    pc.send("END\n")
    pc.expect(PROMPT, 30)


def sums_of_tree(top):
    lines = []
    for where, dirs, names in os.walk(top):
        dirs[:] = [d for d in dirs if d != "lost+found"]
        for name in names:
            path = os.path.join(where, name)
            if os.path.islink(path):
                continue
            with open(path, "rb") as f:
                digest = hashlib.md5(f.read()).hexdigest()
            lines.append((os.path.relpath(path, top), digest))
    return sorted(lines)


def sums_of_image(image, tmp_path):
    """The files of an image as the host's debugfs reads them."""
    top = tmp_path / "dump"
    top.mkdir()
    tool("debugfs", "-R", f"rdump / {top}", image)
    return sums_of_tree(top)


def sums_in_guest(pc):
    lines = []
    for line in pc.run(f'(cd /mnt && {LIST.replace(chr(92), "")})', 120).splitlines():
        digest, name = line.split(None, 1)
        lines.append((os.path.normpath(name), digest))
    return sorted(lines)


def test_grows_under_work(machine, tmp_path):
    """Step by step to forty times its size, while files are made, changed and removed."""
    image = tmp_path / "disk.img"
    mke2fs(image, "4M", "-b", "1024", "-g", "256", "-N", "448", "-E", "resize=200000")
    with open(image, "r+b") as f:
        f.truncate(160 << 20)
    pc = boot(machine, image)
    mount(pc)
    put_script(pc, "/work.sh", WORK)
    pc.run("cd /mnt; (while [ ! -e /stop ]; do bash /work.sh 7 300; done) >/dev/null 2>&1 & cd /")
    for kb in range(8000, 160001, 8000):
        assert f"is now {kb} " in pc.run(f"resize2fs /dev/hda {kb}K 2>&1", 120)
        assert pc.status == 0
    pc.run(">/stop; wait", 120)
    assert int(pc.run("df -k --output=size /mnt").split()[-1]) > 130000
    sums = sums_in_guest(pc)
    umount(pc)
    pc.close()
    clean(image)
    assert len(sums) > 10 and sums_of_image(image, tmp_path) == sums


@pytest.mark.parametrize("options", [
    pytest.param(["-b", "1024"], id="1k"),
    pytest.param(["-b", "2048"], id="2k"),
    pytest.param(["-b", "4096"], id="4k"),
    pytest.param(["-b", "1024", "-r", "0"], id="revision-0"),
    pytest.param(["-b", "1024", "-I", "128", "-O", "^dir_index"], id="128-byte-inodes"),
])
def test_random_work(machine, tmp_path, options):
    image = tmp_path / "disk.img"
    mke2fs(image, "24M", *options)
    pc = boot(machine, image)
    put_script(pc, "/tmp/work", WORK)
    mount(pc)
    pc.run("bash /tmp/work 11 250", 240)
    before = sums_in_guest(pc)
    umount(pc)
    clean(image)
    assert len(before) > 20
    assert sums_of_image(image, tmp_path) == before
    mount(pc)  # nothing is in the cache now
    assert sums_in_guest(pc) == before
    pc.run("bash /tmp/work 12 100; sync", 240)
    umount(pc)
    clean(image)
    assert "EXT2-fs (hda): error" not in pc.run("dmesg")


def test_reads_what_mke2fs_wrote(machine, tmp_path):
    tree, image = tmp_path / "tree", tmp_path / "disk.img"
    (tree / "deep" / "er").mkdir(parents=True)
    for i in range(400):
        (tree / "deep" / f"file-with-a-number-{i}").write_bytes(os.urandom(i * 37))
    (tree / "large").write_bytes(os.urandom(9_000_001))
    with open(tree / "holes", "wb") as f:
        f.seek(5_000_000)
        f.write(b"end")
    os.symlink("deep/er", tree / "short")
    os.symlink("x" * 200, tree / "long")
    mke2fs(image, "32M", "-d", tree)
    tool("e2fsck", "-fyD", image, ok=(0, 1))  # makes the directory a hashed one
    pc = boot(machine, image)
    mount(pc, "ro")
    assert sums_in_guest(pc) == sums_of_tree(tree)
    assert pc.run("readlink /mnt/short /mnt/long") == "deep/er\n" + "x" * 200 + "\n"
    assert pc.run("ls /mnt/deep | wc -l") == "401\n"
    assert pc.run("cat /mnt/deep/file-with-a-number-7 | wc -c") == "259\n"
    umount(pc)
    clean(image)


def test_full_disk(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "8M", "-b", "1024")
    pc = boot(machine, image)
    mount(pc)
    assert "No space left" in pc.run("head -c 20000000 /dev/zero >/mnt/f", 60)
    assert pc.run("df --output=avail /mnt | tail -1").strip() == "0"
    assert "No space left" in pc.run("mkdir -p /mnt/a/b/c && cp /bin/bash /mnt/a/b/c/")
    pc.run("rm /mnt/f; head -c 3000000 /dev/zero >/mnt/g")
    assert pc.run("cmp -n 3000000 /mnt/g /dev/zero; echo $?") == "0\n"
    umount(pc)
    clean(image)


def test_thousands_of_files(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "32M", "-N", "12000")
    pc = boot(machine, image)
    mount(pc)
    pc.run("mkdir /mnt/d; cd /mnt/d; for i in $(seq 6000); do : >some-name-$i; done", 120)
    assert pc.run("ls | wc -l", 60) == "6000\n"
    assert "I" in pc.run("lsattr -d /mnt/d").split()[0]
    pc.run("rm some-name-*3", 60)
    assert pc.run("ls | wc -l", 60) == "5400\n"
    umount(pc)
    clean(image)
    mount(pc)
    assert pc.run("ls /mnt/d | wc -l; ls /mnt/d/some-name-4444", 60) == "5400\n/mnt/d/some-name-4444\n"
    pc.run("rm -r /mnt/d", 60)
    umount(pc)
    clean(image)


def test_large_sparse_file(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "16M", "-b", "1024", "-r", "0")
    pc = boot(machine, image)
    mount(pc)
    pc.run("echo far | dd of=/mnt/f bs=1 seek=3000000000 conv=notrunc 2>/dev/null")
    assert pc.run("stat -c %s /mnt/f; tail -c 4 /mnt/f") == "3000000004\nfar\n"
    assert int(pc.run("du -k /mnt/f").split()[0]) < 20
    umount(pc)
    clean(image)
    assert "large_file" in tool("dumpe2fs", "-h", image)


def test_attributes_and_flags(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "8M")
    pc = boot(machine, image)
    mount(pc, "rw,errors=remount-ro,minixdf")
    assert "minixdf,errors=remount-ro" in pc.run("grep /mnt /proc/mounts")
    pc.run("echo x >/mnt/f; setfattr -n user.color -v blue /mnt/f; chattr +d /mnt/f; chattr +i /mnt/f")
    assert "Operation not permitted" in pc.run("echo y >/mnt/f")
    pc.run("mount -o remount,ro /mnt")
    assert "Read-only" in pc.run("echo y >/mnt/g")
    clean(image)
    pc.run("mount -o remount,rw /mnt; chattr -i /mnt/f; echo z >>/mnt/f")
    umount(pc)
    clean(image)
    assert "blue" in tool("debugfs", "-R", "ea_list /f", image)


@pytest.mark.parametrize("inode_size, kept", [(128, "1704103200.000000000"), (256, "1704103200.500000000")])
def test_times_are_as_read_again(machine, tmp_path, inode_size, kept):
    """Inodes of 128 bytes keep whole seconds, and nobody sees more before the inode leaves memory."""
    image = tmp_path / "i"
    mke2fs(image, "8M", "-I", inode_size)
    pc = boot(machine, image)
    mount(pc)
    pc.run("touch -d '2024-01-01 10:00:00.5Z' /mnt/set; mkdir /mnt/d; echo x >/mnt/d/now; cat /mnt/d/now")
    look = "cd /mnt; stat -c %.9Y set; stat -c '%.9X %.9Y %.9Z' set d d/now; cd /"
    before = pc.run(look)
    assert before.splitlines()[0] == kept
    umount(pc)
    mount(pc, "ro")
    assert pc.run(look) == before
    umount(pc)


def test_attributes_without_a_name(machine, tmp_path):
    image = tmp_path / "i"
    mke2fs(image, "8M")
    pc = boot(machine, image)
    mount(pc)
    for place in ("/mnt/f", "/tmp/f"):
        for name in ("user.", "trusted.", "security."):
            assert "Invalid argument" in pc.run(f"touch {place}; setfattr -n {name} -v 1 {place}"), (place, name)
            assert pc.status != 0
        assert "Not supported" in pc.run(f"setfattr -n other.x -v 1 {place}")
    umount(pc)


def test_power_cut(machine, tmp_path):
    """What was synced when the machine lost its power is there; e2fsck mends the rest by itself."""
    image = tmp_path / "disk.img"
    mke2fs(image, "32M", "-b", "1024")
    pc = boot(machine, image)
    mount(pc)
    put_script(pc, "/tmp/work", WORK)
    pc.run("bash /tmp/work 5 60", 120)
    put_script(pc, "/tmp/sync", r"""
for i in $(seq 500); do
  mkdir -p /mnt/s$((i % 7))/t
  seq $i $((i + 3000)) | dd of=/mnt/s$((i % 7))/t/n$i bs=64k conv=fsync iflag=fullblock 2>/dev/null && echo done:$i.
done
""")
    pc.send("bash /tmp/work 6 9999 & bash /tmp/sync\n")
    pc.expect(r"done:25\.", 120)
    done = max(int(n) for n in re.findall(r"done:(\d+)\.", pc.serial.text()))
    pc.close()
    tool("e2fsck", "-p", image, ok=(0, 1))
    clean(image)
    for i in range(1, done + 1):
        want = "".join(f"{n}\n" for n in range(i, i + 3001))
        assert tool("debugfs", "-R", f"cat /s{i % 7}/t/n{i}", image).split("\n", 1)[1] == want
    pc = boot(machine, image)
    mount(pc)
    assert pc.run("cat /mnt/s1/t/n1 | wc -l") == "3001\n"
    umount(pc)
    clean(image)


def test_fsync_after_the_inode_left_memory(machine, tmp_path):
    """What was written before it left is on disk as well, when another opens the file and syncs it."""
    image = tmp_path / "disk.img"
    mke2fs(image, "8M", "-b", "1024")
    pc = boot(machine, image)
    mount(pc)
    pc.run("seq 60000 >/mnt/f; seq 60000 >/mnt/g; sync; seq 60001 90000 >>/mnt/f; truncate -s 100000 /mnt/g")
    pc.run("echo 3 >/proc/sys/vm/drop_caches; sync /mnt/f /mnt/g; echo synced")
    assert pc.status == 0
    pc.close()
    tool("e2fsck", "-p", image, ok=(0, 1))
    clean(image)
    want = "".join(f"{n}\n" for n in range(1, 90001))
    assert tool("debugfs", "-R", "cat /f", image).split("\n", 1)[1] == want
    assert tool("debugfs", "-R", "cat /g", image).split("\n", 1)[1] == want[:100000]


def free_blocks(image):
    return int(re.search(r"Free blocks: +(\d+)", tool("dumpe2fs", "-h", image))[1])


def test_deleted_but_open(machine, tmp_path):
    """A file without a name that was open when the power went: e2fsck frees it by itself."""
    image = tmp_path / "disk.img"
    mke2fs(image, "8M", "-b", "1024")
    pc = boot(machine, image)
    mount(pc)
    pc.run("cd /mnt; head -c 900000 /dev/zero >f; seq 9 >kept; exec 5<f; sync; rm f; seq 99 >new; sync")
    pc.run("mount -o remount,ro /mnt")
    assert pc.status != 0  # it could not be freed then
    pc.close()
    tool("e2fsck", "-p", image, ok=(0, 1))
    clean(image)
    assert tool("debugfs", "-R", "cat /kept", image).endswith("9\n")
    empty = tmp_path / "empty.img"
    mke2fs(empty, "8M", "-b", "1024")
    assert free_blocks(image) == free_blocks(empty) - 2


def test_errors_panic(machine, tmp_path):
    image = tmp_path / "disk.img"
    mke2fs(image, "8M", "-b", "1024")
    tool("debugfs", "-w", "-R", "mkdir d", image)
    tool("debugfs", "-w", "-R", "zap_block -f /d 0", image)
    pc = boot(machine, image)
    mount(pc, "ro,errors=panic")
    pc.run("ls /mnt/d")  # what is read only is not ended by it
    umount(pc)
    mount(pc, "errors=panic")
    pc.send("ls /mnt/d\n")
    pc.expect("EXT2-fs .hda.: panic as errors=panic asks", 30)
