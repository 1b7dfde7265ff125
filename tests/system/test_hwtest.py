"""hwtest's frame: a run on Oldiron and on Debian's Linux, what it leaves, and what becomes of that."""
import json
import re

import pytest

from vm import PROMPT, LinuxRef, Qemu, artefact, initramfs

SERIAL = "console=ttyS0,115200"
VERDICTS = {"works", "limited", "detected", "failed", "malfunction", "absent", "not run", "hang"}


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    """A user land of busybox and hwtest, which Oldiron and Linux start alike."""
    program = artefact("hwtest/hwtest").read_bytes()
    return (initramfs.busybox_archive().file("bin/hwtest", program)
            .write(tmp_path_factory.mktemp("hwtest") / "initrd.cpio.gz"))


def start(machine, system, initrd, append="", **kwargs):
    if system == "linux":
        pc = machine(LinuxRef, initrd=initrd, append=f"{SERIAL} quiet {append}", **kwargs)
    else:
        pc = machine(Qemu, kernel=artefact("oldiron.elf"), initrd=initrd,
                     append=f"{SERIAL} {append}", **kwargs)
    pc.expect(PROMPT, 120)
    return pc


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("system", ["oldiron", "alone", "linux"])
def test_a_report_and_what_is_made_of_it(machine, initrd, system):
    pc = start(machine, system, initrd, append="drivers=none" if system == "alone" else "")
    text = pc.run("hwtest run --probe bios --report /tmp/a --ktap /tmp/ktap --machine 'QEMU pc' --mark /tmp/mark")
    assert pc.status == 0, text
    assert re.search(r"^bios +works$", text, re.M)
    head, begin, *facts, end, last = lines_of(pc.run("cat /tmp/a"))
    assert head["hwtest"] == 1 and head["machine"] == "QEMU pc" and re.fullmatch(r"0\.1-[0-9a-f]{12}", head["build"])
    assert head["mode"] == {"oldiron": "beside drivers", "alone": "alone", "linux": "Linux"}[system]
    assert (begin["probe"], end["verdict"], last["probes"]) == ("bios", "works", 1)
    # All but the counters of the clock and the keyboard stand still.
    bda = bytes.fromhex(next(f["bytes"] for f in facts if f["fact"] == "bda"))
    assert bda[:0x17] == pc.memory(0x400, 0x17)
    ktap = pc.run("cat /tmp/ktap").splitlines()
    assert ktap[0] == "KTAP version 1" and "1..1" in ktap and "ok 1 bios # works" in ktap
    assert pc.run("tr -d '\\n' </tmp/mark | wc -c").strip() == "0"  # nothing is marked any more

    assert "  Low memory: 639 KB" in pc.run("hwtest show /tmp/a")
    pages = pc.run("hwtest show --pages /tmp/a </dev/null | cat").split("\n")
    assert pages[0].startswith("QEMU pc ") and "page 1 of 2" in pages[0] and max(map(len, pages)) <= 79
    assert pc.run("hwtest validate /tmp/a && echo fine") == "fine\n"
    # The 16 keys of the BIOS data area, as an earlier hwtest told them.
    pc.run(rf"""sed -E '/"fact":"bda"/s/("bytes":".{{60}}).{{64}}/\1{"6d32" * 16}/' /tmp/a >/tmp/keys""")
    assert "it tells what must be hidden: keys that were typed" in pc.run("hwtest validate /tmp/keys") and pc.status == 1
    out = pc.run("hwtest verdict /tmp/a")
    assert "Will Oldiron start here: perhaps. Not looked at: processor." in out

    pc.run("hwtest run --probe bios --report /tmp/b --machine x")
    # The BIOS data area has clocks in it, and nothing else differs.
    out = pc.run("hwtest diff /tmp/a /tmp/b")
    assert pc.status in (0, 1) and not re.search(r"^[-+] bios (?!bda)", out, re.M), out
    assert "no report" in pc.run("hwtest show /etc/passwd /dev/null; hwtest show /bin/hwtest")


@pytest.mark.parametrize("system", ["oldiron", "alone", "linux"])
def test_all_probes(machine, initrd, system):
    """Whatever each finds, it comes back, and the report of all of them is whole and tells nobody's numbers."""
    pc = start(machine, system, initrd, append="drivers=none" if system == "alone" else "")
    names = [line.split()[0] for line in pc.run("hwtest list").splitlines()]
    text = pc.run("hwtest run --seconds 2 --report /tmp/a --machine 'QEMU pc' --salt x", 300)
    assert pc.status in (0, 1), text
    assert pc.run("hwtest validate /tmp/a && echo fine") == "fine\n"
    lines = lines_of(pc.run("cat /tmp/a", 120))
    ends = {line["probe"]: line for line in lines if "verdict" in line}
    assert list(ends) == names and {line["verdict"] for line in ends.values()} <= VERDICTS - {"hang"}
    assert not [line for line in lines if line.get("fact") == "crash"]
    # Judged again it is the same.
    assert "the report says" not in pc.run("hwtest show /tmp/a")
    # What is hidden by the same salt compares.
    pc.run("hwtest run --seconds 2 --probe bios,pci --report /tmp/b --salt x; hwtest run --probe bios --report /tmp/c", 300)
    assert "other salts" not in pc.run("hwtest diff /tmp/a /tmp/b") and "other salts" in pc.run("hwtest diff /tmp/a /tmp/c")


def test_a_probe_that_crashes_or_hangs_is_told_and_the_next_runs(machine, initrd):
    pc = start(machine, "oldiron", initrd)
    text = pc.run("hwtest run --probe bios --seconds 0 --fault crash:bios --report /tmp/a")
    assert pc.status == 1 and "bios         failed: The probe itself crashed (signal 4)." in text
    text = pc.run("hwtest run --probe bios --seconds 0 --fault hang:bios --report /tmp/a --mark /tmp/mark", 60)
    assert pc.status == 1 and "bios         hang: It did not end within 5 s." in text
    text = pc.run("hwtest run --probe bios --mark /tmp/mark")
    assert pc.status == 1 and re.search(r"bios +hang: It stopped the machine in an earlier run", text)
    # What that run came to is kept under another name, wherever it is; and folders' names are not told.
    pc.run("mkdir -p /tmp/ann.lee; echo now bios >/tmp/ann.lee/mark; echo before >/tmp/ann.lee/a.jsn")
    text = pc.run("hwtest run --probe bios --mark /tmp/ann.lee/mark --report /tmp/ann.lee/a.jsn")
    assert '("mark" says so)' in text and "ann.lee" not in pc.run("cat /tmp/ann.lee/a.jsn")
    assert pc.run("cat /tmp/ann.lee/a.OLD") == "before\n"


def test_drivers_leave_their_ports(machine, initrd):
    """What /proc/ioports says is what probes go by."""
    ours = r": (i8042|rtc0)$"
    pc = start(machine, "oldiron", initrd)
    assert set(re.findall(ours, pc.run("cat /proc/ioports"), re.M)) == {"i8042", "rtc0"}
    pc.close()
    pc = start(machine, "oldiron", initrd, "drivers=none")
    text = pc.run("cat /proc/ioports; cat /proc/interrupts")
    assert not re.search(ours, text, re.M) and "03f8-03ff : serial" in text and "i8042" not in text
    pc.close()
    pc = start(machine, "oldiron", initrd, "drivers=rtc,serial")
    assert set(re.findall(ours, pc.run("cat /proc/ioports"), re.M)) == {"rtc0"}


def test_wrong_use_is_told(machine, initrd):
    pc = start(machine, "oldiron", initrd)
    for words, answer in {"run --probe bios,nothing": 'there is no probe "nothing": see hwtest list',
                          "run --class R9": "--class is R0 (passive), R1, R2 or, with --write-on, W",
                          "run --seconds -1": '"-1" is no number up to 86400',
                          "run --fault melt:bios": "--fault is hang:PROBE",
                          "run --probe bios --report /none/x": "/none/x: No such file or directory",
                          "show /none": "/none: No such file or directory",
                          "diff /none": "diff needs two reports",
                          "nonsense": "usage: hwtest COMMAND"}.items():
        text = pc.run(f"hwtest {words}")
        assert pc.status == 2 and answer in text, text


def test_over_the_serial_line(machine, initrd, tmp_path):
    """The report goes out by the console's line, as a terminal program captures it."""
    pc = start(machine, "oldiron", initrd)
    pc.run("hwtest run --probe bios --report /tmp/a --machine x")
    out = pc.run("hwtest send /tmp/a /dev/ttyS0; stty sane")
    whole = pc.run("cat /tmp/a")
    size, crc = re.search(r"HWTEST-REPORT (\d+) ([0-9a-f]{8})\n", out).groups()
    assert whole in out and int(size) == len(whole) and f"{size} bytes sent, CRC-32 {crc}" in out
    pc.run("touch /tmp/capture; hwtest send /tmp/a /tmp/capture; echo more >>/tmp/capture")
    assert f"/tmp/b: {size} bytes" in pc.run("hwtest receive /tmp/capture /tmp/b") and pc.status == 0
    assert pc.run("cmp /tmp/a /tmp/b && echo same") == "same\n"
    pc.run("sed s/works/breaks/ </tmp/capture >/tmp/damaged")
    assert "the CRC-32 differs" in pc.run("hwtest receive /tmp/damaged /tmp/c") and pc.status == 1
    # Sent again, as it said, into a log that terminal programs add to.
    pc.run("cat /tmp/capture >>/tmp/damaged; hwtest receive /tmp/damaged /tmp/c")
    assert pc.status == 0 and pc.run("cmp /tmp/a /tmp/c && echo same") == "same\n"
