"""The answers of HeatpumpMonitor.org: always status 200, whatever goes wrong."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
import math
import re
from typing import Any

import numpy as np
import orjson

from .answers import HTML, JSON, PLAIN, Answer, Call
from .fields import ROW_FIELDS, WINDOW_FIELDS, Row
from .homes import LIST_COLUMNS, UNITS, Json, System, key_of
from .php import (
    crash,
    daily_cell,
    monthly_text,
    php_int,
    php_json,
    php_next_month,
    php_time,
    warning,
)
from .physics import Floats
from .plant import Feeds
from .series import averaged, first_sample, last_sample, point_times, sampled
from .statistics import WINDOWS
from .times import LONDON, MINUTE, midnight
from .world import World

COOKIE = "HPMON_ORG_SESSID"
CACHE_SECONDS = 300
INVALID_ACCESS = {"success": False, "message": "Invalid access"}
_WHOLE_NUMBER = re.compile(rb"(?<=\d)\.0(?=[\],}])")


class Stop(Exception):
    """Ends the making of an answer with the answer itself."""

    def __init__(self, answer: Answer) -> None:
        """Carry the answer."""
        super().__init__()
        self.answer = answer


class HeatpumpMonitor:
    """Makes the answers; holds sessions and the cache of ``available``."""

    def __init__(self, world: World) -> None:
        """Answer for one world."""
        self._world = world
        self._sessions: dict[str, str] = {}
        self._visits = 0
        self._available: dict[int, tuple[float, dict[str, Json]]] = {}
        self._routes: dict[tuple[str, ...], Callable[[Call], Answer]] = {
            ("system", "get"): self._get,
            ("system", "list", "public"): self._list_public,
            ("system", "list", "user"): self._list_user,
            ("system", "stats"): self._stats_range,
            ("system", "stats", "custom"): self._stats_custom,
            ("system", "stats", "monthly"): self._stats_monthly,
            ("system", "stats", "daily"): self._stats_daily,
            ("timeseries", "available"): self._ts_available,
            ("timeseries", "values"): self._ts_values,
            ("timeseries", "values_slow"): self._ts_values,
            ("timeseries", "data"): self._ts_data,
            ("user", "login"): self._login,
        }

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call; each one comes with a cookie."""
        parts = [part for part in call.path.split("/") if part]
        if parts:
            parts[-1], _, _ = parts[-1].partition(".")
        try:
            answer = self._route(tuple(parts), call)
        except Stop as stop:
            answer = stop.answer
        headers = {
            "Cache-Control": "no-store, no-cache, must-revalidate",
            "Expires": "Thu, 19 Nov 1981 08:52:00 GMT",
            "Pragma": "no-cache",
        }
        if call.cookies.get(COOKIE) not in self._sessions:
            self._visits += 1
            session = key_of(f"visit {self._visits}")[:26]
            headers["Set-Cookie"] = (
                f"{COOKIE}={session}; path=/; HttpOnly; SameSite=Strict"
            )
        return Answer(
            body=answer.body,
            content_type=answer.content_type,
            headers=headers | dict(answer.headers),
        )

    def _route(self, parts: tuple[str, ...], call: Call) -> Answer:
        """Return the answer of the route that the parts of a path name."""
        if "id[]" in call.query:
            return crash("TypeError: Argument must be of type string, array given")
        if route := self._routes.get(parts):
            return route(call)
        match parts:
            case ("system", "stats", str(name)) if name in WINDOWS:
                return self._stats_window(name, call)
            case ("system", *_):
                return Answer(body=b"false")
            case ("timeseries", *_):
                return Answer(
                    body=b"\n<!DOCTYPE html>\n<html><body>Not here</body></html>",
                    content_type=HTML,
                )
        return Answer(body=b'""')

    # Access.

    def _param(self, call: Call, name: str) -> str:
        """Return a parameter that must be there."""
        value = call.query.get(name)
        if value is None:
            body = f"missing {name} parameter".encode()
            raise Stop(Answer(body=body, content_type=PLAIN))
        return value

    def _user(self, call: Call) -> str | None:
        """Return who is signed in."""
        return self._sessions.get(call.cookies.get(COOKIE, ""))

    def _system(self, call: Call, *, key_counts: bool = True) -> System:
        """Return the system that a call may read, or refuse."""
        system_id = php_int(self._param(call, "id"))
        system = self._world.all_systems().get(system_id)
        if system is not None:
            key = call.query.get("readkey")
            mine = system.owner is not None and system.owner == self._user(call)
            opened = key_counts and bool(key) and key == system.read_key
            if system.public or mine or opened:
                return system
        raise Stop(Answer(body=php_json(INVALID_ACCESS)))

    # Metadata.

    def _get(self, call: Call) -> Answer:
        """Answer ``/system/get.json``; a read key opens nothing here."""
        system = self._system(call, key_counts=False)
        return Answer(body=php_json(system.columns()))

    def _list_public(self, call: Call) -> Answer:
        """Answer ``/system/list/public.json``; without the extension it is a page."""
        if not call.path.endswith(".json"):
            page = b"\n<!DOCTYPE html>\n<html><body>Systems</body></html>"
            return Answer(body=page, content_type=HTML)
        rows = [
            system.columns() | LIST_COLUMNS
            for system in self._world.all_systems().values()
            if system.public
        ]
        return Answer(body=php_json(rows))

    def _list_user(self, call: Call) -> Answer:
        """Answer ``/system/list/user.json``: ``false`` unless somebody is signed in."""
        user = self._user(call)
        if user is None:
            return Answer(body=b"false")
        owned = [s for s in self._world.systems.values() if s.owner == user]
        return Answer(body=php_json([self._own(system) for system in owned]))

    def _own(self, system: System) -> dict[str, Json]:
        """Return a system as its owner sees it in a list."""
        account = self._world.accounts[system.owner or ""]
        row = {
            "id": system.id,
            "userid": account.user_id,
            **system.columns(),
            "app_id": system.app_id,
            "readkey": system.read_key,
            "url": None,
            **LIST_COLUMNS,
            "username": account.username,
        }
        start, feeds, _ = self._world.samples(system)
        for name, feed_id in (("elec", 25), ("heat", 27)):
            last = last_sample(feeds.get(f"heatpump_{name}", np.array([])))
            if last is not None:
                row[f"heatpump_{name}_feedid"] = feed_id + system.id
                age = (self._world.now() - start - last * MINUTE) / 3600
                row[f"heatpump_{name}_ago"] = age
                row["heatpump_max_age"] = age
        return row

    def _login(self, call: Call) -> Answer:
        """Answer ``/user/login.json``; the session comes as a cookie."""
        for name in ("username", "password"):
            if name not in call.form:
                body = f"missing {name} parameter".encode()
                return Answer(body=body, content_type=PLAIN)
        account = self._world.accounts.get(call.form["username"])
        if account is None or account.password != call.form["password"]:
            refusal = {"success": False, "message": "Invalid username or password"}
            return Answer(body=php_json(refusal))
        session = key_of(f"{account.username} {len(self._sessions)}")[:26]
        self._sessions[session] = account.username
        return Answer(
            body=php_json({"success": True, "message": "Login successful"}),
            headers={
                "Set-Cookie": f"{COOKIE}={session}; path=/; HttpOnly; SameSite=Strict"
            },
        )

    # Statistics.

    def _concerned(self, call: Call) -> list[System]:
        """Return the systems whose statistics a call is about."""
        if "id" in call.query:
            return [self._system(call)]
        systems = self._world.all_systems().values()
        if call.query.get("mode") == "user":
            key = call.query.get("readkey") or None
            return [s for s in systems if s.read_key == key and s.owner is not None]
        return [s for s in systems if s.public]

    def _rows(
        self, systems: list[System], row_of: Callable[[System], Row | None], stamp: Json
    ) -> Answer:
        """Answer with a row for each system that has one, by its id."""
        rows = {}
        for system in systems:
            row = row_of(system)
            if row is not None:
                values = {name: round(row[name], 6) for name in WINDOW_FIELDS}
                values["timestamp"] = stamp
                rows[str(system.id)] = {"id": system.id, "timestamp": stamp} | values
        return Answer(body=php_json(rows))

    def _stats_window(self, name: str, call: Call) -> Answer:
        """Answer ``/system/stats/last7`` and its like."""
        statistics = self._world.statistics
        return self._rows(
            self._concerned(call),
            lambda system: statistics.window(system, name),
            stamp=False,
        )

    def _stats_custom(self, _: Call) -> Answer:
        """Answer ``/system/stats/custom``, which nobody fills."""
        return Answer(body=b"[]")

    def _stats_range(self, call: Call) -> Answer:
        """Answer ``/system/stats?start=&end=`` from whole months; ``end`` included."""
        first = php_time(text := self._param(call, "start"))
        last = php_time(self._param(call, "end"))
        if first is None or last is None:
            return warning(f"Failed to parse time string ({text})", b"[]")
        before = php_next_month(last)
        statistics = self._world.statistics
        return self._rows(
            self._concerned(call),
            lambda system: statistics.month_range(system, first, before),
            stamp=first,
        )

    def _stats_monthly(self, call: Call) -> Answer:
        """Answer ``/system/stats/monthly``: a year of rows, every value as text."""
        if "id" not in call.query:
            return Answer(body=b"[]")
        system = self._system(call)
        statistics = self._world.statistics
        oldest = midnight(statistics.today() - timedelta(days=365))
        rows = [
            {
                "id": str(system.id),
                "timestamp": str(midnight(month)),
                **{name: monthly_text(row[name]) for name in ROW_FIELDS},
            }
            for month, row in statistics.months(system, oldest).items()
        ]
        return Answer(body=php_json(rows))

    def _stats_daily(self, call: Call) -> Answer:
        """Answer ``/system/stats/daily`` as CSV; its ``id`` is that of the app."""
        if "id" not in call.query:
            return Answer(body=b"", content_type=PLAIN)
        system = self._system(call)
        if not system.has_app:
            return Answer(body=b"", content_type=PLAIN)
        known = ("id", "timestamp", *ROW_FIELDS)
        names: tuple[str, ...] = known
        if "fields" in call.query:
            asked = call.query["fields"].split(",")
            names = tuple(name for name in asked if name in known)
        if not names:
            return crash("mysqli_sql_exception: SQL syntax")
        start = php_int(call.query.get("start", ""))
        end = php_int(call.query.get("end", ""))
        daily = self._world.statistics.daily(system)
        lines = [",".join(names)]
        for n, day in enumerate(daily.days):
            stamp = midnight(day)
            if start and end and not start <= stamp < end:
                continue
            first = {"id": str(system.app_id), "timestamp": str(stamp)}
            cells = (
                first[name] if name in first else daily_cell(name, daily.table[name][n])
                for name in names
            )
            lines.append(",".join(cells))
        return Answer(body="\n".join([*lines, ""]).encode(), content_type=PLAIN)

    # Samples.

    def _monitored(self, call: Call) -> System:
        """Return the system whose samples a call may read."""
        system = self._system(call)
        if not system.has_app:
            problem = "invalid app or permissions"
            answer = {"success": False, "http_code": 200, "message": problem}
            raise Stop(Answer(body=php_json(answer)))
        return system

    def _asked(self, call: Call, system: System) -> list[str]:
        """Return the configured feeds a call names, in the configuration's order."""
        asked = self._param(call, "feeds").split(",")
        return [key for key in self._world.configured(system) if key in asked]

    def _ts_available(self, call: Call) -> Answer:
        """Answer ``/timeseries/available``, from a cache for five minutes."""
        system = self._monitored(call)
        now = self._world.now()
        made, cached = self._available.get(system.id, (-math.inf, {}))
        if self._world.caches_available and 0 <= now - made < CACHE_SECONDS:
            return Answer(body=php_json(cached | {"config_cache": True}))
        start, samples, _ = self._world.samples(system)
        deleted = self._world.deleted(system)
        feeds: dict[str, Json] = {
            key: {} if key in deleted else _extent(key, samples, start)
            for key in self._world.configured(system)
        }
        answer: dict[str, Json] = {
            "feeds": feeds or [],
            "start_date": system.start_date,
        }
        if system.starting_power is not None:
            answer |= {
                "auto_detect_cooling": 0,
                "starting_power": system.starting_power,
            }
        self._available[system.id] = now, answer
        return Answer(body=php_json(answer))

    def _ts_values(self, call: Call) -> Answer:
        """Answer ``/timeseries/values``: the last sample of each feed."""
        system = self._monitored(call)
        start, samples, _ = self._world.samples(system)
        values = {}
        for key in self._asked(call, system):
            last = last_sample(samples[key])
            values[key] = (
                {"time": 0, "value": 0}
                if last is None
                else {"time": start + last * MINUTE, "value": float(samples[key][last])}
            )
        return Answer(body=php_json(values))

    def _ts_data(self, call: Call) -> Answer:
        """Answer ``/timeseries/data``: points of several feeds at even times."""
        start, end = self._param(call, "start"), self._param(call, "end")
        feeds, interval = self._param(call, "feeds"), self._param(call, "interval")
        system = self._monitored(call)
        keys = self._asked(call, system)
        if not keys or not feeds or self._world.deleted(system) & set(keys):
            return warning('Attempt to read property "feedid" on bool', b'{"":null}')
        # Two keys on one feed: only the later one is answered.
        sources = {system.config[key]: key for key in keys}
        first, last = data_time(start), data_time(end)
        if first is None or last is None:
            return Answer(body=b"[]")
        problem = self._data_problem(
            first, last, step := data_step(interval, first, last)
        )
        if problem:
            error = {"success": False, "message": problem}
            return Answer(body=php_json(dict.fromkeys(sources.values(), error)))
        stamp = STAMPS.get(call.query.get("timeformat", "unixms"))
        if stamp is None:
            error = {"success": False, "message": "Invalid time format"}
            return Answer(body=php_json(error))
        times = point_times(first, last, step)
        origin, samples, _ = self._world.samples(system)
        averages = php_int(call.query.get("average", "0")) == 1 and step > MINUTE
        stamps = list(stamp(times.tolist()))
        answer: dict[str, list[Any]] = {}
        for key in sources.values():
            points: Floats = (
                averaged(samples[key], origin, times, step)
                if averages
                else sampled(samples[key], origin, times)
            )
            column = points.tolist()
            answer[key] = list(zip(stamps, column, strict=True)) if stamps else column
        # The fast writer makes NaN null; the rest of PHP's habits follow by hand.
        body = orjson.dumps(answer).replace(b"/", b"\\/")
        return Answer(body=_WHOLE_NUMBER.sub(b"", body), content_type=JSON)

    def _data_problem(self, first: int, last: int, step: int) -> str | None:
        """Return what emoncms has to say against a span."""
        if first >= last:
            return "Request end time before start time"
        points = (last - first) // step
        limit = self._world.max_points
        if points > limit:
            return (
                f"request datapoint limit reached ({limit}), increase request interval"
                f" or reduce time range, requested datapoints = {points}"
            )
        return None


def _extent(key: str, samples: Feeds, start: int) -> dict[str, Json]:
    """Return from when to when a feed has samples."""
    last = last_sample(samples[key])
    first = first_sample(samples[key])
    extent: dict[str, Json] = {
        "start_time": start + first * MINUTE if last is not None else 0,
        "end_time": start + last * MINUTE if last is not None else 0,
        "interval": MINUTE,
        "npoints": last - first + 1 if last is not None else 0,
    }
    return extent | ({"unit": UNITS[key]} if UNITS[key] else {})


def data_time(text: str) -> int | None:
    """Return the unix time that ``start`` or ``end`` of a data call stands for."""
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        number = int(float(text))
        return number // 1000 if number > 1e11 else number
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).timestamp())


def data_step(text: str, first: int, last: int) -> int:
    """Return the seconds between points; chosen by the service when not above 0."""
    step = php_int(text)
    return step if step > 0 else max((last - first) // 800, 1)


def _local(pattern: str) -> Callable[[list[int]], Iterator[str]]:
    """Return a writer of times in the owner's time zone."""

    def write(times: list[int]) -> Iterator[str]:
        for moment in times:
            here = datetime.fromtimestamp(moment, LONDON)
            yield here.strftime(pattern) if pattern else here.isoformat()

    return write


STAMPS: Mapping[str, Callable[[list[int]], Any]] = {
    "unix": iter,
    "unixms": lambda times: (moment * 1000 for moment in times),
    "iso8601": _local(""),
    "excel": _local("%d/%m/%Y %H:%M:%S"),
    "notime": lambda times: (),
}
