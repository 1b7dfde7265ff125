"""Power cuts under a workload (tests/powercut): what was synced is there when e2fsck -p is done, and
nothing else was touched. `make power-cuts` makes 200 of them."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "powercut"))
import run as power_cuts  # noqa: E402
import writelog  # noqa: E402


@pytest.mark.parametrize("seed", range(1, 21))
def test_power_cut(seed):
    """A machine killed, and cuts of what its drive's cache held (seeds of all kinds of ext2)."""
    assert power_cuts.run(seed) is None


def test_replay_of_the_log(tmp_path):
    """What a cut may leave: all before the last flush, of the rest whole blocks or nothing."""
    import random  # pylint: disable=import-outside-toplevel
    entry = writelog.Entry
    log = [entry(0, b"a" * 1024, False), entry(0, b"", True), entry(2, b"b" * 2048, False),
           entry(4, b"c" * 512, False)]
    seen = set()
    for i in range(400):
        image = bytes(writelog.after_cut(bytes(4096), log, 4, random.Random(i), 1024, 0))
        assert image[:1024] == b"a" * 1024 and image[3072:] == bytes(1024)
        assert image[1024:2048] in (bytes(1024), b"b" * 1024)
        seen.add((image[1024:1025], image[2048:2049], image[2560:2561]))
    z, b, c = b"\0", b"b", b"c"
    # The second block: untouched, the first write alone, the second alone, both in either order.
    assert {s[1:] for s in seen} == {(z, z), (b, b), (c, z), (c, b)}
    assert {s[0] for s in seen} == {z, b}
    assert writelog.read("/dev/null") == []
    # Without the flush nothing is promised.
    log[1].flush = False
    images = {bytes(writelog.after_cut(bytes(4096), log[:2], 2, random.Random(i), 1024, 0))[:1]
              for i in range(50)}
    assert images == {z, b"a"}
