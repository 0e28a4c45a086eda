"""Sign in, who am I, sign out; the devices one answers for."""

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, RawBody

from server.bodies import read_json
from server.identity import acts, queries
from server.identity.asking import BEFORE_OWN_PASSWORD, COOKIE, TOLD_TO_WIPE
from server.identity.caller import Caller
from server.identity.device_rows import COLUMNS, ListedDevice, Storage
from server.identity.devices import DevicePage, Devices, device_for, devices_for, may_revoke
from server.identity.passwords import Passwords
from server.identity.rules import Throttle, hash_of, is_weak, normal_login
from server.lists import answer, asked_of
from server.lists.answers import XLSX, row_or_404
from server.problems import Refusal
from sync.records.values import Millis

BODY_LIMIT = 16 * 1024
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


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password and the one to come."""

    password: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    new_password: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class Room(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a browser says of the room it has, in bytes. ``persistent``: it promised to keep what is there."""

    used: Millis
    quota: Millis
    persistent: bool


class SessionBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the phone needs to know of its session. ``must_change_password``: nothing else is answered before that."""

    person: SessionPerson
    device: int
    epoch: int
    audiences: Sequence[str]
    must_change_password: bool = False


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

    @get("/", opt={BEFORE_OWN_PASSWORD: True})
    async def who_am_i(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[SessionBody]:
        """The same body as at sign-in; the cookie's life starts again."""
        token = request.cookies[COOKIE]
        return Response(await _body(caller), cookies=[_cookie(request, token)], headers=_PRIVATE)

    @put(
        "/password",
        opt={
            "body": NewPassword,
            "refusals": ("wrong_password", "weak_password", "too_many_tries"),
            BEFORE_OWN_PASSWORD: True,
        },
    )
    async def change_password(
        self,
        body: RawBody,
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
        throttle: NamedDependency[Throttle],
        passwords: NamedDependency[Passwords],
    ) -> Response[SessionBody]:
        """A password of one's own; every other session of the person ends."""
        data = read_json(body, NewPassword)
        login, hashed = await queries.account_of(caller.person) or ("", None)
        key = (login, caller.person)
        if wait := throttle.begin(key, clock):
            raise Refusal("too_many_tries", headers={"Retry-After": str(wait)})
        if not await passwords.matches(data.password, hashed):
            raise Refusal("wrong_password")
        throttle.succeeded(key)
        if is_weak(data.new_password, login, data.password):
            raise Refusal("weak_password")
        await acts.choose_password(caller.person, caller.session, data.new_password, passwords)
        return Response(await _body(caller), headers=_PRIVATE)

    @delete("/", status_code=204, opt={BEFORE_OWN_PASSWORD: True})
    async def sign_out(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[None]:
        """This device's session ends; nothing on the device is touched."""
        await acts.sign_out(caller.session)
        return Response(None, cookies=[_cookie(request, "", life=0)])


class DeviceController(Controller):
    """`/api/devices`: one's own, and those of the people below a supervisor or an administrator."""

    path = "/api/devices"
    tags = ("devices",)
    request_max_body_size = BODY_LIMIT

    @get("/", opt={"query": Devices, "reply": DevicePage, "media": [XLSX]})
    async def list_devices(
        self, request: Request[Any, Any, Any], caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """One's own devices and those of the people below a supervisor or an administrator, with what waits on them."""
        asked = asked_of(request, Devices)
        return await answer(asked, *await devices_for(caller, asked, clock), COLUMNS, ("设备", "Devices"))

    @get("/{device:int}", opt={"reply": ListedDevice})
    async def one_device(
        self, device: FromPath[int], caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """One device of that list."""
        return row_or_404(await device_for(caller, device, clock) if device <= LARGEST_ID else None)

    @delete("/{device:int}", status_code=204)
    async def revoke(
        self,
        device: FromPath[int],
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
        wipe: FromQuery[bool] = False,
        give_up: FromQuery[bool] = False,
    ) -> None:
        """Lock a device out. What it has not sent stays on it.

        With `wipe` it empties itself when it is heard again, if nothing unsent is on it; with `give_up` whatever is on
        it. Both may be asked for later.
        """
        if give_up and not wipe:
            raise Refusal("bad_request", detail="what is on a device is given up only where it is to be emptied")
        if device > LARGEST_ID or not await may_revoke(caller, device):
            raise Refusal("not_found")
        await acts.revoke_device(device, clock, caller.person, wipe=wipe, give_up=give_up)

    @put("/{device:int}/storage", status_code=204, opt={"body": Room, "refusals": ("wrong_device",)})
    async def tell_storage(
        self, device: FromPath[int], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> None:
        """A device tells of the room on it; no other may."""
        room = read_json(body, Room)
        if device != caller.device:
            raise Refusal("wrong_device")
        await acts.note_storage(device, Storage(room.used, room.quota, room.persistent, clock))

    @delete("/{device:int}/shown", status_code=204, opt={"refusals": ("wrong_device",)})
    async def forget_shown(self, device: FromPath[int], caller: NamedDependency[Caller]) -> Response[None]:
        """The browser of a device forgets the pictures it has drawn: not all are for its person any more."""
        if device != caller.device:
            raise Refusal("wrong_device")
        return Response(None, headers={"Clear-Site-Data": '"cache"'})

    @put("/{device:int}/wiped", status_code=204, opt={TOLD_TO_WIPE: True, "refusals": ("wrong_device", "not_found")})
    async def tell_wiped(
        self, device: FromPath[int], caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[None]:
        """A device that was told to empty itself has done so; this was its last word. The browser forgets pictures."""
        if device != caller.device:
            raise Refusal("wrong_device")
        if not await acts.note_wiped(caller, clock):
            raise Refusal("not_found")
        return Response(None, headers={"Clear-Site-Data": '"cache"'})

    @delete("/{device:int}/session", status_code=204)
    async def sign_out_device(self, device: FromPath[int], caller: NamedDependency[Caller]) -> None:
        """Sign a device out; it keeps its number and what it has not sent, and may sign in again."""
        if device > LARGEST_ID or not await may_revoke(caller, device):
            raise Refusal("not_found")
        await acts.sign_out_device(device)


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
    name, home, must_change = await queries.person_card(caller.person)
    return SessionBody(
        person=SessionPerson(id=caller.person, name=name, roles=caller.roles(), home=home),
        device=caller.device,
        epoch=await queries.epoch(),
        audiences=caller.audiences(),
        must_change_password=must_change,
    )
