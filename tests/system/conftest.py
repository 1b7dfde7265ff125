import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from vm.fixtures import busybox_initrd, machine  # noqa: E402,F401
from vm.late import pytest_runtest_logreport, pytest_sessionfinish  # noqa: E402,F401
