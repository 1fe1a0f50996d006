"""Daily statistics of a monitored system, from its samples."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import physics
from .fields import QUALITIES, RATIOS, ROW_FIELDS, SIGNALS, Table, ratio
from .physics import Floats, Mask, Samples
from .plant import KWH_PER_SAMPLE
from .times import MINUTE, MINUTES_PER_DAY

type Indexes = NDArray[np.int64]

# What a heat meter says when it is in air.
NO_FLOW = 1024

_MINUTE = np.arange(MINUTES_PER_DAY)
_PEAK = (_MINUTE >= 16 * 60) & (_MINUTE < 19 * 60)
_SMALL_HOURS = (_MINUTE >= 30) & (_MINUTE < 330)
_AFTERNOON = (_MINUTE >= 13 * 60) & (_MINUTE < 16 * 60)

# p/kWh by minute of the day on each of the tariffs that the service compares.
PRICES: dict[str, Floats] = {
    "agile": np.where(_PEAK, 31.0, np.where(_SMALL_HOURS, 13.5, 20.5)),
    "cosy": np.where(_PEAK, 39.0, np.where(_AFTERNOON | _SMALL_HOURS, 13.9, 26.9)),
    "go": np.where(_SMALL_HOURS, 8.5, 27.3),
}


class Spans:
    """Runs of samples, one per row; they may overlap."""

    def __init__(self, first: list[int], count: list[int]) -> None:
        """Take the index of the first sample of each row, and how many there are."""
        self.first = np.array(first, dtype=np.int64)
        self.count = np.array(count, dtype=np.int64)
        self.origin = int(self.first.min())
        self.stop = int((self.first + self.count).max())

    def cut(self, samples: Floats | Samples) -> Floats:
        """Return the samples that any row needs, and one NaN more.

        It lets the last row end somewhere.
        """
        part = samples[self.origin : self.stop]
        return np.append(part, np.array([np.nan], dtype=part.dtype)).astype(float)

    def total(self, values: Floats | Mask) -> Floats:
        """Return the sum of each row over values that were cut; all must be known."""
        start = self.first - self.origin
        edges = np.stack([start, start + self.count], axis=1).ravel()
        sums: Floats = np.add.reduceat(values, edges, dtype=float)[::2]
        return sums


def reading(counter: Floats | Samples, index: Indexes) -> Floats:
    """Return a counter's readings; 0 where there is none, as the service does."""
    values = counter[np.clip(index, 0, counter.size - 1)].astype(float)
    values[np.isnan(values)] = 0.0
    return values


@dataclass(frozen=True, slots=True)
class Signals:
    """The samples that statistics are made of; NaN where one is missing."""

    elec: Floats
    heat: Floats  # positive while cooling
    flow: Floats
    returned: Floats
    outside: Floats
    room: Floats
    ideal: Floats  # COP of an ideal machine

    def temperatures(self) -> dict[str, Floats]:
        """Return the temperatures by their names in the fields."""
        values = (self.flow, self.returned, self.outside, self.room)
        return dict(zip(SIGNALS, values, strict=True))


def daily_table(
    feeds: Mapping[str, Floats | Samples],
    spans: Spans,
    *,
    starting_power: float = 100,
    tariffs: bool = True,
) -> Table:
    """Return a table with one row for each day; power is W every 60 s.

    ``feeds`` maps the feed keys that the system has to samples (NaN where missing).
    """
    cut = {key: spans.cut(values) for key, values in feeds.items()}
    nothing = np.full(spans.stop - spans.origin + 1, np.nan)
    elec = cut.get("heatpump_elec", nothing)
    heat = cut.get("heatpump_heat", nothing)
    masks = _masks(cut, elec, heat, starting_power)
    flow, returned, outside, room = (
        cut.get(f"heatpump_{name}", nothing) for name in SIGNALS
    )
    signals = Signals(
        elec,
        np.where(masks["cooling"], -heat, heat),
        flow,
        returned,
        outside,
        room,
        physics.ideal_cop(flow, outside),
    )

    table: Table = {}
    for category, mask in masks.items():
        table |= _category(spans, category, mask, signals)
    table["combined_starts"] = spans.total(_rises(masks["running"]))
    taken = np.maximum(-np.nan_to_num(heat), 0)
    table["combined_cooling_kwh"] = spans.total(taken) * KWH_PER_SAMPLE
    table |= _weighted(spans, signals)
    table |= _counters(spans, feeds)
    for name in QUALITIES:
        known = ~np.isnan(cut.get(f"heatpump_{name}", nothing))
        table[f"quality_{name}"] = 100 * spans.total(known) / spans.count
    airy = masks["running"] & (cut.get("heatpump_error", nothing) == NO_FLOW)
    seconds = spans.total(airy) * MINUTE
    table["error_air"] = np.where(seconds > 0, seconds, np.nan)
    table["error_air_kwh"] = spans.total(np.where(airy, elec, 0.0)) * KWH_PER_SAMPLE
    for name, key in (("immersion", "immersion_elec"), ("boiler", "boiler_heat")):
        power = np.nan_to_num(cut.get(key, nothing))
        table[f"{name}_kwh"] = spans.total(power) * KWH_PER_SAMPLE
    minute = np.arange(nothing.size) % MINUTES_PER_DAY
    for tariff, prices in PRICES.items():
        paid = spans.total(np.nan_to_num(elec) * prices[minute]) * KWH_PER_SAMPLE
        rate = ratio(paid, table["combined_elec_kwh"])
        table[f"unit_rate_{tariff}"] = rate if tariffs else np.full_like(rate, np.nan)
    for name, (top, bottom, scale) in RATIOS.items():
        table[name] = ratio(table[top], table[bottom], scale)
    return {name: table[name] for name in ROW_FIELDS}


def _rises(state: Mask) -> Mask:
    """Return where a state begins."""
    return np.diff(state.astype(np.int8), prepend=0) > 0


def _masks(
    cut: Mapping[str, Floats], elec: Floats, heat: Floats, starting_power: float
) -> dict[str, Mask]:
    """Return which samples belong to which category."""
    never = np.zeros(elec.size)
    combined = ~np.isnan(elec) & ~np.isnan(heat)
    running = combined & (np.nan_to_num(elec) >= starting_power)
    cooling = running & (np.nan_to_num(cut.get("heatpump_cooling", never)) != 0)
    water = running & (np.nan_to_num(cut.get("heatpump_dhw", never)) != 0)
    # Without a hot-water status nothing tells space heating from hot water.
    told = "heatpump_dhw" in cut
    return {
        "combined": combined,
        "running": running,
        "space": running & ~water & ~cooling & told,
        "water": water & ~cooling,
        "cooling": cooling,
    }


def _category(spans: Spans, name: str, mask: Mask, signals: Signals) -> Table:
    """Return the fields of one category: NULL but for its length where it is empty."""
    count = spans.total(mask)
    used = spans.total(np.where(mask, signals.elec, 0.0))
    given = spans.total(np.where(mask, signals.heat, 0.0))
    known = mask & ~np.isnan(signals.ideal)
    perfect = spans.total(np.where(known, signals.elec * signals.ideal, 0.0))
    table = {
        f"{name}_elec_kwh": np.where(count > 0, used * KWH_PER_SAMPLE, np.nan),
        f"{name}_heat_kwh": np.where(count > 0, given * KWH_PER_SAMPLE, np.nan),
        f"{name}_data_length": count * MINUTE,
        f"{name}_elec_mean": ratio(used, count),
        f"{name}_heat_mean": ratio(given, count),
        f"{name}_prc_carnot": ratio(given, perfect, 100.0),
    }
    for signal, values in signals.temperatures().items():
        known = mask & ~np.isnan(values)
        total = spans.total(np.where(known, values, 0.0))
        table[f"{name}_{signal}_mean"] = ratio(total, spans.total(known))
    if name == "cooling":
        table[f"{name}_prc_carnot"] = np.full_like(count, np.nan)
    return table


def _weighted(spans: Spans, signals: Signals) -> Table:
    """Return the weighted fields: samples with all five signals and heat ≥ 0."""
    flow, outside = signals.flow, signals.outside
    spread = flow - signals.returned
    every = signals.elec + signals.heat + spread + outside
    known = ~np.isnan(every) & (np.nan_to_num(signals.heat) >= 0)
    on = known & (np.nan_to_num(spread) > 1.0)
    elec = np.where(known, signals.elec, 0.0)
    heat = np.where(known, signals.heat, 0.0)
    used, given = spans.total(elec), spans.total(heat)

    def by_heat(values: Floats) -> Floats:
        return ratio(spans.total(np.where(known, values * heat, 0.0)), given)

    energies = {
        "kwh_elec": used,
        "kwh_heat": given,
        "kwh_heat_running": spans.total(heat * on),
        "kwh_elec_running": spans.total(elec * on),
        "kwh_carnot_elec": spans.total(np.where(on, heat / signals.ideal, 0.0)),
    }
    return {
        "weighted_flowT": by_heat(flow),
        "weighted_outsideT": by_heat(outside),
        "weighted_flowT_minus_outsideT": by_heat(flow - outside),
        "weighted_flowT_minus_returnT": by_heat(spread),
        "weighted_elec": ratio(spans.total(elec**2), used),
        "weighted_heat": ratio(spans.total(heat**2), given),
        **{f"weighted_{key}": sum_ * KWH_PER_SAMPLE for key, sum_ in energies.items()},
        "weighted_time_on": spans.total(on) * MINUTE,
        "weighted_time_total": spans.total(known) * MINUTE,
        "weighted_cycle_count": spans.total(_rises(on)),
    }


def _counters(spans: Spans, feeds: Mapping[str, Floats | Samples]) -> Table:
    """Return last minus first reading of the day, which neither gap nor reset heeds."""
    table: Table = {}
    for name in ("elec", "heat"):
        counter = feeds.get(f"heatpump_{name}_kwh")
        if counter is None:
            table[f"from_energy_feeds_{name}_kwh"] = np.zeros(spans.first.size)
            continue
        first = reading(counter, spans.first)
        last = reading(counter, spans.first + spans.count)
        table[f"from_energy_feeds_{name}_kwh"] = last - first
    return table
