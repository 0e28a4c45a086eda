"""Pages kept for many phones: a fill with them says what it says without them, to nobody else; and on the disk."""

import asyncio
import stat
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from server.branches.acts import NewBranch, create_branches
from server.keeping.backup import back_up
from server.operating import written_files
from server.sync import shelf, snapshots
from server.sync.packing import pack
from server.sync.shelf import NAME, Head, Shelf
from server.sync.snapshots import Snapshots
from tests.server.phone import Phone, differences
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World, opened
from tests.server.reply import check_reply
from tests.server.visits.rounds import customer

MANY = 90
AUDIENCE = f"unit:{named('city1')}:inspector"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audience of a few dozen is large, and its pages hold twenty rows."""
    monkeypatch.setattr(snapshots, "LARGE", 10)
    monkeypatch.setattr(snapshots, "MOST_ROWS", 20)


@pytest.fixture
async def large(world: World) -> World:
    """With many branches in a county."""
    await add(world, "many", MANY)
    return world


async def add(world: World, name: str, number: int) -> None:
    """So many branches, in several transactions: a rev holds at most a hundred records."""
    for first in range(0, number, 15):
        numbers = range(first, min(number, first + 15))
        made = [
            NewBranch(
                id=named(f"{name} {n}"), code=f"{name}{n}", name=f"{name}局{n}", kind="agency", unit=named("county1")
            )
            for n in numbers
        ]
        await create_branches(made, now=world.clock())
        world.reach.above |= {branch.id: named("county1") for branch in made}


Between = Callable[[Hand], Awaitable[None]]


async def filled(world: World, login: str, between: Between | None = None, encoding: str = "") -> tuple[Hand, str]:
    """A new phone of a person, filled page by page, and every word it was told; `between` any two of them."""
    hand = await world.phone(login, synced=False)
    if encoding:
        hand.http.headers["accept-encoding"] = encoding
    told = []
    while not hand.quiet:
        request = hand.request()
        response = await hand.send(request)
        hand.take(request, response)
        told.append(response.text)
        if between is not None:
            await between(hand)
    return hand, "\n".join(told)


def pages(world: World) -> list[Head]:
    kept: Snapshots = world.app.state.snapshots
    return [head for _, head in kept.shelf.heads()]


def on_disk(folder: Path) -> str:
    """Everything that stands in the kept pages."""
    kept = Shelf(folder / NAME)
    packed = [kept.find(head.epoch, head.audience, head.start) for _, head in kept.heads()]
    return "".join(zlib.decompressobj(31).decompress(page.packed.gzip).decode() for page in packed if page)


async def without(world: World, login: str, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """The same fill by the query alone."""
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "TRIES", 0)
        return (await filled(world, login))[0]


async def edit(world: World, branch: str, **values: Any) -> None:
    root = world.client()
    await world.sign_in(root, "root")
    response = await root.put(f"/api/branches/{named(branch)}", json=values)
    assert response.status_code < 300, response.text


# What is said


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
async def test_a_fill_with_pages_is_a_fill_without(
    large: World, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = await without(large, "ann", monkeypatch)
    assert pages(large) == []
    await filled(large, "ann", encoding=encoding)
    assert pages(large) == [], "what one alone asks for is not laid on the disk"
    for login in ("bob", "carl"):
        hand, _ = await filled(large, login, encoding=encoding)
        assert hand.rows("branch") == plain.rows("branch")
        assert len(pages(large)) >= MANY // 20
    assert differences((await filled(large, "ann", encoding=encoding))[0], plain) == []


async def test_the_same_person_on_the_same_phone_is_no_crowd(large: World) -> None:
    hand = await large.phone("ann")
    for _ in range(3):
        hand.cache = type(hand.cache)()
        await hand.sync()
    assert pages(large) == []


async def test_the_feed_goes_on_from_the_page(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Branches change, come, go and move while several phones fill; none is told what was so before."""
    await filled(large, "ann")
    number = 0

    async def work(hand: Hand) -> None:
        nonlocal number
        number += 1
        await edit(large, f"many {number}", name=f"neu{number}")
        await large.move(f"many {80 - number}", "county2")
        await add(large, f"later{number}", 2)

    for login in ("bob", "carl", "bob"):
        hand, told = await filled(large, login, work)
        await large.agree(hand)
        fresh, told = await filled(large, login)
        assert differences(fresh, await without(large, login, monkeypatch)) == []
        for done in range(1, number + 1):
            assert f'"name":"many局{done}"' not in told, "what was changed is not told as it was"
            assert f'"name":"many局{80 - done}"' not in told, "what moved away is not told at all"
    assert number > 10


async def test_what_the_feed_brings_stands_beside_the_page(large: World) -> None:
    """Rows of the type of the page, and of others, in the very reply that is read from the disk."""
    await filled(large, "ann")
    await filled(large, "bob")
    dora = await large.phone("dora")
    hand = await large.phone("ann", synced=False)
    await hand.turn()
    await hand.turn()
    mine = dora.start()
    await dora.sync()
    await edit(large, "many 70", name="neu")
    request = hand.request()
    response = await hand.send(request)
    reply = check_reply(request, response.content)
    second = sorted(pages(large), key=lambda head: head.start)[1]
    assert second.types == ("branch",)
    assert sum(map(len, reply["rows"].values())) == second.rows + 2
    assert reply["rows"]["branch"][-1]["name"] == "neu"
    assert [row["id"] for row in reply["rows"]["inspection"]] == [mine]
    hand.take(request, response)
    await large.agree(hand)


async def test_an_edited_page_keeps_its_place(large: World) -> None:
    """One branch changes: one page is made again, and the others stay."""
    for login in ("ann", "bob"):
        await filled(large, login)
    before = {head.start: head for head in pages(large)}
    large.clock.advance(1000)
    await edit(large, "many 33", name="neu")
    await filled(large, "carl")
    after = {head.start: head for head in pages(large)}
    changed = [start for start, head in before.items() if after[start] != head]
    assert len(changed) == 1
    assert after[changed[0]].end == before[changed[0]].end
    assert after[changed[0]].rows == before[changed[0]].rows - 1


async def test_pages_that_have_emptied_are_joined(large: World) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    for n in range(60):
        await edit(large, f"many {n}", name=f"neu{n}")
    hand, told = await filled(large, "carl")
    assert "many局59" not in told
    first = min(pages(large), key=lambda head: head.start)
    assert [head.rows for head in pages(large) if head.start == first.end] == [20]
    await large.agree(hand)


async def test_who_waits_for_a_page_waits_for_one(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many at once: each page is made by one of them."""
    made: list[Any] = []
    render = snapshots.render

    async def counted(*arguments: Any) -> Any:
        made.append(arguments[0])
        return await render(*arguments)

    monkeypatch.setattr(snapshots, "render", counted)
    hands = [await large.phone("ann", synced=False) for _ in range(8)]
    await asyncio.gather(*(hand.sync() for hand in hands))
    assert len(made) == len(set(made)) == len(pages(large))
    assert all(differences(hand, hands[0]) == [] for hand in hands)


async def test_a_page_made_since_the_look_is_not_made_again(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looked before it was there, and asks after it was made."""
    kept: Snapshots = large.app.state.snapshots
    wish = snapshots.Wish(AUDIENCE, snapshots.BEGIN, None)
    await kept.make(wish, large.clock())
    made = pages(large)
    assert len(made) == 1
    monkeypatch.setattr(snapshots, "render", None)
    await kept.make(wish, large.clock())
    assert pages(large) == made
    assert kept._resting == {}, "nothing went wrong"


async def test_what_is_too_old_for_a_fill_is_not_in_a_page(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page holds for as long as the query would say the same."""
    ann = await large.phone("ann")
    old = [ann.start() for _ in range(12)]
    for one in old:
        ann.act("inspection", one, "void", {"reason": "test"})
    await ann.sync()
    large.clock.advance(90 * DAY - 1000)
    for login in ("sue", "sam"):
        hand, _ = await filled(large, login)
        assert all(hand.has("inspection", one) for one in old)
    assert min(head.until for head in pages(large)) == large.clock() + 1000
    large.clock.advance(1000)
    hand, _ = await filled(large, "sue")
    assert not any(hand.has("inspection", one) for one in old)
    assert differences(hand, await without(large, "sue", monkeypatch)) == []


# To whom


async def test_pages_are_for_who_may_read_them(large: World) -> None:
    """A mark is no right: another's, and one's own after it was withdrawn, open nothing."""
    for login in ("ann", "bob"):
        await filled(large, login)
    zoe = await large.phone("zoe")
    reply = (await zoe.send(zoe.request(audiences=[AUDIENCE], fill={AUDIENCE: "999999 0  "}))).json()
    assert [row["id"] for row in reply["rows"].get("branch", [])] == [named("far")]
    carl = await large.phone("carl", synced=False)
    await carl.turn()
    assert AUDIENCE in carl.cache.fill
    await large.grant("carl", ("inspector", "east"))
    reply = (await carl.send(carl.request())).json()
    assert {row["id"] for row in reply["rows"].get("branch", [])} <= {named("east")}
    await carl.sync()
    assert {row["id"] for row in carl.rows("branch")} == {named("east")}
    await large.agree(carl)


async def test_who_was_given_a_right_is_filled_from_pages(large: World) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    zoe = await large.phone("zoe")
    await large.grant("zoe", ("inspector", "city2"), ("inspector", "city1"))
    await zoe.sync()
    assert len(zoe.rows("branch")) == MANY + 4
    await large.agree(zoe)


async def test_who_reads_one_place_in_two_roles_gets_a_row_once(large: World) -> None:
    for _ in range(2):
        await filled(large, "ann")
        hand, told = await filled(large, "both")
    assert told.count('"name":"many局7"') == 1
    await large.agree(hand)


async def test_an_erased_customer_is_in_no_page(world: World) -> None:
    mara, kim = await world.team("mara", "kim")
    some = [customer(kim, f"客户{n}号", phone=f"+86 0000 {n:04}") for n in range(40)]
    await kim.sync()
    for _ in range(2):
        await filled(world, "kim")
    assert "客户17号" in on_disk(world.folder)
    response = await mara.http.post(f"/api/customers/{some[17]}/erase", json={"reason": "本人要求"})
    assert response.status_code == 200, response.text
    _, told = await filled(world, "kim")
    assert "客户16号" in told
    assert "客户17号" not in told
    await world.app.state.snapshots.sweep(world.clock())
    assert "客户17号" not in on_disk(world.folder)
    assert "客户16号" in on_disk(world.folder)


# On the disk


async def test_only_the_server_reads_them_and_a_start_throws_them_away(large: World) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    kept = large.folder / NAME
    assert pages(large)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.rglob("*") if path.is_file()} == {0o600}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    async with opened(large.folder, large.app.state.settings.database_url) as again:
        assert pages(again) == []


async def test_no_backup_holds_them_and_they_go_with_the_data(large: World) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    state = large.app.state
    folder = large.folder.parent / "backup"
    await back_up(state.engine, state.photos.store, folder, large.clock(), large.folder)
    assert pages(large)
    assert not any(NAME in path.parts for path in folder.rglob("*"))
    assert large.folder / NAME in written_files(state.settings)


async def test_what_is_no_longer_true_is_swept(large: World) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    kept: Snapshots = large.app.state.snapshots
    every = len(pages(large))
    await kept.sweep(large.clock())
    assert len(pages(large)) == every
    await edit(large, "many 5", name="neu")
    await kept.sweep(large.clock())
    assert len(pages(large)) == every - 1
    large.clock.advance(DAY)
    await kept.sweep(large.clock())
    assert pages(large) == []


async def test_what_was_rendered_before_a_change_and_kept_after_it_is_swept(large: World) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    kept: Snapshots = large.app.state.snapshots
    rendered = [kept.shelf.find(head.epoch, head.audience, head.start) for head in pages(large)]
    await edit(large, "many 5", name="neu")
    await kept.sweep(large.clock())
    assert len(pages(large)) == len(rendered) - 1
    for page in rendered:
        assert page is not None
        kept.shelf.put(page.head, page.packed)
    await kept.sweep(large.clock())
    assert len(pages(large)) == len(rendered) - 1


@pytest.mark.parametrize("damage", [b"", b"{", b'{"epoch":1}\n', b"\xff\n", b'{"audience":"\xff"}\n'])
async def test_a_damaged_file_is_none(large: World, damage: bytes) -> None:
    for login in ("ann", "bob"):
        await filled(large, login)
    kept: Snapshots = large.app.state.snapshots
    one, other, *rest = [path for path, _ in kept.shelf.heads()]
    for path in (one, other, *rest):
        path.write_bytes(damage)
    hand, _ = await filled(large, "carl")
    await large.agree(hand)
    other.write_bytes(damage)
    await kept.sweep(large.clock())
    assert not other.exists()


async def test_a_fill_goes_on_where_nothing_can_be_kept(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "LEAST_FREE", 1 << 62)
    for login in ("ann", "bob", "carl"):
        hand, _ = await filled(large, login)
        await large.agree(hand)
    assert pages(large) == []


def test_the_oldest_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack({"branch": [b'{"id":"one"}']})
    kept = Shelf(tmp_path / NAME)
    place = [(n, "branch", "one") for n in range(4)]

    def put(n: int, end: int) -> None:
        kept.put(
            Head(epoch=1, audience="a", start=place[n], end=place[end], live=1, rows=1, size=12, made_at=0, until=9),
            packed,
        )

    put(0, 1)
    size = sum(path.stat().st_size for path in kept._files())
    monkeypatch.setattr(shelf, "MOST_BYTES", int(2.5 * size))
    put(1, 2)
    put(2, 3)
    assert sum(kept.find(1, "a", one) is not None for one in place) == 2
    assert kept.find(1, "a", place[2]) is not None
    put(2, 1)
    assert kept.reaches(1, "a", place[1])
    assert not kept.reaches(1, "a", place[3]), "one page begins in one place"
    assert kept.find(2, "a", place[2]) is None, "another epoch"
