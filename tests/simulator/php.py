"""PHP's habits: how it reads numbers and dates, and how it writes answers."""

from datetime import UTC, datetime, timedelta
import json
import math
import re
from typing import Any

from .answers import HTML, Answer
from .times import LONDON, midnight

# Decimals of the daily rows, by the end of a field's name.
_PLACES = {"kwh": 4, "cop": 3, "prc_carnot": 3, "mean": 2}


def whole(value: Any) -> Any:
    """Return JSON data with whole numbers without a point and NaN as null."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case dict():
            return {key: whole(item) for key, item in value.items()}
        case list() | tuple():
            return [whole(item) for item in value]
    return value


def php_json(value: Any) -> bytes:
    """Write JSON as PHP does: an empty map as a list, ASCII, slashes escaped."""
    if value == {}:
        value = []
    text = json.dumps(whole(value), separators=(",", ":"), ensure_ascii=True)
    return text.replace("/", "\\/").encode()


def warning(text: str, then: bytes = b"") -> Answer:
    """Answer with an HTML warning of PHP in front of whatever follows."""
    html = f"<br />\n<b>Warning</b>:  {text} in <b>/srv/monitor/model.php</b> on line <b>1</b><br />\n"
    return Answer(body=html.encode() + then, content_type=HTML)


def crash(text: str) -> Answer:
    """Answer with the HTML of a fatal error."""
    html = f"<br />\n<b>Fatal error</b>:  Uncaught {text}\nStack trace:\n#0 {{main}}\n"
    return Answer(body=html.encode(), content_type=HTML)


def php_int(text: str) -> int:
    """Cast text to a number as PHP does: leading digits, or 0."""
    found = re.match(r"\s*[+-]?\d+", text)
    return int(found[0]) if found else 0


def php_time(text: str) -> int | None:
    """Return the unix time that a date of ``/system/stats`` stands for."""
    if re.fullmatch(r"@\d+", text):
        return int(text[1:])
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            moment = datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        return int(moment.timestamp()) if "T" in text else midnight(moment.date())
    return None


def php_next_month(moment: int) -> int:
    """Add a month as PHP does: the 31st of January becomes the 3rd of March."""
    here = datetime.fromtimestamp(moment, LONDON)
    first = (here.replace(day=1) + timedelta(days=32)).replace(day=1)
    later = first + timedelta(days=here.day - 1)
    return int(later.timestamp())


def monthly_text(value: float) -> str | None:
    """Return a number of the monthly rows: text with six digits, or NULL."""
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() else f"{value:.6g}"


def daily_cell(name: str, value: float) -> str:
    """Return a number of the daily rows; nothing for NULL."""
    if math.isnan(value):
        return ""
    places = next((n for end, n in _PLACES.items() if name.endswith(end)), 4)
    rounded = round(value, places)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)
