"""`xunfang …`: set up, serve, look after. Exit codes: 0 done, 1 refused with a reason, 2 wrong usage, 130 stopped."""

import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence

import asyncpg
import msgspec

from server import logs
from server.cli.asking import Stop
from server.cli.words import is_chinese, parser_of_all
from server.database.lock import FolderInUse
from server.database.migrations import MigrationError
from server.keeping.backup import BackupError
from server.settings import Settings, SettingsError


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out one command; returns the exit code. argparse leaves by SystemExit(2) on wrong usage."""
    wanted = parser_of_all(chinese=is_chinese(environment)).parse_args(arguments)
    try:
        settings = Settings.from_environment(environment)
        given = {name: value for name in ("host", "port") if (value := getattr(wanted, name, None)) is not None}
        settings = msgspec.structs.replace(settings, **given)
        logs.configure(settings.log_level)
        wanted.work(settings, wanted)
    except KeyboardInterrupt:
        return 130
    except (Stop, SettingsError, MigrationError) as reason:
        print(reason, file=sys.stderr)
    except FolderInUse as folder:
        print(Stop(f"另一个服务器正在使用数据文件夹 {folder}", f"Another server is using {folder}"), file=sys.stderr)
    except BackupError as reason:
        print(Stop(f"无法完成：{reason}", f"Not done: {reason}"), file=sys.stderr)
    except BrokenPipeError:  # whoever reads has read enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        print(Stop(f"无法使用数据：{error}", f"The data cannot be used: {error}"), file=sys.stderr)
    else:
        return 0
    return 1
