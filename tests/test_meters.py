"""What the interface says of the meters of the accounts."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.api.powershaper import Commodity, Meter
from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.meters import (
    async_known_electricity_meters,
    homes,
    meter_label,
    meter_name,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

MAY = datetime(2023, 5, 1, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 21, tzinfo=UTC)


def meter(
    consent: str,
    commodity: Commodity = Commodity.ELECTRICITY,
    *,
    last_digits: str | None = "1234",
    earliest: datetime | None = MAY,
    latest: datetime | None = NOVEMBER,
) -> Meter:
    """Return a meter."""
    return Meter(
        consent=consent,
        commodity=commodity,
        last_digits=last_digits,
        status="active",
        earliest=earliest,
        latest=latest,
        records_path=None,
    )


@pytest.mark.parametrize(
    ("described", "label"),
    [
        (meter("a"), "…1234 · 2023-05-01 – 2026-11-20"),
        (meter("a", last_digits=None), "2023-05-01 – 2026-11-20"),
        (meter("a", latest=None), "…1234 · 2023-05-01 –"),
        (meter("a", earliest=None), "…1234 · – 2026-11-20"),
        (meter("a", earliest=None, latest=None), "…1234 · –"),
    ],
)
def test_a_meter_is_named_for_its_last_digits_and_its_days(
    described: Meter, label: str
) -> None:
    assert meter_label(described) == label


def test_a_meter_is_named_in_a_sentence_for_its_last_digits_alone() -> None:
    assert meter_name(meter("a")) == "…1234"
    unknown = meter("a", last_digits=None)
    assert meter_name(unknown) == "2023-05-01 – 2026-11-20"


def test_a_home_is_named_for_its_electricity_meter() -> None:
    found = homes(
        [
            meter("A", Commodity.GAS, last_digits="9999"),
            meter("A"),
            meter("b", Commodity.GAS, last_digits="5678"),
        ]
    )
    assert found == {
        "a": "…1234 · 2023-05-01 – 2026-11-20",
        "b": "…5678 · 2023-05-01 – 2026-11-20",
    }


def add_account(
    hass: HomeAssistant, *meters: Meter, state: ConfigEntryState, title: str = "Cottage"
) -> MockConfigEntry:
    """Add the entry of an account in some state."""
    entry = MockConfigEntry(
        domain=DOMAIN, title=title, data={"service": "powershaper"}, state=state
    )
    data = SimpleNamespace(meters=meters)
    entry.runtime_data = SimpleNamespace(account=SimpleNamespace(data=data))
    entry.add_to_hass(hass)
    return entry


@pytest.mark.usefixtures("home_assistant")
async def test_the_electricity_meters_of_all_loaded_accounts_are_known(
    hass: HomeAssistant,
) -> None:
    add_account(
        hass,
        meter("A"),
        meter("A", Commodity.GAS, last_digits="9999"),
        state=ConfigEntryState.LOADED,
    )
    add_account(hass, meter("b"), state=ConfigEntryState.LOADED, title="Barn")
    add_account(hass, meter("c"), state=ConfigEntryState.SETUP_RETRY)
    MockConfigEntry(
        domain=DOMAIN,
        data={"service": "heatpumpmonitor"},
        state=ConfigEntryState.LOADED,
    ).add_to_hass(hass)

    assert async_known_electricity_meters(hass) == {
        "a": "Cottage · …1234 · 2023-05-01 – 2026-11-20",
        "b": "Barn · …1234 · 2023-05-01 – 2026-11-20",
    }
