"""loaders - choosing in the menus of the boot disks, over the serial line."""


def grub_menu(pc, key, timeout=30, serial=True):
    """An entry of the CD's menu by its key, with Oldiron's console on the serial line or on the screen."""
    pc.expect("Start from the first hard disk", timeout)
    if serial:
        pc.send("s")
        pc.expect("Rescue shell", timeout)
    pc.send(key)


def syslinux_prompt(pc, label, timeout=30):
    """A label of the floppy's."""
    pc.expect("boot: ", timeout)
    pc.send(f"{label}\r")
