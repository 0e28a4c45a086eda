"""Taking photos as an inspector does: with the camera of the app, or a large picture out of the gallery."""

import hashlib
import io
import random
from collections import Counter
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import CHECKS, ITEMS, Inspector, Office
from tests.journeys.phone import Phone

ITEM = "ENV-2"
SPOTS = [check["code"] for check in ITEMS[ITEM]["checks"]]


class Photographer(Inspector):
    """Counts the photos the phone has confirmed, check by check."""

    def __init__(self, phone: Phone, login: str) -> None:
        super().__init__(phone, login)
        self.confirmed: Counter[str] = Counter()

    def begin(self) -> None:
        """Signed in, with an inspection that the server knows. The browser was closed once in between, as every
        evening: one killed within seconds of a sign-in forgets its cookie."""
        self.sign_in()
        self.phone.close()
        self.phone.open()
        self.start_at("wjl", "望江路支局")
        self.drained()

    def drained(self) -> None:
        """Everything is on the server, and the phone says so."""
        self.sync_now()
        expect(self.page.get_by_text("都在服务器上了")).to_be_visible(timeout=60_000)

    def row(self, check: str, page: Page | None = None) -> Locator:
        page = page or self.page
        group = page.get_by_role("group", name=CHECKS[check], exact=True)
        return page.get_by_role("listitem").filter(has=group)

    def open_camera(self, check: str) -> None:
        self.button(CHECKS[check]).first.click()
        self.row(check).locator(".shot-add").first.click()

    def shutter(self) -> None:
        """Tap it once it answers: by then it is on disk that a photo is expected here."""
        self.page.locator(".shutter[aria-disabled=false]").click()

    def take(self, check: str) -> None:
        self.shutter()
        self.confirmed[check] += 1
        expect(self.page.get_by_text(f"已存手机，这里有 {self.confirmed[check]} 张")).to_be_visible()

    def take_over(self, checks: list[str], shots: int) -> None:
        """So many photos, spread over checks, without leaving the camera."""
        self.open_camera(checks[0])
        for number in range(shots):
            at, then = (min(n * len(checks) // shots, len(checks) - 1) for n in (number, number + 1))
            self.take(checks[at])
            for _ in range(at, then):
                self.button("下一条").click()
                expect(self.page.get_by_text("还没拍")).to_be_visible()

    def hand_over(self, check: str, picture: bytes, page: Page | None = None) -> None:
        """Choose a picture out of the gallery, whatever may come of it."""
        page = page or self.page
        add = self.row(check, page).locator(".shot-add").last
        if not add.count():
            page.get_by_role("button", name=CHECKS[check]).first.click()
        with page.expect_file_chooser() as chooser:
            add.click()
        chooser.value.set_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": picture})

    def pick(self, check: str, picture: bytes, page: Page | None = None) -> None:
        """Choose a picture out of the gallery; returns when its tile is drawn from what was read back."""
        before = self.tiles(check, page)
        self.hand_over(check, picture, page)
        expect(self.row(check, page).locator(".shot img")).to_have_count(before + 1)
        self.confirmed[check] += 1

    def tiles(self, check: str, page: Page | None = None) -> int:
        return self.row(check, page).locator(".shot:not(.shot-add):not([role=status])").count()


def large_picture(seed: int, width: int = 1600, height: int = 1200) -> bytes:
    """A JPEG of which what is kept takes more than one part to send: coarse noise does not compress to nothing."""
    dice = random.Random(seed)
    size = (width // 8, height // 8)
    noise = Image.frombytes("RGB", size, dice.randbytes(size[0] * size[1] * 3)).resize((width, height))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=88)
    return out.getvalue()


def all_there(office: Office, inspector: Photographer) -> list[dict[str, Any]]:
    """What the phone confirmed has arrived, and nothing of it twice. A camera that shows a film of a few pictures may
    well see the same one again: a photo is known by when it was taken."""
    rows = office.rows(inspector.inspection)["photo"]
    assert Counter(photo["check"] for photo in rows) == inspector.confirmed
    assert all(photo["stored_at"] and photo["preview_at"] for photo in rows)
    assert len({(photo["check"], photo["taken_at"]) for photo in rows}) == len(rows)
    for photo in rows:
        assert hashlib.sha256(office.picture(photo["id"]).content).hexdigest() == photo["sha256"]
    return rows
