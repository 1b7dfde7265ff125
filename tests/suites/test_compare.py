"""The comparison of the suites, and the runner over a kernel that is played by a script."""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
LINUX = "bash alias: pass 0 -\nbash cond: fail 1 53f7aa81\ncoreutils cp/acl: skip 77 2f48ed61\n"


def compare(folder, linux, oldiron, known, *more):
    for name, text in (("linux", linux), ("oldiron", oldiron), ("known", known)):
        (folder / name).write_text(text)
    return subprocess.run([sys.executable, HERE / "compare", "--linux", folder / "linux", "--oldiron", folder / "oldiron",
                           "--known", folder / "known", *more], capture_output=True, text=True, check=False)


def test_alike(tmp_path):
    done = compare(tmp_path, LINUX, LINUX, "# none\n")
    assert done.returncode == 0 and "3 tests, 3 alike" in done.stdout


@pytest.mark.parametrize("other", ["fail 1 00000000", "pass 0 -", "fail 2 53f7aa81", "crash panic -"])
def test_unlisted_difference(tmp_path, other):
    done = compare(tmp_path, LINUX, LINUX.replace("fail 1 53f7aa81", other), "")
    assert done.returncode == 1 and "bash cond: Linux fail 1 53f7aa81, Oldiron " + other in done.stdout


def test_listed_difference(tmp_path):
    done = compare(tmp_path, LINUX, LINUX.replace("pass 0 -", "fail 1 1234"), "bash alias: a cause\n")
    assert done.returncode == 0 and "1 different, 0 of them unlisted" in done.stdout


def test_entry_without_difference(tmp_path):
    done = compare(tmp_path, LINUX, LINUX, "bash alias: a cause\n")
    assert done.returncode == 1 and "no difference any more" in done.stdout


def test_entry_of_a_test_not_run(tmp_path):
    assert compare(tmp_path, LINUX, LINUX, "bash jobs: a cause\n").returncode == 0


def test_nothing_in_common(tmp_path):
    assert compare(tmp_path, LINUX, "", "").returncode == 1


def test_report_is_replaced(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Head\n")
    for _ in range(2):
        compare(tmp_path, LINUX, LINUX, "", "--report", str(page))
    text = page.read_text()
    assert text.startswith("# Head\n") and text.count("| bash | Linux | 2 | 1 | 1 | 0 | 0 | 0 |") == 1
    assert "Fail on both in the same way: bash cond." in text


def runner(monkeypatch, tmp_path, *said):
    """run-suite as a module; each boot is an emulator that prints the next of `said` and ends."""
    loader = importlib.machinery.SourceFileLoader("run_suite", str(HERE / "run-suite"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_suite", loader))
    loader.exec_module(module)
    fake, boots = tmp_path / "bin" / "qemu-system-i386", tmp_path / "boots"
    fake.parent.mkdir()
    for i, text in enumerate(said):
        (tmp_path / f"said{i}").write_text(text)
    boots.write_text("")
    fake.write_text(f"#!/bin/sh\ncat {tmp_path}/said$(stat -c %s {boots})\nprintf x >> {boots}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    for name in ("kernel", "base"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "tests").write_text("bash a\nbash b\nbash c\n")
    argv = ["run-suite", "--jobs", "1"]
    for name in ("kernel", "base", "tests", "out"):
        argv += ["--" + name, str(tmp_path / name)]
    monkeypatch.setattr(sys, "argv", argv + ["--cache", str(tmp_path / "cache")])
    return module


FIRST = "@start bash a\n| text of 1234\n@result bash a: fail 1\r\n@start bash b\nKernel panic: no more\n"
SECOND = "@start bash c\n@result bash c: pass 0\n@end 1\n"


def test_goes_on_after_a_crash(monkeypatch, tmp_path):
    module = runner(monkeypatch, tmp_path, FIRST, SECOND, FIRST)
    assert module.main() == 0
    first, second, third = (tmp_path / "out").read_text().splitlines()
    assert first == f"bash a: fail 1 {module.hash_of('fail', ['text of 56'])}"
    assert second.startswith("bash b: crash panic ") and third == "bash c: pass 0 -"
    assert (tmp_path / "boots").read_text() == "xx"
    assert module.main() == 0
    assert (tmp_path / "boots").read_text() == "xxx", "a second run takes all but the crash from the cache"


def test_a_guest_that_never_starts(monkeypatch, tmp_path):
    with pytest.raises(SystemExit):
        runner(monkeypatch, tmp_path, "Kernel panic: no root\n").main()


def test_what_varies_is_no_difference(monkeypatch, tmp_path):
    module = runner(monkeypatch, tmp_path)
    one = ["20 1 0:18 / /proc rw - proc proc rw", "rootfs 181784 30348 17% /", "rw,size=181784k", "pid 512, 0m1.5s"]
    other = ["6 2 0:6 / /proc rw - proc proc rw", "rootfs 208600 30364 9% /", "rw,size=208600k", "pid 77, 0m0.25s"]
    assert module.hash_of("fail", one) == module.hash_of("fail", other)
    assert module.hash_of("fail", one) != module.hash_of("fail", one[1:])
