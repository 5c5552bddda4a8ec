"""When the demo shop sells: a growing, seasonal business with busy Saturdays and morning coffee."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.plan import DemoPlan
from app.money import split_minor

ZONE = "Europe/Dublin"
_MONTHS = (0.86, 0.9, 0.95, 0.98, 1.0, 1.04, 1.12, 1.1, 0.97, 0.98, 1.06, 1.5)
_WEEKDAYS = (0.82, 0.86, 0.93, 1.02, 1.24, 1.48, 0.72)
REGISTERS = (1, 2, 3, 4)
_REGISTER_SHARES = (0.3, 0.21, 0.29, 0.2)
# Hour of the day, shop time, and how many come then.
_HOURS = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
_HOUR_SHARES = (0.13, 0.12, 0.1, 0.1, 0.15, 0.13, 0.08, 0.07, 0.07, 0.05)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the till. `hour` is shop time with its fraction."""

    at: datetime
    hour: float
    register: int


def sales_per_day(plan: DemoPlan) -> list[tuple[date, int]]:
    """Days with their number of sales, adding up to the plan's."""
    days = [plan.first_day + timedelta(days=place) for place in range((plan.until - plan.first_day).days)]
    weights = [int(1_000_000 * _weight(day, place / len(days))) for place, day in enumerate(days)]
    return list(zip(days, split_minor(plan.sales, weights), strict=True))


def _weight(day: date, progress: float) -> float:
    if (day.month, day.day) in ((12, 25), (12, 26), (1, 1)):
        return 0.0
    rush = 1.6 if day.month == 12 and 18 <= day.day <= 24 else 1.0
    return (0.75 + 0.5 * progress) * _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * rush


def visits(rng: random.Random, day: date, count: int) -> list[Visit]:
    """The day's visits in order of time."""
    midnight = datetime.combine(day, time(0), tzinfo=UTC) - _offset(day)
    made = []
    for _ in range(count):
        hour = rng.choices(_HOURS, _HOUR_SHARES)[0] + rng.random()
        register = rng.choices(REGISTERS, _REGISTER_SHARES)[0]
        made.append(Visit(midnight + timedelta(seconds=int(hour * 3600)), hour, register))
    made.sort(key=lambda visit: (visit.at, visit.register))
    return made


def at_hour(day: date, hour: float) -> datetime:
    """`hour` of the day in shop time, as UTC."""
    return datetime.combine(day, time(0), tzinfo=UTC) - _offset(day) + timedelta(seconds=int(hour * 3600))


def _offset(day: date) -> timedelta:
    """The day's offset from UTC: clocks change at night, when the shop is shut."""
    offset = datetime.combine(day, time(12), tzinfo=ZoneInfo(ZONE)).utcoffset()
    return offset or timedelta(0)


def daypart(rng: random.Random, day: date, hour: float) -> str:
    """What kind of errand this is."""
    if day.month == 12 and day.day >= 8 and rng.random() < 0.45:
        return "festive"
    groceries = 0.42 if day.weekday() >= 5 else 0.24
    if hour > 9.5 and rng.random() < groceries:
        return "grocery"
    if hour < 11.5:
        return "morning"
    return "lunch" if hour < 14.2 else "afternoon"
