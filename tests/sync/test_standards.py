"""The shipped editions, the exact reading of decimals, and what makes an edition unfit."""

import copy
import json
import math
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from sync import scoring, standards
from sync.standards.edition import hundredths, tenths

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("code", standards.shipped())
def test_shipped_editions_are_fit_and_named_by_their_code(code: str) -> None:
    assert standards.load(code).code == code
    assert scoring.shipped(code).points == tenths(standards.load(code).total_points or 0)


def test_the_model_window_is_shipped_whole() -> None:
    edition = standards.load("model-window")
    items = list(edition.items())
    assert (len(edition.sections), len(items)) == (8, 25)
    assert sum(len(item.checks) for item in items) == 122
    compiled = scoring.shipped("model-window")
    assert sum(item.points for item in compiled.items.values() if item.onsite) == 750


@pytest.mark.parametrize("code", ["daily-window", "", "../model-window", "model-window.json"])
def test_an_edition_not_shipped_is_a_key_error(code: str) -> None:
    with pytest.raises(KeyError):
        standards.load(code)


@pytest.mark.parametrize(
    ("points", "read"), [(0.5, 5), (1.5, 15), (2, 20), (5.0, 50), (0, 0), (0.3, 3), (1.1, 11), (99999.9, 999999)]
)
def test_points_are_read_exactly(points: float, read: int) -> None:
    assert tenths(points) == read


@pytest.mark.parametrize("points", [0.25, 0.05, -1, -0.5, 1e-9, 100000, 1e30, math.inf, math.nan, 0.1 + 0.2])
def test_points_with_more_decimals_or_out_of_range_are_refused(points: float) -> None:
    with pytest.raises(ValueError, match="is no number"):
        tenths(points)


def test_targets_have_two_decimals() -> None:
    assert (hundredths(98.25), hundredths(85), hundredths(0.07), hundredths(99.1)) == (9825, 8500, 7, 9910)
    with pytest.raises(ValueError, match="is no number"):
        hundredths(98.255)


def section(document: dict[str, Any], code: str) -> dict[str, Any]:
    return next(section for section in document["sections"] if section["code"] == code)


def item(document: dict[str, Any], code: str) -> dict[str, Any]:
    return next(item for section in document["sections"] for item in section["items"] if item["code"] == code)


def percentage(document: dict[str, Any]) -> dict[str, Any]:
    rule: dict[str, Any] = item(document, "EFF-1")["rules"][0]
    return rule


UNSCORABLE: dict[str, tuple[Change, str]] = {
    "points of two decimals": (lambda d: item(d, "ENV-1")["rules"][0].update(points=0.25), "rule ENV-1.r1"),
    "item of two decimals": (lambda d: item(d, "ENV-1").update(max_points=3.05), "item ENV-1"),
    "negative points": (lambda d: item(d, "ENV-1")["rules"][0].update(points=-1), "rule ENV-1.r1"),
    "target of three decimals": (lambda d: percentage(d).update(target_percent=99.125), "rule EFF-1.r1"),
    "no target": (lambda d: percentage(d).pop("target_percent"), "has no target_percent"),
    "percentage of two checks": (
        lambda d: item(d, "EFF-1")["checks"].append({"code": "EFF-1.b", "rule": "EFF-1.r1"}),
        "measured by one check, not 2",
    ),
    "percentage of no check": (lambda d: item(d, "EFF-1")["checks"].clear(), "measured by one check, not 0"),
    "a check twice": (lambda d: item(d, "ENV-2")["checks"].append({"code": "ENV-3.a"}), "check 'ENV-3.a'"),
    "an item twice": (lambda d: item(d, "ENV-2").update(code="ENV-1"), "item 'ENV-1'"),
    "a section twice": (lambda d: section(d, "ENV").update(code="ORG"), "section 'ORG'"),
    "a rule twice": (lambda d: item(d, "ENV-1")["rules"][1].update(id="ENV-1.r1"), "rule 'ENV-1.r1'"),
    "a rule of another item": (lambda d: item(d, "ENV-2")["checks"][0].update(rule="ENV-3.r1"), "has no rule ENV-3.r1"),
    "an empty code": (lambda d: item(d, "ENV-2").update(code=""), "item ''"),
    "no weights": (lambda d: d["pass_rules"][0].pop("weights"), "PASS-STD: has no weights"),
    "no weight of the inspection": (
        lambda d: d["pass_rules"][1]["weights"].update(inspection=0),
        "PASS-MODEL: weights",
    ),
    "a mark of two decimals": (lambda d: d["pass_rules"][1].update(min_score=90.05), "PASS-MODEL"),
    "a step of nothing": (lambda d: d.update(point_step=0), "point_step: is 0"),
    "an unknown kind": (lambda d: item(d, "ENV-1")["rules"][0].update(kind="twice"), "Invalid enum value 'twice'"),
    "points that are text": (lambda d: item(d, "ENV-1")["rules"][0].update(points="2"), "points"),
    "points that are a truth": (lambda d: item(d, "ENV-1")["rules"][0].update(points=True), "points"),
    "weights of fractions": (lambda d: d["pass_rules"][1]["weights"].update(inspection=0.4), "weights"),
    "no sections": (lambda d: d.pop("sections"), "sections"),
}

UNPUBLISHABLE: dict[str, tuple[Change, str]] = {
    "section sum": (lambda d: section(d, "ENV").update(points=11), "section ENV: prints 110 tenths"),
    "total": (lambda d: d.update(total_points=99), "total_points: prints 990"),
    "section without points": (lambda d: section(d, "ENV").pop("points"), "section ENV: its points are missing"),
    "section of two decimals": (lambda d: section(d, "ENV").update(points=10.05), "section ENV: 10.05"),
    "no total": (lambda d: d.pop("total_points"), "total_points: its points are missing"),
    "rule without check": (
        lambda d: item(d, "ENV-1")["rules"].append({"id": "ENV-1.r3", "kind": "once", "points": 1}),
        "rule ENV-1.r3: no check bears it",
    ),
    "another schema": (lambda d: d.update(schema="postal-standard/2"), "schema"),
    "no name": (lambda d: d.update(name_zh=""), "name_zh: is missing"),
    "no edition": (lambda d: d.pop("edition"), "edition: is missing"),
}


@pytest.mark.parametrize(("change", "told"), UNSCORABLE.values(), ids=UNSCORABLE)
def test_an_unscorable_edition_is_refused_everywhere(change: Change, told: str) -> None:
    document = copy.deepcopy(standards.document("model-window"))
    change(document)
    with pytest.raises(standards.BadEditionError) as refusal:
        standards.validate(document)
    assert any(told in flaw for flaw in refusal.value.flaws), refusal.value.flaws
    with pytest.raises(standards.BadEditionError):
        scoring.compile_standard(standards.read(document))


@pytest.mark.parametrize(("change", "told"), UNPUBLISHABLE.values(), ids=UNPUBLISHABLE)
def test_an_edition_can_be_scored_and_not_published(change: Change, told: str) -> None:
    document = copy.deepcopy(standards.document("model-window"))
    change(document)
    with pytest.raises(standards.BadEditionError) as refusal:
        standards.validate(document)
    assert any(told in flaw for flaw in refusal.value.flaws), refusal.value.flaws
    assert scoring.compile_standard(standards.read(document)).points == 1000


@pytest.mark.parametrize(
    ("changes", "closing"),
    [(UNSCORABLE, f"0 passed, {len(UNSCORABLE)} failed"), (UNPUBLISHABLE, f"{len(UNPUBLISHABLE)} passed, 0 failed")],
    ids=["unscorable", "unpublishable"],
)
def test_the_client_refuses_the_same_editions(
    tmp_path: Path, changes: dict[str, tuple[Change, str]], closing: str
) -> None:
    npm = shutil.which("npm") or "npm"
    files = list(spoilt_files(tmp_path, changes.values()))
    command = [npm, "--prefix", str(Path(__file__).parents[2] / "pwa"), "run", "vectors", "--", *files]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip().splitlines()[-1] == closing, done.stdout


def spoilt_files(folder: Path, changes: Iterable[tuple[Change, str]]) -> Iterable[str]:
    """One vector file per changed edition, holding a case that only asks for a score."""
    for number, (change, _) in enumerate(changes):
        document = copy.deepcopy(standards.document("model-window"))
        change(document)
        case = {"name": "scores", "answers": {}, "third_party": None, "expect": {"max": 1000}}
        path = folder / f"{number}.json"
        path.write_text(json.dumps({"kind": "scoring", "standard": document, "cases": [case]}), "utf-8")
        yield path.name


def test_a_null_says_the_same_as_leaving_out() -> None:
    document = copy.deepcopy(standards.document("model-window"))
    document["pass_rules"] = None
    for nulled in (item(document, "ENV-0")["rules"][0], item(document, "MGT-3")["rules"][2]):
        nulled.update(points=None, basis_zh=None)
    item(document, "ENV-1").update(onsite=None, name_en=None)
    compiled = scoring.compile_standard(standards.read(document))
    assert (compiled.reached, compiled.model) == (None, None)
    assert compiled.items["MGT-3"].rules[2].points == 40


def test_every_flaw_is_told_at_once() -> None:
    document = copy.deepcopy(standards.document("model-window"))
    item(document, "ENV-1").update(max_points=3.05)
    percentage(document).pop("target_percent")
    with pytest.raises(standards.BadEditionError) as refusal:
        standards.validate(document)
    assert len(refusal.value.flaws) == 2


def test_the_hash_of_a_document_does_not_hang_on_its_order() -> None:
    document = standards.document("model-window")
    turned = dict(reversed(document.items()))
    assert standards.content_sha256(turned) == standards.content_sha256(document)
    assert standards.content_sha256({**document, "edition": "2012"}) != standards.content_sha256(document)
    # echo -n '{"a":0.5,"b":"分"}' | sha256sum
    told = "727cc87eb61681bb7b0ea21a21e6b1c3d3a6ad4f0213a1f73bce9dfb40484950"
    assert standards.content_sha256({"b": "分", "a": 0.5}) == told
