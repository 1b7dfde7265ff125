"""machine - what every emulated PC has in common: a life, a serial line, a screen, a keyboard."""
import ctypes
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

from . import stall
from .paths import LOGS

# A prompt of bash or of a plain shell, with whatever stands before it.
# Nothing more was said, but for what the kernel has to tell at any time.
END = r"(?:\[ *\d+\.\d{6}\] [^\n]*\n)*\Z"
PROMPT = r"[#$] (?:\x1b\[[0-9;?]*[a-zA-Z])*" + END
SCALE = float(os.environ.get("OLDIRON_TIME_SCALE", "1"))
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_names = {}


class Expired(AssertionError):
    """What was expected did not come in time."""


class Died(AssertionError):
    """The emulator ended while something was still expected of it."""


def die_with_parent():
    """For a child before exec: end with us, whatever ends us."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def log_base():
    """A log name of the running test's own, counted up when it starts several machines."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "manual").split(" ")[0]
    name = re.sub(r"[^A-Za-z0-9_.=-]+", "_", test.split("/")[-1]).strip("_")
    _names[name] = _names.get(name, 0) + 1
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / (name if _names[name] == 1 else f"{name}-{_names[name]}")


class Stream:
    """Bytes from a socket, kept, logged and stamped with their time of arrival."""

    def __init__(self, sock, log):
        self.sock = sock
        self.data = bytearray()
        self.stamps = []  # (offset after the piece, monotonic time)
        self.pos = 0  # expect() looks from here on
        self.closed = False
        self.cond = threading.Condition()
        self._log = open(log, "wb", buffering=0)
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self):
        while True:
            try:
                piece = self.sock.recv(65536)
            except OSError:
                piece = b""
            now = time.monotonic()
            with self.cond:
                if not piece:
                    self.closed = True
                    self.cond.notify_all()
                    self._log.close()
                    return
                self._log.write(piece)
                self.data += piece
                self.stamps.append((len(self.data), now))
                self.cond.notify_all()

    def text(self):
        with self.cond:
            return self.data.decode("utf-8", "replace")

    def time_of(self, offset):
        """When the byte at `offset` arrived."""
        for end, stamp in self.stamps:
            if offset < end:
                return stamp
        raise IndexError(offset)

    def wait(self, regex, deadline):
        """The first match at or after pos, which then moves behind it; None when too late."""
        with self.cond:
            while True:
                match = regex.search(self.data, self.pos)
                if match:
                    self.pos = match.end()
                    return match
                left = deadline - time.monotonic()
                if self.closed or left <= 0:
                    return None
                self.cond.wait(min(left, 1.0))


class Machine:
    """Common part of the emulators. Sub-classes start `self.proc` and `self.serial`."""

    name = "machine"
    patience = 1.0

    def __init__(self):
        self.log = log_base()
        self.dir = tempfile.TemporaryDirectory(prefix="oldiron-vm-")
        self.proc = None
        self.serial = None
        self.start_time = None

    # --- life

    def spawn(self, argv, pass_fds=(), env=None, stdin=subprocess.DEVNULL):
        with open(f"{self.log}.cmd", "w", encoding="utf-8") as f:
            f.write(" ".join(argv) + "\n")
        out = open(f"{self.log}.out", "wb")
        self.start_time = time.monotonic()
        self.proc = subprocess.Popen(argv, stdin=stdin, stdout=out, stderr=subprocess.STDOUT,
                                     pass_fds=pass_fds, env=env, preexec_fn=die_with_parent)
        out.close()
        stall.begin(self.proc)

    def serial_pair(self):
        """A connected pair: our end is read from now on, the other is the emulator's."""
        ours, theirs = socket.socketpair()
        self.serial = Stream(ours, f"{self.log}.serial")
        return theirs

    def close(self):
        if self.proc and self.proc.poll() is None:
            self.proc.kill()
        if self.proc:
            self.proc.wait()
        if self.serial:
            self.serial.sock.close()
        self.dir.cleanup()

    def complaints(self):
        """What a kernel that checks its locks (DEBUG=1) found; it goes on after it."""
        return re.findall(r"lock order: .*\w", self.serial.text()) if self.serial else []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def alive(self):
        return self.proc.poll() is None

    def settle(self):
        """Its lines are closed, so it is about to end: let it, for a true report."""
        try:
            self.proc.wait(5)
        except subprocess.TimeoutExpired:
            pass

    def wait_exit(self, timeout=30):
        """The emulator's exit status, once it ends by itself."""
        try:
            return self.proc.wait(timeout * SCALE)
        except subprocess.TimeoutExpired:
            raise Expired(f"{self.name} still runs after {timeout} s\n{self.report()}") from None

    def report(self):
        """What a person needs to see when an expectation failed."""
        parts = [f"--- logs: {self.log}.*"]
        if self.serial:
            parts.append("--- end of serial output\n" + self.serial.text()[-3000:])
        if self.alive():
            try:
                parts.append("--- screen\n" + self.screen_text())
            except Exception as error:  # the report must not hide the failure it tells of
                parts.append(f"--- screen unreadable: {error}")
        else:
            parts.append(f"--- {self.name} ended with status {self.proc.returncode}")
            with open(f"{self.log}.out", encoding="utf-8", errors="replace") as f:
                parts.append(f.read()[-2000:])
        return "\n".join(parts)

    # --- serial

    def nudge(self):
        """Called every `patience` seconds while nothing comes."""

    def expect(self, pattern, timeout=30):
        """Wait for a regular expression on the serial line; what comes later stays for the next."""
        regex = re.compile(pattern.encode() if isinstance(pattern, str) else pattern,
                           re.MULTILINE)
        deadline = time.monotonic() + timeout * SCALE
        while True:
            now = time.monotonic()
            match = self.serial.wait(regex, min(deadline, now + self.patience))
            if match:
                return match
            if self.serial.closed or now >= deadline:
                break
            self.nudge()
        if self.serial.closed:
            self.settle()
        kind = Expired if self.alive() else Died
        raise kind(f"serial: no {pattern!r} within {timeout} s\n{self.report()}")

    def send(self, text):
        self.serial.sock.sendall(text.encode() if isinstance(text, str) else text)

    def run(self, command, timeout=30):
        """Run a command at a serial shell prompt, and wait for the next prompt.

        Returns its output without echo and prompt; its exit status is then in self.status.
        """
        mark = f"m{int(time.monotonic() * 1e6) % 10**9}"
        # The mark is put together by the shell, so the echo of the line does not match.
        self.send(f"{command}; echo \"{mark[:1]}\"{mark[1:]}=$?\r")
        self.expect(r"\r?\n", timeout)
        start = self.serial.pos
        match = self.expect(rf"(?:^|(?<=[^\"])){mark}=(\d+)\r?\n", timeout)
        with self.serial.cond:
            out = bytes(self.serial.data[start:match.start()])
        self.status = int(match.group(1))
        # What is sent before the shell is ready again would be echoed twice.
        self.expect(PROMPT, timeout)
        # The shell switches bracketed paste on and off around each line.
        text = re.sub(r"\x1b\[\?2004[hl]", "", out.decode("utf-8", "replace"))
        return text.replace("\r\n", "\n").replace("\r", "")

    # --- screen and keyboard

    def screen(self):
        raise NotImplementedError

    def screen_text(self):
        return self.screen().text()

    def screen_attrs(self):
        return self.screen().attrs()

    def expect_screen(self, pattern, timeout=30):
        """Wait until the VGA text screen matches; the match object."""
        regex = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + timeout * SCALE
        while True:
            late = time.monotonic() > deadline
            if not self.alive():
                raise Died(f"screen: no {pattern!r}\n{self.report()}")
            match = regex.search(self.screen_text())
            if match:
                return match
            if late:
                raise Expired(f"screen: no {pattern!r} within {timeout} s\n{self.report()}")
            time.sleep(self.poll)

    def settled_screen(self, timeout=30, quiet=1.0):
        """The screen once it has not changed for `quiet` seconds: a full-screen program at rest."""
        deadline = time.monotonic() + timeout * SCALE
        last, since = self.screen(), time.monotonic()
        while time.monotonic() - since < quiet:
            time.sleep(self.poll)
            now = self.screen()
            if now.cells != last.cells:
                last, since = now, time.monotonic()
            if time.monotonic() > deadline:
                raise Expired(f"the screen does not come to rest\n{self.report()}")
        return last

    poll = 0.05

    def press(self, *keys):
        raise NotImplementedError

    def type(self, text):
        raise NotImplementedError
