"""No tap is lost: killed browsers, lost replies, captive portals, ended sessions, full disks."""

import random
import re
import sqlite3
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Locator, Request, Route, expect

from tests.journeys.people import CHECKS, ITEMS, ONSITE, Inspector, Office
from tests.journeys.phone import Phone
from tests.journeys.running import Server

KILLS = 10
SEED = 20_261_123
WORDS = {"合格": "pass", "扣分": "fail"}
PORTAL = "<!doctype html><title>Wi-Fi</title><p>请先登录无线网络"


def at_work(phone: Phone) -> Inspector:
    """An inspector who has signed in and begun an inspection; the browser was closed once in between, as every
    evening (one killed within seconds of a sign-in forgets its cookie)."""
    inspector = Inspector(phone, "inspector")
    inspector.sign_in()
    phone.close()
    phone.open()
    inspector.start_at("wjl", "望江路支局")
    return inspector


def forgive(phone: Phone) -> None:
    """The browser notes each request that failed: here they failed on purpose."""
    phone.complaints[:] = [said for said in phone.complaints if not said.startswith("Failed to load resource")]


def drained(inspector: Inspector) -> None:
    """Everything is on the server, and the phone says so: it does not before it has looked since the last tap."""
    inspector.sync_now()
    expect(inspector.page.get_by_text("都在服务器上了")).to_be_visible(timeout=40_000)


def answers_of(office: Office, inspection: str) -> dict[str, str]:
    findings = office.rows(inspection).get("finding", [])
    return {code: answer["result"] for finding in findings for code, answer in finding["checks"].items()}


def pressed(inspector: Inspector, check: str) -> str | None:
    """What the screen says was found at a check."""
    buttons = inspector.page.get_by_role("group", name=CHECKS[check], exact=True).locator("[aria-pressed=true]")
    return WORDS[buttons.inner_text().strip()] if buttons.count() else None


class Tapping:
    """Taps through checks in a seeded order of verdicts; knows what the phone has confirmed, and what was on its way
    when it was killed."""

    def __init__(self, inspector: Inspector, dice: random.Random) -> None:
        self.inspector = inspector
        self.dice = dice
        self.confirmed: dict[str, str] = {}
        self.on_its_way: tuple[str, str] | None = None
        self._ahead: list[str] = [check["code"] for item in ONSITE for check in ITEMS[item]["checks"]]

    def some(self, count: int) -> None:
        """Tap and see each pressed: by then it is on disk."""
        for _ in range(count):
            check = self._next()
            word = self.dice.choice(list(WORDS))
            self.inspector.judge(check, word)
            self.confirmed[check] = WORDS[word]

    def one_and_kill(self) -> None:
        """The battery is pulled at some moment around the writing of a last tap."""
        check = self._next()
        word = self.dice.choice(list(WORDS))
        button = self.inspector.page.get_by_role("group", name=CHECKS[check], exact=True).get_by_role(
            "button", name=word
        )
        button.evaluate("button => { setTimeout(() => button.click()) }")
        self.on_its_way = (check, WORDS[word])
        time.sleep(self.dice.uniform(0, 0.06))
        self.inspector.phone.kill()

    def leave_out(self, check: str, found: str) -> None:
        """This check was answered by hand."""
        self._ahead.remove(check)
        self.confirmed[check] = found

    def compare(self) -> None:
        """After the relaunch: all that was confirmed is there, and of the last tap all or nothing."""
        if self.on_its_way:
            check, verdict = self.on_its_way
            self._open(check)
            expect(self.inspector.page.get_by_role("group", name=CHECKS[check], exact=True)).to_be_visible()
            found = pressed(self.inspector, check)
            assert found in (None, verdict)
            if found:
                self.confirmed[check] = found
            else:
                self._ahead.insert(0, check)
        for item in {code.rpartition(".")[0] for code in self.confirmed}:
            self.inspector.open_item(item)
            wanted = {code: found for code, found in self.confirmed.items() if code.rpartition(".")[0] == item}
            assert {code: pressed(self.inspector, code) for code in wanted} == wanted
        assert self.inspector.progress() == len(self.confirmed)

    def _next(self) -> str:
        check = self._ahead.pop(0)
        self._open(check)
        return check

    def _open(self, check: str) -> None:
        item = check.rpartition(".")[0]
        if not self.inspector.page.url.endswith(f"/{item}"):
            self.inspector.open_item(item)


def test_ten_kills_lose_no_confirmed_tap(
    server: Server, phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = at_work(phone_of("inspector"))
    phone = inspector.phone
    phone.offline()
    tapping = Tapping(inspector, random.Random(SEED))
    for _ in range(KILLS):
        tapping.some(tapping.dice.randint(2, 6))
        tapping.one_and_kill()
        phone.open()
        tapping.compare()
    phone.offline(False)
    drained(inspector)
    office = office_of("supervisor")
    assert answers_of(office, inspector.inspection) == tapping.confirmed
    with sqlite3.connect(server.folder / "data" / "xunfang.sqlite3") as database:
        findings = [row["id"] for row in office.rows(inspector.inspection)["finding"]]
        marks = ",".join("?" * len(findings))
        sent = database.execute(f"SELECT content, outcome FROM log WHERE record IN ({marks})", findings).fetchall()
    assert {outcome for _, outcome in sent} == {"applied"}
    told = [check for content, _ in sent for check in re.findall(r'"checks\.([A-Z]+-\d+\.[a-z])"', content)]
    assert sorted(told) == sorted(tapping.confirmed), "each answer reached the server exactly once"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/sync"), ("POST", "/api/uploads"), ("PATCH", "/api/uploads/"), ("POST", "/api/session")],
)
def test_a_lost_reply_does_nothing_twice(
    method: str, path: str, phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    """The server has done it, the answer never comes: sent again, it is still done once."""
    phone = phone_of("inspector")
    chosen: list[Request] = []
    lost: list[APIResponse] = []

    def lose_first(route: Route) -> None:
        fits = route.request.method == method and path in route.request.url
        if not fits or chosen:
            route.fallback()
            return
        chosen.append(route.request)
        lost.append(route.fetch())
        route.abort("connectionreset")

    if path == "/api/session":
        page = phone.open()
        phone.context.route("**/api/**", lose_first)
        page.get_by_label("工号").fill("inspector")
        page.get_by_label("密码", exact=True).fill("xunfang-demo")
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_text("没连上服务器")).to_be_visible()
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("heading", name="今天", exact=True)).to_be_visible()
        inspector = Inspector(phone, "inspector")
        inspector.start_at("wjl", "望江路支局")
    else:
        inspector = at_work(phone)
        drained(inspector)
        phone.context.route("**/api/**", lose_first)
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    inspector.judge("ENV-2.d", "扣分")
    inspector.photograph("ENV-2.d", "floor")
    drained(inspector)
    assert [reply.ok for reply in lost] == [True]
    rows = office_of("supervisor").rows(inspector.inspection)
    assert answers_of(office_of("supervisor"), inspector.inspection) == {"ENV-2.a": "pass", "ENV-2.d": "fail"}
    assert len(rows["finding"]) == 1
    assert [bool(photo["stored_at"]) for photo in rows["photo"]] == [True]
    forgive(phone)


def test_a_captive_portal_is_no_answer(phone_of: Callable[..., Phone], office_of: Callable[[str], Office]) -> None:
    inspector = at_work(phone_of("inspector"))
    drained(inspector)
    context = inspector.phone.context
    context.route("**/api/**", lambda route: route.fulfill(status=200, content_type="text/html", body=PORTAL))
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    inspector.sync_now()
    expect(inspector.page.get_by_text("差 1 条")).to_be_visible()
    inspector.page.reload()
    expect(inspector.page.get_by_text("差 1 条")).to_be_visible()
    context.unroute("**/api/**")
    drained(inspector)
    assert answers_of(office_of("supervisor"), inspector.inspection) == {"ENV-2.a": "pass"}
    forgive(inspector.phone)


def test_an_ended_session_keeps_the_queue(
    server: Server, phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = at_work(phone_of("inspector"))
    drained(inspector)
    with sqlite3.connect(server.folder / "data" / "xunfang.sqlite3", timeout=10) as database:
        person = database.execute("SELECT person FROM account WHERE login = 'inspector'").fetchone()
        database.execute("DELETE FROM session WHERE person = ?", person)
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    inspector.sync_now()
    page = inspector.page
    expect(page.get_by_role("link", name="登录，继续发送")).to_be_visible()
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.b", "扣分")
    inspector.go("/sign-in")
    expect(page.get_by_text("登录过期了，东西都还在")).to_be_visible()
    page.get_by_label("工号").fill("inspector")
    page.get_by_label("密码", exact=True).fill("xunfang-demo")
    page.get_by_role("button", name="登录，继续发送").click()
    expect(page.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    drained(inspector)
    assert answers_of(office_of("supervisor"), inspector.inspection) == {"ENV-2.a": "pass", "ENV-2.b": "fail"}
    forgive(inspector.phone)


def test_a_full_phone_says_so(phone_of: Callable[..., Phone], office_of: Callable[[str], Office]) -> None:
    """A photo or a tap that found no room is not shown as saved; those before are; with room again they are taken."""
    inspector = at_work(phone_of("inspector"))
    drained(inspector)
    page = inspector.page
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.d", "扣分")
    phone = inspector.phone
    phone.offline()
    cdp = phone.context.new_cdp_session(page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": 1})
    page.goto("about:blank")
    time.sleep(3)  # the browser remembers how much room there was until the databases have been shut for two seconds
    page.goto(phone.url)
    inspector.open_item("ENV-2")
    nearly_full = page.get_by_role("alert").get_by_text("手机快存满了，先别拍。删掉些别的文件再来")
    _ways(inspector, "ENV-2.d").last.click()
    expect(nearly_full).to_be_visible()
    _ways(inspector, "ENV-2.d").first.click()
    expect(page.locator(".cam").filter(has=nearly_full)).to_be_visible()
    expect(page.locator(".shutter")).to_have_attribute("aria-disabled", "true")
    inspector.button("关闭").click()
    expect(page.locator(".shot img")).to_have_count(0)
    assert pressed(inspector, "ENV-2.d") == "fail"
    page.get_by_role("group", name=CHECKS["ENV-2.a"], exact=True).get_by_role("button", name="合格").click()
    expect(page.get_by_role("alert").get_by_text("手机存满了，刚才这一下没存上")).to_be_visible()
    assert pressed(inspector, "ENV-2.a") is None
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": phone.url})
    inspector.photograph("ENV-2.d", "floor")
    phone.offline(False)
    drained(inspector)
    rows = office_of("supervisor").rows(inspector.inspection)
    assert [bool(photo["stored_at"]) for photo in rows["photo"]] == [True]


def _ways(inspector: Inspector, check: str) -> Locator:
    """The ways to add a photo to a check: the camera first, the gallery last."""
    group = inspector.page.get_by_role("group", name=CHECKS[check], exact=True)
    return inspector.page.get_by_role("listitem").filter(has=group).locator(".shot-add")
