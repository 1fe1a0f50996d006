"""Heat pump systems as HeatpumpMonitor.org describes them: what, where and how measured."""

from dataclasses import dataclass, field
import re
from typing import Final

from .reading import Malformed, flag, given, number, rows, text, whole

_READ_KEY: Final = re.compile(r"[0-9a-f]{32}")
# SEPEMO levels H1 to H4, the number of parts that the meters include.
_BOUNDARIES: Final = range(1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A heat pump and its home, as its owner described them; None: not given.

    `last_edited` is unix seconds of the last edit of this description, not of data.
    `boundary` is the SEPEMO level 1 to 4 (H1 to H4). Temperatures are °C. `read_key` comes
    only in the lists of a signed-in account.
    """

    system_id: int
    location: str | None
    latitude: float | None
    longitude: float | None
    last_edited: int | None
    published: bool
    shared: bool
    installer: str | None
    manufacturer: str | None
    model: str | None
    kind: str | None
    refrigerant: str | None
    output_kw: float | None
    max_output_kw: float | None
    max_output_tested_kw: float | None
    flow_temperature_design: float | None
    outside_temperature_design: float | None
    heat_loss_kw: float | None
    floor_area_m2: float | None
    property_type: str | None
    age: str | None
    insulation: str | None
    hot_water_method: str | None
    cylinder_litres: float | None
    electric_meter: str | None
    heat_meter: str | None
    mid_metering: bool
    boundary: int | None
    hybrid: bool
    data_flag: bool
    data_flag_note: str | None
    read_key: str | None = field(default=None, repr=False)


def is_read_key(value: object) -> bool:
    """Tell whether a value has the form of an emoncms read key: 32 hexadecimal digits."""
    return isinstance(value, str) and _READ_KEY.fullmatch(value) is not None


def read_systems(answered: object) -> tuple[System, ...]:
    """Read a list of systems, sorted by id; raises Malformed for another shape."""
    systems = map(read_system, rows(answered, "the list of systems"))
    return tuple(sorted(systems, key=lambda system: system.system_id))


def read_system(answered: object) -> System:
    """Read one system; raises Malformed where it is no object with an id.

    The service prints a number that was never filled in as 0, hence `given`. A design
    temperature of exactly 0 °C cannot be told from a missing one.
    """
    if not isinstance(answered, dict):
        raise Malformed("a system is no object")
    system_id = whole(answered.get("id"))
    if system_id is None or system_id <= 0:
        raise Malformed("a system has no id")
    latitude = given(answered.get("latitude"))
    boundary = whole(answered.get("metering_boundary_code"))
    read_key = answered.get("readkey")
    return System(
        system_id=system_id,
        location=text(answered.get("location")),
        latitude=latitude,
        # The longitude 0 runs through England: it is missing only where the latitude is.
        longitude=None if latitude is None else number(answered.get("longitude")),
        last_edited=whole(given(answered.get("last_updated"))),
        published=flag(answered.get("published")),
        shared=flag(answered.get("share")),
        installer=text(answered.get("installer_name")),
        manufacturer=text(answered.get("hp_manufacturer")),
        model=text(answered.get("hp_model")),
        kind=text(answered.get("hp_type")),
        refrigerant=text(answered.get("refrigerant")),
        output_kw=given(answered.get("hp_output")),
        max_output_kw=given(answered.get("hp_max_output")),
        max_output_tested_kw=given(answered.get("hp_max_output_test")),
        flow_temperature_design=given(answered.get("flow_temp")),
        outside_temperature_design=given(answered.get("design_temp")),
        heat_loss_kw=given(answered.get("heat_loss")),
        floor_area_m2=given(answered.get("floor_area")),
        property_type=text(answered.get("property")),
        age=text(answered.get("age")),
        insulation=text(answered.get("insulation")),
        hot_water_method=text(answered.get("dhw_method")),
        cylinder_litres=given(answered.get("cylinder_volume")),
        electric_meter=text(answered.get("electric_meter")),
        heat_meter=text(answered.get("heat_meter")),
        mid_metering=flag(answered.get("mid_metering")),
        boundary=boundary if boundary in _BOUNDARIES else None,
        hybrid=flag(answered.get("hp_hybrid")),
        data_flag=flag(answered.get("data_flag")),
        data_flag_note=text(answered.get("data_flag_note")),
        read_key=read_key if is_read_key(read_key) else None,
    )
