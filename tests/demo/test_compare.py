"""The comparison finds whatever is not as it should be."""

from dataclasses import replace

import pytest

from .compare import compare_entities, compare_statistics, log_findings
from .expected import Expected, Mean, Total
from .found import Entity, Statistic

HOUR = 3600
# The last hour of summer time and the two after it: 01:00 comes twice in London.
AUTUMN = 1_792_886_400
HOURS = {AUTUMN: 1.5, AUTUMN + HOUR: 0.0, AUTUMN + 2 * HOUR: 2.25}
SUMS = (1.5, 1.5, 3.75)

ENERGY = "heatpump_insight:system_1_electricity"
EXPECTED_ENERGY = Total(unit="kWh", hours=HOURS)
FOUND_ENERGY = Statistic(
    unit="kWh",
    rows={
        hour: {"state": amount, "change": amount, "sum": total}
        for (hour, amount), total in zip(HOURS.items(), SUMS, strict=True)
    },
)

COP = "heatpump_insight:system_1_cop"
EXPECTED_COP = Mean(unit=None, hours=HOURS)
FOUND_COP = Statistic(
    unit=None, rows={hour: {"mean": value} for hour, value in HOURS.items()}
)

RECORD = "2026-11-21 04:15:20.380+00:00 {} (MainThread) [{}] {}"


def energy_findings(found: Statistic, expected: Total = EXPECTED_ENERGY) -> list[str]:
    """Return what is wrong with the energy."""
    return list(compare_statistics({ENERGY: expected}, {ENERGY: found}))


def with_row(**columns: float) -> Statistic:
    """Return the energy with something else in its middle hour."""
    hour = AUTUMN + HOUR
    row = {**FOUND_ENERGY.rows[hour], **columns}
    return replace(FOUND_ENERGY, rows={**FOUND_ENERGY.rows, hour: row})


def without_row(hour: int) -> Statistic:
    """Return the energy without one of its hours."""
    rows = {known: row for known, row in FOUND_ENERGY.rows.items() if known != hour}
    return replace(FOUND_ENERGY, rows=rows)


def test_nothing_is_found_where_everything_is_right() -> None:
    expected: dict[str, Expected] = {ENERGY: EXPECTED_ENERGY, COP: EXPECTED_COP}
    found = {ENERGY: FOUND_ENERGY, COP: FOUND_COP}
    assert not list(compare_statistics(expected, found))


@pytest.mark.parametrize("column", ["state", "change", "sum"])
def test_a_wrong_value_is_found_in_each_column(column: str) -> None:
    (finding,) = energy_findings(with_row(**{column: 1.500002}))
    right = {"state": 0.0, "change": 0.0, "sum": 1.5}[column]
    assert finding == (
        f"{ENERGY} has a wrong {column} at 2026-10-25 01:00 +0000"
        f" (1.500002, not {right})"
    )


def test_a_difference_below_a_millionth_is_none() -> None:
    assert not energy_findings(with_row(sum=1.500000_9))


def test_a_wrong_mean_is_found() -> None:
    rows = {**FOUND_COP.rows, AUTUMN: {"mean": 1.6}}
    found = {COP: replace(FOUND_COP, rows=rows)}
    (finding,) = compare_statistics({COP: EXPECTED_COP}, found)
    assert finding.endswith("wrong mean at 2026-10-25 01:00 +0100 (1.6, not 1.5)")


def test_an_empty_column_is_found() -> None:
    findings = energy_findings(Statistic(unit="kWh", rows={hour: {} for hour in HOURS}))
    assert len(findings) == len(HOURS) * 3


def test_a_missing_hour_is_found() -> None:
    findings = energy_findings(without_row(AUTUMN + 2 * HOUR))
    assert findings == [f"{ENERGY} has no row at 2026-10-25 02:00 +0000"]


def test_an_hour_too_many_is_found() -> None:
    hours = {AUTUMN: 1.5, AUTUMN + HOUR: 0.0}
    findings = energy_findings(FOUND_ENERGY, replace(EXPECTED_ENERGY, hours=hours))
    assert findings == [f"{ENERGY} has a row too many at 2026-10-25 02:00 +0000"]


def test_many_hours_are_named_by_their_first_and_their_number() -> None:
    hours = {AUTUMN + n * HOUR: 1.0 for n in range(100)}
    findings = energy_findings(
        Statistic(unit="kWh", rows={}), Total(unit="kWh", hours=hours)
    )
    assert findings[0] == f"{ENERGY} has no row at 2026-10-25 01:00 +0100"
    assert findings[3:] == [f"{ENERGY} has no row at 97 hours more"]


def test_another_unit_is_found() -> None:
    findings = energy_findings(replace(FOUND_ENERGY, unit="MWh"))
    assert findings == [f"{ENERGY} is in MWh, not in kWh"]


def test_a_missing_statistic_is_found() -> None:
    findings = list(compare_statistics({ENERGY: EXPECTED_ENERGY}, {}))
    assert findings == [f"{ENERGY} is missing"]


def test_a_statistic_too_many_is_found() -> None:
    assert list(compare_statistics({}, {COP: FOUND_COP})) == [f"{COP} is one too many"]


def sensor(key: str, state: str) -> Entity:
    """Return a sensor of the only device."""
    return Entity(key=f"system_1_{key}", name=f"Heat pump {key}", state=state, unit="")


def test_a_missing_sensor_is_found() -> None:
    found = [sensor("power", "700")]
    findings = list(compare_entities({"system_1": ("power", "heat_output")}, found))
    assert findings == ["The sensor system_1_heat_output is missing"]


@pytest.mark.parametrize("state", ["unknown", "unavailable"])
def test_a_sensor_without_a_state_is_found_even_where_none_was_expected(
    state: str,
) -> None:
    findings = list(compare_entities({}, [sensor("power", state)]))
    assert findings == [f"Heat pump power is {state}"]


def test_only_what_nobody_can_know_may_be_unknown() -> None:
    sensors = [sensor("cop_now", "unknown"), sensor("cop_yesterday", "unknown")]
    findings = list(compare_entities({}, sensors, ("cop_now",)))
    assert findings == ["Heat pump cop_yesterday is unknown"]


def test_nothing_may_be_unavailable() -> None:
    assert list(compare_entities({}, [sensor("cop_now", "unavailable")], ("cop_now",)))


def test_what_a_thread_of_any_name_logs_is_found() -> None:
    record = (
        "2026-11-21 04:15:20.380+00:00 ERROR (Thread-2 (_run)) [root] heatpump_insight"
    )
    before = RECORD.format("INFO", "homeassistant.core", "Starting")
    (finding,) = log_findings(f"{before}\n{record}\n")
    assert finding.endswith(record)


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_what_the_integration_logs_is_found(level: str) -> None:
    logger = "custom_components.heatpump_insight"
    record = RECORD.format(level, logger, "No data")
    log = f"{RECORD.format('INFO', 'homeassistant.core', 'Starting')}\n{record}\n"
    assert list(log_findings(log)) == [f"Home Assistant's log says: {record}"]


def test_what_names_the_integration_only_in_its_traceback_is_found() -> None:
    record = RECORD.format("ERROR", "homeassistant", "Error doing job")
    trace = 'Traceback\n  File "custom_components/heatpump_insight/sensor.py", line 1'
    after = RECORD.format("ERROR", "camera", "Something else")
    (finding,) = log_findings(f"{record}\n{trace}\n{after}\n")
    assert finding.endswith(f"{record}\n{trace}")


@pytest.mark.parametrize(
    "record",
    [
        RECORD.format("INFO", "custom_components.heatpump_insight", "It answers again"),
        RECORD.format("ERROR", "haffmpeg.core", "No such program"),
        RECORD.format(
            "WARNING",
            "homeassistant.loader",
            "We found a custom integration heatpump_insight which has not been tested",
        ),
    ],
)
def test_what_is_no_fault_of_the_integration_is_not_found(record: str) -> None:
    assert not list(log_findings(f"{record}\n"))
