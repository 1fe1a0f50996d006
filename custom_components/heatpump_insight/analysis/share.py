"""The heat pump's share of the house's electricity, and whether it can be true."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from .supply import Hours, known_together

# From 22:00 to 04:00 the sun is down, or too low to count, all year round in Britain.
_DARK: Final = frozenset({22, 23, 0, 1, 2, 3})
# Two meters of one hour differ by this much without either being wrong.
_TOLERANCE_KWH: Final = 0.1
_TOLERANCE_SHARE: Final = 0.1
# An inverter that holds import at zero lets this much through.
_LEAK_KWH: Final = 0.02
# Less than five days may be odd ones.
_ENOUGH: Final = 5 * 24
_ENOUGH_DARK: Final = 5 * len(_DARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Of so many `hours`, those in which the heat pump used `beyond` what was imported."""

    hours: int
    beyond: int

    @property
    def is_usual(self) -> bool:
        """Tell whether that was so in most of the hours."""
        return 2 * self.beyond > self.hours


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseShare:
    """A period of a house and its heat pump, of the hours that both meters know.

    `heat_pump` and `imported` are kWh, `own` the kWh of the heat pump that import does not
    cover. `always` counts all hours and `dark` those without sun. `has_own_supply` says
    that the home is known to have panels or a battery.
    """

    heat_pump: float
    imported: float
    own: float
    always: Excess
    dark: Excess
    has_own_supply: bool

    @property
    def house(self) -> float:
        """Return the kWh of the house as far as the meters tell.

        What else than the heat pump ran on the home's own supply is seen by neither.
        """
        return self.imported + self.own

    @property
    def base_load(self) -> float:
        """Return the kWh of the house without the heat pump."""
        return max(self.house - self.heat_pump, 0.0)

    @property
    def share(self) -> float | None:
        """Return the heat pump's share of the house's electricity, 0 to 1."""
        return min(self.heat_pump / self.house, 1.0) if self.house else None

    @property
    def is_implausible(self) -> bool | None:
        """Tell whether a meter or the meaning of its stamps must be wrong.

        Nothing behind a meter uses more than the meter shows, unless the home supplies
        itself. The sun does not do so in most hours of the night, nor in most of all
        hours. A battery may, and where one is known only the night tells, by hours in
        which the grid was needed all the same. None with fewer hours than of five days.
        """
        if self.always.hours < _ENOUGH or self.dark.hours < _ENOUGH_DARK:
            return None
        return self.dark.is_usual or (self.always.is_usual and not self.has_own_supply)


def house_share(
    heat_pump: Hours, meter: Hours, zone: tzinfo, *, has_own_supply: bool = False
) -> HouseShare:
    """Return the heat pump's share of the house's electricity over the hours given.

    Both series are kWh. share = Σ heat pump / Σ house, where the house's hour is the larger
    of import and heat pump; base load = Σ house − Σ heat pump. `zone` is where night is.
    """
    hours = dict(known_together(heat_pump, meter))
    beyond = {
        hour
        for hour, (used, imported) in hours.items()
        if used > imported * (1 + _TOLERANCE_SHARE) + _TOLERANCE_KWH
        and not (has_own_supply and imported <= _LEAK_KWH)
    }
    dark = {hour for hour in hours if datetime.fromtimestamp(hour, zone).hour in _DARK}
    return HouseShare(
        heat_pump=sum(used for used, _ in hours.values()),
        imported=sum(imported for _, imported in hours.values()),
        own=sum(max(used - imported, 0.0) for used, imported in hours.values()),
        always=_excess(hours, beyond),
        dark=_excess(dark, beyond),
        has_own_supply=has_own_supply,
    )


def _excess(hours: Iterable[int], beyond: set[int]) -> Excess:
    hours = set(hours)
    return Excess(hours=len(hours), beyond=len(hours & beyond))
