"""What both services know of homes: systems, their metadata, meters and accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any, Literal
from uuid import UUID

from .plant import Home, Plant

type Json = Any
type Commodity = Literal["electricity", "gas"]
type Metadata = Mapping[str, Json]

# Feed key → the owner's unit, in the order of the service's configuration form.
UNITS: dict[str, str | None] = {
    "heatpump_elec": "W",
    "heatpump_elec_kwh": "kWh",
    "heatpump_heat": "W",
    "heatpump_heat_kwh": "kWh",
    "heatpump_flowT": "°C",
    "heatpump_returnT": "°C",
    "heatpump_flowrate": "L/min",
    "heatpump_roomT": "°C",
    "heatpump_outsideT": "°C",
    "heatpump_dhw": None,
    "heatpump_ch": None,
    "heatpump_cooling": None,
    "heatpump_error": None,
    "immersion_elec": "W",
    "heatpump_targetT": "°C",
    "heatpump_dhwT": "°C",
    "boiler_heat": "W",
}
USUAL_FEEDS = tuple(
    key
    for key in UNITS
    if key not in {"heatpump_cooling", "heatpump_error", "boiler_heat"}
)

# Every column of a system, with what the service answers when nothing was given: a
# number that is NULL becomes 0, text stays null. Columns of older forms (the last
# group) hold text.
COLUMNS: dict[str, Json] = {
    "id": 0,
    "published": 1,
    "last_updated": 0,
    "location": None,
    "latitude": 0,
    "longitude": 0,
    "installer_name": None,
    "installer_url": None,
    "installer_logo": None,
    "installation_Cost": 0,
    "heatgeek": 0,
    "ultimaterenewables": 0,
    "heatingacademy": 0,
    "betateach": None,
    "youtube": None,
    "share": 1,
    "hp_type": None,
    "hp_hybrid": 0,
    "hp_manufacturer": None,
    "hp_model": None,
    "hp_output": 0,
    "hp_max_output": 0,
    "hp_max_output_test": 0,
    "refrigerant": None,
    "uses_backup_heater": 0,
    "flow_temp": 0,
    "design_temp": 0,
    "zone_number": 0,
    "new_radiators": 0,
    "old_radiators": 0,
    "fan_coil_radiators": 0,
    "UFH": 0,
    "hydraulic_separation": None,
    "volumiser": 0,
    "dhw_method": None,
    "dhw_make_model": None,
    "cylinder_volume": 0,
    "legionella_frequency": None,
    "legionella_immersion": 0,
    "freeze": None,
    "heat_loss": 0,
    "property": None,
    "floor_area": 0,
    "age": None,
    "insulation": None,
    "passivhaus_certification": None,
    "mid_metering": 0,
    "electric_meter": None,
    "heat_meter": None,
    "metering_inc_boost": 0,
    "metering_inc_immersion": 0,
    "metering_inc_central_heating_pumps": 0,
    "metering_inc_secondary_heating_pumps": 0,
    "metering_inc_brine_pumps": 0,
    "metering_inc_controls": 0,
    "metering_boundary_code": 0,
    "notes": None,
    "data_flag": 0,
    "data_flag_note": None,
    "measured_base_DT": 0,
    "measured_design_DT": 0,
    "measured_heat_loss": 0,
    "measured_heat_loss_range": 0,
    "measured_design_flowT": 0,
    "measured_design_flowT_range": 0,
    "measured_mean_flow_temp_coldest_day": 0,
    "measured_max_flow_temp_coldest_day": 0,
    "measured_outside_temp_coldest_day": 0,
    "measured_room_temp_coldest_day": 0,
    "dhw_coil_hex_area": None,
    "flow_temp_typical": None,
    "wc_curve": None,
    "space_heat_control_type": None,
    "dhw_control_type": None,
    "dhw_target_temperature": None,
    "legionella_target_temperature": None,
    "heat_demand": None,
    "electricity_tariff": None,
    "electricity_tariff_type": None,
    "electricity_tariff_unit_rate_all": None,
    "electricity_tariff_unit_rate_hp": None,
    "solar_pv_generation": None,
    "solar_pv_self_consumption": None,
    "solar_pv_divert": None,
    "battery_storage_capacity": None,
    "kwh_m2": None,
    "water_heat_demand": None,
    "EPC_spaceheat_demand": None,
    "EPC_waterheat_demand": None,
    "indoor_temperature": None,
    "weighted_average_flow_minus_outside": None,
    "measured_emitter_spec": None,
    "measured_system_volume": None,
    "weighted_average_ideal_carnot": None,
    "weighted_flow_temp": None,
}

# Only in lists. Feed ids and ages are placeholders unless the list is one's own.
LIST_COLUMNS: dict[str, Json] = {
    "photo_count": "0",
    "manufacturer_id": None,
    "heatpump_model_id": None,
    "heatpump_elec_feedid": False,
    "heatpump_heat_feedid": False,
    "heatpump_elec_ago": 876000,
    "heatpump_heat_ago": 876000,
    "heatpump_max_age": 876000,
}


def key_of(name: str) -> str:
    """Return the 32 hexadecimal digits that stand for a made-up read key."""
    return md5(name.encode(), usedforsecurity=False).hexdigest()


def consent_of(name: str) -> str:
    """Return the UUID that stands for a made-up consent."""
    return str(UUID(hex=key_of(name), version=4))


@dataclass(slots=True, kw_only=True)
class System:
    """One heat pump as HeatpumpMonitor.org knows it.

    ``config`` maps each configured feed key to the plant's samples behind it; two keys
    with the same samples share one feed. Without a plant, nothing is monitored.
    """

    id: int
    metadata: Metadata
    plant: Plant | None = None
    config: dict[str, str] = field(default_factory=dict)
    app_id: int = 0
    has_app: bool = True
    owner: str | None = None
    read_key: str = ""
    share: bool = True
    published: bool = True
    starting_power: float | None = 150
    start_date: int = 0
    tariffs: bool = True

    @property
    def public(self) -> bool:
        """Tell whether everybody may read it."""
        return self.share and self.published

    def columns(self) -> dict[str, Json]:
        """Return its metadata as ``/system/get.json`` does."""
        flags = {"share": int(self.share), "published": int(self.published)}
        return COLUMNS | dict(self.metadata) | {"id": self.id} | flags


@dataclass(slots=True, kw_only=True)
class Account:
    """One user of HeatpumpMonitor.org."""

    username: str
    password: str
    user_id: int
    read_key: str


@dataclass(slots=True, kw_only=True)
class Meter:
    """One smart meter as PowerShaper Monitor knows it."""

    consent: str
    commodity: Commodity
    home: Home
    last_digits: str
    status: str = "active"


def usual_config(*keys: str) -> dict[str, str]:
    """Return a configuration in which every key has a feed of its own."""
    return {key: key for key in UNITS if key in (keys or USUAL_FEEDS)}
