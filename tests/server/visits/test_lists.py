"""The desk's lists of visits and of inspections: what a supervisor finds, in which order, and as a sheet."""

import io
from operator import itemgetter
from typing import Any, get_args

import pytest
from python_calamine import CalamineWorkbook

from server.database.current import current_engine
from server.database.query import fetch
from server.identity import Caller
from server.identity.caller import Grant
from server.lists import finding
from server.visits.lists import Sort, Visits, visits_for
from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem
from tests.server.visits.rounds import closed, customer, visit


async def listed(hand: Hand, of: str, **query: Any) -> list[dict[str, Any]]:
    response = await hand.http.get(f"/api/lists/{of}", params=query)
    assert response.status_code == 200, response.text
    page = response.json()
    assert page["total"] >= len(page["rows"])
    rows: list[dict[str, Any]] = page["rows"]
    return rows


async def sheet(hand: Hand, of: str, **query: Any) -> list[list[Any]]:
    response = await hand.http.get(f"/api/lists/{of}", params={**query, "format": "xlsx"})
    assert response.status_code == 200, response.text
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


async def only_supervisors_of_the_place(world: World, of: str) -> None:
    for login in ("kim", "mara", "ann", "root"):
        hand = await world.phone(login)
        check_problem(await hand.http.get(f"/api/lists/{of}"), 403, "not_allowed")
    assert await listed(await world.phone("zed"), of) == []


async def test_visits_are_listed_narrowed_and_sorted(world: World) -> None:
    kim, sue, mara = await world.team("kim", "sue", "mara")
    of = customer(kim, "望江文具店")
    told = await closed(kim, of, complaint="电话 13900000042，误投", topics=["misdelivery"], satisfaction=40)
    card = await closed(mara, kind="card")
    draft = visit(kim, of)
    await kim.sync()
    every = await listed(sue, "visits", sort="started_at")
    assert {row["id"] for row in every} == {told, card, draft}
    (found,) = await listed(sue, "visits", heard="open")
    assert (found["id"], found["customer_name"], found["person_name"]) == (told, "望江文具店", "人员kim")
    assert (found["kind"], found["result"], found["satisfaction"], found["topics"]) == (
        "visit", "met", 40, ["misdelivery"],
    )  # fmt: skip
    assert (await sue.http.post(f"/api/suggestions/{told}/deal", json={"text": "好了"})).status_code == 200
    assert await listed(sue, "visits", heard="open") == []
    for query, ids in (
        ({"heard": "dealt"}, [told]),
        ({"kind": "card"}, [card]),
        ({"status": "draft"}, [draft]),
        ({"person": mara.person}, [card]),
        ({"branch": named("south")}, []),
        ({"unit": named("county1b")}, []),
        ({"q": "mara"}, [card]),
    ):
        assert [row["id"] for row in await listed(sue, "visits", **query)] == ids, query
    pages = [await listed(sue, "visits", sort="kind", size=1, page=page) for page in (1, 2, 3)]
    assert [row["kind"] for page in pages for row in page] == ["card", "visit", "visit"]
    await only_supervisors_of_the_place(world, "visits")


async def test_the_sheet_of_visits_holds_what_is_shown_and_not_what_was_said(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    await closed(kim, customer(kim, "望江文具店"), complaint="误投到隔壁", topics=["misdelivery", "attitude"])
    await closed(kim, kind="card")
    heads, row = await sheet(sue, "visits", kind="visit", lang="en")
    assert heads[3:9] == ["Visitor", "Customer", "Kind", "Result", "Satisfaction", "Problems"]
    assert row[3:] == ["人员kim", "望江文具店", "visit", "met", "", "misdelivered, attitude", "open", "closed"]
    assert "误投到隔壁" not in str(await sheet(sue, "visits"))


async def test_inspections_are_listed_narrowed_and_sorted(world: World) -> None:
    ann, bob, sue = await world.team("ann", "bob", "sue")
    failed, draft = ann.start(), bob.start(branch="south")
    ann.answer_all(failed, A_3_a=FAIL)
    ann.act("inspection", failed, "submit")
    await ann.sync()
    await bob.sync()
    rows = await listed(sue, "inspections", sort="branch")
    assert {row["id"] for row in rows} == {failed, draft}
    (found,) = await listed(sue, "inspections", status="submitted")
    assert (found["id"], found["lead_name"], found["branch"]) == (failed, "人员ann", named("north"))
    assert (found["vetoes"], found["total"]) == (1, ann.row("inspection", failed)["score"]["total"])
    for query, ids in (
        ({"lead": bob.person}, [draft]),
        ({"branch": named("south")}, [draft]),
        ({"unit": named("county1b")}, []),
        ({"q": "bob"}, [draft]),
        ({"status": "approved"}, []),
    ):
        assert [row["id"] for row in await listed(sue, "inspections", **query)] == ids, query
    heads, row = await sheet(sue, "inspections", status="submitted", lang="zh")
    assert (heads[-2:], row[3:5], row[-2:]) == (["得分", "否决"], ["人员ann", "已提交"], [found["total"] / 10, 1])
    await only_supervisors_of_the_place(world, "inspections")


async def test_customers_are_listed_narrowed_and_sorted(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    often = customer(kim, "重庆路文具店", phone="0571-0000 1234", tier="A", route="3段", kind="key")
    never = customer(kim, "望江ABC茶馆", phone="0571-0000 9999", tier="B")
    missed = customer(kim, "青石诊所")
    await closed(kim, often, complaint="误投")
    world.clock.advance(20 * DAY)
    promised = await closed(kim, often, follow_up_on="2027-03-01")
    await closed(kim, never, kind="card")
    await closed(kim, missed, result="not_met")
    at = kim.row("visit", promised)["started_at"]
    rows = await listed(sue, "customers")
    assert [(row["id"], row["visited_at"]) for row in rows[-1:]] == [(often, at)]
    assert {row["id"]: row["visited_at"] for row in rows} == {never: None, missed: None, often: at}
    (found,) = await listed(sue, "customers", q="cql")
    assert (found["name"], found["phone"], found["tier"], found["route"]) == ("重庆路文具店", "057****1234", "A", "3段")
    assert (found["branch"], found["follow_up_on"], found["waiting"]) == (named("north"), "2027-03-01", True)
    for query, ids in (
        ({"waiting": "true"}, {often}),
        ({"waiting": "false"}, {never, missed}),
        ({"idle": "never"}, {never, missed}),
        ({"idle": "30"}, {never, missed}),
        ({"tier": "A"}, {often}),
        ({"route": "3段"}, {often}),
        ({"branch": named("south")}, set()),
        ({"unit": named("county1b")}, set()),
        ({"q": "1234"}, {often}),
        ({"q": "abc"}, {never}),
        ({"q": "望江 ABC"}, {never}),
        ({"q": "_"}, set()),
    ):
        assert {row["id"] for row in await listed(sue, "customers", **query)} == ids, query
    assert [len(await listed(sue, "customers", q="a", size=1, page=page)) for page in (1, 2)] == [1, 0]
    await only_supervisors_of_the_place(world, "customers")


async def test_when_somebody_was_last_there_follows_what_becomes_of_visits(world: World) -> None:
    kim, sue, mara = await world.team("kim", "sue", "mara")
    late = visit(kim, None, result="met", kind="reception")
    of, other = customer(kim), customer(kim, "望江文具")
    kim.act("visit", late, "close")
    early = await closed(kim, of)
    world.clock.advance(20 * DAY)
    last = await closed(kim, of)

    async def visited(id_: str) -> int | None:
        (found,) = [row["visited_at"] for row in await listed(sue, "customers") if row["id"] == id_]
        assert found is None or isinstance(found, int)
        return found

    assert await visited(of) == kim.row("visit", last)["started_at"]
    assert await kim.fate(kim.act("visit", last, "void", {"reason": "x"})) == "applied"
    assert await visited(of) == kim.row("visit", early)["started_at"]
    await mara.sync()
    assert (await mara.http.post(f"/api/customers/{of}/merge", json={"into": other})).status_code == 200
    assert await visited(other) == kim.row("visit", early)["started_at"]
    await tables_are_the_log()


async def test_a_customer_is_read_with_the_visits_one_sees(world: World) -> None:
    kim, sue, mara, zed = await world.team("kim", "sue", "mara", "zed")
    of = customer(kim, phone="0571-0000 1234")
    mine = await closed(kim, of)
    await mara.sync()
    theirs = await closed(mara, of)
    for hand, ids in ((sue, {mine, theirs}), (kim, {mine})):
        rows = (await hand.http.get(f"/api/customers/{of}")).json()["rows"]
        assert {row["id"] for row in rows["visit"]} == ids
        assert [row["phone"] for row in rows["customer"]] == ["0571-0000 1234"]
    check_problem(await zed.http.get(f"/api/customers/{of}"), 404, "not_found")


async def test_the_sheet_of_customers_hides_their_numbers(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    await closed(kim, customer(kim, "望江文具店", phone="0571-0000 1234", tier="A"), needs="要寄样品")
    heads, row = await sheet(sue, "customers", tier="A", lang="en")
    assert heads[4:7] == ["Tier", "Route", "Phone"]
    assert (row[0], row[6], row[9]) == ("望江文具店", "057****1234", "open")
    assert await sheet(sue, "customers", tier="B", lang="en") == [heads]


async def several_kinds(world: World) -> tuple[Hand, dict[str, int]]:
    """A supervisor, and visits of three kinds, a draft among them, at different times; of each when it began."""
    kim, sue = await world.team("kim", "sue")
    begun: dict[str, int] = {}
    for number, kind in enumerate(("card", "reception", "en_route", "card", "reception", "card", "en_route")):
        at = kim.now() - 1000 * (number * 3 % 7)
        begun[await closed(kim, kind=kind, started_at=at)] = at
    begun[visit(kim, kind="card")] = kim.now()
    await kim.sync()
    return sue, begun


async def test_of_one_kind_or_status_the_newest_comes_first(world: World) -> None:
    sue, begun = await several_kinds(world)
    for name in ("kind", "status"):
        for sort in (name, f"-{name}"):
            newest_first = sorted(await listed(sue, "visits"), key=lambda row: -begun[row["id"]])
            rows = sorted(newest_first, key=itemgetter(name), reverse=sort.startswith("-"))
            assert [row["id"] for row in await listed(sue, "visits", sort=sort)] == [row["id"] for row in rows]
            for size in (1, 2, 3, 5):
                replies = [
                    (await sue.http.get("/api/lists/visits", params={"sort": sort, "size": size, "page": page})).json()
                    for page in range(1, 8 // size + 3)
                ]
                assert [row for reply in replies for row in reply["rows"]] == rows, (sort, size)
                assert {reply["total"] for reply in replies} == {len(begun)}
            narrowed = await listed(sue, "visits", sort=sort, kind="card,reception", q="kim")
            assert narrowed == [row for row in rows if row["kind"] in ("card", "reception")]


async def test_visits_by_kind_and_status_are_read_along_an_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sue, begun = await several_kinds(world)
    over_all = Caller(sue.person, 0, (Grant("supervisor", named("province")),), "")
    asked: list[tuple[str, Any]] = []
    kind = type(current_engine())
    fetched = kind.fetch

    async def heard(self: Any, sql: str, args: Any) -> Any:
        asked.append((sql, args))
        return await fetched(self, sql, args)

    monkeypatch.setattr(kind, "fetch", heard)
    for sort in get_args(Sort)[-4:]:
        for page in (1, 4):
            rows, total = await visits_for(over_all, Visits(sort=sort, size=2, page=page))
            assert (len(rows), total) == (2, len(begun))
    monkeypatch.undo()
    assert not any("ancestry" in sql for sql, _ in asked), "below the topmost unit stand all branches"
    ordered = [(sql, args) for sql, args in asked if "ORDER BY" in sql]
    assert len(ordered) >= 8
    assert all("ORDER BY v.started_at" in sql for sql, _ in ordered)
    if current_engine().name == "sqlite":  # a small table PostgreSQL reads whole, and rightly
        for sql, args in ordered:
            plan = [row[3] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *args)]
            assert any("visit_by_start" in line for line in plan), plan
            assert not any("TEMP B-TREE" in line for line in plan), plan


async def test_pages_are_pieces_of_the_whole_list_however_they_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, sue, mara, ann = await world.team("kim", "sue", "mara", "ann")
    for hand in (kim, mara, kim, mara, kim):
        await closed(hand, kind="card")
    for _ in range(3):
        ann.start()
    await ann.sync()
    for of, person in (("visits", "person"), ("inspections", "lead")):
        for name in ("branch", person, "status", "started_at"):
            for sort in (name, f"-{name}"):
                whole = await listed(sue, of, sort=sort)
                with monkeypatch.context() as patch:
                    patch.setattr(finding, "FEW", 0)
                    pieces = [await listed(sue, of, sort=sort, size=2, page=page) for page in range(1, 5)]
                assert [row for piece in pieces for row in piece] == whole, (of, sort)
                assert len(whole) >= 3
