"""Labels: a lost or copied one is given anew; the old one says so to whom it concerns, and to nobody else."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from server.branches import labels
from server.branches.tokens import tag_of
from server.database.query import fetch
from server.settings import Settings
from tests.server.conftest import NOW, Clock, Seed
from tests.server.reply import check_problem

SignIn = Callable[[str], Awaitable[AsyncClient]]


@pytest.fixture
async def people(seed: Seed) -> Seed:
    await seed.add_person("admin", grants=(("admin", seed.province),))
    await seed.add_person("supervisor", grants=(("supervisor", seed.city),))
    await seed.add_person("manager", grants=(("manager", seed.branch),))
    await seed.add_person("inspector", grants=(("inspector", seed.city),))
    await seed.add_person("carrier", grants=(("carrier", seed.branch),))
    await seed.add_person("stranger", grants=(("supervisor", seed.other_city),))
    return seed


async def token_of(branch: str) -> str:
    return str((await fetch("SELECT token FROM branch WHERE id = ?", branch))[0][0])


async def tag_now(branch: str) -> str:
    return str(msgspec.json.decode((await fetch("SELECT body FROM branch WHERE id = ?", branch))[0][0])["tag"])


async def renew(browser: AsyncClient, branch: str, tag: str, why: str = "copied") -> Response:
    return await browser.post(f"/api/branches/{branch}/qr", json={"tag": tag, "why": why})


@pytest.mark.parametrize("login", ["admin", "supervisor", "manager"])
async def test_a_new_label_retires_the_old_one(people: Seed, sign_in: SignIn, clock: Clock, login: str) -> None:
    browser, old = await sign_in(login), await token_of(people.branch)
    clock.advance(5)
    answer = await renew(browser, people.branch, tag_of(old))
    assert answer.status_code == 200, answer.text
    new = await token_of(people.branch)
    assert new != old
    assert answer.json()["tag"] == await tag_now(people.branch) == tag_of(new)
    assert new not in answer.text, "the secret itself leaves the server only on a label"
    told = (await browser.get(f"/api/labels/{tag_of(old)}")).json()
    assert told == {"branch": people.branch, "state": "retired", "since": NOW + 5, "why": "copied"}
    assert (await browser.get(f"/api/labels/{tag_of(new)}")).json() == {"branch": people.branch, "state": "current"}


async def test_the_log_says_who_and_not_the_secret(people: Seed, sign_in: SignIn) -> None:
    await renew(await sign_in("manager"), people.branch, await tag_now(people.branch), "lost")
    person, content = (await fetch("SELECT person, content FROM log WHERE type = 'reissue_label'"))[0]
    assert [person] == [row[0] for row in await fetch("SELECT person FROM account WHERE login = 'manager'")]
    assert await tag_now(people.branch) in content
    assert await token_of(people.branch) not in content


async def test_the_same_request_again_gives_no_second_label(people: Seed, sign_in: SignIn) -> None:
    browser, old = await sign_in("admin"), await tag_now(people.branch)
    first, *others = await asyncio.gather(*(renew(browser, people.branch, old) for _ in range(4)))
    assert {answer.status_code for answer in (first, *others)} == {200}
    assert {answer.json()["tag"] for answer in (first, *others)} == {await tag_now(people.branch)}
    assert (await fetch("SELECT COUNT(*) FROM retired_tag"))[0][0] == 1


async def test_every_old_label_is_remembered(people: Seed, sign_in: SignIn) -> None:
    browser, tags = await sign_in("admin"), []
    for why in ("lost", "copied", "worn"):
        tags.append(await tag_now(people.branch))
        await renew(browser, people.branch, tags[-1], why)
    told = [(await browser.get(f"/api/labels/{tag}")).json() for tag in tags]
    assert [(fact["state"], fact["why"]) for fact in told] == [
        ("retired", "lost"),
        ("retired", "copied"),
        ("retired", "worn"),
    ]


async def test_the_label_named_must_be_this_branchs(people: Seed, sign_in: SignIn) -> None:
    browser, before = await sign_in("admin"), await tag_now(people.branch)
    for tag in (await tag_now(people.other_branch), "0" * 64):
        check_problem(await renew(browser, people.branch, tag), 422, "stale_view")
    assert await tag_now(people.branch) == before


@pytest.mark.parametrize(
    "body",
    [{}, None, {"tag": "0" * 64}, {"why": "lost"}, {"tag": "0" * 63, "why": "lost"}, {"tag": "G" * 64, "why": "lost"},
     {"tag": "0" * 64, "why": "fun"}, {"tag": "0" * 64, "why": "lost", "token": "mine"}],
)  # fmt: skip
async def test_requests_that_are_none(people: Seed, sign_in: SignIn, body: Any) -> None:
    browser = await sign_in("admin")
    check_problem(await browser.post(f"/api/branches/{people.branch}/qr", json=body), 400, "bad_request")


@pytest.mark.parametrize(
    ("login", "code"), [("inspector", "not_allowed"), ("carrier", "not_allowed"), ("stranger", "not_found")]
)
async def test_who_may_not(people: Seed, sign_in: SignIn, login: str, code: str) -> None:
    browser, before = await sign_in(login), await tag_now(people.branch)
    assert check_problem(await renew(browser, people.branch, before))["code"] == code
    for path in ("qr.png", "qr.svg", "qr-sheet"):
        assert check_problem(await browser.get(f"/api/branches/{people.branch}/{path}"))["code"] == code
    assert await tag_now(people.branch) == before


async def test_a_label_says_nothing_to_strangers(people: Seed, sign_in: SignIn, client: AsyncClient) -> None:
    old = await tag_now(people.branch)
    await renew(await sign_in("admin"), people.branch, old)
    stranger = await sign_in("stranger")
    for tag in (old, await tag_now(people.branch), "0" * 64, "nonsense"):
        check_problem(await stranger.get(f"/api/labels/{tag}"), 404, "not_found")
    check_problem(await client.get(f"/api/labels/{old}"), 401, "unauthenticated")
    inspector = await sign_in("inspector")
    assert (await inspector.get(f"/api/labels/{old}")).json()["state"] == "retired"


async def test_sheets_hold_the_label_that_counts(people: Seed, sign_in: SignIn) -> None:
    browser = await sign_in("admin")
    one, county = f"/api/branches/{people.branch}/qr-sheet", f"/api/units/{people.city}/qr-sheet"
    before = [(await browser.get(path)).text for path in (one, county)]
    await renew(browser, people.branch, await tag_now(people.branch))
    after = [(await browser.get(path)).text for path in (one, county)]
    for old, new in zip(before, after, strict=True):
        assert "东门支局" in new
        assert pictures(old) != pictures(new)
    assert pictures(after[0])[0] in pictures(after[1])


def pictures(sheet: str) -> list[str]:
    return re.findall(r'src="(data:image/[^"]+)"', sheet)


@pytest.mark.parametrize("settings_of", [None, "https://inspect.example.org"])
async def test_where_a_label_leads(
    people: Seed, sign_in: SignIn, running: Litestar, monkeypatch: pytest.MonkeyPatch, settings_of: str | None
) -> None:
    held: list[str] = []
    settings: Settings = running.state.settings
    running.state.settings = msgspec.structs.replace(settings, public_url=settings_of)
    monkeypatch.setattr("server.branches.labels.svg", lambda text: held.append(text) or b"<svg/>")
    await (await sign_in("manager")).get(f"/api/branches/{people.branch}/qr.svg")
    assert held == [f"{settings_of or 'http://xunfang.test'}/#/b/{await token_of(people.branch)}"]


def test_a_sheet_holds_twelve_a_page_and_what_it_prints_is_text() -> None:
    many = [labels.Label(name=f"<b>{n}</b>", code=str(n), address=f"https://x/#/b/{n}") for n in range(25)]
    sheet = labels.sheet("A & B", many)
    assert [page.count("<figure>") for page in sheet.split("<section>")[1:]] == [12, 12, 1]
    assert "<title>A &amp; B</title>" in sheet
    assert "&lt;b&gt;24&lt;/b&gt;" in sheet
    assert "<b>24</b>" not in sheet
    assert len(set(pictures(sheet))) == 25
