"""fixtures - pytest's fixtures that every folder of tests with machines has."""
import pytest


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
