"""The commands that look after stored photos."""

import argparse
import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from server import operating
from server.cli.asking import Stop, must_be_initialised, say
from server.problems import Refusal
from server.settings import Settings

MOST_SHOWN = 20
T = TypeVar("T")


def verify(settings: Settings, _: argparse.Namespace) -> None:
    """Every stored photo, read again; also while serving."""
    must_be_initialised(settings)
    found = _told(operating.verify_photos(settings))
    for zh, en, hashes in (
        ("缺失", "missing", found.missing),
        ("内容变了", "changed", found.changed),
        ("缺显示用的副本", "without its copy for display", found.unshown),
    ):
        for sha256 in hashes[:MOST_SHOWN]:
            print(f"  {sha256}  {zh} / {en}")
        if len(hashes) > MOST_SHOWN:
            print(f"  … {len(hashes)}  {zh} / {en}")
    if not found.sound:
        raise Stop(
            f"{found.pictures} 张图片里：缺失 {len(found.missing)}，改变 {len(found.changed)}，"
            f"缺显示副本 {len(found.unshown)}。请从备份恢复照片文件夹。",
            f"Of {found.pictures} pictures {len(found.missing)} are missing, {len(found.changed)} changed, "
            f"{len(found.unshown)} lack the copy for display. Put them back from a backup.",
        )
    size = f"{found.bytes / 1e6:.1f} MB"
    say(f"{found.pictures} 张图片（{size}）都完好。", f"All {found.pictures} pictures ({size}) are whole.")


def clean(settings: Settings, wanted: argparse.Namespace) -> None:
    """Files of photos that have belonged to nothing for thirty days."""
    must_be_initialised(settings)
    done = _told(operating.clean_photos(settings, dry_run=wanted.dry_run))
    size = f"{done.bytes / 1e6:.1f} MB"
    zh, en = ("会清除", "Would clear") if wanted.dry_run else ("已清除", "Cleared")
    say(
        f"{zh} {done.files} 个文件（{size}）；另有 {done.waiting} 个未满 30 天。",
        f"{en} {done.files} files ({size}); {done.waiting} more have not waited 30 days yet.",
    )


def _told(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except Refusal as refusal:
        raise Stop(refusal.problem.zh, f"{refusal.problem.en} ({refusal.code})") from refusal
