"""Days, half-hours and the clock of a simulated world.

Physics knows only unix time: day number ``n`` is the UTC day that starts at
``n × 86 400`` s. Both services think in London days, which have 23 or 25 hours when
the clocks change.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTE = 60
HALF_HOUR = 1800
HOUR = 3600
DAY = 86_400
MINUTES_PER_DAY = 1440
HALF_HOURS_PER_DAY = 48


class Clock:
    """A clock that stands still until it is moved; call it for the unix time."""

    def __init__(self, now: float) -> None:
        """Stand at the unix time ``now``."""
        self.now = now

    def __call__(self) -> float:
        """Return the unix time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds (back, when negative)."""
        self.now += seconds


@lru_cache(maxsize=20_000)
def midnight(day: date, zone: tzinfo = LONDON) -> int:
    """Return the unix time at which a local day starts."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def local_day(moment: float, zone: tzinfo = LONDON) -> date:
    """Return the local day that a unix time belongs to."""
    return datetime.fromtimestamp(moment, zone).date()


def days(first: date, last: date) -> list[date]:
    """Return every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def next_month(day: date) -> date:
    """Return the first day of the month after the one ``day`` lies in."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def utc_text(moment: float) -> str:
    """Return a unix time as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
