import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from vm.fixtures import busybox_initrd, machine  # noqa: E402,F401
