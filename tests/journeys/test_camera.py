"""Photos on a phone that dies, on networks that do, in two tabs and without room: nothing confirmed is missing, nothing
is doubled, and an approval waits for all of it.

As long as one likes: XUNFANG_SHOTS=40 python -m pytest tests/journeys/test_camera.py
"""

import os
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.journeys.camera import ITEM, SPOTS, Photographer, all_there, large_picture
from tests.journeys.cutting import answered
from tests.journeys.people import ITEMS, ONSITE, Office
from tests.journeys.phone import Phone
from tests.journeys.test_offline import forgive

SHOTS = int(os.environ.get("XUNFANG_SHOTS", "6"))
"""Photos in one inspection."""
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 35_000, "uploadThroughput": 12_000}
"""A bad day of 2G: bytes a second, and ms there and back."""
UPLOADS = "**/api/uploads**"
CUTS = {"POST False": 2, "PATCH False": 2, "HEAD False": 2, "PATCH True": 1}
"""How often what is asked is cut at least, at its beginning or further on. The last part arrives before its answer is
lost: it is not sent twice."""


def choose(inspector: Photographer, when: str) -> None:
    """When full pictures go, on the sync screen."""
    inspector.go("/sync")
    inspector.page.get_by_role("group", name="原图什么时候传").get_by_text(when, exact=True).click()


def everything_passed(hand: Office, inspection: str) -> None:
    """The rest of the inspection is answered on another device of the same person, and handed in."""
    for item in ONSITE:
        hand.send(answered(inspection, {check["code"]: "pass" for check in ITEMS[item]["checks"]}, item=item))
    hand.hand_in(inspection)


def approve(office: Office, inspection: str) -> str | None:
    return office.act("inspection", inspection, "approve", office.inspection(inspection)["rev"])


def test_many_photos_offline_on_a_page_that_dies_and_an_approval_that_waits(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = Photographer(phone_of("inspector"), "inspector")
    inspector.begin()
    inspector.phone.offline()
    inspector.open_item(ITEM)
    inspector.take_over(SPOTS, SHOTS)
    last = SPOTS[-1]
    track = inspector.page.evaluate_handle("() => document.querySelector('.cam video').srcObject.getTracks()[0]")
    inspector.button("完成").click()
    expect(inspector.page.locator(".cam")).to_have_count(0)
    assert track.evaluate("track => track.readyState") == "ended"

    # The battery is pulled at the shutter: of that shot all is there or nothing, and the phone asks for it again.
    inspector.open_camera(last)
    inspector.shutter()
    inspector.phone.kill()
    inspector.phone.open()
    expect(inspector.page.get_by_text("刚才拍到一半，页面被关掉了")).to_be_visible()
    found = inspector.tiles(last)
    assert found - inspector.confirmed[last] in (0, 1), "What was confirmed is there; of the last shot all or nothing"
    inspector.confirmed[last] = found
    inspector.button("接着拍").click()
    inspector.take(last)
    inspector.button("完成").click()

    # With signal, and full pictures held back: records and previews arrive, and no approval before the rest.
    choose(inspector, "先不传")
    inspector.phone.offline(False)
    office, total = office_of("supervisor"), inspector.confirmed.total()
    office.until(lambda o: len(o.rows(inspector.inspection).get("photo", [])) == total, 60)
    office.until(lambda o: all(photo["preview_at"] for photo in o.rows(inspector.inspection)["photo"]), 120)
    everything_passed(office_of("inspector"), inspector.inspection)
    assert not any(photo["stored_at"] for photo in office.rows(inspector.inspection)["photo"])
    assert approve(office, inspector.inspection) == "photos_missing"

    # The supervisor asks for one: one tap lets this one go, and no other.
    wanted = office.rows(inspector.inspection)["photo"][-1]
    assert office.act("photo", wanted["id"], "ask", wanted["rev"]) is None
    inspector.sync_now()
    expect(inspector.page.get_by_text("督导在等 1 张原图")).to_be_visible()
    inspector.button(re.compile("^只把这 1 张传过去")).click()
    office.until(lambda o: any(photo["stored_at"] for photo in o.rows(inspector.inspection)["photo"]))
    arrived = [photo["id"] for photo in office.rows(inspector.inspection)["photo"] if photo["stored_at"]]
    assert arrived == [wanted["id"]]
    assert approve(office, inspector.inspection) == "photos_missing"

    choose(inspector, "有网就传")
    inspector.drained()
    all_there(office, inspector)
    assert approve(office, inspector.inspection) is None


STATES: dict[str, Callable[[Request], bool]] = {
    "an upload is begun": lambda asked: asked.method == "POST",
    "the first part goes": lambda asked: asked.method == "PATCH" and offset(asked) == 0 and size(asked) > 100_000,
    "a later part goes": lambda asked: asked.method == "PATCH" and offset(asked) > 0,
    "it is asked how far it came": lambda asked: asked.method == "HEAD",
}


def offset(asked: Request) -> int:
    return int(asked.headers.get("upload-offset", "0"))


def size(asked: Request) -> int:
    return len(asked.post_data_buffer or b"")


def within(page: Page, seconds: float, what: Callable[[], bool]) -> bool:
    """Whether it comes to be so in that time; the browser is heard meanwhile."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        page.wait_for_timeout(50)
    return True


class Stall:
    """A network on which the first request of a kind is never answered: the server hears of it, or not."""

    def __init__(self, phone: Phone, fits: Callable[[Request], bool], heard: bool) -> None:
        self.caught = 0
        self._phone, self._fits, self._heard = phone, fits, heard
        phone.context.route(UPLOADS, self._hold)

    def _hold(self, route: Route) -> None:
        if self.caught or not self._fits(route.request):
            route.fallback()
            return
        if self._heard:
            route.fetch()
        self.caught += 1

    def reached(self) -> None:
        """Returns once the page waits for that answer."""
        assert within(self._phone.page, 60, lambda: self.caught > 0), "No such request was made"


WAYS = [0, 1] if SHOTS > 6 else [0]


@pytest.mark.parametrize("turn", WAYS)
def test_killed_in_every_state_of_an_upload(
    turn: int, phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    """After each kill the page that comes back goes on where the server says; the next state strikes on its way. By
    turns the server has heard of the request, or not."""
    inspector = Photographer(phone_of("inspector"), "inspector")
    inspector.begin()
    for number, (state, fits) in enumerate(STATES.items()):
        heard = number % 2 == turn
        inspector.open_item(ITEM)
        if state.startswith("it is asked"):
            second = Stall(inspector.phone, STATES["a later part goes"], heard=False)
            inspector.pick(SPOTS[number], large_picture(number))
            inspector.sync_now()
            second.reached()
            inspector.phone.kill()
            inspector.phone.open()
            stall = Stall(inspector.phone, fits, heard)
        else:
            stall = Stall(inspector.phone, fits, heard)
            inspector.pick(SPOTS[number], large_picture(number))
        inspector.sync_now()
        stall.reached()
        inspector.phone.kill()
        inspector.phone.open()
    inspector.drained()
    all_there(office_of("supervisor"), inspector)
    forgive(inspector.phone)


def test_a_network_that_is_cut_again_and_again_and_slow(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = Photographer(phone_of("inspector"), "inspector")
    inspector.begin()
    cuts: dict[str, int] = {}

    def cut(route: Route) -> None:
        """Each kind of request is cut twice: after it has arrived, and before."""
        kind = f"{route.request.method} {offset(route.request) > 0}"
        cuts[kind] = cuts.get(kind, 0) + 1
        if cuts[kind] > 2:
            route.fallback()
            return
        if cuts[kind] == 1:
            route.fetch()
        route.abort("connectionreset")

    inspector.phone.context.route(UPLOADS, cut)
    inspector.open_item(ITEM)
    inspector.pick(SPOTS[0], large_picture(31))
    office = office_of("supervisor")
    inspector.go("/sync")
    deadline = time.monotonic() + 60
    while any(cuts.get(kind, 0) < least for kind, least in CUTS.items()):
        assert time.monotonic() < deadline, cuts
        asked = sum(cuts.values())
        inspector.button("现在重试").click()

        def goes_on(before: int = asked) -> bool:
            return sum(cuts.values()) > before

        # a tap asks at once what the pause after a cut would ask later
        within(inspector.page, 5, goes_on)
    inspector.drained()
    slow = inspector.phone.context.new_cdp_session(inspector.page)
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", SLOW)
    inspector.open_item(ITEM)
    inspector.take_over(SPOTS[1:4], 3)
    inspector.button("完成").click()
    inspector.drained()
    all_there(office, inspector)
    forgive(inspector.phone)


def test_two_tabs_share_the_work_and_neither_is_taken_for_dead(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = Photographer(phone_of("inspector"), "inspector")
    inspector.begin()
    stall = Stall(inspector.phone, STATES["the first part goes"], heard=False)
    inspector.open_item(ITEM)
    inspector.pick(SPOTS[0], large_picture(51))
    inspector.open_camera(SPOTS[1])
    expect(inspector.page.locator(".shutter[aria-disabled=false]")).to_be_visible()
    other = inspector.phone.context.new_page()
    other.goto(inspector.phone.url)
    expect(other.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    other.goto(f"{inspector.phone.url}/#/inspections/{inspector.inspection}/{ITEM}")
    expect(other.get_by_text("刚才拍到一半，页面被关掉了")).to_have_count(0)
    inspector.pick(SPOTS[2], large_picture(52), other)
    inspector.take(SPOTS[1])
    stall.reached()
    # the tab that syncs is closed in the middle of an upload: the other one takes over
    inspector.page.close()
    expect(other.get_by_text("刚才拍到一半，页面被关掉了")).to_have_count(0)
    inspector.drained()
    all_there(office_of("supervisor"), inspector)
    forgive(inspector.phone)


def rows_on_disk(page: Page) -> Any:
    """How many rows the tables hold that a photo writes to."""
    return page.evaluate("""async () => {
      const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('outbox-'))
      const open = indexedDB.open(name)
      await new Promise(done => { open.onsuccess = done })
      const tables = ['photos', 'photo_bytes', 'changes']
      const at = open.result.transaction(tables)
      const counts = tables.map(table => new Promise(done => {
        const asked = at.objectStore(table).count()
        asked.onsuccess = () => done(asked.result)
      }))
      const found = await Promise.all(counts)
      open.result.close()
      return found
    }""")


def test_a_disk_that_is_full_at_the_shutter(phone_of: Callable[..., Phone], office_of: Callable[[str], Office]) -> None:
    """There seemed to be room, and the photo found none: it is said, nothing is half written, the others are there."""
    inspector = Photographer(phone_of("inspector"), "inspector")
    inspector.begin()
    inspector.phone.offline()
    inspector.open_item(ITEM)
    inspector.pick(SPOTS[0], large_picture(71))
    page = inspector.page
    before = rows_on_disk(page)
    used = page.evaluate("() => navigator.storage.estimate().then(({ usage }) => usage)")
    # a browser remembers how much room there was: this one has not opened the databases yet when there is less
    app = inspector.phone.url
    inspector.phone.close()
    inspector.phone.url = "about:blank"
    page = inspector.phone.open()
    inspector.phone.url = app
    cdp = inspector.phone.context.new_cdp_session(page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": app, "quotaSize": used + 150_000})
    page.add_init_script("navigator.storage.estimate = async () => ({ usage: 0, quota: 1e9 })")
    page.goto(app)
    inspector.open_item(ITEM)
    inspector.hand_over(SPOTS[1], large_picture(72))
    expect(page.get_by_role("alert").get_by_text("手机存满了")).to_be_visible()
    assert rows_on_disk(page) == before
    assert inspector.tiles(SPOTS[1]) == 0
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": app})
    inspector.pick(SPOTS[1], large_picture(72))
    inspector.phone.offline(False)
    inspector.drained()
    all_there(office_of("supervisor"), inspector)
