"""The model's own laws."""

import numpy as np
import pytest

from . import heat_pump
from .heat_pump import HeatPump
from .physics import Climate, Dice, House, Span
from .plant import KWH_PER_SAMPLE, Feeds, Home, Plant
from .times import DAY

FIRST_DAY = 20_454  # the first of January 2026
CLIMATE = Climate()


def a_plant(pump: HeatPump | None = None, *, seed: int = 1) -> Plant:
    """Return a plant since New Year."""
    return Plant(pump or HeatPump(), CLIMATE, Dice(seed, 204), FIRST_DAY)


@pytest.fixture(scope="module")
def feeds() -> Feeds:
    """Return a year of an ordinary plant."""
    plant = a_plant()
    return {
        key: values[: 365 * 1440]
        for key, values in plant.until(plant.start + 365 * DAY).items()
    }


def test_the_same_seed_gives_the_same_samples() -> None:
    first, second = (a_plant().until(FIRST_DAY * DAY + DAY) for _ in range(2))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[key], second[key]) for key in first)


def test_another_seed_gives_other_weather() -> None:
    first, second = (
        a_plant(seed=seed).until(FIRST_DAY * DAY)["heatpump_outsideT"]
        for seed in (1, 2)
    )
    assert not np.allclose(first, second)


def test_samples_do_not_depend_on_the_days_made_with_them() -> None:
    whole = heat_pump.samples(HeatPump(), CLIMATE, Dice(1, 204), Span(FIRST_DAY, 30))
    part = heat_pump.samples(
        HeatPump(), CLIMATE, Dice(1, 204), Span(FIRST_DAY + 20, 10)
    )
    for key, values in part.items():
        np.testing.assert_allclose(whole[key][20 * 1440 :], values, atol=1e-9)


def test_a_plant_that_grows_keeps_its_past() -> None:
    plant = a_plant()
    before = plant.until(plant.start)["heatpump_elec_kwh"].copy()
    after = plant.until(plant.start + 60 * DAY)["heatpump_elec_kwh"]
    assert after.size > 60 * 1440 > before.size
    np.testing.assert_array_equal(after[: before.size], before)


@pytest.mark.parametrize("name", ["elec", "heat"])
def test_a_counter_is_the_exact_integral_of_its_power(feeds: Feeds, name: str) -> None:
    counter, power = feeds[f"heatpump_{name}_kwh"], feeds[f"heatpump_{name}"]
    hours = np.diff(counter[::60])
    sums = power.reshape(-1, 60).sum(axis=1)[:-1] * KWH_PER_SAMPLE
    np.testing.assert_allclose(hours, sums, atol=1e-9)


def test_a_year_is_that_of_a_well_made_british_system(feeds: Feeds) -> None:
    elec, heat = feeds["heatpump_elec"].sum(), feeds["heatpump_heat"].sum()
    assert 3.2 < heat / elec < 4.5
    assert 9_000 < heat * KWH_PER_SAMPLE < 18_000
    assert 9 < feeds["heatpump_outsideT"].mean() < 12


def test_winter_is_colder_and_costs_more(feeds: Feeds) -> None:
    january, july = slice(0, 31 * 1440), slice(181 * 1440, 212 * 1440)
    outside, elec = feeds["heatpump_outsideT"], feeds["heatpump_elec"]
    assert outside[january].mean() + 6 < outside[july].mean()
    assert elec[january].mean() > 3 * elec[july].mean()


def test_defrost_makes_the_heat_counter_fall_a_little(feeds: Feeds) -> None:
    steps = np.diff(feeds["heatpump_heat_kwh"])
    assert -0.2 < steps.min() < 0
    assert np.diff(feeds["heatpump_elec_kwh"]).min() >= 0


def test_a_ground_source_never_defrosts() -> None:
    plant = a_plant(HeatPump(source="ground"))
    assert plant.until(plant.start + 60 * DAY)["heatpump_heat"].min() >= 0


def test_summer_heats_nothing_but_water(feeds: Feeds) -> None:
    days = {key: values.reshape(-1, 1440).mean(axis=1) for key, values in feeds.items()}
    warm = np.flatnonzero(days["heatpump_outsideT"] > 15.5)
    assert warm.size > 30
    assert days["heatpump_ch"][warm].max() == 0
    assert days["heatpump_dhw"].min() > 0


def test_mild_weather_makes_it_cycle(feeds: Feeds) -> None:
    running = feeds["heatpump_ch"].astype(bool)
    days = running.reshape(-1, 1440)
    starts = (np.diff(days.astype(np.int8), axis=1) == 1).sum(axis=1)
    outside = feeds["heatpump_outsideT"].reshape(-1, 1440).mean(axis=1)
    mild, cold = (outside > 8) & (outside < 13), outside < 1
    assert starts[mild].mean() > 2 * starts[cold].mean()


def test_heat_is_what_the_water_carries(feeds: Feeds) -> None:
    running = feeds["heatpump_flowrate"] > 0
    spread = feeds["heatpump_flowT"] - feeds["heatpump_returnT"]
    carried = feeds["heatpump_flowrate"] / 60 * 4186 * spread
    np.testing.assert_allclose(
        carried[running], feeds["heatpump_heat"][running], rtol=1e-3, atol=20
    )


def test_cooling_is_negative_heat_in_hot_weather() -> None:
    plant = Plant(HeatPump(cooling=True), CLIMATE, Dice(1, 204), FIRST_DAY + 150)
    summer = plant.until(plant.start + 90 * DAY)
    cooling = summer["heatpump_cooling"] > 0
    assert cooling.any()
    assert (summer["heatpump_heat"][cooling] < 0).all()
    assert summer["heatpump_outsideT"][cooling].min() > 22


def test_a_hybrid_boiler_helps_in_the_cold() -> None:
    plant = a_plant(HeatPump(boiler_below=3.0))
    winter = plant.until(plant.start + 60 * DAY)
    helping = winter["boiler_heat"] > 0
    assert helping.any()
    assert winter["heatpump_outsideT"][helping].max() < 3.1


def test_the_home_uses_at_least_what_its_heat_pump_does() -> None:
    plant = a_plant()
    home = Home(House(), CLIMATE, Dice(1, 9), FIRST_DAY, (plant,))
    electricity, _ = home.until(plant.start + 30 * DAY)["electricity"]
    counter = plant.until(plant.start + 30 * DAY)["heatpump_elec_kwh"]
    heat_pump = np.diff(counter[: 30 * 1440 + 1 : 30])
    assert (electricity[: 30 * 48] >= heat_pump - 0.0005).all()


def test_the_sun_takes_from_the_grid_but_never_feeds_the_meter() -> None:
    dark, sunny = (
        Home(House(solar_kw=peak), CLIMATE, Dice(1, 9), FIRST_DAY + 150).until(
            (FIRST_DAY + 180) * DAY
        )["electricity"][0]
        for peak in (0.0, 4.0)
    )
    assert sunny.min() == 0
    assert sunny.sum() < 0.8 * dark.sum()


def test_carbon_is_energy_times_an_intensity_of_the_grid() -> None:
    home = Home(House(), CLIMATE, Dice(1, 9), FIRST_DAY)
    energy, carbon = home.until(home.start + 30 * DAY)["electricity"]
    used = energy > 0.05
    intensity = carbon[used] / energy[used]
    assert 0.029 < intensity.min() < intensity.max() < 0.351
    assert intensity.std() > 0.02


def test_gas_has_one_intensity_and_follows_the_cold() -> None:
    home = Home(House(gas_heating=5.0), CLIMATE, Dice(1, 9), FIRST_DAY)
    energy, carbon = home.until(home.start + 200 * DAY)["gas"]
    assert carbon.sum() == pytest.approx(0.183 * energy.sum(), rel=1e-4)
    assert energy[: 31 * 48].sum() > 2 * energy[-31 * 48 :].sum()


def test_meters_count_in_watt_hours() -> None:
    home = Home(House(), CLIMATE, Dice(1, 9), FIRST_DAY)
    energy, _ = home.until(home.start)["electricity"]
    np.testing.assert_allclose(energy * 1000, np.rint(energy * 1000), atol=1e-6)
