"""Runs jobs in processes of their own: one that dies takes no other along."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
import faulthandler
from functools import cache
import gc
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
import os
import signal
from time import monotonic
from traceback import format_exc
from typing import Any, Final

# So much of a traceback is told, in lines; all of it goes to the error output.
_LINES: Final = 5
# How long a process may take to say where it is, in seconds.
_LAST_WORDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Stands for the result of a process that gave none, and says how it ended."""

    how: str


def apart[A, T](
    job: Callable[[A], T], arguments: Iterable[A], *, jobs: int, seconds: float
) -> Generator[tuple[A, T | Lost]]:
    """Run a job for each argument, at most `jobs` at once, and yield what each returns.

    What ends first comes first. Who takes longer than so many seconds is ended, and so is
    who still runs when this is closed.
    """
    left = iter(arguments)
    running: dict[object, _Run[A, T]] = {}
    try:
        while True:
            for argument in islice(left, jobs - len(running)):
                run = _start(job, argument, seconds)
                running[run.receiver] = run
            if not running:
                return
            deadline = min(run.deadline for run in running.values())
            ready = wait(
                [run.receiver for run in running.values()],
                max(deadline - monotonic(), 0),
            )
            for receiver, run in tuple(running.items()):
                if receiver in ready:
                    yield run.argument, _result(run)
                elif run.deadline <= monotonic():
                    yield run.argument, _overdue(run, seconds)
                else:
                    continue
                del running[receiver]
    finally:
        for run in running.values():
            run.process.kill()
            run.process.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run[A, T]:
    """A job that runs: where its result comes from, and until when."""

    argument: A
    process: ForkServerProcess
    receiver: Connection[Any, T | Lost]
    deadline: float


@cache
def _server() -> ForkServerContext:
    """Return what forks: a process that has everything loaded, and does nothing else."""
    # It must have one thread, and numpy would start others.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    server = get_context("forkserver")
    server.set_forkserver_preload(["tests.soak.life"])
    return server


def _start[A, T](job: Callable[[A], T], argument: A, seconds: float) -> _Run[A, T]:
    receiver: Connection[Any, T | Lost]
    sender: Connection[T | Lost, Any]
    receiver, sender = _server().Pipe(duplex=False)
    process = _server().Process(
        target=_answer, args=(sender, job, argument), daemon=True
    )
    process.start()
    # Held by the process alone, it tells of its end as well.
    sender.close()
    # The first one waits for the server, which loads everything.
    return _Run(
        argument=argument,
        process=process,
        receiver=receiver,
        deadline=monotonic() + seconds,
    )


def _answer[A, T](
    sender: Connection[T | Lost, Any], job: Callable[[A], T], argument: A
) -> None:
    """Run a job, and send what it returns."""
    faulthandler.enable()
    # What was loaded before is never garbage.
    gc.freeze()
    try:
        result = job(argument)
    except Exception:
        last = format_exc().splitlines()[-_LINES:]
        sender.send(Lost(how="\n".join(("the process ended with", *last))))
        raise
    sender.send(result)


def _result[A, T](run: _Run[A, T]) -> T | Lost:
    """Return what a process sent, or how it ended without sending anything."""
    try:
        with run.receiver:
            return run.receiver.recv()
    except EOFError, OSError:
        run.process.join()
        code = run.process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        return Lost(how=f"the process ended with {how}")
    finally:
        run.process.join(_LAST_WORDS)
        run.process.kill()


def _overdue[A, T](run: _Run[A, T], seconds: float) -> Lost:
    """End a process that takes too long; it says where each of its threads is."""
    if run.process.pid is not None:
        os.kill(run.process.pid, signal.SIGABRT)
    run.process.join(_LAST_WORDS)
    run.process.kill()
    return Lost(how=f"the process lived longer than {seconds / 60:g} minutes")
