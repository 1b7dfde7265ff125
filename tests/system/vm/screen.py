"""VGA text memory to text: characters in code page 437, attributes beside them."""

# The glyphs of 00-1F and 7F, which Python's cp437 codec maps to controls.
LOW = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"


def glyph(byte):
    if byte < 0x20:
        return LOW[byte]
    if byte == 0x7F:
        return "⌂"
    if byte == 0xFF:
        return " "
    return bytes([byte]).decode("cp437")


class Screen:
    """A text screen as it was at one moment."""

    def __init__(self, cells, columns=80, cursor=None):
        self.columns = columns
        self.rows = len(cells) // (2 * columns)
        self.cells = cells
        self.cursor = cursor  # (row, column) or None

    def attr(self, row, column):
        """The attribute byte: background in the high four bits, foreground in the low."""
        return self.cells[2 * (row * self.columns + column) + 1]

    def attrs(self):
        return [[self.attr(r, c) for c in range(self.columns)] for r in range(self.rows)]

    def line(self, row):
        start = 2 * row * self.columns
        raw = self.cells[start:start + 2 * self.columns:2]
        return "".join(glyph(b) for b in raw).rstrip()

    def lines(self):
        return [self.line(r) for r in range(self.rows)]

    def text(self):
        return "\n".join(self.lines()).rstrip("\n")

    def find(self, text):
        """Where `text` first stands, as (row, column), or None."""
        for row in range(self.rows):
            column = self.line(row).find(text)
            if column >= 0:
                return row, column
        return None
