"""Every request there is, as it is made about what is near: the table of them, and what each must find there."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute

from server.rescue.keys import office_key
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import PASSWORD, named
from tests.server.rescue.making import Made, b64
from tests.server.rights.ground import Ground, Unwatched
from tests.server.rights.work import TUS, promise
from tests.server.visits.rounds import close

Names = dict[str, str]
Fresh = Callable[[Ground, str], Awaitable[Names]]
"""Makes what a request uses up, for whoever asks next; returns its names."""
OVERRIDE = {"X-HTTP-Method-Override": "PATCH"}
BEGUN = {**TUS, "Upload-Length": "1000", "Upload-Metadata": "{promised}"}
OFFSET = {**TUS, "Upload-Offset": "0"}
ROOM = {"used": 1, "quota": 2, "persistent": True}
SHEET = "网点编码,网点名称,类型,所属机构\nnear~sheet~{new},near~sheet~name,支局,near~unit~name\n"


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``note``: what is meant where one route is asked in several ways. Names in braces are filled in.

    ``finds``: what stands in the answer if it tells of what is near; an answer without it tells nothing.
    ``fresh`` makes what it uses up. ``spare``: it is asked by another browser, whose session ends by it.
    """

    note: str = ""
    query: str = ""
    body: Any = None
    content: str | bytes | None = None
    headers: Mapping[str, str] = {}
    names: Names = {}
    finds: str = ""
    fresh: Fresh | None = None
    spare: bool = False


# What is used up


async def a_device(ground: Ground, who: str) -> Names:
    """A phone of somebody at home at the branch."""
    signed = await ground.sign_in("pat", "near~device~name")
    return {"device": str(signed["device"])}


async def an_own_device(ground: Ground, who: str) -> Names:
    """A second phone of whoever asks; none for whom nobody may be."""
    own = who in ground.hands
    return {"device": str((await ground.sign_in(who, "second"))["device"]) if own else "1"}


async def this_device(ground: Ground, who: str) -> Names:
    """The phone that asks."""
    return {"device": str(ground.devices.get(who, 1))}


async def two_customers(ground: Ground, who: str) -> Names:
    kim = ground.hands["kim"]
    ids = [kim.new_id(), kim.new_id()]
    for id_ in ids:
        kim.edit("customer", id_, {"branch": named("north"), "name": "near~customer~name"})
    await kim.sync()
    return {"customer": ids[0], "into": ids[1]}


async def a_complaint(ground: Ground, who: str) -> Names:
    kim = ground.hands["kim"]
    id_ = kim.new_id()
    values = {"branch": named("north"), "kind": "visit", "started_at": kim.now(), "result": "met"}
    kim.edit(
        "visit", id_, {**values, "customer": ground.work["near"].ids["customer.other"], "complaint": "near~visit~c"}
    )
    close(kim, id_)
    await kim.sync()
    return {"visit": id_}


async def late_work(ground: Ground, who: str) -> Names:
    """What the lead did on another phone before it had heard of the submission."""
    other = await ground.world.phone("ann", synced=False)
    other.reach = Unwatched()
    values = {f"notes.{other.person}": ["near~finding~late"]}
    n = other.put({"type": "finding", "id": ground.work["near"].ids["finding.submitted"], "seen": 1, "set": values})
    await other.sync()
    return {"late_device": str(other.device), "late_n": str(n)}


async def a_label(ground: Ground, who: str) -> Names:
    return {"tag": (await _branch(ground.hands["mara"]))["tag"]}


async def _branch(hand: Hand) -> dict[str, Any]:
    await hand.sync()
    return hand.row("branch", named("north"))


async def an_upload(ground: Ground, who: str) -> Names:
    """One that was begun by who took the photo."""
    lead, photo = ground.hands["ann"], ground.work["near"].ids["photo.awaited"]
    reply = await lead.http.post("/api/uploads", headers={**BEGUN, "Upload-Metadata": promised(lead, photo)})
    assert reply.status_code == 201, reply.text
    return {"upload": reply.headers["location"].rpartition("/")[2]}


def promised(hand: Hand, photo: str) -> str:
    """What is said of a picture that is about to come."""
    return promise(photo, "full", b"", hand.row("photo", photo)["sha256"])["Upload-Metadata"]


async def a_dry_run(ground: Ground, who: str) -> Names:
    """A sheet of the administrator's that was looked at."""
    new = await a_number(ground, who)
    url = f"/api/imports/{new['new']}?kind=branches&name=near~import~name"
    reply = await ground.hands["adam"].http.put(url, content=SHEET.format(**new).encode())
    assert (reply.status_code, reply.json()["wrong"]) == (201, 0), reply.text
    return {"id_": new["new"], "hash": reply.json()["hash"]}


async def an_import(ground: Ground, who: str) -> Names:
    """A sheet of the administrator's that was brought in."""
    names = await a_dry_run(ground, who)
    reply = await ground.hands["adam"].http.post(f"/api/imports/{names['id_']}/apply", json={"hash": names["hash"]})
    assert reply.status_code == 200, reply.text
    return names


async def people_import(ground: Ground, who: str) -> Names:
    """People the administrator brought in by a sheet."""
    new = await a_number(ground, who)
    adam = ground.hands["adam"].http
    sheet = f"账号,姓名,所在机构\n{new['new'][-12:]},near~person~sheet,near~unit~name\n"
    reply = await adam.put(f"/api/imports/{new['new']}?kind=people&name=x", content=sheet.encode())
    assert (reply.status_code, reply.json()["wrong"]) == (201, 0), reply.text
    await adam.post(f"/api/imports/{new['new']}/apply", json={"hash": reply.json()["hash"]})
    return {"id_": new["new"]}


async def a_number(ground: Ground, who: str) -> Names:
    """An id nothing has."""
    return {"new": ground.hands["adam"].new_id()}


async def a_rescue_head(ground: Ground, who: str) -> Names:
    """The head of a file of a phone at the branch, with nothing behind it."""
    made = await _of_a_phone(ground)
    return {**await a_number(ground, who), "head": made.for_office().partition(b"\n")[0].decode()}


async def a_rescue(ground: Ground, who: str) -> Names:
    """A file of a phone at the branch that the administrator handed in."""
    new = (await a_number(ground, who))["new"]
    counts = {"changes": 0, "kept": 0, "refused": 0, "photos": 0}
    made = (await _of_a_phone(ground)).add({"kind": "about", "cursor": None, "app": ""}).add({"kind": "end", **counts})
    reply = await ground.hands["adam"].http.post(f"/api/rescue/{new}", content=made.for_office())
    assert reply.status_code == 201, reply.text
    return {"id_": new}


async def _of_a_phone(ground: Ground) -> Made:
    device = int((await a_device(ground, ""))["device"])
    office = office_key(ground.world.folder)
    seal = office.seal_of(device, named("pat"))
    return Made({"office": office.id, "public": b64(office.public), "seal": b64(seal)}, device, named("pat"), 1)


# The table

UNIT, BRANCH, PERSON = {"unit": named("county1")}, {"branch": named("north")}, {"person": named("pat")}
ELSEWHERE = {"role": "inspector", "unit": named("city2")}
ABOVE = {"role": "inspector", "unit": named("province")}
NEW_BRANCH = {"code": "{new}", "name": "near~branch~new", "kind": "agency", "unit": named("county1")}
NEW_PERSON = {"name": "near~person~new", "home": named("north")}
CHECK = {"standard": named("standard"), "assignees": [named("ann")], "due_at": "{int:2000000000000}", "text": "x"}


def _photos(size: str) -> list[Asking]:
    of = {
        "of a draft": "{photo_draft}", "of a submission": "{photo_submitted}", "of a visit": "{photo_visit}",
        "of a comment": "{photo_comment_inspection}",
    }  # fmt: skip
    return [Asking(note=f"{size}, {what}", names={"photo": id_}, query=f"size={size}") for what, id_ in of.items()]


ASKED: Mapping[str, list[Asking]] = {
    "GET /api/health": [Asking()],
    "GET /api/schema": [Asking()],
    "GET /api/schema/openapi.json": [Asking()],
    "GET /api/schema/reader.js": [Asking()],
    "POST /api/session": [Asking(body={"login": "{login}", "password": PASSWORD})],
    "GET /api/session": [Asking()],
    "PUT /api/session/password": [
        Asking(note="with a wrong one", body={"password": "wrong", "new_password": "another good one"})
    ],
    "DELETE /api/session": [Asking(spare=True)],
    "POST /api/sync": [
        Asking(
            body={
                "v": 1, "device": "{int:device}", "epoch": None, "sent": 1, "cursor": None, "audiences": [], "fill": {},
                "changes": [],
            }
        )
    ],
    "GET /api/live": [Asking()],
    "GET /api/devices": [Asking(finds="near~device~name", fresh=a_device)],
    "GET /api/devices/{device}": [
        Asking(note="own", fresh=an_own_device), Asking(note="of one at the branch", fresh=a_device),
    ],
    "DELETE /api/devices/{device}/session": [
        Asking(note="own", fresh=an_own_device), Asking(note="of one at the branch", fresh=a_device),
    ],
    "DELETE /api/devices/{device}": [
        Asking(note="own", fresh=an_own_device), Asking(note="of one at the branch", fresh=a_device),
    ],
    "PUT /api/devices/{device}/storage": [
        Asking(note="own", fresh=this_device, body=ROOM),
        Asking(note="of one at the branch", fresh=a_device, body=ROOM),
    ],
    "DELETE /api/devices/{device}/shown": [
        Asking(note="own", fresh=this_device), Asking(note="of one at the branch", fresh=a_device),
    ],
    "PUT /api/devices/{device}/wiped": [Asking(note="of one at the branch", fresh=a_device)],
    "GET /api/rescue": [Asking(fresh=a_rescue, finds="{id_}")],
    "GET /api/rescue/key": [Asking()],
    "POST /api/rescue/here": [
        Asking(note="own", fresh=this_device, body={"device": "{int:device}"}),
        Asking(note="of one at the branch", fresh=a_device, body={"device": "{int:device}"}),
    ],
    "POST /api/rescue/{id_}": [
        Asking(
            note="damaged, of a phone at the branch", names={"id_": "{new}"}, content="{head}\n", fresh=a_rescue_head
        ),
    ],
    "GET /api/rescue/{id_}": [Asking(note="an administrator’s", fresh=a_rescue)],
    "GET /api/units": [
        Asking(finds="near~unit~name"), Asking(note="as a sheet", query="format=xlsx", finds="near~unit~name"),
    ],
    "GET /api/units/{unit}": [Asking(names=UNIT)],
    "POST /api/units": [
        Asking(note="in the city", body={"name": "near~unit~new", "level": "county", "parent": named("city1")}),
        Asking(note="below the province", body={"name": "x", "level": "city", "parent": named("province")}),
    ],
    "PUT /api/units/{unit}": [
        Asking(names=UNIT, body={"name": "near~unit~name"}),
        Asking(note="move to the other city", names=UNIT, body={"parent": named("city2")}),
        Asking(note="move below the province", names=UNIT, body={"parent": named("province")}),
    ],
    "GET /api/units/{unit}/qr-sheet": [Asking(names=UNIT)],
    "GET /api/people": [
        Asking(finds=named("pat")), Asking(note="as a sheet", query="format=xlsx", finds="near~person~pat"),
    ],
    "GET /api/people/{person}": [Asking(names=PERSON)],
    "POST /api/people": [
        Asking(body=NEW_PERSON),
        Asking(note="with a right over the other city", body={**NEW_PERSON, "grants": [ELSEWHERE]}),
        Asking(note="with a right over the province", body={**NEW_PERSON, "grants": [ABOVE]}),
    ],
    "PUT /api/people/{person}": [
        Asking(names=PERSON, body={"name": "near~person~pat", "active": True}),
        Asking(note="move to the other city", names=PERSON, body={"home": named("city2")}),
    ],
    "PUT /api/people/{person}/grants": [
        Asking(names=PERSON, body={"grants": [{"role": "carrier", "branch": named("north")}]}),
        Asking(note="over the other city", names=PERSON, body={"grants": [ELSEWHERE]}),
        Asking(note="over the province", names=PERSON, body={"grants": [ABOVE]}),
        Asking(note="leave one over the other city", names={"person": named("guest")}, body={"grants": [ELSEWHERE]}),
        Asking(note="take one over the other city away", names={"person": named("guest")}, body={"grants": []}),
    ],
    "POST /api/people/{person}/password": [Asking(names=PERSON)],
    "GET /api/branches": [
        Asking(finds="near~branch~name"), Asking(note="as a sheet", query="format=xlsx", finds="near~branch~name"),
    ],
    "GET /api/branches/{branch}": [Asking(names=BRANCH)],
    "POST /api/branches": [Asking(body=NEW_BRANCH, fresh=a_number)],
    "PUT /api/branches/{branch}": [
        Asking(names=BRANCH, body={"name": "near~branch~name"}),
        Asking(note="move to the other city", names=BRANCH, body={"unit": named("county2")}),
    ],
    "GET /api/branches/{branch}/qr.png": [Asking(names=BRANCH)],
    "GET /api/branches/{branch}/qr.svg": [Asking(names=BRANCH)],
    "GET /api/branches/{branch}/qr-sheet": [Asking(names=BRANCH)],
    "POST /api/branches/{branch}/qr": [Asking(names=BRANCH, body={"tag": "{tag}", "why": "lost"}, fresh=a_label)],
    "GET /api/labels/{tag}": [Asking(fresh=a_label)],
    "GET /api/imports": [Asking(note="an administrator’s", finds="near~import~name", fresh=a_dry_run)],
    "GET /api/imports/template/{kind}": [Asking(names={"kind": "branches"})],
    "PUT /api/imports/{id_}": [
        Asking(names={"id_": "{new}"}, query="kind=branches&name=x", content=SHEET, fresh=a_number)
    ],
    "GET /api/imports/{id_}": [Asking(note="an administrator’s", fresh=a_dry_run)],
    "GET /api/imports/{id_}/sheet": [Asking(note="an administrator’s", fresh=a_dry_run)],
    "POST /api/imports/{id_}/apply": [Asking(note="an administrator’s", body={"hash": "{hash}"}, fresh=a_dry_run)],
    "POST /api/imports/{id_}/passwords": [Asking(note="an administrator’s", fresh=people_import)],
    "POST /api/imports/{id_}/undo": [Asking(note="an administrator’s", fresh=an_import)],
    "DELETE /api/imports/{id_}": [Asking(note="an administrator’s", fresh=a_dry_run)],
    "GET /api/inspections": [Asking(finds="{inspection_submitted}")],
    "GET /api/inspections/{inspection}": [
        Asking(note="a draft", names={"inspection": "{inspection_draft}"}),
        Asking(note="submitted", names={"inspection": "{inspection_submitted}"}),
    ],
    "GET /api/held": [Asking(finds="near~branch~name")],
    "GET /api/held/own": [Asking(finds="[{held}]")],
    "POST /api/held/settle": [
        Asking(note=f"to {how}", body={"changes": [["{int:late_device}", "{int:late_n}"]], "how": how, "reason": "x"},
               fresh=late_work)
        for how in ("take", "reopen", "add", "dismiss")
    ],
    "GET /api/history/{type}/{record}": [
        Asking(note="a draft", names={"type": "inspection", "record": "{inspection_draft}"}, finds=named("ann")),
        Asking(note="a finding of a draft", names={"type": "finding", "record": "{finding_draft}"}),
        Asking(note="submitted", names={"type": "inspection", "record": "{inspection_submitted}"}, finds="submit"),
        Asking(
            note="a finding that was submitted",
            names={"type": "finding", "record": "{finding_submitted}"},
            finds=named("ann"),
        ),
        Asking(note="a visit", names={"type": "visit", "record": "{visit_closed}"}, finds="close"),
        Asking(note="a customer", names={"type": "customer", "record": "{customer_active}"}, finds=named("kim")),
    ],
    "GET /api/inspections/{inspection}/held": [Asking(names={"inspection": "{inspection_submitted}"})],
    "GET /api/lists/customers": [
        Asking(finds="{customer_active}"),
        Asking(note="as a sheet", query="format=xlsx", finds="near~branch~name"),
    ],
    "GET /api/lists/inspections": [
        Asking(finds="{inspection_submitted}"),
        Asking(note="as a sheet", query="format=xlsx", finds="near~branch~name"),
    ],
    "GET /api/lists/visits": [
        Asking(finds="{visit_closed}"),
        Asking(note="as a sheet", query="format=xlsx", finds="near~branch~name"),
    ],
    "GET /api/customers": [Asking(finds="{customer_active}")],
    "GET /api/customers/{customer}": [Asking(names={"customer": "{customer_active}"})],
    "GET /api/customers/{customer}/near": [Asking(names={"customer": "{customer_active}"})],
    "GET /api/customers/{customer}/reveals": [Asking(names={"customer": "{customer_active}"})],
    "POST /api/customers/{customer}/reveal": [
        Asking(names={"customer": "{customer_active}"}, body={"id": "{new}", "at": 1}, fresh=a_number)
    ],
    "POST /api/customers/{customer}/merge": [Asking(body={"into": "{into}"}, fresh=two_customers)],
    "POST /api/customers/{customer}/erase": [Asking(body={"reason": "x"}, fresh=two_customers)],
    "GET /api/visits": [Asking(finds="{visit_closed}")],
    "GET /api/visits/{visit}": [Asking(names={"visit": "{visit_closed}"})],
    "GET /api/suggestions": [Asking(finds="{visit_closed}")],
    "GET /api/suggestions/{visit}/inspectors": [Asking(names={"visit": "{visit_closed}"})],
    "POST /api/suggestions/{visit}/check": [Asking(body=CHECK, fresh=a_complaint)],
    "POST /api/suggestions/{visit}/deal": [Asking(body={"text": "x"}, fresh=a_complaint)],
    "OPTIONS /api/uploads": [Asking()],
    "OPTIONS /api/uploads/{upload}": [Asking(names={"upload": "x"})],
    "POST /api/uploads": [Asking(note="of a draft’s photo", headers=BEGUN)],
    "HEAD /api/uploads/{upload}": [Asking(headers=TUS, fresh=an_upload)],
    "PATCH /api/uploads/{upload}": [Asking(headers=OFFSET, content=b"x", fresh=an_upload)],
    "POST /api/uploads/{upload}": [Asking(headers={**OFFSET, **OVERRIDE}, content=b"x", fresh=an_upload)],
    "DELETE /api/uploads/{upload}": [Asking(headers=TUS, fresh=an_upload)],
    "GET /api/photos/{photo}": [one for size in ("preview", "full", "original") for one in _photos(size)],
}  # fmt: skip
"""Route -> how it is asked."""


def routes_of(app: Litestar) -> set[str]:
    """``METHOD /path`` of everything the application answers; OPTIONS where it is more than the framework's own.

    What is not below /api never reaches it: there stands the client, which is the same for everybody.
    """
    return {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if route.path.startswith("/api/") and (method != "OPTIONS" or handler.handler_name != "options_handler")
    }
