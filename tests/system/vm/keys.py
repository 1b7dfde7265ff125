"""What a person at a US keyboard presses to get a character."""

# character -> (QEMU key code, X keysym of the key alone)
_PLAIN = {
    " ": "spc", "\n": "ret", "\r": "ret", "\t": "tab", "\b": "backspace", "\x7f": "backspace",
    "\x1b": "esc", "-": "minus", "=": "equal", "[": "bracket_left", "]": "bracket_right",
    "\\": "backslash", ";": "semicolon", "'": "apostrophe", "`": "grave_accent", ",": "comma",
    ".": "dot", "/": "slash",
}
_SHIFTED = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./"))

KEYSYM = {
    "spc": 0x20, "ret": 0xFF0D, "tab": 0xFF09, "backspace": 0xFF08, "esc": 0xFF1B,
    "minus": 0x2D, "equal": 0x3D, "bracket_left": 0x5B, "bracket_right": 0x5D,
    "backslash": 0x5C, "semicolon": 0x3B, "apostrophe": 0x27, "grave_accent": 0x60,
    "comma": 0x2C, "dot": 0x2E, "slash": 0x2F, "shift": 0xFFE1, "ctrl": 0xFFE3, "alt": 0xFFE9,
    "left": 0xFF51, "up": 0xFF52, "right": 0xFF53, "down": 0xFF54, "pgup": 0xFF55,
    "pgdn": 0xFF56, "home": 0xFF50, "end": 0xFF57, "insert": 0xFF63, "delete": 0xFFFF,
    "caps_lock": 0xFFE5, "num_lock": 0xFF7F, "scroll_lock": 0xFF14, "sysrq": 0xFF15,
    **{f"f{n}": 0xFFBD + n for n in range(1, 13)},
    **{c: ord(c) for c in "abcdefghijklmnopqrstuvwxyz0123456789"},
}


def chord(char):
    """The keys to hold together, in QEMU's key codes, for one character."""
    if char in _PLAIN:
        return [_PLAIN[char]]
    if char in _SHIFTED:
        return ["shift"] + chord(_SHIFTED[char])
    if char.isascii() and char.isalnum():
        return (["shift"] if char.isupper() else []) + [char.lower()]
    if 1 <= ord(char) <= 26:
        return ["ctrl", chr(ord(char) + 96)]
    raise ValueError(f"no key for {char!r}")


def shifted_keysym(char):
    """The X keysym of a character typed with shift held, as a VNC viewer sends it."""
    return ord(char)
