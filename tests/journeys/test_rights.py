"""Rights that move while a phone is offline with work in hand: that is held and told, what is lost leaves the disk,
what is new is fetched."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from server.demo.places import named
from tests.journeys.people import Inspector, Office
from tests.journeys.phone import Phone
from tests.journeys.test_offline import drained, pressed

INSPECTOR = named("person", "检查员甲")
SECOND_CITY = named("unit", "栖梧市")
COUNTY, OTHER_COUNTY = named("unit", "望榆县"), named("unit", "临汐县")
LOST = named("branch", "望江路支局")
CODE = "90200061"
"""Of a branch in the other county."""
WHY = "您的权限已有变动，这条交督导处理。"

ON_DISK = """async () => {
    const settled = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
    })
    const found = {}
    for (const { name } of await indexedDB.databases()) {
        const database = await settled(indexedDB.open(name))
        for (const store of database.objectStoreNames) {
            const rows = await settled(database.transaction(store).objectStore(store).getAll())
            found[store] = rows.map(({ data, ...row }) => row)
        }
        database.close()
    }
    const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
    return { ...found, answers: kept.flat().map(({ url }) => new URL(url).pathname) }
}"""


class Disk:
    """What lies on a phone's disk."""

    def __init__(self, page: Page) -> None:
        found: dict[str, Any] = page.evaluate(ON_DISK)
        packed = [row for pack in found["packs"] if pack["type"] == "branch" for row in pack["rows"]]
        self.branches = {row["id"]: row for row in packed}
        self.records = {row["id"] for row in found["rows"]}
        self.photos = {photo["id"] for photo in found["photos"]}
        self.pictures = {bytes_["id"] for bytes_ in found["photo_bytes"]}
        self.answers = [path for path in found["answers"] if path.startswith("/api/")]


def disk_when(page: Page, holds: Callable[[Disk], bool]) -> Disk:
    """The disk as soon as it is so: what is lost goes page by page."""
    deadline = time.monotonic() + 40
    while not holds(disk := Disk(page)):
        assert time.monotonic() < deadline, vars(disk)
        time.sleep(0.2)
    return disk


def held(page: Page) -> Locator:
    return page.get_by_role("list", name="待督导处理").get_by_role("listitem")


def test_rights_move_while_a_phone_is_offline_with_work_in_hand(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector, admin = Inspector(phone_of("inspector"), "inspector"), office_of("admin")
    inspector.sign_in()
    inspector.start_at("wjl", "望江路支局")
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.d", "扣分")
    inspector.photograph("ENV-2.d", "floor")
    drained(inspector)
    first, page = inspector.inspection, inspector.page
    (sent,) = (photo["id"] for photo in office_of("supervisor").rows(first)["photo"])
    before = Disk(page)
    assert before.records >= {first, sent}
    assert before.pictures == before.photos == {sent}

    # 1. The right is taken away, and one over the other city given, while work is in hand.
    inspector.phone.offline()
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "扣分")
    inspector.photograph("ENV-2.a", "counter")
    admin.grant(INSPECTOR, "inspector", SECOND_CITY)
    inspector.phone.offline(False)
    inspector.sync_now()
    expect(held(page)).to_contain_text(WHY, timeout=40_000)
    expect(held(page).get_by_role("link")).to_have_count(0)
    after = disk_when(
        page,
        lambda disk: len(disk.branches) == 60 and not (disk.records | disk.photos | disk.pictures) & {first, sent},
    )
    assert LOST not in after.branches
    assert COUNTY not in {row["unit"] for row in after.branches.values()}
    assert len(after.pictures) == len(after.photos) == 1, "nobody else has the picture of held work"
    assert after.answers == []

    # 2. A branch that comes is fetched with what is there, one that goes is lost with work begun in it.
    going = next(row for row in after.branches.values() if row["code"] == CODE)
    inspector.phone.offline()
    inspector.start_at(CODE, going["name"])
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    admin.move(LOST, OTHER_COUNTY)
    admin.move(going["id"], COUNTY)
    inspector.phone.offline(False)
    inspector.sync_now()
    expect(held(page)).to_have_count(2, timeout=40_000)
    moved = disk_when(page, lambda disk: disk.records >= {first, sent} and going["id"] not in disk.branches)
    assert LOST in moved.branches
    inspector.inspection = first
    inspector.open_item("ENV-2")
    expect(page.locator(".shot img")).to_have_count(1)
    assert [pressed(inspector, check) for check in ("ENV-2.d", "ENV-2.a")] == ["fail", None]
    # The app has looked for pictures in the browser's own store, which notes what is not there.
    inspector.phone.complaints[:] = [said for said in inspector.phone.complaints if "net::ERR_CACHE_MISS" not in said]
