"""The COP that an owner wants of a heat pump, and whether it is reached."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from .analysis.cop import cop
from .analysis.target import Verdict, judge
from .api.heatpumpmonitor import Window
from .coordinator import Performance, PerformanceCoordinator

YESTERDAY: Final = "yesterday"
_WINDOWS: Final = {
    "7_days": Window.LAST_7,
    "30_days": Window.LAST_30,
    "90_days": Window.LAST_90,
    "365_days": Window.LAST_365,
}
TARGET_WINDOWS: Final = (YESTERDAY, *_WINDOWS)

# Nine in ten published systems reach 3.4 over a year: a week below this is worth a look.
_USUAL_TARGET: Final = 3.0
_USUAL_WINDOW: Final = "7_days"


class CopTarget:
    """What is wanted of a heat pump: number and select set it, a binary sensor tells.

    `window` is one of TARGET_WINDOWS.
    """

    def __init__(self, performance: PerformanceCoordinator) -> None:
        """Take who knows the COP; what is wanted is the usual until it is read back."""
        self.target = _USUAL_TARGET
        self.window = _USUAL_WINDOW
        self.verdict: Verdict | None = None
        self._performance = performance
        self._listeners: list[CALLBACK_TYPE] = []

    @property
    def cop(self) -> float | None:
        """Return the COP of the window, None where it has no data."""
        return _cop_of(self._performance.data, self.window)

    @property
    def is_below(self) -> bool | None:
        """Return whether the COP is below the target, None where it is not known."""
        if self.cop is None or self.verdict is None:
            return None
        return self.verdict.below

    @property
    def below_since(self) -> datetime | None:
        """Return when the COP fell below the target, None where it is not below."""
        if not self.is_below or self.verdict is None:
            return None
        return datetime.fromtimestamp(self.verdict.since, UTC)

    @callback
    def async_set_target(self, target: float) -> None:
        """Want another COP."""
        self.target = target
        self._begin_anew()

    @callback
    def async_set_window(self, window: str) -> None:
        """Look at the COP of other days."""
        self.window = window
        self._begin_anew()

    @callback
    def async_remember(self, verdict: Verdict | None) -> None:
        """Go on from what was known before a restart."""
        self.verdict = verdict
        self.async_judge()

    @callback
    def async_judge(self) -> None:
        """Compare the COP as it is now with the target."""
        self.verdict = judge(
            self.cop, self.target, self.verdict, dt_util.utcnow().timestamp()
        )

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> Callable[[], None]:
        """Call when something else is wanted; return what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _begin_anew(self) -> None:
        """Forget what was said of another target, which binds nothing."""
        self.verdict = None
        self.async_judge()
        for listener in self._listeners:
            listener()


def _cop_of(performance: Performance, window: str) -> float | None:
    """Return the COP of a target's window."""
    if window == YESTERDAY:
        day = performance.yesterday
        if day is None or not day.combined.length_s:
            return None
        return cop(day.combined.heat_kwh, day.combined.elec_kwh)
    stats = performance.windows.get(_WINDOWS[window])
    return None if stats is None else stats.combined.cop
