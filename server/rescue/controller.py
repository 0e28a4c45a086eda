"""`/api/rescue`: the office's key for phones, and the door for files they made with it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import InternalServerException
from litestar.params import FromPath, RawBody

from server.bodies import read_json
from server.identity import Caller
from server.identity.asking import BEFORE_OWN_PASSWORD, TOLD_TO_WIPE
from server.imports.files import Folder
from server.lists import answer, asked_of
from server.lists.answers import XLSX, row_or_404
from server.photos.controller import workshop_of
from server.photos.workshop import Workshop
from server.problems import Refusal
from server.rescue import reports
from server.rescue.acts import take_in
from server.rescue.container import MOST_BYTES
from server.rescue.files import COLUMNS, RescuePage, Rescues, files_for
from server.rescue.here import Here, Holding, here_of, note_looks
from server.rescue.keys import OfficeKey, office_key
from server.rescue.opening import Bringing, open_rescue
from server.rescue.reports import RescueBody
from sync.records.values import Id

CODE = "X-Rescue-Code"
HERE_LIMIT = 128 * 1024
MOST_FILES = 2
SIGN_OF_LIFE_S = 30
STALE_S = 86_400
"""So long a file that was not taken to its end lies about."""
Anything = Request[Any, Any, Any]
_REFUSALS = (
    *("not_allowed", "import_state", "storage_full", "rescue_revoked", "rescue_gap", "rescue_fork"),
    *("rescue_unreadable", "rescue_foreign", "rescue_unproven", "rescue_code", "rescue_damaged"),
)


class RescueKey(msgspec.Struct, frozen=True):
    """What a phone needs beforehand: the office's public key (an uncompressed point on P-256), the name files give it,
    and the seal, which only the server and this device know.
    """

    office: str
    public: bytes
    device: int
    seal: bytes


class Vouching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an administrator answers for what comes from a revoked device."""

    vouch: bool = False


class RescueController(Controller):
    """Who answers for a device brings its file: its person, and supervisors and administrators over their home."""

    path = "/api/rescue"
    tags = ("rescue",)
    dependencies = {"workshop": Provide(workshop_of, sync_to_thread=False)}

    @get("/", opt={"query": Rescues, "reply": RescuePage, "media": [XLSX]})
    async def list_files(self, request: Anything, caller: NamedDependency[Caller]) -> Response[bytes]:
        """The files taken in of the devices one answers for: who brought which, when, and what came of it."""
        asked = asked_of(request, Rescues)
        return await answer(asked, *await files_for(caller, asked), COLUMNS, ("救援文件", "Rescue files"))

    @get("/key", opt={"reply": RescueKey})
    async def key(self, request: Anything, caller: NamedDependency[Caller]) -> Response[bytes]:
        """The office's key and this device's seal; a phone fetches them while it can."""
        office = await _office(request)
        return row_or_404(
            RescueKey(office.id, office.public, caller.device, office.seal_of(caller.device, caller.person))
        )

    @post(
        "/here",
        status_code=200,
        request_max_body_size=HERE_LIMIT,
        opt={"body": Holding, "reply": Here, "refusals": ("not_found",), TOLD_TO_WIPE: True, BEFORE_OWN_PASSWORD: True},
    )
    async def here(
        self, body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """What is here of what a device of one's own holds. One that is told to empty itself asks before it does; a
        phone that was given another number asks for the old one.
        """
        holding = read_json(body, Holding)
        await note_looks(caller, holding, clock)
        return row_or_404(await here_of(caller, holding))

    @get("/{id_:str}", opt={"reply": RescueBody})
    async def progress(self, id_: FromPath[str], request: Anything, caller: NamedDependency[Caller]) -> Response[bytes]:
        """How far a file is that one handed in, or of a device one answers for, and its report. It is asked for while
        the file is being taken.
        """
        if not _is_id(id_):
            raise Refusal("not_found")
        progress = await asyncio.to_thread(_folder(request, id_).progress)
        return row_or_404(await reports.report_for(caller, id_, progress))

    @post(
        "/{id_:str}",
        status_code=201,
        request_max_body_size=MOST_BYTES,
        opt={
            "bytes": "application/octet-stream",
            "query": Vouching,
            "headers": {CODE: ({"type": "string"}, False)},
            "reply": RescueBody,
            "refusals": _REFUSALS,
        },
    )
    async def bring(
        self,
        id_: FromPath[str],
        request: Anything,
        caller: NamedDependency[Caller],
        workshop: NamedDependency[Workshop],
        clock: NamedDependency[int],
    ) -> Response[bytes]:
        """Hand a file in. All of it is read before anything is taken; bringing it again has no effect."""
        if not _is_id(id_):
            raise Refusal("bad_request", detail="a rescue file has a UUID")
        bringing = Bringing(caller, code=unquote(request.headers.get(CODE, "")), vouch=_vouches(request))
        if not await reports.begin(id_, caller.person, clock):
            raise Refusal("import_state")
        folder = _folder(request, id_)
        try:
            path = await _receive(request, workshop, folder, _incoming(request) / id_ / "file")
            async with _turn(request, folder):
                folder.report("reading", 0, 0)
                opened = await open_rescue(await _office(request), path, bringing)
                report = await take_in(opened, workshop, clock, folder.report)
                await reports.keep(id_, report)
        except BaseException:
            await asyncio.shield(reports.forget(id_))
            raise
        finally:
            folder.remove()
        return row_or_404(RescueBody(id_, "done", 0, 0, report), status=201)


def _is_id(id_: str) -> bool:
    try:
        msgspec.convert(id_, Id)
    except msgspec.ValidationError:
        return False
    return True


def _vouches(request: Anything) -> bool:
    try:
        return msgspec.convert(dict(request.query_params.items()), Vouching, strict=False).vouch
    except msgspec.ValidationError as error:
        raise Refusal("bad_request", detail=str(error)) from error


@contextlib.asynccontextmanager
async def _turn(request: Anything, folder: Folder) -> AsyncIterator[None]:
    """What a file holds is held in memory, so only a few are worked on at once; the others wait, and say so."""
    state = request.app.state
    turns: asyncio.Semaphore = state.setdefault("rescuing", asyncio.Semaphore(MOST_FILES))
    while True:
        try:
            await asyncio.wait_for(turns.acquire(), SIGN_OF_LIFE_S)
            break
        except TimeoutError:
            folder.report("receiving", 0, 0)
    try:
        yield
    finally:
        turns.release()


async def _office(request: Anything) -> OfficeKey:
    return await asyncio.to_thread(office_key, request.app.state.settings.data)


def _incoming(request: Anything) -> Path:
    folder: Path = request.app.state.settings.data / "rescue" / "incoming"
    return folder


def _folder(request: Anything, id_: str) -> Folder:
    return Folder(_incoming(request), id_)


async def _receive(request: Anything, workshop: Workshop, folder: Folder, path: Path) -> Path:
    """The body in a file. 413 too_large, 507 storage_full."""
    await workshop.on_disk(_clear_stale, path.parent.parent)
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 16 else 0
    if length > MOST_BYTES:
        raise Refusal("too_large")
    if not await workshop.on_disk(workshop.spool.has_room, length):
        raise Refusal("storage_full")
    folder.report("receiving", 0, length)
    size = 0
    with await workshop.on_disk(path.open, "wb") as file:
        async for chunk in _body(request):
            size += len(chunk)
            if size > MOST_BYTES:
                raise Refusal("too_large")
            await workshop.on_disk(file.write, chunk)
    return path


async def _body(request: Anything) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:  # the framework's word for a lost client
        raise Refusal("bad_request", detail="The body was cut off") from error


def _clear_stale(incoming: Path) -> None:
    """Drop what a crash has left behind."""
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in incoming.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > STALE_S:
                Folder(incoming, left.name).remove()
