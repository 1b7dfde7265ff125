"""gdb - the little of GDB's protocol that stops a machine once, at an address."""
import struct


class Gdb:
    def __init__(self, sock, timeout=120):
        self.sock = sock
        self.sock.settimeout(timeout)
        self.buf = b""

    def send(self, text):
        data = text.encode()
        self.sock.sendall(b"$" + data + b"#%02x" % (sum(data) & 0xFF))

    def receive(self):
        """The next packet's text; acknowledges it."""
        while True:
            start = self.buf.find(b"$")
            end = self.buf.find(b"#", start)
            if 0 <= start < end and len(self.buf) >= end + 3:
                text = self.buf[start + 1:end].decode()
                self.buf = self.buf[end + 3:]
                self.sock.sendall(b"+")
                return text
            piece = self.sock.recv(4096)
            if not piece:
                raise AssertionError("QEMU closed the debugger's line")
            self.buf += piece

    def ask(self, text):
        self.send(text)
        return self.receive()

    def run_to(self, address):
        """Runs from where it stands to `address`; the machine stands still there."""
        if self.ask(f"Z1,{address:x},1") != "OK":
            raise AssertionError("QEMU takes no breakpoint")
        stop = self.ask("c")
        if not stop.startswith(("T05", "S05")):
            raise AssertionError(f"stopped by {stop}, not at the breakpoint")
        if self.ask(f"z1,{address:x},1") != "OK":
            raise AssertionError("QEMU keeps the breakpoint")

    def step(self):
        """One instruction: off a breakpoint's address."""
        self.ask("s")

    def registers(self):
        """EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, EIP, EFLAGS."""
        return struct.unpack("<10I", bytes.fromhex(self.ask("g"))[:40])

    def write(self, address, data):
        if self.ask(f"M{address:x},{len(data):x}:{data.hex()}") != "OK":
            raise AssertionError(f"QEMU does not write at {address:x}")

    def detach(self):
        """Lets the machine run on."""
        self.ask("D")
