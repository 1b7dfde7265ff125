"""The system of a disk: login, accounts, services, fsck at boot, orderly shutdown, on the tree that installations copy."""
import re
import subprocess

import pytest

from vm import END, PROMPT, systemdisk
from vm.systemdisk import PART, ROOT_PASSWORD, USER_PASSWORD, boot, give_root_password, login


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """The system as it is after an installation; nobody writes to it."""
    folder = tmp_path_factory.mktemp("system")
    return systemdisk.make(folder / "hda.img", folder)


@pytest.fixture
def disk(image, tmp_path):
    """One of the test's own."""
    return systemdisk.copy(image, tmp_path / "hda.img")


def test_login(machine, image):
    """Right and wrong passwords, as root and as a user, on the serial line and on the screen."""
    pc = boot(machine, image, snapshot=True)
    login(pc, password="wrong", prompt=r"[Ll]ogin incorrect")
    login(pc, "nobody-at-all", prompt=r"[Ll]ogin incorrect")
    login(pc, "nobody", password="", prompt=r"[Ll]ogin incorrect")
    login(pc)
    assert pc.run("id -u; tty; hostname; pwd") == "0\n/dev/ttyS0\ndx2\n/root\n"
    pc.expect_screen("dx2 login:", 30)
    pc.type("anna\n")
    pc.expect_screen("Password:", 30)
    pc.type(USER_PASSWORD + "\n")
    pc.expect_screen(r"anna@dx2:~\$", 30)
    pc.type("id -un; tty\n")
    pc.expect_screen(r"^anna *\n^/dev/tty1", 30)
    # Who logs out is asked again.
    pc.send("logout\r")
    pc.expect("dx2 login: ", 60)


def test_passwords_and_users(machine, image):
    """su, passwd, useradd, userdel, chpasswd: what they do holds at the next login."""
    pc = boot(machine, image, snapshot=True)
    login(pc, "anna", USER_PASSWORD)
    assert pc.run("cat /etc/shadow") .endswith("Permission denied\n")
    pc.send("su -\r")
    pc.expect("assword: ", 30)
    pc.send("no such word\r")
    pc.expect("Authentication failure", 30)
    pc.expect(PROMPT, 30)
    pc.send("passwd\r")
    for question, answer in ((r"Old password: ", USER_PASSWORD), (r"(?i)new password: ", "4-Megabytes"),
                             (r"(?i)new password: ", "4-Megabytes")):
        pc.expect(question, 30)
        pc.send(answer + "\r")
    pc.expect("password changed", 30)
    pc.expect(PROMPT, 30)
    pc.send("su -\r")
    pc.expect("assword: ", 30)
    pc.send(ROOT_PASSWORD + "\r")
    pc.expect("root@dx2:~# ", 30)
    assert pc.run("useradd -m bert && echo bert:two-Words | chpasswd; ls -a /home/bert | tr '\\n' ' '") == ". .. .bashrc .profile "
    assert re.fullmatch(r"\$6\$rounds=1000\$.*\n", pc.run("grep ^bert: /etc/shadow | cut -d: -f2"))
    assert pc.run("stat -c '%a %U %G' /etc/shadow") == "640 root shadow\n"
    pc.send("exit\r")
    pc.expect(r"anna@dx2:~\$ ", 30)
    pc.send("exit\r")
    login(pc, "anna", "4-Megabytes")
    pc.send("exit\r")
    login(pc, "bert", "two-Words")
    assert pc.run("id") == "uid=1001(bert) gid=1001(bert) groups=1001(bert)\n"
    pc.send("exit\r")
    login(pc)
    pc.run("userdel -r bert")
    assert pc.run("ls /home; grep -c bert /etc/passwd") == "anna\n0\n"


def test_services(machine, image):
    """All run; one that is killed comes back; the log has lines of programs and of the kernel."""
    pc = boot(machine, image, snapshot=True)
    login(pc)
    for name in ("syslogd", "klogd", "crond", "getty-ttyS0"):
        assert pc.run(f"sv -w 20 check {name}; sv status {name}").startswith("ok: run: "), name
    first = pc.run("sv status crond").split("(pid ")[1].split(")")[0]
    pc.run(f"kill -9 {first}")
    pc.run(f"while sv status crond | grep -q 'pid {first})'; do sleep 1; done; sv -w 20 check crond", 60)
    second = pc.run("sv status crond").split("(pid ")[1].split(")")[0]
    assert first != second
    assert pc.run("sv down crond && sv status crond | cut -c-5") == "down:\n"
    pc.run("logger -t lead 'on the record'; until grep -q 'lead: on the record' /var/log/messages; do sleep 1; done", 60)
    assert pc.run("grep -c 'kernel: .*hda: QEMU HARDDISK' /var/log/messages") == "1\n"


def test_manual(machine, image):
    pc = boot(machine, image, snapshot=True)
    login(pc)
    pc.send("export MANPAGER=cat MANWIDTH=80\r")
    pc.expect(PROMPT, 30)
    assert "where things are in it" in pc.run("man oldiron | cat", 60)
    for page in ("boot", "rc", "shutdown", "oldiron-kernel"):
        text = pc.run(f"man {page} | cat; echo pages=$(man {page} | wc -l)", 60)
        assert int(text.rsplit("pages=", 1)[1]) > 20, page
    assert pc.run("mandoc -T lint -W warning /usr/share/man/man?/*", 60) == ""


def test_unclean_stop(machine, disk):
    """The power goes while files are written: the next start checks, repairs and goes on."""
    pc = boot(machine, disk)
    login(pc)
    pc.run("cp -r /usr/share/zoneinfo /root/zones; sync; cp /root/zones/[A-E]* /tmp 2> /dev/null; echo", 120)
    pc.close()
    assert not systemdisk.is_clean_state(disk)
    pc = boot(machine, disk)
    pc.expect("was not cleanly unmounted, check forced", 60)
    if not pc.expect(f"login: {END}|: restarting", 180)[0].startswith(b"login"):
        assert pc.shutdown_cause(60) == "guest-reset"
        pc = boot(machine, disk)
        pc.expect("login: " + END, 180)
    pc.send("root\r")
    pc.expect("assword: ", 30)
    pc.send(ROOT_PASSWORD + "\r")
    pc.expect(PROMPT, 30)
    assert pc.run("cmp /root/zones/UTC /usr/share/zoneinfo/UTC && echo alike") == "alike\n"
    pc.send("poweroff\r")
    assert pc.shutdown_cause(90) == "guest-shutdown"
    assert systemdisk.is_clean(disk)


def test_broken_file_system(machine, disk):
    """What e2fsck does not dare to repair alone: a shell, with the password, and words that tell what to do."""
    systemdisk.change(disk, "copy_inode /etc/motd /etc/issue", "ssv state 0")
    pc = boot(machine, disk)
    pc.expect("RUN fsck MANUALLY", 60)
    pc.expect("e2fsck -y DEVICE", 30)
    give_root_password(pc, "not it", r"(?i)login incorrect")
    give_root_password(pc, ROOT_PASSWORD)
    assert pc.run("touch /x").endswith("Read-only file system\n")
    pc.run(f"e2fsck -y {PART}", 60)
    assert pc.status in (1, 3)
    pc.send("exit\r")
    assert pc.shutdown_cause(60) == "guest-reset"
    pc = boot(machine, disk)
    login(pc)


@pytest.mark.parametrize("command, cause", [("reboot", "guest-reset"), ("shutdown -h now", "guest-shutdown"),
                                            ("shutdown -r now", "guest-reset"), ("init 0", "guest-shutdown")])
def test_orderly_end(machine, disk, command, cause):
    """Services first, then processes (they are asked and given time, and one that does not listen is killed), then the file systems."""
    pc = boot(machine, disk)
    login(pc)
    pc.run("(trap 'sleep 2; echo asked > /root/asked; sync' TERM; while :; do sleep 1; done) > /dev/null 2>&1 & true")
    pc.run("(trap '' TERM; while :; do sleep 1; done) > /dev/null 2>&1 & true")
    pc.run("dd if=/dev/zero of=/root/late bs=64k count=16 status=none")
    pc.send(command + "\r")
    pc.expect("Stopping services", 60)
    pc.expect("Ending processes", 60)
    pc.expect("Unmounting file systems", 60)
    assert pc.shutdown_cause(60) == cause
    assert "No such process" not in pc.serial.text()
    assert systemdisk.is_clean(disk)
    fs = systemdisk.file_system(disk)
    assert systemdisk.read(fs, "/root/asked") == b"asked\n"
    assert systemdisk.read(fs, "/root/late") == bytes(1 << 20)


def test_shutdown_later(machine, image):
    """shutdown +N waits and can be taken back; bad times are refused."""
    pc = boot(machine, image, snapshot=True)
    login(pc)
    assert pc.run("shutdown -h +5") == "The system is switched off in 5 minutes; shutdown -c cancels it.\n" or pc.status == 0
    pc.expect("switched off in 5 minutes", 30)
    pc.run("shutdown -r +3")
    assert pc.status == 1
    pc.run("shutdown -c")
    assert pc.status == 0
    # init looks for children that have ended once a second.
    pc.run("while pgrep -x shutdown > /dev/null; do sleep 1; done", 40)
    assert pc.run("shutdown -c 2>&1") == "shutdown: no shutdown is waiting\n"
    for bad in ("25:00", "+x", "soon", "12:60"):
        pc.run(f"shutdown -h {bad}")
        assert pc.status == 2, bad
    pc.run("su -s /bin/sh -c 'shutdown -h now' anna")
    assert pc.status == 1


def test_ctrl_alt_del(machine, disk):
    pc = boot(machine, disk)
    pc.expect("login: ", 120)
    pc.press("ctrl", "alt", "delete")
    pc.expect("Unmounting file systems", 60)
    assert pc.shutdown_cause(60) == "guest-reset"
    assert systemdisk.is_clean(disk)


def test_single_user(machine, image):
    """`single` asks for root's password before it gives a shell, with the file systems mounted; then it goes on."""
    pc = boot(machine, image, "single", snapshot=True)
    give_root_password(pc, ROOT_PASSWORD)
    assert pc.run("touch /root/writable && ls /run/services | wc -l") == "0\n"
    pc.send("exit\r")
    login(pc)
    assert pc.run("sv -w 20 check syslogd").startswith("ok: ")


def test_live_user_is_logged_in(machine, disk):
    systemdisk.change(disk, "write /dev/null /etc/oldiron/live")
    pc = boot(machine, disk)
    pc.expect("root@dx2:~# ", 120)
    assert pc.run("id -un") == "root\n"


def test_small_machine(machine, image):
    """A 486 with 16 MB on an ISA bus: the whole system, and room to spare."""
    pc = boot(machine, image, snapshot=True, machine="isapc", cpu="486", mem=16)
    login(pc)
    available = int(re.search(r"MemAvailable: +(\d+) kB", pc.run("cat /proc/meminfo"))[1])
    assert available > 8192
    pc.send("poweroff\r")
    pc.expect("Requesting system poweroff", 120)


def test_kernel_update(machine, disk):
    """oldiron-kernel keeps the old kernel as fall-back, and a full disk or nonsense leaves everything as it was."""
    pc = boot(machine, disk)
    login(pc)
    before = pc.run("md5sum < /boot/oldiron.elf")
    pc.run("oldiron-kernel config")
    assert pc.status == 0
    config = pc.run("cat /boot/grub/grub.cfg")
    assert f"multiboot /boot/oldiron.elf root=UUID={systemdisk.UUID} ro console=tty0 console=ttyS0,115200\n" in config
    assert "serial --unit=0 --speed=115200\n" in config and "oldiron.old.elf" not in config
    # Another kernel: the same with a byte behind its end.
    pc.run("cp /boot/oldiron.elf /root/new.elf; echo >> /root/new.elf")
    for bad in ("/root/none", "/bin/busybox", "/etc/passwd"):
        assert pc.run(f"oldiron-kernel install {bad} 2>&1").startswith("oldiron-kernel: "), bad
        assert pc.status == 1
    for size in ("-1", "300000", "9000", "60"):
        pc.run(f"head -c {size} /boot/oldiron.elf > /root/cut.elf")
        assert re.match("oldiron-kernel: /root/cut.elf (is cut off|has no Multiboot header)", pc.run("oldiron-kernel install /root/cut.elf 2>&1"))
        assert pc.status == 1
    pc.run("rm /root/cut.elf")
    pc.run("dd if=/dev/zero of=/fill bs=4k status=none 2> /dev/null; sync")
    assert "full" in pc.run("oldiron-kernel install /root/new.elf 2>&1")
    assert pc.status == 1
    assert pc.run("md5sum < /boot/oldiron.elf") == before and pc.run("ls -1 /boot") == "grub\noldiron.elf\n"
    pc.run("rm /fill; oldiron-kernel install /root/new.elf")
    assert pc.status == 0
    assert pc.run("md5sum < /boot/oldiron.old.elf") == before
    assert pc.run("cmp /root/new.elf /boot/oldiron.elf; ls -1 /boot") == "grub\noldiron.elf\noldiron.old.elf\n"
    assert "multiboot /boot/oldiron.old.elf " in pc.run("cat /boot/grub/grub.cfg")
    assert pc.run("oldiron-kernel list").count("6.1.0-oldiron") == 2
    pc.run("echo ARGS=\\'x >> /etc/oldiron/boot.conf; oldiron-kernel config")
    assert pc.status == 1
    assert "multiboot /boot/oldiron.old.elf " in pc.run("cat /boot/grub/grub.cfg")


def test_random_seed_and_clock(machine, disk):
    """The seed is another one after each start, and the system's time is the hardware clock's."""
    seeds = set()
    for _ in range(2):
        pc = boot(machine, disk, "", **{})
        login(pc)
        seeds.add(pc.run("md5sum < /var/lib/oldiron/random-seed"))
        pc.run("test $(( $(date +%s) - $(date -u -d \"$(hwclock --utc | cut -c1-19)\" +%s) )) -lt 3", 60)
        assert pc.status == 0
        pc.send("poweroff\r")
        assert pc.shutdown_cause(90) == "guest-shutdown"
    assert len(seeds) == 2


def test_image_is_reproducible(image, tmp_path):
    again = systemdisk.make(tmp_path / "again.img", tmp_path)
    assert subprocess.run(["cmp", str(image), str(again)], check=False).returncode == 0


def test_owners_and_modes(image, tmp_path):
    """What the manifest says stands in the image."""
    fs = systemdisk.file_system(systemdisk.copy(image, tmp_path / "hda.img"))
    for path, mode, user, group in (("/usr/bin/su", "04755", 0, 0), ("/etc/shadow", "0640", 0, 42), ("/tmp", "01777", 0, 0),
                                    ("/root", "0700", 0, 0), ("/usr/bin/chage", "02755", 0, 42)):
        text = systemdisk.stat(fs, path)
        assert re.search(rf"Mode: +{mode} ", text) and re.search(rf"User: +{user} +Group: +{group} ", text), path
