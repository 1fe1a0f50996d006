"""The simulator by itself."""

from collections.abc import Callable

import pytest

from . import MonitorDark, Outage, Simulator, World
from .__main__ import describe, parse_fault
from .conftest import NOW, Client


def test_a_fault_of_the_way_is_read_from_text() -> None:
    fault = parse_fault("Outage;service=powershaper;start=now+60;end=now+600", NOW)
    assert fault == Outage(service="powershaper", start=NOW + 60, end=NOW + 600)


def test_a_fault_of_the_data_is_read_from_text() -> None:
    text = 'MonitorDark;system_id=204;start=now-60;end=now;feeds=["heatpump_elec"]'
    assert parse_fault(text, NOW) == MonitorDark(
        system_id=204, start=NOW - 60, end=NOW, feeds=("heatpump_elec",)
    )


def test_an_unknown_fault_is_an_error() -> None:
    with pytest.raises(AttributeError):
        parse_fault("Flood", NOW)


async def test_its_description_has_all_that_a_client_needs(
    make_client: Callable[..., Client], simulator: Simulator, world: World
) -> None:
    text = describe(simulator)
    assert simulator.url in text and world.token in text
    assert world.systems[204].read_key in text
    assert "marlow / marlow-keeps-warm" in text
