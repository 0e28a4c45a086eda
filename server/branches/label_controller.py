"""Labels of branches: pictures, sheets to print, and what becomes of one that was lost or copied."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import read_json
from server.branches import labels
from server.branches.queries import is_visible, labels_below
from server.branches.tokens import LabelFact, OtherLabel, Reissue, Tag, label_fact, label_of, reissue
from server.database.query import fetch
from server.door import read_rows
from server.identity import Caller, knows, over
from server.problems import Refusal

_GUARDED = {"refusals": ("not_allowed",)}
_PRIVATE = {"Cache-Control": "no-store"}
_PRINTABLE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_LABEL_ROLES = ("admin", "supervisor", "manager")
"""Who may print a label, and give a new one: it opens the branch to whoever scans it and may see it."""

Asking = Request[Any, Any, Any]


class BranchLabels(Controller):
    """`/api/branches/{id}/qr…`."""

    path = "/api/branches"
    tags = ("branches",)

    @get("/{branch:str}/qr.png", media_type="image/png", opt={"media": ["image/png"], **_GUARDED})
    async def label_png(
        self, branch: FromPath[str], request: Asking, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The branch's QR label as a picture."""
        await _may(caller, branch)
        label = await label_of(branch, _base(request))
        return Response(labels.png(label.address), media_type="image/png", headers=_PRIVATE)

    @get("/{branch:str}/qr.svg", media_type="image/svg+xml", opt={"media": ["image/svg+xml"], **_GUARDED})
    async def label_svg(
        self, branch: FromPath[str], request: Asking, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The branch's QR label as a drawing."""
        await _may(caller, branch)
        label = await label_of(branch, _base(request))
        return Response(labels.svg(label.address), media_type="image/svg+xml", headers=_PRIVATE)

    @get("/{branch:str}/qr-sheet", media_type="text/html", opt={"media": ["text/html"], **_GUARDED})
    async def one_label(
        self, branch: FromPath[str], request: Asking, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The label of one branch, to print."""
        await _may(caller, branch)
        label = await label_of(branch, _base(request))
        return _printed(label.name, [label])

    @post(
        "/{branch:str}/qr",
        status_code=200,
        opt={"body": Reissue, "row": "branch", "refusals": ("not_allowed", "stale_view")},
    )
    async def new_label(
        self, branch: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """A new label in the place of one that was lost or copied; the old one opens nothing any more.

        Asked again about the same label it changes nothing. `stale_view`: the label named is none of this branch.
        """
        asked = read_json(body, Reissue)
        await _may(caller, branch)
        try:
            await reissue(branch, asked, by=caller.person, now=clock)
        except OtherLabel:
            raise Refusal("stale_view") from None
        rows = await read_rows([("branch", branch)])
        return _json(rows["branch", branch])


class UnitLabels(Controller):
    """`/api/units/{id}/qr-sheet`."""

    path = "/api/units"
    tags = ("branches",)

    @get("/{unit:str}/qr-sheet", media_type="text/html", opt={"media": ["text/html"], **_GUARDED})
    async def label_sheet(
        self, unit: FromPath[str], request: Asking, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The labels of every branch below a unit, to print on A4. For an administrator or supervisor over it."""
        name = await fetch("SELECT name FROM unit WHERE id = ?", unit)
        if not name or not await knows(caller, unit):
            raise Refusal("not_found")
        if not (await over(caller, "admin", unit) or await over(caller, "supervisor", unit)):
            raise Refusal("not_allowed")
        return _printed(name[0][0], await labels_below(unit, _base(request)))


class LabelController(Controller):
    """`/api/labels`."""

    path = "/api/labels"
    tags = ("branches",)

    @get("/{tag:str}", opt={"reply": LabelFact})
    async def label(self, tag: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """What the label with this tag (the SHA-256 of its token, in hex) is: the branch's present one, or one that
        was given anew. 404 for every other, and for those of branches out of the caller's reach.
        """
        try:
            found = await label_fact(caller, msgspec.convert(tag, Tag))
        except msgspec.ValidationError:
            found = None
        if found is None:
            raise Refusal("not_found")
        return _json(found)


async def _may(caller: Caller, branch: str) -> None:
    if not await is_visible(caller, branch):
        raise Refusal("not_found")
    if not any([await over(caller, role, branch) for role in _LABEL_ROLES]):
        raise Refusal("not_allowed")


def _printed(title: str, printed: list[labels.Label]) -> Response[bytes]:
    headers = {**_PRIVATE, "Content-Security-Policy": _PRINTABLE}
    return Response(labels.sheet(title, printed).encode(), media_type="text/html; charset=utf-8", headers=headers)


def _json(content: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type=MediaType.JSON, headers=_PRIVATE)


def _base(request: Asking) -> str:
    """The address labels lead to: the one the operator gave, else the one this request came to."""
    return request.app.state.settings.public_url or str(request.base_url).rstrip("/")
