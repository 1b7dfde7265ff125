"""QEMU's machine protocol over a connected socket."""
import json


class QmpError(AssertionError):
    pass


class Qmp:
    def __init__(self, sock, timeout=60):
        self.sock = sock
        self.sock.settimeout(timeout)
        self.buf = b""
        self.events = []
        self._message()  # the greeting
        self.cmd("qmp_capabilities")

    def _message(self):
        while b"\n" not in self.buf:
            piece = self.sock.recv(65536)
            if not piece:
                raise QmpError("QEMU closed its monitor")
            self.buf += piece
        line, self.buf = self.buf.split(b"\n", 1)
        return json.loads(line)

    def cmd(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.sock.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = self._message()
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise QmpError(f"{command}: {answer['error']}")
            self.events.append(answer)

    def hmp(self, line):
        return self.cmd("human-monitor-command", **{"command-line": line})

    def wait_event(self, name):
        """The next event of that name; returns None when QEMU ends first."""
        while True:
            for event in self.events:
                if event["event"] == name:
                    self.events.remove(event)
                    return event
            try:
                self.events.append(self._message())
            except QmpError:
                return None
