"""Lists of the desk: what each holds for whom, in which order, and how it is narrowed."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient
from python_calamine import CalamineWorkbook

from server.database import transaction
from server.database.query import execute, fetch
from server.lists import finding
from server.people.filling import fill_in
from tests.server.conftest import Clock, Seed

SignIn = Callable[[str], Awaitable[AsyncClient]]
NOBODY = "0197a000-0000-7000-8000-000000000001"


async def listed(browser: AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    reply = await browser.get(path, params=query)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    assert found.keys() == {"rows", "total", "page", "size"}
    return found


async def named(browser: AsyncClient, path: str, **query: Any) -> list[str]:
    return [row["name"] for row in (await listed(browser, path, **query))["rows"]]


@pytest.fixture
async def staff(seed: Seed) -> Seed:
    """People of every role in the first city, an administrator of all, and somebody in the second city."""
    for role in ("inspector", "supervisor", "admin"):
        await seed.add_person(f"{role}1", name=f"{role}一", grants=((role, seed.city),))
    for role in ("carrier", "manager"):
        await seed.add_person(f"{role}1", name=f"{role}一", home=seed.branch, grants=((role, seed.branch),))
    await seed.add_person("root", name="曾重庆", home=seed.province, grants=(("admin", seed.province),))
    await seed.add_person("far", name="解方", home=seed.other_branch, grants=(("manager", seed.other_branch),))
    return seed


WHO = ("inspector1", "carrier1", "manager1", "supervisor1", "admin1", "root")
ALLOWED = {
    "/api/units": {"supervisor1": 1, "admin1": 1, "root": 3},
    "/api/branches": {"supervisor1": 1, "admin1": 1, "root": 2},
    "/api/people": {"admin1": 5, "root": 7},
    "/api/devices": {"inspector1": 1, "carrier1": 1, "manager1": 1, "supervisor1": 5, "admin1": 5, "root": 6},
}


async def test_everybody_gets_what_is_theirs_or_the_exact_refusal(staff: Seed, sign_in: SignIn) -> None:
    browsers = {login: await sign_in(login) for login in WHO}
    for path, allowed in ALLOWED.items():
        for login, browser in browsers.items():
            reply = await browser.get(path)
            if login in allowed:
                assert (reply.status_code, reply.json()["total"]) == (200, allowed[login]), (path, login)
                assert len(reply.json()["rows"]) == allowed[login]
            else:
                assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed"), (path, login)


async def test_without_a_session(client: AsyncClient, seed: Seed) -> None:
    for path in ALLOWED:
        assert (await client.get(path)).json()["code"] == "unauthenticated"


async def test_no_search_filter_or_total_reaches_beyond(staff: Seed, sign_in: SignIn) -> None:
    admin = await sign_in("admin1")
    far = {"unit": staff.other_city, "under": staff.other_city, "place": staff.other_city, "parent": staff.province}
    for path, words, names in (
        ("/api/branches", ("西门", "xm", "2001"), ("unit",)),
        ("/api/people", ("解方", "xf", "far", "root"), ("place",)),
        ("/api/units", ("西市", "xsfgs", "省"), ("under",)),
        ("/api/devices", ("解方", "root"), ()),
    ):
        for word in words:
            assert (await listed(admin, path, q=word))["total"] == 0, (path, word)
        for name in names:
            assert (await listed(admin, path, **{name: far[name]}))["total"] == 0
    for id_ in (staff.other_branch, NOBODY, "17", staff.other_city):
        for path in ("/api/branches", "/api/people", "/api/units"):
            assert (await admin.get(f"{path}/{id_}")).json()["code"] == "not_found"
    sheet = await admin.get("/api/branches", params={"format": "xlsx"})
    assert "西门支局" not in str(rows_of(sheet.content))


def rows_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


async def test_units_are_a_tree_with_counts(staff: Seed, sign_in: SignIn) -> None:
    county = await staff.add_unit("安县", staff.city)
    await staff.add_branch("1002", "南门支局", county)
    root = await sign_in("root")
    rows = (await listed(root, "/api/units"))["rows"]
    assert [(row["name"], row["depth"], row["units"], row["branches"], row["people"]) for row in rows] == [
        ("省公司", 0, 2, 3, 7),
        ("东市分公司", 1, 1, 2, 5),
        ("安县", 2, 0, 1, 0),
        ("西市分公司", 1, 0, 1, 1),
    ]
    assert rows[2]["path"] == ["省公司", "东市分公司", "安县"]
    assert await named(root, "/api/units", under=staff.city) == ["东市分公司", "安县"]
    assert await named(root, "/api/units", parent=staff.province, sort="-name") == ["西市分公司", "东市分公司"]
    assert await named(root, "/api/units", level="county,province") == ["省公司", "安县"]
    assert await named(root, "/api/units", sort="-branches", size=2, page=2) == ["西市分公司", "安县"]
    supervisor = await sign_in("supervisor1")
    (row, _) = (await listed(supervisor, "/api/units"))["rows"]
    assert (row["depth"], row["path"], row["editable"]) == (0, ["东市分公司"], False)
    assert (await root.get(f"/api/units/{county}")).json() == rows[2]


async def test_branches_are_found_and_sorted(staff: Seed, sign_in: SignIn) -> None:
    for code, name, unit in (("1003", "重庆路支局", staff.city), ("0900", "Ａ营业部", staff.other_city)):
        await staff.add_branch(code, name, unit)
    root = await sign_in("root")
    assert await named(root, "/api/branches") == ["Ａ营业部", "东门支局", "重庆路支局", "西门支局"]
    assert await named(root, "/api/branches", sort="name") == ["Ａ营业部", "重庆路支局", "东门支局", "西门支局"]
    assert await named(root, "/api/branches", sort="-unit") == ["Ａ营业部", "西门支局", "东门支局", "重庆路支局"]
    assert await named(root, "/api/branches", q="CQL") == ["重庆路支局"]
    assert await named(root, "/api/branches", q="支局 100") == ["东门支局", "重庆路支局"]
    assert await named(root, "/api/branches", q="a") == ["Ａ营业部"]
    assert await named(root, "/api/branches", q="%") == []
    assert await named(root, "/api/branches", unit=staff.city, status="open", kind="post_office") == [
        "东门支局",
        "重庆路支局",
    ]
    assert await named(root, "/api/branches", status="closed") == []
    page = await listed(root, "/api/branches", size=3, page=2)
    assert ([row["name"] for row in page["rows"]], page["total"]) == (["西门支局"], 4)
    beyond = await listed(root, "/api/branches", size=3, page=9)
    assert (beyond["rows"], beyond["total"]) == ([], 4)
    one = (await root.get(f"/api/branches/{staff.branch}")).json()
    assert one == {
        "id": staff.branch, "code": "1001", "name": "东门支局", "initials": "dmzj", "kind": "post_office",
        "unit": staff.city, "unit_name": "东市分公司", "address": None, "position": None, "staff_count": None,
        "opens": None, "closes": None, "status": "open", "editable": True,
    }  # fmt: skip


async def test_a_branch_that_moves_is_in_the_other_list(staff: Seed, sign_in: SignIn) -> None:
    root, admin = await sign_in("root"), await sign_in("admin1")
    assert (await root.put(f"/api/branches/{staff.branch}", json={"unit": staff.other_city})).status_code == 200
    assert (await listed(admin, "/api/branches"))["total"] == 0
    assert (await listed(root, "/api/branches", unit=staff.other_city))["total"] == 2


async def test_people_are_found_by_name_initials_and_login(staff: Seed, sign_in: SignIn) -> None:
    root = await sign_in("root")
    await staff.add_person("lin.yi", name="林一", home=staff.branch, grants=(("carrier", staff.branch),))
    assert await named(root, "/api/people", q="zcq") == ["曾重庆"], "a surname is read as one"
    assert await named(root, "/api/people", q="xf") == ["解方"]
    assert await named(root, "/api/people", q="lin. 林") == ["林一"]
    assert await named(root, "/api/people", place=staff.branch, sort="-login") == ["manager一", "林一", "carrier一"]
    assert await named(root, "/api/people", role="carrier,manager", place=staff.other_city) == ["解方"]
    assert await named(root, "/api/people", active=False) == []
    assert (await listed(root, "/api/people", account="own"))["total"] == 8
    assert (await listed(root, "/api/people", account="none"))["total"] == 0
    assert await named(root, "/api/people", sort="-seen_at", size=1) == ["曾重庆"]
    assert await named(root, "/api/people", sort="home", size=2) == ["carrier一", "林一"]
    (row,) = (await listed(root, "/api/people", q="lin.yi"))["rows"]
    assert row == {
        "id": row["id"], "name": "林一", "initials": "ly", "login": "lin.yi", "home": staff.branch,
        "home_name": "东门支局", "home_type": "branch",
        "grants": [{"role": "carrier", "name": "东门支局", "branch": staff.branch}],
        "active": True, "account": "own", "devices": 0, "seen_at": None,
    }  # fmt: skip
    assert (await root.get(f"/api/people/{row['id']}")).json() == row


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "rev"}, {"sort": "name; DROP TABLE log"}, {"page": "0"}, {"page": "x"}, {"size": "1001"},
        {"colour": "green"}, {"q": "\0"}, {"q": "x" * 201}, {"unit": "17"}, {"kind": "king"}, {"format": "pdf"},
        {"sort": ["code", "name"]},
    ],
)  # fmt: skip
async def test_a_query_that_is_none(staff: Seed, sign_in: SignIn, query: dict[str, Any]) -> None:
    reply = await (await sign_in("root")).get("/api/branches", params=query)
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")


async def test_a_sheet_holds_all_that_was_found_and_computes_nothing(staff: Seed, sign_in: SignIn) -> None:
    root = await sign_in("root")
    for number in range(3):
        await staff.add_branch(f"000{number}", f"=1+{number}", staff.city)
    reply = await root.get("/api/branches", params={"format": "xlsx", "lang": "zh", "size": 1, "page": 5})
    assert reply.headers["content-type"].startswith("application/vnd.openxmlformats-officedocument.spreadsheetml")
    assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7%BD%91%E7%82%B9.xlsx")
    rows = rows_of(reply.content)
    assert rows[0][:4] == ["网点编码", "网点名称", "类型", "所属机构"]
    assert [row[:4] for row in rows[1:4]] == [
        [f"000{number}", f"=1+{number}", "邮政局所", "东市分公司"] for number in range(3)
    ]
    assert len(rows) == 6
    english = await root.get(
        "/api/people", params={"format": "xlsx", "q": "manager"}, headers={"accept-language": "en"}
    )
    assert rows_of(english.content) == [
        ["Login", "Name", "Home", "Roles", "Status"],
        ["manager1", "manager一", "1001", "manager", "active"],
    ]
    assert len(rows_of((await root.get("/api/units", params={"format": "xlsx"})).content)) == 4
    assert len(rows_of((await root.get("/api/devices", params={"format": "xlsx"})).content)) == 2


async def test_rows_from_before_there_were_lists_are_filled_in(staff: Seed, clock: Clock, database: str) -> None:
    before = await fetch("SELECT search, sorting FROM person ORDER BY id")
    without = {
        "sqlite": ("DROP TRIGGER person_guard", None),
        "postgresql": ("ALTER TABLE person DISABLE TRIGGER USER", "ALTER TABLE person ENABLE TRIGGER USER"),
    }
    off, on = without[database]
    async with transaction():
        await execute(off)
        await execute("UPDATE person SET search = ''")
        if on:  # other tests get this database after us
            await execute(on)
    await fill_in(clock())
    assert await fetch("SELECT search, sorting FROM person ORDER BY id") == before


async def test_pages_are_pieces_of_the_whole_list_however_they_are_read(
    staff: Seed, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await staff.add_branch(f"30{number}", f"东{number}支局", staff.city if number % 2 else staff.other_city)
    browsers = [await sign_in(login) for login in ("root", "admin1", "supervisor1")]
    for sort in ("unit", "kind", "code"):
        await _pieces_make_it(browsers[0], "/api/branches", sort, monkeypatch)
        await _pieces_make_it(browsers[0], "/api/branches", f"-{sort}", monkeypatch)
    for sort in ("person", "-person", "oldest", "-oldest"):
        await _pieces_make_it(browsers[1], "/api/devices", sort, monkeypatch)
    for sort in ("home", "-home", "seen_at", "-seen_at"):
        await _pieces_make_it(browsers[0], "/api/people", sort, monkeypatch)


async def _pieces_make_it(browser: AsyncClient, path: str, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await listed(browser, path, sort=sort)
    monkeypatch.setattr(finding, "FEW", 0)
    pieces = [await listed(browser, path, sort=sort, size=2, page=page) for page in range(1, whole["total"] // 2 + 2)]
    monkeypatch.undo()
    assert [row for piece in pieces for row in piece["rows"]] == whole["rows"], (path, sort)
    assert {piece["total"] for piece in pieces} == {whole["total"]}
