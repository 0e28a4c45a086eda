"""`xunfang serve` on a network of one's own: HTTPS by the made authority, passwords nobody knows, one helping page."""

import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.lan.addresses import found_here
from tests.server.lan.served import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("lan"))
    running.start()
    yield running
    running.stop()


def sign_in(client: httpx.Client, password: str) -> httpx.Response:
    body: dict[str, Any] = {"login": "inspector", "password": password, "device": None, "device_name": "phone"}
    return client.post("/api/session", json=body)


def test_by_every_address_of_this_machine(served: Served) -> None:
    for address in [a for a in found_here().addresses if ":" not in a]:
        with served.client(address) as client:
            assert client.get("/api/health").json()["status"] == "ok"
            assert "wasm-unsafe-eval" in client.get("/").headers["content-security-policy"]
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"https://localhost:{served.port}/")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{served.port}/")


def test_the_known_password_opens_nothing(served: Served) -> None:
    with served.client() as client:
        assert sign_in(client, "xunfang-demo").status_code == 401
        answer = sign_in(client, served.passwords()["inspector"])
        assert answer.status_code == 201
        assert "Secure" in answer.headers["set-cookie"]
    assert len(set(served.passwords().values())) == 6
    assert (served.folder / "data/lan/passwords.txt").stat().st_mode & 0o777 == 0o600
    assert served.said().count(served.passwords()["inspector"]) == 1
    assert "xunfang-demo" not in served.said()


@pytest.mark.parametrize(("language", "first"), [("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en")])
def test_the_page_that_helps(served: Served, language: str, first: str) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{served.port + 1}") as plain:
        page = plain.get("/", headers={"Accept-Language": language})
        assert f'<html lang="{first}">' in page.text
        for word in ("微信", "WeChat", "安卓", "HarmonyOS", "iPhone", f":{served.port}"):
            assert word in page.text
        given = plain.get("/xunfang.crt")
        assert given.headers["content-type"] == "application/x-x509-ca-cert"
        assert ssl.DER_cert_to_PEM_cert(given.content) == served.authority.read_text()
        for path in ("/api/health", "/index.html", "/authority.key", "/../authority.key"):
            assert plain.get(path).status_code == 404
        assert plain.post("/api/session", json={}).status_code == 501


def test_a_second_start_keeps_authority_and_passwords(served: Served) -> None:
    before = (served.authority.read_bytes(), served.passwords())
    served.stop()
    served.start()
    assert (served.authority.read_bytes(), served.passwords()) == before
    with served.client() as client:
        assert sign_in(client, before[1]["inspector"]).status_code == 201
    assert served.said().count(before[1]["inspector"]) == 1
