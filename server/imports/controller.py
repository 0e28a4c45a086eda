"""Imports at the desk."""

import asyncio
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from litestar import Controller, MediaType, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import read_json
from server.identity import Caller
from server.identity.passwords import Passwords
from server.identity.scope import scope_of
from server.imports import acts, sheets
from server.imports.files import Folder
from server.imports.passwords import give_passwords
from server.imports.queries import (
    MOST_ERRORS,
    ImportBody,
    ImportPage,
    Imports,
    KindName,
    State,
    Stored,
    body_of,
    imports_for,
    is_known,
    stored_import,
)
from server.imports.reading import MOST_BYTES
from server.lists import asked_of
from server.lists.answers import PRIVATE, XLSX, Language, attachment, row_or_404, sheet
from server.problems import Refusal, prefers_chinese
from sync.records.values import Id

_GUARDED = {"refusals": ("not_allowed",)}
_STATED = ("not_allowed", "import_state")
_APPLIED = (*_STATED, "import_errors", "import_stale", "last_admin", "sheet_unreadable")
_UNDONE = (*_STATED, "import_changed", "last_admin")
Anything = Request[Any, Any, Any]


class Upload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes with a sheet: what it brings in and what it is called."""

    kind: KindName
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The language of a sheet."""

    lang: Literal["zh", "en"] | None = None


class Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dry run that is to be carried out."""

    hash: Annotated[str, msgspec.Meta(max_length=64)]


class ImportController(Controller):
    """`/api/imports`: for administrators; everybody sees their own."""

    path = "/api/imports"
    tags = ("imports",)

    @get("/", opt={"query": Imports, "reply": ImportPage, **_GUARDED})
    async def list_imports(self, request: Anything, caller: NamedDependency[Caller]) -> Response[bytes]:
        """One's own imports, newest first."""
        await scope_of(caller, "admin")
        asked = asked_of(request, Imports)
        found, total = await imports_for(caller, asked)
        rows = [body_of(stored, _folder(request, stored.id), errors=False) for stored in found]
        return row_or_404(ImportPage(rows, total, asked.page, asked.size))

    @get("/template/{kind:str}", opt={"media": [XLSX], "query": Wanted, **_GUARDED})
    async def template(
        self, kind: FromPath[str], request: Anything, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """An empty sheet with the headings, and what they mean."""
        await scope_of(caller, "admin")
        if kind not in acts.KINDS:
            raise Refusal("not_found")
        language = _language(request)
        content = await asyncio.to_thread(sheets.template, acts.KINDS[kind], language)
        return attachment(content, acts.KINDS[kind].title[("zh", "en").index(language)])

    @put(
        "/{id_:str}",
        status_code=201,
        request_max_body_size=MOST_BYTES,
        opt={
            "bytes": "application/octet-stream",
            "query": Upload,
            "reply": ImportBody,
            "refusals": ("not_allowed", "import_state", "sheet_unreadable"),
        },
    )
    async def upload(
        self,
        id_: FromPath[str],
        request: Anything,
        body: RawBody,
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
    ) -> Response[bytes]:
        """Bring a sheet and see what it would do. Nothing is changed by that."""
        await scope_of(caller, "admin")
        about = _read_query(request, Upload)
        try:
            msgspec.convert(id_, Id)
        except msgspec.ValidationError as error:
            raise Refusal("bad_request", detail="an import has a UUID") from error
        if await is_known(id_):
            raise Refusal("import_state")
        folder = _folder(request, id_)
        await asyncio.to_thread(folder.keep_sheet, body)
        folder.report("reading", 0, 0)
        await acts.begin(id_, about.kind, about.name, caller.person, clock)
        try:
            checked = await acts.check(acts.KINDS[about.kind], caller, body, folder)
            folder.keep_errors([msgspec.to_builtins(fault) for fault in checked.faults[:MOST_ERRORS]])
            await acts.found(id_, checked)
        except BaseException:
            await acts.forget(id_)
            folder.remove()
            raise
        folder.finished()
        return await _told(request, caller, id_, status=201)

    @get("/{id_:str}", opt={"reply": ImportBody, **_GUARDED})
    async def one_import(
        self, id_: FromPath[str], request: Anything, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """An import with the first of its errors, and how far it has come."""
        return await _told(request, caller, id_)

    @get("/{id_:str}/sheet", opt={"media": [XLSX], "query": Wanted, "refusals": _STATED})
    async def corrected_sheet(
        self, id_: FromPath[str], request: Anything, caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The rows as they were uploaded, with what is wrong with each."""
        stored, content = await _checked(request, caller, id_)
        kind, language = acts.KINDS[stored.kind], _language(request)
        folder = _folder(request, id_)
        checked = await acts.check(kind, caller, content, folder)
        folder.finished()
        made = await asyncio.to_thread(sheets.corrected, checked.sheet, checked.faults, language)
        return attachment(made, stored.name.rpartition(".")[0] or kind.title[0])

    @post(
        "/{id_:str}/apply",
        status_code=200,
        opt={"body": Agreed, "reply": ImportBody, "refusals": _APPLIED},
    )
    async def apply(
        self,
        id_: FromPath[str],
        request: Anything,
        body: RawBody,
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
    ) -> Response[bytes]:
        """Do what the dry run showed: everything, or nothing."""
        agreed = read_json(body, Agreed)
        stored, content = await _checked(request, caller, id_)
        if stored.wrong:
            raise Refusal("import_errors")
        folder = _folder(request, id_)
        await acts.apply(acts.KINDS[stored.kind], id_, caller, content, agreed.hash, folder, clock)
        await asyncio.to_thread(folder.remove)  # a way back needs no sheet, and it tells of people
        return await _told(request, caller, id_)

    @post("/{id_:str}/passwords", status_code=200, opt={"media": [XLSX], "query": Wanted, "refusals": _STATED})
    async def passwords_sheet(
        self,
        id_: FromPath[str],
        request: Anything,
        caller: NamedDependency[Caller],
        passwords: NamedDependency[Passwords],
    ) -> Response[bytes]:
        """First passwords of those it made who have not chosen their own, new ones each time; told this once."""
        stored = await _mine(caller, id_, "applied")
        if stored.kind != "people":
            raise Refusal("import_state")
        headings, rows = sheets.passwords(await give_passwords(id_, passwords), _language(request))
        return attachment(await asyncio.to_thread(sheet, headings[2], headings, rows), headings[2])

    @post("/{id_:str}/undo", status_code=200, opt={"reply": ImportBody, "refusals": _UNDONE})
    async def undo(
        self, id_: FromPath[str], request: Anything, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Take back what it made and put back what it changed, as long as nothing of that was touched since."""
        stored = await _mine(caller, id_, "applied")
        await acts.undo(acts.KINDS[stored.kind], id_, _folder(request, id_), caller.person, clock)
        return await _told(request, caller, id_)

    @delete("/{id_:str}", status_code=204, opt={"refusals": _STATED})
    async def forget(self, id_: FromPath[str], request: Anything, caller: NamedDependency[Caller]) -> None:
        """Throw a sheet away that was not brought in."""
        await scope_of(caller, "admin")
        stored = await stored_import(caller, id_)
        if stored is None:
            raise Refusal("not_found")
        if stored.state not in ("reading", "checked"):
            raise Refusal("import_state")
        await acts.forget(id_)
        await asyncio.to_thread(_folder(request, id_).remove)


def _folder(request: Anything, id_: str) -> Folder:
    return Folder(request.app.state.settings.data / "imports", id_)


def _language(request: Anything) -> Language:
    asked = _read_query(request, Wanted).lang
    return asked or ("zh" if prefers_chinese(request.headers.get("accept-language", "")) else "en")


T = TypeVar("T")


def _read_query(request: Anything, kind: type[T]) -> T:
    try:
        found = msgspec.convert(dict(request.query_params.items()), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal("bad_request", detail=str(error)) from error
    if "\0" in str(found):
        raise Refusal("bad_request", detail="a NUL is no text")
    return found


async def _told(request: Anything, caller: Caller, id_: str, *, status: int = 200) -> Response[bytes]:
    await scope_of(caller, "admin")
    stored = await stored_import(caller, id_)
    if stored is None:
        raise Refusal("not_found")
    body = await asyncio.to_thread(body_of, stored, _folder(request, id_), errors=True)
    return Response(msgspec.json.encode(body), media_type=MediaType.JSON, headers=PRIVATE, status_code=status)


async def _mine(caller: Caller, id_: str, state: State) -> Stored:
    """One's own import in this state. 404 not_found, 409 import_state."""
    await scope_of(caller, "admin")
    stored = await stored_import(caller, id_)
    if stored is None:
        raise Refusal("not_found")
    if stored.state != state:
        raise Refusal("import_state")
    return stored


async def _checked(request: Anything, caller: Caller, id_: str) -> tuple[Stored, bytes]:
    """One that was checked, and its sheet. 409 import_state where that is gone: a backup does not keep it."""
    stored = await _mine(caller, id_, "checked")
    content = await asyncio.to_thread(_folder(request, id_).sheet)
    if content is None:
        raise Refusal("import_state")
    return stored, content
