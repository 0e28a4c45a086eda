"""The commands that bring sheets in and write them out."""

import argparse
import asyncio
import sys

from server import sheets
from server.cli.asking import Stop, must_be_initialised, say
from server.problems import Refusal
from server.settings import Settings

MOST_SHOWN = 20


def bring_in(settings: Settings, wanted: argparse.Namespace) -> None:
    """A sheet of a kind: all of it, or nothing."""
    must_be_initialised(settings)
    try:
        found = asyncio.run(sheets.bring_in(settings, wanted.kind, wanted.file.read_bytes(), dry_run=wanted.dry_run))
    except Refusal as refusal:
        reason = refusal.extra.get("reason", refusal.code)
        raise Stop(f"{refusal.problem.zh}（{reason}）", f"{refusal.problem.en} ({reason})") from refusal
    for fault in found.faults[:MOST_SHOWN]:
        print(f"  {fault.column}{fault.row} {fault.heading}: {fault.zh} / {fault.en}", file=sys.stderr)
    said = (
        f"新建 {found.new}，修改 {found.changed}，不变 {found.unchanged}，有错 {found.wrong}",
        f"new {found.new}, changed {found.changed}, unchanged {found.unchanged}, wrong {found.wrong}",
    )
    if found.wrong:
        raise Stop(f"没有导入。{said[0]}", f"Nothing was imported: {said[1]}")
    say(*(said if wanted.dry_run else (f"已导入：{said[0]}", f"Imported: {said[1]}")))


def write_out(settings: Settings, wanted: argparse.Namespace) -> None:
    """Everything of a kind as XLSX, with the headings an import knows."""
    must_be_initialised(settings)
    content = asyncio.run(sheets.written_out(settings, wanted.kind, wanted.language))
    wanted.file.write_bytes(content)
    say(f"已写入 {wanted.file}", f"Written: {wanted.file}")
