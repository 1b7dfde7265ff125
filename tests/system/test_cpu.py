"""What the kernel executes on a processor that has more than it may use.

QEMU lists every instruction it translates, and the gate of ports/ knows those of a 486: so a switch
that takes a feature away is seen to keep its instructions from being reached, vDSO included.
"""
import importlib.machinery
import importlib.util
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact, initramfs
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


# ---- the Pentium that stops at LOCK CMPXCHG8B of a register

GUEST = ROOT / "tests" / "system" / "guest"
REGS_ERROR = 13 * 4  # in struct regs
PF_KERNEL_WRITE = 3
INVALID_OPCODE_GATE = 6 * 8
SIGSEGV_STATUS, SIGILL_STATUS = 139, 132


@pytest.fixture(scope="module")
def poke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("poke")
    subprocess.run(["gcc", "-m32", "-march=i486", "-O1", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-fno-stack-protector",
                    "-fcf-protection=none", "-o", folder / "poke", GUEST / "poke.c"], check=True)
    return initramfs.with_files(artefact("initramfs-rescue.cpio.gz"), folder / "initrd.cpio.gz",
                                {"poke": (folder / "poke").read_bytes()})


def shell(machine, cpu, initrd):
    pc = machine(Qemu, machine="pc", cpu=cpu, mem=32, kernel=artefact("oldiron.elf"), initrd=initrd, append="console=ttyS0")
    pc.expect(PROMPT, 60)
    return pc


def idt_of(pc):
    return int(re.search(r"IDT=\s+([0-9a-f]{8})", pc.qmp.hmp("info registers")).group(1), 16)


def access(pc, address):
    for first, end, mode in re.findall(r"^0*([0-9a-f]+)-0*([0-9a-f]+) [0-9a-f]+ (\S+)", pc.qmp.hmp("info mem"), re.M):
        if int(first, 16) <= address < int(end, 16):
            return mode
    return None


@pytest.mark.parametrize("cpu, bug, mode", [("pentium", "yes", "-r-"), ("pentium3", "no", "-rw"), ("486", "no", "-rw")])
def test_idt_that_cannot_be_written(machine, cpu, bug, mode):
    pc = shell(machine, cpu, artefact("initramfs-rescue.cpio.gz"))
    assert access(pc, idt_of(pc)) == mode
    if cpu != "486":
        assert re.search(rf"^f00f_bug\t: {bug}$", pc.run("cat /proc/cpuinfo"), re.M)


@pytest.mark.parametrize("error, status", [(PF_KERNEL_WRITE, SIGILL_STATUS), (PF_KERNEL_WRITE | 4, SIGSEGV_STATUS)],
                         ids=["processor", "program"])
def test_fault_in_place_of_invalid_opcode(machine, poke, error, status):
    """What such a processor reports, and no emulator does, is put into a fault that a program makes."""
    pc = shell(machine, "pentium", poke)
    gate = idt_of(pc) + INVALID_OPCODE_GATE
    symbols = subprocess.run(["nm", artefact("oldiron.debug")], check=True, capture_output=True, text=True).stdout
    handler = int(re.search(r"^([0-9a-f]+) T x86_page_fault$", symbols, re.M).group(1), 16)
    stub = pc.debugger()
    pc.send(f"/poke {gate:x}; echo it-was-$?\r")
    stub.run_to(handler)
    while stub.registers()[2] != gate:
        stub.step()
        stub.run_to(handler)
    stub.write(stub.registers()[0] + REGS_ERROR, error.to_bytes(4, "little"))
    stub.detach()
    assert pc.expect(r"it-was-(\d+)\r", 60).group(1) == b"%d" % status
    pc.expect(PROMPT, 60)
    assert pc.run("echo $((6*7))") == "42\n"
