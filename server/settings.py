"""What an operator may choose, read once from the environment."""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

CHINA = "Asia/Shanghai"


class SettingsError(ValueError):
    """An environment variable holds something the server cannot use; the text is for the operator."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the server does not decide by itself.

    ``data`` is the folder of the embedded database, the photos and the uploads. ``database_url`` and ``photos_url``
    move database and photos elsewhere; ``None`` keeps them in the folder. ``public_url`` is where people reach the
    server, for labels; ``None``: where the request for the label came to. ``proxies`` are the addresses and networks
    whose word counts on who asks, and whether over TLS. ``lan``: HTTPS by an authority of
    one's own, made in the data folder. ``password_memory`` is in KiB.
    ``time_zone`` says where a month begins. What tells of people is kept so many days, ``None``: until it is erased.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path
    database_url: str | None = None
    photos_url: str | None = None
    public_url: str | None = None
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    demo: bool = False
    lan: bool = False
    log_level: str = "INFO"
    time_zone: str = CHINA
    keep_visits_days: int | None = None
    keep_customers_days: int | None = None
    password_memory: int = 19 * 1024
    password_rounds: int = 2

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Settings out of ``XUNFANG_*`` (and ``PORT``), with the documented defaults. Raises SettingsError."""
        return cls(
            host=env.get("XUNFANG_HOST") or _host(env),
            port=_port(env.get("XUNFANG_PORT") or env.get("PORT") or "8000"),
            data=Path(env.get("XUNFANG_DATA") or "data").resolve(),
            database_url=env.get("XUNFANG_DATABASE_URL") or None,
            photos_url=env.get("XUNFANG_PHOTOS_URL") or None,
            public_url=_public_url(env.get("XUNFANG_PUBLIC_URL") or ""),
            proxies=_proxies(env.get("XUNFANG_PROXIES", "127.0.0.1,::1")),
            lan=_flag("XUNFANG_LAN", env.get("XUNFANG_LAN") or "0"),
            demo=_flag("XUNFANG_DEMO", env.get("XUNFANG_DEMO") or "0"),
            log_level=_level(env.get("XUNFANG_LOG_LEVEL") or "INFO"),
            time_zone=_zone(env.get("XUNFANG_TIME_ZONE") or CHINA),
            keep_visits_days=_days("XUNFANG_KEEP_VISITS_DAYS", env),
            keep_customers_days=_days("XUNFANG_KEEP_CUSTOMERS_DAYS", env),
        )

    @property
    def is_postgresql(self) -> bool:
        """Whether the database is a PostgreSQL server rather than the embedded one."""
        return (self.database_url or "").startswith(("postgresql://", "postgres://"))

    @property
    def database_name(self) -> str:
        """The database, as it may be shown: without the password of its address."""
        if not self.is_postgresql:
            return str(self.database_path)
        parts = urlsplit(self.database_url or "")
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    @property
    def database_path(self) -> Path:
        """The file of the embedded database. Raises SettingsError for a database this server cannot speak to."""
        if self.database_url is None:
            return self.data / "xunfang.sqlite3"
        scheme, _, path = self.database_url.partition("://")
        if scheme != "sqlite" or not path.startswith("/"):
            raise SettingsError(
                "XUNFANG_DATABASE_URL must look like sqlite:///folder/file or postgresql://user@host/name, "
                f"not {scheme}://…"
            )
        return Path(path)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"The port must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _host(env: Mapping[str, str]) -> str:
    """On a network of one's own the server is there for everybody, else for this machine and a proxy on it."""
    return "0.0.0.0" if _flag("XUNFANG_LAN", env.get("XUNFANG_LAN") or "0") else "127.0.0.1"  # noqa: S104


def _public_url(text: str) -> str | None:
    """Scheme and host, without a slash at the end: the app stands at the root of its host."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsError(f"XUNFANG_PUBLIC_URL must look like https://inspect.example.org, not {text!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _proxies(text: str) -> tuple[str, ...]:
    given = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in given:
        try:
            ip_network(part)
        except ValueError:
            raise SettingsError(f"XUNFANG_PROXIES must be addresses or networks, not {part!r}") from None
    return given


def _flag(name: str, text: str) -> bool:
    values = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in values:
        raise SettingsError(f"{name} must be 1 or 0, not {text!r}")
    return values[text.lower()]


def _days(name: str, env: Mapping[str, str]) -> int | None:
    text = env.get(name) or ""
    if text and (not text.isascii() or not text.isdigit() or not 30 <= int(text) <= 36_500):
        raise SettingsError(f"{name} must be a number of days from 30 to 36500, not {text!r}")
    return int(text) if text else None


def _zone(name: str) -> str:
    try:
        return name if name == CHINA else ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"XUNFANG_TIME_ZONE must be a time zone such as {CHINA}, not {name!r}") from error


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise SettingsError(f"XUNFANG_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {text!r}")
    return text.upper()
