"""Branches as columns of a sheet: the headings an import knows."""

from collections.abc import Callable, Mapping
from typing import Any

from server.lists.answers import Column, Language
from server.people.naming import unit_names

KINDS = {
    "post_office": ("邮政局所", "post office"),
    "agency": ("代办所", "agency"),
    "delivery": ("投递部", "delivery"),
}
STATUSES = {"open": ("营业", "open"), "closed": ("停业", "closed")}
HEADINGS: Mapping[str, tuple[str, str]] = {
    "code": ("网点编码", "Code"),
    "name": ("网点名称", "Name"),
    "kind": ("类型", "Kind"),
    "unit": ("所属机构", "Unit"),
    "address": ("地址", "Address"),
    "lat": ("纬度", "Latitude"),
    "lon": ("经度", "Longitude"),
    "staff_count": ("人数", "Staff"),
    "opens": ("开门时间", "Opens"),
    "closes": ("关门时间", "Closes"),
    "status": ("状态", "Status"),
}


async def branch_columns(language: Language) -> Mapping[str, Column]:
    """Every column an import takes."""
    units = await unit_names()
    at = ("zh", "en").index(language)
    values: dict[str, Callable[[Any], str | int | float | None]] = {
        "kind": lambda row: KINDS[row.kind][at],
        "unit": lambda row: units.label(row.unit),
        "lat": lambda row: row.position and row.position.lat,
        "lon": lambda row: row.position and row.position.lon,
        "status": lambda row: STATUSES[row.status][at],
    }
    return {key: Column(*HEADINGS[key], values.get(key) or _plain(key)) for key in HEADINGS}


def _plain(key: str) -> Callable[[Any], str | int | None]:
    return lambda row: getattr(row, key)
