"""The camera of the app offline, over many checks, the battery pulled: nothing confirmed is missing or doubled.

Run by itself, as long as one likes: XUNFANG_SHOTS=40 python -m pytest tests/journeys/camera.py
"""

import os
from collections import Counter
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import CHECKS, ITEMS, Inspector, Office
from tests.journeys.phone import Phone
from tests.journeys.test_offline import drained

ITEM = "ENV-2"
SHOTS = int(os.environ.get("XUNFANG_SHOTS", "6"))
"""Photos in one inspection."""


class Photographer(Inspector):
    """Takes photos with the camera of the app, and counts those the phone has confirmed."""

    def __init__(self, phone: Phone, login: str) -> None:
        super().__init__(phone, login)
        self.confirmed: Counter[str] = Counter()

    def open_camera(self, check: str) -> None:
        self.page.get_by_role("button", name=CHECKS[check]).first.click()
        group = self.page.get_by_role("group", name=CHECKS[check], exact=True)
        self.page.get_by_role("listitem").filter(has=group).locator(".shot-add").first.click()

    def shutter(self) -> None:
        """Tap it once it answers: by then it is on disk that a photo is expected here."""
        self.page.locator(".shutter[aria-disabled=false]").click()

    def take(self, check: str) -> None:
        self.shutter()
        self.confirmed[check] += 1
        expect(self.page.get_by_text(f"已存手机，这里有 {self.confirmed[check]} 张")).to_be_visible()

    def tiles(self, check: str) -> int:
        group = self.page.get_by_role("group", name=CHECKS[check], exact=True)
        row = self.page.get_by_role("listitem").filter(has=group)
        return row.locator(".shot:not(.shot-add):not([role=status])").count()


def test_many_photos_offline_and_a_page_that_dies(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = Photographer(phone_of("inspector"), "inspector")
    inspector.sign_in()
    inspector.phone.close()  # as every evening: one killed within seconds of a sign-in forgets its cookie
    inspector.phone.open()
    inspector.start_at("wjl", "望江路支局")
    drained(inspector)
    inspector.phone.offline()
    inspector.open_item(ITEM)
    checks = [check["code"] for check in ITEMS[ITEM]["checks"]]
    inspector.open_camera(checks[0])
    for number in range(SHOTS):
        inspector.take(checks[number * len(checks) // SHOTS])
        if (number + 1) * len(checks) // SHOTS > number * len(checks) // SHOTS:
            inspector.button("下一条").click()
            expect(inspector.page.get_by_text("还没拍")).to_be_visible()
    last = checks[-1]
    track = inspector.page.evaluate_handle("() => document.querySelector('.cam video').srcObject.getTracks()[0]")
    inspector.button("完成").click()
    expect(inspector.page.locator(".cam")).to_have_count(0)
    assert track.evaluate("track => track.readyState") == "ended"
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
    inspector.phone.offline(False)
    drained(inspector)
    rows = office_of("supervisor").rows(inspector.inspection)["photo"]
    assert Counter(photo["check"] for photo in rows) == inspector.confirmed
    assert all(photo["stored_at"] and photo["source"] == "camera" for photo in rows)
    assert len({photo["sha256"] for photo in rows}) == len(rows)
