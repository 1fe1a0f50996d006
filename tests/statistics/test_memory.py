"""What has been imported already, kept on disk."""

from typing import Any

import pytest

from custom_components.heatpump_insight.analysis.hours import DAY, HOUR
from custom_components.heatpump_insight.statistics.memory import (
    Memory,
    RememberedHistory,
)
from homeassistant.core import HomeAssistant

KEY = "system_204"
FILE = "heatpump_insight.entry"
ELECTRICITY = "heatpump_insight:system_204_electricity"
HEAT = "heatpump_insight:system_204_heat"
SETTINGS = {"time_zone": "Europe/London"}
JANUARY, FEBRUARY = 1_735_689_600, 1_738_368_000
MARCH = 1_740_787_200
NOW = 1_740_000_000.0


async def load(hass: HomeAssistant) -> Memory:
    """Return what a fresh start remembers."""
    memory = Memory(hass, "entry")
    await memory.async_load()
    return memory


def recall(memory: Memory, **last_hours: int) -> RememberedHistory:
    """Recall the history; the recorder holds what was written unless told otherwise."""
    held = {ELECTRICITY: FEBRUARY, HEAT: FEBRUARY - HOUR} | last_hours
    return memory.recall(KEY, SETTINGS, held)


async def remember_two_months(hass: HomeAssistant) -> Memory:
    """Return the memory of a history of two months."""
    memory = await load(hass)
    history = memory.recall(KEY, SETTINGS, {})
    await history.async_remember({JANUARY: ("a", None)}, {ELECTRICITY: FEBRUARY - HOUR})
    last_hours = {ELECTRICITY: FEBRUARY, HEAT: FEBRUARY - HOUR}
    await history.async_remember({FEBRUARY: ("b", NOW + DAY)}, last_hours)
    return memory


def knows(history: RememberedHistory) -> tuple[bool, bool]:
    """Tell which of the two months is known."""
    return history.knows(JANUARY, "a", NOW), history.knows(FEBRUARY, "b", NOW)


async def test_what_was_imported_is_remembered_after_a_restart(
    hass: HomeAssistant,
) -> None:
    await remember_two_months(hass)
    memory = await load(hass)
    assert set(memory.series_of(KEY)) == {ELECTRICITY, HEAT}
    assert knows(recall(memory)) == (True, True)


async def test_nothing_is_remembered_at_first(hass: HomeAssistant) -> None:
    memory = await load(hass)
    assert memory.series_of(KEY) == ()
    assert knows(recall(memory)) == (False, False)


async def test_a_block_with_another_mark_is_not_known(hass: HomeAssistant) -> None:
    history = recall(await remember_two_months(hass))
    assert not history.knows(JANUARY, "changed", NOW)


async def test_a_block_is_known_until_it_wants_another_look(
    hass: HomeAssistant,
) -> None:
    history = recall(await remember_two_months(hass))
    assert history.next_look() == NOW + DAY
    assert history.knows(FEBRUARY, "b", NOW + DAY - 1)
    assert not history.knows(FEBRUARY, "b", NOW + DAY)
    assert history.knows(JANUARY, "a", NOW + 1000 * DAY)


async def test_final_blocks_want_no_other_look(hass: HomeAssistant) -> None:
    history = recall(await remember_two_months(hass))
    await history.async_remember({FEBRUARY: ("b", None)}, {})
    assert history.next_look() is None


@pytest.mark.parametrize(
    "last_hours",
    [
        pytest.param({}, id="cleared"),
        pytest.param({ELECTRICITY: FEBRUARY}, id="one statistic is gone"),
        pytest.param(
            {ELECTRICITY: FEBRUARY - HOUR, HEAT: FEBRUARY - HOUR}, id="put back"
        ),
    ],
)
async def test_a_database_that_holds_less_is_read_into_anew(
    hass: HomeAssistant, last_hours: dict[str, int]
) -> None:
    memory = await remember_two_months(hass)
    history = memory.recall(KEY, SETTINGS, last_hours)
    assert knows(history) == (False, False)
    assert memory.series_of(KEY) == ()


async def test_a_database_that_holds_more_changes_nothing(hass: HomeAssistant) -> None:
    memory = await remember_two_months(hass)
    assert knows(recall(memory, **{HEAT: FEBRUARY + DAY})) == (True, True)


async def test_a_changed_setting_makes_everything_new(hass: HomeAssistant) -> None:
    memory = await remember_two_months(hass)
    held = {ELECTRICITY: FEBRUARY, HEAT: FEBRUARY - HOUR}
    history = memory.recall(KEY, {"time_zone": "UTC"}, held)
    assert knows(history) == (False, False)
    await history.async_remember({JANUARY: ("a", None)}, {})
    again = memory.recall(KEY, {"time_zone": "UTC"}, held)
    assert knows(again) == (True, False)


async def test_the_last_hour_of_a_series_never_goes_back(hass: HomeAssistant) -> None:
    memory = await remember_two_months(hass)
    await recall(memory).async_remember({JANUARY: ("c", None)}, {ELECTRICITY: JANUARY})
    assert not recall(memory, **{ELECTRICITY: JANUARY}).knows(JANUARY, "c", NOW)


async def test_a_block_that_is_no_longer_there_wants_no_look(
    hass: HomeAssistant,
) -> None:
    history = recall(await remember_two_months(hass))
    history.keep([JANUARY])
    assert knows(history) == (True, False)
    assert history.next_look() is None


async def test_a_history_is_complete_when_every_block_was_right(
    hass: HomeAssistant,
) -> None:
    history = recall(await remember_two_months(hass))
    assert not history.is_complete
    assert history.turn is None
    await history.async_complete(NOW, 2)
    again = recall(await load(hass))
    assert again.is_complete
    assert again.turn == 0
    assert again.start == JANUARY
    assert again.end == FEBRUARY + HOUR


async def test_every_block_has_its_turn(hass: HomeAssistant) -> None:
    history = recall(await remember_two_months(hass))
    turns = []
    for day in range(4):
        await history.async_complete(NOW + day * DAY, 2)
        turns.append(recall(await load(hass)).turn)
    assert turns == [0, 1, 0, 1]


async def test_a_history_without_blocks_is_never_complete(hass: HomeAssistant) -> None:
    history = (await load(hass)).recall(KEY, SETTINGS, {})
    await history.async_complete(NOW, 2)
    assert not history.is_complete


async def test_a_forgotten_block_leaves_the_history_incomplete(
    hass: HomeAssistant,
) -> None:
    history = recall(await remember_two_months(hass))
    await history.async_complete(NOW, 2)
    await history.async_forget([JANUARY])
    assert not recall(await load(hass)).is_complete


@pytest.mark.parametrize(
    ("later", "is_due"),
    [(0, False), (DAY - 1, False), (DAY, True), (-1, True), (3 * DAY, True)],
)
async def test_a_look_is_due_once_a_day_and_when_the_clock_was_set_back(
    hass: HomeAssistant, later: float, is_due: bool
) -> None:
    history = recall(await remember_two_months(hass))
    await history.async_remember({FEBRUARY: ("b", None)}, {})
    await history.async_complete(NOW, 2)
    assert history.is_look_due(NOW + later) is is_due


async def test_a_look_is_due_when_a_block_wants_one(hass: HomeAssistant) -> None:
    history = recall(await remember_two_months(hass))
    await history.async_remember({JANUARY: ("a", NOW + HOUR)}, {})
    await history.async_complete(NOW, 2)
    assert not history.is_look_due(NOW + HOUR - 1)
    assert history.is_look_due(NOW + HOUR)


async def test_histories_do_not_mix(hass: HomeAssistant) -> None:
    memory = await remember_two_months(hass)
    other = memory.recall("system_72", SETTINGS, {})
    await other.async_remember({JANUARY: ("z", None)}, {})
    assert knows(recall(memory)) == (True, True)
    assert memory.series_of("system_72") == ()


async def test_a_block_is_forgotten_on_disk_before_its_rows_change(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    await remember_two_months(hass)
    history = recall(await load(hass))
    await history.async_forget([JANUARY])
    blocks = hass_storage[FILE]["data"][KEY]["blocks"]
    assert blocks[str(JANUARY)]["mark"] is None
    assert blocks[str(FEBRUARY)]["mark"] == "b"
    # Killed here, the next start reads the block again.
    assert knows(recall(await load(hass))) == (False, True)


async def test_a_block_that_is_new_is_left_half_done_as_well(
    hass: HomeAssistant,
) -> None:
    history = recall(await remember_two_months(hass))
    await history.async_complete(NOW, 2)
    await history.async_forget([MARCH])
    assert not recall(await load(hass)).is_complete


async def test_forgetting_twice_writes_once(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    memory = await remember_two_months(hass)
    await recall(memory).async_forget([JANUARY])
    del hass_storage[FILE]
    await recall(memory).async_forget([JANUARY])
    assert FILE not in hass_storage


async def test_removing_an_entry_removes_its_file(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    memory = await remember_two_months(hass)
    assert FILE in hass_storage
    await memory.async_remove()
    assert FILE not in hass_storage
