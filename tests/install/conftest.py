"""The long tests of the installer; machines and helpers are those of tests/system."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from vm.fixtures import busybox_initrd, machine  # noqa: E402,F401
