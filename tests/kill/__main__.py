"""`python -m tests.kill`: kills Home Assistant again and again; the truth must survive."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
import shutil
import sys
from tempfile import mkdtemp
import time
from typing import Final

from tests.demo import compare, expected, found
from tests.demo.client import new_owner
from tests.demo.errors import DemoError
from tests.demo.home_assistant import LOG, free_port, home_assistant
from tests.demo.report import say
from tests.demo.set_up import SYSTEM, set_up
from tests.program import at_least, run
from tests.simulator import Clock, Outage, Simulator, World

from .life import let_a_day_pass, life, signed_in
from .phases import Correction, FirstImport, Phase, Tail, Withdrawal
from .totals import broken_totals

_DAY: Final = 86_400
_PHASES: Final[tuple[type[Phase], ...]] = (
    FirstImport,
    Tail,
    Correction,
    Withdrawal,
)
# The clock of the services begins so long ago: new hours come much faster than they pass.
_BEHIND: Final = 60 * _DAY
# How long it may take until all is as it should be, in seconds.
_PATIENCE: Final = 90
# Once it is set up it needs nothing beside the recorder and somebody to speak to.
_CONFIGURATION: Final = """\
homeassistant:
  currency: GBP
  time_zone: Europe/London
recorder:
websocket_api:
"""
_NO_HISTORY: Final = ("/timeseries/data", "/meters/api/v1/meter/")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/kill-test",
        description="Kill a real Home Assistant at random moments of the first import, of "
        "the following of new hours, and of corrections of the past; then compare every "
        "hour of every statistic with the truth.",
    )
    parser.add_argument(
        "--kills",
        type=at_least(len(_PHASES)),
        default=20,
        help="how many altogether, at least one in each phase (%(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed, other moments (%(default)s)"
    )
    parser.add_argument(
        "--days", type=int, default=100, help="days of history (%(default)s)"
    )
    return parser.parse_args(arguments)


async def _kill_test(options: argparse.Namespace, folder: Path) -> list[str]:
    """Go through all phases; return a line for everything that is wrong."""
    random = Random(options.seed)
    clock = Clock(time.time() - _BEHIND)
    world = World.small(days=options.days, seed=options.seed, now=clock)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    findings: list[str] = []
    async with Simulator(world) as simulator:
        token = await _set_up(simulator, folder, port)
        for kind, kills in zip(_PHASES, shares(options.kills), strict=True):
            phase = kind(simulator, clock, folder, random)
            amid = torn = 0
            for number in range(kills):
                amid += await phase.kill_once(number)
                torn += broken_totals(folder) > 0
            wrong = await _differences(simulator, folder, url, token)
            say(
                f"{kills} kills during the {phase.name}, {amid} amid its writes, {torn} "
                f"that left totals not yet moved: {len(wrong)} differences at the end."
            )
            findings += [f"After the {phase.name}: {finding}" for finding in wrong]
            if not amid:
                findings.append(f"No kill came amid the writes of the {phase.name}")
    return findings


def shares(kills: int) -> Iterator[int]:
    """Divide the kills among the phases; what does not divide goes to the last ones."""
    for place in range(len(_PHASES)):
        yield (kills + place) // len(_PHASES)


async def _set_up(simulator: Simulator, folder: Path, port: int) -> str:
    """Set the integration up, without any history yet; return the owner's token."""
    simulator.faults.add(*(Outage(path_contains=path) for path in _NO_HISTORY))
    async with home_assistant(folder, port) as url, new_owner(url) as home:
        await set_up(home, simulator.world, simulator.url)
        token: str = await home.command(
            "auth/long_lived_access_token", client_name="kill test", lifespan=1
        )
    simulator.faults.clear()
    (folder / "configuration.yaml").write_text(_CONFIGURATION)
    return token


async def _differences(
    simulator: Simulator, folder: Path, url: str, token: str
) -> list[str]:
    """Let Home Assistant live on until all is right, and return what does not become so."""
    world = simulator.world
    truth = expected.statistics(world, simulator.url, SYSTEM)
    deadline = time.monotonic() + _PATIENCE
    let_a_day_pass(folder)
    async with life(folder) as process, signed_in(process, url, token) as home:
        while True:
            rows = await found.statistics(home)
            findings = list(compare.compare_statistics(truth, rows))
            if not findings or time.monotonic() > deadline:
                break
            await asyncio.sleep(1)
    if broken := broken_totals(folder):
        findings.append(f"{broken} totals do not follow from the hours")
    findings += compare.log_findings((folder / LOG).read_text())
    return findings


async def _main(options: argparse.Namespace) -> int:
    """Run the test; return the exit code."""
    started = time.monotonic()
    with _folder() as folder:
        try:
            findings = await _kill_test(options, folder / "config")
        except DemoError as error:
            findings = [str(error)]
        except TimeoutError:
            findings = ["Home Assistant did not ask for any history"]
        for finding in findings:
            say(finding)
        if not findings:
            shutil.rmtree(folder)
    say(
        f"{options.kills} kills in {time.monotonic() - started:.0f} s with seed "
        f"{options.seed}: {len(findings)} findings."
    )
    return 1 if findings else 0


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder, and name it where it is still there at the end, whatever ends it."""
    folder = Path(mkdtemp(prefix="heatpump-insight-"))
    try:
        yield folder
    finally:
        if folder.exists():
            say(f"What Home Assistant left is in {folder}.")


if __name__ == "__main__":
    sys.exit(run(lambda: asyncio.run(_main(_options(sys.argv[1:])))))
