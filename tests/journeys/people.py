"""What an inspector and a supervisor do on a screen, in their own words; each act waits for what a person would see."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from server import demo
from server.demo.people import PASSWORD
from sync.standards import document
from tests.journeys.phone import Phone

RENDERS = Path(demo.__file__).parent / "photos"
STANDARD = document("model-window")
ITEMS = {item["code"]: item for section in STANDARD["sections"] for item in section["items"]}
ONSITE = [code for code, item in ITEMS.items() if item["onsite"]]
CHECKS = {check["code"]: check["zh"] for item in ITEMS.values() for check in item["checks"]}


class Person:
    """Somebody with a phone or a desk."""

    def __init__(self, phone: Phone, login: str) -> None:
        self.phone = phone
        self.login = login

    @property
    def page(self) -> Page:
        return self.phone.page

    def sign_in(self) -> None:
        """Open the app, sign in, and wait until everything is here and the shell works offline."""
        page = self.phone.open()
        page.get_by_label("工号").fill(self.login)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("link", name="打开同步页")).to_have_text(re.compile("^(已齐|照片|待选)"))
        self.phone.ready_for_offline()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def sync_now(self) -> None:
        """Press the button of the sync screen, not to wait for the next poll."""
        self.go("/sync")
        self.button("现在重试").click()

    def go(self, path: str) -> None:
        """Follow a link of the app (the router is a hash router)."""
        self.page.evaluate("path => { location.hash = path }", path)


class Inspector(Person):
    """Checks a branch."""

    inspection = ""

    def start_at(self, initials: str, branch: str) -> None:
        """Find a branch by its pinyin initials and begin."""
        self.go("/branches")
        self.page.get_by_label("找网点：名称、拼音首字母或代码").fill(initials)
        self.page.get_by_role("link", name=re.compile(branch)).click()
        self.button("开始检查").click()
        self.page.wait_for_url(re.compile(r"#/inspections/[0-9a-f-]{36}$"))
        self.inspection = self.page.url.rpartition("/")[2]

    def open_item(self, item: str) -> None:
        self.go(f"/inspections/{self.inspection}/{item}")
        expect(self.page.get_by_role("heading", level=1, name=ITEMS[item]["name_zh"])).to_be_visible()

    def judge(self, check: str, word: str) -> None:
        """Tap 合格 or 扣分 and see it pressed: by then it is on disk."""
        tapped = self.page.get_by_role("group", name=CHECKS[check]).get_by_role("button", name=word)
        tapped.click()
        expect(tapped).to_have_attribute("aria-pressed", "true")

    def pass_the_rest(self, item: str) -> None:
        """Every check of the item still open is passed with one tap."""
        rest = self.button(re.compile(r"其余 \d+ 项合格"))
        rest.click()
        expect(rest).to_have_count(0)
        of = len(ITEMS[item]["checks"])
        expect(self.page.get_by_role("list", name=f"{of} 项检查，已查 {of} 项")).to_be_visible()

    def photograph(self, check: str, render: str) -> None:
        """Choose a picture for a check; returns when its tile is drawn from what was read back."""
        strip = self.page.get_by_role("listitem").filter(has=self.page.get_by_role("group", name=CHECKS[check]))
        tiles = strip.locator(".shot img")
        before = tiles.count()
        with self.page.expect_file_chooser() as chooser:
            strip.get_by_role("button", name=re.compile("^相册")).click()
        chooser.value.set_files(RENDERS / f"{render}.jpg")
        expect(tiles).to_have_count(before + 1)

    def note(self, text: str) -> None:
        """Write the note of the item on the screen."""
        field = self.page.get_by_label("这一项的备注")
        field.fill(text)
        field.blur()

    def join(self, inspection: str) -> None:
        """Work along on a colleague's draft."""
        self.inspection = inspection
        self.go(f"/inspections/{inspection}")
        self.button("加入").click()
        expect(self.page.get_by_text("已加入，一起查")).to_be_visible()
        expect(self.button(re.compile("^继续"))).to_be_visible()

    def settle(self, check: str, author: str) -> None:
        """Pick one of two opinions on a check."""
        self.go(f"/inspections/{self.inspection}/{check.partition('.')[0]}/{check}")
        pick(self.page, author)

    def progress(self) -> int:
        """How many on-site checks the overview counts as answered."""
        self.go(f"/inspections/{self.inspection}")
        counted = self.page.get_by_text(re.compile(r"^已查 \d+/112 项$"))
        return int(re.findall(r"\d+", counted.inner_text())[0])

    def score(self) -> str:
        """The total in the overview, as it is written: 92.5."""
        self.go(f"/inspections/{self.inspection}")
        written = self.page.get_by_role("region", name="现在的分数和判定").locator(".score").inner_text()
        return re.findall(r"\d+\.\d", written)[0]

    def submit(self, word: str = "提交") -> None:
        self.go(f"/inspections/{self.inspection}")
        self.button(re.compile(f"^{word}$")).click()
        self.page.get_by_role("dialog").get_by_role("button", name="提交", exact=True).click()
        expect(self.page.get_by_text("已提交，存在手机上，有信号就发")).to_be_visible()


class Supervisor(Person):
    """Reviews at a desk."""

    def open_review(self, inspection: str) -> None:
        self.go(f"/review/{inspection}")
        expect(self.button(re.compile("通过整份|退回 .* 条"))).to_be_visible()

    def look_at(self, check: str) -> None:
        """Choose a check in the list of this inspection."""
        self.page.get_by_role("complementary", name="待审队列").get_by_role("button", name=CHECKS[check]).click()
        expect(self.page.get_by_role("heading", level=2, name=CHECKS[check])).to_be_visible()

    def give_back(self, check: str, reason: str) -> None:
        """Mark the item of a check to be returned, with a reason."""
        self.look_at(check)
        self.page.get_by_label("给检查员的话").fill(reason)
        self.button(re.compile("^退回")).and_(self.page.locator("[aria-keyshortcuts=R]")).click()
        expect(self.button(re.compile("^不退了"))).to_be_visible()

    def send_back(self, count: int) -> None:
        self.button(f"退回 {count} 条").click()
        self.page.get_by_role("dialog").get_by_role("button", name="退回给检查员").click()
        expect(self.page.get_by_text("已退回").first).to_be_visible()

    def settle(self, check: str, author: str) -> None:
        """Pick one of two opinions on a check, where its photos would be."""
        self.look_at(check)
        pick(self.page, author)

    def approve(self) -> None:
        self.button("通过整份").click()
        self.page.get_by_role("dialog").get_by_role("button", name="通过", exact=True).click()
        expect(self.page.get_by_text("已通过").first).to_be_visible()


def pick(page: Page, author: str) -> None:
    """Choose the opinion of a person and decide."""
    page.get_by_role("radio", name=author).click()
    page.get_by_role("button", name=re.compile("^选定")).click()
    expect(page.get_by_text("已选定")).to_be_visible()


class Office:
    """What the server says to a client of its own: the truth the screens are compared with."""

    def __init__(self, url: str, login: str) -> None:
        self._client = httpx.Client(base_url=url)
        signed = self._client.post("/api/session", json={"login": login, "password": PASSWORD, "device": None})
        assert signed.status_code == 201, signed.text
        self.number: int = signed.json()["device"]
        self.person: str = signed.json()["person"]["id"]
        self._sent = 0

    def until(self, what: Callable[["Office"], bool], seconds: float = 30.0) -> None:
        """Ask again and again until it is so: work comes when the phone sends it."""
        deadline = time.monotonic() + seconds
        while not what(self):
            assert time.monotonic() < deadline, "The server was not told in time"
            time.sleep(0.2)

    def rows(self, inspection: str) -> dict[str, list[dict[str, Any]]]:
        """An inspection with its findings and photos; empty while the server does not know it."""
        answer = self._client.get(f"/api/inspections/{inspection}")
        rows: dict[str, list[dict[str, Any]]] = answer.json().get("rows", {})
        return rows

    def inspection(self, inspection: str) -> dict[str, Any]:
        return self.rows(inspection)["inspection"][0]

    def label(self, branch: str) -> bytes:
        """The picture of a branch's present label."""
        return self._client.get(f"/api/branches/{branch}/qr.png").content

    def picture(self, photo: str) -> httpx.Response:
        return self._client.get(f"/api/photos/{photo}", params={"size": "full"})

    def device(self, device: int) -> dict[str, Any]:
        """A phone as the office sees it."""
        row: dict[str, Any] = self._client.get(f"/api/devices/{device}").json()
        return row

    def grant(self, person: str, role: str, unit: str) -> None:
        """This one right takes the place of all that the person had."""
        body = {"grants": [{"role": role, "unit": unit}]}
        assert self._client.put(f"/api/people/{person}/grants", json=body).status_code < 300

    def move(self, branch: str, unit: str) -> None:
        """A branch goes to another county."""
        assert self._client.put(f"/api/branches/{branch}", json={"unit": unit}).status_code < 300

    def listed(self, status: str) -> list[dict[str, Any]]:
        """The inspections in a state, as the desk lists them."""
        rows: list[dict[str, Any]] = self._client.get("/api/lists/inspections", params={"status": status}).json()[
            "rows"
        ]
        return rows

    def act(self, kind: str, id_: str, act: str, seen: int) -> str | None:
        """Do something to a record as it was seen; returns why it was refused."""
        return self.tries({"type": kind, "id": id_, "act": act, "with": {}, "seen": seen})

    def hand_in(self, inspection: str) -> None:
        """Submit an inspection from another device of this person."""
        seen = self.inspection(inspection)["rev"]
        self.send({"type": "inspection", "id": inspection, "act": "submit", "with": {}, "seen": seen})
        assert self.inspection(inspection)["status"] == "submitted"

    def send(self, change: dict[str, Any]) -> int:
        """Send one change from another device of this person; returns the number it has there."""
        refused = self.tries(change)
        assert refused is None, refused
        return self._sent

    def tries(self, change: dict[str, Any]) -> str | None:
        """Send one change that may be refused; returns why it was."""
        self._sent += 1
        now = int(time.time() * 1000)
        request = {
            "v": 1,
            "device": self.number,
            "epoch": None,
            "sent": now,
            "cursor": None,
            "audiences": [],
            "fill": {},
            "app": "0.1.0",
            "pending": {"changes": 0, "photos": 0, "bytes": 0, "oldest": None},
            "changes": [{"n": self._sent, "at": now, **change}],
        }
        answer = self._client.post("/api/sync", json=request)
        assert answer.status_code == 200, answer.text
        results = answer.json().get("results", [])
        return next((result["code"] for result in results if result["outcome"] == "refused"), None)

    def lose(self, device: int) -> None:
        """A phone is lost: it is locked out, and to be emptied when it is heard again."""
        assert self._client.delete(f"/api/devices/{device}", params={"wipe": True}).status_code == 204

    def close(self) -> None:
        self._client.close()
