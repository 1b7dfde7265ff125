"""What programs look like on the VGA screen: the same keys typed to Oldiron and to Debian's Linux.

Both run the same initramfs in the same QEMU; after each session the two screens must be equal in
text, colours and cursor. Nothing is compared with a stored picture.
"""
import pytest

from vm import LinuxRef, Qemu, artefact

SGR = (r"for b in 0 1 2 4 5 7; do for f in 30 31 32 33 34 35 36 37 39; do "
       r"printf '\e[%d;%dm%d/%d\e[0m ' $b $f $b $f; done; echo; done; "
       r"for f in 40 41 42 43 44 45 46 47 100 103; do printf '\e[%dm %d \e[0m' $f $f; done; echo; "
       r"printf '\e[38;5;208mA\e[48;5;21mB\e[0m\e[38;2;250;20;20mC\e[0m\n'")
CURSOR = (r"clear; printf '\e[5;10Hfive-ten\e[3Aup\e[2Bdown\e[1;1Hhome\e[20;70Hright\e[99Cedge'; "
          r"printf '\e[10;1H0123456789\e[10;4H\e[2@\e[10;20Habcdef\e[10;22H\e[2P\e[11;1Hxxxxx\e[11;3H\e[2X'; "
          r"printf '\e[12;5H\e7saved\e[15;1Hthere\e8back\e[16;1Hkept\e[16;3H\e[K\e[17;1Hgone\e[17;3H\e[1K'; "
          r"printf '\e[18;1H'")
REGION = (r"clear; for i in $(seq 1 22); do echo line $i; done; "
          r"printf '\e[5;12r\e[12;1H\nscrolled\n\e[5;1H\eMback\e[7;1H\e[2L\e[9;1H\e[1M\e[2S\e[1T\e[r\e[23;1H'")
WRAP = (r"clear; printf '%079dX|' 0; printf '\e[4;78Habcd\e[6;75H\e[?7lnowrapnowrap\e[?7h'; "
        r"printf '\e[8;1H\e[4hins\e[8;1HBEFORE\e[4l\e[10;1Ha\tb\tc\e[11;3H\eH\e[12;1H\tT\e[3g\e[20;1H'")
# Not here: characters for which Oldiron has a look-alike where Linux shows its replacement mark (the
# euro sign, an E), and combining accents, which it drops; the terminal's unit tests have those.
UTF8 = ("clear; printf '\\u00e9\\u00fc\\u00df\\u2502\\u2500\\u2588\\u2592\\u4e2d\\ufffd "
        "\\e(0lqkxmj\\e(B \\xff\\xc3( e\\n'")

# Output from the top of a cleared screen on, and the prompt below it.
OVER = r"\A[^$](.*\n)+\$\Z"

# name, then pairs of what to type and what to wait for before the next: nothing that the echo of what
# was typed matches, nor what was there before
SESSIONS = [
    ("colours", [(f"clear; {SGR}\n", r"^.*ABC$")]),
    ("cursor", [(CURSOR + "\n", r"^    backd(.*\n)*there$")]),
    ("region", [(REGION + "\n", r"^back$")]),
    ("wrap", [(WRAP + "\n", "^BEFOREins")]),
    ("utf8", [(UTF8 + "\n", OVER)]),
    ("ls", [("clear; ls --color=always -CF /bin | head -n 18\n", OVER)]),
    ("stty", [("clear; stty -a; stty size; tty\n", r"^25 80\n")]),
    ("line-editing", [("clear; echo one two three", "three$"), ("\x01\x06\x06\x06\x06\x06\x0b", None),
                      ("four\x02\x02\x14 \x19\n", r"[#$]\Z"), ("\x10", None)]),
    ("less", [("seq 1 200 | less\n", r"^:"), (" ", "^46$"), ("/150\n", "^150$"), ("G", "^200$")]),
    ("nano", [("nano /tmp/letter\n", r"\^X"), ("Dear Sir,\n\n  this is a test.\n", "a test"),
              ("\x17", "Search"), ("Sir\n", None)]),
]
LEAVE = {"less": "q", "nano": "\x18n"}


@pytest.fixture(scope="module")
def pair():
    """Both kernels at a bash prompt on the screen."""
    options = dict(mem=256, initrd=artefact("initramfs.cpio.gz"))
    with Qemu(kernel=artefact("oldiron.elf"), append="console=tty0", **options) as ours, \
            LinuxRef(append="quiet console=tty0", **options) as linux:
        for pc in (ours, linux):
            pc.expect_screen(r"[#$]\Z", 120)
            # Names and times that differ on purpose are kept off the screen.
            pc.type("PS1='$ '; HISTFILE=; stty sane; clear\n")
            pc.expect_screen(r"\A\$\Z", 30)
        yield ours, linux


def play(pc, steps):
    for text, pattern in steps:
        pc.type(text)
        if pattern:
            pc.expect_screen(pattern, 30)
    return pc.settled_screen()


def leave(pc, name):
    pc.type(LEAVE.get(name, "\x03"))
    pc.type("\x03printf '\\ec'; clear\n")
    pc.expect_screen(r"\A\$\Z", 30)


def differences(a, b):
    """Cells that differ, as lines of text."""
    out = []
    for row in range(max(a.rows, b.rows)):
        for column in range(a.columns):
            at = 2 * (row * a.columns + column)
            if a.cells[at:at + 2] != b.cells[at:at + 2]:
                out.append(f"row {row} column {column}: {a.cells[at:at + 2].hex()} "
                           f"on Linux {b.cells[at:at + 2].hex()}")
    return out


@pytest.mark.parametrize("name, steps", [pytest.param(*s, id=s[0]) for s in SESSIONS])
def test_looks_as_on_linux(pair, name, steps):
    screens = []
    for pc in pair:
        try:
            screens.append(play(pc, steps))
        finally:
            leave(pc, name)
    ours, linux = screens
    assert ours.lines() == linux.lines()
    unlike = differences(ours, linux)
    assert not unlike, "\n".join(unlike[:20])
    assert ours.cursor == linux.cursor


def test_top(pair):
    """Its numbers are each machine's own; the frame and the rows are not."""
    for pc in pair:
        pc.type("top\n")
        pc.expect_screen(r"^ *PID +USER .*COMMAND$", 30)
        pc.expect_screen(r"^ *\d+ +(root|0) .* (bash|top)$", 30)
        screen = pc.settled_screen(quiet=0.3)
        header = next(r for r in range(screen.rows) if "COMMAND" in screen.line(r))
        assert screen.attr(header, 1) == 0x70, "the header is shown in reverse"
        pc.type("q")
        leave(pc, "top")


def test_script_session(pair):
    """A session recorded through a pty reads the same."""
    for pc in pair:
        pc.type("script -q -c 'tty; stty size; echo -e \"\\033[1mbold\\033[0m\"' /tmp/s; clear; "
                "grep -av '^Script' /tmp/s | od -c | head\n")
        pc.expect_screen(r"^0000000", 30)
    ours, linux = (pc.settled_screen() for pc in pair)
    assert ours.lines() == linux.lines()
    assert "/   d   e   v   /   p   t   s   /   0" in ours.text()
    for pc in pair:
        leave(pc, "script")
