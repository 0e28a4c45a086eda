"""Sign in, who am I, sign out; the devices one answers for."""

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, RawBody

from server.bodies import read_json
from server.identity import acts, queries
from server.identity.asking import COOKIE
from server.identity.caller import Caller
from server.identity.passwords import Passwords
from server.identity.rules import Throttle, hash_of, normal_login
from server.problems import Refusal

BODY_LIMIT = 16 * 1024
PAGE = 200
COOKIE_LIFE_S = 400 * 86_400
"""As long as browsers allow: the server decides when a session ends, and renews it as it is used."""

_TURNED_AWAY = ("bad_credentials", "account_disabled", "too_many_tries")
LARGEST_ID = 2**53 - 1

DeviceNumber = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_ID)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one signs in with; ``device`` is the number this browser profile had before."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    device: DeviceNumber | None = None
    device_name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class SessionPerson(msgspec.Struct, frozen=True):
    """Who is signed in. ``home`` is a unit or a branch."""

    id: str
    name: str
    roles: Sequence[str]
    home: str


class SessionBody(msgspec.Struct, frozen=True):
    """What the phone needs to know of its session."""

    person: SessionPerson
    device: int
    epoch: int
    audiences: Sequence[str]


class DeviceOwner(msgspec.Struct, frozen=True):
    """Whose device it is."""

    id: str
    name: str


class DeviceBody(msgspec.Struct, frozen=True):
    """One device. ``pending``: what waited on it after its last request; times in epoch ms."""

    id: int
    person: DeviceOwner
    name: str
    created_at: int
    seen_at: int
    revoked_at: int | None
    app: str | None
    settled: int
    pending: dict[str, Any] | None
    oldest: int | None
    current: bool


class DevicePage(msgspec.Struct, frozen=True):
    """Devices, newest first; ``next`` asks for the page after this one."""

    devices: Sequence[DeviceBody]
    next: str | None


class SessionController(Controller):
    """`/api/session`."""

    path = "/api/session"
    tags = ("session",)
    request_max_body_size = BODY_LIMIT

    @post(
        "/",
        status_code=201,
        opt={"body": SignIn, "refusals": ("bad_credentials", "account_disabled", "too_many_tries")},
    )
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        clock: NamedDependency[int],
        throttle: NamedDependency[Throttle],
        passwords: NamedDependency[Passwords],
    ) -> Response[SessionBody]:
        """Sign in: a session cookie and this device's number."""
        data = read_json(body, SignIn)
        person = await _authenticated(request, data, clock, throttle, passwords)
        token = secrets.token_urlsafe(32)
        device = await acts.sign_in(person, token, data.device, data.device_name, clock)
        grants = await queries.grants_of(person)
        line = await queries.line_of([grant.place for grant in grants])
        caller = Caller(person=person, device=device, grants=grants, session=hash_of(token), line=line)
        return Response(await _body(caller), cookies=[_cookie(request, token)], headers=_PRIVATE)

    @get("/")
    async def who_am_i(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[SessionBody]:
        """The same body as at sign-in; the cookie's life starts again."""
        token = request.cookies[COOKIE]
        return Response(await _body(caller), cookies=[_cookie(request, token)], headers=_PRIVATE)

    @delete("/", status_code=204)
    async def sign_out(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[None]:
        """This device's session ends; nothing on the device is touched."""
        await acts.sign_out(caller.session)
        return Response(None, cookies=[_cookie(request, "", life=0)])


class DeviceController(Controller):
    """`/api/devices`: one's own, and those of the people below a supervisor or an administrator."""

    path = "/api/devices"
    tags = ("devices",)

    @get("/")
    async def list_devices(
        self, caller: NamedDependency[Caller], mark: Annotated[str | None, QueryParameter(name="next")] = None
    ) -> Response[DevicePage]:
        """A page of devices, newest first, with what waits on them."""
        rows = await queries.devices_for(caller, before=_before(mark), limit=PAGE + 1)
        page = rows[:PAGE]
        following = str(page[-1][0]) if len(rows) > PAGE else None
        return Response(DevicePage([_device(row, caller) for row in page], following), headers=_PRIVATE)

    @delete("/{device:int}", status_code=204)
    async def revoke(self, device: FromPath[int], caller: NamedDependency[Caller], clock: NamedDependency[int]) -> None:
        """Lock a device out. What it has not sent stays on it."""
        if device > LARGEST_ID or not await queries.may_revoke(caller, device):
            raise Refusal("not_found")
        await acts.revoke_device(device, clock)


_PRIVATE = {"Cache-Control": "no-store"}


async def _authenticated(
    request: Request[Any, Any, Any], data: SignIn, now: int, throttle: Throttle, passwords: Passwords
) -> str:
    """The person whose login and password these are. Refused: 429, 401 bad_credentials, 403 account_disabled."""
    login = normal_login(data.login)
    key = (login, request.client.host if request.client else "")
    if wait := throttle.begin(key, now):
        raise Refusal("too_many_tries", headers={"Retry-After": str(wait)})
    account = await queries.account_by_login(login)
    matches = await passwords.matches(data.password, account.password_hash if account else None)
    if account is None or not matches:
        raise Refusal("bad_credentials")
    throttle.succeeded(key)
    if not account.active:
        raise Refusal("account_disabled")
    return account.person


def _cookie(request: Request[Any, Any, Any], token: str, life: int = COOKIE_LIFE_S) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        max_age=life,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


async def _body(caller: Caller) -> SessionBody:
    name, home = await queries.person_card(caller.person)
    person = SessionPerson(id=caller.person, name=name, roles=caller.roles(), home=home)
    return SessionBody(person=person, device=caller.device, epoch=await queries.epoch(), audiences=caller.audiences())


def _before(mark: str | None) -> int:
    """The device number a page starts below. 400 bad_request for a mark this server did not give."""
    if mark is None:
        return LARGEST_ID
    if not (mark.isascii() and mark.isdigit() and len(mark) < 16):
        raise Refusal("bad_request")
    return int(mark)


def _device(row: tuple[Any, ...], caller: Caller) -> DeviceBody:
    id_, person, person_name, name, created_at, seen_at, revoked_at, app, settled, pending = row
    waiting = msgspec.json.decode(pending, type=dict[str, Any]) if pending else None
    return DeviceBody(
        id=id_,
        person=DeviceOwner(person, person_name),
        name=name,
        created_at=created_at,
        seen_at=seen_at,
        revoked_at=revoked_at,
        app=app,
        settled=settled,
        pending=waiting,
        oldest=waiting.get("oldest") if waiting else None,
        current=id_ == caller.device,
    )
