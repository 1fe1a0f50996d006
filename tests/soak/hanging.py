"""Answers that never come, and the time that passes while they are waited for."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, override

from aiohttp import web

from tests.simulator.answers import Answer
from tests.simulator.faults import Fault, dropped

from .clock import Time

_LOOK_EVERY: Final = 0.1
# Longer than most requests are waited for.
_PASSES: Final = 35.0


@dataclass(slots=True, kw_only=True)
class Hanging(Fault):
    """The answer never comes; `waiting` requests wait for it at this moment."""

    waiting: int = 0

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Wait until the client goes."""
        self.waiting += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.waiting -= 1
        return await dropped(request)


async def pass_time(time: Time, faults: Iterable[Fault]) -> None:
    """Let time pass, again and again, while anything waits for what never comes."""
    hanging = [fault for fault in faults if isinstance(fault, Hanging)]
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if any(fault.waiting for fault in hanging):
            time.advance(_PASSES)
