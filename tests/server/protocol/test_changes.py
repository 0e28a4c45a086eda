"""Protocol §3 and records.md: everything wrong inside a change is an outcome of that change, never a status."""

from typing import Any

import pytest

from tests.server.protocol.gestures import PASS, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.stories import SOME_ID, among_good_ones, edit
from tests.server.protocol.world import World
from tests.server.reply import check_reply


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"type": "inspection"},
        {"type": "inspection", "id": SOME_ID},
        {"type": "inspection", "id": SOME_ID, "set": {}},
        {"type": "inspection", "id": SOME_ID, "set": None},
        {"type": "inspection", "id": SOME_ID, "set": []},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": "bare"}},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": []}},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}, "act": "submit"},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}, "with": {}},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}, "colour": "green"},
        {"type": "inspection", "id": SOME_ID, "act": 5},
        {"type": "inspection", "id": "17", "set": {"remark": ["a"]}},
        {"type": "inspection", "id": 17, "set": {"remark": ["a"]}},
        {"type": "inspection", "id": SOME_ID.upper().replace("0197", "019A"), "set": {"remark": ["a"]}},
        {"type": 4, "id": SOME_ID, "set": {"remark": ["a"]}},
        {"at": "noon", "type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}},
        {"at": -1, "type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}},
        {"at": 1.5, "type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}},
        {"at": None, "type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}, "group": "x"},
        {"type": "inspection", "id": SOME_ID, "set": {"remark": ["a"]}, "seen": "x"},
    ],
)
async def test_change_that_cannot_be_read(world: World, change: dict[str, Any]) -> None:
    ann = await world.phone("ann")
    assert await among_good_ones(ann, change) == "refused bad_value"


@pytest.mark.parametrize("base", [1, "1", [1], [1, 2, 3], ["a", 1], [1, -1], [1.5, 2], None, {"device": 1, "n": 2}])
async def test_base_that_cannot_be_read(world: World, base: Any) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    change = {"type": "inspection", "id": inspection, "set": {"remark": ["text", base]}}
    assert await among_good_ones(ann, change) == "refused bad_value"


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "柜台\x00", "\x00"])
async def test_text_that_is_not_unicode(world: World, text: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    change = {"type": "inspection", "id": inspection, "set": {"remark": [text]}}
    assert await among_good_ones(ann, change) == "refused bad_value"
    assert ann.row("inspection", inspection)["remark"] is None


@pytest.mark.parametrize("where", ["type", "id", "act", "key", "with"])
async def test_bad_unicode_anywhere_in_a_change(world: World, where: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    changes: dict[str, dict[str, Any]] = {
        "type": edit("inspection\ud800", remark=["a"]),
        "id": edit("inspection", "\udc00", remark=["a"]),
        "act": {"type": "inspection", "id": inspection, "act": "sub\ud800mit", "seen": 1},
        "key": edit("inspection", inspection, **{"remark\ud800": ["a"]}),
        "with": {
            "type": "inspection",
            "id": inspection,
            "act": "void",
            "seen": ann.cache.cursor,
            "with": {"reason": "\0"},
        },
    }
    assert (await among_good_ones(ann, changes[where])).startswith("refused")


async def test_replay_of_a_change_with_bad_unicode(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    n = ann.put(edit(remark=["\ud800"]))
    request = ann.request()
    first = check_reply(request, (await ann.send(request)).content)
    again = check_reply(request, (await ann.send(request)).content)
    assert first["results"] == again["results"] == [{"n": n, "outcome": "refused", "code": "bad_value"}]


async def test_text_outside_the_basic_plane_is_fine(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    n = ann.edit("inspection", inspection, {"remark": "𠮷野家 🏤 e\u0301"})
    assert await ann.fate(n) == "applied"
    assert ann.row("inspection", inspection)["remark"] == "𠮷野家 🏤 e\u0301"


async def test_unknown_type(world: World) -> None:
    ann = await world.phone("ann")
    assert await among_good_ones(ann, edit("spaceship", name=["a"])) == "refused unknown_type"
    act = {"type": "spaceship", "id": SOME_ID, "act": "launch", "seen": 1}
    assert await among_good_ones(ann, act) == "refused unknown_type"


@pytest.mark.parametrize("path", ["colour", "", ".", "remark.more", "checks.A-1.a", "by", "rev", "id", "type"])
async def test_unknown_field(world: World, path: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    fate = await among_good_ones(ann, edit("inspection", inspection, **{path: ["a"]}))
    assert fate in ("refused unknown_field", "refused bad_value")
    if path == "colour":
        assert fate == "refused unknown_field"


async def test_map_without_a_key(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    change = edit("finding", finding_id(inspection, "A-1"), checks=[{"A-1.b": PASS}])
    assert await among_good_ones(ann, change) in ("refused unknown_field", "refused bad_value")


async def test_unknown_act(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    for verb in ("explode", "", "correct"):
        change = {"type": "inspection", "id": inspection, "act": verb, "seen": ann.cache.cursor}
        assert await among_good_ones(ann, change) == "refused unknown_act"


@pytest.mark.parametrize("verb", ["submit", "join", "take_over", "return_items", "approve", "reopen", "void"])
async def test_act_on_a_record_that_is_not_there(world: World, verb: str) -> None:
    ann = await world.phone("ann")
    change = {"type": "inspection", "id": SOME_ID, "act": verb, "seen": ann.cache.cursor}
    if verb == "return_items":
        change["with"] = {"items": {"A-1": "x"}}
    elif verb in ("take_over", "reopen", "void"):
        change["with"] = {"reason": "x"}
    assert await among_good_ones(ann, change) == "refused unknown_record"


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("A-1.a", None), ("A-1.a", "pass"), ("A-1.a", {}), ("A-1.a", {"result": "maybe"}), ("A-1.a", {"result": None}),
        ("A-1.a", {"result": "fail", "count": 0}), ("A-1.a", {"result": "fail", "count": -1}),
        ("A-1.a", {"result": "fail", "count": 1.5}), ("A-1.a", {"result": "fail", "count": "2"}),
        ("A-1.a", {"result": "fail", "count": True}), ("A-1.a", {"result": "fail", "count": 10**30}),
        ("D-1.a", {"result": "pass", "value": -1}), ("D-1.a", {"result": "pass", "value": 98.25}),
        ("A-1.a", {"result": "pass", "bulk": 1}), ("A-1.a", {"result": "pass", "colour": "green"}), ("A-1.a", [PASS]),
    ],
)  # fmt: skip
async def test_answer_that_is_none(world: World, check: str, answer: Any) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.write(inspection, check[:3], {})
    change = edit("finding", finding_id(inspection, check[:3]), **{f"checks.{check}": [answer]})
    assert await among_good_ones(ann, change) == "refused bad_value"


async def test_answers_of_every_kind(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    answers: dict[str, Any] = {
        "A-1.a": {"result": "fail", "count": 3},
        "A-1.b": {"result": "na"},
        "A-1.c": {"result": "todo"},
        "A-2.a": {"result": "pass", "bulk": True},
        "D-1.a": {"result": "pass", "value": 9825},
    }
    for check, answer in answers.items():
        ann.check(inspection, check, answer)
    await ann.sync()
    assert not ann.out.results
    assert {check: ann.answer(inspection, check) for check in answers} == answers
    await world.agree(ann)


@pytest.mark.parametrize("path", ["checks.A-1.z", "checks.B-1.a", "checks.", "reasons.A-1.z"])
async def test_unknown_check(world: World, path: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.b", PASS)
    value: Any = PASS if path.startswith("checks") else "why"
    change = edit("finding", finding_id(inspection, "A-1"), **{path: [value]})
    fate = await among_good_ones(ann, change)
    assert fate == "refused unknown_check" or (
        path == "checks." and fate in ("refused unknown_field", "refused bad_value")
    )


async def test_finding_of_an_item_the_standard_does_not_have(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    change = edit("finding", finding_id(inspection, "Z-9"), inspection=[inspection], item=["Z-9"])
    assert await among_good_ones(ann, change) in ("refused unknown_check", "refused bad_value")


async def test_finding_has_the_id_nature_gives_it(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    change = edit("finding", ann.new_id(), inspection=[inspection], item=["A-1"])
    assert await among_good_ones(ann, change) == "refused bad_value"


@pytest.mark.parametrize("path", ["status", "score", "lead", "submitted_at", "approved_sha256", "shown", "decided_by"])
async def test_field_of_the_server(world: World, path: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    assert await among_good_ones(ann, edit("inspection", inspection, **{path: [None]})) == "refused server_field"


@pytest.mark.parametrize(
    ("type_", "path"), [("finding", "status"), ("finding", "returned"), ("photo", "stored_at"), ("photo", "author")]
)
async def test_field_of_the_server_in_a_child(world: World, type_: str, path: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    id_ = finding_id(inspection, "A-1") if type_ == "finding" else ann.photo(inspection)
    assert await among_good_ones(ann, edit(type_, id_, **{path: [1]})) == "refused server_field"


@pytest.mark.parametrize("type_", ["unit", "branch", "person", "standard", "task"])
async def test_type_of_the_server(world: World, type_: str) -> None:
    ann = await world.phone("ann")
    ids = {"unit": named("county1"), "branch": named("north"), "person": named("ann"), "standard": named("standard")}
    field = "status" if type_ == "task" else "name" if type_ != "standard" else "title"
    fate = await among_good_ones(ann, edit(type_, ids.get(type_, SOME_ID), **{field: ["mine"]}))
    assert fate == "refused server_field"
