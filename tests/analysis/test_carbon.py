"""Carbon of the heat pump's electricity and of its heat."""

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.carbon import (
    Intensities,
    heat_pump_carbon,
    intensities,
    intensity_of_heat,
)

anything = st.dictionaries(st.integers(0, 5), st.floats(), max_size=6)
energies = st.dictionaries(
    st.integers(0, 9), st.sampled_from([0.0]) | st.floats(1e-3, 50), max_size=10
)
grids = st.lists(st.floats(0.03, 0.4), min_size=10, max_size=10)


# Of an hour.


def test_an_hours_carbon_is_its_energy_at_the_intensity_of_the_meter() -> None:
    assert heat_pump_carbon({0: 2.0}, {0: 5.0}, {0: 1.0}) == {0: pytest.approx(0.4)}


def test_what_import_does_not_cover_carries_no_carbon() -> None:
    assert heat_pump_carbon({0: 2.0}, {0: 0.5}, {0: 0.1}) == {0: pytest.approx(0.1)}


def test_an_hour_without_import_carries_no_carbon() -> None:
    assert heat_pump_carbon({0: 2.0}, {0: 0.0}, {0: 0.0}) == {0: 0.0}


def test_an_hour_waits_until_everything_is_known() -> None:
    known = {0: 1.0, 1: 1.0, 2: 1.0}
    assert heat_pump_carbon({**known, 3: 1.0}, {1: 2.0, 2: 2.0}, {2: 0.3, 3: 0.3}) == {
        2: pytest.approx(0.15)
    }


@given(heat_pump=anything, meter=anything, carbon=anything)
def test_no_input_makes_carbon_negative_or_more_than_the_meters(
    heat_pump: dict[int, float], meter: dict[int, float], carbon: dict[int, float]
) -> None:
    for hour, kilograms in heat_pump_carbon(heat_pump, meter, carbon).items():
        assert 0 <= kilograms <= max(carbon[hour], 0.0)


@given(meter=energies, share=st.floats(0, 1), grid=grids)
def test_a_part_of_the_import_carries_its_part_of_the_carbon(
    meter: dict[int, float], share: float, grid: list[float]
) -> None:
    carbon = {hour: energy * grid[hour] for hour, energy in meter.items()}
    heat_pump = {hour: energy * share for hour, energy in meter.items()}
    assert heat_pump_carbon(heat_pump, meter, carbon) == pytest.approx(
        {hour: kilograms * share for hour, kilograms in carbon.items()}
    )


# Of heat.


def test_the_intensity_of_heat_is_a_ratio_of_sums() -> None:
    assert intensity_of_heat({0: 0.1, 1: 0.3}, {0: 8.0, 1: 2.0}) == pytest.approx(40)


def test_heat_whose_carbon_is_not_known_yet_does_not_count() -> None:
    assert intensity_of_heat({0: 0.1, 5: 9.0}, {0: 2.0, 1: 7.0}) == pytest.approx(50)


def test_heat_that_defrost_takes_back_counts() -> None:
    assert intensity_of_heat({0: 0.1, 1: 0.1}, {0: 3.0, 1: -1.0}) == pytest.approx(100)


@pytest.mark.parametrize("heat", [{}, {0: 0.0}, {0: -1.0}])
def test_without_heat_there_is_no_intensity(heat: dict[int, float]) -> None:
    assert intensity_of_heat({0: 0.1}, heat) is None


# At which hours.


def test_a_heat_pump_that_runs_when_the_grid_is_clean_is_cleaner_than_the_house() -> (
    None
):
    found = intensities({0: 3.0, 1: 1.0}, {0: 4.0, 1: 4.0}, {0: 0.4, 1: 1.2})
    assert found.heat_pump == pytest.approx(150)
    assert found.house == pytest.approx(200)
    assert found.is_cleaner is True


def test_a_heat_pump_that_runs_when_the_grid_is_dirty_is_not() -> None:
    assert intensities(
        {0: 1.0, 1: 3.0}, {0: 4.0, 1: 4.0}, {0: 0.4, 1: 1.2}
    ).is_cleaner is (False)


def test_both_intensities_are_of_the_same_hours() -> None:
    found = intensities({0: 1.0}, {0: 2.0, 1: 2.0}, {0: 0.4, 1: 1.2})
    assert found.house == found.heat_pump == pytest.approx(200)


def test_the_homes_own_supply_does_not_make_the_grid_look_cleaner() -> None:
    found = intensities({0: 4.0, 1: 1.0}, {0: 0.0, 1: 2.0}, {0: 0.0, 1: 0.4})
    assert found.heat_pump == pytest.approx(200)


@pytest.mark.parametrize("heat_pump", [{}, {0: 1.0}])
def test_without_import_there_is_no_intensity(heat_pump: dict[int, float]) -> None:
    found = intensities(heat_pump, {0: 0.0}, {0: 0.0})
    assert found == Intensities(heat_pump=None, house=None)
    assert found.is_cleaner is None


def test_a_heat_pump_that_stood_still_is_not_compared() -> None:
    found = intensities({0: 0.0}, {0: 2.0}, {0: 0.4})
    assert found.house == pytest.approx(200)
    assert found.is_cleaner is None


@given(meter=energies, heat_pump=energies, grid=grids)
def test_intensities_lie_between_those_of_the_cleanest_and_the_dirtiest_hour(
    meter: dict[int, float], heat_pump: dict[int, float], grid: list[float]
) -> None:
    carbon = {hour: energy * grid[hour] for hour, energy in meter.items()}
    found = intensities(heat_pump, meter, carbon)
    for intensity in (found.heat_pump, found.house):
        if intensity is not None:
            assert min(grid) * 999.99 <= intensity <= max(grid) * 1000.01
