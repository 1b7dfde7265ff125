"""The modules of Debian's Linux (vm.LinuxRef), with those they depend on."""
import pathlib
import re

from .qemu import linux_kernel

# The generic ones are asked for by name through the kernel's crypto interface, which no `depends=` tells.
EXT4_ON_IDE = ("crc32c_generic", "crct10dif_generic", "crc64_rocksoft_generic", "sd_mod", "ata_piix", "ext4")


def _depends(path):
    found = re.search(rb"\0depends=([^\0]*)\0", path.read_bytes())
    return [name.replace("-", "_") for name in found[1].decode().split(",") if name] if found else []


def in_order(folder, wanted):
    """The files below `folder`, each after those it depends on (their own `depends=`)."""
    files = {path.stem.replace("-", "_"): path for path in pathlib.Path(folder).rglob("*.ko")}
    order = {}

    def add(name):
        if name not in order:
            for other in _depends(files[name]):
                add(other)
            order[name] = files[name]

    for name in wanted:
        add(name)
    return list(order.values())


def of_linux(wanted):
    return in_order(pathlib.Path(linux_kernel()).parent / "modules", wanted)


def add_modules(archive, folder, wanted, place="modules"):
    """Into the archive's folder `place`: those files, and `list`, which names them in the order to load them."""
    files = in_order(folder, wanted)
    archive.folder(place)
    for path in files:
        archive.file(f"{place}/{path.name}", path.read_bytes(), 0o644)
    return archive.file(f"{place}/list", "".join(f"{path.name}\n" for path in files), 0o644)
