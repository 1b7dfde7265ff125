"""bochs - a PC in Bochs, without a display of its own.

The serial line is a socket that Bochs connects to. Its debugger, on a pseudo-terminal, stops the
machine for a moment to save the screen memory; keys go in by VNC. It boots from an ISO, a floppy
or a disk only; the CPU models and chip sets are Bochs' own.

The debugger does not tell the CRT controller's registers, so screen() goes by the BIOS data area:
BIOSes keep the start of the page shown and the cursor there, and so does Oldiron.
"""
import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import time

from .keys import KEYSYM, chord, shifted_keysym
from .machine import SCALE, Died, Expired, Machine, Stream, die_with_parent
from .rfb import Rfb
from .screen import Screen

_RC = """\
config_interface: textconfig
display_library: rfb, options="timeout=0"
cpu: model={cpu}, count=1, ips=50000000, reset_on_triple_fault=0
memory: guest={mem}, host={mem}
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/vgabios/vgabios.bin
vga: extension=vbe, update_freq=5
pci: enabled={pci}, chipset=i440fx
clock: sync={sync}, time0=946684800
boot: {boot}
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
com1: enabled=1, mode=socket-client, dev=127.0.0.1:{port}
port_e9_hack: enabled=1
sound: driver=dummy
speaker: enabled=0
mouse: type=ps2, enabled=0, toggle=f12
log: {log}
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
"""


class _Terminal:
    """Our side of the debugger's pseudo-terminal, with a socket's recv()."""

    def __init__(self, fd):
        self.fd = fd

    def recv(self, size):
        return os.read(self.fd, size)

    def close(self):
        os.close(self.fd)


class Bochs(Machine):
    """One PC. `keyboard` makes the clock follow real time, which typing needs and which is slower."""

    name = "Bochs"
    poll = 0.5

    def __init__(self, cpu="pentium", mem=32, iso=None, floppy=None, disk=None, pci=True,
                 keyboard=False, extra=()):
        super().__init__()
        self._log = f"{self.log}.bochs"
        listener = socket.create_server(("127.0.0.1", 0))
        boot = "cdrom" if iso else "floppy" if floppy else "disk"
        rc = _RC.format(cpu=cpu, mem=mem, pci=int(pci), boot=boot, log=self._log,
                        port=listener.getsockname()[1], sync="slowdown" if keyboard else "none")
        if iso:
            rc += f"ata0-slave: type=cdrom, path={iso}, status=inserted\n"
        if floppy:
            rc += f"floppya: 1_44={floppy}, status=inserted, write_protected=1\n"
        if disk:
            rc += f"ata0-master: type=disk, path={disk}, mode=flat\n"
        rc += "".join(line + "\n" for line in extra)
        config = os.path.join(self.dir.name, "bochsrc")
        with open(config, "w", encoding="utf-8") as f:
            f.write(rc)
        if os.path.exists(self._log):
            os.unlink(self._log)
        ours, theirs = os.openpty()
        self.spawn(["bochs", "-q", "-f", config], stdin=theirs, pty=theirs)
        os.close(theirs)
        self.debugger = Stream(_Terminal(ours), f"{self.log}.debugger")
        self.rfb = None
        self._prompt()
        self._continue()
        listener.settimeout(20 * SCALE)
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            report = self.report()
            self.close()
            raise Died(f"Bochs did not open its serial line\n{report}") from None
        finally:
            listener.close()
        self.serial = Stream(sock, f"{self.log}.serial")

    def spawn(self, argv, stdin=subprocess.DEVNULL, pty=None):
        with open(f"{self.log}.cmd", "w", encoding="utf-8") as f:
            f.write(" ".join(argv) + "\n")
        self.start_time = time.monotonic()
        self.proc = subprocess.Popen(argv, stdin=stdin, stdout=pty, stderr=pty, cwd=self.dir.name,
                                     preexec_fn=die_with_parent)
        with open(f"{self.log}.out", "w", encoding="utf-8") as f:
            f.write(f"see {self.log}.debugger and {self._log}\n")

    def close(self):
        super().close()
        if self.rfb:
            self.rfb.close()

    def shutdown_cause(self, timeout=30):
        """What switched it off: 'ACPI control', or 'Shutdown port', which is its BIOS's APM. None: neither did."""
        self.wait_exit(timeout)
        with open(self._log, encoding="utf-8", errors="replace") as f:
            match = re.search(r">>PANIC<< (ACPI control|Shutdown port):", f.read())
        return match and match.group(1)

    # --- the debugger

    def _prompt(self, timeout=30):
        match = self.debugger.wait(re.compile(rb"<bochs:\d+> "), time.monotonic() + timeout * SCALE)
        if not match:
            raise Died(f"Bochs' debugger does not answer:\n{self.debugger.text()[-2000:]}")

    def _interrupt(self, tries=4):
        """To the debugger's prompt. A signal that readline took for itself is sent once more."""
        for left in reversed(range(tries)):
            self.proc.send_signal(signal.SIGINT)
            try:
                return self._prompt(10)
            except Died:
                if not left or self.proc.poll() is not None:
                    raise
        return None

    def _command(self, line):
        os.write(self.debugger.sock.fd, line.encode() + b"\n")

    def _physical(self, address, size):
        """Memory of the stopped machine as its bus has it, whatever paging says."""
        lines = (size + 15) // 16
        last = address + 16 * (lines - 1)
        begin = self.debugger.pos
        self._command(f"xp /{4 * lines}wx {address:#x}")
        # The prompt that follows the last line: one of before may still come first.
        ended = re.compile(rb"0x0*%x <[^>]*>:[^<]*<bochs:\d+> " % last)
        match = self.debugger.wait(ended, time.monotonic() + 10 * SCALE)
        if not match:
            raise Died(f"Bochs' debugger shows no memory:\n{self.debugger.text()[-2000:]}")
        answer = bytes(self.debugger.data[begin:match.end()])
        words = re.findall(rb"\t0x([0-9a-f]{8})\b", answer)[-4 * lines:]
        return b"".join(int(word, 16).to_bytes(4, "little") for word in words)[:size]

    def _continue(self):
        """Until the line is read: a signal that comes before would make the debugger forget it."""
        self._command("c")
        if not self.debugger.wait(re.compile(rb"c\r?\n"), time.monotonic() + 10 * SCALE):
            raise Died(f"Bochs does not continue:\n{self.debugger.text()[-2000:]}")
        # readline still takes signals for a moment, and nothing tells when it no longer does.
        time.sleep(0.05)

    @contextlib.contextmanager
    def _stopped(self):
        self._interrupt()
        yield
        self._continue()

    def memory(self, address, size):
        with self._stopped():
            return self._physical(address, size)

    def screen(self):
        with self._stopped():
            bda = self._physical(0x400, 0x90)
            columns, start = struct.unpack_from("<H2xH", bda, 0x4A)
            column, row, crtc = bda[0x50], bda[0x51], bda[0x63]
            if not 40 <= columns <= 132:
                columns = 80  # the BIOS has not set a mode yet
            rows = bda[0x84] + 1 if 24 <= bda[0x84] < 60 else 25
            base = 0xB0000 if crtc == 0xB4 else 0xB8000
            cells = self._physical(base + start % 0x8000, 2 * columns * rows)
        return Screen(cells, columns, (row, column) if row < rows and column < columns else None)

    # --- keyboard

    def _viewer(self):
        if not self.rfb:
            with open(self._log, encoding="utf-8", errors="replace") as f:
                port = re.search(r"listening for connections on port (\d+)", f.read())
            if not port:
                raise Expired("Bochs has no VNC port")
            self.rfb = Rfb(int(port.group(1)))
        return self.rfb

    def _stroke(self, keysyms):
        # The emulated keyboard sends a scan code about every millisecond of the guest's clock, and
        # its buffer holds 16 bytes; nothing tells when it is empty, so each key gets real time.
        viewer = self._viewer()
        for keysym in keysyms:
            viewer.key(keysym, True)
            time.sleep(0.03)
        for keysym in reversed(keysyms):
            viewer.key(keysym, False)
            time.sleep(0.03)

    def press(self, *keys):
        self._stroke([KEYSYM[key] for key in keys])

    def type(self, text):
        for char in text:
            keys = chord(char)
            if keys[0] == "shift":
                self._stroke([KEYSYM["shift"], shifted_keysym(char)])
            else:
                self._stroke([KEYSYM[key] for key in keys])
