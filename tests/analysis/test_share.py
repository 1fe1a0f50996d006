"""The heat pump's share of the house's electricity, and whether it can be true."""

from collections.abc import Callable
from datetime import UTC
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.hours import HOUR
from custom_components.heatpump_insight.analysis.share import HouseShare, house_share

LONDON = ZoneInfo("Europe/London")
WEEK = 7 * 24
WINTER = 1_736_121_600  # 2025-01-06, 00:00 UTC
SUMMER = 1_751_238_000  # 2025-06-30, 00:00 in London

energies = st.lists(st.floats(0, 10), max_size=200)


def week(energy: Callable[[int], float], start: int = WINTER) -> dict[int, float]:
    """Return the kWh of a week's hours, told by the hour of the day in UTC."""
    return {start + k * HOUR: energy((start // HOUR + k) % 24) for k in range(WEEK)}


def share_of(
    heat_pump: Callable[[int], float],
    meter: Callable[[int], float],
    *,
    start: int = WINTER,
    has_own_supply: bool = False,
) -> HouseShare:
    """Return a week's share."""
    return house_share(
        week(heat_pump, start),
        week(meter, start),
        LONDON,
        has_own_supply=has_own_supply,
    )


# The figures.


def test_the_share_is_a_ratio_of_sums_and_the_rest_is_the_base_load() -> None:
    found = house_share({0: 3.0, 1: 1.0}, {0: 5.0, 1: 5.0}, UTC)
    assert found.share == pytest.approx(0.4)
    assert found.base_load == pytest.approx(6)
    assert (found.imported, found.own) == (10, 0)


def test_the_homes_own_supply_belongs_to_the_house() -> None:
    found = house_share({0: 3.0, 1: 1.0}, {0: 1.0, 1: 5.0}, UTC)
    assert (found.own, found.house) == (2, 8)
    assert found.share == pytest.approx(0.5)
    assert found.base_load == pytest.approx(4)


def test_only_hours_that_both_meters_know_count() -> None:
    found = house_share({0: 3.0, HOUR: 1.0}, {HOUR: 2.0, 2 * HOUR: 9.0}, UTC)
    assert (found.heat_pump, found.imported, found.always.hours) == (1, 2, 1)


def test_a_house_without_electricity_has_no_share() -> None:
    assert house_share({}, {}, UTC).share is None
    assert house_share({0: 0.0}, {0: 0.0}, UTC).share is None


@given(heat_pump=energies, meter=energies)
def test_heat_pump_and_base_load_make_up_the_house(
    heat_pump: list[float], meter: list[float]
) -> None:
    found = house_share(
        {k * HOUR: energy for k, energy in enumerate(heat_pump)},
        {k * HOUR: energy for k, energy in enumerate(meter)},
        UTC,
    )
    assert found.base_load >= 0
    assert found.heat_pump + found.base_load == pytest.approx(found.house)
    assert found.share is None or 0 <= found.share <= 1
    assert found.dark.beyond <= found.always.beyond <= found.always.hours


# Whether they can be true.


def test_a_heat_pump_below_the_import_is_plausible() -> None:
    found = share_of(lambda hour: 1.5, lambda hour: 1.8)
    assert found.is_implausible is False


def test_a_heat_pump_above_the_import_day_and_night_is_implausible() -> None:
    found = share_of(lambda hour: 1.5, lambda hour: 0.4)
    assert found.is_implausible is True
    assert (found.always.beyond, found.dark.beyond) == (WEEK, 7 * 6)


def test_meters_that_differ_by_a_little_are_plausible() -> None:
    found = share_of(lambda hour: 1.5, lambda hour: 1.4)
    assert found.always.beyond == 0


def test_a_heat_pump_above_the_import_while_the_sun_shines_is_plausible() -> None:
    found = share_of(lambda hour: 1.5, lambda hour: 0.0 if 9 <= hour < 16 else 1.9)
    assert found.always.beyond == 7 * 7
    assert found.is_implausible is False


def test_a_heat_pump_above_the_import_at_night_is_implausible() -> None:
    found = share_of(
        lambda hour: 1.5, lambda hour: 0.4 if hour < 6 or hour >= 22 else 2.5
    )
    assert found.always.is_usual is False
    assert found.is_implausible is True


def test_a_heat_pump_that_rests_at_night_is_implausible_by_most_of_its_hours() -> None:
    found = share_of(lambda hour: 1.5 if 4 <= hour < 22 else 0.0, lambda hour: 0.4)
    assert found.dark.beyond == 0
    assert found.is_implausible is True


def test_night_is_told_by_the_local_clock() -> None:
    # In summer 21:00 to 03:00 of UTC.
    found = share_of(
        lambda hour: 1.5 if hour >= 21 or hour < 3 else 0.0,
        lambda hour: 0.4,
        start=SUMMER,
    )
    assert found.dark.beyond == found.dark.hours == found.always.beyond == 7 * 6


def test_a_battery_may_supply_a_heat_pump_at_night() -> None:
    found = share_of(lambda hour: 1.5, lambda hour: 0.01, has_own_supply=True)
    assert found.is_implausible is False


def test_a_battery_does_not_explain_a_night_in_which_the_grid_was_needed() -> None:
    found = share_of(lambda hour: 1.5, lambda hour: 0.4, has_own_supply=True)
    assert found.is_implausible is True


def test_panels_explain_most_of_the_hours_if_not_the_night() -> None:
    found = share_of(
        lambda hour: 1.5,
        lambda hour: 0.4 if 5 <= hour < 20 else 1.9,
        has_own_supply=True,
    )
    assert found.always.is_usual is True
    assert found.is_implausible is False


def test_a_few_days_are_not_judged() -> None:
    heat_pump = {WINTER + k * HOUR: 1.5 for k in range(4 * 24)}
    meter = dict.fromkeys(heat_pump, 0.1)
    assert house_share(heat_pump, meter, LONDON).is_implausible is None


def test_days_whose_nights_are_missing_are_not_judged() -> None:
    heat_pump = {
        hour: energy
        for hour, energy in week(lambda hour: 1.5).items()
        if 4 * HOUR <= hour % (24 * HOUR) < 22 * HOUR
    }
    meter = dict.fromkeys(heat_pump, 0.1)
    assert len(heat_pump) > 5 * 24
    assert house_share(heat_pump, meter, LONDON).is_implausible is None
