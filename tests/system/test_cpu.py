"""What the kernel executes on a processor that has more than it may use.

QEMU lists every instruction it translates, and the gate of ports/ knows those of a 486: so a switch
that takes a feature away is seen to keep its instructions from being reached, vDSO included.
"""
import importlib.machinery
import importlib.util
import re

import pytest

from vm import PROMPT, Qemu, artefact
from vm.paths import ROOT

KERNEL = 0xBFFFE000  # from the vDSO on: below are programs and the firmware
TSC, FXSR, SEP = {"rdtsc"}, {"fxsave", "fxrstor"}, {"wrmsr", "sysenter", "sysexit"}
CPUID, CR4 = {"cpuid"}, {"movl%cr4"}
# Two programs that use the FPU, for several time slices each, so that it is saved and loaded.
AWK = "awk 'BEGIN { while (n < 50000) n += 1 / 3 }'"
FPU = f"{AWK} & {AWK}; wait"


def gate():
    loader = importlib.machinery.SourceFileLoader("gate486", str(ROOT / "ports" / "gate486"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("gate486", loader))
    loader.exec_module(module)
    return module


def executed(log):
    """Mnemonics beyond the 486's in QEMU's list, of the kernel and its vDSO."""
    bad_insn = gate().bad_insn
    found = set()
    with open(log, encoding="utf-8", errors="replace") as f:
        for line in f:
            match = re.match(r"0x([0-9a-f]{8}):  .{25}(\S.*)", line)
            if match and int(match.group(1), 16) >= KERNEL:
                found.add(bad_insn(match.group(2)))
    # Like the gate's own exception: REP BSF, which a 486 runs as BSF.
    return found - {None, "tzcntl"}


SWITCHES = [
    ("quiet", TSC | FXSR | SEP | CPUID | CR4),
    ("cpu=486", CPUID),
    ("nocpuid", set()),
    ("notsc", FXSR | SEP | CPUID | CR4),
    ("nofxsr", TSC | SEP | CPUID | CR4),
    ("nosep", TSC | FXSR | CPUID | CR4),
    ("notsc nofxsr nosep nopse nopge", CPUID),
]


@pytest.mark.parametrize("switches, beyond", SWITCHES, ids=[s.replace(" ", "-") for s, _ in SWITCHES])
def test_beyond_a_486(machine, tmp_path, switches, beyond):
    log = tmp_path / "instructions"
    pc = machine(Qemu, machine="pc", cpu="pentium3", mem=32, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-rescue.cpio.gz"),
                 append=f"console=ttyS0 {switches}", extra=["-d", "in_asm", "-D", str(log)])
    pc.expect(PROMPT, 60)
    pc.run(FPU)
    # Clocks: by system call and, where there is the TSC, by the vDSO.
    pc.run("date; sleep 1")
    pc.close()
    assert executed(log) == beyond
