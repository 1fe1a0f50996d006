"""What a heat pump and its home's meter tell together of a day, a month and a year."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.boiler import Boiler
from custom_components.heatpump_insight.analysis.carbon import Intensities
from custom_components.heatpump_insight.analysis.hours import HOUR
from custom_components.heatpump_insight.analysis.insight import (
    LOOKS_BACK,
    Figures,
    Insight,
    JoinedHours,
    Sum,
    insight,
    last_whole_day,
)

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 27)
YESTERDAY = date(2026, 11, 26)
BOILER = Boiler(efficiency=0.8, gas_carbon=0.2, gas_price=0.08)


def midnight(day: date) -> int:
    """Return the unix second at which a day begins in London."""
    return int(datetime.combine(day, datetime.min.time(), LONDON).timestamp())


def hours_of(first: date, last: date, amount: float = 1.0) -> dict[int, float]:
    """Return the hours of some London days, all of one amount."""
    end = midnight(last + timedelta(days=1))
    return dict.fromkeys(range(midnight(first), end, HOUR), amount)


def home(last: date = YESTERDAY, days: int = 400) -> JoinedHours:
    """Return a home whose every hour is alike: COP 4, 200 g/kWh and 0.25 a kWh."""
    first = last - timedelta(days=days - 1)
    return JoinedHours(
        electricity=hours_of(first, last, 1.0),
        heat=hours_of(first, last, 4.0),
        carbon=hours_of(first, last, 0.2),
        cost=hours_of(first, last, 0.25),
        meter=hours_of(first, last, 2.0),
        meter_carbon=hours_of(first, last, 0.4),
    )


def of(hours: JoinedHours, today: date = TODAY, **kwargs: bool) -> Insight:
    """Return what the hours tell in London."""
    return insight(hours, today, LONDON, BOILER, **kwargs)


def told(total: Sum | None) -> tuple[float, int]:
    """Return the amount and the hours of a sum, which must be there."""
    assert total is not None
    return total.amount, total.hours


def periods(found: Insight) -> tuple[Figures, Figures, Figures]:
    """Return the figures of all three periods, which must be there."""
    day, month, year = found.yesterday, found.last_30_days, found.last_365_days
    assert day and month and year
    return day, month, year


# The periods.


def test_windows_end_with_the_last_whole_day() -> None:
    day, month, year = periods(of(home()))
    assert (day.first, day.last) == (YESTERDAY, YESTERDAY)
    assert (month.first, month.last) == (date(2026, 10, 28), YESTERDAY)
    assert (year.first, year.last) == (date(2025, 11, 27), YESTERDAY)


def test_sums_are_those_of_the_days_and_no_others() -> None:
    day, month, year = periods(of(home()))
    assert told(day.carbon) == pytest.approx((24 * 0.2, 24))
    assert told(month.cost) == pytest.approx((30 * 24 * 0.25, 30 * 24))
    assert told(year.carbon) == pytest.approx((365 * 24 * 0.2, 365 * 24))
    assert year.carbon is not None
    assert year.carbon.days == 365


def test_what_lies_around_a_period_does_not_count() -> None:
    hours = home(days=30)
    around = {midnight(TODAY): 1e6, midnight(date(2026, 10, 28)) - HOUR: 1e6}
    month = of(replace(hours, carbon={**hours.carbon, **around})).last_30_days
    assert month and month.carbon
    assert month.carbon.amount == pytest.approx(30 * 24 * 0.2)


@pytest.mark.parametrize(
    ("today", "hours"), [(date(2026, 10, 26), 25), (date(2026, 3, 30), 23)]
)
def test_a_day_on_which_the_clocks_change_is_longer_or_shorter(
    today: date, hours: int
) -> None:
    day, month, _ = periods(of(home(today - timedelta(days=1)), today))
    assert told(day.carbon) == pytest.approx((hours * 0.2, hours))
    assert month.carbon
    assert month.carbon.hours == 29 * 24 + hours


@pytest.mark.parametrize("late", ["meter", "meter_carbon", "carbon", "cost", "heat"])
def test_a_day_is_whole_only_when_every_side_is(late: str) -> None:
    hours = home()
    known = getattr(hours, late)
    last_hour = midnight(TODAY) - HOUR
    cut = {hour: amount for hour, amount in known.items() if hour != last_hour}
    day, month, _ = periods(of(replace(hours, **{late: cut})))
    before = YESTERDAY - timedelta(days=1)
    assert (day.last, month.last) == (before, before)


def test_a_side_that_has_been_silent_for_a_week_is_not_waited_for() -> None:
    """The cost does not stop with the consent for the meter."""
    long_ago = home(YESTERDAY - timedelta(days=7))
    hours = replace(
        home(),
        meter=long_ago.meter,
        meter_carbon=long_ago.meter_carbon,
        carbon=long_ago.carbon,
    )
    day, month, _ = periods(of(hours))
    assert day.last == YESTERDAY
    assert day.carbon is None
    assert told(day.cost) == pytest.approx((6, 24))
    assert month.carbon
    assert month.carbon.hours == 23 * 24


def test_a_side_that_was_heard_six_days_ago_is_waited_for() -> None:
    late = home(YESTERDAY - timedelta(days=6))
    found = of(replace(home(), meter=late.meter))
    assert found.yesterday
    assert found.yesterday.last == YESTERDAY - timedelta(days=6)


def test_without_a_whole_day_the_windows_end_with_the_calendars_yesterday() -> None:
    hours = home()
    holes = {
        hour: amount for hour, amount in hours.electricity.items() if hour % (24 * HOUR)
    }
    found = of(replace(hours, electricity=holes))
    assert found.yesterday is None
    assert found.last_30_days
    assert found.last_30_days.last == YESTERDAY
    assert found.last_30_days.cost


def test_nothing_known_is_nothing_told() -> None:
    found = of(JoinedHours())
    assert found.yesterday is None
    for figures in (found.last_30_days, found.last_365_days):
        assert figures
        known = {
            each.name: value
            for each in fields(figures)
            if (value := getattr(figures, each.name)) is not None
        }
        assert known.keys() == {"first", "last", "intensities"}
        assert figures.intensities == Intensities(heat_pump=None, house=None)
        assert figures.share_percent is None
        assert figures.base_load is None


def test_the_hours_of_a_year_and_a_week_are_enough() -> None:
    """They reach as far back as anything is looked at."""
    last = TODAY - timedelta(days=7)
    *_, year = periods(of(home(last)))
    assert (TODAY - year.first).days == LOOKS_BACK - 1


@given(st.sets(st.integers(0, 8 * 24 - 1)))
def test_the_last_whole_day_knows_every_hour_and_no_later_day_does(
    missing: set[int],
) -> None:
    first = TODAY - timedelta(days=8)
    known = hours_of(first, YESTERDAY)
    for k in missing:
        del known[midnight(first) + k * HOUR]
    found = last_whole_day([known], TODAY, LONDON)
    whole = [
        day for day in range(1, 8) if not missing & {*range(day * 24, (day + 1) * 24)}
    ]
    expected = first + timedelta(days=max(whole)) if whole else None
    assert found == expected


# The figures.


def test_the_carbon_of_heat_is_carbon_over_heat() -> None:
    assert [figures.carbon_of_heat for figures in periods(of(home()))] == [
        pytest.approx(50)
    ] * 3


def test_intensities_tell_who_runs_at_cleaner_hours() -> None:
    hours = home()
    noon = {hour for hour in hours.meter if hour % (24 * HOUR) == 12 * HOUR}
    clean = {hour: 0.1 if hour in noon else 0.4 for hour in hours.meter}
    alone = {hour: 1.0 if hour in noon else 0.0 for hour in hours.electricity}
    month = of(replace(hours, electricity=alone, meter_carbon=clean)).last_30_days
    assert month
    assert month.intensities.heat_pump == pytest.approx(50)
    assert month.intensities.house == pytest.approx((23 * 200 + 50) / 24)
    assert month.intensities.is_cleaner is True


def test_the_share_and_the_rest_make_the_house() -> None:
    month = of(home()).last_30_days
    assert month
    assert month.share_percent == pytest.approx(50)
    assert told(month.base_load) == pytest.approx((720, 720))


def test_a_house_that_used_nothing_has_no_share() -> None:
    hours = home()
    nothing = dict.fromkeys(hours.meter, 0.0)
    month = of(replace(hours, electricity=nothing, meter=nothing)).last_30_days
    assert month
    assert month.share_percent is None
    assert told(month.base_load) == pytest.approx((0, 720))


def test_the_boiler_would_have_burnt_the_heat_over_its_efficiency() -> None:
    _, month, _ = periods(of(home()))
    gas = 720 * 4 / 0.8
    assert told(month.carbon_saved) == pytest.approx((gas * 0.2 - 720 * 0.2, 720))
    assert told(month.money_saved) == pytest.approx((gas * 0.08 - 720 * 0.25, 720))
    assert month.break_even_cop == pytest.approx(0.25 / 0.08 * 0.8)
    assert month.cop == pytest.approx(4)
    assert month.is_above_break_even is True


def test_savings_are_of_the_hours_that_all_know() -> None:
    """Heat whose carbon is not known would be saved for nothing."""
    hours = home()
    begin = YESTERDAY - timedelta(days=9)
    month = of(replace(hours, carbon=hours_of(begin, YESTERDAY, 0.2))).last_30_days
    assert month
    assert told(month.carbon_saved) == pytest.approx(
        (240 * 4 / 0.8 * 0.2 - 240 * 0.2, 240)
    )
    assert month.money_saved
    assert month.money_saved.hours == 720


def test_heat_that_defrost_takes_back_is_part_of_the_balance() -> None:
    hours = home()
    heat = {hour: -1.0 if hour % (24 * HOUR) == 0 else 4.0 for hour in hours.heat}
    day = of(replace(hours, heat=heat)).yesterday
    assert day
    assert day.cop == pytest.approx((23 * 4 - 1) / 24)


def test_without_a_heat_meter_only_what_needs_none_is_known() -> None:
    month = of(replace(home(), heat={})).last_30_days
    assert month
    assert month.carbon
    assert month.cost
    assert month.carbon_of_heat is None
    assert month.carbon_saved is None
    assert month.money_saved is None
    assert month.is_above_break_even is None


def test_what_cannot_be_is_told_and_a_battery_explains_it() -> None:
    hours = home()
    less = dict.fromkeys(hours.meter, 0.5)
    month = of(replace(hours, meter=less)).last_30_days
    assert month
    assert month.share
    assert month.share.is_implausible is True
    none = dict.fromkeys(hours.meter, 0.0)
    explained = of(replace(hours, meter=none), has_own_supply=True).last_30_days
    assert explained
    assert explained.share
    assert explained.share.is_implausible is False
