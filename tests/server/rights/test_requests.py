"""Who is answered what: every route of the application, asked about what is near by everybody.

`requests.md` holds the table for people to read; XUNFANG_TABLES=1 writes it anew.
"""

from typing import Any

import httpx

from tests.server.rights.answers import text_of
from tests.server.rights.conftest import Place
from tests.server.rights.ground import Ground
from tests.server.rights.people import TURNED_AWAY, WHO, kept, table
from tests.server.rights.requests import ASKED, Asking, Names, promised, routes_of

ABOUT = """# Who is answered what

Every route of the server, asked about what people of one branch wrote down and about their branch and its city. A cell
is `yes`, `nothing` where an answer comes that tells of none of it, or the code of the refusal (the status, where an
answer has no body). People of whom all say the same share a column. What may be done with records by way of the sync
stands in [records.md](records.md).

`XUNFANG_TABLES=1 .venv/bin/python -m pytest tests/server/rights` writes this anew.
"""
EVERYBODY = {**WHO, **TURNED_AWAY}
SIGNED_IN = (*WHO, "fay")


def filled(value: Any, names: Names) -> Any:
    """The value with the names in braces filled in."""
    if isinstance(value, str):
        return int(names.get(value[5:-1], value[5:-1])) if value.startswith("{int:") else value.format(**names)
    if isinstance(value, dict):
        return {key: filled(inner, names) for key, inner in value.items()}
    return [filled(inner, names) for inner in value] if isinstance(value, list) else value


async def send(ground: Ground, who: str, route: str, asking: Asking, names: Names) -> httpx.Response:
    """Ask as this person."""
    names = {**names, "login": who, "device": names.get("device", str(ground.devices[who]))}
    names |= filled(asking.names, names)
    method, path = route.split(" ")
    client = ground.clients[who]
    if route == "POST /api/session" or (asking.spare and who in SIGNED_IN):
        client = ground.world.client()
    if asking.spare and who in SIGNED_IN:
        await ground.world.sign_in(client, who)
    client.headers["accept-language"] = "zh"
    url = path.format(**names) + (f"?{asking.query}" if asking.query else "")
    body = None if asking.body is None else filled(asking.body, names)
    headers = filled(dict(asking.headers), names)
    return await client.request(method, url, json=body, content=filled(asking.content, names), headers=headers)


def cell(response: httpx.Response, asking: Asking, names: Names) -> str:
    if response.is_success:
        return "yes" if filled(asking.finds, names) in text_of(response) else "nothing"
    if response.request.method == "HEAD":
        return str(response.status_code)
    return str(response.json()["code"])


async def row(ground: Ground, route: str, asking: Asking, known: Names) -> dict[str, str]:
    """What everybody is answered; what was used up is made anew for the next."""
    told: dict[str, str] = {}
    names, used = dict(known), True
    for who in EVERYBODY:
        if asking.fresh is not None and (used or asking.note == "own"):
            names = {**known, **await asking.fresh(ground, who)}
        told[who] = cell(await send(ground, who, route, asking, names), asking, names)
        used = told[who] == "yes"
    return told


def test_every_route_is_in_the_table(place: Place) -> None:
    assert set(ASKED) == routes_of(place.ground.world.app)


def test_the_table_is_what_the_server_does(place: Place) -> None:
    async def asked(ground: Ground) -> list[str]:
        near = ground.work["near"]
        known = {name.replace(".", "_").replace(" ", "_"): id_ for name, id_ in near.ids.items()}
        known["promised"] = promised(ground.hands["ann"], near.ids["photo.awaited"])
        lines = ABOUT.split("\n")
        parts: dict[str, dict[str, dict[str, str]]] = {}
        for route, ways in ASKED.items():
            method, path = route.split(" ")
            part = path.split("/")[2] if path.startswith("/api/") else "the description"
            for asking in ways:
                name = f"`{method} {path}`" + (f" {asking.note}" if asking.note else "")
                assert name not in parts.setdefault(part, {})
                parts[part][name] = await row(ground, route, asking, known)
        for part, rows in parts.items():
            lines += table(part, EVERYBODY, rows)
        return lines

    kept("requests.md", place.run(asked))
