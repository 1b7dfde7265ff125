"""The checks of `make lint`: a seeded fault of every kind is found, a clean tree is not blamed."""
import pathlib
import subprocess

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[1]
CLEAN = {
    "kernel/include/kernel/types.h": "#include <kernel/compiler.h>\n",
    "kernel/include/kernel/compiler.h": '#define barrier() __asm__ volatile("" ::: "memory")\n',
    "kernel/include/kernel/list.h": "#include <kernel/types.h>\n",
    "kernel/include/kernel/lock.h": "#include <kernel/list.h>\n#include <arch/irqflags.h>\n",
    "kernel/include/kernel/hw.h": "#include <kernel/types.h>\n",
    "kernel/include/kernel/mm.h": "#include <kernel/lock.h>\n",
    "kernel/include/kernel/device.h": "#include <kernel/list.h>\n",
    "kernel/include/kernel/syscall.h": "#include <kernel/types.h>\n",
    "kernel/include/abi/stat.h": "",
    "kernel/x86/include/arch/irqflags.h": 'static inline void cli(void) { __asm__("cli"); }\n',
    "kernel/x86/entry.S": "cli\n",
    "kernel/x86/include/arch/pgtable.h": "",
    "kernel/mm/fault.c": "#include <arch/pgtable.h>\n",
    "kernel/lib/sort.c": "#include <kernel/list.h>\n",
    "kernel/sync/mutex.c": "#include <kernel/lock.h>\n",
    "kernel/device/device.c": "#include <kernel/device.h>\n/* asm(\"cli\"), inb(1) */\n",
    "kernel/fs/vfs.c": '#include <kernel/mm.h>\n#include "vfs_internal.h"\n',
    "kernel/fs/vfs_internal.h": "#include <kernel/list.h>\n",
    "kernel/syscall/call.h": "",
    "kernel/syscall/file.c": "#include <kernel/syscall.h>\n#include <kernel/mm.h>\n",
    "drivers/pci/pci.h": "#include <kernel/device.h>\n",
    "drivers/ata/ata.h": "#include <kernel/hw.h>\n",
    "drivers/ata/pci_piix.c": '#include "ata.h"\n#include <drivers/pci/pci.h>\n',
    "drivers/ata/identify.c": '#include "identify.h"\n',
    "drivers/ata/identify.h": "#include <kernel/types.h>\n",
    "installer/write/io.h": "",
    "installer/table/read.c": "#include <installer/write/io.h>\n#include <kernel/list.h>\n",
    "installer/flow/main.c": "#include <installer/write/io.h>\n",
    "drivers/ata/test/identify_test.c": '#include "../../../kernel/fs/vfs_internal.h"\n',
}


def check(script, *args):
    done = subprocess.run([SCRIPTS / script, *map(str, args)], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def grow(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_layers_are_content_with_a_clean_tree(tmp_path):
    status, out = check("check-layers", grow(tmp_path, CLEAN))
    assert status == 0, out


@pytest.mark.parametrize("name, text, complaint", [
    ("kernel/fs/bad.c", '#include "../../drivers/ata/ata.h"\n', "kernel/ includes"),
    ("kernel/fs/bad.c", "#include <drivers/ata/ata.h>\n", "kernel/ includes"),
    ("kernel/fs/bad.c", '#include "../syscall/call.h"\n', "private to kernel/syscall"),
    ("kernel/lib/bad.c", "#include <kernel/syscall.h>\n", "of fs/mm/proc/time/tty"),
    ("kernel/device/bad.c", "#include <kernel/mm.h>\n", "of fs/mm/proc/time/tty"),
    ("kernel/sync/bad.c", "#include <kernel/device.h>\n", "of block/device"),
    ("kernel/lib/bad.c", "#include <kernel/lock.h>\n", "of sync"),
    ("kernel/lib/bad.c", "#include <kernel/nowhere_listed.h>\n", "of fs/mm/proc/time/tty"),
    ("kernel/include/kernel/list.h", "#include <kernel/lock.h>\n", "of sync"),
    ("kernel/mm/bad.c", '#include "../fs/vfs_internal.h"\n', "private to kernel/fs"),
    ("drivers/ata/identify.h", "#include <kernel/device.h>\n", "is pure or lib but reaches"),
    ("drivers/ata/chs.c", '#include "ata.h"\n#include <kernel/lock.h>\n', "is pure or lib"),
    ("drivers/ata/bad.c", "#include <drivers/pci/pci.h>\n", "of another driver"),
    ("drivers/ata/bad.c", "#include <kernel/mm.h>\n", "a driver includes <kernel/mm.h>"),
    ("drivers/ata/bad.c", "#include <arch/irqflags.h>\n", "a driver includes the machine's"),
    ("drivers/ata/bad.c", '#include "../../kernel/fs/vfs_internal.h"\n', "private to the kernel"),
    ("kernel/fs/bad.c", 'void f(void)\n{\n\t__asm__ volatile("cli");\n}\n', "assembly outside"),
    ("kernel/fs/bad.c", "\tasm goto(\"jmp %l0\");\n", "assembly outside"),
    ("kernel/fs/bad.S", "nop\n", "assembly outside"),
    ("drivers/ata/bad.c", "\tx = inb(0x1f7);\n", "port access outside"),
    ("drivers/ata/bad.c", "\toutsw(0x1f0, buf, 256);\n", "port access outside"),
    ("kernel/fs/bad.c", "#include <arch/irqflags.h>\n", "reach it through a kernel/ header"),
    ("kernel/fs/bad.c", "#include <arch/pgtable.h>\n", "reach it through a kernel/ header"),
    ("kernel/fs/vfs_internal.h", '#include "other.h"\n', "include cycle"),
    ("drivers/ata/test/a.h", '#include "a.h"\n', "include cycle"),
    ("installer/plan/bad.c", "#include <installer/write/io.h>\n", "installer/plan includes"),
    ("installer/plan/bad.c", "#include <kernel/list.h>\n", "includes the kernel's"),
    ("installer/table/bad.c", "#include <kernel/mm.h>\n", "includes the kernel's"),
    ("installer/other/bad.c", "", "has no row"),
])
def test_layers_find(tmp_path, name, text, complaint):
    files = dict(CLEAN, **{"kernel/include/kernel/nowhere_listed.h": "",
                           "kernel/fs/other.h": '#include "vfs_internal.h"\n'})
    files["kernel/fs/vfs_internal.h"] = ""
    status, out = check("check-layers", grow(tmp_path, dict(files, **{name: text})))
    assert status == 1
    assert complaint in out and name in out, out


def function(length):
    return "static int f(int a,\n\t     int b)\n{\n" + "\tx();\n" * length + "}\n"


def test_functions_are_measured(tmp_path):
    path = tmp_path / "a.c"
    path.write_text("struct s {\n" + "\tint a;\n" * 90 + "};\n" + function(50) + function(51))
    status, out = check("check-functions", path)
    assert status == 0 and "f() has 51 lines" in out and "2 functions, 1 (" in out
    path.write_text(function(80))
    assert check("check-functions", path)[0] == 0
    path.write_text(function(81))
    assert check("check-functions", path)[0] == 1
    path.write_text("\n" * 701)
    status, out = check("check-functions", path)
    assert status == 0 and "701 lines" in out


@pytest.mark.parametrize("text, bad", [
    ("/* all done */\n", False), ("mktemp /tmp/a.XX" + "XXXX\n", False), ("int hacks;\n", False),
    ("=====\n=======|\n", False), ("// TO" + "DO later\n", True), ("/* FIX" + "ME */\n", True),
    ("<" * 7 + " HEAD\n", True), ("=" * 7 + "\n", True), ("int a; \n", True),
])
def test_words(tmp_path, text, bad):
    (tmp_path / "a.c").write_text(text)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    status, out = check("check-words", tmp_path)
    assert (status == 1) == bad, out


def test_generated_rules_name_what_a_test_links(tmp_path):
    grow(tmp_path, {
        "kernel/lib/rb.c": "", "kernel/mm/vma.c": "", "kernel/lib/test/rb_test.c": "",
        "kernel/mm/test/vma_test.c": "// LINK: kernel/mm/vma.c\n/* LINK: kernel/lib/rb.c */\n",
        "kernel/mm/test/none_fuzz.c": " * LINK:\n",
    })
    done = subprocess.run([SCRIPTS / "gen-host-tests", "B", "kernel"], cwd=tmp_path, check=True,
                          stdout=subprocess.PIPE, text=True)
    assert ("B/unit/kernel/lib/test/rb_test: B/unit/obj/kernel/lib/test/rb_test.o "
            "B/unit/obj/kernel/lib/rb.o\n") in done.stdout
    assert ("B/unit/kernel/mm/test/vma_test: B/unit/obj/kernel/mm/test/vma_test.o "
            "B/unit/obj/kernel/mm/vma.o B/unit/obj/kernel/lib/rb.o\n") in done.stdout
    assert "FUZZ_PROGRAMS += B/fuzz/kernel/mm/test/none_fuzz\n" in done.stdout
    grow(tmp_path, {"kernel/mm/test/vma_test.c": "// LINK: kernel/mm/gone.c\n"})
    done = subprocess.run([SCRIPTS / "gen-host-tests", "B", "kernel"], cwd=tmp_path, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "kernel/mm/gone.c" in done.stderr


APT = """\
Types: deb
URIs: http://mirror.invalid/debian
Suites: {name} {name}-updates
Components: main

Types: deb
URIs: http://other.invalid/
Suites: nodistro
Components: main
"""


def test_source_packages_come_from_the_machines_own_entries(tmp_path):
    name = [l.split("=")[1].strip() for l in open("/etc/os-release", encoding="utf-8")
            if l.startswith("VERSION_CODENAME=")][0]
    grow(tmp_path, {"sources.list": f"deb [arch=amd64] http://m.invalid/d {name} main\n"
                                    f"deb http://m.invalid/x foreign main\n",
                    "sources.list.d/debian.sources": APT.format(name=name)})
    subprocess.run([SCRIPTS / "enable-deb-src"], check=True,
                   env={"OLDIRON_APT_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert (tmp_path / "sources.list.d/oldiron-deb-src.sources").read_text() == (
        "Types: deb-src\nURIs: http://mirror.invalid/debian\n"
        f"Suites: {name} {name}-updates\nComponents: main\n")
    assert (tmp_path / "sources.list.d/oldiron-deb-src.list").read_text() == (
        f"deb-src [arch=amd64] http://m.invalid/d {name} main\n")


CALLS = """
static __attribute__((noipa)) int leaf(int n) { return n; }
static __attribute__((noipa)) int third(int n);
static __attribute__((noipa)) int first(int n) { return leaf(n) + 1; }
static __attribute__((noipa)) int second(int n) { return third(n) + first(n); }
static __attribute__((noipa)) int third(int n) { return %s; }
int _start(void) { return second(1) + first(2); }
"""


@pytest.mark.parametrize("call, allow, complaint", [
    ("leaf(n)", "", ""),
    ("third(n - 1) * third(n - 2)", "", "recursion: third"),
    ("second(n - 1) + 1", "", "third -> second"),
    ("third(n - 1) * third(n - 2)", "third third bounded", ""),
    ("second(n - 1) + 1", "* second bounded", ""),
    ("second(n - 1) + 1", "first leaf another one", "recursion"),
    ("leaf(n)", "third second gone", "no call of second by third any more"),
    ("leaf(n)", "third leaf", "needs CALLER CALLEE and a reason"),
])
def test_recursion(tmp_path, call, allow, complaint):
    source, program, rules = tmp_path / "t.c", tmp_path / "t", tmp_path / "allow"
    source.write_text(CALLS % call)
    rules.write_text(f"# none\n{allow}\n")
    subprocess.run(["gcc", "-m32", "-O2", "-nostdlib", "-static", "-o", program, source], check=True)
    status, out = check("check-recursion", program, rules)
    assert (status != 0) == bool(complaint), out
    assert complaint in out


def tools_without(folder, missing, m32=True):
    """A PATH with what the kernel's build needs, less one."""
    for name in {"gcc", "ld", "objcopy", "nm", "python3"} - {missing}:
        tool = folder / name
        tool.write_text("#!/bin/sh\n" + ("" if m32 else "echo no 32 bits; exit 1\n"))
        tool.chmod(0o755)
    done = subprocess.run(["/bin/sh", SCRIPTS / "check-tools"], env={"PATH": str(folder)}, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def test_tools_are_there(tmp_path):
    assert tools_without(tmp_path, None) == (0, "")


@pytest.mark.parametrize("missing", ["gcc", "ld", "objcopy", "nm", "python3"])
def test_a_missing_tool_is_named(tmp_path, missing):
    status, out = tools_without(tmp_path, missing)
    assert status == 1
    assert f"missing: {missing}\n" in out
    assert "apt-get install --no-install-recommends gcc binutils make python3\n" in out
    assert "scripts/setup" in out


def test_a_compiler_without_32_bits_is_told(tmp_path):
    status, out = tools_without(tmp_path, None, m32=False)
    assert status == 1
    assert "gcc with -m32 (no 32 bits)" in out
