"""`python -m tests.benchmark`: measures, shows every figure, and fails where one is missed."""

import argparse
from collections.abc import Callable, Iterator, Mapping
import json
import sys
import time
from typing import Final

from tests.demo.report import say
from tests.program import run

from .figures import Figure, figure_table
from .gauges import load
from .measure import Home, correction, first_import, parse, poll, restart, streets

_DAYS: Final = 1826
_QUICK_DAYS: Final = 365

# In this order: a correction changes what is stored.
_OF_A_HOME: Final[Mapping[str, Callable[[Home], Iterator[Figure]]]] = {
    "import": first_import,
    "poll": poll,
    "restart": restart,
    "parsing": parse,
    "correction": correction,
}
_SCALE: Final = "scale"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark",
        description="Measures the integration in a real Home Assistant; ends with 1 "
        "where a limit is not kept.",
    )
    parser.add_argument("--json", action="store_true", help="print for machines")
    parser.add_argument(
        "--only",
        metavar="NAME",
        action="append",
        choices=[*_OF_A_HOME, _SCALE],
        help=f"one of {', '.join([*_OF_A_HOME, _SCALE])}; may be given several times",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a year of history instead of five"
    )
    return parser.parse_args()


def _figures(wanted: list[str], days: int) -> Iterator[Figure]:
    """Yield the figures that are wanted."""
    of_a_home = [measure for name, measure in _OF_A_HOME.items() if name in wanted]
    if of_a_home:
        with Home.prepared(days) as home:
            for measure in of_a_home:
                yield from measure(home)
    if _SCALE in wanted:
        yield from streets()


def _main(options: argparse.Namespace) -> int:
    """Measure what is wanted and show it; return the exit code."""
    before, started = load(), time.monotonic()
    figures = tuple(
        _figures(
            options.only or [*_OF_A_HOME, _SCALE],
            _QUICK_DAYS if options.quick else _DAYS,
        )
    )
    is_reached = all(figure.is_reached for figure in figures)
    if options.json:
        found = {
            "figures": [figure.as_json() for figure in figures],
            "load": {"before": before, "after": load()},
            "reached": is_reached,
        }
        say(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        say(figure_table(figures))
        say(
            f"\nMeasured in {time.monotonic() - started:.0f} s. Processes that wanted to "
            f"run, on average of 1, 5 and 15 minutes: {before} before, {load()} after."
        )
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(run(lambda: _main(_arguments())))
