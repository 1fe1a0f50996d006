"""`python -m tests.soak`: lets simulated homes live, and compares every hour."""

import argparse
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from time import monotonic

from tests.program import at_least, run

from .life import Outcome, live
from .processes import Lost, apart
from .schedule import draw


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Simulated homes live for weeks under faults that a seed draws; then "
        "every hour of every statistic is compared with what must be there.",
    )
    parser.add_argument(
        "--seeds", type=at_least(1), default=200, help="how many homes (%(default)s)"
    )
    parser.add_argument(
        "--first-seed", type=int, default=1, help="the first one's seed (%(default)s)"
    )
    parser.add_argument(
        "--days",
        type=at_least(1),
        default=60,
        help="how long they live (%(default)s)",
    )
    parser.add_argument(
        "--replay", type=int, metavar="SEED", help="this one home, with its schedule"
    )
    parser.add_argument(
        "--jobs",
        type=at_least(1),
        default=os.cpu_count() or 1,
        help="how many at once (as many as cores)",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=15,
        help="how long a life may take (%(default)s)",
    )
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def told(outcome: Outcome, days: int, *, with_schedule: bool) -> Iterator[str]:
    """Tell of a home: what differs and what befell it, or that all is right."""
    if outcome.findings or with_schedule:
        yield from draw(outcome.seed, days).lines()
    if not outcome.findings:
        yield f"seed {outcome.seed}: {outcome.hours} hours, no difference"
        return
    for finding in outcome.findings:
        for line in finding.splitlines():
            yield f"  ! {line}"
    first = outcome.findings[0].partition("\n")[0]
    yield f"seed {outcome.seed}: {len(outcome.findings)} differences, the first: {first}"
    yield f"  again: scripts/soak --replay {outcome.seed} --days {days}"


def summed_up(outcomes: Sequence[Outcome]) -> tuple[str, int]:
    """Return the last line, and the exit code; to have compared nothing is a failure."""
    hours = sum(outcome.hours for outcome in outcomes)
    differences = sum(len(outcome.findings) for outcome in outcomes)
    counted = f"{hours:,}".replace(",", " ")
    line = f"{len(outcomes)} seeds, {counted} hours compared, {differences} differences"
    return line, 0 if hours and not differences else 1


def _outcomes(
    seeds: range, options: argparse.Namespace, folder: str
) -> Generator[Outcome]:
    """Let each seed live; one that does not come to its end differs by that."""
    live_seed = partial(live, days=options.days, folder=Path(folder))
    lives = apart(live_seed, seeds, jobs=options.jobs, seconds=options.minutes * 60)
    with closing(lives):
        for seed, outcome in lives:
            if isinstance(outcome, Lost):
                yield Outcome(seed=seed, hours=0, findings=(outcome.how,))
            else:
                yield outcome


def main(arguments: Sequence[str]) -> int:
    """Let all homes live; return the exit code."""
    started = monotonic()
    options = _options(arguments)
    replay: int | None = options.replay
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    if replay is not None:
        seeds = range(replay, replay + 1)
    outcomes = []
    # Here it is removed even where a process dies; nobody lives in it any more.
    with (
        TemporaryDirectory(prefix="heatpump-insight-") as folder,
        closing(_outcomes(seeds, options, folder)) as lives,
    ):
        for outcome in lives:
            outcomes.append(outcome)
            for line in told(outcome, options.days, with_schedule=replay is not None):
                _say(line)
    last, code = summed_up(outcomes)
    _say(f"{monotonic() - started:.0f} s, {options.jobs} at once")
    _say(last)
    return code


if __name__ == "__main__":
    sys.exit(run(lambda: main(sys.argv[1:])))
