"""Sheets in and out for scripts: what an administrator over everything does at the desk, without a browser."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from server.app import wall_clock_ms
from server.branches.queries import Branches, branches_for
from server.branches.sheets import branch_columns
from server.customers.queries import codes_of, everyone
from server.customers.sheets import customer_columns
from server.database import engine_of, opened
from server.database.query import fetch
from server.identity import Caller, Grant
from server.imports import acts
from server.imports.files import Folder
from server.lists.answers import Column, Language, sheet_of
from server.people.queries import People, people_for
from server.people.sheets import people_columns
from server.settings import Settings


async def bring_in(settings: Settings, kind: str, content: bytes, *, dry_run: bool) -> acts.Checked:
    """Check a sheet, and bring it in unless it has errors or it is only a dry run. Raises Refusal."""
    now, id_ = wall_clock_ms(), str(uuid4())
    async with opened(engine_of(settings)):
        with TemporaryDirectory() as beside:
            folder, caller = Folder(Path(beside), id_), await operator()
            checked = await acts.check(acts.KINDS[kind], caller, content, folder)
            if not dry_run and not checked.wrong:
                await acts.begin(id_, kind, "", caller.person, now)
                await acts.found(id_, checked)
                await acts.apply(acts.KINDS[kind], id_, caller, content, checked.hash, folder, now)
        return checked


async def written_out(settings: Settings, kind: str, language: Language) -> bytes:
    """Everything of a kind as a sheet that can be brought back; telephone numbers are hidden. Raises Refusal."""
    async with opened(engine_of(settings)):
        rows, columns = await _WRITTEN[kind](await operator(), language)
        return sheet_of(columns, rows, acts.KINDS[kind].title[("zh", "en").index(language)], language)


Written = tuple[Sequence[Any], Mapping[str, Column]]


async def _branches(caller: Caller, language: Language) -> Written:
    rows, _ = await branches_for(caller, Branches(format="xlsx"))
    return rows, await branch_columns(language)


async def _people(caller: Caller, language: Language) -> Written:
    rows, _ = await people_for(caller, People(format="xlsx"))
    return rows, await people_columns(rows, language)


async def _customers(_: Caller, language: Language) -> Written:
    rows = await everyone()
    return rows, customer_columns(await codes_of(rows), language)


_WRITTEN: Mapping[str, Callable[[Caller, Language], Awaitable[Written]]] = {
    "branches": _branches,
    "people": _people,
    "customers": _customers,
}


async def operator() -> Caller:
    """Whoever has the data folder administers everything in it."""
    roots = await fetch("SELECT id FROM unit WHERE parent IS NULL ORDER BY id")
    return Caller(person="", device=0, grants=tuple(Grant("admin", row[0]) for row in roots), session="")
