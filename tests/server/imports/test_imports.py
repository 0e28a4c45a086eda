"""Sheets brought in: as Excel and WPS write them, right or with an error by cell, and nothing ever half."""

import csv
import datetime
import io
import os
import shutil
import uuid
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter
from httpx import AsyncClient, Response
from python_calamine import CalamineWorkbook

from server.imports import acts, reading
from server.imports.housekeeping import tidy
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World
from tests.server.reply import check_problem

HEADINGS = ["网点编码", "网点名称", "类型", "所属机构", "人数", "开门时间"]
GOOD = [
    ["N1", "重庆路支局", "支局", "county1", 5, "8:30"],
    ["N2", "新桥代办点", "代办所", "province/city1/county1b", None, None],
    ["B-north", "north支局", None, None, 9, None],
]
PEOPLE = [
    ["账号", "姓名", "所在机构", "角色", "状态"],
    ["zeng", "曾一", "county1", "检查员；督导@city1", None],
    ["ANN", None, None, None, "停用"],
    ["jia", "贾二", "B-north", "支局长", None],
]


def xlsx(*rows: Sequence[Any], title: bool = False) -> bytes:
    """A sheet as a person makes it: with ``title``, a merged line and an empty one stand above the headings."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        clock, day = book.add_format({"num_format": "hh:mm"}), book.add_format({"num_format": "yyyy-mm-dd"})
        start = 0
        if title:
            page.merge_range(0, 0, 0, 5, "2026 年网点清单", book.add_format({"align": "center"}))
            start = 2
        for number, row in enumerate(rows, start):
            for at, value in enumerate(row):
                if isinstance(value, datetime.time):
                    page.write_datetime(number, at, value, clock)
                elif isinstance(value, datetime.date):
                    page.write_datetime(number, at, value, day)
                elif isinstance(value, str) and value.startswith("=="):
                    page.write_formula(number, at, value[1:], None, "已算好")
                elif value is not None:
                    page.write(number, at, value)
    return content.getvalue()


async def desk(world: World, login: str = "root") -> AsyncClient:
    client = world.client()
    assert (await world.sign_in(client, login)).status_code == 201
    return client


async def upload(client: AsyncClient, content: bytes, kind: str = "branches") -> Response:
    return await client.put(f"/api/imports/{uuid.uuid4()}", params={"kind": kind, "name": "网点.xlsx"}, content=content)


async def checked(client: AsyncClient, content: bytes, kind: str = "branches") -> dict[str, Any]:
    response = await upload(client, content, kind)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def apply(client: AsyncClient, found: dict[str, Any]) -> Response:
    return await client.post(f"/api/imports/{found['id']}/apply", json={"hash": found["hash"]})


def counts(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in ("new", "changed", "unchanged", "wrong"))


def cells(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def cells_of(response: Response) -> list[list[Any]]:
    assert response.status_code == 200, response.text
    return cells(response.content)


async def branches(client: AsyncClient, **query: Any) -> list[tuple[Any, ...]]:
    rows = (await client.get("/api/branches", params=query)).json()["rows"]
    return [(row["code"], row["name"], row["kind"], row["unit_name"], row["staff_count"], row["opens"]) for row in rows]


async def know_all(world: World, root: AsyncClient) -> None:
    """Where the new branches lie, for the world's own opinion of who may see what."""
    world.reach.above |= {row["id"]: row["unit"] for row in (await root.get("/api/branches")).json()["rows"]}


async def test_a_sheet_is_checked_brought_in_and_taken_back(world: World) -> None:
    root, ann = await desk(world), await world.phone("ann")
    before = await branches(root)
    found = await checked(root, xlsx(HEADINGS, *GOOD, title=True))
    assert (counts(found), found["state"], found["errors"]) == ((2, 1, 0, 0), "checked", [])
    assert await branches(root) == before, "a dry run changes nothing"
    done = await apply(root, found)
    assert (done.status_code, done.json()["state"], done.json()["done"]) == (200, "applied", 3)
    assert await branches(root, q="N") == [
        ("B-north", "north支局", "post_office", "county1", 9, None),
        ("N1", "重庆路支局", "post_office", "county1", 5, "08:30"),
        ("N2", "新桥代办点", "agency", "county1b", None, None),
    ]
    await know_all(world, root)
    await ann.sync()
    assert len(ann.rows("branch")) == 5
    check_problem(await apply(root, found), 409, "import_state")
    again = await checked(root, xlsx(HEADINGS, *GOOD))
    assert counts(again) == (0, 0, 3, 0)
    undone = await root.post(f"/api/imports/{found['id']}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert await branches(root) == before
    await ann.sync()
    assert len(ann.rows("branch")) == 3
    found = await checked(root, xlsx(HEADINGS, *GOOD))
    assert counts(found) == (2, 1, 0, 0), "what was taken back can come again"
    assert (await apply(root, found)).status_code == 200
    await know_all(world, root)
    await world.agree(ann)


async def test_a_way_back_needs_no_sheet_and_one_without_a_sheet_is_thrown_away(world: World) -> None:
    """As after a restore: a backup keeps the records of an import, not the sheet that was uploaded."""
    root = await desk(world)
    done, waiting = await checked(root, xlsx(HEADINGS, *GOOD)), await checked(root, xlsx(*PEOPLE), "people")
    assert (await apply(root, done)).status_code == 200
    assert {path.name for path in (world.folder / "imports").iterdir()} == {waiting["id"]}
    shutil.rmtree(world.folder / "imports")
    check_problem(await apply(root, waiting), 409, "import_state")
    states = {row["id"]: row["state"] for row in (await root.get("/api/imports")).json()["rows"]}
    assert states == {done["id"]: "applied", waiting["id"]: "interrupted"}
    assert (await root.delete(f"/api/imports/{waiting['id']}")).status_code == 204
    assert (await root.post(f"/api/imports/{done['id']}/undo")).json()["state"] == "undone"


async def test_a_sheet_nobody_brought_in_is_thrown_away_after_a_week(world: World) -> None:
    """And what was left lying by work that died. Nothing is taken from under work on its way."""
    root, folder = await desk(world), world.folder / "imports"
    done, first = await checked(root, xlsx(HEADINGS, *GOOD)), await checked(root, xlsx(*PEOPLE), "people")
    assert first["kept_until"] == first["created_at"] + 7 * DAY
    assert "kept_until" not in (await apply(root, done)).json()
    world.clock.advance(4 * DAY)
    later = await checked(root, xlsx(*PEOPLE), "people")
    busy, died = uuid.uuid4(), uuid.uuid4()
    for id_ in (busy, died):
        (folder / str(id_)).mkdir()
        (folder / str(id_) / "sheet").write_bytes(b"x")
    world.clock.advance(3 * DAY - 1)
    for name in (first["id"], later["id"], str(died)):
        os.utime(folder / name, (1, 1))
    assert await tidy(folder, world.clock()) == 1
    assert {path.name for path in folder.iterdir()} == {first["id"], later["id"], str(busy)}
    world.clock.advance(1)
    (folder / first["id"] / "progress").write_bytes(b'["applying",1,2]')
    assert await tidy(folder, world.clock()) == 0, "somebody is bringing it in"
    (folder / first["id"] / "progress").unlink()
    os.utime(folder / first["id"], (1, 1))
    assert await tidy(folder, world.clock()) == 1
    assert {row["id"] for row in (await root.get("/api/imports")).json()["rows"]} == {done["id"], later["id"]}
    check_problem(await root.get(f"/api/imports/{first['id']}"), 404, "not_found")
    check_problem(await apply(root, first), 404, "not_found")
    assert (await apply(root, later)).status_code == 200
    assert (await root.post(f"/api/imports/{done['id']}/undo")).json()["state"] == "undone", "the way back stays"


async def test_a_sheet_thrown_away_while_it_is_brought_in_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = await desk(world)
    found, before = await checked(root, xlsx(HEADINGS, *GOOD)), await branches(root)
    read = acts.read_rows

    async def thrown(content: bytes) -> Any:
        await acts.forget(found["id"])
        return await read(content)

    monkeypatch.setattr(acts, "read_rows", thrown)
    check_problem(await apply(root, found), 409, "import_state")
    assert await branches(root) == before


async def test_what_was_changed_or_used_since_is_not_taken_back(world: World) -> None:
    root = await desk(world)
    found = await checked(root, xlsx(HEADINGS, *GOOD))
    await apply(root, found)
    new = {row["code"]: row["id"] for row in (await root.get("/api/branches")).json()["rows"]}
    await root.put(f"/api/branches/{new['N1']}", json={"staff_count": 6})
    await root.post("/api/people", json={"name": "新人", "home": new["N2"]})
    problem = check_problem(await root.post(f"/api/imports/{found['id']}/undo"), 409, "import_changed")
    assert [(one["row"], one["name"]) for one in problem["changed"]] == [(2, "重庆路支局"), (3, "新桥代办点")]
    assert (await root.get(f"/api/imports/{found['id']}")).json()["state"] == "applied"


async def test_data_that_changed_since_the_dry_run_stops_it(world: World) -> None:
    root = await desk(world)
    found = await checked(root, xlsx(HEADINGS, *GOOD))
    await root.put(f"/api/branches/{named('north')}", json={"staff_count": 7})
    check_problem(await apply(root, found), 409, "import_stale")
    check_problem(await apply(root, {**found, "hash": "0" * 64}), 409, "import_stale")
    assert ("N1" in str(await branches(root))) is False


async def test_errors_are_told_by_cell_and_nothing_is_brought_in(world: World) -> None:
    root = await desk(world)
    rows = [
        HEADINGS,
        ["N1", "好的", "支局", "county1", 5, "8:30"],
        ["N2", None, "城堡", "nowhere", "三人", "8点半"],
        ["N1", "又一个", "支局", "county1", None, None],
        [None, "没有编码", "支局", "county1", None, None],
    ]
    found = await checked(root, xlsx(*rows))
    assert counts(found) == (1, 0, 0, 3)
    assert [(one["row"], one["column"], one["value"], one["code"]) for one in found["errors"]] == [
        (3, "C", "城堡", "bad_choice"),
        (3, "E", "三人", "bad_number"),
        (3, "F", "8点半", "bad_time"),
        (3, "D", "nowhere", "unknown_place"),
        (3, "B", "", "missing"),
        (4, "A", "N1", "twice"),
        (5, "A", "", "missing"),
    ]
    assert all(one["zh"] and one["en"] and one["heading"] for one in found["errors"])
    check_problem(await apply(root, found), 409, "import_errors")
    assert "N1" not in str(await branches(root))
    sheet = cells_of(await root.get(f"/api/imports/{found['id']}/sheet", params={"lang": "zh"}))
    assert sheet[0] == [*HEADINGS, "错误"]
    assert [bool(row[-1]) for row in sheet[1:]] == [False, True, True, True]
    assert "开门时间: 时间写成 08:30 这样" in sheet[2][-1]
    assert (await root.delete(f"/api/imports/{found['id']}")).status_code == 204
    check_problem(await root.get(f"/api/imports/{found['id']}"), 404, "not_found")


async def test_cells_as_office_programmes_write_them(world: World) -> None:
    root = await desk(world)
    rows = [
        ["网点编码*", "网点名称（全称）", "所属机构", "人数", "开门时间", "关门时间", "备注"],
        [1001, "＝数字编码", " county1　", "12", datetime.time(8, 30), 0.75, datetime.date(2026, 11, 23)],
        ["002", "==CONCATENATE(1,2)", "county1", 3.0, "8：30", "17:30:00", "x"],
        [None, None, None, "  ", None, None, None],
    ]
    found = await checked(root, xlsx(*rows))
    assert (counts(found), found["errors"]) == ((2, 0, 0, 0), [])
    assert (await apply(root, found)).status_code == 200
    assert await branches(root, q="00") == [
        ("002", "已算好", "post_office", "county1", 3, "08:30"),
        ("1001", "＝数字编码", "post_office", "county1", 12, "08:30"),
    ]
    closes = [row["closes"] for row in (await root.get("/api/branches", params={"q": "00"})).json()["rows"]]
    assert closes == ["17:30", "18:00"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
async def test_text_with_commas(world: World, encoding: str, between: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=between).writerows(
        [["编码", "名称", "上级"], ["0009", f'带"引号"{between}的', "county1"]]
    )
    root = await desk(world)
    found = await checked(root, text.getvalue().encode(encoding))
    assert counts(found) == (1, 0, 0, 0)
    assert (await apply(root, found)).status_code == 200
    assert (await branches(root, q="0009"))[0][:2] == ("0009", f'带"引号"{between}的'.replace("\t", " "))


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def far_cell() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        page.write(0, 0, "网点编码")
        page.write(1_048_575, 16_383, "x")
    return content.getvalue()


def lying() -> bytes:
    """A zip that says a large part is small."""
    content = bytearray(zipped(**{"xl/workbook.xml": b"\0" * 5_000_000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"), (b"\x89PNG\r\n\x1a\n\0\0", "not_a_sheet"), (b"PK\x03\x04 broken", "not_a_sheet"),
        (zipped(a=b"x"), "not_a_sheet"), (zipped(a=b"\0" * 100_000_000), "too_big_inside"),
        (zipped(EncryptedPackage=b"x"), "encrypted"), (far_cell(), "too_big_inside"), (lying(), "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_a_sheet"), (xlsx(), "empty"),
        (xlsx(["名字", "电话"], ["a", "b"]), "no_headings"), (xlsx(["编码", "网点编码"], ["a", "b"]), "heading_twice"),
        (xlsx(HEADINGS), "empty"), ("编码\n\"没有关上".encode(), "not_a_sheet"),
    ],
)  # fmt: skip
async def test_what_is_no_sheet_is_refused_with_the_reason(world: World, content: bytes, reason: str) -> None:
    root = await desk(world)
    problem = check_problem(await upload(root, content), 422, "sheet_unreadable")
    assert problem["reason"] == reason
    assert (await root.get("/api/imports")).json()["total"] == 0


async def test_too_many_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    root = await desk(world)
    text = "编码\n" + "".join(f"{number}\n" for number in range(reading.MOST_ROWS + 1))
    problem = check_problem(await upload(root, text.encode()), 422, "sheet_unreadable")
    assert problem["reason"] == "too_many_rows"


async def test_people_come_with_roles_and_first_passwords(world: World) -> None:
    root = await desk(world)
    found = await checked(root, xlsx(*PEOPLE), "people")
    assert (counts(found), found["errors"]) == ((2, 1, 0, 0), [])
    assert (await apply(root, found)).status_code == 200
    (zeng,) = (await root.get("/api/people", params={"q": "zeng"})).json()["rows"]
    assert [(grant["role"], grant["name"]) for grant in zeng["grants"]] == [
        ("inspector", "county1"),
        ("supervisor", "city1"),
    ]
    assert zeng["account"] == "first"
    check_problem(await world.sign_in(world.client(), "ann"), 403, "account_disabled")
    sheet = cells_of(await root.post(f"/api/imports/{found['id']}/passwords", params={"lang": "en"}))
    assert [row[:2] for row in sheet] == [["Login", "Name"], ["zeng", "曾一"], ["jia", "贾二"]]
    client = world.client()
    session = await client.post("/api/session", json={"login": "zeng", "password": sheet[1][2]})
    assert session.json()["must_change_password"] is True
    again = cells_of(await root.post(f"/api/imports/{found['id']}/passwords"))
    assert again[2][2] != sheet[2][2]
    problem = check_problem(await root.post(f"/api/imports/{found['id']}/undo"), 409, "import_changed")
    assert [one["name"] for one in problem["changed"]] == ["曾一"], "who has signed in stays"


async def test_people_are_taken_back(world: World) -> None:
    root = await desk(world)
    before = (await root.get("/api/people")).json()["rows"]
    found = await checked(root, xlsx(*PEOPLE), "people")
    await apply(root, found)
    assert (await root.post(f"/api/imports/{found['id']}/undo")).status_code == 200
    after = (await root.get("/api/people")).json()["rows"]
    assert [{**row, "devices": 0, "seen_at": 0} for row in after] == [
        {**row, "devices": 0, "seen_at": 0} for row in before
    ]
    assert counts(await checked(root, xlsx(*PEOPLE), "people")) == (2, 1, 0, 0)


async def test_a_part_is_only_brought_in_by_its_administrator(world: World) -> None:
    await world.add_person("local", ("admin", "city1"))
    local = await desk(world, "local")
    rows = [
        HEADINGS,
        ["N1", "x", None, "county2", None, None],
        ["B-far", "x", None, None, None, None],
        ["B-north", None, None, "city2", None, None],
    ]
    found = await checked(local, xlsx(*rows))
    assert [(one["row"], one["code"]) for one in found["errors"]] == [
        (2, "unknown_place"), (3, "code_taken"), (4, "unknown_place"),
    ]  # fmt: skip
    people = [["账号", "姓名", "所在机构", "角色"], ["zoe", "x", None, None], ["n", "x", "B-far", "检查员@county2"]]
    found = await checked(local, xlsx(*people), "people")
    assert [(one["row"], one["code"]) for one in found["errors"]] == [
        (2, "login_taken"), (3, "unknown_place"), (3, "unknown_place"),
    ]  # fmt: skip
    text = str(found) + str(cells_of(await local.get(f"/api/imports/{found['id']}/sheet")))
    assert "far支局" not in text
    assert named("far") not in text


async def test_nobody_else_may_and_nobody_sees_anothers(world: World) -> None:
    root = await desk(world)
    await world.add_person("local", ("admin", "city1"))
    found = await checked(root, xlsx(HEADINGS, *GOOD))
    one = f"/api/imports/{found['id']}"
    for login, code in (
        ("ann", "not_allowed"),
        ("sue", "not_allowed"),
        ("mara", "not_allowed"),
        ("local", "not_found"),
    ):
        client = await desk(world, login)
        for response in (
            await client.get(one), await client.get(f"{one}/sheet"), await client.post(f"{one}/undo"),
            await apply(client, found), await client.post(f"{one}/passwords"), await client.delete(one),
        ):  # fmt: skip
            assert check_problem(response)["code"] == code, (login, response.url)
        if code == "not_allowed":
            check_problem(await upload(client, xlsx(HEADINGS, *GOOD)), 403, code)
            check_problem(await client.get("/api/imports"), 403, code)
            check_problem(await client.get("/api/imports/template/people"), 403, code)
    local = await desk(world, "local")
    taken = await local.put(one, params={"kind": "branches"}, content=xlsx(HEADINGS, *GOOD))
    check_problem(taken, 409, "import_state")
    assert (await local.get("/api/imports")).json()["total"] == 0
    check_problem(await world.client().get(one), 401, "unauthenticated")


async def test_what_is_exported_can_be_brought_back(world: World) -> None:
    root = await desk(world)
    for kind in ("branches", "people"):
        for language in ("zh", "en"):
            sheet = await root.get(f"/api/{kind}", params={"format": "xlsx", "lang": language})
            found = await checked(root, sheet.content, kind)
            assert (counts(found)[:2], found["wrong"], found["errors"]) == ((0, 0), 0, [])
            template = cells_of(await root.get(f"/api/imports/template/{kind}", params={"lang": language}))
            assert template[0] == cells_of(sheet)[0]
