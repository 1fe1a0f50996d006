"""What both services share: calls and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

JSON = "application/json"
HTML = "text/html; charset=UTF-8"
PLAIN = "text/plain;charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, without its transport."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response, without its transport."""

    body: bytes
    content_type: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def plain_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """Answer with ordinary JSON."""
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(body=orjson.dumps(value), status=status, headers=names)
