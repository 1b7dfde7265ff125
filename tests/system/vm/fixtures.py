"""fixtures - pytest's fixtures that every folder of tests with machines has."""
import pytest

from . import initramfs


@pytest.fixture
def machine():
    """machine(Qemu, kernel=..., ...) starts an emulator that ends with the test."""
    started = []

    def start(kind, *args, **kwargs):
        vm = kind(*args, **kwargs)
        started.append(vm)
        return vm

    yield start
    for vm in started:
        vm.close()
    complaints = [line for vm in started for line in vm.complaints()]
    assert not complaints, complaints


@pytest.fixture(scope="session")
def busybox_initrd(tmp_path_factory):
    return initramfs.busybox_archive().write(tmp_path_factory.mktemp("initrd") / "busybox.cpio.gz")
