"""PCI: lspci(8) prints on Oldiron what it prints on Linux, on the same machine.

What differs, and why, is taken out of both outputs:
  Kernel driver in use, Kernel modules, DRIVER=, the last column of /proc/bus/pci/devices
                      other systems, other drivers
  the bytes of a bridge's prefetchable window that is closed
                      Linux closes it once more in a way of its own
The machines have no bridges for hot-plugging: Linux's driver for them numbers slots and switches bus
mastering on. They have no USB controllers: Linux takes those from the BIOS at boot, which switches
their bus mastering off, and Oldiron leaves them, for a USB keyboard may hang on the BIOS. Oldiron's
disk driver is off, since a driver switches bus mastering on. Linux has neither ACPI nor APIC here, so
that interrupts are numbered as by the 8259s, and leaves the ports of PCI Express to themselves.
"""
import difflib
import re

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact

PC = ["-device", "pci-bridge,chassis_nr=1,id=b1,shpc=off", "-device", "e1000,bus=b1,addr=3",
      "-device", "pci-bridge,chassis_nr=2,id=b2,bus=b1,addr=4,shpc=off", "-device", "ne2k_pci,bus=b2,addr=5",
      "-device", "ne2k_pci,addr=6.0,multifunction=on", "-device", "pcnet,addr=6.2",
      "-device", "virtio-rng-pci"]
Q35 = ["-device", "pcie-root-port,id=rp1,chassis=1,addr=4", "-device", "e1000e,bus=rp1",
       "-device", "i82801b11-bridge,id=pb,addr=5", "-device", "ne2k_pci,bus=pb,addr=3"]
# A second host bridge, whose buses no bridge of the first leads to.
PEERS = ["-device", "pxb,id=px,bus_nr=128", "-device", "e1000,bus=px,addr=2"]
MACHINES = [
    pytest.param("pc", PC, 12, id="pc"),
    pytest.param("pc", PEERS, 8, id="peers"),
    pytest.param("q35", Q35, 9, id="q35"),
    pytest.param("isapc", ["-device", "ne2k_isa"], 0, id="isapc"),
]
COMMANDS = [
    "lspci -nn", "lspci -t", "lspci -vvnn -x", "lspci -A linux-proc -nn",
    "cd /sys/bus/pci/devices; for i in *:*; do cat $i/resource $i/uevent $i/modalias $i/irq; done",
    "cut -f1-18 /proc/bus/pci/devices",
    "cd /proc/bus/pci; find . -type f | sort | xargs ls -s",
    "lspci -A linux-proc -xxx",
]
OTHERS = re.compile(r"^(\tKernel driver in use: .*|\tKernel modules: .*|DRIVER=.*)\n",
                    re.MULTILINE)


# The first three lines of a bridge's dump; the prefetchable window is in bytes 24 to 27.
BRIDGE = re.compile(r"^(00:(?: \w\w){14} [08]1 \w\w\n10:.*\n20:(?: \w\w){4})"
                    r" (\w)\w (\w\w) (\w)\w (\w\w)", re.MULTILINE)


def close_window(match):
    start, base_low, base_high, limit_low, limit_high = match.groups()
    closed = base_high + base_low > limit_high + limit_low
    return start + " closed" if closed else match.group(0)


def outputs(pc):
    pc.expect(PROMPT, 90)
    texts = {command: OTHERS.sub("", pc.run(command, 60)) for command in COMMANDS}
    return {command: BRIDGE.sub(close_window, text) for command, text in texts.items()}


@pytest.mark.parametrize("model, extra, functions", MACHINES)
def test_lspci_as_on_linux(machine, model, extra, functions):
    same = {"machine": model, "cpu": "pentium3", "mem": 256, "extra": extra,
            "initrd": artefact("initramfs.cpio.gz")}
    linux = machine(LinuxRef, append="quiet console=ttyS0,115200 acpi=off noapic nolapic "
                    "pcie_ports=compat", **same)
    wanted = outputs(linux)
    linux.close()
    oldiron = machine(Qemu, kernel=artefact("oldiron.elf"), append="console=ttyS0,115200 noide", **same)
    found = outputs(oldiron)
    assert len(found["lspci -nn"].splitlines()) == functions
    for command in COMMANDS:
        lines = difflib.unified_diff(wanted[command].splitlines(), found[command].splitlines(),
                                     "Linux", "Oldiron", lineterm="", n=6)
        assert found[command] == wanted[command], f"{command}\n" + "\n".join(lines)


def test_configuration_space_is_roots(machine):
    pc = machine(Qemu, machine="pc", mem=256, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs.cpio.gz"), append="console=ttyS0,115200")
    pc.expect(PROMPT, 60)
    nobody = "su nobody -s /bin/sh -c"
    for file in ("/sys/bus/pci/devices/0000:00:02.0/config", "/proc/bus/pci/00/02.0"):
        assert pc.run(f"cat {file} | wc -c") == "256\n"
        assert pc.run(f"{nobody} 'cat {file} | wc -c'") == "64\n"
    pc.run("setpci -s 0:2.0 3c.b=5a")
    assert pc.run("setpci -s 0:2.0 3c.b") == "5a\n"
    assert "Cannot open" in pc.run(f"{nobody} 'setpci -s 0:2.0 3c.b=33'")
    assert pc.run("setpci -A linux-proc -s 0:2.0 3c.w") == "005a\n"


def test_driver(machine, tmp_path):
    """Who drives a function: lspci, uevent and the links of /sys tell."""
    disk = tmp_path / "disk.img"
    disk.write_bytes(bytes(1 << 20))
    pc = machine(Qemu, machine="pc", mem=256, kernel=artefact("oldiron.elf"),
                 extra=["-drive", f"if=ide,index=0,format=raw,file={disk}"],
                 initrd=artefact("initramfs.cpio.gz"), append="console=ttyS0,115200")
    pc.expect(PROMPT, 60)
    assert "\tKernel driver in use: ide\n" in pc.run("lspci -k -s 1.1")
    assert re.fullmatch(r"DRIVER=ide\nPCI_CLASS=10180\n(\w+=.*\n){3}MODALIAS=pci:v.*i80\n",
                        pc.run("cat /sys/bus/pci/drivers/ide/0000:00:01.1/uevent"))
    assert pc.run("cd /sys/bus/pci/devices/0000:00:01.1/driver && pwd -P") == "/sys/bus/pci/drivers/ide\n"
    assert re.search(r"^0009\t.*\tide$", pc.run("cat /proc/bus/pci/devices"), re.MULTILINE)
    assert re.search(r"^01f0-01f7 : 0000:00:01.1\n  01f0-01f7 : ide$", pc.run("cat /proc/ioports"),
                     re.MULTILINE)


@pytest.mark.parametrize("switch", ["nopci", "pci=off", "pci=conf2"])
def test_without_pci(machine, switch):
    pc = machine(Qemu, machine="pc", mem=256, kernel=artefact("oldiron.elf"),
                 initrd=artefact("initramfs.cpio.gz"), append=f"console=ttyS0,115200 {switch}")
    pc.expect(PROMPT, 60)
    assert pc.run("lspci") == ""
    assert pc.run("grep PCI /proc/ioports /proc/iomem") == ""


def test_resources(machine):
    """What functions decode is in /proc/ioports and /proc/iomem, inside the bridges that lead there."""
    pc = machine(Qemu, machine="pc", mem=256, kernel=artefact("oldiron.elf"), extra=PC,
                 initrd=artefact("initramfs.cpio.gz"), append="console=ttyS0,115200 noide")
    pc.expect(PROMPT, 60)
    ports = pc.run("cat /proc/ioports")
    assert "0cf8-0cff : PCI conf1\n" in ports
    assert "01f0-01f7 : 0000:00:01.1\n" in ports
    assert "0600-063f : 0000:00:01.3\n" in ports
    assert re.search(r"^c000-[cd]fff : PCI Bus 0000:01\n  c", ports, re.MULTILINE)
    memory = pc.run("cat /proc/iomem")
    assert "fd000000-fdffffff : 0000:00:02.0\n" in memory
    assert re.search(r"^  f.* : 0000:01:03.0$", memory, re.MULTILINE)
