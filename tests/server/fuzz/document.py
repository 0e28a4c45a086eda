"""Requests made from the API's own description, right and wrong ones, and what every answer must be."""

import asyncio
from typing import Any

import httpx
import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, strategies
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.description import describe
from server.photos import tus
from tests.server.fuzz.ground import GHOST, KINDS, Ground, Kind
from tests.server.protocol.world import ADDRESS
from tests.server.reply import check_problem, demand

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NASTY = [
    "\0", "a\0b", "\ufffd", "\uffff", "%", "_", "' OR 1=1 --", "../../etc/passwd", "__proto__", "x" * 9000, "-1", "1e5",
    "9" * 30, "WzE4NDQ2NzQ0MDczNzA5NTUxNjE2LCJ4Il0=", "", " ", "null", "\U0001f4ee",
]  # fmt: skip
"""The Base64 says [2**64, "x"]."""
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@schemathesis.serializer(tus.BODY_TYPE)
def _bytes(_: object, value: Any) -> bytes:
    """A body of bytes, as drawn."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def settings(examples: int, *, random: bool = False) -> hypothesis.settings:
    """So many requests to an operation; the same ones each time unless they are to be random."""
    return hypothesis.settings(
        max_examples=examples,
        derandomize=not random,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def operations(ground: Ground) -> list[Any]:
    """Every operation of the document."""
    schema = schemathesis.openapi.from_dict(describe(ground.world.app))
    return [found.ok() for found in schema.get_all_operations()]


def throw(runner: asyncio.Runner, ground: Ground, operation: Any, how: hypothesis.settings, seed: int | None) -> int:
    """Send requests of this operation until enough are sent or one is answered wrongly; returns how many were."""
    cases = strategies.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES))
    callers = strategies.sampled_from(KINDS)
    known = strategies.sampled_from([*ground.near.values(), *ground.drafts.values(), *ground.far.values(), GHOST])
    sent = 0

    @how
    @hypothesis.given(cases, callers, strategies.data())
    def one(case: Case, kind: Kind, data: strategies.DataObject) -> None:
        nonlocal sent
        for name in case.path_parameters if isinstance(case.path_parameters, dict) else ():
            if data.draw(strategies.booleans()):
                case.path_parameters[name] = str(ground.devices["inspector"]) if name == "device" else data.draw(known)
        dress(ground, kind, case, data)
        spoil(case, data)
        runner.run(judge(ground, kind, case))
        sent += 1

    (hypothesis.seed(seed)(one) if seed is not None else one)()
    return sent


def dress(ground: Ground, kind: Kind, case: Case, data: strategies.DataObject) -> None:
    """Some of what would be turned away at the first door gets past it."""
    if not isinstance(case.body, dict) or not data.draw(strategies.booleans()):
        return
    if case.path == "/api/sync":
        changes = [{"n": n, **change} for n, change in enumerate(case.body.get("changes") or (), 1) if named(change)]
        case.body |= {"v": 1, "device": ground.devices.get(kind, 1), "cursor": None, "epoch": None, "changes": changes}
    elif case.path == "/api/session":
        case.body |= ground.credentials()


def spoil(case: Case, data: strategies.DataObject) -> None:
    """Now and then one value of the query or of the body is what no generator thinks of."""
    for part in (case.query, case.body):
        if isinstance(part, dict) and part and data.draw(strategies.integers(0, 3)) == 0:
            part[data.draw(strategies.sampled_from(sorted(part, key=str)))] = data.draw(strategies.sampled_from(NASTY))


def named(change: object) -> bool:
    return isinstance(change, dict) and "n" not in change


async def judge(ground: Ground, kind: Kind, case: Case) -> None:
    """Send a case and demand what every answer owes."""
    ground.world.clock.advance(1_000)
    prepared = requests.Request(**case.as_transport_kwargs(base_url=ADDRESS)).prepare()
    headers = {name: value for name, value in prepared.headers.items() if name.lower() != "cookie"}
    url, body = str(prepared.url), prepared.body
    try:
        response = await ground.send(kind, case.method.upper(), url, headers, body)
    except (httpx.InvalidURL, UnicodeEncodeError):
        return  # no client of HTTP can say this
    what = f"{kind}: {case.method} {url} {headers} {str(body)[:300]} -> {response.status_code} {response.text[:300]}"
    demand(response.status_code < 500, f"never our own fault: {what}")
    listed = case.operation.definition.raw["responses"]
    demand(str(response.status_code) in listed, f"a status the description names: {what}")
    if case.method.upper() != "HEAD":
        if response.status_code >= 400:
            check_problem(response)
        case.validate_response(response, checks=CHECKS)
    asked = url.encode() + repr(headers).encode() + (body.encode() if isinstance(body, str) else body or b"")
    reader: Kind = "inspector" if response.status_code == 201 and case.path == "/api/session" else kind
    leaked = ground.leaked(reader, asked, response)
    demand(not leaked, f"{leaked} is not for {what}")
    await ground.mend(kind, response)
    await _tells_no_difference(ground, kind, case.method.upper(), url, headers, body, response)


async def _tells_no_difference(
    ground: Ground, kind: Kind, method: str, url: str, headers: dict[str, str], body: Any, response: httpx.Response
) -> None:
    """A record that one may not see is answered as one that does not exist."""
    hidden = [id_ for id_ in ground.far.values() if id_ in url]
    if not hidden or kind == "nobody":
        return
    ghost = await ground.send(kind, method, url.replace(hidden[0], GHOST), headers, body)
    same = (ghost.status_code, ghost.content.replace(GHOST.encode(), hidden[0].encode()))
    demand(
        same == (response.status_code, response.content),
        f"{kind}: {method} {url} tells that something is there: {response.text[:300]} / {ghost.text[:300]}",
    )
