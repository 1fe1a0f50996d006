"""`python -m tests.soak`: lets simulated homes live, and compares every hour."""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
import os
import sys

from .life import Outcome, live
from .schedule import draw


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Simulated homes live for weeks under faults that a seed draws; then "
        "every hour of every statistic is compared with what must be there.",
    )
    parser.add_argument(
        "--seeds", type=int, default=200, help="how many homes (%(default)s)"
    )
    parser.add_argument(
        "--first-seed", type=int, default=1, help="the first one's seed (%(default)s)"
    )
    parser.add_argument(
        "--days", type=int, default=60, help="how long they live (%(default)s)"
    )
    parser.add_argument(
        "--replay", type=int, metavar="SEED", help="this one home, with its schedule"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="how many at once (as many as cores)",
    )
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell(outcome: Outcome, days: int, *, with_schedule: bool) -> None:
    """Tell of a home: what differs and what befell it, or that all is right."""
    if outcome.findings or with_schedule:
        for line in draw(outcome.seed, days).lines():
            _say(line)
    for finding in outcome.findings:
        _say(f"  ! {finding}")
    if not outcome.findings:
        _say(f"seed {outcome.seed}: {outcome.hours} hours, no difference")


def _outcomes(seeds: range, days: int, jobs: int) -> Iterator[Outcome]:
    """Let each seed live, in processes of their own where there are several."""
    live_seed = partial(live, days=days)
    if len(seeds) == 1:
        yield live_seed(seeds[0])
        return
    # A process is renewed now and then: Home Assistant is not made to be left.
    with ProcessPoolExecutor(
        min(jobs, len(seeds)), mp_context=get_context("spawn"), max_tasks_per_child=20
    ) as pool:
        yield from pool.map(live_seed, seeds)


def _main(options: argparse.Namespace) -> int:
    """Let all homes live; return the exit code."""
    replay: int | None = options.replay
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    if replay is not None:
        seeds = range(replay, replay + 1)
    hours = differences = 0
    for outcome in _outcomes(seeds, options.days, options.jobs):
        _tell(outcome, options.days, with_schedule=replay is not None)
        hours += outcome.hours
        differences += len(outcome.findings)
    counted = f"{hours:,}".replace(",", " ")
    _say(f"{len(seeds)} seeds, {counted} hours compared, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(_main(_arguments()))
