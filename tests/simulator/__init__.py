"""A simulator of HeatpumpMonitor.org and PowerShaper Monitor, with its own truth.

``World`` is a physical model of homes under a clock; ``Simulator`` serves it over HTTP
on this machine. What goes wrong with the data is added to the world, what goes wrong
on the way to the simulator's ``faults``.
"""

from .data_faults import (
    AbsurdSamples,
    AbsurdUsage,
    CounterRestart,
    EfficiencyLost,
    FeedAppears,
    FeedDeleted,
    FeedEnds,
    FeedReplaced,
    HalfHoursMissing,
    MeterGone,
    MeterLate,
    MonitorDark,
    PowerCorrected,
    UsageCorrected,
)
from .faults import (
    DatabaseDown,
    Drip,
    Elsewhere,
    EmoncmsDown,
    Garbage,
    HtmlPage,
    Huge,
    Outage,
    ProxyRefuses,
    QuotaSpent,
    Reply,
    Slow,
    TokenRefused,
    Truncated,
)
from .server import Request, Simulator
from .times import Clock
from .truth import SystemHour, Truth, Usage
from .world import Quota, Style, World

__all__ = [
    "AbsurdSamples",
    "AbsurdUsage",
    "Clock",
    "CounterRestart",
    "DatabaseDown",
    "Drip",
    "EfficiencyLost",
    "Elsewhere",
    "EmoncmsDown",
    "FeedAppears",
    "FeedDeleted",
    "FeedEnds",
    "FeedReplaced",
    "Garbage",
    "HalfHoursMissing",
    "HtmlPage",
    "Huge",
    "MeterGone",
    "MeterLate",
    "MonitorDark",
    "Outage",
    "PowerCorrected",
    "ProxyRefuses",
    "Quota",
    "QuotaSpent",
    "Reply",
    "Request",
    "Simulator",
    "Slow",
    "Style",
    "SystemHour",
    "TokenRefused",
    "Truncated",
    "Truth",
    "Usage",
    "UsageCorrected",
    "World",
]
