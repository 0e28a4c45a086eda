"""Only proxies that are named are believed about who asks, and whether over TLS: the server as it is run."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.types import Receive, Scope, Send

from server import operating, serving
from server.app import create_app
from server.identity.rules import TRIES
from server.settings import Settings, SettingsError

PROXY, OTHER, PHONE, LIAR = "10.0.0.5", "10.0.0.6", "203.0.113.7", "198.51.100.9"


def behind(app: Any, named: str) -> Any:
    """An application as the server runs it, with the proxies an operator named."""
    settings = Settings.from_environment({"XUNFANG_PROXIES": named})
    config = serving.config_of(app, settings, None)
    config.load()
    return config.loaded_app


async def asked_by(named: str, peer: str, headers: list[tuple[str, str]]) -> tuple[str, str]:
    """Who the application is told asks, and by what: the address and the scheme of a request from ``peer``."""
    told: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    transport = httpx.ASGITransport(behind(application, named), client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://inspect") as client:
        await client.get("/", headers=headers)
    (scope,) = told
    assert scope["client"] is not None
    return scope["client"][0], scope["scheme"]


TLS = ("X-Forwarded-Proto", "https")


@pytest.mark.parametrize(
    ("named", "peer", "chain", "who", "scheme"),
    [
        (PROXY, PROXY, [PHONE], PHONE, "https"),
        (PROXY, OTHER, [PHONE], OTHER, "http"),
        ("", "127.0.0.1", [PHONE], "127.0.0.1", "http"),
        ("10.0.0.0/29", OTHER, [PHONE], PHONE, "https"),
        ("10.0.0.0/29", "10.0.0.8", [PHONE], "10.0.0.8", "http"),
        # What a client writes before it reaches a proxy that adds to it is not believed: the rightmost one not named.
        (PROXY, PROXY, [f"{LIAR}, {PHONE}"], PHONE, "https"),
        (PROXY, PROXY, [LIAR, PHONE], PHONE, "https"),
        (f"{PROXY},{OTHER}", PROXY, [f"{LIAR}, {PHONE}, {OTHER}"], PHONE, "https"),
        (PROXY, PROXY, [f"{PHONE}, {OTHER}"], OTHER, "https"),
        (PROXY, PROXY, [f"127.0.0.1, {PHONE}"], PHONE, "https"),
        ("fd00::/8", "fd00::1", ["2001:db8::7"], "2001:db8::7", "https"),
        (PROXY, PROXY, [], PROXY, "https"),
    ],
)
async def test_who_asks_is_what_a_named_proxy_says(
    named: str, peer: str, chain: list[str], who: str, scheme: str
) -> None:
    headers = [TLS, *(("X-Forwarded-For", value) for value in chain)]
    assert await asked_by(named, peer, headers) == (who, scheme)


async def test_sign_ins_are_counted_by_the_address_behind_the_proxy(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", password_memory=64, password_rounds=1)
    await operating.initialise(settings, login="admin", name="管理员", unit_name="总部", password="right-one-1")
    application = create_app(settings)
    served = behind(application, PROXY)

    async def sign_in(password: str, peer: str = PROXY, chain: str = PHONE) -> httpx.Response:
        transport = httpx.ASGITransport(served, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://inspect") as client:
            body = {"login": "admin", "password": password, "device": None, "device_name": "x"}
            return await client.post("/api/session", json=body, headers=[TLS, ("X-Forwarded-For", chain)])

    async with application.lifespan():
        for n in range(TRIES):
            assert (await sign_in("wrong", chain=f"{LIAR[:-1]}{n % 10}, {PHONE}")).status_code == 401
        assert (await sign_in("right-one-1")).status_code == 429
        assert (await sign_in("right-one-1", chain=f"{PHONE}, {LIAR}")).status_code == 201, "somebody else's address"
        direct = await sign_in("right-one-1", peer=OTHER)
        assert (direct.status_code, "Secure" in direct.headers["set-cookie"]) == (201, False)
        assert "Secure" in (await sign_in("right-one-1", chain=LIAR)).headers["set-cookie"]


@pytest.mark.parametrize("wrong", ["nginx", "10.0.0.1/8", "*", "10.0.0.1;10.0.0.2"])
def test_a_proxy_is_an_address_or_a_network(wrong: str) -> None:
    with pytest.raises(SettingsError, match="XUNFANG_PROXIES"):
        Settings.from_environment({"XUNFANG_PROXIES": wrong})
