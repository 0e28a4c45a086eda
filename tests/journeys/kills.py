"""The whole browser killed at seeded moments: while tapping, while a photo is saved, while work and pictures are sent.

`python -m tests.journeys.kills --count 50 --seed 1` goes deep and keeps its figures in `bench/results`.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, expect, sync_playwright

from tests.journeys.people import CHECKS, RENDERS, Inspector, Office
from tests.journeys.phone import Phone
from tests.journeys.running import Server, copy_of
from tests.journeys.test_offline import Tapping, answers_of, at_work
from tests.results import keep

SHOT = "ENV-2.d"
"""The check whose photos are taken."""
A_LIFE = 25
"""Kills of one profile: then another inspector begins anew, before the checks run out."""
PHOTOS = 6


class Life:
    """An inspector whose browser is killed again and again; knows what the screen has ever confirmed."""

    def __init__(self, inspector: Inspector, dice: random.Random) -> None:
        self.inspector = inspector
        self.phone = inspector.phone
        self.dice = dice
        self.tapping = Tapping(inspector, dice)
        self.photos = 0
        self.kills: Counter[str] = Counter()
        inspector.open_item("ENV-2")
        inspector.judge(SHOT, "扣分")
        self.tapping.leave_out(SHOT, "fail")

    def kill(self) -> None:
        """Pull the battery during one of four doings, open again, and compare."""
        ways: dict[str, Callable[[], None]] = {
            "tap": self._tapping,
            "photo": self._saving,
            "sync": self._sending,
            "upload": self._uploading,
        }
        names = [name for name in ways if self.photos < PHOTOS or name in ("tap", "sync")]
        way = self.dice.choice(names)
        self.kills[way] += 1
        self.tapping.on_its_way = None
        ways[way]()
        self.phone.open()
        self.compare()

    def compare(self) -> None:
        """All that was confirmed is there; of what was on its way all or nothing."""
        self.tapping.compare()
        self.inspector.open_item("ENV-2")
        tiles = self._tiles()
        if self.photos:
            expect(tiles.nth(self.photos - 1)).to_be_visible()
        found = tiles.count()
        assert found in (self.photos, self.photos + 1), f"{self.photos} photos were confirmed, {found} are shown"
        self.photos = found

    def _tiles(self) -> Any:
        row = self.inspector.page.get_by_role("listitem").filter(
            has=self.inspector.page.get_by_role("group", name=CHECKS[SHOT], exact=True)
        )
        return row.locator(".shot:not(.shot-add):not([role=status])")

    def _tapping(self) -> None:
        self.phone.offline(self.dice.random() < 0.5)
        self.tapping.some(self.dice.randint(0, 1))
        self.tapping.one_and_kill()

    def _offer(self) -> None:
        self.inspector.open_item("ENV-2")
        row = self.inspector.page.get_by_role("listitem").filter(
            has=self.inspector.page.get_by_role("group", name=CHECKS[SHOT], exact=True)
        )
        with self.inspector.page.expect_file_chooser() as chooser:
            row.locator(".shot-add").last.click()
        chooser.value.set_files(RENDERS / "floor.jpg")

    def _saving(self) -> None:
        self.phone.offline(self.dice.random() < 0.5)
        self._offer()
        self._wait_and_kill(1.5)

    def _sending(self) -> None:
        self.phone.offline()
        self.tapping.some(1)
        self.inspector.go("/sync")
        self.phone.offline(False)
        self.inspector.button("现在重试").click()
        self._wait_and_kill(0.6)

    def _uploading(self) -> None:
        self.phone.offline()
        self.inspector.open_item("ENV-2")
        self.inspector.photograph(SHOT, "floor")
        self.photos += 1
        self.inspector.go("/sync")
        self.phone.offline(False)
        self.inspector.button("现在重试").click()
        self._wait_and_kill(1.5)

    def _wait_and_kill(self, most: float) -> None:
        time.sleep(self.dice.uniform(0, most))
        self.phone.kill()

    def judge(self, office: Office) -> None:
        """Everything is sent without more ado, and the server has it once."""
        self.phone.offline(False)
        self.inspector.sync_now()
        expect(self.inspector.page.get_by_text("都在服务器上了")).to_be_visible(timeout=120_000)
        assert answers_of(office, self.inspector.inspection) == self.tapping.confirmed
        photos = office.rows(self.inspector.inspection).get("photo", [])
        assert [bool(photo["stored_at"]) for photo in photos] == [True] * self.photos
        assert {office.picture(photo["id"]).status_code for photo in photos} <= {200}


def live(playwright: Playwright, server: Server, profile: Path, seed: int, kills: int) -> Counter[str]:
    """One profile through so many kills; returns how many there were of each kind."""
    phone = Phone(playwright, profile, server.url)
    office = Office(server.url, "supervisor")
    try:
        life = Life(at_work(phone), random.Random(seed))
        for _ in range(kills):
            life.kill()
        life.judge(office)
        return life.kills
    finally:
        office.close()
        phone.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=50)
    asked.add_argument("--seed", type=int, default=20_261_123)
    count, seed = (given := asked.parse_args()).count, given.seed
    began, kinds, seeds = time.monotonic(), Counter[str](), []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        demo = Server(Path(name) / "demo")
        demo.folder.mkdir()
        demo.start()
        demo.stop()
        for number in range(-(-count // A_LIFE)):
            kills = min(A_LIFE, count - number * A_LIFE)
            folder = Path(name) / str(number)
            folder.mkdir()
            server = copy_of(demo.folder, folder)
            server.start()
            seeds.append(seed + number)
            print(f"seed {seeds[-1]}: {kills} kills", flush=True)
            try:
                kinds += live(playwright, server, folder / "profile", seeds[-1], kills)
            finally:
                server.stop()
    seconds = round(time.monotonic() - began)
    print(keep("kills-browser", {"kills": count, "kinds": kinds, "seeds": seeds, "seconds": seconds, "failures": 0}))


if __name__ == "__main__":
    main()
