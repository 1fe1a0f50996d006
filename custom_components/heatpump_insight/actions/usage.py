"""`get_usage`: what a meter measured, asked of PowerShaper Monitor itself."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

import probatio

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util

from ..analysis.days import SERVICE_ZONE
from ..analysis.usage import Amounts, average_day, periods
from ..api.powershaper import Aggregate, Meter
from ..options import HomeOptions, home_options
from ..runtime import MeterRuntime
from .common import (
    DAYS_FIELDS,
    DEVICE_FIELD,
    Action,
    Days,
    async_meter,
    days_of,
    no_such_device,
)
from .tables import FORMAT_FIELD, table

ATTR_AGGREGATE: Final = "aggregate"

# Half-hours of a year are 2 MB, and five requests.
_MOST_DAYS: Final = {
    Aggregate.HALF_HOUR: 366,
    Aggregate.HOUR: 366,
    Aggregate.DAY: 3_660,
    Aggregate.MONTH: 3_660,
    Aggregate.PROFILE: 3_660,
}

type _Row = tuple[datetime | time, Amounts]


async def _async_get_usage(call: ServiceCall) -> ServiceResponse:
    """Return the use of a meter on some British days, which are those of the meter."""
    runtime = async_meter(call)
    aggregate = Aggregate(call.data[ATTR_AGGREGATE])
    days = days_of(call, most=_MOST_DAYS[aggregate])
    meter = runtime.usage.account.data.meter(runtime.consent, runtime.commodity)
    if meter is None:
        raise no_such_device()
    options = home_options(
        runtime.usage.config_entry, runtime.consent, dt_util.get_default_time_zone()
    )
    if aggregate is Aggregate.PROFILE:
        column = "time_of_day"
        rows = await _async_average_day(runtime, meter, days, options)
    else:
        column = "start"
        rows = await _async_periods(runtime, meter, days, aggregate, options)
    return table(
        call,
        "usage",
        (column, "energy_kwh", "carbon_kg", "missing_half_hours"),
        (
            (moment.isoformat(), each.energy_kwh, each.carbon_kg, each.missing)
            for moment, each in rows
        ),
    )


async def _async_average_day(
    runtime: MeterRuntime, meter: Meter, days: Days, options: HomeOptions
) -> list[_Row]:
    """Return the half-hours of the average of the days."""
    rows = await runtime.client.profile(meter, days.first, days.last, SERVICE_ZONE.key)
    return list(average_day(rows, ends_stamped=options.ends_stamped).items())


async def _async_periods(
    runtime: MeterRuntime,
    meter: Meter,
    days: Days,
    aggregate: Aggregate,
    options: HomeOptions,
) -> list[_Row]:
    """Return the periods of the days."""
    first, last, zone = days.first, days.last, SERVICE_ZONE.key
    if aggregate is Aggregate.MONTH:
        # The month of the first day may have begun before it.
        days = replace(days, first=first.replace(day=1))
    start, end = (
        datetime.fromtimestamp(moment, UTC) for moment in days.span(SERVICE_ZONE)
    )
    if aggregate in (Aggregate.HALF_HOUR, Aggregate.HOUR):
        # Only there is every time unambiguous. A half-hour stamped with its end may bear
        # the first moment of the next day.
        first, last, zone = start.date(), end.date(), "Etc/UTC"
    rows = await runtime.client.usage(meter, first, last, aggregate, zone)
    found = periods(rows, aggregate, start, end, ends_stamped=options.ends_stamped)
    # As a key a British time would not tell the hour that comes twice apart.
    return [(moment.astimezone(SERVICE_ZONE), each) for moment, each in found.items()]


GET_USAGE: Final = Action(
    name="get_usage",
    schema=probatio.Schema(
        {
            **DEVICE_FIELD,
            **DAYS_FIELDS,
            probatio.Optional(
                ATTR_AGGREGATE, default=Aggregate.HALF_HOUR.value
            ): probatio.In([each.value for each in Aggregate]),
            **FORMAT_FIELD,
        }
    ),
    act=_async_get_usage,
)
