"""From power-on to an interactive shell: every machine, medium and console of the first issue."""
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


@pytest.mark.parametrize("model, cpu, mem, key", [
    pytest.param("isapc", "486", 16, "t", id="isapc-486-16M"),
    pytest.param("pc", "pentium3", 256, "s", id="pc-pentium3-256M"),
    pytest.param("q35", "qemu32", 256, "s", id="q35-256M"),
])
def test_iso_serial(machine, model, cpu, mem, key):
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, iso=artefact("oldiron.iso"))
    pc.expect("Rescue shell", 30)
    pc.send(key)
    serial_shell(pc, shell="sh" if key == "t" else "bash")


def test_iso_screen(machine):
    pc = machine(Qemu, machine="pc", mem=256, iso=artefact("oldiron.iso"))
    pc.expect_screen("Oldiron .live.", 30)
    pc.type("\n")
    screen_shell(pc)


def test_iso_as_a_disk(machine):
    """The same file written to a disk or USB stick."""
    iso = artefact("oldiron.iso")
    pc = machine(Qemu, machine="pc", mem=256, extra=[
        "-drive", f"if=ide,index=0,media=disk,format=raw,file={iso},snapshot=on"])
    pc.expect("Rescue shell", 30)
    pc.send("s")
    serial_shell(pc)


@pytest.mark.parametrize("model, cpu, mem", [
    pytest.param("isapc", "486", 16, id="isapc-486-16M"),
    pytest.param("pc", "pentium3", 256, id="pc-pentium3-256M"),
])
def test_floppy_serial(machine, model, cpu, mem):
    pc = machine(Qemu, machine=model, cpu=cpu, mem=mem, floppy=artefact("floppy.img"))
    pc.expect("boot: ", 30)
    pc.send("serial\r")
    serial_shell(pc, shell="sh")


def test_floppy_screen(machine):
    pc = machine(Qemu, machine="isapc", cpu="486", mem=16, floppy=artefact("floppy.img"))
    pc.expect_screen("^boot:", 30)
    pc.type("live\n")
    screen_shell(pc)


def test_bochs_iso_serial(machine):
    pc = machine(Bochs, cpu="pentium", mem=64, iso=artefact("oldiron.iso"))
    pc.expect("Rescue shell", 60)
    pc.send("s")
    serial_shell(pc, 240)


def test_bochs_floppy_serial(machine):
    pc = machine(Bochs, cpu="pentium", mem=32, floppy=artefact("floppy.img"))
    pc.expect("boot: ", 60)
    pc.send("serial\r")
    serial_shell(pc, 240, shell="sh")


def test_bochs_screen(machine):
    """Keys sent to the emulated keyboard; GRUB takes the rescue entry, which loads fastest."""
    pc = machine(Bochs, cpu="pentium", mem=32, iso=artefact("oldiron.iso"), keyboard=True)
    pc.expect_screen("Rescue shell", 60)
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
