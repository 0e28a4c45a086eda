"""Months as the operator's clocks count them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from server.settings import CHINA, Settings

LATEST = 253_402_214_400_000
"""The last day a calendar of four digits knows, in epoch ms; what says to be later counts there."""

_zone: list[tzinfo] = [timezone(timedelta(hours=8))]


def count_by(settings: Settings) -> None:
    """Use the operator's time zone from now on."""
    # China's is a fixed one: it needs no list of zones, which a small machine may lack.
    _zone[:] = [timezone(timedelta(hours=8)) if settings.time_zone == CHINA else ZoneInfo(settings.time_zone)]


def month_of(at: int) -> str:
    """The month of a time in epoch ms, ``2026-11``."""
    moment = datetime.fromtimestamp(min(at, LATEST) / 1000, UTC)
    return moment.astimezone(_zone[0]).strftime("%Y-%m")
