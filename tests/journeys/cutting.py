"""A line that can be cut before a request reaches the server and before its answer reaches the person, a world to do
that in, and what stands for one thing that somebody decides."""

import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Route

from server.demo.places import named
from tests.journeys.people import Office
from tests.journeys.phone import Phone
from tests.journeys.running import Server

ITEM = "ENV-2"


class Line:
    """What is between a browser and the server, while it is held in the hand."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.received = 0
        self._still: tuple[str, str, bytes | None] | None = None

    def __enter__(self) -> "Line":
        """Nothing gets through any more."""
        self.phone.context.route("**/api/**", self._lose)
        return self

    def __exit__(self, *_: object) -> None:
        self.phone.context.unroute("**/api/**", self._lose)

    def lose_answers(self, method: str, path: str, body: bytes | None) -> None:
        """What is asked with this method at this path reaches the server now, and its answer is lost; nothing else gets
        through. `body`: what a file has in it, which the browser does not tell."""
        self._still = (method, path, body)

    def _lose(self, route: Route) -> None:
        if self._still:
            method, path, body = self._still
            if route.request.method == method and path in route.request.url:
                route.fetch(post_data=body) if body else route.fetch()
                self.received += 1
        route.abort("connectionreset")

    def heard(self, count: int, tap: Callable[[], None]) -> None:
        """Tap until so many requests have reached the server: one tap right after another is taken for a double one."""
        for turn in range(900):
            if self.received >= count:
                return
            if turn % 30 == 0:
                tap()
            self.phone.page.wait_for_timeout(50)
        raise AssertionError("The request never reached the server")


class World:
    """One server with a desk and a phone, for all ways after one another: each has records of its own."""

    def __init__(self, server: Server, desk: Phone, phone: Phone, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.desk = desk
        self.phone = phone
        self.offices: list[Office] = []

    def office(self, login: str) -> Office:
        """Another device of somebody."""
        self.offices.append(Office(self.server.url, login))
        return self.offices[-1]

    def told(self, words: str) -> int:
        """How often the server has carried out what somebody said in these words."""
        with sqlite3.connect(self.server.data / "xunfang.sqlite3", timeout=20) as database:
            asked = "SELECT COUNT(*) FROM log WHERE content LIKE ? AND (device > 0 OR type = 'settle_held')"
            return int(database.execute(asked, (f"%{words}%",)).fetchone()[0])

    def close(self) -> None:
        for office in self.offices:
            office.close()
        for phone in (self.desk, self.phone):
            phone.close()
        self.server.stop()


class Way:
    """One thing somebody decides, and what they read while it does not get through."""

    method: ClassVar = "POST"
    path: ClassVar[str]
    words: ClassVar = ""
    """What is written on the way, and nowhere else."""
    body: bytes | None = None

    def __init__(self, world: World) -> None:
        self.world = world

    def prepare(self) -> None:
        """Everything is there, up to the last tap."""

    def do(self) -> None:
        """The last tap."""

    def again(self) -> None:
        """What somebody does who reads that it did not get through."""

    def waits(self) -> None:
        """It did not get through: that is said, and what was written is there."""

    def end(self) -> None:
        """With the network back it is over, in the words of the screen."""

    def times(self) -> int:
        """How often the server has done it."""
        return self.world.told(self.words)


def finding_of(inspection: str, item: str = ITEM) -> str:
    return str(uuid.uuid5(uuid.UUID(inspection), item))


def answered(inspection: str, answers: dict[str, str], *base: tuple[int, int], item: str = ITEM) -> dict[str, Any]:
    """Checks of an item are answered by somebody who has seen the answers of `base`."""
    checks = {f"checks.{check}": [{"result": result}, *base] for check, result in answers.items()}
    about = {"inspection": [inspection], "item": [item]} if not base else {}
    return {"type": "finding", "id": finding_of(inspection, item), "set": {**about, **checks}}


def begun(world: World, branch: str, *answers: dict[str, str]) -> str:
    """An inspection on which the inspector has answered and answered anew, on another phone. Returns its id."""
    hand, known = world.office("inspector"), world.office("supervisor")
    standard = known.inspection(known.listed("returned")[0]["id"])["standard"]
    inspection = str(uuid.uuid4())
    made = {"branch": [named("branch", branch)], "standard": [standard], "started_at": [int(time.time() * 1000)]}
    hand.send({"type": "inspection", "id": inspection, "set": made})
    base: tuple[tuple[int, int], ...] = ()
    for some in answers:
        base = ((hand.number, hand.send(answered(inspection, some, *base))),)
    return inspection
