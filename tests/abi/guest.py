#!/usr/bin/python3
"""guest.py - boot a kernel in QEMU with an initramfs, show and keep its serial line until it ends, judge the summary.

With --disk the machine has an IDE disk of 40 MB with an ext2 file system in its only partition.
The guest passes when it prints `# NAME: ... 0 failed` (--summary NAME) or a line matching --want, and QEMU ends by
itself within the time-out. A kernel panic or oops fails at once. Only standard Python; also a module (run_guest).
"""
import argparse
import os
import pathlib
import re
import select
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from vm.diskimage import MIB, Disk  # noqa: E402

BAD = re.compile(r"Kernel panic|\bpanic:|\boops\b|BUG:|triple fault|general protection fault:", re.I)


def qemu_command(kernel, initrd, append, mem, extra=()):
    return ["qemu-system-i386", "-M", "pc", "-m", str(mem), "-kernel", kernel, "-initrd", initrd,
            "-append", append, "-nographic", "-no-reboot", "-nic", "none", *extra]


def disk_options(folder):
    os.mkdir(f"{folder}/tree")
    disk = Disk(f"{folder}/disk", 40 * MIB, f"{folder}/tree")
    return ["-drive", f"if=ide,media=disk,format=raw,cache=unsafe,file={disk.path}"]


class Guest:
    """One run: .text is what the guest said, .status why it ended ('ended', 'timed out', 'panic')."""

    def __init__(self, command, timeout, log=None, echo=True):
        self.text, self.status, self.panic = "", "timed out", None
        self._log = open(log, "w", encoding="utf-8") if log else None
        self._echo = echo
        self._run(command, timeout)
        if self._log:
            self._log.close()

    def _take(self, data):
        text = data.decode("utf-8", "replace").replace("\r", "")
        self.text += text
        if self._log:
            self._log.write(text)
            self._log.flush()
        if self._echo:
            sys.stdout.write(text)
            sys.stdout.flush()

    def _run(self, command, timeout):
        proc = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        deadline = time.monotonic() + timeout
        try:
            while time.monotonic() < deadline:
                if select.select([proc.stdout], [], [], 0.5)[0]:
                    data = os.read(proc.stdout.fileno(), 65536)
                    if not data:
                        self.status = "panic" if self.panic else "ended"
                        return
                    self._take(data)
                    hit = BAD.search(self.text, max(0, len(self.text) - len(data) - 64))
                    if hit and not self.panic:
                        self.panic = hit.group(0)
                        deadline = min(deadline, time.monotonic() + 10)
            if self.panic:
                self.status = "panic"
        finally:
            if proc.poll() is None:
                proc.kill()
            proc.wait()
            proc.stdout.close()


def judge(guest, summary, want):
    if guest.status != "ended":
        return f"guest {guest.status} {guest.panic or ''}"
    if summary:
        found = re.search(rf"^# {summary}: (\d+) passed, (\d+) failed.*$", guest.text, re.M)
        if not found:
            return "no summary"
        if int(found[2]) or not int(found[1]):
            return found[0]
    order = re.search(r"lock order: .*", guest.text)
    if order:  # only a DEBUG=1 kernel says so; it goes on
        return order[0]
    if want and not re.search(want, guest.text, re.M):
        return f"never said {want!r}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("kernel", "initrd", "append", "log", "summary", "want"):
        parser.add_argument("--" + name)
    parser.add_argument("--mem", default="128")
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--qemu", default="", help="further arguments for QEMU")
    parser.add_argument("--disk", action="store_true")
    args = parser.parse_args()
    command = qemu_command(args.kernel, args.initrd, args.append, args.mem, args.qemu.split())
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guest-") as folder:
        guest = Guest(command + (disk_options(folder) if args.disk else []), args.timeout, args.log)
    why = judge(guest, args.summary, args.want)
    print(f"guest.py: {'FAILED: ' + why if why else 'passed'} ({time.monotonic() - begin:.0f} s)")
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
