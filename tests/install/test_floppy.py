"""Installing from the floppy and the CD that it finds, in Bochs; in QEMU it is a test of tests/system."""
from installing import (BOCHS_ANSWERS, answer_disc, bochs_disk, bochs_discs, bochs_start, bochs_walk, check_all_ext2,
                        run_out, start_install)
from vm import PROMPT, artefact
from vm.loaders import syslinux_prompt


def test_bochs_from_the_floppy(machine, tmp_path):
    disk = bochs_disk(tmp_path / "hd.img")
    discs = bochs_discs(answer_disc(tmp_path, BOCHS_ANSWERS), artefact("oldiron.iso"))
    pc = bochs_start(machine, disk, floppy=artefact("floppy.img"), extra=discs)
    syslinux_prompt(pc, "live-serial", 120)
    pc.expect("live: the medium is /dev/hdb", 600)
    pc.expect(PROMPT, 600)
    status, text = run_out(pc, start_install(pc))
    assert status == 0, text
    pc.wait_exit(300)
    bochs_walk(machine, disk)
    assert check_all_ext2(tmp_path / "hd.img", tmp_path) == 1
