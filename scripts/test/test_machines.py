"""list-machines: reports become a list, and what is not as it should be is refused."""
import pathlib
import subprocess

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "list-machines"
README = "text\n<!-- machines -->\nold\n<!-- /machines -->\nmore\n"
# Stands for hwtest: refuses what has "bad" in its name, and answers four questions.
HWTEST = """#!/bin/sh
case "$*" in *bad*) echo "$2: it has no name"; exit 1 ;; esac
[ "$1" != verdict ] || printf '%s\\n' 'Will Oldiron start here: yes. Good.' 'Can it be installed: no. There is no disk.' \\
	'Will it be comfortable: yes, with limits. Slow.' 'Boot switches to use: nopci i8042.noaux noapm'
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "README.md").write_text(README)
    (tmp_path.parent / f"{tmp_path.name}-hwtest").write_text(HWTEST)
    (tmp_path.parent / f"{tmp_path.name}-hwtest").chmod(0o755)
    return tmp_path


def add(folder, name, machine):
    (folder / name).write_text(f'{{"hwtest":1,"machine":"{machine}","started":"2026-11-22T08:00:00Z"}}\n')


def run(folder, *args):
    return subprocess.run([SCRIPT, *args, folder.parent / f"{folder.name}-hwtest", folder], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)


def test_no_report(folder):
    assert run(folder).returncode == 0
    assert "No report of a real machine has come yet." in (folder / "README.md").read_text()


def test_the_list_is_made_and_checked(folder):
    add(folder, "b.jsn", "Zenith")
    add(folder, "a.jsn", "a/b")
    assert run(folder, "--check").returncode == 1
    assert run(folder).returncode == 0
    text = (folder / "README.md").read_text()
    assert text.startswith("text\n<!-- machines -->\n| machine ") and text.endswith("|\n<!-- /machines -->\nmore\n")
    assert "| Zenith | [b.jsn](b.jsn) | 2026-11-22 | yes | no | yes, with limits | nopci i8042.noaux noapm |\n" in text
    assert text.index("a/b") < text.index("Zenith")
    assert run(folder, "--check").returncode == 0


def test_a_bad_report_is_refused(folder):
    add(folder, "bad.jsn", "x")
    done = run(folder)
    assert done.returncode == 1 and "it has no name" in done.stdout
    assert (folder / "README.md").read_text() == README


@pytest.mark.parametrize("name", ["HWTEST.JSN", "a.json", "a b.jsn", "a--b.jsn", "A.jsn", "notes.txt"])
def test_a_file_of_another_name_is_refused(folder, name):
    """It would be left out of the list, and nobody would know."""
    add(folder, name, "Zenith")
    done = run(folder)
    assert done.returncode == 1 and name in done.stdout and "Traceback" not in done.stdout
    assert (folder / "README.md").read_text() == README


@pytest.mark.parametrize("name", ["a|b", "<img src=x>", "[a](b)", "a`b", "Z\u00e9nith", "\\u001b[2J", "a*b*"])
def test_a_name_that_the_list_cannot_show_is_refused(folder, name):
    add(folder, "a.jsn", name)
    done = run(folder)
    assert done.returncode == 1 and "other characters" in done.stdout and "Traceback" not in done.stdout
    assert (folder / "README.md").read_text() == README
