"""From the kernel to an interactive shell: machines and consoles. test_bootdisk.py has the media."""
import pytest

from vm import PROMPT, Bochs, Qemu, artefact

# machine, CPU, memory, initramfs that suits it
MACHINES = [
    pytest.param("isapc", "486", 16, "initramfs-base.cpio.gz", id="isapc-486-16M"),
    pytest.param("pc", "pentium3", 256, "initramfs.cpio.gz", id="pc-pentium3-256M"),
    pytest.param("q35", "qemu32", 256, "initramfs.cpio.gz", id="q35-256M"),
]
SERIAL, SCREEN = "console=tty0 console=ttyS0,115200", "console=tty0"


def serial_shell(pc, timeout=60, shell="bash"):
    pc.expect(PROMPT, timeout)
    assert pc.run("echo $((6*7))") == "42\n"
    if shell == "bash":
        assert pc.run("echo ${BASH_VERSION%%.*}") == "5\n"
    # Interactive: the line editor and job control are there.
    assert "m" in pc.run("echo $-; set -o | grep monitor").lower()


def screen_shell(pc, timeout=60):
    pc.expect_screen(r"[#$]\Z", timeout)
    pc.type("echo $((6*7))\n")
    pc.expect_screen(r"^42\n.*[#$]\Z", timeout)


@pytest.mark.parametrize("model, cpu, mem, initrd", MACHINES)
def test_kernel_option_serial(machine, model, cpu, mem, initrd):
    serial_shell(machine(Qemu, machine=model, cpu=cpu, mem=mem, kernel=artefact("oldiron.elf"),
                         initrd=artefact(initrd), append=SERIAL))


@pytest.mark.parametrize("model, cpu, mem, initrd", MACHINES)
def test_kernel_option_screen(machine, model, cpu, mem, initrd):
    screen_shell(machine(Qemu, machine=model, cpu=cpu, mem=mem, kernel=artefact("oldiron.elf"),
                         initrd=artefact(initrd), append=SCREEN))


def test_bochs_screen(machine):
    """Keys sent to the emulated keyboard; GRUB takes the rescue entry, which loads fastest."""
    pc = machine(Bochs, cpu="pentium", mem=32, iso=artefact("oldiron.iso"), keyboard=True)
    pc.expect_screen("executed automatically in", 60)
    pc.type("r")
    screen_shell(pc, 240)
    # Line by line, the start of the screen moves on; further than the adapter's memory, and back.
    for last in (60, 300):
        pc.type(f"seq {last}|while read n;do echo $n;done\n")
        pc.expect_screen(rf"^{last - 1}\n{last}\n.*[#$]\Z", 60)
        screen = pc.screen()
        assert screen.cursor == (screen.rows - 1, len(screen.line(screen.rows - 1)) + 1)


@pytest.mark.parametrize("model, cpu", [("isapc", "486"), ("pc", "pentium")])
def test_8_mb(machine, model, cpu):
    """The least machine: a shell from the static rescue initramfs."""
    pc = machine(Qemu, machine=model, cpu=cpu, mem=8, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs-rescue.cpio.gz"), append=SERIAL)
    serial_shell(pc, shell="sh")
    used = pc.run("cat /proc/meminfo")
    assert int(used.split("MemTotal:")[1].split()[0]) <= 8192
