"""What makes an edition unfit: `unscorable` for any use, `validate` for publishing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sync.standards.edition import (
    PASS_CODES,
    BadEditionError,
    Edition,
    Item,
    Number,
    PassRule,
    Rule,
    Section,
    hundredths,
    tenths,
)

LARGEST_WEIGHT = 10_000


def read(document: Mapping[str, Any]) -> Edition:
    """The edition in a decoded JSON document; BadEditionError if its structure is another.

    A null says the same as leaving the field out.
    """
    try:
        return msgspec.convert(_without_nulls(document), Edition)
    except msgspec.ValidationError as error:
        raise BadEditionError([str(error)]) from error


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def validate(document: Mapping[str, Any]) -> Edition:
    """An edition fit to be published; BadEditionError with every flaw otherwise.

    Beyond what scoring needs: the sums of items are the points printed for sections and total, every
    rule has a check, and the edition has a schema, a code, an edition and names.
    """
    edition = read(document)
    flaws = [*unscorable(edition), *_unnamed(edition), *_idle_rules(edition)]
    # Sums of numbers that cannot be read say nothing.
    flaws += [] if flaws else _differences(edition)
    if flaws:
        raise BadEditionError(flaws)
    return edition


def unscorable(edition: Edition) -> list[str]:
    """Every reason why no score can be computed with this edition; empty if there is none."""
    flaws = [*_doubled(edition), *_inexact("point_step", edition.point_step, tenths)]
    if edition.point_step == 0:
        flaws.append("point_step: is 0")
    for item in edition.items():
        flaws += _item_flaws(item)
    for rule in edition.pass_rules or ():
        if rule.code in PASS_CODES:
            flaws += _pass_flaws(rule)
    return flaws


def _inexact(where: str, number: Number, unit: Callable[[Number], int]) -> Iterator[str]:
    try:
        unit(number)
    except ValueError as error:
        yield f"{where}: {error}"


def _doubled(edition: Edition) -> Iterator[str]:
    items = list(edition.items())
    named: dict[str, Iterable[str]] = {
        "section": (section.code for section in edition.sections),
        "item": (item.code for item in items),
        "rule": (rule.id for item in items for rule in item.rules),
        "check": (check.code for item in items for check in item.checks),
        "pass rule": (rule.code for rule in edition.pass_rules or ()),
    }
    for what, codes in named.items():
        for code, times in Counter(codes).items():
            if times > 1 or not code:
                yield f"{what} {code!r}: stands {times} times"


def _item_flaws(item: Item) -> Iterator[str]:
    yield from _inexact(f"item {item.code}", item.max_points, tenths)
    for rule in item.rules:
        yield from _inexact(f"rule {rule.id}", rule.points, tenths)
        if rule.kind == "per_percentage_point":
            yield from _percentage_flaws(item, rule)
    known = {rule.id for rule in item.rules}
    for check in item.checks:
        if check.rule is not None and check.rule not in known:
            yield f"check {check.code}: its item has no rule {check.rule}"


def _percentage_flaws(item: Item, rule: Rule) -> Iterator[str]:
    if rule.target_percent is None:
        yield f"rule {rule.id}: has no target_percent"
    else:
        yield from _inexact(f"rule {rule.id}", rule.target_percent, hundredths)
    checks = sum(check.rule == rule.id for check in item.checks)
    if checks != 1:
        yield f"rule {rule.id}: a percentage is measured by one check, not {checks}"


def _pass_flaws(rule: PassRule) -> Iterator[str]:
    yield from _inexact(f"pass rule {rule.code}", rule.min_score, tenths)
    weights = rule.weights
    if weights is None:
        yield f"pass rule {rule.code}: has no weights"
    elif not 1 <= weights.inspection <= LARGEST_WEIGHT or not 0 <= weights.third_party <= LARGEST_WEIGHT:
        yield f"pass rule {rule.code}: weights are whole numbers up to {LARGEST_WEIGHT}, the inspection's at least 1"


def _unnamed(edition: Edition) -> Iterator[str]:
    if edition.schema != "postal-standard/1":
        yield f"schema: {edition.schema!r} is not postal-standard/1"
    for field in ("code", "edition", "name_zh", "name_en"):
        if not getattr(edition, field):
            yield f"{field}: is missing"
    if not any(item.checks for item in edition.items()):
        yield "sections: hold no check"


def _idle_rules(edition: Edition) -> Iterator[str]:
    for item in edition.items():
        used = {check.rule for check in item.checks}
        for rule in item.rules:
            if rule.id not in used:
                yield f"rule {rule.id}: no check bears it"


def _differences(edition: Edition) -> Iterator[str]:
    for section in edition.sections:
        yield from _printed(f"section {section.code}", section.points, _sum(section))
    yield from _printed("total_points", edition.total_points, sum(map(_sum, edition.sections)))


def _printed(where: str, points: Number | None, summed: int) -> Iterator[str]:
    if points is None:
        yield f"{where}: its points are missing"
        return
    flaws = list(_inexact(where, points, tenths))
    yield from flaws
    if not flaws and tenths(points) != summed:
        yield f"{where}: prints {tenths(points)} tenths of a point, its items make {summed}"


def _sum(section: Section) -> int:
    return sum(tenths(item.max_points) for item in section.items)
