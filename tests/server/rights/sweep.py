"""Everything that can be looked at: every GET of the application with every id and every filter its description has."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import msgspec

from tests.server.protocol.seed import named
from tests.server.rights.ground import Ground
from tests.server.rights.requests import ASKED, OFFSET, promised
from tests.server.rights.samples import ABSENT
from tests.server.rights.work import names_of

ORDER = ("sort", "lang")
"""What changes only how an answer looks; so do numbers, of pages and rows."""
LOOKING = ("get", "head")


class Look(msgspec.Struct, frozen=True):
    """One request; ``ids``: what its path names."""

    method: str
    route: str
    url: str
    ids: tuple[str, ...]


class Places(msgspec.Struct, frozen=True):
    """The ids of one side, by what parameters call them."""

    side: str
    by_name: Mapping[str, list[str]]

    def every(self) -> list[str]:
        return list(dict.fromkeys(id_ for ids in self.by_name.values() for id_ in ids))

    def called(self, name: str) -> list[str]:
        """What may stand for a parameter; for one nobody has thought of everything there is."""
        return self.by_name.get(name) or self.every()


async def places_of(ground: Ground, side: str, unit: str, branch: str, people: tuple[str, ...]) -> Places:
    """The ids of a side, with what is in no phone: devices, imports, uploads, labels."""
    work = ground.work[side]
    owner = "pat" if side == "near" else "kip"
    device = str((await ground.sign_in(owner, f"{side}~device~name"))["device"])
    admin = ground.hands["adam" if side == "near" else "alma"].http
    import_ = work.lead.new_id()
    sheet = f"网点编码,网点名称,类型,所属机构\n{side}~sheet~code,{side}~sheet~name,支局,nowhere\n"
    reply = await admin.put(f"/api/imports/{import_}?kind=branches&name={side}~import~name", content=sheet.encode())
    assert reply.status_code == 201, reply.text
    metadata = promised(work.lead, work.ids["photo.awaited"])
    headers = {**OFFSET, "Upload-Length": "1000", "Upload-Metadata": metadata}
    begun = await work.lead.http.post("/api/uploads", headers=headers)
    assert begun.status_code == 201, begun.text
    types = {type_: [id_ for _, id_ in names_of(work.ids, type_)] for type_ in ground.types}
    persons = [named(login) for login in people]
    return Places(
        side,
        {
            **types, "unit": [named(unit)], "under": [named(unit)], "parent": [named(unit)], "branch": [named(branch)],
            "place": [named(unit), named(branch)], "person": persons, "lead": persons, "device": [device],
            "tag": [work.manager.row("branch", named(branch))["tag"]], "id_": [import_],
            "upload": [begun.headers["location"].rpartition("/")[2]], "kind": ["branches", "people", "customers"],
        },
    )  # fmt: skip


def looks(paths: Mapping[str, Any], places: Places) -> Iterator[Look]:
    """Every way to look at what is on this side, by the paths of the application's description."""
    for route in ASKED:
        method, path = route.split(" ")
        if method.lower() not in LOOKING:
            continue
        described = paths.get(path, {}).get(method.lower(), {}).get("parameters", [])
        urls: list[tuple[str, tuple[str, ...]]] = [(path, ())]
        for parameter in (one["name"] for one in described if one["in"] == "path"):
            urls = [
                (url.replace(f"{{{parameter}}}", value), (*ids, value))
                for url, ids in urls
                for value in places.called(parameter)
            ]
        for url, ids in urls:
            yield Look(method, route, url, ids)
            for query in _queries([one for one in described if one["in"] == "query"], places):
                yield Look(method, route, f"{url}?{httpx.QueryParams(query)}", ids)


def _queries(parameters: list[Mapping[str, Any]], places: Places) -> Iterator[dict[str, str]]:
    names = {parameter["name"] for parameter in parameters}
    for parameter in parameters:
        if parameter["name"] in ORDER:
            continue
        for value in _values(parameter, places):
            yield {parameter["name"]: value}
            if "format" in names and parameter["name"] in ("q", "unit", "branch", "person", "place"):
                yield {parameter["name"]: value, "format": "xlsx"}


def _values(parameter: Mapping[str, Any], places: Places) -> list[str]:
    """Every choice there is; of a text what would find something."""
    name, text = parameter["name"], json.dumps(parameter["schema"])
    if '"enum"' in text:
        return [choice for choice in dict.fromkeys(_choices(parameter["schema"])) if choice != "json"]
    if '"integer"' in text:
        return []
    if '"boolean"' in text:
        return ["true", "false"]
    if name == "q":
        return [f"{places.side}~", "~"]
    if name == "next":
        marks = [[0, places.by_name["visit"][0]], ["", places.by_name["customer"][0]]]
        return [base64.urlsafe_b64encode(json.dumps(mark).encode()).decode() for mark in marks]
    if name in places.by_name:
        return list(places.by_name[name])
    return [f"{places.side}~customer~{name}~active", places.by_name["branch"][0]]


def _choices(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (str(choice) for choice in schema.get("enum", ()) if choice is not None)
        for inner in schema.values():
            yield from _choices(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _choices(inner)


def ghost(look: Look) -> str:
    """The same request about nothing."""
    url = look.url
    for id_ in look.ids:
        url = url.replace(id_, "999999" if id_.isdigit() else "0" * 64 if len(id_) == 64 else ABSENT)
    return url
