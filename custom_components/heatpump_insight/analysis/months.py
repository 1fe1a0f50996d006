"""Calendar months of UTC as spans of hours."""

from collections.abc import Iterator
from datetime import UTC, datetime


def months(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans [first, last) in unix seconds into which months cut [start, end)."""
    while start < end:
        day = datetime.fromtimestamp(start, UTC).date()
        year, month = divmod(day.year * 12 + day.month, 12)
        following = int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp())
        yield start, min(following, end)
        start = following


def month_start(moment: int) -> int:
    """Return the first second of the month of a moment, both in unix seconds."""
    day = datetime.fromtimestamp(moment, UTC)
    return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp())
