"""The tables that a person reads."""

from .found import Entity, Statistic
from .report import entity_table, local_time, statistic_table

AUTUMN = 1_792_886_400


def lines(table: str) -> list[list[str]]:
    """Return the cells of each line, which two blanks or more part."""
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()]
        for line in table.splitlines()
    ]


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    assert local_time(AUTUMN) == "2026-10-25 01:00 +0100"
    assert local_time(AUTUMN + 3600) == "2026-10-25 01:00 +0000"


def test_a_sensor_is_shown_with_its_state_and_unit() -> None:
    power = Entity(key="power", name="Power", state="700", unit="W")
    assert lines(entity_table([power])) == [
        ["Sensor", "State", "Unit"],
        ["──────", "─────", "────"],
        ["Power", "700", "W"],
    ]


def test_a_sum_is_shown_with_its_hours_and_its_total() -> None:
    rows = {AUTUMN: {"sum": 1.5, "change": 1.5}, AUTUMN + 3600: {"change": 2.25}}
    shown = lines(statistic_table({"energy": Statistic(unit="kWh", rows=rows)}))
    assert shown[2] == [
        "energy",
        "2",
        "2026-10-25 01:00 +0100",
        "2026-10-25 01:00 +0000",
        "3.750",
        "kWh",
    ]


def test_means_have_no_total() -> None:
    rows = {AUTUMN: {"mean": 3.5}}
    shown = lines(statistic_table({"cop": Statistic(unit=None, rows=rows)}))
    assert shown[2][3:] == ["2026-10-25 01:00 +0100"]


def test_a_statistic_without_rows_is_shown() -> None:
    shown = lines(statistic_table({"empty": Statistic(unit="kWh", rows={})}))
    assert shown[2] == ["empty", "0", "kWh"]


def test_columns_are_as_wide_as_they_need() -> None:
    entities = [
        Entity(key="a", name="A long name", state="1", unit="W"),
        Entity(key="b", name="B", state="2", unit="W"),
    ]
    _, _, first, second = entity_table(entities).splitlines()
    assert first.index("W") == second.index("W")
