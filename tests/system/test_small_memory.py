"""A machine of 16 MB: it compiles with tcc while it copies 100 MB and a third program goes through 24 MB in turn, by
swapping; what each of them comes to is right, and nobody runs out of memory."""
import hashlib
import random
import re
import subprocess

import pytest

from vm import PROMPT, Qemu, artefact
from vm.diskimage import MIB, run

FUNCTIONS = 16000
COPY = 100 * MIB
# Each word of 24 MB is what its place and the round say; then how much is in the swap area.
SWEEP = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define WORDS (24u << 20 >> 2)
#define ROUNDS 4u
static unsigned value(unsigned i, unsigned round) { return i * 2654435761u + round * 40503u; }
static long swap_kb(const char *name)
{
	char line[100]; long kb = -1; FILE *f = fopen("/proc/meminfo", "r");
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name))) kb = atol(line + strlen(name));
	fclose(f);
	return kb;
}
int main(void)
{
	unsigned *p = malloc(WORDS * 4), round, i, bad = 0; long used, most = 0;
	for (i = 0; i < WORDS; i++) p[i] = value(i, 0);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < WORDS; i++) { bad += p[i] != value(i, round); p[i] = value(i, round + 1); }
		used = swap_kb("SwapTotal:") - swap_kb("SwapFree:");
		if (used > most) most = used;
	}
	printf("sweep: %u wrong, %ld KB swapped\n", bad, most);
	return bad != 0;
}
"""


def program(seed):
    """C of more than 100,000 lines, and what it prints."""
    rng = random.Random(seed)
    lines, total = ["int printf(const char *, ...);"], 0
    for i in range(FUNCTIONS):
        a, b, c = (rng.randrange(1, 1000) for _ in range(3))
        lines += [f"static unsigned f{i}(unsigned x)", "{", f"\tunsigned y = x * {a}u + {b}u;",
                  f"\tif (y & 1u) y ^= {c}u;", "\treturn y;", "}"]
        y = i * a + b & 0xFFFFFFFF
        total = total + (y ^ c if y & 1 else y) & 0xFFFFFFFF
    lines += ["int main(void)", "{", "\tunsigned n = 0;"]
    lines += [f"\tn += f{i}({i}u);" for i in range(FUNCTIONS)]
    lines += ['\tprintf("%u\\n", n);', "\treturn 0;", "}"]
    return "\n".join(lines) + "\n", total


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """The user land on an ext2, with a program's source and 100 MB to copy; what both must come to."""
    folder = tmp_path_factory.mktemp("small")
    tree = folder / "tree"
    tree.mkdir()
    subprocess.run(f"gzip -dc {artefact('initramfs.cpio.gz')} | cpio -id --quiet", cwd=tree, shell=True,
                   check=True, stderr=subprocess.DEVNULL)
    source, total = program(1)
    assert source.count("\n") > 100000
    (tree / "big.c").write_text(source)
    data = hashlib.shake_256(b"copy").digest(COPY)
    (tree / "data").write_bytes(data)
    (tree / "sweep.c").write_text(SWEEP)
    (tree / "go").write_text("""\
mount -t proc proc /proc; mount -t devtmpfs dev /dev; mount -t sysfs sys /sys; swapon /dev/hdb
tcc -o /sweep /sweep.c; cp /data /copy & cp=$!; /sweep & sweep=$!; tcc -o /big /big.c; echo "tcc=$?"
wait $cp; echo "cp=$?"; wait $sweep; echo "sweep=$?"; /big
md5sum </copy; grep -E '^pswp(in|out) ' /proc/vmstat; dmesg | grep -c 'out of memory'; mount -o remount,ro /; echo "ov""er"
""")
    image = folder / "disk"
    with open(image, "wb") as f:
        f.truncate(320 * MIB)
    run("mke2fs", "-q", "-F", "-t", "ext2", "-d", tree, image)
    return image, total, hashlib.md5(data).hexdigest()


def test_compiles_while_copying(machine, system, tmp_path):
    image, total, digest = system
    swap = tmp_path / "swap"
    with open(swap, "wb") as f:
        f.truncate(64 * MIB)
    run("mkswap", swap)
    pc = machine(Qemu, cpu="pentium", mem=16, kernel=artefact("oldiron.elf"),
                 append="console=ttyS0,115200 root=/dev/hda rw init=/bin/bash",
                 extra=["-drive", f"if=ide,index=0,media=disk,format=raw,file={image},cache=unsafe",
                        "-drive", f"if=ide,index=1,media=disk,format=raw,file={swap},cache=unsafe"])
    pc.expect(PROMPT, 60)
    text = pc.run(". /go", 400)
    assert "tcc=0\n" in text and "cp=0\n" in text and "sweep=0\n" in text and "over\n" in text
    assert int(re.search(r"sweep: 0 wrong, (\d+) KB swapped", text).group(1)) > 8 * 1024
    assert f"\n{total}\n" in text and digest in text
    assert all(int(re.search(rf"{way} (\d+)", text).group(1)) > 6000 for way in ("pswpout", "pswpin"))
    assert re.search(r"^0$", text, re.M), text  # nobody ran out of memory
    run("e2fsck", "-fn", image)
