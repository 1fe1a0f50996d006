"""`python -m tests.browser`: does what a user does, and looks at what is shown."""

import argparse
import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
import shutil
import sys
import time
from typing import Final

from playwright.async_api import Error

from tests.demo.client import PASSWORD, USER, new_owner
from tests.demo.errors import DemoError
from tests.demo.home_assistant import LOG, free_port, home_assistant
from tests.demo.report import say
from tests.program import run
from tests.simulator import Clock, Simulator, World

from .chromium import Window, window
from .errors import BrowserError
from .failure import keep_failure
from .journeys import STEPS
from .pictures import Album
from .screen import Screen
from .steps import Step, chosen
from .visit import Visit
from .watch import Watch

_FOLDER: Final = Path(__file__).parents[2] / ".browser"
_HOME: Final = _FOLDER / "home"
_FAILURE: Final = _FOLDER / "failure"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/test-browser",
        description="A real Home Assistant and both services, simulated, are used in a "
        "real browser as a person does. Pictures of each step are kept in .browser, and "
        "where a step fails, the page and the logs too.",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="a step, with those that it needs; may be given several times",
    )
    parser.add_argument("--list", action="store_true", help="list the steps, and end")
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="FOLDER",
        help="keep the pictures that the documentation shows in this folder",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="let Home Assistant run on after the steps, to look around",
    )
    parser.add_argument(
        "--headed", action="store_true", help="show the browser's window"
    )
    parser.add_argument(
        "--days", type=int, default=400, help="days of history (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed is another home (%(default)s)"
    )
    return parser.parse_args()


async def _visit(options: argparse.Namespace, steps: list[Step]) -> bool:
    """Start everything, take the steps, and return whether nothing was wrong."""
    # The truth does not grow while it is compared, but lives on where somebody looks around.
    now = time.time if options.keep else Clock(time.time())
    world = World.demo(days=options.days, seed=options.seed, now=now)
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(Simulator(world))
        url = await stack.enter_async_context(home_assistant(_HOME, free_port()))
        async with new_owner(url) as home:
            token = await home.command(
                "auth/long_lived_access_token", client_name="browser", lifespan=1
            )
        shown = await stack.enter_async_context(
            window(url, token, headless=not options.headed)
        )
        visit = Visit(
            screen=Screen(shown.page, url),
            album=Album(shown.page, _FOLDER / "steps", options.pictures),
            url=url,
            token=token,
            world=world,
            simulator=simulator,
            folder=_FOLDER,
        )
        watch = Watch(_HOME / LOG)
        is_right = await _take(steps, visit, shown, watch)
        if options.keep:
            say(f"Open {url} (user {USER}, password {PASSWORD}). Ctrl-C ends it.")
            await asyncio.Event().wait()
    # Only now, so that it tells of the stopping as well.
    return is_right and _is_well("the end", watch.findings())


async def _take(steps: list[Step], visit: Visit, shown: Window, watch: Watch) -> bool:
    """Take one step after the other; the first that fails is the last."""
    for step in steps:
        started = time.monotonic()
        watch.allow(step.logs)
        findings: list[str] = []
        try:
            await step.do(visit)
        except (AssertionError, BrowserError, DemoError, Error) as error:
            # The page itself is kept beside.
            findings.append(str(error).partition("\nAria snapshot:")[0])
        await visit.album.keep_step(step.name)
        findings += [str(each) for each in shown.complaints()]
        findings += watch.findings()
        if not _is_well(step.name, findings):
            await keep_failure(_FAILURE, shown.page, _HOME / LOG)
            say(f"See {_FAILURE.name} in {_FOLDER.name}.")
            return False
        say(f"{time.monotonic() - started:5.1f} s  {step.name}")
    return True


def _is_well(name: str, findings: list[str]) -> bool:
    """Print what is wrong; return whether nothing is."""
    if findings:
        say("\n".join([f"Wrong at {name!r}:", *findings]))
    return not findings


def main() -> int:
    """Take the steps that were asked for; return the exit code."""
    options = _arguments()
    try:
        steps = chosen(STEPS, options.only)
        if options.list:
            say("\n".join(step.name for step in steps))
            return 0
        _FOLDER.mkdir(exist_ok=True)
        for old in (_FAILURE, _FOLDER / "steps"):
            shutil.rmtree(old, ignore_errors=True)
        started = time.monotonic()
        is_right = asyncio.run(_visit(options, steps))
        say(f"{time.monotonic() - started:5.1f} s  in all")
    except (BrowserError, DemoError) as error:
        say(str(error))
        return 1
    say("All is as it should be." if is_right else "It failed.")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(run(main))
