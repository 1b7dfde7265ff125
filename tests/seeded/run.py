#!/usr/bin/python3
"""run.py - seeded faults: do the unit tests notice when a driver is wrong?

    run.py BUILD-DIR [NAME...]        all of faults/, or those named

For each fault one source is changed as it says and compiled; every unit test that links it is
linked anew and run. A fault is caught when one of them fails, crashes or takes four times as long. Prints each with
the test that caught it, and the rate; ends with 1 when less than 95 % are caught, when one is missed
that is not listed as known, or when the text that a fault replaces is not there exactly once. The rate of a
whole run is left in BUILD-DIR/seeded-faults.txt.

CC and LINK in the environment are the commands that `make unit` uses.
"""
import concurrent.futures
import math
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from faults import ALL

LEAST = 95  # per cent
HANGS = 60  # seconds of the processor: no sound test takes as long on any machine
ENDLESS = 4  # times as long as without the fault, and no less than these seconds


def programs(build):
    """{test program: the objects that it links} of the makefile that gen-host-tests wrote."""
    text = (build / "host" / "tests.mk").read_text()
    return {name: objects.split() for name, objects in re.findall(r"^(\S+/unit/\S+): (.*)$", text, re.MULTILINE)}


def seed(fault, folder):
    """The changed source, as a file."""
    path = pathlib.Path(folder, os.path.basename(fault.file))
    path.write_text(pathlib.Path(fault.file).read_text().replace(fault.old, fault.new))
    return path


def command(*argv):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, argv))}\n{done.stdout}{done.stderr}")


def verdict(program, seconds):
    """What a test says: None, it passed; and the seconds that it took. They are the processor's, so that a busy machine changes nothing."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        with subprocess.Popen(["prlimit", f"--cpu={seconds}", program], stdout=output, stderr=subprocess.STDOUT) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    took = usage.ru_utime + usage.ru_stime
    if not child.returncode:
        return None, took
    if child.returncode == -signal.SIGKILL:
        return "does not end", took
    failed = re.findall(r"^\[  FAILED  \] (\w+)$", text, re.MULTILINE)
    return failed[0] if failed else f"status {child.returncode}", took


def nearness(fault, program):
    """Sorts tests: the fault's own first, then those with most of its name."""
    own, other = pathlib.Path(fault.file), pathlib.Path(program)
    return -len(os.path.commonprefix([own.stem, other.stem])), program


def caught_by(fault, build, tests, limits):
    """The first test that notices, as text; None: nobody does."""
    compiler, linker = shlex.split(os.environ["CC"]), shlex.split(os.environ["LINK"])
    replaced = f"{build}/unit/obj/{fault.file[:-2]}.o"
    with tempfile.TemporaryDirectory(prefix="seeded-") as folder:
        changed = f"{folder}/seeded.o"
        # Warnings are not what should catch it.
        command(*compiler, "-w", "-g0", "-iquote", os.path.dirname(fault.file), "-c", "-o", changed, seed(fault, folder))
        concerned = [p for p, objects in tests.items() if replaced in objects]
        if not concerned:
            raise SystemExit(f"{fault.name}: no unit test links {fault.file}")
        for program in sorted(concerned, key=lambda p: nearness(fault, p)):
            objects = [changed if o == replaced else o for o in tests[program]]
            command(*linker, "-o", f"{folder}/test", *objects, f"{build}/unit/libhost.a", "-lcmocka")
            said, _ = verdict(f"{folder}/test", limits[program])
            if said:
                return f"{os.path.basename(program)}: {said}"
    return None


def limit(program):
    """The seconds after which the test does not end any more. It is sound without a fault."""
    said, took = verdict(program, HANGS)
    if said:
        raise SystemExit(f"{program} fails as it is: {said}")
    return math.ceil(ENDLESS * max(took, 1))


def main():
    build = pathlib.Path(sys.argv[1])
    unknown = set(sys.argv[2:]) - {f.name for f in ALL}
    if unknown:
        sys.exit(f"run.py: no such fault: {', '.join(sorted(unknown))}")
    chosen = [f for f in ALL if not sys.argv[2:] or f.name in sys.argv[2:]]
    stale = [f for f in ALL if pathlib.Path(f.file).read_text().count(f.old) != 1]
    for fault in stale:
        print(f"{fault.name}: {fault.file} has its text {pathlib.Path(fault.file).read_text().count(fault.old)} times, not once: {fault.old!r}")
    if stale:
        return 1
    objects = {f"{build}/unit/obj/{f.file[:-2]}.o" for f in chosen}
    tests = {p: o for p, o in programs(build).items() if objects.intersection(o)}
    missed, wrong = [], []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        limits = dict(zip(tests, pool.map(limit, tests)))
        for fault, by in zip(chosen, pool.map(lambda f: caught_by(f, build, tests, limits), chosen)):
            print(f"{'caught' if by else 'MISSED'}  {fault.name:34} {by or fault.file}", flush=True)
            if not by:
                missed.append(fault)
            if bool(by) == bool(fault.known):
                wrong.append(fault)
    rate = 100 * (len(chosen) - len(missed)) / len(chosen)
    summary = f"seeded faults: {len(chosen)}, caught {len(chosen) - len(missed)}: {rate:.1f} %"
    print(summary)
    if not sys.argv[2:]:
        (build / "seeded-faults.txt").write_text(summary + "\n")
    for fault in wrong:
        print(f"{fault.name}: {'is caught, but listed as known to be missed' if fault.known else 'is missed'}")
    return 1 if wrong or rate < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
