"""rfb - the little of a VNC client that pressing keys needs (RFB 3.3 and 3.8, no password)."""
import socket
import struct
import threading


class Rfb:
    def __init__(self, port, timeout=20):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        version = self._read(12)
        self.sock.sendall(version)
        if version >= b"RFB 003.007\n":
            kinds = self._read(self._read(1)[0])
            if 1 not in kinds:
                raise ConnectionError(f"VNC server wants authentication {kinds!r}")
            self.sock.sendall(b"\x01")
            if version >= b"RFB 003.008\n":
                self._read(4)
        elif struct.unpack(">I", self._read(4))[0] != 1:
            raise ConnectionError("VNC server wants authentication")
        self.sock.sendall(b"\x01")  # shared
        self.width, self.height = struct.unpack(">HH", self._read(4))
        self._read(16)
        self._read(struct.unpack(">I", self._read(4))[0])
        # Pictures are never asked for; what comes all the same must not fill the socket.
        self.sock.settimeout(None)
        threading.Thread(target=self._discard, daemon=True).start()

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.sock.recv(size - len(data))
            if not piece:
                raise ConnectionError("VNC server closed the line")
            data += piece
        return data

    def _discard(self):
        try:
            while self.sock.recv(65536):
                pass
        except OSError:
            pass

    def key(self, keysym, down):
        self.sock.sendall(struct.pack(">BBHI", 4, down, 0, keysym))

    def close(self):
        self.sock.close()
