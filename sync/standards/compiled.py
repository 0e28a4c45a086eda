"""An edition compiled once for scoring: integers, each rule with what a failure costs and the checks that bear it."""

from msgspec import Struct

from sync.standards.edition import BadEditionError, Edition, Kind, hundredths, tenths
from sync.standards.edition import Item as EditionItem
from sync.standards.edition import Rule as EditionRule
from sync.standards.validation import unscorable

MULTIPLYING_UNITS = frozenset({"instance", "timed_transaction"})
"""Of a `per_occurrence` rule: with these each occurrence costs, with any other each failed check."""


class Rule(Struct, frozen=True):
    """A rule ready to score: `points` are what one failure costs, `each` whether further ones cost again."""

    id: str
    kind: Kind
    points: int
    each: bool
    counts: bool
    """Whether the counts inside the answers multiply."""
    target: int
    """Hundredths of a percent; 0 for all kinds but `per_percentage_point`."""
    checks: tuple[str, ...]


class Item(Struct, frozen=True):
    code: str
    points: int
    onsite: bool
    rules: tuple[Rule, ...]
    checks: tuple[str, ...]
    """All its checks, also those that bear no rule."""


class Section(Struct, frozen=True):
    code: str
    points: int
    items: tuple[Item, ...]


class Mark(Struct, frozen=True):
    """What a pass rule asks: a score in tenths, and the weights of inspection and third party."""

    score: int
    inspection: int
    third_party: int


class Standard(Struct, frozen=True):
    """An edition compiled once for scoring."""

    points: int
    step: int
    sections: tuple[Section, ...]
    items: dict[str, Item]
    checks: dict[str, Rule | None]
    """Every check of the edition, with the rule it bears."""
    reached: Mark | None
    model: Mark | None


def compile_standard(edition: Edition) -> Standard:
    """The edition ready to score; BadEditionError if it cannot be. Sums of items decide over printed points."""
    if flaws := unscorable(edition):
        raise BadEditionError(flaws)
    sections = []
    for section in edition.sections:
        items = tuple(_compile_item(item) for item in section.items)
        sections.append(Section(section.code, sum(item.points for item in items), items))
    items_by_code = {item.code: item for section in sections for item in section.items}
    checks: dict[str, Rule | None] = {}
    for item in items_by_code.values():
        bearing = {check: rule for rule in item.rules for check in rule.checks}
        checks |= {check: bearing.get(check) for check in item.checks}
    return Standard(
        points=sum(section.points for section in sections),
        step=tenths(edition.point_step),
        sections=tuple(sections),
        items=items_by_code,
        checks=checks,
        reached=_mark(edition, "PASS-STD"),
        model=_mark(edition, "PASS-MODEL"),
    )


def _compile_item(item: EditionItem) -> Item:
    points = tenths(item.max_points)
    return Item(
        code=item.code,
        points=points,
        onsite=item.onsite,
        rules=tuple(_compile_rule(item, rule, points) for rule in item.rules),
        checks=tuple(check.code for check in item.checks),
    )


def _compile_rule(item: EditionItem, rule: EditionRule, item_points: int) -> Rule:
    special = {"veto": 0, "all_or_nothing": item_points}
    target = rule.target_percent if rule.kind == "per_percentage_point" else None
    return Rule(
        id=rule.id,
        kind=rule.kind,
        points=special.get(rule.kind, tenths(rule.points)),
        each=rule.kind in ("per_occurrence", "per_missing", "per_percentage_point"),
        counts=rule.kind == "per_occurrence" and rule.count_unit in MULTIPLYING_UNITS,
        target=0 if target is None else hundredths(target),
        checks=tuple(check.code for check in item.checks if check.rule == rule.id),
    )


def _mark(edition: Edition, code: str) -> Mark | None:
    for rule in edition.pass_rules or ():
        if rule.code == code and rule.weights is not None:
            return Mark(tenths(rule.min_score), rule.weights.inspection, rule.weights.third_party)
    return None
