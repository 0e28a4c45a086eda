"""Customers as columns of a sheet: the headings an import knows. Numbers are hidden, as they are on every screen."""

from collections.abc import Callable, Mapping
from typing import Any

from server.customers.synced import digits
from server.lists.answers import Column, Language

KINDS = {
    "organisation": ("单位客户", "organisation"),
    "person": ("个人客户", "person"),
    "key": ("大客户", "key account"),
}
HEADINGS: Mapping[str, tuple[str, str]] = {
    "branch": ("网点编码", "Branch code"),
    "name": ("客户名称", "Customer"),
    "kind": ("类别", "Kind"),
    "contact": ("联系人", "Contact"),
    "phone": ("电话", "Phone"),
    "address": ("地址", "Address"),
    "lat": ("纬度", "Latitude"),
    "lon": ("经度", "Longitude"),
    "route": ("段道", "Route"),
    "tier": ("等级", "Tier"),
    "remark": ("备注", "Remark"),
    "id": ("客户编号", "Customer number"),
}
NAMES = ("客户", "Customers")


def masked(phone: str) -> str:
    """A number as it is shown before somebody asks for it: `139****0042`. The phone has a twin in `mask.ts`."""
    figures = digits(phone)
    if len(figures) < 5:
        return "****"
    return f"{figures[: 3 if len(figures) >= 11 else 1]}****{figures[-4 if len(figures) >= 9 else -2 :]}"


def customer_columns(codes: Mapping[str, str], language: Language) -> Mapping[str, Column]:
    """Every column an import takes; ``codes``: branch id -> code."""
    at = ("zh", "en").index(language)
    values: dict[str, Callable[[Any], str | float | None]] = {
        "branch": lambda row: codes[row["branch"]],
        "kind": lambda row: row["kind"] and KINDS[row["kind"]][at],
        "phone": lambda row: row["phone"] and masked(row["phone"]),
        "lat": lambda row: row["position"] and row["position"]["lat"],
        "lon": lambda row: row["position"] and row["position"]["lon"],
    }
    return {key: Column(*HEADINGS[key], values.get(key) or _plain(key)) for key in HEADINGS}


def _plain(key: str) -> Callable[[Any], str | None]:
    return lambda row: row[key]
