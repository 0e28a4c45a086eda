"""Headers, compression and the description of the API."""

import gzip
import tomllib
from pathlib import Path

import brotli
import msgspec
import pytest
from httpx import AsyncClient

from server import VERSION
from server.encoding import preferred


@pytest.mark.parametrize("path", ["/api/health", "/api/nothing", "/", "/nothing.png", "/api/schema"])
async def test_every_answer_is_guarded(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"].replace("wasm-unsafe-eval", "")
    assert "server" not in headers


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity", "identity"),
        ("br;q=high", "identity"),
        ("BR", "br"),
    ],
)
def test_the_best_encoding(header: str, best: str) -> None:
    assert preferred(header) == best


async def raw(client: AsyncClient, path: str, encoding: str) -> tuple[bytes, dict[str, str]]:
    async with client.stream("GET", path, headers={"accept-encoding": encoding}) as reply:
        return b"".join([part async for part in reply.aiter_raw()]), dict(reply.headers)


async def test_json_goes_out_compressed(client: AsyncClient) -> None:
    path = "/api/schema/openapi.json"
    plain, headers = await raw(client, path, "identity")
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"
    for encoding, decompress in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        body, headers = await raw(client, path, encoding)
        assert headers["content-encoding"] == encoding
        assert int(headers["content-length"]) == len(body) < len(plain) / 3
        assert decompress(body) == plain


async def test_small_answers_are_left_alone(client: AsyncClient) -> None:
    body, headers = await raw(client, "/api/health", "br")
    assert msgspec.json.decode(body)["status"] == "ok"
    assert "content-encoding" not in headers


async def test_the_api_describes_itself(client: AsyncClient) -> None:
    document = (await client.get("/api/schema/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == VERSION
    schemas = document["components"]["schemas"]
    assert {"Inspection", "Finding", "Photo", "SyncRequest", "SessionBody", "Problem"} <= set(schemas)
    assert document["paths"]["/api/session"]["post"]["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/SignIn"
    }
    text = msgspec.json.encode(document).decode()
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(schemas)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all("default" in operation["responses"] for operation in operations)


async def test_the_reader_needs_no_outside_network(client: AsyncClient, tmp_path: Path, monkeypatch) -> None:
    from server import openapi

    monkeypatch.setattr(openapi, "FOLDER", tmp_path)
    plain = await client.get("/api/schema")
    assert (plain.status_code, plain.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'href="/api/schema/openapi.json"' in plain.text
    (tmp_path / "reader").mkdir()
    (tmp_path / "reader" / "swagger-ui-bundle.js").touch()
    reader = await client.get("/api/schema")
    assert "/reader/swagger-ui-bundle.js" in reader.text
    assert "http" not in reader.text
    assert "http" not in (await client.get("/api/schema/reader.js")).text


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
