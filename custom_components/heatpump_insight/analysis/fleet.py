"""The published fleet: which systems may be compared, and where one stands among them.

The sample selects itself: who publishes does better than most. Say "among published
HeatpumpMonitor.org systems", never "among heat pumps".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import quantiles
from typing import Final

from ..api.heatpumpmonitor import Stats, System, Window
from .hours import DAY

AIR_SOURCE: Final = "Air Source"

ENOUGH: Final = 10
"""With fewer systems, neither a rank nor a percentile nor a line says anything."""

# A window must have more days of data than this: the service greys out the others. Over
# all time it is what the service asks for before it calls a COP a seasonal one.
_DAYS: Final[Mapping[Window, int]] = {
    Window.LAST_7: 5,
    Window.LAST_30: 27,
    Window.LAST_90: 72,
    Window.LAST_365: 330,
    Window.ALL: 290,
}
# SEPEMO boundary H4: every circulation pump and the backup heater are measured too.
_BOUNDARY: Final = 4
# Below, a plain electric heater does better; above, no heat pump gets over a day.
_LEAST_COP: Final = 1.0
_MOST_COP: Final = 8.0
# Percent of an ideal machine's COP. The best of the fleet reach 66; a row far beyond it
# has a broken sensor (one says 368).
_MOST_CARNOT: Final = 75.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A published system whose figures over one window may be trusted.

    `lift` is how far the flow is above the outside temperature (K, weighted by heat),
    `starts_per_hour` how often the compressor starts; None where not known.
    """

    system: System
    cop: float
    lift: float | None
    starts_per_hour: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a figure is spread over `n` systems: its percentiles, in its own unit."""

    n: int
    p10: float
    p25: float
    median: float
    p75: float
    p90: float


class Tier(StrEnum):
    """Systems that one is compared with, from the most alike to all."""

    MODEL = "model"
    MAKER = "maker"
    TYPE = "type"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a system stands in a tier of `n` systems, itself included.

    Rank 1 has the highest COP, and equal COPs share a rank. `percentile` is the percent
    of the others that it does better than; an equal one counts half.
    """

    tier: Tier
    n: int
    rank: int
    percentile: float


def fleet(rows: Iterable[tuple[System, Stats]], window: Window) -> tuple[Member, ...]:
    """Return the systems that may be compared over a window, of every type.

    They are published, with meters of the MID class that measure at boundary H4, do not
    cool, have enough days of data, and plausible figures. The service keeps the row of
    a system whose data stopped, so a member's window may be an old one.
    """
    return tuple(
        Member(
            system=system,
            cop=ratio,
            lift=stats.weighted_flow_minus_outside,
            starts_per_hour=stats.starts_per_hour,
        )
        for system, stats in rows
        if (ratio := _trusted_cop(system, stats, window)) is not None
    )


def air_source(members: Iterable[Member]) -> tuple[Member, ...]:
    """Return the members that draw their heat from outside air."""
    return tuple(each for each in members if each.system.kind == AIR_SOURCE)


def comparable_cop(stats: Stats, window: Window) -> float | None:
    """Return the COP of a window, None where it may not be compared.

    It may where it is of enough days, without cooling, and plausible.
    """
    if (
        stats.cooling.heat_kwh
        or (stats.combined.length_s or 0) <= _DAYS[window] * DAY
        or max(_carnot(stats), default=0) > _MOST_CARNOT
    ):
        return None
    # Where an immersion heater is metered the service counts it here, as heat and as
    # electricity, though not in the two energies.
    ratio = stats.combined.cop
    return ratio if ratio is not None and _LEAST_COP < ratio <= _MOST_COP else None


def _trusted_cop(system: System, stats: Stats, window: Window) -> float | None:
    """Return a member's COP over a window, None for who is no member."""
    if not (system.published and system.mid_metering and system.boundary == _BOUNDARY):
        return None
    return comparable_cop(stats, window)


def _carnot(stats: Stats) -> Iterator[float]:
    """Yield what is known of the share of an ideal machine's COP, in percent."""
    for share in (stats.weighted_carnot_percent, stats.combined.carnot_percent):
        if share is not None:
            yield share


def spread(values: Sequence[float]) -> Spread | None:
    """Return how values are spread, None where they are too few.

    The values are a sample: the k-th of n stands at k / (n + 1).
    """
    if len(values) < ENOUGH:
        return None
    twentieths = quantiles(values, n=20)
    return Spread(
        n=len(values),
        p10=twentieths[1],
        p25=twentieths[4],
        median=twentieths[9],
        p75=twentieths[14],
        p90=twentieths[17],
    )


def percentile(value: float, others: Sequence[float]) -> float:
    """Return the percent of at least one other value below `value`, equal ones half."""
    below = sum((other < value) + (other <= value) for other in others) / 2
    return 100 * below / len(others)


def standings(
    system: System, own_cop: float, members: Iterable[Member]
) -> tuple[Standing, ...]:
    """Return where a system stands in each tier with enough systems, the nearest first.

    It need not be a member itself. What it does not tell, such as its model, makes it
    like nobody.
    """
    others = [each for each in members if each.system.system_id != system.system_id]
    found: list[Standing] = []
    for tier, trait in _TRAITS.items():
        own = trait(system)
        if None in own:
            continue
        cops = [each.cop for each in others if trait(each.system) == own]
        if len(cops) + 1 >= ENOUGH:
            standing = Standing(
                tier=tier,
                n=len(cops) + 1,
                rank=1 + sum(other > own_cop for other in cops),
                percentile=percentile(own_cop, cops),
            )
            found.append(standing)
    return tuple(found)


type _Trait = tuple[str | float | None, ...]


def _type(system: System) -> _Trait:
    return (system.kind,)


def _maker(system: System) -> _Trait:
    return (*_type(system), plain(system.manufacturer))


def _model(system: System) -> _Trait:
    return (*_maker(system), plain(system.model), system.output_kw)


def plain(name: str | None) -> str | None:
    """Return a name without what people write differently: case, blanks, signs."""
    return "".join(filter(str.isalnum, (name or "").casefold())) or None


# What systems of a tier have in common; each tier lies within the next.
_TRAITS: Final[Mapping[Tier, Callable[[System], _Trait]]] = {
    Tier.MODEL: _model,
    Tier.MAKER: _maker,
    Tier.TYPE: _type,
    Tier.ALL: lambda _: (),
}
