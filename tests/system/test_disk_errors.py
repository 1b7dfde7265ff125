"""A failing drive: each bad sector costs itself, the writer hears of it once, the rest goes on."""
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


def failing_disk(machine, tmp_path, event, append=""):
    image, config = tmp_path / "d", tmp_path / "errors"
    with open(image, "wb") as f:
        f.write(b"".join(b"%06d\n" % i + bytes(505) for i in range(16 * MIB // 512)))
    config.write_text(CONFIG.format(event=event, sector=BAD))
    pc = machine(Qemu, mem=64, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-base.cpio.gz"), append=f"{SERIAL} {append}", extra=[
                     "-drive", f"if=none,id=d,file.driver=blkdebug,file.config={config},"
                     f"file.image.driver=file,file.image.filename={image},format=raw,"
                     "rerror=report,werror=report",
                     "-device", "ide-hd,drive=d,bus=ide.0"])
    pc.expect(PROMPT, 60)
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


def test_file_system_on_a_failing_disk(machine, tmp_path):
    """Data of a file is lost: fsync() says so, the others are whole, e2fsck finds no damage."""
    image, config = tmp_path / "d", tmp_path / "errors"
    with open(image, "wb") as f:
        f.truncate(16 * MIB)
    run("mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", image)
    config.write_text(CONFIG.format(event="write_aio", sector=BAD))
    pc = machine(Qemu, mem=64, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-base.cpio.gz"), append=SERIAL, extra=[
                     "-drive", f"if=none,id=d,file.driver=blkdebug,file.config={config},"
                     f"file.image.driver=file,file.image.filename={image},format=raw,"
                     "rerror=report,werror=report", "-device", "ide-hd,drive=d,bus=ide.0"])
    pc.expect(PROMPT, 60)
    assert pc.run("mount /dev/hda /mnt && cp /bin/bash /mnt/before && sync && echo fine") == "fine\n"
    text = pc.run("dd if=/dev/zero of=/mnt/big bs=64k count=120 conv=fsync status=none; true", 90)
    assert "I/O error" in text
    assert pc.run("cmp /bin/bash /mnt/before && cp /bin/bash /mnt/after; rm /mnt/big; "
                  "umount /mnt; echo over", 60).endswith("over\n")
    pc.send("poweroff -f\r")
    pc.wait_exit(60)
    run("e2fsck", "-fn", image)
