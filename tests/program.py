"""What the long checks have in common: options of a least value, and an end in good order."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from multiprocessing import active_children
import signal
import sys
from types import FrameType
from typing import Final

_ENDS: Final = (signal.SIGTERM, signal.SIGHUP)


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads an option's number, and refuses one that is less."""

    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise ArgumentTypeError(f"must be at least {least}")
        return value

    return number


def run(program: Callable[[], int]) -> int:
    """Run a program and return its exit code; SIGTERM and SIGHUP end it as Ctrl-C does.

    So everything is closed on the way, in a coroutine as well. No child that
    multiprocessing started outlives the program, however it ends.
    """
    ended_by = signal.SIGINT

    def end(number: int, _: FrameType | None) -> None:
        nonlocal ended_by
        ended_by = signal.Signals(number)
        # Some send it twice; the second one must not cut the closing short.
        for each in _ENDS:
            signal.signal(each, signal.SIG_IGN)
        signal.raise_signal(signal.SIGINT)

    # A shell lets what it starts in the background ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in _ENDS:
        # As it is where nohup started this, and should stay.
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, end)
    try:
        return program()
    except KeyboardInterrupt:
        sys.stderr.write(f"Ended by {ended_by.name}.\n")
        return 128 + ended_by
    finally:
        for child in active_children():
            child.kill()
            child.join()
