"""The homes, places and people of the ready-made worlds; every name is invented."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .data_faults import FeedEnds
from .fleet import Fleet
from .heat_pump import HeatPump
from .homes import (
    USUAL_FEEDS,
    Account,
    Commodity,
    Meter,
    System,
    consent_of,
    key_of,
    usual_config,
)
from .physics import Climate, Dice, House
from .plant import Home, Plant
from .times import DAY

if TYPE_CHECKING:
    from .world import World

OWNER = "marlow"
NEIGHBOUR = "tamsin"
ROOM_FOR_FLEET = 5  # entries of a small world's public list

# What a carefully metered system says of itself.
_METERED: dict[str, Any] = {
    "mid_metering": 1,
    "electric_meter": "Single-phase meter (class 1)",
    "heat_meter": "Ultrasonic heat meter (class 2)",
    "metering_inc_central_heating_pumps": 1,
    "metering_inc_controls": 1,
    "metering_boundary_code": 4,
}
_SYSTEM_204: dict[str, Any] = {
    **_METERED,
    "last_updated": 1_764_000_000,
    "location": "Nether Wexcombe, Westshire",
    "latitude": 52.1432,
    "longitude": -2.0871,
    "installer_name": "Warm Wheel Heating",
    "installer_url": "https://warmwheel.example/heat-pumps",
    "installation_Cost": 9800,
    "hp_type": "Air Source",
    "hp_manufacturer": "Norrvind",
    "hp_model": "Aero 8",
    "hp_output": 8,
    "hp_max_output": 7.8,
    "hp_max_output_test": 7.5,
    "refrigerant": "R290",
    "flow_temp": 42,
    "design_temp": -3,
    "zone_number": 1,
    "new_radiators": 1,
    "hydraulic_separation": "None",
    "dhw_method": "Coil in a cylinder",
    "dhw_make_model": "Copperline 210",
    "cylinder_volume": 210,
    "legionella_frequency": "Weekly",
    "legionella_immersion": 1,
    "freeze": "Drain valves",
    "heat_loss": 4.5,
    "property": "Semi-detached",
    "floor_area": 118,
    "age": "Post-war",
    "insulation": "Filled cavities, thin loft",
    "metering_inc_immersion": 0,
    "notes": "Radiators on the ground floor were doubled; the loft was insulated first.",
    "measured_base_DT": 4.2,
    "measured_design_DT": 23,
    "measured_heat_loss": 4.4,
    "measured_mean_flow_temp_coldest_day": 40.8312,
    "measured_outside_temp_coldest_day": -2.4518,
    "wc_curve": "0.6",
    "electricity_tariff_type": "Two rates",
    "indoor_temperature": "20.5",
}


def _system_204(plant: Plant) -> System:
    """Return the public system that every world has, with all usual feeds."""
    return System(
        id=204,
        metadata=_SYSTEM_204,
        plant=plant,
        config=usual_config(),
        app_id=11,
        owner=OWNER,
        read_key=key_of("read key of marlow"),
    )


def _plant(world: World, owner: int, pump: HeatPump, place: int = 1) -> Plant:
    """Return the plant of one system since the world began."""
    climate = Climate(place=place)
    return _shared_plant(pump, climate, Dice(world.seed, owner), world.first_day)


def _home(world: World, owner: int, house: House, *plants: Plant) -> Home:
    """Return one home since the world began."""
    climate = plants[0].climate if plants else Climate(place=owner)
    dice = Dice(world.seed, owner)
    return _shared_home(house, climate, dice, world.first_day, plants)


# Pristine samples never change, so worlds alike can share what was computed once.
_shared_plant = lru_cache(maxsize=6)(Plant)
_shared_home = lru_cache(maxsize=6)(Home)


def _add_systems(world: World, *systems: System) -> None:
    """Let the world have some systems."""
    world.systems |= {system.id: system for system in systems}


def _add_meters(world: World, name: str, home: Home, digits: str) -> str:
    """Let a home have both its meters under one consent, which is returned."""
    consent = consent_of(name)
    numbers: dict[Commodity, str] = {"electricity": digits, "gas": digits[::-1]}
    world.meters |= {
        (consent, commodity): Meter(
            consent=consent, commodity=commodity, home=home, last_digits=number
        )
        for commodity, number in numbers.items()
    }
    return consent


def _add_account(world: World, username: str, user_id: int) -> None:
    """Let somebody have an account; the password is made of the name."""
    world.accounts[username] = Account(
        username=username,
        password=f"{username}-keeps-warm",
        user_id=user_id,
        read_key=key_of(f"read key of {username}"),
    )


def furnish_small(world: World) -> None:
    """One heat pump, its home with two meters, and a list with a few more entries."""
    plant = _plant(world, 204, HeatPump())
    _add_systems(world, _system_204(plant))
    _add_account(world, OWNER, 7)
    home = _home(world, 204, House(), plant)
    consent = _add_meters(world, "home of marlow", home, "4821")
    world.tokens[key_of("token of marlow") + "00c0ffee"] = (consent,)
    world.fleet = Fleet(ROOM_FOR_FLEET - 1, seed=world.seed)


def _ground_source(world: World) -> System:
    """Return a system that tells nothing of hot water, with two keys on one feed."""
    pump = HeatPump(
        source="ground", heat_loss=260.0, design_flow=35.0, immersion=False, carnot=0.48
    )
    config = {
        key: source
        for key, source in usual_config().items()
        if key not in {"heatpump_dhw", "heatpump_dhwT", "immersion_elec"}
    }
    config["heatpump_targetT"] = "heatpump_roomT"
    return System(
        id=311,
        metadata=_METERED
        | {
            "last_updated": 1_748_000_000,
            "location": "Long Tarn, Dalesmoor",
            "latitude": 54.4127,
            "longitude": -2.6034,
            "installer_name": "Self-install",
            "hp_type": "Ground Source",
            "hp_manufacturer": "Halden",
            "hp_model": "Brine 9",
            "hp_output": 9,
            "refrigerant": "R454C",
            "flow_temp": 35,
            "design_temp": -4,
            "UFH": 1,
            "heat_loss": 6.2,
            "property": "Detached",
            "floor_area": 190,
        },
        plant=_plant(world, 311, pump, place=2),
        config=config,
        app_id=12,
        starting_power=None,
    )


def _cooling(world: World) -> System:
    """Return a system that cools, and whose meters give powers but no counters."""
    pump = HeatPump(cooling=True, max_output=5000.0, min_output=1800.0)
    return System(
        id=342,
        metadata=_METERED
        | {
            "location": "Brigg Sands, Southcombe",
            "hp_type": "Air Source",
            "hp_manufacturer": "Kestrel",
            "hp_model": "Monobloc 5",
            "hp_output": 5,
            "refrigerant": "R32",
            "metering_boundary_code": 3,
            "property": "Bungalow",
            "floor_area": 84,
        },
        plant=_plant(world, 342, pump, place=3),
        config=usual_config(
            "heatpump_elec",
            "heatpump_heat",
            "heatpump_flowT",
            "heatpump_returnT",
            "heatpump_outsideT",
            "heatpump_dhw",
            "heatpump_cooling",
        ),
        app_id=13,
        tariffs=False,
    )


def _stopped(world: World) -> System:
    """Return a system whose data stopped months ago."""
    at = max(world.now() - 130 * DAY, world.start + 5 * DAY)
    world.add(FeedEnds(system_id=355, at=at))
    return System(
        id=355,
        metadata=_METERED
        | {
            "location": "Kettlesby, Fenland",
            "hp_type": "Air Source",
            "hp_manufacturer": "Norrvind",
            "hp_model": "Aero 5",
            "hp_output": 5,
            "refrigerant": "R290",
            "data_flag": 1,
            "data_flag_note": "The monitor has been offline since the move.",
        },
        plant=_plant(world, 355, HeatPump(heat_loss=130.0), place=4),
        config=usual_config(),
        app_id=14,
    )


def _private(world: World) -> System:
    """Return a hybrid that only its owner, or the owner's read key, can read."""
    pump = HeatPump(boiler_below=2.0, heat_loss=230.0, max_output=6000.0)
    return System(
        id=360,
        metadata={"location": "Tarnwick", "hp_type": "Air Source", "hp_hybrid": 1},
        plant=_plant(world, 360, pump, place=5),
        config=usual_config(*USUAL_FEEDS, "boiler_heat", "heatpump_error"),
        app_id=15,
        owner=NEIGHBOUR,
        read_key=world.accounts[NEIGHBOUR].read_key,
        share=False,
        published=False,
    )


def _not_connected(world: World) -> System:
    """Return a system that was entered, but has no app yet."""
    return System(
        id=361,
        metadata={"location": "Tarnwick, not yet connected"},
        owner=NEIGHBOUR,
        read_key=world.accounts[NEIGHBOUR].read_key,
        published=False,
        has_app=False,
    )


def furnish_demo(world: World) -> None:
    """Several monitored systems, two homes, two accounts and three hundred others."""
    furnish_small(world)
    world.fleet = Fleet(300, seed=world.seed)
    _add_account(world, NEIGHBOUR, 8)
    makers = (_ground_source, _cooling, _stopped, _private, _not_connected)
    _add_systems(world, *(make(world) for make in makers))
    gas_heated = _home(world, 500, House(base_kwh=7.5, gas_heating=5.5, solar_kw=3.5))
    second = _add_meters(world, "second home of marlow", gas_heated, "7305")
    world.tokens[world.token] += (second,)


def furnish_street(world: World, count: int) -> None:
    """So many public systems, each with all usual feeds, on four plants."""
    plants = [
        _plant(world, 600 + n, HeatPump(heat_loss=150.0 + 30 * n), place=n + 1)
        for n in range(4)
    ]
    _add_systems(
        world,
        *(
            System(
                id=2000 + n,
                metadata=_METERED | {"location": f"{n + 1} Sycamore Rise, Calder"},
                plant=plants[n % 4],
                config=usual_config(),
                app_id=100 + n,
            )
            for n in range(count)
        ),
    )
