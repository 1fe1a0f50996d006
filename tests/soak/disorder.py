"""Rows in another order and more than once, and values that cannot be, for a while."""

from dataclasses import dataclass, replace
from random import Random
from typing import override

from aiohttp import web
import orjson

from tests.simulator.answers import JSON, Answer
from tests.simulator.data_faults import AbsurdSamples, AbsurdUsage, Readings
from tests.simulator.faults import Fault, plain

type Json = dict[str, Json] | list[Json] | str | float | bool | None


@dataclass(slots=True, kw_only=True)
class Disordered(Fault):
    """Every list of rows comes in any order, and some of its rows come twice."""

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Answer as the service does, with its rows out of order."""
        if answer.content_type != JSON:
            return plain(answer)
        mixed = disordered(orjson.loads(answer.body), Random(now))
        return plain(replace(answer, body=orjson.dumps(mixed)))


def disordered(value: Json, dice: Random) -> Json:
    """Return an answer whose rows, the objects and lists in a list, are out of order."""
    match value:
        case dict():
            return {key: disordered(each, dice) for key, each in value.items()}
        case list() if all(isinstance(each, dict | list) for each in value):
            twice = [each for each in value if dice.random() < 0.1]
            return dice.sample([*value, *twice], len(value) + len(twice))
        case _:
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsurdSamplesForAWhile(AbsurdSamples):
    """Samples hold a value that cannot be, until they are set right."""

    righted: float

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when the first one is there, and when they are set right."""
        return (self.start, self.righted)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsurdUsageForAWhile(AbsurdUsage):
    """Half-hours hold a value that cannot be, until they are set right."""

    righted: float

    @override
    def apply(self, readings: Readings, now: float) -> None:
        """Write the value into the span."""
        if now < self.righted:
            super().apply(readings, now)
