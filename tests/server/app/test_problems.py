"""Every error is a problem document out of the catalogue, and tells nothing of the inside."""

import sqlite3

import pytest
from httpx import AsyncClient
from litestar import Litestar

from server.identity import asking
from server.identity.rules import hash_of
from server.problems import Refusal, prefers_chinese
from sync.problems import PROBLEMS

JSON = {"content-type": "application/json"}


def assert_problem(reply, status: int, code: str) -> None:
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    document = reply.json()
    assert {"type", "title", "status", "code"} <= set(document)
    assert (document["status"], document["code"]) == (status, code)
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/session/x", "/api/schema/redoc", "/api/%00"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_unknown_paths(client: AsyncClient, method: str, path: str) -> None:
    assert_problem(await client.request(method, path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/api/session"), ("POST", "/api/health"), ("BREW", "/api/health")]
)
async def test_wrong_methods_say_which_are_right(client: AsyncClient, method: str, path: str) -> None:
    reply = await client.request(method, path)
    assert_problem(reply, 405, "method_not_allowed")
    assert "GET" in reply.headers["allow"]


@pytest.mark.parametrize("path", ["/api/session", "/api/sync"])
async def test_ten_megabytes_are_too_much(client: AsyncClient, sign_in, seed, path: str) -> None:
    await seed.add_person("lin")
    browser = await sign_in("lin")
    assert_problem(await browser.post(path, content=b"x" * 10_000_000, headers=JSON), 413, "too_large")

    async def dripping():
        for _ in range(100):
            yield b"x" * 100_000

    assert_problem(await browser.post(path, content=dripping(), headers=JSON), 413, "too_large")


async def test_a_fault_of_ours_tells_nothing(client: AsyncClient, monkeypatch, capsys) -> None:
    async def broken(token_hash: str) -> None:
        local = token_hash.upper()
        raise ZeroDivisionError(f"at line 7, {len(local)}")

    monkeypatch.setattr(asking, "session_by_hash", broken)
    client.cookies.set("xunfang_session", "anything")
    reply = await client.get("/api/session")
    assert_problem(reply, 500, "server_error")
    assert "line 7" not in reply.text
    assert set(reply.json()) == {"type", "title", "status", "code"}
    log = capsys.readouterr().err
    assert "ZeroDivisionError: at line 7, 64" in log
    assert hash_of("anything").upper() not in log  # no values of local variables


@pytest.mark.parametrize(
    ("primary", "status", "code"),
    [
        (sqlite3.SQLITE_BUSY, 503, "unavailable"),
        (sqlite3.SQLITE_LOCKED, 503, "unavailable"),
        (sqlite3.SQLITE_FULL, 507, "storage_full"),
        (sqlite3.SQLITE_READONLY, 503, "unavailable"),
        (sqlite3.SQLITE_IOERR, 503, "unavailable"),
        (sqlite3.SQLITE_CANTOPEN, 503, "unavailable"),
        (sqlite3.SQLITE_ERROR, 500, "server_error"),
    ],
)
async def test_what_the_database_says(client: AsyncClient, monkeypatch, primary: int, status: int, code: str) -> None:
    async def failing(*_: object) -> None:
        error = sqlite3.OperationalError("of the database")
        error.sqlite_errorcode = primary
        raise error

    monkeypatch.setattr(asking, "session_by_hash", failing)
    client.cookies.set("xunfang_session", "anything")
    reply = await client.get("/api/session")
    assert_problem(reply, status, code)
    assert ("retry-after" in reply.headers) is (status == 503)


async def test_health_says_when_the_database_is_gone(running: Litestar, client: AsyncClient, database: str) -> None:
    reply = await client.get("/api/health")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok", "version": "0.1.0", "database": database})
    await running.state.engine.close_connection_pool()
    assert_problem(await client.get("/api/health"), 503, "unavailable")


@pytest.mark.parametrize(
    ("header", "chinese"),
    [
        ("", False),
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en-GB,en;q=0.9,zh;q=0.8", False),
        ("fr, zh;q=0.1", True),
        ("zh;q=0", False),
        ("zh;q=x", False),
        ("ZH-Hans", True),
        (";;,,q=;zh", False),
    ],
)
async def test_the_title_is_in_the_readers_language(client: AsyncClient, header: str, chinese: bool) -> None:
    assert prefers_chinese(header) is chinese
    reply = await client.get("/api/nothing", headers={"accept-language": header})
    problem = PROBLEMS["not_found"]
    assert reply.json()["title"] == (problem.zh if chinese else problem.en)


def test_a_refusal_carries_its_members() -> None:
    refusal = Refusal("gap", expected=7, detail="seven comes next")
    assert refusal.document("en") == {
        "type": "urn:xunfang:problem:gap",
        "title": PROBLEMS["gap"].en,
        "status": 409,
        "code": "gap",
        "detail": "seven comes next",
        "expected": 7,
    }
    assert Refusal("bad_value").status == 422
    with pytest.raises(KeyError):
        Refusal("no such code")
