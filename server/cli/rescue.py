"""The command that takes a rescue file in, for scripts and where there is no desk."""

import argparse
import asyncio
import sys
from uuid import uuid4

import msgspec

from server.app import wall_clock_ms
from server.cli.asking import Stop, must_be_initialised
from server.database import engine_of, opened
from server.door import server_change
from server.identity import over
from server.photos.doubts import hints_of
from server.photos.queries import photo_for, photo_to_bring
from server.photos.records import Records
from server.photos.workshop import open_workshop
from server.problems import Refusal
from server.rescue import reports
from server.rescue.acts import take_in
from server.rescue.keys import office_key
from server.rescue.opening import Bringing, open_rescue
from server.rescue.reports import Report
from server.settings import Settings
from server.sheets import operator


def bring(settings: Settings, wanted: argparse.Namespace) -> None:
    """Take a file in; prints its report as JSON."""
    must_be_initialised(settings)
    code = sys.stdin.readline().strip() if wanted.code_stdin else ""
    try:
        report = asyncio.run(_bring(settings, wanted, code))
    except Refusal as refusal:
        raise Stop(refusal.problem.zh, f"{refusal.problem.en} ({refusal.code})") from refusal
    print(msgspec.json.encode(report).decode())


async def _bring(settings: Settings, wanted: argparse.Namespace, code: str) -> Report:
    now = wall_clock_ms()
    records = Records(photo_for, photo_to_bring, over, server_change, hints_of)
    async with opened(engine_of(settings)):
        bringing = Bringing(await operator(), code=code, vouch=wanted.vouch, operator=True)
        async with open_workshop(settings.data, settings.photos_url, records, wall_clock_ms) as workshop:
            found = await open_rescue(office_key(settings.data), wanted.file, bringing)
            report = await take_in(found, workshop, now, lambda *_: None)
        id_ = str(uuid4())
        await reports.begin(id_, "", now)
        await reports.keep(id_, report)
        return report
