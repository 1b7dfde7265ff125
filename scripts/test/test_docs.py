"""The checks of `make docs-check`: a document that lies is found, an honest one is not blamed."""
import pathlib
import subprocess

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[1]
SOURCE = """
/* cmdline_has("of a comment") */
static const struct { const char *word; unsigned clears; } rows[] = {
	{ "notsc", 1 | 2 },	{ "nosep", 4 },
};
static const char *const drives[3] = {
	"hda", "hdb",
	"hdc",
};
static int test(void)
{
	for (int i = 0; i < 2; i++)
		if (cmdline_has(rows[i].word) || cmdline_has(drives[2 * i + 1]))
			return 1;
	return cmdline_get("cpu") || cmdline_get_uint("mem", 0) || cmdline_for_each("console", add, NULL);
}
"""
BOOT = """
<!-- switches -->
| one | meaning |
|---|---|
| `cpu=486`, `mem=SIZE` | not `named` here |
| `console=NAME[,OPTIONS]` | |
<!-- /switches -->
<!-- switches -->
| `notsc` | |
| `nosep` | |
| `hda=C,H,S` to `hdc=C,H,S` | |
<!-- /switches -->
`outside` is no switch.
"""


def check(script, *args):
    done = subprocess.run([SCRIPTS / script, *map(str, args)], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


@pytest.fixture
def tree(tmp_path):
    for name, text in {"kernel/x86/cpu.c": SOURCE, "kernel/x86/test/cpu_test.c": 'cmdline_get("tested");',
                       "drivers/ps2/port.c": "", "docs/boot.md": BOOT, "README.md": ""}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def append(path, text):
    path.write_text(path.read_text() + text)


def test_cmdline_agrees(tree):
    assert check("check-cmdline", tree) == (0, "check-cmdline: 8 switches, 0 errors\n")


@pytest.mark.parametrize("file, text, told", [
    ("kernel/x86/cpu.c", 'int f(void) { return cmdline_has( "hidden" ); }', "the switch hidden, read by kernel/x86/cpu.c"),
    ("drivers/ps2/port.c", 'int f(void) { return cmdline_get_uint("nops2", 1); }', "the switch nops2"),
    ("drivers/ps2/port.c", "int f(char *s) { return cmdline_has(s); }", "cannot tell which switch"),
    ("docs/boot.md", "<!-- switches -->\n| `hda` to `hdd` | |\n<!-- /switches -->", "the switch hdd is read by nobody"),
    ("drivers/ps2/port.c", 'int f(void) { return cmdline_has(gone[1]); }', "cannot tell which switch"),
    ("docs/boot.md", "<!-- switches -->\n| `gone` | |\n<!-- /switches -->", "the switch gone is read by nobody"),
])
def test_cmdline_differs(tree, file, text, told):
    append(tree / file, text)
    status, output = check("check-cmdline", tree)
    assert status == 1 and told in output


def test_paths_agree(tree):
    append(tree / "README.md", "`kernel/x86/cpu.c`, `kernel/{x86,x86/test}/`, `drivers/NAME/NAME.c`, `build/x.elf`, "
           "`a/b`, [boot](docs/boot.md#top), <http://example.org/x>, [x](http://example.org/y)")
    assert check("check-paths", tree) == (0, "check-paths: 4 paths, 0 errors\n")


@pytest.mark.parametrize("text", ["`kernel/x86/gone.c`", "[gone](docs/gone.md)", "`drivers/{ps2,gone}/`"])
def test_paths_differ(tree, text):
    append(tree / "README.md", text)
    status, output = check("check-paths", tree)
    assert status == 1 and "README.md:1: " in output and "gone" in output
