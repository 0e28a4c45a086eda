"""Sheets in and out for scripts: what an administrator over everything does at the desk, without a browser."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from server.app import wall_clock_ms
from server.branches.queries import Branches, branches_for
from server.branches.sheets import branch_columns
from server.database import engine_of, opened
from server.database.query import fetch
from server.identity import Caller, Grant
from server.imports import acts
from server.imports.files import Folder
from server.lists.answers import Language, sheet
from server.people.queries import People, people_for
from server.people.sheets import people_columns
from server.settings import Settings


async def bring_in(settings: Settings, kind: str, content: bytes, *, dry_run: bool) -> acts.Checked:
    """Check a sheet, and bring it in unless it has errors or it is only a dry run. Raises Refusal."""
    now, id_ = wall_clock_ms(), str(uuid4())
    async with opened(engine_of(settings)):
        with TemporaryDirectory() as beside:
            folder, caller = Folder(Path(beside), id_), await _operator()
            checked = await acts.check(acts.KINDS[kind], caller, content, folder)
            if not dry_run and not checked.wrong:
                await acts.begin(id_, kind, "", caller.person, now)
                await acts.found(id_, checked)
                await acts.apply(acts.KINDS[kind], id_, caller, content, checked.hash, folder, now)
        return checked


async def written_out(settings: Settings, kind: str, language: Language) -> bytes:
    """Everything of a kind as a sheet that can be brought back."""
    async with opened(engine_of(settings)):
        caller = await _operator()
        if kind == "people":
            people, _ = await people_for(caller, People(format="xlsx"))
            columns, rows = await people_columns(people, language), [*people]
            cells = [[column.value(row) for column in columns.values()] for row in rows]
        else:
            branches, _ = await branches_for(caller, Branches(format="xlsx"))
            columns = await branch_columns(language)
            cells = [[column.value(row) for column in columns.values()] for row in branches]
        headings = [column.heading(language) for column in columns.values()]
        return sheet(acts.KINDS[kind].title[("zh", "en").index(language)], headings, cells)


async def _operator() -> Caller:
    """Whoever has the data folder administers everything in it."""
    roots = await fetch("SELECT id FROM unit WHERE parent IS NULL ORDER BY id")
    return Caller(person="", device=0, grants=tuple(Grant("admin", row[0]) for row in roots), session="")
