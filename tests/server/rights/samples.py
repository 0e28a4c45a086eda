"""One right value for every field somebody may write, and the arguments of every act."""

from typing import Any

from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.seed import named
from tests.server.rights.people import WHO
from tests.server.rights.work import ITEM, Work

Values = dict[str, Any]
PROOF = {"text": "{}", "key": f"{'A' * 87}=", "signature": f"{'A' * 86}=="}
MARKUP = [{"shape": "blur", "box": [1, 2, 3, 4]}]
SIGNED = {"list_sha256": "0" * 64, "total": 1000, "at": 1, "name": "x", "strokes": [[1, 2, 3, 4]], "refused": None}
POSITION = {"lat": 29.5, "lon": 106.5, "accuracy": 5.0, "at": 1}
ABSENT = "0197a000-0000-7000-8000-00000000dead"
"""The id of nothing."""


HUNG = {"visit": "draft", "comment": "visit", "inspection": "submitted"}
"""The state of what a new photo or comment hangs on."""


def _another(hand: Hand) -> str:
    """An inspector over the branch who is not the one who asks, and in no inspection."""
    return named("dora") if hand.person != named("dora") else named("carl")


def _of(type_: str, state: str, work: Work) -> Values:
    return {"type": type_, "id": work.ids[f"{type_}.{state}"]}


def writable(type_: str, hand: Hand, work: Work, on: str = "") -> Values:
    """Field path -> value for a record of a type; ``on``: the type of what a photo or a comment hangs on."""
    branch, standard = named(work.branch), named("standard")
    hung = {"finding": "draft" if type_ == "photo" else "submitted", **HUNG}.get(on, "")
    match type_:
        case "inspection":
            return {
                "branch": branch, "standard": standard, "started_at": hand.now(), "task": work.ids["task.open"],
                "position": POSITION, f"members.{_another(hand)}": True, f"members.{hand.person}": False,
                "representative": "x", "remark": "x", "signed": SIGNED,
            }  # fmt: skip
        case "finding":
            return {
                "inspection": work.ids["inspection.draft"], "item": "D-1", "checks.A-1.a": FAIL,
                f"notes.{hand.person}": "x", f"notes.{_another(hand)}": "x", "reasons.A-1.a": "x",
            }  # fmt: skip
        case "photo":
            id_ = work.ids[f"{on or 'finding'}.{hung or 'draft'}"]
            about = {**hand.picture(id_, hand.new_id()), "of": {"type": on or "finding", "id": id_}}
            return {**about, "check": None, "position": POSITION, "clock_offset": 1, "proof": PROOF, "markup": MARKUP}
        case "comment":
            return {"of": _of(on or "visit", hung or "draft", work), "text": "x", "at": 2}
        case "customer":
            texts = dict.fromkeys(("name", "contact", "phone", "address", "route", "tier", "remark"), "x")
            return {"branch": branch, "kind": "key", "position": POSITION, **texts}
        case "visit":
            texts = dict.fromkeys(("needs", "complaint", "market_info", "route", "remark"), "x")
            return {
                "branch": branch, "kind": "card", "started_at": hand.now(), "position": POSITION,
                "customer": work.ids["customer.other"], "corrects": work.ids["visit.closed"], "result": "met",
                "satisfaction": 90, "topics": ["other"], "follow_up_on": "2026-12-01", **texts,
            }  # fmt: skip
    return {}


def altered(path: str, value: Any, work: Work) -> Any:
    """Another right value than the one a record was written down with."""
    here, there = _of("visit", "draft", work), _of("comment", "inspection", work)
    others = {
        "branch": named("south" if work.side == "near" else "north"), "standard": named("retired"), "kind": "reception",
        "task": work.ids["task.claimed"], "inspection": work.ids["inspection.void"], "source": "gallery",
        "check": f"{ITEM}.a", "sha256": "1" * 64, "preview_sha256": "2" * 64, "position": {**POSITION, "lat": 1.0},
        "of": there if value == here else here,
    }  # fmt: skip
    return value + 7 if isinstance(value, int) else others.get(path, value)


def spoken(path: str, hand: Hand) -> str:
    """A field path as the table words it: whose key of a map it is."""
    name, dot, key = path.partition(".")
    if name in ("members", "notes"):
        return f"{name}.{'own' if key == hand.person else 'another’s'}"
    return f"{name}.…" if dot else name


def arguments(type_: str, verb: str, work: Work) -> Values | None:
    """What an act takes; None for nothing."""
    reason = {"reason": "x"}
    match type_, verb:
        case "inspection", "return_items":
            return {"items": {ITEM: "x"}}
        case "inspection", "settle_late":
            device, n = map(int, work.ids["held"].split(","))
            return {"change": [device, n], "take": False, **reason}
        case "finding", "correct":
            return {"set": {f"{ITEM}.a": FAIL}, **reason}
        case ("photo", "ask"):
            return None
        case ("inspection", "take_over" | "reopen" | "void") | ("photo", _) | ("task", "decline") | ("visit", "void"):
            return reason
    return None


assert "dora" not in WHO
