"""Where things are. OLDIRON_BUILD names the build folder when it is not build/ of this tree."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("OLDIRON_BUILD", ROOT / "build")).resolve()
LOGS = BUILD / "logs"
CACHE = pathlib.Path(os.environ.get("OLDIRON_CACHE", pathlib.Path.home() / ".cache" / "oldiron"))


def artefact(name):
    """A file that the build must have made; a missing one is a failure, not a reason to skip."""
    path = BUILD / name
    if not path.is_file():
        raise AssertionError(f"{path} does not exist: build it first (make)")
    return path
