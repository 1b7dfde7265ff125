"""hwtest in Oldiron beside its drivers, alone, and on Debian's Linux."""
import re

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs

SERIAL = "console=ttyS0,115200"


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    """A user land of busybox and hwtest, which Oldiron and Linux start alike."""
    program = artefact("hwtest/hwtest").read_bytes()
    return (initramfs.busybox_archive().file("bin/hwtest", program)
            .write(tmp_path_factory.mktemp("hwtest") / "initrd.cpio.gz"))


def start(machine, system, initrd, append="", **kwargs):
    if system == "linux":
        pc = machine(LinuxRef, initrd=initrd, append=f"{SERIAL} quiet {append}", **kwargs)
    else:
        pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=initrd,
                     append=f"{SERIAL} {append}", **kwargs)
    pc.expect(PROMPT, 120)
    return pc


@pytest.mark.parametrize("system", ["oldiron", "linux"])
def test_reads_what_the_bios_left(machine, initrd, system):
    pc = start(machine, system, initrd)
    text = pc.run("hwtest run --probe bios")
    assert pc.status == 0, text
    found = bytes.fromhex(re.search(r"^bios bda: ([0-9a-f]+)$", text, re.M).group(1))
    # All but the counters of the clock and the keyboard stand still.
    assert found[:0x17] == pc.memory(0x400, 0x17)
    assert re.search(r"^bios: works$", text, re.M)
