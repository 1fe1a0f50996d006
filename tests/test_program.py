"""The long checks refuse what cannot be, and end in good order."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
import signal
import subprocess
import sys

import pytest

from .program import at_least

REPOSITORY = Path(__file__).parents[1]
# A signal that comes just before it would wait forever is not lost on it.
START = """
import signal, sys, time
from tests.program import run
def wait():
    print("ready", flush=True)
    while True:
        time.sleep(0.01)
"""
SYNCHRONOUS = f"""{START}def program():
    try:
        wait()
    finally:
        signal.raise_signal(signal.SIGTERM)
        print("closed", flush=True)
sys.exit(run(program))
"""
COROUTINE = f"""{START}import asyncio
async def program():
    try:
        print("ready", flush=True)
        await asyncio.Event().wait()
    finally:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0.01)
        print("closed", flush=True)
sys.exit(run(lambda: asyncio.run(program())))
"""
WAITING = f"""{START}
sys.exit(run(wait))
"""
PARENT = f"""{START}from multiprocessing import get_context
def program():
    child = get_context("fork").Process(target=time.sleep, args=(600,))
    child.start()
    print(child.pid, flush=True)
    wait()
sys.exit(run(program))
"""


def ended(
    source: str, numbers: Iterable[signal.Signals], *before: str
) -> tuple[int, list[str], str]:
    """Send a program signals, and return its code, the lines it said, and its errors."""
    with subprocess.Popen(
        [*before, sys.executable, "-c", source],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        for number in numbers:
            process.send_signal(number)
        try:
            out, errors = process.communicate(timeout=60)
        finally:
            process.kill()
        return process.returncode, [first.rstrip("\n"), *out.splitlines()], errors


@pytest.mark.parametrize("source", [SYNCHRONOUS, COROUTINE])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_a_program_close_what_is_open(
    source: str, number: signal.Signals
) -> None:
    code, lines, errors = ended(source, [number])
    assert lines == ["ready", "closed"]
    assert errors == f"Ended by {number.name}.\n"
    assert code == 128 + number


def test_ctrl_c_reaches_a_program_that_a_shell_started_in_the_background() -> None:
    ignoring = ("env", "--ignore-signal=INT")
    code, _, errors = ended(WAITING, [signal.SIGINT], *ignoring)
    assert (code, errors) == (130, "Ended by SIGINT.\n")


def test_a_program_outlives_the_terminal_it_was_to_outlive() -> None:
    ignoring = ("env", "--ignore-signal=HUP")
    code, _, _ = ended(WAITING, [signal.SIGHUP, signal.SIGTERM], *ignoring)
    assert code == 128 + signal.SIGTERM


def test_no_child_outlives_a_program() -> None:
    code, (child, *_), _ = ended(PARENT, [signal.SIGTERM])
    assert code == 128 + signal.SIGTERM
    assert not Path("/proc", child).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "must be at least 1"),
        ("-3", "must be at least 1"),
        ("x", "invalid number"),
    ],
)
def test_a_number_that_is_too_small_is_refused(
    text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = ArgumentParser()
    parser.add_argument("--jobs", type=at_least(1))
    assert parser.parse_args(["--jobs", "1"]).jobs == 1
    with pytest.raises(SystemExit):
        parser.parse_args(["--jobs", text])
    assert said in capsys.readouterr().err
