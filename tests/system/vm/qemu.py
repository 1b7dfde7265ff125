"""qemu - a PC in qemu-system-i386 (TCG), driven by QMP, serial line, screen memory and keys."""
import contextlib
import os
import re
import socket
import subprocess
import time

from .gdb import Gdb
from .keys import chord
from .machine import SCALE, Died, Expired, Machine
from .paths import BUILD, ROOT
from .qmp import Qmp, QmpError
from .screen import Screen

QEMU = "qemu-system-i386"


class Qemu(Machine):
    """One virtual PC.

    kernel/initrd/append boot directly; iso and floppy boot by the BIOS; `extra` is added to the
    command line. It starts at once. With paused=True it waits for cont(). With entry=ADDRESS its
    start_time is the moment when the processor comes to that address.
    """

    name = "QEMU"
    patience = 0.25

    def __init__(self, machine="pc", cpu="pentium3", mem=256, kernel=None, initrd=None, append=None,
                 iso=None, floppy=None, extra=(), paused=False, serial=True, mono=False, entry=None):
        super().__init__()
        self.mono = mono
        ours, mon = socket.socketpair()
        fds = [mon]
        argv = [QEMU, "-M", machine, "-cpu", cpu, "-m", str(mem), "-accel", "tcg", "-S",
                "-nodefaults", "-vga", "std" if machine != "isapc" else "none",
                "-display", "none", "-no-reboot",
                "-chardev", f"socket,id=mon,fd={mon.fileno()}", "-mon", "chardev=mon,mode=control"]
        if machine == "isapc":
            argv += ["-device", "isa-vga"]
        if serial:
            tty = self.serial_pair()
            fds.append(tty)
            argv += ["-chardev", f"socket,id=s0,fd={tty.fileno()}", "-serial", "chardev:s0"]
        if kernel:
            argv += ["-kernel", str(kernel)]
        if initrd:
            argv += ["-initrd", str(initrd)]
        if append:
            argv += ["-append", append]
        if iso:
            argv += ["-drive", f"if=ide,index=2,media=cdrom,format=raw,file={iso}", "-boot", "d"]
        if floppy:
            argv += ["-drive", f"if=floppy,format=raw,file={floppy},snapshot=on", "-boot", "a"]
        if entry:
            debugger, gdb = socket.socketpair()
            fds.append(gdb)
            argv += ["-chardev", f"socket,id=gdb,fd={gdb.fileno()}", "-gdb", "chardev:gdb"]
        argv += list(extra)
        self.dozes = any("floppy" in arg for arg in argv)
        self.spawn(argv, pass_fds=[s.fileno() for s in fds])
        for sock in fds:
            sock.close()
        try:
            self.qmp = Qmp(ours)
        except Exception:
            report = self._startup_error()
            self.close()
            raise Died(report) from None
        if entry:
            stub = Gdb(debugger)
            stub.run_to(entry)
            self.start_time = time.monotonic()
            stub.detach()
            debugger.close()
        elif not paused:
            self.cont()

    def _startup_error(self):
        try:
            self.proc.wait(5)
        except subprocess.TimeoutExpired:
            pass
        with open(f"{self.log}.out", encoding="utf-8", errors="replace") as f:
            return f"QEMU did not start: {f.read()}"

    def cont(self):
        self.start_time = time.monotonic()
        self.qmp.cmd("cont")

    def nudge(self):
        """QEMU's floppy controller reads the image in the processor's thread (fdctrl: blk_pread()), and the aio_poll() in
        that may swallow the notice for the main loop that the guest has just set a timer. Until something else wakes the
        main loop the guest sleeps."""
        if self.dozes:
            with contextlib.suppress(QmpError, OSError):
                self.qmp.cmd("query-status")

    def close(self):
        super().close()
        if hasattr(self, "qmp"):
            self.qmp.sock.close()

    def shutdown_cause(self, timeout=30):
        """Why QEMU ended: 'guest-shutdown' (power-off), 'guest-reset' (with -no-reboot), ...

        Waits for the end; distinguishes what one exit status 0 cannot.
        """
        self.qmp.sock.settimeout(timeout * SCALE)
        try:
            event = self.qmp.wait_event("SHUTDOWN")
        except TimeoutError:
            raise Expired(f"QEMU did not shut down in {timeout} s\n{self.report()}") from None
        self.wait_exit(timeout)
        return event["data"]["reason"] if event else None

    # --- the debugger, memory, ports and the screen

    def debugger(self):
        """The machine stands still, until the stub is detached."""
        path = os.path.join(self.dir.name, "gdb")
        self.qmp.hmp(f"gdbserver unix:{path},server=on,wait=off")
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(path)
        stub = Gdb(sock)
        # That it stopped may be told before, or not.
        stub.send("qSupported")
        while not stub.receive().startswith("PacketSize"):
            pass
        return stub

    def memory(self, address, size):
        path = os.path.join(self.dir.name, "mem")
        self.qmp.cmd("pmemsave", val=address, size=size, filename=path)
        with open(path, "rb") as f:
            return f.read()

    def expect_registers(self, pattern, timeout=30):
        """Until the processor's registers, as the monitor shows them, match."""
        deadline = time.monotonic() + timeout * SCALE
        while not re.search(pattern, text := self.qmp.hmp("info registers"), re.M):
            if time.monotonic() > deadline:
                raise Expired(f"registers: no {pattern!r} within {timeout} s\n{text}\n{self.report()}")
            time.sleep(self.poll)

    def port(self, number):
        """What the port reads now. Only for ports whose reading changes nothing."""
        return int(self.qmp.hmp(f"i /1bx {number:#x}").split("=")[1], 16)

    def _crtc(self, base, registers):
        """CRT controller registers, read while the guest stands still, its index put back."""
        index = self.port(base)
        values = []
        for register in registers:
            self.qmp.hmp(f"o /1b {base:#x} {register}")
            values.append(self.port(base + 1))
        self.qmp.hmp(f"o /1b {base:#x} {index}")
        return values

    def screen(self):
        running = self.qmp.cmd("query-status")["running"]
        if running:
            self.qmp.cmd("stop")
        base = 0x3B4 if self.mono else 0x3D4
        regs = self._crtc(base, [0x0C, 0x0D, 0x0E, 0x0F, 0x01, 0x12, 0x07, 0x09])
        memory = self.memory(0xB0000 if self.mono else 0xB8000, 0x8000)
        if running:
            self.qmp.cmd("cont")
        start, cursor = regs[0] << 8 | regs[1], regs[2] << 8 | regs[3]
        columns = regs[4] + 1
        lines = (regs[5] | (regs[6] & 2) << 7 | (regs[6] & 0x40) << 3) + 1
        rows = lines // ((regs[7] & 0x1F) + 1)
        if columns not in (40, 80, 132) or not 1 <= rows <= 60:
            columns, rows = 80, 25
        size = 2 * columns * rows
        begin = 2 * start % 0x8000
        cells = (memory + memory)[begin:begin + size]
        where = divmod(cursor - start, columns) if 0 <= cursor - start < columns * rows else None
        return Screen(cells, columns, where)

    def screendump(self, path):
        self.qmp.cmd("screendump", filename=str(path), format="png")

    def picture(self, name):
        """The screen as an image, for the documents: `make pictures` puts them there."""
        folder = BUILD / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        self.settled_screen()
        self.screendump(folder / f"{name}.png")

    # --- keyboard

    def _key_events(self, keys, down):
        events = [{"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": k}}}
                  for k in keys]
        self.qmp.cmd("input-send-event", events=events)

    def _drain_keyboard(self, timeout=20):
        """Wait until the guest has read every byte: the controller's output buffer is empty."""
        deadline = time.monotonic() + timeout * SCALE
        while self.port(0x64) & 1:
            if time.monotonic() > deadline:
                raise Expired(f"nobody reads the keyboard\n{self.report()}")
            time.sleep(0.001)

    def press(self, *keys):
        """Press keys together (QEMU key codes), release them, wait until the guest took them."""
        self._key_events(keys, True)
        self._drain_keyboard()
        self._key_events(tuple(reversed(keys)), False)
        self._drain_keyboard()

    def hold(self, *keys):
        """Press and do not release: for the key that ends the machine."""
        self._key_events(keys, True)

    def type(self, text):
        for char in text:
            self.press(*chord(char))


class LinuxRef(Qemu):
    """Debian's linux-image-686 in the same QEMU; `initrd` is what the test chooses."""

    name = "Linux in QEMU"

    def __init__(self, append="", **kwargs):
        kernel = linux_kernel()
        # Its test of the timer fails now and then when the host is busy, and then it panics.
        append = f"mitigations=off no_timer_check {append}".strip()
        super().__init__(kernel=kernel, append=append, **kwargs)


def linux_kernel():
    done = subprocess.run([str(ROOT / "scripts" / "fetch-linux-686")], check=True,
                          stdout=subprocess.PIPE, text=True)
    path = done.stdout.strip().splitlines()[-1]
    if not re.search(r"vmlinuz$", path):
        raise AssertionError(f"fetch-linux-686 gave no kernel: {done.stdout}")
    return path
