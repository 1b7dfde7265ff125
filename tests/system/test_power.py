"""Restart, power-off and panic end the machine, and the emulator tells which it was."""
import pytest

from vm import PROMPT, Qemu, artefact


def boot(start, append="", **kwargs):
    return start(Qemu, mem=64, kernel=artefact("oldiron.elf"),
                   initrd=artefact("initramfs-rescue.cpio.gz"),
                   append=f"console=tty0 console=ttyS0 {append}", **kwargs)


@pytest.mark.parametrize("model", ["pc", "q35"])
def test_power_off(machine, model):
    pc = boot(machine, machine=model)
    pc.expect(PROMPT, 60)
    pc.send("poweroff -f\r")
    assert pc.shutdown_cause(30) == "guest-shutdown"


@pytest.mark.parametrize("model, cpu", [("isapc", "486"), ("pc", "pentium3"), ("q35", "qemu32")])
def test_restart(machine, model, cpu):
    pc = boot(machine, machine=model, cpu=cpu)
    pc.expect(PROMPT, 60)
    pc.send("reboot -f\r")
    assert pc.shutdown_cause(30) == "guest-reset"


def test_panic_restarts_when_told(machine):
    """No init: a panic, shown on both consoles; panic=-1 restarts at once."""
    pc = boot(machine, append="panic=-1 rdinit=/no/such/init init=/no/such/init")
    pc.expect("(?i)panic", 60)
    assert pc.shutdown_cause(30) == "guest-reset"


def test_panic_stays_on_the_screen(machine):
    pc = boot(machine, append="rdinit=/no/such/init init=/no/such/init")
    pc.expect("(?i)panic", 60)
    pc.expect_screen("(?i)panic", 10)
    # It halts and does not restart: the text comes to rest and is still about the panic.
    assert "panic" in pc.settled_screen(20).text().lower()
    assert pc.alive()


def test_init_is_not_killed(machine):
    """Signals that process 1 has no handler for do not reach it, not even these."""
    pc = boot(machine, append="panic=-1")
    pc.expect(PROMPT, 60)
    pc.run("kill -SEGV 1; kill -9 1")
    assert pc.run("echo alive-$((6*7))") == "alive-42\n"
