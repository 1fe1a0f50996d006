"""A tariff as plain data, and back."""

from datetime import date, time
import json
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
import pytest

from custom_components.heatpump_insight.analysis.options import InvalidOption, Problem
from custom_components.heatpump_insight.analysis.tariff import (
    Band,
    Flat,
    Hourly,
    Period,
    Tariff,
    TimeOfUse,
)
from custom_components.heatpump_insight.analysis.tariff_data import (
    fingerprint,
    period_from_data,
    period_to_data,
    tariff_from_data,
    tariff_to_data,
)

from .tariffs import EVERY_DAY, LONDON, schedules

FLAT: dict[str, Any] = {"kind": "flat", "price": 0.26}
BAND: dict[str, Any] = {"start": "23:30", "end": "05:30", "price": 0.07}


def time_of_use(**band: object) -> dict[str, Any]:
    """Return a period with one band, some of its fields replaced."""
    return {"kind": "time_of_use", "default": 0.3, "bands": [{**BAND, **band}]}


def test_a_tariff_is_read_with_its_periods_in_the_order_of_time() -> None:
    data = {
        "periods": [
            {"kind": "hourly", "valid_from": "2026-10-01", "entity_id": "sensor.rate"},
            {
                "kind": "time_of_use",
                "valid_from": "2026-04-01",
                "standing_charge": 0.5,
                "default": 0.29,
                "bands": [{**BAND, "days": ["mon", "sun"]}, BAND],
            },
            FLAT,
        ]
    }
    night = Band(days=EVERY_DAY, start=time(23, 30), end=time(5, 30), price=0.07)
    some = Band(days=frozenset({0, 6}), start=time(23, 30), end=time(5, 30), price=0.07)
    assert tariff_from_data(data, LONDON) == Tariff(
        zone=LONDON,
        periods=(
            Period(price=Flat(price=0.26)),
            Period(
                price=TimeOfUse(bands=(some, night), default=0.29),
                standing_charge=0.5,
                valid_from=date(2026, 4, 1),
            ),
            Period(price=Hourly(entity_id="sensor.rate"), valid_from=date(2026, 10, 1)),
        ),
    )


@given(periods=schedules())
def test_a_tariff_survives_as_json(periods: tuple[Period, ...]) -> None:
    tariff = Tariff(zone=LONDON, periods=periods)
    stored = json.loads(json.dumps(tariff_to_data(tariff)))
    assert tariff_from_data(stored, LONDON) == tariff


@given(periods=schedules())
def test_a_period_survives_by_itself(periods: tuple[Period, ...]) -> None:
    for period in periods:
        assert period_from_data(period_to_data(period)) == period


@pytest.mark.parametrize(
    ("data", "field", "problem"),
    [
        ({}, "kind", Problem.MISSING),
        ({"kind": "free"}, "kind", Problem.NOT_A_CHOICE),
        ({"kind": "flat"}, "price", Problem.MISSING),
        ({**FLAT, "price": "26p"}, "price", Problem.NOT_A_NUMBER),
        ({**FLAT, "price": 1e9}, "price", Problem.OUT_OF_RANGE),
        ({**FLAT, "standing_charge": -0.1}, "standing_charge", Problem.OUT_OF_RANGE),
        ({**FLAT, "valid_from": "tomorrow"}, "valid_from", Problem.NOT_A_DATE),
        ({"kind": "hourly"}, "entity_id", Problem.MISSING),
        ({"kind": "time_of_use", "bands": []}, "default", Problem.MISSING),
        ({"kind": "time_of_use", "default": 0.3}, "bands", Problem.MISSING),
        (time_of_use(days=["noday"]), "days", Problem.NOT_A_CHOICE),
        (time_of_use(days=[]), "days", Problem.MISSING),
        (time_of_use(start="23:45"), "start", Problem.NOT_ON_THE_HALF_HOUR),
        (time_of_use(end="late"), "end", Problem.NOT_A_TIME),
        (time_of_use(price=None), "price", Problem.MISSING),
    ],
)
def test_the_field_that_is_wrong_is_named(
    data: dict[str, Any], field: str, problem: Problem
) -> None:
    with pytest.raises(InvalidOption) as caught:
        period_from_data(data)
    assert (caught.value.field, caught.value.problem) == (field, problem)


def test_the_way_to_a_wrong_field_is_told() -> None:
    with pytest.raises(InvalidOption) as caught:
        tariff_from_data({"periods": [FLAT, time_of_use(end="5:60")]}, LONDON)
    assert caught.value.path == ("periods", 1, "bands", 0, "end")


@pytest.mark.parametrize("day", [None, "2026-04-01"])
def test_two_periods_may_not_begin_together(day: str | None) -> None:
    periods = [{**FLAT, "valid_from": day}, {**FLAT, "valid_from": day}]
    with pytest.raises(InvalidOption) as caught:
        tariff_from_data({"periods": periods}, LONDON)
    assert caught.value.path == ("periods", 1, "valid_from")
    assert caught.value.problem is Problem.REPEATED


def test_data_without_periods_is_no_tariff() -> None:
    with pytest.raises(InvalidOption) as caught:
        tariff_from_data({}, LONDON)
    assert caught.value.field == "periods"


@given(one=schedules(), other=schedules())
def test_a_fingerprint_differs_exactly_where_a_term_does(
    one: tuple[Period, ...], other: tuple[Period, ...]
) -> None:
    first, second = (Tariff(zone=LONDON, periods=each) for each in (one, other))
    is_same = tariff_to_data(first) == tariff_to_data(second)
    assert (fingerprint(first) == fingerprint(second)) is is_same


def test_a_fingerprint_differs_in_another_time_zone() -> None:
    periods = (Period(price=Flat(price=0.26)),)
    here, there = (
        Tariff(zone=zone, periods=periods) for zone in (LONDON, ZoneInfo("Asia/Tokyo"))
    )
    assert fingerprint(here) != fingerprint(there)
