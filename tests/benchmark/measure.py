"""The figures: what is measured, with what it is compared, and what it has to reach."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from homeassistant.helpers.entity_platform import MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY

from . import history, parsing, scale, upkeep
from .apart import apart
from .figures import Figure
from .gauges import idle
from .home_assistant import DATABASE
from .service import Place, Service, service

_HOLD: Final = 20.0
"""Milliseconds for which the event loop may serve nobody."""

# With so many the list has 0.9 MB and the statistics of all 0.8 MB.
_FLEET: Final = 330
_STREETS: Final = (1, 10, 100, 300)
# What years of history take is measured with one heat pump.
_STREET_DAYS: Final = 3
# What fits beside the noise of one measurement.
_LINEAR: Final = 1.15


@dataclass(slots=True, kw_only=True)
class Home:
    """A home whose years are served, and a Home Assistant that has imported them."""

    folder: Path
    service: Service
    place: Place
    days: int
    imported: history.Import

    @classmethod
    @contextmanager
    def prepared(cls, days: int) -> Iterator[Self]:
        """Serve a home and import its history, which is the first thing measured."""
        with (
            TemporaryDirectory(prefix="benchmark-") as folder,
            service("home", days=days, size=_FLEET) as served,
        ):
            place = served.place()
            path = Path(folder)
            imported = apart(history.import_all, path, place, served)
            yield cls(
                folder=path,
                service=served,
                place=place,
                days=days,
                imported=imported,
            )


def first_import(home: Home) -> Iterator[Figure]:
    """Compare the first import with giving the recorder the same rows directly."""
    ours, asked = home.imported, home.imported.asked
    with TemporaryDirectory(prefix="benchmark-") as folder:
        alone = apart(history.give_all, Path(folder), home.folder / DATABASE)
    noise = apart(idle)
    name = f"first import of {home.days} days"
    yield Figure(
        name=f"{name} ÷ the recorder alone",
        value=ours.seconds / alone.seconds,
        limit=1.25,
        beside=(
            f"{ours.seconds:.1f} s and {alone.seconds:.1f} s for {ours.rows} rows; "
            f"{asked.requests} requests, the services' part {asked.seconds:.1f} s"
        ),
    )
    yield Figure(
        name=f"{name}: rows that the recorder alone had more or less",
        value=abs(ours.rows - alone.rows),
        limit=0,
    )
    yield Figure(
        name=f"{name}: the event loop held at most",
        value=ours.held,
        unit="ms",
        limit=_HOLD,
        beside=f"{alone.held:.0f} ms by the recorder alone, {noise:.0f} ms by nothing",
    )
    yield Figure(
        name=f"{name}: Python's longest collection of garbage",
        value=ours.collected,
        unit="ms",
        beside=f"{alone.collected:.0f} ms with the recorder alone",
    )
    yield Figure(
        name=f"{name}: the event loop's own work at a stretch",
        value=ours.worked,
        unit="ms",
        limit=_HOLD,
        beside=(
            f"{alone.worked:.0f} ms with the recorder alone, {ours.set_up:.0f} ms in the "
            "set-up before"
        ),
    )
    yield Figure(
        name=f"{name}: the processor's time ÷ the recorder alone",
        value=ours.processor / alone.processor,
        beside=f"{ours.processor:.1f} s and {alone.processor:.1f} s",
    )
    yield Figure(
        name=f"{name}: memory above the recorder alone",
        value=ours.peak - alone.peak,
        unit="MB",
        limit=32,
        beside=f"{ours.peak:.0f} MB and {alone.peak:.0f} MB",
    )


def correction(home: Home) -> Iterator[Figure]:
    """Compare the correction of an old half-hour with giving what it changes directly."""
    found = apart(history.correct, home.folder, home.service, home.days // 5)
    middle = sorted(found, key=lambda each: each.seconds / each.alone)[len(found) // 2]
    years = (home.days - home.days // 5) / 365.25
    yield Figure(
        name=f"correction {years:.1f} years ago ÷ giving the rows it changes",
        value=middle.seconds / middle.alone,
        limit=1.5,
        beside=(
            f"{1000 * middle.seconds:.0f} ms and {1000 * middle.alone:.0f} ms for "
            f"{middle.given} rows; {middle.asked.requests} requests, the services' "
            f"part {1000 * middle.asked.seconds:.0f} ms"
        ),
    )
    yield Figure(
        name="correction: rows that changed without need, or not at all",
        value=max(abs(each.rows - each.given) for each in found),
        limit=0,
        beside=f"{middle.rows} rows, most of them by moving their totals at once",
    )


def poll(home: Home) -> Iterator[Figure]:
    """Ask for news where there are none."""
    for name, found in apart(upkeep.poll, home.folder, home.service).items():
        yield Figure(
            name=f"poll without news, {name}: rows written", value=found.rows, limit=0
        )
        yield Figure(
            name=f"poll without news, {name}: requests", value=found.requests, limit=2
        )
        yield Figure(
            name=f"poll without news, {name}: the processor's time",
            value=found.processor,
            unit="ms",
            limit=5,
        )


def restart(home: Home) -> Iterator[Figure]:
    """Start with all years imported."""
    found = apart(upkeep.start_again, home.folder, home.service)
    requests = {
        "HeatpumpMonitor.org": found.asked.heatpumpmonitor,
        "PowerShaper Monitor": found.asked.powershaper,
    }
    for name, count in requests.items():
        yield Figure(name=f"restart: requests to {name}", value=count, limit=12)
    yield Figure(name="restart: rows written", value=found.rows, limit=0)
    yield Figure(
        name="restart: until every sensor shows, without the services' part",
        value=found.seconds - found.service_seconds,
        unit="s",
        limit=1,
        beside=(
            f"{found.sensors} sensors after {found.seconds:.2f} s, the services' part "
            f"{found.service_seconds:.2f} s"
        ),
    )


def parse(home: Home) -> Iterator[Figure]:
    """Read the largest answers."""
    for found in apart(parsing.parse, home.place):
        yield Figure(
            name=f"parsing {found.name}: the event loop held at most",
            value=found.held,
            unit="ms",
            limit=_HOLD,
            beside=(
                f"{found.worked:.1f} ms of them its own work; {1000 * found.processor:.0f}"
                " ms of the processor in all"
            ),
        )


def street(size: int) -> scale.Street:
    """Measure so many heat pumps in one Home Assistant."""
    with (
        TemporaryDirectory(prefix="benchmark-") as folder,
        service("street", days=_STREET_DAYS, size=size) as served,
    ):
        return apart(scale.settle_down, Path(folder), served.place(), served)


def streets() -> Iterator[Figure]:
    """Compare what a heat pump takes where there are many and where there are ten."""
    found = {size: street(size) for size in _STREETS}
    of_ten, of_most = found[10], found[max(_STREETS)]
    sensors = of_ten.sensors // of_ten.heat_pumps * of_most.heat_pumps
    yield Figure(
        name=f"{of_most.heat_pumps} heat pumps: sensors that do not show",
        value=sensors - of_most.sensors,
        limit=0,
        beside=f"{of_most.sensors} show, {MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY} can",
    )
    figures: dict[str, tuple[str, Callable[[scale.Street], float]]] = {
        "set-up": ("s", lambda each: each.set_up),
        "processor for the set-up": ("s", lambda each: each.set_up_processor),
        "processor for the first import": ("s", lambda each: each.first_import),
        "memory": ("MB", lambda each: each.memory),
        "requests in an hour": ("", lambda each: each.requests),
        "processor in an hour": ("s", lambda each: each.processor),
    }
    for name, (unit, figure) in figures.items():
        per_pump = figure(of_most) / of_most.heat_pumps
        series = ", ".join(f"{figure(each):.3g}" for each in found.values())
        sizes = ", ".join(map(str, found))
        yield Figure(
            name=f"{of_most.heat_pumps} heat pumps, each ÷ one of ten: {name}",
            value=per_pump / (figure(of_ten) / of_ten.heat_pumps),
            limit=_LINEAR,
            beside=f"{series} {unit} for {sizes}".replace("  ", " "),
        )
