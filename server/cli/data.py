"""The commands that make, change, keep and clear the data."""

import argparse
import asyncio

import msgspec

from server import operating
from server.cli.asking import Stop, confirmed, must_be_initialised, new_password, say, tell_account, tell_demo_accounts
from server.database.lock import sole_holder
from server.settings import Settings


def init(settings: Settings, wanted: argparse.Namespace) -> None:
    """An empty database and its first administrator."""
    with sole_holder(settings.data):
        if asyncio.run(operating.steps_taken(settings)):
            raise Stop("数据库已经建好了。", "The database is there already.")
        password, chosen = new_password(wanted)
        asyncio.run(
            operating.initialise(
                settings, login=wanted.login, name=wanted.name, unit_name=wanted.unit, password=password
            )
        )
    say(f"数据库已建好：{settings.database_name}", f"The database is ready: {settings.database_name}")
    tell_account(wanted.login, password, chosen)
    say("启动：xunfang serve", "Start: xunfang serve")


def demo(settings: Settings, _: argparse.Namespace) -> None:
    """The demo in an empty database."""
    with sole_holder(settings.data):
        if not asyncio.run(operating.fill_with_demo(settings)):
            raise Stop("数据库里已有数据，没有改动。", "The database is not empty; nothing was changed.")
    tell_demo_accounts()


def migrate(settings: Settings, _: argparse.Namespace) -> None:
    """The steps this database has not taken."""
    with sole_holder(settings.data):
        must_be_initialised(settings)
        done = asyncio.run(operating.bring_up_to_date(settings))
    say(f"完成：{'、'.join(done) or '无需改动'}", f"Done: {', '.join(done) or 'nothing to do'}")


def reset(settings: Settings, wanted: argparse.Namespace) -> None:
    """Clear what the server has written, and nothing else."""
    found = [str(path) for path in operating.written_files(settings)]
    if settings.is_postgresql and asyncio.run(operating.steps_taken(settings)):
        found.append(settings.database_name)
    if not found:
        say("没有可清除的数据。", "There is nothing to clear.")
        return
    with sole_holder(settings.data):
        for name in found:
            print(f"  {name}")
        if not wanted.yes and not confirmed():
            raise Stop("没有清除任何东西。", "Nothing was cleared.")
        asyncio.run(operating.clear_database(settings))
        for path in operating.written_files(settings):
            operating.remove(path)
    say("已清除。", "Cleared.")


def backup(settings: Settings, wanted: argparse.Namespace) -> None:
    """Database and photos in a folder; whoever works goes on working."""
    must_be_initialised(settings)
    sheet = asyncio.run(operating.back_up(settings, wanted.folder))
    rows = sum(table.rows for table in sheet.tables)
    say(
        f"备份完成：{wanted.folder}（{rows} 行，{sheet.pictures} 张图片）",
        f"The backup is in {wanted.folder}: {rows} rows, {sheet.pictures} pictures",
    )


def restore(settings: Settings, wanted: argparse.Namespace) -> None:
    """A backup into an empty database."""
    with sole_holder(settings.data):
        sheet, erased = asyncio.run(operating.restore(settings, wanted.folder, wanted.erased))
    rows = sum(table.rows for table in sheet.tables)
    say(
        f"已恢复到 {settings.database_name}（{rows} 行，{sheet.pictures} 张图片）。手机会重新同步。",
        f"Restored into {settings.database_name}: {rows} rows, {sheet.pictures} pictures. Phones will sync anew.",
    )
    if erased:
        say(
            f"备份之后被清除的 {erased} 位客户已再次清除。",
            f"Customers erased since the backup were erased again: {erased}.",
        )


def move(settings: Settings, wanted: argparse.Namespace) -> None:
    """The embedded database to PostgreSQL; the file stays as it is."""
    target = msgspec.structs.replace(settings, database_url=wanted.to)
    if settings.is_postgresql or not target.is_postgresql:
        raise Stop("只能从内置数据库迁移到 PostgreSQL。", "A move goes from the embedded database to PostgreSQL.")
    with sole_holder(settings.data):
        must_be_initialised(settings)
        pairs = asyncio.run(operating.move(settings, wanted.to))
    for before, after in pairs:
        print(f"  {before.name:14} {before.rows:>9} {before.sha256[:16]}  =  {after.rows:>9} {after.sha256[:16]}")
    say(
        f"已迁移到 {target.database_name}。照片仍在 {settings.data}。现在设置 XUNFANG_DATABASE_URL。",
        f"Moved to {target.database_name}. Photos stay in {settings.data}. Now set XUNFANG_DATABASE_URL.",
    )
