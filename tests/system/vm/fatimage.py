"""fatimage - the allocation table and the entries of a FAT volume in an image, to be read and to be spoilt."""
import struct

ENTRY = 32


class Fat:
    """All numbers are the volume's own; changes go to the image at once."""

    def __init__(self, path, width):
        self.path, self.width = path, width
        boot = path.read_bytes()[:512]
        self.sector, self.per_cluster, reserved, self.fats, roots = struct.unpack_from("<HBHBH", boot, 11)
        self.fat_sectors, = struct.unpack_from("<H", boot, 22)
        if width == 32:
            self.fat_sectors, = struct.unpack_from("<L", boot, 36)
        self.fat_start = reserved * self.sector
        self.root = self.fat_start + self.fats * self.fat_sectors * self.sector
        self.data = self.root + roots * ENTRY
        self.cluster = self.sector * self.per_cluster
        self.count = (path.stat().st_size - self.data) // self.cluster
        self.root_cluster = struct.unpack_from("<L", boot, 44)[0] if width == 32 else 0

    def _read(self, offset, size):
        with open(self.path, "rb") as image:
            image.seek(offset)
            return image.read(size)

    def patch(self, offset, data):
        with open(self.path, "r+b") as image:
            image.seek(offset)
            image.write(data)

    def _place(self, cluster, table):
        return self.fat_start + table * self.fat_sectors * self.sector + cluster * self.width // 8

    def get(self, cluster, table=0):
        value = int.from_bytes(self._read(self._place(cluster, table), 4), "little")
        if self.width == 12:
            return value >> 4 & 0xfff if cluster & 1 else value & 0xfff
        return value & (0xffff if self.width == 16 else 0xfffffff)

    def set(self, cluster, value, tables=None):
        for table in range(self.fats) if tables is None else tables:
            at = self._place(cluster, table)
            old = int.from_bytes(self._read(at, 4), "little")
            shift = 4 if self.width == 12 and cluster & 1 else 0
            mask = {12: 0xfff, 16: 0xffff, 32: 0xfffffff}[self.width] << shift
            self.patch(at, ((old & ~mask) | (value << shift & mask)).to_bytes(4, "little"))

    def chain(self, cluster):
        found = []
        while 2 <= cluster < self.count + 2:
            found.append(cluster)
            cluster = self.get(cluster)
        return found

    def offset(self, cluster):
        return self.data + (cluster - 2) * self.cluster

    def _places_of_dir(self, start):
        if not start and self.width != 32:
            return [(self.root, self.data - self.root)]
        return [(self.offset(c), self.cluster) for c in self.chain(start or self.root_cluster)]

    def entry(self, name, start=0):
        """Where the short entry `name` ("BAD     BIN") of the directory at cluster `start` is in the image."""
        for at, size in self._places_of_dir(start):
            data = self._read(at, size)
            for i in range(0, size, ENTRY):
                if data[i:i + 11] == name.encode() and data[i + 11] != 0x0f:
                    return at + i
        raise KeyError(name)

    def start(self, entry):
        raw = self._read(entry, ENTRY)
        return int.from_bytes(raw[26:28], "little") | int.from_bytes(raw[20:22], "little") << 16

    def set_start(self, entry, cluster):
        self.patch(entry + 26, struct.pack("<H", cluster & 0xffff))
        self.patch(entry + 20, struct.pack("<H", cluster >> 16))
