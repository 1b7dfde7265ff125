"""A loaded host, on purpose: OLDIRON_STALL=150 stops every emulator at random moments, for up to so many milliseconds.

The guest's clock goes on meanwhile, so its timers are late, its interrupts come together and its threads are preempted in the
middle of anything: what happens once a month on an idle host shows in a run or two.
"""
import os
import random
import signal
import threading
import time

LONGEST = float(os.environ.get("OLDIRON_STALL", "0")) / 1000
PAUSE = 0.005, 0.2


def _stall(proc, longest):
    while proc.poll() is None:
        time.sleep(random.uniform(*PAUSE))
        proc.send_signal(signal.SIGSTOP)
        time.sleep(random.uniform(0.002, longest))
        proc.send_signal(signal.SIGCONT)


def begin(proc, longest=LONGEST):
    """Until the process ends."""
    if longest:
        threading.Thread(target=_stall, args=(proc, longest), daemon=True).start()
