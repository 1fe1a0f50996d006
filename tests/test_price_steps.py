"""An owner tells what a kWh costs, and from when: in any of three ways, again and again."""

from datetime import UTC, date, datetime, time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.heatpump_insight.analysis.tariff import (
    Band,
    Flat,
    Hourly,
    Period,
    TimeOfUse,
)
from custom_components.heatpump_insight.api.powershaper import Commodity
from custom_components.heatpump_insight.options import home_options
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .analysis.tariffs import EVERY_DAY, LONDON
from .flows import (
    Result,
    add_loaded_account,
    open_options,
    options_of,
    tell,
    typed_before,
)

pytestmark = pytest.mark.usefixtures("home_assistant", "set_up")

NIGHT = {"days": [], "start": "23:30:00", "end": "05:30:00", "price": 0.07}
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SPRING = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture(autouse=True)
def in_pounds(hass: HomeAssistant) -> None:
    """Let the home be in Britain."""
    hass.config.currency = "GBP"


@pytest.fixture
def entry(hass: HomeAssistant, in_pounds: None) -> MockConfigEntry:
    """Return an account with one home."""
    return add_loaded_account(hass, "AB-1")


def keep(hass: HomeAssistant, entry: MockConfigEntry, *periods: dict[str, Any]) -> None:
    """Let these prices be told already."""
    price = {"electricity_price": {"periods": list(periods)}}
    hass.config_entries.async_update_entry(
        entry, options={"meters": {"meter_ab1": price}}
    )


def told(entry: MockConfigEntry) -> tuple[Period, ...]:
    """Return the prices of the home as the integration reads them."""
    tariff = home_options(entry, "AB-1", LONDON).tariffs.get(Commodity.ELECTRICITY)
    return tariff.periods if tariff else ()


async def prices(hass: HomeAssistant, entry: MockConfigEntry, *choices: str) -> Result:
    """Go to the prices of the home's electricity."""
    return await open_options(hass, entry, "electricity_price", *choices)


def saved(result: Result) -> bool:
    """Tell whether a flow has ended with saving."""
    return bool(result["type"] is FlowResultType.CREATE_ENTRY)


FLAT = {"kind": "flat", "price": 0.2611, "standing_charge": 0.54}
LATER = {"kind": "flat", "price": 0.28, "valid_from": "2026-04-01"}
TABLE = {
    "kind": "time_of_use",
    "default": 0.29,
    "bands": [
        NIGHT | {"days": WEEK},
        {"days": ["mon", "sat", "sun"], "start": "12:00", "end": "14:00", "price": 0.1},
    ],
}
NIGHT_WORDS = "0.07 GBP/kWh from 23:30 to 05:30 (every day)"
NOON_WORDS = "0.1 GBP/kWh from 12:00 to 14:00 (Monday, Saturday, Sunday)"

# One price


async def test_the_first_price_takes_one_form(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await prices(hass, entry)
    assert result["step_id"] == "add_price"
    assert result["menu_options"] == ["flat", "time_of_use", "hourly"]
    assert result["description_placeholders"]["currency"] == "GBP"
    result = await tell(hass, result, next_step_id="flat")
    assert typed_before(result) == {}
    fields = result["data_schema"].schema
    units = [fields[key].config.get("unit_of_measurement") for key in fields]
    assert units == ["GBP/kWh", "GBP/d", None]
    result = await tell(hass, result, price=0.2611, standing_charge=0.54)
    assert saved(result)
    assert entry.options == {
        "meters": {"meter_ab1": {"electricity_price": {"periods": [FLAT]}}}
    }
    assert told(entry) == (Period(price=Flat(price=0.2611), standing_charge=0.54),)


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"price": 2e6}, {"price": "out_of_range"}),
        ({"price": "nan"}, {"price": "not_a_number"}),
        ({"standing_charge": -0.5}, {"standing_charge": "out_of_range"}),
    ],
)
async def test_a_price_that_cannot_be_is_refused_and_the_next_one_taken(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    wrong: dict[str, Any],
    errors: dict[str, str],
) -> None:
    typed = {"price": 0.25, "standing_charge": 0.5, "valid_from": "2026-04-01"}
    result = await prices(hass, entry, "flat")
    result = await tell(hass, result, **typed | wrong)
    assert result["errors"] == errors
    shown = typed_before(result)
    assert set(shown) == set(typed)
    assert shown["valid_from"] == "2026-04-01"
    assert entry.options == {}
    assert saved(await tell(hass, result, **typed))
    assert told(entry) == (
        Period(price=Flat(price=0.25), standing_charge=0.5, valid_from=SPRING),
    )


# Prices that follow one another


async def test_known_prices_are_shown_in_words(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entity = {"kind": "hourly", "entity_id": "sensor.a", "valid_from": "2026-09-01"}
    table = {**TABLE, "valid_from": "2026-06-01"}
    keep(hass, entry, FLAT, LATER, table, entity)
    result = await prices(hass, entry)
    assert result["step_id"] == "price"
    assert result["menu_options"] == ["add_price", "change_price", "remove_price"]
    assert result["description_placeholders"]["periods"].splitlines() == [
        "- From the beginning: 0.2611 GBP/kWh, and 0.54 GBP a day",
        "- From 2026-04-01: 0.28 GBP/kWh",
        f"- From 2026-06-01: {NIGHT_WORDS}; {NOON_WORDS}; otherwise 0.29 GBP/kWh",
        "- From 2026-09-01: the price of sensor.a",
    ]


async def test_a_further_price_is_proposed_from_today_with_the_last_standing_charge(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    # In Britain it is the next day already.
    await hass.config.async_set_time_zone("Europe/London")
    freezer.move_to(datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    keep(hass, entry, FLAT)
    result = await prices(hass, entry, "add_price", "flat")
    proposed = {"standing_charge": 0.54, "valid_from": "2026-10-01"}
    assert typed_before(result) == proposed
    assert saved(await tell(hass, result, price=0.3, **proposed))
    assert [(each.price, each.valid_from) for each in told(entry)] == [
        (Flat(price=0.2611), None),
        (Flat(price=0.3), date(2026, 10, 1)),
    ]


async def test_an_earlier_price_goes_before_a_later_one(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    keep(hass, entry, LATER)
    result = await prices(hass, entry, "add_price", "flat")
    assert saved(await tell(hass, result, price=0.2))
    assert [each.price for each in told(entry)] == [Flat(price=0.2), Flat(price=0.28)]


@pytest.mark.parametrize("since", [{}, {"valid_from": "2026-04-01"}])
async def test_a_second_price_from_the_same_date_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, since: dict[str, str]
) -> None:
    keep(hass, entry, FLAT, LATER)
    result = await prices(hass, entry, "add_price", "flat")
    result = await tell(hass, result, price=0.3, **since)
    assert result["errors"] == {"valid_from": "repeated"}
    assert typed_before(result) == {"price": 0.3, **since}
    result = await tell(hass, result, price=0.3, valid_from="2026-05-01")
    assert saved(result)
    assert len(told(entry)) == 3


async def test_an_only_price_is_changed_at_once(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    keep(hass, entry, FLAT)
    result = await prices(hass, entry, "change_price")
    assert result["step_id"] == "flat"
    assert typed_before(result) == {"price": 0.2611, "standing_charge": 0.54}
    assert saved(await tell(hass, result, price=0.27))
    assert told(entry) == (Period(price=Flat(price=0.27)),)


async def test_one_of_several_prices_is_changed_and_keeps_its_date(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    keep(hass, entry, FLAT, LATER)
    result = await prices(hass, entry, "change_price")
    assert options_of(result, "period") == {
        "0": "From the beginning: 0.2611 GBP/kWh, and 0.54 GBP a day",
        "1": "From 2026-04-01: 0.28 GBP/kWh",
    }
    result = await tell(hass, result, period="1")
    assert typed_before(result)["valid_from"] == "2026-04-01"
    # The date of the other one is taken.
    result = await tell(hass, result, price=0.31)
    assert result["errors"] == {"valid_from": "repeated"}
    assert saved(await tell(hass, result, price=0.31, valid_from="2026-04-01"))
    assert [each.price for each in told(entry)] == [
        Flat(price=0.2611),
        Flat(price=0.31),
    ]


async def test_a_price_is_removed_and_with_the_last_one_the_option(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    keep(hass, entry, FLAT, LATER)
    result = await prices(hass, entry, "remove_price")
    assert saved(await tell(hass, result, period="0"))
    assert told(entry) == (Period(price=Flat(price=0.28), valid_from=SPRING),)
    result = await prices(hass, entry, "remove_price")
    assert options_of(result, "period") == {"0": "From 2026-04-01: 0.28 GBP/kWh"}
    assert saved(await tell(hass, result, period="0"))
    assert entry.options == {"meters": {"meter_ab1": {}}}


async def test_prices_that_cannot_be_read_are_told_anew(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    keep(hass, entry, {"kind": "barter"})
    result = await prices(hass, entry, "flat")
    assert saved(await tell(hass, result, price=0.3))
    assert told(entry) == (Period(price=Flat(price=0.3)),)


# Tables


async def test_a_night_rate_is_told_with_its_only_band(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await prices(hass, entry, "time_of_use")
    result = await tell(hass, result, default=0.29, standing_charge=0.5)
    assert result["step_id"] == "band"
    assert result["description_placeholders"]["bands"] == "None yet."
    # All days are proposed.
    [days] = [key for key in result["data_schema"].schema if key == "days"]
    assert days.default() == WEEK
    result = await tell(hass, result, start="23:30:00", end="05:30:00", price=0.07)
    assert result["step_id"] == "bands"
    assert result["menu_options"] == ["save", "band", "remove_band"]
    bands = result["description_placeholders"]["bands"]
    assert bands == f"- {NIGHT_WORDS}"
    assert entry.options == {}
    assert saved(await tell(hass, result, next_step_id="save"))
    night = Band(days=EVERY_DAY, start=time(23, 30), end=time(5, 30), price=0.07)
    assert told(entry) == (
        Period(price=TimeOfUse(bands=(night,), default=0.29), standing_charge=0.5),
    )


async def test_bands_are_told_one_after_another_and_taken_back(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await prices(hass, entry, "time_of_use")
    result = await tell(hass, result, default=0.29)
    band = {"start": "12:00", "end": "14:00", "price": 0.1}
    result = await tell(hass, result, **band, days=["mon", "tue"])
    result = await tell(hass, result, next_step_id="remove_band")
    label = "0.1 GBP/kWh from 12:00 to 14:00 (Monday, Tuesday)"
    assert options_of(result, "band") == {"0": label}
    # Without any band there is no table: the next one is asked for.
    result = await tell(hass, result, band="0")
    assert result["step_id"] == "band"
    result = await tell(hass, result, **band, days=["tue", "wed", "thu", "sun"])
    result = await tell(hass, result, next_step_id="band")
    assert result["description_placeholders"]["bands"] == (
        "- 0.1 GBP/kWh from 12:00 to 14:00 (Tuesday – Thursday, Sunday)"
    )
    assert typed_before(result) == {}
    result = await tell(hass, result, **band | {"price": 0.15, "end": "13:00"})
    result = await tell(hass, result, next_step_id="remove_band")
    result = await tell(hass, result, band="0")
    assert saved(await tell(hass, result, next_step_id="save"))
    [period] = told(entry)
    band_kept = Band(days=EVERY_DAY, start=time(12), end=time(13), price=0.15)
    assert period.price == TimeOfUse(bands=(band_kept,), default=0.29)


async def test_a_tariff_of_two_rates_follows_a_flat_one_as_in_the_readme(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await prices(hass, entry, "flat")
    await tell(hass, result, price=0.2611, standing_charge=0.54)
    result = await prices(hass, entry, "add_price", "time_of_use")
    charge = typed_before(result)["standing_charge"]
    result = await tell(
        hass, result, default=0.29, standing_charge=charge, valid_from="2026-04-01"
    )
    result = await tell(hass, result, start="23:30:00", end="05:30:00", price=0.07)
    await tell(hass, result, next_step_id="save")

    result = await prices(hass, entry)
    assert result["description_placeholders"]["periods"].splitlines() == [
        "- From the beginning: 0.2611 GBP/kWh, and 0.54 GBP a day",
        f"- From 2026-04-01: {NIGHT_WORDS}; otherwise 0.29 GBP/kWh, and 0.54 GBP a day",
    ]
    tariff = home_options(entry, "AB-1", LONDON).tariffs[Commodity.ELECTRICITY]
    prices_at = {
        (day, clock): tariff.price_at(
            int(datetime(2026, *day, *clock, tzinfo=LONDON).timestamp()), {}
        )
        for day in ((3, 31), (4, 1))
        for clock in ((4, 0), (5, 30), (23, 30))
    }
    assert prices_at == {
        ((3, 31), (4, 0)): 0.2611,
        ((3, 31), (5, 30)): 0.2611,
        ((3, 31), (23, 30)): 0.2611,
        ((4, 1), (4, 0)): 0.07,
        ((4, 1), (5, 30)): 0.29,
        ((4, 1), (23, 30)): 0.07,
    }


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"start": "23:45:00"}, {"start": "not_on_the_half_hour"}),
        ({"end": "05:30:30"}, {"end": "not_on_the_half_hour"}),
        ({"days": []}, {"days": "missing"}),
        ({"price": -2e6}, {"price": "out_of_range"}),
    ],
)
async def test_a_band_that_cannot_be_is_refused_and_the_next_one_taken(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    wrong: dict[str, Any],
    errors: dict[str, str],
) -> None:
    result = await prices(hass, entry, "time_of_use")
    result = await tell(hass, result, default=0.29)
    typed = NIGHT | {"days": ["sat"]} | wrong
    result = await tell(hass, result, **typed)
    assert result["step_id"] == "band"
    assert result["errors"] == errors
    assert typed_before(result) == typed
    result = await tell(hass, result, **NIGHT | {"days": ["sat"]})
    assert saved(await tell(hass, result, next_step_id="save"))
    [period] = told(entry)
    night = Band(days=frozenset({5}), start=time(23, 30), end=time(5, 30), price=0.07)
    assert period.price == TimeOfUse(bands=(night,), default=0.29)


async def test_a_table_with_a_price_that_cannot_be_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await prices(hass, entry, "time_of_use")
    result = await tell(hass, result, default=2e6, standing_charge=0.5)
    assert result["errors"] == {"default": "out_of_range"}
    assert typed_before(result) == {"default": 2e6, "standing_charge": 0.5}
    result = await tell(hass, result, default=0.29, standing_charge=0.5)
    assert result["step_id"] == "band"


async def test_a_changed_table_keeps_its_bands_and_takes_further_ones(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    keep(hass, entry, TABLE)
    result = await prices(hass, entry, "change_price")
    assert result["step_id"] == "time_of_use"
    assert typed_before(result) == {"default": 0.29, "standing_charge": 0.0}
    result = await tell(hass, result, default=0.31)
    assert result["step_id"] == "bands"
    assert len(result["description_placeholders"]["bands"].splitlines()) == 2
    result = await tell(hass, result, next_step_id="band")
    await tell(hass, result, start="16:00", end="19:00", price=0.4)
    assert len(_bands(told(entry))) == 2
    result = await tell(hass, result, next_step_id="save")
    assert saved(result)
    assert [band.price for band in _bands(told(entry))] == [0.07, 0.1, 0.4]


def _bands(periods: tuple[Period, ...]) -> tuple[Band, ...]:
    [period] = periods
    assert isinstance(period.price, TimeOfUse)
    return period.price.bands


# Sensors


async def add_statistics(
    hass: HomeAssistant, *, unit: str | None, has_sum: bool = False
) -> None:
    """Let the recorder hold an hour of the sensor's price."""
    hour = datetime(2026, 2, 12, 10, tzinfo=UTC)
    async_import_statistics(
        hass,
        StatisticMetaData(
            has_sum=has_sum,
            mean_type=(
                StatisticMeanType.NONE if has_sum else StatisticMeanType.ARITHMETIC
            ),
            name=None,
            source="recorder",
            statistic_id="sensor.price",
            unit_class=None,
            unit_of_measurement=unit,
        ),
        [
            StatisticData(start=hour, state=0.21, sum=0.0)
            if has_sum
            else StatisticData(start=hour, mean=0.21)
        ],
    )
    await async_wait_recording_done(hass)


@pytest.mark.parametrize(
    ("unit", "has_sum"),
    [("GBP/kWh", False), ("£/kWh", False), ("GBP", True), (None, False)],
)
async def test_a_sensor_with_statistics_tells_the_price(
    hass: HomeAssistant, entry: MockConfigEntry, unit: str | None, has_sum: bool
) -> None:
    await add_statistics(hass, unit=unit, has_sum=has_sum)
    result = await prices(hass, entry, "hourly")
    typed = {"entity_id": "sensor.price", "standing_charge": 0.4}
    assert saved(await tell(hass, result, **typed))
    assert told(entry) == (
        Period(price=Hourly(entity_id="sensor.price"), standing_charge=0.4),
    )
    result = await prices(hass, entry, "change_price")
    assert result["step_id"] == "hourly"
    assert typed_before(result) == typed


async def test_a_sensor_without_statistics_is_refused_and_taken_once_it_has_some(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    typed = {"entity_id": "sensor.price", "valid_from": "2026-04-01"}
    result = await prices(hass, entry, "hourly")
    result = await tell(hass, result, **typed)
    assert result["errors"] == {"entity_id": "no_statistics"}
    assert typed_before(result) == typed
    await add_statistics(hass, unit="GBP/kWh")
    assert saved(await tell(hass, result, **typed))
    assert told(entry)[0].valid_from == SPRING


@pytest.mark.parametrize("unit", ["p/kWh", "EUR/kWh", "GBP/MWh", "°C", "kWh"])
async def test_a_sensor_in_another_unit_is_refused_with_what_to_do(
    hass: HomeAssistant, entry: MockConfigEntry, unit: str
) -> None:
    await add_statistics(hass, unit=unit)
    result = await prices(hass, entry, "hourly")
    result = await tell(hass, result, entity_id="sensor.price", standing_charge=-1)
    # All that is wrong is told at once.
    assert result["errors"] == {
        "entity_id": "not_a_price",
        "standing_charge": "out_of_range",
    }
    assert result["description_placeholders"]["unit"] == unit
    assert result["description_placeholders"]["currency"] == "GBP"
    await add_statistics(hass, unit="GBP/kWh")
    assert saved(await tell(hass, result, entity_id="sensor.price"))


# Words


async def test_prices_are_told_in_another_currency_and_without_needless_digits(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hass.config.currency = "NOK"
    keep(hass, entry, {"kind": "flat", "price": 0.00005, "standing_charge": 12.0})
    result = await prices(hass, entry)
    assert result["description_placeholders"]["periods"] == (
        "- From the beginning: 0.00005 NOK/kWh, and 12 NOK a day"
    )
