"""The harness itself, proven on Debian's Linux, where the outcome is known."""
import os
import pathlib
import re
import subprocess
import time

import pytest

from vm import PROMPT, ROOT, Died, Expired, LinuxRef, Qemu, stall
from vm.screen import Screen


def test_serial_and_screen_of_linux(machine, busybox_initrd):
    """One boot, both consoles: commands by serial line, then typed on the keyboard."""
    pc = machine(LinuxRef, initrd=busybox_initrd, mem=128,
                 append="quiet console=tty0 console=ttyS0")
    pc.expect(r"^init: Linux 6\.1", 120)
    pc.expect(PROMPT, 30)
    assert pc.run("echo $((6*7))") == "42\n"
    assert pc.run("false") == "" and pc.status == 1
    # A second shell, on the screen.
    pc.send("setsid sh -c 'exec sh -i <>/dev/tty1 >&0 2>&1'\r")
    pc.expect_screen(r"^# $|^#$", 30)
    pc.type("echo VGA-$((6*7)) '~!@#%^&*()_+{}|:\"<>?'\n")
    pc.expect_screen(r"^VGA-42 ~!@#%\^&\*\(\)_\+\{\}\|:\"<>\?$", 20)
    pc.type("clear; echo -e '\\033[1;31mRED\\033[0m plain'; for i in 1 2 3; do echo $i; done\n")
    pc.expect_screen(r"^3$", 20)
    screen = pc.screen()
    row, column = screen.find("RED")
    assert screen.attr(row, column) == 0x0C
    assert screen.attr(row, column + 4) == 0x07
    # Scrolling by the CRT controller's start address must not confuse the reader.
    pc.type("i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo line-$i; done\n")
    pc.expect_screen(r"^line-300$", 30)
    assert "line-299\nline-300" in pc.screen_text()
    assert pc.screen().cursor[0] == pc.screen().find("line-300")[0] + 1


@pytest.mark.parametrize("said, ready", [
    ("# ", True), ("bash-5.2$ \x1b[6n", True), ("# [    0.293423] hdc: QEMU DVD-ROM\r\n", True),
    ("# [    0.293423] hdc: QE", False), ("# [1] 17\r\n", False), ("# ls\r\n", False)])
def test_prompt_with_what_the_kernel_says_behind_it(said, ready):
    assert bool(re.search(PROMPT, said, re.MULTILINE)) == ready


def test_stalls_stop_and_continue():
    with subprocess.Popen(["sleep", "100"]) as proc:
        stall.begin(proc, 0.05)
        seen = set()
        deadline = time.monotonic() + 20
        while not {"T", "S"} <= seen and time.monotonic() < deadline:
            seen.add(pathlib.Path(f"/proc/{proc.pid}/stat").read_text().rpartition(") ")[2][0])
        proc.kill()
    assert {"T", "S"} <= seen


LATE = """
import pathlib, pytest, sys
sys.path.insert(0, {vm!r})
from vm import Expired
from vm.late import pytest_runtest_logreport, pytest_sessionfinish
"""
ONCE = """
from vm import Expired


def test_{name}(request):
    mark = request.path.with_suffix(".tried")
    if not mark.exists():
        mark.touch()
        raise {error}
"""


@pytest.fixture(name="folder")
def folder_of_tests(tmp_path):
    """As here: the tests' folder, with pytest.ini, is below the one that pytest is started in."""
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text(LATE.format(vm=str(ROOT / "tests/system")))
    return folder


def system_tests(folder, *args):
    """How scripts/system-tests ended, and what it said."""
    env = {name: value for name, value in os.environ.items() if name != "OLDIRON_STALL"}
    done = subprocess.run([ROOT / "scripts/system-tests", *args, folder.name], cwd=folder.parent, text=True, check=False, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


@pytest.mark.parametrize("errors, status", [
    (['Expired("no answer")'] * 3, 0),
    (['Expired("no answer")'] * 4, 1),
    (['Expired("no answer")', 'AssertionError("Expired: wrong")'], 1),
])
def test_only_what_was_late_is_tried_again(folder, errors, status):
    for i, error in enumerate(errors):
        (folder / f"test_late{i}.py").write_text(ONCE.format(name=f"late{i}", error=error))
    ended, said = system_tests(folder, "-n", "2")
    assert ended == status, said
    assert ("passed alone" in said) == (status == 0), said


def test_what_is_late_twice_has_failed(folder):
    (folder / "test_late.py").write_text('from vm import Expired\ndef test_late():\n    raise Expired("never")\n')
    ended, said = system_tests(folder)
    assert ended == 1 and "tried once more" in said and "passed alone" not in said, said


def test_shutdown_cause_tells_power_off_from_reset(machine, busybox_initrd):
    for command, cause in (("poweroff -f", "guest-shutdown"), ("reboot -f", "guest-reset")):
        pc = machine(LinuxRef, initrd=busybox_initrd, mem=128, append="quiet console=ttyS0")
        pc.expect(PROMPT, 120)
        pc.send(command + "\r")
        assert pc.shutdown_cause(30) == cause


def test_an_expectation_not_met_fails_in_time(machine):
    pc = machine(Qemu, mem=16)
    begin = time.monotonic()
    with pytest.raises(Expired):
        pc.expect("never said", 1)
    with pytest.raises(Expired):
        pc.expect_screen("never shown", 1)
    assert time.monotonic() - begin < 30


def test_a_dead_emulator_is_told_from_a_slow_one(machine):
    pc = machine(Qemu, mem=16)
    pc.proc.kill()
    with pytest.raises(Died):
        pc.expect("anything", 60)
    with pytest.raises(Died):
        machine(Qemu, mem=16, extra=["-no-such-option"])


def test_close_leaves_no_process(machine):
    with Qemu(mem=16) as pc:
        pid = pc.proc.pid
    assert subprocess.run(["kill", "-0", str(pid)], stderr=subprocess.DEVNULL,
                          check=False).returncode != 0


def test_screen_decodes_code_page_437():
    cells = bytes(b for pair in zip(b"\x01\xda\xc4A", (0x07, 0x1F, 0x4E, 0x70)) for b in pair)
    screen = Screen(cells, columns=4)
    assert screen.text() == "☺┌─A"
    assert screen.attrs() == [[0x07, 0x1F, 0x4E, 0x70]]
