"""A measurement has a process of its own, which ends with the benchmark."""

from pathlib import Path
import signal
import subprocess
import sys

REPOSITORY = Path(__file__).parents[2]
ENDED_AMID_A_MEASUREMENT = """
import asyncio, os, signal, sys, time
from multiprocessing import active_children
from threading import Thread
from tests.benchmark.apart import apart
from tests.program import run

def end_amid():
    while not (found := active_children()):
        time.sleep(0.01)
    print(found[0].pid, flush=True)
    # Until it is begun it is no measurement.
    time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)

Thread(target=end_amid).start()
sys.exit(run(lambda: apart(asyncio.sleep, 600)))
"""


def test_a_measurement_that_nobody_wants_any_more_is_not_waited_for() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDED_AMID_A_MEASUREMENT],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 128 + signal.SIGTERM
    assert not Path("/proc", ended.stdout.strip()).exists()
