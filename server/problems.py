"""Every error under /api as an RFC 9457 problem document with a code out of `sync.problems`."""

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from sync.problems import PROBLEMS

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_BUSY = 5
OUTCOME_STATUS = 422
"""Of a code that is an outcome of a change, where a form meets the door directly."""

_CODE_OF_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media",
    429: "too_many_tries",
    500: "server_error",
    503: "unavailable",
}

CLIENT_GONE = "client disconnected prematurely"
"""The framework's word for a body that breaks off: no fault of ours, though it calls it a 500."""

_log = structlog.get_logger("xunfang")


class Refusal(Exception):
    """The answer no: a code of the catalogue, headers, and members that go into the document as they are.

    A code that is an outcome of a change (it has no status) becomes 422 where a form meets the door directly.
    Raises KeyError for a code that the catalogue does not know.
    """

    def __init__(
        self, code: str, *, detail: str | None = None, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(code)
        self.problem = PROBLEMS[code]
        self.code = code
        self.status = self.problem.status or OUTCOME_STATUS
        self.headers = dict(headers or {})
        self.extra = extra if detail is None else {"detail": detail, **extra}

    def document(self, accept_language: str) -> dict[str, Any]:
        """The body: type, title in the reader's language, status, code, and the extra members."""
        title = self.problem.zh if prefers_chinese(accept_language) else self.problem.en
        return {
            "type": f"urn:xunfang:problem:{self.code}",
            "title": title,
            "status": self.status,
            "code": self.code,
            **self.extra,
        }

    def response(self, accept_language: str) -> Response[bytes]:
        """The whole answer, ready for Litestar or for a bare ASGI application."""
        return Response(
            content=msgspec.json.encode(self.document(accept_language)),
            status_code=self.status,
            media_type=MEDIA_TYPE,
            headers={**self.headers, "Cache-Control": "no-store"},
        )


def prefers_chinese(accept_language: str) -> bool:
    """Whether Chinese comes before English in an Accept-Language header; English when neither is named."""
    best: dict[str, float] = {}
    for part in accept_language.lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.split("-")[0]
        if language in ("zh", "en"):
            best[language] = max(best.get(language, 0.0), _quality(parameter))
    return best.get("zh", 0.0) > best.get("en", 0.0)


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


def _answer(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    return refusal.response(request.headers.get("accept-language", ""))


def _refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    return _answer(request, refusal)


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Litestar's own errors: unknown paths, wrong methods, bodies it could not read."""
    if error.detail == CLIENT_GONE:
        return _answer(request, Refusal("bad_request"))
    if error.status_code >= 500:
        return _unforeseen(request, error)
    code = _CODE_OF_STATUS.get(error.status_code, "bad_request")
    allow = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return _answer(request, Refusal(code, headers=allow))


def _database(request: Request[Any, Any, Any], error: sqlite3.OperationalError) -> Response[bytes]:
    """A busy or full database passes by itself or by an operator: the client pauses and tries again."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _answer(request, Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_BUSY)}))
    if primary == sqlite3.SQLITE_FULL:
        _log.error("database full", path=request.url.path)
        return _answer(request, Refusal("storage_full"))
    if primary in _NOT_WRITABLE:
        _log.error("database not writable", path=request.url.path, reason=str(error))
        return _answer(request, Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_BUSY)}))
    return _unforeseen(request, error)


def _database_server(request: Request[Any, Any, Any], error: asyncpg.PostgresError) -> Response[bytes]:
    """A database server that is away, full or too busy passes as well; what it calls our mistake is one."""
    if isinstance(error, asyncpg.DiskFullError):
        _log.error("database full", path=request.url.path)
        return _answer(request, Refusal("storage_full"))
    if isinstance(error, _PASSING):
        _log.warning("database unavailable", path=request.url.path, reason=type(error).__name__)
        return _answer(request, Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_BUSY)}))
    return _unforeseen(request, error)


def _disk(request: Request[Any, Any, Any], error: OSError) -> Response[bytes]:
    """A disk that is full, read-only or failing is for the operator; phones keep what they have and come again."""
    if error.errno in FULL:
        _log.error("disk full", path=request.url.path)
        return _answer(request, Refusal("storage_full"))
    if error.errno in (errno.EROFS, errno.EIO):
        _log.error("disk not writable", path=request.url.path, reason=error.strerror)
        return _answer(request, Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_BUSY)}))
    return _unforeseen(request, error)


@contextmanager
def unless_unwritable() -> Iterator[None]:
    """For notes that are good to have: reading goes on where the disk takes no more of them."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_FULL, *_NOT_WRITABLE):
            raise
        _log.error("not noted", reason=str(error))
    except asyncpg.DiskFullError as error:
        _log.error("not noted", reason=str(error))


def _unforeseen(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A fault of ours: the whole story into the log, none of it to the caller."""
    _log.error("unforeseen error", method=request.method, path=request.url.path, exc_info=error)
    return _answer(request, Refusal("server_error"))


FULL = (errno.ENOSPC, errno.EDQUOT)
"""What a system calls a disk without room for us."""
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
)
HANDLERS: ExceptionHandlersMap = {
    Refusal: _refused,
    HTTPException: _http,
    sqlite3.OperationalError: _database,
    asyncpg.PostgresError: _database_server,
    OSError: _disk,
    Exception: _unforeseen,
}
"""For Litestar's ``exception_handlers``."""
