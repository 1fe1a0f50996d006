"""`python -m tests.demo`: shows the integration, or checks that all is as it should be."""

import argparse
import asyncio
from pathlib import Path
import signal
import sys
import time
from typing import Final

from tests.simulator import Clock, Simulator, World

from . import compare, expected, found
from .client import PASSWORD, USER, new_owner
from .errors import DemoError
from .home_assistant import LOG, free_port, home_assistant
from .report import entity_table, say, statistic_table
from .set_up import SYSTEM, all_known, set_up, wait_for_history

_FOLDER: Final = Path(__file__).parents[2] / ".demo"
# All together has to end within 5 minutes; this leaves time to stop everything.
_PATIENCE: Final = 240


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A real Home Assistant with the integration and both services, "
        "simulated, on this machine.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare everything with the simulator's truth, then end: "
        "0 when all is as it should be",
    )
    parser.add_argument(
        "--days", type=int, default=400, help="days of history (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed is another home (%(default)s)"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        help="port of Home Assistant; any that is free when not given",
    )
    return parser.parse_args()


async def _demo(options: argparse.Namespace) -> bool:
    """Start and show everything; a check ends, and returns whether all is right."""
    # A check wants a truth that does not grow while it is compared.
    now = Clock(time.time()) if options.check else time.time
    world = World.demo(days=options.days, seed=options.seed, now=now)
    async with (
        asyncio.timeout(_PATIENCE) as patience,
        Simulator(world) as simulator,
        home_assistant(_FOLDER, free_port(options.port)) as url,
        new_owner(url) as home,
    ):
        say(f"Home Assistant runs. Setting up with {options.days} days of history …")
        started = time.monotonic()
        await set_up(home, world, simulator.url)
        devices = expected.devices(world, simulator.url, SYSTEM)
        await wait_for_history(home, len(devices))
        say(f"The history was in after {time.monotonic() - started:.1f} s.")
        unknown = expected.may_be_unknown(world)
        entities = await all_known(home, devices, unknown)
        statistics = await found.statistics(home)
        say(f"\n{entity_table(entities)}\n\n{statistic_table(statistics)}\n")
        if not options.check:
            patience.reschedule(None)
            say(f"Open {url} (user {USER}, password {PASSWORD}). Ctrl-C ends it.")
            await asyncio.Event().wait()
        truth = expected.statistics(world, simulator.url, SYSTEM)
        findings = [
            *compare.compare_statistics(truth, statistics),
            *compare.compare_entities(devices, entities, unknown),
        ]
    # Only now, so that it tells of the stopping as well.
    findings += compare.log_findings((_FOLDER / LOG).read_text())
    return _tell(findings)


def _tell(findings: list[str]) -> bool:
    """Print what is wrong; return whether nothing is."""
    for finding in findings:
        say(finding)
    say(f"{len(findings)} faults found." if findings else "All is as it should be.")
    return not findings


async def _main(options: argparse.Namespace) -> int:
    """Run the demo until it ends or is ended by a signal; return the exit code."""
    demo = asyncio.create_task(_demo(options))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, demo.cancel)
    try:
        return 0 if await demo else 1
    except asyncio.CancelledError:
        say("\nEnded.")
        return 1 if options.check else 0
    except TimeoutError:
        say(f"Not ready after {_PATIENCE} s: see {_FOLDER.name}/{LOG}.")
        return 1
    except DemoError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(_arguments())))
