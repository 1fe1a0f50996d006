"""The answers of PowerShaper Monitor: meters, and their usage by half-hour or longer."""

from collections import defaultdict
from datetime import date, datetime, timedelta, tzinfo
import math
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from .answers import Answer, Call, plain_json
from .homes import Json, Meter
from .series import Times
from .times import HALF_HOUR, HOUR, MINUTE, days, local_day, midnight, utc_text
from .world import World

ROOT = "/meters/api/v1/"
AGGREGATES = ("none", "hour", "day", "month", "profile")
_USAGE = re.compile(r"meter/([^/]+)/([^/]+)")


class PowerShaper:
    """Makes the answers; counts the calls of each token."""

    def __init__(self, world: World) -> None:
        """Answer for one world."""
        self._world = world
        self._calls: dict[str, list[float]] = defaultdict(list)

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call."""
        scheme, _, token = call.headers.get("Authorization", "").partition(" ")
        consents = self._world.tokens.get(token)
        if scheme != "Token" or consents is None:
            problem = "Invalid token." if token else "No credentials were given."
            return plain_json({"detail": problem}, 401, WWW_Authenticate="Token")
        if refusal := self._over_quota(token):
            return refusal
        path = call.path.removeprefix(ROOT)
        if path == "meters/":
            return self._meters(consents)
        found = _USAGE.fullmatch(path)
        if found is None:
            return plain_json({"detail": "Not found."}, 404)
        consent, commodity = found.groups()
        meter = self._world.meters.get((consent, commodity))
        if meter is None or consent not in consents:
            return plain_json({"detail": "Not found."}, 404)
        for status in (403, 404):
            if self._world.meter_gone(meter, str(status)):
                detail = {"detail": "There is no consent for this meter."}
                return plain_json(detail, status)
        return self._usage(meter, call)

    def _over_quota(self, token: str) -> Answer | None:
        """Refuse a call when its token has used up its calls."""
        quota = self._world.quota
        if quota is None:
            return None
        now = self._world.now()
        recent = [at for at in self._calls[token] if now - quota.period < at <= now]
        if len(recent) >= quota.calls:
            wait = math.ceil(recent[0] + quota.period - now)
            headers = {"Retry_After": str(wait)} if quota.retry_after else {}
            return plain_json({"detail": "Call quota exceeded."}, 426, **headers)
        self._calls[token] = [*recent, now]
        return None

    def _meters(self, consents: tuple[str, ...]) -> Answer:
        """Answer the list of meters."""
        rows = [
            self._meter(meter)
            for (consent, _), meter in self._world.meters.items()
            if consent in consents and not self._world.meter_gone(meter, "row")
        ]
        return plain_json(rows)

    def _meter(self, meter: Meter) -> dict[str, Json]:
        """Return the row of one meter."""
        latest = self._world.latest(meter)
        earliest = min(meter.home.start, latest)
        days_only = self._world.style.range == "date"
        return {
            "consent_uuid": meter.consent,
            "type": meter.commodity,
            "mpxn_last_digits": meter.last_digits,
            "status": meter.status,
            "range": {
                "earliest": str(local_day(earliest))
                if days_only
                else utc_text(earliest),
                # A bare date is the last day with readings.
                "latest": str(local_day(latest - 1)) if days_only else utc_text(latest),
            },
            "links": {"records": f"{ROOT}meter/{meter.consent}/{meter.commodity}"},
        }

    def _usage(self, meter: Meter, call: Call) -> Answer:
        """Answer the usage of a meter between two days, the last one included."""
        try:
            first = date.fromisoformat(call.query["start"])
            last = date.fromisoformat(call.query["end"])
            zone = ZoneInfo(call.query.get("tz", "Europe/London"))
        except KeyError, ValueError, ZoneInfoNotFoundError:
            return plain_json({"detail": "start, end or tz cannot be read."}, 400)
        aggregate = call.query.get("aggregate", "none")
        if aggregate not in AGGREGATES or last < first:
            return plain_json({"detail": "No such aggregate or period."}, 400)
        readings = self._world.readings(meter)
        span = readings.span(
            midnight(first, zone), midnight(last + timedelta(days=1), zone)
        )
        bad = readings.error[span] | readings.absent[span]
        times = readings.start + np.arange(readings.energy.size)[span] * HALF_HOUR
        energy = np.where(bad, 0.0, readings.energy[span])
        carbon = np.where(bad, 0.0, readings.carbon[span])
        if aggregate == "none":
            there = ~readings.absent[span]
            times, bad = times[there], bad[there]
            energy, carbon = energy[there], carbon[there]
        # An average day is one of stamps, as the other rows are.
        shift = self._shift if aggregate == "profile" else 0
        keys, first_of, row_of = np.unique(
            _row_keys(times + shift, aggregate, zone),
            return_index=True,
            return_inverse=True,
        )
        errors = np.bincount(row_of, weights=bad, minlength=keys.size)
        scale = np.ones(keys.size)
        if aggregate == "profile":
            stamps = [
                f"{key // 3600:02}:{key // 60 % 60:02}:00" for key in keys.tolist()
            ]
            good = np.bincount(row_of, minlength=keys.size) - errors
            scale = 1 / np.maximum(good, 1)
        else:
            stamps = [self._time(at, zone) for at in times[first_of].tolist()]
        columns = zip(
            stamps,
            np.round(np.bincount(row_of, energy, keys.size) * scale, 6).tolist(),
            np.round(np.bincount(row_of, carbon, keys.size) * scale, 6).tolist(),
            errors.astype(int).tolist(),
            strict=True,
        )
        return plain_json([self._row(meter, *row) for row in columns])

    def _row(
        self, meter: Meter, time: str, energy: float, carbon: float, errors: int
    ) -> dict[str, Json]:
        """Return one row; what is missing counts as 0, and is counted as an error."""
        style = self._world.style
        row: dict[str, Json] = {
            "time": time,
            "energy_kwh": energy,
            "carbon_kg": carbon,
            "error_count": errors,
        }
        if style.numbers == "string":
            row |= {"energy_kwh": str(energy), "carbon_kg": str(carbon)}
        if meter.commodity == "gas" and style.gas_carbon != "filled":
            row["carbon_kg"] = None
            if style.gas_carbon == "absent":
                del row["carbon_kg"]
        return row

    @property
    def _shift(self) -> int:
        """Return how long after its start a half-hour is stamped."""
        return HALF_HOUR if self._world.style.stamp == "end" else 0

    def _time(self, start: int, zone: tzinfo) -> str:
        """Return the stamp of a row."""
        style = self._world.style
        moment = start + self._shift
        match style.time:
            case "offset":
                return datetime.fromtimestamp(moment, zone).isoformat()
            case "naive":
                here = datetime.fromtimestamp(moment, zone)
                return here.replace(tzinfo=None).isoformat()
        return utc_text(moment)


def _row_keys(times: Times, aggregate: str, zone: tzinfo) -> Times:
    """Return for each half-hour a number that its row's half-hours share."""
    if aggregate == "none" or not times.size:
        return times
    if aggregate == "hour":
        return times // HOUR
    if aggregate == "profile":
        clock = [datetime.fromtimestamp(at, zone) for at in times.tolist()]
        return np.array([here.hour * HOUR + here.minute * MINUTE for here in clock])
    span = days(local_day(times[0], zone), local_day(times[-1], zone))
    if aggregate == "month":
        span = list(dict.fromkeys(day.replace(day=1) for day in span))
    starts = np.array([midnight(day, zone) for day in span])
    return np.searchsorted(starts, times, side="right")
