"""vm - emulated PCs for the system tests: QEMU, Bochs, and Debian's Linux in QEMU as the reference.

    with Qemu(machine="pc", kernel=..., initrd=..., append="console=ttyS0") as pc:
        pc.expect(r"# $", 30)
        pc.run("echo $((6*7))")

Each class waits for what it expects and never for a fixed time; each ends its own process.
"""
from .bochs import Bochs
from .machine import END, PROMPT, Died, Expired, Machine
from .paths import BUILD, LOGS, ROOT, artefact
from .qemu import LinuxRef, Qemu

__all__ = ["BUILD", "Bochs", "Died", "END", "Expired", "LOGS", "LinuxRef", "Machine", "PROMPT", "Qemu", "ROOT",
           "artefact"]
