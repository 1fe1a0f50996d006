"""Watches Home Assistant's log for what no step provoked."""

from collections.abc import Iterable
from pathlib import Path
import re

from tests.demo.compare import log_findings


class Watch:
    """Tells of each warning and error that names the integration, once."""

    def __init__(self, log: Path) -> None:
        """Watch a log from its beginning; nothing is allowed yet."""
        self._log = log
        self._allowed: list[str] = []
        self._told = 0

    def allow(self, patterns: Iterable[str]) -> None:
        """Take what is provoked from now on for granted, by regular expressions."""
        self._allowed += patterns

    def findings(self) -> list[str]:
        """Return what is new and not allowed."""
        found = list(log_findings(self._log.read_text()))
        new, self._told = found[self._told :], len(found)
        return [
            finding
            for finding in new
            if not any(re.search(pattern, finding) for pattern in self._allowed)
        ]
