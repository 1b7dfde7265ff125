"""The installer in Bochs: other chips and another BIOS than QEMU's. From its floppy: tests/install."""
from installing import (BOCHS_ANSWERS, answer_disc, bochs_disk, bochs_discs, bochs_start, bochs_walk, check_all_ext2,
                        run_out, start_install)
from vm import PROMPT, artefact
from vm.loaders import grub_menu


def test_bochs_from_the_cd(machine, tmp_path):
    disk = bochs_disk(tmp_path / "hd.img")
    pc = bochs_start(machine, disk, iso=artefact("oldiron.iso"), extra=bochs_discs(answer_disc(tmp_path, BOCHS_ANSWERS)))
    grub_menu(pc, "l", 120)
    pc.expect(PROMPT, 600)
    status, text = run_out(pc, start_install(pc))
    assert status == 0, text
    pc.wait_exit(300)
    bochs_walk(machine, disk)
    assert check_all_ext2(tmp_path / "hd.img", tmp_path) == 1
