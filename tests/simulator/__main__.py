"""Runs the simulator by itself: ``python -m tests.simulator --port 8765``.

Faults are given as ``--fault 'Name;field=value;…'``, where a value is JSON, plain text
or a moment such as ``now+600``:

    --fault 'Outage;service=powershaper;start=now+60;end=now+600'
    --fault 'MonitorDark;system_id=204;start=now-86400;end=now-43200'
"""

import argparse
import asyncio
import contextlib
import json
import re
import sys
from typing import Any

from . import data_faults, faults
from .server import Simulator
from .world import World

_MOMENT = re.compile(r"now([+-]\d+)?")


def parse_fault(text: str, now: float) -> Any:
    """Return the fault of either kind that a text describes."""
    name, *fields = text.split(";")
    kind = getattr(faults, name, None) or getattr(data_faults, name)
    given: dict[str, Any] = {}
    for field in fields:
        key, _, value = field.partition("=")
        given[key] = _parse_value(value, now)
    return kind(**given)


def _parse_value(text: str, now: float) -> Any:
    """Return the value of a fault's field."""
    if moment := _MOMENT.fullmatch(text):
        return now + int(moment[1] or 0)
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    return tuple(value) if isinstance(value, list) else value


def describe(simulator: Simulator) -> str:
    """Return what a client needs to know of a running simulator."""
    world = simulator.world
    lines = [f"url       {simulator.url}"]
    lines += [f"token     {token}" for token in world.tokens]
    lines += [f"meter     {consent} {kind}" for consent, kind in world.meters]
    lines += [
        f"system    {system.id} {'public' if system.public else 'private'}"
        + (f", read key {system.read_key}" if system.read_key else "")
        for system in world.systems.values()
    ]
    lines += [
        f"account   {account.username} / {account.password}"
        for account in world.accounts.values()
    ]
    return "\n".join([*lines, ""])


async def run(options: argparse.Namespace) -> None:
    """Serve a world until it is interrupted."""
    make = World.small if options.small else World.demo
    world = make(days=options.days, seed=options.seed)
    simulator = Simulator(world, port=options.port)
    for text in options.fault:
        fault = parse_fault(text, world.now())
        if isinstance(fault, faults.Fault):
            simulator.faults.add(fault)
        else:
            world.add(fault)
    async with simulator:
        sys.stdout.write(describe(simulator))
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--days", type=int, default=400, help="of history")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="one home, no fleet")
    parser.add_argument("--fault", action="append", default=[], help="see above")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
