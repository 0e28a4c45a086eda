"""Whatever anybody looks at tells nothing of what they may not see: not a name, not a number, not that it is there.

Every text of both cities is marked, and no two records share one. What a phone does not hold its person may not be told
by any list, search, sheet, picture, label or single answer. The requests come from the application's own description.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

import httpx
import msgspec

from server.description import describe
from sync.records import RECORDS, fields
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import named
from tests.server.rights.answers import text_of
from tests.server.rights.conftest import Place
from tests.server.rights.ground import HOMES, Ground
from tests.server.rights.people import FAR, NEAR, TURNED_AWAY
from tests.server.rights.sweep import Look, ghost, looks, places_of
from tests.server.rights.work import ERASED

MARK = re.compile(r"(?:near|far)~[a-z_]+~[\w~ -]+")
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FOUND = (
    "unit~name", "branch~name", "branch~address", "person~zoe", "device~name", "import~name", "sheet~name",
    "inspection~remark~submitted", "finding~notes~submitted", "finding~reasons~draft", "finding~late",
    "customer~name~active", "customer~phone~active", "visit~complaint~closed", "visit~remark~draft",
    "comment~on a visit", "photo~photo submitted",
)  # fmt: skip
"""What the people of the other city find there by the same requests: proof that these would find a leak."""
NO_TEXT = {
    "branch": ("opens", "closes", "tag", "initials"),
    "finding": ("item",),
    "photo": ("check",),
    "standard": ("code", "edition", "title"),
}
"""Fields whose type is a text and which hold no words, and standards, which are everybody's."""


def words_in(text: str) -> set[str]:
    return set(MARK.findall(text))


def held_by(hands: Iterable[Hand]) -> set[str]:
    """The marked texts on some phones."""
    rows = (row for hand in hands for row in hand.cache.rows.values())
    return {word for row in rows for word in words_in(msgspec.json.encode(row).decode())}


def hidden_from(ground: Ground, who: str) -> set[str]:
    """Texts and ids of records which the phone of this person does not hold; all of them for whom has none.

    Told beside what a phone holds: who one is and where one is at home; to an administrator every right of a person at
    home with them, wherever it lies; to a supervisor who has a right over their branches, wherever they are at home.
    """
    mine = [ground.hands[who]] if who in ground.hands else []
    ids = {id_ for hand in ground.hands.values() for _, id_ in hand.cache.rows}
    known = {id_ for hand in mine for _, id_ in hand.cache.rows} | {named(who), named("city1")}
    known |= {named("city2")} if who == "adam" else set()
    known |= {named("guest"), "near~person~guest"} if who == "zed" else set()
    known |= {named("province")} if who == "fay" else set()
    return ((held_by(ground.hands.values()) - held_by(mine)) | ids) - known


async def look_at(ground: Ground, who: str, ways: Iterable[Look]) -> tuple[set[str], list[str]]:
    """The marked texts this person finds, and what they should not have been told."""
    hidden, told, wrong = hidden_from(ground, who), set[str](), list[str]()
    client, asked = ground.clients[who], set[str]()
    for look in ways:
        answer = await client.request(look.method, look.url, headers={"Tus-Resumable": "1.0.0"})
        text = text_of(answer)
        words = words_in(text)
        told |= words
        secrets = [word for word in hidden & (words | set(ID.findall(text))) if word not in unquote(look.url)]
        if ERASED in text or secrets:
            wrong.append(f"{who}: {look.url} -> {answer.status_code} tells {secrets[:3]}")
        if not hidden.isdisjoint(look.ids):
            wrong += await _as_if_not_there(client, who, look, answer, asked)
    return told, wrong


async def _as_if_not_there(
    client: httpx.AsyncClient, who: str, look: Look, answer: httpx.Response, asked: set[str]
) -> list[str]:
    """A record one may not see is answered like one that is not there, whatever the kind of answer."""
    if answer.is_success:
        return [f"{who}: {look.url} is answered with {answer.status_code}"]
    if look.route in asked or look.method == "HEAD":
        return []
    asked.add(look.route)
    other = await client.request(look.method, ghost(look))
    same = (other.status_code, other.json()["code"]) == (answer.status_code, answer.json()["code"])
    return [] if same else [f"{who}: {look.url} -> {answer.text} is not {other.text}"]


def test_every_text_there_is_was_marked(place: Place) -> None:
    ground = place.ground
    for type_ in RECORDS:
        rows = [row for who in FAR for row in ground.hands[who].rows(type_)]
        assert rows, f"nobody in the other city has a record of type {type_}"
        for name, field in fields(type_).items():
            if name not in NO_TEXT.get(type_, ()) and _is_text(field.decode):
                assert any("far~" in str(row.get(name)) for row in rows), f"no {type_}.{name} is marked"


def _is_text(decode: object) -> bool:
    assert callable(decode)
    try:
        decode("far~")
    except msgspec.ValidationError:
        return False
    return True


def test_no_phone_holds_what_is_elsewhere(place: Place) -> None:
    hands = place.ground.hands
    assert not [who for who in NEAR if any(word.startswith("far~") for word in held_by([hands[who]]))]
    assert not [who for who in FAR if any(word.startswith("near~") for word in held_by([hands[who]]))]
    assert not [who for who, hand in hands.items() if ERASED in str(hand.cache.rows)]


def test_nobody_is_told_what_is_not_theirs(place: Place) -> None:
    async def asked(ground: Ground) -> tuple[set[str], list[str]]:
        paths = describe(ground.world.app)["paths"]
        far = list(looks(paths, await places_of(ground, "far", *HOMES["far"], ("kip", "zoe"))))
        near = list(looks(paths, await places_of(ground, "near", *HOMES["near"], ("kim", "ann"))))
        found, wrong = set[str](), list[str]()
        for who in ("ann", "sue", "mara", "kim", "adam", "nora"):
            wrong += (await look_at(ground, who, far))[1]
        for who in TURNED_AWAY:
            wrong += (await look_at(ground, who, {look.route: look for look in far}.values()))[1]
        for who in ("carl", "mara", "kit", "adam"):
            wrong += (await look_at(ground, who, near))[1]
        for who in ("zed", "alma", "kip"):
            told, leaks = await look_at(ground, who, far)
            found, wrong = found | told, wrong + leaks
        return found, wrong

    found, wrong = place.run(asked)
    assert not wrong, "\n".join(wrong[:20])
    assert {f"far~{word}" for word in FOUND} <= found, {f"far~{word}" for word in FOUND} - found
