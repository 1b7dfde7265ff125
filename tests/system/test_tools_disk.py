"""The tools of disks print and answer on Oldiron what they print and answer on Debian's Linux: the same command lines, the
same initramfs, the same machine, compared byte for byte after these are made equal:

  hda, sda            Linux's libata calls every disk sd
  device numbers      of them, and of partitions beyond a disk's own
  disk identifiers    that parted and fdisk draw
  Model: and scsi     of parted: Linux's libata says that a disk is one of SCSI, by the vendor ATA
  [0012]              the number of the tmpfs that has a loop device's file
  dates, dd's speed
RAM disks, which Debian's Linux has as a module, are not listed.
Each command's exit status is compared too. What differs and stays stands in DIFFERS with its reason."""
import difflib
import re

import pytest

import linux_ext
from vm import PROMPT, Qemu, artefact

SIZE = 96 << 20
UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c33"

PARTED = """\
parted -s $D print
parted -s $D mklabel msdos mkpart primary ext2 1MiB 20MiB mkpart extended 20MiB 60MiB mkpart logical 21MiB 30MiB print
parted -s $D unit s print free
parted -s $D align-check optimal 1
parted -s $D set 1 boot on print
parted -s $D resizepart 1 15MiB print
parted -s $D mkpart primary 10MiB 18MiB
parted -s $D rm 5 print
parted -s $D rm 9
parted -s -m $D unit B print
mke2fs -q -t ext2 -E nodiscard -U ${U}00 ${D}1
parted -s $D print
parted -s $D rm 1 rescue 0 20MiB print
parted -s $D mklabel gpt mkpart one ext2 1MiB 30MiB mkpart two linux-swap 30MiB 60MiB name 1 first print
parted -s $D set 1 esp on set 2 lvm on print
parted -s $D unit chs print
parted -s $D mklabel nothing
parted -s $D mkpart x 10MiB 12MiB
parted -s $D print list
parted -s /dev/null print
parted -s $D resizepart 2 200MiB
"""
SFDISK = """\
printf 'label: dos\\nlabel-id: 0x11223344\\n,10M,83,*\\n,20M,5\\n,5M,82\\n,,c\\n' | sfdisk $D
sfdisk -d $D
sfdisk -l $D
sfdisk -J $D
sfdisk -s $D
sfdisk --delete $D 3
echo ',4M' | sfdisk -N 1 $D
echo '- 83' | sfdisk -N 9 $D
sfdisk --part-type $D 1
sfdisk -A $D 1
sfdisk -V $D
printf "label: gpt\\nlabel-id: ${U}01\\nstart=2048,size=10M,uuid=${U}02,name=one\\nsize=5M,type=S,uuid=${U}03\\n" | sfdisk $D
sfdisk -d $D
sfdisk -F $D
fdisk -x $D
sfdisk --part-label $D 1 renamed
sfdisk --dump /dev/null
grep -v ram /proc/partitions
printf 'p\\nn\\n3\\n\\n+3M\\np\\nw\\n' | fdisk $D
fdisk -l $D
printf 'o\\nn\\np\\n1\\n\\n+8M\\nt\\n82\\na\\np\\nw\\n' | fdisk $D
printf 'p\\nd\\np\\nq\\n' | fdisk $D
fdisk -l /dev/nothing
partx -s -o NR,START,END,SECTORS,SIZE,NAME $D
partx -d $D
addpart $D 1 2048 4096
addpart $D 1 2048 4096
resizepart $D 1 8192
partx -o NR,START,SECTORS $D
delpart $D 1
delpart $D 1
lsblk -rno NAME,SIZE,TYPE,RO $D
"""
EXT2 = """\
dd if=/dev/zero of=$D bs=1M count=8
mke2fs -t ext2 -F -U ${U}04 -E nodiscard,hash_seed=${U}05 $D 32M
dumpe2fs -h $D
tune2fs -L name -c 20 -e remount-ro $D
tune2fs -l $D
tune2fs -i 5d -m 3 -r 100 $D
e2fsck -fn $D
resize2fs $D 48M
e2fsck -fy $D
resize2fs -M $D
e2fsck -fn $D
resize2fs $D
debugfs -R stats $D
debugfs -w -R 'mkdir sub' $D
debugfs -R 'ls -l' $D
debugfs -R 'stat <2>' $D
e2label $D other; e2label $D
e2fsck -fn $D; e2image -r $D - | wc -c
badblocks -s $D 2000
mount -t ext2 $D /mnt; echo contents > /mnt/file; df -k --output=size,used,avail,pcent,target /mnt; umount /mnt
mount -t ext2 -o ro,noatime $D /mnt; findmnt -n -o TARGET,FSTYPE,OPTIONS /mnt; touch /mnt/x; mount -o remount,rw /mnt; touch /mnt/x; umount /mnt
mount -t ext2 -o nonsense $D /mnt
mount -t ext2 -o nodev,nosuid,noexec,sync $D /mnt; findmnt -rn -o VFS-OPTIONS /mnt; mke2fs $D; e2fsck -n $D; tune2fs -l $D | grep state; umount /mnt
mount -t ext2 -o dirsync,strictatime $D /mnt; findmnt -n -o OPTIONS /mnt; mount -o remount,noatime /mnt; findmnt -n -o OPTIONS /mnt; mount -t ext2 $D /mnt; umount /mnt; mountpoint /mnt
mount -t ext2 $D /mnt; mount -o remount,sb=8193,resuid=5 /mnt; findmnt -n -o OPTIONS /mnt; umount /mnt
mount -t ext3 $D /mnt; mke2fs -q -t ext3 -F -E nodiscard $D 16M; mount $D /mnt && findmnt -n -o FSTYPE /mnt && echo text > /mnt/file; umount /mnt; tune2fs -l $D | grep features; e2fsck -fn $D | tail -1
umount /mnt
mount $D /nowhere
mount -t nothing $D /mnt
mount $D /mnt; fsfreeze -f /mnt; fsfreeze -f /mnt; mount -o remount,ro /mnt; fsfreeze -u /mnt; fsfreeze -u /mnt; umount /mnt
mount -o ro $D /mnt; fsfreeze -f /mnt; mount -o remount,rw /mnt; umount /mnt; mount -o ro $D /mnt; fsfreeze -u /mnt; umount /mnt
"""
LOOP = """\
mkdir -p /t; mount -t tmpfs none /t; truncate -s 24M /t/i; losetup -f
losetup -f --show /t/i; losetup -l; losetup -a; losetup -O NAME,SIZELIMIT,OFFSET,RO,BACK-FILE
losetup -f --show -r -o 1048576 --sizelimit 4194304 /t/i; blockdev --getsize64 /dev/loop1; blockdev --getro /dev/loop1
losetup -d /dev/loop1; losetup -d /dev/loop1; losetup /dev/loop1
printf 'label: dos\\nlabel-id: 0x1\\n,5M\\n,5M\\n' | sfdisk -q /dev/loop0; losetup -d /dev/loop0
losetup -P --show -f /t/i; lsblk -rno NAME,SIZE,TYPE /dev/loop0; partx -o NR,START,SECTORS /dev/loop0; losetup -c /dev/loop0
losetup -j /t/i; losetup -r -P /dev/loop1 /t/i; blockdev --setrw --getro /dev/loop1; exec 7</dev/loop1p1; losetup -d /dev/loop1; exec 7<&-; timeout 30 sh -c 'while [ -e /dev/loop1p1 ]; do sleep 0.1; done'; echo $?; losetup -d /dev/loop0; losetup -d /dev/loop9; losetup -f /t/none
mknod /t/node b 7 50; losetup /t/node; losetup /t/node /t/i; losetup -l -O NAME,BACK-FILE; losetup -d /t/node
fsfreeze -f /t; fsfreeze -u /t; fstrim /t
mkswap -U ${U}06 /t/i; chmod 600 /t/i
mkswap -U ${U}06 -L swapped $D; swapon $D; swapon --show=NAME,TYPE,SIZE,USED,PRIO; swapon $D; swapoff $D; swapoff $D
swapon -p 7 $D; swapon --noheadings --raw --show=PRIO,SIZE; mkswap $D; swapoff -a; swapon /dev/null; swapon /t
dd if=/dev/zero of=/t/d bs=512 count=4 seek=3; dd if=$D of=/t/d bs=1k count=2 conv=notrunc seek=1; wc -c < /t/d
dd if=/dev/zero of=$D bs=4096 count=16 oflag=direct,sync; dd if=/dev/zero of=$D bs=1000 count=1 oflag=direct
dd if=$D of=/dev/null bs=64k count=4 iflag=direct skip=1; dd if=/dev/zero of=$D bs=64k seek=100000 count=1; dd if=/dev/zero of=$D count=1 conv=fsync
umount /t
"""
TELLING = """\
mke2fs -q -t ext2 -F -E nodiscard -L labelled -U ${U}07 $D
blkid -p $D; blkid -o export $D; blkid -t LABEL=labelled -o device; blkid -o value -s TYPE $D; blkid -L labelled; blkid -U ${U}07
blkid -p /dev/null; blkid $D
wipefs $D; wipefs -a $D; wipefs $D
lsblk -o NAME,SIZE,TYPE,FSTYPE,LABEL,RO,RM,MOUNTPOINT $D; lsblk -rbno SIZE,PHY-SEC,LOG-SEC,ROTA,MIN-IO,OPT-IO,ALIGNMENT $D
lsblk -P -o NAME,SIZE,TYPE $D; lsblk /dev/nothing
blockdev --getss --getpbsz --getsize64 --getsz --getiomin --getioopt --getalignoff --getbsz $D
blockdev --getra $D; blockdev --setra 512 $D; blockdev --getra $D; blockdev --setro --getro $D; dd if=/dev/zero of=$D count=1; blockdev --setrw --getro $D
blockdev --flushbufs $D; blockdev --rereadpt $D; blockdev --getsize64 /dev/null
hdparm -I $D
hdparm -i $D
hdparm -g -r -a $D
hdparm -C $D; hdparm -W $D
hdparm -W0 $D; timeout 30 sh -c 'until grep -q through /sys/block/*da/queue/write_cache; do sleep 0.1; done'; echo $?
hdparm -W1 $D; timeout 30 sh -c 'until grep -q back /sys/block/*da/queue/write_cache; do sleep 0.1; done'; echo $?
lspci; lspci -n
findmnt -n -o TARGET,FSTYPE /proc; findmnt /nowhere
"""
DISCARD = """\
head /sys/block/*da/queue/discard_* /sys/block/*da/discard_alignment
lsblk -bD $D; lsblk -bDrno DISC-ALN,DISC-GRAN,DISC-MAX,DISC-ZERO $D
printf 'label: dos\\nlabel-id: 0x1\\nstart=63,size=40000\\nstart=65536,size=50M\\n' | sfdisk -q $D; lsblk -bD $D
blkdiscard -v ${D}1; blkdiscard -v -o 1M -l 2M ${D}2; blkdiscard -v -o 1G ${D}2; blkdiscard -v -o 100 ${D}2; blkdiscard -v -s ${D}2
blkdiscard -v -z -o 512 -l 1024 ${D}2; blkdiscard -v -p 1M -l 5M ${D}2; awk '{print $12, $13, $14}' /sys/block/*da/stat /sys/block/*da/*da1/stat
blockdev --setro ${D}2; blkdiscard ${D}2; blkdiscard -z ${D}2; blockdev --setrw ${D}2
mke2fs -t ext2 -F -U ${U}08 -E hash_seed=${U}05 ${D}2
mount -t ext2 ${D}2 /mnt; blkdiscard ${D}2; umount /mnt
e2fsck -fp -E discard ${D}2
hdparm --please-destroy-my-drive --trim-sector-ranges 70000:8 $D
mount -t ext2 ${D}2 /mnt; fstrim -v /mnt; fstrim -v /mnt; fstrim -v -m 1G /mnt; fstrim -v -o 1G /mnt; fstrim -v -l 100 /mnt; umount /mnt
mount -t ext2 ${D}2 /mnt; fstrim -v -m 64M /mnt; fstrim -v -o 49M -l 5G /mnt; fstrim -v /mnt/lost+found; umount /mnt
mount -t ext2 -o ro ${D}2 /mnt; fstrim -v /mnt; umount /mnt
mount -t ext2 -o discard ${D}2 /mnt; umount /mnt; mount -t ext2 -o nodiscard ${D}2 /mnt; fstrim -nv /mnt; umount /mnt; fstrim -v /mnt
mount -t ext2 ${D}2 /mnt; fstrim -v /dev/null; fstrim -v /mnt/nothing; setpriv --reuid=1000 --clear-groups fstrim -v /mnt; umount /mnt
"""
# Not compared: what is kept for root. Here it stays in proportion, as by resize2fs without a mount.
RESIZE = """\
mke2fs -q -t ext2 -F -E nodiscard -b 1024 -U ${U}09 -E hash_seed=${U}05 $D 20M; mount -t ext2 $D /mnt; seq 100000 >/mnt/file; resize2fs $D 16M; resize2fs $D 20M; resize2fs -M $D
resize2fs -p $D 23M; df -k --output=size,used,itotal,iused /mnt; md5sum /mnt/file
resize2fs $D 50001; df -k --output=size,used,itotal,iused /mnt; seq 1000000 >/mnt/more; md5sum /mnt/more
resize2fs $D; df -k --output=size,used,itotal,iused /mnt; resize2fs $D; resize2fs $D 200M
setpriv --reuid=1000 --clear-groups resize2fs $D 90M; mount -o remount,ro /mnt; mount -o remount,rw /mnt; umount /mnt
e2fsck -fn $D | grep Pass; dumpe2fs $D | grep -v '[Ff]ree blocks\\|Reserved block count\\|Last mounted\\|writes'
mount -t ext2 $D /mnt; md5sum /mnt/file /mnt/more; umount /mnt
mke2fs -q -t ext2 -F -E nodiscard -b 4096 $D 20M; mount -t ext2 -o ro $D /mnt; resize2fs $D 60M; umount /mnt
mount -t ext2 $D /mnt; resize2fs $D 60M; umount /mnt; e2fsck -fn $D; dumpe2fs -h $D | grep 'count:\\|eserved' | grep -v 'Reserved block'
mke2fs -q -t ext2 -F -E nodiscard -b 4096 -O ^resize_inode,^sparse_super -m 7 -N 2000 $D 20M; mount -t ext2 $D /mnt; resize2fs $D; umount /mnt; e2fsck -fn $D; dumpe2fs -h $D | grep 'count:\\|eserved' | grep -v 'Reserved block'
mke2fs -q -t ext2 -F -E nodiscard -b 1024 -g 1024 -E resize=2000000 $D 10M; mount -t ext2 $D /mnt; resize2fs $D; df -k --output=size,used,itotal,iused /mnt; umount /mnt; e2fsck -fn $D; debugfs -R 'stat <7>' $D | grep -v time
mke2fs -q -t ext2 -F -E nodiscard -b 1024 -r 0 $D 10M; mount -t ext2 $D /mnt; resize2fs $D 20M; df -k --output=size,used,itotal,iused /mnt; umount /mnt; e2fsck -fn $D
"""
SCRIPTS = {"resize": RESIZE, "discard": DISCARD, "parted": PARTED, "sfdisk": SFDISK, "ext2": EXT2, "loop": LOOP, "telling": TELLING}

# What stays different: (script, the beginning of a command): why.
DIFFERS = {
    ("telling", "hdparm -I"): "libata answers SG_IO, so hdparm prints sense data instead of the errno of HDIO_DRIVE_TASKFILE",
    ("telling", "hdparm -g"): "libata makes a geometry of 255 heads up, Oldiron tells the drive's",
}


def boot(machine, who, image, initrd):
    if who == "linux":
        return linux_ext.boot_linux(machine, initrd, image), "/dev/sda"
    pc = machine(Qemu, cpu="pentium3", mem=256, kernel=artefact("oldiron.elf"), initrd=artefact("initramfs.cpio.gz"),
                 append="console=ttyS0,115200 quiet",
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image}"])
    pc.expect(PROMPT, 120)
    return pc, "/dev/hda"


def same(text):
    text = re.sub(r"\b[hs]da(\d*)\b", r"disk\1", text)
    text = re.sub(r"^\[ *\d+\.\d+\] .*\n", "", text, flags=re.M)
    text = re.sub(r"([Dd]isk identifier:? ).*", r"\1?", text)
    text = re.sub(r"Model: .*|:(scsi|ide):|:(ATA )?QEMU HARDDISK:|: \[\d+\]", "model", text)
    text = re.sub(r"(Disk model: QEMU HARDDISK) *", r"\1", text)
    text = re.sub(r"( copied).*", r"\1", text)
    text = re.sub(r"(\d+/\d+\x08+)+", "", text)  # how far mke2fs is, once a second
    text = re.sub(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}", "?", text)
    return re.sub(r"^ *\d+ +\d+ +(\d+ disk)", r"\1", text, flags=re.M)


def outputs(machine, who, script, image, initrd):
    with open(image, "wb") as f:
        f.truncate(SIZE)
    pc, disk = boot(machine, who, image, initrd)
    pc.run(f"D={disk}; U={UUID}; export D U E2FSPROGS_FAKE_TIME=1700000000 LC_ALL=C; mkdir -p /mnt; dmesg -n 1")
    found = []
    for command in script.splitlines():
        # Into a file: programs that find a terminal start a pager.
        text = pc.run("{ " + command + "; } > /out 2>&1 < /dev/null; s=$?; cat /out; (exit $s)", 300)
        found.append((command, same(f"{text}status {pc.status}\n")))
    pc.close()
    return found


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    return linux_ext.make_initrd(tmp_path_factory.mktemp("linux") / "initrd.gz", modules=("loop",))


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_on_linux(machine, tmp_path, initrd, name):
    wanted = outputs(machine, "linux", SCRIPTS[name], tmp_path / "disk", initrd)
    found = outputs(machine, "oldiron", SCRIPTS[name], tmp_path / "disk", initrd)
    report = []
    for (command, linux), (_, ours) in zip(wanted, found):
        excused = any(script == name and command.startswith(start) for script, start in DIFFERS)
        if (linux != ours) != excused:
            lines = difflib.unified_diff(linux.splitlines(), ours.splitlines(), "Linux", "Oldiron", lineterm="", n=1)
            report += [f"$ {command}", *(lines if linux != ours else ["is the same by now"])]
    assert not report, "\n".join(report)
