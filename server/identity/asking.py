"""From a request to the one who asks: the dependency `caller` of every private handler."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency

from server.identity.acts import renew
from server.identity.caller import Caller
from server.identity.queries import session_by_hash, with_grants
from server.identity.rules import hash_of, needs_renewal
from server.problems import Refusal, unless_unwritable

COOKIE = "xunfang_session"
BEFORE_OWN_PASSWORD = "before_own_password"  # noqa: S105  the name of an option
"""Says of a handler that it answers also those who must choose a password first."""
TOLD_TO_WIPE = "told_to_wipe"
"""Says of a handler that it answers also a device that was locked out and told to empty itself."""


async def caller_of(request: ASGIConnection[Any, Any, Any, Any], clock: NamedDependency[int]) -> Caller:
    """Who sent this request. Refused: 401 unauthenticated, 401 device_revoked, 403 account_disabled.

    Who has not yet chosen a password of their own: 403 password_change_required, but where that is done.
    A device that is to empty itself is told so with the 401: ``wipe``, and whether its unsent work was ``given_up``.
    """
    token = request.cookies.get(COOKIE)
    if not token:
        raise Refusal("unauthenticated")
    token_hash = hash_of(token)
    session = await session_by_hash(token_hash)
    if session is None:
        raise Refusal("unauthenticated")
    if session.revoked_at is not None:
        if session.wipe and request.route_handler.opt.get(TOLD_TO_WIPE):
            return Caller(person=session.person, device=session.device, grants=(), session=token_hash)
        if session.wipe:
            raise Refusal("device_revoked", wipe=True, given_up=session.given_up)
        raise Refusal("device_revoked")
    if session.expires_at <= clock:
        raise Refusal("unauthenticated")
    if not session.active:
        raise Refusal("account_disabled")
    if session.must_change and not request.route_handler.opt.get(BEFORE_OWN_PASSWORD):
        raise Refusal("password_change_required")
    if needs_renewal(session.seen_at, clock):
        with unless_unwritable():
            await renew(token_hash, session.device, clock)
    caller = Caller(person=session.person, device=session.device, grants=(), session=token_hash)
    return with_grants(caller, session.grants)
