"""Cells of the validation; machines are those of tests/system."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from vm.fixtures import machine  # noqa: E402,F401
