"""A carrier's day on the route: everything without a network, everything once on the server."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

from tests.journeys.people import Person
from tests.journeys.phone import Phone
from tests.journeys.running import Server

SHOPS = ["榆园面馆", "城北书屋"]
WISH = "下月要寄 200 份样本"
KNOWN = 6
"""Visits at customers who are in the files."""


class Carrier(Person):
    """Logs visits."""

    def begin(self, name: str, phone: str = "") -> None:
        """A visit at somebody who is new to the branch, up to where what was heard is written."""
        self.describe(name, phone)
        self.button("存好").click()
        self._at_the_form(name)

    def begin_known(self) -> None:
        """A visit at somebody of the list."""
        self.go("/visits/new")
        self.page.get_by_role("main").locator("button.row:has(.row-ic)").last.click()
        expect(self.page.get_by_role("group", name="客户满意吗")).to_be_visible()

    def describe(self, name: str, phone: str) -> None:
        """The form of a new customer, filled in."""
        self.go("/visits/new")
        self.page.get_by_role("searchbox").fill(name)
        self.button(f"新客户“{name}”").click()
        self.page.get_by_label(re.compile("^电话")).fill(phone)

    def choose_known(self, name: str) -> None:
        """Follow the warning that somebody is in the files already."""
        known = self.page.get_by_role("status").get_by_role("listitem").filter(has_text=name)
        known.get_by_role("button", name="就是这户").click()
        self._at_the_form(name)

    def result(self, word: str) -> None:
        tapped = self.button(word)
        tapped.click()
        expect(tapped).to_have_attribute("aria-pressed", "true")

    def keep(self) -> None:
        self.page.get_by_role("button", name=re.compile("^存好")).click()
        expect(self.page.get_by_role("heading", level=1, name="走访", exact=True)).to_be_visible()

    def done(self, what: str) -> int:
        """How far the month is, as the home screen says."""
        self.go("/visits")
        line = self.page.get_by_role("img", name=re.compile(f"^{what}，"))
        return int(re.findall(r"完成 (\d+)", line.get_attribute("aria-label") or "")[0])

    def has_done(self, visits: int, cards: int) -> None:
        """Wait until the home screen says so."""
        self.go("/visits")
        for what, n in (("走访客户", visits), ("服务监督卡", cards)):
            expect(self.page.get_by_role("img", name=re.compile(f"^{what}，完成 {n}，"))).to_be_visible()

    def line(self, name: str) -> Locator:
        """The visit at a customer, in the list of the home screen."""
        self.go("/visits")
        return self.page.get_by_role("main").locator("a.row[href*='/visits/']").filter(has_text=name).first

    def _at_the_form(self, name: str) -> None:
        expect(self.page.get_by_role("group", name="客户满意吗")).to_be_visible()
        expect(self.page.get_by_role("main").get_by_text(name, exact=True)).to_be_visible()


class Supervisor(Person):
    """Looks into what customers said."""

    def look_into(self, words: str, inspector: str, answer: str) -> None:
        """Send somebody to check the branch, and answer the visitor."""
        self.go("/heard")
        self.page.get_by_role("link").filter(has_text=words).click()
        self.button("安排检查").click()
        sheet = self.page.get_by_role("dialog")
        sheet.get_by_role("button", name=inspector).click()
        sheet.get_by_role("button", name="安排", exact=True).click()
        fate = self.page.get_by_role("region", name="办得怎样")
        expect(fate.get_by_text("督导已安排检查")).to_be_visible(timeout=40_000)
        expect(self.button("安排检查")).to_have_count(0)
        reply = self.page.get_by_role("button", name="答复", exact=True)
        reply.click()
        sheet.get_by_label("怎么处理的").fill(answer)
        sheet.get_by_role("button", name="答复", exact=True).click()
        expect(fate.get_by_text(answer)).to_be_visible(timeout=40_000)
        expect(reply).to_have_count(0)


def visits_of(server: Server) -> list[dict[str, Any]]:
    """The visits of the carrier as the server has them."""
    with sqlite3.connect(server.folder / "data" / "xunfang.sqlite3") as database:
        database.row_factory = sqlite3.Row
        mine = "(SELECT person FROM account WHERE login = 'carrier')"
        return [dict(row) for row in database.execute(f"SELECT * FROM visit WHERE person = {mine} ORDER BY id")]


def new_customers(server: Server) -> set[str]:
    """Names of those whom this journey wrote down."""
    with sqlite3.connect(server.folder / "data" / "xunfang.sqlite3") as database:
        names = [name for (name,) in database.execute("SELECT name FROM customer")]
    return {name for name in names if name in SHOPS or name.startswith("石桥头")}


def test_a_day_on_the_route(server: Server, phone_of: Callable[..., Phone]) -> None:
    """Ten visits without a network: a customer who was there already is told of, a page is killed in the middle of a
    visit, one is corrected; then each is on the server once, and both count alike. What a customer wished is looked
    into by a supervisor, and the answer can be read where there is no network."""
    phone = phone_of("carrier")
    carrier = Carrier(phone, "carrier")
    carrier.sign_in()
    phone.close()
    phone.open()
    page = phone.page
    before = {row["id"] for row in visits_of(server)}
    visits, cards = carrier.done("走访客户"), carrier.done("服务监督卡")
    phone.offline()

    carrier.begin("石桥头文具店", "13900000042")
    carrier.result("见到了")
    page.get_by_role("switch", name="发了服务监督卡").click()
    expect(page.get_by_role("switch", name="发了服务监督卡")).to_be_checked()
    page.get_by_label("需求和意见").fill(WISH)
    carrier.keep()
    for name in SHOPS:
        carrier.begin(name)
        carrier.result("见到了")
        carrier.keep()
    for _ in range(KNOWN):
        carrier.begin_known()
        carrier.result("见到了")
        carrier.keep()

    carrier.describe("石桥头文具行", "139 0000 0042")
    expect(page.get_by_text("这一户好像已经有了")).to_be_visible()
    carrier.choose_known("石桥头文具店")
    carrier.result("留了话")
    phone.kill()
    page = phone.open()
    carrier.line("石桥头文具店").click()
    expect(carrier.button("留了话")).to_have_attribute("aria-pressed", "true")
    carrier.result("见到了")
    carrier.keep()
    carrier.has_done(visits + 10, cards + 1)

    carrier.line(SHOPS[0]).click()
    carrier.button("更正").click()
    carrier.result("没见到")
    carrier.keep()
    carrier.has_done(visits + 9, cards + 1)
    expect(page.get_by_text("还在手机上，也算进去了")).to_be_visible()

    phone.offline(False)
    carrier.sync_now()
    expect(page.get_by_text("都在服务器上了")).to_be_visible(timeout=40_000)
    carrier.go("/visits")
    expect(page.get_by_text("还在手机上，也算进去了")).to_have_count(0)
    carrier.has_done(visits + 9, cards + 1)
    made = [row for row in visits_of(server) if row["id"] not in before]
    assert len(made) == len(SHOPS) + KNOWN + 4  # the first, its card, the second there, and a correction
    assert {row["status"] for row in made} == {"closed"}
    assert new_customers(server) == {"石桥头文具店", *SHOPS}, "who was known already was not made twice"

    supervisor = Supervisor(phone_of("supervisor", size="desk"), "supervisor")
    supervisor.sign_in()
    supervisor.look_into(WISH, "检查员甲", "客户经理周五上门谈。")
    carrier.sync_now()
    carrier.go("/visits")
    told = page.get_by_role("main").get_by_role("link").filter(has_text="客户经理周五上门谈。")
    expect(told).to_be_visible(timeout=40_000)
    phone.offline()
    told.click()
    expect(page.get_by_role("region", name="办得怎样")).to_contain_text("督导已安排检查")
