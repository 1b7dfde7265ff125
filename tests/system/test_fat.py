"""FAT12, FAT16, FAT32: Oldiron and mtools read what the other wrote; fsck.fat finds nothing."""
import hashlib
import random
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact

KINDS = {
    "fat12-floppy": ("1440K", ["-F", "12"]),
    "fat16": ("32M", ["-F", "16", "-s", "2"]),
    "fat16-large-clusters": ("300M", ["-F", "16", "-s", "64"]),
    "fat32": ("64M", ["-F", "32", "-s", "1"]),
}
NAMES = ["README.TXT", "lower.txt", "A long name with spaces.text", "Größe und Maß.dat", "語.txt",
         "many.dots.in.a.name", "x" * 120 + ".long", "no extension", "UPPER"]


def tool(*argv):
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={"MTOOLS_SKIP_CHECK": "1", "PATH": "/usr/bin:/usr/sbin:/bin:/sbin",
                               "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    text = done.stdout.decode(errors="replace")
    assert done.returncode == 0, f"{argv}: {done.returncode}\n{text}"
    return text


def clean(image):
    tool("fsck.fat", "-n", image)


def mkfs(image, size, options):
    image.unlink(missing_ok=True)
    tool("truncate", "-s", size, image)
    tool("mkfs.vfat", *options, image)


def boot(machine, image, drive=""):
    pc = machine(Qemu, mem=96, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"),
                 append="console=ttyS0,115200",
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image}{drive}"])
    pc.expect(PROMPT, 60)
    return pc


def do(pc, command, timeout=60):
    said = pc.run(command, timeout)
    assert pc.status == 0, f"{command}: {said}"
    return said


def end(pc):
    do(pc, "cd /; umount /mnt")
    pc.send("poweroff\n")
    pc.shutdown_cause()


def fill(image, tmp_path):
    """Files by mtools; returns name -> md5."""
    sums = {}
    for i, name in enumerate(NAMES):
        data = random.Random(i).randbytes(1 + i * i * 500)
        (tmp_path / "one").write_bytes(data)
        tool("mcopy", "-i", image, tmp_path / "one", f"::{name}")
        sums[name] = hashlib.md5(data).hexdigest()
    return sums


@pytest.mark.parametrize("kind", KINDS)
def test_both_ways(machine, tmp_path, kind):
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS[kind])
    sums = fill(image, tmp_path)
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt && cd /mnt")
    for name, want in sums.items():
        assert do(pc, f"md5sum < '{name}'").split()[0] == want
        assert do(pc, f"md5sum < '{name.upper() if name.isascii() else name}'").split()[0] == want
    # ls -U: each name once, as mtools gave it.
    assert sorted(do(pc, "ls -1UN").splitlines()) == sorted(sums)
    do(pc, "mkdir -p 'New Folder/below' && cd 'New Folder'")
    do(pc, "for i in $(seq 1 40); do echo number $i > \"file with a long name $i.dat\"; done")
    do(pc, "for i in $(seq 1 2 40); do rm \"FILE WITH A LONG NAME $i.dat\"; done")
    do(pc, "mv 'file with a long name 2.dat' below/two; mv below ../moved; mv ../README.TXT ./again")
    do(pc, "head -c 300000 /dev/urandom > big; cp big copy; cmp big copy; truncate -s 70001 copy")
    do(pc, "head -c 70001 big | cmp - copy; truncate -s 90000 copy; tail -c 19999 copy | tr -d '\\0' | wc -c | grep -qx 0")
    do(pc, "echo tail >> copy; mv -f copy big")
    want = do(pc, "md5sum < big").split()[0]
    listed = do(pc, "cd /mnt; find . | sort").splitlines()
    end(pc)
    clean(image)
    got = tmp_path / "got"
    got.mkdir()
    tool("mcopy", "-s", "-i", image, "::/", got)
    found = sorted("./" + str(p.relative_to(got)) for p in got.rglob("*"))
    assert ["."] + found == sorted(listed)
    assert hashlib.md5((got / "New Folder" / "big").read_bytes()).hexdigest() == want
    assert (got / "moved" / "two").read_text() == "number 2\n"


def test_random_work_is_clean(machine, tmp_path):
    """Files come, grow, shrink, move and go; what is left is the same after mounting anew."""
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS["fat16"])
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt && cd /mnt")
    do(pc, r"""RANDOM=7; for i in $(seq 400); do n=$((RANDOM % 50)); d="dir $((n % 4))"; mkdir -p "$d"; f="$d/file name $n";
case $((RANDOM % 7)) in 0|1) head -c $((RANDOM * 2)) /dev/urandom > "$f";; 2) head -c $RANDOM /dev/urandom >> "$f";;
3) [ ! -f "$f" ] || truncate -s $((RANDOM * 3)) "$f";; 4) rm -f "$f";; 5) [ ! -e "$f" ] || mv -f "$f" "dir 0/File Name $((n % 9))";;
6) rm -rf x; cp -r "dir 0" x 2>/dev/null || true;; esac; done""".replace("\n", " "), 240)
    before = do(pc, "find . -type f | sort | xargs -d '\\n' md5sum", 120)
    free = do(pc, "df /mnt | tail -1")
    do(pc, "cd /; umount /mnt; mount -t vfat /dev/hda /mnt; cd /mnt")
    assert do(pc, "find . -type f | sort | xargs -d '\\n' md5sum", 120) == before
    assert do(pc, "df /mnt | tail -1") == free
    end(pc)
    clean(image)


def test_full_and_readonly(machine, tmp_path):
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS["fat12-floppy"])
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt && cd /mnt")
    said = pc.run("head -c 2000000 /dev/zero > big")
    assert "No space left" in said and pc.status != 0
    assert int(do(pc, "df /mnt | tail -1").split()[3]) < 4  # less than a page
    do(pc, "rm big; mkdir d")
    assert "No space left" in pc.run("for i in $(seq 300); do : > name$i || break; done")  # the root has 224 entries
    do(pc, "cd d; for i in $(seq 300); do : > name$i || exit 1; done; cd ..; rm -r d name*")
    for command, error in (("ln -s a b", "not permitted"), ("echo > 'a:b'", "Invalid argument"),
                           ("chown 5 d0", "not permitted"), ("mkfifo f", "not permitted")):
        do(pc, ": > d0")
        assert error in pc.run(command)
    do(pc, "chmod 555 d0; cd /; umount /mnt; mount -t vfat -o ro,umask=077,uid=3 /dev/hda /mnt")
    assert re.match(r"-r-x------ 1 \S+ root 0 ", do(pc, "ls -l /mnt/d0"))
    assert "Read-only" in pc.run("touch /mnt/x")
    end(pc)
    clean(image)


def test_dirty_mark_and_bad_boot_sectors(machine, tmp_path):
    """A volume says that it is in use while it is; what is no volume is refused in words."""
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS["fat16"])
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt; echo x > /mnt/x; sync")
    pc.close()
    assert image.read_bytes()[37] & 1
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt; dmesg | grep -q 'hda): was not properly unmounted'; cat /mnt/x")
    end(pc)
    tool("sh", "-c", f"fsck.fat -a {image} || [ $? = 1 ]")  # takes the mark off
    assert not image.read_bytes()[37] & 1
    pc = boot(machine, image)
    for offset, value, words in ((11, b"\x01\x03", "sector size"), (13, b"\x03", "cluster size"),
                                 (16, b"\0", "allocation table"), (17, b"\x07\0", "root directory"),
                                 (22, b"\xff\xff", "no room")):
        do(pc, "dd if=/dev/hda of=/tmp/i bs=1M count=1 2>/dev/null; truncate -s 32M /tmp/i")
        octal = "".join(f"\\{b:03o}" for b in value)
        do(pc, f"printf '{octal}' | dd of=/tmp/i bs=1 seek={offset} conv=notrunc 2>/dev/null; dmesg -C")
        pc.run("mount -t vfat -o loop /tmp/i /mnt")
        assert pc.status != 0
        assert words in do(pc, "dmesg | grep FAT-fs")
    pc.send("poweroff\n")
    pc.shutdown_cause()


def test_writes_that_fail_leave_the_size(machine, tmp_path):
    """A file has no holes here: what lies before a write is made first. Not for a write that cannot be."""
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS["fat16"])
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt; cd /mnt; echo 123456 >a; free=$(stat -fc %f .)")
    dd = "dd if=/etc/passwd of=a bs=1 count=1 conv=notrunc status=none"
    assert "File too large" in pc.run(f"{dd} seek=4294967295") and pc.status != 0
    assert pc.run(f"(ulimit -f 4; {dd} seek=100000)") and pc.status != 0
    assert "No space" in pc.run(f"{dd} seek=2147483648", 120) and pc.status != 0
    assert do(pc, "stat -c %s a; [ $free = $(stat -fc %f .) ] && echo same").split() == ["7", "same"]
    do(pc, f"{dd} seek=20000")
    assert do(pc, "stat -c %s a; tail -c +8 a | head -c -1 | tr -d '\\0' | wc -c").split() == ["20001", "0"]
    do(pc, "cd /; umount /mnt")
    pc.send("poweroff\n")
    pc.shutdown_cause()
    clean(image)


def test_times_and_names_are_told_as_they_are_kept(machine, tmp_path):
    """What stat says does not change when the inode leaves memory; nothing is made that Windows cannot open."""
    image = tmp_path / "fat.img"
    mkfs(image, *KINDS["fat16"])
    pc = boot(machine, image)
    do(pc, "mount -t vfat /dev/hda /mnt; cd /mnt; mkdir d; for i in 1 2 3; do echo $i >$i; done; touch -d '2020-05-05 11:11:11.5' 1;"
           " touch -d 1975-01-01 2; touch -d 2150-01-01 d; chmod 444 3")
    stat = "stat -c '%n %b %x %y %z' /mnt /mnt/1 /mnt/2 /mnt/3 /mnt/d"
    before = do(pc, stat)
    assert re.search(r"^/mnt/1 2 2020-05-05 00:00:00.0+ \+0000 2020-05-05 11:11:10.0+ ", before, re.M), before
    assert re.search(r"^/mnt/2 2 1980-01-01 00:00:00.* 1980-01-01 00:00:00", before, re.M), before
    assert re.search(r"^/mnt/d \d+ 2107-12-31 00:00:00.* 2107-12-31 23:59:58", before, re.M), before
    assert re.search(r"^/mnt 32 ", before, re.M), before  # 512 entries
    do(pc, "cd /; umount /mnt; mount -t vfat /dev/hda /mnt")
    assert do(pc, stat).splitlines()[1:] == before.splitlines()[1:]
    for what in ("touch '/mnt/blank '", "mkdir '/mnt/blank '", "mv /mnt/1 '/mnt/blank '"):
        assert "blank" in pc.run(what) and pc.status != 0
    assert do(pc, "ls /mnt").split() == ["1", "2", "3", "d"]
    do(pc, "umount /mnt")
    for option in ("shortname=xyz", "check=x", "allow_utime=999", "nfs=x"):
        assert "hda" in pc.run(f"mount -t vfat -o {option} /dev/hda /mnt") and pc.status != 0, option
    for option in ("shortname=win95", "check=strict", "allow_utime=020", "nfs=stale_rw", "usefree,rodir,nonumtail=0"):
        do(pc, f"mount -t vfat -o {option} /dev/hda /mnt; umount /mnt")
    pc.send("poweroff\n")
    pc.shutdown_cause()
    clean(image)
