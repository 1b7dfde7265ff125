import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from vm import initramfs  # noqa: E402
from vm.fixtures import machine  # noqa: E402,F401


@pytest.fixture(scope="session")
def busybox_initrd(tmp_path_factory):
    return initramfs.busybox_archive().write(tmp_path_factory.mktemp("initrd") / "busybox.cpio.gz")
