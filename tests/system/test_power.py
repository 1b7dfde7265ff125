"""Restart, power-off and panic end the machine, and the emulator tells which it was."""
import pytest

from vm import PROMPT, Bochs, Qemu, artefact
from vm.loaders import grub_menu


def boot(start, append="", **kwargs):
    return start(Qemu, mem=64, kernel=artefact("oldiron.elf"),
                   initrd=artefact("initramfs-rescue.cpio.gz"),
                   append=f"console=tty0 console=ttyS0 {append}", **kwargs)


@pytest.mark.parametrize("append", ["", "noacpi"], ids=["acpi", "real-mode-apm"])
@pytest.mark.parametrize("model", ["pc", "q35"])
def test_power_off(machine, model, append):
    pc = boot(machine, append, machine=model)
    pc.expect(PROMPT, 60)
    pc.send("poweroff -f\r")
    assert pc.shutdown_cause(30) == "guest-shutdown"


@pytest.mark.parametrize("pci, cause", [(True, "ACPI control"), (False, "Shutdown port")])
def test_power_off_bochs(machine, pci, cause):
    """Without PCI its BIOS has no ACPI: it is asked in real mode, since GRUB does not say that it found APM."""
    pc = machine(Bochs, mem=32, pci=pci, iso=artefact("oldiron.iso"))
    grub_menu(pc, "r", 60)
    pc.expect(PROMPT, 240)
    pc.send("poweroff -f\r")
    assert pc.shutdown_cause() == cause


@pytest.mark.parametrize("append, segment", [("", "f000"), ("noapm", "0060")])
def test_stays_on(machine, append, segment):
    """This board has nothing: the BIOS is asked, and halts as it finds nothing either; with noapm the kernel halts."""
    pc = boot(machine, append, machine="isapc", cpu="486")
    pc.expect(PROMPT, 60)
    pc.send("poweroff -f\r")
    pc.expect("It is now safe to turn off the computer", 30)
    pc.expect_registers(rf"(?s)HLT=1.*^CS ={segment} ", 30)


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
